//! From single characters to runs: what was written together, whatever operators wrote it.
//!
//! One program draws a line with one operator, another every character with its own. Characters are one run here when
//! each starts where the one before it ends; a blank inside a run is remembered.

use crate::page::{self, Glyph};

/// A character of the page, before it is known to which run it belongs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spot {
    pub(super) text: String,
    /// Start of its base line, in millimetres, `y` downwards.
    pub(super) x: f64,
    pub(super) y: f64,
    /// Direction of writing, as a vector of its advance.
    pub(super) advance: (f64, f64),
    /// Height of the type.
    pub(super) size: f64,
    /// Number of the operator that showed it.
    pub(super) operator: usize,
}

/// How much of the type's height may lie between two operators that write one run.
const JOINT: f64 = 0.25;
/// A gap inside one operator as wide as this is a blank, or the next column.
const BLANK: f64 = 0.3;
const COLUMN: f64 = 1.2;

/// The glyphs of a page that is read upright.
pub(super) fn glyphs(mut spots: Vec<Spot>) -> Vec<Glyph> {
    turn_upright(&mut spots);
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(spots.len());
    let mut run = 0;
    let mut before: Option<&Spot> = None;
    let mut is_spaced = false;
    for spot in &spots {
        let width = spot.advance.0.max(0.0);
        match before.map(|before| joint(before, spot)) {
            Some(Joint::Same) => {}
            Some(Joint::Blank) => is_spaced = true,
            Some(Joint::Apart) | None => {
                run += 1;
                is_spaced = false;
            }
        }
        before = Some(spot);
        if spot.text.chars().all(char::is_whitespace) {
            is_spaced = true;
            continue;
        }
        // The characters of a ligature share its width.
        let count = spot.text.chars().count().max(1) as f64;
        for (at, raw) in spot.text.chars().enumerate() {
            let x = spot.x + width * at as f64 / count;
            if let Some(mut glyph) = Glyph::new(raw, (x, spot.y), spot.size, run, is_spaced) {
                if width > 0.0 {
                    glyph.width = width / count;
                }
                glyphs.push(glyph);
                is_spaced = false;
            }
        }
    }
    without_repeats(glyphs)
}

/// Runs that say everything several times over, before that is believed of a page.
const REPEATED_RUNS_MIN: usize = 4;
/// The fewest characters of a run that can show it.
const REPEATED_LENGTH_MIN: usize = 6;

/// Some programs draw bold type by writing every character two or three times, and others have flattened that into
/// text: `发发发票票票`. Where a page does so throughout, each character is taken once.
fn without_repeats(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let runs: Vec<&[Glyph]> = glyphs.chunk_by(|a, b| a.run == b.run).collect();
    let long = |run: &&&[Glyph]| run.len() >= REPEATED_LENGTH_MIN;
    let Some(times) = [3, 2].into_iter().find(|times| {
        let repeated = runs
            .iter()
            .filter(long)
            .filter(|run| stutters(run, *times))
            .count();
        repeated >= REPEATED_RUNS_MIN && 2 * repeated > runs.iter().filter(long).count()
    }) else {
        return glyphs;
    };
    let once = runs.iter().map(|run| {
        if stutters(run, times) {
            run.iter().step_by(times).copied().collect()
        } else if is_repeated(run, times) {
            run.iter().take(run.len() / times).copied().collect()
        } else {
            run.to_vec()
        }
    });
    once.collect::<Vec<Vec<Glyph>>>().concat()
}

/// Whether every character comes so many times in a row.
fn stutters(run: &[Glyph], times: usize) -> bool {
    run.len().is_multiple_of(times)
        && run.chunks(times).all(|group| {
            group
                .windows(2)
                .all(|pair| matches!(pair, [a, b] if a.raw == b.raw))
        })
}

/// Whether the whole text comes so many times in a row.
fn is_repeated(run: &[Glyph], times: usize) -> bool {
    let length = run.len() / times;
    length > 1
        && run.len().is_multiple_of(times)
        && run
            .iter()
            .zip(run.iter().skip(length))
            .all(|(a, b)| a.raw == b.raw)
}

enum Joint {
    Same,
    Blank,
    Apart,
}

fn joint(before: &Spot, spot: &Spot) -> Joint {
    let size = before.size.max(0.1);
    let gap = (spot.x - before.x - before.advance.0) / size;
    let is_level = (spot.y - before.y).abs() <= 0.2 * size && (spot.size - before.size).abs() <= 0.3 * size;
    if !is_level || gap < -0.5 {
        return Joint::Apart;
    }
    if spot.operator == before.operator {
        return match gap {
            _ if gap > COLUMN => Joint::Apart,
            _ if gap > BLANK => Joint::Blank,
            _ => Joint::Same,
        };
    }
    if gap <= JOINT { Joint::Same } else { Joint::Apart }
}

/// Turns the page so that most of its characters stand upright, and drops those that then do not, but for the vertical
/// words of the form: some programs turn them or set them in a font that writes downwards.
fn turn_upright(spots: &mut Vec<Spot>) {
    let mut counts = [0_usize; 4];
    for spot in spots.iter() {
        if let Some(count) = quarter(spot.advance).and_then(|quarter| counts.get_mut(quarter)) {
            *count += 1;
        }
    }
    let most = (0..4)
        .rev()
        .max_by_key(|quarter| counts.get(*quarter).copied())
        .unwrap_or(0);
    spots.retain(|spot| {
        let direction = quarter(spot.advance);
        direction == Some(most) || (direction == Some((most + 1) % 4) && page::is_of_form(&spot.text))
    });
    for spot in spots.iter_mut() {
        // Turned back by as many quarters, and then into the positive quadrant.
        let turn = |(x, y): (f64, f64)| match most {
            1 => (y, -x),
            2 => (-x, -y),
            3 => (-y, x),
            _ => (x, y),
        };
        (spot.x, spot.y) = turn((spot.x, spot.y));
        spot.advance = turn(spot.advance);
    }
    if most != 0 {
        let least = |of: fn(&Spot) -> f64| spots.iter().map(of).fold(f64::MAX, f64::min);
        let (left, top) = (least(|spot| spot.x), least(|spot| spot.y));
        for spot in spots.iter_mut() {
            spot.x -= left;
            spot.y -= top - spot.size;
        }
    }
}

/// Which way a character is written: 0 to the right, 1 downwards, 2 to the left, 3 upwards; `None` aslant.
fn quarter((x, y): (f64, f64)) -> Option<usize> {
    const SLANT: f64 = 0.1;
    if y.abs() <= SLANT * x.abs() {
        Some(if x >= 0.0 { 0 } else { 2 })
    } else if x.abs() <= SLANT * y.abs() {
        Some(if y >= 0.0 { 1 } else { 3 })
    } else {
        None
    }
}
