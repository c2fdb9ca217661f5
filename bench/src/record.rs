//! How many invoices a second the writer records durably, beside bare inserts of the very same rows into the same schema
//! on the same disk in the same run.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use invoice::{Date, Digest, FieldName, Format, InvoiceReading, Line, LineSet, Reading, Source, Verdict};
use ledger::checkpoint::Origin;
use ledger::fact::{Fact, v1};
use ledger::{Salt, SigningKey, SubjectId};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use store::grams::grams;
use store::{DataFolder, Draft, NewArrival, Store, UniqueKey, WriterOptions};

/// Tables in the order in which a commit fills them.
const TABLES: [&str; 7] = [
    "entry",
    "payload",
    "unique_key",
    "outcome",
    "invoice",
    "alias",
    "rendition",
];

/// How many callers hand invoices in at once.
const CALLERS: usize = 4;

/// Measures and answers a table.
pub(crate) fn section() -> Result<String> {
    let intro = "## Durable record rate\n\nThe writer alone, beside bare SQLite inserts of the very same rows (payload, unique key, rows, bigrams; same schema and indexes, as many\n\
         in a transaction as the callers hand in together, `synchronous=FULL`). What the ledger adds is the entry, the commitment, the tree, the signature,\n\
         compression, and the tip file's own sync. The goal is 50 %.\n\n";
    Ok(format!("{intro}{}", table()?))
}

fn table() -> Result<String> {
    let mut table = String::from(
        "| invoices handed in together | recorded/s | bare inserts/s | ratio | µs of processor each, ours / bare |\n|---|---|---|---|---|\n",
    );
    for batch in [1, 10, 100, 1_000] {
        // Small batches are slow: measure fewer of them.
        let count = 20_000.min(batch * 1_000).max(4_000);
        let home = tempfile::tempdir_in(".")?;
        let folder = DataFolder::open(home.path())?;
        let ours = record(&folder, count, batch)?;
        let bare = insert_the_same(&folder, home.path(), batch * CALLERS as u64)?;
        let percent = 100.0 * ours.0 / bare.0;
        let (ours, bare) = ((ours.0, ours.1), (bare.0, bare.1));
        writeln!(
            table,
            "| {CALLERS} × {batch} | {:.0} | {:.0} | **{percent:.0} %** | {:.0} / {:.0} |",
            ours.0, bare.0, ours.1, bare.1
        )?;
    }
    Ok(table)
}

