//! PDF files made for tests: objects, a cross-reference table, and text in fonts that are not embedded.

use std::fmt::Write as _;

/// A PDF in the making. Object 1 is the catalogue, 2 the page tree, 3 the font of every page.
pub(super) struct Made {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
    catalogue: String,
    trailer: String,
}

/// 宋体 by the predefined CMap of UTF-16, as 税控 systems set it.
const SONG: &str = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500 814 939 500]>>]>>";

impl Made {
    pub(super) fn new() -> Made {
        Made::with_font(SONG)
    }

    pub(super) fn with_font(font: &str) -> Made {
        Made {
            objects: vec![Vec::new(), Vec::new(), font.as_bytes().to_vec()],
            pages: Vec::new(),
            catalogue: String::new(),
            trailer: String::new(),
        }
    }

    /// Adds an object and gives its number.
    pub(super) fn object(&mut self, object: &str) -> usize {
        self.objects.push(object.as_bytes().to_vec());
        self.objects.len()
    }

    pub(super) fn stream(&mut self, entries: &str, data: &[u8]) -> usize {
        let mut object = format!("<<{entries}/Length {}>>stream\n", data.len()).into_bytes();
        object.extend_from_slice(data);
        object.extend_from_slice(b"\nendstream");
        self.objects.push(object);
        self.objects.len()
    }

    /// A page of 210 mm × 140 mm with its content stream, further entries and further resources.
    pub(super) fn page(&mut self, content: &str, entries: &str, resources: &str) {
        let content = self.stream("", content.as_bytes());
        let page = self.object(&format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 396.85]/Contents {content} 0 R/Resources<</Font<</F1 3 0 R>>{resources}>>{entries}>>"
        ));
        self.pages.push(page);
    }

    pub(super) fn catalogue(&mut self, entries: &str) {
        self.catalogue.push_str(entries);
    }

    pub(super) fn trailer(&mut self, entries: &str) {
        self.trailer.push_str(entries);
    }

    pub(super) fn bytes(mut self) -> Vec<u8> {
        let kids: String = self.pages.iter().map(|page| format!("{page} 0 R ")).collect();
        self.objects[0] = format!("<</Type/Catalog/Pages 2 0 R{}>>", self.catalogue).into_bytes();
        self.objects[1] = format!("<</Type/Pages/Count {}/Kids[{kids}]>>", self.pages.len()).into_bytes();
        let mut bytes = b"%PDF-1.7\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.objects.len() + 1);
        for (at, object) in self.objects.iter().enumerate() {
            writeln!(table, "{:010} 00000 n ", bytes.len()).unwrap();
            bytes.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
            bytes.extend_from_slice(object);
            bytes.extend_from_slice(b"\nendobj\n");
        }
        let start = bytes.len();
        let trailer = format!(
            "trailer<</Size {}/Root 1 0 R{}>>\nstartxref\n{start}\n%%EOF\n",
            self.objects.len() + 1,
            self.trailer
        );
        bytes.extend_from_slice(table.as_bytes());
        bytes.extend_from_slice(trailer.as_bytes());
        bytes
    }
}

/// The hexadecimal string of a text in UTF-16.
pub(super) fn utf16(text: &str) -> String {
    let units: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("<{units}>")
}

/// A content stream that writes texts of 9 points at places in millimetres from the upper left corner.
pub(super) fn content(texts: &[(f64, f64, &str)]) -> String {
    let points = |mm: f64| mm * 72.0 / 25.4;
    let shown = texts.iter().map(|(x, y, text)| {
        format!(
            "BT /F1 9 Tf 1 0 0 1 {:.2} {:.2} Tm {} Tj ET\n",
            points(*x),
            396.85 - points(*y),
            utf16(text)
        )
    });
    shown.collect()
}

/// A content stream that draws the QR code of a text as filled squares of 0.5 mm at the upper left.
pub(super) fn drawn_code(text: &str) -> String {
    let code = qrcode::QrCode::new(text).expect("a short text");
    let side = code.width();
    let module = 1.42;
    let dark = code.to_colors().into_iter().enumerate();
    dark.filter(|(_, colour)| *colour == qrcode::Color::Dark)
        .map(|(at, _)| {
            let (x, y) = (
                (at % side) as f64 * module + 20.0,
                380.0 - (at / side) as f64 * module,
            );
            format!("{x:.2} {y:.2} {module} {module} re f\n")
        })
        .collect()
}
