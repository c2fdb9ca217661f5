//! The tip file (末端文件): the highest head this site has signed, kept apart from the database.
//!
//! A database put back from a copy looks perfectly sound by itself. The tip file, which a restore of the database does not
//! touch, says that it was further on before; then nothing may be signed until a new epoch is opened.
//!
//! The file has two slots written in turn, each with a checksum: a crash while one is written leaves the other. It may lag
//! behind the database by one commit and is then brought forward; the database may never lag behind it.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ledger::{Hash, Tip};

use crate::StoreError;
use crate::error::{Cause, ErrorKind, io_cause};

/// Bytes of a slot: one sector, so that a slot is not torn in the middle on most disks.
const SLOT_BYTES: usize = 512;
/// First word of a slot.
const MAGIC: &str = "piaoku-tip-1";

/// Where the highest signed tip is kept.
pub trait TipKeeper: Send {
    /// The tip kept; `None` if nothing was ever signed here.
    fn known(&self) -> Option<Tip>;

    /// Keeps a higher tip, durably.
    ///
    /// # Errors
    /// It cannot be made durable.
    fn keep(&mut self, tip: &Tip) -> Result<(), StoreError>;
}

/// A tip kept in memory, for tests and for stores that are themselves only in memory.
#[derive(Debug, Default, Clone)]
pub struct MemoryTip(Option<Tip>);

impl TipKeeper for MemoryTip {
    fn known(&self) -> Option<Tip> {
        self.0
    }

    fn keep(&mut self, tip: &Tip) -> Result<(), StoreError> {
        self.0 = Some(*tip);
        Ok(())
    }
}

/// A tip kept in a file.
#[derive(Debug)]
pub struct TipFile {
    path: PathBuf,
    file: File,
    known: Option<Tip>,
    /// Counts the writes; its parity says which slot is next.
    turn: u64,
}

impl TipFile {
    /// Makes the file of a new site, with nothing signed: whole or not at all. Its folder is not synced here.
    ///
    /// # Errors
    /// It exists already or cannot be written.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        let make = || {
            if path.try_exists()? {
                return Err(std::io::ErrorKind::AlreadyExists.into());
            }
            // A name without its content would be a tip file that cannot be trusted, hence a folder that does not open.
            let aside = if twin::is_on("tip_made_in_place") {
                path.to_owned()
            } else {
                path.with_extension("part")
            };
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(true)
                .open(&aside)?;
            file.write_all(&slot(0, None))?;
            file.sync_all()?;
            fs::rename(&aside, path)?;
            Ok(file)
        };
        let file = make().map_err(|error| tip_error(path, io_cause(error)))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            known: None,
            turn: 0,
        })
    }

    /// Opens the file of an existing site.
    ///
    /// # Errors
    /// It is missing, or neither slot can be trusted.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let read = || {
            let mut file = OpenOptions::new().read(true).write(true).open(path)?;
            let mut bytes = Vec::new();
            Read::by_ref(&mut file)
                .take(4 * SLOT_BYTES as u64)
                .read_to_end(&mut bytes)?;
            Ok((file, bytes))
        };
        let (file, bytes) = read().map_err(|error| tip_error(path, io_cause(error)))?;
        let latest = bytes
            .chunks(SLOT_BYTES)
            .filter_map(parse_slot)
            .max_by_key(|(turn, _)| *turn);
        let Some((turn, known)) = latest else {
            return Err(tip_error(
                path,
                Cause::new(ErrorKind::Corrupt, "neither slot can be trusted"),
            ));
        };
        Ok(Self {
            path: path.to_owned(),
            file,
            known,
            turn,
        })
    }
}

impl TipKeeper for TipFile {
    fn known(&self) -> Option<Tip> {
        self.known
    }

    fn keep(&mut self, tip: &Tip) -> Result<(), StoreError> {
        let turn = self.turn + 1;
        let failed = |error| tip_error(&self.path, io_cause(error));
        let offset = SeekFrom::Start((turn % 2) * SLOT_BYTES as u64);
        // Without room the slot is torn at worst, and the other one stands: it can be written again.
        self.file.seek(offset).map_err(failed)?;
        self.file.write_all(&slot(turn, Some(tip))).map_err(failed)?;
        twin::step("tip written");
        if !twin::is_on("tip_not_synced") {
            // A failed fsync is final, for whatever reason it failed: what the slot holds is unknown from here on.
            self.file.sync_data().map_err(|error| {
                let cause = Cause::new(ErrorKind::Corrupt, error);
                tip_error(&self.path, cause)
            })?;
        }
        twin::step("tip synced");
        (self.turn, self.known) = (turn, Some(*tip));
        Ok(())
    }
}

fn tip_error(path: &Path, source: Cause) -> StoreError {
    StoreError::Tip {
        path: path.to_owned(),
        source,
    }
}

/// One line of text, padded with newlines: readable with any tool.
fn slot(turn: u64, tip: Option<&Tip>) -> Vec<u8> {
    let body = match tip {
        None => format!("{MAGIC} {turn} none"),
        Some(tip) => format!("{MAGIC} {turn} {} {} {}", tip.epoch, tip.size, tip.root),
    };
    let mut slot = format!("{body} {}", invoice::Digest::of(body.as_bytes())).into_bytes();
    slot.resize(SLOT_BYTES, b'\n');
    slot
}

fn parse_slot(bytes: &[u8]) -> Option<(u64, Option<Tip>)> {
    let line = std::str::from_utf8(bytes).ok()?.trim_end_matches('\n');
    let (body, checksum) = line.rsplit_once(' ')?;
    if invoice::Digest::of(body.as_bytes()).to_string() != checksum {
        return None;
    }
    let mut words = body.split(' ');
    if words.next()? != MAGIC {
        return None;
    }
    let turn = words.next()?.parse().ok()?;
    let tip = match words.next()? {
        "none" => None,
        epoch => Some(Tip {
            epoch: epoch.parse().ok()?,
            size: words.next()?.parse().ok()?,
            root: words.next()?.parse::<Hash>().ok()?,
        }),
    };
    Some((turn, tip))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tip(size: u64) -> Tip {
        Tip {
            epoch: 1,
            size,
            root: Hash([7; 32]),
        }
    }

    #[test]
    fn a_tip_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tip");
        let mut file = TipFile::create(&path).unwrap();
        assert_eq!(TipFile::open(&path).unwrap().known(), None);
        for size in 1..5 {
            file.keep(&tip(size)).unwrap();
            assert_eq!(TipFile::open(&path).unwrap().known(), Some(tip(size)));
        }
    }

    #[test]
    fn a_torn_slot_leaves_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tip");
        let mut file = TipFile::create(&path).unwrap();
        (1..4).for_each(|size| file.keep(&tip(size)).unwrap());
        let mut bytes = fs::read(&path).unwrap();
        // Turn 3 is in the second slot.
        bytes[SLOT_BYTES + 20] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(TipFile::open(&path).unwrap().known(), Some(tip(2)));
        bytes[20] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(TipFile::open(&path).unwrap_err().kind(), ErrorKind::Corrupt);
    }

    #[test]
    fn a_missing_file_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let error = TipFile::open(&folder.path().join("tip")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Missing);
    }
}
