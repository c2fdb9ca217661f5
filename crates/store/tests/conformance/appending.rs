//! Arrivals, entries, the tree, and the writer.

use std::sync::Arc;

use invoice::{Digest, Format};
use ledger::fact::Fact;
use ledger::merkle::{Frontier, inclusion_proof, root_at, verify_inclusion};
use ledger::{Checkpoint, Entry, Hash, Receipt, Salt};
use store::{
    Commit, Draft, ErrorKind, Head, HeadRef, NewEntry, RecordError, Recorded, Store, StoreError, StoreTiles,
    UniqueKey,
};

use crate::support::{
    Engine, Made, arrival, draft, duplicate, entity, key, new_index, rejected, stored, take_in, writer,
};

pub fn an_empty_store_has_nothing(engine: &Engine) {
    let store = &engine.store;
    assert_eq!(store.head().unwrap(), None);
    assert_eq!(store.entry(0).unwrap(), None);
    assert_eq!(store.entries(0, 10).unwrap(), []);
    assert_eq!(store.payload(0).unwrap(), None);
    assert_eq!(store.tile(0, 0).unwrap(), None);
    assert_eq!(store.first_entry(&UniqueKey::new("x", "y")).unwrap(), None);
    assert_eq!(store.pending().unwrap(), []);
    assert_eq!(store.rows_size().unwrap(), 0);
    assert!(store.conservation().unwrap().is_balanced());
    assert!(store.find(&store::Find::default()).unwrap().rows.is_empty());
}

