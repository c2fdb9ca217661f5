//! The real files of the shared corpus against their manifest, where the corpus is at hand.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use invoice::{FieldName, InvoiceReading, Source};

use super::read;

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

/// The rows of the manifest that are PDF files, by column name; `None` where the corpus is not at hand.
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
        .filter(|row: &HashMap<String, String>| row["file"].starts_with("pdf/"))
        .collect();
    Some(rows)
}

fn say(line: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "{line}").ok();
}

/// What the text of the pages alone says of a field.
fn by_text(invoice: &InvoiceReading, field: FieldName) -> Option<String> {
    let field_read = invoice.field(field)?;
    let mut witnesses = field_read.witnesses.iter();
    witnesses
        .find(|witness| witness.source == Source::PdfText && witness.value.is_some())
        .and_then(|witness| witness.value.clone())
}

fn expected(field: FieldName, expect: &str) -> Option<String> {
    match field {
        FieldName::Kind => invoice::InvoiceKind::from_label(expect).map(|kind| kind.code().to_owned()),
        _ => field.canonical(expect),
    }
}

#[test]
fn every_field_of_the_manifest_is_read() {
    let Some(rows) = manifest() else { return };
    let (mut right, mut by_text_right) = (0, 0);
    let (mut wrong, mut missing, mut not_in_text) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let bytes = std::fs::read(PathBuf::from(FOLDER).join(&row["file"])).expect("a file of the manifest");
        let start = Instant::now();
        let reading = read(&bytes);
        let micros = start.elapsed().as_micros();
        let Some(invoice) = reading.invoices.first() else {
            panic!("{}: no invoice, {:?}", row["file"], reading.faults);
        };
        let lines: Vec<_> = invoice
            .line_sets
            .iter()
            .map(|set| (set.source, set.lines.len(), set.complete))
            .collect();
        say(&format!(
            "{}: {micros} us, {} invoices, {} codes, lines {lines:?}, pages {:?}, faults {:?}",
            row["file"],
            reading.invoices.len(),
            invoice.qr_codes.len(),
            reading.pages,
            reading.faults.iter().map(|fault| &fault.code).collect::<Vec<_>>()
        ));
        if std::env::var_os("PIAOKU_TEST_WITNESSES").is_some() {
            for (name, field) in &invoice.fields.0 {
                for witness in &field.witnesses {
                    say(&format!("    {} {witness:?}", name.as_str()));
                }
            }
            for line in invoice.line_sets.iter().flat_map(|set| &set.lines) {
                say(&format!("    {line:?}"));
            }
        }
        for (column, field) in COLUMNS {
            let expect = row[column].as_str();
            if expect.is_empty() {
                continue;
            }
            let at = format!("{} {column}", row["file"]);
            let expect = expected(field, expect);
            let have = match field {
                FieldName::Kind => invoice.kind().map(|kind| kind.code().to_owned()),
                _ => invoice.fields.value(field).map(str::to_owned),
            };
            match have {
                None => missing.push(at.clone()),
                have if have == expect => right += 1,
                have => wrong.push(format!("{at}: {have:?}, not {expect:?}")),
            }
            match by_text(invoice, field) {
                None => not_in_text.push(at),
                have if have == expect || field == FieldName::Kind => by_text_right += 1,
                have => wrong.push(format!("{at} by text: {have:?}, not {expect:?}")),
            }
        }
        for (name, field) in &invoice.fields.0 {
            // A general kind and a more exact one are no dispute; `InvoiceReading::kind` takes the exact one.
            let is_refined = *name == FieldName::Kind && invoice.kind() == Some(invoice::InvoiceKind::Toll);
            if field.agreement() == invoice::Agreement::Disputed && !is_refined {
                wrong.push(format!(
                    "{} {} disputed: {:?}",
                    row["file"],
                    name.as_str(),
                    field.witnesses
                ));
            }
        }
    }
    say(&format!(
        "{right} right ({by_text_right} by text), wrong {wrong:#?}, missing {missing:#?}, not in text {not_in_text:#?}"
    ));
    assert!(wrong.is_empty() && missing.is_empty());
}

#[test]
fn mangled_files_are_answered() {
    let Some(rows) = manifest() else { return };
    // A small generator of our own: the same places every time.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below.max(1)).unwrap()).unwrap()
    };
    for row in &rows {
        let bytes = std::fs::read(PathBuf::from(FOLDER).join(&row["file"])).expect("a file of the manifest");
        for _ in 0..3 {
            read(&bytes[..next(bytes.len())]);
            let mut altered = bytes.clone();
            for _ in 0..20 {
                let at = next(altered.len());
                altered[at] = u8::try_from(next(256)).unwrap();
            }
            read(&altered);
        }
    }
}
