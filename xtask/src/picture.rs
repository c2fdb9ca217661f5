//! Terminal text as a picture for the README: `piaoku show … | cargo xtask picture > docs/images/show.svg`.
//!
//! Every character stands in a cell of its own, so that the picture lines up whatever font shows it; Chinese characters take
//! two cells.

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
        let mut places = Vec::new();
        let mut column = 0;
        for c in line.chars() {
            places.push((MARGIN + column * CELL_WIDTH).to_string());
            column += cells(c);
        }
        let fill = match line.trim_start().chars().next() {
            Some('✗') => " fill=\"#ff7b72\"",
            Some('✓') => " fill=\"#7ee2a8\"",
            _ => "",
        };
        let y = MARGIN + (row + 1) * LINE_HEIGHT - 5;
        // Writing to a string cannot fail.
        let _written = writeln!(
            svg,
            "<text y=\"{y}\" x=\"{}\"{fill}>{}</text>",
            places.join(" "),
            escaped(line)
        );
    }
    svg + "</g>\n</svg>\n"
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
        let picture = svg("票a<");
        assert!(picture.contains("x=\"16 32 40\""), "{picture}");
        assert!(picture.contains("票a&lt;"));
    }
}
