//! The first promise under `kill -9`: no acknowledged invoice lost, no phantom, conservation balanced, no manual step.
//!
//! Each round hands in files that were not seen before and kills the process: at a moment drawn from the seed, or at a
//! numbered step of the way of a file (`twin::STEPS`), for the first, second, … time. What the process said on its
//! standard output before it died is what it acknowledged. The next start is the recovery; nothing else is done between
//! rounds. `PIAOKU_KILLS` sets the number of kills of each test (`make torture`), `PIAOKU_SEED` the seed.

#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use invoice::Digest;
use serde_json::Value;
use testkit::assert_twin_is_caught;
use testkit::cases::{File, number_from, small_files};

const PIAOKU: &str = env!("CARGO_BIN_EXE_piaoku");
/// How many files each round hands in.
const FILES_PER_ROUND: usize = 12;

/// What the process said became of a file before it was killed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Acknowledged {
    digest: String,
    index: u64,
    leaf_hash: String,
}

#[test]
fn no_acknowledged_invoice_is_lost_at_any_moment() {
    let rounds: usize = number_from("PIAOKU_KILLS").unwrap_or(32) as usize;
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let data = scratch.path().join("data");
    run(&data, &["init", "--site", "kill"]);
    let mut files = specimen::demo(seed, rounds * FILES_PER_ROUND).map(|file| (file.path, file.bytes));
    let mut moments = Moments(seed);
    let mut handed_in: BTreeSet<String> = BTreeSet::new();
    let mut acknowledged: BTreeMap<u64, Acknowledged> = BTreeMap::new();
    let (mut killed_midway, mut killed_early, mut finished) = (0, 0, 0);
    for round in 0..rounds {
        let folder = scratch.path().join(format!("round-{round}"));
        let batch: Vec<File> = files.by_ref().take(FILES_PER_ROUND).collect();
        hand_in(&folder, &batch, &mut handed_in);
        let told = take_in_and_kill(
            &data,
            &folder,
            moments.next_in(batch.len()),
            moments.next_in(2_000),
        );
        match told.len() {
            0 => killed_early += 1,
            all if all >= batch.len() => finished += 1,
            _ => killed_midway += 1,
        }
        for receipt in told {
            if let Some(before) = acknowledged.insert(receipt.index, receipt.clone()) {
                assert_eq!(
                    before, receipt,
                    "the index of an acknowledged entry was given twice"
                );
            }
        }
        // The next start recovers by itself; there is no other step.
        let status = run(&data, &["--json", "status"]);
        assert_balanced(&status, round);
        fs::remove_dir_all(&folder).expect("the round's folder");
    }
    assert!(
        killed_midway >= rounds / 4,
        "the kills must fall into the work, or they test nothing"
    );
    assert!(!acknowledged.is_empty());
    nothing_is_lost(&data, &acknowledged);
    nothing_is_a_phantom(&data, &handed_in);
    assert_sound(&data);
    println!(
        "RELIABILITY | kill -9 at random moments | runs={rounds} lost=0 found=0 acknowledged={} before_first={killed_early} midway={killed_midway} after_last={finished} seed={seed}",
        acknowledged.len()
    );
}

/// Kills of each step in `make test`.
const KILLS_PER_STEP: u64 = 2;

#[test]
fn killed_at_every_step_nothing_acknowledged_is_lost() {
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    let only = std::env::var("PIAOKU_STEP").ok();
    let is_wanted = |step: &&&str| only.as_deref().is_none_or(|only| only == **step);
    let steps: Vec<&str> = twin::STEPS.iter().filter(is_wanted).copied().collect();
    let per_step =
        number_from("PIAOKU_KILLS").map_or(KILLS_PER_STEP, |kills| kills.div_ceil(steps.len() as u64));
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let data = scratch.path().join("data");
    run(&data, &["init", "--site", "kill"]);
    let mut files = small_files(seed, steps.len() * per_step as usize * FILES_PER_STEP).into_iter();
    let mut handed_in: BTreeSet<String> = BTreeSet::new();
    let mut acknowledged: BTreeMap<u64, Acknowledged> = BTreeMap::new();
    let (mut runs, mut resumed) = (0, 0);
    for step in &steps {
        let mut died = 0;
        for kill in 1..=per_step {
            if MAKING.contains(step) {
                died += u64::from(killed_while_made(&scratch.path().join(format!("{runs}")), step));
                runs += 1;
                continue;
            }
            let folder = scratch.path().join(format!("round-{runs}"));
            let batch: Vec<File> = files.by_ref().take(FILES_PER_STEP).collect();
            hand_in(&folder, &batch, &mut handed_in);
            if RESUMING.contains(step) {
                // Something must have been interrupted before it can be resumed.
                let (told, _) = take_in_until(&data, &folder, "arrival numbered", 1);
                acknowledged.extend(told.into_iter().map(|told| (told.index, told)));
            }
            // Steps that are passed once for each opening are met the first time or not at all.
            let count = if OPENING.contains(step) || RESUMING.contains(step) {
                1
            } else {
                (kill - 1) % FILES_PER_STEP as u64 + 1
            };
            let (told, was_killed) = take_in_until(&data, &folder, step, count);
            died += u64::from(was_killed);
            runs += 1;
            for receipt in told {
                if let Some(before) = acknowledged.insert(receipt.index, receipt.clone()) {
                    assert_eq!(
                        before, receipt,
                        "the index of an acknowledged entry was given twice"
                    );
                }
            }
            // The next start recovers by itself; there is no other step.
            let status = run(&data, &["--json", "status"]);
            assert_balanced(&status, runs);
            assert_eq!(status["pending"], 0, "killed at {step:?}: {status}");
            resumed += 1;
            fs::remove_dir_all(&folder).expect("the round's folder");
        }
        assert!(
            died > 0,
            "the step {step:?} was never reached, so it tests nothing"
        );
    }
    assert!(only.is_some() || !acknowledged.is_empty());
    if resumed > 0 {
        nothing_is_lost(&data, &acknowledged);
        nothing_is_a_phantom(&data, &handed_in);
        assert_sound(&data);
    }
    println!(
        "RELIABILITY | kill -9 at every step | runs={runs} lost=0 found=0 steps={} acknowledged={} seed={seed}",
        steps.len(),
        acknowledged.len()
    );
}

