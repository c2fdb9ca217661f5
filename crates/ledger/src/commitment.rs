//! What binds an entry to its payload without revealing it.
//!
//! A plain hash of a payload would leak: taxpayer numbers and amounts can be guessed and tried. So the commitment is an
//! HMAC under a key drawn for this one record. Destroying payload and salt erases the person and leaves the tree whole.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;

/// The per-record key (盐) of a commitment: 32 random bytes, kept beside the payload and destroyed with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

/// A salt is a secret of its record: it is not printed by accident.
impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(..)")
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(de::Error::custom)?;
        Ok(Self(bytes))
    }
}

/// Salted commitment (加盐承诺): HMAC-SHA-256(salt, payload bytes before compression).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment(pub [u8; 32]);

impl Commitment {
    /// Commits to a payload.
    pub fn new(salt: &Salt, payload: &[u8]) -> Self {
        let mac = keyed(salt).chain_update(payload);
        Self(mac.finalize().into_bytes().into())
    }

    /// Whether this commitment opens to `payload` under `salt`; compared in constant time.
    pub fn opens_to(&self, salt: &Salt, payload: &[u8]) -> bool {
        keyed(salt).chain_update(payload).verify_slice(&self.0).is_ok()
    }
}

fn keyed(salt: &Salt) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(&salt.0).expect("invariant: HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 test case 2 uses the key "Jefe"; HMAC pads a short key with zeros, so the padded key gives the same code.
    #[test]
    fn commitment_is_hmac_sha256_of_rfc_4231() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let commitment = Commitment::new(&Salt(key), b"what do ya want for nothing?");
        assert_eq!(
            hex::encode(commitment.0),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn commitment_opens_only_with_its_salt_and_payload() {
        let salt = Salt([7; 32]);
        let commitment = Commitment::new(&salt, b"{}");
        assert!(commitment.opens_to(&salt, b"{}"));
        assert!(!commitment.opens_to(&salt, b"{ }"));
        assert!(!commitment.opens_to(&Salt([8; 32]), b"{}"));
    }
}
