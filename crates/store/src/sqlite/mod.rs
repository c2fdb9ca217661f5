//! The engine of the embedded default: SQLite in write-ahead mode, one writer, many readers.
//!
//! `synchronous=FULL`: a commit that returned survives a power cut. The SQLite is the bundled one and its version is
//! asserted, because those before 3.51.3 can lose commits. No other program may open the file with an older one.

mod check;
mod commit;
mod find;
mod rows;
mod sums;
mod tiles;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use invoice::{Digest, Entity, InvoiceKey};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};

use crate::error::{Cause, ErrorKind, StoreError, io_cause};
use crate::irregular::{Irregular, Totals};
use crate::limits::{BUSY_WAIT, IDLE_READERS_MAX, SQLITE_VERSION_MIN};
use crate::primary::{
    Arrival, Commit, Conservation, Head, NewArrival, Standing, StoredEntry, StoredPayload, UniqueKey,
};
use crate::rows::{InvoiceDetail, InvoiceId, OutcomeCounts, OutcomeRow, RowChange};
use crate::{Find, Found, Store};

/// Marks the file as ours: "Pkku".
const APPLICATION_ID: i32 = 0x506b_6b75;
/// Version of the schema.
const USER_VERSION: i32 = 1;
/// Prepared statements kept for each connection: more than there are in this engine.
const STATEMENTS_KEPT: usize = 128;

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    // Before the writer: connections close in this order, and only a writer that closes last empties the log into the file.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    /// Why nothing more is written: a write or a sync failed, and nobody knows what the disk holds. Opening starts from
    /// what it does hold.
    stopped: Mutex<Option<String>>,
    /// Opened for reading only, because the disk had no room.
    is_without_room: bool,
}

impl SqliteStore {
    /// Opens the file, or makes it. Recovery after a crash is SQLite's own, and happens here.
    ///
    /// # Errors
    /// The file is not ours, is of a newer schema, is damaged, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if rusqlite::version_number() < SQLITE_VERSION_MIN {
            let version = rusqlite::version();
            return Err(open_error(
                path,
                ErrorKind::Bug,
                format!("SQLite {version} can lose commits"),
            ));
        }
        let open = || {
            let mut connection = Connection::open(path)?;
            configure(&connection)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            prepare_schema(&mut connection).map(|ours| (connection, ours))
        };
        let failed = |error| StoreError::Open {
            path: path.to_owned(),
            source: cause(error),
        };
        let (connection, ours) = match open() {
            Err(error) if has_no_room(path) => {
                return Self::open_without_room(path).ok_or(no_room(path, error));
            }
            opened => opened.map_err(failed)?,
        };
        ours.map_err(|why| open_error(path, ErrorKind::Invalid, why))?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(connection),
            readers: Mutex::default(),
            stopped: Mutex::default(),
            is_without_room: false,
        })
    }

    /// Opens a file that was closed in good order for reading only: on a full disk there is no room for the log and the
    /// shared memory that SQLite otherwise needs. A file with a log cannot be read so: `None`.
    fn open_without_room(path: &Path) -> Option<Self> {
        let log = std::fs::metadata(path.with_extension("db-wal"));
        if twin::is_on("full_disk_not_opened") || log.is_ok_and(|log| log.len() > 0) {
            return None;
        }
        let connection = open_immutable(path).ok()?;
        let is_ours = connection
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .is_ok_and(|id: i32| id == APPLICATION_ID);
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0));
        let is_known = is_ours && version.is_ok_and(|version: i32| version == USER_VERSION);
        is_known.then(|| Self {
            path: path.to_owned(),
            writer: Mutex::new(connection),
            readers: Mutex::default(),
            stopped: Mutex::default(),
            is_without_room: true,
        })
    }

    /// Compares the schema with the one this program makes, and runs SQLite's own check of every page and index. To be
    /// asked before anything else is read: what reading says depends on both.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn check_file(&self) -> Result<Vec<Irregular>, StoreError> {
        self.read("the database file", |db| {
            let mut found = check::schema(db)?;
            found.extend(check::pages(db)?);
            Ok(found)
        })
    }

    /// Counts the tables against what the ledger amounts to, and compares the search tokens with the invoices' rows.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn check_content(&self, wanted: Totals) -> Result<Vec<Irregular>, StoreError> {
        self.read("the database file", |db| {
            let tx = db.transaction()?;
            let mut found = check::totals(&tx, wanted)?;
            found.extend(check::search_text(&tx)?);
            Ok(found)
        })
    }

    /// Reads in a connection of its own, so that a long read does not hold up the writer.
    fn read<T>(
        &self,
        what: &'static str,
        read: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let failed = |error| StoreError::Read {
            what,
            source: cause(error),
        };
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.open_reader().map_err(failed)?,
        };
        let value = read(&mut connection).map_err(failed)?;
        let mut idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS_MAX {
            idle.push(connection);
        }
        Ok(value)
    }

    fn open_reader(&self) -> rusqlite::Result<Connection> {
        if self.is_without_room {
            return open_immutable(&self.path);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        configure(&connection)?;
        Ok(connection)
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic while writing left its transaction rolled back: the connection itself is sound.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes, unless an earlier write failed in a way that leaves it open what the disk holds.
    fn write<T>(
        &self,
        write: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.is_without_room {
            return Err(no_room(&self.path, "it is open for reading only"));
        }
        let mut connection = self.writer();
        let stopped = || self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = stopped().clone() {
            return Err(StoreError::Stopped { why });
        }
        write(&mut connection).inspect_err(|error| {
            if error.kind() == ErrorKind::Corrupt && !twin::is_on("failed_sync_forgotten") {
                stopped().get_or_insert_with(|| error.in_full());
            }
        })
    }
}

/// Whether the disk has no room for what SQLite needs beside the file. Asked only after opening failed: SQLite says of a
/// file that it could not make no more than that.
fn has_no_room(path: &Path) -> bool {
    const NEEDED: usize = 64 * 1024;
    let probe = path.with_extension("room");
    let tried = std::fs::write(&probe, [0; NEEDED]);
    let _removed = std::fs::remove_file(&probe);
    tried.is_err_and(|error| io_cause(error).kind == ErrorKind::Full)
}

fn no_room(path: &Path, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Open {
        path: path.to_owned(),
        source: Cause::new(ErrorKind::Full, why),
    }
}

/// Nobody else has the file: the folder is locked, and this process does not write.
fn open_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = "file:".to_owned();
    for character in path.to_string_lossy().chars() {
        match character {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            plain => uri.push(plain),
        }
    }
    uri.push_str("?immutable=1");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(uri, flags)?;
    configure(&connection)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    let synchronous = if twin::is_on("commit_not_full") {
        "NORMAL"
    } else {
        "FULL"
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "cell_size_check", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -32_768)
}

