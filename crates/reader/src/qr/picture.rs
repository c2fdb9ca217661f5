//! QR codes in pictures.
//!
//! One decoder finds nearly every code at once. What it misses is found by looking again: without the red of a seal,
//! larger or smaller, piece by piece (a code of few pixels on a large page), on white paper, and last with a second
//! decoder, which sees through noise. The search ends with the first invoice, or when as many pixels have been looked
//! at as is worth the time: most pictures without an invoice's code have none at all.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::DynamicImage;
use rxing::common::HybridBinarizer;
use rxing::multi::MultipleBarcodeReader;
use rxing::multi::qrcode::QRCodeMultiReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source};

use super::luma::Luma;
use super::payload;

/// As many pixels are looked at in all tries together; an A4 page at 300 dpi has 8.7 million.
const SEARCH_PIXELS_MAX: u64 = 40_000_000;
/// A picture is enlarged only if it has no more pixels than this: an A4 page at 150 dpi, where a code's modules have
/// three pixels.
const SMALL_PIXELS_MAX: u64 = 2_200_000;
/// Pictures with more pixels are looked at in half size, where grain has gone, and whole only piece by piece.
const LARGE_PIXELS_MIN: u64 = 12_000_000;
/// Pictures with fewer pixels are not made smaller.
const HALVED_PIXELS_MIN: u64 = 250_000;
/// The second decoder keeps two bytes for a pixel and walks over them many times.
const SECOND_TRY_PIXELS_MAX: u64 = 4_000_000;
/// White around a picture, in pixels: four modules and more.
const BORDER_PIXELS: u32 = 16;
/// The most codes that are kept of one picture.
const CODES_MAX: usize = 64;

/// The texts of the QR codes in a grey picture, invoices or not.
pub(crate) fn find_codes(luma: &Luma) -> Vec<String> {
    let mut search = Search::default();
    let _ = search.look(luma) || search.look_closely(luma);
    search.texts
}

/// The texts of the QR codes in a picture, which may be coloured.
///
/// In the red channel a red seal is as bright as the paper, so that a code under it shows.
pub(crate) fn find_codes_in(image: &DynamicImage) -> Vec<String> {
    let mut search = Search::default();
    let Some(luma) = luma_of(image) else {
        return Vec::new();
    };
    if search.look(&luma) {
        return search.texts;
    }
    let red = red_of(image).filter(|red| red.pixels() != luma.pixels());
    let _ = red.as_ref().is_some_and(|red| search.look(red))
        || search.look_closely(&luma)
        || red.as_ref().is_some_and(|red| search.look_closely(red));
    search.texts
}

/// The brightness of a picture, drawn on white where it is transparent.
pub(crate) fn luma_of(image: &DynamicImage) -> Option<Luma> {
    let (width, height) = (image.width(), image.height());
    if !image.color().has_alpha() {
        return Luma::new(width, height, image.to_luma8().into_raw());
    }
    let pixels = image.to_luma_alpha8();
    let shades = pixels.pixels().map(|pixel| on_white(pixel.0));
    Luma::new(width, height, shades.collect())
}

fn red_of(image: &DynamicImage) -> Option<Luma> {
    if !image.color().has_color() {
        return None;
    }
    let pixels = image.to_rgba8();
    let shades = pixels.pixels().map(|pixel| {
        let [red, _, _, alpha] = pixel.0;
        on_white([red, alpha])
    });
    Luma::new(image.width(), image.height(), shades.collect())
}

fn on_white([shade, alpha]: [u8; 2]) -> u8 {
    let paper = 255 * (255 - u32::from(alpha));
    ((u32::from(shade) * u32::from(alpha) + paper) / 255) as u8
}

/// What has been found, and how many pixels have been looked at.
#[derive(Default)]
struct Search {
    texts: Vec<String>,
    pixels: u64,
}

impl Search {
    /// One look at a picture. Whether to stop: an invoice was found, or the search has taken long enough.
    fn look(&mut self, luma: &Luma) -> bool {
        if luma.area() >= LARGE_PIXELS_MIN {
            return self.look(&luma.halved());
        }
        self.try_with(luma, decode_quickly) || self.try_with(luma, decode)
    }

