//! Rows in SQLite: applying changes, dropping, counting.

use invoice::{Cents, Digest, Entity, InvoiceKey};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params_from_iter};

use super::sums::summed;
use super::{cause, find, int, uint};
use crate::error::StoreError;
use crate::find::Cursor;
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
    let sql = "INSERT INTO outcome (arrival, kind, idx, digest, name, parent, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let values = vec![
        Value::Integer(int(row.arrival)),
        text(row.kind.as_str()),
        Value::Integer(int(row.index)),
        blob(&row.digest),
        text(&row.name),
        row.parent.as_ref().map_or(Value::Null, blob),
    ];
    put(tx, sql, values).map(drop)
}

fn put_entity(tx: &Transaction<'_>, entity: &Entity) -> rusqlite::Result<()> {
    let known = tx
        .prepare_cached("SELECT nth FROM entity WHERE tax_id = ?1")?
        .query_row([&entity.tax_id], |row| uint(row, 0))
        .optional()?;
    let nth = match known {
        Some(nth) => nth,
        None => tx
            .prepare_cached("SELECT count(*) FROM entity")?
            .query_row([], |row| uint(row, 0))?,
    };
    let sql = "INSERT INTO entity (tax_id, nth, names, sum) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (tax_id) DO UPDATE SET names = excluded.names, sum = excluded.sum";
    // Names hold no line breaks: they are canonical or a single typed line.
    let values = vec![
        text(&entity.tax_id),
        Value::Integer(int(nth)),
        Value::Text(entity.names.join("\n")),
    ];
    put(tx, sql, values).map(drop)
}

/// Writes a row with its sum; answers how many rows that changed.
fn put(tx: &Transaction<'_>, sql: &str, values: Vec<Value>) -> rusqlite::Result<usize> {
    tx.prepare_cached(sql)?.execute(params_from_iter(summed(values)))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn blob(digest: &Digest) -> Value {
    Value::Blob(digest.0.to_vec())
}

fn optional_text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, self::text)
}

fn optional_cents(cents: Option<Cents>) -> Value {
    cents.map_or(Value::Null, |cents| Value::Integer(cents.0))
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
    let before = known.row.clone();
    let joined = known.join(record.clone());
    for table in ["alias", "fault", "line"] {
        tx.prepare_cached(&format!("DELETE FROM {table} WHERE invoice_id = ?1"))?
            .execute([int(id.0)])?;
    }
    tx.prepare_cached("DELETE FROM invoice_text WHERE rowid = ?1")?
        .execute([Cursor::of(&before).list_order()])?;
    write_row(tx, &joined)?;
    write_parts(tx, &joined)?;
    put_rendition(tx, id, rendition)
}

/// The invoice that has one of these keys; the first recorded, should they point to several.
fn known_id(tx: &Transaction<'_>, keys: &[InvoiceKey]) -> rusqlite::Result<Option<InvoiceId>> {
    let mut found = None;
    for key in keys {
        let id = find::known_as(tx, key)?;
        found = match (found, id) {
            (Some(one), Some(other)) => Some(std::cmp::min::<InvoiceId>(one, other)),
            (one, other) => one.or(other),
        };
    }
    Ok(found)
}

