//! The characters of a page with their places, sorted into rows.
//!
//! Everything on an invoice is found by where it stands, never by the order in which the file draws it. Lengths are
//! millimetres from the upper left corner. What lies outside the page is not on the face and is left out, as are
//! characters drawn twice in one place.

use std::collections::HashSet;

use invoice::normalise;
use ofd::{Document, Origin};

/// How far two characters of one row may differ in height. Labels and values of one row differ by up to 0.3.
const ROW_TOLERANCE_MM: f64 = 1.0;

/// One visible character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    /// As the file has it.
    pub(super) raw: char,
    /// The first character of its normal form, for matching labels.
    pub(super) bare: char,
    /// Start of its base line.
    pub(super) x: f64,
    pub(super) y: f64,
    /// Height of the type.
    pub(super) size: f64,
    /// The run it belongs to: characters of one run were written together.
    pub(super) run: usize,
    /// Whether white space stands before it in its run.
    pub(super) is_spaced: bool,
}

impl Glyph {
    /// About where it ends: Chinese characters are as wide as they are high, Latin ones half of that.
    pub(super) fn end(&self) -> f64 {
        self.x
            + if self.bare.is_ascii() {
                self.size / 2.0
            } else {
                self.size
            }
    }
}

/// The rows of a page from top to bottom, each from left to right.
pub(super) fn rows(document: &Document, page_index: usize) -> Vec<Vec<Glyph>> {
    let mut glyphs = collect(document, page_index);
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
    for row in &mut rows {
        row.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.run.cmp(&b.run)));
    }
    rows
}

fn collect(document: &Document, page_index: usize) -> Vec<Glyph> {
    let Some(page) = document.pages.get(page_index) else {
        return Vec::new();
    };
    let mut glyphs = Vec::new();
    let mut seen = HashSet::new();
    let mut run = 0;
    for (origin, text) in document.texts_on(page_index) {
        // Annotations are put over the face afterwards: download counts, stamps.
        if origin == Origin::Annotation {
            continue;
        }
        run += 1;
        let mut is_spaced = false;
        let mut before: Option<ofd::Point> = None;
        for (raw, place) in text.text.chars().zip(&text.glyphs) {
            // A step down inside a run starts another piece of text.
            if before.is_some_and(|before| (place.y - before.y).abs() > ROW_TOLERANCE_MM) {
                run += 1;
                is_spaced = false;
            }
            before = Some(*place);
            if raw.is_whitespace() || !page.area.contains(*place) {
                is_spaced = true;
                continue;
            }
            let Some(bare) = bare(raw) else { continue };
            // Tenths of a millimetre: fake bold draws the same character a hair's breadth away.
            let spot = (bare, (place.x * 10.0) as i64 / 3, (place.y * 10.0) as i64 / 3);
            if seen.insert(spot) {
                let size = text.font_size.abs();
                glyphs.push(Glyph {
                    raw,
                    bare,
                    x: place.x,
                    y: place.y,
                    size,
                    run,
                    is_spaced,
                });
            }
            is_spaced = false;
        }
    }
    glyphs
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
