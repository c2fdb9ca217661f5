//! Points, boxes, matrices and the number lists of OFD attributes (GB/T 33190-2016 §7.2: ST_Pos, ST_Box, ST_Array).
//! Numbers are tolerant: separators may be commas, and a value that is not finite is no value.

/// A position on a page in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the upper edge, downwards.
    pub y: f64,
}

/// A box on a page in millimetres. Width or height may be zero or negative in careless files.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// The box with this upper left corner and size.
    #[must_use]
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// The upper left corner.
    #[must_use]
    pub const fn origin(&self) -> Point {
        Point { x: self.x, y: self.y }
    }

    /// Whether the point lies in the box, edges included.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        point.x >= self.x
            && point.x <= self.x + self.width
            && point.y >= self.y
            && point.y <= self.y + self.height
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let [x, y, width, height] = exactly(text)?;
        Some(Self { x, y, width, height })
    }

    pub(crate) fn shifted(self, by: Point) -> Self {
        Self {
            x: self.x + by.x,
            y: self.y + by.y,
            ..self
        }
    }
}

/// An affine map `x' = a·x + c·y + e`, `y' = b·x + d·y + f` (CTM, GB/T 33190-2016 §8.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix {
    /// The six numbers a b c d e f in the order of the attribute.
    pub values: [f64; 6],
}

impl Matrix {
    /// The map that changes nothing.
    pub const IDENTITY: Self = Self {
        values: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    };

    /// The image of a point.
    #[must_use]
    pub fn apply(&self, point: Point) -> Point {
        let [a, b, c, d, e, f] = self.values;
        Point {
            x: a * point.x + c * point.y + e,
            y: b * point.x + d * point.y + f,
        }
    }

    /// By how much lengths grow on average: the square root of the area factor.
    #[must_use]
    pub fn scale(&self) -> f64 {
        let [a, b, c, d, ..] = self.values;
        (a * d - b * c).abs().sqrt()
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        exactly(text).map(|values| Self { values })
    }
}

/// From the coordinates of a graphic unit to the page: first its own matrix, then the corner of its boundary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placement {
    pub(crate) ctm: Matrix,
    pub(crate) origin: Point,
}

impl Placement {
    pub(crate) fn apply(&self, point: Point) -> Point {
        let mapped = self.ctm.apply(point);
        Point {
            x: mapped.x + self.origin.x,
            y: mapped.y + self.origin.y,
        }
    }
}

/// A finite number. Exponents are read because some producers write them.
pub(crate) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

/// The first `N` numbers of a list; `None` if there are fewer. More are ignored, as viewers do.
fn exactly<const N: usize>(text: &str) -> Option<[f64; N]> {
    let mut values = [0.0; N];
    let mut words = words(text);
    for value in &mut values {
        *value = number(words.next()?)?;
    }
    Some(values)
}

pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
}

/// Expands DeltaX or DeltaY to at most `count_max` steps. `g n v` stands for n times v (GB/T 33190-2016 §11.3).
/// Reading stops at the first word that makes no sense; what came before it is kept.
pub(crate) fn steps(text: &str, count_max: usize) -> Vec<f64> {
    let mut steps = Vec::new();
    let mut words = words(text);
    while let Some(word) = words.next() {
        let (count, value) = if word == "g" {
            let count = words.next().and_then(|count| count.parse::<usize>().ok());
            let value = words.next().and_then(number);
            let (Some(count), Some(value)) = (count, value) else {
                break;
            };
            (count, value)
        } else {
            let Some(value) = number(word) else { break };
            (1, value)
        };
        let room = count_max - steps.len().min(count_max);
        steps.extend(std::iter::repeat_n(value, count.min(room)));
        if count >= room {
            break;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_repeat_and_mix() {
        assert_eq!(steps("g 2 1.5 3 g 1 -4", 9), [1.5, 1.5, 3.0, -4.0]);
        assert_eq!(steps("g 4000000000 1", 3), [1.0, 1.0, 1.0]);
        assert_eq!(steps("1 2 g", 9), [1.0, 2.0]);
        assert_eq!(steps("1 x 2", 9), [1.0]);
        assert_eq!(steps("", 9), [0.0; 0]);
    }

    #[test]
    fn boxes_take_commas_and_refuse_nonsense() {
        assert_eq!(
            Rect::parse("0 0, 210 140"),
            Some(Rect::new(0.0, 0.0, 210.0, 140.0))
        );
        assert_eq!(Rect::parse("0 0 210"), None);
        assert_eq!(Rect::parse("0 0 NaN 1"), None);
        assert_eq!(Rect::parse("0 0 1e999 1"), None);
    }

    #[test]
    fn a_quarter_turn_keeps_lengths() {
        let turn = Matrix::parse("0 1 -1 0 3 0").unwrap();
        assert_eq!(turn.apply(Point { x: 1.0, y: 0.5 }), Point { x: 2.5, y: 1.0 });
        assert!((turn.scale() - 1.0).abs() < 1e-12);
    }
}
