//! The dishonest administrator: a data folder in the hands of somebody with a database tool, an old copy, even the signing
//! key. Whatever is altered, verifying finds it and names it in both languages, and no tool of ours signs on top of it.
//!
//! Every column of every table is altered, in one row; a row of every table is deleted, and one is copied; besides there
//! are the attacks listed here by hand. Each is made twice: as it is, and with the sums of the rows mended, so that the
//! ledger alone can tell. `PIAOKU_ATTACKS` limits them to those that contain a text. What no look at the folder can show has a test of its own, which says who can.

#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

mod forging;

use std::fs;
use std::path::{Path, PathBuf};

use app::{Damage, Incoming, Site, VerifyReport, take_in, verify_site, verify_site_against};
use forging::{Forgery, alter_payloads, columns, forge, mend_sums, open};
use testkit::{assert_twin_is_caught, copy_folder};

/// What is done to the database, and a word by which verifying must name it.
const ALTERATIONS: &[(&str, &str)] = &[
    ("UPDATE invoice SET total = total + 1", "row"),
    ("UPDATE invoice SET worst = 'no such word'", "row"),
    (
        "DELETE FROM invoice WHERE id = (SELECT min(id) FROM invoice)",
        "row",
    ),
    ("DELETE FROM fault", "row"),
    ("UPDATE fault SET severity = 'note'", "row"),
    ("DELETE FROM alias", "row"),
    ("UPDATE rendition SET digest = zeroblob(32)", "row"),
    (
        "INSERT INTO rendition VALUES (9999, 0, 7, zeroblob(32), 'xml', 0)",
        "table rendition",
    ),
    ("UPDATE line SET name = 'other'", "row"),
    (
        "INSERT INTO line VALUES (99999, 1, 'ghost', 1, 1, 0)",
        "table line",
    ),
    ("UPDATE outcome SET name = 'x' WHERE kind = 'rejected'", "arrival"),
    (
        "UPDATE outcome SET kind = 'rejected' WHERE kind = 'stored'",
        "arrival",
    ),
    ("DELETE FROM outcome", "arrival"),
    ("UPDATE entity SET names = 'other'", "entities"),
    ("DELETE FROM unique_key", "entry"),
    ("INSERT INTO unique_key VALUES ('file:00', 1)", "table unique_key"),
    (
        "INSERT INTO arrival VALUES (500, 'ghost', zeroblob(32), 1, 1, NULL, 'password', 0)",
        "",
    ),
    ("UPDATE sqlite_sequence SET seq = seq + 1", "arrival"),
    ("DELETE FROM sqlite_sequence", "arrival"),
    ("UPDATE head SET size = size - 1", "checkpoint"),
    ("UPDATE head SET size = -1", "store"),
    ("UPDATE head SET epoch = 2", "checkpoint"),
    ("UPDATE head SET root = zeroblob(32)", "checkpoint"),
    ("DELETE FROM head", "head"),
    ("DELETE FROM tile", "tile"),
    ("INSERT INTO tile VALUES (5, 9, zeroblob(32))", "table tile"),
    ("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 1", "entry 1"),
    ("UPDATE entry SET bytes = x'00' WHERE idx = 1", "entry 1"),
    ("DELETE FROM entry WHERE idx = 1", "entry 1"),
    (
        "INSERT INTO entry VALUES (9000, x'00', zeroblob(32))",
        "table entry",
    ),
    ("DELETE FROM payload WHERE idx = 1", "entry 1"),
    ("UPDATE payload SET salt = zeroblob(32)", "entry 1"),
    ("UPDATE rows_head SET size = 1", "rows"),
    ("DELETE FROM rows_head", "rows"),
    (
        "DELETE FROM invoice_text WHERE rowid = (SELECT min(list_order) FROM invoice)",
        "row",
    ),
    ("DELETE FROM invoice_text_docsize", "row"),
    (
        "INSERT INTO invoice_text (invoice_text) VALUES ('delete-all')",
        "row",
    ),
    (
        "INSERT INTO invoice_text (rowid, names, items, numbers) VALUES (9999, 'aa', 'bb', 'cc')",
        "search text",
    ),
    (
        "UPDATE invoice_text SET names = 'aa', items = 'bb', numbers = 'cc' WHERE rowid = (SELECT min(list_order) FROM invoice)",
        "row",
    ),
    ("DROP TABLE line", "database table line"),
    (
        "DROP INDEX invoice_by_list_order",
        "database index invoice_by_list_order",
    ),
    (
        "CREATE TRIGGER lose AFTER INSERT ON outcome BEGIN DELETE FROM outcome WHERE arrival = new.arrival; END",
        "database trigger lose",
    ),
    (
        "CREATE TRIGGER undo AFTER UPDATE ON head BEGIN UPDATE head SET size = old.size; END",
        "database trigger undo",
    ),
    (
        "CREATE VIEW books AS SELECT * FROM invoice WHERE total < 100000",
        "database view books",
    ),
    ("CREATE TABLE notes (text TEXT)", "database table notes"),
    ("CREATE INDEX mine ON line (name)", "database index mine"),
    (
        "ALTER TABLE invoice ADD COLUMN paid INTEGER",
        "database table invoice",
    ),
    (
        "ALTER TABLE line RENAME COLUMN amount TO amounts",
        "database table line",
    ),
    ("DROP INDEX alias_by_invoice", "database index alias_by_invoice"),
    (
        "DROP INDEX fault_by_code; CREATE INDEX fault_by_code ON fault (code)",
        "database index fault_by_code",
    ),
    (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (id = 1)', '') WHERE name = 'head'; \
         PRAGMA writable_schema = RESET",
        "database table head",
    ),
    ("PRAGMA user_version = 2", "store"),
    ("PRAGMA application_id = 7", "store"),
    // Two payloads change places, salts and all.
    (
        "UPDATE payload SET idx = -1 WHERE idx = 5; UPDATE payload SET idx = 5 WHERE idx = 6; \
         UPDATE payload SET idx = 6 WHERE idx = -1",
        "entry 5",
    ),
    // Two entries change places, hashes and all.
    (
        "UPDATE entry SET idx = -1 WHERE idx = 5; UPDATE entry SET idx = 5 WHERE idx = 6; \
         UPDATE entry SET idx = 6 WHERE idx = -1",
        "tile",
    ),
    (
        "UPDATE payload SET salt = (SELECT salt FROM payload WHERE idx = 6) WHERE idx = 5",
        "entry 5",
    ),
    // An invoice with all that hangs on it: gone from every list.
    (
        "DELETE FROM line WHERE invoice_id = (SELECT min(id) FROM invoice); \
         DELETE FROM fault WHERE invoice_id = (SELECT min(id) FROM invoice); \
         DELETE FROM alias WHERE invoice_id = (SELECT min(id) FROM invoice); \
         DELETE FROM rendition WHERE invoice_id = (SELECT min(id) FROM invoice); \
         DELETE FROM invoice_text WHERE rowid = (SELECT min(list_order) FROM invoice); \
         DELETE FROM invoice WHERE id = (SELECT min(id) FROM invoice)",
        "row",
    ),
    // And with its entry, payload, unique key and outcome.
    (
        "DELETE FROM line; DELETE FROM fault; DELETE FROM alias; DELETE FROM rendition; DELETE FROM invoice; \
         INSERT INTO invoice_text (invoice_text) VALUES ('delete-all'); \
         DELETE FROM outcome WHERE arrival > 1; DELETE FROM unique_key; DELETE FROM payload WHERE idx > 3; \
         DELETE FROM entry WHERE idx > 3; UPDATE head SET size = 4; UPDATE rows_head SET size = 4",
        "checkpoint",
    ),
    // Arrivals numbered anew, so that a lost one leaves no gap.
    (
        "DELETE FROM outcome WHERE arrival = 2; UPDATE outcome SET arrival = arrival - 1 WHERE arrival > 2; \
         UPDATE arrival SET seq = seq - 1; UPDATE sqlite_sequence SET seq = seq - 1",
        "arrival",
    ),
    (
        "UPDATE outcome SET arrival = -1 WHERE arrival = 1; UPDATE outcome SET arrival = 1 WHERE arrival = 2; \
      UPDATE outcome SET arrival = 2 WHERE arrival = -1",
        "arrival",
    ),
    ("DELETE FROM arrival", "arrival"),
    (
        "UPDATE invoice SET seller_name = (SELECT seller_name FROM invoice ORDER BY id DESC LIMIT 1)",
        "row",
    ),
    // The row and all that follows from it, but not the entry.
    (
        "UPDATE invoice SET total = 100, total_negated = -100, amount = 90, tax = 10; UPDATE line SET amount = 90, tax = 10",
        "row",
    ),
    ("DELETE FROM invoice_text_data WHERE id > 10", "database file"),
    (
        "UPDATE head SET checkpoint = replace(checkpoint, 'test/e1', 'test/e2')",
        "checkpoint",
    ),
    ("UPDATE head SET checkpoint = ''", "checkpoint"),
    (
        "INSERT INTO entity SELECT tax_id || 'X', nth + 1, names, sum FROM entity LIMIT 1",
        "entities",
    ),
    ("DELETE FROM entity", "entities"),
];

