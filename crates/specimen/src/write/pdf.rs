//! PDF renditions: text with a font that is not embedded, QR codes as paths or as an image, attachments, scans.
//!
//! Chinese text is set in STSong-Light with the predefined CMap UniGB-UCS2-H, as the 税控 systems do: a reader that
//! has only been tried on embedded fonts reads nothing here.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, SystemInfo};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::picture;
use crate::face::{Face, Mark, char_width};
use crate::qr::Modules;

/// Points in a millimetre.
const POINTS: f32 = 72.0 / 25.4;
const SONG: Name<'static> = Name(b"F1");
const COURIER: Name<'static> = Name(b"F2");
const QR_IMAGE: Name<'static> = Name(b"Im1");
const SCAN_IMAGE: Name<'static> = Name(b"Im0");

/// One page of a PDF.
pub(crate) enum Page {
    /// Text and lines; the text of the QR code where the page has one.
    Face(Face, String),
    /// A picture of a face, as scanners make.
    Scan(Face, String),
}

/// How a PDF is made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Style {
    /// `Producer` and `Creator` of the document information.
    pub(crate) producer: &'static str,
    pub(crate) creator: &'static str,
    /// QR as an image XObject instead of filled paths.
    pub(crate) is_qr_image: bool,
    /// Every glyph on its own and three times, a hair apart, as watermarking tools fake bold type.
    pub(crate) is_overprinted: bool,
    /// Files in the `EmbeddedFiles` name tree.
    pub(crate) attachments: Vec<(String, Vec<u8>)>,
}

/// The tax bureau's converter.
pub(crate) fn bureau() -> Style {
    Style {
        producer: "Suwell OFD convertor",
        creator: "Suwell",
        ..Style::default()
    }
}

/// Writes pages to one file. `id` is the file identifier, so that the bytes do not depend on a clock.
pub(crate) fn write(pages: &[Page], style: &Style, id: &str) -> Vec<u8> {
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        Ref::new(next)
    };
    let [catalog, tree, info, song, song_cid, song_descriptor, courier] = std::array::from_fn(|_| fresh());
    let page_refs: Vec<[Ref; 3]> = pages.iter().map(|_| std::array::from_fn(|_| fresh())).collect();
    let attachment_refs: Vec<[Ref; 2]> = style
        .attachments
        .iter()
        .map(|_| std::array::from_fn(|_| fresh()))
        .collect();

    let mut pdf = Pdf::new();
    pdf.set_file_id((id.as_bytes().to_vec(), id.as_bytes().to_vec()));
    let mut root = pdf.catalog(catalog);
    root.pages(tree);
    if !style.attachments.is_empty() {
        let mut names = root.names();
        let mut files = names.embedded_files();
        let mut entries = files.names();
        for ((name, _), [spec, _]) in style.attachments.iter().zip(&attachment_refs) {
            entries.insert(Str(name.as_bytes()), *spec);
        }
    }
    root.finish();
    pdf.document_info(info)
        .producer(TextStr(style.producer))
        .creator(TextStr(style.creator));
    pdf.pages(tree)
        .kids(page_refs.iter().map(|refs| refs[0]))
        .count(pages.len() as i32);
    fonts(&mut pdf, song, song_cid, song_descriptor, courier);
    for ((name, data), [spec, file]) in style.attachments.iter().zip(&attachment_refs) {
        pdf.file_spec(*spec)
            .path(Str(name.as_bytes()))
            .unic_file(TextStr(name))
            .embedded_file(*file);
        let packed = compress_to_vec_zlib(data, 6);
        pdf.embedded_file(*file, &packed)
            .subtype(Name(b"text/xml"))
            .filter(Filter::FlateDecode);
    }
    for (page, [page_ref, content_ref, image_ref]) in pages.iter().zip(&page_refs) {
        let (face, qr_text) = match page {
            Page::Face(face, text) | Page::Scan(face, text) => (face, text),
        };
        let (width, height) = (face.page.0 * POINTS, face.page.1 * POINTS);
        let modules = (face.qr.is_some() && !qr_text.is_empty()).then(|| Modules::of(qr_text));
        let is_scan = matches!(page, Page::Scan(..));
        let has_image = is_scan || (style.is_qr_image && modules.is_some());
        let mut writer = pdf.page(*page_ref);
        writer
            .parent(tree)
            .media_box(Rect::new(0.0, 0.0, width, height))
            .contents(*content_ref);
        let mut resources = writer.resources();
        if !is_scan {
            resources.fonts().pair(SONG, song).pair(COURIER, courier);
        }
        if has_image {
            resources
                .x_objects()
                .pair(if is_scan { SCAN_IMAGE } else { QR_IMAGE }, *image_ref);
        }
        resources.finish();
        writer.finish();

        let content = if is_scan {
            scan(&mut pdf, *image_ref, face, modules.as_ref())
        } else {
            let mut content = draw(face, style.is_overprinted);
            if let (Some((x, y, side)), Some(modules)) = (face.qr, &modules) {
                let place = [x * POINTS, height - (y + side) * POINTS, side * POINTS];
                if style.is_qr_image {
                    qr_image(&mut pdf, *image_ref, modules);
                    picture_at(&mut content, QR_IMAGE, place, place[2]);
                } else {
                    qr_paths(&mut content, modules, place);
                }
            }
            content
        };
        let packed = compress_to_vec_zlib(content.finish().as_slice(), 6);
        pdf.stream(*content_ref, &packed).filter(Filter::FlateDecode);
    }
    pdf.finish()
}

