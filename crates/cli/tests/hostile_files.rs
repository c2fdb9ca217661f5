//! Every hostile file of `testkit::hostile`, and every real form cut short, read by children as the product starts them.
//!
//! Each must end in a fault that says what is wrong or in content; the parent must stand; time and memory are
//! measured. `PIAOKU_HOSTILE=all` reads the heavy files too (`make torture`), `PIAOKU_FORM_CUTS` is the number of places at
//! which each form is cut.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use app::{ReadTree, Readers};
use testkit::hostile::{FAMILIES, Hostile};

/// Files of more bytes are left to `make torture`, as are those that are slow to refuse without optimisation.
const LIGHT_BYTES_MAX: usize = 300 << 10;

/// Left to `make torture`, too: they take seconds each without optimisation, because they are drawn or searched for codes.
const SLOW: &[&str] = &[
    "-noise-0",
    "-noise-2400",
    "-noise-30000",
    "-noise-2147483647",
    "finder-patterns",
    "chessboard",
    "stripes",
    "3000-pictures",
    "500-signatures",
    "pattern-tile",
];

/// Children of the product, and what they cost.
struct Measured {
    readers: Readers,
    files: usize,
    faulted: usize,
    silent: Vec<String>,
    untold: Vec<String>,
    killed: Vec<String>,
    slowest: (Duration, String),
    largest: (u64, String),
    codes: BTreeMap<String, usize>,
}

impl Measured {
    fn new() -> Measured {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_piaoku"));
        Measured {
            readers: Readers::children(program, &["read-child"], 1),
            files: 0,
            faulted: 0,
            silent: Vec::new(),
            untold: Vec::new(),
            killed: Vec::new(),
            slowest: (Duration::ZERO, String::new()),
            largest: (0, String::new()),
            codes: BTreeMap::new(),
        }
    }

    fn read(&mut self, name: &str, bytes: &[u8], told: &[&str]) {
        let started = Instant::now();
        let tree = self.readers.read(bytes).expect("children can be started");
        self.slowest = self.slowest.clone().max((started.elapsed(), name.to_owned()));
        self.largest = self.largest.clone().max((take_peak(), name.to_owned()));
        self.files += 1;
        let codes = codes_of(&tree);
        self.faulted += usize::from(!codes.is_empty());
        if tree.nodes.iter().any(|node| !says_something(&node.reading)) {
            self.silent.push(name.to_owned());
        }
        if codes.iter().any(|code| code == "F011") {
            self.killed.push(name.to_owned());
        } else if !told.is_empty() && !told.iter().any(|code| codes.iter().any(|had| had == code)) {
            self.untold
                .push(format!("{name}: {codes:?} instead of one of {told:?}"));
        }
        for code in codes {
            *self.codes.entry(code).or_default() += 1;
        }
    }

    fn hold(self, what: &str) {
        println!(
            "RELIABILITY | hostile {what} | runs={} lost={} found={} faults={} killed={} slowest={:.1?} ({}) memory={} MiB ({}) codes={:?}",
            self.files,
            self.silent.len(),
            self.untold.len(),
            self.faulted,
            self.killed.len(),
            self.slowest.0,
            self.slowest.1,
            self.largest.0 >> 10,
            self.largest.1,
            self.codes,
        );
        if !self.killed.is_empty() {
            println!("    stopped by a limit: {}", self.killed.join(", "));
        }
        assert!(self.files > 0);
        assert_eq!(self.silent, [""; 0], "a reading that says nothing");
        assert_eq!(self.untold, [""; 0], "a fault that was not told");
    }
}

fn codes_of(tree: &ReadTree) -> Vec<String> {
    let mut codes: Vec<String> = tree
        .nodes
        .iter()
        .flat_map(|node| {
            let of_invoices = node.reading.invoices.iter().flat_map(|invoice| &invoice.faults);
            node.reading.faults.iter().chain(of_invoices)
        })
        .map(|fault| fault.code.clone())
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

/// Content, or faults that all say something.
fn says_something(reading: &invoice::Reading) -> bool {
    let holds = !reading.invoices.is_empty() || reading.statement.is_some() || !reading.members.is_empty();
    let told = !reading.faults.is_empty() && reading.faults.iter().all(|fault| !fault.message.is_empty());
    holds || told
}

/// The most memory that our children have held since the last question, in KiB. The kernel starts counting anew.
fn take_peak() -> u64 {
    let own = std::process::id().to_string();
    let mut peak = 0;
    for entry in fs::read_dir("/proc").expect("a process table").flatten() {
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.map(|rest| rest.trim().trim_end_matches(" kB").to_owned())
        };
        if field("PPid:").as_deref() == Some(&own) {
            let held = field("VmHWM:").and_then(|kib| kib.parse().ok()).unwrap_or(0);
            peak = peak.max(held);
            // Whoever may not write there is told peaks of several files at once, which are no smaller.
            let _reset = fs::write(entry.path().join("clear_refs"), "5").is_ok();
        }
    }
    peak
}

fn all() -> bool {
    std::env::var("PIAOKU_HOSTILE").is_ok_and(|which| which == "all")
}

fn check(family: &str) {
    let (_, make) = FAMILIES
        .iter()
        .find(|(name, _)| *name == family)
        .expect("a family");
    let mut measured = Measured::new();
    for Hostile {
        name, bytes, told, ..
    } in make()
    {
        let is_light = bytes.len() <= LIGHT_BYTES_MAX && !SLOW.iter().any(|slow| name.contains(slow));
        if all() || is_light {
            let started = Instant::now();
            measured.read(&name, &bytes, told);
            if std::env::var("PIAOKU_VERBOSE").is_ok() {
                println!(
                    "{family}/{name}: {} bytes, {:.2?}",
                    bytes.len(),
                    started.elapsed()
                );
            }
        }
    }
    measured.hold(family);
}

