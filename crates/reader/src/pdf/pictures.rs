//! The QR codes on the pages of a PDF: stored as pictures, or drawn as paths.
//!
//! A stored picture is decoded by itself, which is fast and spares it from being scaled. Only where none is a code is
//! the page drawn as a whole.

use std::collections::HashMap;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_syntax::object::stream::{ImageColorSpace, ImageDecodeParams};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use crate::limits;
use crate::qr::{self, Luma, QrPayload};

/// Pictures decoded for one page and for one document.
const PER_PAGE_MAX: usize = 24;
const DECODED_MAX: usize = 2_000;
/// The smallest code has 21 modules a side.
const SIDE_PIXELS_MIN: u32 = 21;
/// Larger square pictures are photographs or watermarks; the page is then drawn.
const PIXELS_MAX: u64 = 6_000_000;
/// Forms in forms that are searched for pictures.
const FORM_DEPTH_MAX: usize = 4;
const FORMS_MAX: usize = 64;
/// Pages that are drawn for one document.
const DRAWN_MAX: usize = 64;
/// Dots drawn for a point: 200 dpi.
const DOTS_PER_POINT: f32 = 200.0 / 72.0;
/// The most pixels of a drawn page: A4 at 200 dpi has 3.9 million.
const DRAWN_PIXELS_MAX: f32 = 16_000_000.0;
/// Small pictures are enlarged to this and put on white, without which they are not found.
const SMALL_SIDE: u32 = 400;
const MARGIN_PIXELS: u32 = 16;

/// The search for codes in one document.
#[derive(Default)]
pub(super) struct Search {
    /// What pictures that were decoded hold, by object number: logos come back on every page.
    known: HashMap<(u32, i32), Vec<QrPayload>>,
    decoded: usize,
    drawn: usize,
}

impl Search {
    /// The invoice codes among the pictures stored for a page, at least as many as are wanted if there are so many.
    pub(super) fn stored(&mut self, page: &Page<'_>, wanted: usize) -> Vec<QrPayload> {
        let mut images = Vec::new();
        let mut forms = 0;
        collect(page.resources(), 0, &mut forms, &mut images);
        images.sort_by_key(|image| rank(image.dict()));
        let mut found: Vec<QrPayload> = Vec::new();
        for image in images.iter().take(PER_PAGE_MAX) {
            // An invoice has one code, and the pictures after it are seals and marks, which take the longest.
            if found.len() >= wanted {
                break;
            }
            let id = image.obj_id();
            let key = (id.obj_number, id.gen_number);
            let codes = match self.known.get(&key) {
                Some(codes) => codes.clone(),
                None if self.decoded >= DECODED_MAX => continue,
                None => {
                    self.decoded += 1;
                    let codes = luma(image).map(|luma| payloads(&luma)).unwrap_or_default();
                    self.known.insert(key, codes.clone());
                    codes
                }
            };
            add(&mut found, codes);
        }
        found
    }

    /// The invoice codes on a page that is drawn as a whole.
    pub(super) fn drawn(&mut self, page: &Page<'_>) -> Vec<QrPayload> {
        if self.drawn >= DRAWN_MAX {
            return Vec::new();
        }
        self.drawn += 1;
        let mut found = Vec::new();
        if let Some(luma) = draw(page) {
            add(&mut found, payloads(&luma));
        }
        found
    }
}

fn add(found: &mut Vec<QrPayload>, codes: Vec<QrPayload>) {
    for code in codes {
        if !found.iter().any(|known| known.text == code.text) {
            found.push(code);
        }
    }
}

fn payloads(luma: &Luma) -> Vec<QrPayload> {
    let texts = qr::find_codes(luma);
    texts.iter().filter_map(|text| QrPayload::parse(text)).collect()
}

/// The pictures among the resources of a page that may be a code.
fn collect<'a>(resources: &Resources<'a>, depth: usize, forms: &mut usize, images: &mut Vec<Stream<'a>>) {
    let names: Vec<Name<'a>> = resources.x_objects.keys().take(1_000).collect();
    for name in names {
        let Some(stream) = resources.get_x_object(&name) else {
            continue;
        };
        let subtype = stream.dict().get::<Name<'_>>("Subtype");
        match subtype.as_deref() {
            Some(b"Image") if is_like_a_code(stream.dict()) => images.push(stream),
            Some(b"Form") if depth < FORM_DEPTH_MAX && *forms < FORMS_MAX => {
                *forms += 1;
                if let Some(own) = stream.dict().get::<Dict<'a>>("Resources") {
                    collect(&Resources::new(own), depth + 1, forms, images);
                }
            }
            _ => {}
        }
    }
}

/// About square and of a size that a code may have.
fn is_like_a_code(dict: &Dict<'_>) -> bool {
    let (Some(width), Some(height)) = (dict.get::<u32>("Width"), dict.get::<u32>("Height")) else {
        return false;
    };
    let (short, long) = (width.min(height), width.max(height));
    short >= SIDE_PIXELS_MIN
        && f64::from(long) <= 1.5 * f64::from(short)
        && u64::from(width) * u64::from(height) <= PIXELS_MAX
}

