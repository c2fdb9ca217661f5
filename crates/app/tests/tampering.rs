//! A data folder in the hands of somebody with a database tool: whatever is altered, verifying finds it, and no tool of
//! ours signs on top of it.

use std::fs;
use std::path::{Path, PathBuf};

use app::{Incoming, Site, VerifyReport, take_in, verify_site};
use rusqlite::Connection;

/// What is done to the database, and a word by which verifying must name it.
const ALTERATIONS: &[(&str, &str)] = &[
    ("UPDATE invoice SET total = total + 1", "row"),
    ("UPDATE invoice SET worst = 'no such word'", "store"),
    (
        "DELETE FROM invoice WHERE id = (SELECT min(id) FROM invoice)",
        "row",
    ),
    ("DELETE FROM fault", "row"),
    ("UPDATE fault SET severity = 'note'", "row"),
    ("DELETE FROM alias", "row"),
    ("UPDATE rendition SET digest = zeroblob(32)", "row"),
    (
        "INSERT INTO rendition VALUES (9999, 0, 7, zeroblob(32), 'xml')",
        "table rendition",
    ),
    ("UPDATE line SET name = 'other'", "row"),
    ("INSERT INTO line VALUES (99999, 1, 'ghost', 1, 1)", "table line"),
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
        "INSERT INTO arrival VALUES (500, 'ghost', zeroblob(32), 1, 1, NULL, 'password')",
        "original",
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
        "DELETE FROM invoice_text WHERE rowid = (SELECT min(id) FROM invoice)",
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
        "UPDATE invoice_text SET names = 'aa', items = 'bb', numbers = 'cc' WHERE rowid = (SELECT min(id) FROM invoice)",
        "row",
    ),
    ("DROP TABLE line", "database table line"),
    ("DROP INDEX invoice_by_date", "database index invoice_by_date"),
    (
        "CREATE TRIGGER lose AFTER INSERT ON outcome BEGIN DELETE FROM outcome WHERE arrival = new.arrival; END",
        "database trigger lose",
    ),
];

#[test]
fn every_alteration_of_the_database_is_named() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let sound = scratch.path().join("sound");
    make(&sound, "test");
    assert!(verify(&sound).sound, "{:?}", verify(&sound).damages);
    for (nth, (sql, what)) in ALTERATIONS.iter().enumerate() {
        let folder = scratch.path().join(format!("altered-{nth}"));
        copy(&sound, &folder);
        let database = Connection::open(folder.join("piaoku.db")).expect("a database");
        database.pragma_update(None, "foreign_keys", "OFF").expect("off");
        database
            .execute_batch(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        database.close().expect("closed");
        let report = verify(&folder);
        assert!(!report.sound, "{sql} was not found");
        let is_named = report.damages.iter().any(|damage| damage.what.starts_with(what));
        assert!(is_named, "{sql} was told as {:?}", report.damages);
    }
}

#[test]
fn files_of_the_folder_that_were_replaced_are_named() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (sound, other) = (scratch.path().join("sound"), scratch.path().join("other"));
    make(&sound, "test");
    make(&other, "test");
    let cases: &[(&[&str], &str)] = &[
        (&["tip"], "tip"),
        (&["key"], "key"),
        (&["key.pub"], "key"),
        (&["key", "key.pub"], "checkpoint"),
        (&["piaoku.db"], "checkpoint"),
        (&["piaoku.db", "tip"], "checkpoint"),
    ];
    for (nth, (names, what)) in cases.iter().enumerate() {
        for put in [true, false] {
            let folder = scratch.path().join(format!("replaced-{nth}-{put}"));
            copy(&sound, &folder);
            for name in *names {
                fs::remove_file(folder.join(name)).expect("removed");
                if put {
                    fs::copy(other.join(name), folder.join(name)).expect("replaced");
                }
            }
            if !put && *names == ["key", "key.pub"] {
                continue;
            }
            let report = verify(&folder);
            assert!(!report.sound, "{names:?} replaced: {put}");
            assert!(
                !put || report.damages.iter().any(|damage| damage.what == *what),
                "{names:?}: {:?}",
                report.damages
            );
        }
    }
}

#[test]
fn nothing_is_signed_with_another_key_or_on_top_of_a_lost_ledger() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (sound, other) = (scratch.path().join("sound"), scratch.path().join("other"));
    make(&sound, "test");
    Site::init(&other, "test", Machine::other()).expect("a new folder");
    let opens = |folder: &Path| Site::open(folder, testkit::harmless_machine()).is_ok();
    let one_key = scratch.path().join("one-key");
    copy(&sound, &one_key);
    fs::copy(other.join("key"), one_key.join("key")).expect("replaced");
    assert!(!opens(&one_key), "the public key is another");
    fs::copy(other.join("key.pub"), one_key.join("key.pub")).expect("replaced");
    assert!(!opens(&one_key), "the ledger was signed by another");
    let lost = scratch.path().join("lost");
    copy(&sound, &lost);
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
}

fn verify(folder: &Path) -> VerifyReport {
    verify_site(folder, &|_| {}).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}
