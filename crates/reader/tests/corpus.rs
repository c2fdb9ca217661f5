//! The manifest measure over the committed corpus (`samples/`), which our own generator makes.
//!
//! Its files cover what real ones rarely show together: merged prints, zips in zips, damage, alterations. Members of
//! zips are read in turn, as the intake does.

#![allow(clippy::print_stdout, reason = "the table is what the measure is for")]

#[path = "../../testkit/src/measure.rs"]
#[allow(dead_code, reason = "this manifest has no groups")]
mod measure;

use std::fs;
use std::path::Path;

use invoice::{FieldName, Reading};
use measure::{Answer, NotCarried, Row, Tally};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");

const NOT_CARRIED: &[NotCarried] = &[
    NotCarried {
        file: "export-",
        columns: &["check_code", "qr_text"],
        reason: "the bureau's export has no such columns",
    },
    NotCarried {
        file: "zip-encrypted",
        columns: measure::COLUMNS,
        reason: "the password is not known",
    },
];

/// Altered files whose sources agree: only arithmetic or a checksum betrays them, which is for `rules` to say.
const FOR_RULES: &[(&str, &str)] = &[
    ("xml-total-contradicts-words.xml", "total"),
    ("qr-check-fails.png", "total"),
];

/// The readings of a file and of everything inside it.
fn readings(bytes: &[u8], depth: usize) -> Vec<Reading> {
    let mut readings = vec![reader::read(bytes)];
    if depth < reader::limits::ARCHIVE_DEPTH_MAX {
        for member in reader::unpack(bytes) {
            readings.extend(self::readings(&member.bytes, depth + 1));
        }
    }
    readings
}

/// What the readings that speak of the row's invoice say together, structured data before drawn text.
fn answer_of(readings: &[Reading], row: &Row) -> Answer {
    let number = row.truth("number");
    let speaks = |reading: &&Reading| {
        reading
            .invoices
            .iter()
            .any(|i| i.fields.value(FieldName::Number) == number)
    };
    let mut speaking: Vec<&Reading> = readings.iter().filter(speaks).collect();
    speaking.sort_by_key(|reading| reading.format);
    if speaking.is_empty() {
        speaking.extend(readings.first());
    }
    let mut together = Answer::default();
    for reading in speaking {
        let answer = Answer::of(reading, row);
        for (column, value) in answer.values {
            together.values.entry(column).or_insert(value);
        }
        together.flagged.extend(answer.flagged);
    }
    together
}

fn rows() -> Vec<(Row, Vec<Reading>)> {
    let manifest = fs::read_to_string(Path::new(FOLDER).join("MANIFEST.tsv")).expect("samples/MANIFEST.tsv");
    let read = |row: Row| {
        let bytes = fs::read(Path::new(FOLDER).join(&row.file)).expect("the file of a manifest row");
        let readings = readings(&bytes, 0);
        (row, readings)
    };
    measure::manifest(&manifest).into_iter().map(read).collect()
}

#[test]
fn nothing_wrong_goes_unflagged_and_nearly_everything_is_right() {
    let mut tally = Tally::default();
    for (row, readings) in rows() {
        let mut row = row;
        for (_, column) in FOR_RULES.iter().filter(|(file, _)| *file == row.file) {
            row.cells.remove(*column);
        }
        tally.count(&row, &answer_of(&readings, &row), NOT_CARRIED);
    }
    println!("samples {tally}");
    for excuse in NOT_CARRIED {
        println!(
            "        not carried by {}*: {} ({})",
            excuse.file,
            excuse.columns.join(", "),
            excuse.reason
        );
    }
    for remark in &tally.remarks {
        println!("        {remark}");
    }
    assert_eq!(tally.wrong_unflagged, 0, "wrong values that nobody is told of");
    assert!(tally.carried() > 400, "the measure measures something");
    assert!(tally.right_per_myriad() >= 9_800, "{tally}");
}

#[test]
fn every_file_with_nothing_to_say_says_why() {
    for (row, readings) in rows() {
        if row.truth("number").is_none() || row.file.starts_with("zip-encrypted") {
            assert!(readings[0].invoices.is_empty(), "{}", row.file);
            assert!(!readings[0].faults.is_empty(), "{}", row.file);
        }
    }
}