fn fonts(pdf: &mut Pdf, song: Ref, cid: Ref, descriptor: Ref, courier: Ref) {
    let name = Name(b"STSong-Light");
    pdf.type0_font(song)
        .base_font(Name(b"STSong-Light-UniGB-UCS2-H"))
        .encoding_predefined(Name(b"UniGB-UCS2-H"))
        .descendant_font(cid);
    let mut font = pdf.cid_font(cid);
    font.subtype(CidFontType::Type0)
        .base_font(name)
        .font_descriptor(descriptor)
        .default_width(1000.0);
    font.system_info(SystemInfo {
        registry: Str(b"Adobe"),
        ordering: Str(b"GB1"),
        supplement: 4,
    });
    // CIDs 1 to 95 are ASCII, half an em wide in this font; 814 to 939 are its half-width forms.
    font.widths().same(1, 95, 500.0).same(814, 939, 500.0);
    font.finish();
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(pdf_writer::types::FontFlags::SYMBOLIC)
        .bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(880.0)
        .stem_v(93.0);
    pdf.type1_font(courier)
        .base_font(Name(b"Courier"))
        .encoding_predefined(Name(b"WinAnsiEncoding"));
}

fn draw(face: &Face, is_overprinted: bool) -> Content {
    let mut content = Content::new();
    let height = face.page.1;
    let (red, green, blue) = face.colour;
    let [red, green, blue] = [red, green, blue].map(|part| f32::from(part) / 255.0);
    content.set_stroke_rgb(red, green, blue).set_line_width(0.7);
    for [x1, y1, x2, y2] in &face.strokes {
        content
            .move_to(x1 * POINTS, (height - y1) * POINTS)
            .line_to(x2 * POINTS, (height - y2) * POINTS)
            .stroke();
    }
    seal(&mut content, face);
    let mut marks: Vec<(&Mark, bool)> = face.labels.iter().map(|mark| (mark, true)).collect();
    marks.extend(face.values.iter().map(|mark| (mark, false)));
    if face.is_in_reading_order {
        marks.sort_by(|(a, _), (b, _)| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    }
    for (mark, is_label) in marks {
        if is_label {
            content.set_fill_rgb(red, green, blue);
        } else {
            content.set_fill_rgb(0.0, 0.0, 0.0);
        }
        text(&mut content, mark, height, is_overprinted);
    }
    content
}

fn text(content: &mut Content, mark: &Mark, height: f32, is_overprinted: bool) {
    if mark.is_turned {
        let place = [0.0, -1.0, 1.0, 0.0, mark.x * POINTS, (height - mark.y) * POINTS];
        run(content, &mark.text, mark.size, place);
        return;
    }
    let y = (height - mark.baseline()) * POINTS;
    let mut x = mark.start();
    if !is_overprinted {
        run(
            content,
            &mark.text,
            mark.size,
            [1.0, 0.0, 0.0, 1.0, x * POINTS, y],
        );
        return;
    }
    for c in mark.text.chars() {
        for shift in [0.0, 0.12, 0.24] {
            run(
                content,
                &c.to_string(),
                mark.size,
                [1.0, 0.0, 0.0, 1.0, x * POINTS + shift, y],
            );
        }
        x += char_width(c, mark.size);
    }
}

fn run(content: &mut Content, text: &str, size: f32, place: [f32; 6]) {
    // The yen sign is set in Courier, as the bureau does: the Chinese CMap has only the full-width one.
    let (font, bytes) = if text == "¥" {
        (COURIER, vec![0xA5])
    } else {
        (SONG, text.encode_utf16().flat_map(u16::to_be_bytes).collect())
    };
    content
        .begin_text()
        .set_font(font, size * POINTS)
        .set_text_matrix(place)
        .show(Str(&bytes))
        .end_text();
}

/// An oval where the supervision seal stands, saying 样票: nobody shall take a specimen for an invoice.
fn seal(content: &mut Content, face: &Face) {
    if face.page.1 > 200.0 {
        return;
    }
    const ROUND: f32 = 0.5523;
    let (x, y) = (105.0 * POINTS, (face.page.1 - 21.0) * POINTS);
    let (a, b) = (14.0 * POINTS, 5.0 * POINTS);
    content
        .save_state()
        .set_stroke_rgb(0.85, 0.1, 0.1)
        .set_fill_rgb(0.85, 0.1, 0.1)
        .set_line_width(1.0);
    content.move_to(x + a, y);
    for (sx, sy) in [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)] {
        let turn = sx * sy > 0.0;
        let (from, to) = if turn {
            ((sx * a, 0.0), (0.0, sy * b))
        } else {
            ((0.0, sy * b), (sx * a, 0.0))
        };
        let (c1, c2) = if turn {
            ((from.0, sy * b * ROUND), (sx * a * ROUND, to.1))
        } else {
            ((sx * a * ROUND, from.1), (to.0, sy * b * ROUND))
        };
        content.cubic_to(x + c1.0, y + c1.1, x + c2.0, y + c2.1, x + to.0, y + to.1);
    }
    content.close_and_stroke();
    run(
        content,
        "样票",
        4.0,
        [1.0, 0.0, 0.0, 1.0, x - 4.0 * POINTS, y - 1.5 * POINTS],
    );
    content.restore_state();
}

