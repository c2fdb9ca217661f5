//! The primary data: what is written once, in one transaction, and never changed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use invoice::Digest;
use ledger::merkle::Tile;
use ledger::{Hash, Salt, Tip};
use serde::Serialize;

use crate::StoreError;
use crate::rows::RowChange;

/// Level of zstd: its own default, fast enough not to be seen beside a sync of the disk.
const COMPRESSION_LEVEL: i32 = 3;

/// The head of the ledger (账本头): how far it goes, and the signed checkpoint of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The epoch.
    pub epoch: u64,
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
    /// The signed checkpoint.
    pub checkpoint: String,
}

impl Head {
    /// What the head is compared by.
    pub fn to_ref(&self) -> HeadRef {
        HeadRef {
            epoch: self.epoch,
            size: self.size,
        }
    }

    /// The head as a tip.
    pub fn tip(&self) -> Tip {
        Tip {
            epoch: self.epoch,
            size: self.size,
            root: self.root,
        }
    }
}

/// A head as compare-and-swap sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadRef {
    /// The epoch.
    pub epoch: u64,
    /// Number of entries; 0 means that there is no head yet.
    pub size: u64,
}

impl fmt::Display for HeadRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "epoch {} with {} entries", self.epoch, self.size)
    }
}

/// A key that only one entry may take (唯一键): the same file handed in twice, the same request sent twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UniqueKey(String);

impl UniqueKey {
    /// The key of a file: its bytes are stored or rejected once.
    pub fn file(digest: &Digest) -> Self {
        Self(format!("file:{digest}"))
    }

    /// The key of something else, such as `entity:<taxpayer number>`; `space` keeps the kinds of keys apart.
    pub fn new(space: &str, name: &str) -> Self {
        Self(format!("{space}:{name}"))
    }

    /// The key as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An entry to be appended, with all that belongs to it.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The entry's bytes.
    pub bytes: Vec<u8>,
    /// Their leaf hash.
    pub leaf_hash: Hash,
    /// The payload, compressed.
    pub payload: Vec<u8>,
    /// The salt of the payload's commitment.
    pub salt: Salt,
    /// Keys it takes.
    pub unique_keys: Vec<UniqueKey>,
    /// What it changes in the rows.
    pub rows: Vec<RowChange>,
}

/// One transaction: entries appended to an expected head.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The head it was made for; size 0 expects an empty store.
    pub expected: HeadRef,
    /// Entries from index `expected.size` on.
    pub entries: Vec<NewEntry>,
    /// Tiles that changed.
    pub tiles: Vec<Tile>,
    /// The new head.
    pub head: Head,
    /// Pending arrivals whose outcome is among the entries.
    pub settles: Vec<u64>,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its position.
    pub index: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The leaf hash stored with it; whoever verifies computes it anew.
    pub leaf_hash: Hash,
}

/// A payload as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPayload {
    /// The payload's bytes, decompressed.
    pub payload: Vec<u8>,
    /// The salt of its commitment.
    pub salt: Salt,
}

/// What the writer asks before a commit: which keys are taken, and which arrivals are pending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The keys asked for that are taken, each with the entry that took it.
    pub taken: BTreeMap<UniqueKey, u64>,
    /// The arrivals asked for that are pending.
    pub pending: BTreeSet<u64>,
}

/// Something that arrived and whose bytes are durable (到件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArrival {
    /// The name it came under; for showing only.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// When: microseconds since 1970-01-01 UTC.
    pub received_at: i64,
    /// The container it came out of.
    pub parent: Option<Digest>,
    /// What it waits for, in the caller's words.
    pub waits_for: String,
}

/// A numbered arrival that is pending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// What arrived.
    pub arrival: NewArrival,
}

/// The account of all arrivals (守恒): every number from 1 to `received` appears exactly once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Conservation {
    /// Arrivals ever numbered.
    pub received: u64,
    /// Of these: stored.
    pub stored: u64,
    /// Bytes known before.
    pub duplicate: u64,
    /// Kept but not accepted.
    pub rejected: u64,
    /// Without an outcome yet.
    pub pending: u64,
    /// Numbers that appear nowhere: lost. At most the first 10,000 are named.
    pub missing: Vec<u64>,
    /// Numbers that have an outcome and are still pending, or are beyond those ever given.
    pub surplus: Vec<u64>,
}

impl Conservation {
    /// Whether nothing was lost and nothing counted twice.
    pub fn is_balanced(&self) -> bool {
        let counted = self.stored + self.duplicate + self.rejected + self.pending;
        self.missing.is_empty() && self.surplus.is_empty() && counted == self.received
    }

    /// Names missing and surplus numbers, given the settled and the pending ones, each in ascending order.
    pub(crate) fn compare(&mut self, settled: impl Iterator<Item = u64>, pending: &[u64]) {
        let mut pending = pending.iter().copied().peekable();
        let mut settled = settled.peekable();
        let mut next = 1;
        loop {
            let number = match (settled.peek().copied(), pending.peek().copied()) {
                (None, None) => break,
                (Some(one), None) | (None, Some(one)) => one,
                (Some(one), Some(other)) => one.min(other),
            };
            name_up_to(&mut self.missing, next, number);
            let was_settled = settled.next_if_eq(&number).is_some();
            let was_pending = pending.next_if_eq(&number).is_some();
            if (was_settled && was_pending) || number > self.received || number < next {
                self.surplus.push(number);
            }
            next = next.max(number + 1);
        }
        name_up_to(&mut self.missing, next, self.received + 1);
    }
}

fn name_up_to(missing: &mut Vec<u64>, from: u64, to: u64) {
    let room = crate::limits::NAMED_ARRIVALS_MAX.saturating_sub(missing.len());
    missing.extend((from..to).take(room));
}

/// Compresses a payload for rest. Each thread keeps its compressor: making one costs more than a small payload does.
pub(crate) fn compress(payload: &[u8]) -> std::io::Result<Vec<u8>> {
    thread_local! {
        static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    }
    COMPRESSOR.with_borrow_mut(|kept| {
        let mut compressor = match kept.take() {
            Some(compressor) => compressor,
            None => zstd::bulk::Compressor::new(COMPRESSION_LEVEL)?,
        };
        let compressed = compressor.compress(payload);
        *kept = Some(compressor);
        compressed
    })
}

/// Decompresses the payload of an entry. What it says of its own size is not believed beyond the limit.
pub(crate) fn decompress(index: u64, compressed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let stated = zstd::zstd_safe::get_frame_content_size(compressed).ok().flatten();
    let size = stated
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(usize::MAX);
    zstd::bulk::decompress(compressed, size.min(ledger::limits::PAYLOAD_BYTES_MAX))
        .map_err(|error| StoreError::damaged_because(format!("payload of entry {index}"), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(received: u64, settled: &[u64], pending: &[u64], missing: &[u64], surplus: &[u64]) {
        let mut account = Conservation {
            received,
            ..Conservation::default()
        };
        account.compare(settled.iter().copied(), pending);
        assert_eq!(
            (account.missing.as_slice(), account.surplus.as_slice()),
            (missing, surplus)
        );
    }

    #[test]
    fn every_number_is_accounted_for() {
        check(0, &[], &[], &[], &[]);
        check(4, &[1, 3], &[2, 4], &[], &[]);
        check(5, &[1, 3], &[], &[2, 4, 5], &[]);
        check(3, &[1, 2, 3], &[2], &[], &[2]);
        check(2, &[1, 2, 9], &[], &[3, 4, 5, 6, 7, 8], &[9]);
    }
}
