//! Verifying a site (核验): ledger, payloads, originals, rows and conservation, each against what it must be.
//!
//! Nothing stored is believed because it is stored. Leaf hashes are computed from the entries' bytes, the tree from
//! the leaf hashes, and compared with the signed root; payloads open the commitments of their entries; originals have the
//! digests they are named by; rows are made again from the facts and compared. Verifying changes nothing.

mod content;
mod database;
mod rows;
mod tree;

use serde::Serialize;
use store::{DataFolder, ErrorKind, OriginalStore, Store};

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
    /// The report on a folder that cannot even be opened.
    pub(crate) fn refused(what: &str, error: &dyn std::error::Error) -> VerifyReport {
        VerifyReport::cut_short(vec![refusal(what, error)])
    }

    /// The report on a folder of which one file alone says that it is damaged.
    pub(crate) fn damaged(what: &str, zh: &str, en: &str) -> VerifyReport {
        let mut findings = Findings::default();
        findings.damaged(what, zh, en);
        VerifyReport::cut_short(findings.damages)
    }

    /// The report of a verification that damage brought to an end.
    fn cut_short(damages: Vec<Damage>) -> VerifyReport {
        VerifyReport {
            sound: false,
            entries: 0,
            originals: 0,
            rows: 0,
            root: String::new(),
            damages,
        }
    }
}

fn refusal(what: &str, error: &dyn std::error::Error) -> Damage {
    let text = chain(error);
    Damage {
        what: what.to_owned(),
        zh: format!("拒绝使用：{text}"),
        en: format!("refused: {text}"),
    }
}

/// An error with its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // A cause that only repeats what holds it says nothing.
        if !text.ends_with(&cause.to_string()) {
            text = format!("{text}: {cause}");
        }
        source = cause.source();
    }
    text
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
        self.add(damage);
    }

    fn add(&mut self, damage: Damage) {
        if self.damages.len() < DAMAGES_MAX && !self.damages.contains(&damage) {
            self.damages.push(damage);
        }
    }

    /// Adds what was found elsewhere.
    fn extend(&mut self, other: Findings) {
        for damage in other.damages {
            self.add(damage);
        }
    }
}

/// How much of a site is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Entries, tree, tip and signature: whether the history is the one that was signed.
    Ledger,
    /// The ledger, and everything that hangs on it.
    Everything,
}

/// Verifies an opened store with its originals against the public key.
///
/// # Errors
/// When something cannot be *read* although nothing is damaged; what reads wrong is a damage.
pub(crate) fn verify(
    folder: &DataFolder,
    key: &ledger::VerifyingKey,
    extent: Extent,
    kept: &[String],
    progress: &dyn Fn(VerifyProgress),
) -> Result<VerifyReport, SiteError> {
    let mut findings = Findings::default();
    match verify_all(folder, key, extent, kept, &mut findings, progress) {
        // In a damaged database any reading may fail: that is part of what was found.
        Err(SiteError::Store(error)) if error.kind() != ErrorKind::Busy && !findings.damages.is_empty() => {
            findings.damages.push(refusal("store", &error));
            Ok(VerifyReport::cut_short(findings.damages))
        }
        other => other,
    }
}

fn verify_all(
    folder: &DataFolder,
    key: &ledger::VerifyingKey,
    extent: Extent,
    kept: &[String],
    findings: &mut Findings,
    progress: &dyn Fn(VerifyProgress),
) -> Result<VerifyReport, SiteError> {
    let (database, originals) = (folder.store(), folder.originals());
    let store: &dyn Store = database.as_ref();
    let originals: &dyn OriginalStore = originals.as_ref();
    if extent == Extent::Everything {
        database::verify_file(&database, findings)?;
    }
    let Some(head) = tree::verify_head(store, key, findings)? else {
        return Ok(VerifyReport::cut_short(std::mem::take(&mut findings.damages)));
    };
    let tree = tree::verify_entries(store, folder, &head, findings, progress)?;
    for checkpoint in kept
        .iter()
        .filter(|_| !twin::is_on("kept_checkpoints_not_compared"))
    {
        tree::verify_kept(store, key, checkpoint, &head, findings)?;
    }
    let mut report = VerifyReport {
        sound: false,
        entries: tree.size,
        originals: 0,
        rows: 0,
        root: tree.root.to_string(),
        damages: Vec::new(),
    };
    if extent == Extent::Everything {
        let mut rows = rows::Rows::new(store);
        let content = content::verify(store, originals, tree.size, &mut rows, findings, progress)?;
        let (totals, compared) = rows.finish(findings)?;
        let totals = store::irregular::Totals {
            entries: head.size,
            payloads: head.size,
            tiles: tree.tiles,
            unique_keys: content.unique_keys,
            ..totals
        };
        database::verify_content(&database, totals, findings)?;
        (report.originals, report.rows) = (content.originals, compared);
    }
    report.damages = std::mem::take(&mut findings.damages);
    report.sound = report.damages.is_empty();
    Ok(report)
}
