//! The real files of the shared corpus against its manifest, where the corpus is at hand.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use invoice::{CrcState, FieldName, Integrity, InvoiceReading, SealCheck, Source};

use super::{OfdReading, read};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples");

/// The columns of the manifest that are fields.
const COLUMNS: [(&str, FieldName); 12] = [
    ("kind", FieldName::Kind),
    ("number", FieldName::Number),
    ("code", FieldName::Code),
    ("check_code", FieldName::CheckCode),
    ("date", FieldName::Date),
    ("seller_name", FieldName::SellerName),
    ("seller_tax_id", FieldName::SellerTaxId),
    ("buyer_name", FieldName::BuyerName),
    ("buyer_tax_id", FieldName::BuyerTaxId),
    ("amount", FieldName::Amount),
    ("tax", FieldName::Tax),
    ("total", FieldName::Total),
];

/// The rows of the manifest that are OFD files, by column name; `None` where the corpus is not at hand.
fn manifest() -> Option<Vec<HashMap<String, String>>> {
    let path = PathBuf::from(FOLDER).join("MANIFEST.tsv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        std::io::Write::write_all(&mut std::io::stderr(), b"skipped: no shared corpus here\n").ok();
        return None;
    };
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next()?.split('\t').collect();
    let rows = lines
        .map(|line| {
            let cells = line.split('\t').map(str::to_owned);
            head.iter().map(|name| (*name).to_owned()).zip(cells).collect()
        })
        .filter(|row: &HashMap<String, String>| row["file"].starts_with("ofd/"))
        .collect();
    Some(rows)
}

fn say(line: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "{line}").ok();
}

/// What became of one expectation.
#[derive(PartialEq)]
enum Outcome {
    Right,
    Wrong(String),
    Missing,
}

fn outcome(invoice: Option<&InvoiceReading>, field: FieldName, expect: &str) -> Outcome {
    let Some(invoice) = invoice else {
        return Outcome::Missing;
    };
    let have = match field {
        FieldName::Kind => invoice.kind().map(|kind| kind.code().to_owned()),
        _ => invoice.fields.value(field).map(str::to_owned),
    };
    match have {
        None => Outcome::Missing,
        Some(have) if Some(&have) == field.canonical(expect).as_ref() => Outcome::Right,
        Some(have) => Outcome::Wrong(have),
    }
}

fn read_row(row: &HashMap<String, String>) -> (OfdReading, u128) {
    let bytes = std::fs::read(PathBuf::from(FOLDER).join(&row["file"])).expect("a file of the manifest");
    let start = Instant::now();
    let reading = read(&bytes);
    (reading, start.elapsed().as_micros())
}

#[test]
fn every_field_of_the_manifest_is_read() {
    let Some(rows) = manifest() else { return };
    let (mut right, mut wrong, mut missing) = (0, Vec::new(), Vec::new());
    for row in &rows {
        let (reading, micros) = read_row(row);
        let invoice = reading.invoices.first();
        say(&format!(
            "{}: {micros} us, {} invoices, pages {:?}, faults {:?}",
            row["file"],
            reading.invoices.len(),
            reading.pages,
            reading.faults.iter().map(|fault| &fault.code).collect::<Vec<_>>()
        ));
        for (column, field) in COLUMNS {
            let expect = row[column].as_str();
            if expect.is_empty() {
                continue;
            }
            let at = format!("{} {column}", row["file"]);
            match outcome(invoice, field, expect) {
                Outcome::Right => right += 1,
                Outcome::Missing => missing.push(at),
                Outcome::Wrong(have) => wrong.push(format!("{at}: {have}, not {expect}")),
            }
        }
    }
    say(&format!("{right} right, wrong {wrong:#?}, missing {missing:#?}"));
    assert!(wrong.is_empty() && missing.is_empty());
}

