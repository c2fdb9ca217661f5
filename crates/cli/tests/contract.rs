//! What the user of the command line sees, held word by word; and the JSON that programs rely on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const PIAOKU: &str = env!("CARGO_BIN_EXE_piaoku");

/// Runs piaoku and tells what it printed and how it ended, with what differs between runs replaced.
fn told(data: &Path, words: &[&str]) -> String {
    let output = run(data, words);
    let text = |bytes: &[u8]| steady(&String::from_utf8_lossy(bytes), data);
    let mut told = format!("$ piaoku {}\n{}", words.join(" "), text(&output.stdout));
    let errors = text(&output.stderr);
    if !errors.is_empty() {
        told.push_str(&format!("--- stderr\n{errors}"));
    }
    told.push_str(&format!("--- exit {}\n", output.status.code().unwrap_or(-1)));
    told
}

fn run(data: &Path, words: &[&str]) -> Output {
    Command::new(PIAOKU)
        .env_remove("PIAOKU_LANG")
        .env_remove("PIAOKU_DATA")
        .current_dir(samples())
        .arg("--data")
        .arg(data)
        .args(words)
        .output()
        .expect("piaoku runs")
}

fn json(data: &Path, words: &[&str]) -> Value {
    let output = run(data, words);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{words:?}: {error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Replaces the folder, hashes, keys and times.
fn steady(text: &str, data: &Path) -> String {
    let text = text
        .replace(&data.display().to_string(), "[data]")
        .replace(PIAOKU, "piaoku");
    let mut steady = String::new();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=') {
            word.push(c);
            continue;
        }
        let hexadecimal = word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit());
        steady.push_str(if hexadecimal {
            "[hash]"
        } else if word.len() > 50 {
            "[key]"
        } else {
            &word
        });
        word.clear();
        steady.push(c);
    }
    steady.pop();
    // Times of recording: 2026-03-01 12:00:00.
    let lines = steady.lines().map(|line| {
        let at = line
            .find("  20")
            .filter(|at| line.get(at + 12..at + 13) == Some(" ") && line.contains(':'));
        match at {
            Some(at) if line.get(at + 15..at + 16) == Some(":") => {
                format!("{}  [time]{}", &line[..at], &line[at + 21..])
            }
            _ => line.to_owned(),
        }
    });
    lines.map(|line| line + "\n").collect()
}

fn samples() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples"))
}

/// A data folder with a few samples taken in.
fn with_samples() -> (tempfile::TempDir, PathBuf) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let data = scratch.path().join("data");
    assert!(run(&data, &["init", "--site", "test"]).status.success());
    for name in ["shudian-special.xml", "legacy-ofd-signed.ofd"] {
        assert!(samples().join(name).exists(), "{name} is in the corpus");
        assert!(run(&data, &["take-in", name]).status.success());
    }
    (scratch, data)
}

#[test]
fn help_teaches() {
    let nowhere = Path::new("nowhere");
    insta::assert_snapshot!("help", told(nowhere, &["--help"]));
    insta::assert_snapshot!("help_find", told(nowhere, &["find", "--help"]));
    insta::assert_snapshot!("help_take_in", told(nowhere, &["take-in", "--help"]));
}

#[test]
fn errors_end_with_what_to_do_next() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let data = scratch.path().join("none");
    insta::assert_snapshot!("error_no_data_folder", told(&data, &["status"]));
    insta::assert_snapshot!(
        "error_no_data_folder_en",
        told(&data, &["--lang", "en", "status"])
    );
    insta::assert_snapshot!("error_bad_entity", told(&data, &["init", "--entity", "某公司"]));
    assert!(run(&data, &["init"]).status.success());
    insta::assert_snapshot!("error_already_there", told(&data, &["init"]));
    insta::assert_snapshot!(
        "error_missing_file",
        told(&data, &["take-in", "no-such-file.pdf"])
    );
    insta::assert_snapshot!("error_not_found", told(&data, &["show", "26112000000000000001"]));
}

#[test]
fn read_shows_face_and_faults() {
    let nowhere = Path::new("nowhere");
    insta::assert_snapshot!("read_xml", told(nowhere, &["read", "shudian-special.xml"]));
    insta::assert_snapshot!(
        "read_evidence",
        told(nowhere, &["read", "--evidence", "legacy-ofd-signed.ofd"])
    );
    insta::assert_snapshot!(
        "read_contradiction",
        told(nowhere, &["--lang", "en", "read", "pdf-text-contradicts-qr.pdf"])
    );
    insta::assert_snapshot!("read_damaged", told(nowhere, &["read", "damaged-truncated.ofd"]));
}

