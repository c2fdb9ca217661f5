//! Pictures of an OFD that may be its QR code.
//!
//! Tax-bureau files store the code as a JBIG2 picture of 100 × 100 pixels, others as PNG; a few draw it as filled
//! paths, which are then drawn here, coarsely, for the decoder's sake only. Seals and watermarks are annotations and
//! not looked at.

use std::collections::HashSet;
use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageReader, Luma};
use ofd::{Document, ImageUse, Object, Origin, PathOperation, PathShape, Point, Rect};

use crate::limits;

/// No invoice places more pictures than this; beyond it they are not decoded.
const PICTURES_MAX: usize = 16;
/// A QR code on an invoice is about 20 mm wide.
const SIDE_MM_MIN: f64 = 8.0;
/// Pictures smaller than this are enlarged: the decoder wants several pixels for a module.
const SMALL_PIXELS: u32 = 250;
/// A white margin, which a code stored without its surroundings lacks.
const MARGIN_PIXELS: u32 = 16;

/// A picture with its place in the file.
pub(super) struct Picture {
    pub(super) place: String,
    pub(super) image: DynamicImage,
}

/// The pictures of one page that have the shape of a QR code, ready for decoding.
pub(super) fn on_page(document: &Document, page_index: usize) -> Vec<Picture> {
    let Some(page) = document.pages.get(page_index) else {
        return Vec::new();
    };
    let mut seen = HashSet::new();
    document
        .objects_on(page_index)
        .into_iter()
        .filter(|placed| placed.origin != Origin::Annotation)
        .filter_map(|placed| match placed.object {
            Object::Image(image) if is_like_a_code(image) => Some(image),
            _ => None,
        })
        .filter(|image| seen.insert(image.resource_id))
        .take(PICTURES_MAX)
        .filter_map(|image| {
            let media = document.media_of(page.body, image)?;
            Some(Picture {
                place: media.part.clone(),
                image: with_margin(&decode(&media.bytes)?),
            })
        })
        .collect()
}

/// About square, and large enough.
fn is_like_a_code(image: &ImageUse) -> bool {
    let Rect { width, height, .. } = image.boundary;
    width.min(height) >= SIDE_MM_MIN && width.max(height) <= 1.5 * width.min(height)
}

fn decode(bytes: &[u8]) -> Option<DynamicImage> {
    if bytes.starts_with(b"\x97JB2") {
        return decode_jbig2(bytes);
    }
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    let (width, height) = reader()?.into_dimensions().ok()?;
    is_within_limit(width, height)
        .then(|| reader()?.decode().ok())
        .flatten()
}

fn decode_jbig2(bytes: &[u8]) -> Option<DynamicImage> {
    let file = hayro_jbig2::File::new(bytes, &hayro_jbig2::DecodeSettings::default()).ok()?;
    let page = file.page(0)?;
    is_within_limit(page.width(), page.height())
        .then(|| DynamicImage::from_decoder(page).ok())
        .flatten()
}

fn is_within_limit(width: u32, height: u32) -> bool {
    u64::from(width) * u64::from(height) <= limits::PICTURE_PIXELS_MAX
}

/// The picture on white, enlarged if it is small. Transparent pixels become white as well.
fn with_margin(picture: &DynamicImage) -> DynamicImage {
    let scale = if picture.width().max(picture.height()) < SMALL_PIXELS {
        4
    } else {
        1
    };
    let (width, height) = (picture.width() * scale, picture.height() * scale);
    let enlarged = match scale {
        1 => picture.to_rgba8(),
        _ => image::imageops::resize(
            &picture.to_rgba8(),
            width,
            height,
            image::imageops::FilterType::Nearest,
        ),
    };
    let mut canvas = image::RgbaImage::from_pixel(
        width + 2 * MARGIN_PIXELS,
        height + 2 * MARGIN_PIXELS,
        image::Rgba([255; 4]),
    );
    image::imageops::overlay(
        &mut canvas,
        &enlarged,
        i64::from(MARGIN_PIXELS),
        i64::from(MARGIN_PIXELS),
    );
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(canvas).to_rgb8())
}

/// How finely paths are drawn.
const PIXELS_PER_MM: f64 = 8.0;
/// A code has more steps than this even where runs of modules are joined; frames and rules have fewer.
const CODE_STEPS_MIN: usize = 200;
/// Crossings of outlines with rows of pixels that are computed for one page.
const CROSSINGS_MAX: usize = 4_000_000;
/// The longest side of a page that is drawn: A4 upright and some more.
const SIDE_MM_MAX: f64 = 450.0;

