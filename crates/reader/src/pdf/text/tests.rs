//! Content streams and fonts made for the test.

use hayro_syntax::Pdf;

use super::super::making::{Made, utf16};
use super::*;

/// Text, place and size of the characters of a page with this content.
fn glyphs(font: &str, content: &str) -> Vec<Glyph> {
    let mut made = Made::with_font(font);
    made.page(content, "", "");
    glyphs_of(made)
}

fn glyphs_of(made: Made) -> Vec<Glyph> {
    let pdf = Pdf::new(made.bytes()).expect("a file of ours opens");
    let page = pdf.pages().first().expect("a page");
    on_page(page, &mut Fonts::default()).glyphs
}

fn text(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|glyph| glyph.raw).collect()
}

const COURIER: &str = "<</Type/Font/Subtype/Type1/BaseFont/Courier/FirstChar 32/Widths[600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600 600]>>";

fn composite(encoding: &str, more: &str) -> String {
    format!(
        "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/{encoding}/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>]{more}>>"
    )
}

/// Starts of the characters in points.
fn starts(content: &str) -> Vec<(f64, f64)> {
    let points = |mm: f64| (mm * 72.0 / 25.4 * 10.0).round() / 10.0;
    glyphs(COURIER, content)
        .iter()
        .map(|glyph| (points(glyph.x), points(glyph.y)))
        .collect()
}

#[test]
fn every_operator_that_moves_text() {
    let top = 396.9;
    let at = |x: f64, y: f64| (x, ((top - y) * 10.0_f64).round() / 10.0);
    for (content, expect) in [
        (
            "BT /F1 10 Tf 10 20 Td (12) Tj ET",
            [at(10.0, 20.0), at(16.0, 20.0)],
        ),
        (
            "BT /F1 10 Tf 10 20 TD (1) Tj T* (2) Tj ET",
            [at(10.0, 20.0), at(10.0, 40.0)],
        ),
        (
            "BT /F1 10 Tf 12 TL 10 20 Td (1) Tj (2) ' ET",
            [at(10.0, 20.0), at(10.0, 8.0)],
        ),
        (
            "BT /F1 10 Tf 12 TL 10 20 Td (1) Tj 0 0 (2) \" ET",
            [at(10.0, 20.0), at(10.0, 8.0)],
        ),
        (
            "BT /F1 10 Tf 10 20 Td [(1) -400 (2)] TJ ET",
            [at(10.0, 20.0), at(20.0, 20.0)],
        ),
        (
            "BT /F1 10 Tf 2 Tc 10 20 Td (12) Tj ET",
            [at(10.0, 20.0), at(18.0, 20.0)],
        ),
        (
            "BT /F1 10 Tf 3 Tw 10 20 Td (1 2) Tj ET",
            [at(10.0, 20.0), at(25.0, 20.0)],
        ),
        (
            "BT /F1 10 Tf 50 Tz 10 20 Td (12) Tj ET",
            [at(10.0, 20.0), at(13.0, 20.0)],
        ),
        (
            "BT /F1 10 Tf 4 Ts 10 20 Td (12) Tj ET",
            [at(10.0, 24.0), at(16.0, 24.0)],
        ),
        (
            "q 2 0 0 2 5 5 cm BT /F1 5 Tf 1 0 0 1 1 2 Tm (12) Tj ET Q",
            [at(7.0, 9.0), at(13.0, 9.0)],
        ),
        (
            "q 9 0 0 9 0 0 cm Q BT /F1 10 Tf 10 20 Td (12) Tj ET",
            [at(10.0, 20.0), at(16.0, 20.0)],
        ),
    ] {
        let starts = starts(content);
        assert_eq!(starts.len(), 2, "{content}");
        for (have, want) in starts.iter().zip(expect) {
            let is_near = (have.0 - want.0).abs() < 0.11 && (have.1 - want.1).abs() < 0.11;
            assert!(is_near, "{content}: {have:?}, not {want:?}");
        }
    }
}

#[test]
fn an_inline_picture_is_passed_over() {
    let content = "BI /W 2 /H 2 /BPC 8 /CS /G ID (Tj EI BT /F1 10 Tf 10 20 Td (12) Tj ET";
    assert_eq!(text(&glyphs(COURIER, content)), "12");
}

#[test]
fn predefined_cmaps() {
    let unicode = format!("BT /F1 10 Tf {} Tj ET", utf16("发票¥12"));
    for encoding in ["UniGB-UCS2-H", "UniGB-UTF16-H"] {
        assert_eq!(
            text(&glyphs(&composite(encoding, ""), &unicode)),
            "发票¥12",
            "{encoding}"
        );
    }
    for encoding in ["GBK-EUC-H", "GB-EUC-H", "GBKp-EUC-H", "GBK2K-H"] {
        let glyphs = glyphs(&composite(encoding, ""), "BT /F1 10 Tf <B7A2C6B13132> Tj ET");
        assert_eq!(text(&glyphs), "发票12", "{encoding}");
    }
}

