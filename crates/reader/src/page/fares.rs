//! The fares of an air itinerary (航空运输电子客票行程单): a row of words with a figure below each.
//!
//! The words are 票价, 燃油附加费, 增值税税率, 增值税税额, 民航发展基金, 其他税费 and 合计. The invoice's amount is the
//! fare as printed; what has no field of its own is kept beside the fields.

use invoice::FieldName;

use super::glyphs::{Glyph, text};

/// The words in their normal form, with the fields that three of them have.
const HEADS: [(&str, Option<FieldName>); 7] = [
    ("票价", Some(FieldName::Amount)),
    ("燃油附加费", None),
    ("增值税税率", None),
    ("增值税税额", Some(FieldName::Tax)),
    ("民航发展基金", None),
    ("其他税费", None),
    ("合计", Some(FieldName::Total)),
];
/// Fewer words than this are not the row looked for.
const HEADS_MIN: usize = 4;
/// How far below their words the figures stand at most.
const DROP_MM_MAX: f64 = 9.0;

/// A figure of the row, without its currency.
#[derive(Debug, PartialEq)]
pub(super) struct Fare {
    pub(super) head: &'static str,
    pub(super) field: Option<FieldName>,
    pub(super) raw: String,
    pub(super) at: (f64, f64),
}

/// Takes the fares out of the rows; none on a page without them.
pub(super) fn take(rows: &mut [Vec<Glyph>]) -> Vec<Fare> {
    let found = rows.iter().enumerate().find_map(|(at, row)| {
        let heads = heads(row);
        (heads.len() >= HEADS_MIN).then_some((at, heads))
    });
    let Some((head_at, heads)) = found else {
        return Vec::new();
    };
    let y_of = |row: &[Glyph]| row.first().map(|glyph| glyph.y);
    let Some(top) = rows.get(head_at).and_then(|row| y_of(row)) else {
        return Vec::new();
    };
    let is_below = |y: f64| y > top + 1.0 && y <= top + DROP_MM_MAX;
    let Some(figures) = rows.iter_mut().find(|row| y_of(row).is_some_and(is_below)) else {
        return Vec::new();
    };
    let fares = heads
        .iter()
        .enumerate()
        .filter_map(|(at, (head, field, start))| {
            let end = heads.get(at + 1).map_or(f64::MAX, |(.., next)| *next);
            let own: Vec<Glyph> = figures
                .iter()
                .filter(|glyph| glyph.x >= start - 1.0 && glyph.x < end - 1.0)
                .copied()
                .collect();
            let first = own.first()?;
            let raw = text(&own);
            Some(Fare {
                head,
                field: *field,
                at: (first.x, first.y),
                raw: raw.trim_start_matches("CNY").trim().to_owned(),
            })
        })
        .collect();
    figures.clear();
    if let Some(row) = rows.get_mut(head_at) {
        row.clear();
    }
    fares
}

/// The words of a row with their places, from left to right.
fn heads(row: &[Glyph]) -> Vec<(&'static str, Option<FieldName>, f64)> {
    let mut heads = Vec::new();
    let mut at = 0;
    while let Some(rest) = row.get(at..).filter(|rest| !rest.is_empty()) {
        let found = HEADS.iter().find(|(words, _)| {
            let bare = rest.iter().map(|glyph| glyph.bare);
            words.chars().count() <= rest.len() && bare.zip(words.chars()).all(|(a, b)| a == b)
        });
        match (found, rest.first()) {
            (Some((words, field)), Some(first)) => {
                heads.push((*words, *field, first.x));
                at += words.chars().count();
            }
            _ => at += 1,
        }
    }
    heads
}
