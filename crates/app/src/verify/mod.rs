//! Verifying a site (核验): ledger, payloads, originals, rows and conservation, each against what it must be.
//!
//! Nothing stored is believed because it is stored. Leaf hashes are computed from the entries' bytes, the tree from
//! the leaf hashes, and compared with the signed root; payloads open the commitments of their entries; originals have the
//! digests they are named by; rows are made again from the facts and compared. Verifying changes nothing.

mod content;
mod rows;
mod tree;

use serde::Serialize;
use store::{DataFolder, OriginalStore, Store, StoreError};

use crate::error::SiteError;

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Damage {
    /// What is damaged: `entry 7`, `original 3f…`, `checkpoint`.
    pub what: String,
    /// How, in Chinese.
    pub zh: String,
    /// How, in English.
    pub en: String,
}

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Whether nothing is damaged.
    pub sound: bool,
    /// Entries verified.
    pub entries: u64,
    /// Originals verified.
    pub originals: u64,
    /// Invoices whose rows were compared.
    pub rows: u64,
    /// The root computed from the entries.
    pub root: String,
    /// What is damaged, where it was found first.
    pub damages: Vec<Damage>,
}

impl VerifyReport {
    /// The report on a folder that the store refuses to open or to read.
    pub(crate) fn refused(error: &StoreError) -> VerifyReport {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        let damage = Damage {
            what: "store".to_owned(),
            zh: format!("拒绝打开：{text}"),
            en: text,
        };
        VerifyReport {
            sound: false,
            entries: 0,
            originals: 0,
            rows: 0,
            root: String::new(),
            damages: vec![damage],
        }
    }
}

/// How far verifying has come.
#[derive(Debug, Clone, Copy)]
pub struct VerifyProgress {
    /// What is being verified, in Chinese.
    pub zh: &'static str,
    /// What is being verified, in English.
    pub en: &'static str,
    /// Entries done.
    pub done: u64,
    /// Entries in all.
    pub total: u64,
}

/// The most damages that are told one by one; a folder with more is beyond telling.
const DAMAGES_MAX: usize = 1_000;

/// Collects what is damaged.
#[derive(Default)]
pub(crate) struct Findings {
    damages: Vec<Damage>,
}

impl Findings {
    pub(crate) fn damaged(&mut self, what: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) {
        let damage = Damage {
            what: what.into(),
            zh: zh.into(),
            en: en.into(),
        };
        if self.damages.len() < DAMAGES_MAX && !self.damages.contains(&damage) {
            self.damages.push(damage);
        }
    }
}

/// Verifies an opened store with its originals against the public key.
///
/// # Errors
/// When something cannot be *read* at all; what reads wrong is a damage.
pub(crate) fn verify(
    store: &dyn Store,
    originals: &dyn OriginalStore,
    folder: &DataFolder,
    key: &ledger::VerifyingKey,
    progress: &dyn Fn(VerifyProgress),
) -> Result<VerifyReport, SiteError> {
    let mut findings = Findings::default();
    let size = tree::verify_head(store, folder, key, &mut findings)?;
    let content = content::verify(store, originals, size, &mut findings, progress)?;
    tree::verify_tree(store, &content.leaves, &mut findings)?;
    let rows = rows::verify(store, content.expected, &mut findings)?;
    let damages = findings.damages;
    Ok(VerifyReport {
        sound: damages.is_empty(),
        entries: content.leaves.len() as u64,
        originals: content.originals,
        rows,
        root: tree::root_of(&content.leaves).to_string(),
        damages,
    })
}
