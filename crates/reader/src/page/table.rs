//! The item table of a page: its head, its lines and the sums below them.

use invoice::{FieldName, Line};

use crate::cells::{Column, PlacedCell, lines_by_height};
use super::glyphs::{Glyph, text};

/// The words over the columns, in their normal form. Columns without a field (those of toll invoices, the running
/// number of a sales list) keep their cells out of the others.
const HEADS: &[(&str, Option<Column>)] = &[
    ("货物或应税劳务、服务名称", Some(Column::Name)),
    ("货物或应税劳务名称", Some(Column::Name)),
    ("项目名称", Some(Column::Name)),
    ("规格型号", Some(Column::Spec)),
    ("单位", Some(Column::Unit)),
    ("数量", Some(Column::Quantity)),
    ("单价", Some(Column::Price)),
    ("金额", Some(Column::Amount)),
    ("税率/征收率", Some(Column::Rate)),
    ("税率", Some(Column::Rate)),
    ("税额", Some(Column::Tax)),
    ("序号", None),
    ("车牌号", None),
    ("类型", None),
    ("通行日期起", None),
    ("通行日期止", None),
];

/// A row of sums stands this far from its label at most, and closes the table this far above it.
const SUM_ROW_MM: f64 = 2.6;

/// A word over a column.
#[derive(Debug, Clone, Copy)]
struct Head {
    column: Option<Column>,
    centre: f64,
}

/// What a page has of the item table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Base line of the head.
    pub(super) top: f64,
    /// The lines; `None` where the cells make none.
    pub(super) lines: Option<Vec<Line>>,
    /// 合计金额 and 合计税额 as printed, with the place of each.
    pub(super) sums: Vec<(FieldName, String, (f64, f64))>,
}

/// Takes the item table out of the rows; `None` on a page that has none.
pub(super) fn take(rows: &mut Vec<Vec<Glyph>>) -> Option<Table> {
    let (head_at, heads) = rows
        .iter()
        .enumerate()
        .find_map(|(at, row)| Some((at, heads(row)?)))?;
    let top = rows.get(head_at)?.first()?.y;
    let below = || rows.iter().skip(head_at + 1);
    let y_of = |row: &Vec<Glyph>| row.first().map_or(f64::MAX, |glyph| glyph.y);
    let sum_y = below().find(|row| is_sum_row(row)).map(y_of);
    // Without sums the table ends where the next part of the form begins.
    let bottom = sum_y
        .or_else(|| below().find(|row| closes(row)).map(y_of))
        .unwrap_or(f64::MAX);
    let is_sum = |glyph: &Glyph| sum_y.is_some_and(|y| (glyph.y - y).abs() <= SUM_ROW_MM);
    let is_cell = |glyph: &Glyph| glyph.y > top + 1.0 && glyph.y < bottom - SUM_ROW_MM;

    let mut cells = Vec::new();
    let mut sums: Vec<(Column, f64, f64, String)> = Vec::new();
    for row in rows.iter() {
        for piece in pieces(row) {
            let (Some(first), Some(last)) = (piece.first(), piece.last()) else {
                continue;
            };
            let Some(column) = nearest(&heads, (first.x + last.end()) / 2.0) else {
                continue;
            };
            if is_cell(first) {
                cells.push(PlacedCell {
                    column,
                    page_id: None,
                    y_mm: first.y,
                    text: text(piece),
                });
            } else if is_sum(first) && matches!(column, Column::Amount | Column::Tax) {
                sums.push((column, first.x, first.y, text(piece)));
            }
        }
    }
    rows.retain_mut(|row| {
        row.retain(|glyph| (glyph.y - top).abs() > 1.0 && !is_cell(glyph) && !is_sum(glyph));
        !row.is_empty()
    });
    Some(Table {
        top,
        lines: lines_by_height(&cells),
        sums: [(Column::Amount, FieldName::Amount), (Column::Tax, FieldName::Tax)]
            .into_iter()
            .filter_map(|(column, field)| sum(&sums, column, field))
            .collect(),
    })
}

/// The pieces of one sum, the yen sign and the figure, joined from left to right.
fn sum(
    sums: &[(Column, f64, f64, String)],
    column: Column,
    field: FieldName,
) -> Option<(FieldName, String, (f64, f64))> {
    let mut pieces: Vec<_> = sums.iter().filter(|(of, ..)| *of == column).collect();
    pieces.sort_by(|(_, a, ..), (_, b, ..)| a.total_cmp(b));
    let (_, x, y, _) = pieces.first()?;
    let text: String = pieces.iter().map(|(.., text)| text.as_str()).collect();
    Some((field, text, (*x, *y)))
}

/// The heads of the columns, if a row is the head of an item table.
fn heads(row: &[Glyph]) -> Option<Vec<Head>> {
    let mut heads = Vec::new();
    let mut at = 0;
    while let Some(rest) = row.get(at..).filter(|rest| !rest.is_empty()) {
        let found = HEADS.iter().find_map(|(words, column)| {
            let length = words.chars().count();
            let fits = rest.len() >= length
                && rest
                    .iter()
                    .map(|glyph| glyph.bare)
                    .zip(words.chars())
                    .all(|(a, b)| a == b);
            fits.then_some((length, *column))
        });
        let Some((length, column)) = found else {
            at += 1;
            continue;
        };
        if let (Some(first), Some(last)) = (rest.first(), rest.get(length - 1)) {
            heads.push(Head {
                column,
                centre: (first.x + last.end()) / 2.0,
            });
        }
        at += length;
    }
    let has = |wanted: Column| heads.iter().any(|head| head.column == Some(wanted));
    (has(Column::Name) && has(Column::Amount) && has(Column::Tax)).then_some(heads)
}

/// Whether a row is labelled 合计 or 小计. The word may stand beside its sums, but is never part of 价税合计 or of an
/// item's name.
fn is_sum_row(row: &[Glyph]) -> bool {
    let mut words = pieces(row);
    let first = words.next();
    let second = words.next();
    let bare = |piece: Option<&[Glyph]>| -> String {
        piece.unwrap_or_default().iter().map(|glyph| glyph.bare).collect()
    };
    match (bare(first).as_str(), bare(second).as_str()) {
        ("合计" | "小计", _) | ("合", "计") | ("小", "计") => true,
        (word, _) => word.starts_with("合计") && row.iter().all(|g| "合计¥0123456789.,-*".contains(g.bare)),
    }
}

/// Whether a row belongs to the part of the form below the table.
fn closes(row: &[Glyph]) -> bool {
    const BELOW: [&str; 5] = ["价税合计", "名称:", "纳税人识别号:", "收款人:", "开票人"];
    let bare: String = row.iter().map(|glyph| glyph.bare).collect();
    BELOW.iter().any(|words| bare.contains(words))
}

/// The parts of a row that were written together.
fn pieces(row: &[Glyph]) -> impl Iterator<Item = &[Glyph]> {
    row.chunk_by(|a, b| a.run == b.run && b.x - a.x <= 4.0 * a.size)
}

/// The column whose head stands nearest; `None` for one without a field.
fn nearest(heads: &[Head], centre: f64) -> Option<Column> {
    heads
        .iter()
        .min_by(|a, b| (a.centre - centre).abs().total_cmp(&(b.centre - centre).abs()))?
        .column
}
