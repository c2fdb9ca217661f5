//! The face of an invoice (票面): what stands where on the page, in millimetres from the top left corner.
//!
//! One face serves both OFD and PDF. Positions follow the bureau's forms: labels belong to the printed form, values to
//! the page, and every value knows which field it shows.

pub(crate) mod legacy;
pub(crate) mod list;
pub(crate) mod platform;
pub(crate) mod ticket;
pub(crate) mod unified;

use crate::specimen::{Specimen, SpecimenLine};

/// How a text stands in its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A text on the face.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// Left edge, top edge and width of the box, in mm.
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    /// Size of the type, in mm.
    pub(crate) size: f32,
    pub(crate) align: Align,
    pub(crate) text: String,
    /// The field in OFD's tag tree, such as `Buyer/BuyerName`.
    pub(crate) tag: Option<&'static str>,
    /// Runs from top to bottom, turned by a quarter.
    pub(crate) is_turned: bool,
}

impl Mark {
    /// Where the text begins, given its alignment.
    pub(crate) fn start(&self) -> f32 {
        let room = self.width - text_width(&self.text, self.size);
        match self.align {
            Align::Left => self.x,
            Align::Centre => self.x + room / 2.0,
            Align::Right => self.x + room,
        }
    }

    /// The line that the type stands on, in mm from the top.
    pub(crate) fn baseline(&self) -> f32 {
        self.y + self.size * 0.86
    }
}

/// The width of a text in mm: half an em for ASCII, one em for everything else.
pub(crate) fn text_width(text: &str, size: f32) -> f32 {
    text.chars().map(|c| char_width(c, size)).sum()
}

/// The width of one character in mm.
pub(crate) fn char_width(c: char, size: f32) -> f32 {
    if c.is_ascii() || c == '¥' {
        size / 2.0
    } else {
        size
    }
}

/// One page of an invoice.
#[derive(Debug, Clone)]
pub(crate) struct Face {
    /// Width and height in mm.
    pub(crate) page: (f32, f32),
    /// Colour of the form.
    pub(crate) colour: (u8, u8, u8),
    /// Lines of the form: x1, y1, x2, y2.
    pub(crate) strokes: Vec<[f32; 4]>,
    /// Texts of the form.
    pub(crate) labels: Vec<Mark>,
    /// What was filled in.
    pub(crate) values: Vec<Mark>,
    /// Left, top and side of the QR code.
    pub(crate) qr: Option<(f32, f32, f32)>,
    /// Whether labels and values are drawn in one stream from top to bottom, as HTML printers do. Otherwise all
    /// labels come first.
    pub(crate) is_in_reading_order: bool,
}

/// The size of ordinary type: nine points.
pub(crate) const NORMAL: f32 = 3.175;

impl Face {
    fn new(page: (f32, f32), colour: (u8, u8, u8)) -> Face {
        Face {
            page,
            colour,
            strokes: Vec::new(),
            labels: Vec::new(),
            values: Vec::new(),
            qr: None,
            is_in_reading_order: false,
        }
    }

    fn label(&mut self, x: f32, y: f32, text: &str) {
        self.labels
            .push(mark(x, y, 60.0, NORMAL, Align::Left, text, None));
    }

    /// A label spaced out character by character, as forms do to fill a column.
    fn spaced(&mut self, x: f32, y: f32, step: f32, text: &str) {
        for (at, c) in text.chars().enumerate() {
            self.label(x + step * at as f32, y, &c.to_string());
        }
    }

    /// A label that runs down, one character below the other.
    fn column(&mut self, x: f32, y: f32, step: f32, text: &str) {
        for (at, c) in text.chars().enumerate() {
            self.label(x, y + step * at as f32, &c.to_string());
        }
    }

    fn value(&mut self, x: f32, y: f32, text: &str, tag: &'static str) {
        if !text.is_empty() {
            self.values
                .push(mark(x, y, 84.0, NORMAL, Align::Left, text, Some(tag)));
        }
    }

