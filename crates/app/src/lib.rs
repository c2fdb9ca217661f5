//! The use cases: take in, find, show, prove, verify, rebuild. The only place where the parts meet.
//!
//! A [`Site`] is one ledger's home, opened. [`take_in`] is the main job and reads like the flow: receive, read, check,
//! record. Everything that the machine gives — time, randomness, processes that read — comes in through [`Machine`].
//! Nothing here knows how people are spoken to: that is `cli`.

mod checking;
mod error;
mod export;
mod find;
mod intake;
mod load;
mod machine;
mod prove;
mod reading;
mod record;
mod show;
mod site;
mod verify;

/// The largest file that is taken in, in bytes.
pub const FILE_BYTES_MAX: u64 = reader::limits::FILE_BYTES_MAX as u64;

pub use checking::{ReadFile, fault_kinds, read_file, rulebook_version};
pub use error::SiteError;
pub use export::export;
pub use find::{FindPage, FindWords, InvoiceRow};
pub use intake::{Incoming, Kept, Outcome, Taken, WaitsFor, take_in, take_in_all};
pub use load::{load, load_from, too_large};
pub use machine::{Clock, Machine, Random, SystemClock, SystemRandom};
pub use prove::{ReceiptError, VerifiedReceipt, verify_receipt};
pub use reading::{
    Attempt, Layer, ReadNode, ReadTree, ReaderError, Readers, Sandbox, TRY_TO_ESCAPE, read_tree, serve_child,
    try_to_escape,
};
pub use rules::single_witnesses;
pub use show::{Conflict, InvoiceView, Lookup, Rendition, Step};
pub use site::{
    EntryView, Original, Site, Status, entities_of, public_key_of, verify_ledger, verify_site,
    verify_site_against,
};
pub use verify::{Damage, VerifyProgress, VerifyReport};
