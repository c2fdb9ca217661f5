//! Pictures with codes made here, damaged pictures, and real ones where they lie beside the project.

use std::path::PathBuf;
use std::time::Instant;

use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};
use invoice::{CrcState, FieldName};
use qrcode::{Color, EcLevel, QrCode};

use super::*;

const TEXT: &str = "01,31,,24112000000048542163,4449.00,20240528,,B2B6";

/// A QR code with `module` pixels for a module, and four modules of white around it.
fn code(text: &str, module: u32) -> GrayImage {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let colors = code.to_colors();
    let side = code.width() as u32;
    let size = (side + 8) * module;
    GrayImage::from_fn(size, size, |x, y| {
        let (column, row) = ((x / module).wrapping_sub(4), (y / module).wrapping_sub(4));
        let is_inside = column < side && row < side;
        let is_dark = is_inside && colors[(row * side + column) as usize] == Color::Dark;
        image::Luma([if is_dark { 0 } else { 255 }])
    })
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn check_found(image: &DynamicImage, what: &str) {
    assert_eq!(find_codes_in(image), [TEXT], "{what}");
}

#[test]
fn a_code_is_read_in_every_direction_and_size() {
    for module in [1, 2, 3, 5, 11] {
        let upright = DynamicImage::ImageLuma8(code(TEXT, module));
        check_found(&upright, &format!("{module} pixels"));
        check_found(&upright.rotate90(), &format!("{module} pixels, 90°"));
        check_found(&upright.rotate180(), &format!("{module} pixels, 180°"));
        check_found(&upright.rotate270(), &format!("{module} pixels, 270°"));
        check_found(&upright.fliph(), &format!("{module} pixels, mirrored"));
    }
}

#[test]
fn a_small_code_on_a_large_page_is_found() {
    let small = code(TEXT, 2);
    for (left, top) in [(20, 20), (700, 15), (1500, 900), (800, 560)] {
        let mut page = GrayImage::from_fn(1700, 1100, |x, y| {
            image::Luma([if (x / 3 + y / 7) % 11 == 0 { 60 } else { 240 }])
        });
        image::imageops::overlay(&mut page, &small, left, top);
        check_found(&DynamicImage::ImageLuma8(page), &format!("at {left}, {top}"));
    }
}

#[test]
fn a_code_under_a_red_seal_is_read_in_the_red_channel() {
    let plain = code(TEXT, 4);
    let mut sealed = RgbImage::from_fn(plain.width(), plain.height(), |x, y| {
        let [shade] = plain.get_pixel(x, y).0;
        Rgb([shade; 3])
    });
    for y in 20..plain.height() - 20 {
        for x in 20..plain.width() - 20 {
            let [red, ..] = sealed.get_pixel(x, y).0;
            if (x / 6 + y / 6) % 2 == 0 {
                sealed.put_pixel(x, y, Rgb([red.max(30), 0, 0]));
            }
        }
    }
    let sealed = DynamicImage::ImageRgb8(sealed);
    let grey = DynamicImage::ImageLuma8(sealed.to_luma8());
    assert_eq!(
        find_codes_in(&grey),
        Vec::<String>::new(),
        "the seal hides the code"
    );
    check_found(&sealed, "sealed");
}

#[test]
fn a_code_without_a_margin_on_black_or_transparent_ground_is_read() {
    let whole = code(TEXT, 3);
    let bare = image::imageops::crop_imm(&whole, 12, 12, whole.width() - 24, whole.height() - 24).to_image();
    check_found(&DynamicImage::ImageLuma8(bare), "no margin");
    let clear = image::RgbaImage::from_fn(whole.width(), whole.height(), |x, y| {
        let [shade] = whole.get_pixel(x, y).0;
        image::Rgba([0, 0, 0, 255 - shade])
    });
    check_found(&DynamicImage::ImageRgba8(clear), "transparent");
}

#[test]
fn texts_in_chinese_are_kept_and_states_no_invoice() {
    let image = DynamicImage::ImageLuma8(code("付款码：张三", 4));
    assert_eq!(find_codes_in(&image), ["付款码：张三"]);
    let (invoices, faults) = read_picture(&encoded(&image, ImageFormat::Png));
    assert!(invoices.is_empty());
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].code, faults::NOT_AN_INVOICE.code);
    assert!(faults[0].message.contains("不是发票二维码"));
}

#[test]
fn two_invoices_in_one_picture_are_two() {
    const OTHER: &str = "01,10,033002000211,83089647,510.68,20200723,16197833567414507415,0941,";
    let (left, right) = (code(TEXT, 4), code(OTHER, 4));
    let mut page = GrayImage::from_pixel(left.width() + right.width() + 60, 300, image::Luma([255]));
    image::imageops::overlay(&mut page, &left, 10, 30);
    image::imageops::overlay(&mut page, &right, i64::from(left.width()) + 50, 60);
    let (invoices, faults) = read_picture(&encoded(&DynamicImage::ImageLuma8(page), ImageFormat::Bmp));
    let mut keys: Vec<String> = invoices.iter().map(|invoice| invoice.key().unwrap().0).collect();
    keys.sort();
    assert_eq!(keys, ["L:033002000211:83089647", "U:24112000000048542163"]);
    assert!(faults.is_empty());
}

#[test]
fn pictures_of_every_form_give_the_fields_of_the_code() {
    let image = DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(code(TEXT, 4)).to_rgb8());
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Bmp,
        ImageFormat::WebP,
    ] {
        let (invoices, faults) = read_picture(&encoded(&image, format));
        assert!(faults.is_empty(), "{format:?}: {faults:?}");
        let [invoice] = invoices.as_slice() else {
            panic!("{format:?}: {} invoices", invoices.len());
        };
        assert_eq!(invoice.key().unwrap().0, "U:24112000000048542163");
        assert_eq!(invoice.fields.value(FieldName::Total), Some("4449.00"));
        assert_eq!(invoice.qr_codes[0].crc, CrcState::Holds);
        assert_eq!(invoice.faults[0].code, faults::QR_ONLY.code);
        assert_eq!(invoice.faults[0].path, "file");
    }
}

