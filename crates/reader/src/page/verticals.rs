//! Words written from top to bottom, one character to a row: 购买方信息, 销售方, 密码区, 备注. They stand in narrow
//! columns of their own that divide a page, so a value never reaches across one.
//!
//! Words of other characters right of everything (下载次数, 第一联：记账联) say nothing of the invoice and are dropped.

use super::glyphs::Glyph;

/// The characters of such words.
const CHARACTERS: &str = "购买方信息销售密码区备注说明";
/// How far the characters of one word may stand from the vertical, and from each other.
const SLANT_MM: f64 = 1.2;
const STEP_MM_MAX: f64 = 13.0;

/// What a vertical word introduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 备注.
    Remark,
    /// 密码区.
    Cipher,
    /// 购买方, 销售方, 说明 and the like.
    Other,
}

/// A word written from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vertical {
    pub(super) kind: Kind,
    pub(super) x: f64,
    /// From the first character's base line to the last one's.
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Vertical {
    /// Whether the column of this word reaches the height `y`.
    pub(super) fn divides(&self, y: f64) -> bool {
        y >= self.top - 6.0 && y <= self.bottom + 6.0
    }
}

/// How far the characters of a word in the margin stand from each other at most, and how many there are at least.
const MARGIN_STEP_MM_MAX: f64 = 6.0;
const MARGIN_LENGTH_MIN: usize = 3;

/// Takes the words in the right margin out of the rows: columns of single characters beyond the item table.
pub(super) fn drop_margin(rows: &mut [Vec<Glyph>], right: f64) {
    let last_alone = |row: &Vec<Glyph>| {
        let (last, before) = (row.last()?, row.iter().rev().nth(1));
        let is_alone = before.is_none_or(|before| before.run != last.run);
        (last.x > right && is_alone).then_some(*last)
    };
    let column: Vec<Glyph> = rows.iter().filter_map(last_alone).collect();
    let words = column.chunk_by(|a, b| (b.x - a.x).abs() <= SLANT_MM && b.y - a.y <= MARGIN_STEP_MM_MAX);
    for word in words.filter(|word| word.len() >= MARGIN_LENGTH_MIN) {
        for row in rows.iter_mut() {
            row.retain(|glyph| !word.contains(glyph));
        }
    }
}

/// Whether all characters of a text are those of the vertical words of forms.
pub(crate) fn is_of_form(text: &str) -> bool {
    text.chars().all(|c| CHARACTERS.contains(c))
}

/// Takes the vertical words out of the rows.
pub(super) fn take(rows: &mut [Vec<Glyph>]) -> Vec<Vertical> {
    let mut alone: Vec<Glyph> = Vec::new();
    for row in rows.iter() {
        for (at, glyph) in row.iter().enumerate() {
            // Beside words of other runs a little less room is enough: a remark starts close to its word.
            let clear = |other: &Glyph| if other.run == glyph.run { 1.6 } else { 1.3 } * glyph.size;
            let before = at.checked_sub(1).and_then(|before| row.get(before));
            let after = row.get(at + 1);
            let stands_alone = before.is_none_or(|other| glyph.x - other.x > clear(other))
                && after.is_none_or(|other| other.x - glyph.x > clear(other));
            if stands_alone && CHARACTERS.contains(glyph.bare) {
                alone.push(*glyph);
            }
        }
    }
    // No form has more than a few dozen; a page of nothing else is hostile or a picture made of letters.
    alone.truncate(200);
    let mut words: Vec<Vec<Glyph>> = Vec::new();
    for glyph in alone {
        let word = words.iter_mut().find(|word| {
            word.last().is_some_and(|last| {
                (last.x - glyph.x).abs() <= SLANT_MM && (0.0..=STEP_MM_MAX).contains(&(glyph.y - last.y))
            })
        });
        match word {
            Some(word) => word.push(glyph),
            None => words.push(vec![glyph]),
        }
    }
    // The same character over and over is a column of the table: cubic metres are sold by the 方.
    let varies = |word: &Vec<Glyph>| {
        word.iter()
            .any(|glyph| Some(glyph.bare) != word.first().map(|first| first.bare))
    };
    words.retain(varies);
    for row in rows.iter_mut() {
        row.retain(|glyph| !words.iter().any(|word| word.contains(glyph)));
    }
    words.iter().filter_map(|word| vertical(word)).collect()
}

fn vertical(word: &[Glyph]) -> Option<Vertical> {
    let (first, last) = (word.first()?, word.last()?);
    let has = |wanted: char| word.iter().any(|glyph| glyph.bare == wanted);
    Some(Vertical {
        kind: if has('备') {
            Kind::Remark
        } else if has('密') {
            Kind::Cipher
        } else {
            Kind::Other
        },
        x: word.iter().map(|glyph| glyph.x).fold(first.x, f64::min),
        top: first.y,
        bottom: last.y,
    })
}
