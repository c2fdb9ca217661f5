//! Makes the figures of docs/reference/performance.md: `make bench`.
//!
//! Figures are ratios where they can be, measured side by side in one run on the same disk, with the fsync latency of that disk
//! beside them. Nothing here is a test: no figure fails a build.
#![allow(clippy::print_stdout, clippy::print_stderr)]
#![allow(clippy::cast_precision_loss, reason = "figures are for people")]

mod beside;
mod disk;
mod fill;
mod forms;
mod library;
mod probe;
mod record;

use std::fmt::Write as _;
use std::fs;
use std::io::{stdin, stdout};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Measures and answers a section of the page.
type Section = fn() -> Result<String>;

/// The sections of the page, in its order: a name for `ONLY`, and what makes it.
const SECTIONS: &[(&str, Section)] = &[
    ("disk", disk::section),
    ("forms", forms::section),
    ("record", record::section),
    ("library", library::section),
    ("beside", beside::section),
];

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // The reading children are copies of this program, as those of piaoku are of piaoku.
        ["read-child"] => return Ok(app::serve_child(stdin().lock(), stdout().lock())?),
        ["prepare"] => return library::prepare(),
        ["probe", what, folder] => return probe::run(what, Path::new(folder)),
        _ => {}
    }
    let known = |word: &&str| SECTIONS.iter().any(|(name, _)| name == word);
    if let Some(word) = words.iter().find(|word| !known(word)) {
        let names: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
        bail!("there is no section {word}; there are {}", names.join(" "));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/performance.md");
    let mut page = fs::read_to_string(&path).unwrap_or_default();
    for (name, section) in SECTIONS {
        if words.is_empty() || words.contains(name) {
            let text = format!("{}{}", told(name, section)?.trim_end(), measured_on());
            // Written at once: what was measured is kept even when a later section fails.
            page = with_section(&page, name, &text);
            fs::write(&path, &page).with_context(|| format!("write {}", path.display()))?;
        }
    }
    println!("{page}");
    Ok(())
}

/// The page with one section replaced, and all others as they were.
fn with_section(page: &str, changed: &str, text: &str) -> String {
    let mut whole = String::from(
        "# Performance\n\n\
         Made by `make bench`; do not edit. `make bench ONLY=library SIZE=10M` makes one section again, at another size.\n\n\
         Figures of one machine are no promise for another: look at the ratios, and at the fsync latency beside them.\n",
    );
    for (name, _) in SECTIONS {
        let text = if *name == changed {
            text
        } else {
            section_of(page, name).unwrap_or_default()
        };
        let _infallible = write!(whole, "\n<!-- {name} -->\n{}\n", text.trim());
    }
    whole
}

/// A section of an earlier page.
fn section_of<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("<!-- {name} -->\n"))?;
    Some(rest.split("\n<!-- ").next().unwrap_or(rest))
}

fn measured_on() -> String {
    format!("\n\n*{}*", machine())
}

fn told(what: &str, measure: &dyn Fn() -> Result<String>) -> Result<String> {
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
    format!("{cores} cores, {model}; load {load} when it ended.")
}

/// The value below which this share (in hundredths) of the sorted values lies.
fn percentile(sorted: &[f64], hundredths: usize) -> f64 {
    let at = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