fn fault_code(bytes: &[u8]) -> String {
    let (invoices, faults) = read_picture(bytes);
    assert!(invoices.is_empty());
    assert_eq!(faults.len(), 1);
    faults[0].code.clone()
}

#[test]
fn pictures_that_are_none_too_large_or_empty_of_codes_are_told_apart() {
    let blank = DynamicImage::ImageLuma8(GrayImage::from_pixel(300, 200, image::Luma([255])));
    let png = encoded(&blank, ImageFormat::Png);
    assert_eq!(fault_code(&png), faults::NOT_AN_INVOICE.code);
    assert_eq!(fault_code(&png[..60]), faults::UNREADABLE.code);
    assert_eq!(fault_code(b"\x89PNG\r\n\x1a\n"), faults::UNREADABLE.code);
    assert_eq!(fault_code(b""), faults::UNREADABLE.code);
    // A bitmap's header alone says that it is too large, before anything of it is decoded.
    let mut bmp = encoded(&blank, ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    assert_eq!(fault_code(&bmp), faults::BEYOND_LIMIT.code);
}

#[test]
fn mangled_pictures_are_answered() {
    let image = DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(code(TEXT, 1)).to_rgb8());
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Bmp,
        ImageFormat::WebP,
    ] {
        let whole = encoded(&image, format);
        let step = (whole.len() / 40).max(1);
        for at in (0..whole.len()).step_by(step) {
            let (invoices, faults) = read_picture(&whole[..at]);
            assert!(!invoices.is_empty() || !faults.is_empty());
            let mut altered = whole.clone();
            altered[at] ^= 0xA5;
            let (invoices, faults) = read_picture(&altered);
            assert!(!invoices.is_empty() || !faults.is_empty());
        }
    }
    for bytes in [
        &b""[..],
        b"\x97JB2",
        b"\x97JB2\r\n\x1a\n\x01\0\0\0\x01\0\0\0\0\x30\0\x01\0\0\0\x13",
    ] {
        assert!(decode_jbig2(bytes).is_none());
    }
}

#[test]
fn noise_without_a_code_gives_none() {
    let mut state = 1_u32;
    let noise = GrayImage::from_fn(1250, 900, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Luma([(state >> 24) as u8])
    });
    let started = Instant::now();
    assert!(find_codes_in(&DynamicImage::ImageLuma8(noise)).is_empty());
    println!("1250 × 900 pixels of noise: {} ms", started.elapsed().as_millis());
}

/// Real pictures beside the project, which are not part of it.
fn real_pictures() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples"));
    if folder.join("MANIFEST.tsv").is_file() {
        return Some(folder);
    }
    println!("skipped: no real pictures beside the project");
    None
}

#[test]
fn real_pictures_give_the_text_of_their_code() {
    let Some(folder) = real_pictures() else { return };
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let mut lines = manifest.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| names.iter().position(|known| *known == name).unwrap();
    let (file, qr_text, number) = (column("file"), column("qr_text"), column("number"));
    let mut count = 0;
    for line in lines.filter(|line| line.starts_with("image/")) {
        let cells: Vec<&str> = line.split('\t').collect();
        let bytes = std::fs::read(folder.join(cells[file])).unwrap();
        let started = Instant::now();
        let (invoices, faults) = read_picture(&bytes);
        println!("{}: {} ms", cells[file], started.elapsed().as_millis());
        count += 1;
        if cells[qr_text].is_empty() {
            assert!(invoices.is_empty(), "{}", cells[file]);
            assert_eq!(faults[0].code, faults::NOT_AN_INVOICE.code, "{}", cells[file]);
            continue;
        }
        let [invoice] = invoices.as_slice() else {
            panic!("{}: {} invoices, {faults:?}", cells[file], invoices.len());
        };
        assert_eq!(invoice.qr_codes[0].text, cells[qr_text], "{}", cells[file]);
        assert_ne!(invoice.qr_codes[0].crc, CrcState::Fails, "{}", cells[file]);
        assert_eq!(
            invoice.fields.value(FieldName::Number),
            Some(cells[number]),
            "{}",
            cells[file]
        );
    }
    assert_eq!(count, 7);
}

#[test]
fn real_codes_in_jbig2_give_the_text_of_their_code() {
    let Some(folder) = real_pictures() else { return };
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let (mut count, mut unread) = (0, Vec::new());
    for file in std::fs::read_dir(folder.join("ofd")).unwrap() {
        let path = file.unwrap().path();
        let Ok(mut archive) = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()) else {
            continue;
        };
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let name = entry.name().unwrap().into_owned();
            if !name.ends_with(".jb2") {
                continue;
            }
            let mut bytes = Vec::new();
            std::io::copy(&mut entry, &mut bytes).unwrap();
            let luma = decode_jbig2(&bytes).unwrap();
            let started = Instant::now();
            match find_codes(&luma).as_slice() {
                [text] => {
                    println!("{}: {text}, {} ms", path.display(), started.elapsed().as_millis());
                    assert!(manifest.contains(text.trim_end_matches(',')), "{text}");
                    count += 1;
                }
                _ => unread.push((path.clone(), name, luma.width(), luma.height())),
            }
        }
    }
    assert!(count > 0);
    assert!(unread.is_empty(), "{unread:?}");
}
