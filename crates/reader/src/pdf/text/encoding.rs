//! Characters of simple fonts: the base encodings and the glyph names of `Differences` (ISO 32000-2, Annex D).

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1252};

/// A base encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Standard,
    WinAnsi,
    MacRoman,
}

impl Base {
    pub(super) fn named(name: &[u8]) -> Option<Base> {
        match name {
            b"WinAnsiEncoding" => Some(Base::WinAnsi),
            b"MacRomanEncoding" => Some(Base::MacRoman),
            b"StandardEncoding" => Some(Base::Standard),
            _ => None,
        }
    }

    /// The character of a code; `None` where the encoding has none.
    pub(super) fn character(self, code: u8) -> Option<char> {
        let decode = |encoding: &'static Encoding| {
            let bytes = [code];
            let (text, _) = encoding.decode_without_bom_handling(&bytes);
            text.chars().next().filter(|c| !c.is_control())
        };
        match self {
            Base::WinAnsi => decode(WINDOWS_1252),
            Base::MacRoman => decode(MACINTOSH),
            Base::Standard => match code {
                b'\'' => Some('’'),
                b'`' => Some('‘'),
                0x20..=0x7E => Some(char::from(code)),
                0xA1 => Some('¡'),
                0xA2 => Some('¢'),
                0xA3 => Some('£'),
                0xA5 => Some('¥'),
                0xA7 => Some('§'),
                0xA8 => Some('¤'),
                0xB4 => Some('·'),
                0xB7 => Some('•'),
                0xD0 => Some('—'),
                _ => None,
            },
        }
    }
}

/// Names of characters that are neither letters nor of the form `uniXXXX`.
const NAMES: &[(&str, char)] = &[
    ("space", ' '),
    ("exclam", '!'),
    ("quotedbl", '"'),
    ("numbersign", '#'),
    ("dollar", '$'),
    ("percent", '%'),
    ("ampersand", '&'),
    ("quotesingle", '\''),
    ("quoteright", '’'),
    ("quoteleft", '‘'),
    ("quotedblleft", '“'),
    ("quotedblright", '”'),
    ("parenleft", '('),
    ("parenright", ')'),
    ("asterisk", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("hyphen", '-'),
    ("minus", '-'),
    ("period", '.'),
    ("slash", '/'),
    ("zero", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
    ("colon", ':'),
    ("semicolon", ';'),
    ("less", '<'),
    ("equal", '='),
    ("greater", '>'),
    ("question", '?'),
    ("at", '@'),
    ("bracketleft", '['),
    ("backslash", '\\'),
    ("bracketright", ']'),
    ("asciicircum", '^'),
    ("underscore", '_'),
    ("grave", '`'),
    ("braceleft", '{'),
    ("bar", '|'),
    ("braceright", '}'),
    ("asciitilde", '~'),
    ("yen", '¥'),
    ("cent", '¢'),
    ("sterling", '£'),
    ("section", '§'),
    ("degree", '°'),
    ("multiply", '×'),
    ("divide", '÷'),
    ("periodcentered", '·'),
    ("bullet", '•'),
    ("endash", '–'),
    ("emdash", '—'),
    ("ellipsis", '…'),
];

/// The character of a glyph name; `None` for names that say nothing (`g12`, `.notdef`).
pub(super) fn named(name: &str) -> Option<char> {
    let stem = name.split('.').next().filter(|stem| !stem.is_empty())?;
    let mut letters = stem.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return letter.is_ascii_alphabetic().then_some(letter);
    }
    if let Some((_, character)) = NAMES.iter().find(|(known, _)| *known == stem) {
        return Some(*character);
    }
    let hex = match stem.strip_prefix("uni") {
        Some(hex) if hex.len() == 4 => hex,
        _ => stem
            .strip_prefix('u')
            .filter(|hex| (4..=6).contains(&hex.len()))?,
    };
    char::from_u32(u32::from_str_radix(hex, 16).ok()?).filter(|c| !c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_glyphs() {
        for (name, expect) in [
            ("A", Some('A')),
            ("seven", Some('7')),
            ("uni53D1", Some('发')),
            ("u20000", Some('\u{20000}')),
            ("one.tab", Some('1')),
            (".notdef", None),
            ("g12", None),
            ("uni", None),
            ("5", None),
        ] {
            assert_eq!(named(name), expect, "{name}");
        }
    }

    #[test]
    fn base_encodings() {
        assert_eq!(Base::WinAnsi.character(0xA5), Some('¥'));
        assert_eq!(Base::MacRoman.character(0xB4), Some('¥'));
        assert_eq!(Base::Standard.character(0xA5), Some('¥'));
        assert_eq!(Base::Standard.character(0x07), None);
        assert_eq!(Base::WinAnsi.character(b'7'), Some('7'));
    }
}
