//! The characters of an OFD page for the reading of its face. What lies outside the page is not on the face and is
//! left out.

use ofd::{Document, Origin};

use crate::page::{self, Glyph};

/// A step down of this much inside a run starts another piece of text.
const STEP_MM: f64 = 1.0;

/// Steps in the direction of writing that are wider, as a share of the type's height, lead to another row.
const TURNED_STEP_MAX: f64 = 1.3;

/// Whether a text runs down or up the page: download counts (下载次数) and the printer's notes in the margin. The
/// vertical words of the form are kept, because they divide the page.
fn is_turned(text: &ofd::TextRun) -> bool {
    let size = text.font_size.abs();
    let runs_down = text.glyphs.windows(2).all(|pair| match pair {
        [a, b] => {
            let (across, along) = ((b.x - a.x).abs(), (b.y - a.y).abs());
            along > across && along > 0.2 * size && along <= TURNED_STEP_MAX * size
        }
        _ => true,
    });
    text.glyphs.len() >= 3 && runs_down && !page::is_of_form(text.text.trim())
}

/// Whether a text object goes on where the last one ended: some makers place every character by itself.
fn continues(last: Option<&Glyph>, text: &ofd::TextRun) -> bool {
    let Some(last) = last else { return false };
    let start = text.start();
    let gap = start.x - last.x - last.width;
    let is_level = (start.y - last.y).abs() <= 0.2 * last.size;
    let same_size = (text.font_size.abs() - last.size).abs() <= 0.1 * last.size;
    is_level && same_size && (-0.5..=0.25).contains(&(gap / last.size.max(0.1)))
}

/// The visible characters of one page, template included.
pub(super) fn on_page(document: &Document, page_index: usize) -> Vec<Glyph> {
    let Some(page) = document.pages.get(page_index) else {
        return Vec::new();
    };
    let mut glyphs = Vec::new();
    let mut run = 0;
    let mut after_single = false;
    for (origin, text) in document.texts_on(page_index) {
        // Annotations are put over the face afterwards: download counts, stamps.
        if origin == Origin::Annotation || is_turned(text) {
            continue;
        }
        let is_single = text.glyphs.len() == 1;
        if !(is_single && after_single && continues(glyphs.last(), text)) {
            run += 1;
        }
        after_single = is_single;
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
