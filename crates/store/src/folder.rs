//! The data folder (数据目录): one site's database, originals, tip file and lock. Opening it is recovery.
//!
//! ```text
//! lock         held while the folder is open; says by whom
//! tip          highest signed head, apart from the database
//! piaoku.db    the database (with -wal and -shm beside it)
//! originals/   files by digest
//! ```

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::error::{Cause, ErrorKind, io_cause};
use crate::limits::LOCK_WAIT;
use crate::originals::{FolderOriginals, make_folder, sync_folder};
use crate::sqlite::SqliteStore;
use crate::tip::TipFile;
use crate::writer::{Signer, Writer, WriterOptions};
use crate::{Store, StoreError};

/// Name of the database file.
pub const DATABASE: &str = "piaoku.db";
/// Name of SQLite's write-ahead log beside it.
const WRITE_AHEAD_LOG: &str = "piaoku.db-wal";
/// Name of the tip file.
pub const TIP: &str = "tip";
/// Name of the lock file.
pub const LOCK: &str = "lock";
/// Name of the folder of originals.
pub const ORIGINALS: &str = "originals";

/// An open data folder. The lock is released when this is dropped, or when the process ends in whatever way.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    store: Arc<SqliteStore>,
    originals: Arc<FolderOriginals>,
    _lock: File,
}

impl DataFolder {
    /// Opens a data folder, or makes it. Its parent must exist.
    ///
    /// # Errors
    /// [`StoreError::FolderInUse`] when another process has it; a missing tip file beside a database; or something in it
    /// cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::Folder {
            path: path.to_owned(),
            source: io_cause(error),
        };
        make_folder(path).map_err(failed)?;
        let lock = take_lock(path)?;
        let (database, tip) = (path.join(DATABASE), path.join(TIP));
        if !database.try_exists().map_err(failed)? && !tip.try_exists().map_err(failed)? {
            // The tip file comes first: a database without one is from a copy, and is refused below.
            TipFile::create(&tip)?;
            sync_folder(path).map_err(failed)?;
            twin::step("tip file made");
        }
        TipFile::open(&tip)?;
        if !twin::is_on("log_not_restated") {
            restate(&path.join(WRITE_AHEAD_LOG)).map_err(failed)?;
        }
        twin::step("write-ahead log restated");
        let store = Arc::new(SqliteStore::open(&database)?);
        sync_folder(path).map_err(failed)?;
        twin::step("database made");
        let originals = Arc::new(FolderOriginals::open(&path.join(ORIGINALS))?);
        Ok(Self {
            path: path.to_owned(),
            store,
            originals,
            _lock: lock,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database.
    pub fn store(&self) -> Arc<SqliteStore> {
        Arc::clone(&self.store)
    }

    /// The originals.
    pub fn originals(&self) -> Arc<FolderOriginals> {
        Arc::clone(&self.originals)
    }

    /// Starts the writer: compares the database with the tip, loads the tree, and brings the rows up to date.
    ///
    /// # Errors
    /// See [`Writer::start`].
    pub fn start_writer(
        &self,
        signer: Box<dyn Signer>,
        options: WriterOptions,
    ) -> Result<Writer, StoreError> {
        let tip = TipFile::open(&self.path.join(TIP))?;
        let store: Arc<dyn Store> = self.store.clone();
        Writer::start(store, Box::new(tip), signer, options)
    }
}

/// Makes a folder and those above it that are missing, each name durable in its parent.
///
/// # Errors
/// One of them cannot be made.
pub fn make_folders(path: &Path) -> std::io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.is_dir();
    let mut missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();
    missing.reverse();
    missing.into_iter().try_for_each(make_folder)?;
    // Once more for the last: it may be there and still not be durable.
    make_folder(path)
}

/// Writes what the log holds over itself, and syncs it.
///
/// After a sync that failed the kernel shows what was written although the disk does not hold it, and no later sync
/// mends that. SQLite believes what it is shown: it would take up such a commit and append to it, and a power cut would
/// then take the acknowledged ones behind it along. Written again, it is synced again, or refused.
fn restate(log: &Path) -> std::io::Result<()> {
    let mut file = match OpenOptions::new().read(true).write(true).open(log) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut piece = vec![0; 1 << 20];
    let mut at = 0;
    loop {
        file.seek(SeekFrom::Start(at))?;
        let read = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
        at += read as u64;
    }
    file.sync_all()
}

fn take_lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let failed = |error| StoreError::Folder {
        path: path.clone(),
        source: io_cause(error),
    };
    let open = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path);
    let mut file = open.map_err(failed)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => {
                let source = Cause::new(ErrorKind::Invalid, error);
                return Err(StoreError::Folder { path, source });
            }
        }
        let mut holder = String::new();
        // Only for the message: the holder may be writing this very moment.
        let read = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| Read::by_ref(&mut file).take(200).read_to_string(&mut holder));
        let is_known = read.is_ok() && !holder.trim().is_empty();
        if started.elapsed() < LOCK_WAIT && is_gone(holder.trim()) && !twin::is_on("dead_holders_believed") {
            std::thread::sleep(LOCK_WAIT / 100);
            continue;
        }
        let holder = if is_known {
            holder.trim().to_owned()
        } else {
            "another process".to_owned()
        };
        return Err(StoreError::FolderInUse {
            path: folder.to_owned(),
            holder,
        });
    }
    let mut sign = || {
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        writeln!(file, "process {}", std::process::id())
    };
    // Who holds the lock is only for a message: a full disk must not keep anybody from reading.
    match sign().map_err(io_cause) {
        Err(cause) if cause.kind != ErrorKind::Full => Err(StoreError::Folder {
            path: path.clone(),
            source: cause,
        }),
        _ => Ok(file),
    }
}

/// Whether the holder that the lock file names was killed. A child that it was just starting then still has the lock, for
/// as long as it takes to become another program. Where processes cannot be looked at, nobody is gone.
fn is_gone(holder: &str) -> bool {
    let processes = Path::new("/proc");
    let Some(number) = holder.strip_prefix("process ") else {
        return false;
    };
    // Of a process that ended and was not waited for yet, there is an entry without a command line.
    let commands = std::fs::read(processes.join(number).join("cmdline"));
    processes.join("self").exists() && commands.map_or(true, |commands| commands.is_empty())
}
