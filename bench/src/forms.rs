//! Taking in, by form of file: the whole way from bytes to a durable entry.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context, Result};
use app::{Incoming, Machine, Readers, Site};
use invoice::{Date, InvoiceKind};
use specimen::{Maker, Side, Situation};

/// Name of a form of specimens, the kind it shows, and how many files are taken in.
const FORMS: &[(&str, InvoiceKind, usize)] = &[
    ("xml-bureau", InvoiceKind::DigitalOrdinary, 1_000),
    ("xbrl-legacy", InvoiceKind::ElectronicOrdinary, 1_000),
    ("ofd-unified", InvoiceKind::DigitalSpecial, 300),
    ("ofd-legacy", InvoiceKind::ElectronicOrdinary, 300),
    ("pdf", InvoiceKind::DigitalSpecial, 200),
    ("pdf", InvoiceKind::ElectronicOrdinary, 200),
    ("qr-png", InvoiceKind::DigitalOrdinary, 200),
];

/// Measures and answers a table.
pub(crate) fn section() -> Result<String> {
    let intro = "## Taking in, by form\n\nFrom bytes to a durable, searchable entry: original kept and synced, arrival numbered, read in a child process, checked, recorded.\n\n";
    Ok(format!("{intro}{}", table()?))
}

fn table() -> Result<String> {
    let mut table = String::from("| form | files | bytes each | files/s |\n|---|---|---|---|\n");
    for (name, kind, count) in FORMS {
        let form = specimen::form(name).with_context(|| format!("there is no form {name}"))?;
        let mut maker = Maker::new(7);
        let day = Date::new(2022, 5, 10)?;
        let day = if kind.code().starts_with("digital") {
            Date::new(2026, 3, 9)?
        } else {
            day
        };
        let files: Vec<Incoming> =
            std::iter::repeat_with(|| maker.make(*kind, Situation::Plain, Side::Purchase, day))
                .filter(|specimen| (form.fits)(specimen))
                .take(*count)
                .enumerate()
                .map(|(at, specimen)| Incoming {
                    name: format!("{at}.{}", form.extension),
                    bytes: (form.write)(&specimen),
                })
                .collect();
        let bytes = files.iter().map(|file| file.bytes.len()).sum::<usize>() / files.len();
        let home = tempfile::tempdir_in(".")?;
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let program = std::env::current_exe().context("this program")?;
        let machine = Machine::system(Readers::children(program, &["read-child"], cores));
        let site = Site::init(&home.path().join("data"), "bench", machine)?;
        let start = Instant::now();
        app::take_in_all(&site, files.into_iter().map(Ok), &|_| {})?;
        let rate = *count as f64 / start.elapsed().as_secs_f64();
        let kind = kind.label();
        writeln!(table, "| {name}, {kind} | {count} | {bytes} | {rate:.0} |")?;
    }
    Ok(table)
}
