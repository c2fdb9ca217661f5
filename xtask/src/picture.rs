//! Terminal text as a picture for the README: `piaoku show … | cargo xtask picture > docs/images/show.svg`.
//!
//! Every word starts in its own cell and is fitted to the cells it takes, so that the picture lines up whatever font shows
//! it; Chinese characters take two cells. Frames are drawn as lines, not as characters.

use std::fmt::Write;

const CELL_WIDTH: usize = 8;
const LINE_HEIGHT: usize = 19;
const MARGIN: usize = 16;

/// Draws lines of text as SVG, light on dark.
pub fn svg(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let columns = lines
        .iter()
        .map(|line| line.chars().map(cells).sum::<usize>())
        .max()
        .unwrap_or(0);
    let (width, height) = (
        columns * CELL_WIDTH + 2 * MARGIN,
        lines.len() * LINE_HEIGHT + 2 * MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#10151c\"/>\n\
         <g font-family=\"'Noto Sans Mono CJK SC','Sarasa Mono SC',ui-monospace,Menlo,Consolas,monospace\" font-size=\"14\" fill=\"#dbe2ea\" xml:space=\"preserve\">\n"
    );
    for (row, line) in lines.iter().enumerate() {
        let fill = match line.trim_start().split(' ').next() {
            Some("✗" | "错误") => " fill=\"#ff7b72\"",
            Some("✓") => " fill=\"#7ee2a8\"",
            _ => "",
        };
        let top = MARGIN + row * LINE_HEIGHT;
        for (column, word) in words(line) {
            let x = MARGIN + column * CELL_WIDTH;
            // Writing to a string cannot fail.
            let _written = match frame(&word) {
                Some(path) => writeln!(
                    svg,
                    "<path d=\"{}\" stroke=\"#5b6673\" fill=\"none\"/>",
                    path(x, top)
                ),
                None => {
                    let width = word.chars().map(cells).sum::<usize>() * CELL_WIDTH;
                    let y = top + LINE_HEIGHT - 5;
                    let text = escaped(&word);
                    writeln!(
                        svg,
                        "<text x=\"{x}\" y=\"{y}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\"{fill}>{text}</text>"
                    )
                }
            };
        }
    }
    svg + "</g>\n</svg>\n"
}

/// The words of a line with the column each starts in. A character of a frame is a word of its own.
fn words(line: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut column = 0;
    let mut is_open = false;
    for c in line.chars() {
        let is_frame = frame(&c.to_string()).is_some();
        match words.last_mut() {
            Some((_, word)) if is_open && c != ' ' && !is_frame => word.push(c),
            _ if c != ' ' => words.push((column, c.to_string())),
            _ => {}
        }
        is_open = c != ' ' && !is_frame;
        column += cells(c);
    }
    words
}

/// How to draw a character of a frame: the lines from the middle of its cell, given the cell's left and top.
fn frame(word: &str) -> Option<impl Fn(usize, usize) -> String> {
    // Left, right, up, down.
    let arms = match word {
        "─" => [true, true, false, false],
        "│" => [false, false, true, true],
        "┌" => [false, true, false, true],
        "┐" => [true, false, false, true],
        "└" => [false, true, true, false],
        "┘" => [true, false, true, false],
        "├" => [false, true, true, true],
        "┤" => [true, false, true, true],
        "┬" => [true, true, false, true],
        "┴" => [true, true, true, false],
        _ => return None,
    };
    Some(move |left: usize, top: usize| {
        let (x, y) = (left + CELL_WIDTH / 2, top + LINE_HEIGHT / 2);
        let ends = [
            (left, y),
            (left + CELL_WIDTH, y),
            (x, top),
            (x, top + LINE_HEIGHT),
        ];
        let drawn = ends.iter().zip(arms).filter(|(_, arm)| *arm);
        drawn
            .map(|((to_x, to_y), _)| format!("M{x} {y}L{to_x} {to_y}"))
            .collect()
    })
}

/// How many cells a character takes: two for Chinese characters and full-width signs.
fn cells(c: char) -> usize {
    match u32::from(c) {
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_take_two_cells() {
        let picture = svg("票 a<");
        assert!(
            picture.contains("x=\"16\" y=\"30\" textLength=\"16\""),
            "{picture}"
        );
        assert!(
            picture.contains("x=\"40\"") && picture.contains("a&lt;"),
            "{picture}"
        );
    }

    #[test]
    fn frames_are_lines() {
        assert!(
            svg("│").contains("<path d=\"M20 25L20 16M20 25L20 35\""),
            "{}",
            svg("│")
        );
    }
}
