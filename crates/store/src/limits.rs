//! Every limit of this crate, named, in one place.

use std::time::Duration;

/// Most drafts that the writer gathers into one commit.
pub const BATCH_DRAFTS_MAX: usize = 1_000;
/// Most payload bytes, compressed, that the writer gathers into one commit.
pub const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most drafts waiting for the writer; further callers wait their turn.
pub const QUEUE_DRAFTS_MAX: usize = 2_000;
/// Largest page of a list.
pub const PAGE_ROWS_MAX: u32 = 1_000;
/// Longest text that is searched for, in characters.
pub const SEARCH_CHARS_MAX: usize = 200;
/// Most characters of one text that are indexed for search.
pub const INDEXED_CHARS_MAX: usize = 2_000;
/// Most lines of one invoice that are kept as rows; the payload has them all.
pub const LINE_ROWS_MAX: usize = 2_000;
/// How long a write waits for another connection's write before it is refused as busy.
pub const BUSY_WAIT: Duration = Duration::from_secs(5);
/// Read connections kept open between uses.
pub const IDLE_READERS_MAX: usize = 4;
/// Entries read at a time while rows are rebuilt.
pub const REBUILD_STEP: usize = 500;
/// Arrivals named one by one when conservation fails; the rest are only counted.
pub const NAMED_ARRIVALS_MAX: usize = 10_000;
/// Oldest SQLite that does not lose commits when the write-ahead log is reset: 3.51.3.
pub const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// A condition that fits at most one invoice in so many is narrow: what fits is gathered and sorted. Otherwise invoices
/// are looked at in the order of the list until the page is full. Gathering ends sooner the fewer fit, filling a page the
/// more do; where the two meet was estimated, not measured.
pub const NARROW_ONE_IN: u64 = 40;
/// A condition that fits so few is narrow in any store.
pub const NARROW_MIN: u64 = 8;
/// How long opening waits for the lock of a process that was killed.
pub const LOCK_WAIT: Duration = Duration::from_secs(5);