    fn boxed(&mut self, (x, y, width): (f32, f32, f32), align: Align, text: &str, tag: &'static str) {
        if !text.is_empty() {
            self.values
                .push(mark(x, y, width, NORMAL, align, text, Some(tag)));
        }
    }

    /// An amount with its `¥` drawn apart, both under one tag, as the bureau's files have it.
    fn money(&mut self, (x, y, width): (f32, f32, f32), align: Align, amount: &str, tag: &'static str) {
        let sign = NORMAL * 0.6;
        let number = mark(x, y, width, NORMAL, align, amount, Some(tag));
        let start = number.start();
        if amount != "***" {
            self.values
                .push(mark(start - sign, y, sign, NORMAL, Align::Left, "¥", Some(tag)));
        }
        self.values.push(number);
    }

    fn rule(&mut self, x1: f32, y1: f32, x2: f32, y2: f32) {
        self.strokes.push([x1, y1, x2, y2]);
    }

    fn frame(&mut self, x1: f32, y1: f32, x2: f32, y2: f32) {
        self.rule(x1, y1, x2, y1);
        self.rule(x1, y2, x2, y2);
        self.rule(x1, y1, x1, y2);
        self.rule(x2, y1, x2, y2);
    }
}

fn mark(x: f32, y: f32, width: f32, size: f32, align: Align, text: &str, tag: Option<&'static str>) -> Mark {
    Mark {
        x,
        y,
        width,
        size,
        align,
        text: text.to_owned(),
        tag,
        is_turned: false,
    }
}

/// A column of an item table: left edge, width, alignment, tag, and what of a line it shows.
pub(crate) struct Column {
    pub(crate) x: f32,
    pub(crate) width: f32,
    pub(crate) align: Align,
    pub(crate) tag: &'static str,
    pub(crate) show: fn(&SpecimenLine) -> String,
}

/// Fills an item table between two heights. Names that are too long wrap; values stand on the first row of a line.
fn fill_table(face: &mut Face, lines: &[SpecimenLine], columns: &[Column], top: f32, bottom: f32) {
    let wrapped: Vec<Vec<Vec<String>>> = lines
        .iter()
        .map(|line| {
            columns
                .iter()
                .map(|column| wrap(&(column.show)(line), column.width))
                .collect()
        })
        .collect();
    let heights: Vec<usize> = wrapped
        .iter()
        .map(|cells| cells.iter().map(Vec::len).max().unwrap_or(1).max(1))
        .collect();
    let rows = heights.iter().sum::<usize>().max(1);
    let pitch = ((bottom - top) / rows as f32).min(4.5);
    let size = NORMAL.min(pitch * 0.8);
    let mut y = top;
    for (cells, height) in wrapped.iter().zip(heights) {
        for (column, rows) in columns.iter().zip(cells) {
            for (at, text) in rows.iter().enumerate() {
                let row_y = y + pitch * at as f32;
                face.values.push(mark(
                    column.x,
                    row_y,
                    column.width,
                    size,
                    column.align,
                    text,
                    Some(column.tag),
                ));
            }
        }
        y += pitch * height as f32;
    }
}

/// Cuts a text into rows that fit a width at the normal size. Empty text has no row.
pub(crate) fn wrap(text: &str, width: f32) -> Vec<String> {
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut used = 0.0;
    for c in text.chars() {
        let step = char_width(c, NORMAL);
        if used + step > width && !row.is_empty() {
            rows.push(std::mem::take(&mut row));
            used = 0.0;
        }
        row.push(c);
        used += step;
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

/// The pages of a specimen as its own kind of system prints it.
pub(crate) fn pages(specimen: &Specimen) -> Vec<Face> {
    use crate::specimen::Business;
    match (&specimen.business, specimen.is_unified()) {
        (Business::Rail { .. } | Business::Air { .. }, _) => vec![ticket::face(specimen)],
        (Business::Passenger(_), _) => vec![platform::face(specimen)],
        (_, true) => vec![unified::face(specimen)],
        (_, false) if specimen.has_sales_list => {
            let mut pages = vec![legacy::face(specimen)];
            pages.extend(list::faces(specimen));
            pages
        }
        (_, false) => vec![legacy::face(specimen)],
    }
}
