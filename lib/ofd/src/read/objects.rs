//! Graphic objects: from the elements of a layer to texts, paths and images in page coordinates.
//! Composite objects (vector symbols from resources), clips, patterns and glyph substitution are not followed.

use super::{Context, id};
use crate::content::{Content, ImageUse, Layer, Object, PathOperation, PathShape, TextRun};
use crate::error::OfdError;
use crate::geometry::{Matrix, Placement, Point, Rect, number, steps, words};
use crate::xml::Element;

/// Line width where none is stated, in millimetres (GB/T 33190-2016 §8.2).
const LINE_WIDTH_DEFAULT: f64 = 0.353;

pub(super) fn read_layer(
    context: &mut Context<'_>,
    part: &str,
    layer: &Element,
    content: &mut Content,
) -> Result<(), OfdError> {
    let kind = match layer.attribute("Type") {
        Some("Background") => Layer::Background,
        Some("Foreground") => Layer::Foreground,
        _ => Layer::Body,
    };
    read_block(
        context,
        part,
        layer,
        Place {
            layer: kind,
            origin: Point::default(),
        },
        content,
    )
}

/// The appearance of an annotation; its objects are placed from the corner of its box.
pub(super) fn read_appearance(
    context: &mut Context<'_>,
    part: &str,
    appearance: &Element,
    origin: Point,
    content: &mut Content,
) -> Result<(), OfdError> {
    read_block(
        context,
        part,
        appearance,
        Place {
            layer: Layer::Foreground,
            origin,
        },
        content,
    )
}

/// Where the objects of a block go.
#[derive(Clone, Copy)]
struct Place {
    layer: Layer,
    origin: Point,
}

/// Recursion is bounded by the depth the XML parser allows.
fn read_block(
    context: &mut Context<'_>,
    part: &str,
    block: &Element,
    place: Place,
    content: &mut Content,
) -> Result<(), OfdError> {
    for element in &block.children {
        match element.name.as_str() {
            "TextObject" => texts(context, part, element, place, content)?,
            "PathObject" => path(context, part, element, place, content)?,
            "ImageObject" => image(context, part, element, place, content),
            "PageBlock" => read_block(context, part, element, place, content)?,
            _ => {}
        }
    }
    Ok(())
}

/// The box of a graphic unit on the page and the way from its own coordinates there.
fn placement(element: &Element, place: Place) -> (Rect, Placement) {
    let boundary = element
        .attribute("Boundary")
        .and_then(Rect::parse)
        .unwrap_or_default()
        .shifted(place.origin);
    let ctm = element
        .attribute("CTM")
        .and_then(Matrix::parse)
        .unwrap_or(Matrix::IDENTITY);
    (
        boundary,
        Placement {
            ctm,
            origin: boundary.origin(),
        },
    )
}

fn texts(
    context: &mut Context<'_>,
    part: &str,
    element: &Element,
    place: Place,
    content: &mut Content,
) -> Result<(), OfdError> {
    let (boundary, placement) = placement(element, place);
    let size = element.attribute("Size").and_then(number).unwrap_or_default();
    let mut start = Point::default();
    for code in element.children_named("TextCode") {
        // A TextCode without X or Y goes on from the one before it (GB/T 33190-2016 §11.3).
        start.x = code.attribute("X").and_then(number).unwrap_or(start.x);
        start.y = code.attribute("Y").and_then(number).unwrap_or(start.y);
        // Blanks are text, but not the indentation of a file that was pretty-printed.
        let text = if code.text.contains('\n') {
            code.text.trim()
        } else {
            code.text.as_str()
        };
        if text.is_empty() {
            continue;
        }
        let count = text.chars().count();
        context.budget.spend_glyphs(count, part)?;
        content.objects.push(Object::Text(TextRun {
            object_id: id(element.attribute("ID")),
            layer: place.layer,
            text: text.to_owned(),
            glyphs: glyphs(code, text, count, start, size)
                .into_iter()
                .map(|point| placement.apply(point))
                .collect(),
            font_size: size * placement.ctm.scale(),
            font_id: id(element.attribute("Font")),
            boundary,
        }));
    }
    Ok(())
}

