//! Tax rates (税率) and collection rates (征收率).

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::normalise;

/// A rate as an invoice states it. Which rates were in force when is a matter of the rulebook, not of this type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// A fraction of the amount: `0.13` for 13 %.
    Fraction(Decimal),
    /// 免税: exempt.
    Exempt,
    /// 不征税: outside the tax.
    NotTaxed,
    /// `***`: withheld on the face (exempt, margin-taxed or several rates).
    Hidden,
    /// Any other text, kept as it is.
    Other(String),
}

impl Rate {
    /// Reads a rate in any spelling: `13%`, `0.060000`, `13`, `免税`, `不征税`, `***`. Empty text is no rate.
    ///
    /// A bare number of 1 or more is taken as per cent, below 1 as a fraction; no rate of 100 % or more exists, so
    /// the two cannot be confused.
    pub fn parse(text: &str) -> Option<Rate> {
        let bare = normalise(text);
        if bare.is_empty() {
            return None;
        }
        if bare.contains("免税") {
            return Some(Rate::Exempt);
        }
        if bare.contains("不征税") {
            return Some(Rate::NotTaxed);
        }
        if Rate::hidden_tax(&bare) {
            return Some(Rate::Hidden);
        }
        let hundredth = Decimal::new(1, 2);
        let value = match bare.strip_suffix('%') {
            Some(percent) => Decimal::from_str_exact(percent)
                .ok()
                .and_then(|p| p.checked_mul(hundredth)),
            None => Decimal::from_str_exact(&bare).ok().and_then(|number| {
                if number >= Decimal::ONE {
                    number.checked_mul(hundredth)
                } else {
                    Some(number)
                }
            }),
        };
        match value {
            Some(value) if value >= Decimal::ZERO && value < Decimal::ONE => {
                Some(Rate::Fraction(value.normalize()))
            }
            _ => Some(Rate::Other(text.trim().to_owned())),
        }
    }

    /// Whether a text printed in place of a tax amount or a rate means "not shown": only asterisks.
    pub fn hidden_tax(text: &str) -> bool {
        !text.is_empty() && text.chars().all(|c| matches!(c, '*' | '＊' | '×'))
    }

    /// The fraction to multiply an amount with: zero for 免税 and 不征税, unknown for hidden and other texts.
    pub fn fraction(&self) -> Option<Decimal> {
        match self {
            Rate::Fraction(fraction) => Some(*fraction),
            Rate::Exempt | Rate::NotTaxed => Some(Decimal::ZERO),
            Rate::Hidden | Rate::Other(_) => None,
        }
    }
}

/// As printed on invoices: `13%`, `1.5%`, `免税`, `不征税`, `***`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rate::Fraction(fraction) => write!(f, "{}%", (fraction * Decimal::ONE_HUNDRED).normalize()),
            Rate::Exempt => f.write_str("免税"),
            Rate::NotTaxed => f.write_str("不征税"),
            Rate::Hidden => f.write_str("***"),
            Rate::Other(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(
            Rate::parse(text).map(|r| r.to_string()).as_deref(),
            expect,
            "{text}"
        );
    }

    #[test]
    fn every_spelling() {
        check("13%", Some("13%"));
        check("13.00%", Some("13%"));
        check("0.060000", Some("6%"));
        check("0.015", Some("1.5%"));
        check("3", Some("3%"));
        check("1", Some("1%"));
        check("0", Some("0%"));
        check("免税", Some("免税"));
        check(" 不征税 ", Some("不征税"));
        check("***", Some("***"));
        check("", None);
        check("按规定", Some("按规定"));
        check("200%", Some("200%"));
    }

    #[test]
    fn odd_text_is_kept_as_it_is() {
        assert_eq!(Rate::parse("200%"), Some(Rate::Other("200%".into())));
    }
}
