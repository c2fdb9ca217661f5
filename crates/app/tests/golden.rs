//! Ledgers of released versions: each opens for ever, verifies, and gives the answers it gave then.
//!
//! A folder of `tests/golden/` holds a data folder as its version left it (`data/`), what it answered as far as no later
//! version may answer otherwise (`answers.txt`), and a receipt of the first invoice (`receipt.json`).
//! It is never written again: a later program that cannot read it, or answers otherwise, is wrong, or needs a step that
//! brings old folders forward when they are opened. The made-up invoices, the clock and the key are fixed, so it is no secret.
//!
//! To add one for a release: `UPDATE_GOLDEN=1.2 cargo test -p app --test golden` makes `tests/golden/1.2`; it refuses to
//! touch one that is there.

mod answers;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use answers::Questions;
use app::{FindWords, Incoming, Site, take_in, verify_receipt, verify_site};
use testkit::copy_folder;

/// What goes into a new golden: small files of all that a ledger records.
const FILES: &[&str] = &[
    "shudian-special.xml",
    "xml-total-contradicts-words.xml",
    "rail-ticket.xml",
    "rail-ticket-refund.xml",
    "air-ticket.xml",
    "legacy-xbrl.xml",
    "legacy-original-invoice.xml",
    "shudian-booking-data.xml",
    "shudian-gb18030.xml",
    "shudian-kind-not-stated.xml",
    "damaged-truncated.ofd",
    "shudian-special.xml",
];

#[test]
fn every_golden_ledger_opens_verifies_and_answers_as_it_did() {
    if let Ok(version) = std::env::var("UPDATE_GOLDEN") {
        make(&goldens().join(version));
    }
    let mut goldens: Vec<PathBuf> = fs::read_dir(goldens())
        .expect("the goldens")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    goldens.sort();
    assert!(!goldens.is_empty());
    for golden in goldens {
        let name = golden.display();
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let data = scratch.path().join("data");
        copy_folder(&golden.join("data"), &data);
        let report = verify_site(&data, &|_| {}).expect("readable");
        assert!(report.sound, "{name}: {:?}", report.damages);
        let receipt = fs::read_to_string(golden.join("receipt.json")).expect("the receipt");
        let key = fs::read_to_string(data.join("key.pub")).expect("the key");
        verify_receipt(&receipt, &key).unwrap_or_else(|error| panic!("{name}: {error}"));
        let then = fs::read_to_string(golden.join("answers.txt")).expect("the answers");
        let site = Site::open(&data, testkit::harmless_machine()).expect("opens");
        assert_eq!(told(&site), then, "{name}: the answers are others");
        let questions = Questions::of(&site);
        assert!(questions.invoices() >= 10, "{name}");
        let before = questions.ask(&site, scratch.path());
        site.rebuild().expect("rebuilt");
        assert_eq!(told(&site), then, "{name}: rebuilt rows answer otherwise");
        assert!(
            questions.ask(&site, scratch.path()) == before,
            "{name}: rebuilt rows are others"
        );
        drop(site);
        let again = verify_site(&data, &|_| {}).expect("readable");
        assert_eq!((again.sound, again.root), (true, report.root), "{name}");
    }
}

/// What no later version may answer otherwise: the ledger, its entries, the account, and what is found.
fn told(site: &Site) -> String {
    let mut text = String::new();
    let status = site.status().expect("a status");
    writeln!(
        text,
        "{}/e{} {} entries, root {}\nreceived {} stored {} duplicate {} rejected {} pending {}",
        status.site,
        status.epoch,
        status.tree_size,
        status.root,
        status.received,
        status.stored,
        status.duplicate,
        status.rejected,
        status.pending
    )
    .expect("text");
    for index in 0..status.tree_size {
        let view = site.entry(index).expect("readable").expect("an entry");
        writeln!(text, "entry {index} {} {}", view.entry.fact_kind, view.leaf_hash).expect("text");
    }
    for words in ["", "公司", "乌有", "火车", "2611", "0000", "服务"] {
        let find = FindWords {
            words: vec![words.to_owned()],
            limit: 100,
            ..FindWords::default()
        };
        let page = site.find(&find).expect("finds");
        writeln!(text, "find {words:?}: {} of {}", page.count, page.total).expect("text");
        for row in page.rows {
            let date = row.date.unwrap_or_default();
            let total = row.total.unwrap_or_default();
            writeln!(text, "    {} {date} {total} {}", row.key, row.renditions).expect("text");
        }
    }
    text
}

fn make(golden: &Path) {
    assert!(
        !golden.exists(),
        "{} is there already: goldens are never written again",
        golden.display()
    );
    let data = golden.join("data");
    fs::create_dir_all(golden).expect("a folder");
    let site = Site::init(&data, "golden", testkit::harmless_machine()).expect("a new folder");
    for entity in testkit::demo_entities() {
        site.declare(&entity).expect("declared");
    }
    let samples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples"));
    for name in FILES {
        let bytes = fs::read(samples.join(name)).expect("a sample");
        let name = (*name).to_owned();
        take_in(&site, &Incoming { name, bytes }).expect("taken in");
    }
    fs::write(golden.join("answers.txt"), told(&site)).expect("written");
    let first = site.find(&FindWords::default()).expect("finds").rows.remove(0);
    let receipt = site
        .prove(&first.number, false)
        .expect("proves")
        .expect("a receipt");
    fs::write(golden.join("receipt.json"), receipt.to_json()).expect("written");
    drop(site);
    fs::remove_dir(data.join("originals").join("unfinished")).expect("an empty folder");
    fs::remove_file(data.join("lock")).expect("the lock");
}

fn goldens() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
}
