//! The numbered steps of the way of a file, at each of which a test may kill the process.
//!
//! A step stands *behind* what it is named for, so a process killed there has done that and nothing more. Tests set
//! `PIAOKU_KILL_AT=name:K`: the process sends itself SIGKILL when it comes to that step for the Kth time. Nothing is
//! flushed, no destructor runs. Without the feature `switchable` a step is nothing at all.

/// Every step, in the order in which a file passes them: first the making of a folder, then taking in, then opening
/// after a crash.
pub const STEPS: &[&str] = &[
    "public key written",
    "signing key written",
    "tip file made",
    "database made",
    "original folder made",
    "original written",
    "original synced",
    "original renamed",
    "original folder synced",
    "arrival inserted",
    "arrival numbered",
    "original read",
    "invoice checked",
    "draft taken",
    "checkpoint signed",
    "head moved",
    "entries inserted",
    "tiles written",
    "arrivals settled",
    "entries committed",
    "tip written",
    "tip synced",
    "receipt answered",
    "write-ahead log restated",
    "tip compared",
    "rows caught up",
    "arrival resumed",
];

/// Passes a step. Nothing in what is shipped.
#[cfg(not(feature = "switchable"))]
#[inline(always)]
pub const fn step(_name: &str) {}

/// Passes a step, or dies at it if this is the passing that `PIAOKU_KILL_AT` names.
#[cfg(feature = "switchable")]
pub fn step(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    static DEADLY: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    debug_assert!(STEPS.contains(&name), "the step {name} is not in the table");
    let deadly = DEADLY.get_or_init(|| {
        let set = std::env::var("PIAOKU_KILL_AT").ok()?;
        let (name, count) = set.rsplit_once(':')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    let Some((deadly, count)) = deadly else { return };
    if deadly == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *count {
        use rustix::process::{Signal, getpid, kill_process};
        // The signal is as good as delivered when the call returns, but other threads may still run for a moment.
        while kill_process(getpid(), Signal::KILL).is_ok() {
            std::thread::yield_now();
        }
    }
}
