//! The characters of a PDF page with their places: an interpreter of content streams that draws nothing.
//!
//! Lengths handed out are millimetres from the upper left corner of the page as it is seen, `/Rotate` applied. Nothing
//! is clipped to the crop box, which real invoices put beside their content. What nobody sees (render mode 3, the
//! text of a scanner's recognition) and what is written across the page (下载次数) is left out.

mod embedded;
mod encoding;
mod font;
mod interpreter;
mod matrix;
mod runs;
#[cfg(test)]
mod tests;
mod widths;

pub(super) use interpreter::Fonts;

use hayro_syntax::page::Page;

use crate::page::Glyph;
use interpreter::Interpreter;

/// The visible characters of a page in the order in which they are drawn.
pub(super) fn on_page<'a>(page: &Page<'a>, fonts: &mut Fonts) -> Vec<Glyph> {
    let mut interpreter = Interpreter::new(fonts);
    interpreter.page(page);
    runs::glyphs(interpreter.into_spots())
}
