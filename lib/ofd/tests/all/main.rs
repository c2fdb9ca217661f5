//! The tests of this crate that only use its public face, in one program so that they link once.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "tests say what they skip and stop at once"
)]

mod hostile;
mod mutations;
mod round_trip;
mod samples;
mod support;
