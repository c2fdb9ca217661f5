//! Figures of lines as sources write them: quantities, prices, tax. Money of the header goes through
//! [`FieldName::canonical`](invoice::FieldName::canonical) instead.

use std::str::FromStr as _;

use invoice::{Cents, Decimal, Rate, normalise, parse_cents};

/// A quantity or a price: any number of decimals, thousands separators and a currency sign dropped.
///
/// Prices with more digits than [`Decimal`] holds (28) are rounded, never refused: they are quotients.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let bare = normalise(text).replace(',', "");
    let bare = bare.trim_start_matches(['¥', '￥']);
    let plain = bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    if plain {
        return Decimal::from_str(bare).ok();
    }
    // Programs write very small or large quotients as 1.6E-7.
    let scientific = bare
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E'));
    scientific.then(|| Decimal::from_scientific(bare).ok()).flatten()
}

/// The tax of a line: an amount, or zero where asterisks are printed in its place.
pub(crate) fn line_tax(text: &str) -> Option<Cents> {
    if Rate::hidden_tax(&normalise(text)) {
        return Some(Cents::ZERO);
    }
    parse_cents(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(decimal(text).map(|d| d.to_string()).as_deref(), expect, "{text}");
    }

    #[test]
    fn quantities_and_prices() {
        check("265.346534653465", Some("265.346534653465"));
        check("1,000", Some("1000"));
        check("-2", Some("-2"));
        check("￥9.90", Some("9.90"));
        check("1.6E-3", Some("0.0016"));
        check(
            "0.33333333333333333333333333333333333",
            Some("0.3333333333333333333333333333"),
        );
        for text in ["", "一", "1-2", "E", "1.2.3", "9E99"] {
            check(text, None);
        }
    }

    #[test]
    fn asterisks_are_no_tax() {
        assert_eq!(line_tax("***"), Some(Cents::ZERO));
        assert_eq!(line_tax("0.060000"), Some(Cents(6)));
        assert_eq!(line_tax("免税"), None);
    }
}
