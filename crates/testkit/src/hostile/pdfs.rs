//! PDFs: cycles in every tree, streams that lie, filters upon filters, fonts and codecs fed with noise, locks.

use super::raw::{Pdf, noise, zlib};
use super::{Hostile, Shelf};

const REFUSED: &[&str] = &["F001", "F002", "F003", "F004", "F010", "F011"];
const ANY: &[&str] = &[];

pub(super) fn cases() -> Vec<Hostile> {
    let mut shelf = Shelf::new("pdfs");
    trees(&mut shelf);
    files(&mut shelf);
    streams(&mut shelf);
    contents(&mut shelf);
    fonts(&mut shelf);
    codecs(&mut shelf);
    shelf.cases
}

/// A page of this content, with these resources.
fn page(resources: &str, content: &[u8]) -> Pdf {
    Pdf::new()
        .one_page(&format!("/Contents 4 0 R /Resources << {resources} >>"))
        .stream(4, "", content)
}

fn trees(shelf: &mut Shelf) {
    let catalog = "<< /Type /Catalog /Pages 2 0 R >>";
    for (name, pages, page) in [
        (
            "page-tree-of-itself",
            "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
            "null",
        ),
        (
            "page-tree-in-a-ring",
            "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>",
            "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>",
        ),
        (
            "parent-of-itself",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 3 0 R >>",
        ),
        ("no-kids", "<< /Type /Pages /Count 1000000 >>", "null"),
        (
            "count-of-minus-one",
            "<< /Type /Pages /Kids [3 0 R] /Count -1 >>",
            "<< /Type /Page /Parent 2 0 R >>",
        ),
        (
            "count-of-millions",
            "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        ),
        (
            "kids-are-no-pages",
            "<< /Type /Pages /Kids [1 0 R 2 1 R 9 9 R 7 (a) /b] /Count 5 >>",
            "null",
        ),
    ] {
        let file = Pdf::new().object(1, catalog).object(2, pages).object(3, page);
        shelf.add(name, "walking the tree of pages", REFUSED, file.done());
    }
    let doubling = (2..40).fold(Pdf::new().object(1, catalog), |file, at| {
        let next = at + 1;
        file.object(
            at,
            format!("<< /Type /Pages /Kids [{next} 0 R {next} 0 R] /Count 2 >>"),
        )
    });
    let doubling = doubling.object(40, "<< /Type /Page /MediaBox [0 0 9 9] >>");
    shelf.add(
        "page-tree-that-doubles",
        "2 to the power of 38 pages",
        REFUSED,
        doubling.done(),
    );
    let kids = "3 0 R ".repeat(1_000_000);
    let file = Pdf::new()
        .object(1, catalog)
        .object(2, format!("<< /Type /Pages /Kids [{kids}] /Count 1000000 >>"));
    let file = file.object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>");
    shelf.add("a-million-pages", "the number of pages", REFUSED, file.done());
    let content = "BT /F 9 Tf 9 9 Td (a) Tj ET";
    let kids = "3 0 R ".repeat(5_000);
    let file = Pdf::new()
        .object(1, catalog)
        .object(2, format!("<< /Type /Pages /Kids [{kids}] /Count 5000 >>"));
    let file = file.object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 400] /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>");
    shelf.add(
        "5000-pages",
        "the number of pages",
        REFUSED,
        file.stream(4, "", content.as_bytes()).done(),
    );
    let deep = "[".repeat(200_000);
    shelf.add(
        "arrays-200000-deep",
        "recursion of the parser",
        REFUSED,
        Pdf::new()
            .object(1, format!("{deep}{}", "]".repeat(200_000)))
            .done(),
    );
    shelf.add(
        "dictionaries-200000-deep",
        "recursion of the parser",
        REFUSED,
        Pdf::new().object(1, "<</a".repeat(200_000)).done(),
    );
    let chain = (1..5_000).fold(Pdf::new(), |file, at| file.object(at, format!("{} 0 R", at + 1)));
    shelf.add(
        "references-5000-long",
        "following references",
        REFUSED,
        chain.done(),
    );
    shelf.add(
        "reference-of-itself",
        "following references",
        REFUSED,
        Pdf::new().object(1, "1 0 R").done(),
    );
    let names = "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles 5 0 R >> /AF [6 0 R] >>";
    let file = Pdf::new()
        .object(1, names)
        .object(2, "<< /Type /Pages /Kids [] /Count 0 >>");
    let file = file
        .object(5, "<< /Kids [5 0 R 5 0 R] /Names [(a.xml) 6 0 R] >>")
        .object(6, "<< /EF << /F 6 0 R >> /F (../../a.xml) >>");
    shelf.add(
        "names-of-themselves",
        "the tree of attachments",
        REFUSED,
        file.done(),
    );
}

