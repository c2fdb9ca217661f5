//! How far characters advance, in units of the font size.

use std::collections::HashMap;

use hayro_syntax::object::{Array, Dict, Object};

/// Ranges of `W` longer than all CIDs there are.
const CID_MAX: u32 = 0xFFFF;
/// Arrays of widths longer than this are cut.
const ENTRIES_MAX: usize = 100_000;

/// The advances of one font, by code or CID.
#[derive(Debug, Clone)]
pub(super) struct Widths {
    single: HashMap<u32, f64>,
    ranges: Vec<(u32, u32, f64)>,
    default: f64,
}

impl Widths {
    pub(super) fn of(&self, code: u32) -> f64 {
        if let Some(width) = self.single.get(&code) {
            return *width;
        }
        let range = self
            .ranges
            .iter()
            .find(|(low, high, _)| (*low..=*high).contains(&code));
        range.map_or(self.default, |(_, _, width)| *width)
    }

    /// `Widths` of a simple font. Without them it is one of the standard fonts, whose digits are about this wide.
    pub(super) fn of_simple(font: &Dict<'_>, descriptor: &Dict<'_>, is_type3: bool) -> Widths {
        let unit = if is_type3 {
            let matrix = font.get::<Array<'_>>("FontMatrix");
            matrix
                .and_then(|matrix| matrix.iter::<f64>().next())
                .unwrap_or(0.001)
                .abs()
        } else {
            0.001
        };
        let first = font.get::<u32>("FirstChar").unwrap_or(0);
        let listed = font.get::<Array<'_>>("Widths");
        let default = match &listed {
            Some(_) => descriptor.get::<f64>("MissingWidth").unwrap_or(0.0) * unit,
            None => 0.556,
        };
        let single = listed
            .iter()
            .flat_map(Array::iter::<f64>)
            .take(256)
            .zip(first..)
            .map(|(width, code)| (code, width * unit))
            .collect();
        Widths {
            single,
            ranges: Vec::new(),
            default,
        }
    }

    /// `W` and `DW` of a CID font.
    pub(super) fn of_cid(font: &Dict<'_>) -> Widths {
        let mut widths = Widths {
            single: HashMap::new(),
            ranges: Vec::new(),
            default: font.get::<f64>("DW").unwrap_or(1000.0) / 1000.0,
        };
        let Some(listed) = font.get::<Array<'_>>("W") else {
            return widths;
        };
        let mut pending: Vec<f64> = Vec::new();
        for object in listed.iter::<Object<'_>>().take(ENTRIES_MAX) {
            match object {
                Object::Number(number) => pending.push(number.as_f64()),
                Object::Array(array) => {
                    if let Some(first) = pending.pop().and_then(cid) {
                        let codes = first..=CID_MAX;
                        let entries = array.iter::<f64>().zip(codes);
                        widths
                            .single
                            .extend(entries.map(|(width, code)| (code, width / 1000.0)));
                    }
                    pending.clear();
                }
                _ => pending.clear(),
            }
            if let [low, high, width] = pending.as_slice() {
                if let (Some(low), Some(high)) = (cid(*low), cid(*high)) {
                    widths.ranges.push((low, high, width / 1000.0));
                }
                pending.clear();
            }
        }
        widths
    }
}

fn cid(number: f64) -> Option<u32> {
    (0.0..=f64::from(CID_MAX))
        .contains(&number)
        .then_some(number as u32)
}
