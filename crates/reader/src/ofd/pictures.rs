//! Pictures of an OFD that may be its QR code.
//!
//! Tax-bureau files store the code as a JBIG2 picture of 100 × 100 pixels, others as PNG; a few draw it as filled
//! paths, which are then drawn here, coarsely, for the decoder's sake only. Seals and watermarks are annotations and
//! not looked at.

use std::collections::HashSet;

use ofd::{Document, ImageUse, Media, Object, Origin, PathOperation, PathShape, Point, Rect};

use crate::qr::Luma;

/// A QR code on an invoice is about 20 mm wide.
const SIDE_MM_MIN: f64 = 8.0;
/// How much longer one side of a code may be than the other.
const STRETCH_MAX: f64 = 1.2;

/// The pictures of one page that have the shape of a QR code.
pub(super) fn on_page(document: &Document, page_index: usize) -> Vec<&Media> {
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
        .filter_map(|image| document.media_of(page.body, image))
        .collect()
}

/// About square, and large enough.
fn is_like_a_code(image: &ImageUse) -> bool {
    let Rect { width, height, .. } = image.boundary;
    width.min(height) >= SIDE_MM_MIN && width.max(height) <= STRETCH_MAX * width.min(height)
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
pub(super) fn drawn(document: &Document, page_index: usize) -> Option<Luma> {
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
    let mut canvas = Canvas::white(size(page.area.width)?, size(page.area.height)?);
    let mut room = CROSSINGS_MAX;
    for shape in shapes {
        fill(&mut canvas, shape, page.area.origin(), &mut room);
    }
    Luma::new(canvas.width, canvas.height, canvas.pixels)
}

/// Shades of grey, row by row.
struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Canvas {
    fn white(width: u32, height: u32) -> Canvas {
        Canvas {
            width,
            height,
            pixels: vec![255; width as usize * height as usize],
        }
    }

    /// Paints the pixels of a row from `first` up to `last`, which is left out.
    fn paint(&mut self, row: u32, first: u32, last: u32, shade: u8) {
        let start = row as usize * self.width as usize;
        if let Some(pixels) = self.pixels.get_mut(start + first as usize..start + last as usize) {
            pixels.fill(shade);
        }
    }
}

/// Fills a path by the even-odd rule, sampled in the middle of each pixel.
fn fill(canvas: &mut Canvas, shape: &PathShape, origin: Point, room: &mut usize) {
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
        let first = (top - 0.5).ceil().clamp(0.0, f64::from(canvas.height)) as u32;
        let last = (bottom - 0.5).ceil().clamp(0.0, f64::from(canvas.height)) as u32;
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
        let first = (left - 0.5).ceil().clamp(0.0, f64::from(canvas.width)) as u32;
        let last = (right - 0.5).ceil().clamp(0.0, f64::from(canvas.width)) as u32;
        canvas.paint(*row, first, last, shade);
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
        let mut canvas = Canvas::white(40, 40);
        fill(&mut canvas, &shape, Point::default(), &mut 1_000);
        let shade = |x_mm: f64, y_mm: f64| canvas.pixels[(y_mm * 8.0) as usize * 40 + (x_mm * 8.0) as usize];
        assert_eq!(shade(1.5, 1.5), 0);
        assert_eq!(shade(2.5, 2.5), 255);
        assert_eq!(shade(0.5, 2.5), 255);
        assert_eq!(shade(3.5, 2.5), 0);
    }
}
