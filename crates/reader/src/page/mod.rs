//! The face of an invoice, read from the positioned text of a page.
//!
//! Fields are found by their labels: a value stands to the right of its label, on its height or wrapped around it, and
//! never behind another label or a vertical word. Buyer and seller share their labels; they stand side by side on 数电
//! invoices and one above the other on legacy ones. No coordinate of any layout is built in.

mod faces;
mod fares;
mod figure;
mod glyphs;
mod labels;
mod table;
#[cfg(test)]
mod tests;
mod verticals;

pub(crate) use faces::faces;
pub(crate) use glyphs::Glyph;
use invoice::{Extra, FieldName, InvoiceKind, InvoiceReading, LineSet, Source};
pub(crate) use verticals::is_of_form;

use glyphs::text;
use labels::{Label, Mark, of_seller, take_marks};
use table::Table;
use verticals::{Kind, Vertical};

/// How far above or below its label a wrapped value may stand.
const WRAP_MM: f64 = 4.5;
/// How far above or below its label a figure may stand: on its row, give or take a smaller type.
const FIGURE_REACH_MM: f64 = 2.5;
/// Heights this close are one row; then the nearer label to the left has the value.
const SAME_ROW_MM: f64 = 1.6;
/// The widest gap inside a value.
const GAP_MM_MAX: f64 = 15.0;
/// How far behind its label a value may begin. The widest seen is 21 mm, of the total in words.
const LEAD_MM_MAX: f64 = 45.0;
/// Type at least this high may be a title; the smallest title seen is 6.7 mm, the largest body text 4.9 mm.
const TITLE_MM_MIN: f64 = 5.2;
/// Labels beyond this many on one page are not those of an invoice.
const MARKS_MAX: usize = 200;

/// Business tags (特定业务) printed at the top left of 数电 invoices.
const BUSINESSES: [&str; 12] = [
    "建筑服务",
    "货物运输服务",
    "旅客运输服务",
    "不动产销售",
    "不动产经营租赁服务",
    "农产品收购",
    "自产农产品销售",
    "光伏收购",
    "代收车船税",
    "成品油",
    "通行费",
    "稀土",
];

/// What a page says.
#[derive(Debug, Default)]
pub(crate) struct PageReading {
    /// Its statements; lines, if any, as one set.
    pub(crate) invoice: InvoiceReading,
    /// Whether the page is a sales list (销货清单) that belongs to an invoice on another page.
    pub(crate) is_list: bool,
}

impl PageReading {
    fn key(&self) -> Option<String> {
        self.invoice.key().map(|key| key.0)
    }

    /// A page that states nothing of an invoice: an itinerary, an empty sheet.
    pub(crate) fn is_annex(&self) -> bool {
        !self.is_list && self.key().is_none()
    }
}

/// Reads the page with this number, counted from 1, from its characters in any order.
pub(crate) fn read(glyphs: Vec<Glyph>, number: usize, source: Source) -> PageReading {
    let mut rows = glyphs::rows(glyphs);
    let mut page = Page {
        source,
        place: format!("page {number}"),
        reading: PageReading::default(),
        kind: None,
    };
    page.take_title(&mut rows);
    let verticals = verticals::take(&mut rows);
    if let Some(right) = table::right_edge(&rows) {
        verticals::drop_margin(&mut rows, right);
    }
    if page.kind == Some(InvoiceKind::Air) {
        page.state_fares(&fares::take(&mut rows));
    }
    let table = table::take(&mut rows);
    if let Some(table) = table.as_ref() {
        page.state_table(table);
    }
    let zones = Zones::new(&verticals, table.as_ref(), &rows);
    page.state_zone(FieldName::Remark, &zones.take_remark(&mut rows));
    page.state_zone(FieldName::CipherArea, &zones.take_cipher(&mut rows));

    let mut marks: Vec<Mark> = rows
        .iter_mut()
        .flat_map(|row| take_marks(row, page.kind))
        .collect();
    marks.truncate(MARKS_MAX);
    page.state_marks(&marks, &verticals, &rows);
    page.state_business(&rows);
    page.reading.invoice.place.clone_from(&page.place);
    page.reading
}

struct Page {
    source: Source,
    place: String,
    reading: PageReading,
    kind: Option<InvoiceKind>,
}

impl Page {
    /// States a field, unless a character of it could not be read: a name with a hole in it is no name.
    fn state(&mut self, field: FieldName, at: Option<(f64, f64)>, raw: &str) {
        if raw.contains(char::REPLACEMENT_CHARACTER) {
            return;
        }
        let place = match at {
            Some((x, y)) => format!("{} ({x:.1}, {y:.1})", self.place),
            None => self.place.clone(),
        };
        self.reading.invoice.state(field, self.source, place, raw);
    }

