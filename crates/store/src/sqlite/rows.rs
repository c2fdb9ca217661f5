//! Rows in SQLite: applying changes, dropping, counting.

use invoice::{Entity, InvoiceKey};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{cause, find, int, uint};
use crate::error::StoreError;
use crate::grams::grams;
use crate::primary::Conservation;
use crate::rows::{
    InvoiceId, InvoiceRecord, OutcomeCounts, OutcomeKind, OutcomeRow, RenditionRow, RowChange,
};

pub(super) fn size(db: &Connection) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT size FROM rows_head")?
        .query_row([], |row| uint(row, 0))
}

/// Moves the mark of how many entries the rows reflect; it must stand at `from`.
pub(super) fn advance(tx: &Transaction<'_>, from: u64, count: u64) -> Result<(), StoreError> {
    let failed = |error| StoreError::Rebuild(cause(error));
    let sql = "UPDATE rows_head SET size = size + ?2 WHERE size = ?1";
    let moved = tx
        .prepare_cached(sql)
        .and_then(|mut s| s.execute((int(from), int(count))))
        .map_err(failed)?;
    if moved == 1 {
        return Ok(());
    }
    Err(StoreError::RowsBehind {
        expected: from,
        found: size(tx).map_err(failed)?,
    })
}

pub(super) fn apply_from(
    db: &mut Connection,
    from: u64,
    changes: &[Vec<RowChange>],
) -> Result<(), StoreError> {
    let failed = |error| StoreError::Rebuild(cause(error));
    let tx = db
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    advance(&tx, from, changes.len() as u64)?;
    for changes in changes {
        apply(&tx, changes).map_err(failed)?;
    }
    tx.commit().map_err(failed)
}

pub(super) fn drop_all(db: &mut Connection) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "DELETE FROM alias; DELETE FROM rendition; DELETE FROM fault; DELETE FROM line; DELETE FROM outcome;
        DELETE FROM entity; DELETE FROM invoice;
        INSERT INTO invoice_text (invoice_text) VALUES ('delete-all');
        UPDATE rows_head SET size = 0;",
    )?;
    tx.commit()
}

pub(super) fn apply(tx: &Transaction<'_>, changes: &[RowChange]) -> rusqlite::Result<()> {
    for change in changes {
        match change {
            RowChange::Invoice(record, rendition) => put_invoice(tx, record, rendition)?,
            RowChange::Outcome(outcome) => put_outcome(tx, outcome)?,
            RowChange::Entity(entity) => put_entity(tx, entity)?,
        }
    }
    Ok(())
}

