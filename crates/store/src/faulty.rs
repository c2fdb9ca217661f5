//! A store that fails on demand, around any other: each write is tried as "failed" and as "failed but persisted".
//!
//! The second is the one that programs forget: the caller hears an error although the write is there. Whoever writes must
//! come out right in both cases, and cannot tell them apart.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use invoice::{Digest, Entity, InvoiceKey};

use crate::error::{Cause, ErrorKind};
use crate::primary::{
    Arrival, Commit, Conservation, Head, NewArrival, Standing, StoredEntry, StoredPayload, UniqueKey,
};
use crate::rows::{InvoiceDetail, InvoiceId, OutcomeCounts, OutcomeRow, RowChange};
use crate::{Find, Found, Store, StoreError};

/// How a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowItFails {
    /// Nothing was written.
    Failed,
    /// All was written, and the caller hears that it failed.
    FailedButPersisted,
}

/// A store whose writes are numbered from 1, and of which one can be made to fail.
pub struct Faulty<S> {
    inner: S,
    writes: AtomicU64,
    armed: Mutex<Option<(u64, HowItFails, ErrorKind)>>,
}

impl<S: Store> Faulty<S> {
    /// Wraps a store; nothing fails until armed.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            writes: AtomicU64::new(0),
            armed: Mutex::new(None),
        }
    }

    /// Makes write `number` fail, counted from the first write of this value, with an error of `kind`.
    pub fn arm(&self, number: u64, how: HowItFails, kind: ErrorKind) {
        *self.armed.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, how, kind));
    }

    /// How many writes there were.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }

    fn write<T>(
        &self,
        error: fn(Cause) -> StoreError,
        write: impl FnOnce(&S) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let number = self.writes.fetch_add(1, Ordering::SeqCst) + 1;
        let armed = *self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        match armed {
            Some((at, how, kind)) if at == number => {
                if how == HowItFails::FailedButPersisted {
                    write(&self.inner)?;
                }
                Err(error(Cause::new(
                    kind,
                    format!("write {number} was made to fail"),
                )))
            }
            _ => write(&self.inner),
        }
    }
}

impl<S: Store> Store for Faulty<S> {
    fn head(&self) -> Result<Option<Head>, StoreError> {
        self.inner.head()
    }

    fn entry(&self, index: u64) -> Result<Option<StoredEntry>, StoreError> {
        self.inner.entry(index)
    }

    fn entries(&self, from: u64, limit: usize) -> Result<Vec<StoredEntry>, StoreError> {
        self.inner.entries(from, limit)
    }

    fn payload(&self, index: u64) -> Result<Option<StoredPayload>, StoreError> {
        self.inner.payload(index)
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.tile(level, index)
    }

    fn first_entry(&self, key: &UniqueKey) -> Result<Option<u64>, StoreError> {
        self.inner.first_entry(key)
    }

    fn arrive(&self, arrivals: &[NewArrival]) -> Result<Vec<u64>, StoreError> {
        self.write(StoreError::Arrive, |inner| inner.arrive(arrivals))
    }

    fn pending(&self) -> Result<Vec<Arrival>, StoreError> {
        self.inner.pending()
    }

    fn is_pending(&self, arrival: u64) -> Result<bool, StoreError> {
        self.inner.is_pending(arrival)
    }

    fn standing(&self, keys: &[&UniqueKey], arrivals: &[u64]) -> Result<Standing, StoreError> {
        self.inner.standing(keys, arrivals)
    }

    fn set_waits_for(&self, arrival: u64, waits_for: &str) -> Result<(), StoreError> {
        self.write(StoreError::Arrive, |inner| {
            inner.set_waits_for(arrival, waits_for)
        })
    }

    fn has_member(&self, parent: &Digest, digest: &Digest, name: &str) -> Result<bool, StoreError> {
        self.inner.has_member(parent, digest, name)
    }

    fn conservation(&self) -> Result<Conservation, StoreError> {
        self.inner.conservation()
    }

    fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        self.write(StoreError::Commit, |inner| inner.commit(commit))
    }

    fn rows_size(&self) -> Result<u64, StoreError> {
        self.inner.rows_size()
    }

    fn drop_rows(&self) -> Result<(), StoreError> {
        self.write(StoreError::Rebuild, Store::drop_rows)
    }

    fn apply_rows(&self, from: u64, changes: &[Vec<RowChange>]) -> Result<(), StoreError> {
        self.write(StoreError::Rebuild, |inner| inner.apply_rows(from, changes))
    }

    fn find(&self, find: &Find) -> Result<Found, StoreError> {
        self.inner.find(find)
    }

    fn invoice(&self, key: &InvoiceKey) -> Result<Option<InvoiceDetail>, StoreError> {
        self.inner.invoice(key)
    }

    fn detail(&self, id: InvoiceId) -> Result<Option<InvoiceDetail>, StoreError> {
        self.inner.detail(id)
    }

    fn timeline(&self, id: InvoiceId) -> Result<Vec<OutcomeRow>, StoreError> {
        self.inner.timeline(id)
    }

    fn outcome(&self, arrival: u64) -> Result<Option<OutcomeRow>, StoreError> {
        self.inner.outcome(arrival)
    }

    fn outcome_counts(&self) -> Result<OutcomeCounts, StoreError> {
        self.inner.outcome_counts()
    }

    fn entities(&self) -> Result<Vec<Entity>, StoreError> {
        self.inner.entities()
    }
}
