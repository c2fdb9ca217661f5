//! What the attack tests have in common: their size from the environment, files to hand in, a place to work in.

use std::path::Path;

/// A file to hand in: its name and its bytes.
pub type File = (String, Vec<u8>);

/// A number from the environment, such as `PIAOKU_CASES`.
pub fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}

/// Small files that need no person: XML and zips, so that the time of a test goes into the disk and not into reading.
/// The last is the first once more under another name, a duplicate.
pub fn small_files(seed: u64, count: usize) -> Vec<File> {
    let small = |file: &specimen::SpecimenFile| file.path.ends_with(".xml") || file.path.ends_with(".zip");
    let made: Vec<File> = specimen::demo(seed, DIFFERENT_FILES * 12)
        .filter(small)
        .map(|file| (file.path, file.bytes))
        .take(count.min(DIFFERENT_FILES))
        .collect();
    let mut files = made.clone();
    // Beyond, the same invoices in files of other bytes: quicker to make, and no less to keep.
    let again = made
        .iter()
        .filter(|(name, _)| name.ends_with(".xml"))
        .cycle()
        .enumerate();
    files.extend(
        again
            .take(count.saturating_sub(made.len()))
            .map(|(nth, (name, bytes))| {
                let name = name.replace(".xml", &format!("-{nth}.xml"));
                (
                    name,
                    [bytes.as_slice(), format!("<!--{nth}-->").as_bytes()].concat(),
                )
            }),
    );
    if let Some((_, bytes)) = files.first().cloned() {
        files.push(("again.xml".to_owned(), bytes));
    }
    files
}

/// How many files are made one by one.
const DIFFERENT_FILES: usize = 24;

/// A scratch folder in memory where there is one: where faults are simulated, nobody waits for a real disk.
///
/// # Panics
/// There is no scratch folder at all.
pub fn scratch_in_memory() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    folder.expect("a scratch folder")
}

/// Prints what came of an attack, and fails if a promise was broken. `found` counts the faults that were named.
#[allow(clippy::print_stdout, reason = "the figures are what such a test is for")]
pub fn tell_outcome(row: &str, runs: usize, broken: &[String], found: usize, more: &str) {
    println!(
        "RELIABILITY | {row} | runs={runs} lost={} found={found} {more}",
        broken.len()
    );
    let first = &broken[..broken.len().min(20)];
    assert!(
        broken.is_empty(),
        "{} broken promises:\n{}",
        broken.len(),
        first.join("\n")
    );
}
