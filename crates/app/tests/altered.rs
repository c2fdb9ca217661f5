//! Altered files: one layer of a file says something else than the rest, and no such value may be shown as settled.
//!
//! `specimen::altered` writes them by shape (form × layer × class of field). Each is read and checked in process and
//! compared with the reading of the same file unaltered. A value that differs must be named by a fault; where nothing
//! in the file contradicts it, it must at least be marked as having one witness, and such cases are counted apart.
//! Unaltered files must raise no fault that says that sources or figures contradict each other.
//!
//! - `PIAOKU_CASES`: altered files (400; every shape comes up once in about 300).
//! - `PIAOKU_SEED`: the seed (20260301).
//! - `PIAOKU_SHAPES`: the beginning of a shape's name; only those are tried.

#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use app::{ReadFile, read_file};
use invoice::{Fault, Integrity, InvoiceReading};
use specimen::{AlteredFile, Expect};

const SEED: u64 = 20_260_301;

fn number_of(name: &str, otherwise: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is no number")),
        Err(_) => otherwise,
    }
}

/// A file as a user would see it: its invoices with their faults, those of the file among them.
struct Seen {
    invoices: Vec<(InvoiceReading, Vec<Fault>)>,
    file: Vec<Fault>,
    integrity: Option<Integrity>,
}

impl Seen {
    fn of(bytes: &[u8]) -> Seen {
        let files = read_file(&testkit::harmless_machine(), &[], bytes).expect("in process");
        let mut seen = Seen {
            invoices: Vec::new(),
            file: Vec::new(),
            integrity: None,
        };
        for ReadFile { reading, verdict, .. } in files {
            for (at, invoice) in reading.invoices.into_iter().enumerate() {
                let own = verdict.invoices.get(at).cloned().unwrap_or_default();
                let all = own.into_iter().chain(verdict.file.iter().cloned()).collect();
                seen.invoices.push((invoice, all));
            }
            seen.file.extend(verdict.file);
            if let Some(facts) = reading.signatures {
                seen.integrity = Some(facts.integrity);
            }
        }
        seen
    }

    fn faults(&self) -> BTreeSet<(String, String)> {
        let own = self.invoices.iter().flat_map(|(_, faults)| faults);
        own.chain(&self.file)
            .filter(|fault| is_alarm(fault))
            .map(key)
            .collect()
    }
}

fn key(fault: &Fault) -> (String, String) {
    (fault.code.clone(), fault.path.clone())
}

/// Whether a fault says that something contradicts something. `W102` only says that nothing can.
fn is_alarm(fault: &Fault) -> bool {
    fault.code != "W102"
}

/// Everything an invoice shows, by the path that a fault would name.
fn shown(invoice: &InvoiceReading) -> BTreeMap<String, String> {
    let fields = invoice.fields.0.iter();
    let mut shown: BTreeMap<String, String> = fields
        .filter_map(|(name, field)| Some((name.as_str().to_owned(), field.value()?.to_owned())))
        .collect();
    if let Some(kind) = invoice.kind() {
        shown.insert("kind".to_owned(), kind.code().to_owned());
    }
    for cell in invoice.cells() {
        let line = cell.stated.first().map(|(_, line)| *line);
        let text = line.and_then(|line| cell.cell.text(line)).unwrap_or_default();
        shown.insert(cell.cell.path(cell.at), text);
    }
    let lines = invoice.lines().map_or(0, |set| set.lines.len());
    shown.insert("lines".to_owned(), lines.to_string());
    shown
}

/// Paths at which something else is shown than is true. Where lines are missing or added it is the list that is
/// wrong, not each of its cells.
fn wrong(truth: &BTreeMap<String, String>, shown: &BTreeMap<String, String>) -> Vec<String> {
    let is_other_list = truth.get("lines") != shown.get("lines");
    shown
        .iter()
        .filter(|(path, value)| truth.get(*path) != Some(value))
        .map(|(path, _)| path.clone())
        .filter(|path| !is_other_list || !path.starts_with("lines["))
        .collect()
}