/// A picture of one grey point: it waits for a person.
const PICTURE: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 31,
    21, 196, 137, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 0, 1, 0, 0, 5, 0, 1, 13, 10, 45, 180, 0, 0, 0,
    0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// Tables with what may be altered in them without altering what is recorded, and why verifying says nothing then.
const SAYS_NOTHING: &[(&str, &str)] = &[
    // Aliases are ordered by it; with the sums mended a gap changes no answer.
    ("alias", "nth"),
    // An arrival that waits for a person has no entry yet. What is known of it beyond its bytes and number is vouched
    // for by its sum alone: against accidents, not against intent.
    ("arrival", "name"),
    ("arrival", "size"),
    ("arrival", "received_at"),
    ("arrival", "parent"),
    ("arrival", "waits_for"),
];

#[test]
fn every_alteration_of_the_database_is_named() {
    let scratch = scratch();
    let sound = scratch.path().join("sound");
    make(&sound, "test");
    assert!(verify(&sound).sound, "{:?}", verify(&sound).damages);
    let mut attacks: Vec<(String, &str)> = ALTERATIONS
        .iter()
        .map(|(sql, what)| ((*sql).to_owned(), *what))
        .collect();
    attacks.extend(column_by_column(&sound).into_iter().map(|sql| (sql, "")));
    let only = std::env::var("PIAOKU_ATTACKS").ok();
    attacks.retain(|(sql, _)| only.as_ref().is_none_or(|only| sql.contains(only)));
    let folder = scratch.path().join("altered");
    let (mut found, mut kinds, mut missed) = (0, 0, Vec::new());
    for (sql, what) in &attacks {
        let mut was_made = false;
        for with_sums in [false, true] {
            copy_anew(&sound, &folder);
            let database = open(&folder);
            if database.execute_batch(sql).is_err() {
                // The engine itself refuses: a check or a unique key.
                assert!(what.is_empty(), "{sql} was refused");
                continue;
            }
            if with_sums {
                let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('invoice', 'line')";
                let whole = database
                    .query_row(tables, [], |row| row.get::<_, i64>(0))
                    .expect("a schema");
                if whole < 2 || sql.contains(" SET sum = ") || sql.contains("ALTER") || sql.contains("PRAGMA")
                {
                    continue;
                }
                mend_sums(&database);
            }
            database.close().expect("closed");
            was_made = true;
            let report = verify(&folder);
            let says_nothing =
                |(table, column): &(&str, &str)| sql.starts_with(&format!("UPDATE {table} SET {column} "));
            if with_sums && SAYS_NOTHING.iter().any(says_nothing) {
                assert!(report.sound, "{sql} is found: take it off the list");
                continue;
            }
            let is_named = report.damages.iter().any(|damage| {
                damage.what.starts_with(what)
                    && !damage.what.is_empty()
                    && damage.zh != damage.en
                    && !damage.en.is_empty()
            });
            if report.sound || !is_named {
                missed.push(format!(
                    "{sql} (sums mended: {with_sums}) was told as {:?}",
                    report.damages
                ));
            }
            found += 1;
        }
        kinds += usize::from(was_made);
    }
    let lost = missed.len();
    println!(
        "RELIABILITY | dishonest administrator: altered database | runs={found} lost={lost} found={} kinds={kinds} \
        (each with and without the rows' sums mended)",
        found - lost
    );
    assert!(
        missed.is_empty(),
        "{lost} of {found} missed:\n{}",
        missed.join("\n")
    );
    assert!(only.is_some() || kinds >= 60, "{kinds} kinds");
}

