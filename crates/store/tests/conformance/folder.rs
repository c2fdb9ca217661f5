//! What only files can show: the lock, the tip, copies, damage.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use invoice::Format;
use store::folder::{DATABASE, TIP};
use store::writer::FAULT_POINTS;
use store::{DataFolder, ErrorKind, FaultPoints, SqliteStore, Store, StoreError, Writer, WriterOptions};

use crate::support::{Made, entity, key, new_index, origin, stored};

fn start(folder: &DataFolder) -> Result<Writer, StoreError> {
    folder.start_writer(Box::new(key()), WriterOptions::new(origin()))
}

fn record(path: &Path, count: usize) {
    let folder = DataFolder::open(path).unwrap();
    let writer = start(&folder).unwrap();
    for _ in 0..count {
        new_index(writer.record(entity("1", &["甲"])).unwrap());
    }
}

#[test]
fn opening_is_idempotent_and_keeps_everything() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("data");
    for round in 0..3 {
        let folder = DataFolder::open(&path).unwrap();
        let writer = start(&folder).unwrap();
        let bytes = format!("file {round}").into_bytes();
        let digest = store::OriginalStore::put(folder.originals().as_ref(), &bytes).unwrap();
        let draft = stored(folder.store().as_ref(), &bytes, Format::Xml, &[Made::default()]);
        assert_eq!(new_index(writer.record(draft).unwrap()), round);
        assert_eq!(
            store::OriginalStore::get(folder.originals().as_ref(), &digest).unwrap(),
            bytes
        );
        drop(writer);
        drop(start(&folder).unwrap());
        assert!(folder.store().conservation().unwrap().is_balanced());
        assert_eq!(folder.store().check_file().unwrap(), Vec::new());
    }
}

#[test]
fn a_second_opening_is_told_who_has_the_folder() {
    let home = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(home.path()).unwrap();
    let error = DataFolder::open(home.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    let told = error.to_string();
    assert!(
        told.ends_with(&format!("in use by process {}", std::process::id())),
        "{told}"
    );
    drop(folder);
    DataFolder::open(home.path()).unwrap();
}

#[test]
fn a_rolled_back_database_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("data");
    record(&path, 3);
    let copy = fs::read(path.join(DATABASE)).unwrap();
    record(&path, 2);
    fs::write(path.join(DATABASE), copy).unwrap();
    let folder = DataFolder::open(&path).unwrap();
    let error = start(&folder).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    let StoreError::TipGuard(why) = error else {
        panic!("{error}")
    };
    assert_eq!(
        why,
        ledger::TipGuardError::RolledBack {
            candidate: 3,
            known: 5
        }
    );
    // Reads go on.
    assert_eq!(folder.store().entries(0, 10).unwrap().len(), 3);
}

#[test]
fn an_emptied_database_is_refused() {
    let home = tempfile::tempdir().unwrap();
    record(home.path(), 2);
    fs::remove_file(home.path().join(DATABASE)).unwrap();
    let folder = DataFolder::open(home.path()).unwrap();
    assert!(matches!(start(&folder).err().unwrap(), StoreError::TipGuard(_)));
}

#[test]
fn a_database_without_its_tip_file_is_refused() {
    let home = tempfile::tempdir().unwrap();
    record(home.path(), 1);
    fs::remove_file(home.path().join(TIP)).unwrap();
    let error = DataFolder::open(home.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Missing);
    assert!(error.to_string().contains("tip file"), "{error}");
}

#[test]
fn a_tip_that_lags_behind_is_brought_forward() {
    let home = tempfile::tempdir().unwrap();
    record(home.path(), 1);
    let lagging = fs::read(home.path().join(TIP)).unwrap();
    record(home.path(), 2);
    let current = fs::read(home.path().join(TIP)).unwrap();
    assert_ne!(lagging, current);
    fs::write(home.path().join(TIP), lagging).unwrap();
    record(home.path(), 0);
    let tip = String::from_utf8(fs::read(home.path().join(TIP)).unwrap()).unwrap();
    let root = DataFolder::open(home.path())
        .unwrap()
        .store()
        .head()
        .unwrap()
        .unwrap()
        .root;
    assert!(tip.contains(&format!(" 1 3 {root} ")), "{tip}");
}

