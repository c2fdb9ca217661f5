//! The stages an original passes through: received → read → checked → recorded.
//!
//! Each stage names the one before it by digest, so that a verdict cannot be recorded without its reading.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::{Date, Fault, Severity};

/// The SHA-256 of some bytes: the identity of an original (原件).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Digest> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Digest(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(deserializer)?;
        Digest::parse(&text).ok_or_else(|| serde::de::Error::custom("a digest has 64 hexadecimal digits"))
    }
}

/// Bytes that arrived and are kept as they are (原件).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// How many bytes.
    pub size: u64,
    /// The name under which they were handed in; for showing only.
    pub name: String,
    /// The zip they came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Digest>,
}

/// One of our own companies (主体): a taxpayer that invoices belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// 纳税人识别号.
    pub tax_id: String,
    /// The current name first, earlier names behind it.
    pub names: Vec<String>,
}

/// The outcome of checking a reading (校验). Pure: the same reading, day and rulebook give the same verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The original whose reading was checked.
    pub original: Digest,
    /// SHA-256 of the reading in its JSON form.
    pub reading: Digest,
    /// The day on which it was checked.
    pub as_of: Date,
    /// Version of the rulebook.
    pub rulebook: String,
    /// The faults of each invoice, in the order of the reading's invoices.
    pub invoices: Vec<Vec<Fault>>,
    /// The faults of the file as a whole.
    pub file: Vec<Fault>,
}

impl Verdict {
    /// The worst severity of the invoice at this place in the reading, the file's faults included.
    pub fn worst(&self, invoice: usize) -> Option<Severity> {
        let own = self.invoices.get(invoice).into_iter().flatten();
        own.chain(&self.file).map(|fault| fault.severity).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_hexadecimal_in_text() {
        let digest = Digest::of(b"");
        assert_eq!(
            digest.to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
        assert_eq!(Digest::parse("xyz"), None);
        assert_eq!(serde_json::to_string(&digest).ok(), Some(format!("\"{digest}\"")));
    }
}
