//! Graphic objects of a draft and their XML. Coordinates come in as page millimetres and go out relative to the
//! boundary of each object, as the standard wants them.

use std::fmt::Write as _;

use super::FontKey;
use crate::content::PathOperation;
use crate::geometry::{Matrix, Point, Rect};
use crate::xml::escape;

/// A text to write.
#[derive(Debug, Clone, PartialEq)]
pub struct TextDraft {
    /// Base line start of the first character on the page in millimetres.
    pub start: Point,
    /// Height of the type in millimetres.
    pub size: f64,
    /// The characters.
    pub text: String,
    /// How far each character is from the one before it.
    pub advance: Advance,
    /// The font.
    pub font: Option<FontKey>,
    /// The box of the object; by default one around the text.
    pub boundary: Option<Rect>,
    /// A matrix applied between the box and the text; `start` is then in the coordinates before the matrix,
    /// relative to the corner of the box.
    pub ctm: Option<Matrix>,
}

/// The steps between characters (DeltaX, DeltaY).
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Advance {
    /// The type size for each character, half of it for ASCII.
    #[default]
    Estimated,
    /// No DeltaX at all; readers must guess.
    Unstated,
    /// These steps in millimetres.
    Steps(Vec<f64>),
    /// The attributes as they are to be written.
    Raw {
        /// DeltaX.
        delta_x: Option<String>,
        /// DeltaY.
        delta_y: Option<String>,
    },
}

impl TextDraft {
    /// Text from a base line start, with estimated steps and no font.
    #[must_use]
    pub fn new(x: f64, y: f64, size: f64, text: &str) -> Self {
        Self {
            start: Point { x, y },
            size,
            text: text.to_owned(),
            advance: Advance::Estimated,
            font: None,
            boundary: None,
            ctm: None,
        }
    }

    /// The same text in a font.
    #[must_use]
    pub fn font(self, font: FontKey) -> Self {
        Self {
            font: Some(font),
            ..self
        }
    }

    /// The same text with other steps.
    #[must_use]
    pub fn advance(self, advance: Advance) -> Self {
        Self { advance, ..self }
    }

    fn estimated_steps(&self) -> Vec<f64> {
        self.text
            .chars()
            .map(|c| if c.is_ascii() { self.size / 2.0 } else { self.size })
            .collect()
    }
}

/// How a path is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paint {
    /// Whether the inside is filled.
    pub fill: bool,
    /// Whether the outline is drawn.
    pub stroke: bool,
    /// Width of the outline in millimetres.
    pub line_width: f64,
    /// Red, green, blue of what is painted; black by default.
    pub color: Option<[u8; 3]>,
}

impl Paint {
    /// A filled inside without an outline, in black.
    #[must_use]
    pub const fn filled() -> Self {
        Self {
            fill: true,
            stroke: false,
            line_width: 0.25,
            color: None,
        }
    }

    /// An outline of this width in millimetres, in black.
    #[must_use]
    pub const fn stroked(line_width: f64) -> Self {
        Self {
            fill: false,
            stroke: true,
            line_width,
            color: None,
        }
    }

