//! Finding in SQLite.

use invoice::{Cents, Date, Digest, Entity, Format, InvoiceKey, InvoiceKind, Severity, canonical_name};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::{int, sums, uint, word};
use crate::find::{Cursor, Find, Found, ID_BITS, ID_MASK, Totals, list_day};
use crate::grams::{Wanted, wanted};
use crate::limits::{NARROW_MIN, NARROW_ONE_IN};
use crate::rows::{
    FaultRow, InvoiceDetail, InvoiceId, InvoiceRecord, InvoiceRow, LineRow, OutcomeKind, OutcomeRow,
    RenditionRow,
};

/// The columns of an invoice, in the order of [`row`].
const COLUMNS: &str = "invoice.id, key, code, number, kind, date, seller_name, seller_tax_id, buyer_name, buyer_tax_id, \
    amount, tax, total, total_negated, red_letter, first_index, recorded_at, format, renditions, fault_count, worst, \
    fault_codes, sum";

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

/// A condition that has an index of its own, beside the order of lists. Which way is quick depends on how many
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
    let order = plan.order;
    if let Some(after) = &find.after {
        let condition = format!("{order} < ?");
        plan.conditions
            .add(condition, [Value::Integer(after.list_order())]);
    }
    let limit = find.page_rows();
    // One row more than asked for tells whether there is a next page.
    let sql = format!(
        "SELECT {COLUMNS} FROM {} {} ORDER BY {order} DESC LIMIT {}",
        plan.from,
        plan.conditions.text(),
        limit + 1
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&plan.conditions.values), row)?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    if !rows.iter().all(|row| fits(find, row)) || !is_in_order(find.after.as_ref(), &rows) {
        return Err(sums::broken(
            "an index leads to rows that do not fit: it is damaged",
        ));
    }
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| has_more).map(Cursor::of);
    // Where all that fits is on this page, it must be as much as was counted: the two are looked up in different ways.
    if let (Some(totals), None, None) = (&totals, &find.after, &next) {
        let total = rows.iter().filter_map(|row| row.total).sum::<Cents>();
        if totals.count != rows.len() as u64 || totals.total != total {
            return Err(sums::broken(
                "an index counts other rows than it leads to: it is damaged",
            ));
        }
    }
    Ok(Found { rows, next, totals })
}

/// Whether a row is what was asked for, as far as an index decided it: the row itself adds up, the index has no sums.
fn fits(find: &Find, row: &InvoiceRow) -> bool {
    let code = find.fault.as_ref();
    code.is_none_or(|code| row.fault_codes.contains(code))
}

/// Whether rows follow each other, and the mark of the page before, newest first.
fn is_in_order(after: Option<&Cursor>, rows: &[InvoiceRow]) -> bool {
    let rows = rows.iter().map(|row| Cursor::of(row).list_order());
    let after = after.map(Cursor::list_order);
    after.into_iter().chain(rows).is_sorted_by(|one, next| one > next)
}

/// Where rows are drawn from, in what order, and what they must fit.
struct Plan {
    from: String,
    order: &'static str,
    conditions: Conditions,
}

impl Plan {
    /// Draws from the narrowest condition that has an index of its own, if one is narrow; otherwise in the order of
    /// lists, from the search text if something is searched. The left of a cross join is gone through first.
    fn of(db: &Connection, find: &Find) -> rusqlite::Result<Self> {
        let mut indexed = indexed(find);
        let text = searched(find);
        let mut conditions = Conditions::default();
        let (from, order) = match (narrowest(db, &indexed)?, &text) {
            (Some(at), _) => {
                let Indexed { ids, values, .. } = indexed.swap_remove(at);
                conditions.values.extend(values);
                if let Some(text) = text {
                    let sql = format!(
                        "invoice.id IN (SELECT rowid & {ID_MASK} FROM invoice_text WHERE invoice_text MATCH ?)"
                    );
                    conditions.add(sql, [Value::Text(text)]);
                }
                let from = format!(
                    "(SELECT DISTINCT id AS fitting FROM ({ids})) CROSS JOIN invoice ON invoice.id = fitting"
                );
                (from, "list_order")
            }
            (None, Some(text)) => {
                conditions.add("invoice_text MATCH ?", [Value::Text(text.clone())]);
                let from =
                    format!("invoice_text CROSS JOIN invoice ON invoice.id = invoice_text.rowid & {ID_MASK}");
                (from, "invoice_text.rowid")
            }
            (None, None) => ("invoice".to_owned(), "list_order"),
        };
        for Indexed { fits, values, .. } in indexed {
            conditions.add(fits, values);
        }
        between_days(find, order, &mut conditions);
        plain(find, &mut conditions);
        Ok(Self {
            from,
            order,
            conditions,
        })
    }
}

