//! What becomes of arrivals that are no plain first hand-in: waiting for a person, handed in again, contradicting.

use std::fs;
use std::path::PathBuf;

use app::{FindWords, Incoming, InvoiceView, Lookup, Outcome, Site, Taken, WaitsFor, take_in};
use invoice::FieldName;

fn site() -> (tempfile::TempDir, Site) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let site = Site::init(&scratch.path().join("data"), "test", testkit::harmless_machine());
    (scratch, site.expect("a new folder"))
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples")).join(name))
        .expect("a sample")
}

fn hand_in(site: &Site, name: &str, bytes: Vec<u8>) -> Taken {
    let incoming = Incoming {
        name: name.to_owned(),
        bytes,
    };
    take_in(site, &incoming)
        .expect("taken in")
        .pop()
        .expect("the outermost")
}

#[test]
fn a_locked_file_handed_in_again_is_the_same_arrival_still() {
    let (_scratch, site) = site();
    let first = hand_in(&site, "a.zip", sample("zip-encrypted.zip"));
    let waits_for = WaitsFor::Password;
    assert_eq!(first.outcome, Outcome::Pending { waits_for });
    let again = hand_in(&site, "a.zip", sample("zip-encrypted.zip"));
    assert_eq!((again.arrival, &again.outcome), (first.arrival, &first.outcome));
    // Under another name it is another arrival: the name is part of what is to be told.
    let renamed = hand_in(&site, "b.zip", sample("zip-encrypted.zip"));
    assert_ne!(renamed.arrival, first.arrival);
    let status = site.status().expect("a status");
    assert_eq!((status.received, status.pending), (2, 2));
    assert!(status.is_balanced());
}

/// Hands in an invoice and a copy of it with another total, in this order, and shows it.
fn contradicted(original_first: bool) -> (Site, InvoiceView, tempfile::TempDir) {
    let (scratch, site) = site();
    let original = String::from_utf8(sample("shudian-special.xml")).expect("utf-8");
    let altered = original.replace("177.36", "977.36");
    assert_ne!(original, altered);
    let mut both = [("original.xml", original), ("altered.xml", altered)];
    if !original_first {
        both.reverse();
    }
    let mut number = String::new();
    for (name, text) in both {
        match hand_in(&site, name, text.into_bytes()).outcome {
            Outcome::Stored { invoices, .. } => number = invoices[0].key.0.clone(),
            other => panic!("{other:?}"),
        }
    }
    let Lookup::One(view) = site.look_up(&number).expect("looked up") else {
        panic!("one invoice");
    };
    (site, *view, scratch)
}

#[test]
fn an_altered_copy_of_an_invoice_is_flagged() {
    for original_first in [true, false] {
        let (site, view, _scratch) = contradicted(original_first);
        assert_eq!(view.renditions.len(), 2);
        assert!(
            view.row.fault_codes.contains(&"W201".to_owned()),
            "{:?}",
            view.row
        );
        let total = view.conflicts.iter().find(|c| c.field == FieldName::Total);
        let mut said: Vec<&str> = total
            .expect("the total is disputed")
            .said
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        said.sort_unstable();
        assert_eq!(said, ["177.36", "977.36"]);
        assert!(view.conflicts.iter().all(|c| c.field != FieldName::SellerName));
        let found = site.find(&FindWords {
            fault: Some("W201".to_owned()),
            limit: 10,
            ..FindWords::default()
        });
        assert_eq!(found.expect("found").count, 1);
    }
}

#[test]
fn another_form_of_the_same_invoice_is_not_flagged() {
    let (_scratch, site) = site();
    for name in ["shudian-special.xml", "shudian-special-same-invoice.pdf"] {
        hand_in(&site, name, sample(name));
    }
    let found = site.find(&FindWords {
        limit: 10,
        ..FindWords::default()
    });
    let rows = found.expect("found").rows;
    assert_eq!((rows.len(), rows[0].renditions), (1, 2));
    assert!(!rows[0].fault_codes.contains(&"W201".to_owned()));
}

#[test]
fn nothing_but_punctuation_finds_nothing() {
    let (_scratch, site) = site();
    hand_in(&site, "a.xml", sample("shudian-special.xml"));
    let count = |text: &str| {
        let found = site.find(&FindWords {
            words: vec![text.to_owned()],
            limit: 10,
            ..FindWords::default()
        });
        found.expect("found").count
    };
    for text in [
        "*",
        "，。",
        "\"",
        "---",
        "NEAR(",
        "x OR y",
        "a\" OR \"b",
        &"某".repeat(10_000),
    ] {
        assert_eq!(count(text), 0, "{text}");
    }
    assert_eq!((count(""), count(" ")), (1, 1), "no word is no condition");
}
