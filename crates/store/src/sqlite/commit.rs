//! Writing to SQLite: arrivals, and the one transaction that appends.

use invoice::Digest;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior};

use super::{cause, int, rows, tiles, uint};
use crate::error::{ErrorKind, StoreError};
use crate::primary::{Arrival, Commit, HeadRef, NewArrival, NewEntry, Standing, UniqueKey};

pub(super) fn arrive(db: &mut Connection, arrivals: &[NewArrival]) -> rusqlite::Result<Vec<u64>> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "INSERT INTO arrival (name, digest, size, received_at, parent, waits_for)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING seq";
    let numbers = {
        let mut statement = tx.prepare_cached(sql)?;
        let insert = |arrival: &NewArrival| {
            let parent = arrival.parent.map(|digest| digest.0);
            let row = (
                &arrival.name,
                arrival.digest.0,
                int(arrival.size),
                arrival.received_at,
                parent,
                &arrival.waits_for,
            );
            statement.query_row(row, |row| uint(row, 0))
        };
        arrivals
            .iter()
            .map(insert)
            .collect::<rusqlite::Result<Vec<_>>>()?
    };
    tx.commit()?;
    Ok(numbers)
}

pub(super) fn pending(db: &Connection) -> rusqlite::Result<Vec<Arrival>> {
    let sql = "SELECT seq, name, digest, size, received_at, parent, waits_for FROM arrival ORDER BY seq";
    let arrival = |row: &Row<'_>| {
        Ok(Arrival {
            number: uint(row, 0)?,
            arrival: NewArrival {
                name: row.get(1)?,
                digest: Digest(row.get(2)?),
                size: uint(row, 3)?,
                received_at: row.get(4)?,
                parent: row.get::<_, Option<[u8; 32]>>(5)?.map(Digest),
                waits_for: row.get(6)?,
            },
        })
    };
    db.prepare_cached(sql)?.query_map([], arrival)?.collect()
}

/// One snapshot for all of them.
pub(super) fn standing(
    db: &mut Connection,
    keys: &[&UniqueKey],
    arrivals: &[u64],
) -> rusqlite::Result<Standing> {
    let tx = db.transaction()?;
    let mut standing = Standing::default();
    let mut taken = tx.prepare_cached("SELECT idx FROM unique_key WHERE key = ?1")?;
    for key in keys {
        if let Some(first) = taken.query_row([key.as_str()], |row| uint(row, 0)).optional()? {
            standing.taken.insert((*key).clone(), first);
        }
    }
    let mut pending = tx.prepare_cached("SELECT 1 FROM arrival WHERE seq = ?1")?;
    for arrival in arrivals {
        if pending.exists([int(*arrival)])? {
            standing.pending.insert(*arrival);
        }
    }
    Ok(standing)
}

/// The transaction. A crash anywhere before the last line leaves nothing of it; after it, all.
pub(super) fn commit(db: &mut Connection, commit: &Commit) -> Result<(), StoreError> {
    let failed = |error| StoreError::Commit(cause(error));
    // Immediate: the write lock is taken before the head is looked at.
    let tx = db
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    if move_head(&tx, commit).map_err(failed)? == 0 {
        return Err(StoreError::Fenced {
            expected: commit.expected,
        });
    }
    for (index, entry) in (commit.expected.size..).zip(&commit.entries) {
        append(&tx, index, entry)?;
    }
    tiles::put(&tx, &commit.tiles).map_err(failed)?;
    for arrival in &commit.settles {
        let sql = "DELETE FROM arrival WHERE seq = ?1";
        let settled = tx
            .prepare_cached(sql)
            .and_then(|mut s| s.execute([int(*arrival)]))
            .map_err(failed)?;
        if settled == 0 {
            return Err(StoreError::NotPending(*arrival));
        }
    }
    rows::advance(&tx, commit.expected.size, commit.entries.len() as u64)?;
    tx.commit().map_err(failed)
}

/// Compare-and-swap: moves the head only if it is the expected one, and gives the number of rows changed.
fn move_head(tx: &Transaction<'_>, commit: &Commit) -> rusqlite::Result<usize> {
    let head = &commit.head;
    let (epoch, size) = (int(head.epoch), int(head.size));
    let HeadRef {
        epoch: old_epoch,
        size: old_size,
    } = commit.expected;
    if old_size == 0 {
        let sql = "INSERT INTO head (id, epoch, size, root, checkpoint) VALUES (1, ?1, ?2, ?3, ?4)
            ON CONFLICT (id) DO NOTHING";
        return tx
            .prepare_cached(sql)?
            .execute((epoch, size, head.root.0, &head.checkpoint));
    }
    let sql =
        "UPDATE head SET epoch = ?1, size = ?2, root = ?3, checkpoint = ?4 WHERE epoch = ?5 AND size = ?6";
    let row = (
        epoch,
        size,
        head.root.0,
        &head.checkpoint,
        int(old_epoch),
        int(old_size),
    );
    tx.prepare_cached(sql)?.execute(row)
}

fn append(tx: &Transaction<'_>, index: u64, entry: &NewEntry) -> Result<(), StoreError> {
    let failed = |error| StoreError::Commit(cause(error));
    append_entry(tx, index, entry).map_err(failed)?;
    for key in &entry.unique_keys {
        let sql = "INSERT INTO unique_key (key, idx) VALUES (?1, ?2)";
        let taken = tx
            .prepare_cached(sql)
            .and_then(|mut s| s.execute((key.as_str(), int(index))))
            .map_err(cause);
        taken.map_err(|cause| match cause.kind {
            ErrorKind::Conflict => StoreError::KeyTaken {
                key: key.as_str().to_owned(),
            },
            _ => StoreError::Commit(cause),
        })?;
    }
    rows::apply(tx, &entry.rows).map_err(failed)
}

fn append_entry(tx: &Transaction<'_>, index: u64, entry: &NewEntry) -> rusqlite::Result<()> {
    let sql = "INSERT INTO entry (idx, bytes, leaf) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?
        .execute((int(index), &entry.bytes, entry.leaf_hash.0))?;
    let sql = "INSERT INTO payload (idx, bytes, salt) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?
        .execute((int(index), &entry.payload, entry.salt.0))?;
    Ok(())
}
