//! What the house takes from the machine: the time, randomness, and processes that read.
//!
//! They come in through here so that tests may replace each. Nothing else in the product asks the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use invoice::Date;

use crate::reading::Readers;

/// The machine as the use cases see it.
pub struct Machine {
    /// The time.
    pub clock: Box<dyn Clock>,
    /// Where salts and keys come from.
    pub random: Box<dyn Random>,
    /// Where originals are read.
    pub readers: Readers,
    /// How many originals are under way at once.
    pub lanes: usize,
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z.
    fn now_micros(&self) -> i64;
}

/// Gives random bytes fit for keys.
pub trait Random: Send + Sync {
    /// 32 random bytes, or why there are none.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    fn bytes32(&self) -> std::io::Result<[u8; 32]>;
}

/// The operating system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_micros(&self) -> i64 {
        // A clock set before 1970 is told as 1970: the order of entries never depends on it.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }
}

/// The operating system's randomness.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn bytes32(&self) -> std::io::Result<[u8; 32]> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(bytes)
    }
}

impl Machine {
    /// This machine, with originals read by `readers`.
    pub fn system(readers: Readers) -> Machine {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Machine {
            clock: Box::new(SystemClock),
            random: Box::new(SystemRandom),
            readers,
            lanes: cores * 4,
        }
    }

    /// The calendar day in China (UTC+8, without summer time since 1992), by which invoices are dated.
    pub fn today(&self) -> Date {
        china_date(self.clock.now_micros())
    }
}

/// The calendar day in China at a moment.
pub(crate) fn china_date(micros: i64) -> Date {
    let seconds = micros.div_euclid(1_000_000).saturating_add(8 * 3600);
    let days = seconds.div_euclid(86_400).clamp(-700_000, 2_900_000);
    Date::new(1970, 1, 1)
        .ok()
        .and_then(|epoch| epoch.checked_add(jiff::Span::new().days(days)).ok())
        .unwrap_or(Date::MAX)
}

/// The moment in China, as people read it: `2026-03-01 12:00:00`.
pub(crate) fn china_time(micros: i64) -> String {
    let seconds = micros
        .div_euclid(1_000_000)
        .saturating_add(8 * 3600)
        .rem_euclid(86_400);
    format!(
        "{} {:02}:{:02}:{:02}",
        china_date(micros),
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_eight_hours_before_that_of_greenwich() {
        assert_eq!(china_date(0).to_string(), "1970-01-01");
        assert_eq!(china_date(1_767_196_799_000_000).to_string(), "2025-12-31");
        assert_eq!(china_date(1_767_196_800_000_000).to_string(), "2026-01-01");
        assert_eq!(china_date(i64::MAX).year(), 9909);
        assert_eq!(china_time(1_767_196_799_000_000), "2025-12-31 23:59:59");
    }
}
