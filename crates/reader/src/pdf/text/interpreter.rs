//! The operators of a content stream that move or show text (ISO 32000-2 §9), and those that change where it lands.

use std::collections::HashMap;
use std::rc::Rc;

use hayro_syntax::content::UntypedIter;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::font::Font;
use super::matrix::Matrix;
use super::runs::Spot;

/// How deep form XObjects may call each other, and graphics states be saved.
const FORM_DEPTH_MAX: usize = 12;
const SAVED_MAX: usize = 512;
/// Forms called, characters shown and operators run for one page. An invoice has some thousands of operators.
const FORMS_MAX: usize = 2_000;
const SPOTS_MAX: usize = 200_000;
const OPERATORS_MAX: usize = 4_000_000;
/// Bytes of form content decoded for one page.
const FORM_BYTES_MAX: usize = 64 << 20;
/// Fonts that are looked into for one document.
const FONTS_MAX: usize = 2_000;
/// Operands kept of one operator.
const OPERANDS_MAX: usize = 16;
/// A picture counts as this many steps of a path.
const PICTURE_STEPS: usize = 1_000;
const MM_PER_POINT: f64 = 25.4 / 72.0;

/// The fonts of a document that have been met, by object number.
#[derive(Debug, Default)]
pub(in crate::pdf) struct Fonts {
    known: HashMap<(u32, i32), Rc<Font>>,
    count: usize,
}

impl Fonts {
    fn get(&mut self, resources: &Resources<'_>, name: &Name<'_>) -> Option<Rc<Font>> {
        let id = resources
            .fonts
            .get_ref(name)
            .map(|reference| (reference.obj_number, reference.gen_number));
        if let Some(font) = id.and_then(|id| self.known.get(&id)) {
            return Some(Rc::clone(font));
        }
        if self.count >= FONTS_MAX {
            return None;
        }
        self.count += 1;
        let font = Rc::new(Font::new(&resources.get_font(name)?));
        if let Some(id) = id {
            self.known.insert(id, Rc::clone(&font));
        }
        Some(font)
    }
}

/// The parts of the graphics state that `q` saves.
#[derive(Debug, Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
    is_hidden: bool,
}

pub(super) struct Interpreter<'f> {
    fonts: &'f mut Fonts,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    spots: Vec<Spot>,
    operator: usize,
    forms: usize,
    form_bytes: usize,
    path_steps: usize,
}

impl<'f> Interpreter<'f> {
    pub(super) fn new(fonts: &'f mut Fonts) -> Interpreter<'f> {
        Interpreter {
            fonts,
            state: State {
                matrix: Matrix::IDENTITY,
                font: None,
                size: 1.0,
                character_space: 0.0,
                word_space: 0.0,
                scale: 1.0,
                leading: 0.0,
                rise: 0.0,
                is_hidden: false,
            },
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            spots: Vec::new(),
            operator: 0,
            forms: 0,
            form_bytes: 0,
            path_steps: 0,
        }
    }

    pub(super) fn path_steps(&self) -> usize {
        self.path_steps
    }

    pub(super) fn into_spots(self) -> Vec<Spot> {
        self.spots
    }

    pub(super) fn page(&mut self, page: &Page<'_>) {
        let to_page = Matrix(page.initial_transform(true).as_coeffs());
        let to_mm = Matrix([MM_PER_POINT, 0.0, 0.0, MM_PER_POINT, 0.0, 0.0]);
        self.state.matrix = to_page.then(to_mm);
        if let Some(content) = page.page_stream() {
            self.content(content, page.resources(), 0);
        }
    }

    /// Runs a content stream. At its end, what it saved and did not restore is restored.
    pub(super) fn content(&mut self, content: &[u8], resources: &Resources<'_>, depth: usize) {
        let floor = self.saved.len();
        let mut instructions = UntypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            self.operator += 1;
            if self.operator > OPERATORS_MAX || self.spots.len() > SPOTS_MAX {
                break;
            }
            let operator: &[u8] = instruction.operator;
            match operator {
                b"re" | b"l" => self.path_steps += 1,
                // A picture in the stream may be a code, or a module of one.
                b"BI" => self.path_steps += PICTURE_STEPS,
                _ => {}
            }
            if !is_wanted(operator) {
                continue;
            }
            let operands: Vec<Object<'_>> = instruction.operands().take(OPERANDS_MAX).cloned().collect();
            self.run(operator, &operands, resources, depth, floor);
        }
        if self.saved.len() > floor {
            self.saved.truncate(floor + 1);
            self.state = self.saved.pop().unwrap_or_else(|| self.state.clone());
        }
    }

