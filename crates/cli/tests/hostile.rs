//! Files and terminals that do not behave: what cannot be taken in is told and stops nothing else.
#![cfg(unix)]

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PIAOKU: &str = env!("CARGO_BIN_EXE_piaoku");

fn run(data: &Path, words: &[&str]) -> Output {
    Command::new(PIAOKU)
        .arg("--data")
        .arg(data)
        .args(words)
        .output()
        .expect("piaoku runs")
}

#[test]
fn what_cannot_be_read_is_told_and_stops_nothing_else() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (data, folder) = (scratch.path().join("data"), scratch.path().join("in"));
    assert!(run(&data, &["init"]).status.success());
    fs::create_dir(&folder).expect("a folder");
    // A socket stands for everything that is no file; a file of holes is too large without filling the disk.
    let _socket = UnixListener::bind(folder.join("a-socket")).expect("a socket");
    let large = fs::File::create(folder.join("b-large.pdf")).expect("a file");
    large.set_len((64 << 20) + 1).expect("holes");
    fs::write(folder.join("c-empty.pdf"), b"").expect("a file");
    fs::write(folder.join("d-text.txt"), b"no invoice").expect("a file");
    let taken = run(&data, &["take-in", &folder.display().to_string()]);
    let told = String::from_utf8_lossy(&taken.stderr);
    assert_eq!(taken.status.code(), Some(1), "{told}");
    assert!(
        told.contains("a-socket") && told.contains("b-large.pdf"),
        "{told}"
    );
    let status = run(&data, &["--json", "status"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("json");
    assert_eq!(status["received"], 2);
}

#[test]
fn a_name_cannot_command_the_terminal() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (data, folder) = (scratch.path().join("data"), scratch.path().join("in"));
    assert!(run(&data, &["init"]).status.success());
    fs::create_dir(&folder).expect("a folder");
    let sample = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../samples/shudian-special.xml"
    ));
    let name = folder.join("a\u{1b}[2J\nb.xml");
    fs::copy(sample, &name).expect("a copy");
    let folder = folder.display().to_string();
    let name = name.display().to_string();
    let ways: [&[&str]; 4] = [
        &["take-in", "--all", &folder],
        &["read", "--evidence", &name],
        &["show", "26"],
        &["take-in", "no\u{1b}[31m-such-file"],
    ];
    for words in ways {
        let output = run(&data, words);
        for text in [output.stdout, output.stderr] {
            assert!(
                !text.contains(&0x1b),
                "{words:?}: {}",
                String::from_utf8_lossy(&text)
            );
        }
    }
}

#[test]
fn a_listener_that_leaves_is_no_panic() {
    let mut child = Command::new(PIAOKU)
        .arg("rules")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("piaoku runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ended");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_ne!(output.status.code(), Some(101));
}