fn files(shelf: &mut Shelf) {
    let root = Pdf::new().one_page("");
    for (name, trailer) in [
        ("trailer-before-itself", "/Root 1 0 R /Prev 15"),
        ("trailer-before-the-end", "/Root 1 0 R /Prev 99999999999"),
        ("trailer-before-the-start", "/Root 1 0 R /Prev -1"),
        ("root-missing", "/Root 77 0 R"),
        ("root-of-itself", "/Root << /Pages << /Kids [] >> >>"),
        (
            "locked-unknown",
            "/Root 1 0 R /Encrypt << /Filter /Standard /V 99 /R 99 /Length 99999 /O (a) /U (b) /P -1 >> /ID [(a) (b)]",
        ),
        (
            "locked-short-keys",
            "/Root 1 0 R /Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /O () /U () /OE () /UE () /P -1 >> /ID [() ()]",
        ),
        (
            "locked-rc4",
            "/Root 1 0 R /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /O (01234567890123456789012345678901) /U (01234567890123456789012345678901) /P -1 >> /ID [(a) (b)]",
        ),
        ("locked-by-a-ring", "/Root 1 0 R /Encrypt 1 0 R"),
    ] {
        let file = Pdf::new().one_page("").finish(trailer);
        shelf.add(name, "the trailer", ANY, file);
    }
    let whole = root.done();
    let text = String::from_utf8_lossy(&whole).into_owned();
    let start = text.rfind("startxref").unwrap_or(0);
    for (name, place) in [
        ("itself", start.to_string()),
        ("nothing", "0".to_owned()),
        ("minus", "-5".to_owned()),
        ("beyond", "9".repeat(30)),
        ("word", "xref".to_owned()),
    ] {
        let mut file = whole[..start].to_vec();
        file.extend(format!("startxref\n{place}\n%%EOF").into_bytes());
        shelf.add(
            format!("start-at-{name}"),
            "the place of the cross references",
            ANY,
            file,
        );
    }
    for (name, table) in [
        ("long", "0 4294967295\n"),
        ("minus", "-5 10\n"),
        ("beyond", "4294967295 5\n"),
        ("noise", "\u{1}\u{2}\u{3}\n"),
    ] {
        let file = format!(
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\nxref\n{table}trailer<</Root 1 0 R/Size 9999999999>>\nstartxref\n51\n%%EOF"
        );
        shelf.add(
            format!("table-{name}"),
            "the table of cross references",
            REFUSED,
            file,
        );
    }
    for (name, dictionary) in [
        (
            "widths-giant",
            "/Type /XRef /W [999999999 999999999 999999999] /Size 4000000000 /Root 1 0 R",
        ),
        ("widths-minus", "/Type /XRef /W [-1 -1 -1] /Size 5 /Root 1 0 R"),
        (
            "widths-none",
            "/Type /XRef /W [0 0 0] /Size 4000000000 /Root 1 0 R",
        ),
        (
            "index-giant",
            "/Type /XRef /W [1 4 2] /Index [0 4294967295 4294967295 4294967295] /Size 9 /Root 1 0 R",
        ),
        (
            "before-itself",
            "/Type /XRef /W [1 4 2] /Size 9 /Prev 15 /Root 1 0 R",
        ),
    ] {
        let stream = zlib(&[1; 7_000]);
        let mut file = format!(
            "%PDF-1.7\n%abcd\n9 0 obj\n<< {dictionary} /Filter /FlateDecode /Length {} >>\nstream\n",
            stream.len()
        )
        .into_bytes();
        file.extend(stream);
        file.extend(b"\nendstream\nendobj\nstartxref\n15\n%%EOF");
        shelf.add(
            format!("reference-stream-{name}"),
            "a stream of cross references",
            REFUSED,
            file,
        );
    }
    let giant = "%PDF-1.4\n99999999999999999999 0 obj<<>>endobj\n4294967295 65535 obj<</Type/Catalog/Pages 4294967295 65535 R>>endobj\ntrailer<</Root 4294967295 65535 R>>";
    shelf.add("giant-object-numbers", "numbers of objects", REFUSED, giant);
    let many: String = (0..300_000)
        .map(|at| format!("{at} 0 obj null endobj "))
        .collect();
    shelf.add(
        "300000-objects-to-repair",
        "repair by searching for objects",
        REFUSED,
        format!("%PDF-1.4\n{many}"),
    );
    let same = "1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj ".repeat(200_000);
    shelf.add(
        "one-object-200000-times",
        "repair by searching for objects",
        REFUSED,
        format!("%PDF-1.4\n{same}trailer<</Root 1 0 R>>"),
    );
    shelf.add(
        "trailers-only",
        "repair by searching for trailers",
        REFUSED,
        format!("%PDF-1.4\n{}", "trailer<</Root 1 0 R>>".repeat(300_000)),
    );
    let inner = zlib(b"10 0 11 9 << /Type /ObjStm >> << >>");
    let file = Pdf::new().one_page("").stream(
        10,
        "/Type /ObjStm /N 4294967295 /First 4294967295 /Filter /FlateDecode",
        &inner,
    );
    shelf.add("object-stream-lies", "objects in a stream", ANY, file.done());
    let file = Pdf::new().one_page("").stream(
        10,
        "/Type /ObjStm /N 2 /First 10 /Extends 10 0 R /Filter /FlateDecode",
        &inner,
    );
    shelf.add("object-stream-of-itself", "objects in a stream", ANY, file.done());
    for percent in (5..100).step_by(10) {
        shelf.add(
            format!("cut-at-{percent}"),
            "a cut file",
            ANY,
            &whole[..whole.len() * percent / 100],
        );
    }
}