    /// The same in a colour.
    #[must_use]
    pub const fn color(self, color: [u8; 3]) -> Self {
        Self {
            color: Some(color),
            ..self
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Drawn {
    Text {
        id: u64,
        text: TextDraft,
    },
    Path {
        id: u64,
        operations: Vec<PathOperation>,
        paint: Paint,
    },
    Image {
        id: u64,
        boundary: Rect,
        media_id: u64,
    },
}

/// The XML of an object whose parent begins at `origin` on the page.
pub(super) fn render(object: &Drawn, origin: Point) -> String {
    match object {
        Drawn::Text { id, text } => render_text(*id, text, origin),
        Drawn::Path {
            id,
            operations,
            paint,
        } => render_path(*id, operations, *paint, origin),
        Drawn::Image {
            id,
            boundary,
            media_id,
        } => format!(
            "<ofd:ImageObject ID=\"{id}\" Boundary=\"{}\" CTM=\"{} 0 0 {} 0 0\" ResourceID=\"{media_id}\"/>",
            box_of(*boundary, origin),
            decimal(boundary.width),
            decimal(boundary.height),
        ),
    }
}

fn render_text(id: u64, text: &TextDraft, origin: Point) -> String {
    let width = text.estimated_steps().iter().sum();
    let around = Rect::new(text.start.x, text.start.y - text.size, width, text.size * 1.3);
    let boundary = text.boundary.unwrap_or(around);
    let start = match text.ctm {
        Some(_) => text.start,
        None => Point {
            x: text.start.x - boundary.x,
            y: text.start.y - boundary.y,
        },
    };
    let font = text
        .font
        .map(|font| format!(" Font=\"{}\"", font.0))
        .unwrap_or_default();
    let ctm = text
        .ctm
        .map(|ctm| format!(" CTM=\"{}\"", ctm.values.map(decimal).join(" ")))
        .unwrap_or_default();
    let (delta_x, delta_y) = match &text.advance {
        Advance::Unstated => (None, None),
        Advance::Estimated => {
            let mut steps = text.estimated_steps();
            steps.pop();
            (Some(compress(&steps)), None)
        }
        Advance::Steps(steps) => (Some(compress(steps)), None),
        Advance::Raw { delta_x, delta_y } => (delta_x.clone(), delta_y.clone()),
    };
    let delta = |name: &str, value: Option<String>| match value {
        Some(value) if !value.is_empty() => format!(" {name}=\"{}\"", escape(&value)),
        _ => String::new(),
    };
    format!(
        "<ofd:TextObject ID=\"{id}\" Boundary=\"{}\"{ctm}{font} Size=\"{}\"><ofd:TextCode X=\"{}\" Y=\"{}\"{}{}>{}</ofd:TextCode></ofd:TextObject>",
        box_of(boundary, origin),
        decimal(text.size),
        decimal(start.x),
        decimal(start.y),
        delta("DeltaX", delta_x),
        delta("DeltaY", delta_y),
        escape(&text.text),
    )
}

fn render_path(id: u64, operations: &[PathOperation], paint: Paint, origin: Point) -> String {
    let boundary = bounds(operations);
    let mut data = String::new();
    for operation in operations {
        let (letter, points): (char, &[Point]) = match operation {
            PathOperation::Move(to) => ('M', &[*to]),
            PathOperation::Line(to) => ('L', &[*to]),
            PathOperation::Quadratic(control, to) => ('Q', &[*control, *to]),
            PathOperation::Cubic(first, second, to) => ('B', &[*first, *second, *to]),
            PathOperation::Close => ('C', &[]),
        };
        if !data.is_empty() {
            data.push(' ');
        }
        data.push(letter);
        for point in points {
            // Writing to a string cannot fail.
            let _ = write!(
                data,
                " {} {}",
                decimal(point.x - boundary.x),
                decimal(point.y - boundary.y)
            );
        }
    }
    let color = |name: &str| match paint.color {
        Some([red, green, blue]) => format!("<ofd:{name} Value=\"{red} {green} {blue}\"/>"),
        None => String::new(),
    };
    let fill_color = if paint.fill {
        color("FillColor")
    } else {
        String::new()
    };
    let stroke_color = if paint.stroke {
        color("StrokeColor")
    } else {
        String::new()
    };
    format!(
        "<ofd:PathObject ID=\"{id}\" Boundary=\"{}\" LineWidth=\"{}\" Stroke=\"{}\" Fill=\"{}\">{stroke_color}{fill_color}<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>",
        box_of(boundary, origin),
        decimal(paint.line_width),
        paint.stroke,
        paint.fill,
    )
}

/// The box around all points of a path, control points included.
fn bounds(operations: &[PathOperation]) -> Rect {
    let mut corners: Option<(Point, Point)> = None;
    let mut include = |point: Point| {
        let (low, high) = corners.unwrap_or((point, point));
        corners = Some((
            Point {
                x: low.x.min(point.x),
                y: low.y.min(point.y),
            },
            Point {
                x: high.x.max(point.x),
                y: high.y.max(point.y),
            },
        ));
    };
    for operation in operations {
        match *operation {
            PathOperation::Move(to) | PathOperation::Line(to) => include(to),
            PathOperation::Quadratic(control, to) => [control, to].into_iter().for_each(&mut include),
            PathOperation::Cubic(first, second, to) => [first, second, to].into_iter().for_each(&mut include),
            PathOperation::Close => {}
        }
    }
    let (low, high) = corners.unwrap_or_default();
    Rect::new(low.x, low.y, high.x - low.x, high.y - low.y)
}

pub(super) fn box_of(rect: Rect, origin: Point) -> String {
    [rect.x - origin.x, rect.y - origin.y, rect.width, rect.height]
        .map(decimal)
        .join(" ")
}

/// At most four decimals, without trailing zeros: a tenth of a micrometre.
pub(super) fn decimal(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// Steps in the short form: `g n v` for two or more equal ones.
fn compress(steps: &[f64]) -> String {
    let written: Vec<String> = steps.iter().map(|step| decimal(*step)).collect();
    let groups = written.chunk_by(|left, right| left == right);
    let words = groups.map(|group| match group {
        [single] => single.clone(),
        _ => format!(
            "g {} {}",
            group.len(),
            group.first().map(String::as_str).unwrap_or_default()
        ),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_short_and_never_minus_zero() {
        assert_eq!(
            [1.0, 0.5, -0.00001, 2.71986, 100.0].map(decimal),
            ["1", "0.5", "0", "2.7199", "100"]
        );
    }

    #[test]
    fn equal_steps_are_grouped() {
        assert_eq!(compress(&[1.5, 1.5, 3.0, 1.5]), "g 2 1.5 3 1.5");
        assert_eq!(compress(&[]), "");
    }
}