/// Whether a fault names this path, or the line or the list that it is part of.
fn names(fault: &Fault, path: &str) -> bool {
    fault.path.split(',').map(str::trim).any(|named| {
        let rest = path.strip_prefix(named);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// What became of an altered file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Every wrong value that is shown is named by a fault.
    Contradicted,
    /// A wrong value is shown that nothing in the file contradicts, and it is marked as having one witness.
    SingleWitness,
    /// The right values are shown, and a fault tells of the contradiction.
    RightAndTold,
    /// Nothing is shown at all.
    Refused,
    /// The right values are shown; the change is in a picture, and that its text was not read is said.
    NotRead,
    /// The right values are shown; that one layer says something else is not told, and nothing shows it.
    Untold,
    /// A wrong value is marked as having one witness though something in the file contradicts it.
    Overlooked(String),
    /// A wrong value is shown as settled.
    Unflagged(String),
    /// The signature or the checksum no longer holds and nothing says so.
    SealUnsaid,
}

fn outcome(file: &AlteredFile, truth: &BTreeMap<String, String>, honest: &Seen) -> Outcome {
    let seen = Seen::of(&file.bytes);
    let is_broken = matches!(seen.integrity, Some(Integrity::Broken { .. }));
    if file.breaks_seal && !(is_broken && seen.file.iter().any(|fault| fault.code == "S101")) {
        return Outcome::SealUnsaid;
    }
    let tells_of_checksum =
        |(_, faults): &(InvoiceReading, Vec<Fault>)| faults.iter().any(|f| f.code == "W104");
    if file.breaks_checksum && !seen.invoices.iter().any(tells_of_checksum) {
        return Outcome::SealUnsaid;
    }
    if seen.invoices.is_empty() {
        return Outcome::Refused;
    }
    let (mut is_wrong, mut is_single) = (false, None);
    for (invoice, faults) in &seen.invoices {
        let alone = rules::single_witnesses(invoice);
        for path in wrong(truth, &shown(invoice)) {
            is_wrong = true;
            if faults.iter().any(|fault| is_alarm(fault) && names(fault, &path)) {
                continue;
            }
            if !alone.contains(&path) {
                return Outcome::Unflagged(path);
            }
            is_single = Some(path);
        }
    }
    // A broken seal is no answer to what is wrong, and a doubt about the sums is none to what is wrong with a line.
    let told: Vec<(String, String)> = seen.faults().difference(&honest.faults()).cloned().collect();
    let is_told = told.iter().any(|(code, _)| !code.starts_with('S'));
    let is_told_of = |path: &str| match path.starts_with("lines") {
        true => told.iter().any(|(_, named)| named.contains("lines")),
        false => is_told,
    };
    match (is_wrong, is_single) {
        (true, Some(path)) if file.is_contradicted && !is_told_of(&path) => Outcome::Overlooked(path),
        (true, Some(_)) => Outcome::SingleWitness,
        (true, None) => Outcome::Contradicted,
        (false, _) if is_told => Outcome::RightAndTold,
        // That the page itself was not read is said of every scan (F005).
        (false, _) if file.is_picture && honest.faults().iter().any(|(code, _)| code == "F005") => {
            Outcome::NotRead
        }
        (false, _) => Outcome::Untold,
    }
}

#[derive(Default)]
struct Counts {
    contradicted: usize,
    single: usize,
    told: usize,
    refused: usize,
    not_read: usize,
    bad: usize,
}

#[test]
fn no_altered_value_is_shown_as_settled() {
    let (cases, seed) = (number_of("PIAOKU_CASES", 400), number_of("PIAOKU_SEED", SEED));
    let only = env::var("PIAOKU_SHAPES").unwrap_or_default();
    let mut shapes: BTreeMap<String, Counts> = BTreeMap::new();
    let mut bad: BTreeMap<String, usize> = BTreeMap::new();
    let (mut done, mut honest_files, mut alarms) = (0, 0, Alarms::default());
    for group in specimen::altered(seed, &only) {
        if done >= cases {
            break;
        }
        let honest = Seen::of(&group.honest);
        honest_files += 1;
        alarms.count(&format!("{} {}", group.form, group.specimen.number), &honest);
        assert_eq!(
            honest.invoices.len(),
            1,
            "{} {}",
            group.form,
            group.specimen.number
        );
        let truth = shown(&honest.invoices[0].0);
        for file in &group.files {
            if done >= cases {
                break;
            }
            done += 1;
            let counts = shapes.entry(file.shape.clone()).or_default();
            let outcome = outcome(file, &truth, &honest);
            match &outcome {
                Outcome::Contradicted => counts.contradicted += 1,
                Outcome::SingleWitness => counts.single += 1,
                Outcome::RightAndTold => counts.told += 1,
                Outcome::Refused => counts.refused += 1,
                Outcome::NotRead => counts.not_read += 1,
                Outcome::Untold | Outcome::Overlooked(_) | Outcome::Unflagged(_) | Outcome::SealUnsaid => {
                    counts.bad += 1;
                    let what = format!("{outcome:?}: {} ({})", file.shape, file.what);
                    *bad.entry(what).or_default() += 1;
                    if let Ok(folder) = env::var("PIAOKU_KEEP") {
                        let name = format!(
                            "{}-{}.{}",
                            done,
                            file.shape.replace('/', "-"),
                            group.form().map_or("", |f| f.extension)
                        );
                        fs::write(Path::new(&folder).join(name), &file.bytes).expect("a file is kept");
                    }
                }
            }
        }
    }
    for (shape, counts) in &shapes {
        println!(
            "{shape:<55} contradicted {:>3}  single witness {:>3}  right and told {:>3}  refused {:>3}  not read {:>3}  bad {:>3}",
            counts.contradicted, counts.single, counts.told, counts.refused, counts.not_read, counts.bad
        );
    }
    let sum = |part: fn(&Counts) -> usize| shapes.values().map(part).sum::<usize>();
    let (contradicted, single, told) = (sum(|c| c.contradicted), sum(|c| c.single), sum(|c| c.told));
    println!(
        "RELIABILITY | altered files | runs={done} lost={} found={} shapes={} contradicted={contradicted} \
         single_witness={single} right_and_told={told} refused={} not_read={} unaltered={honest_files} false_alarms={} seed={seed}",
        sum(|c| c.bad),
        contradicted + single + told + sum(|c| c.refused) + sum(|c| c.not_read),
        shapes.len(),
        sum(|c| c.refused),
        sum(|c| c.not_read),
        alarms.files.len(),
    );
    let mut list = String::new();
    for (what, count) in &bad {
        writeln!(list, "{count:>4}  {what}").expect("a string grows");
    }
    println!("{list}{alarms}");
    assert!(bad.is_empty(), "seed {seed}: not flagged:\n{list}");
    assert!(
        alarms.files.len() * 100 <= honest_files,
        "false alarms:\n{alarms}"
    );
    assert!(
        done > 0 && (only.is_empty() <= (shapes.len() >= 20)),
        "{} shapes",
        shapes.len()
    );
}

/// Faults of unaltered files that say that something is contradicted.
#[derive(Default)]
struct Alarms {
    files: BTreeMap<String, Vec<String>>,
}

impl Alarms {
    fn count(&mut self, name: &str, seen: &Seen) {
        let own = seen.invoices.iter().flat_map(|(_, faults)| faults);
        let said: Vec<String> = own
            .chain(&seen.file)
            .filter(|fault| is_of_contradiction(&fault.code))
            .map(|fault| format!("{} {} {}", fault.code, fault.path, fault.message))
            .collect();
        if !said.is_empty() {
            self.files.insert(name.to_owned(), said);
        }
    }
}

impl std::fmt::Display for Alarms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, said) in &self.files {
            writeln!(f, "false alarm: {name}: {}", said.join(" | "))?;
        }
        Ok(())
    }
}