fn streams(shelf: &mut Shelf) {
    let text = b"BT /F 9 Tf 9 9 Td (a) Tj ET";
    for (name, length) in [
        ("beyond", "999999999"),
        ("minus", "-1"),
        ("nothing", "0"),
        ("itself", "4 0 R"),
        ("other", "1 0 R"),
        ("fraction", "3.7"),
        ("word", "/a"),
        ("giant", "99999999999999999999"),
    ] {
        let body = [
            format!("<< /Length {length} >>\nstream\n").as_bytes(),
            text,
            b"\nendstream",
        ]
        .concat();
        let file = Pdf::new().one_page("/Contents 4 0 R").object(4, body);
        shelf.add(
            format!("length-{name}"),
            "the stated length of a stream",
            REFUSED,
            file.done(),
        );
    }
    let flate = "/FlateDecode ".repeat(100);
    let mut data = text.to_vec();
    for _ in 0..100 {
        data = zlib(&data);
    }
    shelf.add(
        "flate-100-times",
        "filters upon filters",
        REFUSED,
        page_of(&format!("/Filter [{flate}]"), &data),
    );
    let mut bomb = vec![b' '; 200 << 20];
    for (name, times) in [("once", 1), ("twice", 2), ("thrice", 3)] {
        bomb = zlib(&bomb);
        let filters = "/FlateDecode ".repeat(times);
        shelf.add(
            format!("flate-bomb-{name}"),
            "200 MiB in a few bytes",
            REFUSED,
            page_of(&format!("/Filter [{filters}]"), &bomb),
        );
    }
    let runs = [129, b' '].repeat(1 << 20);
    shelf.add(
        "run-length-bomb",
        "128 bytes for two",
        REFUSED,
        page_of("/Filter /RunLengthDecode", &runs),
    );
    shelf.add(
        "ascii85-bomb",
        "four bytes for a letter z",
        REFUSED,
        page_of("/Filter /ASCII85Decode", &b"z".repeat(30 << 20)),
    );
    for filter in [
        "LZWDecode",
        "ASCIIHexDecode",
        "ASCII85Decode",
        "RunLengthDecode",
        "FlateDecode",
        "DCTDecode",
        "JPXDecode",
        "JBIG2Decode",
        "CCITTFaxDecode",
        "Crypt",
        "Unknown",
    ] {
        shelf.add(
            format!("noise-for-{filter}"),
            "a filter fed with noise",
            REFUSED,
            page_of(&format!("/Filter /{filter}"), &noise(90, 20_000)),
        );
    }
    for (name, parameters) in [
        (
            "columns-giant",
            "/Predictor 12 /Columns 2147483647 /Colors 2147483647 /BitsPerComponent 2147483647",
        ),
        (
            "columns-none",
            "/Predictor 15 /Columns 0 /Colors 0 /BitsPerComponent 0",
        ),
        (
            "columns-minus",
            "/Predictor 2 /Columns -1 /Colors -1 /BitsPerComponent -1",
        ),
        ("unknown", "/Predictor 99"),
    ] {
        let file = page_of(
            &format!("/Filter /FlateDecode /DecodeParms << {parameters} >>"),
            &zlib(&[2; 5_000]),
        );
        shelf.add(
            format!("predictor-{name}"),
            "parameters of a filter",
            REFUSED,
            file,
        );
    }
    let file = Pdf::new()
        .one_page(&format!("/Contents [{}]", "4 0 R ".repeat(200_000)))
        .stream(4, "", text);
    shelf.add(
        "200000-contents",
        "the number of streams of a page",
        ANY,
        file.done(),
    );
}

