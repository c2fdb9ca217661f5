//! The engine in memory: for tests, and for work on scratch copies. Files are named as in `sqlite/`, nothing is shared.
//!
//! It is also the plainest statement of what the other engine must do.

mod commit;
mod find;
mod rows;
mod tiles;

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use invoice::{Digest, Entity, InvoiceKey};
use ledger::{Hash, Salt};

use crate::primary::{
    Arrival, Commit, Conservation, Head, NewArrival, Standing, StoredEntry, StoredPayload, UniqueKey,
};
use crate::rows::{InvoiceDetail, InvoiceId, OutcomeCounts, OutcomeRow, RowChange};
use crate::{Find, Found, Store, StoreError};

/// A store that is gone when it is dropped.
#[derive(Default)]
pub struct MemoryStore(RwLock<State>);

#[derive(Default)]
struct State {
    head: Option<Head>,
    entries: Vec<(Vec<u8>, Hash)>,
    payloads: BTreeMap<u64, (Vec<u8>, Salt)>,
    tiles: BTreeMap<(u8, u64), Vec<u8>>,
    unique_keys: BTreeMap<UniqueKey, u64>,
    last_arrival: u64,
    arrivals: BTreeMap<u64, NewArrival>,
    rows: Rows,
}

#[derive(Default)]
struct Rows {
    size: u64,
    invoices: BTreeMap<InvoiceId, InvoiceDetail>,
    aliases: BTreeMap<InvoiceKey, InvoiceId>,
    outcomes: BTreeMap<u64, OutcomeRow>,
    /// Arrivals by original, so that a timeline does not look at every outcome there is.
    arrivals_of: BTreeMap<Digest, Vec<u64>>,
    entities: Vec<Entity>,
}

impl MemoryStore {
    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn head(&self) -> Result<Option<Head>, StoreError> {
        Ok(self.state().head.clone())
    }

    fn entry(&self, index: u64) -> Result<Option<StoredEntry>, StoreError> {
        Ok(self.entries(index, 1)?.pop())
    }

    fn entries(&self, from: u64, limit: usize) -> Result<Vec<StoredEntry>, StoreError> {
        let stored = |(index, (bytes, leaf)): (u64, &(Vec<u8>, Hash))| StoredEntry {
            index,
            bytes: bytes.clone(),
            leaf_hash: *leaf,
        };
        let start = usize::try_from(from).unwrap_or(usize::MAX);
        Ok((from..)
            .zip(self.state().entries.iter().skip(start).take(limit))
            .map(stored)
            .collect())
    }

    fn payload(&self, index: u64) -> Result<Option<StoredPayload>, StoreError> {
        let state = self.state();
        let Some((compressed, salt)) = state.payloads.get(&index) else {
            return Ok(None);
        };
        let payload = crate::primary::decompress(index, compressed)?;
        Ok(Some(StoredPayload {
            payload,
            salt: salt.clone(),
        }))
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(tiles::tile(&self.state(), level, index))
    }

    fn first_entry(&self, key: &UniqueKey) -> Result<Option<u64>, StoreError> {
        Ok(self.state().unique_keys.get(key).copied())
    }

    fn arrive(&self, arrivals: &[NewArrival]) -> Result<Vec<u64>, StoreError> {
        Ok(commit::arrive(&mut self.state_mut(), arrivals))
    }

    fn pending(&self) -> Result<Vec<Arrival>, StoreError> {
        let pending = |(number, arrival): (&u64, &NewArrival)| Arrival {
            number: *number,
            arrival: arrival.clone(),
        };
        Ok(self.state().arrivals.iter().map(pending).collect())
    }

    fn is_pending(&self, arrival: u64) -> Result<bool, StoreError> {
        Ok(self.state().arrivals.contains_key(&arrival))
    }

    fn standing(&self, keys: &[&UniqueKey], arrivals: &[u64]) -> Result<Standing, StoreError> {
        let state = self.state();
        let taken = |key: &&UniqueKey| state.unique_keys.get(*key).map(|first| ((*key).clone(), *first));
        Ok(Standing {
            taken: keys.iter().filter_map(taken).collect(),
            pending: arrivals
                .iter()
                .copied()
                .filter(|arrival| state.arrivals.contains_key(arrival))
                .collect(),
        })
    }

    fn set_waits_for(&self, arrival: u64, waits_for: &str) -> Result<(), StoreError> {
        let mut state = self.state_mut();
        let known = state
            .arrivals
            .get_mut(&arrival)
            .ok_or(StoreError::NotPending(arrival))?;
        waits_for.clone_into(&mut known.waits_for);
        Ok(())
    }

    fn has_member(&self, parent: &Digest, digest: &Digest, name: &str) -> Result<bool, StoreError> {
        let state = self.state();
        let mut outcomes = state.rows.outcomes.values();
        let is_settled = outcomes.any(|o| o.parent == Some(*parent) && o.digest == *digest && o.name == name);
        let mut arrivals = state.arrivals.values();
        let is_pending = arrivals.any(|a| a.parent == Some(*parent) && a.digest == *digest && a.name == name);
        Ok(is_settled || is_pending)
    }

    fn conservation(&self) -> Result<Conservation, StoreError> {
        Ok(rows::conservation(&self.state()))
    }

    fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        commit::commit(&mut self.state_mut(), commit)
    }

    fn rows_size(&self) -> Result<u64, StoreError> {
        Ok(self.state().rows.size)
    }

    fn drop_rows(&self) -> Result<(), StoreError> {
        self.state_mut().rows = Rows::default();
        Ok(())
    }

    fn apply_rows(&self, from: u64, changes: &[Vec<RowChange>]) -> Result<(), StoreError> {
        let rows = &mut self.state_mut().rows;
        rows::advance(rows, from, changes.len() as u64)?;
        changes.iter().for_each(|changes| rows::apply(rows, changes));
        Ok(())
    }

    fn find(&self, find: &Find) -> Result<Found, StoreError> {
        Ok(find::find(&self.state().rows, find))
    }

    fn invoice(&self, key: &InvoiceKey) -> Result<Option<InvoiceDetail>, StoreError> {
        let state = self.state();
        let id = state.rows.aliases.get(key);
        Ok(id.and_then(|id| state.rows.invoices.get(id)).cloned())
    }

    fn detail(&self, id: InvoiceId) -> Result<Option<InvoiceDetail>, StoreError> {
        Ok(self.state().rows.invoices.get(&id).cloned())
    }

    fn timeline(&self, id: InvoiceId) -> Result<Vec<OutcomeRow>, StoreError> {
        Ok(find::timeline(&self.state().rows, id))
    }

    fn outcome(&self, arrival: u64) -> Result<Option<OutcomeRow>, StoreError> {
        Ok(self.state().rows.outcomes.get(&arrival).cloned())
    }

    fn outcome_counts(&self) -> Result<OutcomeCounts, StoreError> {
        Ok(rows::counts(&self.state().rows))
    }

    fn entities(&self) -> Result<Vec<Entity>, StoreError> {
        Ok(self.state().rows.entities.clone())
    }
}
