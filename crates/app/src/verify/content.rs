//! Payloads and originals: what the entries commit to. Each entry is examined on its own, on all cores.

use std::num::NonZero;
use std::thread;

use invoice::{Digest, Entity};
use ledger::Entry;
use ledger::fact::Fact;
use store::rows::{InvoiceRecord, RenditionRow};
use store::{
    ErrorKind, InvoiceDetail, OriginalStore, OutcomeRow, RowChange, Store, StoreError, StoredEntry, UniqueKey,
};

use super::rows::Rows;
use super::{Findings, VerifyProgress, chain};
use crate::error::SiteError;

/// How many entries are fetched and examined at a time.
const STEP: usize = 1_024;

/// What the content amounts to.
#[derive(Default)]
pub(super) struct Content {
    /// How many originals were verified.
    pub(super) originals: u64,
    /// How many unique keys the facts take.
    pub(super) unique_keys: u64,
}

/// What an invoice in an entry makes of the rows, and what the store has under its id.
pub(super) struct Shown {
    pub(super) record: Box<InvoiceRecord>,
    pub(super) rendition: RenditionRow,
    pub(super) have: Option<InvoiceDetail>,
}

/// What examining an entry gave.
#[derive(Default)]
struct Examined {
    findings: Findings,
    /// Whether it was the first to keep its original.
    keeps: bool,
    said: Said,
}

/// What an entry says of the rows.
#[derive(Default)]
pub(super) struct Said {
    pub(super) invoices: Vec<Shown>,
    pub(super) outcome: Option<OutcomeRow>,
    pub(super) entity: Option<Entity>,
}

/// Verifies the payload and the originals of the first `size` entries, and hands what they say to `rows`.
pub(super) fn verify(
    store: &dyn Store,
    originals: &dyn OriginalStore,
    size: u64,
    rows: &mut Rows<'_>,
    findings: &mut Findings,
    progress: &dyn Fn(VerifyProgress),
) -> Result<Content, SiteError> {
    let mut content = Content::default();
    let mut done = 0;
    while done < size {
        let wanted = size.saturating_sub(done).min(STEP as u64);
        let entries = store.entries(done, usize::try_from(wanted).unwrap_or(STEP))?;
        if entries.is_empty() {
            break;
        }
        for examined in examine_all(store, originals, &entries)? {
            content.unique_keys += u64::from(examined.keeps);
            let Examined {
                findings: found,
                said,
                ..
            } = examined;
            findings.extend(found);
            rows.take(said, findings)?;
        }
        done += entries.len() as u64;
        progress(VerifyProgress {
            zh: "内容、原件与索引",
            en: "payloads, originals and rows",
            done,
            total: size,
        });
    }
    // Each first keeping of a file verified its original and takes one key.
    content.originals = content.unique_keys;
    let pending = match store.pending() {
        Err(error) if error.kind() == ErrorKind::Corrupt => {
            unreadable("arrivals".to_owned(), &error, findings);
            Vec::new()
        }
        pending => pending?,
    };
    for arrival in pending {
        verify_original(originals, &arrival.arrival.digest, findings);
        content.originals += 1;
    }
    Ok(content)
}