fn write_row(tx: &Transaction<'_>, record: &InvoiceRecord) -> rusqlite::Result<()> {
    let sql = "INSERT INTO invoice (id, key, code, number, kind, date, seller_name, seller_tax_id, buyer_name,
            buyer_tax_id, amount, tax, total, total_negated, red_letter, first_index, recorded_at, format, renditions,
            fault_count, worst, fault_codes, sum)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, date = excluded.date,
            seller_name = excluded.seller_name, seller_tax_id = excluded.seller_tax_id,
            buyer_name = excluded.buyer_name, buyer_tax_id = excluded.buyer_tax_id, amount = excluded.amount,
            tax = excluded.tax, total = excluded.total, total_negated = excluded.total_negated,
            red_letter = excluded.red_letter, format = excluded.format, renditions = excluded.renditions,
            fault_count = excluded.fault_count, worst = excluded.worst, fault_codes = excluded.fault_codes,
            sum = excluded.sum";
    let row = &record.row;
    let negated = row.total.and_then(|total| total.0.checked_neg());
    let values = vec![
        Value::Integer(int(row.id.0)),
        text(&row.key.0),
        optional_text(row.code.as_deref()),
        text(&row.number),
        optional_text(row.kind.map(invoice::InvoiceKind::code)),
        Value::Text(row.date.map(|date| date.to_string()).unwrap_or_default()),
        optional_text(row.seller_name.as_deref()),
        optional_text(row.seller_tax_id.as_deref()),
        optional_text(row.buyer_name.as_deref()),
        optional_text(row.buyer_tax_id.as_deref()),
        optional_cents(row.amount),
        optional_cents(row.tax),
        optional_cents(row.total),
        negated.map_or(Value::Null, Value::Integer),
        Value::Integer(i64::from(row.red_letter)),
        Value::Integer(int(row.first_index)),
        Value::Integer(row.recorded_at),
        text(row.format.as_str()),
        Value::Integer(i64::from(row.renditions)),
        Value::Integer(i64::from(row.fault_count)),
        optional_text(row.worst.map(find::severity_word)),
        Value::Text(row.fault_codes.join(" ")),
    ];
    put(tx, sql, values).map(drop)
}

/// Writes what hangs on an invoice's row: keys, faults, lines and searched text. None of it is there yet.
fn write_parts(tx: &Transaction<'_>, record: &InvoiceRecord) -> rusqlite::Result<()> {
    let id = int(record.row.id.0);
    // A key that already points to another, older invoice keeps pointing there.
    let sql = "INSERT OR IGNORE INTO alias (key, nth, invoice_id, sum) VALUES (?1, ?2, ?3, ?4)";
    let mut record = record.clone();
    let mut kept = Vec::with_capacity(record.keys.len());
    for (nth, key) in (0i64..).zip(record.keys.drain(..)) {
        if put(
            tx,
            sql,
            vec![text(&key.0), Value::Integer(nth), Value::Integer(id)],
        )? == 1
        {
            kept.push(key);
        }
    }
    // Searched are the keys it has, so that the search text can be told from the rows alone.
    record.keys = kept;
    let sql = "INSERT INTO fault (code, invoice_id, path, severity, sum) VALUES (?1, ?2, ?3, ?4, ?5)";
    for row in &record.faults {
        let severity = text(find::severity_word(row.severity));
        put(
            tx,
            sql,
            vec![text(&row.code), Value::Integer(id), text(&row.path), severity],
        )?;
    }
    let sql = "INSERT INTO line (invoice_id, no, name, amount, tax, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    for (no, row) in (1i64..).zip(&record.lines) {
        let (amount, tax) = (optional_cents(row.amount), optional_cents(row.tax));
        put(
            tx,
            sql,
            vec![
                Value::Integer(id),
                Value::Integer(no),
                text(&row.name),
                amount,
                tax,
            ],
        )?;
    }
    let [names, items, numbers] = record
        .searched()
        .map(|texts| texts.iter().map(|text| grams(text)).collect::<String>());
    let sql = "INSERT INTO invoice_text (rowid, names, items, numbers) VALUES (?1, ?2, ?3, ?4)";
    let rowid = Cursor::of(&record.row).list_order();
    tx.prepare_cached(sql)?.execute((rowid, names, items, numbers))?;
    Ok(())
}

fn put_rendition(tx: &Transaction<'_>, id: InvoiceId, row: &RenditionRow) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO rendition (invoice_id, idx, place, digest, format, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = vec![
        Value::Integer(int(id.0)),
        Value::Integer(int(row.index)),
        Value::Integer(i64::from(row.place)),
        blob(&row.digest),
        text(row.format.as_str()),
    ];
    put(tx, sql, values).map(drop)
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
