//! The zip package of an OFD file, held in memory: entries by tolerant name, and paths between parts.
//!
//! Names are only keys of a map, never files, so `../` and absolute names do no harm. Everything is inflated once,
//! within the limits; an entry that cannot be inflated is a problem, not an error.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::sync::Arc;

use encoding_rs::GB18030;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{LimitKind, OfdError};
use crate::limits::Limits;
use crate::problem::{Problem, Problems};

/// Longer names are not met in OFD; resolving a path tries one name for each folder, so both are bounded.
const NAME_BYTES_MAX: usize = 1_000;
const FOLDERS_MAX: usize = 16;

/// One file of the package.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Path with `/` between folders and none in front, in the spelling of the package.
    pub name: String,
    /// Content.
    pub bytes: Arc<[u8]>,
}

/// The files of a package in the order of its directory, found by name in any letter case.
#[derive(Debug, Clone, Default)]
pub struct Package {
    entries: Vec<Entry>,
    by_name: HashMap<String, usize>,
    by_folded_name: HashMap<String, usize>,
}

impl Package {
    /// The entries in the order of the zip directory, folders left out.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry at a path from the root: exact spelling first, then any letter case. `\`, a leading `/` and `..`
    /// are understood.
    #[must_use]
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let name = normalize(path);
        let index = self
            .by_name
            .get(&name)
            .or_else(|| self.by_folded_name.get(&name.to_lowercase()))
            .copied()?;
        self.entries.get(index)
    }

    /// The entry a part means by a path (ST_Loc, GB/T 33190-2016 §7.2). A path with a leading `/` starts at the
    /// root. Any other starts at the folder of the referring part; if nothing is there, at the folders above it up
    /// to the root, because many files write paths from the document folder or the root.
    #[must_use]
    pub fn resolve(&self, from: &str, reference: &str) -> Option<&Entry> {
        let reference = reference.trim();
        if reference.is_empty() || reference.len() > NAME_BYTES_MAX {
            return None;
        }
        if reference.starts_with(['/', '\\'])
            && let Some(entry) = self.entry(reference)
        {
            return Some(entry);
        }
        let from = normalize(from);
        let mut folder = from.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            if let Some(entry) = self.entry(&format!("{parent}/{reference}")) {
                return Some(entry);
            }
            folder = parent;
        }
        self.entry(reference)
    }

    fn insert(&mut self, name: String, bytes: Arc<[u8]>, problems: &mut Problems) {
        if let Some(entry) = self
            .by_name
            .get(&name)
            .and_then(|index| self.entries.get_mut(*index))
        {
            entry.bytes = bytes;
            problems.push(Problem::DuplicateEntry { name: Some(name) });
            return;
        }
        let index = self.entries.len();
        self.by_name.insert(name.clone(), index);
        self.by_folded_name.entry(name.to_lowercase()).or_insert(index);
        self.entries.push(Entry { name, bytes });
    }
}

/// Opens and inflates a package.
pub(crate) fn open(bytes: &[u8], limits: &Limits, problems: &mut Problems) -> Result<Package, OfdError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unopened(bytes, &error))?;
    if archive.len() > limits.entries_max {
        return Err(exceeded(
            LimitKind::Entries,
            limits.entries_max as u64,
            "the package",
        ));
    }
    if archive.has_duplicate_names() {
        problems.push(Problem::DuplicateEntry { name: None });
    }
    let mut package = Package::default();
    let mut room = limits.inflated_bytes_max;
    for index in 0..archive.len() {
        let mut file = match archive.by_index(index) {
            Ok(file) => file,
            Err(error) => {
                let name = format!("number {}", index + 1);
                problems.push(Problem::UnreadableEntry {
                    name,
                    reason: error.to_string(),
                });
                continue;
            }
        };
        let raw_name = decode_name(file.name_raw());
        let name = normalize(&raw_name);
        if name.is_empty() || raw_name.ends_with(['/', '\\']) {
            continue;
        }
        if name.len() > NAME_BYTES_MAX || name.matches('/').count() > FOLDERS_MAX {
            let name = name.chars().take(80).collect();
            problems.push(Problem::UnreadableEntry {
                name,
                reason: "its name is too long".to_owned(),
            });
            continue;
        }
        let compressed = file.compressed_size();
        let most = room.min(limits.entry_bytes_max);
        let mut content = Vec::new();
        // The declared size is not believed: one byte more than allowed is read and then refused.
        if let Err(error) = (&mut file).take(most.saturating_add(1)).read_to_end(&mut content) {
            problems.push(Problem::UnreadableEntry {
                name,
                reason: error.to_string(),
            });
            continue;
        }
        let inflated = content.len() as u64;
        if inflated > limits.entry_bytes_max {
            return Err(exceeded(LimitKind::EntryBytes, limits.entry_bytes_max, &name));
        }
        if inflated > room {
            return Err(exceeded(
                LimitKind::InflatedBytes,
                limits.inflated_bytes_max,
                "the package",
            ));
        }
        if inflated > limits.ratio_floor_bytes && inflated > compressed.saturating_mul(limits.ratio_max) {
            return Err(exceeded(LimitKind::Ratio, limits.ratio_max, &name));
        }
        room -= inflated;
        package.insert(name, content.into(), problems);
    }
    Ok(package)
}