    fn run(
        &mut self,
        operator: &[u8],
        operands: &[Object<'_>],
        resources: &Resources<'_>,
        depth: usize,
        floor: usize,
    ) {
        let number = |at: usize| match operands.get(at) {
            Some(Object::Number(number)) => finite(number.as_f64()),
            _ => None,
        };
        match operator {
            b"q" if self.saved.len() < SAVED_MAX => self.saved.push(self.state.clone()),
            b"Q" if self.saved.len() > floor => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            b"cm" => {
                if let Some(matrix) = matrix(operands) {
                    self.state.matrix = matrix.then(self.state.matrix);
                }
            }
            b"BT" => {
                self.text = Matrix::IDENTITY;
                self.line = Matrix::IDENTITY;
            }
            b"Tf" => {
                if let Some(Object::Name(name)) = operands.first() {
                    self.state.font = self.fonts.get(resources, name);
                }
                self.state.size = number(1).unwrap_or(self.state.size);
            }
            b"Tc" => self.state.character_space = number(0).unwrap_or(0.0),
            b"Tw" => self.state.word_space = number(0).unwrap_or(0.0),
            b"Tz" => self.state.scale = number(0).unwrap_or(100.0) / 100.0,
            b"TL" => self.state.leading = number(0).unwrap_or(0.0),
            b"Ts" => self.state.rise = number(0).unwrap_or(0.0),
            // 3 draws nothing, 7 only clips.
            b"Tr" => self.state.is_hidden = matches!(number(0), Some(mode) if mode == 3.0 || mode == 7.0),
            b"Td" | b"TD" => {
                let (Some(x), Some(y)) = (number(0), number(1)) else {
                    return;
                };
                if operator == b"TD" {
                    self.state.leading = -y;
                }
                self.next_line(x, y);
            }
            b"Tm" => {
                if let Some(matrix) = matrix(operands) {
                    self.text = matrix;
                    self.line = matrix;
                }
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"Tj" => self.show_operand(operands.first()),
            b"TJ" => self.show_array(operands.first()),
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show_operand(operands.first());
            }
            b"\"" => {
                self.state.word_space = number(0).unwrap_or(self.state.word_space);
                self.state.character_space = number(1).unwrap_or(self.state.character_space);
                self.next_line(0.0, -self.state.leading);
                self.show_operand(operands.get(2));
            }
            b"Do" => {
                if let Some(Object::Name(name)) = operands.first() {
                    self.form(name, resources, depth);
                }
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(self.line);
        self.text = self.line;
    }

    fn form(&mut self, name: &Name<'_>, resources: &Resources<'_>, depth: usize) {
        let Some(stream) = resources.get_x_object(name) else {
            return;
        };
        let dict = stream.dict();
        let subtype = dict.get::<Name<'_>>("Subtype");
        if subtype.as_deref() == Some(b"Image") {
            self.path_steps += PICTURE_STEPS;
        }
        let is_form = subtype.as_deref() == Some(b"Form");
        if !is_form || depth >= FORM_DEPTH_MAX || self.forms >= FORMS_MAX {
            return;
        }
        self.forms += 1;
        self.form_stream(&stream, dict, resources, depth);
    }

    fn form_stream(&mut self, stream: &Stream<'_>, dict: &Dict<'_>, resources: &Resources<'_>, depth: usize) {
        let Ok(content) = stream.decoded_data() else {
            return;
        };
        self.form_bytes = self.form_bytes.saturating_add(content.len());
        if self.form_bytes > FORM_BYTES_MAX {
            return;
        }
        let state = self.state.clone();
        let (text, line) = (self.text, self.line);
        let operands: Vec<Object<'_>> = dict
            .get::<Array<'_>>("Matrix")
            .map(|array| array.iter::<Object<'_>>().take(6).collect())
            .unwrap_or_default();
        if let Some(matrix) = matrix(&operands) {
            self.state.matrix = matrix.then(self.state.matrix);
        }
        // Old files leave a form's resources to the page.
        match dict.get::<Dict<'_>>("Resources") {
            Some(own) => self.content(&content, &Resources::new(own), depth + 1),
            None => self.content(&content, resources, depth + 1),
        }
        self.state = state;
        (self.text, self.line) = (text, line);
    }

    fn show_operand(&mut self, operand: Option<&Object<'_>>) {
        if let Some(Object::String(string)) = operand {
            self.show(string.as_bytes());
        }
    }

    fn show_array(&mut self, operand: Option<&Object<'_>>) {
        let Some(Object::Array(array)) = operand else {
            return;
        };
        for object in array.iter::<Object<'_>>() {
            match object {
                Object::String(string) => self.show(string.as_bytes()),
                Object::Number(number) => {
                    let Some(back) = finite(number.as_f64()) else {
                        continue;
                    };
                    let back = -back / 1000.0 * self.state.size;
                    let is_vertical = self.state.font.as_ref().is_some_and(|font| font.is_vertical);
                    let shift = if is_vertical {
                        Matrix::shift(0.0, back)
                    } else {
                        Matrix::shift(back * self.state.scale, 0.0)
                    };
                    self.text = shift.then(self.text);
                }
                _ => {}
            }
        }
    }

    fn show(&mut self, bytes: &[u8]) {
        let Some(font) = self.state.font.clone() else {
            return;
        };
        let State {
            size,
            scale,
            rise,
            character_space,
            word_space,
            is_hidden,
            ..
        } = self.state;
        for shown in font.show(bytes) {
            let to_page = self.text.then(self.state.matrix);
            let space = character_space + if shown.is_word_space { word_space } else { 0.0 };
            let width = shown.width * size * scale;
            // A vertical character hangs from the middle of its top edge.
            let (start, step) = if font.is_vertical {
                ((-width / 2.0, rise - 0.88 * size), (0.0, -size - space))
            } else {
                ((0.0, rise), (width + space * scale, 0.0))
            };
            let (x, y) = to_page.point(start.0, start.1);
            let (up_x, up_y) = to_page.direction(0.0, size);
            let advance = to_page.direction(width, 0.0);
            let is_finite = [x, y, up_x, up_y, advance.0, advance.1]
                .iter()
                .all(|length| length.is_finite());
            if is_finite && !is_hidden && self.spots.len() < SPOTS_MAX {
                self.spots.push(Spot {
                    text: shown.text,
                    x,
                    y,
                    advance,
                    size: up_x.hypot(up_y),
                    operator: self.operator,
                });
            }
            self.text = Matrix::shift(step.0, step.1).then(self.text);
        }
    }
}

fn is_wanted(operator: &[u8]) -> bool {
    matches!(
        operator,
        b"q" | b"Q"
            | b"cm"
            | b"BT"
            | b"Tf"
            | b"Tc"
            | b"Tw"
            | b"Tz"
            | b"TL"
            | b"Ts"
            | b"Tr"
            | b"Td"
            | b"TD"
            | b"Tm"
            | b"T*"
            | b"Tj"
            | b"TJ"
            | b"'"
            | b"\""
            | b"Do"
    )
}

fn matrix(operands: &[Object<'_>]) -> Option<Matrix> {
    let mut numbers = [0.0; 6];
    for (at, number) in numbers.iter_mut().enumerate() {
        *number = match operands.get(at) {
            Some(Object::Number(number)) => finite(number.as_f64())?,
            _ => return None,
        };
    }
    Some(Matrix(numbers))
}

fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}