    /// Takes the title out of the rows, with whatever large text stands above it: large text that names a kind, or
    /// says 清单 and so makes the page a sales list.
    fn take_title(&mut self, rows: &mut [Vec<Glyph>]) {
        let mut title_y = None;
        for row in rows.iter() {
            let large: Vec<Glyph> = row
                .iter()
                .filter(|glyph| glyph.size >= TITLE_MM_MIN)
                .copied()
                .collect();
            let Some(first) = large.first() else { continue };
            let title = text(&large);
            if title.contains("清单") {
                self.reading.is_list = true;
                title_y = Some(first.y);
            }
            let by_run = large.chunk_by(|a, b| a.run == b.run).map(text);
            let named = std::iter::once(title.clone())
                .chain(by_run)
                .find_map(|title| Some((InvoiceKind::from_label(&title)?, title)));
            if let (Some((kind, title)), None) = (named, self.kind) {
                self.kind = Some(kind);
                title_y = Some(first.y);
                self.state(FieldName::Kind, Some((first.x, first.y)), &title);
            }
        }
        if self.kind.is_none() {
            self.state_small_title(rows);
        }
        let Some(title_y) = title_y else { return };
        for row in rows.iter_mut() {
            row.retain(|glyph| glyph.size < TITLE_MM_MIN || glyph.y > title_y + SAME_ROW_MM);
        }
    }

    /// A title in small type is known by its first word and its brackets.
    fn state_small_title(&mut self, rows: &[Vec<Glyph>]) {
        // A seal may stand across the title, so that their characters alternate.
        let found = rows.iter().find_map(|row| {
            let mut by_run = row.clone();
            by_run.sort_by(|a, b| a.run.cmp(&b.run).then(a.x.total_cmp(&b.x)));
            by_run.chunk_by(|a, b| a.run == b.run).find_map(|piece| {
                let bare: String = piece.iter().map(|glyph| glyph.bare).collect();
                let is_title = bare.starts_with("电子发票(") && bare.ends_with(')');
                let kind = is_title.then(|| InvoiceKind::from_label(&bare)).flatten()?;
                Some((kind, *piece.first()?, text(piece)))
            })
        });
        if let Some((kind, first, title)) = found {
            self.kind = Some(kind);
            self.state(FieldName::Kind, Some((first.x, first.y)), &title);
        }
    }

    fn state_fares(&mut self, fares: &[fares::Fare]) {
        for fare in fares {
            match fare.field {
                Some(field) => self.state(field, Some(fare.at), &fare.raw),
                None => self.reading.invoice.extras.push(Extra {
                    name: fare.head.to_owned(),
                    value: fare.raw.clone(),
                    source: self.source,
                    place: self.place.clone(),
                }),
            }
        }
    }

    fn state_table(&mut self, table: &Table) {
        // The sums of a list's page are those of the page.
        if !self.reading.is_list {
            for (field, raw, at) in &table.sums {
                self.state(*field, Some(*at), raw);
            }
        }
        let Some(lines) = table.lines.clone() else { return };
        let mut set = LineSet {
            source: self.source,
            place: self.place.clone(),
            lines,
            complete: false,
        };
        set.mark_natures();
        self.reading.invoice.line_sets.push(set);
    }

    fn state_zone(&mut self, field: FieldName, zone: &[Vec<Glyph>]) {
        let at = zone
            .first()
            .and_then(|row| row.first())
            .map(|glyph| (glyph.x, glyph.y));
        let rows: Vec<String> = zone.iter().map(text).collect();
        self.state(field, at, &rows.join("\n"));
    }

