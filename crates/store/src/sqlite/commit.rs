//! Writing to SQLite: arrivals, and the one transaction that appends.

use invoice::Digest;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params_from_iter};

use super::sums::{self, summed};
use super::{cause, int, rows, tiles, uint};
use crate::error::{ErrorKind, StoreError};
use crate::primary::{Arrival, Commit, HeadRef, NewArrival, NewEntry, Standing, UniqueKey};

pub(super) fn arrive(db: &mut Connection, arrivals: &[NewArrival]) -> rusqlite::Result<Vec<u64>> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "INSERT INTO arrival (name, digest, size, received_at, parent, waits_for, sum)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING seq";
    let numbers = {
        let mut statement = tx.prepare_cached(sql)?;
        let insert = |arrival: &NewArrival| {
            let row = params_from_iter(summed(values(arrival)));
            statement.query_row(row, |row| uint(row, 0))
        };
        arrivals
            .iter()
            .map(insert)
            .collect::<rusqlite::Result<Vec<_>>>()?
    };
    twin::step("arrival inserted");
    tx.commit()?;
    twin::step("arrival numbered");
    Ok(numbers)
}

/// What the sum of an arrival is over: all but its number, which only the insertion gives.
fn values(arrival: &NewArrival) -> Vec<Value> {
    let blob = |digest: Digest| Value::Blob(digest.0.to_vec());
    vec![
        Value::Text(arrival.name.clone()),
        blob(arrival.digest),
        Value::Integer(int(arrival.size)),
        Value::Integer(arrival.received_at),
        arrival.parent.map_or(Value::Null, blob),
        Value::Text(arrival.waits_for.clone()),
    ]
}

const PENDING: &str = "SELECT name, digest, size, received_at, parent, waits_for, sum, seq FROM arrival";

fn pending_row(row: &Row<'_>) -> rusqlite::Result<Arrival> {
    sums::check(row, 6)?;
    Ok(Arrival {
        number: uint(row, 7)?,
        arrival: NewArrival {
            name: row.get(0)?,
            digest: Digest(row.get(1)?),
            size: uint(row, 2)?,
            received_at: row.get(3)?,
            parent: row.get::<_, Option<[u8; 32]>>(4)?.map(Digest),
            waits_for: row.get(5)?,
        },
    })
}

pub(super) fn pending(db: &Connection) -> rusqlite::Result<Vec<Arrival>> {
    db.prepare_cached(&format!("{PENDING} ORDER BY seq"))?
        .query_map([], pending_row)?
        .collect()
}

/// Notes what a pending arrival waits for; answers whether it is pending.
///
/// This is the one outcome that is told to people without an entry, so no signed head vouches for it. A damaged
/// write-ahead log is cut off where the damage begins, and would take it along unseen: so it is moved into the database.
pub(super) fn set_waits_for(db: &mut Connection, arrival: u64, waits_for: &str) -> rusqlite::Result<bool> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known = tx
        .prepare_cached(&format!("{PENDING} WHERE seq = ?1"))?
        .query_row([int(arrival)], pending_row)
        .optional()?;
    let Some(Arrival { mut arrival, number }) = known else {
        return Ok(false);
    };
    arrival.waits_for = waits_for.to_owned();
    let mut row = summed(values(&arrival)).split_off(5);
    row.push(Value::Integer(int(number)));
    tx.prepare_cached("UPDATE arrival SET waits_for = ?1, sum = ?2 WHERE seq = ?3")?
        .execute(params_from_iter(row))?;
    tx.commit()?;
    if !twin::is_on("waiting_left_in_the_log") {
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(true)
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
    twin::step("head moved");
    for (index, entry) in (commit.expected.size..).zip(&commit.entries) {
        append(&tx, index, entry)?;
    }
    twin::step("entries inserted");
    tiles::put(&tx, &commit.tiles).map_err(failed)?;
    twin::step("tiles written");
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
    twin::step("arrivals settled");
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
