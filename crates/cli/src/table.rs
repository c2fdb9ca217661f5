//! Text tables for the terminal, in which a Chinese character is two columns wide.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// A text that does nothing to a terminal but be shown. Names of files and texts of invoices come from strangers: escape
/// sequences could clear the screen or repaint an amount, a change of the writing direction could turn it round.
pub(crate) fn printable(text: &str) -> String {
    let turns = |c| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if c.is_control() || turns(c) { '\u{FFFD}' } else { c })
        .collect()
}

/// Pads a text to a width in columns; a longer text stays whole.
pub(crate) fn pad(text: &str, width: usize, side: Side) -> String {
    let blank = " ".repeat(width.saturating_sub(text.width()));
    match side {
        Side::Left => format!("{text}{blank}"),
        Side::Right => format!("{blank}{text}"),
    }
}

/// Cuts a text to a width in columns, with `…` where something was cut.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut columns = 1;
    for c in text.chars() {
        columns += c.width().unwrap_or(0);
        if columns > width {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

/// Breaks a text into rows of at most this many columns.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    let mut columns = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if c == '\n' || columns + wide > width {
            rows.push(String::new());
            columns = 0;
        }
        if c != '\n'
            && let Some(row) = rows.last_mut()
        {
            row.push(c);
            columns += wide;
        }
    }
    rows
}

/// A plain table: header, a rule, rows; columns as wide as their widest cell. The last column is not padded.
pub(crate) fn table(header: &[(&str, Side)], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| printable(cell)).collect())
        .collect();
    let mut widths: Vec<usize> = header.iter().map(|(name, _)| name.width()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .zip(header)
            .map(|((cell, width), (_, side))| pad(cell, *width, *side))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut out = vec![line(&mut header.iter().map(|(name, _)| *name))];
    out.push(
        widths
            .iter()
            .map(|width| "─".repeat(*width))
            .collect::<Vec<_>>()
            .join("  "),
    );
    out.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    out.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_take_two_columns() {
        assert_eq!(pad("发票", 6, Side::Left), "发票  ");
        assert_eq!(pad("12", 4, Side::Right), "  12");
        assert_eq!(cut("北京某某有限公司", 9), "北京某某…");
        assert_eq!(wrap("北京某某", 4), ["北京", "某某"]);
    }

    #[test]
    fn a_text_cannot_command_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[2J\nb\u{9b}1m\u{202e}c"),
            "a\u{fffd}[2J\u{fffd}b\u{fffd}1m\u{fffd}c"
        );
        let rows = vec![vec!["x\u{1b}]0;\u{7}".into()]];
        assert!(!table(&[("h", Side::Left)], &rows).contains('\u{1b}'));
    }

    #[test]
    fn a_table_lines_up() {
        let rows = vec![
            vec!["甲".into(), "1.00".into()],
            vec!["乙公司".into(), "20.00".into()],
        ];
        let text = table(&[("名称", Side::Left), ("金额", Side::Right)], &rows);
        assert_eq!(
            text,
            "名称     金额\n──────  ─────\n甲       1.00\n乙公司  20.00\n"
        );
    }
}
