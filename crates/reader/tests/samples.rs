//! The manifest measure over real files, where they are at hand (they are not ours to publish).
//!
//! The scoring is compiled in place rather than linked, because `testkit` brings the whole app and the reader stands
//! below it.

#![allow(clippy::print_stdout, reason = "the table is what the measure is for")]

#[path = "../../testkit/src/measure.rs"]
mod measure;

use std::fs;
use std::path::{Path, PathBuf};

use measure::{Answer, NotCarried, Row, Tally};

/// Values that stand in the manifest and cannot be known from the file alone.
const NOT_CARRIED: &[NotCarried] = &[
    NotCarried {
        file: "image/render-guangdong",
        columns: &["seller_name", "seller_tax_id", "tax", "total"],
        reason: "characters of a picture are not recognised; the QR code holds none of these",
    },
    NotCarried {
        file: "image/screenshot-tianjin",
        columns: &["seller_name", "seller_tax_id", "buyer_name", "tax", "total"],
        reason: "characters of a picture are not recognised; the QR code holds none of these",
    },
    NotCarried {
        file: "image/scan-paper-especial-2010",
        columns: measure::COLUMNS,
        reason: "a paper invoice of 2010 has no QR code, and characters are not recognised",
    },
];

fn folder() -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples"));
    if folder.join("MANIFEST.tsv").exists() {
        return Some(folder.to_owned());
    }
    println!("skipped: the real files are not here");
    None
}

fn rows(group: &str) -> Vec<(Row, PathBuf)> {
    let Some(folder) = folder() else { return Vec::new() };
    let text = fs::read_to_string(folder.join("MANIFEST.tsv")).expect("a readable manifest");
    let rows = measure::manifest(&text).into_iter();
    rows.filter(|row| row.group() == group)
        .map(|row| (row.clone(), folder.join(&row.file)))
        .collect()
}

/// Reads every file of a group, prints the table, and holds it to the bar: nothing wrong and unflagged, 98 % right.
fn check(group: &str) {
    let mut tally = Tally::default();
    let rows = rows(group);
    for (row, path) in &rows {
        let bytes = fs::read(path).expect("the file of a manifest row");
        let reading = reader::read(&bytes);
        tally.count(row, &Answer::of(&reading, row), NOT_CARRIED);
    }
    println!("{group:<6} {tally}");
    for excuse in NOT_CARRIED.iter().filter(|excuse| excuse.file.starts_with(group)) {
        println!(
            "       not carried by {}*: {} ({})",
            excuse.file,
            excuse.columns.join(", "),
            excuse.reason
        );
    }
    for remark in &tally.remarks {
        println!("       {remark}");
    }
    assert_eq!(tally.wrong_unflagged, 0, "wrong values that nobody is told of");
    assert!(
        rows.is_empty() || tally.right > 0,
        "the measure measures something"
    );
    assert!(tally.right_per_myriad() >= 9_800, "{group}: {tally}");
}

#[test]
fn xml() {
    check("xml");
}

#[test]
fn xlsx() {
    check("xlsx");
}

#[test]
fn ofd() {
    check("ofd");
}

#[test]
fn pdf() {
    check("pdf");
}

#[test]
fn image() {
    check("image");
}

#[test]
fn statements_state_their_own_sums_and_their_direction() {
    use invoice::{Cents, StatementDirection};
    for (row, path) in rows("xlsx") {
        let reading = reader::read(&fs::read(path).expect("the file of a manifest row"));
        assert_eq!(reading.faults, [], "{}", row.file);
        let statement = reading.statement.expect("a statement");
        let (amount, tax, total) = statement.sums();
        assert_eq!(statement.stated_sums, Some((amount, tax)), "{}", row.file);
        assert_eq!(amount + tax, total);
        let (direction, invoices, lines, other) = match row.truth("kind") {
            Some(kind) if kind.contains("进项") => (StatementDirection::Purchases, 54, 96, 12),
            _ => (StatementDirection::Sales, 25, 28, 0),
        };
        assert_eq!(statement.direction, Some(direction));
        assert_eq!(
            (
                statement.invoices.len(),
                statement.lines.len(),
                statement.other_rows.len()
            ),
            (invoices, lines, other)
        );
        let of_lines: Option<Cents> = statement.lines.iter().map(|line| line.line.amount).sum();
        assert_eq!(
            of_lines,
            Some(amount),
            "the lines of this export sum to its invoices"
        );
    }
}

#[test]
fn a_package_cut_short_is_refused_cleanly() {
    for (row, path) in rows("ofd") {
        if !row.file.contains("truncated") {
            continue;
        }
        let reading = reader::read(&fs::read(path).expect("the file of a manifest row"));
        assert!(reading.invoices.is_empty());
        assert_eq!(reading.faults[0].code, "F001");
    }
}
