//! The item table of a page: its head, its lines and the sums below them.

use invoice::{FieldName, Line, parse_cents};

use super::glyphs::{Glyph, text};
use crate::cells::{Column, PlacedCell, lines_by_height};
use crate::figures;

/// The words over the columns, in their normal form. Columns without a field (those of toll invoices, the running
/// number of a sales list) keep their cells out of the others.
const HEADS: &[(&str, Option<Column>)] = &[
    ("货物或应税劳务、服务名称", Some(Column::Name)),
    ("货物或应税劳务名称", Some(Column::Name)),
    ("货物(劳务)、服务名称", Some(Column::Name)),
    ("货物(劳务)名称", Some(Column::Name)),
    ("货物名称", Some(Column::Name)),
    ("建筑服务发生地", None),
    ("建筑项目名称", None),
    ("项目名称", Some(Column::Name)),
    ("规格型号", Some(Column::Spec)),
    ("产权证书/不动产权证号", None),
    ("面积单位", Some(Column::Unit)),
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
    start: f64,
    end: f64,
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

/// Where the heads of the item table end to the right; `None` on a page that has none.
pub(super) fn right_edge(rows: &[Vec<Glyph>]) -> Option<f64> {
    let heads = rows.iter().find_map(|row| heads(row))?;
    heads
        .iter()
        .filter(|head| head.column.is_some())
        .map(|head| head.end)
        .reduce(f64::max)
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
    let sum_rows: Vec<(SumRow, f64)> = below()
        .filter_map(|row| Some((sum_row(row)?, y_of(row))))
        .collect();
    let first_sum_y = sum_rows.first().map(|(_, y)| *y);
    // Where an invoice goes on over several pages, each has its 小计 above the 合计 or instead of it.
    let whole = sum_rows.iter().find(|(kind, _)| *kind == SumRow::Whole);
    let sum_y = whole.map(|(_, y)| *y);
    // Without sums the table ends where the next part of the form begins. Some forms put the table of their business
    // between the items and the sums.
    let bottom = first_sum_y
        .or_else(|| below().find(|row| closes(row)).map(y_of))
        .into_iter()
        .chain(below().find(|row| heads_other_table(row)).map(y_of))
        .fold(f64::MAX, f64::min);
    let is_sum = |glyph: &Glyph| sum_y.is_some_and(|y| (glyph.y - y).abs() <= SUM_ROW_MM);
    let is_any_sum = |glyph: &Glyph| sum_rows.iter().any(|(_, y)| (glyph.y - y).abs() <= SUM_ROW_MM);
    let is_cell = |glyph: &Glyph| glyph.y > top + 1.0 && glyph.y < bottom - SUM_ROW_MM;

    let mut cells = Vec::new();
    let mut sums: Vec<(Column, f64, f64, String)> = Vec::new();
    for row in rows.iter() {
        let of_cells: Vec<Piece> = pieces(row)
            .into_iter()
            .filter(|piece| is_cell(&piece.first))
            .collect();
        for (piece, column) in of_cells.iter().zip(assign(&heads, &of_cells, TWICE_MM)) {
            let Some(column) = column else { continue };
            cells.push(PlacedCell {
                column,
                page_id: None,
                y_mm: piece.first.y,
                text: piece.text.clone(),
            });
        }
        let of_sums: Vec<Piece> = pieces(row)
            .into_iter()
            .filter(|piece| is_sum(&piece.first))
            .collect();
        for (column, piece) in sum_cells(&heads, of_sums) {
            sums.push((column, piece.first.x, piece.first.y, piece.text));
        }
    }
    rows.retain_mut(|row| {
        row.retain(|glyph| (glyph.y - top).abs() > 1.0 && !is_cell(glyph) && !is_any_sum(glyph));
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
    let mut unknown: Vec<&Glyph> = Vec::new();
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
            unknown.extend(rest.first());
            at += 1;
            continue;
        };
        if let (Some(first), Some(last)) = (rest.first(), rest.get(length - 1)) {
            heads.push(Head {
                column,
                start: first.x,
                end: last.end(),
            });
        }
        at += length;
    }
    let has = |wanted: Column| heads.iter().any(|head| head.column == Some(wanted));
    if !(has(Column::Name) && has(Column::Amount) && has(Column::Tax)) {
        return None;
    }
    heads.extend(other_heads(&heads, &unknown));
    heads.sort_by(|a, b| a.start.total_cmp(&b.start));
    Some(heads)
}

/// Heads of columns that only some businesses have (建筑服务发生地, 产权证书): other words that stand clear of the known
/// ones. They keep their cells out of the others.
fn other_heads(heads: &[Head], unknown: &[&Glyph]) -> Vec<Head> {
    unknown
        .chunk_by(|a, b| b.x - a.end() <= 1.2 * a.size)
        .filter_map(|words| Some((words.len(), words.first()?, words.last()?)))
        .filter(|(length, first, last)| {
            let clear = first.size;
            let is_clear = |head: &Head| head.end + clear < first.x || head.start > last.end() + clear;
            *length >= 2 && heads.iter().all(is_clear)
        })
        .map(|(_, first, last)| Head {
            column: None,
            start: first.x,
            end: last.end(),
        })
        .collect()
}

/// What a row of sums adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SumRow {
    /// 合计, or 总计 on a sales list: the whole invoice.
    Whole,
    /// 小计: its page.
    Page,
}

