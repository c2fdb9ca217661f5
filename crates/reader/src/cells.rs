//! The cells of the item table, as text, and the lines they make.
//!
//! Both tags and page text give cells with their places. A row starts at each height at which an amount stands, since
//! every line has one; any other cell belongs to the last row that starts above it, which is how a wrapped name, an
//! empty quantity and a page break all come out right.

use invoice::{Line, Rate, parse_cents};

use crate::figures;

/// How far two cells of one row may differ in height, in millimetres: less than half of the closest rows.
const ROW_TOLERANCE_MM: f64 = 2.0;

/// A column of the item table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
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

/// A cell, or a piece of one, where it stands.
#[derive(Debug, Clone)]
pub(crate) struct PlacedCell {
    pub(crate) column: Column,
    pub(crate) page_id: Option<u64>,
    /// Height on the page in millimetres, downwards.
    pub(crate) y_mm: f64,
    pub(crate) text: String,
}

/// The lines that placed cells make; `None` where a cell stands above every row or a line lacks its name or amount.
pub(crate) fn lines_by_height(cells: &[PlacedCell]) -> Option<Vec<Line>> {
    let mut starts: Vec<(Option<u64>, f64)> = Vec::new();
    let mut pages: Vec<Option<u64>> = Vec::new();
    for cell in cells {
        if !pages.contains(&cell.page_id) {
            pages.push(cell.page_id);
        }
    }
    // Rows are kept page by page and from top to bottom, so that the row of a cell is found by bisection.
    for page_id in &pages {
        let mut heights: Vec<f64> = cells
            .iter()
            .filter(|cell| cell.column == Column::Amount && cell.page_id == *page_id)
            .map(|cell| cell.y_mm)
            .collect();
        heights.sort_by(f64::total_cmp);
        heights.dedup_by(|next, before| *next - *before <= ROW_TOLERANCE_MM);
        starts.extend(heights.into_iter().map(|height| (*page_id, height)));
    }
    let mut rows = vec![Cells::default(); starts.len()];
    for cell in cells {
        let first = starts.iter().position(|(page_id, _)| *page_id == cell.page_id)?;
        let on_page = starts.get(first..)?;
        let count = on_page.partition_point(|(page_id, y_mm)| {
            *page_id == cell.page_id && *y_mm <= cell.y_mm + ROW_TOLERANCE_MM
        });
        let row = rows.get_mut(first + count.checked_sub(1)?)?;
        row.push(cell.column, &cell.text);
    }
    sound(rows)
}

/// The lines of columns without places: one for each position in the lists, which must then be equally long. A column
/// may be left out altogether.
pub(crate) fn lines_by_count(columns: &[(Column, Vec<String>)]) -> Option<Vec<Line>> {
    let (_, amounts) = columns.iter().find(|(column, _)| *column == Column::Amount)?;
    let count = amounts.len();
    let mut rows = vec![Cells::default(); count];
    for (column, texts) in columns.iter().filter(|(_, texts)| !texts.is_empty()) {
        if texts.len() != count {
            return None;
        }
        for (row, text) in rows.iter_mut().zip(texts) {
            row.push(*column, text);
        }
    }
    sound(rows)
}

/// A row without a name or an amount was put together wrongly, and then the others cannot be trusted either.
fn sound(rows: Vec<Cells>) -> Option<Vec<Line>> {
    let lines: Vec<Line> = rows.into_iter().map(Cells::into_line).collect();
    let is_sound = lines
        .iter()
        .all(|line| !line.name.is_empty() && line.amount.is_some());
    (is_sound && !lines.is_empty()).then_some(lines)
}

/// The texts of a row, by column; a cell in several pieces is joined.
#[derive(Debug, Clone, Default)]
struct Cells([String; 8]);

impl Cells {
    fn push(&mut self, column: Column, text: &str) {
        if let Some(cell) = self.0.get_mut(column as usize) {
            cell.push_str(text.trim());
        }
    }

    /// What cannot be a value of its column is left out.
    fn into_line(self) -> Line {
        let [name, spec, unit, quantity, price, amount, rate, tax] = self.0;
        Line {
            name,
            spec: text(spec),
            unit: text(unit),
            quantity: figures::decimal(&quantity),
            price: figures::decimal(&price),
            amount: parse_cents(&amount),
            rate: Rate::parse(&rate),
            tax: figures::line_tax(&tax),
            ..Line::default()
        }
    }
}

fn text(cell: String) -> Option<String> {
    (!cell.is_empty()).then_some(cell)
}