fn page_of(dictionary: &str, data: &[u8]) -> Vec<u8> {
    Pdf::new()
        .one_page("/Contents 4 0 R")
        .stream(4, dictionary, data)
        .done()
}

fn contents(shelf: &mut Shelf) {
    let font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";
    for (name, content) in [
        ("two-million-texts", "(a) Tj ".repeat(2_000_000)),
        ("a-million-saves", "q ".repeat(1_000_000)),
        ("a-million-restores", "Q ".repeat(1_000_000)),
        (
            "giant-numbers",
            "1e38 0 0 1e38 1e38 1e38 cm BT /F 1e38 Tf 1e38 1e38 Td (a) Tj ET ".repeat(1_000),
        ),
        (
            "not-numbers",
            "BT /F NaN Tf 1..2 --3 Td 1 0 0 +-1 0 0 Tm (a) Tj ET".to_owned(),
        ),
        ("operands-without-end", "1 ".repeat(3_000_000)),
        ("array-without-end", format!("[{}", "(a) 1 ".repeat(1_000_000))),
        ("text-without-end", format!("({}", "(".repeat(1_000_000))),
        ("arrays-deep", "[".repeat(200_000)),
        (
            "inline-image-without-end",
            "BI /W 99999 /H 99999 /BPC 8 /CS /G ID ".to_owned() + &"x".repeat(1 << 20),
        ),
        (
            "a-million-inline-images",
            "BI /W 1 /H 1 /BPC 8 /CS /G ID x EI ".repeat(300_000),
        ),
        ("marked-deep", "/a <</MCID 1>> BDC ".repeat(300_000)),
        ("paths", "0 0 m 9 9 l 1 2 3 4 5 6 c S ".repeat(300_000)),
        ("clips", "0 0 600 400 re W n ".repeat(200_000)),
    ] {
        let text = format!("BT /F 9 Tf 9 300 Td {content}");
        shelf.add(
            format!("content-{name}"),
            "the interpreter of a page",
            ANY,
            page(font, text.as_bytes()).done(),
        );
    }
    let form = |resources: &str, content: &str| {
        let dictionary =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 600 400] /Resources << {resources} >>");
        page("/XObject << /X 5 0 R >>", b"/X Do").stream(5, &dictionary, content.as_bytes())
    };
    shelf.add(
        "form-of-itself",
        "forms in forms",
        ANY,
        form("/XObject << /X 5 0 R >>", "/X Do /X Do").done(),
    );
    let ring = form("/XObject << /X 6 0 R >>", "/X Do /X Do /X Do").stream(
        6,
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
        b"/X Do /X Do /X Do",
    );
    shelf.add("forms-in-a-ring", "forms in forms", ANY, ring.done());
    let fan = (6..40).fold(
        form("/XObject << /X 6 0 R >>", &"/X Do ".repeat(10)),
        |file, at| {
            let resources = format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {} 0 R >> >>",
                at + 1
            );
            file.stream(at, &resources, "/X Do ".repeat(10).as_bytes())
        },
    );
    shelf.add(
        "forms-that-multiply",
        "10 to the power of 34 forms",
        ANY,
        fan.done(),
    );
    for (name, pattern) in [
        (
            "tile-of-itself",
            "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 1 /YStep 1 /Resources << /Pattern << /P 5 0 R >> >>",
        ),
        (
            "tile-without-steps",
            "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0 /YStep 0 /Resources << >>",
        ),
        (
            "tile-of-dust",
            "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.00001 /YStep 0.00001 /Resources << >>",
        ),
        (
            "tile-giant",
            "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [-1e9 -1e9 1e9 1e9] /XStep 1e9 /YStep 1e9 /Resources << >>",
        ),
    ] {
        let file = page("/Pattern << /P 5 0 R >>", b"/Pattern cs /P scn 0 0 600 400 re f").stream(
            5,
            pattern,
            b"/Pattern cs /P scn 0 0 1 1 re f",
        );
        shelf.add(format!("pattern-{name}"), "drawing patterns", ANY, file.done());
    }
    let shading = "/Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1e9 0 1e9] /Function << /FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1] >> >> >>";
    shelf.add(
        "shading-without-a-function",
        "drawing shadings",
        ANY,
        page(shading, b"/S sh").done(),
    );
    for (name, size) in [
        ("giant", "[0 0 1e9 1e9]"),
        ("nothing", "[0 0 0 0]"),
        ("turned", "[600 400 0 0]"),
        ("not-numbers", "[(a) /b null]"),
        ("minus", "[-1e38 -1e38 1e38 1e38]"),
    ] {
        let file = Pdf::new()
            .one_page(&format!(
                "/CropBox {size} /MediaBox {size} /Rotate 12345 /UserUnit 1e9 /Contents 4 0 R"
            ))
            .stream(4, "", b"0 0 9 9 re f");
        shelf.add(format!("page-size-{name}"), "drawing a page", ANY, file.done());
    }
}

