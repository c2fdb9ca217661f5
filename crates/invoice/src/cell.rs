//! Cells of lines (明细行的单元格), compared between the sources that state them.
//!
//! A file often states its lines twice, in an attachment and on its page. Each line of the one is then a witness of the
//! line at the same place in the other, cell by cell. What a layout rounds or cuts off is no contradiction.

use rust_decimal::Decimal;

use crate::{Agreement, InvoiceReading, Line, LineNature, Rate, Source, canonical_name};

/// A cell of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
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
    /// 税收分类编码.
    TaxCode,
}

impl Cell {
    /// Every cell in the order of the face.
    pub const ALL: [Cell; 9] = [
        Cell::Name,
        Cell::Spec,
        Cell::Unit,
        Cell::Quantity,
        Cell::Price,
        Cell::Amount,
        Cell::Rate,
        Cell::Tax,
        Cell::TaxCode,
    ];

    /// The name used in fault paths: `lines[0].price`.
    pub fn as_str(self) -> &'static str {
        match self {
            Cell::Name => "name",
            Cell::Spec => "spec",
            Cell::Unit => "unit",
            Cell::Quantity => "quantity",
            Cell::Price => "price",
            Cell::Amount => "amount",
            Cell::Rate => "rate",
            Cell::Tax => "tax",
            Cell::TaxCode => "tax_code",
        }
    }

    /// The head of its column.
    pub fn label(self) -> &'static str {
        match self {
            Cell::Name => "项目名称",
            Cell::Spec => "规格型号",
            Cell::Unit => "单位",
            Cell::Quantity => "数量",
            Cell::Price => "单价",
            Cell::Amount => "金额",
            Cell::Rate => "税率",
            Cell::Tax => "税额",
            Cell::TaxCode => "税收分类编码",
        }
    }

    /// The path of this cell in the line at this index.
    pub fn path(self, at: usize) -> String {
        format!("lines[{at}].{}", self.as_str())
    }

    /// What a line says in this cell; `None` where it says nothing.
    pub fn text(self, line: &Line) -> Option<String> {
        let text = match self {
            Cell::Name => line.name.clone(),
            Cell::Spec => line.spec.clone()?,
            Cell::Unit => line.unit.clone()?,
            Cell::Quantity => line.quantity?.normalize().to_string(),
            Cell::Price => line.price?.normalize().to_string(),
            Cell::Amount => line.amount?.to_string(),
            Cell::Rate => line.rate.as_ref()?.to_string(),
            Cell::Tax => line.tax?.to_string(),
            Cell::TaxCode => line.tax_code.clone()?,
        };
        (!text.is_empty()).then_some(text)
    }

    /// Whether two lines say the same in this cell. A cell that one of them leaves empty is the same.
    pub fn is_same(self, one: &Line, other: &Line) -> bool {
        match self {
            Cell::Quantity => both(one.quantity, other.quantity).is_none_or(is_rounded),
            Cell::Price => both(one.price, other.price).is_none_or(is_rounded),
            Cell::Amount => both(one.amount, other.amount).is_none_or(|(a, b)| a == b),
            Cell::Tax => both(one.tax, other.tax).is_none_or(|(a, b)| a == b),
            Cell::Rate => both(one.rate.as_ref(), other.rate.as_ref()).is_none_or(is_same_rate),
            Cell::TaxCode => both(one.tax_code.as_ref(), other.tax_code.as_ref()).is_none_or(|(a, b)| a == b),
            Cell::Name | Cell::Spec | Cell::Unit => {
                both(self.text(one), self.text(other)).is_none_or(|(a, b)| is_part(&a, &b))
            }
        }
    }
}

fn both<T>(one: Option<T>, other: Option<T>) -> Option<(T, T)> {
    one.zip(other)
}

/// Decimals that no column cuts off.
const DECIMALS_MIN: u32 = 2;

/// Whether one figure is the other with decimals left out: a column shows only so many characters.
fn is_rounded((one, other): (Decimal, Decimal)) -> bool {
    let (one, other) = (one.normalize(), other.normalize());
    let shown = one.scale().min(other.scale());
    let step = Decimal::new(1, shown);
    let distance = one.checked_sub(other).map(|difference| difference.abs());
    let is_cut = one.scale() != other.scale() && shown >= DECIMALS_MIN;
    one == other || (is_cut && distance.is_some_and(|distance| distance < step))
}

/// Rates that say the same: zero per cent stands for 免税 and 不征税 in data, and stars say nothing.
fn is_same_rate((one, other): (&Rate, &Rate)) -> bool {
    match (one, other) {
        (Rate::Fraction(a), Rate::Fraction(b)) => a == b,
        (Rate::Hidden | Rate::Other(_), _) | (_, Rate::Hidden | Rate::Other(_)) => true,
        (a, b) => a.fraction() == b.fraction(),
    }
}

/// Whether one text is the other with something cut off, white space and punctuation left out.
fn is_part(one: &str, other: &str) -> bool {
    let bare = |text: &str| -> String {
        canonical_name(text)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect()
    };
    let (one, other) = (bare(one), bare(other));
    one.contains(&other) || other.contains(&one)
}

