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

/// What the content of a page holds.
pub(super) struct Content {
    /// The visible characters in the order in which they are drawn.
    pub(super) glyphs: Vec<Glyph>,
    /// Steps of paths, and pictures: what may show a code.
    pub(super) path_steps: usize,
}

/// Reads the content of a page.
pub(super) fn on_page(page: &Page<'_>, fonts: &mut Fonts) -> Content {
    let mut interpreter = Interpreter::new(fonts);
    interpreter.page(page);
    let path_steps = interpreter.path_steps();
    Content {
        glyphs: runs::glyphs(interpreter.into_spots()),
        path_steps,
    }
}