/// An update of every column of every table, a deletion from and a copied row in every table: one row each.
fn column_by_column(sound: &Path) -> Vec<String> {
    let database = open(sound);
    let tables: Vec<String> = {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' \
            AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'invoice\\_text%' ESCAPE '\\'";
        let mut statement = database.prepare(sql).expect("a schema");
        let names = statement.query_map([], |row| row.get(0)).expect("names");
        names.map(|name| name.expect("a name")).collect()
    };
    let mut attacks = Vec::new();
    for table in &tables {
        let columns = columns(&database, table);
        let keys: Vec<&str> = columns
            .iter()
            .filter(|column| column.is_key)
            .map(|column| column.name.as_str())
            .collect();
        let key = keys.join(", ");
        let one = format!("WHERE ({key}) = (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1)");
        let changed = |name: &str, kind: &str| match kind {
            "INTEGER" => format!("coalesce({name}, 0) + 1000"),
            "TEXT" => format!("coalesce({name}, '') || 'x'"),
            _ => format!("CAST(coalesce(substr({name}, 2), zeroblob(31)) || x'07' AS BLOB)"),
        };
        for column in &columns {
            let value = changed(&column.name, &column.kind);
            attacks.push(format!("UPDATE {table} SET {} = {value} {one}", column.name));
        }
        attacks.push(format!("DELETE FROM {table} {one}"));
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                if column.is_key {
                    changed(&column.name, &column.kind)
                } else {
                    column.name.clone()
                }
            })
            .collect();
        attacks.push(format!(
            "INSERT INTO {table} SELECT {} FROM {table} {one}",
            values.join(", ")
        ));
    }
    attacks
}

