//! Projecting (投影): an entry and its fact become row changes.
//!
//! The function is pure, and both a commit and a rebuild go through it: so rows rebuilt from the ledger are the rows that
//! were there. A fact of an unknown kind changes nothing.

use invoice::{FieldName, InvoiceReading, Verdict};
use ledger::Entry;
use ledger::fact::{Fact, v1};

use crate::limits::{LINE_ROWS_MAX, REBUILD_STEP};
use crate::rows::{
    FaultRow, InvoiceId, InvoiceRecord, InvoiceRow, LineRow, OutcomeKind, OutcomeRow, RenditionRow, RowChange,
};
use crate::{Store, StoreError};

/// What the entry at `index` changes in the rows.
pub fn project(index: u64, entry: &Entry, fact: &Fact) -> Vec<RowChange> {
    match fact {
        Fact::EntityDeclared(entity) => vec![RowChange::Entity(entity.clone())],
        Fact::OriginalStored(fact) => project_stored(index, entry, fact),
        Fact::DuplicateArrived(fact) => vec![RowChange::Outcome(OutcomeRow {
            arrival: fact.arrival,
            kind: OutcomeKind::Duplicate,
            index,
            digest: fact.digest,
            name: fact.name.clone(),
            parent: fact.parent,
        })],
        Fact::OriginalRejected(fact) => vec![RowChange::Outcome(OutcomeRow {
            arrival: fact.arrival,
            kind: OutcomeKind::Rejected,
            index,
            digest: fact.digest,
            name: fact.name.clone(),
            parent: fact.parent,
        })],
        Fact::EpochOpened(_) | Fact::ContainerOpened(_) | Fact::Unknown { .. } => Vec::new(),
    }
}

fn project_stored(index: u64, entry: &Entry, fact: &v1::OriginalStored) -> Vec<RowChange> {
    let outcome = OutcomeRow {
        arrival: fact.arrival,
        kind: OutcomeKind::Stored,
        index,
        digest: fact.digest,
        name: fact.name.clone(),
        parent: fact.parent,
    };
    let invoices = (0..=u16::MAX)
        .zip(&fact.reading.invoices)
        .filter_map(|(place, reading)| {
            let record = record_of(
                InvoiceId::new(index, place),
                entry,
                fact,
                usize::from(place),
                reading,
            )?;
            let format = fact.reading.format;
            Some(RowChange::Invoice(
                Box::new(record),
                RenditionRow {
                    index,
                    place,
                    digest: fact.digest,
                    format,
                },
            ))
        });
    std::iter::once(RowChange::Outcome(outcome))
        .chain(invoices)
        .collect()
}

/// The record of one invoice; `None` if nothing identifies it.
fn record_of(
    id: InvoiceId,
    entry: &Entry,
    fact: &v1::OriginalStored,
    place: usize,
    reading: &InvoiceReading,
) -> Option<InvoiceRecord> {
    let number = reading.number()?;
    let text = |name: FieldName| reading.fields.value(name).map(str::to_owned);
    let key = number.key();
    let row = InvoiceRow {
        id,
        key: key.clone(),
        code: number.code().map(|code| code.as_str().to_owned()),
        number: number.number().to_owned(),
        kind: reading.kind(),
        date: reading.date(),
        seller_name: text(FieldName::SellerName),
        seller_tax_id: text(FieldName::SellerTaxId),
        buyer_name: text(FieldName::BuyerName),
        buyer_tax_id: text(FieldName::BuyerTaxId),
        amount: reading.amount(),
        tax: reading.tax(),
        total: reading.total(),
        red_letter: reading.is_red_letter(),
        first_index: id.0 >> 16,
        recorded_at: entry.time_received,
        format: fact.reading.format,
        renditions: 1,
        fault_count: 0,
        worst: None,
        fault_codes: Vec::new(),
    };
    let mut keys = vec![key];
    keys.extend(reading.alias_keys().into_iter().filter(|alias| *alias != row.key));
    let lines = reading
        .lines()
        .map(|set| set.lines.as_slice())
        .unwrap_or_default();
    let lines = lines.iter().take(LINE_ROWS_MAX).map(|line| LineRow {
        name: line.name.clone(),
        amount: line.amount,
        tax: line.tax,
    });
    let record = InvoiceRecord {
        row,
        keys,
        faults: faults_of(&fact.verdict, place),
        lines: lines.collect(),
    };
    Some(record.counted())
}

/// An invoice's own faults and those of the file it came in.
fn faults_of(verdict: &Verdict, place: usize) -> Vec<FaultRow> {
    let own = verdict.invoices.get(place).into_iter().flatten();
    own.chain(&verdict.file)
        .map(|fault| FaultRow {
            code: fault.code.clone(),
            path: fault.path.clone(),
            severity: fault.severity,
        })
        .collect()
}

/// Drops all rows and rebuilds them from the entries; gives the number of entries. Interrupted, [`catch_up`] goes on.
///
/// # Errors
/// The store cannot be read or written, or an entry or payload is damaged.
pub fn rebuild(store: &dyn Store) -> Result<u64, StoreError> {
    store.drop_rows()?;
    catch_up(store)
}

/// Applies the entries that the rows do not reflect yet; gives how many. Part of every opening.
///
/// # Errors
/// As [`rebuild`].
pub fn catch_up(store: &dyn Store) -> Result<u64, StoreError> {
    let size = store.head()?.map_or(0, |head| head.size);
    let start = store.rows_size()?;
    let mut from = start;
    while from < size {
        let entries = store.entries(from, REBUILD_STEP)?;
        let changes = entries
            .iter()
            .map(|stored| project_stored_entry(store, stored))
            .collect::<Result<Vec<_>, _>>()?;
        if changes.is_empty() {
            return Err(StoreError::damaged(format!("entry {from}")));
        }
        store.apply_rows(from, &changes)?;
        from += changes.len() as u64;
    }
    Ok(from.saturating_sub(start))
}

fn project_stored_entry(
    store: &dyn Store,
    stored: &crate::StoredEntry,
) -> Result<Vec<RowChange>, StoreError> {
    let index = stored.index;
    let entry = Entry::decode(&stored.bytes)
        .map_err(|error| StoreError::damaged_because(format!("entry {index}"), error))?;
    let Some(payload) = store.payload(index)? else {
        return Err(StoreError::damaged(format!("payload of entry {index}")));
    };
    // Rows are made of nothing that was not committed to: a rebuild must not launder an altered payload.
    let is_committed = Entry::leaf_hash(&stored.bytes) == stored.leaf_hash
        && entry.commitment.opens_to(&payload.salt, &payload.payload);
    if !is_committed && !twin::is_on("rows_made_of_anything") {
        return Err(StoreError::damaged(format!("payload of entry {index}")));
    }
    let fact = Fact::decode(&entry.fact_kind, entry.fact_version, &payload.payload)
        .map_err(|error| StoreError::damaged_because(format!("payload of entry {index}"), error))?;
    Ok(project(index, &entry, &fact))
}
