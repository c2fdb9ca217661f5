//! Fonts of a PDF, as far as text needs them: from the bytes of a string to characters and advances.
//!
//! The character of a code is asked of `ToUnicode` first, then of the encoding, then of the embedded font's own `cmap`.
//! Where none of them knows, the character is U+FFFD: a value with a hole in it is left out later, never guessed.

use std::borrow::Cow;

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};

use super::embedded::{self, GlyphOfCid, Reverse};
use super::encoding::{self, Base};
use super::widths::Widths;

/// A character whose code nothing translates.
pub(super) const UNKNOWN: char = char::REPLACEMENT_CHARACTER;
/// `ToUnicode` maps and embedded CMaps beyond this size are not parsed.
const CMAP_BYTES_MAX: usize = 4 << 20;

/// One character code of a string.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    /// Its characters: one as a rule, several for a ligature.
    pub(super) text: String,
    /// Advance in units of the font size.
    pub(super) width: f64,
    /// Whether it is the single byte 32, to which word spacing applies.
    pub(super) is_word_space: bool,
}

/// A font.
#[derive(Debug)]
pub(super) struct Font {
    to_unicode: Option<CMap>,
    widths: Widths,
    kind: Kind,
    reverse: Option<Reverse>,
    /// Whether it writes from top to bottom.
    pub(super) is_vertical: bool,
}

#[derive(Debug)]
enum Kind {
    /// One byte, one character.
    Simple(Vec<Option<char>>),
    /// CIDs of a composite font.
    Composite(Box<Composite>),
}

#[derive(Debug)]
struct Composite {
    codes: Codes,
    /// From codes to CIDs; without one the code is the CID.
    cids: Option<CMap>,
    /// From CIDs to characters, by the character collection.
    collection: Option<CMap>,
    glyphs: GlyphOfCid,
}

/// How a string of a composite font is cut into codes, and what a code itself says of its character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codes {
    /// Two bytes each.
    Pairs,
    /// UTF-16, big-endian.
    Utf16,
    /// UTF-32, big-endian.
    Utf32,
    /// GB 2312, GBK or GB 18030.
    Gb,
    /// By what the CMap knows.
    ByMap,
}

impl Font {
    pub(super) fn new(font: &Dict<'_>) -> Font {
        let subtype = name_of(font, "Subtype");
        let to_unicode = font.get::<Stream<'_>>("ToUnicode").and_then(|map| cmap(&map));
        if subtype.as_deref() == Some(b"Type0") {
            return Font::composite(font, to_unicode);
        }
        let descriptor = font.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
        let is_type3 = subtype.as_deref() == Some(b"Type3");
        Font {
            to_unicode,
            widths: Widths::of_simple(font, &descriptor, is_type3),
            kind: Kind::Simple(simple_encoding(font, is_type3)),
            reverse: None,
            is_vertical: false,
        }
    }

