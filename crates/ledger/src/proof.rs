//! An offline proof (离线证明) that one entry is in the ledger, and, if wanted, what its payload says.
//!
//! A proof is a JSON file that stands by itself: whoever has it and the ledger's public key can verify it without us,
//! without a network and without a database.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::commitment::Salt;
use crate::entry::{Entry, EntryError};
use crate::hash::Hash;
use crate::merkle::verify_inclusion;
use crate::note::VerifyingKey;

/// Form of the file. A newer one gets another number.
pub const PROOF_VERSION: u32 = 1;

/// A proof bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// [`PROOF_VERSION`].
    pub piaoku_proof: u32,
    /// Position of the entry in the ledger, counted from 0.
    pub index: u64,
    /// The entry's bytes.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub entry: Vec<u8>,
    /// RFC 6962 hash of those bytes.
    pub leaf_hash: Hash,
    /// Audit path from the leaf's sibling upwards.
    pub inclusion: Vec<Hash>,
    /// The signed checkpoint the path leads to.
    pub checkpoint: String,
    /// The payload and its salt, where the holder may see them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Opening>,
}

/// What opens an entry's commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The payload: the full fact, as JSON text, byte for byte.
    pub payload: String,
    /// The per-record key.
    pub salt: Salt,
}

/// What a verified proof shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The checkpoint that covers the entry.
    pub checkpoint: Checkpoint,
    /// Position of the entry.
    pub index: u64,
    /// The entry.
    pub entry: Entry,
    /// The payload, if the proof opened the commitment.
    pub payload: Option<String>,
}

