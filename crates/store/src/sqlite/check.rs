//! The database checked from the inside: what no reading of single rows would notice.
//!
//! A row too many, an index that is gone, a trigger that was added, search tokens that are not those of the invoice:
//! none of these shows in what the ledger says. Whoever verifies compares the rows themselves with the ledger; here is
//! the rest.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use rusqlite::Connection;

use super::{find, int, uint};
use crate::find::Cursor;
use crate::grams::grams;
use crate::irregular::{Irregular, Totals};
use crate::rows::InvoiceId;

/// Compares the schema with the one that this program makes: a trigger may undo what is written, a missing index lets
/// a number be given twice.
pub(super) fn schema(db: &Connection) -> rusqlite::Result<Vec<Irregular>> {
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(include_str!("schema.sql"))?;
    let (mut have, want) = (parts(db)?, parts(&fresh)?);
    let mut found = Vec::new();
    for (name, sql) in want {
        if have.remove(&name) != Some(sql) && !twin::is_on("schema_not_compared") {
            found.push(Irregular::SchemaPart { name });
        }
    }
    if !twin::is_on("schema_not_compared") {
        found.extend(have.into_keys().map(|name| Irregular::SchemaStranger { name }));
    }
    Ok(found)
}

fn parts(db: &Connection) -> rusqlite::Result<BTreeMap<String, Option<String>>> {
    db.prepare("SELECT type || ' ' || name, sql FROM sqlite_schema")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// SQLite's own check of every page and index, and rows that hang on nothing.
pub(super) fn pages(db: &Connection) -> rusqlite::Result<Vec<Irregular>> {
    let mut found = Vec::new();
    let mut statement = db.prepare("PRAGMA integrity_check(100)")?;
    let mut lines = statement.query([])?;
    while let Some(row) = lines.next()? {
        let why: String = row.get(0)?;
        if why != "ok" {
            found.push(Irregular::Page { why });
        }
    }
    let mut orphans: BTreeMap<String, u64> = BTreeMap::new();
    let mut statement = db.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *orphans.entry(row.get(0)?).or_default() += 1;
    }
    let orphan = |(table, rows)| Irregular::Orphans { table, rows };
    found.extend(orphans.into_iter().map(orphan));
    Ok(found)
}

/// Counts what is there against what the ledger amounts to.
pub(super) fn totals(db: &Connection, wanted: Totals) -> rusqlite::Result<Vec<Irregular>> {
    let tables = [
        ("entry", wanted.entries),
        ("payload", wanted.payloads),
        ("tile", wanted.tiles),
        ("unique_key", wanted.unique_keys),
        ("invoice", wanted.invoices),
        ("alias", wanted.aliases),
        ("rendition", wanted.renditions),
        ("fault", wanted.faults),
        ("line", wanted.lines),
        ("outcome", wanted.outcomes),
    ];
    let mut found = Vec::new();
    for (table, should_be) in tables {
        let have = db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| uint(row, 0))?;
        if have != should_be && !twin::is_on("stray_rows_not_counted") {
            found.push(Irregular::Count {
                table,
                have,
                should_be,
            });
        }
    }
    let reflected: Option<i64> = db.query_row("SELECT max(size) FROM rows_head", [], |row| row.get(0))?;
    if reflected != Some(int(wanted.entries)) {
        found.push(Irregular::RowsMark {
            have: reflected.unwrap_or(0),
            should_be: wanted.entries,
        });
    }
    Ok(found)
}

/// Compares the search tokens with those of each invoice.
///
/// Every token is hashed with its place, and the hashes of an invoice are added up, so that the index can be walked in
/// its own order. The hash is keyed anew in each process: nobody can make other tokens add up to the same.
pub(super) fn search_text(db: &Connection) -> rusqlite::Result<Vec<Irregular>> {
    let keyed = RandomState::new();
    let mut sums: BTreeMap<i64, u64> = BTreeMap::new();
    // In the temporary database, which also a connection that only reads may write to.
    db.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_token USING fts5vocab(main, invoice_text, instance)",
    )?;
    let mut statement = db.prepare("SELECT doc, col, offset, term FROM temp.search_token")?;
    let mut tokens = statement.query([])?;
    while let Some(row) = tokens.next()? {
        let (column, offset) = (row.get_ref(1)?.as_str()?, row.get::<_, i64>(2)?);
        let hash = keyed.hash_one((column, offset, row.get_ref(3)?.as_str()?));
        let sum = sums.entry(row.get(0)?).or_default();
        *sum = sum.wrapping_add(hash);
    }
    let mut found = Vec::new();
    let mut statement = db.prepare("SELECT id, key FROM invoice ORDER BY id")?;
    let mut invoices = statement.query([])?;
    while let Some(row) = invoices.next()? {
        let (id, key): (u64, String) = (uint(row, 0)?, row.get(1)?);
        let record = match find::record(db, InvoiceId(id)) {
            // A row that does not add up is told by whoever compares the rows.
            Ok(None) | Err(rusqlite::Error::FromSqlConversionFailure(..)) => continue,
            Ok(Some(record)) => record,
            Err(error) => return Err(error),
        };
        let mut wanted = 0u64;
        for (column, texts) in ["names", "items", "numbers"].into_iter().zip(record.searched()) {
            let tokens: String = texts.iter().map(|text| grams(text)).collect();
            for (offset, token) in (0i64..).zip(tokens.split_whitespace()) {
                wanted = wanted.wrapping_add(keyed.hash_one((column, offset, token)));
            }
        }
        if sums.remove(&Cursor::of(&record.row).list_order()).unwrap_or(0) != wanted
            && !twin::is_on("search_text_not_compared")
        {
            found.push(Irregular::SearchText { key });
        }
    }
    let sql = "SELECT key FROM invoice WHERE list_order NOT IN (SELECT id FROM invoice_text_docsize)";
    let mut statement = db.prepare(sql)?;
    let mut unsized_rows = statement.query([])?;
    while let Some(row) = unsized_rows.next()? {
        found.push(Irregular::SearchText { key: row.get(0)? });
    }
    let strangers = sums.len() as u64;
    if strangers > 0 {
        found.push(Irregular::SearchStrangers { rows: strangers });
    }
    found.extend(search_terms(db)?);
    Ok(found)
}

/// Looks every term up, for a lookup takes another way through the index than a walk over all of it.
fn search_terms(db: &Connection) -> rusqlite::Result<Vec<Irregular>> {
    db.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_term USING fts5vocab(main, invoice_text, row)",
    )?;
    let mut lookup = db.prepare("SELECT count(*) FROM invoice_text WHERE invoice_text MATCH ?1")?;
    let mut statement = db.prepare("SELECT term, doc FROM temp.search_term")?;
    let mut terms = statement.query([])?;
    let mut lost = 0;
    while let Some(row) = terms.next()? {
        let phrase = format!("\"{}\"", row.get_ref(0)?.as_str()?.replace('"', "\"\""));
        let found: i64 = lookup.query_row([phrase], |row| row.get(0))?;
        lost += u64::from(found != row.get::<_, i64>(1)?);
    }
    Ok((lost > 0)
        .then_some(Irregular::SearchTerms { terms: lost })
        .into_iter()
        .collect())
}
