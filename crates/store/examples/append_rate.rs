//! How many invoices a second the writer records, beside bare inserts of the very same rows into the same schema.
//!
//! `cargo run --profile quick -p store --example append_rate -- 20000`

#![allow(clippy::unwrap_used, clippy::print_stdout)] // A measuring program for developers.

use std::sync::Arc;
use std::time::Instant;

use invoice::{Date, Digest, FieldName, Format, InvoiceReading, Line, LineSet, Reading, Source, Verdict};
use ledger::checkpoint::Origin;
use ledger::fact::{Fact, v1};
use ledger::{Salt, SigningKey, SubjectId};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use store::grams::grams;
use store::{DataFolder, Draft, NewArrival, Store, UniqueKey, Writer, WriterOptions};

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

fn main() {
    let count: u64 = std::env::args()
        .nth(1)
        .and_then(|arg| arg.parse().ok())
        .unwrap_or(10_000);
    for batch in [1, 10, 100, 1_000] {
        // Small batches are slow: measure fewer of them.
        let count = count.min(batch * 1_000);
        let home = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(home.path()).unwrap();
        let ours = record(&folder, count, batch);
        let bare = insert_the_same(&folder, home.path(), batch);
        let percent = 100.0 * ours.0 / bare.0;
        println!(
            "{batch:>5} a commit: {:>7.0}/s recorded, {:>7.0}/s bare: {percent:.0} %",
            ours.0, bare.0
        );
        let percent = 100.0 * bare.1 / ours.1;
        println!(
            "       of processor: {:>5.0} µs recorded, {:>5.0} µs bare: {percent:.0} %",
            ours.1, bare.1
        );
    }
}

fn record(folder: &DataFolder, count: u64, batch: u64) -> (f64, f64) {
    let origin = Origin::new("rate.example", 1).unwrap();
    let key = SigningKey::from_seed(&origin.to_string(), &[1; 32]).unwrap();
    let writer = Arc::new(
        folder
            .start_writer(Box::new(key), WriterOptions::new(origin))
            .unwrap(),
    );
    let arrivals: Vec<NewArrival> = (1..=count).map(arrival).collect();
    folder.store().arrive(&arrivals).unwrap();
    let drafts: Vec<Draft> = (1..=count).map(draft).collect();
    let start = Clock::start();
    for drafts in drafts.chunks(usize::try_from(batch).unwrap()) {
        hand_in(&writer, drafts.to_vec());
    }
    let rate = start.rate(count);
    assert!(folder.store().conservation().unwrap().is_balanced());
    rate
}

fn hand_in(writer: &Writer, drafts: Vec<Draft>) {
    for answer in writer.record_all(drafts) {
        answer.unwrap();
    }
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
        ["2026-03-01", "2026-03-02", "2026-04-11"][usize::try_from(number % 3).unwrap()],
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
fn insert_the_same(folder: &DataFolder, home: &std::path::Path, batch: u64) -> (f64, f64) {
    let source = Connection::open(home.join(store::folder::DATABASE)).unwrap();
    let tables: Vec<Vec<Vec<Value>>> = TABLES.iter().map(|table| rows_of(&source, table)).collect();
    let lines = rows_of(&source, "line");
    let texts: Vec<[String; 3]> = folder_texts(folder);
    let path = home.join("bare.db");
    drop(store::SqliteStore::open(&path).unwrap());
    let mut bare = Connection::open(&path).unwrap();
    bare.pragma_update(None, "synchronous", "FULL").unwrap();
    bare.pragma_update(None, "foreign_keys", "ON").unwrap();
    bare.pragma_update(None, "cache_size", -32_768).unwrap();
    bare.set_prepared_statement_cache_capacity(64);
    let count = tables[0].len();
    let start = Clock::start();
    for first in (0..count).step_by(usize::try_from(batch).unwrap()) {
        let tx = bare.transaction().unwrap();
        for nth in first..count.min(first + usize::try_from(batch).unwrap()) {
            for (table, rows) in TABLES.iter().zip(&tables) {
                insert(&tx, table, &rows[nth]);
            }
            insert(&tx, "line", &lines[nth]);
            let id = tables[4][nth][0].clone();
            let sql = "INSERT INTO invoice_text (rowid, names, items, numbers) VALUES (?, ?, ?, ?)";
            let [names, items, numbers] = &texts[nth];
            tx.prepare_cached(sql)
                .unwrap()
                .execute((id, names, items, numbers))
                .unwrap();
        }
        tx.commit().unwrap();
    }
    start.rate(count as u64)
}

/// Wall clock and processor time, since other work on the machine falsifies the first.
struct Clock(Instant, f64);

impl Clock {
    fn start() -> Self {
        Self(Instant::now(), processor_secs())
    }

    /// Rows a second of wall clock, and microseconds of processor a row.
    #[allow(clippy::cast_precision_loss)]
    fn rate(&self, count: u64) -> (f64, f64) {
        let used = processor_secs() - self.1;
        (
            count as f64 / self.0.elapsed().as_secs_f64(),
            used * 1e6 / count as f64,
        )
    }
}

/// Processor seconds of this process in hundredths, as Linux tells them.
fn processor_secs() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .skip(11)
        .take(2);
    fields.map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

fn rows_of(db: &Connection, table: &str) -> Vec<Vec<Value>> {
    // By the entry they belong to, so that the n-th row of each table is of the n-th invoice.
    let order = match table {
        "alias" | "rendition" | "line" => "invoice_id",
        "invoice" => "id",
        _ => "idx",
    };
    let mut statement = db
        .prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))
        .unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    statement
        .query_map([], row)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn folder_texts(folder: &DataFolder) -> Vec<[String; 3]> {
    let store = folder.store();
    let text = |key: String| {
        let record = store.invoice(&invoice::InvoiceKey(key)).unwrap().unwrap().record;
        let row = record.row;
        let parties = [
            row.seller_name,
            row.buyer_name,
            row.seller_tax_id,
            row.buyer_tax_id,
        ];
        let names = parties.iter().flatten().map(|name| grams(name)).collect();
        [
            names,
            record.lines.iter().map(|line| grams(&line.name)).collect(),
            grams(&row.number),
        ]
    };
    let count = store.outcome_counts().unwrap().invoices;
    (1..=count)
        .map(|number| text(format!("U:26312{number:015}")))
        .collect()
}

fn insert(tx: &rusqlite::Transaction<'_>, table: &str, row: &[Value]) {
    let marks = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT INTO {table} VALUES ({marks})");
    tx.prepare_cached(&sql)
        .unwrap()
        .execute(params_from_iter(row))
        .unwrap();
}
