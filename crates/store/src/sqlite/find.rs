//! Finding in SQLite.

use invoice::{Cents, Date, Digest, Entity, Format, InvoiceKey, InvoiceKind, Severity, canonical_name};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::{int, uint, word};
use crate::find::{Cursor, Find, Found, Totals};
use crate::grams::{Wanted, wanted};
use crate::limits::{NARROW_MIN, NARROW_ONE_IN};
use crate::rows::{
    FaultRow, InvoiceDetail, InvoiceId, InvoiceRecord, InvoiceRow, LineRow, OutcomeKind, OutcomeRow,
    RenditionRow,
};

/// The columns of an invoice, in the order of [`row`].
const COLUMNS: &str = "invoice.id, key, code, number, kind, date, seller_name, seller_tax_id, buyer_name, buyer_tax_id, \
    amount, tax, total, red_letter, first_index, recorded_at, format, renditions, fault_count, worst, fault_codes";

/// Conditions joined by AND, with their values.
#[derive(Default)]
struct Conditions {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Adds a condition whose question marks stand for `values`, in order.
    fn add(&mut self, sql: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.sql.push(sql.into());
        self.values.extend(values);
    }

    fn text(&self) -> String {
        if self.sql.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", self.sql.join(" AND "))
        }
    }
}

/// A condition that has an index of its own, beside the order of the list. Which way is quick depends on how many
/// invoices fit, and SQLite cannot know.
struct Indexed {
    /// Selects the ids that fit, as `id`.
    ids: String,
    /// The same as a condition on one invoice, in words that keep SQLite from that index.
    fits: String,
    values: Vec<Value>,
}

impl Indexed {
    /// How many fit, counted no further than one beyond `most`.
    fn count(&self, db: &Connection, most: u64) -> rusqlite::Result<u64> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM ({}) LIMIT {})",
            self.ids,
            most + 1
        );
        db.prepare_cached(&sql)?
            .query_row(params_from_iter(&self.values), |row| uint(row, 0))
    }
}

pub(super) fn find(db: &mut Connection, find: &Find) -> rusqlite::Result<Found> {
    // One snapshot for the page and the totals.
    let tx = db.transaction()?;
    let mut plan = Plan::of(&tx, find)?;
    let totals = if find.with_totals {
        Some(totals(&tx, &plan)?)
    } else {
        None
    };
    if let Some(after) = &find.after {
        let values = [Value::Text(after.date_text()), Value::Integer(int(after.id.0))];
        plan.conditions.add("(date, invoice.id) < (?, ?)", values);
    }
    let limit = find.page_rows();
    // One row more than asked for tells whether there is a next page.
    let sql = format!(
        "SELECT {COLUMNS} FROM {} {} ORDER BY date DESC, invoice.id DESC LIMIT {}",
        plan.from,
        plan.conditions.text(),
        limit + 1
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&plan.conditions.values), row)?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| has_more).map(Cursor::of);
    Ok(Found { rows, next, totals })
}

/// Where rows are drawn from, and what they must fit.
struct Plan {
    from: String,
    conditions: Conditions,
}

impl Plan {
    /// Draws from the narrowest condition that has an index, if one is narrow; otherwise from the list in its order.
    fn of(db: &Connection, find: &Find) -> rusqlite::Result<Self> {
        let entries: Option<i64> = db
            .prepare_cached("SELECT max(id) >> 16 FROM invoice")?
            .query_row([], |row| row.get(0))?;
        let entries = u64::try_from(entries.unwrap_or(0)).unwrap_or(0);
        let narrow = (entries / NARROW_ONE_IN).max(NARROW_MIN);
        let mut indexed = indexed(find);
        let mut narrowest = None;
        for (at, condition) in indexed.iter().enumerate() {
            let most = narrowest.map_or(narrow, |(_, count)| count);
            let count = condition.count(db, most)?;
            if count <= most {
                narrowest = Some((at, count));
            }
        }
        let mut conditions = Conditions::default();
        let from = match narrowest {
            Some((at, _)) => {
                let Indexed { ids, values, .. } = indexed.swap_remove(at);
                conditions.values.extend(values);
                // The left of a cross join is gone through first.
                format!(
                    "(SELECT DISTINCT id AS fitting FROM ({ids})) CROSS JOIN invoice ON invoice.id = fitting"
                )
            }
            None => "invoice".to_owned(),
        };
        for Indexed { fits, values, .. } in indexed {
            conditions.add(fits, values);
        }
        plain(find, &mut conditions);
        Ok(Self { from, conditions })
    }
}

fn totals(db: &Connection, plan: &Plan) -> rusqlite::Result<Totals> {
    let sql = format!(
        "SELECT count(*), coalesce(sum(total), 0) FROM {} {}",
        plan.from,
        plan.conditions.text()
    );
    let totals = |row: &Row<'_>| {
        Ok(Totals {
            count: uint(row, 0)?,
            total: Cents(row.get(1)?),
        })
    };
    db.prepare_cached(&sql)?
        .query_row(params_from_iter(&plan.conditions.values), totals)
}

