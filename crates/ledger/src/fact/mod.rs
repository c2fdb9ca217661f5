//! Facts (事实): what entries commit to, as payloads. One decoder per kind and version, for ever.
//!
//! A payload is the JSON text of a fact: readable by anyone in ten years, and hashed as it stands, so it is never
//! written twice in different words. A kind or version this program does not know is kept and shown as unknown.
//! When a fact changes its meaning it gets a new version and a module beside [`v1`], which stays.

pub mod v1;

use crate::epoch::EpochOpened;
use crate::limits::PAYLOAD_BYTES_MAX;

/// A fact, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// An epoch was opened (纪元开启); always the first entry of its epoch.
    EpochOpened(EpochOpened),
    /// One of our own companies was declared (主体登记).
    EntityDeclared(invoice::Entity),
    /// An original was read, checked and stored (原件入库).
    OriginalStored(Box<v1::OriginalStored>),
    /// Bytes arrived that are already stored (重复到达).
    DuplicateArrived(v1::DuplicateArrived),
    /// An original was kept but not accepted (拒收).
    OriginalRejected(Box<v1::OriginalRejected>),
    /// A container was opened and its members arrived (压缩包展开).
    ContainerOpened(v1::ContainerOpened),
    /// A kind or version written by a newer program.
    Unknown {
        /// The kind the entry states.
        kind: String,
        /// The version the entry states.
        version: u32,
        /// The payload as it stands.
        payload: Vec<u8>,
    },
}

/// Why a payload cannot be decoded or encoded.
#[derive(Debug, thiserror::Error)]
pub enum FactError {
    /// The payload is not what its kind and version promise: it was altered, or a program wrote nonsense.
    #[error("payload of {kind} version {version} cannot be decoded")]
    Malformed {
        /// The kind.
        kind: String,
        /// The version.
        version: u32,
        /// What the JSON reader says.
        #[source]
        source: serde_json::Error,
    },
    /// The payload is larger than a payload may be.
    #[error("payload has {len} bytes, more than the {PAYLOAD_BYTES_MAX} allowed")]
    TooLarge {
        /// Its size.
        len: usize,
    },
}

impl Fact {
    /// The kind as entries state it. Permanent.
    pub fn kind(&self) -> &str {
        match self {
            Self::EpochOpened(_) => "epoch_opened",
            Self::EntityDeclared(_) => "entity_declared",
            Self::OriginalStored(_) => "original_stored",
            Self::DuplicateArrived(_) => "duplicate_arrived",
            Self::OriginalRejected(_) => "original_rejected",
            Self::ContainerOpened(_) => "container_opened",
            Self::Unknown { kind, .. } => kind,
        }
    }

    /// The version this program writes, or the one an unknown fact came with.
    pub fn version(&self) -> u32 {
        match self {
            Self::Unknown { version, .. } => *version,
            _ => 1,
        }
    }

    /// The payload: JSON text.
    ///
    /// # Errors
    /// [`FactError::TooLarge`].
    pub fn encode(&self) -> Result<Vec<u8>, FactError> {
        let payload = match self {
            Self::EpochOpened(fact) => serde_json::to_vec(fact),
            Self::EntityDeclared(fact) => serde_json::to_vec(fact),
            Self::OriginalStored(fact) => serde_json::to_vec(fact),
            Self::DuplicateArrived(fact) => serde_json::to_vec(fact),
            Self::OriginalRejected(fact) => serde_json::to_vec(fact),
            Self::ContainerOpened(fact) => serde_json::to_vec(fact),
            Self::Unknown { payload, .. } => Ok(payload.clone()),
        };
        let payload = payload.map_err(|source| self.malformed(source))?;
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(FactError::TooLarge { len: payload.len() });
        }
        Ok(payload)
    }

    /// Decodes a payload by the kind and version its entry states.
    ///
    /// # Errors
    /// [`FactError::Malformed`] where the kind and version are known and the payload is not of that shape.
    pub fn decode(kind: &str, version: u32, payload: &[u8]) -> Result<Self, FactError> {
        let decoded = match (kind, version) {
            ("epoch_opened", 1) => serde_json::from_slice(payload).map(Self::EpochOpened),
            ("entity_declared", 1) => serde_json::from_slice(payload).map(Self::EntityDeclared),
            ("original_stored", 1) => serde_json::from_slice(payload).map(Self::OriginalStored),
            ("duplicate_arrived", 1) => serde_json::from_slice(payload).map(Self::DuplicateArrived),
            ("original_rejected", 1) => serde_json::from_slice(payload).map(Self::OriginalRejected),
            ("container_opened", 1) => serde_json::from_slice(payload).map(Self::ContainerOpened),
            _ => Ok(Self::Unknown {
                kind: kind.to_owned(),
                version,
                payload: payload.to_vec(),
            }),
        };
        decoded.map_err(|source| FactError::Malformed {
            kind: kind.to_owned(),
            version,
            source,
        })
    }

    fn malformed(&self, source: serde_json::Error) -> FactError {
        FactError::Malformed {
            kind: self.kind().to_owned(),
            version: self.version(),
            source,
        }
    }
}
