//! Reading, beside the libraries that people use today: the same files, in the same run, on one core each.
//!
//! The others run in Python (`pdfplumber`, `easyofd` from PyPI); `make bench` makes them a virtual environment. They
//! are asked for less than we give (the text of the first page, or the invoice's fields as far as they know them).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use invoice::{Date, InvoiceKind};
use specimen::{Maker, Side, Situation};

/// Our form, the kind, what reads it beside us, how many files.
const FORMS: &[(&str, InvoiceKind, &str, usize)] = &[
    ("pdf", InvoiceKind::DigitalSpecial, "pdfplumber", 100),
    ("pdf", InvoiceKind::ElectronicOrdinary, "pdfplumber", 100),
    ("ofd-unified", InvoiceKind::DigitalSpecial, "easyofd", 50),
    ("ofd-legacy", InvoiceKind::ElectronicOrdinary, "easyofd", 50),
];

/// The Python beside us, made by the Makefile.
const PYTHON: &str = "target/beside/bin/python";

/// Measures and answers a section.
pub(crate) fn section() -> Result<String> {
    let mut section = String::from(
        "## Reading, beside others\n\nReading alone, in process, on one core: the same files in the same run. The goal is ten times as fast.\n\n\
         | form | files | ours, files/s | beside us | files/s | ratio |\n|---|---|---|---|---|---|\n",
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join(PYTHON);
    ensure!(python.exists(), "{PYTHON} is not there: `make bench` makes it");
    for (name, kind, other, count) in FORMS {
        let folder = tempfile::tempdir_in(".")?;
        let files = write(name, *kind, *count, folder.path())?;
        let start = Instant::now();
        for bytes in &files {
            let tree = app::read_tree(bytes);
            let is_read = tree.nodes.iter().any(|node| !node.reading.invoices.is_empty());
            ensure!(is_read, "a specimen is read");
        }
        let ours = files.len() as f64 / start.elapsed().as_secs_f64();
        let output = Command::new(&python)
            .arg(root.join("bench/beside.py"))
            .arg(other)
            .arg(folder.path())
            .output()?;
        ensure!(
            output.status.success(),
            "{other}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let said = String::from_utf8_lossy(&output.stdout);
        let last = said.lines().last().unwrap_or_default();
        let seconds: f64 = last
            .trim()
            .parse()
            .with_context(|| format!("{other} said {last}"))?;
        let theirs = files.len() as f64 / seconds;
        let kind = kind.label();
        writeln!(
            section,
            "| {name}, {kind} | {count} | {ours:.0} | {other} | {theirs:.1} | **{:.0}×** |",
            ours / theirs
        )?;
    }
    Ok(section)
}

fn write(name: &str, kind: InvoiceKind, count: usize, folder: &Path) -> Result<Vec<Vec<u8>>> {
    let form = specimen::form(name).with_context(|| format!("there is no form {name}"))?;
    let day = if kind.code().starts_with("digital") {
        Date::new(2026, 3, 9)?
    } else {
        Date::new(2022, 5, 10)?
    };
    let mut maker = Maker::new(7);
    let mut files = Vec::new();
    while files.len() < count {
        let specimen = maker.make(kind, Situation::Plain, Side::Purchase, day);
        if (form.fits)(&specimen) {
            let bytes = (form.write)(&specimen);
            fs::write(folder.join(format!("{}.{}", files.len(), form.extension)), &bytes)?;
            files.push(bytes);
        }
    }
    Ok(files)
}
