//! From the bytes of an XML file to text: byte order mark, then declaration, then UTF-8, then GB18030.
//! Decoding comes before parsing because the parser garbles UTF-16 silently and refuses GBK.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// Decodes an XML file. Bytes that fit no encoding become U+FFFD rather than an error.
///
/// The declared encoding is believed unless the bytes contradict it: text declared as UTF-8 that is not valid
/// UTF-8 is read as GB18030, which is what Chinese systems then meant. GB2312 and GBK are read as GB18030, their
/// superset.
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark_length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark_length..).unwrap_or_default();
        return decode_as(encoding, rest);
    }
    // `<?` or `<` followed by a zero byte is UTF-16 without a mark.
    match bytes {
        [b'<', 0, ..] => return decode_as(UTF_16LE, bytes),
        [0, b'<', ..] => return decode_as(UTF_16BE, bytes),
        _ => {}
    }
    match declared_encoding(bytes) {
        // A declaration that could be read byte by byte cannot be UTF-16, whatever it says.
        Some(encoding) if encoding != UTF_8 && encoding != UTF_16LE && encoding != UTF_16BE => {
            let chinese = encoding == encoding_rs::GBK;
            decode_as(if chinese { GB18030 } else { encoding }, bytes)
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => guess(bytes),
        },
    }
}

fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Cow<'a, str> {
    if encoding == UTF_8 && std::str::from_utf8(bytes).is_err() {
        return guess(bytes);
    }
    encoding.decode_without_bom_handling(bytes).0
}

/// The bytes are not UTF-8. GB18030 if they are entirely valid as that, else UTF-8 with replacements: a single
/// damaged byte must not turn a whole UTF-8 file into nonsense.
fn guess(bytes: &[u8]) -> Cow<'_, str> {
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => text,
        None => String::from_utf8_lossy(bytes),
    }
}

fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let head = head.get(start..)?.strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(head.get(..end)?).ok()?;
    let value = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    let label = value.get(1..)?.split(quote).next()?;
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        assert_eq!(decode(bytes), expect);
    }

    #[test]
    fn marks_declarations_and_guesses() {
        check("<a>票</a>".as_bytes(), "<a>票</a>");
        check("\u{feff}<a>票</a>".as_bytes(), "<a>票</a>");
        let gbk = "<?xml version=\"1.0\" encoding='GBK'?><a>发票</a>";
        check(&GB18030.encode(gbk).0, gbk);
        let lying = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>发票</a>";
        check(&GB18030.encode(lying).0, lying);
        let bare = "<a>发票</a>";
        check(&GB18030.encode(bare).0, bare);
    }

    #[test]
    fn utf_16_with_and_without_a_mark() {
        let little: Vec<u8> = "<a>票</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&little, "<a>票</a>");
        let big: Vec<u8> = "\u{feff}<a>票</a>"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        check(&big, "<a>票</a>");
    }

    #[test]
    fn declared_utf_16_in_plain_bytes_is_not_believed() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>票</a>";
        check(text.as_bytes(), text);
    }

    #[test]
    fn one_damaged_byte_does_not_change_the_encoding() {
        let mut bytes = "<a>发票</a>".as_bytes().to_vec();
        bytes.push(0xff);
        assert!(decode(&bytes).starts_with("<a>发票</a>"));
    }
}