/// Codes come before seals: they are exactly square and not see-through.
fn rank(dict: &Dict<'_>) -> (bool, bool) {
    let is_square = dict.get::<u32>("Width") == dict.get::<u32>("Height");
    let is_see_through = dict.contains_key("SMask") || dict.contains_key("Mask");
    (is_see_through, !is_square)
}

/// How the samples of a picture are to be understood.
enum Colours {
    /// One, three or four components.
    Plain(usize),
    /// Shades of a palette.
    Palette(Vec<u8>),
}

fn luma(image: &Stream<'_>) -> Option<Luma> {
    let dict = image.dict();
    let is_mask = dict.get::<bool>("ImageMask").unwrap_or(false);
    let colours = if is_mask {
        Some(Colours::Plain(1))
    } else {
        dict.get::<Object<'_>>("ColorSpace")
            .and_then(|space| colours(&space, 0))
    };
    let bits = if is_mask {
        1
    } else {
        dict.get::<u8>("BitsPerComponent").unwrap_or(8)
    };
    let (width, height) = (dict.get::<u32>("Width")?, dict.get::<u32>("Height")?);
    let params = ImageDecodeParams {
        is_indexed: matches!(colours, Some(Colours::Palette(_))),
        bpc: Some(bits),
        num_components: match colours {
            Some(Colours::Plain(count)) => u8::try_from(count).ok(),
            _ => None,
        },
        target_dimension: None,
        width,
        height,
    };
    let decoded = image.decoded_image(&params).ok()?;
    let (mut width, mut height, mut bits, mut of_data) = (width, height, bits, None);
    if let Some(data) = &decoded.image_data {
        (width, height, bits) = (data.width, data.height, data.bits_per_component);
        of_data = data.color_space.map(|space| match space {
            ImageColorSpace::Gray => 1,
            ImageColorSpace::Rgb => 3,
            ImageColorSpace::Cmyk => 4,
            ImageColorSpace::Unknown(count) => usize::from(count),
        });
    }
    if u64::from(width) * u64::from(height) > limits::PICTURE_PIXELS_MAX {
        return None;
    }
    let colours = match (colours, of_data) {
        (Some(Colours::Palette(palette)), _) => Colours::Palette(palette),
        (_, Some(count)) => Colours::Plain(count),
        (Some(plain), None) => plain,
        (None, None) => Colours::Plain(1),
    };
    let is_inverted = dict
        .get::<Array<'_>>("Decode")
        .and_then(|decode| decode.iter::<f64>().next())
        .is_some_and(|first| first > 0.5);
    let mut pixels = shades(&decoded.data, width, height, bits, &colours)?;
    if is_inverted && !matches!(colours, Colours::Palette(_)) {
        pixels.iter_mut().for_each(|shade| *shade = 255 - *shade);
    }
    let luma = Luma::new(width, height, pixels)?;
    let side = width.max(height).max(1);
    let enlarged = if side < SMALL_SIDE {
        luma.enlarged(SMALL_SIDE.div_ceil(side))
    } else {
        luma
    };
    Some(enlarged.with_border(MARGIN_PIXELS))
}

/// The brightness of every pixel. Rows start at full bytes; what is cut off is white.
fn shades(data: &[u8], width: u32, height: u32, bits: u8, colours: &Colours) -> Option<Vec<u8>> {
    let count = match colours {
        Colours::Plain(count) => (*count).clamp(1, 32),
        Colours::Palette(_) => 1,
    };
    let (width, height, bits) = (width as usize, height as usize, usize::from(bits));
    if !matches!(bits, 1 | 2 | 4 | 8 | 16) {
        return None;
    }
    let row_bytes = width.checked_mul(count)?.checked_mul(bits)?.div_ceil(8);
    let most = (1_usize << bits.min(8)) - 1;
    let mut shades = vec![255; width.checked_mul(height)?];
    let rows = data.chunks(row_bytes.max(1)).zip(shades.chunks_mut(width.max(1)));
    for (row, shades) in rows {
        let sample = |at: usize| -> Option<usize> {
            let bit = at * bits;
            let byte = usize::from(*row.get(bit / 8)?);
            Some(match bits {
                8 | 16 => byte,
                _ => (byte >> (8 - bits - bit % 8)) & most,
            })
        };
        for (x, shade) in shades.iter_mut().enumerate() {
            let part = |component: usize| {
                sample(x * count + component).map(|sample| match bits {
                    8 | 16 => sample,
                    _ => sample * 255 / most,
                })
            };
            let value = match (colours, count) {
                (Colours::Palette(palette), _) => sample(x).and_then(|index| palette.get(index).copied()),
                (_, 3) => bright(part(0), part(1), part(2)),
                (_, 4) => {
                    let paint = |ink: Option<usize>| ink.map(|ink| 255 - ink.min(255));
                    bright(paint(part(0)), paint(part(1)), paint(part(2))).and_then(|light| {
                        let black = 255 - part(3)?.min(255);
                        u8::try_from(usize::from(light) * black / 255).ok()
                    })
                }
                _ => part(0).and_then(|light| u8::try_from(light).ok()),
            };
            *shade = value.unwrap_or(255);
        }
    }
    Some(shades)
}