#[test]
fn every_source_alone_says_the_same() {
    let Some(rows) = manifest() else { return };
    for row in &rows {
        let (reading, _) = read_row(row);
        for invoice in &reading.invoices {
            for (name, field) in &invoice.fields.0 {
                for witness in &field.witnesses {
                    if std::env::var_os("PIAOKU_TEST_WITNESSES").is_some() {
                        say(&format!("{} {} {witness:?}", row["file"], name.as_str()));
                    }
                }
                assert_ne!(
                    field.agreement(),
                    invoice::Agreement::Disputed,
                    "{} {}: {:#?}",
                    row["file"],
                    name.as_str(),
                    field.witnesses
                );
            }
            for set in &invoice.line_sets {
                say(&format!(
                    "{} {:?}: {} lines, complete {}, {:?} + {:?}",
                    row["file"],
                    set.source,
                    set.lines.len(),
                    set.complete,
                    set.amount(),
                    set.tax()
                ));
            }
        }
    }
}

#[test]
fn every_stored_code_is_decoded_and_its_check_holds() {
    let Some(rows) = manifest() else { return };
    for row in rows.iter().filter(|row| !row["qr_text"].is_empty()) {
        let (reading, _) = read_row(row);
        let codes = &reading.invoices[0].qr_codes;
        assert!(
            codes
                .iter()
                .any(|code| code.source == Source::Qr && code.text == row["qr_text"]),
            "{}: {codes:?}",
            row["file"]
        );
        assert!(
            codes.iter().all(|code| code.crc != CrcState::Fails),
            "{}: {codes:?}",
            row["file"]
        );
        say(&format!(
            "{}: {:?}",
            row["file"],
            codes
                .iter()
                .map(|code| (code.source, code.crc))
                .collect::<Vec<_>>()
        ));
    }
}

#[test]
fn untouched_signed_files_are_intact_and_redacted_ones_broken() {
    let Some(rows) = manifest() else { return };
    for row in &rows {
        let (reading, _) = read_row(row);
        let Some(facts) = &reading.signatures else {
            continue;
        };
        say(&format!("{}: {:?}", row["file"], facts.integrity));
        for signer in &facts.signers {
            say(&format!("    {signer:?}"));
        }
        let file = row["file"].as_str();
        let is_redacted = row["origin"].contains("redacted");
        match &facts.integrity {
            Integrity::Broken { parts } => {
                assert!(is_redacted, "{file}");
                assert!(
                    parts.iter().any(|part| part.ends_with("original_invoice.xml")),
                    "{file}"
                );
            }
            Integrity::Intact { .. } => {
                assert!(!is_redacted, "{file}");
                assert!(
                    facts.signers.iter().all(|signer| signer.seal == SealCheck::Holds),
                    "{file}"
                );
            }
            Integrity::Unsigned => assert!(file.contains("shudian") || file.contains("shanghai"), "{file}"),
            Integrity::Unknown { .. } => assert!(file.contains("template-no-attachment"), "{file}"),
        }
    }
}

/// A cheap sequence of numbers that is the same on every run (Knuth's MMIX constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound.max(1)
    }
}

/// The package again, with one of its entries cut, doubled or strewn with other bytes.
fn mangled(document: &ofd::Document, numbers: &mut Numbers) -> Vec<u8> {
    use std::io::{Cursor, Write as _};
    let entries = document.package().entries();
    let victim = numbers.below(entries.len());
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (at, entry) in entries.iter().enumerate() {
        let mut bytes = entry.bytes.to_vec();
        if at == victim {
            let place = numbers.below(bytes.len());
            match numbers.below(4) {
                0 => bytes.truncate(place),
                1 => bytes.extend_from_within(place..),
                2 => drop(bytes.splice(place..place, *b"-9999999999999999999 ")),
                _ => {
                    for _ in 0..=numbers.below(20) {
                        let place = numbers.below(bytes.len());
                        if let Some(byte) = bytes.get_mut(place) {
                            *byte = u8::try_from(numbers.below(256)).expect("below 256");
                        }
                    }
                }
            }
        }
        zip.start_file(entry.name.as_str(), options)
            .expect("a name that was read");
        zip.write_all(&bytes).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

#[test]
fn mangled_files_are_answered() {
    let Some(rows) = manifest() else { return };
    let mut numbers = Numbers(1);
    for row in &rows {
        let bytes = std::fs::read(PathBuf::from(FOLDER).join(&row["file"])).expect("a file of the manifest");
        let Ok(document) = ofd::read(&bytes, &super::ofd_limits()) else {
            continue;
        };
        for _ in 0..8 {
            let _ = read(&mangled(&document, &mut numbers));
        }
    }
}