/// How many files a round at a step hands in.
const FILES_PER_STEP: usize = 3;
/// Steps of making a data folder.
const MAKING: &[&str] = &["public key written", "signing key written", "tip file made"];
/// Steps that each opening passes once.
const OPENING: &[&str] = &[
    "database made",
    "write-ahead log restated",
    "tip compared",
    "rows caught up",
];
/// Steps that only an opening after an interruption passes.
const RESUMING: &[&str] = &["arrival resumed"];

/// Kills `init` at a step. Then the folder opens by itself, or there is none and it can be made.
fn killed_while_made(data: &Path, step: &str) -> bool {
    let init = |kill: Option<&str>| {
        let mut command = Command::new(PIAOKU);
        command.arg("--data").arg(data).args(["init", "--site", "kill"]);
        if let Some(step) = kill {
            command.env("PIAOKU_KILL_AT", format!("{step}:1"));
        }
        command.output().expect("piaoku runs").status
    };
    let was_killed = init(Some(step)).signal() == Some(SIGKILL);
    if !data.join("key").exists() {
        assert!(init(None).success(), "after {step:?} a folder can be made");
    }
    let status = run(data, &["--json", "status"]);
    assert_eq!(status["tree_size"], 1, "{status}");
    assert_sound(data);
    was_killed
}

/// What a parent sees of a child that was killed.
const SIGKILL: i32 = 9;

/// Takes a folder in by a process that kills itself when it passes a step for the `count`th time.
fn take_in_until(data: &Path, folder: &Path, step: &str, count: u64) -> (Vec<Acknowledged>, bool) {
    let output = Command::new(PIAOKU)
        .arg("--data")
        .arg(data)
        .args(["--json", "take-in"])
        .arg(folder)
        .env("PIAOKU_KILL_AT", format!("{step}:{count}"))
        .output()
        .expect("piaoku runs");
    let told = String::from_utf8_lossy(&output.stdout);
    let told = told.lines().filter_map(|line| serde_json::from_str(line).ok());
    let told = told.filter_map(|outcome: Value| acknowledged(&outcome)).collect();
    (told, output.status.signal() == Some(SIGKILL))
}

fn assert_sound(data: &Path) {
    let verified = Command::new(PIAOKU)
        .arg("--data")
        .arg(data)
        .arg("verify")
        .output()
        .expect("verify runs");
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );
}

/// Found by a thousand kills: a process killed while it starts a child leaves its lock to that child for a moment.
#[test]
fn the_lock_of_a_killed_process_is_waited_for() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let data = scratch.path().join("data");
    run(&data, &["init", "--site", "kill"]);
    let mut gone = Command::new("true").spawn().expect("a process");
    gone.wait().expect("it ended");
    let lock = fs::File::create(data.join("lock")).expect("the lock file");
    writeln!(&lock, "process {}", gone.id()).expect("written");
    lock.lock().expect("the lock");
    let child = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        drop(lock);
    });
    let status = run(&data, &["--json", "status"]);
    assert_eq!(status["tree_size"], 1, "{status}");
    child.join().expect("the child became another program");
}

#[test]
fn twins_are_caught() {
    let lock = "the_lock_of_a_killed_process_is_waited_for";
    assert_twin_is_caught("dead_holders_believed", lock, &[]);
    let test = "killed_at_every_step_nothing_acknowledged_is_lost";
    for (twin, step) in [
        ("tip_before_commit", "entries inserted"),
        ("numbered_before_kept", "arrival numbered"),
        ("pending_not_resumed", "original read"),
    ] {
        assert_twin_is_caught(twin, test, &[("PIAOKU_STEP", step), ("PIAOKU_KILLS", "1")]);
    }
}

