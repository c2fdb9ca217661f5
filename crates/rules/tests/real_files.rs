//! The checks over real files, where these are at hand: an unaltered invoice may not be called wrong.
//!
//! The files are not part of the project. Where their folder is missing the test says so and holds nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use invoice::{
    Fault, FieldName, InvoiceReading, LineSet, Reading, RedLetterLink, Severity, Source, Statement,
};
use rules::{Context, Rulebook};

/// Errors that are right: the file was redacted after it was signed, cut short, or never was an invoice to be used.
const RIGHTLY: &[(&str, &str)] = &[
    ("ofd/legacy-chongqing-testca-3lines-redacted.ofd", "S101"),
    (
        "ofd/legacy-chongqing-testca-3lines-streamzip-redacted.ofd",
        "S101",
    ),
    ("ofd/legacy-guizhou-especial-redacted.ofd", "S101"),
    ("ofd/legacy-jiangsu-margin-taxed-redacted.ofd", "S101"),
    // Made up by its authors without any tax number.
    ("pdf/synthetic-overprinted-triple-glyphs.pdf", "P106"),
];

#[test]
fn an_unaltered_file_has_no_error() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    if !root.exists() {
        eprintln!("skipped: no real files at {}", root.display());
        return;
    }
    let rulebook = Rulebook::embedded();
    let context = Context {
        as_of: "2026-11-23".parse().expect("a date"),
        entities: &[],
        rulebook,
    };
    let mut wrong = BTreeSet::new();
    for path in files(&root) {
        let name = path
            .strip_prefix(&root)
            .expect("below the root")
            .display()
            .to_string();
        let reading = reader::read(&fs::read(&path).expect("a readable file"));
        let rows = reading
            .statement
            .as_ref()
            .map(|statement| as_invoices(&reading, statement));
        let reading = rows.unwrap_or(reading);
        let verdict = rules::check(&reading, &context);
        println!("{name} [{}]", reading.format.as_str());
        for fault in verdict.invoices.iter().flatten().chain(&verdict.file) {
            println!(
                "    {} {:?} {} | {}",
                fault.code, fault.severity, fault.path, fault.message
            );
            if is_unexpected(&name, fault) {
                wrong.insert(format!("{name}: {} {}", fault.code, fault.message));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}",
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// The rows of a bureau's export as if each were an invoice: real sums, lines and rates in plenty.
fn as_invoices(reading: &Reading, statement: &Statement) -> Reading {
    let mut rows = Reading::new(reading.original, reading.format, reading.reader_version);
    for row in &statement.invoices {
        let mut invoice = InvoiceReading::default();
        let mut state = |name: FieldName, text: Option<String>| {
            invoice.state(
                name,
                Source::Statement,
                row.place.clone(),
                text.as_deref().unwrap_or_default(),
            );
        };
        state(
            FieldName::Number,
            row.unified_number.clone().or_else(|| row.number.clone()),
        );
        state(FieldName::Code, row.code.clone());
        state(
            FieldName::PaperNumber,
            row.unified_number.as_ref().and(row.number.clone()),
        );
        state(FieldName::Kind, row.kind.clone());
        state(FieldName::Date, row.issued_at.clone());
        state(FieldName::SellerName, row.seller_name.clone());
        state(FieldName::SellerTaxId, row.seller_tax_id.clone());
        state(FieldName::BuyerName, row.buyer_name.clone());
        state(FieldName::BuyerTaxId, row.buyer_tax_id.clone());
        state(FieldName::Amount, row.amount.map(|cents| cents.to_string()));
        state(FieldName::Tax, row.tax.map(|cents| cents.to_string()));
        state(FieldName::Total, row.total.map(|cents| cents.to_string()));
        state(FieldName::Remark, row.remark.clone());
        let link = row
            .remark
            .as_deref()
            .and_then(RedLetterLink::parse)
            .unwrap_or_default();
        state(FieldName::BlueNumber, link.blue_number);
        state(FieldName::BlueCode, link.blue_code);
        let known = match (&row.unified_number, &row.code, &row.number) {
            (Some(number), _, _) => number.clone(),
            (None, Some(code), Some(number)) => format!("{code}-{number}"),
            _ => String::new(),
        };
        let of_row = statement.lines.iter().filter(|line| line.invoice == known);
        let mut set = LineSet {
            source: Source::Statement,
            place: row.place.clone(),
            lines: of_row.map(|line| line.line.clone()).collect(),
            complete: true,
        };
        set.mark_natures();
        invoice.line_sets.push(set);
        rows.invoices.push(invoice);
    }
    rows
}

/// An error of ours that the file does not deserve. What the reader could not read (`F…`) is the reader's to answer.
fn is_unexpected(name: &str, fault: &Fault) -> bool {
    fault.severity == Severity::Error
        && !fault.code.starts_with('F')
        && !RIGHTLY.contains(&(name, fault.code.as_str()))
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["xml", "ofd", "pdf", "image", "xlsx"] {
        let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        files.extend(entries.map(|entry| entry.path()));
    }
    files.sort();
    files
}
