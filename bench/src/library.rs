//! A large library at two sizes: opening, finding, searching, verifying, and what they weigh.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::fill::fill;
use crate::probe::{self, Told};

/// How many invoices, unless `SIZE` says otherwise. Measured besides is a tenth of it.
const INVOICES: usize = 1_000_000;

/// Where filled libraries are kept.
const LIBRARIES: &str = "target/libraries";

/// What was measured at one size.
struct Measured {
    fill_rate: f64,
    open: Told,
    first_write: Told,
    find: Told,
    ledger: Told,
    verify: Told,
    database: f64,
    original: f64,
}

/// How a figure is drawn out of what was measured, and the goal for it at the larger size.
struct Row {
    what: &'static str,
    unit: &'static str,
    goal: &'static str,
    figure: fn(&Measured) -> f64,
}

const ROWS: &[Row] = &[
    Row {
        what: "filled: read, checked, recorded in thousands",
        unit: "invoices/s",
        goal: "",
        figure: |m| m.fill_rate,
    },
    Row {
        what: "open",
        unit: "s",
        goal: "≤ 1 s",
        figure: |m| m.open.figure("secs"),
    },
    Row {
        what: "open after `kill -9`, and the first invoice acknowledged",
        unit: "s",
        goal: "≤ 2 s",
        figure: |m| m.first_write.figure("secs"),
    },
    Row {
        what: "find by number, p50",
        unit: "ms",
        goal: "",
        figure: |m| m.find.figure("number p50"),
    },
    Row {
        what: "find by number, p99",
        unit: "ms",
        goal: "≤ 5 ms",
        figure: |m| m.find.figure("number p99"),
    },
    Row {
        what: "two-character Chinese search, a page, p50",
        unit: "ms",
        goal: "",
        figure: |m| m.find.figure("search p50"),
    },
    Row {
        what: "two-character Chinese search, a page, p95",
        unit: "ms",
        goal: "≤ 50 ms",
        figure: |m| m.find.figure("search p95"),
    },
    Row {
        what: "the same with count and sum of all that fit, p95",
        unit: "ms",
        goal: "",
        figure: |m| m.find.figure("search counted p95"),
    },
    Row {
        what: "any filter, a page, p95",
        unit: "ms",
        goal: "≤ 100 ms",
        figure: |m| m.find.figure("filter p95"),
    },
    Row {
        what: "the same with count and sum, p95",
        unit: "ms",
        goal: "",
        figure: |m| m.find.figure("filter counted p95"),
    },
    Row {
        what: "memory of all the above, peak",
        unit: "MiB",
        goal: "≤ 300 MiB",
        figure: |m| m.find.figure("peak"),
    },
    Row {
        what: "`verify --ledger`, one core",
        unit: "entries/s",
        goal: "≥ 500,000",
        figure: |m| m.ledger.figure("rate"),
    },
    Row {
        what: "`verify`: payloads, originals, rows and search text too, all cores",
        unit: "entries/s",
        goal: "",
        figure: |m| m.verify.figure("rate"),
    },
    Row {
        what: "memory of `verify`, peak",
        unit: "MiB",
        goal: "≤ 300 MiB",
        figure: |m| m.verify.figure("peak"),
    },
    Row {
        what: "database, for each invoice",
        unit: "bytes",
        goal: "",
        figure: |m| m.database,
    },
    Row {
        what: "original (bureau XML), for each invoice",
        unit: "bytes",
        goal: "",
        figure: |m| m.original,
    },
];

/// Measures and answers a section.
pub(crate) fn section() -> Result<String> {
    let large = asked_size()?;
    let small = large / 10;
    let (one, ten) = (measure(small)?, measure(large)?);
    let mut section = format!(
        "## A large library\n\nInvoices as the bureau's XML. The exponent says how a figure grows: 0 does not, 1 in proportion to the number of\n\
         invoices. {} invoices contain a searched word on average at the larger size.\n\n\
         | what | {small} invoices | {large} invoices | unit | exponent | goal |\n|---|---|---|---|---|---|\n",
        ten.find.figure("found"),
    );
    for Row {
        what,
        unit,
        goal,
        figure,
    } in ROWS
    {
        let (small, large) = (figure(&one), figure(&ten));
        let exponent = (large / small).log10();
        writeln!(
            section,
            "| {what} | {} | {} | {unit} | {exponent:+.2} | {goal} |",
            told(small),
            told(large)
        )?;
    }
    Ok(section)
}

fn asked_size() -> Result<usize> {
    match std::env::var("SIZE") {
        Ok(text) if !text.is_empty() => size(&text),
        _ => Ok(INVOICES),
    }
}

/// Three significant digits.
fn told(figure: f64) -> String {
    match figure.abs() {
        large if large >= 100.0 => format!("{figure:.0}"),
        middle if middle >= 10.0 => format!("{figure:.1}"),
        small if small >= 1.0 => format!("{figure:.2}"),
        _ => format!("{figure:.3}"),
    }
}

/// `250000`, `100k`, `10M`.
fn size(text: &str) -> Result<usize> {
    let (digits, times) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1_000),
        None => text
            .strip_suffix(['m', 'M'])
            .map_or((text, 1), |digits| (digits, 1_000_000)),
    };
    let count: usize = digits
        .parse()
        .with_context(|| format!("SIZE={text}: a number such as 100k or 10M"))?;
    Ok(count * times)
}

/// Fills the libraries that [`section`] measures, so that the measures need not wait for them.
pub(crate) fn prepare() -> Result<()> {
    let large = asked_size()?;
    filled(large / 10)?;
    filled(large)?;
    Ok(())
}

/// A filled library: its folder, how quickly it was filled, and the bytes of its originals.
fn filled(invoices: usize) -> Result<(PathBuf, f64, f64)> {
    // Kept for the next time: filling a million takes longer than measuring them. `make clean` removes it.
    let home = Path::new(LIBRARIES).join(invoices.to_string());
    let (path, finished) = (home.join("data"), home.join("finished"));
    if !finished.exists() {
        eprintln!("filling {invoices} invoices");
        if home.exists() {
            fs::remove_dir_all(&home)?;
        }
        fs::create_dir_all(&home)?;
        let start = Instant::now();
        let filled = fill(&path, invoices)?;
        let fill_rate = invoices as f64 / start.elapsed().as_secs_f64();
        fs::write(path.with_extension(probe::NUMBERS), filled.numbers.join("\n"))?;
        fs::write(&finished, format!("{fill_rate} {}", filled.original_bytes))?;
    }
    let made = fs::read_to_string(&finished)?;
    let (fill_rate, original_bytes) = made.split_once(' ').context("two figures")?;
    Ok((path, fill_rate.parse()?, original_bytes.parse()?))
}

fn measure(invoices: usize) -> Result<Measured> {
    let (path, fill_rate, original_bytes) = filled(invoices)?;
    let ask = |what: &str| {
        eprintln!("probing {what} at {invoices}");
        probe::ask(what, &path)
    };
    // Opened once before: what a crash or a fill left in the write-ahead log is not what opening costs every day.
    ask("open")?;
    let open = ask("open")?;
    probe::kill_a_writer(&path)?;
    Ok(Measured {
        fill_rate,
        open,
        first_write: ask("first write")?,
        find: ask("find")?,
        ledger: ask("ledger")?,
        verify: ask("verify")?,
        database: weight(&path)? as f64 / invoices as f64,
        original: original_bytes / invoices as f64,
    })
}

/// Bytes of all files directly in a folder.
fn weight(path: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