    /// Gives every glyph that is left to the label it belongs to, and states what the labels then have.
    fn state_marks(&mut self, marks: &[Mark], verticals: &[Vertical], rows: &[Vec<Glyph>]) {
        let bounds: Vec<f64> = marks.iter().map(|mark| bound(mark, marks, verticals)).collect();
        let mut values: Vec<Vec<Vec<Glyph>>> = vec![Vec::new(); marks.len()];
        for row in rows {
            let mut of_row: Vec<(usize, Vec<Glyph>)> = Vec::new();
            // What was written in one piece is one value, even where it overlaps the next label.
            for piece in row.chunk_by(Glyph::is_joined) {
                let Some(first) = piece.first() else { continue };
                let Some(owner) = owner(first, marks, &bounds) else {
                    continue;
                };
                match of_row.iter_mut().find(|(known, _)| *known == owner) {
                    // What stands far behind a value is something else without a label of its own.
                    Some((_, glyphs))
                        if glyphs
                            .last()
                            .is_some_and(|last| first.x - last.end() > GAP_MM_MAX) => {}
                    Some((_, glyphs)) => glyphs.extend_from_slice(piece),
                    None if is_near(marks.get(owner), first) => of_row.push((owner, piece.to_vec())),
                    None => {}
                }
            }
            for (owner, glyphs) in of_row {
                if let Some(value) = values.get_mut(owner) {
                    value.push(glyphs);
                }
            }
        }
        for ((at, mark), mut value) in marks.iter().enumerate().zip(values) {
            if let Label::Field(field) | Label::Party(field) = mark.label {
                value = figure::cut(field, mark.y, value);
            }
            let raw: String = value.iter().map(text).collect();
            let place = value
                .first()
                .and_then(|row| row.first())
                .map(|glyph| (glyph.x, glyph.y));
            match mark.label {
                Label::Field(field) => self.state(field, place, &raw),
                Label::Party(field) if is_of_seller(at, marks) => self.state(of_seller(field), place, &raw),
                Label::Party(field) => self.state(field, place, &raw),
                Label::Extra(name) if !raw.is_empty() => self.reading.invoice.extras.push(Extra {
                    name: name.to_owned(),
                    value: raw,
                    source: self.source,
                    place: self.place.clone(),
                }),
                Label::Extra(_) | Label::Idle => {}
            }
        }
    }

    /// A business tag stands alone in its run.
    fn state_business(&mut self, rows: &[Vec<Glyph>]) {
        let found = rows
            .iter()
            .flat_map(|row| row.chunk_by(|a, b| a.run == b.run))
            .find(|piece| BUSINESSES.contains(&text(*piece).as_str()));
        if let Some(piece) = found {
            let at = piece.first().map(|glyph| (glyph.x, glyph.y));
            self.state(FieldName::Business, at, &text(piece));
        }
    }
}

/// Where the value of a label ends at the latest: at the next label of its row or at a vertical word.
fn bound(mark: &Mark, marks: &[Mark], verticals: &[Vertical]) -> f64 {
    let labels = marks
        .iter()
        .filter(|other| other.x > mark.end && (other.y - mark.y).abs() <= SAME_ROW_MM)
        .map(|other| other.x);
    let words = verticals
        .iter()
        .filter(|word| word.x > mark.end && word.divides(mark.y))
        .map(|word| word.x);
    labels.chain(words).fold(f64::MAX, f64::min)
}

/// Whether a glyph may begin the value of a label; what stands far off behind an empty field is something else.
fn is_near(mark: Option<&Mark>, glyph: &Glyph) -> bool {
    mark.is_some_and(|mark| glyph.x - mark.end <= LEAD_MM_MAX)
}

/// The label a glyph belongs to: on its own row the nearest to the left, else the nearest in height.
fn owner(glyph: &Glyph, marks: &[Mark], bounds: &[f64]) -> Option<usize> {
    let distance = |mark: &Mark| (mark.y - glyph.y).abs();
    marks
        .iter()
        .zip(bounds)
        .enumerate()
        .filter(|(_, (mark, bound))| {
            mark.end <= glyph.x + 0.6 && glyph.x < **bound && distance(mark) <= reach(mark.label)
        })
        .min_by(|(_, (a, _)), (_, (b, _))| {
            let rank = |mark: &Mark| match distance(mark) {
                near if near <= SAME_ROW_MM => 0.0,
                far => far,
            };
            rank(a).total_cmp(&rank(b)).then(b.end.total_cmp(&a.end))
        })
        .map(|(at, _)| at)
}

/// How far above or below a label its value may stand. Names and addresses wrap; figures and dates never do.
fn reach(label: Label) -> f64 {
    use FieldName::{Drawer, Payee, Reviewer, TotalWords};
    match label {
        Label::Field(field) | Label::Party(field) if figure::is_one(field) => FIGURE_REACH_MM,
        // They have room in their row, and other words stand close above and below them.
        Label::Field(TotalWords | Drawer | Payee | Reviewer) => FIGURE_REACH_MM,
        _ => WRAP_MM,
    }
}

