//! The characters of a page with their places, sorted into rows.
//!
//! Everything on an invoice is found by where it stands, never by the order in which the file draws it. Lengths are
//! millimetres from the upper left corner. Characters drawn twice in one place count once.

use std::cmp::Ordering;
use std::collections::HashMap;

use invoice::normalise;

/// How far two characters of one row may differ in height. Labels and values of one row differ by up to 0.3.
const ROW_TOLERANCE_MM: f64 = 1.0;
/// How far apart, as a share of its height, a character and its overprint may stand.
const OVERPRINT_SHARE: f64 = 0.15;
const OVERPRINT_MM_MIN: f64 = 0.3;
const OVERPRINT_CELL_MM: f64 = 1.0;

/// One visible character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    /// As the file has it.
    pub(crate) raw: char,
    /// The first character of its normal form, for matching labels.
    pub(crate) bare: char,
    /// Start of its base line.
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Height of the type.
    pub(crate) size: f64,
    /// How far it advances.
    pub(crate) width: f64,
    /// The run it belongs to: characters of one run were written together.
    pub(crate) run: usize,
    /// Whether white space stands before it in its run.
    pub(crate) is_spaced: bool,
}

impl Glyph {
    /// A character whose width is not known: Chinese ones are as wide as they are high, Latin ones half of that.
    /// `None` for characters nobody sees.
    pub(crate) fn new(
        raw: char,
        (x, y): (f64, f64),
        size: f64,
        run: usize,
        is_spaced: bool,
    ) -> Option<Glyph> {
        let bare = bare(raw)?;
        let is_finite = x.is_finite() && y.is_finite() && size.is_finite();
        is_finite.then_some(Glyph {
            raw,
            bare,
            x,
            y,
            size,
            width: if bare.is_ascii() { size / 2.0 } else { size },
            run,
            is_spaced,
        })
    }

    /// Where it ends.
    pub(super) fn end(&self) -> f64 {
        self.x + self.width
    }

    /// Whether the next character was written together with this one, without a blank or a gap between them.
    pub(super) fn is_joined(&self, next: &Glyph) -> bool {
        self.run == next.run && !next.is_spaced && next.x - self.end() <= 0.5 * self.size
    }
}

/// The rows of a page from top to bottom, each from left to right.
pub(super) fn rows(glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    let mut glyphs = without_overprints(glyphs);
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            Some(row)
                if row
                    .first()
                    .is_some_and(|first| glyph.y - first.y <= ROW_TOLERANCE_MM) =>
            {
                row.push(glyph);
            }
            _ => rows.push(vec![glyph]),
        }
    }
    rows.iter().map(|row| left_to_right(row)).collect()
}

/// A row from left to right. Words that overlap, such as a label and a value that starts on its colon, are not mixed
/// up: what was written in one piece stays in one piece.
fn left_to_right(row: &[Glyph]) -> Vec<Glyph> {
    let mut by_run = row.to_vec();
    by_run.sort_by(|a, b| a.run.cmp(&b.run).then(a.x.total_cmp(&b.x)));
    let mut pieces: Vec<&[Glyph]> = by_run.chunk_by(Glyph::is_joined).collect();
    pieces.sort_by(|a, b| match (a.first(), b.first()) {
        (Some(a), Some(b)) => a.x.total_cmp(&b.x).then(a.run.cmp(&b.run)),
        _ => Ordering::Equal,
    });
    pieces.concat()
}

/// Fake bold draws the same character again a hair's breadth away; of such twins the first is kept.
fn without_overprints(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let cell = |length: f64| (length / OVERPRINT_CELL_MM) as i64;
    let mut seen: HashMap<(char, i64, i64), Vec<(f64, f64)>> = HashMap::new();
    let mut kept = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        // Even two narrow characters side by side are farther apart than this.
        let near = (OVERPRINT_SHARE * glyph.size).clamp(OVERPRINT_MM_MIN, OVERPRINT_CELL_MM);
        let (column, row) = (cell(glyph.x), cell(glyph.y));
        let is_twin = (-1..=1).any(|dx| {
            (-1..=1).any(|dy| {
                let key = (glyph.bare, column.saturating_add(dx), row.saturating_add(dy));
                seen.get(&key).is_some_and(|places| {
                    places
                        .iter()
                        .any(|(x, y)| (x - glyph.x).abs() <= near && (y - glyph.y).abs() <= near)
                })
            })
        });
        if !is_twin {
            seen.entry((glyph.bare, column, row))
                .or_default()
                .push((glyph.x, glyph.y));
            kept.push(glyph);
        }
    }
    kept
}

/// The first character of the normal form; `None` for characters nobody sees.
fn bare(raw: char) -> Option<char> {
    let is_plain = raw.is_ascii_graphic() || ('\u{4E00}'..='\u{9FFF}').contains(&raw);
    if is_plain {
        return Some(raw);
    }
    normalise(raw.encode_utf8(&mut [0; 4])).chars().next()
}

/// The text of glyphs in their order, with the blanks that stood inside runs.
pub(super) fn text<'a>(glyphs: impl IntoIterator<Item = &'a Glyph>) -> String {
    let mut text = String::new();
    let mut run = None;
    for glyph in glyphs {
        if glyph.is_spaced && run == Some(glyph.run) {
            text.push(' ');
        }
        run = Some(glyph.run);
        text.push(glyph.raw);
    }
    text
}