/// Makes the schema in an empty file. The inner error says why a file cannot be used.
fn prepare_schema(connection: &mut Connection) -> rusqlite::Result<Result<(), String>> {
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let application: i32 = tx.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version, tables) {
        (APPLICATION_ID, USER_VERSION, _) => Ok(Ok(())),
        (APPLICATION_ID, _, _) => Ok(Err(format!(
            "its schema has version {version}, this program knows {USER_VERSION}"
        ))),
        (0, 0, 0) => {
            tx.execute_batch(include_str!("schema.sql"))?;
            tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            tx.pragma_update(None, "user_version", USER_VERSION)?;
            tx.commit()?;
            Ok(Ok(()))
        }
        _ => Ok(Err("it is a database of another program".to_owned())),
    }
}

fn open_error(path: &Path, kind: ErrorKind, why: String) -> StoreError {
    StoreError::Open {
        path: path.to_owned(),
        source: Cause::new(kind, why),
    }
}

/// What an error of SQLite means.
fn cause(error: rusqlite::Error) -> Cause {
    use rusqlite::ErrorCode as Code;
    let kind = match &error {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            Code::DiskFull => ErrorKind::Full,
            Code::DatabaseBusy | Code::DatabaseLocked => ErrorKind::Busy,
            Code::DatabaseCorrupt | Code::NotADatabase | Code::SystemIoFailure => ErrorKind::Corrupt,
            Code::CannotOpen | Code::PermissionDenied | Code::ReadOnly => ErrorKind::Invalid,
            Code::ConstraintViolation => ErrorKind::Conflict,
            _ => ErrorKind::Bug,
        },
        // A value of the wrong type or length in a column: we never wrote it so.
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..) => ErrorKind::Corrupt,
        _ => ErrorKind::Bug,
    };
    Cause::new(kind, error)
}

/// A number as SQLite keeps it. Ours stay below 2^62; a larger one would be a defect, and then finds nothing.
fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number as SQLite kept it.
fn uint(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// A text as one of our words.
fn word<T>(row: &Row<'_>, column: usize, parse: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text).ok_or_else(|| {
        let why = format!("unknown word {text:?}");
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, why.into())
    })
}