/// The conditions that have an index of their own.
fn indexed(find: &Find) -> Vec<Indexed> {
    let mut all = Vec::new();
    let words = find.text.as_deref().map(wanted).unwrap_or_default();
    let numbers = find.number.as_deref().map(wanted).unwrap_or_default();
    let mut phrases: Vec<String> = words.iter().map(phrase).collect();
    phrases.extend(numbers.iter().map(|one| format!("numbers : {}", phrase(one))));
    if !phrases.is_empty() {
        all.push(Indexed {
            ids: "SELECT rowid AS id FROM invoice_text WHERE invoice_text MATCH ?".to_owned(),
            fits: "EXISTS (SELECT 1 FROM invoice_text WHERE invoice_text MATCH ? AND rowid = invoice.id)"
                .to_owned(),
            values: vec![Value::Text(phrases.join(" AND "))],
        });
    }
    let bounds = [(find.total_min, ">="), (find.total_max, "<=")];
    let bounds: Vec<(Cents, &str)> = bounds
        .into_iter()
        .filter_map(|(bound, sign)| Some((bound?, sign)))
        .collect();
    if !bounds.is_empty() {
        let joined = |column: &str| {
            let each = bounds.iter().map(|(_, sign)| format!("{column} {sign} ?"));
            each.collect::<Vec<_>>().join(" AND ")
        };
        all.push(Indexed {
            ids: format!("SELECT id FROM invoice WHERE {}", joined("total")),
            // The plus sign keeps SQLite from the index.
            fits: joined("+total"),
            values: bounds
                .iter()
                .map(|(Cents(bound), _)| Value::Integer(*bound))
                .collect(),
        });
    }
    if let Some(code) = &find.fault {
        all.push(Indexed {
            ids: "SELECT invoice_id AS id FROM fault WHERE code = ?".to_owned(),
            fits: "EXISTS (SELECT 1 FROM fault WHERE invoice_id = invoice.id AND code = ?)".to_owned(),
            values: vec![Value::Text(code.clone())],
        });
    }
    all
}

/// The other conditions: those that the order of the list serves, and those that are only looked at.
fn plain(find: &Find, all: &mut Conditions) {
    let text = |text: &str| Value::Text(text.to_owned());
    if let Some(kind) = find.kind {
        all.add("kind = ?", [text(kind.code())]);
    }
    if let Some(date) = find.date_from {
        all.add("date >= ?", [Value::Text(date.to_string())]);
    }
    if let Some(date) = find.date_until {
        // Rows without a date are before every day; they are not "until" any.
        all.add("date <= ? AND date <> ''", [Value::Text(date.to_string())]);
    }
    for (party, column) in [(&find.seller, "seller"), (&find.buyer, "buyer")] {
        if let Some(party) = party {
            let sql = format!("({column}_tax_id = ? OR instr({column}_name, ?) > 0)");
            all.add(sql, [text(party.trim()), Value::Text(canonical_name(party))]);
        }
    }
    if let Some(red_letter) = find.red_letter {
        all.add("red_letter = ?", [Value::Integer(i64::from(red_letter))]);
    }
}

/// A searched word in FTS5's language. The tokens hold letters and digits only, so that nothing needs escaping.
fn phrase(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Phrase(grams) => format!("\"{}\"", grams.join(" ")),
        Wanted::Prefix(first) => format!("\"{first}\"*"),
    }
}

pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<InvoiceRow> {
    let cents = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Cents));
    let codes: String = row.get(20)?;
    Ok(InvoiceRow {
        id: InvoiceId(uint(row, 0)?),
        key: InvoiceKey(row.get(1)?),
        code: row.get(2)?,
        number: row.get(3)?,
        kind: optional(row, 4, InvoiceKind::from_code)?,
        date: word(row, 5, date_or_none)?,
        seller_name: row.get(6)?,
        seller_tax_id: row.get(7)?,
        buyer_name: row.get(8)?,
        buyer_tax_id: row.get(9)?,
        amount: cents(10)?,
        tax: cents(11)?,
        total: cents(12)?,
        red_letter: row.get(13)?,
        first_index: uint(row, 14)?,
        recorded_at: row.get(15)?,
        format: word(row, 16, format_from)?,
        renditions: row.get(17)?,
        fault_count: row.get(18)?,
        worst: optional(row, 19, severity_from)?,
        fault_codes: codes.split_whitespace().map(str::to_owned).collect(),
    })
}

fn optional<T>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => word(row, column, parse).map(Some),
    }
}

fn date_or_none(text: &str) -> Option<Option<Date>> {
    if text.is_empty() {
        Some(None)
    } else {
        text.parse().ok().map(Some)
    }
}

fn format_from(word: &str) -> Option<Format> {
    use Format::{Ofd, Pdf, Picture, Unknown, Xbrl, Xlsx, Xml, Zip};
    [Xml, Xbrl, Ofd, Pdf, Picture, Xlsx, Zip, Unknown]
        .into_iter()
        .find(|format| format.as_str() == word)
}