fn record(folder: &DataFolder, count: u64, batch: u64) -> Result<(f64, f64)> {
    let origin = Origin::new("bench", 1)?;
    let key = SigningKey::from_seed(&origin.to_string(), &[1; 32])?;
    let writer = folder.start_writer(Box::new(key), WriterOptions::new(origin))?;
    let arrivals: Vec<NewArrival> = (1..=count).map(arrival).collect();
    folder.store().arrive(&arrivals)?;
    let drafts: Vec<Draft> = (1..=count).map(draft).collect();
    let shares: Vec<&[Draft]> = drafts.chunks(drafts.len().div_ceil(CALLERS)).collect();
    let start = Clock::start()?;
    let hand_in = |share: &[Draft]| -> Result<()> {
        for drafts in share.chunks(usize::try_from(batch)?) {
            for answer in writer.record_all(drafts.to_vec()) {
                answer?;
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let callers: Vec<_> = shares
            .iter()
            .map(|share| scope.spawn(|| hand_in(share)))
            .collect();
        callers
            .into_iter()
            .try_for_each(|caller| caller.join().map_err(|_| anyhow::anyhow!("a caller panicked"))?)
    })?;
    let rate = start.rate(count)?;
    ensure!(folder.store().conservation()?.is_balanced(), "out of balance");
    Ok(rate)
}

fn arrival(number: u64) -> NewArrival {
    NewArrival {
        name: format!("发票{number}.xml"),
        digest: Digest::of(&number.to_be_bytes()),
        size: 4_000,
        received_at: 0,
        parent: None,
        waits_for: "restart".to_owned(),
    }
}

fn draft(number: u64) -> Draft {
    let digest = Digest::of(&number.to_be_bytes());
    let mut invoice = InvoiceReading::default();
    let mut state = |name, raw: &str| invoice.state(name, Source::Xml, "EInvoice", raw);
    state(FieldName::Number, &format!("26312{number:015}"));
    state(FieldName::Kind, "digital_ordinary");
    state(
        FieldName::Date,
        match number % 3 {
            0 => "2026-03-01",
            1 => "2026-03-02",
            _ => "2026-04-11",
        },
    );
    state(
        FieldName::SellerName,
        &format!("南京示例餐饮管理第{number}有限公司"),
    );
    state(FieldName::SellerTaxId, &format!("91320100MA{number:08}"));
    state(FieldName::BuyerName, "票库示例科技（上海）有限公司");
    state(FieldName::BuyerTaxId, "91310000MA00000002");
    state(FieldName::Amount, "100.00");
    state(FieldName::Tax, "6.00");
    state(FieldName::Total, "106.00");
    let line = Line {
        name: "*餐饮服务*餐费".to_owned(),
        ..Line::default()
    };
    invoice.line_sets = vec![LineSet {
        source: Source::Xml,
        place: String::new(),
        lines: vec![line],
        complete: true,
    }];
    let mut reading = Reading::new(digest, Format::Xml, 1);
    reading.invoices = vec![invoice];
    let verdict = Verdict {
        original: digest,
        reading: digest,
        as_of: Date::constant(2026, 3, 2),
        rulebook: "rate".to_owned(),
        invoices: vec![vec![]],
        file: vec![],
    };
    let NewArrival { name, size, .. } = arrival(number);
    let invoices = vec![v1::InvoiceOutcome::New];
    let stored = v1::OriginalStored {
        arrival: number,
        name,
        digest,
        size,
        parent: None,
        reading,
        verdict,
        invoices,
    };
    Draft {
        fact: Fact::OriginalStored(Box::new(stored)),
        salt: Salt(digest.0),
        time_claimed: 0,
        time_received: 0,
        actor: "rate".to_owned(),
        entity: String::new(),
        subject: SubjectId([0; 16]),
        originals: vec![digest],
        unique_keys: vec![UniqueKey::file(&digest)],
        settles: vec![number],
    }
}

/// Reads back every row that was recorded and inserts it into an empty database of the same schema, with as many invoices
/// in a transaction: no head, no tree, no signature, no look-ups.
fn insert_the_same(folder: &DataFolder, home: &std::path::Path, batch: u64) -> Result<(f64, f64)> {
    let source = Connection::open(home.join(store::folder::DATABASE))?;
    let tables: Vec<Vec<Vec<Value>>> = TABLES
        .iter()
        .map(|table| rows_of(&source, table))
        .collect::<Result<_>>()?;
    let lines = rows_of(&source, "line")?;
    let listed: Vec<Value> = source
        .prepare("SELECT list_order FROM invoice ORDER BY rowid")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let texts: Vec<[String; 3]> = folder_texts(folder)?;
    let path = home.join("bare.db");
    drop(store::SqliteStore::open(&path)?);
    let mut bare = Connection::open(&path)?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.pragma_update(None, "foreign_keys", "ON")?;
    bare.pragma_update(None, "cache_size", -32_768)?;
    bare.set_prepared_statement_cache_capacity(64);
    let count = tables[0].len();
    let start = Clock::start()?;
    for first in (0..count).step_by(usize::try_from(batch)?) {
        let tx = bare.transaction()?;
        for nth in first..count.min(first + usize::try_from(batch)?) {
            for (table, rows) in TABLES.iter().zip(&tables) {
                insert(&tx, table, &rows[nth])?;
            }
            insert(&tx, "line", &lines[nth])?;
            let id = listed[nth].clone();
            let sql = "INSERT INTO invoice_text (rowid, names, items, numbers) VALUES (?, ?, ?, ?)";
            let [names, items, numbers] = &texts[nth];
            tx.prepare_cached(sql)?.execute((id, names, items, numbers))?;
        }
        tx.commit()?;
    }
    start.rate(count as u64)
}

/// Wall clock and processor time, since other work on the machine falsifies the first.
struct Clock(Instant, f64);

impl Clock {
    fn start() -> Result<Self> {
        Ok(Self(Instant::now(), processor_secs()?))
    }

    /// Rows a second of wall clock, and microseconds of processor a row.
    #[allow(clippy::cast_precision_loss)]
    fn rate(&self, count: u64) -> Result<(f64, f64)> {
        let used = processor_secs()? - self.1;
        Ok((
            count as f64 / self.0.elapsed().as_secs_f64(),
            used * 1e6 / count as f64,
        ))
    }
}

/// Processor seconds of this process in hundredths, as Linux tells them.
fn processor_secs() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat
        .rsplit_once(')')
        .context("no name in /proc/self/stat")?
        .1
        .split_whitespace()
        .skip(11)
        .take(2);
    fields.map(|ticks| Ok(ticks.parse::<f64>()? / 100.0)).sum()
}

fn rows_of(db: &Connection, table: &str) -> Result<Vec<Vec<Value>>> {
    // By the entry they belong to, so that the n-th row of each table is of the n-th invoice.
    let order = match table {
        "alias" | "rendition" | "line" => "invoice_id",
        "invoice" => "id",
        _ => "idx",
    };
    // Not `*`: that would give the generated columns, too, and they cannot be inserted.
    let sql = format!("SELECT group_concat(name) FROM pragma_table_info('{table}')");
    let names: String = db.query_row(&sql, [], |row| row.get(0))?;
    let mut statement = db.prepare(&format!("SELECT {names} FROM {table} ORDER BY {order}"))?;
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    Ok(statement.query_map([], row)?.collect::<rusqlite::Result<_>>()?)
}

fn folder_texts(folder: &DataFolder) -> Result<Vec<[String; 3]>> {
    let store = folder.store();
    let text = |key: String| -> Result<[String; 3]> {
        let record = store
            .invoice(&invoice::InvoiceKey(key))?
            .context("an invoice that was recorded")?
            .record;
        let row = record.row;
        let parties = [
            row.seller_name,
            row.buyer_name,
            row.seller_tax_id,
            row.buyer_tax_id,
        ];
        let names = parties.iter().flatten().map(|name| grams(name)).collect();
        Ok([
            names,
            record.lines.iter().map(|line| grams(&line.name)).collect(),
            grams(&row.number),
        ])
    };
    let count = store.outcome_counts()?.invoices;
    (1..=count)
        .map(|number| text(format!("U:26312{number:015}")))
        .collect()
}

fn insert(tx: &rusqlite::Transaction<'_>, table: &str, row: &[Value]) -> Result<()> {
    let marks = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT INTO {table} VALUES ({marks})");
    tx.prepare_cached(&sql)?.execute(params_from_iter(row))?;
    Ok(())
}
