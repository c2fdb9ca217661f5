//! The second opinion: `docs/verify.py` shares no code and no library with Piaoku, and must come to the same answer.
//!
//! A verifier that is part of the program it verifies proves little: one defect would hide in both. So the script reads
//! a folder and receipts that the real binary wrote, accepts them, and must reject each of the damages made here.
//! It needs `python3` and `libzstd1` (`make tools` installs them).

#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rusqlite::Connection;
use serde_json::{Value, json};
use testkit::copy_folder;

const PIAOKU: &str = env!("CARGO_BIN_EXE_piaoku");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify.py");

/// What is done to the database, and a word by which the script must name it.
const ALTERATIONS: &[(&str, &str)] = &[
    (
        "UPDATE entry SET bytes = CAST(bytes || x'00' AS BLOB) WHERE idx = 3",
        "entry 3",
    ),
    (
        "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE idx = 5) WHERE idx = 3",
        "entry 3",
    ),
    ("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 3", "entry 3"),
    ("DELETE FROM entry WHERE idx = 3", "entry 3"),
    (
        "DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry)",
        "ledger",
    ),
    (
        "DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry); UPDATE head SET size = size - 1",
        "checkpoint",
    ),
    (
        "INSERT INTO entry SELECT idx + 1000, bytes, leaf FROM entry WHERE idx = 3",
        "ledger",
    ),
    ("UPDATE payload SET salt = zeroblob(32) WHERE idx = 4", "entry 4"),
    (
        "UPDATE payload SET bytes = (SELECT bytes FROM payload WHERE idx = 5) WHERE idx = 4",
        "entry 4",
    ),
    (
        "UPDATE payload SET bytes = x'28b52ffd2001090061' WHERE idx = 4",
        "entry 4",
    ),
    ("DELETE FROM payload WHERE idx = 4", "entry 4"),
    ("UPDATE tile SET bytes = zeroblob(length(bytes))", "tiles"),
    ("UPDATE tile SET idx = 7", "tiles"),
    ("UPDATE head SET root = zeroblob(32)", "checkpoint"),
    ("UPDATE head SET size = 2", "checkpoint"),
    (
        "UPDATE head SET checkpoint = replace(checkpoint, 'demo/e1', 'demo/e2')",
        "checkpoint",
    ),
    (
        "UPDATE head SET checkpoint = substr(checkpoint, 1, instr(checkpoint, char(10, 10)) + 1)",
        "checkpoint",
    ),
    ("DELETE FROM head", "cannot be read"),
];

/// What is done to a receipt: a pointer into it, and what is put there.
fn receipt_alterations() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("/index", json!(1), "path"),
        ("/index", json!(100_000), "path"),
        ("/leaf_hash", json!("00".repeat(32)), "leaf hash"),
        ("/inclusion/0", json!("00".repeat(32)), "path"),
        ("/inclusion", json!([]), "path"),
        ("/opening/payload", json!("{}"), "content"),
        ("/opening/salt", json!("00".repeat(32)), "content"),
        ("/entry", json!("igE="), "leaf hash"),
        ("/checkpoint", json!("demo/e1\n99\nAAAA\n\n"), "signature"),
    ]
}

#[test]
fn an_independent_verifier_accepts_what_is_sound_and_rejects_every_damage() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let sound = scratch.path().join("sound");
    piaoku(&sound, &["demo", "--count", "25"]);
    accepts(&[&sound]);
    let mut found = 0;
    for (nth, (sql, what)) in ALTERATIONS.iter().enumerate() {
        let folder = scratch.path().join(format!("altered-{nth}"));
        copy_folder(&sound, &folder);
        let database = Connection::open(folder.join("piaoku.db")).expect("a database");
        database.pragma_update(None, "foreign_keys", "OFF").expect("off");
        database
            .execute_batch(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        database.close().expect("closed");
        rejects(&[&folder], what, sql);
        found += 1;
    }
    found += files_that_were_replaced(scratch.path(), &sound);
    found += receipts(scratch.path(), &sound);
    println!(
        "RELIABILITY | independent verifier (docs/verify.py) | runs={found} lost=0 found={found} kinds={found}"
    );
}

/// Files beside the database: originals, tip, public key.
fn files_that_were_replaced(scratch: &Path, sound: &Path) -> usize {
    let other = scratch.join("other");
    piaoku(&other, &["demo", "--count", "5", "--seed", "7"]);
    let original = first_original(&sound.join("originals")).expect("an original");
    let original = original
        .strip_prefix(sound)
        .expect("it lies in the folder")
        .to_owned();
    let replace = |name: &'static str| {
        move |folder: &Path, other: &Path| fs::copy(other.join(name), folder.join(name)).map(drop)
    };
    type Deed<'a> = Box<dyn Fn(&Path, &Path) -> std::io::Result<()> + 'a>;
    let flip = |folder: &Path, _: &Path| {
        let mut bytes = fs::read(folder.join(&original))?;
        bytes[7] ^= 1;
        fs::write(folder.join(&original), bytes)
    };
    let deeds: Vec<(&str, Deed<'_>, &str)> = vec![
        ("an original altered", Box::new(flip), "altered"),
        (
            "an original removed",
            Box::new(|folder, _| fs::remove_file(folder.join(&original))),
            "gone",
        ),
        ("another ledger's key", Box::new(replace("key.pub")), "signature"),
        ("another ledger's tip", Box::new(replace("tip")), "tip file"),
        (
            "another ledger's database",
            Box::new(replace("piaoku.db")),
            "signature",
        ),
        (
            "an empty tip",
            Box::new(|folder, _| fs::write(folder.join("tip"), "")),
            "tip file",
        ),
        (
            "no tip",
            Box::new(|folder, _| fs::remove_file(folder.join("tip"))),
            "cannot be read",
        ),
    ];
    for (nth, (name, deed, what)) in deeds.iter().enumerate() {
        let folder = scratch.join(format!("replaced-{nth}"));
        copy_folder(sound, &folder);
        deed(&folder, &other).expect("done");
        rejects(&[&folder], what, name);
    }
    deeds.len()
}