fn unopened(bytes: &[u8], error: &ZipError) -> OfdError {
    if bytes.starts_with(b"PK") {
        OfdError::TruncatedZip {
            reason: error.to_string(),
        }
    } else {
        OfdError::NotZip
    }
}

fn exceeded(limit: LimitKind, max: u64, part: &str) -> OfdError {
    OfdError::Limit {
        limit,
        max,
        part: part.to_owned(),
    }
}

/// Entry names without the UTF-8 flag are CP437 by the zip specification but GB18030 in Chinese practice. Valid
/// UTF-8 is taken as such even without the flag: hardly any Chinese GB18030 name is valid UTF-8.
fn decode_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// `/` between folders, no empty or `.` steps, `..` taken back as far as the root.
fn normalize(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split(['/', '\\']) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(names: &[&str]) -> Package {
        let mut package = Package::default();
        let mut problems = Problems::default();
        for name in names {
            package.insert(normalize(name), name.as_bytes().into(), &mut problems);
        }
        package
    }

    #[test]
    fn paths_start_at_the_root_the_part_or_anything_between() {
        let package = package(&[
            "OFD.xml",
            "Doc_0/Document.xml",
            "Doc_0/Pages/P/Content.xml",
            "Doc_0/Signs/S/Seal.esl",
        ]);
        let check = |from: &str, reference: &str, expect: Option<&str>| {
            assert_eq!(
                package.resolve(from, reference).map(|entry| entry.name.as_str()),
                expect,
                "{reference}"
            );
        };
        check("OFD.xml", "Doc_0/Document.xml", Some("Doc_0/Document.xml"));
        check("OFD.xml", "/doc_0\\DOCUMENT.xml", Some("Doc_0/Document.xml"));
        check(
            "Doc_0/Document.xml",
            "Pages/P/Content.xml",
            Some("Doc_0/Pages/P/Content.xml"),
        );
        check(
            "Doc_0/Document.xml",
            "Doc_0/Pages/P/Content.xml",
            Some("Doc_0/Pages/P/Content.xml"),
        );
        check(
            "Doc_0/Signs/S/Signature.xml",
            "Signs/S/Seal.esl",
            Some("Doc_0/Signs/S/Seal.esl"),
        );
        check(
            "Doc_0/Signs/S/Signature.xml",
            "../../Document.xml",
            Some("Doc_0/Document.xml"),
        );
        check("Doc_0/Document.xml", "../../../OFD.xml", Some("OFD.xml"));
        check("Doc_0/Document.xml", "Pages/Q/Content.xml", None);
        check("Doc_0/Document.xml", " ", None);
    }

    #[test]
    fn exact_spelling_wins_over_another_case() {
        let package = package(&["a/X.xml", "a/x.xml"]);
        assert_eq!(package.entry("a/x.xml").unwrap().name, "a/x.xml");
        assert_eq!(package.entry("A/X.XML").unwrap().name, "a/X.xml");
    }

    #[test]
    fn names_are_decoded_before_backslashes_are_read() {
        // In GB18030 the second byte of 乗 is 0x5c, a backslash in ASCII.
        let (raw, _, _) = GB18030.encode("乗\\发票.xml");
        assert!(raw.iter().filter(|byte| **byte == b'\\').count() > 1);
        assert_eq!(normalize(&decode_name(&raw)), "乗/发票.xml");
    }
}
