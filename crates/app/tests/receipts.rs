//! Receipts as the product writes them, before judges who are not ours: two published Merkle trees and a published reader
//! of signed notes. The shape of the file is read by hand, so that no code of ours stands between the bytes and the judge.

use std::fs;
use std::path::Path;

use app::{Incoming, Site, take_in};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ct_merkle::{InclusionProof, RootHash};
use serde_json::Value;
use sha2::Sha256;
use tlog_tiles::tlog;

const FILES: &[&str] = &[
    "shudian-special.xml",
    "rail-ticket.xml",
    "air-ticket.xml",
    "legacy-xbrl.xml",
    "legacy-original-invoice.xml",
    "shudian-gb18030.xml",
];

#[test]
fn every_receipt_is_accepted_by_three_independent_judges() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = scratch.path().join("data");
    let site = Site::init(&folder, "judged", testkit::harmless_machine()).expect("a new folder");
    let samples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples"));
    for name in FILES {
        let bytes = fs::read(samples.join(name)).expect("a sample");
        let name = (*name).to_owned();
        take_in(&site, &Incoming { name, bytes }).expect("taken in");
        // At every size of the tree, each entry.
        for index in 0..site.status().expect("a status").tree_size {
            for sealed in [false, true] {
                let receipt = site
                    .prove_entry(index, sealed)
                    .expect("proves")
                    .expect("an entry");
                judge(&receipt.to_json(), &site.public_key());
            }
        }
    }
}

fn judge(receipt: &str, key: &str) {
    let receipt: Value = serde_json::from_str(receipt).expect("JSON");
    let (index, entry) = (
        receipt["index"].as_u64().expect("an index"),
        text(&receipt["entry"]),
    );
    let entry = BASE64.decode(entry).expect("base64");
    let path: Vec<[u8; 32]> = receipt["inclusion"]
        .as_array()
        .expect("a path")
        .iter()
        .map(|hash| unhex(text(hash)))
        .collect();
    let note = text(&receipt["checkpoint"]);
    let lines: Vec<&str> = note.lines().collect();
    let size: u64 = lines[1].parse().expect("a size");
    let root: [u8; 32] = BASE64
        .decode(lines[2])
        .expect("base64")
        .try_into()
        .expect("32 bytes");

    let verifier = signed_note::StandardVerifier::new(key).expect("a key");
    let verifiers = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    let parsed = signed_note::Note::from_bytes(note.as_bytes()).expect("a note");
    let (ours, others) = parsed.verify(&verifiers).expect("signed");
    assert_eq!((ours.len(), others.len()), (1, 0));

    let hashes: Vec<tlog::Hash> = path.iter().map(|hash| tlog::Hash(*hash)).collect();
    let leaf = tlog::record_hash(&entry);
    tlog::check_record(&hashes, size, tlog::Hash(root), index, leaf).expect("in the tree");
    assert!(
        tlog::check_record(
            &hashes,
            size,
            tlog::Hash(root),
            index,
            tlog::record_hash(b"other")
        )
        .is_err()
    );

    let tree = RootHash::<Sha256>::new(root.into(), size);
    let proof = InclusionProof::<Sha256>::try_from_bytes(path.concat()).expect("a path");
    tree.verify_inclusion(&entry, index, &proof).expect("in the tree");
    assert!(tree.verify_inclusion(&b"other".to_vec(), index, &proof).is_err());
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn unhex(text: &str) -> [u8; 32] {
    let byte = |at: usize| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal");
    std::array::from_fn(byte)
}
