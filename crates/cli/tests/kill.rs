//! The first promise under `kill -9`: no acknowledged invoice lost, no phantom, conservation balanced, no manual step.
//!
//! Each round hands in files that were not seen before and kills the process group at a moment drawn from the seed. What the process
//! said on its standard output before it died is what it acknowledged. The next start is the recovery; nothing else
//! is done between rounds. `PIAOKU_KILLS` sets the number of rounds (`make torture`), `PIAOKU_SEED` the seed.

#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use invoice::Digest;
use serde_json::Value;
use specimen::SpecimenFile;

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
    let rounds: usize = number_from("PIAOKU_KILLS").unwrap_or(36) as usize;
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    println!("seed {seed}, {rounds} kills");
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let data = scratch.path().join("data");
    run(&data, &["init", "--site", "kill"]);
    let mut files = specimen::demo(seed, rounds * FILES_PER_ROUND);
    let mut moments = Moments(seed);
    let mut handed_in: BTreeSet<String> = BTreeSet::new();
    let mut acknowledged: BTreeMap<u64, Acknowledged> = BTreeMap::new();
    let (mut killed_midway, mut killed_early, mut finished) = (0, 0, 0);
    for round in 0..rounds {
        let folder = scratch.path().join(format!("round-{round}"));
        let batch: Vec<SpecimenFile> = files.by_ref().take(FILES_PER_ROUND).collect();
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
    println!(
        "killed before the first outcome {killed_early}, midway {killed_midway}, after the last {finished}"
    );
    assert!(
        killed_midway >= rounds / 4,
        "the kills must fall into the work, or they test nothing"
    );
    nothing_is_lost(&data, &acknowledged);
    nothing_is_a_phantom(&data, &handed_in);
    let verified = Command::new(PIAOKU)
        .arg("--data")
        .arg(&data)
        .arg("verify")
        .output()
        .expect("verify runs");
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );
}

/// Writes the files and notes the digests of everything that may lawfully be found later.
fn hand_in(folder: &Path, batch: &[SpecimenFile], handed_in: &mut BTreeSet<String>) {
    fs::create_dir_all(folder).expect("a folder");
    for (at, file) in batch.iter().enumerate() {
        let name = file.path.rsplit('/').next().unwrap_or("file");
        fs::write(folder.join(format!("{at:03}-{name}")), &file.bytes).expect("a file");
        note_digests(&file.bytes, 0, handed_in);
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
    assert!(!acknowledged.is_empty());
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

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
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