fn fonts(shelf: &mut Shelf) {
    let with = |descriptor: &str| {
        let resources = format!(
            "/Font << /F << /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> {descriptor} >>] >> >>"
        );
        page(&resources, b"BT /F 9 Tf 9 300 Td <00010002000300040005> Tj ET")
    };
    let file2 = "/FontDescriptor << /Type /FontDescriptor /FontName /A /Flags 4 /FontFile2 5 0 R >>";
    let tables: [(&str, Vec<u8>); 5] = [
        ("noise", noise(91, 50_000)),
        ("nothing", Vec::new()),
        ("many-tables", [&b"\0\x01\0\0\xff\xff\0\0\0\0\0\0"[..], &b"cmap\0\0\0\0\0\0\0\0\xff\xff\xff\xff".repeat(4_000)].concat()),
        ("glyphs-in-a-ring", [&b"\0\x01\0\0\0\x02\0\0\0\0\0\0glyf\0\0\0\0\0\0\0\x2c\0\0\0\x20loca\0\0\0\0\0\0\0\x2c\0\0\0\x20\xff\xff"[..], &[0; 64]].concat()),
        ("cff-noise", [&b"OTTO\0\x01\0\0\0\0\0\0CFF \0\0\0\0\0\0\0\x1c\0\0\xff\xff"[..], &noise(92, 9_000)].concat()),
    ];
    for (name, data) in &tables {
        shelf.add(
            format!("font-{name}"),
            "tables of a font",
            ANY,
            with(file2).stream(5, "", data).done(),
        );
    }
    let map = |body: &str| {
        format!(
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange {body} endcmap"
        )
    };
    let ranges = "100 beginbfrange <0000> <FFFF> <0000> endbfrange ".repeat(3_000);
    for (name, body) in [
        ("ranges", map(&ranges)),
        (
            "range-giant",
            map(
                "1 begincidrange <00000000> <FFFFFFFF> 0 endcidrange 1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange",
            ),
        ),
        (
            "range-turned",
            map("1 beginbfrange <FFFF> <0000> <0041> endbfrange"),
        ),
        ("of-itself", "/A usecmap begincmap endcmap".to_owned()),
        (
            "long-target",
            map(&format!(
                "1 beginbfchar <0001> <{}> endbfchar",
                "0041".repeat(100_000)
            )),
        ),
        (
            "array",
            map(&format!(
                "1 beginbfrange <0000> <FFFF> [{}] endbfrange",
                "<0041>".repeat(300_000)
            )),
        ),
        ("unclosed", "begincmap 1 beginbfrange <".to_owned()),
    ] {
        shelf.add(
            format!("cmap-{name}"),
            "maps of characters",
            ANY,
            with("").stream(6, "", body.as_bytes()).done(),
        );
    }
    for (name, widths) in [
        ("giant", "/W [0 4294967295 1]"),
        ("minus", "/W [-5 -1 1e38]"),
        ("ring", "/W 3 0 R"),
        ("long", "/DW 1e38 /W [0 [1 2 3] 65535 65535 (a)]"),
    ] {
        shelf.add(
            format!("widths-{name}"),
            "widths of characters",
            ANY,
            with(widths).done(),
        );
    }
    let glyphs = page(
        "/Font << /F << /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [0 0 0 0 0 0] /FirstChar 0 /LastChar 4294967295 /Widths [] /CharProcs << /a 4 0 R >> /Encoding << /Differences [97 /a -5 /b 99999999 /c] >> >> >>",
        b"BT /F 9 Tf 9 9 Td (aaa) Tj ET",
    );
    shelf.add(
        "font-drawn-by-its-page",
        "glyphs that draw their page",
        ANY,
        glyphs.done(),
    );
}

