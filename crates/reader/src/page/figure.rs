//! Figures beside their labels: numbers, dates and amounts.
//!
//! Seals, download counts and the words of the next field are printed close to figures. A figure therefore ends at the
//! first character that cannot be of it, and is taken from the row nearest to its label. What is no figure at all stays
//! unread.

use invoice::FieldName::{
    self, Amount, BuyerTaxId, CheckCode, Code, Date, MachineNumber, Number, PaperNumber, SellerTaxId, Tax,
    Total,
};

use super::glyphs::Glyph;

/// Whether the value of a field is a figure.
pub(super) fn is_one(field: FieldName) -> bool {
    matches!(
        field,
        Number
            | Code
            | PaperNumber
            | Date
            | CheckCode
            | MachineNumber
            | BuyerTaxId
            | SellerTaxId
            | Total
            | Amount
            | Tax
    )
}

/// What of the rows beside a label is its figure; the rows unchanged where the field is none.
pub(super) fn cut(field: FieldName, label_y: f64, rows: Vec<Vec<Glyph>>) -> Vec<Vec<Glyph>> {
    if !is_one(field) {
        return rows;
    }
    let figures = rows.into_iter().filter_map(|row| {
        let distance = (row.first()?.y - label_y).abs();
        let figure: Vec<Glyph> = row
            .into_iter()
            .skip_while(|glyph| matches!(glyph.bare, 'N' | 'o' | 'O' | '.' | ':') && is_number(field))
            .take_while(|glyph| may_hold(field, glyph.bare))
            .collect();
        let says = |glyph: &Glyph| glyph.bare.is_ascii_digit() || glyph.bare == '*';
        figure.iter().any(says).then_some((distance, figure))
    });
    let nearest = figures.min_by(|(a, _), (b, _)| a.total_cmp(b));
    nearest.map(|(_, figure)| vec![figure]).unwrap_or_default()
}

fn is_number(field: FieldName) -> bool {
    matches!(field, Number | Code | PaperNumber)
}

/// Whether a character may be part of the figure. A character that could not be read is kept, so that the figure is
/// refused as a whole instead of losing its end.
fn may_hold(field: FieldName, c: char) -> bool {
    if c == char::REPLACEMENT_CHARACTER {
        return true;
    }
    match field {
        Number | Code | PaperNumber => c.is_ascii_digit(),
        Date => c.is_ascii_digit() || "年月日-/.:".contains(c),
        CheckCode | MachineNumber => c.is_ascii_alphanumeric(),
        BuyerTaxId | SellerTaxId => c.is_ascii_alphanumeric() || matches!(c, '*' | '-'),
        _ => c.is_ascii_digit() || "¥￥$CNY-−+.,()*元".contains(c),
    }
}