/// Codes by which sources, figures or signatures contradict each other: witnesses, amounts, lines, and content that was
/// changed after signing. Other codes say that an honest invoice is odd.
fn is_of_contradiction(code: &str) -> bool {
    match code {
        "W102" | "A105" | "A106" | "A107" | "L106" | "L107" | "L109" | "L110" => false,
        "S101" | "S102" => true,
        _ => code.starts_with(['W', 'A', 'L']),
    }
}

#[test]
fn unaltered_files_raise_no_alarm() {
    let (count, seed) = (number_of("PIAOKU_CASES", 150), number_of("PIAOKU_SEED", SEED));
    let mut alarms = Alarms::default();
    let mut files = 0;
    for file in specimen::demo(seed, usize::try_from(count).expect("a count")) {
        let is_fit = matches!(file.expect, Expect::Stored { .. }) && file.alteration.is_none();
        if is_fit && !file.path.ends_with(".zip") {
            files += 1;
            alarms.count(&format!("{} {}", file.story, file.path), &Seen::of(&file.bytes));
        }
    }
    println!(
        "RELIABILITY | unaltered files | runs={files} lost={} found={} seed={seed}\n{alarms}",
        alarms.files.len(),
        files - alarms.files.len()
    );
    assert!(files > 50 && alarms.files.len() * 100 <= files, "{alarms}");
}

