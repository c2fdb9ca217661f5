//! Every write is made to fail, as "failed" and as "failed but persisted"; afterwards the account of arrivals balances.

use std::sync::Arc;

use invoice::Format;
use ledger::merkle::root_at;
use store::{
    ErrorKind, Faulty, HowItFails, MemoryStore, RecordError, Recorded, SqliteStore, Store, StoreError,
    StoreTiles, Writer,
};

use crate::support::{Made, arrival, new_index, stored_as, writer};

const FILES: u64 = 4;

fn bytes(nth: u64) -> Vec<u8> {
    format!("file {nth}").into_bytes()
}

/// Hands in the files one after another as a caller does who, after any error, looks at what is pending and goes on.
fn take_in_stubbornly(store: &Arc<dyn Store>, writer: &Writer) {
    for nth in 0..FILES {
        for _ in 0..3 {
            let digest = invoice::Digest::of(&bytes(nth));
            let pending = store.pending().unwrap();
            let number = match pending.iter().find(|p| p.arrival.digest == digest) {
                Some(known) => known.number,
                None if store
                    .first_entry(&store::UniqueKey::file(&digest))
                    .unwrap()
                    .is_some() =>
                {
                    break;
                }
                None => match store.arrive(&[arrival("x", &bytes(nth))]) {
                    Ok(numbers) => numbers[0],
                    Err(_) => continue,
                },
            };
            if writer
                .record(stored_as(number, &bytes(nth), Format::Xml, &[Made::default()]))
                .is_ok()
            {
                break;
            }
        }
    }
}

fn check<S: Store + 'static>(make: impl Fn() -> Arc<Faulty<S>>) {
    // Two writes for each file, and one more for every failure.
    for how in [HowItFails::Failed, HowItFails::FailedButPersisted] {
        for number in 1..=FILES * 2 {
            let faulty = make();
            faulty.arm(number, how, ErrorKind::Busy);
            let store: Arc<dyn Store> = faulty.clone();
            let writer = writer(&store);
            take_in_stubbornly(&store, &writer);
            assert!(
                faulty.writes() >= FILES * 2,
                "the armed write {number} was reached"
            );
            assert_eq!(writer.stopped(), None);
            let account = store.conservation().unwrap();
            assert!(account.is_balanced(), "{how:?} at {number}: {account:?}");
            assert_eq!(
                (account.stored, account.pending),
                (FILES, 0),
                "{how:?} at {number}"
            );
            let head = store.head().unwrap().unwrap();
            assert_eq!(head.size, FILES, "{how:?} at {number}");
            assert_eq!(
                root_at(&StoreTiles(store.as_ref()), head.size).unwrap(),
                head.root
            );
            assert_eq!(store.outcome_counts().unwrap().invoices, 1);
        }
    }
}

#[test]
fn no_arrival_is_lost_or_counted_twice_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let nth = std::cell::Cell::new(0);
    check(|| {
        nth.set(nth.get() + 1);
        let store = SqliteStore::open(&folder.path().join(nth.get().to_string())).unwrap();
        Arc::new(Faulty::new(store))
    });
}

#[test]
fn no_arrival_is_lost_or_counted_twice_in_memory() {
    check(|| Arc::new(Faulty::new(MemoryStore::default())));
}

/// The broken twin: an account of arrivals that loses one is caught.
#[test]
fn a_lost_arrival_is_named() {
    let store = MemoryStore::default();
    store.arrive(&[arrival("a", b"a"), arrival("b", b"b")]).unwrap();
    let stolen = store::Commit {
        expected: store::HeadRef { epoch: 1, size: 0 },
        entries: vec![],
        tiles: vec![],
        head: store::Head {
            epoch: 1,
            size: 0,
            root: ledger::merkle::empty_root(),
            checkpoint: String::new(),
        },
        settles: vec![2],
    };
    store.commit(&stolen).unwrap();
    let account = store.conservation().unwrap();
    assert!(!account.is_balanced());
    assert_eq!(account.missing, [2]);
}

#[test]
fn a_failed_commit_is_told_to_all_who_wait_and_the_writer_goes_on() {
    let faulty = Arc::new(Faulty::new(MemoryStore::default()));
    let store: Arc<dyn Store> = faulty.clone();
    let writer = writer(&store);
    let numbers = store.arrive(&[arrival("a", b"a"), arrival("b", b"b")]).unwrap();
    let drafts = || {
        vec![
            stored_as(numbers[0], b"a", Format::Xml, &[]),
            stored_as(numbers[1], b"b", Format::Xml, &[]),
        ]
    };
    faulty.arm(2, HowItFails::FailedButPersisted, ErrorKind::Busy);
    let answers = writer.record_all(drafts());
    // The failing commit may have taken one draft or both: only the first is sure to hear of it.
    assert_eq!(answers[0].as_ref().unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(
        writer.record(drafts().remove(0)).unwrap(),
        Recorded::Already { first: 0 }
    );
    assert_eq!(writer.stopped(), None);
}

#[test]
fn damage_stops_the_writer_and_reads_go_on() {
    let faulty = Arc::new(Faulty::new(MemoryStore::default()));
    let store: Arc<dyn Store> = faulty.clone();
    let writer = writer(&store);
    let number = store.arrive(&[arrival("a", b"a")]).unwrap()[0];
    faulty.arm(2, HowItFails::Failed, ErrorKind::Corrupt);
    let draft = stored_as(number, b"a", Format::Xml, &[]);
    let error = writer.record(draft.clone()).unwrap_err();
    assert!(matches!(error, RecordError::Store(_)));
    let why = writer.stopped().unwrap();
    assert!(
        why.starts_with("cannot commit entries: write 2 was made to fail"),
        "{why}"
    );
    let error = writer.record(draft).unwrap_err();
    assert!(matches!(error, RecordError::Stopped(_)));
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(store.pending().unwrap().len(), 1);
}

#[test]
fn a_writer_that_was_overtaken_stops() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let (one, other) = (writer(&store), writer(&store));
    let draft = crate::support::entity("1", &["甲"]);
    assert_eq!(new_index(one.record(draft.clone()).unwrap()), 0);
    let RecordError::Store(error) = other.record(draft.clone()).unwrap_err() else {
        panic!()
    };
    assert!(matches!(*error, StoreError::Fenced { .. }));
    assert!(matches!(
        other.record(draft.clone()).unwrap_err(),
        RecordError::Stopped(_)
    ));
    assert_eq!(new_index(one.record(draft).unwrap()), 1);
}
