//! Files and terminals that do not behave: what cannot be taken in is told and stops nothing else.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::fs;
use std::io::{Read, Write};
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

#[test]
fn a_panic_is_a_fault_of_the_file() {
    let reading = reader::hold(b"some file", |_| panic!("as a library would"));
    assert_eq!(reading.faults[0].code, "F011");
    assert_eq!(reading.original, invoice::Digest::of(b"some file"));
}

#[test]
fn a_file_is_not_loaded_beyond_the_limit() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let large = scratch.path().join("large.pdf");
    let holes = fs::File::create(&large).expect("a file");
    // Holes cost nothing on the disk. A twin that loads them all has few enough to survive it.
    holes.set_len((64 << 20) + 1).expect("holes");
    assert!(matches!(app::load(&large), Err(app::SiteError::TooLarge { .. })));
    let endless = std::io::repeat(b' ').take((64 << 20) + 1);
    assert!(matches!(
        app::load_from(endless, "stdin"),
        Err(app::SiteError::TooLarge { .. })
    ));
}

#[test]
fn a_file_that_is_too_large_is_told_and_the_next_is_read() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let large = scratch.path().join("large.pdf");
    let holes = fs::File::create(&large).expect("a file");
    holes.set_len(1 << 40).expect("holes");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/shudian-special.xml");
    let read = run(
        scratch.path(),
        &["--json", "read", &large.display().to_string(), sample],
    );
    let told = String::from_utf8_lossy(&read.stdout);
    let lines: Vec<serde_json::Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).expect("json"))
        .collect();
    assert_eq!(lines[0]["faults"][0]["code"], "F003", "{told}");
    assert!(lines[1]["number"].is_string(), "{told}");
}

#[test]
fn what_was_not_read_of_a_zip_is_told_in_the_table() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (data, folder) = (scratch.path().join("data"), scratch.path().join("in"));
    assert!(run(&data, &["init"]).status.success());
    fs::create_dir(&folder).expect("a folder");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/shudian-special.xml");
    // A good invoice, and then a bomb that goes beyond what the archive may unpack to.
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let bomb = vec![0; 4 << 20];
    let good = fs::read(sample).expect("a sample");
    for (name, content) in [("good.xml", &good), ("bomb.xml", &bomb)] {
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .expect("a new entry");
        writer.write_all(content).expect("memory takes it");
    }
    let archive = writer.finish().expect("an archive").into_inner();
    fs::write(folder.join("partly.zip"), archive).expect("a file");
    let taken = run(&data, &["take-in", &folder.display().to_string()]);
    let told = String::from_utf8_lossy(&taken.stdout);
    let row = told.lines().find(|line| line.contains("partly.zip"));
    assert!(row.is_some_and(|row| row.contains("F003")), "{told}");
    let number = run(&data, &["--json", "status"]);
    let status: serde_json::Value = serde_json::from_slice(&number.stdout).expect("json");
    assert_eq!(status["stored"], 2, "{status}");
}

#[test]
fn a_reading_child_cannot_get_out() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let data = scratch.path().join("data");
    assert!(run(&data, &["init"]).status.success());
    let status = run(&data, &["--json", "status"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("json");
    let sandbox: app::Sandbox = serde_json::from_value(status["sandbox"].clone()).expect("a report");
    assert!(sandbox.attempts.len() >= 9);
    let got_out: Vec<_> = sandbox
        .attempts
        .iter()
        .filter(|attempt| !attempt.refused)
        .collect();
    println!(
        "RELIABILITY | sandbox | runs={} lost=0 found={} seccomp={:?} landlock={:?}",
        sandbox.attempts.len(),
        got_out.len(),
        sandbox.system_calls,
        sandbox.landlock
    );
    // Where the kernel lacks a layer, the report must say so; where it has it, nothing may get out.
    if sandbox.system_calls == app::Layer::Enforced {
        assert!(sandbox.holds(), "{got_out:?}");
    } else {
        let words = format!("{:?}", sandbox.system_calls);
        assert!(
            fs::metadata("/proc/sys/kernel/seccomp/actions_avail").is_err(),
            "the kernel has seccomp, but the child was not held: {words}"
        );
    }
}

/// A reading child that has answered once, and so has been confined: what the kernel says of it.
#[cfg(target_os = "linux")]
fn confined() -> (String, String) {
    let mut child = Command::new(PIAOKU)
        .arg("read-child")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("piaoku runs");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = child.stdout.take().expect("a pipe");
    input.write_all(&4_u64.to_le_bytes()).expect("it reads");
    input.write_all(b"<a/>").expect("it reads");
    input.flush().expect("it reads");
    output.read_exact(&mut [0; 8]).expect("it answers");
    let of = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id())).expect("it lives");
    let told = (of("status"), of("limits"));
    drop(input);
    drop(output);
    child.wait().expect("it ends with its pipe");
    told
}

#[test]
#[cfg(target_os = "linux")]
fn a_reading_child_is_limited() {
    let (status, limits) = confined();
    let limit = |name: &str| {
        let line = limits
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("a limit");
        line.split_whitespace().next().unwrap_or_default().to_owned()
    };
    assert_eq!(limit("Max data size"), (256 << 20).to_string(), "{limits}");
    assert_eq!(limit("Max file size"), "0", "{limits}");
    assert_eq!(limit("Max core file size"), "0", "{limits}");
    assert_eq!(limit("Max open files"), "3", "{limits}");
    assert_eq!(limit("Max processes"), "0", "{limits}");
    let seconds: u64 = limit("Max cpu time").parse().expect("a number of seconds");
    assert!((10..60).contains(&seconds), "{limits}");
    let says = |line: &str| {
        status
            .lines()
            .any(|had| had.split_whitespace().eq(line.split_whitespace()))
    };
    assert!(says("NoNewPrivs: 1") && says("Seccomp: 2"), "{status}");
}

#[test]
fn twins_are_caught() {
    for (twin, test) in [
        ("reader_panic_not_caught", "a_panic_is_a_fault_of_the_file"),
        ("file_size_limit_off", "a_file_is_not_loaded_beyond_the_limit"),
        ("sandbox_not_applied", "a_reading_child_cannot_get_out"),
        ("memory_limit_off", "a_reading_child_is_limited"),
    ] {
        testkit::assert_twin_is_caught(twin, test, &[]);
    }
}
