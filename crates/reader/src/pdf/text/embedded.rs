//! The characters of an embedded font program, read backwards from its own `cmap`: the way to the text where a PDF
//! gives glyph numbers and no `ToUnicode`.

use std::collections::HashMap;

use hayro_syntax::object::{Dict, Object, Stream};
use skrifa::raw::TableProvider as _;
use skrifa::{FontRef, MetadataProvider as _};

/// Fonts beyond this size are not looked into; a whole Chinese font is about 20 MB.
const PROGRAM_BYTES_MAX: usize = 32 << 20;

/// From glyph number to character.
pub(super) type Reverse = HashMap<u32, char>;

/// The reverse `cmap` of the font program that a descriptor embeds; `None` where there is none.
pub(super) fn reverse(descriptor: &Dict<'_>) -> Option<Reverse> {
    let program = descriptor
        .get::<Stream<'_>>("FontFile2")
        .or_else(|| descriptor.get::<Stream<'_>>("FontFile3"))?;
    let bytes = program.decoded_data().ok()?;
    if bytes.len() > PROGRAM_BYTES_MAX {
        return None;
    }
    let font = FontRef::from_index(&bytes, 0).ok()?;
    font.cmap().ok()?;
    let mut reverse = Reverse::new();
    for (code, glyph) in font.charmap().mappings() {
        // Symbol fonts map the private use area, which says nothing.
        let character = char::from_u32(code).filter(|c| !c.is_control() && !is_private(*c));
        if let Some(character) = character {
            let known = reverse.entry(glyph.to_u32()).or_insert(character);
            // Of a radical and the character that looks like it, the character is meant.
            if is_compatibility(*known) && !is_compatibility(character) {
                *known = character;
            }
        }
    }
    (!reverse.is_empty()).then_some(reverse)
}

fn is_private(character: char) -> bool {
    ('\u{E000}'..='\u{F8FF}').contains(&character)
}

fn is_compatibility(character: char) -> bool {
    matches!(character, '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' | '\u{00A0}' | '\u{00AD}')
}

/// `CIDToGIDMap` of a CID font.
#[derive(Debug, Clone)]
pub(super) enum GlyphOfCid {
    Identity,
    Map(Vec<u8>),
}

impl GlyphOfCid {
    pub(super) fn of(font: &Dict<'_>) -> GlyphOfCid {
        match font.get::<Object<'_>>("CIDToGIDMap") {
            Some(Object::Stream(stream)) => match stream.decoded_data() {
                Ok(bytes) => GlyphOfCid::Map(bytes.into_owned()),
                Err(_) => GlyphOfCid::Map(Vec::new()),
            },
            _ => GlyphOfCid::Identity,
        }
    }

    pub(super) fn glyph(&self, cid: u32) -> Option<u32> {
        match self {
            GlyphOfCid::Identity => Some(cid),
            GlyphOfCid::Map(bytes) => {
                let at = usize::try_from(cid).ok()?.checked_mul(2)?;
                let pair = bytes.get(at..at.checked_add(2)?)?;
                Some(u32::from(u16::from_be_bytes(pair.try_into().ok()?)))
            }
        }
    }
}
