//! Originals (原件): bytes kept as they arrived, under the name of their SHA-256.
//!
//! An original is durable (file and folders synced) before [`OriginalStore::put`] returns, hence before any entry names
//! it. Reading verifies the digest: wrong bytes are never served. Nothing is ever overwritten with other bytes or removed.
//!
//! A sync that failed is never asked again: the kernel forgets what it could not write and answers the second time as if
//! all were well. What could not be made durable loses its name again, and nothing more is kept until the next opening.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{ErrorKind as Io, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use invoice::Digest;

use crate::error::io_cause;
use crate::{ErrorKind, StoreError};

/// Where originals are kept.
pub trait OriginalStore: Send + Sync {
    /// Keeps bytes, durably, and gives their digest. Keeping the same bytes again is no error and changes nothing.
    ///
    /// # Errors
    /// They cannot be made durable.
    fn put(&self, bytes: &[u8]) -> Result<Digest, StoreError>;

    /// The bytes of an original, verified.
    ///
    /// # Errors
    /// [`StoreError::OriginalMissing`]; [`StoreError::Damaged`] when the bytes are not those of the digest; or they cannot
    /// be read.
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError>;

    /// Whether there is a file for the digest. Says nothing about its bytes.
    ///
    /// # Errors
    /// It cannot be told.
    fn contains(&self, digest: &Digest) -> Result<bool, StoreError>;
}

/// Originals in a folder: `ab/cd/abcd….`, two levels so that no folder grows too large.
#[derive(Debug)]
pub struct FolderOriginals {
    folder: PathBuf,
    /// Tells apart the unfinished files of several threads.
    unfinished: AtomicU64,
    /// Folders whose names this process has synced. One that is merely there may stem from a process that was killed, or
    /// from another thread, before the sync.
    durable: Mutex<BTreeSet<PathBuf>>,
    /// Why nothing more is kept.
    stopped: Mutex<Option<String>>,
}

/// Holds files that are not finished yet; emptied at every opening.
const UNFINISHED: &str = "unfinished";

impl FolderOriginals {
    /// Opens the folder, or makes it, and removes what a crash left unfinished.
    ///
    /// # Errors
    /// The folder cannot be made or cleared.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let prepare = || {
            make_folder(folder)?;
            let unfinished = folder.join(UNFINISHED);
            make_folder(&unfinished)?;
            for left in fs::read_dir(&unfinished)? {
                fs::remove_file(left?.path())?;
            }
            Ok(())
        };
        prepare().map_err(|error| StoreError::Folder {
            path: folder.to_owned(),
            source: io_cause(error),
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            unfinished: AtomicU64::new(0),
            durable: Mutex::default(),
            stopped: Mutex::default(),
        })
    }

    fn folder_of(&self, name: &str) -> PathBuf {
        let (first, second) = (
            name.get(..2).unwrap_or_default(),
            name.get(2..4).unwrap_or_default(),
        );
        self.folder.join(first).join(second)
    }

    /// Makes the two levels of folders above a name durable, once for each process.
    fn make_folders(&self, folder: &Path) -> std::io::Result<()> {
        let durable = || self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        if durable().contains(folder) {
            return Ok(());
        }
        make_folder(folder.parent().unwrap_or(&self.folder))?;
        make_folder(folder)?;
        durable().insert(folder.to_owned());
        twin::step("original folder made");
        Ok(())
    }

    /// Writes a file aside, then moves it into place. A crash before the move leaves nothing; between the move and the
    /// last sync, a file that may or may not be there: nobody was told of it yet.
    fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let folder = self.folder_of(name);
        self.make_folders(&folder)?;
        let number = self.unfinished.fetch_add(1, Ordering::Relaxed);
        let aside = self
            .folder
            .join(UNFINISHED)
            .join(format!("{}-{number}", std::process::id()));
        let finish = || {
            let mut file = File::create_new(&aside)?;
            file.write_all(bytes)?;
            twin::step("original written");
            if !twin::is_on("original_not_synced") {
                file.sync_all()?;
            }
            twin::step("original synced");
            fs::rename(&aside, folder.join(name))
        };
        // What is not finished would take room on a disk that has none.
        finish().inspect_err(|_| undo(fs::remove_file(&aside)))?;
        twin::step("original renamed");
        if !twin::is_on("original_name_not_synced") {
            // Without its name it is written anew when it is handed in again, and its name is synced anew.
            sync_folder(&folder).inspect_err(|_| {
                if !twin::is_on("failed_name_kept") {
                    undo(fs::remove_file(folder.join(name)));
                }
            })?;
        }
        twin::step("original folder synced");
        Ok(())
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let folder = self.folder_of(name);
        match fs::read(folder.join(name)) {
            // The file may stem from a process that was killed before its last sync: sync again rather than trust it.
            Ok(kept) if kept == bytes => {
                self.make_folders(&folder)?;
                sync_folder(&folder)
            }
            // Damaged: here are the right bytes to repair it with.
            Ok(_) => self.write(name, bytes),
            Err(error) if error.kind() == Io::NotFound => self.write(name, bytes),
            Err(error) => Err(error),
        }
    }
}

