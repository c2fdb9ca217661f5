//! Tax classification codes (税收分类编码) and item names.

use serde::{Deserialize, Serialize};

/// A tax classification code (税收分类编码): 19 digits, the first of which names the great class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaxCode(String);

impl TaxCode {
    /// A code of 19 digits; `None` for anything else.
    pub fn new(text: &str) -> Option<TaxCode> {
        (text.len() == 19 && text.bytes().all(|b| b.is_ascii_digit())).then(|| TaxCode(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The great class by the first digit, in Chinese; `None` for a digit that is not in use.
    pub fn class(&self) -> Option<&'static str> {
        match self.0.as_bytes().first()? {
            b'1' => Some("货物"),
            b'2' => Some("劳务"),
            b'3' => Some("服务"),
            b'4' => Some("无形资产"),
            b'5' => Some("不动产"),
            b'6' => Some("不征税项目"),
            _ => None,
        }
    }
}

/// Splits `*经营租赁*车辆租赁费` into its classification short name (分类简称) and the item's own name.
pub fn split_item_name(name: &str) -> (Option<&str>, &str) {
    let Some(rest) = name.strip_prefix('*') else {
        return (None, name);
    };
    match rest.split_once('*') {
        Some((short, own)) if !short.is_empty() => (Some(short), own),
        _ => (None, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_name_and_own_name() {
        assert_eq!(
            split_item_name("*经营租赁*车辆租赁费"),
            (Some("经营租赁"), "车辆租赁费")
        );
        assert_eq!(split_item_name("办公用品"), (None, "办公用品"));
        assert_eq!(split_item_name("*只有一星"), (None, "*只有一星"));
    }

    #[test]
    fn codes_have_nineteen_digits() {
        assert_eq!(
            TaxCode::new("3040802010000000000").and_then(|c| c.class()),
            Some("服务")
        );
        assert_eq!(TaxCode::new("304080201"), None);
    }
}