/// The filled paths of a page as a picture; `None` where there are too few for a QR code.
pub(super) fn drawn(document: &Document, page_index: usize) -> Option<Picture> {
    let page = document.pages.get(page_index)?;
    let objects = document.objects_on(page_index);
    let shapes: Vec<&PathShape> = objects
        .iter()
        .filter_map(|placed| match placed.object {
            Object::Path(shape) if shape.fill => Some(shape),
            _ => None,
        })
        .collect();
    let steps: usize = shapes.iter().map(|shape| shape.operations.len()).sum();
    let size = |length: f64| {
        let is_drawable = (SIDE_MM_MIN..=SIDE_MM_MAX).contains(&length);
        is_drawable.then_some((length * PIXELS_PER_MM).ceil() as u32)
    };
    if steps < CODE_STEPS_MIN {
        return None;
    }
    let mut canvas = GrayImage::from_pixel(size(page.area.width)?, size(page.area.height)?, Luma([255]));
    let mut room = CROSSINGS_MAX;
    for shape in shapes {
        fill(&mut canvas, shape, page.area.origin(), &mut room);
    }
    Some(Picture {
        place: format!("page {} paths", page_index + 1),
        image: DynamicImage::ImageLuma8(canvas),
    })
}

/// Fills a path by the even-odd rule, sampled in the middle of each pixel.
fn fill(canvas: &mut GrayImage, shape: &PathShape, origin: Point, room: &mut usize) {
    let shade = match shape.fill_color {
        Some([red, green, blue]) => ((u16::from(red) + u16::from(green) + u16::from(blue)) / 3) as u8,
        None => 0,
    };
    let mut crossings: Vec<(u32, f64)> = Vec::new();
    for (from, to) in edges(&shape.operations) {
        let pixel = |point: Point| {
            (
                (point.x - origin.x) * PIXELS_PER_MM,
                (point.y - origin.y) * PIXELS_PER_MM,
            )
        };
        let ((x0, y0), (x1, y1)) = (pixel(from), pixel(to));
        let (top, bottom) = (y0.min(y1), y0.max(y1));
        // Rows whose middle lies in [top, bottom).
        let first = (top - 0.5).ceil().clamp(0.0, f64::from(canvas.height())) as u32;
        let last = (bottom - 0.5).ceil().clamp(0.0, f64::from(canvas.height())) as u32;
        for row in first..last {
            if *room == 0 {
                return;
            }
            *room -= 1;
            let along = (f64::from(row) + 0.5 - y0) / (y1 - y0);
            crossings.push((row, x0 + along * (x1 - x0)));
        }
    }
    crossings.sort_by(|(row_a, a), (row_b, b)| row_a.cmp(row_b).then(a.total_cmp(b)));
    for pair in crossings
        .chunk_by(|(a, _), (b, _)| a == b)
        .flat_map(|row| row.chunks_exact(2))
    {
        let [(row, left), (_, right)] = pair else { continue };
        let first = (left - 0.5).ceil().clamp(0.0, f64::from(canvas.width())) as u32;
        let last = (right - 0.5).ceil().clamp(0.0, f64::from(canvas.width())) as u32;
        for column in first..last {
            canvas.put_pixel(column, *row, Luma([shade]));
        }
    }
}

/// The straight edges of an outline; figures are closed, curves are taken as the line to their end.
fn edges(operations: &[PathOperation]) -> Vec<(Point, Point)> {
    let mut edges = Vec::new();
    let mut start = Point::default();
    let mut at = start;
    for operation in operations {
        match operation {
            PathOperation::Move(to) => {
                edges.push((at, start));
                start = *to;
                at = *to;
            }
            PathOperation::Line(to) | PathOperation::Quadratic(_, to) | PathOperation::Cubic(_, _, to) => {
                edges.push((at, *to));
                at = *to;
            }
            PathOperation::Close => {
                edges.push((at, start));
                at = start;
            }
        }
    }
    edges.push((at, start));
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_with_a_hole_is_filled_by_the_even_odd_rule() {
        let corners = |low: f64, high: f64| {
            [
                PathOperation::Move(Point { x: low, y: low }),
                PathOperation::Line(Point { x: high, y: low }),
                PathOperation::Line(Point { x: high, y: high }),
                PathOperation::Line(Point { x: low, y: high }),
                PathOperation::Close,
            ]
        };
        let shape = PathShape {
            object_id: None,
            layer: ofd::Layer::Body,
            boundary: Rect::default(),
            operations: [corners(1.0, 4.0), corners(2.0, 3.0)].concat(),
            fill: true,
            stroke: false,
            line_width: 0.0,
            fill_color: None,
            stroke_color: None,
        };
        let mut canvas = GrayImage::from_pixel(40, 40, Luma([255]));
        fill(&mut canvas, &shape, Point::default(), &mut 1_000);
        let shade = |x_mm: f64, y_mm: f64| canvas.get_pixel((x_mm * 8.0) as u32, (y_mm * 8.0) as u32).0[0];
        assert_eq!(shade(1.5, 1.5), 0);
        assert_eq!(shade(2.5, 2.5), 255);
        assert_eq!(shade(0.5, 2.5), 255);
        assert_eq!(shade(3.5, 2.5), 0);
    }

    #[test]
    fn what_is_no_picture_is_left_out() {
        for bytes in [&b""[..], b"\x97JB2", b"\x89PNG\r\n\x1a\n", b"GIF89a"] {
            assert!(decode(bytes).is_none());
        }
    }
}
