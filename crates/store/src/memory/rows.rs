//! Rows in memory.

use invoice::Entity;

use super::{Rows, State};
use crate::StoreError;
use crate::primary::Conservation;
use crate::rows::{InvoiceDetail, InvoiceRecord, OutcomeCounts, OutcomeKind, RenditionRow, RowChange};

pub(super) fn advance(rows: &mut Rows, from: u64, count: u64) -> Result<(), StoreError> {
    if rows.size != from {
        return Err(StoreError::RowsBehind {
            expected: from,
            found: rows.size,
        });
    }
    rows.size += count;
    Ok(())
}

pub(super) fn apply(rows: &mut Rows, changes: &[RowChange]) {
    for change in changes {
        match change {
            RowChange::Invoice(record, rendition) => put_invoice(rows, record, rendition),
            RowChange::Outcome(outcome) => {
                rows.arrivals_of
                    .entry(outcome.digest)
                    .or_default()
                    .push(outcome.arrival);
                rows.outcomes.insert(outcome.arrival, outcome.clone());
            }
            RowChange::Entity(entity) => put_entity(rows, entity),
        }
    }
}

fn put_entity(rows: &mut Rows, entity: &Entity) {
    match rows
        .entities
        .iter_mut()
        .find(|known| known.tax_id == entity.tax_id)
    {
        Some(known) => known.names.clone_from(&entity.names),
        None => rows.entities.push(entity.clone()),
    }
}

fn put_invoice(rows: &mut Rows, record: &InvoiceRecord, rendition: &RenditionRow) {
    let known = record
        .keys
        .iter()
        .filter_map(|key| rows.aliases.get(key))
        .min()
        .copied();
    let id = known.unwrap_or(record.row.id);
    let detail = match rows.invoices.remove(&id) {
        None => InvoiceDetail {
            record: record.clone(),
            renditions: vec![rendition.clone()],
        },
        Some(mut known) => {
            known.record = known.record.join(record.clone());
            known.renditions.push(rendition.clone());
            known
        }
    };
    let mut detail = detail;
    // A key that already points to another, older invoice keeps pointing there.
    detail
        .record
        .keys
        .retain(|key| *rows.aliases.entry(key.clone()).or_insert(id) == id);
    rows.invoices.insert(id, detail);
}

pub(super) fn counts(rows: &Rows) -> OutcomeCounts {
    let count = |kind: OutcomeKind| {
        rows.outcomes
            .values()
            .filter(|outcome| outcome.kind == kind)
            .count() as u64
    };
    OutcomeCounts {
        stored: count(OutcomeKind::Stored),
        duplicate: count(OutcomeKind::Duplicate),
        rejected: count(OutcomeKind::Rejected),
        invoices: rows.invoices.len() as u64,
    }
}

pub(super) fn conservation(state: &State) -> Conservation {
    let OutcomeCounts {
        stored,
        duplicate,
        rejected,
        ..
    } = counts(&state.rows);
    let pending: Vec<u64> = state.arrivals.keys().copied().collect();
    let mut account = Conservation {
        received: state.last_arrival,
        stored,
        duplicate,
        rejected,
        pending: pending.len() as u64,
        ..Conservation::default()
    };
    account.compare(state.rows.outcomes.keys().copied(), &pending);
    account
}
