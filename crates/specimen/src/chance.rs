//! Seeded chance: the only source of variety in this crate.
//!
//! Every choice comes from one ChaCha8 stream, so that one seed makes the same specimens on every machine and in
//! every later version of this crate that makes the same choices in the same order.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of choices.
#[derive(Debug, Clone)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of a seed.
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `bound`; zero where the bound is zero.
    ///
    /// The modulo's bias is far below what any specimen could show, and it keeps one draw for one choice.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64().checked_rem(bound).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).unsigned_abs().saturating_add(1);
        low.saturating_add_unsigned(self.below(span))
    }

    /// True once in `many` times.
    pub(crate) fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// One of the choices, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let at = self.below(choices.len() as u64) as usize;
        choices.get(at).expect("invariant: choices are never empty")
    }

    /// So many decimal digits, leading zeros included.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.text(count, "0123456789")
    }

    /// So many characters of an alphabet of ASCII characters.
    pub(crate) fn text(&mut self, count: usize, alphabet: &str) -> String {
        (0..count)
            .map(|_| char::from(*self.pick(alphabet.as_bytes())))
            .collect()
    }
}
