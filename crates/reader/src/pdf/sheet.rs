//! Sheets with several invoices: two 数电票 printed on one A4 page. Each is read by itself.

use crate::page::Glyph;

/// Numbers of two invoices stand at least this far below each other; an invoice is 140 mm high, 93 when shrunk to a
/// third of A4.
const PITCH_MM_MIN: f64 = 70.0;
/// How far above its number an invoice begins at most.
const HEAD_MM_MAX: f64 = 28.0;
/// Heights this close are one row.
const ROW_MM: f64 = 1.0;

/// The words that every invoice says once, at its head. A remark may name the number of another invoice, but not its
/// day beside it.
const ANCHOR: &str = "发票号码:";
const COMPANION: &str = "开票日期";
/// How far apart the two stand in height at most.
const COMPANION_MM_MAX: f64 = 15.0;

/// The characters of each invoice on a page; all of them in one part on a page with one invoice or none.
pub(super) fn parts(glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    let cuts = cuts(&glyphs);
    let mut parts = vec![Vec::new(); cuts.len() + 1];
    for glyph in glyphs {
        let at = cuts.partition_point(|cut| *cut <= glyph.y);
        if let Some(part) = parts.get_mut(at) {
            part.push(glyph);
        }
    }
    parts
}

/// The heights at which a further invoice begins: in the widest gap above its number.
fn cuts(glyphs: &[Glyph]) -> Vec<f64> {
    let mut sorted: Vec<&Glyph> = glyphs.iter().collect();
    sorted.sort_by(|a, b| a.y.total_cmp(&b.y));
    let rows: Vec<&[&Glyph]> = sorted.chunk_by(|a, b| b.y - a.y <= ROW_MM).collect();
    let texts: Vec<(f64, String)> = rows
        .iter()
        .filter_map(|row| {
            let mut row = row.to_vec();
            row.sort_by(|a, b| a.x.total_cmp(&b.x));
            Some((row.first()?.y, row.iter().map(|glyph| glyph.bare).collect()))
        })
        .collect();
    let days: Vec<f64> = texts
        .iter()
        .filter(|(_, text)| text.contains(COMPANION))
        .map(|(y, _)| *y)
        .collect();
    let mut anchors: Vec<f64> = Vec::new();
    for (y, text) in &texts {
        let has_day = days.iter().any(|day| (day - y).abs() <= COMPANION_MM_MAX);
        let is_anchor = text
            .split(ANCHOR)
            .skip(1)
            .any(|after| after.chars().take_while(char::is_ascii_digit).count() >= 8);
        let is_far = anchors.last().is_none_or(|last| y - last >= PITCH_MM_MIN);
        if is_anchor && has_day && is_far {
            anchors.push(*y);
        }
    }
    let heights: Vec<f64> = rows.iter().filter_map(|row| Some(row.last()?.y)).collect();
    anchors
        .iter()
        .skip(1)
        .filter_map(|anchor| {
            let gaps = heights.windows(2).filter_map(|pair| match pair {
                [above, below]
                    if *below <= *anchor && *above >= anchor - HEAD_MM_MAX - PITCH_MM_MIN / 2.0 =>
                {
                    (*below >= anchor - HEAD_MM_MAX).then_some((below - above, (above + below) / 2.0))
                }
                _ => None,
            });
            gaps.max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, cut)| cut)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(y: f64, text: &str) -> Vec<Glyph> {
        let place = |at: usize| (10.0 + 3.0 * at as f64, y);
        text.chars()
            .enumerate()
            .filter_map(|(at, raw)| Glyph::new(raw, place(at), 3.0, 1, false))
            .collect()
    }

    #[test]
    fn two_invoices_on_a_sheet_are_cut_between_them() {
        let sheet = [
            line(10.0, "电子发票"),
            line(15.0, "发票号码：24112000000048542163"),
            line(20.0, "开票日期：2024年05月28日"),
            line(120.0, "开票人：甲"),
            line(150.0, "电子发票"),
            line(155.0, "发票号码：24112000000048542164"),
            line(160.0, "开票日期：2024年05月28日"),
            line(260.0, "开票人：乙"),
        ]
        .concat();
        let parts = parts(sheet);
        assert_eq!(parts.len(), 2);
        assert!(parts[0].iter().all(|glyph| glyph.y <= 120.0));
        assert!(parts[1].iter().all(|glyph| glyph.y >= 150.0));
    }

    #[test]
    fn a_number_in_the_remark_cuts_nothing() {
        let sheet = [
            line(15.0, "发票号码：24112000000048542163"),
            line(20.0, "开票日期：2024年05月28日"),
            line(60.0, "发票号码：24112000000048542160"),
            line(105.0, "被红冲蓝字数电发票号码：24112000000048542160"),
            line(120.0, "发票号码：见附件"),
        ]
        .concat();
        assert_eq!(parts(sheet).len(), 1);
    }
}
