//! Fuzz targets: one for each parser and codec that sees bytes from outside.
//!
//! A [`Target`] is a body, which panics where a promise is broken, and its seeds. libFuzzer drives the bodies from
//! `fuzz/` (`make fuzz`), for hours and guided by coverage; `tests/smoke.rs` drives the same bodies with a seeded
//! [`Mutator`] in every test run. What libFuzzer finds is put into `regressions/` and is a seed from then on.

mod codecs;
mod mutate;
mod parsers;

use std::fs;
use std::path::{Path, PathBuf};

pub use mutate::Mutator;

/// Something that is fuzzed.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// The body: panics where a promise is broken.
    pub run: fn(&[u8]),
    /// Valid inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How much one run costs compared with the cheapest: the smoke test runs it that many times less often.
    pub cost: usize,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "xml",
        run: parsers::xml,
        seeds: parsers::xml_seeds,
        cost: 20,
    },
    Target {
        name: "xbrl",
        run: parsers::xml,
        seeds: parsers::xbrl_seeds,
        cost: 20,
    },
    Target {
        name: "ofd",
        run: parsers::ofd,
        seeds: parsers::ofd_seeds,
        cost: 80,
    },
    Target {
        name: "pdf",
        run: parsers::pdf,
        seeds: parsers::pdf_seeds,
        cost: 200,
    },
    Target {
        name: "picture",
        run: parsers::picture,
        seeds: parsers::picture_seeds,
        cost: 400,
    },
    Target {
        name: "qr",
        run: parsers::code,
        seeds: parsers::code_seeds,
        cost: 1,
    },
    Target {
        name: "xlsx",
        run: parsers::xlsx,
        seeds: parsers::xlsx_seeds,
        cost: 80,
    },
    Target {
        name: "archive",
        run: parsers::archive,
        seeds: parsers::archive_seeds,
        cost: 20,
    },
    Target {
        name: "read",
        run: parsers::any,
        seeds: parsers::any_seeds,
        cost: 200,
    },
    Target {
        name: "entry",
        run: codecs::entry,
        seeds: codecs::entry_seeds,
        cost: 1,
    },
    Target {
        name: "note",
        run: codecs::note,
        seeds: codecs::note_seeds,
        cost: 1,
    },
    Target {
        name: "proof",
        run: codecs::proof,
        seeds: codecs::proof_seeds,
        cost: 4,
    },
    Target {
        name: "fact",
        run: codecs::fact,
        seeds: codecs::fact_seeds,
        cost: 2,
    },
    Target {
        name: "words",
        run: codecs::words,
        seeds: codecs::words_seeds,
        cost: 1,
    },
    Target {
        name: "number",
        run: codecs::number,
        seeds: codecs::number_seeds,
        cost: 1,
    },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

impl Target {
    /// The seeds and what earlier runs have found.
    pub fn all_seeds(&self) -> Vec<Vec<u8>> {
        let mut seeds = (self.seeds)();
        seeds.extend(folder(&root().join("regressions").join(self.name)).map(|(_, bytes)| bytes));
        seeds
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The committed samples whose names end so, small ones only: a fuzzer does better with many runs than with long ones.
fn samples(ending: &str) -> impl Iterator<Item = Vec<u8>> + use<'_> {
    const SEED_BYTES_MAX: usize = 48 << 10;
    folder(&root().join("../../samples"))
        .filter(move |(name, bytes)| name.ends_with(ending) && bytes.len() <= SEED_BYTES_MAX)
        .map(|(_, bytes)| bytes)
}

/// The files of a folder in the order of their names; none where there is no such folder.
fn folder(path: &Path) -> impl Iterator<Item = (String, Vec<u8>)> + use<> {
    let mut files: Vec<PathBuf> = fs::read_dir(path)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    files.into_iter().filter_map(|file| {
        let name = file.file_name()?.to_string_lossy().into_owned();
        Some((name, fs::read(&file).ok()?))
    })
}