/// Receipts as `piaoku prove` writes them, with and without their content.
fn receipts(scratch: &Path, sound: &Path) -> usize {
    let found: Value = serde_json::from_slice(&piaoku(sound, &["--json", "find"])).expect("json");
    let numbers = found["invoices"].as_array().expect("invoices");
    let key = sound.join("key.pub");
    let file = scratch.join("receipt.json");
    for number in numbers
        .iter()
        .take(6)
        .map(|row| row["number"].as_str().expect("a number"))
    {
        for more in [&[][..], &["--sealed"]] {
            fs::write(&file, piaoku(sound, &[&["prove", number], more].concat())).expect("written");
            accepts(&[&file, &key]);
        }
    }
    let number = numbers[0]["number"].as_str().expect("a number");
    let receipt: Value = serde_json::from_slice(&piaoku(sound, &["prove", number])).expect("json");
    for (pointer, value, what) in receipt_alterations() {
        let mut altered = receipt.clone();
        *altered.pointer_mut(pointer).expect("there") = value;
        fs::write(&file, altered.to_string()).expect("written");
        rejects(&[&file, &key], what, pointer);
    }
    fs::write(&file, receipt.to_string()).expect("written");
    rejects(
        &[&file, &scratch.join("other").join("key.pub")],
        "signature",
        "another key",
    );
    receipt_alterations().len() + 1
}

/// A folder put back whole, its tip file included, contradicts nothing inside it. A checkpoint kept elsewhere shows it.
#[test]
fn only_a_checkpoint_kept_elsewhere_shows_a_folder_put_back_whole() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (data, old) = (scratch.path().join("data"), scratch.path().join("old"));
    piaoku(&data, &["demo", "--count", "5"]);
    let before = keep_checkpoint(&data, &scratch.path().join("before.txt"));
    copy_folder(&data, &old);
    let file = scratch.path().join("more.xml");
    fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/shudian-special.xml"),
        &file,
    )
    .expect("a sample");
    piaoku(&data, &["take-in", file.to_str().expect("a path")]);
    let after = keep_checkpoint(&data, &scratch.path().join("after.txt"));
    accepts(&[&data, &before, &after]);
    accepts(&[&old, &before]);
    rejects(
        &[&old, &before, &after],
        "older state",
        "the folder put back whole",
    );
    // And the product itself says the same.
    for (folder, kept, is_sound) in [
        (&data, &after, true),
        (&old, &before, true),
        (&old, &after, false),
    ] {
        let words = [Path::new("verify"), Path::new("--checkpoint"), kept];
        let output = Command::new(PIAOKU)
            .arg("--data")
            .arg(folder)
            .args(words)
            .output()
            .expect("piaoku runs");
        assert_eq!(output.status.success(), is_sound, "{}", folder.display());
    }
    // The same number of entries, other entries.
    let other = scratch.path().join("other");
    piaoku(&other, &["demo", "--count", "5"]);
    rejects(&[&other, &before], "signature", "another ledger's folder");
}

fn keep_checkpoint(data: &Path, to: &Path) -> PathBuf {
    let status: Value = serde_json::from_slice(&piaoku(data, &["--json", "status"])).expect("json");
    fs::write(to, status["checkpoint"].as_str().expect("a checkpoint")).expect("written");
    to.to_owned()
}

#[track_caller]
fn accepts(words: &[&Path]) {
    let output = script(words);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("everything holds"),
        "{words:?}: {said}"
    );
}

#[track_caller]
fn rejects(words: &[&Path], what: &str, deed: &str) {
    let output = script(words);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{deed} was accepted: {said}");
    assert!(
        said.contains(&format!("WRONG {what}"))
            || said
                .lines()
                .any(|line| line.contains("WRONG") && line.contains(what)),
        "{deed} was told as {said}"
    );
}

fn script(words: &[&Path]) -> Output {
    Command::new("python3")
        .arg(SCRIPT)
        .args(words)
        .output()
        .unwrap_or_else(|error| {
            panic!("python3 is needed ({error}): apt-get install python3 libzstd1, or `make tools`")
        })
}

#[track_caller]
fn piaoku(data: &Path, words: &[&str]) -> Vec<u8> {
    let output = Command::new(PIAOKU)
        .arg("--data")
        .arg(data)
        .args(words)
        .output()
        .expect("piaoku runs");
    assert!(
        output.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn first_original(folder: &Path) -> Option<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths.into_iter().find_map(|path| {
        if path.is_dir() {
            first_original(&path)
        } else {
            Some(path)
        }
    })
}
