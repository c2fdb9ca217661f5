//! Checkpoints (C2SP tlog-checkpoint): the ledger's head as a signed note.
//!
//! The origin is `<site>/e<epoch>`, and the key that signs bears the origin as its name, as the specification
//! recommends: so a checkpoint of one epoch can never pass for one of another.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::epoch::Tip;
use crate::hash::Hash;
use crate::note::{NoteError, SignedNote, SigningKey, VerifyingKey, is_key_name};

/// A checkpoint (检查点): the size and root of a ledger at some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger, in which epoch.
    pub origin: Origin,
    /// Number of entries.
    pub size: u64,
    /// Root of the Merkle tree over them.
    pub root: Hash,
}

/// The name of a ledger in one epoch (来源): `<site>/e<epoch>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    site: String,
    epoch: u64,
}

/// Why a checkpoint cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text breaks the format.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
    /// The key that verifies is of another ledger or epoch.
    #[error("the key is named for another ledger or epoch")]
    OtherOrigin,
    /// The note around it is malformed or not signed by the key.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Origin {
    /// The origin of a site's epoch.
    ///
    /// # Errors
    /// The site is empty, too long, or has spaces or plus signs.
    pub fn new(site: &str, epoch: u64) -> Result<Self, CheckpointError> {
        let origin = Self {
            site: site.to_owned(),
            epoch,
        };
        if site.is_empty() || !is_key_name(&origin.to_string()) {
            return Err(CheckpointError::Malformed("bad origin"));
        }
        Ok(origin)
    }

    /// Reads `<site>/e<epoch>`.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let (site, epoch) = text
            .rsplit_once("/e")
            .ok_or(CheckpointError::Malformed("origin has no epoch"))?;
        let epoch = decimal(epoch).ok_or(CheckpointError::Malformed("origin has no epoch"))?;
        Self::new(site, epoch)
    }

    /// The site (站点).
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The epoch (纪元).
    pub fn epoch(&self) -> u64 {
        self.epoch
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/e{}", self.site, self.epoch)
    }
}

impl Checkpoint {
    /// Reads the text of a checkpoint. Extension lines are allowed and not read.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] with what is wrong.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text
            .strip_suffix('\n')
            .ok_or(CheckpointError::Malformed("last line is not ended"))?;
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Malformed("fewer than three lines"));
        };
        if lines.any(str::is_empty) {
            return Err(CheckpointError::Malformed("empty line"));
        }
        let root = BASE64
            .decode(root)
            .map_err(|_| CheckpointError::Malformed("root is not base64"))?;
        Ok(Self {
            origin: Origin::parse(origin)?,
            size: decimal(size).ok_or(CheckpointError::Malformed("size"))?,
            root: Hash::from_slice(&root).ok_or(CheckpointError::Malformed("root is not 32 bytes"))?,
        })
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root.0))
    }

    /// Signs it. The key must be named for the origin.
    ///
    /// # Errors
    /// [`CheckpointError::OtherOrigin`].
    pub fn sign(&self, key: &SigningKey) -> Result<String, CheckpointError> {
        if key.name() != self.origin.to_string() {
            return Err(CheckpointError::OtherOrigin);
        }
        Ok(key.sign(&self.text())?.to_string())
    }

    /// Reads a signed checkpoint and verifies it.
    ///
    /// # Errors
    /// Malformed, not signed by `key`, or `key` is named for another origin than the text states.
    pub fn verify(note: &str, key: &VerifyingKey) -> Result<Self, CheckpointError> {
        let note = SignedNote::parse(note)?;
        note.verify(key)?;
        let checkpoint = Self::parse(&note.text)?;
        if key.name() != checkpoint.origin.to_string() {
            return Err(CheckpointError::OtherOrigin);
        }
        Ok(checkpoint)
    }

    /// The checkpoint as a tip, for the tip guard.
    pub fn tip(&self) -> Tip {
        Tip {
            epoch: self.origin.epoch,
            size: self.size,
            root: self.root,
        }
    }
}

/// A decimal number without sign or leading zeros.
fn decimal(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}