#[test]
fn files_of_the_folder_that_were_replaced_are_named() {
    let scratch = scratch();
    let (sound, other) = (scratch.path().join("sound"), scratch.path().join("other"));
    make(&sound, "test");
    make(&other, "test");
    let folder = scratch.path().join("replaced");
    let cases: &[(&[&str], &str)] = &[
        (&["tip"], "tip"),
        (&["key"], "key"),
        (&["key.pub"], "key"),
        (&["key", "key.pub"], "checkpoint"),
        (&["piaoku.db"], "checkpoint"),
        (&["piaoku.db", "tip"], "checkpoint"),
    ];
    let mut runs = 0;
    for (names, what) in cases {
        for put in [true, false] {
            copy_anew(&sound, &folder);
            for name in *names {
                fs::remove_file(folder.join(name)).expect("removed");
                if put {
                    fs::copy(other.join(name), folder.join(name)).expect("replaced");
                }
            }
            if !put && *names == ["key", "key.pub"] {
                continue;
            }
            runs += 1;
            let report = verify(&folder);
            assert!(!report.sound, "{names:?} replaced: {put}");
            assert!(
                !put || report.damages.iter().any(|damage| damage.what == *what),
                "{names:?}: {:?}",
                report.damages
            );
        }
    }
    runs += originals_that_were_replaced(&sound, &folder);
    println!("RELIABILITY | dishonest administrator: replaced files | runs={runs} lost=0 found={runs}");
}

/// Originals altered, cut, emptied, removed, or exchanged for one another.
fn originals_that_were_replaced(sound: &Path, folder: &Path) -> usize {
    let originals = files_below(&sound.join("originals"));
    let (one, other) = (
        fs::read(&originals[0]).expect("one"),
        fs::read(&originals[1]).expect("another"),
    );
    let mut altered = one.clone();
    altered[3] ^= 0x20;
    let cases: [Option<&[u8]>; 5] = [
        Some(&altered),
        Some(&one[..one.len() - 1]),
        Some(b""),
        Some(&other),
        None,
    ];
    for bytes in cases {
        copy_anew(sound, folder);
        let path = folder.join(originals[0].strip_prefix(sound).expect("inside"));
        match bytes {
            Some(bytes) => fs::write(&path, bytes).expect("written"),
            None => fs::remove_file(&path).expect("removed"),
        }
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let report = verify(folder);
        let what = format!("original {name}");
        assert!(
            report.damages.iter().any(|damage| damage.what == what),
            "{:?}",
            report.damages
        );
    }
    cases.len()
}