#[test]
fn the_json_of_read_has_these_keys_and_no_others() {
    let nowhere = Path::new("nowhere");
    for name in [
        "shudian-special.xml",
        "damaged-truncated.ofd",
        "export-purchases.xlsx",
    ] {
        let line = json(nowhere, &["--json", "read", name]);
        let keys: Vec<&str> = line
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        let mut expected = vec![
            "file",
            "kind",
            "number",
            "code",
            "check_code",
            "date",
            "seller_name",
            "seller_tax_id",
            "buyer_name",
            "buyer_tax_id",
            "amount",
            "tax",
            "total",
            "qr_text",
            "single_witness",
            "faults",
        ];
        expected.sort_unstable();
        let mut keys = keys;
        keys.sort_unstable();
        assert_eq!(keys, expected, "{name}");
        for fault in line["faults"].as_array().expect("a list") {
            let keys: Vec<&str> = fault
                .as_object()
                .expect("an object")
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(keys, ["code", "message", "path"], "{name}");
        }
    }
}

#[test]
fn taking_in_twice_says_already_there() {
    let (_scratch, data) = with_samples();
    insta::assert_snapshot!("take_in_again", told(&data, &["take-in", "shudian-special.xml"]));
    let status = json(&data, &["--json", "status"]);
    for key in [
        "received",
        "stored",
        "duplicate",
        "rejected",
        "pending",
        "tree_size",
        "root",
        "epoch",
    ] {
        assert!(status.get(key).is_some(), "status has {key}");
    }
    assert_eq!(
        (status["received"].as_u64(), status["duplicate"].as_u64()),
        (Some(3), Some(1))
    );
}

#[test]
fn found_shown_proven_and_verified() {
    let (scratch, data) = with_samples();
    insta::assert_snapshot!("find", told(&data, &["find"]));
    let found = json(&data, &["--json", "find"]);
    let number = found["invoices"][0]["number"]
        .as_str()
        .expect("a number")
        .to_owned();
    insta::assert_snapshot!("show", told(&data, &["show", &number]));
    let receipt = scratch.path().join("receipt.json");
    std::fs::write(&receipt, run(&data, &["prove", &number]).stdout).expect("the receipt");
    let receipt = receipt.display().to_string();
    assert_eq!(
        run(&data, &["verify", "--receipt", &receipt]).status.code(),
        Some(0)
    );
    let altered =
        std::fs::read_to_string(&receipt)
            .expect("text")
            .replacen(&number, &number.replace('0', "1"), 1);
    std::fs::write(&receipt, altered).expect("the altered receipt");
    insta::assert_snapshot!(
        "verify_altered_receipt",
        told(&data, &["verify", "--receipt", &receipt]).replace(&receipt, "[receipt]")
    );
    insta::assert_snapshot!("verify_sound", told(&data, &["verify"]));
}

#[test]
fn originals_come_back_byte_for_byte() {
    let (_scratch, data) = with_samples();
    let found = json(&data, &["--json", "find"]);
    for invoice in found["invoices"].as_array().expect("a list") {
        let key = invoice["key"].as_str().expect("a key");
        let original = run(&data, &["original", key]).stdout;
        let name = if key.starts_with("U:") {
            "shudian-special.xml"
        } else {
            "legacy-ofd-signed.ofd"
        };
        assert_eq!(original, std::fs::read(samples().join(name)).expect("the sample"));
    }
}

#[test]
fn verify_names_damage_and_exits_with_1() {
    let (_scratch, data) = with_samples();
    let mut originals = Vec::new();
    files(&data.join("originals"), &mut originals);
    let original = originals.first().expect("an original");
    let mut bytes = std::fs::read(original).expect("readable");
    bytes[100] ^= 1;
    let mut permissions = std::fs::metadata(original).expect("there").permissions();
    #[allow(clippy::permissions_set_readonly_false)]
    permissions.set_readonly(false);
    std::fs::set_permissions(original, permissions).expect("ours");
    std::fs::write(original, bytes).expect("writable");
    insta::assert_snapshot!("verify_damaged_original", told(&data, &["verify"]));
    assert_eq!(run(&data.join("nowhere"), &["verify"]).status.code(), Some(2));
}

#[test]
fn rebuilt_rows_are_the_same() {
    let (_scratch, data) = with_samples();
    let before = json(&data, &["--json", "find"]);
    assert!(run(&data, &["rebuild"]).status.success());
    assert_eq!(json(&data, &["--json", "find"]), before);
    assert_eq!(run(&data, &["verify"]).status.code(), Some(0));
}

#[test]
fn an_export_holds_numbers_as_text() {
    let (scratch, data) = with_samples();
    let csv = scratch.path().join("out.csv").display().to_string();
    assert!(run(&data, &["export", &csv]).status.success());
    insta::assert_snapshot!("export_csv", std::fs::read_to_string(&csv).expect("utf-8"));
    let xlsx = scratch.path().join("out.xlsx").display().to_string();
    assert!(run(&data, &["export", &xlsx]).status.success());
    assert!(std::fs::read(&xlsx).expect("written").starts_with(b"PK"));
    assert_eq!(run(&data, &["export", "out.pdf"]).status.code(), Some(2));
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}