    fn composite(font: &Dict<'_>, to_unicode: Option<CMap>) -> Font {
        let descendant = font
            .get::<Array<'_>>("DescendantFonts")
            .and_then(|fonts| fonts.iter::<Dict<'_>>().next())
            .unwrap_or_default();
        let descriptor = descendant.get::<Dict<'_>>("FontDescriptor").unwrap_or_default();
        let (codes, cids, is_vertical) = code_map(font);
        let family = descendant
            .get::<Dict<'_>>("CIDSystemInfo")
            .and_then(|info| family_of(&info))
            .or_else(|| {
                let of_map = cids.as_ref()?.metadata().character_collection.as_ref()?;
                Some(of_map.family.clone())
            });
        let collection = family
            .and_then(|family| family.ucs2_cmap())
            .and_then(|name| predefined(&name));
        let needs_program = to_unicode.is_none() && collection.is_none() && codes == Codes::Pairs;
        Font {
            to_unicode,
            widths: Widths::of_cid(&descendant),
            reverse: needs_program.then(|| embedded::reverse(&descriptor)).flatten(),
            kind: Kind::Composite(Box::new(Composite {
                codes,
                cids,
                collection,
                glyphs: GlyphOfCid::of(&descendant),
            })),
            is_vertical,
        }
    }

    /// What a string shows.
    pub(super) fn show(&self, bytes: &[u8]) -> Vec<Shown> {
        match &self.kind {
            Kind::Simple(encoding) => bytes
                .iter()
                .map(|byte| Shown {
                    text: self.simple_text(encoding, *byte),
                    width: self.widths.of(u32::from(*byte)),
                    is_word_space: *byte == b' ',
                })
                .collect(),
            Kind::Composite(composite) => self.show_composite(composite, bytes),
        }
    }

    fn simple_text(&self, encoding: &[Option<char>], byte: u8) -> String {
        let by_encoding = || encoding.get(usize::from(byte)).copied().flatten();
        self.by_to_unicode(u32::from(byte))
            .unwrap_or_else(|| by_encoding().unwrap_or(UNKNOWN).to_string())
    }

    fn show_composite(&self, composite: &Composite, bytes: &[u8]) -> Vec<Shown> {
        let mut shown = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = composite.code_length(rest).clamp(1, rest.len());
            let (code_bytes, after) = rest.split_at(length);
            rest = after;
            let code = code_bytes
                .iter()
                .fold(0_u32, |code, byte| code << 8 | u32::from(*byte));
            let cid = composite.cid(code, length);
            let text = self
                .by_to_unicode(code)
                .or_else(|| composite.text(code_bytes, cid))
                .or_else(|| {
                    let glyph = composite.glyphs.glyph(cid?)?;
                    self.reverse.as_ref()?.get(&glyph).map(char::to_string)
                })
                .unwrap_or_else(|| UNKNOWN.to_string());
            shown.push(Shown {
                text,
                width: self.widths.of(cid.unwrap_or(0)),
                is_word_space: code_bytes == b" ",
            });
        }
        shown
    }

    /// What `ToUnicode` says; a map to nothing or to U+0000 says nothing.
    fn by_to_unicode(&self, code: u32) -> Option<String> {
        let text = match self.to_unicode.as_ref()?.lookup_bf_string(code)? {
            BfString::Char(character) => character.to_string(),
            BfString::String(text) => text,
        };
        let is_sound = !text.is_empty() && text.chars().all(|c| c != '\0' && c != UNKNOWN);
        is_sound.then_some(text)
    }
}

impl Composite {
    fn code_length(&self, rest: &[u8]) -> usize {
        let byte = |at: usize| rest.get(at).copied().unwrap_or(0);
        match self.codes {
            Codes::Pairs => 2,
            Codes::Utf16 if (0xD8..=0xDB).contains(&byte(0)) => 4,
            Codes::Utf16 => 2,
            Codes::Utf32 => 4,
            Codes::Gb if byte(0) < 0x80 => 1,
            Codes::Gb if byte(1).is_ascii_digit() => 4,
            Codes::Gb => 2,
            Codes::ByMap => {
                let knows = |length: &usize| {
                    let code = rest.get(..*length).map(|bytes| {
                        bytes
                            .iter()
                            .fold(0_u32, |code, byte| code << 8 | u32::from(*byte))
                    });
                    code.is_some_and(|code| self.cid(code, *length).is_some())
                };
                [2, 1, 3, 4].into_iter().find(knows).unwrap_or(2)
            }
        }
    }

    fn cid(&self, code: u32, length: usize) -> Option<u32> {
        match &self.cids {
            Some(map) => map.lookup_cid_code(code, u8::try_from(length).ok()?),
            None => Some(code),
        }
    }

    /// What the code itself or its character collection says.
    fn text(&self, code: &[u8], cid: Option<u32>) -> Option<String> {
        let by_code = match self.codes {
            Codes::Utf16 => {
                let units = code.chunks_exact(2).map(|pair| match pair {
                    [high, low] => u16::from_be_bytes([*high, *low]),
                    _ => 0,
                });
                char::decode_utf16(units).collect::<Result<String, _>>().ok()
            }
            Codes::Utf32 => {
                let code = u32::from_be_bytes(code.try_into().ok()?);
                char::from_u32(code).map(|c| c.to_string())
            }
            Codes::Gb => encoding_rs::GB18030
                .decode_without_bom_handling_and_without_replacement(code)
                .map(Cow::into_owned),
            Codes::Pairs | Codes::ByMap => None,
        };
        by_code.filter(|text| !text.is_empty()).or_else(|| {
            let text = match self.collection.as_ref()?.lookup_bf_string(cid?)? {
                BfString::Char(character) => character.to_string(),
                BfString::String(text) => text,
            };
            Some(text)
        })
    }
}

