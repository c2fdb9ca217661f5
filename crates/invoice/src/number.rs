//! Numbers of invoices.
//!
//! A number is text: leading zeros matter and 20 digits exceed every integer type that a spreadsheet keeps.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A legacy 发票代码: 10 or 12 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InvoiceCode(String);

impl InvoiceCode {
    /// A code of 10 or 12 digits; `None` for anything else.
    pub fn new(text: &str) -> Option<InvoiceCode> {
        (matches!(text.len(), 10 | 12) && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| InvoiceCode(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The region digits: four for the five cities with state planning status, else two and `00`.
    pub fn region(&self) -> String {
        let start = usize::from(self.0.len() == 12);
        let four = self.0.get(start..start + 4).unwrap_or_default();
        if matches!(four, "2102" | "3302" | "3502" | "3702" | "4403") {
            four.to_owned()
        } else {
            format!("{}00", four.get(..2).unwrap_or_default())
        }
    }
}

/// How an invoice is numbered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceNumber {
    /// 数电票: one number, 20 digits by rule. Test data and misprints hold 15 to 24; they are kept and warned of.
    Unified(String),
    /// Legacy: 发票代码 and 发票号码 (8 digits). The number alone repeats across codes.
    Legacy {
        /// 发票代码.
        code: InvoiceCode,
        /// 发票号码, 8 digits.
        number: String,
    },
}

impl InvoiceNumber {
    /// Puts a number together from what a document states. `None` where an 8-digit number stands without its code:
    /// that is no identity.
    pub fn new(code: Option<&str>, number: &str) -> Option<InvoiceNumber> {
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        match (number.len(), code.and_then(InvoiceCode::new)) {
            (8, Some(code)) => Some(InvoiceNumber::Legacy {
                code,
                number: number.to_owned(),
            }),
            (15..=24, _) => Some(InvoiceNumber::Unified(number.to_owned())),
            _ => None,
        }
    }

    /// The key under which this invoice is known.
    pub fn key(&self) -> InvoiceKey {
        InvoiceKey(match self {
            InvoiceNumber::Unified(number) => format!("U:{number}"),
            InvoiceNumber::Legacy { code, number } => format!("L:{}:{number}", code.as_str()),
        })
    }

    /// The number on its face, without the code.
    pub fn number(&self) -> &str {
        match self {
            InvoiceNumber::Unified(number) | InvoiceNumber::Legacy { number, .. } => number,
        }
    }

    /// The 发票代码, legacy only.
    pub fn code(&self) -> Option<&InvoiceCode> {
        match self {
            InvoiceNumber::Unified(_) => None,
            InvoiceNumber::Legacy { code, .. } => Some(code),
        }
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvoiceNumber::Unified(number) => f.write_str(number),
            InvoiceNumber::Legacy { code, number } => write!(f, "{}-{number}", code.as_str()),
        }
    }
}

/// The identity of an invoice as one text: `U:` and 20 digits, or `L:` code `:` number. Also used for aliases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InvoiceKey(pub String);

impl InvoiceKey {
    /// The number this key stands for.
    pub fn to_number(&self) -> Option<InvoiceNumber> {
        let (scheme, rest) = self.0.split_once(':')?;
        match scheme {
            "U" => InvoiceNumber::new(None, rest),
            "L" => rest
                .split_once(':')
                .and_then(|(code, number)| InvoiceNumber::new(Some(code), number)),
            _ => None,
        }
    }
}

impl fmt::Display for InvoiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: Option<&str>, number: &str, expect: Option<&str>) {
        assert_eq!(
            InvoiceNumber::new(code, number).map(|n| n.key().0).as_deref(),
            expect
        );
    }

    #[test]
    fn two_schemes_and_what_is_neither() {
        check(None, "24112000000048542163", Some("U:24112000000048542163"));
        check(Some("050001700111"), "12235358", Some("L:050001700111:12235358"));
        check(Some("1100094140"), "00000007", Some("L:1100094140:00000007"));
        check(None, "12235358", None);
        check(Some("123"), "12235358", None);
        check(None, "2411200000004854216X", None);
        check(None, "9223372036854775807", Some("U:9223372036854775807"));
    }

    #[test]
    fn a_digital_invoice_on_paper_keeps_its_twenty_digits_as_identity() {
        check(
            Some("033002000211"),
            "24112000000048542163",
            Some("U:24112000000048542163"),
        );
    }

    #[test]
    fn keys_are_read_back() {
        for key in ["U:24112000000048542163", "L:050001700111:12235358"] {
            assert_eq!(
                InvoiceKey(key.into()).to_number().map(|n| n.key().0).as_deref(),
                Some(key)
            );
        }
    }

    #[test]
    fn cities_with_state_planning_keep_four_region_digits() {
        assert_eq!(
            InvoiceCode::new("037021700211").map(|c| c.region()).as_deref(),
            Some("3702")
        );
        assert_eq!(
            InvoiceCode::new("050001700111").map(|c| c.region()).as_deref(),
            Some("5000")
        );
        assert_eq!(
            InvoiceCode::new("1100094140").map(|c| c.region()).as_deref(),
            Some("1100")
        );
    }
}