fn put_outcome(tx: &Transaction<'_>, row: &OutcomeRow) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO outcome (arrival, kind, idx, digest, name, parent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let parent = row.parent.map(|digest| digest.0);
    let values = (
        int(row.arrival),
        row.kind.as_str(),
        int(row.index),
        row.digest.0,
        &row.name,
        parent,
    );
    tx.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

fn put_entity(tx: &Transaction<'_>, entity: &Entity) -> rusqlite::Result<()> {
    let sql = "INSERT INTO entity (tax_id, nth, names) VALUES (?1, (SELECT count(*) FROM entity), ?2)
        ON CONFLICT (tax_id) DO UPDATE SET names = excluded.names";
    // Names hold no line breaks: they are canonical or a single typed line.
    tx.prepare_cached(sql)?
        .execute((&entity.tax_id, entity.names.join("\n")))?;
    Ok(())
}

/// A new invoice, or one more rendition of a known one: the engine looks up, the pure function joins.
fn put_invoice(
    tx: &Transaction<'_>,
    record: &InvoiceRecord,
    rendition: &RenditionRow,
) -> rusqlite::Result<()> {
    let Some(id) = known_id(tx, &record.keys)? else {
        write_row(tx, record)?;
        write_parts(tx, record)?;
        return put_rendition(tx, record.row.id, rendition);
    };
    let Some(known) = find::record(tx, id)? else {
        return Err(rusqlite::Error::QueryReturnedNoRows);
    };
    let joined = known.join(record.clone());
    for table in ["alias", "fault", "line"] {
        tx.prepare_cached(&format!("DELETE FROM {table} WHERE invoice_id = ?1"))?
            .execute([int(id.0)])?;
    }
    tx.prepare_cached("DELETE FROM invoice_text WHERE rowid = ?1")?
        .execute([int(id.0)])?;
    write_row(tx, &joined)?;
    write_parts(tx, &joined)?;
    put_rendition(tx, id, rendition)
}

/// The invoice that has one of these keys; the first recorded, should they point to several.
fn known_id(tx: &Transaction<'_>, keys: &[InvoiceKey]) -> rusqlite::Result<Option<InvoiceId>> {
    let mut statement = tx.prepare_cached("SELECT invoice_id FROM alias WHERE key = ?1")?;
    let mut found = None;
    for key in keys {
        let id = statement
            .query_row([&key.0], |row| uint(row, 0))
            .optional()?
            .map(InvoiceId);
        found = match (found, id) {
            (Some(one), Some(other)) => Some(std::cmp::min::<InvoiceId>(one, other)),
            (one, other) => one.or(other),
        };
    }
    Ok(found)
}

fn write_row(tx: &Transaction<'_>, record: &InvoiceRecord) -> rusqlite::Result<()> {
    let sql = "INSERT INTO invoice (id, key, code, number, kind, date, seller_name, seller_tax_id, buyer_name,
            buyer_tax_id, amount, tax, total, red_letter, first_index, recorded_at, format, renditions, fault_count,
            worst, fault_codes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, date = excluded.date,
            seller_name = excluded.seller_name, seller_tax_id = excluded.seller_tax_id,
            buyer_name = excluded.buyer_name, buyer_tax_id = excluded.buyer_tax_id, amount = excluded.amount,
            tax = excluded.tax, total = excluded.total, red_letter = excluded.red_letter, format = excluded.format,
            renditions = excluded.renditions, fault_count = excluded.fault_count, worst = excluded.worst,
            fault_codes = excluded.fault_codes";
    let row = &record.row;
    tx.prepare_cached(sql)?.execute(params![
        int(row.id.0),
        row.key.0,
        row.code,
        row.number,
        row.kind.map(invoice::InvoiceKind::code),
        row.date.map(|date| date.to_string()).unwrap_or_default(),
        row.seller_name,
        row.seller_tax_id,
        row.buyer_name,
        row.buyer_tax_id,
        row.amount.map(|cents| cents.0),
        row.tax.map(|cents| cents.0),
        row.total.map(|cents| cents.0),
        row.red_letter,
        int(row.first_index),
        row.recorded_at,
        row.format.as_str(),
        row.renditions,
        row.fault_count,
        row.worst.map(find::severity_word),
        row.fault_codes.join(" "),
    ])?;
    Ok(())
}

/// Writes what hangs on an invoice's row: keys, faults, lines and searched text. None of it is there yet.
fn write_parts(tx: &Transaction<'_>, record: &InvoiceRecord) -> rusqlite::Result<()> {
    let id = int(record.row.id.0);
    // A key that already points to another, older invoice keeps pointing there.
    let mut alias =
        tx.prepare_cached("INSERT OR IGNORE INTO alias (key, nth, invoice_id) VALUES (?1, ?2, ?3)")?;
    let mut record = record.clone();
    let mut kept = Vec::with_capacity(record.keys.len());
    for (nth, key) in record.keys.drain(..).enumerate() {
        if alias.execute((&key.0, int(nth as u64), id))? == 1 {
            kept.push(key);
        }
    }
    // Searched are the keys it has, so that the search text can be told from the rows alone.
    record.keys = kept;
    let sql = "INSERT INTO fault (invoice_id, code, path, severity) VALUES (?1, ?2, ?3, ?4)";
    let mut fault = tx.prepare_cached(sql)?;
    for row in &record.faults {
        fault.execute((id, &row.code, &row.path, find::severity_word(row.severity)))?;
    }
    let sql = "INSERT INTO line (invoice_id, no, name, amount, tax) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut line = tx.prepare_cached(sql)?;
    for (no, row) in (1i64..).zip(&record.lines) {
        line.execute((id, no, &row.name, row.amount.map(|c| c.0), row.tax.map(|c| c.0)))?;
    }
    let [names, items, numbers] = record
        .searched()
        .map(|texts| texts.iter().map(|text| grams(text)).collect::<String>());
    let sql = "INSERT INTO invoice_text (rowid, names, items, numbers) VALUES (?1, ?2, ?3, ?4)";
    tx.prepare_cached(sql)?.execute((id, names, items, numbers))?;
    Ok(())
}

fn put_rendition(tx: &Transaction<'_>, id: InvoiceId, row: &RenditionRow) -> rusqlite::Result<()> {
    let sql = "INSERT INTO rendition (invoice_id, idx, place, digest, format) VALUES (?1, ?2, ?3, ?4, ?5)";
    let values = (
        int(id.0),
        int(row.index),
        row.place,
        row.digest.0,
        row.format.as_str(),
    );
    tx.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

pub(super) fn counts(db: &Connection) -> rusqlite::Result<OutcomeCounts> {
    let sql = "SELECT kind, count(*) FROM outcome GROUP BY kind";
    let mut counts = OutcomeCounts::default();
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let count = uint(row, 1)?;
        match super::word(row, 0, OutcomeKind::parse)? {
            OutcomeKind::Stored => counts.stored = count,
            OutcomeKind::Duplicate => counts.duplicate = count,
            OutcomeKind::Rejected => counts.rejected = count,
        }
    }
    let mut statement = db.prepare_cached("SELECT count(*) FROM invoice")?;
    counts.invoices = statement.query_row([], |row| uint(row, 0))?;
    Ok(counts)
}

pub(super) fn conservation(db: &Connection) -> rusqlite::Result<Conservation> {
    let OutcomeCounts {
        stored,
        duplicate,
        rejected,
        ..
    } = counts(db)?;
    let mut statement = db.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'arrival'")?;
    let received = statement
        .query_row([], |row| uint(row, 0))
        .optional()?
        .unwrap_or(0);
    let mut statement = db.prepare_cached("SELECT seq FROM arrival ORDER BY seq")?;
    let pending: Vec<u64> = statement
        .query_map([], |row| uint(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut statement = db.prepare_cached("SELECT arrival FROM outcome ORDER BY arrival")?;
    let mut settled = statement.query_map([], |row| uint(row, 0))?;
    let mut account = Conservation {
        received,
        stored,
        duplicate,
        rejected,
        pending: pending.len() as u64,
        ..Conservation::default()
    };
    // Streamed: there may be millions. The first row that cannot be read ends the comparison and is the error.
    let mut failure = None;
    let numbers = std::iter::from_fn(|| match settled.next()? {
        Ok(number) => Some(number),
        Err(error) => {
            failure = Some(error);
            None
        }
    });
    account.compare(numbers, &pending);
    failure.map_or(Ok(account), Err)
}