/// Undoing is a kindness to the next attempt; on a failed disk it may fail, too, and nobody was told anything.
fn undo(_undone: std::io::Result<()>) {}

impl OriginalStore for FolderOriginals {
    fn put(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let digest = Digest::of(bytes);
        let name = digest.to_string();
        let mut stopped = None;
        if !twin::is_on("failed_sync_forgotten") {
            stopped.clone_from(&*self.stopped.lock().unwrap_or_else(PoisonError::into_inner));
        }
        if let Some(why) = stopped {
            return Err(StoreError::Stopped { why });
        }
        let result = self.keep(&name, bytes).map_err(|error| StoreError::KeepOriginal {
            digest,
            source: io_cause(error),
        });
        match result {
            Err(error) if error.kind() == ErrorKind::Full && twin::is_on("full_disk_swallowed") => {}
            Err(error) => {
                if error.kind() == ErrorKind::Corrupt {
                    let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
                    stopped.get_or_insert_with(|| error.in_full());
                }
                return Err(error);
            }
            Ok(()) => {}
        }
        Ok(digest)
    }

    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let name = digest.to_string();
        let bytes = fs::read(self.folder_of(&name).join(&name)).map_err(|error| match error.kind() {
            Io::NotFound => StoreError::OriginalMissing(*digest),
            _ => StoreError::Read {
                what: "an original",
                source: io_cause(error),
            },
        })?;
        verified(digest, bytes)
    }

    fn contains(&self, digest: &Digest) -> Result<bool, StoreError> {
        let name = digest.to_string();
        let exists = self.folder_of(&name).join(&name).try_exists();
        exists.map_err(|error| StoreError::Read {
            what: "an original",
            source: io_cause(error),
        })
    }
}

/// Originals in memory.
#[derive(Debug, Default)]
pub struct MemoryOriginals(RwLock<BTreeMap<Digest, Vec<u8>>>);

impl OriginalStore for MemoryOriginals {
    fn put(&self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let digest = Digest::of(bytes);
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(digest)
            .or_insert_with(|| bytes.to_vec());
        Ok(digest)
    }

    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let bytes = kept.get(digest).ok_or(StoreError::OriginalMissing(*digest))?;
        verified(digest, bytes.clone())
    }

    fn contains(&self, digest: &Digest) -> Result<bool, StoreError> {
        Ok(self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(digest))
    }
}

fn verified(digest: &Digest, bytes: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    if Digest::of(&bytes) == *digest || twin::is_on("originals_served_unchecked") {
        Ok(bytes)
    } else {
        Err(StoreError::damaged(format!("original {digest}")))
    }
}

/// Makes a folder durably: its name is synced into its parent, even if it is there already, for whoever made it may have
/// been killed before the sync. Its parent must exist.
pub(crate) fn make_folder(path: &Path) -> std::io::Result<()> {
    let is_new = match fs::create_dir(path) {
        Ok(()) => true,
        Err(error) if error.kind() == Io::AlreadyExists && path.is_dir() => false,
        Err(error) => return Err(error),
    };
    if twin::is_on("folder_name_not_synced") {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    sync_folder(parent.unwrap_or(Path::new("."))).inspect_err(|_| {
        if is_new {
            undo(fs::remove_dir(path));
        }
    })
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn check(originals: &dyn OriginalStore) {
        let digest = originals.put(b"abc").unwrap();
        assert_eq!(digest, Digest::of(b"abc"));
        assert_eq!(originals.put(b"abc").unwrap(), digest);
        assert_eq!(originals.get(&digest).unwrap(), b"abc");
        assert!(originals.contains(&digest).unwrap());
        let other = Digest::of(b"other");
        assert!(!originals.contains(&other).unwrap());
        assert_eq!(originals.get(&other).unwrap_err().kind(), ErrorKind::Missing);
        let empty = originals.put(b"").unwrap();
        assert_eq!(originals.get(&empty).unwrap(), b"");
    }

    #[test]
    fn originals_are_kept_in_memory() {
        check(&MemoryOriginals::default());
    }

    #[test]
    fn originals_are_kept_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        check(&FolderOriginals::open(folder.path()).unwrap());
        check(&FolderOriginals::open(folder.path()).unwrap());
    }

    #[test]
    fn damaged_originals_are_never_served_and_are_repaired_by_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let originals = FolderOriginals::open(folder.path()).unwrap();
        let digest = originals.put(b"abc").unwrap();
        let name = digest.to_string();
        fs::write(originals.folder_of(&name).join(&name), b"abd").unwrap();
        assert_eq!(originals.get(&digest).unwrap_err().kind(), ErrorKind::Corrupt);
        originals.put(b"abc").unwrap();
        assert_eq!(originals.get(&digest).unwrap(), b"abc");
    }

    #[test]
    fn unfinished_files_are_cleared_at_opening() {
        let folder = tempfile::tempdir().unwrap();
        FolderOriginals::open(folder.path()).unwrap();
        let left = folder.path().join(UNFINISHED).join("1-0");
        fs::write(&left, b"half").unwrap();
        FolderOriginals::open(folder.path()).unwrap();
        assert!(!left.exists());
    }
}