/// What is wrong with a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not JSON of this shape.
    #[error("not a proof file: {0}")]
    Malformed(String),
    /// Made by a newer program.
    #[error("proof has version {0}, which this program does not know")]
    UnknownVersion(u32),
    /// The entry's bytes are no entry.
    #[error("the entry cannot be read")]
    Entry(#[source] EntryError),
    /// The entry's bytes are not those the leaf hash is of.
    #[error("the leaf hash is not that of the entry")]
    LeafHash,
    /// The checkpoint is malformed or not signed by the key given.
    #[error("the checkpoint does not verify")]
    Checkpoint(#[source] CheckpointError),
    /// The checkpoint was signed before the entry existed.
    #[error("entry {index} lies beyond the checkpoint of {size} entries")]
    BeyondCheckpoint {
        /// Position claimed.
        index: u64,
        /// Size signed.
        size: u64,
    },
    /// The path does not lead from the leaf to the signed root.
    #[error("the path does not lead from the entry to the signed root")]
    Inclusion,
    /// The payload is not the one the entry commits to.
    #[error("the payload is not the one the entry commits to")]
    Commitment,
}

impl Proof {
    /// Reads a proof file.
    ///
    /// # Errors
    /// [`ProofError::Malformed`] or [`ProofError::UnknownVersion`].
    pub fn from_json(json: &str) -> Result<Self, ProofError> {
        let proof: Self = serde_json::from_str(json).map_err(|e| ProofError::Malformed(e.to_string()))?;
        if proof.piaoku_proof != PROOF_VERSION {
            return Err(ProofError::UnknownVersion(proof.piaoku_proof));
        }
        Ok(proof)
    }

    /// The proof file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("invariant: strings and numbers serialize")
    }

    /// Verifies everything the proof states, in the order a reader would ask.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Verified, ProofError> {
        let entry = Entry::decode(&self.entry).map_err(ProofError::Entry)?;
        if Entry::leaf_hash(&self.entry) != self.leaf_hash {
            return Err(ProofError::LeafHash);
        }
        let checkpoint = Checkpoint::verify(&self.checkpoint, key).map_err(ProofError::Checkpoint)?;
        if self.index >= checkpoint.size {
            return Err(ProofError::BeyondCheckpoint {
                index: self.index,
                size: checkpoint.size,
            });
        }
        let (size, root) = (checkpoint.size, &checkpoint.root);
        if !verify_inclusion(&self.leaf_hash, self.index, size, &self.inclusion, root) {
            return Err(ProofError::Inclusion);
        }
        let payload = match &self.opening {
            None => None,
            Some(Opening { payload, salt }) if entry.commitment.opens_to(salt, payload.as_bytes()) => {
                Some(payload.clone())
            }
            Some(_) => return Err(ProofError::Commitment),
        };
        Ok(Verified {
            checkpoint,
            index: self.index,
            entry,
            payload,
        })
    }
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    BASE64
        .decode(String::deserialize(deserializer)?)
        .map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use invoice::Digest;

    use super::*;
    use crate::checkpoint::Origin;
    use crate::commitment::Commitment;
    use crate::entry::SubjectId;
    use crate::merkle::{Frontier, inclusion_proof, leaf_hash};
    use crate::note::{NoteError, SigningKey};

    const PAYLOAD: &str = r#"{"发票":"24112000000048542163"}"#;

    fn key() -> SigningKey {
        SigningKey::from_seed("test.example/e1", &[9; 32]).unwrap()
    }

    /// Entry 3 of a ledger of 7.
    fn proof() -> Proof {
        let salt = Salt([5; 32]);
        let entry = Entry {
            fact_kind: "original_stored".into(),
            fact_version: 1,
            time_claimed: 1,
            time_received: 2,
            actor: "cli".into(),
            entity: String::new(),
            subject: SubjectId([1; 16]),
            commitment: Commitment::new(&salt, PAYLOAD.as_bytes()),
            originals: vec![Digest::of(b"x")],
        };
        let bytes = entry.encode().unwrap();
        let mut leaves: Vec<_> = (0..7u8).map(|n| leaf_hash(&[n])).collect();
        leaves[3] = leaf_hash(&bytes);
        let mut tree = Frontier::default();
        tree.append(&leaves).unwrap();
        let origin = Origin::new("test.example", 1).unwrap();
        let checkpoint = Checkpoint {
            origin,
            size: 7,
            root: tree.root(),
        };
        Proof {
            piaoku_proof: PROOF_VERSION,
            index: 3,
            leaf_hash: leaves[3],
            entry: bytes,
            inclusion: inclusion_proof(&tree, 7, 3).unwrap(),
            checkpoint: checkpoint.sign(&key()).unwrap(),
            opening: Some(Opening {
                payload: PAYLOAD.into(),
                salt,
            }),
        }
    }

    #[test]
    fn a_proof_verifies_with_and_without_its_payload() {
        let key = key().verifying_key();
        let verified = proof().verify(&key).unwrap();
        assert_eq!(verified.payload.as_deref(), Some(PAYLOAD));
        assert_eq!((verified.index, verified.checkpoint.size), (3, 7));
        let closed = Proof {
            opening: None,
            ..proof()
        };
        assert_eq!(closed.verify(&key).unwrap().payload, None);
    }

    #[test]
    fn a_proof_survives_its_file_form() {
        let json = proof().to_json();
        assert_eq!(Proof::from_json(&json), Ok(proof()));
        let newer = json.replace("\"piaoku_proof\": 1", "\"piaoku_proof\": 2");
        assert_eq!(Proof::from_json(&newer), Err(ProofError::UnknownVersion(2)));
        assert!(matches!(Proof::from_json("{}"), Err(ProofError::Malformed(_))));
    }

    fn check(spoil: impl Fn(&mut Proof), want: &ProofError) {
        let mut proof = proof();
        spoil(&mut proof);
        assert_eq!(proof.verify(&key().verifying_key()).as_ref(), Err(want));
    }

    #[test]
    fn everything_altered_is_named() {
        check(
            |p| p.entry[0] = 0,
            &ProofError::Entry(EntryError::Malformed("not an array")),
        );
        check(|p| p.leaf_hash = Hash([0; 32]), &ProofError::LeafHash);
        check(|p| p.index = 2, &ProofError::Inclusion);
        check(
            |p| p.index = 7,
            &ProofError::BeyondCheckpoint { index: 7, size: 7 },
        );
        check(|p| p.inclusion[1] = Hash([0; 32]), &ProofError::Inclusion);
        check(|p| p.inclusion.truncate(1), &ProofError::Inclusion);
        check(|p| p.inclusion.push(Hash([0; 32])), &ProofError::Inclusion);
        let unsigned = ProofError::Checkpoint(NoteError::BadSignature.into());
        check(
            |p| p.checkpoint = p.checkpoint.replace("\n7\n", "\n8\n"),
            &unsigned,
        );
        check(|p| opening(p).payload.push(' '), &ProofError::Commitment);
        check(|p| opening(p).salt = Salt([6; 32]), &ProofError::Commitment);
    }

    #[test]
    fn a_key_of_another_ledger_does_not_verify() {
        let other = SigningKey::from_seed("test.example/e1", &[8; 32])
            .unwrap()
            .verifying_key();
        let want = ProofError::Checkpoint(CheckpointError::Note(NoteError::NoSignature));
        assert_eq!(proof().verify(&other), Err(want.clone()));
        let other_epoch = key().verifying_key().renamed("test.example/e2").unwrap();
        assert_eq!(proof().verify(&other_epoch), Err(want));
    }

    fn opening(proof: &mut Proof) -> &mut Opening {
        proof.opening.as_mut().unwrap()
    }
}