/// The lines of another set in the order of the shown ones. A page may sort its lines differently; where the same
/// items with the same amounts stand in another order, each is laid beside its own.
fn in_order_of<'a>(shown: &[&Line], mut found: Vec<&'a Line>) -> Vec<&'a Line> {
    let is_same_order = shown
        .iter()
        .map(|line| line.amount)
        .eq(found.iter().map(|line| line.amount));
    if is_same_order {
        return found;
    }
    let item = |line: &Line| (line.amount, canonical_name(&line.name));
    let mut ours: Vec<(_, usize)> = shown.iter().map(|line| item(line)).zip(0..).collect();
    ours.sort();
    let mut theirs: Vec<(_, &Line)> = found.iter().map(|line| (item(line), *line)).collect();
    theirs.sort_by(|(a, _), (b, _)| a.cmp(b));
    let is_same_items = ours
        .iter()
        .map(|(item, _)| item)
        .eq(theirs.iter().map(|(item, _)| item));
    if is_same_items {
        for ((_, at), (_, line)) in ours.iter().zip(theirs) {
            if let Some(place) = found.get_mut(*at) {
                *place = line;
            }
        }
    }
    found
}

impl InvoiceReading {
    /// Every cell of the shown lines that is not empty, with what each source says in it.
    ///
    /// Sets of lines are laid beside each other where they count as many. The line of a face that only refers to its
    /// sales list (详见销货清单) is left out, because the lines of the list stand for it.
    pub fn cells(&self) -> Vec<CellStatements<'_>> {
        let Some(shown) = self.lines() else {
            return Vec::new();
        };
        let counted: Vec<&Line> = shown.counted().collect();
        let is_summary = |lines: &[&Line]| lines.iter().all(|line| line.nature == LineNature::ListSummary);
        let others: Vec<(Source, Vec<&Line>)> = self
            .line_sets
            .iter()
            .filter(|set| !std::ptr::eq(*set, shown))
            .map(|set| (set.source, set.counted().collect::<Vec<&Line>>()))
            .filter(|(_, lines)| lines.len() == counted.len() && is_summary(lines) == is_summary(&counted))
            .map(|(source, lines)| (source, in_order_of(&counted, lines)))
            .collect();
        let mut cells = Vec::new();
        let mut next = 0;
        for (at, line) in shown.lines.iter().enumerate() {
            let is_counted = counted
                .get(next)
                .is_some_and(|counted| std::ptr::eq(*counted, line));
            let beside: Vec<(Source, &Line)> = match is_counted {
                true => others
                    .iter()
                    .filter_map(|(source, lines)| Some((*source, *lines.get(next)?)))
                    .collect(),
                false => Vec::new(),
            };
            next += usize::from(is_counted);
            for cell in Cell::ALL.into_iter().filter(|cell| cell.text(line).is_some()) {
                let said = beside.iter().filter(|(_, line)| cell.text(line).is_some());
                cells.push(CellStatements {
                    at,
                    cell,
                    stated: std::iter::once((shown.source, line))
                        .chain(said.copied())
                        .collect(),
                });
            }
        }
        cells
    }
}

/// What the sources of a file say in one cell.
#[derive(Debug, Clone)]
pub struct CellStatements<'a> {
    /// Index of the line.
    pub at: usize,
    /// The cell.
    pub cell: Cell,
    /// Who says it, and the line in which they do; the source whose lines are shown comes first.
    pub stated: Vec<(Source, &'a Line)>,
}

impl CellStatements<'_> {
    /// Whether the sources say the same.
    pub fn agreement(&self) -> Agreement {
        let is_same = |one: &&Line, other: &&Line| self.cell.is_same(one, other);
        Agreement::of(self.stated.iter().copied(), is_same)
    }

    /// The first source that contradicts the shown one.
    pub fn contradiction(&self) -> Option<(Source, &Line)> {
        let (first, rest) = self.stated.split_first()?;
        rest.iter()
            .find(|(_, line)| !self.cell.is_same(first.1, line))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cents, LineSet};

    fn line(price: &str, name: &str) -> Line {
        Line {
            name: name.to_owned(),
            price: price.parse().ok(),
            amount: Some(Cents(100)),
            ..Line::default()
        }
    }

    fn agreement(sets: &[(Source, Line)], wanted: Cell) -> Option<Agreement> {
        let line_sets = sets.iter().map(|(source, line)| LineSet {
            source: *source,
            place: String::new(),
            lines: vec![line.clone()],
            complete: true,
        });
        let invoice = InvoiceReading {
            line_sets: line_sets.collect(),
            ..InvoiceReading::default()
        };
        let cells = invoice.cells();
        let found = cells.iter().find(|stated| stated.cell == wanted);
        found.map(CellStatements::agreement)
    }

    #[test]
    fn a_cut_price_is_the_same_and_a_changed_one_is_not() {
        let check = |one: &str, other: &str, expect| {
            let sets = [
                (Source::OfdAttachment, line(one, "甲")),
                (Source::OfdText, line(other, "甲")),
            ];
            assert_eq!(agreement(&sets, Cell::Price), Some(expect), "{one} {other}");
        };
        check("0.226119402985", "0.2261194", Agreement::Agreed);
        check("0.226119402985", "0.2262", Agreement::Agreed);
        check("9.5", "9", Agreement::Disputed);
        check("12.5", "12.50", Agreement::Agreed);
        check("12.5", "12.6", Agreement::Disputed);
        check("0.226119402985", "0.3261194", Agreement::Disputed);
        check("12.34", "13.34", Agreement::Disputed);
    }

    #[test]
    fn a_cell_of_one_source_is_alone_even_where_lines_agree() {
        let mut with_code = line("1", "甲");
        with_code.tax_code = Some("1".to_owned());
        let sets = [
            (Source::OfdAttachment, with_code),
            (Source::OfdTag, line("1", "甲")),
            (Source::OfdText, line("1", "甲乙")),
        ];
        assert_eq!(agreement(&sets, Cell::TaxCode), Some(Agreement::Single));
        assert_eq!(agreement(&sets, Cell::Name), Some(Agreement::Agreed));
        assert_eq!(agreement(&sets[1..], Cell::Name), Some(Agreement::Single));
        assert_eq!(agreement(&sets, Cell::Spec), None);
    }
}
