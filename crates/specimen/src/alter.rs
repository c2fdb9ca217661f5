//! Files that are wrong on purpose: damaged ones, and ones in which a single layer was changed.
//!
//! [`altered`] makes the latter without end: a shape is a form, a layer of it (`layers`) and a class of fields
//! (`edits`). To add one, add a row to either table.

mod cases;
mod edits;
mod layers;
mod special;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use invoice::parse_cents;
use sm3::{Digest, Sm3};

use crate::face;
use crate::forms::own_style;
use crate::specimen::Specimen;
use crate::write::ofd::{self, Layers};
use crate::write::pdf::{self, Page};
use crate::write::xml::{self, XmlStyle};

pub use cases::{AlteredFile, AlteredFiles, altered};
pub use edits::FieldClass;

/// The password of encrypted archives.
pub const PASSWORD: &str = "yangpiao";

/// A way to damage a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The first quarter only, as broken downloads are.
    Truncated,
    /// Every 13th byte changed.
    Flipped,
    /// Nothing but white space; `mark` keeps the bytes of two such files apart.
    Emptied,
}

/// Damages a file so that nothing can be read from it.
pub(crate) fn damage(mut bytes: Vec<u8>, way: Damage, mark: &str) -> Vec<u8> {
    match way {
        Damage::Truncated => bytes.truncate(bytes.len() / 4),
        Damage::Flipped => bytes.iter_mut().step_by(13).for_each(|byte| *byte ^= 0x5A),
        Damage::Emptied => {
            let digest = STANDARD.encode(Sm3::digest(mark.as_bytes()));
            bytes = digest
                .bytes()
                .map(|byte| if byte % 2 == 0 { b' ' } else { b'\n' })
                .collect();
        }
    }
    bytes
}

/// A number with its first digit raised by one (nine becomes one): the change that pays.
pub(crate) fn raised(figure: &str) -> String {
    let mut is_done = false;
    figure
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(digit) if !is_done => {
                is_done = true;
                char::from_digit(digit % 9 + 1, 10).unwrap_or(c)
            }
            _ => c,
        })
        .collect()
}

/// A PDF whose text says another total than its QR code and its words.
pub(crate) fn pdf_text(specimen: &Specimen) -> Vec<u8> {
    let mut pages = face::pages(specimen);
    for face in &mut pages {
        for mark in face
            .values
            .iter_mut()
            .filter(|mark| mark.tag == Some("TaxInclusiveTotalAmount"))
        {
            mark.text = raised(&mark.text);
        }
    }
    let pages: Vec<Page> = pages
        .into_iter()
        .map(|face| Page::Face(face, specimen.qr_text()))
        .collect();
    pdf::write(&pages, &own_style(specimen), &specimen.number)
}

/// An OFD whose page says another total than its attachment, changed after signing: its digest no longer holds.
pub(crate) fn ofd_text(specimen: &Specimen) -> Vec<u8> {
    let mut page = specimen.clone();
    page.said_in_words = Some(specimen.total);
    page.total = parse_cents(&raised(&specimen.total.to_string())).unwrap_or(specimen.total);
    let layers = Layers {
        page: &page,
        ..Layers::honest(specimen)
    };
    ofd::write_layers(&layers, &ofd::legacy())
}

/// An XML whose total contradicts its words, lines and other sums.
pub(crate) fn xml_total(specimen: &Specimen) -> Vec<u8> {
    let text = String::from_utf8(xml::write(specimen, XmlStyle::Bureau)).unwrap_or_default();
    let total = specimen.total.to_string();
    let tag = "TotalTax-includedAmount";
    text.replace(
        &format!("<{tag}>{total}</{tag}>"),
        &format!("<{tag}>{}</{tag}>", raised(&total)),
    )
    .into_bytes()
}

/// The same OFD, its parts zipped by another program: other bytes, same invoice.
pub(crate) fn zipped_again(specimen: &Specimen) -> Vec<u8> {
    let mut style = ofd::legacy();
    style.has_descriptors = true;
    ofd::write(specimen, &style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_is_raised() {
        assert_eq!(raised("1234.50"), "2234.50");
        assert_eq!(raised("-9.00"), "-1.00");
        assert_eq!(raised("¥"), "¥");
    }
}