#[test]
fn an_altered_tree_is_refused() {
    let home = tempfile::tempdir().unwrap();
    record(home.path(), 3);
    let database = rusqlite::Connection::open(home.path().join(DATABASE)).unwrap();
    database
        .execute("UPDATE tile SET bytes = zeroblob(length(bytes))", [])
        .unwrap();
    drop(database);
    let folder = DataFolder::open(home.path()).unwrap();
    let error = start(&folder).err().unwrap();
    assert_eq!(error.to_string(), "the tree of hashes is damaged");
}

#[test]
fn files_of_others_and_of_newer_versions_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let foreign = home.path().join("foreign.db");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    let told = |path: &Path| {
        let error = SqliteStore::open(path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        std::error::Error::source(&error).unwrap().to_string()
    };
    assert_eq!(told(&foreign), "it is a database of another program");
    let newer = home.path().join("newer.db");
    drop(SqliteStore::open(&newer).unwrap());
    rusqlite::Connection::open(&newer)
        .unwrap()
        .pragma_update(None, "user_version", 2)
        .unwrap();
    assert_eq!(told(&newer), "its schema has version 2, this program knows 1");
    let rubbish = home.path().join("rubbish.db");
    fs::write(&rubbish, [7; 8192]).unwrap();
    assert_eq!(
        SqliteStore::open(&rubbish).unwrap_err().kind(),
        ErrorKind::Corrupt
    );
}

/// Copies the folder at one fault point, as a crash there would leave it.
struct CopyAt {
    point: &'static str,
    source: std::path::PathBuf,
    target: std::path::PathBuf,
    reached: Mutex<u32>,
}

impl FaultPoints for CopyAt {
    fn reach(&self, point: &'static str) {
        if point == self.point {
            *self.reached.lock().unwrap() += 1;
            copy(&self.source, &self.target);
        }
    }
}

fn copy(source: &Path, target: &Path) {
    fs::create_dir_all(target).unwrap();
    for item in fs::read_dir(source).unwrap() {
        let item = item.unwrap();
        if item.file_type().unwrap().is_file() {
            fs::copy(item.path(), target.join(item.file_name())).unwrap();
        }
    }
}

#[test]
fn a_crash_at_every_fault_point_leaves_a_folder_that_opens() {
    for point in FAULT_POINTS {
        let home = tempfile::tempdir().unwrap();
        let (source, target) = (home.path().join("data"), home.path().join("crashed"));
        record(&source, 1);
        let folder = DataFolder::open(&source).unwrap();
        let fault_points = Arc::new(CopyAt {
            point,
            source: source.clone(),
            target: target.clone(),
            reached: Mutex::new(0),
        });
        let options = WriterOptions {
            fault_points: fault_points.clone(),
            ..WriterOptions::new(origin())
        };
        let writer = folder.start_writer(Box::new(key()), options).unwrap();
        let draft = stored(folder.store().as_ref(), b"file", Format::Xml, &[Made::default()]);
        writer.record(draft).unwrap();
        assert_eq!(*fault_points.reached.lock().unwrap(), 1, "{point}");

        let crashed = DataFolder::open(&target).unwrap();
        let writer = start(&crashed).unwrap();
        let store = crashed.store();
        let account = store.conservation().unwrap();
        assert!(account.is_balanced(), "{point}: {account:?}");
        let is_committed = matches!(point, "commit.after" | "tip.after");
        assert_eq!(
            (account.stored, account.pending),
            if is_committed { (1, 0) } else { (0, 1) },
            "{point}"
        );
        let size = store.head().unwrap().unwrap().size;
        assert_eq!(new_index(writer.record(entity("2", &["乙"])).unwrap()), size);
    }
}
