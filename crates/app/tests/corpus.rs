//! The corpus in `samples/`: every file with its golden reading and verdict beside it.
//!
//! `UPDATE_SAMPLES=1 cargo test -p app --test corpus` writes the goldens again; look at the difference before you
//! commit it. A golden that no file stands beside is a defect, and so is a file without one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use app::{ReadFile, read_file};
use invoice::{Fault, Field};
use serde_json::{Value, json};

#[test]
fn every_sample_reads_and_checks_as_its_golden_says() {
    let machine = testkit::harmless_machine();
    let update = std::env::var_os("UPDATE_SAMPLES").is_some();
    let mut differing = Vec::new();
    let samples = samples();
    assert!(samples.len() >= 20, "the corpus has {} files", samples.len());
    for path in &samples {
        let bytes = fs::read(path).expect("a sample");
        let files = read_file(&machine, &testkit::demo_entities(), &bytes).expect("in process");
        let golden = serde_json::to_string_pretty(&files.iter().map(summary).collect::<Vec<_>>())
            .expect("json")
            + "\n";
        let beside = golden_of(path);
        if update {
            fs::write(&beside, golden).expect("the golden is written");
        } else if fs::read_to_string(&beside).unwrap_or_default() != golden {
            differing.push(format!("{}:\n{golden}", beside.display()));
        }
    }
    assert!(
        differing.is_empty(),
        "{} differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

#[test]
fn no_golden_stands_alone() {
    let expected: Vec<PathBuf> = samples().iter().map(|path| golden_of(path)).collect();
    for path in files(&folder()) {
        if path.to_string_lossy().ends_with(".golden.json") {
            assert!(expected.contains(&path), "{} has no sample", path.display());
        }
    }
}

/// What a golden holds of a file: enough to see any change of reading or verdict, short enough to be read.
fn summary(file: &ReadFile) -> Value {
    let invoices: Vec<Value> = file
        .reading
        .invoices
        .iter()
        .enumerate()
        .map(|(at, invoice)| {
            let fields: BTreeMap<&str, String> = invoice
                .fields
                .0
                .iter()
                .map(|(name, field)| (name.as_str(), field_line(field, invoice.fields.agreement(*name))))
                .collect();
            let lines: Vec<String> = invoice
                .line_sets
                .iter()
                .map(|set| {
                    let sum = set.amount().map_or("?".to_owned(), |amount| amount.to_string());
                    format!("{}: {} lines, amount {sum}", set.source.label(), set.lines.len())
                })
                .collect();
            let faults = file.verdict.invoices.get(at).map_or(&[][..], Vec::as_slice);
            json!({ "fields": fields, "lines": lines, "faults": fault_lines(faults) })
        })
        .collect();
    let mut summary = json!({
        "format": file.reading.format.as_str(),
        "invoices": invoices,
        "faults": fault_lines(&file.verdict.file),
    });
    if !file.name.is_empty() {
        summary["name"] = json!(file.name);
    }
    if let Some(statement) = &file.reading.statement {
        summary["statement"] = json!(format!(
            "{} invoices, {} lines",
            statement.invoices.len(),
            statement.lines.len()
        ));
    }
    if let Some(signatures) = &file.reading.signatures {
        summary["integrity"] = json!(signatures.integrity);
    }
    summary
}

/// The value, how its witnesses agree, and who they are: `4449.00 (agreed: XML 二维码)`.
fn field_line(field: &Field, agreement: Option<invoice::Agreement>) -> String {
    let who: Vec<&str> = field
        .witnesses
        .iter()
        .map(|witness| witness.source.label())
        .collect();
    let agreement = match agreement {
        None | Some(invoice::Agreement::Single) => "single",
        Some(invoice::Agreement::Agreed) => "agreed",
        Some(invoice::Agreement::Disputed) => "DISPUTED",
    };
    format!(
        "{} ({agreement}: {})",
        field.value().unwrap_or("-"),
        who.join(" ")
    )
}

fn fault_lines(faults: &[Fault]) -> Vec<String> {
    faults
        .iter()
        .map(|fault| format!("{} {} — {}", fault.code, fault.path, fault.message))
        .collect()
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples"))
}

fn golden_of(sample: &Path) -> PathBuf {
    let mut name = sample.as_os_str().to_owned();
    name.push(".golden.json");
    PathBuf::from(name)
}

fn samples() -> Vec<PathBuf> {
    let mut samples = files(&folder());
    samples.retain(|path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        !name.starts_with('.')
            && !name.ends_with(".golden.json")
            && !name.ends_with(".tsv")
            && !name.ends_with(".md")
    });
    samples
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of samples") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
