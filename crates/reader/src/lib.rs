//! Bytes to a [`Reading`]: XML, XBRL, OFD, PDF, pictures, zips and bureau exports.
//!
//! [`read`] never fails: what cannot be read is a reading whose faults say so. The crate is pure — no clock, file,
//! socket or thread — and every loop is bounded by [`limits`]. It trusts nothing in a file but its bytes: the form is
//! told by content, names inside archives are never used as paths.
//!
//! A field is stated by every source that holds it; sources of the same invoice inside one file are joined by its
//! number. Nothing here decides whether an invoice is good: that is `rules`.

pub mod faults;
pub mod limits;

mod conclusions;
mod figures;
mod merge;
mod ofd;
mod pdf;
mod qr;
mod xlsx;
mod xml;