/// Old databases, cut ledgers, copies that are written to: none is written on, where the tip file stayed behind.
#[test]
fn older_copies_and_second_writers_are_refused() {
    let scratch = scratch();
    let (data, old) = (scratch.path().join("data"), scratch.path().join("old"));
    make(&data, "test");
    copy_anew(&data, &old);
    add(&data, "rail-ticket.xml");
    let opens = |folder: &Path| Site::open(folder, testkit::harmless_machine()).is_ok();
    let named = |folder: &Path, what: &str| {
        let report = verify(folder);
        assert!(
            report.damages.iter().any(|damage| damage.what.starts_with(what)),
            "{:?}",
            report.damages
        );
    };
    let folder = scratch.path().join("attacked");
    // The database put back to an older state.
    copy_anew(&data, &folder);
    fs::copy(old.join("piaoku.db"), folder.join("piaoku.db")).expect("put back");
    assert!(!opens(&folder), "an older database was written on");
    named(&folder, "head");
    // A copy that went its own way, put beside the tip of the first.
    let fork = scratch.path().join("fork");
    copy_anew(&old, &fork);
    add(&fork, "air-ticket.xml");
    copy_anew(&data, &folder);
    fs::copy(fork.join("piaoku.db"), folder.join("piaoku.db")).expect("put in");
    assert!(!opens(&folder), "a forked database was written on");
    named(&folder, "tip");
    // History rewritten, with and without the key, while the tip file stayed.
    for (how_far, what) in [
        (Forgery::Tree, "tree"),
        (Forgery::Content, "checkpoint"),
        (Forgery::Signed, "tip"),
    ] {
        copy_anew(&data, &folder);
        forge(&folder, "shudian-special.xml", "shudian-speciaI.xml", how_far);
        assert!(!opens(&folder), "{how_far:?}: a forged ledger was written on");
        named(&folder, what);
    }
    // A second process beside a running one.
    copy_anew(&data, &folder);
    let first = Site::open(&folder, testkit::harmless_machine()).expect("the first");
    assert!(!opens(&folder), "two processes write");
    drop(first);
    println!(
        "RELIABILITY | dishonest administrator: older, forked and forged ledgers | runs=6 lost=0 found=6"
    );
}

/// What no look at the folder can show, because nothing in it contradicts anything else in it. Whoever kept a checkpoint
/// elsewhere sees it; this test also holds that we do not claim to see it without.
#[test]
fn only_a_checkpoint_kept_elsewhere_shows_what_is_consistent() {
    let scratch = scratch();
    let (data, old, forged, fork) = (
        scratch.path().join("data"),
        scratch.path().join("old"),
        scratch.path().join("forged"),
        scratch.path().join("fork"),
    );
    make(&data, "test");
    copy_anew(&data, &old);
    copy_anew(&data, &fork);
    copy_anew(&data, &forged);
    add(&data, "rail-ticket.xml");
    add(&fork, "air-ticket.xml");
    forge(
        &forged,
        "shudian-special.xml",
        "shudian-speciaI.xml",
        Forgery::Complete,
    );
    let [before, after] = [&old, &data].map(|folder| {
        let site = Site::open(folder, testkit::harmless_machine()).expect("opens");
        site.status().expect("a status").checkpoint
    });
    let sees = |folder: &Path, kept: &[&String]| {
        let kept: Vec<String> = kept.iter().map(|text| (*text).clone()).collect();
        let report = verify_site_against(folder, &kept, &|_| {}).expect("readable");
        assert!(
            report.sound
                || report
                    .damages
                    .iter()
                    .all(|d| d.what.starts_with("kept checkpoint")),
            "{report:?}"
        );
        !report.sound
    };
    assert!(
        !sees(&data, &[&before, &after]),
        "the sound ledger continues both"
    );
    // The whole folder put back, tip file and all.
    assert!(!sees(&old, &[&before]) && sees(&old, &[&before, &after]));
    // Two copies of the folder, both written to.
    assert!(!sees(&fork, &[&before]) && sees(&fork, &[&after]));
    // Everything made anew with the stolen key.
    assert!(!sees(&forged, &[]) && sees(&forged, &[&before]) && sees(&forged, &[&after]));
    println!(
        "RELIABILITY | dishonest administrator: consistent forgeries | runs=3 lost=0 found=3 (by a checkpoint kept \
        elsewhere; without one 0, which is said)"
    );
}

/// A rebuild makes rows of what was committed to, and of nothing else.
#[test]
fn an_altered_payload_becomes_no_row() {
    let scratch = scratch();
    let folder = scratch.path().join("data");
    make(&folder, "test");
    alter_payloads(&folder, "shudian-special.xml", "shudian-speciaI.xml");
    let site = Site::open(&folder, testkit::harmless_machine()).expect("opens");
    assert!(site.rebuild().is_err(), "rows were made of an altered payload");
}

