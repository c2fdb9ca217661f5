//! One flipped bit, anywhere in a data folder: found by verifying, or shown to change no answer at all.
//!
//! Each flip is made in a fresh copy. Then the folder is verified, opened, and asked everything it can be asked
//! (`answers`). A flip counts as harmless only when every answer is what it was; verifying may then be silent. Where an
//! answer is another, verifying must have named a damage. What is *wrong* (a line that was never said) must not be
//! served at all, verified or not; an answer that is merely *short* (a row that a broken index hides) must be found.
//!
//! `PIAOKU_FLIPS` sets the number of flips (`make torture`), `PIAOKU_SEED` the seed.

#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

mod answers;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use answers::{Answers, Questions};
use app::{Incoming, Site, take_in, verify_site};

/// What is taken in: all kinds of files, one twice, one without an invoice, and one that goes on waiting for a password.
const FILES: &[&str] = &[
    "shudian-special.xml",
    "xml-total-contradicts-words.xml",
    "legacy-xbrl.xml",
    "rail-ticket.xml",
    "air-ticket.xml",
    "air-ticket-same-invoice.pdf",
    "damaged-truncated.ofd",
    "shudian-gb18030.xml",
    "shudian-booking-data.xml",
    "legacy-original-invoice.xml",
    "shudian-kind-not-stated.xml",
    "rail-ofd.ofd",
    "shudian-special.xml",
    "shudian-byte-order-mark.xml",
    "rail-ticket-refund.xml",
];

/// One grey point.
const PICTURE: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 31,
    21, 196, 137, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 0, 1, 0, 0, 5, 0, 1, 13, 10, 45, 180, 0, 0, 0,
    0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// After so many problems no more are looked for.
const PROBLEMS_MAX: usize = 3;

/// A data folder in memory: its files by their path.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A site as it was, and what it answered.
struct Sound {
    files: Files,
    questions: Questions,
    answers: Answers,
}

/// What flips came to, by the kind of file.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    flips: u64,
    harmless: u64,
    found: u64,
    refused: u64,
    short: u64,
    wrong: u64,
    lost: u64,
}

