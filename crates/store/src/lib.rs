//! The store (存储): entries, payloads, tiles and head; arrivals and originals; and the rows that are searched.
//!
//! One trait, [`Store`], with engines that share no code but one conformance suite. What is *primary* (entries, payloads,
//! tiles, unique keys, arrivals, the head) is written in one transaction and never changed. What is *projected* (the
//! rows) can be dropped and rebuilt from the entries at any time, by the same pure function that a commit uses
//! ([`project`]). Only the [`Writer`] appends; everyone else reads.
//!
//! This crate decides nothing about invoices: it is told what to record and gives back what was recorded.

mod error;
mod faulty;
pub mod find;
pub mod folder;
pub mod grams;
pub mod irregular;
pub mod limits;
mod memory;
pub mod originals;
pub mod primary;
pub mod project;
pub mod rows;
mod sqlite;
pub mod tip;
pub mod writer;

pub use error::{Cause, ErrorKind, StoreError};
pub use faulty::{Faulty, HowItFails};
pub use find::{Cursor, Find, Found, Totals};
pub use folder::DataFolder;
pub use irregular::Irregular;
pub use memory::MemoryStore;
pub use originals::{FolderOriginals, MemoryOriginals, OriginalStore};
pub use primary::{
    Arrival, Commit, Conservation, Head, HeadRef, NewArrival, NewEntry, Standing, StoredEntry, StoredPayload,
    UniqueKey,
};
pub use project::{catch_up, rebuild};
pub use rows::{InvoiceDetail, InvoiceId, InvoiceRow, OutcomeCounts, OutcomeKind, OutcomeRow, RowChange};
pub use sqlite::SqliteStore;
pub use tip::{MemoryTip, TipFile, TipKeeper};
pub use writer::{Draft, FaultPoints, NoFaults, RecordError, Recorded, Signer, Writer, WriterOptions};

use invoice::{Digest, Entity, InvoiceKey};

/// An engine. Reads see only what is committed; each write is one transaction, durable when it returns.
pub trait Store: Send + Sync {
    /// The ledger's head; `None` before the first commit.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn head(&self) -> Result<Option<Head>, StoreError>;

    /// One entry.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn entry(&self, index: u64) -> Result<Option<StoredEntry>, StoreError>;

    /// Up to `limit` entries from index `from`, in order.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn entries(&self, from: u64, limit: usize) -> Result<Vec<StoredEntry>, StoreError>;

    /// The payload and salt of an entry; `None` if there is no such entry or its payload was destroyed.
    ///
    /// # Errors
    /// The engine cannot be read, or the payload cannot be decompressed.
    fn payload(&self, index: u64) -> Result<Option<StoredPayload>, StoreError>;

    /// A tile, as wide as it is now.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// The entry that took a unique key.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn first_entry(&self, key: &UniqueKey) -> Result<Option<u64>, StoreError>;

    /// Numbers arrivals whose originals are durable, all or none, in order. They are pending until a commit settles them.
    ///
    /// # Errors
    /// The engine cannot write; whether it did is then unknown.
    fn arrive(&self, arrivals: &[NewArrival]) -> Result<Vec<u64>, StoreError>;

    /// The arrivals without an outcome, oldest first.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn pending(&self) -> Result<Vec<Arrival>, StoreError>;

    /// Whether an arrival is numbered and has no outcome yet.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn is_pending(&self, arrival: u64) -> Result<bool, StoreError>;

    /// How keys and arrivals stand, for a whole batch at once: asked by the writer before each commit.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn standing(&self, keys: &[&UniqueKey], arrivals: &[u64]) -> Result<Standing, StoreError>;

    /// Says what a pending arrival waits for.
    ///
    /// # Errors
    /// [`StoreError::NotPending`], or the engine cannot write.
    fn set_waits_for(&self, arrival: u64, waits_for: &str) -> Result<(), StoreError>;

    /// Whether this member of a container has arrived already, pending or settled.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn has_member(&self, parent: &Digest, digest: &Digest, name: &str) -> Result<bool, StoreError>;

    /// Counts what arrived against what became of it: `received = stored + duplicate + rejected + pending`.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn conservation(&self) -> Result<Conservation, StoreError>;

    /// Appends entries with everything that belongs to them, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the head is not the expected one: another writer took over, stop. Otherwise the
    /// engine cannot write; whether it did is then unknown.
    fn commit(&self, commit: &Commit) -> Result<(), StoreError>;

    /// How many entries the rows reflect. Less than the head's size only while rows are being rebuilt.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn rows_size(&self) -> Result<u64, StoreError>;

    /// Drops all rows.
    ///
    /// # Errors
    /// The engine cannot write.
    fn drop_rows(&self) -> Result<(), StoreError>;

    /// Applies the rows of the entries from `from` on, one list for each entry.
    ///
    /// # Errors
    /// [`StoreError::RowsBehind`] when `from` is not where the rows end, or the engine cannot write.
    fn apply_rows(&self, from: u64, changes: &[Vec<RowChange>]) -> Result<(), StoreError>;

    /// A page of invoices, newest first.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn find(&self, find: &Find) -> Result<Found, StoreError>;

    /// The invoice known under a key, its own or an alias.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn invoice(&self, key: &InvoiceKey) -> Result<Option<InvoiceDetail>, StoreError>;

    /// The invoice of an id, whatever keys lead to it.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn detail(&self, id: InvoiceId) -> Result<Option<InvoiceDetail>, StoreError>;

    /// What arrived of an invoice: its renditions and their repeats, in the order of the ledger.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn timeline(&self, id: InvoiceId) -> Result<Vec<OutcomeRow>, StoreError>;

    /// The outcome of an arrival.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn outcome(&self, arrival: u64) -> Result<Option<OutcomeRow>, StoreError>;

    /// How many arrivals came to each outcome, and how many invoices there are.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn outcome_counts(&self) -> Result<OutcomeCounts, StoreError>;

    /// The declared entities (主体), in the order of their first declaration.
    ///
    /// # Errors
    /// The engine cannot be read.
    fn entities(&self) -> Result<Vec<Entity>, StoreError>;
}

/// Reads a store's tiles for the ledger's proofs.
pub struct StoreTiles<'a>(pub &'a dyn Store);

impl ledger::merkle::TileReader for StoreTiles<'_> {
    type Error = StoreError;

    fn tile(&self, id: ledger::merkle::TileId) -> Result<Option<Vec<u8>>, StoreError> {
        let bytes = self.0.tile(id.level, id.index)?;
        Ok(bytes.and_then(|bytes| bytes.get(..usize::from(id.width) * 32).map(<[u8]>::to_vec)))
    }
}