/// The kind of sums in a row labelled 合计, 总计 or 小计. The word may stand beside its sums, but is never part of 价税合计
/// or of an item's name.
fn sum_row(row: &[Glyph]) -> Option<SumRow> {
    let words = pieces(row);
    let bare =
        |piece: Option<&Piece>| -> String { piece.map_or_else(String::new, |piece| piece.bare.clone()) };
    let (first, second) = (words.first(), words.get(1));
    match (bare(first).as_str(), bare(second).as_str()) {
        ("合计" | "总计", _) | ("合" | "总", "计") => Some(SumRow::Whole),
        ("小计", _) | ("小", "计") => Some(SumRow::Page),
        (word, _) => {
            let is_whole =
                word.starts_with("合计") && row.iter().all(|g| "合计¥0123456789.,-*".contains(g.bare));
            is_whole.then_some(SumRow::Whole)
        }
    }
}

/// Whether a row belongs to the part of the form below the table.
fn closes(row: &[Glyph]) -> bool {
    const BELOW: [&str; 5] = ["价税合计", "名称:", "纳税人识别号:", "收款人:", "开票人"];
    let bare: String = row.iter().map(|glyph| glyph.bare).collect();
    BELOW.iter().any(|words| bare.contains(words))
}

/// Whether a row heads the table of travellers or of carriage, which some businesses have.
fn heads_other_table(row: &[Glyph]) -> bool {
    let bare: String = row.iter().map(|glyph| glyph.bare).collect();
    let has_all = |words: [&str; 2]| words.iter().all(|word| bare.contains(word));
    has_all(["出行人", "出行日期"]) || has_all(["运输工具种类", "运输工具牌号"])
}

/// A part of a row that was written together.
#[derive(Debug, Clone)]
struct Piece {
    first: Glyph,
    end: f64,
    text: String,
    /// The text in its normal form, for matching.
    bare: String,
}

impl Piece {
    fn new(glyphs: &[Glyph]) -> Option<Piece> {
        let (first, last) = (glyphs.first()?, glyphs.last()?);
        Some(Piece {
            first: *first,
            end: last.end(),
            text: text(glyphs),
            bare: glyphs.iter().map(|glyph| glyph.bare).collect(),
        })
    }

    /// How far it stands from a head: the gap between them, and a little for being off its middle.
    fn distance(&self, head: &Head) -> f64 {
        let gap = (head.start - self.end).max(self.first.x - head.end).max(0.0);
        let off = ((self.first.x + self.end) - (head.start + head.end)).abs() / 2.0;
        gap + 0.15 * off
    }
}

