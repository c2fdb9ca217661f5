//! Makes the figures of docs/reference/performance.md: `make bench`.
//!
//! Figures are ratios where they can be, measured side by side in one run on the same disk, with the fsync latency of that disk
//! beside them. Nothing here is a test: no figure fails a build.
#![allow(clippy::print_stdout, clippy::print_stderr)]
#![allow(clippy::cast_precision_loss, reason = "figures are for people")]

mod disk;
mod forms;
mod library;
mod record;

use std::fs;
use std::io::{stdin, stdout};
use std::path::Path;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    // The reading children are copies of this program, as those of piaoku are of piaoku.
    if std::env::args().nth(1).as_deref() == Some("read-child") {
        return Ok(app::serve_child(stdin().lock(), stdout().lock())?);
    }
    let page = format!(
        "# Performance\n\n\
         Made by `make bench`; do not edit. {machine}\n\n\
         Figures of one machine are no promise for another: look at the ratios, and at the fsync latency beside them.\n\n\
         ## The disk\n\n{disk}\n\
         ## Taking in, by form\n\n\
         From bytes to a durable, searchable entry: original kept and synced, arrival numbered, read in a child process, checked, recorded.\n\n{forms}\n\
         ## Durable record rate\n\n\
         The writer alone, beside bare SQLite inserts of the very same rows (payload, unique key, rows, bigrams; same schema and indexes, as many\n\
         in a transaction as the callers hand in together, `synchronous=FULL`). What the ledger adds is the entry, the commitment, the tree, the signature,\n\
         compression, and the tip file's own sync. The goal is 50 %.\n\n{record}\n\
         ## A large library\n\n{library}",
        machine = machine(),
        disk = told("disk", disk::table)?,
        forms = told("forms", forms::table)?,
        record = told("record", record::table)?,
        library = told("library", library::table)?,
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/performance.md");
    fs::write(&path, &page).with_context(|| format!("write {}", path.display()))?;
    println!("{page}");
    Ok(())
}

fn told(what: &str, measure: impl Fn() -> Result<String>) -> Result<String> {
    eprintln!("measuring: {what}");
    measure().with_context(|| format!("measure {what}"))
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("")
        .trim_start_matches(['\t', ' ', ':']);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    format!("{cores} cores, {model}; load {load} when it began.")
}

/// The value below which this share (in hundredths) of the sorted values lies.
fn percentile(sorted: &[f64], hundredths: usize) -> f64 {
    let at = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