#[test]
fn to_unicode_comes_first_and_a_code_without_a_character_is_a_hole() {
    let map = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0001> <53D1> <0002> <7968> endbfchar endcmap end end";
    let font = "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 4 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>";
    let mut made = Made::with_font(font);
    assert_eq!(made.stream("", map), 4);
    made.page("BT /F1 10 Tf <000100020003> Tj ET", "", "");
    assert_eq!(text(&glyphs_of(made)), "发票\u{FFFD}");
}

#[test]
fn names_of_differences() {
    let font = "<</Type/Font/Subtype/Type1/BaseFont/A/Encoding<</Differences[1/one/yen/uni53D1/g7]>>>>";
    let glyphs = glyphs(font, "BT /F1 10 Tf <01020304> Tj ET");
    assert_eq!(text(&glyphs), "1¥发\u{FFFD}");
}

#[test]
fn runs_are_what_was_written_together() {
    let runs =
        |content: &str| -> Vec<usize> { glyphs(COURIER, content).iter().map(|glyph| glyph.run).collect() };
    // One operator for each character, and still one run.
    assert_eq!(
        runs("BT /F1 10 Tf 10 20 Td (1) Tj (2) Tj ET BT /F1 10 Tf 22 20 Td (3) Tj ET"),
        [1, 1, 1]
    );
    assert_eq!(runs("BT /F1 10 Tf 10 20 Td (1) Tj 40 0 Td (2) Tj ET"), [1, 2]);
    assert_eq!(runs("BT /F1 10 Tf 10 20 Td [(1) -3000 (2)] TJ ET"), [1, 2]);
    let spaced = glyphs(COURIER, "BT /F1 10 Tf 10 20 Td (1 2) Tj ET");
    assert_eq!(
        spaced.iter().map(|glyph| glyph.is_spaced).collect::<Vec<_>>(),
        [false, true]
    );
}

#[test]
fn a_page_that_stutters_throughout_says_everything_once() {
    let lines: String = ["111222333", "444555666", "777888999", "000111222"]
        .iter()
        .map(|line| format!("({line}) '"))
        .collect();
    let stuttering = glyphs(COURIER, &format!("BT /F1 10 Tf 12 TL 10 200 Td {lines} ET"));
    assert_eq!(text(&stuttering), "123456789012");
    // A single number of that kind is what it is.
    let plain = glyphs(
        COURIER,
        "BT /F1 10 Tf 12 TL 10 200 Td (111222333) ' (1234567) ' ET",
    );
    assert_eq!(text(&plain), "1112223331234567");
}

#[test]
fn text_across_the_page_is_left_out() {
    let content = "BT /F1 10 Tf 10 20 Td (12345) Tj 0 1 -1 0 100 20 Tm (678) Tj ET";
    assert_eq!(text(&glyphs(COURIER, content)), "12345");
}

/// A font program that holds nothing but a `cmap` of format 12.
fn program(mappings: &[(char, u32)]) -> Vec<u8> {
    let mut cmap: Vec<u8> = [0_u16, 1, 3, 10].iter().flat_map(|n| n.to_be_bytes()).collect();
    cmap.extend(12_u32.to_be_bytes());
    cmap.extend([12_u16, 0].iter().flat_map(|n| n.to_be_bytes()));
    let count = u32::try_from(mappings.len()).unwrap();
    cmap.extend([16 + 12 * count, 0, count].iter().flat_map(|n| n.to_be_bytes()));
    for (character, glyph) in mappings {
        let code = u32::from(*character);
        cmap.extend([code, code, *glyph].iter().flat_map(|n| n.to_be_bytes()));
    }
    let mut font = 0x0001_0000_u32.to_be_bytes().to_vec();
    font.extend([1_u16, 16, 0, 0].iter().flat_map(|n| n.to_be_bytes()));
    font.extend(b"cmap");
    let length = u32::try_from(cmap.len()).unwrap();
    font.extend([0, 28, length].iter().flat_map(|n: &u32| n.to_be_bytes()));
    font.extend(cmap);
    font
}

#[test]
fn the_embedded_font_itself_is_asked_where_there_is_no_map() {
    let font = "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDToGIDMap 5 0 R/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor<</FontFile2 4 0 R>>>>]>>";
    let mut made = Made::with_font(font);
    assert_eq!(made.stream("", &program(&[('发', 7), ('票', 9)])), 4);
    // CID 1 is glyph 9, CID 2 is glyph 7, CID 3 has none.
    assert_eq!(made.stream("", &[0, 0, 0, 9, 0, 7]), 5);
    made.page("BT /F1 10 Tf <000200010003> Tj ET", "", "");
    assert_eq!(text(&glyphs_of(made)), "发票\u{FFFD}");
}