#[test]
fn twins_are_caught() {
    for (twin, attack) in [
        ("verify_skips_signature", "UPDATE head SET checkpoint = ''"),
        ("verify_skips_commitments", "UPDATE payload SET salt"),
        ("verify_skips_a_column", "UPDATE invoice SET tax = "),
        ("stray_rows_not_counted", "INSERT INTO tile VALUES"),
        ("schema_not_compared", "CREATE VIEW"),
        ("search_text_not_compared", "UPDATE invoice_text SET names"),
        ("arrivals_not_counted", "DELETE FROM arrival"),
    ] {
        let attack = [("PIAOKU_ATTACKS", attack)];
        assert_twin_is_caught(twin, "every_alteration_of_the_database_is_named", &attack);
    }
    for twin in ["verify_skips_tip", "verify_skips_originals"] {
        assert_twin_is_caught(twin, "files_of_the_folder_that_were_replaced_are_named", &[]);
    }
    for twin in ["tip_guard_off", "verify_skips_root"] {
        assert_twin_is_caught(twin, "older_copies_and_second_writers_are_refused", &[]);
    }
    assert_twin_is_caught(
        "kept_checkpoints_not_compared",
        "only_a_checkpoint_kept_elsewhere_shows_what_is_consistent",
        &[],
    );
    assert_twin_is_caught("rows_made_of_anything", "an_altered_payload_becomes_no_row", &[]);
}

#[test]
fn nothing_is_signed_with_another_key_or_on_top_of_a_lost_ledger() {
    let scratch = scratch();
    let (sound, other) = (scratch.path().join("sound"), scratch.path().join("other"));
    make(&sound, "test");
    Site::init(&other, "test", Machine::other()).expect("a new folder");
    let opens = |folder: &Path| Site::open(folder, testkit::harmless_machine()).is_ok();
    let one_key = scratch.path().join("one-key");
    copy_folder(&sound, &one_key);
    fs::copy(other.join("key"), one_key.join("key")).expect("replaced");
    assert!(!opens(&one_key), "the public key is another");
    fs::copy(other.join("key.pub"), one_key.join("key.pub")).expect("replaced");
    assert!(!opens(&one_key), "the ledger was signed by another");
    let lost = scratch.path().join("lost");
    copy_folder(&sound, &lost);
    fs::remove_file(lost.join("piaoku.db")).expect("removed");
    assert!(!opens(&lost), "the tip knows more");
    fs::remove_file(lost.join("tip")).expect("removed");
    assert!(!opens(&lost), "the originals tell of a ledger");
    assert!(!lost.join("piaoku.db").exists(), "refusing makes nothing");
    assert!(opens(&sound));
}

struct Machine;

impl Machine {
    /// A machine that draws another key than the usual one of tests.
    fn other() -> app::Machine {
        let machine = testkit::harmless_machine();
        let _first = machine.random.bytes32();
        machine
    }
}

/// A folder with an invoice, one with faults, a refused file and a repeated one.
fn make(folder: &Path, name: &str) {
    let machine = if folder.ends_with("other") {
        Machine::other()
    } else {
        testkit::harmless_machine()
    };
    let site = Site::init(folder, name, machine).expect("a new folder");
    for entity in testkit::demo_entities() {
        site.declare(&entity).expect("declared");
    }
    let samples = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples"));
    let names = [
        "shudian-special.xml",
        "xml-total-contradicts-words.xml",
        "damaged-truncated.ofd",
        "shudian-special.xml",
    ];
    for name in names {
        let bytes = fs::read(samples.join(name)).expect("a sample");
        let incoming = Incoming {
            name: name.to_owned(),
            bytes,
        };
        take_in(&site, &incoming).expect("taken in");
    }
    let incoming = Incoming {
        name: "photo.png".to_owned(),
        bytes: PICTURE.to_vec(),
    };
    take_in(&site, &incoming).expect("taken in");
    assert_eq!(site.status().expect("a status").pending, 1);
}

/// Takes one more sample in.
fn add(folder: &Path, name: &str) {
    let samples = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples"));
    let site = Site::open(folder, testkit::harmless_machine()).expect("opens");
    let bytes = fs::read(samples.join(name)).expect("a sample");
    take_in(
        &site,
        &Incoming {
            name: name.to_owned(),
            bytes,
        },
    )
    .expect("taken in");
}

/// In memory where the system has such a place: hundreds of copies need not wear a disk.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a scratch folder")
}

fn copy_anew(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).expect("removed");
    }
    copy_folder(from, to);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Verifies; a folder that is refused outright is named as such.
fn verify(folder: &Path) -> VerifyReport {
    verify_site(folder, &|_| {}).unwrap_or_else(|error| VerifyReport {
        sound: false,
        entries: 0,
        originals: 0,
        rows: 0,
        root: String::new(),
        damages: vec![Damage {
            what: "store".to_owned(),
            zh: format!("拒绝使用：{error}"),
            en: format!("refused: {error}"),
        }],
    })
}
