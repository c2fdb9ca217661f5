//! Version 1 of the facts about originals.
//!
//! These shapes are in ledgers for ever. A field may be added if its absence has a meaning (`#[serde(default)]`); a field
//! is never renamed, removed or given another meaning: that is version 2.

use invoice::{Digest, Fault, Reading, Verdict};
use serde::{Deserialize, Serialize};

/// An original was read, checked and stored. The outcome of its arrival, whether it holds no, one or many invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalStored {
    /// The arrival this is the outcome of.
    pub arrival: u64,
    /// Name under which it arrived; for showing only.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// The container it came out of; `None` if it arrived by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Digest>,
    /// What it says. States the form of the file.
    pub reading: Reading,
    /// What is wrong with it, checked on the day it arrived.
    pub verdict: Verdict,
    /// One for each invoice of the reading, in the same order.
    pub invoices: Vec<InvoiceOutcome>,
}

/// What became of one invoice of an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceOutcome {
    /// Not known before.
    New,
    /// Known already: this original is another rendition of it. Two renditions recorded in the same instant may both say
    /// `new`; the rows, which see them in order, join them all the same.
    Joined,
}

/// Bytes arrived that are already stored. The outcome of that arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateArrived {
    /// The arrival this is the outcome of.
    pub arrival: u64,
    /// Name under which it arrived this time.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// The container it came out of; `None` if it arrived by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Digest>,
    /// The entry that stored or rejected these bytes the first time.
    pub first_index: u64,
}

/// An original was kept but not accepted: too large, unsafe, nothing in it. The outcome of its arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalRejected {
    /// The arrival this is the outcome of.
    pub arrival: u64,
    /// Name under which it arrived.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// The container it came out of; `None` if it arrived by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Digest>,
    /// Why.
    pub reason: Fault,
    /// What could be read of it; `None` if it was refused before reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// A container was opened. Not an outcome: the container's own arrival is stored like any original, and each member has
/// an arrival and an outcome of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerOpened {
    /// The container's arrival.
    pub arrival: u64,
    /// The container's bytes.
    pub digest: Digest,
    /// What came out of it, in its order.
    pub members: Vec<MemberArrived>,
}

/// A member of a container, with the arrival it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberArrived {
    /// The member's arrival.
    pub arrival: u64,
    /// Its name inside the container; for showing only.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
}

#[cfg(test)]
mod tests {
    use invoice::{Date, Format, Severity};

    use super::*;
    use crate::fact::{Fact, FactError};
    use crate::{EpochOpened, Hash};

    const DIGEST: Digest = Digest([0xab; 32]);

    fn fault() -> Fault {
        Fault {
            code: "F001".into(),
            severity: Severity::Error,
            path: "file".into(),
            message: "文件为空".into(),
        }
    }

    fn every_kind() -> Vec<Fact> {
        let reading = Reading::new(DIGEST, Format::Pdf, 1);
        let verdict = Verdict {
            original: DIGEST,
            reading: Digest([1; 32]),
            as_of: Date::constant(2026, 3, 1),
            rulebook: "2026.1".into(),
            invoices: vec![vec![fault()]],
            file: vec![],
        };
        let (arrival, name, digest, size) = (7, "发票.pdf".to_owned(), DIGEST, 123);
        vec![
            Fact::EpochOpened(EpochOpened {
                site: "test.example".into(),
                epoch: 2,
                previous: Some(crate::epoch::PreviousEpoch {
                    origin: "test.example/e1".into(),
                    size: 9,
                    root: Hash([2; 32]),
                }),
                reason: "restore".into(),
                approvers: vec!["a1".into(), "a2".into()],
                left_behind: vec![crate::epoch::LeftBehind {
                    index: 8,
                    leaf_hash: Hash([3; 32]),
                }],
            }),
            Fact::EntityDeclared(invoice::Entity {
                tax_id: "91330000000000000X".into(),
                names: vec!["票库示例有限公司".into()],
            }),
            Fact::OriginalStored(Box::new(OriginalStored {
                arrival,
                name: name.clone(),
                digest,
                size,
                parent: None,
                reading: reading.clone(),
                verdict,
                invoices: vec![InvoiceOutcome::New, InvoiceOutcome::Joined],
            })),
            Fact::DuplicateArrived(DuplicateArrived {
                arrival,
                name: name.clone(),
                digest,
                size,
                parent: Some(Digest([0xcd; 32])),
                first_index: 3,
            }),
            Fact::OriginalRejected(Box::new(OriginalRejected {
                arrival,
                name: name.clone(),
                digest,
                size,
                parent: None,
                reason: fault(),
                reading: Some(reading),
            })),
            Fact::ContainerOpened(ContainerOpened {
                arrival,
                digest,
                members: vec![MemberArrived {
                    arrival: 8,
                    name,
                    digest,
                    size,
                }],
            }),
        ]
    }

    #[test]
    fn every_kind_survives_the_round_trip() {
        for fact in every_kind() {
            let payload = fact.encode().unwrap();
            assert_eq!(Fact::decode(fact.kind(), fact.version(), &payload).unwrap(), fact);
        }
    }

    /// The golden lines were written by version 1 and must decode to the same facts for ever.
    #[test]
    fn golden_payloads_of_version_1_decode_for_ever() {
        let golden = include_str!("v1.golden.jsonl");
        let facts: Vec<_> = golden
            .lines()
            .map(|line| {
                let (kind, payload) = line.split_once('\t').unwrap();
                Fact::decode(kind, 1, payload.as_bytes()).unwrap()
            })
            .collect();
        assert_eq!(facts, every_kind());
    }

    #[test]
    fn unknown_kinds_and_versions_are_kept() {
        for (kind, version) in [("kind_of_2040", 1), ("entity_declared", 2)] {
            let fact = Fact::decode(kind, version, b"[1]").unwrap();
            assert!(matches!(&fact, Fact::Unknown { payload, .. } if payload == b"[1]"));
            assert_eq!((fact.kind(), fact.version()), (kind, version));
            assert_eq!(fact.encode().unwrap(), b"[1]");
        }
    }

    #[test]
    fn a_payload_of_another_shape_is_refused() {
        let error = Fact::decode("duplicate_arrived", 1, b"{}").unwrap_err();
        assert!(matches!(error, FactError::Malformed { version: 1, .. }));
    }
}