pub fn arrivals_are_numbered_without_gaps(engine: &Engine) {
    let store = &engine.store;
    assert_eq!(
        store.arrive(&[arrival("a", b"a"), arrival("b", b"b")]).unwrap(),
        [1, 2]
    );
    assert!(store.arrive(&[]).unwrap().is_empty());
    let member = store::NewArrival {
        parent: Some(Digest::of(b"zip")),
        ..arrival("c", b"c")
    };
    assert_eq!(store.arrive(std::slice::from_ref(&member)).unwrap(), [3]);
    let pending = store.pending().unwrap();
    assert_eq!(pending.iter().map(|p| p.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(pending[2].arrival, member);
    assert!(store.is_pending(3).unwrap());
    assert!(!store.is_pending(4).unwrap());

    store.set_waits_for(2, "password").unwrap();
    assert_eq!(store.pending().unwrap()[1].arrival.waits_for, "password");
    let error = store.set_waits_for(4, "password").unwrap_err();
    assert!(matches!(error, StoreError::NotPending(4)));

    let account = store.conservation().unwrap();
    assert_eq!((account.received, account.pending), (3, 3));
    assert!(account.is_balanced());
}

pub fn a_recorded_draft_is_there_with_all_that_belongs_to_it(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let draft = stored(store.as_ref(), b"one", Format::Xml, &[Made::default()]);
    let payload = draft.fact.encode().unwrap();
    let Recorded::New(Receipt { index: 0, leaf_hash }) = writer.record(draft.clone()).unwrap() else {
        panic!("not recorded as entry 0");
    };

    let stored = store.entry(0).unwrap().unwrap();
    assert_eq!((stored.index, stored.leaf_hash), (0, leaf_hash));
    assert_eq!(Entry::leaf_hash(&stored.bytes), leaf_hash);
    let entry = Entry::decode(&stored.bytes).unwrap();
    assert_eq!(
        (entry.fact_kind.as_str(), entry.originals.as_slice()),
        ("original_stored", &draft.originals[..])
    );
    let opened = store.payload(0).unwrap().unwrap();
    assert_eq!(opened.payload, payload);
    assert!(entry.commitment.opens_to(&opened.salt, &opened.payload));
    assert_eq!(
        Fact::decode(&entry.fact_kind, entry.fact_version, &payload).unwrap(),
        draft.fact
    );
    assert_eq!(store.first_entry(&draft.unique_keys[0]).unwrap(), Some(0));
    assert_eq!(store.pending().unwrap(), []);

    let head = store.head().unwrap().unwrap();
    let checkpoint = Checkpoint::verify(&head.checkpoint, &key().verifying_key()).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (1, head.root));
    assert_eq!(head.root, leaf_hash);
    let outcome = store.outcome(1).unwrap().unwrap();
    assert_eq!((outcome.index, outcome.digest), (0, Digest::of(b"one")));
}

fn bare_commit(expected: HeadRef) -> Commit {
    let bytes = expected.size.to_be_bytes().to_vec();
    let leaf_hash = Entry::leaf_hash(&bytes);
    let entry = NewEntry {
        bytes,
        leaf_hash,
        payload: vec![],
        salt: Salt([0; 32]),
        unique_keys: vec![UniqueKey::new("n", &expected.size.to_string())],
        rows: vec![],
    };
    let head = Head {
        epoch: expected.epoch,
        size: expected.size + 1,
        root: Hash([1; 32]),
        checkpoint: "x".into(),
    };
    Commit {
        expected,
        entries: vec![entry],
        tiles: vec![],
        head,
        settles: vec![],
    }
}

pub fn a_commit_to_another_head_is_fenced_and_changes_nothing(engine: &Engine) {
    let store = &engine.store;
    let at = |epoch, size| HeadRef { epoch, size };
    let fenced = |expected| {
        let before = store.head().unwrap();
        let error = store.commit(&bare_commit(expected)).unwrap_err();
        assert!(matches!(error, StoreError::Fenced { .. }), "{error:?}");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(store.head().unwrap(), before);
        assert_eq!(
            store.entries(0, 10).unwrap().len() as u64,
            before.map_or(0, |head| head.size)
        );
    };
    fenced(at(1, 1));
    store.commit(&bare_commit(at(1, 0))).unwrap();
    fenced(at(1, 0));
    fenced(at(1, 2));
    fenced(at(2, 1));
    store.commit(&bare_commit(at(1, 1))).unwrap();
    assert_eq!(store.head().unwrap().unwrap().size, 2);
}

pub fn a_commit_that_breaks_a_rule_changes_nothing(engine: &Engine) {
    let store = &engine.store;
    store.commit(&bare_commit(HeadRef { epoch: 1, size: 0 })).unwrap();
    let at = HeadRef { epoch: 1, size: 1 };
    let check = |commit: &Commit, want: &str| {
        let error = store.commit(commit).unwrap_err();
        assert!(error.to_string().contains(want), "{error}");
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(store.head().unwrap().unwrap().size, 1);
        assert_eq!(store.entries(0, 10).unwrap().len(), 1);
        assert_eq!(store.rows_size().unwrap(), 1);
    };
    let mut taken = bare_commit(at);
    taken.entries[0].unique_keys = vec![UniqueKey::new("n", "0")];
    check(&taken, "n:0 is taken");
    let unknown = Commit {
        settles: vec![9],
        ..bare_commit(at)
    };
    check(&unknown, "arrival 9 is not pending");
}

pub fn the_same_file_gets_the_first_entry(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let first = take_in(store, &writer, b"one", Format::Xml, &[Made::default()]);
    // Handed in again later.
    let again = stored(store.as_ref(), b"one", Format::Xml, &[Made::default()]);
    assert_eq!(writer.record(again).unwrap(), Recorded::Already { first });
    // And twice in the same breath.
    let drafts: Vec<Draft> = (0..3)
        .map(|_| stored(store.as_ref(), b"two", Format::Xml, &[]))
        .collect();
    let answers: Vec<_> = writer
        .record_all(drafts)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let index = new_index(answers[0]);
    assert_eq!(answers[1..], [Recorded::Already { first: index }; 2]);
    assert_eq!(store.head().unwrap().unwrap().size, 2);
    assert_eq!(store.pending().unwrap().len(), 3);
}

pub fn drafts_that_cannot_be_recorded_do_not_hold_up_the_others(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let good = stored(store.as_ref(), b"good", Format::Xml, &[]);
    let unknown_arrival = Draft {
        settles: vec![99],
        ..good.clone()
    };
    let settles_nothing = Draft {
        settles: vec![],
        ..good.clone()
    };
    let too_long = Draft {
        actor: "x".repeat(1_000),
        ..entity("1", &["一"])
    };
    let mut answers = writer
        .record_all(vec![unknown_arrival, settles_nothing, too_long, good])
        .into_iter();
    assert!(matches!(
        answers.next().unwrap(),
        Err(RecordError::NotPending(99))
    ));
    assert!(matches!(
        answers.next().unwrap(),
        Err(RecordError::SettlesOthers { .. })
    ));
    assert!(matches!(answers.next().unwrap(), Err(RecordError::Entry(_))));
    assert_eq!(new_index(answers.next().unwrap().unwrap()), 0);
    assert!(store.conservation().unwrap().is_balanced());
    assert_eq!(writer.stopped(), None);
}

pub fn batches_of_any_size_give_the_same_tree(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let mut expected = Frontier::default();
    for count in [1, 2, 7, 250, 300, 1] {
        let drafts = (0..count)
            .map(|nth| entity(&format!("{count}-{nth}"), &["甲"]))
            .collect();
        let receipts: Vec<Receipt> = writer
            .record_all(drafts)
            .into_iter()
            .map(|answer| match answer.unwrap() {
                Recorded::New(receipt) => receipt,
                Recorded::Already { .. } => panic!("nothing is unique here"),
            })
            .collect();
        assert_eq!(receipts[0].index, expected.size());
        expected
            .append(
                &receipts
                    .iter()
                    .map(|receipt| receipt.leaf_hash)
                    .collect::<Vec<_>>(),
            )
            .unwrap();
        let head = store.head().unwrap().unwrap();
        assert_eq!((head.size, head.root), (expected.size(), expected.root()));
    }
    let tiles = StoreTiles(store.as_ref());
    assert_eq!(root_at(&tiles, 561).unwrap(), expected.root());
    for index in [0, 255, 256, 560] {
        let leaf = store.entry(index).unwrap().unwrap().leaf_hash;
        let path = inclusion_proof(&tiles, 561, index).unwrap();
        assert!(verify_inclusion(&leaf, index, 561, &path, &expected.root()));
    }
}

pub fn many_callers_at_once_each_get_their_own_receipt(engine: &Engine) {
    let store = &engine.store;
    let writer = Arc::new(writer(store));
    let mut indexes: Vec<u64> = std::thread::scope(|scope| {
        let caller = |who: usize| {
            let writer = Arc::clone(&writer);
            scope.spawn(move || {
                let record = |nth| {
                    let draft = entity(&format!("{who}-{nth}"), &["甲"]);
                    let salted = Draft {
                        salt: Salt([who as u8 + 1; 32]),
                        ..draft
                    };
                    let Recorded::New(receipt) = writer.record(salted).unwrap() else {
                        panic!()
                    };
                    let stored = store.entry(receipt.index).unwrap().unwrap();
                    assert_eq!(stored.leaf_hash, receipt.leaf_hash);
                    let payload = store.payload(receipt.index).unwrap().unwrap();
                    assert!(
                        String::from_utf8(payload.payload)
                            .unwrap()
                            .contains(&format!("{who}-{nth}"))
                    );
                    receipt.index
                };
                (0..20).map(record).collect::<Vec<_>>()
            })
        };
        let callers: Vec<_> = (0..8).map(caller).collect();
        callers
            .into_iter()
            .flat_map(|caller| caller.join().unwrap())
            .collect()
    });
    indexes.sort_unstable();
    assert_eq!(indexes, (0..160).collect::<Vec<_>>());
}

pub fn time_never_runs_backwards(engine: &Engine) {
    let store = &engine.store;
    let received = |index| {
        Entry::decode(&store.entry(index).unwrap().unwrap().bytes)
            .unwrap()
            .time_received
    };
    let at = |time| Draft {
        time_received: time,
        ..entity("1", &["甲"])
    };
    let first = writer(store);
    first.record(at(100)).unwrap();
    first.record(at(50)).unwrap();
    drop(first);
    writer(store).record(at(70)).unwrap();
    assert_eq!([received(0), received(1), received(2)], [100, 100, 100]);
}

pub fn every_outcome_is_accounted_for(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let first = take_in(store, &writer, b"one", Format::Xml, &[Made::default()]);
    writer.record(duplicate(store.as_ref(), b"one", first)).unwrap();
    writer.record(rejected(store.as_ref(), b"nothing")).unwrap();
    store.arrive(&[arrival("waits", b"waits")]).unwrap();
    let account = store.conservation().unwrap();
    assert_eq!(
        (
            account.received,
            account.stored,
            account.duplicate,
            account.rejected,
            account.pending
        ),
        (4, 1, 1, 1, 1)
    );
    assert!(account.is_balanced());
    let counts = store.outcome_counts().unwrap();
    assert_eq!(
        (counts.stored, counts.duplicate, counts.rejected, counts.invoices),
        (1, 1, 1, 1)
    );
}

pub fn unknown_facts_are_kept(engine: &Engine) {
    let store: &Arc<dyn Store> = &engine.store;
    let fact = Fact::Unknown {
        kind: "kind_of_2040".into(),
        version: 7,
        payload: b"{\"x\":1}".to_vec(),
    };
    new_index(writer(store).record(draft(fact.clone())).unwrap());
    let entry = Entry::decode(&store.entry(0).unwrap().unwrap().bytes).unwrap();
    let payload = store.payload(0).unwrap().unwrap().payload;
    assert_eq!(
        Fact::decode(&entry.fact_kind, entry.fact_version, &payload).unwrap(),
        fact
    );
    assert_eq!(store::rebuild(store.as_ref()).unwrap(), 1);
}