pub(super) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn severity_from(word: &str) -> Option<Severity> {
    [Severity::Note, Severity::Warning, Severity::Error]
        .into_iter()
        .find(|s| severity_word(*s) == word)
}

/// All that is kept of an invoice but its renditions.
pub(super) fn record(db: &Connection, id: InvoiceId) -> rusqlite::Result<Option<InvoiceRecord>> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM invoice WHERE id = ?1"))?;
    let Some(row) = statement.query_row([int(id.0)], row).optional()? else {
        return Ok(None);
    };
    let mut statement = db.prepare_cached("SELECT key FROM alias WHERE invoice_id = ?1 ORDER BY nth")?;
    let keys = statement.query_map([int(id.0)], |row| row.get(0).map(InvoiceKey))?;
    let keys = keys.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT code, path, severity FROM fault WHERE invoice_id = ?1 ORDER BY code, path";
    let fault = |row: &Row<'_>| {
        Ok(FaultRow {
            code: row.get(0)?,
            path: row.get(1)?,
            severity: word(row, 2, severity_from)?,
        })
    };
    let faults = db
        .prepare_cached(sql)?
        .query_map([int(id.0)], fault)?
        .collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT name, amount, tax FROM line WHERE invoice_id = ?1 ORDER BY no";
    let line = |row: &Row<'_>| {
        let (amount, tax) = (row.get::<_, Option<i64>>(1)?, row.get::<_, Option<i64>>(2)?);
        Ok(LineRow {
            name: row.get(0)?,
            amount: amount.map(Cents),
            tax: tax.map(Cents),
        })
    };
    let lines = db
        .prepare_cached(sql)?
        .query_map([int(id.0)], line)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(InvoiceRecord {
        row,
        keys,
        faults,
        lines,
    }))
}

pub(super) fn invoice(db: &mut Connection, key: &InvoiceKey) -> rusqlite::Result<Option<InvoiceDetail>> {
    let tx = db.transaction()?;
    let mut statement = tx.prepare_cached("SELECT invoice_id FROM alias WHERE key = ?1")?;
    let Some(id) = statement
        .query_row([&key.0], |row| uint(row, 0))
        .optional()?
        .map(InvoiceId)
    else {
        return Ok(None);
    };
    detail(&tx, id)
}

/// An invoice with its renditions; within one transaction of the caller's, so that the parts fit together.
pub(super) fn detail(db: &Connection, id: InvoiceId) -> rusqlite::Result<Option<InvoiceDetail>> {
    let Some(record) = record(db, id)? else {
        return Ok(None);
    };
    let sql = "SELECT idx, place, digest, format FROM rendition WHERE invoice_id = ?1 ORDER BY idx, place";
    let rendition = |row: &Row<'_>| {
        Ok(RenditionRow {
            index: uint(row, 0)?,
            place: row.get(1)?,
            digest: Digest(row.get(2)?),
            format: word(row, 3, format_from)?,
        })
    };
    let renditions = db
        .prepare_cached(sql)?
        .query_map([int(id.0)], rendition)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(InvoiceDetail { record, renditions }))
}

pub(super) fn timeline(db: &Connection, id: InvoiceId) -> rusqlite::Result<Vec<OutcomeRow>> {
    let sql = "SELECT arrival, kind, idx, digest, name, parent FROM outcome
        WHERE digest IN (SELECT digest FROM rendition WHERE invoice_id = ?1) ORDER BY idx, arrival";
    db.prepare_cached(sql)?
        .query_map([int(id.0)], outcome_row)?
        .collect()
}

pub(super) fn outcome(db: &Connection, arrival: u64) -> rusqlite::Result<Option<OutcomeRow>> {
    let sql = "SELECT arrival, kind, idx, digest, name, parent FROM outcome WHERE arrival = ?1";
    db.prepare_cached(sql)?
        .query_row([int(arrival)], outcome_row)
        .optional()
}

fn outcome_row(row: &Row<'_>) -> rusqlite::Result<OutcomeRow> {
    Ok(OutcomeRow {
        arrival: uint(row, 0)?,
        kind: word(row, 1, OutcomeKind::parse)?,
        index: uint(row, 2)?,
        digest: Digest(row.get(3)?),
        name: row.get(4)?,
        parent: row.get::<_, Option<[u8; 32]>>(5)?.map(Digest),
    })
}

pub(super) fn entities(db: &Connection) -> rusqlite::Result<Vec<Entity>> {
    let entity = |row: &Row<'_>| {
        let names: String = row.get(1)?;
        Ok(Entity {
            tax_id: row.get(0)?,
            names: names.split('\n').map(str::to_owned).collect(),
        })
    };
    db.prepare_cached("SELECT tax_id, names FROM entity ORDER BY nth")?
        .query_map([], entity)?
        .collect()
}
