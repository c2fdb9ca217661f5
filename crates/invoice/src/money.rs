//! Money in 分 (one hundredth of a yuan).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// An amount of renminbi in 分. Negative on red-letter invoices and discount lines.
///
/// The range of `i64` is about ±9.2e16 yuan; amounts beyond [`Cents::LIMIT`] are refused when parsed, so that sums
/// of any number of lines that a file may hold cannot overflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

impl Cents {
    /// No money.
    pub const ZERO: Cents = Cents(0);
    /// The largest amount accepted from a document: one trillion yuan.
    pub const LIMIT: Cents = Cents(100_000_000_000_000);

    /// The distance to another amount, never negative.
    pub fn distance(self, other: Cents) -> Cents {
        Cents(self.0.saturating_sub(other.0).saturating_abs())
    }

    /// The amount without its sign.
    pub fn abs(self) -> Cents {
        Cents(self.0.saturating_abs())
    }

    /// The amount in yuan, exactly.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// A decimal number of yuan rounded half away from zero to 分, or `None` beyond [`Cents::LIMIT`].
    pub fn from_decimal(yuan: Decimal) -> Option<Cents> {
        let cents = yuan
            .checked_mul(Decimal::ONE_HUNDRED)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        let cents = i64::try_from(cents.mantissa() / 10_i128.checked_pow(cents.scale())?).ok()?;
        (cents.abs() <= Cents::LIMIT.0).then_some(Cents(cents))
    }
}

impl Add for Cents {
    type Output = Cents;
    fn add(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }
}

impl Sub for Cents {
    type Output = Cents;
    fn sub(self, other: Cents) -> Cents {
        Cents(self.0.saturating_sub(other.0))
    }
}

impl Neg for Cents {
    type Output = Cents;
    fn neg(self) -> Cents {
        Cents(self.0.saturating_neg())
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Cents>>(amounts: I) -> Cents {
        amounts.fold(Cents::ZERO, Add::add)
    }
}

/// Yuan with two decimals and no separators: `-1234.50`.
impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
    }
}

/// Reads an amount as documents print it: `￥1,234.50`, `-56.2`, `57`, `0.120000`, `（12.00）`.
///
/// Currency signs, thousands separators and white space are dropped; more than two decimals are rounded. Returns
/// `None` for anything that is not one number (`***`, empty text, two numbers).
pub fn parse_cents(text: &str) -> Option<Cents> {
    let text = crate::normalise(text);
    let trimmed = text.trim_start_matches(['¥', '￥', '$']).trim_end_matches('元');
    let (negative, digits) = match trimmed
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
    {
        Some(inner) => (true, inner),
        None => match trimmed.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        },
    };
    let digits: String = digits
        .trim_start_matches(['¥', '￥'])
        .chars()
        .filter(|c| *c != ',')
        .collect();
    if !digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        || !digits.contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let amount = Cents::from_decimal(Decimal::from_str_exact(&digits).ok()?)?;
    Some(if negative { -amount } else { amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(parse_cents(text), expect.map(Cents), "{text}");
    }

    #[test]
    fn as_documents_print_it() {
        check("￥1,234.50", Some(123_450));
        check("¥ 56.2", Some(5_620));
        check("57", Some(5_700));
        check("0.120000", Some(12));
        check("-2650.00", Some(-265_000));
        check("¥-2650.00", Some(-265_000));
        check("-¥2650.00", Some(-265_000));
        check("（12.00）", Some(-1_200));
    }

    #[test]
    fn what_is_no_amount() {
        for text in [
            "",
            "***",
            "1 2.3.4",
            "免税",
            "1e5",
            "99999999999999999999.00",
            ".",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn shown_with_two_decimals() {
        assert_eq!(Cents(-5).to_string(), "-0.05");
        assert_eq!(Cents(123_450).to_string(), "1234.50");
        assert_eq!(format!("{:>9}", Cents(100)), "     1.00");
    }

    #[test]
    fn half_a_cent_is_rounded_away_from_zero() {
        check("0.125", Some(13));
        check("-0.125", Some(-13));
    }
}
