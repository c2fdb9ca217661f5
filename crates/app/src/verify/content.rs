//! Entries, payloads and originals, one after the other.

use invoice::Digest;
use ledger::fact::Fact;
use ledger::{Entry, Hash};
use store::{MemoryStore, OriginalStore, RowChange, Store, StoredEntry, UniqueKey};

use super::{Findings, VerifyProgress};
use crate::error::SiteError;

/// How many entries are fetched at a time.
const PAGE: usize = 512;

/// What the content amounts to.
pub(super) struct Content {
    /// The leaf hash of each entry, computed from its bytes.
    pub(super) leaves: Vec<Hash>,
    /// How many originals were verified.
    pub(super) originals: u64,
    /// How many unique keys the facts take.
    pub(super) unique_keys: u64,
    /// The rows as the facts make them.
    pub(super) expected: MemoryStore,
}

/// Verifies every entry with its payload and its originals, and makes the rows anew.
pub(super) fn verify(
    store: &dyn Store,
    originals: &dyn OriginalStore,
    size: u64,
    findings: &mut Findings,
    progress: &dyn Fn(VerifyProgress),
) -> Result<Content, SiteError> {
    let mut content = Content {
        leaves: Vec::new(),
        originals: 0,
        unique_keys: 0,
        expected: MemoryStore::default(),
    };
    let mut next = 0;
    while next < size {
        let entries = store.entries(next, PAGE)?;
        let mut changes = Vec::with_capacity(entries.len());
        for entry in &entries {
            if entry.index != next {
                break;
            }
            content.leaves.push(Entry::leaf_hash(&entry.bytes));
            changes.push(verify_entry(
                store,
                originals,
                entry,
                findings,
                &mut content.unique_keys,
            )?);
            next += 1;
        }
        content
            .expected
            .apply_rows(content.leaves.len() as u64 - changes.len() as u64, &changes)?;
        progress(VerifyProgress {
            zh: "账目与原件",
            en: "entries and originals",
            done: next,
            total: size,
        });
        if entries.last().is_none_or(|last| last.index + 1 != next) {
            findings.damaged(format!("entry {next}"), "不见了", "is gone");
            break;
        }
    }
    // Each first keeping of a file verified its original and takes one key.
    content.originals = content.unique_keys;
    for arrival in store.pending()? {
        verify_original(originals, &arrival.arrival.digest, findings)?;
        content.originals += 1;
    }
    Ok(content)
}

/// Verifies one entry and answers what rows it makes.
fn verify_entry(
    store: &dyn Store,
    originals: &dyn OriginalStore,
    stored: &StoredEntry,
    findings: &mut Findings,
    verified: &mut u64,
) -> Result<Vec<RowChange>, SiteError> {
    let what = format!("entry {}", stored.index);
    if Entry::leaf_hash(&stored.bytes) != stored.leaf_hash {
        findings.damaged(
            &what,
            "内容与叶哈希不符：账目被改动",
            "its bytes differ from its leaf hash: the entry was altered",
        );
    }
    let entry = match Entry::decode(&stored.bytes) {
        Ok(entry) => entry,
        Err(error) => {
            findings.damaged(
                &what,
                format!("无法解码：{error}"),
                format!("cannot be decoded: {error}"),
            );
            return Ok(Vec::new());
        }
    };
    let payload = match store.payload(stored.index) {
        Ok(Some(payload)) => payload,
        Ok(None) => {
            findings.damaged(&what, "内容不见了", "its payload is gone");
            return Ok(Vec::new());
        }
        Err(error) => {
            findings.damaged(
                &what,
                format!("内容无法读出：{error}"),
                format!("its payload cannot be read: {error}"),
            );
            return Ok(Vec::new());
        }
    };
    if !entry.commitment.opens_to(&payload.salt, &payload.payload) {
        findings.damaged(
            &what,
            "内容与账目的承诺不符：内容被改动",
            "its payload is not the one committed to: the payload was altered",
        );
    }
    let fact = match Fact::decode(&entry.fact_kind, entry.fact_version, &payload.payload) {
        Ok(fact) => fact,
        Err(error) => {
            findings.damaged(
                &what,
                format!("内容无法解码：{error}"),
                format!("its payload cannot be decoded: {error}"),
            );
            return Ok(Vec::new());
        }
    };
    if let Some(digest) = first_kept(&fact) {
        verify_original(originals, &digest, findings)?;
        *verified += 1;
        if store.first_entry(&UniqueKey::file(&digest))? != Some(stored.index) {
            findings.damaged(
                &what,
                "文件的唯一键不见了或指向别处",
                "the file's unique key is gone or points elsewhere",
            );
        }
        if !entry.originals.contains(&digest) {
            findings.damaged(
                &what,
                "账目没有写明内容所说的原件",
                "the entry does not name the original its payload speaks of",
            );
        }
    }
    Ok(store::project::project(stored.index, &entry, &fact))
}

/// The original that a fact was the first to keep.
fn first_kept(fact: &Fact) -> Option<Digest> {
    match fact {
        Fact::OriginalStored(stored) => Some(stored.digest),
        Fact::OriginalRejected(rejected) => Some(rejected.digest),
        _ => None,
    }
}

fn verify_original(
    originals: &dyn OriginalStore,
    digest: &Digest,
    findings: &mut Findings,
) -> Result<(), SiteError> {
    // Reading an original compares it with its digest.
    if let Err(error) = originals.get(digest) {
        let what = format!("original {digest}");
        match error.kind() {
            store::ErrorKind::Missing => findings.damaged(what, "原件不见了", "is gone"),
            _ => findings.damaged(
                what,
                format!("原件已损坏：{error}"),
                format!("is damaged: {error}"),
            ),
        }
    }
    Ok(())
}