fn bright(red: Option<usize>, green: Option<usize>, blue: Option<usize>) -> Option<u8> {
    u8::try_from((red? * 299 + green? * 587 + blue? * 114) / 1_000).ok()
}

fn colours(space: &Object<'_>, depth: usize) -> Option<Colours> {
    match space {
        Object::Name(name) => components(name).map(Colours::Plain),
        Object::Array(array) => {
            let parts: Vec<Object<'_>> = array.iter::<Object<'_>>().take(8).collect();
            let Some(Object::Name(family)) = parts.first() else {
                return None;
            };
            let family: &[u8] = family;
            match family {
                b"ICCBased" => match parts.get(1)? {
                    Object::Stream(profile) => Some(Colours::Plain(profile.dict().get::<usize>("N")?)),
                    _ => None,
                },
                b"Indexed" | b"I" if depth == 0 => {
                    let base = match colours(parts.get(1)?, 1)? {
                        Colours::Plain(count) => count,
                        Colours::Palette(_) => return None,
                    };
                    let table = match parts.get(3)? {
                        Object::String(string) => string.as_bytes().to_vec(),
                        Object::Stream(stream) => stream.decoded_data().ok()?.into_owned(),
                        _ => return None,
                    };
                    Some(Colours::Palette(palette(&table, base)))
                }
                // A separation is ink: where there is much of it, it is dark. It is told by the code's own contrast.
                b"Separation" => Some(Colours::Plain(1)),
                b"DeviceN" => None,
                other => components(other).map(Colours::Plain),
            }
        }
        _ => None,
    }
}

fn palette(table: &[u8], components: usize) -> Vec<u8> {
    table
        .chunks_exact(components.max(1))
        .take(256)
        .map(|entry| match entry {
            [red, green, blue] => {
                let part = |byte: &u8| Some(usize::from(*byte));
                bright(part(red), part(green), part(blue)).unwrap_or(255)
            }
            [light] => *light,
            [.., black] => 255 - black,
            [] => 255,
        })
        .collect()
}

fn components(family: &[u8]) -> Option<usize> {
    match family {
        b"DeviceGray" | b"CalGray" | b"G" => Some(1),
        b"DeviceRGB" | b"CalRGB" | b"RGB" | b"Lab" => Some(3),
        b"DeviceCMYK" | b"CMYK" => Some(4),
        _ => None,
    }
}

/// The page as it is seen, in grey.
fn draw(page: &Page<'_>) -> Option<Luma> {
    let (width, height) = page.render_dimensions();
    if !(width >= 1.0 && height >= 1.0) {
        return None;
    }
    let fitting = (DRAWN_PIXELS_MAX / (width * height)).sqrt();
    let scale = DOTS_PER_POINT
        .min(fitting)
        .min(f32::from(u16::MAX) / width.max(height));
    // A cache must not outlive its document, and pages of invoices share little.
    let cache = RenderCache::new();
    let picture = render(
        page,
        &cache,
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings {
            x_scale: scale,
            y_scale: scale,
            bg_color: WHITE,
        },
    );
    let shades = picture.data().iter().map(|pixel| {
        let part = |byte: u8| Some(usize::from(byte));
        bright(part(pixel.r), part(pixel.g), part(pixel.b)).unwrap_or(255)
    });
    Luma::new(
        u32::from(picture.width()),
        u32::from(picture.height()),
        shades.collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_bytes_and_palettes_become_shades() {
        let plain = |data: &[u8], width, bits, count| shades(data, width, 1, bits, &Colours::Plain(count));
        assert_eq!(plain(&[0b1010_0000], 3, 1, 1), Some(vec![255, 0, 255]));
        assert_eq!(plain(&[0x0F], 2, 4, 1), Some(vec![0, 255]));
        assert_eq!(plain(&[255, 255, 255, 0, 0, 0], 2, 8, 3), Some(vec![255, 0]));
        assert_eq!(plain(&[0, 0, 0, 255], 1, 8, 4), Some(vec![0]));
        // What is cut off is white.
        assert_eq!(plain(&[0], 3, 8, 1), Some(vec![0, 255, 255]));
        assert_eq!(plain(&[0], 1, 7, 1), None);
        let indexed = Colours::Palette(vec![0, 255]);
        assert_eq!(shades(&[0b0100_0000], 2, 1, 1, &indexed), Some(vec![0, 255]));
    }

    #[test]
    fn palettes_of_any_base() {
        assert_eq!(palette(&[0, 0, 0, 255, 255, 255], 3), vec![0, 255]);
        assert_eq!(palette(&[7, 9], 1), vec![7, 9]);
        assert_eq!(palette(&[0, 0, 0, 255], 4), vec![0]);
    }
}
