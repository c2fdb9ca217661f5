//! The manifest measure over `piaoku read --json`, faults of the verdict included: over the committed corpus always, and over
//! real files where they are at hand (they are not ours to publish).
//!
//! The test of the reader alone stands in `crates/reader/tests`; this one measures what the user gets. Its bar: nothing wrong
//! and unflagged, and 98 % of what the files carry right.

#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use testkit::measure::{self, Answer, NotCarried, Row, Tally};

const PIAOKU: &str = env!("CARGO_BIN_EXE_piaoku");

/// Values that stand in the manifest of real files and cannot be known from the file alone.
const NOT_CARRIED: &[NotCarried] = &[
    NotCarried {
        file: "image/render-guangdong",
        columns: &["seller_name", "seller_tax_id", "tax", "total"],
        reason: "characters of a picture are not recognised",
    },
    NotCarried {
        file: "image/screenshot-tianjin",
        columns: &["seller_name", "seller_tax_id", "buyer_name", "tax", "total"],
        reason: "characters of a picture are not recognised",
    },
    NotCarried {
        file: "image/scan-paper-especial-2010",
        columns: measure::COLUMNS,
        reason: "a paper invoice of 2010 has no QR code",
    },
];

#[test]
fn the_committed_corpus() {
    check(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples")),
        "corpus",
    );
}

#[test]
fn real_files() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples"));
    if folder.join("MANIFEST.tsv").exists() {
        check(folder, "real");
    } else {
        println!("skipped: the real files are not here");
    }
}

fn check(folder: &Path, title: &str) {
    let text = fs::read_to_string(folder.join("MANIFEST.tsv")).expect("a manifest");
    let rows = measure::manifest(&text);
    let mut groups: std::collections::BTreeMap<String, Tally> = std::collections::BTreeMap::new();
    // A statement and a locked zip are one line each in the contract; their rows are measured by the reader's own test.
    let measured =
        |row: &&Row| title != "corpus" || !(row.file.ends_with(".xlsx") || row.file == "zip-encrypted.zip");
    for row in rows.iter().filter(measured) {
        let lines = read(&folder.join(&row.file));
        let ending = row.file.rsplit('.').next().unwrap_or_default().to_owned();
        groups
            .entry(ending)
            .or_default()
            .count(row, &answer(row, &lines), NOT_CARRIED);
    }
    for (group, tally) in &groups {
        println!("{title} {group:<5} {tally}");
        tally.remarks.iter().for_each(|remark| println!("    {remark}"));
    }
    let sum = |part: fn(&Tally) -> usize| groups.values().map(part).sum::<usize>();
    assert_eq!(
        sum(|t| t.wrong_unflagged),
        0,
        "wrong values that nobody is told of"
    );
    let (right, carried) = (sum(|t| t.right), sum(Tally::carried));
    assert!(
        carried > 100 && right * 100 >= carried * 98,
        "{right} of {carried} right"
    );
}

fn read(file: &Path) -> Vec<Value> {
    let output = Command::new(PIAOKU)
        .env("PIAOKU_DATA", "nowhere")
        .args(["--json", "read"])
        .arg(file)
        .output()
        .expect("piaoku runs");
    let text = String::from_utf8(output.stdout).expect("utf-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

/// What the lines about the invoice of this row say; the renditions inside one zip fill each other's gaps.
fn answer(row: &Row, lines: &[Value]) -> Answer {
    let of_number = |line: &&Value| row.truth("number").is_some_and(|number| line["number"] == number);
    let mut wanted: Vec<&Value> = lines.iter().filter(of_number).collect();
    if wanted.is_empty() {
        wanted.extend(lines.first());
    }
    let mut answer = Answer::default();
    for line in wanted {
        for column in measure::COLUMNS {
            if let Some(value) = line[*column].as_str() {
                answer
                    .values
                    .entry((*column).to_owned())
                    .or_insert_with(|| value.to_owned());
            }
            let concerns = |fault: &Value| {
                fault["path"]
                    .as_str()
                    .is_some_and(|path| path.split(',').any(|part| part.trim() == *column))
            };
            if line["faults"]
                .as_array()
                .is_some_and(|faults| faults.iter().any(concerns))
            {
                answer.flagged.insert((*column).to_owned());
            }
        }
    }
    answer
}
