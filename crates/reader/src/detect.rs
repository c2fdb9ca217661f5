//! The form of a file, told by its bytes alone. Names and media types are not trusted: they are wrong too often.

use ofd::xml::decode;

use crate::archive;

/// What the bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// XML of any kind; the root element decides further.
    Xml,
    Ofd,
    Pdf,
    Picture,
    Xlsx,
    Zip,
    /// A zip whose directory is damaged; the text names what it seems to have been.
    BrokenZip(&'static str),
    /// An Office file that is encrypted.
    LockedOffice,
    /// A known form that is not read here; the text names it in Chinese.
    Foreign(&'static str),
    /// Readable text that is no XML.
    Text,
    Empty,
    Unknown,
}

/// Forms told by their first bytes: magic, where it stands, what it is.
const MAGIC: &[(&[u8], usize, Form)] = &[
    (b"%PDF-", 0, Form::Pdf),
    (b"\x89PNG\r\n\x1a\n", 0, Form::Picture),
    (b"\xff\xd8\xff", 0, Form::Picture),
    (b"WEBP", 8, Form::Picture),
    (b"GIF8", 0, Form::Foreign("GIF 图片，请转成 PNG 或 JPEG")),
    (b"II*\0", 0, Form::Foreign("TIFF 图片，请转成 PNG 或 JPEG")),
    (b"MM\0*", 0, Form::Foreign("TIFF 图片，请转成 PNG 或 JPEG")),
    (b"ftypheic", 4, Form::Foreign("HEIC 照片，请转成 JPEG")),
    (b"ftypmif1", 4, Form::Foreign("HEIC 照片，请转成 JPEG")),
    (b"Rar!", 0, Form::Foreign("RAR 压缩包，请解压后上传")),
    (b"7z\xbc\xaf\x27\x1c", 0, Form::Foreign("7z 压缩包，请解压后上传")),
    (b"\x1f\x8b", 0, Form::Foreign("gzip 压缩文件，请解压后上传")),
    (b"{\\rtf", 0, Form::Foreign("RTF 文档")),
];

/// Tells the form of a file.
pub(crate) fn detect(bytes: &[u8]) -> Form {
    if bytes.is_empty() {
        return Form::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return detect_zip(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return detect_compound(bytes);
    }
    if is_bitmap(bytes) {
        return Form::Picture;
    }
    let known = MAGIC
        .iter()
        .find(|(magic, at, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    if let Some((_, _, form)) = known {
        return form.clone();
    }
    // ISO 32000-2 lets the header stand anywhere in the first 1024 bytes; mail gateways put lines before it.
    let head = bytes.get(..1024).unwrap_or(bytes);
    if contains(head, b"%PDF-") {
        return Form::Pdf;
    }
    detect_text(bytes)
}

fn detect_zip(bytes: &[u8]) -> Form {
    let Some(names) = archive::names(bytes) else {
        // Names stand in the clear before each file, so a truncated package still tells what it was.
        let was = if contains(bytes, b"OFD.xml") {
            "OFD 文件"
        } else {
            "压缩包"
        };
        return Form::BrokenZip(was);
    };
    let holds = |wanted: &str| {
        names.iter().any(|name| {
            name.replace('\\', "/")
                .trim_start_matches('/')
                .eq_ignore_ascii_case(wanted)
        })
    };
    if holds("OFD.xml") {
        Form::Ofd
    } else if holds("xl/workbook.xml") {
        Form::Xlsx
    } else if holds("xl/workbook.bin") {
        Form::Foreign("二进制 Excel 工作簿（.xlsb），请另存为 .xlsx")
    } else if holds("word/document.xml") {
        Form::Foreign("Word 文档（.docx）")
    } else if holds("ppt/presentation.xml") {
        Form::Foreign("PowerPoint 文档（.pptx）")
    } else {
        Form::Zip
    }
}

/// Compound files: Excel and Word up to 2003, and any encrypted Office file (ECMA-376 Part 2, [MS-OFFCRYPTO]).
fn detect_compound(bytes: &[u8]) -> Form {
    let holds = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        contains(bytes, &name)
    };
    if holds("EncryptedPackage") {
        Form::LockedOffice
    } else if holds("Workbook") || holds("Book") {
        Form::Foreign("旧版 Excel 文件（.xls），请另存为 .xlsx")
    } else if holds("WordDocument") {
        Form::Foreign("旧版 Word 文件（.doc）")
    } else {
        Form::Foreign("旧版 Office 文件")
    }
}

/// `BM`, and the length that the header states is the file's (some writers leave it zero).
fn is_bitmap(bytes: &[u8]) -> bool {
    let Some(&[b'B', b'M', a, b, c, d]) = bytes.get(..6) else {
        return false;
    };
    let stated = u32::from_le_bytes([a, b, c, d]) as usize;
    stated == bytes.len() || (stated == 0 && bytes.len() > 54)
}

fn detect_text(bytes: &[u8]) -> Form {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let text = decode(head);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if start.is_empty() {
        return Form::Empty;
    }
    if start.starts_with('<') {
        return Form::Xml;
    }
    let odd = start
        .chars()
        .filter(|c| (c.is_control() && !c.is_whitespace()) || *c == '\u{fffd}')
        .count();
    if odd.saturating_mul(20) < start.chars().count() {
        Form::Text
    } else {
        Form::Unknown
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &Form) {
        assert_eq!(&detect(bytes), expect, "{:?}", bytes.get(..8));
    }

    #[test]
    fn first_bytes() {
        check(b"%PDF-1.7 ...", &Form::Pdf);
        check(b"Received: mail\r\n\r\n%PDF-1.4", &Form::Pdf);
        check(b"\x89PNG\r\n\x1a\n....", &Form::Picture);
        check(b"\xff\xd8\xff\xe0....", &Form::Picture);
        check(b"RIFF\0\0\0\0WEBPVP8 ", &Form::Picture);
        check(b"Rar!\x1a\x07\0", &Form::Foreign("RAR 压缩包，请解压后上传"));
    }

    #[test]
    fn a_text_that_begins_with_bm_is_no_bitmap() {
        check("BM公司对账单".as_bytes(), &Form::Text);
        check(b"BM\x08\0\0\0\0\0", &Form::Picture);
    }

    #[test]
    fn texts() {
        check(b"", &Form::Empty);
        check(b" \r\n\t", &Form::Empty);
        check("\u{feff} <a/>".as_bytes(), &Form::Xml);
        check(&encoding_rs::GB18030.encode("发票号码：一二三").0, &Form::Text);
        check(&[1, 2, 3, 4, 0x80, 0xff, 0, 0, 6], &Form::Unknown);
    }

    #[test]
    fn compound_files() {
        let compound = |name: &str| {
            let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
            bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
            detect(&bytes)
        };
        assert_eq!(compound("EncryptedPackage"), Form::LockedOffice);
        assert!(matches!(compound("Workbook"), Form::Foreign(name) if name.contains(".xls")));
        assert!(matches!(compound("WordDocument"), Form::Foreign(name) if name.contains(".doc")));
    }

    #[test]
    fn a_package_cut_short_still_tells_what_it_was() {
        check(
            b"PK\x03\x04..........................OFD.xml<ofd:OFD",
            &Form::BrokenZip("OFD 文件"),
        );
        check(b"PK\x03\x04....", &Form::BrokenZip("压缩包"));
    }
}
