//! A large library: finding, searching, verifying, and what they weigh.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use app::{FindWords, Incoming, Machine, Readers, Site};

use crate::percentile;

/// How many invoices, unless `PIAOKU_BENCH_INVOICES` says otherwise.
const INVOICES: usize = 100_000;

/// Measures and answers a table.
pub(crate) fn table() -> Result<String> {
    let invoices = match std::env::var("PIAOKU_BENCH_INVOICES") {
        Ok(text) => text.parse()?,
        Err(_) => INVOICES,
    };
    let home = tempfile::tempdir_in(".")?;
    let path = home.path().join("data");
    let site = Site::init(&path, "bench", Machine::system(Readers::InProcess))?;
    let start = Instant::now();
    let mut maker = specimen::Maker::new(11);
    let Some(form) = specimen::form("xml-bureau") else {
        anyhow::bail!("there is no such form")
    };
    let mut bytes = 0;
    let mut numbers = Vec::new();
    let files = (0..invoices).map(|at| {
        let day =
            invoice::Date::constant(2025, 1, 1).saturating_add(jiff::Span::new().days((at % 500) as i64));
        let specimen = maker.make(
            invoice::InvoiceKind::DigitalOrdinary,
            specimen::Situation::Plain,
            specimen::Side::Purchase,
            day,
        );
        let file = (form.write)(&specimen);
        bytes += file.len();
        if at % 100 == 0 {
            numbers.push(specimen.number.clone());
        }
        Ok(Incoming {
            name: format!("{at}.xml"),
            bytes: file,
        })
    });
    app::take_in_all(&site, files, &|_| {})?;
    let taken_secs = start.elapsed().as_secs_f64();
    let by_number = times(&numbers, |number| {
        let found = site.look_up(number)?;
        anyhow::ensure!(matches!(found, app::Lookup::One(_)), "{number} was not found");
        Ok(())
    })?;
    let words = [
        "物流", "办公", "餐饮", "北京", "咨询", "租赁", "服务", "软件", "有限", "汽油",
    ]
    .map(str::to_owned);
    let words: Vec<String> = words.iter().cycle().take(100).cloned().collect();
    let mut found = 0;
    let search = times(&words, |word| {
        let page = site.find(&FindWords {
            words: vec![word.clone()],
            limit: 50,
            ..FindWords::default()
        })?;
        found += page.count;
        Ok(())
    })?;
    drop(site);
    let start = Instant::now();
    let report = app::verify_site(&path, &|_| {})?;
    anyhow::ensure!(report.sound, "the ledger is sound: {:?}", report.damages);
    let verify_rate = report.entries as f64 / start.elapsed().as_secs_f64();
    let database = weight(&path)? - weight(&path.join("originals"))?;
    let mut table = format!(
        "{invoices} invoices (`PIAOKU_BENCH_INVOICES` sets another number).\n\n| what | figure |\n|---|---|\n"
    );
    writeln!(
        table,
        "| taken in as XML, read in process | {:.0}/s |",
        invoices as f64 / taken_secs
    )?;
    writeln!(
        table,
        "| find by number, p50 / p99 | {:.2} / {:.2} ms |",
        percentile(&by_number, 50),
        percentile(&by_number, 99)
    )?;
    writeln!(
        table,
        "| two-character Chinese search with count and sum, p50 / p95 ({} found on average) | {:.1} / {:.1} ms |",
        found / words.len() as u64,
        percentile(&search, 50),
        percentile(&search, 95)
    )?;
    writeln!(
        table,
        "| verify all: entries, payloads, originals, rows | {verify_rate:.0} entries/s |"
    )?;
    writeln!(
        table,
        "| database, bytes for each invoice | {} |",
        database / invoices as u64
    )?;
    writeln!(
        table,
        "| original, bytes for each invoice | {} |",
        bytes / invoices
    )?;
    Ok(table)
}

/// Milliseconds of each call, sorted.
fn times<T>(of: &[T], mut call: impl FnMut(&T) -> Result<()>) -> Result<Vec<f64>> {
    let mut millis = Vec::with_capacity(of.len());
    for each in of {
        let start = Instant::now();
        call(each)?;
        millis.push(start.elapsed().as_secs_f64() * 1e3);
    }
    millis.sort_by(f64::total_cmp);
    Ok(millis)
}

/// Bytes of all files below a folder.
fn weight(path: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            weight(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes)
}