fn codecs(shelf: &mut Shelf) {
    let draw = b"q 600 0 0 400 0 0 cm /X Do Q";
    let image = |dictionary: &str, data: &[u8]| {
        let dictionary = format!("/Type /XObject /Subtype /Image {dictionary}");
        page("/XObject << /X 5 0 R >>", draw)
            .stream(5, &dictionary, data)
            .done()
    };
    let square = |side: u32, more: &str| {
        format!("/Width {side} /Height {side} /BitsPerComponent 8 /ColorSpace /DeviceGray {more}")
    };
    for side in [0, 100, 2_400, 30_000, 2_147_483_647] {
        for filter in [
            "JBIG2Decode",
            "JPXDecode",
            "CCITTFaxDecode",
            "DCTDecode",
            "FlateDecode",
        ] {
            let more = format!("/Filter /{filter}");
            shelf.add(
                format!("{filter}-noise-{side}"),
                "a picture of noise",
                ANY,
                image(&square(side, &more), &noise(u64::from(side), 9_000)),
            );
        }
    }
    let segment = |number: u32, kind: u8, data: &[u8]| {
        [
            &number.to_be_bytes()[..],
            &[kind, 0, 1],
            &(data.len() as u32).to_be_bytes(),
            data,
        ]
        .concat()
    };
    let giant = segment(
        0,
        48,
        &[
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
    );
    shelf.add(
        "jbig2-giant-page",
        "the stated size of a page",
        ANY,
        image(&square(100, "/Filter /JBIG2Decode"), &giant),
    );
    let region = [&[0, 0, 0x40, 0, 0, 0, 0x40, 0][..], &[0; 30]].concat();
    let many: Vec<u8> = (1..2_000).flat_map(|at| segment(at, 38, &region)).collect();
    let page_of_100 = segment(
        0,
        48,
        &[0, 0, 0x40, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    );
    shelf.add(
        "jbig2-2000-regions",
        "regions upon regions",
        ANY,
        image(
            &square(2_000, "/Filter /JBIG2Decode"),
            &[page_of_100, many].concat(),
        ),
    );
    let header = b"\xff\x4f\xff\x51\0\x29\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\x01\x07\x01\x01";
    shelf.add(
        "jpx-a-million-million-tiles",
        "the stated number of tiles",
        ANY,
        image(&square(100, "/Filter /JPXDecode"), header),
    );
    for (name, parameters) in [
        ("columns-giant", "/K -1 /Columns 2147483647 /Rows 2147483647"),
        ("columns-none", "/K 0 /Columns 0"),
        ("k-giant", "/K 2147483647 /Columns 3000 /Rows 3000"),
    ] {
        let more = format!("/Filter /CCITTFaxDecode /DecodeParms << {parameters} >>");
        shelf.add(
            format!("fax-{name}"),
            "parameters of a fax",
            ANY,
            image(&square(3_000, &more), &[0; 9_000]),
        );
    }
    let bomb = zlib(&vec![0; 120 << 20]);
    shelf.add(
        "picture-bomb",
        "a picture of 120 MiB",
        ANY,
        image(&square(11_000, "/Filter /FlateDecode"), &bomb),
    );
    let mask = "/Width 100 /Height 100 /BitsPerComponent 8 /ColorSpace /DeviceGray /SMask 5 0 R /Mask 5 0 R";
    shelf.add("mask-of-itself", "masks of masks", ANY, image(mask, &[0; 10_000]));
    let space = "/Width 100 /Height 100 /BitsPerComponent 8 /ColorSpace [/Indexed [/Indexed [/Indexed /DeviceRGB 255 (a)] 255 (a)] 999999 (a)]";
    shelf.add(
        "colours-of-colours",
        "colour spaces in colour spaces",
        ANY,
        image(space, &[0; 10_000]),
    );
    let objects: String = (0..3_000).map(|at| format!("/X{at} 5 0 R ")).collect();
    let uses: String = (0..3_000).map(|at| format!("/X{at} Do ")).collect();
    let file = page(&format!("/XObject << {objects} >>"), uses.as_bytes()).stream(5, "/Subtype /Image /Width 2000 /Height 2000 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /FlateDecode", &zlib(&vec![0x5a; 500_000]));
    shelf.add("3000-pictures", "the number of pictures", ANY, file.done());
}