/// The narrowest of these conditions, if one is narrow.
fn narrowest(db: &Connection, indexed: &[Indexed]) -> rusqlite::Result<Option<usize>> {
    let entries: Option<i64> = db
        .prepare_cached("SELECT max(id) >> 16 FROM invoice")?
        .query_row([], |row| row.get(0))?;
    let entries = u64::try_from(entries.unwrap_or(0)).unwrap_or(0);
    let mut most = (entries / NARROW_ONE_IN).max(NARROW_MIN);
    let mut narrowest = None;
    for (at, condition) in indexed.iter().enumerate() {
        let count = condition.count(db, most)?;
        if count <= most {
            (narrowest, most) = (Some(at), count);
        }
    }
    Ok(narrowest)
}

fn totals(db: &Connection, plan: &Plan) -> rusqlite::Result<Totals> {
    let sql = format!(
        "SELECT count(*), coalesce(sum(total), 0), coalesce(sum(total_negated), 0) FROM {} {}",
        plan.from,
        plan.conditions.text()
    );
    let totals = |row: &Row<'_>| {
        // The rows summed up are not read one by one; a damaged total shows in that both sums no longer cancel out.
        if row.get::<_, i64>(1)?.checked_add(row.get(2)?) != Some(0) {
            return Err(sums::broken(
                "the totals do not add up: a row was damaged or altered",
            ));
        }
        Ok(Totals {
            count: uint(row, 0)?,
            total: Cents(row.get(1)?),
        })
    };
    db.prepare_cached(&sql)?
        .query_row(params_from_iter(&plan.conditions.values), totals)
}

/// What is searched, in FTS5's language.
fn searched(find: &Find) -> Option<String> {
    let words = find.text.as_deref().map(wanted).unwrap_or_default();
    let numbers = find.number.as_deref().map(wanted).unwrap_or_default();
    let mut phrases: Vec<String> = words.iter().map(phrase).collect();
    phrases.extend(numbers.iter().map(|one| format!("numbers : {}", phrase(one))));
    (!phrases.is_empty()).then(|| phrases.join(" AND "))
}

/// The conditions that have an index of their own, apart from the search text.
fn indexed(find: &Find) -> Vec<Indexed> {
    let mut all = Vec::new();
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

/// Dates as a stretch of the list. The order tells days apart only from 1990 to 2169: [`plain`] looks at the date itself.
fn between_days(find: &Find, order: &str, all: &mut Conditions) {
    let day = |date: Date| list_day(Some(date));
    if let Some(date) = find.date_from {
        all.add(format!("{order} >= ?"), [Value::Integer(day(date) << ID_BITS)]);
    }
    if let Some(date) = find.date_until {
        let last = (day(date) << ID_BITS) | ID_MASK;
        all.add(format!("{order} <= ?"), [Value::Integer(last)]);
    }
}

/// The other conditions, which are looked at row by row, or served by an index in the order of lists.
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
    sums::check(row, 22)?;
    let cents = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Cents));
    if row.get::<_, Option<i64>>(13)? != row.get::<_, Option<i64>>(12)?.and_then(i64::checked_neg) {
        return Err(sums::broken("a row's total and its negative do not cancel out"));
    }
    let codes: String = row.get(21)?;
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
        red_letter: row.get(14)?,
        first_index: uint(row, 15)?,
        recorded_at: row.get(16)?,
        format: word(row, 17, format_from)?,
        renditions: row.get(18)?,
        fault_count: row.get(19)?,
        worst: optional(row, 20, severity_from)?,
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
    let key = |row: &Row<'_>| {
        sums::check(row, 3)?;
        row.get(0).map(InvoiceKey)
    };
    let sql = "SELECT key, nth, invoice_id, sum FROM alias WHERE invoice_id = ?1 ORDER BY nth";
    let keys = all(db, sql, id, key)?;
    let fault = |row: &Row<'_>| {
        sums::check(row, 4)?;
        Ok(FaultRow {
            code: row.get(0)?,
            path: row.get(2)?,
            severity: word(row, 3, severity_from)?,
        })
    };
    let sql =
        "SELECT code, invoice_id, path, severity, sum FROM fault WHERE invoice_id = ?1 ORDER BY code, path";
    let faults = all(db, sql, id, fault)?;
    let mut before = 0;
    let line = |row: &Row<'_>| {
        sums::check(row, 5)?;
        // Numbered without a gap, so that one that is gone is missed.
        let number = uint(row, 1)?;
        if std::mem::replace(&mut before, number) + 1 != number {
            return Err(sums::broken("a line is gone"));
        }
        let (amount, tax) = (row.get::<_, Option<i64>>(3)?, row.get::<_, Option<i64>>(4)?);
        Ok(LineRow {
            name: row.get(2)?,
            amount: amount.map(Cents),
            tax: tax.map(Cents),
        })
    };
    let sql = "SELECT invoice_id, no, name, amount, tax, sum FROM line WHERE invoice_id = ?1 ORDER BY no";
    let lines = all(db, sql, id, line)?;
    if faults.len() != row.fault_count as usize {
        return Err(sums::broken("a fault is gone"));
    }
    Ok(Some(InvoiceRecord {
        row,
        keys,
        faults,
        lines,
    }))
}