/// The parts of a row from left to right. Overlapping cells are kept apart by what was written together.
fn pieces(row: &[Glyph]) -> Vec<Piece> {
    let mut by_run = row.to_vec();
    by_run.sort_by(|a, b| a.run.cmp(&b.run).then(a.x.total_cmp(&b.x)));
    let mut pieces: Vec<Piece> = by_run
        .chunk_by(|a, b| a.run == b.run && b.x - a.x <= 4.0 * a.size)
        .filter_map(Piece::new)
        .collect();
    pieces.sort_by(|a, b| a.first.x.total_cmp(&b.first.x));
    pieces
}

/// A piece that cannot be a value of its column stands there only if there is no other way.
const MISFIT_MM: f64 = 60.0;
/// Two pieces of one row are rarely of one cell.
const TWICE_MM: f64 = 8.0;
/// Two figures of the row of sums are never the same sum.
const TWO_SUMS_MM: f64 = 1_000.0;
/// A row of more pieces is not that of an item table.
const PIECES_MAX: usize = 60;

/// The column of each piece of a row. Pieces stand in the order of their columns, so the row is assigned as a whole:
/// figures are written flush right and may stand nearer to the next head than to their own.
fn assign(heads: &[Head], pieces: &[Piece], twice: f64) -> Vec<Option<Column>> {
    if pieces.len() > PIECES_MAX || heads.is_empty() {
        return vec![None; pieces.len()];
    }
    // For each head: the least cost so far with the last piece under it, and the head of every piece so far.
    let mut ways: Vec<(f64, Vec<usize>)> = Vec::new();
    for piece in pieces {
        let next = heads.iter().enumerate().map(|(at, head)| {
            let misfit = if fits(head.column, &piece.bare) {
                0.0
            } else {
                MISFIT_MM
            };
            let own = piece.distance(head) + misfit;
            let before = ways
                .iter()
                .take(at + 1)
                .enumerate()
                .map(|(last, (cost, way))| (cost + if last == at { twice } else { 0.0 }, way))
                .min_by(|(a, _), (b, _)| a.total_cmp(b));
            match before {
                Some((cost, way)) => (cost + own, [way.as_slice(), &[at]].concat()),
                None => (own, vec![at]),
            }
        });
        ways = next.collect();
    }
    let best = ways.into_iter().min_by(|(a, _), (b, _)| a.total_cmp(b));
    let way = best.map_or_else(Vec::new, |(_, way)| way);
    way.iter()
        .map(|at| heads.get(*at).and_then(|head| head.column))
        .collect()
}

/// Whether a text may be a value of a column.
fn fits(column: Option<Column>, bare: &str) -> bool {
    let is_said_in_words = bare.contains('*') || bare.contains('税');
    match column {
        Some(Column::Rate) => bare.contains('%') || is_said_in_words,
        Some(Column::Amount) => parse_cents(bare).is_some(),
        Some(Column::Tax) => parse_cents(bare).is_some() || is_said_in_words,
        Some(Column::Quantity | Column::Price) => figures::decimal(bare).is_some(),
        Some(Column::Name | Column::Spec | Column::Unit) | None => !bare.ends_with('%'),
    }
}

/// The sums of a row, each under the amount or the tax. A currency sign written by itself is part of the figure after
/// it.
fn sum_cells(heads: &[Head], pieces: Vec<Piece>) -> Vec<(Column, Piece)> {
    let summed: Vec<Head> = heads
        .iter()
        .filter(|head| matches!(head.column, Some(Column::Amount | Column::Tax)))
        .copied()
        .collect();
    let mut figures: Vec<Piece> = Vec::new();
    let mut sign: Option<Piece> = None;
    for piece in pieces {
        if matches!(piece.bare.as_str(), "¥" | "-" | "¥-" | "-¥") {
            sign = Some(piece);
        } else if piece.bare.chars().any(|c| c.is_ascii_digit() || c == '*') {
            figures.push(match sign.take() {
                Some(sign) => Piece {
                    first: sign.first,
                    text: sign.text + &piece.text,
                    bare: sign.bare + &piece.bare,
                    ..piece
                },
                None => piece,
            });
        }
    }
    let columns = assign(&summed, &figures, TWO_SUMS_MM);
    let placed = figures.into_iter().zip(columns);
    placed
        .filter_map(|(piece, column)| Some((column?, piece)))
        .collect()
}
