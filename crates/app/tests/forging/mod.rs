//! The tools of a dishonest administrator who knows Piaoku's formats as well as its authors do.
//!
//! Sums are mended, entries encoded, trees grown and checkpoints signed (where the key was stolen) by code of this file or
//! of the pure crates, never through a [`app::Site`]: it would refuse.

use std::path::Path;

use invoice::Digest;
use ledger::merkle::Frontier;
use ledger::{Checkpoint, Commitment, Entry, Hash, SigningKey};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params, params_from_iter};
use store::{SqliteStore, Store, TipFile, TipKeeper};

/// The tables whose rows carry a sum in the column of that name, and the columns it is not over.
const SUMMED: &[(&str, &[&str])] = &[
    ("invoice", &[]),
    ("alias", &[]),
    ("rendition", &[]),
    ("fault", &[]),
    ("line", &[]),
    ("outcome", &[]),
    ("entity", &[]),
    ("arrival", &["seq"]),
];

/// Opens a database with nothing in the way.
pub fn open(folder: &Path) -> Connection {
    let database = Connection::open(folder.join("piaoku.db")).expect("a database");
    database.pragma_update(None, "foreign_keys", "OFF").expect("off");
    database
}

/// A column of a table, and whether it is of the primary key.
pub struct Column {
    pub name: String,
    pub kind: String,
    pub is_key: bool,
}

/// The columns of a table in order.
pub fn columns(database: &Connection, table: &str) -> Vec<Column> {
    let sql = format!("SELECT name, type, pk FROM pragma_table_info('{table}')");
    let mut statement = database.prepare(&sql).expect("a table");
    let column = |row: &rusqlite::Row<'_>| {
        Ok(Column {
            name: row.get(0)?,
            kind: row.get(1)?,
            is_key: row.get::<_, i64>(2)? > 0,
        })
    };
    statement
        .query_map([], column)
        .expect("columns")
        .map(|column| column.expect("a column"))
        .collect()
}

/// Makes every sum right again, so that only the ledger itself can tell.
pub fn mend_sums(database: &Connection) {
    for (table, left_out) in SUMMED {
        let names: Vec<String> = columns(database, table)
            .into_iter()
            .map(|column| column.name)
            .filter(|name| name != "sum" && !left_out.contains(&name.as_str()))
            .collect();
        let keys: Vec<String> = columns(database, table)
            .into_iter()
            .filter(|column| column.is_key)
            .map(|column| column.name)
            .collect();
        let list = [&names[..], &keys[..]].concat().join(", ");
        let rows: Vec<Vec<Value>> = {
            let mut statement = database
                .prepare(&format!("SELECT {list} FROM {table}"))
                .expect("rows");
            let row = |row: &rusqlite::Row<'_>| (0..names.len() + keys.len()).map(|at| row.get(at)).collect();
            statement
                .query_map([], row)
                .expect("rows")
                .map(|row| row.expect("a row"))
                .collect()
        };
        let which: Vec<String> = keys.iter().map(|key| format!("{key} = ?")).collect();
        let sql = format!("UPDATE {table} SET sum = ? WHERE {}", which.join(" AND "));
        for row in rows {
            let (values, key) = row.split_at(names.len());
            let mut set = vec![Value::Integer(sum(values))];
            set.extend_from_slice(key);
            database.execute(&sql, params_from_iter(set)).expect("mended");
        }
    }
}

/// The sum as `sums.rs` of the store describes it in words.
fn sum(values: &[Value]) -> i64 {
    let mut bytes = Vec::new();
    for value in values {
        let (kind, number, rest): (u8, u64, &[u8]) = match ValueRef::from(value) {
            ValueRef::Null => (0, 0, b""),
            ValueRef::Integer(number) => (1, number.cast_unsigned(), b""),
            ValueRef::Text(text) => (2, text.len() as u64, text),
            ValueRef::Blob(blob) => (3, blob.len() as u64, blob),
            ValueRef::Real(_) => panic!("no table holds one"),
        };
        bytes.push(kind);
        bytes.extend(number.to_le_bytes());
        bytes.extend(rest);
    }
    i64::from_le_bytes(Digest::of(&bytes).0[..8].try_into().expect("eight bytes"))
}

/// How far a forger goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forgery {
    /// Content, entries, tiles and rows, under a tip file of the first day: only the signed root contradicts it.
    Tree,
    /// Content and commitment; entries, tree and rows after them.
    Content,
    /// And the checkpoint, signed with the stolen key.
    Signed,
    /// And the tip file: nothing in the folder contradicts any other thing in it.
    Complete,
}