/// The place of each character in the coordinates of its object. Where the file gives too few steps, the width of
/// the character is estimated: the type size, half of it for ASCII.
fn glyphs(code: &Element, text: &str, count: usize, start: Point, size: f64) -> Vec<Point> {
    let delta = |name| {
        code.attribute(name)
            .map(|list| steps(list, count.saturating_sub(1)))
    };
    let (delta_x, delta_y) = (delta("DeltaX"), delta("DeltaY"));
    let is_vertical = delta_x.is_none() && delta_y.is_some();
    let mut glyphs = Vec::with_capacity(count);
    let mut place = start;
    for (position, character) in text.chars().enumerate() {
        glyphs.push(place);
        let step = |deltas: &Option<Vec<f64>>| deltas.as_ref().and_then(|list| list.get(position)).copied();
        let estimate = if character.is_ascii() { size / 2.0 } else { size };
        place.x += step(&delta_x).unwrap_or(if is_vertical { 0.0 } else { estimate });
        place.y += step(&delta_y).unwrap_or_default();
    }
    glyphs
}

fn path(
    context: &mut Context<'_>,
    part: &str,
    element: &Element,
    place: Place,
    content: &mut Content,
) -> Result<(), OfdError> {
    let (boundary, placement) = placement(element, place);
    let written = element
        .child("AbbreviatedData")
        .map(|data| data.text.as_str())
        .unwrap_or_default();
    let mut operations = Vec::new();
    let mut words = words(written);
    while let Some(operator) = words.next() {
        let Some(operation) = path_operation(operator, &mut words, &placement) else {
            context.problems.bad_value(part, "AbbreviatedData", operator);
            break;
        };
        context.budget.spend_path_operations(1, part)?;
        operations.push(operation);
    }
    let flag = |name, default| {
        element
            .attribute(name)
            .map_or(default, |value| value.trim() == "true")
    };
    content.objects.push(Object::Path(PathShape {
        object_id: id(element.attribute("ID")),
        layer: place.layer,
        boundary,
        operations,
        fill: flag("Fill", false),
        stroke: flag("Stroke", true),
        line_width: element
            .attribute("LineWidth")
            .and_then(number)
            .unwrap_or(LINE_WIDTH_DEFAULT)
            * placement.ctm.scale(),
        fill_color: element.child("FillColor").and_then(color),
        stroke_color: element.child("StrokeColor").and_then(color),
    }));
    Ok(())
}

/// One operator with its operands (GB/T 33190-2016 §9.3.1); `None` if it is unknown or operands are missing.
fn path_operation<'a>(
    operator: &str,
    words: &mut impl Iterator<Item = &'a str>,
    placement: &Placement,
) -> Option<PathOperation> {
    let mut point = || {
        let x = number(words.next()?)?;
        let y = number(words.next()?)?;
        Some(placement.apply(Point { x, y }))
    };
    Some(match operator {
        "S" | "M" => PathOperation::Move(point()?),
        "L" => PathOperation::Line(point()?),
        "Q" => PathOperation::Quadratic(point()?, point()?),
        "B" => PathOperation::Cubic(point()?, point()?, point()?),
        "A" => {
            // Radii, angle, two flags, then the end point.
            for _ in 0..5 {
                number(words.next()?)?;
            }
            let (x, y) = (number(words.next()?)?, number(words.next()?)?);
            PathOperation::Line(placement.apply(Point { x, y }))
        }
        "C" => PathOperation::Close,
        _ => return None,
    })
}

fn image(context: &mut Context<'_>, part: &str, element: &Element, place: Place, content: &mut Content) {
    let written = element.attribute("ResourceID");
    let Some(resource_id) = id(written) else {
        context
            .problems
            .bad_value(part, "ResourceID", written.unwrap_or_default());
        return;
    };
    let (boundary, placement) = placement(element, place);
    // Without a matrix the picture fills its box.
    let ctm = element.attribute("CTM").and_then(Matrix::parse);
    let [a, b, c, d, e, f] = ctm.map_or([boundary.width, 0.0, 0.0, boundary.height, 0.0, 0.0], |ctm| {
        ctm.values
    });
    let Point { x, y } = placement.origin;
    content.objects.push(Object::Image(ImageUse {
        object_id: id(element.attribute("ID")),
        layer: place.layer,
        resource_id,
        boundary,
        matrix: Matrix {
            values: [a, b, c, d, e + x, f + y],
        },
    }));
}

/// `r g b`, a single grey, or `#rr #gg #bb` (GB/T 33190-2016 §8.3.2). Other colour spaces give `None`.
fn color(element: &Element) -> Option<[u8; 3]> {
    let component = |word: &str| match word.strip_prefix('#') {
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    };
    let values: Vec<u8> = words(element.attribute("Value")?)
        .take(4)
        .map(component)
        .collect::<Option<_>>()?;
    match values[..] {
        [red, green, blue] => Some([red, green, blue]),
        [grey] => Some([grey; 3]),
        _ => None,
    }
}