/// All rows of a table that hang on an invoice.
fn all<T>(
    db: &Connection,
    sql: &str,
    id: InvoiceId,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    db.prepare_cached(sql)?.query_map([int(id.0)], read)?.collect()
}

pub(super) fn invoice(db: &mut Connection, key: &InvoiceKey) -> rusqlite::Result<Option<InvoiceDetail>> {
    let tx = db.transaction()?;
    match known_as(&tx, key)? {
        Some(id) => detail(&tx, id),
        None => Ok(None),
    }
}

/// The invoice that a key leads to.
pub(super) fn known_as(db: &Connection, key: &InvoiceKey) -> rusqlite::Result<Option<InvoiceId>> {
    let sql = "SELECT key, nth, invoice_id, sum FROM alias WHERE key = ?1";
    let id = |row: &Row<'_>| {
        sums::check(row, 3)?;
        uint(row, 2).map(InvoiceId)
    };
    db.prepare_cached(sql)?.query_row([&key.0], id).optional()
}

/// An invoice with its renditions; within one transaction of the caller's, so that the parts fit together.
pub(super) fn detail(db: &Connection, id: InvoiceId) -> rusqlite::Result<Option<InvoiceDetail>> {
    let Some(record) = record(db, id)? else {
        return Ok(None);
    };
    let sql = "SELECT invoice_id, idx, place, digest, format, sum FROM rendition WHERE invoice_id = ?1
        ORDER BY idx, place";
    let rendition = |row: &Row<'_>| {
        sums::check(row, 5)?;
        Ok(RenditionRow {
            index: uint(row, 1)?,
            place: row.get(2)?,
            digest: Digest(row.get(3)?),
            format: word(row, 4, format_from)?,
        })
    };
    let renditions = all(db, sql, id, rendition)?;
    if renditions.len() != record.row.renditions as usize {
        return Err(sums::broken("a rendition is gone"));
    }
    Ok(Some(InvoiceDetail { record, renditions }))
}

pub(super) fn timeline(db: &Connection, id: InvoiceId) -> rusqlite::Result<Vec<OutcomeRow>> {
    let sql = "SELECT arrival, kind, idx, digest, name, parent, sum FROM outcome
        WHERE digest IN (SELECT digest FROM rendition WHERE invoice_id = ?1) ORDER BY idx, arrival";
    db.prepare_cached(sql)?
        .query_map([int(id.0)], outcome_row)?
        .collect()
}

pub(super) fn outcome(db: &Connection, arrival: u64) -> rusqlite::Result<Option<OutcomeRow>> {
    let sql = "SELECT arrival, kind, idx, digest, name, parent, sum FROM outcome WHERE arrival = ?1";
    db.prepare_cached(sql)?
        .query_row([int(arrival)], outcome_row)
        .optional()
}

fn outcome_row(row: &Row<'_>) -> rusqlite::Result<OutcomeRow> {
    sums::check(row, 6)?;
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
        sums::check(row, 3)?;
        let names: String = row.get(2)?;
        Ok(Entity {
            tax_id: row.get(0)?,
            names: names.split('\n').map(str::to_owned).collect(),
        })
    };
    db.prepare_cached("SELECT tax_id, nth, names, sum FROM entity ORDER BY nth")?
        .query_map([], entity)?
        .collect()
}
