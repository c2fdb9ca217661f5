//! Zip archives: listing and unpacking within limits.
//!
//! Names are shown, never used as paths. Every entry is charged before and while it is inflated, so that an archive
//! that lies about its sizes is caught as well as one that does not. How deep zips lie in zips
//! ([`limits::ARCHIVE_DEPTH_MAX`]) is the caller's to count.

use std::io::{Cursor, Read as _};

use encoding_rs::GB18030;
use invoice::Fault;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::{faults, limits};

/// Archives that unpack to no more than this may have any ratio: repetitive XML compresses very well.
const RATIO_FLOOR_BYTES: u64 = 1 << 20;

/// A file out of a zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpackedMember {
    /// Its name, for showing only: never a path.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What could be unpacked, and what was wrong with the rest.
#[derive(Debug, Default)]
pub(crate) struct Unpacked {
    pub(crate) members: Vec<UnpackedMember>,
    pub(crate) faults: Vec<Fault>,
}

/// The names in an archive's directory, without unpacking anything; `None` where the directory cannot be read.
pub(crate) fn names(bytes: &[u8]) -> Option<Vec<String>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let count = archive.len().min(limits::ARCHIVE_ENTRIES_MAX);
    Some(
        (0..count)
            .filter_map(|at| {
                archive
                    .by_index_raw(at)
                    .ok()
                    .map(|entry| decode_name(entry.name_raw()))
            })
            .collect(),
    )
}

/// Unpacks every file of an archive that can be unpacked within the limits.
pub(crate) fn unpack(bytes: &[u8]) -> Unpacked {
    let mut unpacked = Unpacked::default();
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => {
            unpacked.faults.push(damaged(&error));
            return unpacked;
        }
    };
    if archive.len() > limits::ARCHIVE_ENTRIES_MAX {
        let message = format!(
            "压缩包含 {} 个条目，上限 {}",
            archive.len(),
            limits::ARCHIVE_ENTRIES_MAX
        );
        unpacked.faults.push(faults::BEYOND_LIMIT.at("file", message));
        return unpacked;
    }
    let mut left = bytes_allowed(bytes.len());
    let mut locked = 0_usize;
    for at in 0..archive.len() {
        match archive.by_index_raw(at) {
            Ok(entry) if entry.is_dir() || is_litter(&decode_name(entry.name_raw())) => continue,
            Ok(entry) if entry.encrypted() => {
                locked += 1;
                continue;
            }
            _ => {}
        }
        let mut entry = match archive.by_index(at) {
            Ok(entry) => entry,
            Err(error) => {
                unpacked.faults.push(damaged(&error));
                continue;
            }
        };
        let name = decode_name(entry.name_raw());
        let mut content = Vec::new();
        match entry
            .by_ref()
            .take(left.saturating_add(1))
            .read_to_end(&mut content)
        {
            Ok(read) if read as u64 > left => {
                let message = format!(
                    "解压“{name}”时超出限制（总量 {} 字节或压缩比 {}）",
                    limits::ARCHIVE_BYTES_MAX,
                    limits::ARCHIVE_RATIO_MAX
                );
                unpacked.faults.push(faults::BEYOND_LIMIT.at("file", message));
                return unpacked;
            }
            Ok(read) => {
                left = left.saturating_sub(read as u64);
                unpacked.members.push(UnpackedMember { name, bytes: content });
            }
            Err(error) => {
                let message = format!("压缩包中的“{name}”已损坏：{error}");
                unpacked.faults.push(faults::UNREADABLE.at("file", message));
            }
        }
    }
    if locked > 0 {
        let message = format!("压缩包中有 {locked} 个文件已加密");
        unpacked.faults.push(faults::NEEDS_PASSWORD.at("file", message));
    }
    unpacked
}

/// How many bytes an archive of this size may unpack to.
fn bytes_allowed(packed: usize) -> u64 {
    if twin::is_on("zip_ratio_limit_off") {
        return u64::MAX;
    }
    let by_ratio = (packed as u64).saturating_mul(limits::ARCHIVE_RATIO_MAX);
    by_ratio.clamp(RATIO_FLOOR_BYTES, limits::ARCHIVE_BYTES_MAX)
}

fn damaged(error: &ZipError) -> Fault {
    faults::UNREADABLE.at("file", format!("压缩包已损坏或不完整：{error}"))
}

/// Files that operating systems add without the user's knowledge.
fn is_litter(name: &str) -> bool {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.starts_with("__MACOSX/") || matches!(base, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// A name that is valid UTF-8 is that, flagged or not (macOS does not set the flag); any other is GB18030, which
/// Chinese Windows writes.
fn decode_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn pack(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_out_in_order_and_litter_does_not() {
        let unpacked = unpack(&pack(&[
            ("发票.xml", b"<a/>"),
            (".DS_Store", b"x"),
            ("甲/b.pdf", b"%PDF-"),
        ]));
        let names: Vec<&str> = unpacked
            .members
            .iter()
            .map(|member| member.name.as_str())
            .collect();
        assert_eq!(names, ["发票.xml", "甲/b.pdf"]);
        assert!(unpacked.faults.is_empty());
    }

    #[test]
    fn names_of_chinese_windows() {
        assert_eq!(decode_name(&GB18030.encode("发票清单.xml").0), "发票清单.xml");
        assert_eq!(decode_name("发票清单.xml".as_bytes()), "发票清单.xml");
    }

    #[test]
    fn a_bomb_is_refused() {
        let unpacked = unpack(&pack(&[("bomb", &vec![0; 40 << 20])]));
        assert!(unpacked.members.is_empty());
        assert_eq!(unpacked.faults[0].code, "F003");
    }

    #[test]
    fn an_archive_cut_short_says_so() {
        let whole = pack(&[("a.xml", b"<a/>")]);
        let unpacked = unpack(&whole[..whole.len() / 2]);
        assert_eq!(unpacked.faults[0].code, "F001");
        assert_eq!(names(&whole[..whole.len() / 2]), None);
    }

    #[test]
    fn an_encrypted_file_needs_a_password() {
        let mut bytes = pack(&[("a.xml", b"<a/>"), ("b.xml", b"<b/>")]);
        // Bit 0 of the general purpose flags, in the local header and in the directory (APPNOTE.TXT 4.4.4).
        bytes[6] |= 1;
        let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        bytes[directory + 8] |= 1;
        let unpacked = unpack(&bytes);
        assert_eq!(unpacked.members.len(), 1);
        assert_eq!(unpacked.faults[0].code, "F004");
    }
}