#[test]
fn archives() {
    check("archives");
}

#[test]
fn headers() {
    check("headers");
}

#[test]
fn markup() {
    check("markup");
}

#[test]
fn packages() {
    check("packages");
}

#[test]
fn pdfs() {
    check("pdfs");
}

#[test]
fn pictures() {
    check("pictures");
}

#[test]
fn workbooks() {
    check("workbooks");
}

#[test]
fn every_form_cut_short() {
    let cuts: usize = std::env::var("PIAOKU_FORM_CUTS")
        .ok()
        .and_then(|cuts| cuts.parse().ok())
        .unwrap_or(4);
    let mut measured = Measured::new();
    let mut seen = std::collections::BTreeSet::new();
    for file in specimen::corpus() {
        // One file of each form is enough: the name up to the second dash tells it.
        let form: String = file.path.split('-').take(2).collect();
        if !seen.insert(form) {
            continue;
        }
        for cut in 0..cuts {
            let length = file.bytes.len() * (2 * cut + 1) / (2 * cuts);
            measured.read(&format!("{}@{length}", file.path), &file.bytes[..length], &[]);
        }
    }
    measured.hold("cut short");
}

/// Takes a folder in and tells the outcome of each file by name, and when the last good one was told.
fn take_in(folder: &Path) -> (BTreeMap<String, String>, Duration) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let piaoku = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_piaoku"));
        command.arg("--data").arg(scratch.path().join("data"));
        command
    };
    assert!(
        piaoku()
            .arg("init")
            .output()
            .expect("piaoku runs")
            .status
            .success()
    );
    let started = Instant::now();
    let mut child = piaoku()
        .args(["--json", "take-in"])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("piaoku runs");
    let mut outcomes = BTreeMap::new();
    let mut last_good = Duration::ZERO;
    for line in BufReader::new(child.stdout.take().expect("a pipe")).lines() {
        let taken: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("json");
        let name = taken["name"].as_str().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        if name.contains("good") {
            last_good = started.elapsed();
        }
        outcomes.insert(name, taken["outcome"].as_str().unwrap_or_default().to_owned());
    }
    assert!(child.wait().expect("it ends").success());
    let status = piaoku().args(["--json", "status"]).output().expect("piaoku runs");
    assert!(status.status.success(), "everything is accounted for");
    (outcomes, last_good)
}

#[test]
fn good_files_go_on_beside_hostile_ones() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let good_files = if all() { 400 } else { 40 };
    let (alone, beside) = (scratch.path().join("alone"), scratch.path().join("beside"));
    fs::create_dir_all(&alone).expect("a folder");
    fs::create_dir_all(&beside).expect("a folder");
    for (at, file) in specimen::demo(20_260_301, good_files).enumerate() {
        for folder in [&alone, &beside] {
            fs::write(folder.join(format!("{at:03}-good")), &file.bytes).expect("a file");
        }
    }
    // Those that are killed by the clock and by the limit of memory, and bombs, strewn among the good ones.
    let wanted = [
        "finder-patterns-small",
        "finder-patterns-large",
        "png-bomb-in-iCCP",
        "quoted-bomb",
        "billion-laughs",
    ];
    let mut hostile = Vec::new();
    for (_, make) in FAMILIES
        .iter()
        .filter(|(family, _)| ["pictures", "archives", "markup"].contains(family))
    {
        hostile.extend(
            make()
                .into_iter()
                .filter(|case| wanted.contains(&case.name.as_str())),
        );
    }
    assert_eq!(hostile.len(), wanted.len());
    for (at, case) in hostile.iter().enumerate() {
        fs::write(
            beside.join(format!("{:03}-{}", at * good_files / 8, case.name)),
            &case.bytes,
        )
        .expect("a file");
    }
    let (good, time_alone) = take_in(&alone);
    let (mixed, time_beside) = take_in(&beside);
    // Which of two equal files is the duplicate of the other depends on who was first; how many there are does not.
    let counted = |outcomes: &BTreeMap<String, String>| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (_, how) in outcomes.iter().filter(|(name, _)| name.contains("good")) {
            *counts.entry(how.clone()).or_default() += 1;
        }
        counts
    };
    let lost = good.keys().filter(|name| !mixed.contains_key(*name)).count();
    let untold = hostile.len()
        - mixed
            .iter()
            .filter(|(name, how)| !name.contains("good") && !how.is_empty())
            .count()
            .min(hostile.len());
    println!(
        "RELIABILITY | good files beside hostile ones | runs={} lost={} found={untold} alone={time_alone:.1?} beside={time_beside:.1?} ratio={:.2}",
        mixed.len(),
        lost,
        time_beside.as_secs_f64() / time_alone.as_secs_f64()
    );
    assert_eq!(lost, 0, "a good file without an outcome");
    assert_eq!(
        counted(&good),
        counted(&mixed),
        "good files fared otherwise beside hostile ones"
    );
    assert_eq!(untold, 0, "a hostile file without an outcome");
}

#[test]
fn twins_are_caught() {
    for (twin, test) in [
        ("zip_ratio_limit_off", "archives"),
        ("xml_depth_limit_off", "markup"),
    ] {
        testkit::assert_twin_is_caught(twin, test, &[]);
    }
}