/// Writes the files and notes the digests of everything that may lawfully be found later.
fn hand_in(folder: &Path, batch: &[File], handed_in: &mut BTreeSet<String>) {
    fs::create_dir_all(folder).expect("a folder");
    for (at, (path, bytes)) in batch.iter().enumerate() {
        let name = path.rsplit('/').next().unwrap_or("file");
        fs::write(folder.join(format!("{at:03}-{name}")), bytes).expect("a file");
        note_digests(bytes, 0, handed_in);
    }
}

fn note_digests(bytes: &[u8], depth: usize, handed_in: &mut BTreeSet<String>) {
    handed_in.insert(Digest::of(bytes).to_string());
    if depth < 3 {
        for member in testkit::zip_members(bytes) {
            note_digests(&member, depth + 1, handed_in);
        }
    }
}

/// Takes a folder in and kills the process, children included, when `outcomes` outcomes were told and `micros` have passed.
fn take_in_and_kill(data: &Path, folder: &Path, outcomes: u64, micros: u64) -> Vec<Acknowledged> {
    let mut child = Command::new(PIAOKU)
        .arg("--data")
        .arg(data)
        .args(["--json", "take-in"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("piaoku starts");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let (sender, lines) = channel();
    let reader = thread::spawn(move || {
        let mut told = Vec::new();
        for line in output.lines().map_while(Result::ok) {
            // A line cut short by the kill was not told.
            if let Ok(outcome) = serde_json::from_str::<Value>(&line) {
                told.push(outcome);
                let _listening = sender.send(()).is_ok();
            }
        }
        told
    });
    for _ in 0..outcomes {
        if lines.recv_timeout(Duration::from_secs(30)).is_err() {
            break;
        }
    }
    thread::sleep(Duration::from_micros(micros));
    child.kill().expect("SIGKILL");
    child.wait().expect("gone");
    let told = reader.join().expect("the reader of outcomes");
    told.iter().filter_map(acknowledged).collect()
}

/// The receipt in an outcome; a pending arrival has none.
fn acknowledged(outcome: &Value) -> Option<Acknowledged> {
    let receipt = outcome.get("receipt").filter(|receipt| !receipt.is_null())?;
    Some(Acknowledged {
        digest: outcome["digest"]
            .as_str()
            .expect("an outcome names its digest")
            .to_owned(),
        index: receipt["index"].as_u64().expect("a receipt has an index"),
        leaf_hash: receipt["leaf_hash"]
            .as_str()
            .expect("a receipt has a leaf hash")
            .to_owned(),
    })
}

fn assert_balanced(status: &Value, round: usize) {
    let of = |name: &str| {
        status[name]
            .as_u64()
            .unwrap_or_else(|| panic!("status has {name}: {status}"))
    };
    assert_eq!(
        of("received"),
        of("stored") + of("duplicate") + of("rejected") + of("pending"),
        "round {round}: {status}"
    );
}

/// Every acknowledged entry is in the ledger under its index, and its original comes back whole.
fn nothing_is_lost(data: &Path, acknowledged: &BTreeMap<u64, Acknowledged>) {
    let site = app::Site::open(data, testkit::harmless_machine()).expect("the folder opens");
    for receipt in acknowledged.values() {
        let entry = site
            .entry(receipt.index)
            .expect("the ledger answers")
            .expect("an acknowledged entry is there");
        assert_eq!(
            entry.leaf_hash.to_string(),
            receipt.leaf_hash,
            "entry {}",
            receipt.index
        );
        let digest = Digest::parse(&receipt.digest).expect("a digest");
        let bytes = site.original(&digest).expect("an acknowledged original is there");
        assert_eq!(Digest::of(&bytes), digest);
    }
}

/// Nothing is recorded that was never handed in.
fn nothing_is_a_phantom(data: &Path, handed_in: &BTreeSet<String>) {
    let site = app::Site::open(data, testkit::harmless_machine()).expect("the folder opens");
    for digest in site.recorded_digests().expect("the ledger answers") {
        assert!(
            handed_in.contains(&digest.to_string()),
            "{digest} was never handed in"
        );
    }
}

fn run(data: &Path, words: &[&str]) -> Value {
    let output = Command::new(PIAOKU)
        .arg("--data")
        .arg(data)
        .args(words)
        .output()
        .expect("piaoku runs");
    assert!(
        output.status.success(),
        "{words:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

/// Moments from a seed (SplitMix64): the kills of a run can be repeated.
struct Moments(u64);

impl Moments {
    fn next_in(&mut self, below: impl TryInto<u64>) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below.try_into().unwrap_or(1).max(1)
    }
}
