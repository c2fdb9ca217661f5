//! The cells of one row of the item table, as text, and the line they make.

use invoice::{Cents, Decimal, Line, Rate, normalise, parse_cents};

/// A column of the item table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// 项目名称.
    Name,
    /// 规格型号.
    Spec,
    /// 单位.
    Unit,
    /// 数量.
    Quantity,
    /// 单价.
    Price,
    /// 金额.
    Amount,
    /// 税率/征收率.
    Rate,
    /// 税额.
    Tax,
}

/// The texts of a row, by column; a cell in several pieces is joined.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells([String; 8]);

impl Cells {
    /// Adds a piece of a cell behind the pieces already there.
    pub(super) fn push(&mut self, column: Column, text: &str) {
        if let Some(cell) = self.0.get_mut(column as usize) {
            cell.push_str(text.trim());
        }
    }

    /// The line the cells make. What cannot be a value of its column is left out.
    pub(super) fn into_line(self) -> Line {
        let [name, spec, unit, quantity, price, amount, rate, tax] = self.0;
        let tax = match Rate::hidden_tax(&normalise(&tax)) {
            true => Some(Cents::ZERO),
            false => parse_cents(&tax),
        };
        Line {
            name,
            spec: text(spec),
            unit: text(unit),
            quantity: decimal(&quantity),
            price: decimal(&price),
            amount: parse_cents(&amount),
            rate: Rate::parse(&rate),
            tax,
            ..Line::default()
        }
    }
}

fn text(cell: String) -> Option<String> {
    (!cell.is_empty()).then_some(cell)
}

/// A quantity or price; thousands separators and the yen sign are dropped.
fn decimal(cell: &str) -> Option<Decimal> {
    let bare: String = normalise(cell)
        .chars()
        .filter(|c| !matches!(c, ',' | '¥'))
        .collect();
    Decimal::from_str_exact(&bare).ok()
}