#[test]
fn every_flipped_bit_is_found_or_harmless() {
    let flips = number_from("PIAOKU_FLIPS").unwrap_or(500);
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    println!("seed {seed}, {flips} flips");
    let scratch = scratch();
    let sites = [
        at_rest(scratch.path()),
        after_a_kill(scratch.path(), Waiting::First),
        after_a_kill(scratch.path(), Waiting::Last),
    ];
    for sound in &sites {
        assert!(
            sound.questions.invoices() >= 12,
            "{} invoices",
            sound.questions.invoices()
        );
    }
    let (next, counts, problems) = (
        AtomicU64::new(0),
        Mutex::new(BTreeMap::new()),
        Mutex::new(Vec::new()),
    );
    std::thread::scope(|scope| {
        for lane in 0..std::thread::available_parallelism().map_or(2, std::num::NonZero::get) {
            let (sites, next, counts, problems) = (&sites, &next, &counts, &problems);
            let work = scratch.path().join(format!("lane-{lane}"));
            scope.spawn(move || {
                loop {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    if nth >= flips {
                        return;
                    }
                    let flip = Flip::draw(sites, seed, nth);
                    let outcome = flip.suffer(&sites[flip.site], &work);
                    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                    let count: &mut Count = counts.entry(flip.class()).or_default();
                    if let Some(problem) = outcome.count(count) {
                        let problem = format!("flip {nth} of seed {seed}: {flip:?}: {problem}");
                        println!("{problem}");
                        let mut problems = problems.lock().unwrap_or_else(PoisonError::into_inner);
                        problems.push(problem);
                        if problems.len() >= PROBLEMS_MAX {
                            next.store(flips, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (
        class,
        Count {
            flips,
            harmless,
            found,
            refused,
            short,
            wrong,
            lost,
        },
    ) in counts
    {
        println!(
            "RELIABILITY | bit flips: {class} | runs={flips} lost={lost} found={found} (of these refused at start \
            {refused}) harmless={harmless} wrong_served={wrong} short_until_verified={short}"
        );
    }
    let problems = problems.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(
        problems.is_empty(),
        "{} problems, the first:\n{}",
        problems.len(),
        problems[0]
    );
}

#[test]
fn twins_are_caught() {
    for twin in [
        "originals_served_unchecked",
        "rows_served_unchecked",
        "content_shown_unopened",
        "receipts_given_unverified",
        "waiting_left_in_the_log",
    ] {
        let environment = [("PIAOKU_FLIPS", "200")];
        testkit::assert_twin_is_caught(twin, "every_flipped_bit_is_found_or_harmless", &environment);
    }
}

/// One bit of one file.
#[derive(Debug, Clone)]
struct Flip {
    site: usize,
    path: PathBuf,
    byte: usize,
    bit: u8,
}

/// What a flip did.
struct Outcome {
    damages: Vec<String>,
    refused: Option<String>,
    wrong: Vec<String>,
    short: Vec<String>,
    refusals: usize,
}

impl Flip {
    fn draw(sites: &[Sound], seed: u64, nth: u64) -> Self {
        let mut chance = Chance(seed ^ nth.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.below(2);
        // The database holds nearly everything; small files get their share all the same.
        let (site, path) = match chance.below(20) {
            0..9 => (0, PathBuf::from("piaoku.db")),
            9..12 => (1, PathBuf::from("piaoku.db-wal")),
            // Its log is empty, unless what waits for a person was left there.
            18 => (2, PathBuf::from("piaoku.db-wal")),
            12 => (1, PathBuf::from("piaoku.db")),
            13..15 => (chance.below(2), PathBuf::from("tip")),
            15 => (0, PathBuf::from("key")),
            16 => (0, PathBuf::from("key.pub")),
            _ => {
                let originals: Vec<_> = sites[0]
                    .files
                    .keys()
                    .filter(|path| path.starts_with("originals"))
                    .collect();
                (0, originals[chance.below(originals.len())].clone())
            }
        };
        // Most of a database is empty space, where nothing is to be altered: bytes that say something are preferred.
        let bytes = &sites[site].files[&path];
        let (path, bytes) = match bytes.len() {
            0 => (
                PathBuf::from("piaoku.db"),
                &sites[site].files[Path::new("piaoku.db")],
            ),
            _ => (path, bytes),
        };
        let mut byte = chance.below(bytes.len());
        for _ in 0..8 {
            if bytes[byte] != 0 {
                break;
            }
            byte = chance.below(bytes.len());
        }
        if site == 2 {
            // Near the end, where nothing later vouches for what was written.
            byte = bytes.len() - 1 - byte % bytes.len().min(6 * (4096 + 24));
        }
        let bit = u8::try_from(chance.below(8)).expect("less than 8");
        Self {
            site,
            path,
            byte,
            bit,
        }
    }

    fn class(&self) -> &'static str {
        match self.path.to_str().unwrap_or_default() {
            "piaoku.db" => "database",
            "piaoku.db-wal" => "write-ahead log",
            "tip" => "tip file",
            "key" => "signing key",
            "key.pub" => "public key",
            _ => "originals",
        }
    }

    /// Makes the flip in a fresh copy and asks everything.
    fn suffer(&self, sound: &Sound, work: &Path) -> Outcome {
        lay_out(&sound.files, work);
        let mut bytes = sound.files[&self.path].clone();
        bytes[self.byte] ^= 1 << self.bit;
        fs::write(work.join(&self.path), bytes).expect("flipped");
        let damages = match verify_site(work, &|_| {}) {
            Ok(report) => report
                .damages
                .iter()
                .map(|damage| format!("{}: {}", damage.what, damage.en))
                .collect(),
            Err(error) => vec![format!("refused: {error}")],
        };
        let mut outcome = Outcome {
            damages,
            refused: None,
            wrong: Vec::new(),
            short: Vec::new(),
            refusals: 0,
        };
        let site = match Site::open(work, testkit::harmless_machine()) {
            Ok(site) => site,
            Err(error) => {
                outcome.refused = Some(error.to_string());
                return outcome;
            }
        };
        let exports = work.with_extension("exports");
        fs::create_dir_all(&exports).expect("a folder");
        let answers = sound.questions.ask(&site, &exports);
        for (question, answer) in &answers {
            match (answer, &sound.answers[question]) {
                (Err(_), _) => outcome.refusals += 1,
                (now, then) if now == then => {}
                (Ok(now), Ok(then)) if now.iter().all(|line| then.contains(line)) => {
                    outcome.short.push(question.clone());
                }
                (now, _) => outcome.wrong.push(format!("{question}: {now:?}")),
            }
        }
        outcome
    }
}

impl Outcome {
    /// Counts itself; answers what must not be.
    fn count(&self, count: &mut Count) -> Option<String> {
        let is_found = !self.damages.is_empty();
        let changed = self.refused.is_some() || self.refusals + self.wrong.len() + self.short.len() > 0;
        count.flips += 1;
        count.refused += u64::from(self.refused.is_some());
        count.found += u64::from(is_found);
        count.harmless += u64::from(!is_found && !changed);
        count.short += u64::from(!self.short.is_empty());
        count.wrong += u64::from(!self.wrong.is_empty());
        count.lost += u64::from(!is_found && changed);
        if !is_found && changed {
            return Some(format!(
                "not found; start refused: {:?}, refusals {}, short {:?}, wrong {:?}",
                self.refused, self.refusals, self.short, self.wrong
            ));
        }
        self.wrong
            .first()
            .map(|wrong| format!("served {wrong}; found as {:?}", self.damages))
    }
}

/// A site that was closed properly: everything is in the database file.
fn at_rest(scratch: &Path) -> Sound {
    let folder = scratch.join("at-rest");
    let site = fill(&folder, Waiting::Last);
    let questions = Questions::of(&site);
    let answers = questions.ask(&site, scratch);
    drop(site);
    Sound {
        files: read_all(&folder),
        questions,
        answers,
    }
}

/// Whether the picture that waits for a person arrives before all else or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    First,
    Last,
}

/// A site as a kill leaves it: much is in the write-ahead log only.
fn after_a_kill(scratch: &Path, waiting: Waiting) -> Sound {
    let folder = scratch.join(format!("killed-{waiting:?}"));
    let site = fill(&folder, waiting);
    let files = read_all(&folder);
    let questions = Questions::of(&site);
    let answers = questions.ask(&site, scratch);
    let log = files[Path::new("piaoku.db-wal")].len();
    assert!(waiting == Waiting::Last || log > 0, "the log is empty");
    Sound {
        files,
        questions,
        answers,
    }
}

fn fill(folder: &Path, waiting: Waiting) -> Site {
    let site = Site::init(folder, "flips", testkit::harmless_machine()).expect("a new folder");
    for entity in testkit::demo_entities() {
        site.declare(&entity).expect("declared");
    }
    let picture = ("photo.png".to_owned(), PICTURE.to_vec());
    let samples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples"));
    let mut files: Vec<(String, Vec<u8>)> = FILES
        .iter()
        .map(|name| {
            (
                (*name).to_owned(),
                fs::read(samples.join(name)).expect("a sample"),
            )
        })
        .collect();
    match waiting {
        Waiting::First => files.insert(0, picture),
        Waiting::Last => files.push(picture),
    }
    for (name, bytes) in files {
        take_in(&site, &Incoming { name, bytes }).expect("taken in");
    }
    let status = site.status().expect("a status");
    assert_eq!(status.pending, 1, "{status:?}");
    site
}

fn read_all(folder: &Path) -> Files {
    let (mut files, mut folders) = (Files::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(folder).expect("inside").to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name != Path::new("lock") && name != Path::new("piaoku.db-shm") {
                files.insert(name, fs::read(path).expect("a file"));
            }
        }
    }
    files
}

/// Makes a folder hold these files and no others.
fn lay_out(files: &Files, work: &Path) {
    if work.exists() {
        for path in read_all(work).keys().filter(|path| !files.contains_key(*path)) {
            fs::remove_file(work.join(path)).expect("removed");
        }
    }
    let _ = fs::remove_file(work.join("piaoku.db-shm"));
    for (path, bytes) in files {
        let path = work.join(path);
        if fs::read(&path).is_ok_and(|there| there == *bytes) {
            continue;
        }
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
}

/// In memory where the system has such a place: thousands of flips need not wear a disk.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a scratch folder")
}

fn number_from(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// SplitMix64: a draw for each flip, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("below the bound")
    }
}
