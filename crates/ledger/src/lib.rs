//! The ledger (账本): what an entry is, how entries become a Merkle tree, and how anyone can check it.
//!
//! Entries are deterministic CBOR ([`entry`]); their hashes form an RFC 6962 tree kept as C2SP tiles ([`merkle`]);
//! the root is signed as a C2SP checkpoint ([`checkpoint`], [`note`]); a [`proof`] shows offline that one entry is in.
//! The full facts behind the entries are in [`fact`], decoded for ever by kind and version.
//!
//! This crate is pure: no clock, file, socket, database, randomness or thread. Keys and salts come in as bytes,
//! tiles through [`merkle::TileReader`]. It knows nothing of how or where entries are stored.

pub mod checkpoint;
pub mod commitment;
pub mod entry;
pub mod epoch;
pub mod fact;
pub mod hash;
pub mod limits;
pub mod merkle;
pub mod note;
pub mod proof;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use commitment::{Commitment, Salt};
pub use entry::{Entry, EntryError, SubjectId};
pub use epoch::{EpochOpened, Tip, TipGuardError};
pub use hash::Hash;
pub use note::{NoteError, SignedNote, SigningKey, VerifyingKey};
pub use proof::{Proof, ProofError, Verified};

use serde::{Deserialize, Serialize};

/// Receipt (回执): what the caller gets back for a recorded fact, and all that is needed to ask for its proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Position of the entry in the ledger, counted from 0.
    pub index: u64,
    /// RFC 6962 hash of the entry's bytes.
    pub leaf_hash: Hash,
}