/// Replaces a word in the content of the first invoice, and makes everything after it consistent.
pub fn forge(folder: &Path, from: &str, to: &str, how_far: Forgery) {
    let path = folder.join("piaoku.db");
    let store = SqliteStore::open(&path).expect("a store");
    let head = store.head().expect("readable").expect("a head");
    let entries = store.entries(0, 10_000).expect("entries");
    let database = open(folder);
    let (mut leaves, mut frontier, mut done): (Vec<Hash>, _, _) = (Vec::new(), Frontier::default(), false);
    for stored in entries {
        let kept = store.payload(stored.index).expect("readable").expect("a payload");
        let text = String::from_utf8(kept.payload).expect("JSON");
        let mut bytes = stored.bytes;
        if text.contains(from) {
            let forged = text.replace(from, to);
            let mut entry = Entry::decode(&bytes).expect("an entry");
            entry.commitment = Commitment::new(&kept.salt, forged.as_bytes());
            bytes = entry.encode().expect("encoded");
            let sql = "UPDATE payload SET bytes = ?1 WHERE idx = ?2";
            database
                .execute(sql, params![uncompressed(forged.as_bytes()), stored.index as i64])
                .expect("forged");
            let sql = "UPDATE entry SET bytes = ?1, leaf = ?2 WHERE idx = ?3";
            database
                .execute(
                    sql,
                    params![bytes, Entry::leaf_hash(&bytes).0, stored.index as i64],
                )
                .expect("forged");
            done = true;
        }
        leaves.push(Entry::leaf_hash(&bytes));
    }
    assert!(done, "{from} is nowhere");
    for tile in frontier.append(&leaves).expect("a small tree") {
        let sql = "UPDATE tile SET bytes = ?1 WHERE level = ?2 AND idx = ?3";
        database
            .execute(sql, params![tile.bytes, tile.id.level, tile.id.index as i64])
            .expect("forged");
    }
    let root = frontier.root();
    if how_far >= Forgery::Content {
        let sql = "UPDATE head SET root = ?1";
        database.execute(sql, [root.0]).expect("forged");
    }
    if how_far >= Forgery::Signed {
        let key = std::fs::read_to_string(folder.join("key")).expect("a key");
        let key = SigningKey::parse(key.trim()).expect("a key");
        let old = Checkpoint::verify(&head.checkpoint, &key.verifying_key()).expect("a checkpoint");
        let signed = Checkpoint { root, ..old }.sign(&key).expect("signed");
        database
            .execute("UPDATE head SET checkpoint = ?1", [signed])
            .expect("forged");
    }
    let tip = match how_far {
        Forgery::Complete => Some(ledger::Tip { root, ..head.tip() }),
        Forgery::Tree => Some(ledger::Tip {
            size: 1,
            root: leaves[0],
            ..head.tip()
        }),
        Forgery::Content | Forgery::Signed => None,
    };
    if let Some(tip) = tip {
        let path = folder.join("tip");
        std::fs::remove_file(&path).expect("removed");
        TipFile::create(&path).expect("a tip").keep(&tip).expect("kept");
    }
    database.close().expect("closed");
    // Rows are a function of the entries: the forger has them made, as anybody can.
    store::rebuild(&store).expect("rebuilt");
}

/// Replaces a word in the content of every entry that has it, and nothing else.
pub fn alter_payloads(folder: &Path, from: &str, to: &str) {
    let store = SqliteStore::open(&folder.join("piaoku.db")).expect("a store");
    let database = open(folder);
    for stored in store.entries(0, 10_000).expect("entries") {
        let kept = store.payload(stored.index).expect("readable").expect("a payload");
        let altered = String::from_utf8(kept.payload).expect("JSON").replace(from, to);
        let sql = "UPDATE payload SET bytes = ?1 WHERE idx = ?2";
        let row = params![uncompressed(altered.as_bytes()), stored.index as i64];
        database.execute(sql, row).expect("altered");
    }
}

/// A zstd frame (RFC 8878) of raw blocks: needs no compressor.
fn uncompressed(bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
    frame.extend(u32::try_from(bytes.len()).expect("small").to_le_bytes());
    let blocks: Vec<&[u8]> = bytes.chunks(100_000).collect();
    for (nth, block) in blocks.iter().enumerate() {
        let header = (block.len() << 3) | usize::from(nth + 1 == blocks.len());
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(*block);
    }
    frame
}
