//! Writing to memory. Everything is checked before anything is changed: that is the transaction.

use super::{State, rows, tiles};
use crate::StoreError;
use crate::error::{Cause, ErrorKind};
use crate::primary::{Commit, HeadRef, NewArrival};
use crate::rows::RowChange;

pub(super) fn arrive(state: &mut State, arrivals: &[NewArrival]) -> Vec<u64> {
    let number = |arrival: &NewArrival| {
        state.last_arrival += 1;
        state.arrivals.insert(state.last_arrival, arrival.clone());
        state.last_arrival
    };
    arrivals.iter().map(number).collect()
}

pub(super) fn commit(state: &mut State, commit: &Commit) -> Result<(), StoreError> {
    check(state, commit)?;
    rows::advance(&mut state.rows, commit.expected.size, commit.entries.len() as u64)?;
    for (index, entry) in (commit.expected.size..).zip(&commit.entries) {
        state.entries.push((entry.bytes.clone(), entry.leaf_hash));
        state
            .payloads
            .insert(index, (entry.payload.clone(), entry.salt.clone()));
        state
            .unique_keys
            .extend(entry.unique_keys.iter().map(|key| (key.clone(), index)));
        rows::apply(&mut state.rows, &entry.rows);
    }
    tiles::put(state, &commit.tiles);
    for arrival in &commit.settles {
        state.arrivals.remove(arrival);
    }
    state.head = Some(commit.head.clone());
    Ok(())
}

fn check(state: &State, commit: &Commit) -> Result<(), StoreError> {
    let is_expected = match &state.head {
        None => commit.expected.size == 0,
        Some(head) => {
            head.to_ref() == commit.expected
                && commit.expected
                    != HeadRef {
                        size: 0,
                        ..commit.expected
                    }
        }
    };
    if !is_expected {
        return Err(StoreError::Fenced {
            expected: commit.expected,
        });
    }
    let mut keys = std::collections::BTreeSet::new();
    for key in commit.entries.iter().flat_map(|entry| &entry.unique_keys) {
        if state.unique_keys.contains_key(key) || !keys.insert(key) {
            return Err(StoreError::KeyTaken {
                key: key.as_str().to_owned(),
            });
        }
    }
    let mut settled = std::collections::BTreeSet::new();
    for arrival in &commit.settles {
        if !state.arrivals.contains_key(arrival) || !settled.insert(arrival) {
            return Err(StoreError::NotPending(*arrival));
        }
    }
    let mut outcomes = std::collections::BTreeSet::new();
    for change in commit.entries.iter().flat_map(|entry| &entry.rows) {
        if let RowChange::Outcome(outcome) = change
            && (state.rows.outcomes.contains_key(&outcome.arrival) || !outcomes.insert(outcome.arrival))
        {
            let why = format!("arrival {} has an outcome already", outcome.arrival);
            return Err(StoreError::Commit(Cause::new(ErrorKind::Conflict, why)));
        }
    }
    Ok(())
}
