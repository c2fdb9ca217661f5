//! What is on a page: text, paths and images with their place on the page, in paint order.

use crate::geometry::{Matrix, Point, Rect};

/// The graphic objects of a page, template or annotation in paint order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Content {
    /// The objects with the layer each belongs to.
    pub objects: Vec<Object>,
}

/// The kind of a layer (GB/T 33190-2016 §7.7): background under body under foreground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Layer {
    /// 背景层
    Background,
    /// 正文层, the default.
    #[default]
    Body,
    /// 前景层
    Foreground,
}

/// A graphic object.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// Text (TextObject with its TextCodes).
    Text(TextRun),
    /// A drawn path (PathObject).
    Path(PathShape),
    /// A placed picture (ImageObject).
    Image(ImageUse),
}

impl Content {
    /// The texts in paint order.
    pub fn texts(&self) -> impl Iterator<Item = &TextRun> {
        self.objects.iter().filter_map(|object| match object {
            Object::Text(text) => Some(text),
            _ => None,
        })
    }

    /// The paths in paint order.
    pub fn paths(&self) -> impl Iterator<Item = &PathShape> {
        self.objects.iter().filter_map(|object| match object {
            Object::Path(path) => Some(path),
            _ => None,
        })
    }

    /// The images in paint order.
    pub fn images(&self) -> impl Iterator<Item = &ImageUse> {
        self.objects.iter().filter_map(|object| match object {
            Object::Image(image) => Some(image),
            _ => None,
        })
    }
}

/// One TextCode: a run of characters, each with its place. A TextObject with several TextCodes gives several runs
/// with the same object id.
#[derive(Debug, Clone, PartialEq)]
pub struct TextRun {
    /// ID of the TextObject; unique in a document if the producer is careful.
    pub object_id: Option<u64>,
    /// The layer it is painted on.
    pub layer: Layer,
    /// The characters, never empty; blanks are kept.
    pub text: String,
    /// For each character the start of its base line on the page in millimetres. Never empty.
    pub glyphs: Vec<Point>,
    /// Height of the type in millimetres on the page.
    pub font_size: f64,
    /// ID of the font resource.
    pub font_id: Option<u64>,
    /// The box of the TextObject on the page.
    pub boundary: Rect,
}

/// Part of a run that stands on one line.
#[derive(Debug, Clone, PartialEq)]
pub struct LineOfText {
    /// The characters.
    pub text: String,
    /// Base line start of the first character in millimetres.
    pub start: Point,
    /// Base line start of the last character in millimetres.
    pub last: Point,
}

impl TextRun {
    /// Start of the base line of the first character in millimetres.
    #[must_use]
    pub fn start(&self) -> Point {
        self.glyphs.first().copied().unwrap_or_default()
    }

    /// Splits the run where it moves to another line: many producers wrap text inside one TextCode by a step back
    /// in x and a step down in y. Text that is turned by its matrix so that every glyph has another y stays whole.
    #[must_use]
    pub fn lines(&self) -> Vec<LineOfText> {
        let mut lines: Vec<LineOfText> = Vec::new();
        let half_a_line = self.font_size.abs() / 2.0;
        for (character, place) in self.text.chars().zip(&self.glyphs) {
            match lines.last_mut() {
                Some(line) if place.x >= line.last.x || (place.y - line.last.y).abs() <= half_a_line => {
                    line.text.push(character);
                    line.last = *place;
                }
                _ => lines.push(LineOfText {
                    text: character.to_string(),
                    start: *place,
                    last: *place,
                }),
            }
        }
        lines
    }
}

/// A path (GB/T 33190-2016 §9.1).
#[derive(Debug, Clone, PartialEq)]
pub struct PathShape {
    /// ID of the PathObject.
    pub object_id: Option<u64>,
    /// The layer it is painted on.
    pub layer: Layer,
    /// The box of the object on the page.
    pub boundary: Rect,
    /// The outline in page coordinates.
    pub operations: Vec<PathOperation>,
    /// Whether the inside is filled.
    pub fill: bool,
    /// Whether the outline is drawn.
    pub stroke: bool,
    /// Width of the outline in millimetres.
    pub line_width: f64,
    /// The object's own fill colour as red, green, blue. `None` if it has none of its own: draw parameters and
    /// patterns are not looked up, and the default is black.
    pub fill_color: Option<[u8; 3]>,
    /// The object's own line colour, as for [`PathShape::fill_color`].
    pub stroke_color: Option<[u8; 3]>,
}

/// A step of an outline in page coordinates (millimetres).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PathOperation {
    /// `M`, `S`: start a figure.
    Move(Point),
    /// `L`: a straight line. An arc (`A`) is also given as the straight line to its end.
    Line(Point),
    /// `Q`: quadratic curve by control point and end.
    Quadratic(Point, Point),
    /// `B`: cubic curve by two control points and end.
    Cubic(Point, Point, Point),
    /// `C`: close the figure.
    Close,
}

/// A picture placed on a page (GB/T 33190-2016 §10).
#[derive(Debug, Clone, PartialEq)]
pub struct ImageUse {
    /// ID of the ImageObject.
    pub object_id: Option<u64>,
    /// The layer it is painted on.
    pub layer: Layer,
    /// ID of the resource; see [`Document::media_of`](crate::Document::media_of).
    pub resource_id: u64,
    /// The box of the object on the page, which clips the picture.
    pub boundary: Rect,
    /// From the unit square of the picture to the page, the corner of the boundary included.
    pub matrix: Matrix,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_steps_back_and_down_has_two_lines() {
        let glyphs = [(0.0, 5.0), (3.0, 5.0), (0.0, 9.0), (3.0, 9.0)].map(|(x, y)| Point { x, y });
        let run = TextRun {
            object_id: None,
            layer: Layer::Body,
            text: "一二三四".to_owned(),
            glyphs: glyphs.to_vec(),
            font_size: 3.0,
            font_id: None,
            boundary: Rect::default(),
        };
        let lines = run.lines();
        assert_eq!(
            lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
            ["一二", "三四"]
        );
        assert_eq!(lines[1].start, Point { x: 0.0, y: 9.0 });
    }
}