fn qr_paths(content: &mut Content, modules: &Modules, [x, y, side]: [f32; 3]) {
    let unit = side / modules.width as f32;
    content.set_fill_rgb(0.0, 0.0, 0.0);
    for (column, row, length) in modules.runs() {
        let top = y + side - unit * row as f32;
        content.rect(x + unit * column as f32, top - unit, unit * length as f32, unit);
    }
    content.fill_nonzero();
}

fn qr_image(pdf: &mut Pdf, id: Ref, modules: &Modules) {
    let picture = picture::Grey::of_modules(modules, 4, 2);
    let packed = compress_to_vec_zlib(&picture.pixels, 6);
    let mut image = pdf.image_xobject(id, &packed);
    image
        .width(picture.width as i32)
        .height(picture.height as i32)
        .bits_per_component(8);
    image.color_space().device_gray();
    image.filter(Filter::FlateDecode);
}

fn scan(pdf: &mut Pdf, id: Ref, face: &Face, modules: Option<&Modules>) -> Content {
    let picture = picture::Grey::of_face(face, modules);
    let jpeg = picture.jpeg(60);
    let mut image = pdf.image_xobject(id, &jpeg);
    image
        .width(picture.width as i32)
        .height(picture.height as i32)
        .bits_per_component(8);
    image.color_space().device_gray();
    image.filter(Filter::DctDecode);
    image.finish();
    let mut content = Content::new();
    picture_at(
        &mut content,
        SCAN_IMAGE,
        [0.0, 0.0, face.page.0 * POINTS],
        face.page.1 * POINTS,
    );
    content
}

fn picture_at(content: &mut Content, name: Name<'_>, [x, y, width]: [f32; 3], height: f32) {
    content
        .save_state()
        .transform([width, 0.0, 0.0, height, x, y])
        .x_object(name)
        .restore_state();
}
