//! The characters of an OFD page for the reading of its face. What lies outside the page is not on the face and is
//! left out.

use ofd::{Document, Origin};

use crate::page::Glyph;

/// A step down of this much inside a run starts another piece of text.
const STEP_MM: f64 = 1.0;

/// The visible characters of one page, template included.
pub(super) fn on_page(document: &Document, page_index: usize) -> Vec<Glyph> {
    let Some(page) = document.pages.get(page_index) else {
        return Vec::new();
    };
    let mut glyphs = Vec::new();
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
            if before.is_some_and(|before| (place.y - before.y).abs() > STEP_MM) {
                run += 1;
                is_spaced = false;
            }
            before = Some(*place);
            if raw.is_whitespace() || !page.area.contains(*place) {
                is_spaced = true;
                continue;
            }
            let size = text.font_size.abs();
            if let Some(glyph) = Glyph::new(raw, (place.x, place.y), size, run, is_spaced) {
                glyphs.push(glyph);
                is_spaced = false;
            }
        }
    }
    glyphs
}