/// Whether a label of a party is the seller's: where parties are named in full (销售方名称), it follows that one; else
/// it has a twin to its left in the same row, or above it.
fn is_of_seller(at: usize, marks: &[Mark]) -> bool {
    let Some(mark) = marks.get(at) else { return false };
    let names = marks.iter().filter(|other| {
        let is_name = matches!(
            other.label,
            Label::Field(FieldName::BuyerName | FieldName::SellerName)
        );
        is_name && other.y <= mark.y + SAME_ROW_MM && other.x <= mark.x + SAME_ROW_MM
    });
    // Of the names in one row the last one to the left.
    let nearest = names.max_by(|a, b| match (a.y - b.y).abs() <= SAME_ROW_MM {
        true => a.x.total_cmp(&b.x),
        false => a.y.total_cmp(&b.y),
    });
    if let Some(name) = nearest {
        return name.label == Label::Field(FieldName::SellerName);
    }
    let twins = || marks.iter().filter(|other| other.label == mark.label);
    let has_twin_beside = twins().any(|other| other != mark && (other.y - mark.y).abs() <= SAME_ROW_MM);
    if has_twin_beside {
        twins().any(|other| other.x < mark.x && (other.y - mark.y).abs() <= SAME_ROW_MM)
    } else {
        twins().any(|other| other.y < mark.y - SAME_ROW_MM)
    }
}

/// Fields that have an area of the page instead of a label beside them.
struct Zones {
    remark: Option<(f64, f64, f64)>,
    cipher: Option<(f64, f64, f64)>,
}

impl Zones {
    /// Each zone is what lies right of its vertical word, between two heights: the cipher area above the item table,
    /// the remark between the total in words and the row of the drawer.
    fn new(verticals: &[Vertical], table: Option<&Table>, rows: &[Vec<Glyph>]) -> Zones {
        let word = |kind: Kind| verticals.iter().find(|word| word.kind == kind);
        let rows_of = |words: &'static str| {
            rows.iter()
                .filter(move |row| {
                    row.iter()
                        .map(|glyph| glyph.bare)
                        .collect::<String>()
                        .contains(words)
                })
                .filter_map(|row| row.first())
                .map(|glyph| glyph.y)
        };
        // A remark may say 价税合计 as well; the sum itself stands first.
        let total_y = rows_of("价税合计").reduce(f64::min);
        let remark = word(Kind::Remark)
            .map(|word| (word.x, word.top, word.bottom))
            .or_else(|| horizontal_remark(rows, total_y))
            .map(|(left, top, bottom)| {
                let drawer_y = rows_of("开票人").reduce(f64::max);
                let bottom = drawer_y.filter(|y| *y > bottom).unwrap_or(bottom + 8.0);
                (left, total_y.unwrap_or(top - 8.0) + 2.0, bottom - 1.5)
            });
        let cipher = word(Kind::Cipher).map(|word| {
            let bottom = table.map_or(word.bottom + 8.0, |table| table.top - 1.5);
            (word.x, word.top - 6.0, bottom)
        });
        Zones { remark, cipher }
    }

    fn take_remark(&self, rows: &mut [Vec<Glyph>]) -> Vec<Vec<Glyph>> {
        take_zone(self.remark, rows)
    }

    fn take_cipher(&self, rows: &mut [Vec<Glyph>]) -> Vec<Vec<Glyph>> {
        take_zone(self.cipher, rows)
    }
}

/// Left edge, top and bottom of the word 备注 where it is written from left to right below the total.
fn horizontal_remark(rows: &[Vec<Glyph>], total_y: Option<f64>) -> Option<(f64, f64, f64)> {
    let total_y = total_y?;
    rows.iter().find_map(|row| match row.as_slice() {
        [first, second, rest @ ..] if first.bare == '备' && second.bare == '注' && first.y > total_y => {
            let ends = rest
                .first()
                .is_none_or(|next| next.run != second.run || next.bare == ':');
            let colon = rest.first().filter(|next| next.bare == ':');
            ends.then_some((colon.unwrap_or(second).x, first.y, first.y))
        }
        _ => None,
    })
}

fn take_zone(zone: Option<(f64, f64, f64)>, rows: &mut [Vec<Glyph>]) -> Vec<Vec<Glyph>> {
    let Some((left, top, bottom)) = zone else {
        return Vec::new();
    };
    let is_inside = |glyph: &Glyph| glyph.x > left + 2.5 && glyph.y > top && glyph.y < bottom;
    rows.iter_mut()
        .map(|row| {
            // A name that runs over into a zone is not cut by it.
            let of_zone = |piece: &&[Glyph]| piece.first().is_some_and(is_inside);
            let (inside, outside): (Vec<&[Glyph]>, Vec<&[Glyph]>) =
                row.chunk_by(Glyph::is_joined).partition(of_zone);
            let (inside, outside) = (inside.concat(), outside.concat());
            *row = outside;
            inside
        })
        .filter(|row| !row.is_empty())
        .collect()
}