/// How codes are cut, the map to CIDs, and whether the font writes downwards.
fn code_map(font: &Dict<'_>) -> (Codes, Option<CMap>, bool) {
    match font.get::<Object<'_>>("Encoding") {
        Some(Object::Name(name)) => {
            let is_vertical = name.ends_with(b"-V");
            let name: &[u8] = &name;
            let codes = match name {
                b"Identity-H" | b"Identity-V" => return (Codes::Pairs, None, is_vertical),
                _ if contains(name, b"UTF32") => Codes::Utf32,
                _ if contains(name, b"UCS2") || contains(name, b"UTF16") => Codes::Utf16,
                _ if name.starts_with(b"GB") => Codes::Gb,
                _ => Codes::ByMap,
            };
            (codes, predefined(&CMapName::from_bytes(name)), is_vertical)
        }
        Some(Object::Stream(stream)) => {
            let map = cmap(&stream);
            let is_vertical = stream.dict().get::<i32>("WMode") == Some(1);
            let codes = if map.is_some() { Codes::ByMap } else { Codes::Pairs };
            (codes, map, is_vertical)
        }
        _ => (Codes::Pairs, None, false),
    }
}

fn family_of(info: &Dict<'_>) -> Option<CidFamily> {
    let registry = info.get::<PdfString<'_>>("Registry")?;
    let ordering = info.get::<PdfString<'_>>("Ordering")?;
    Some(CidFamily::from_registry_ordering(
        registry.as_bytes(),
        ordering.as_bytes(),
    ))
}

/// The characters of the 256 codes of a simple font.
fn simple_encoding(font: &Dict<'_>, is_type3: bool) -> Vec<Option<char>> {
    let encoding = font.get::<Object<'_>>("Encoding");
    let (base, differences) = match &encoding {
        Some(Object::Name(name)) => (Base::named(name), None),
        Some(Object::Dict(dict)) => (
            dict.get::<Name<'_>>("BaseEncoding")
                .and_then(|name| Base::named(&name)),
            dict.get::<Array<'_>>("Differences"),
        ),
        _ => (None, None),
    };
    let implied = match name_of(font, "Subtype").as_deref() {
        Some(b"TrueType") => Base::WinAnsi,
        _ => Base::Standard,
    };
    let base = base.unwrap_or(implied);
    // The codes of a Type 3 font mean what its own names say and nothing else.
    let mut characters: Vec<Option<char>> = (0..=u8::MAX)
        .map(|code| if is_type3 { None } else { base.character(code) })
        .collect();
    let mut code = 0_usize;
    for object in differences.iter().flat_map(Array::iter::<Object<'_>>).take(1_024) {
        match object {
            Object::Number(number) => code = usize::try_from(number.as_i64()).unwrap_or(usize::MAX),
            Object::Name(name) => {
                if let Some(character) = characters.get_mut(code) {
                    *character = std::str::from_utf8(&name).ok().and_then(encoding::named);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    characters
}

fn cmap(stream: &Stream<'_>) -> Option<CMap> {
    let bytes = stream.decoded_data().ok()?;
    if bytes.len() > CMAP_BYTES_MAX {
        return None;
    }
    CMap::parse(&bytes, load_embedded)
}

fn predefined(name: &CMapName<'_>) -> Option<CMap> {
    CMap::parse(load_embedded(*name)?, load_embedded)
}

fn name_of(dict: &Dict<'_>, key: &str) -> Option<Vec<u8>> {
    dict.get::<Name<'_>>(key).map(|name| name.to_vec())
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