impl Store for SqliteStore {
    fn head(&self) -> Result<Option<Head>, StoreError> {
        self.read("the head", |db| {
            let mut statement = db.prepare_cached("SELECT epoch, size, root, checkpoint FROM head")?;
            let head = |row: &Row<'_>| {
                Ok(Head {
                    epoch: uint(row, 0)?,
                    size: uint(row, 1)?,
                    root: ledger::Hash(row.get(2)?),
                    checkpoint: row.get(3)?,
                })
            };
            statement.query_row([], head).optional()
        })
    }

    fn entry(&self, index: u64) -> Result<Option<StoredEntry>, StoreError> {
        Ok(self.entries(index, 1)?.pop().filter(|entry| entry.index == index))
    }

    fn entries(&self, from: u64, limit: usize) -> Result<Vec<StoredEntry>, StoreError> {
        self.read("entries", |db| {
            let sql = "SELECT idx, bytes, leaf FROM entry WHERE idx >= ?1 ORDER BY idx LIMIT ?2";
            let mut statement = db.prepare_cached(sql)?;
            let entry = |row: &Row<'_>| {
                let leaf_hash = ledger::Hash(row.get(2)?);
                Ok(StoredEntry {
                    index: uint(row, 0)?,
                    bytes: row.get(1)?,
                    leaf_hash,
                })
            };
            statement
                .query_map((int(from), int(limit as u64)), entry)?
                .collect()
        })
    }

    fn payload(&self, index: u64) -> Result<Option<StoredPayload>, StoreError> {
        let found = self.read("a payload", |db| {
            let mut statement = db.prepare_cached("SELECT bytes, salt FROM payload WHERE idx = ?1")?;
            let stored = |row: &Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, ledger::Salt(row.get(1)?)));
            statement.query_row([int(index)], stored).optional()
        })?;
        let Some((compressed, salt)) = found else {
            return Ok(None);
        };
        let payload = crate::primary::decompress(index, &compressed)?;
        Ok(Some(StoredPayload { payload, salt }))
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.read("a tile", |db| tiles::tile(db, level, index))
    }

    fn first_entry(&self, key: &UniqueKey) -> Result<Option<u64>, StoreError> {
        self.read("a unique key", |db| {
            let mut statement = db.prepare_cached("SELECT idx FROM unique_key WHERE key = ?1")?;
            statement.query_row([key.as_str()], |row| uint(row, 0)).optional()
        })
    }

    fn arrive(&self, arrivals: &[NewArrival]) -> Result<Vec<u64>, StoreError> {
        self.write(|db| commit::arrive(db, arrivals).map_err(|error| StoreError::Arrive(cause(error))))
    }

    fn pending(&self) -> Result<Vec<Arrival>, StoreError> {
        self.read("pending arrivals", |db| commit::pending(db))
    }

    fn is_pending(&self, arrival: u64) -> Result<bool, StoreError> {
        self.read("pending arrivals", |db| {
            let sql = "SELECT EXISTS (SELECT 1 FROM arrival WHERE seq = ?1)";
            db.prepare_cached(sql)?
                .query_row([int(arrival)], |row| row.get(0))
        })
    }

    fn standing(&self, keys: &[&UniqueKey], arrivals: &[u64]) -> Result<Standing, StoreError> {
        // In the writer's connection, whose cache is warm: a reader would forget its own after every commit.
        commit::standing(&mut self.writer(), keys, arrivals).map_err(|error| StoreError::Read {
            what: "unique keys",
            source: cause(error),
        })
    }

    fn set_waits_for(&self, arrival: u64, waits_for: &str) -> Result<(), StoreError> {
        let was_pending = self.write(|db| {
            commit::set_waits_for(db, arrival, waits_for).map_err(|error| StoreError::Arrive(cause(error)))
        })?;
        if was_pending {
            Ok(())
        } else {
            Err(StoreError::NotPending(arrival))
        }
    }

    fn has_member(&self, parent: &Digest, digest: &Digest, name: &str) -> Result<bool, StoreError> {
        self.read("members", |db| {
            let sql = "SELECT EXISTS (SELECT 1 FROM outcome WHERE parent = ?1 AND digest = ?2 AND name = ?3)
                OR EXISTS (SELECT 1 FROM arrival WHERE parent = ?1 AND digest = ?2 AND name = ?3)";
            db.prepare_cached(sql)?
                .query_row((parent.0, digest.0, name), |row| row.get(0))
        })
    }

    fn conservation(&self) -> Result<Conservation, StoreError> {
        self.read("the account of arrivals", |db| {
            // One snapshot: a commit in between must not look like a loss.
            let tx = db.transaction()?;
            rows::conservation(&tx)
        })
    }

    fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        self.write(|db| commit::commit(db, commit))
    }

    fn rows_size(&self) -> Result<u64, StoreError> {
        self.read("the rows", |db| rows::size(db))
    }

    fn drop_rows(&self) -> Result<(), StoreError> {
        self.write(|db| rows::drop_all(db).map_err(|error| StoreError::Rebuild(cause(error))))
    }

    fn apply_rows(&self, from: u64, changes: &[Vec<RowChange>]) -> Result<(), StoreError> {
        self.write(|db| rows::apply_from(db, from, changes))
    }

    fn find(&self, find: &Find) -> Result<Found, StoreError> {
        self.read("invoices", |db| find::find(db, find))
    }

    fn invoice(&self, key: &InvoiceKey) -> Result<Option<InvoiceDetail>, StoreError> {
        self.read("an invoice", |db| find::invoice(db, key))
    }

    fn detail(&self, id: InvoiceId) -> Result<Option<InvoiceDetail>, StoreError> {
        self.read("an invoice", |db| find::detail(&*db.transaction()?, id))
    }

    fn timeline(&self, id: InvoiceId) -> Result<Vec<OutcomeRow>, StoreError> {
        self.read("a timeline", |db| find::timeline(db, id))
    }

    fn outcome(&self, arrival: u64) -> Result<Option<OutcomeRow>, StoreError> {
        self.read("an outcome", |db| find::outcome(db, arrival))
    }

    fn outcome_counts(&self) -> Result<OutcomeCounts, StoreError> {
        self.read("counts", |db| rows::counts(db))
    }

    fn entities(&self) -> Result<Vec<Entity>, StoreError> {
        self.read("entities", |db| find::entities(db))
    }
}
