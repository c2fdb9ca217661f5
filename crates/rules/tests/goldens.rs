//! The goldens are a register too: a code that was ever published may be retired, but it may not vanish.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_golden_belongs_to_a_check_or_to_a_retired_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check/snapshots");
    let goldens: BTreeSet<String> = fs::read_dir(folder)
        .expect("the goldens are committed")
        .filter_map(|entry| entry.expect("a folder entry").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".snap").map(str::to_owned))
        .collect();
    let given: BTreeSet<String> = rules::list()
        .map(|kind| kind.code)
        .chain(rules::retired().iter().copied())
        .map(str::to_owned)
        .collect();
    assert_eq!(
        goldens, given,
        "a golden is kept when its check is given up: move the code to `retired` in check/mod.rs"
    );
}

#[test]
fn there_are_checks_of_every_letter() {
    let letters: BTreeSet<&str> = rules::list().filter_map(|kind| kind.code.get(..1)).collect();
    assert_eq!(letters.into_iter().collect::<String>(), "ADLNPRSTWX");
}