    /// The pictures made of a picture in which no invoice was found.
    fn look_closely(&mut self, luma: &Luma) -> bool {
        let is_small = luma.area() <= SMALL_PIXELS_MAX;
        (is_small && self.look(&luma.doubled()))
            || (luma.area() >= HALVED_PIXELS_MIN && self.look(&luma.halved()))
            || (is_small && self.look(&luma.with_border(BORDER_PIXELS)))
            || (luma.area() <= SECOND_TRY_PIXELS_MAX && self.try_with(luma, decode_again))
            || self.look_at_pieces(luma, is_small)
            || (is_small && self.try_with(&luma.doubled().with_border(BORDER_PIXELS), decode_again))
    }

    /// Nine pieces of half the width and height, which overlap by half, so that a code cut by one lies whole in
    /// another. Codes stand at the top of an invoice, mostly in a corner: these pieces come first.
    fn look_at_pieces(&mut self, luma: &Luma, is_small: bool) -> bool {
        const ORDER: [(u32, u32); 9] = [
            (0, 0),
            (2, 0),
            (1, 0),
            (0, 2),
            (2, 2),
            (0, 1),
            (2, 1),
            (1, 1),
            (1, 2),
        ];
        let (width, height) = (luma.width().div_ceil(2), luma.height().div_ceil(2));
        ORDER.into_iter().any(|(column, row)| {
            let (left, top) = (luma.width() / 4 * column, luma.height() / 4 * row);
            let piece = luma.part(left, top, width, height);
            piece.is_some_and(|piece| self.look(&if is_small { piece.doubled() } else { piece }))
        })
    }

    fn try_with(&mut self, luma: &Luma, decoder: fn(&Luma) -> Vec<String>) -> bool {
        self.pixels = self.pixels.saturating_add(luma.area());
        if self.pixels > SEARCH_PIXELS_MAX {
            return true;
        }
        // Both decoders have arithmetic that a picture made for the purpose can break; that ends one try, no more.
        let found = catch_unwind(AssertUnwindSafe(|| decoder(luma))).unwrap_or_default();
        for text in found {
            if !self.texts.contains(&text) && self.texts.len() < CODES_MAX {
                self.texts.push(text);
            }
        }
        self.texts.iter().any(|text| payload::is_invoice(text))
    }
}

/// The codes that one walk over the picture shows, which is enough where a code was drawn and not photographed.
/// [`decode`] walks over it again around each code that it finds.
fn decode_quickly(luma: &Luma) -> Vec<String> {
    let source = Luma8Source::new_with_slice(luma.pixels(), luma.width(), luma.height());
    let Ok(source) = source else {
        return Vec::new();
    };
    let mut picture = BinaryBitmap::new(HybridBinarizer::new(source));
    let found = QRCodeMultiReader::new().decode_multiple_with_hints(&mut picture, &DecodeHints::default());
    let found = found.unwrap_or_default();
    found.iter().map(|code| in_chinese(code.getText())).collect()
}

/// All codes of a picture, or the single one that shows only when no other is expected.
fn decode(luma: &Luma) -> Vec<String> {
    let hints = || DecodeHints {
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let (width, height) = (luma.width(), luma.height());
    let several = rxing::helpers::detect_multiple_in_luma_with_hints(
        luma.pixels().to_vec(),
        width,
        height,
        &mut hints(),
    );
    let found: Vec<_> = several.unwrap_or_default();
    let found = match found.is_empty() {
        false => found,
        true => {
            rxing::helpers::detect_in_luma_slice_with_hints(luma.pixels(), width, height, None, &mut hints())
                .into_iter()
                .collect()
        }
    };
    found.iter().map(|code| in_chinese(code.getText())).collect()
}

/// The second decoder.
fn decode_again(luma: &Luma) -> Vec<String> {
    let mut decoder = quircs::Quirc::default();
    decoder
        .identify(luma.width() as usize, luma.height() as usize, luma.pixels())
        .filter_map(|code| code.ok()?.decode().ok())
        .map(|data| text_of(&data.payload))
        .collect()
}

/// Bytes that are no UTF-8 come back as one character each, and are GB 18030.
fn in_chinese(text: &str) -> String {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes {
        Some(bytes) if !text.is_ascii() => text_of(&bytes),
        _ => text.to_owned(),
    }
}

fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}
