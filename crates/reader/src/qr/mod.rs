//! QR codes (二维码) of invoices: in pictures, and as texts that documents state.
//!
//! A picture has no text of its own, and characters are not recognised here: a wrong digit is worse than none. Its QR
//! code holds number, date and one amount, and a checksum over them.
//!
//! Readers of other forms use [`decode_picture`] or [`decode_jbig2`], then [`find_codes`] or [`find_codes_in`], then
//! [`QrPayload`].

mod luma;
mod payload;
mod picture;
#[cfg(test)]
mod tests;

use std::io::Cursor;

use image::{DynamicImage, ImageError, ImageReader, Limits};
use invoice::{Fault, InvoiceReading, Source};

pub(crate) use luma::Luma;
pub(crate) use payload::QrPayload;
pub(crate) use picture::{find_codes, find_codes_in, luma_of};

use crate::{faults, limits, merge};

/// Where a field of a picture stands: there is only one place.
const PLACE: &str = "二维码";
/// Pixels for each module of a code that was stored with one: fewer, and it is not found.
const MODULE_PIXELS: u32 = 4;
/// Pictures with longer sides are not stored module by module.
const MODULES_SIDE_MAX: u32 = 400;
/// A white margin, which a code stored without its surroundings lacks.
const MARGIN_PIXELS: u32 = 16;

/// Reads the invoices in a PNG, JPEG, BMP or WebP, as far as their QR codes tell of them.
pub(crate) fn read_picture(bytes: &[u8]) -> (Vec<InvoiceReading>, Vec<Fault>) {
    let image = match decode_picture(bytes) {
        Ok(image) => image,
        Err(fault) => return (Vec::new(), vec![fault]),
    };
    let texts = find_codes_in(&image);
    let payloads: Vec<QrPayload> = texts.iter().filter_map(|text| QrPayload::parse(text)).collect();
    if payloads.is_empty() {
        let message = match texts.is_empty() {
            true => "图片中没有找到二维码；图片只能识读二维码，请上传 OFD、PDF 或 XML 原件",
            false => "图片中的二维码不是发票二维码；图片只能识读发票二维码，请上传 OFD、PDF 或 XML 原件",
        };
        return (Vec::new(), vec![faults::NOT_AN_INVOICE.at("file", message)]);
    }
    let stated = payloads.iter().map(|payload| {
        let mut invoice = InvoiceReading::default();
        payload.state_into(&mut invoice, Source::Qr, PLACE);
        invoice
    });
    let mut invoices = merge::join(stated.collect());
    for invoice in &mut invoices {
        invoice
            .faults
            .push(faults::QR_ONLY.at("file", "图片没有文字层，只读取了二维码中的内容"));
    }
    (invoices, Vec::new())
}

/// What the text of one QR code says of its invoice: for scanners that hand over text. `None` where it is no code of an
/// invoice.
pub fn read_code(text: &str) -> Option<InvoiceReading> {
    let payload = QrPayload::parse(text)?;
    let mut invoice = InvoiceReading::default();
    payload.state_into(&mut invoice, Source::Qr, PLACE);
    Some(invoice)
}

/// Decodes a PNG, JPEG, BMP or WebP. Its size is checked before a pixel is decoded.
pub(crate) fn decode_picture(bytes: &[u8]) -> Result<DynamicImage, Fault> {
    let reader = || {
        ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(ImageError::IoError)
    };
    let (width, height) = reader()
        .and_then(ImageReader::into_dimensions)
        .map_err(|error| refusal(&error))?;
    if !is_within_limit(width, height) {
        let message = format!(
            "图片有 {width}×{height} 像素，上限 {} 像素",
            limits::PICTURE_PIXELS_MAX
        );
        return Err(faults::BEYOND_LIMIT.at("file", message));
    }
    let decode = || {
        let mut reader = reader()?;
        let mut room = Limits::no_limits();
        // What lies beside the picture, such as a colour profile, is charged as well.
        room.max_alloc = Some(limits::PICTURE_BYTES_MAX);
        reader.limits(room);
        reader.decode()
    };
    decode().map_err(|error| refusal(&error))
}

fn refusal(error: &ImageError) -> Fault {
    match error {
        ImageError::Limits(_) => faults::BEYOND_LIMIT.at("file", "图片解码所需内存超过上限，未读取"),
        ImageError::Unsupported(_) => faults::UNREADABLE.at("file", "图片的编码方式不受支持"),
        _ => faults::UNREADABLE.at("file", "图片已损坏或不完整，无法解码"),
    }
}

/// Decodes a JBIG2 file (ITU-T T.88), as OFD stores its QR codes; `None` if it is damaged or too large.
///
/// Such codes have two or three pixels for a module and no margin. They are enlarged and put on white paper, without
/// which they are not found.
pub(crate) fn decode_jbig2(bytes: &[u8]) -> Option<Luma> {
    let file = hayro_jbig2::File::new(bytes, &hayro_jbig2::DecodeSettings::default()).ok()?;
    let page = file.page(0)?;
    if !is_within_limit(page.width(), page.height()) {
        return None;
    }
    let luma = luma_of(&DynamicImage::from_decoder(page).ok()?)?;
    let is_small = luma.width().max(luma.height()) <= MODULES_SIDE_MAX;
    let enlarged = if is_small {
        luma.enlarged(MODULE_PIXELS)
    } else {
        luma
    };
    Some(enlarged.with_border(MARGIN_PIXELS))
}

fn is_within_limit(width: u32, height: u32) -> bool {
    u64::from(width) * u64::from(height) <= limits::PICTURE_PIXELS_MAX
}
