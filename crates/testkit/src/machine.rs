//! A machine without surprises: the clock stands still unless told to move, randomness comes from a counter, and
//! originals are read in process.

use std::io;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use app::{Clock, Machine, Random, Readers};

/// 2026-10-01 12:00:00 in China, in microseconds since 1970: the day on which tests take place. The corpus lies before it.
pub const TEST_DAY_MICROS: i64 = 1_790_827_200_000_000;

/// A machine for tests over files that are known to be harmless.
pub fn harmless_machine() -> Machine {
    Machine {
        clock: Box::new(SteadyClock::default()),
        random: Box::new(CountedRandom::default()),
        readers: Readers::InProcess,
        lanes: 2,
    }
}

/// A clock that moves one microsecond each time it is asked, so that order can be seen but nothing depends on the day.
#[derive(Debug, Default)]
pub struct SteadyClock {
    asked: AtomicI64,
}

impl Clock for SteadyClock {
    fn now_micros(&self) -> i64 {
        TEST_DAY_MICROS + self.asked.fetch_add(1, Ordering::Relaxed)
    }
}

/// Bytes that differ each time and are the same in every run. Fit for tests, never for keys.
#[derive(Debug, Default)]
pub struct CountedRandom {
    drawn: AtomicU64,
}

impl Random for CountedRandom {
    fn bytes32(&self) -> io::Result<[u8; 32]> {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        Ok(invoice::Digest::of(&drawn.to_le_bytes()).0)
    }
}