/// Examines entries on all cores, and answers in their order.
fn examine_all(
    store: &dyn Store,
    originals: &dyn OriginalStore,
    entries: &[StoredEntry],
) -> Result<Vec<Examined>, SiteError> {
    let share = entries
        .len()
        .div_ceil(thread::available_parallelism().map_or(1, NonZero::get));
    let examine = |share: &[StoredEntry]| -> Result<Vec<Examined>, SiteError> {
        share
            .iter()
            .map(|entry| examine(store, originals, entry))
            .collect()
    };
    thread::scope(|scope| {
        let workers: Vec<_> = entries
            .chunks(share.max(1))
            .map(|share| scope.spawn(move || examine(share)))
            .collect();
        let mut all = Vec::with_capacity(entries.len());
        for worker in workers {
            match worker.join() {
                Ok(examined) => all.extend(examined?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(all)
    })
}

/// Examines one entry: its payload, its original, its unique key, and the outcome it gives an arrival.
fn examine(
    store: &dyn Store,
    originals: &dyn OriginalStore,
    stored: &StoredEntry,
) -> Result<Examined, SiteError> {
    let mut examined = Examined::default();
    let Some((entry, fact)) = open(store, stored, &mut examined.findings) else {
        return Ok(examined);
    };
    if let Some(digest) = first_kept(&fact) {
        let what = format!("entry {}", stored.index);
        examined.keeps = true;
        verify_original(originals, &digest, &mut examined.findings);
        if store.first_entry(&UniqueKey::file(&digest))? != Some(stored.index) {
            examined.findings.damaged(
                &what,
                "文件的唯一键不见了或指向别处",
                "the file's unique key is gone or points elsewhere",
            );
        }
        if !entry.originals.contains(&digest) {
            examined.findings.damaged(
                &what,
                "账目没有写明内容所说的原件",
                "the entry does not name the original its payload speaks of",
            );
        }
    }
    for change in store::project::project(stored.index, &entry, &fact) {
        match change {
            RowChange::Invoice(record, rendition) => {
                let have = match store.detail(record.row.id) {
                    Err(error) if error.kind() == ErrorKind::Corrupt => {
                        unreadable(format!("row {}", record.row.key), &error, &mut examined.findings);
                        None
                    }
                    have => have?,
                };
                examined.said.invoices.push(Shown {
                    record,
                    rendition,
                    have,
                });
            }
            RowChange::Outcome(outcome) => {
                // One that is gone is told by the account of arrivals.
                let what = format!("arrival {}", outcome.arrival);
                match store.outcome(outcome.arrival) {
                    Err(error) if error.kind() == ErrorKind::Corrupt => {
                        unreadable(what, &error, &mut examined.findings);
                    }
                    have => {
                        if have?.is_some_and(|have| have != outcome) {
                            examined.findings.damaged(
                                what,
                                "结果与账本不符：被改动",
                                "its outcome differs from the ledger: it was altered",
                            );
                        }
                    }
                }
                examined.said.outcome = Some(outcome);
            }
            RowChange::Entity(entity) => examined.said.entity = Some(entity),
        }
    }
    Ok(examined)
}

/// Decodes an entry and opens its commitment; `None` when there is nothing more to examine.
fn open(store: &dyn Store, stored: &StoredEntry, findings: &mut Findings) -> Option<(Entry, Fact)> {
    let what = format!("entry {}", stored.index);
    let entry = match Entry::decode(&stored.bytes) {
        Ok(entry) => entry,
        Err(error) => {
            findings.damaged(
                what,
                format!("无法解码：{error}"),
                format!("cannot be decoded: {error}"),
            );
            return None;
        }
    };
    let payload = match store.payload(stored.index) {
        Ok(Some(payload)) => payload,
        Ok(None) => {
            findings.damaged(what, "内容不见了", "its payload is gone");
            return None;
        }
        Err(error) => {
            findings.damaged(
                what,
                format!("内容无法读出：{error}"),
                format!("its payload cannot be read: {error}"),
            );
            return None;
        }
    };
    if !entry.commitment.opens_to(&payload.salt, &payload.payload) && !twin::is_on("verify_skips_commitments")
    {
        findings.damaged(
            &what,
            "内容与账目的承诺不符：内容被改动",
            "its payload is not the one committed to: the payload was altered",
        );
    }
    match Fact::decode(&entry.fact_kind, entry.fact_version, &payload.payload) {
        Ok(fact) => Some((entry, fact)),
        Err(error) => {
            findings.damaged(
                what,
                format!("内容无法解码：{error}"),
                format!("its payload cannot be decoded: {error}"),
            );
            None
        }
    }
}

/// A row that does not add up, or holds what we never wrote.
fn unreadable(what: String, error: &StoreError, findings: &mut Findings) {
    let why = chain(error);
    findings.damaged(
        what,
        format!("无法读出，被改动或损坏：{why}"),
        format!("cannot be read, was altered or damaged: {why}"),
    );
}

/// The original that a fact was the first to keep.
fn first_kept(fact: &Fact) -> Option<Digest> {
    match fact {
        Fact::OriginalStored(stored) => Some(stored.digest),
        Fact::OriginalRejected(rejected) => Some(rejected.digest),
        _ => None,
    }
}

fn verify_original(originals: &dyn OriginalStore, digest: &Digest, findings: &mut Findings) {
    if twin::is_on("verify_skips_originals") {
        return;
    }
    // Reading an original compares it with its digest.
    if let Err(error) = originals.get(digest) {
        let what = format!("original {digest}");
        match error.kind() {
            ErrorKind::Missing => findings.damaged(what, "原件不见了", "is gone"),
            _ => findings.damaged(
                what,
                format!("原件已损坏：{error}"),
                format!("is damaged: {error}"),
            ),
        }
    }
}