/// Each twin is tried on the shapes that only the broken step can catch.
#[test]
fn twins_are_caught() {
    for (twin, shapes, cases) in [
        ("first_witness_only", "ofd-legacy/", "40"),
        ("digests_not_tested", "ofd-legacy/page/name", "2"),
        ("qr_not_compared", "pdf/qr/", "12"),
        ("attachment_not_compared", "ofd-legacy/page/signed again/", "12"),
        ("qr_checksum_not_tested", "qr-png/", "16"),
        ("words_not_compared", "xml-compact/xml/words", "2"),
        ("total_not_summed", "xbrl-booking/xbrl/sum", "8"),
        ("lines_not_summed", "xml-compact/xml/line", "12"),
        ("lines_not_compared", "ofd-legacy-xbrl/attachment/cell", "12"),
        ("rate_not_applied", "xml-compact/xml/cell", "40"),
        ("single_witness_unsaid", "pdf/page/name", "4"),
    ] {
        testkit::assert_twin_is_caught(
            twin,
            "no_altered_value_is_shown_as_settled",
            &[("PIAOKU_SHAPES", shapes), ("PIAOKU_CASES", cases)],
        );
    }
}

/// The twins are caught only if the shapes they are tried on are clean without them.
#[test]
fn shapes_of_the_twins_are_tried_without_them() {
    let shapes: BTreeSet<String> = specimen::altered(SEED, "")
        .take(specimen::FORMS.len())
        .flat_map(|group| group.files)
        .map(|file| file.shape)
        .collect();
    for start in [
        "xbrl-booking/xbrl/sum",
        "ofd-legacy/page/signed again/",
        "qr-png/qr/stale checksum/",
    ] {
        assert!(
            shapes.iter().any(|shape| shape.starts_with(start)),
            "{start}: {shapes:?}"
        );
    }
}

/// Real files are not ours to publish; where they are at hand they are measured.
#[test]
fn real_files_raise_no_alarm() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples"));
    let Ok(manifest) = fs::read_to_string(folder.join("MANIFEST.tsv")) else {
        println!("skipped: the real files are not here");
        return;
    };
    let mut alarms = Alarms::default();
    let paths: Vec<PathBuf> = manifest
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .map(|name| folder.join(name))
        .collect();
    for path in &paths {
        let bytes = fs::read(path).expect("a file of the manifest");
        alarms.count(&path.display().to_string(), &Seen::of(&bytes));
    }
    // What was blackened after it was signed is altered, and told as such.
    let (redacted, others): (Vec<_>, Vec<_>) =
        alarms.files.keys().partition(|path| path.contains("redacted"));
    println!(
        "RELIABILITY | unaltered real files | runs={} lost={} found={} redacted_and_told={}",
        paths.len(),
        others.len(),
        paths.len() - others.len(),
        redacted.len()
    );
    assert!(others.is_empty(), "{alarms}");
}
