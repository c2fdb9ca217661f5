//! An entry (账目) of the ledger and its codec: deterministic CBOR (RFC 8949 §4.2.1) of fixed shape.
//!
//! An entry holds no personal data and no amounts; those are in the payload, which the commitment binds. The bytes are
//! hashed as they are and never encoded again: [`Entry::decode`] therefore accepts exactly the bytes that
//! [`Entry::encode`] would give, so that one entry has one hash. Unknown fact kinds decode like known ones.

use invoice::Digest;
use minicbor::{Decoder, Encoder};

use crate::commitment::Commitment;
use crate::hash::Hash;
use crate::limits::{ENTRY_BYTES_MAX, FACT_KIND_BYTES_MAX, NAME_BYTES_MAX, ORIGINALS_MAX};
use crate::merkle::leaf_hash;

/// The only format there is so far. A new one adds a decoder and leaves this one in place for ever.
pub const FORMAT_VERSION: u64 = 1;

/// Fields of format 1, in order.
const FIELDS: u64 = 10;

/// What the fact is about (an original, an invoice, an epoch): opaque, 16 bytes, the same for all facts about one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectId(pub [u8; 16]);

/// An entry (账目): who said what kind of thing about which subject, when, and the commitment to the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Kind of the fact, such as `original_stored`; kinds unknown to this program are kept.
    pub fact_kind: String,
    /// Version of the payload's codec for this kind, from 1.
    pub fact_version: u32,
    /// When it happened according to the caller: microseconds since 1970-01-01 UTC.
    pub time_claimed: i64,
    /// When it reached the writer: microseconds since 1970-01-01 UTC. The index is the order, not this.
    pub time_received: i64,
    /// Who recorded it: an account's opaque id or a component's name, never a person's name.
    pub actor: String,
    /// The entity (主体) it belongs to, as an opaque id or a salted form of the taxpayer number; empty if none.
    pub entity: String,
    /// What it is about.
    pub subject: SubjectId,
    /// Commitment to the payload.
    pub commitment: Commitment,
    /// Digests of the originals it rests on. Each was durable before this entry was.
    pub originals: Vec<Digest>,
}

/// Bytes that are not an entry, or an entry that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A field is longer than its limit.
    #[error("entry field {field} has {len}, more than the {max} allowed")]
    TooLong {
        /// The field.
        field: &'static str,
        /// Its length in bytes, or its count.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// Not CBOR of the expected shape.
    #[error("entry is malformed: {0}")]
    Malformed(&'static str),
    /// Written by a newer program.
    #[error("entry has format {0}, which this program does not know")]
    UnknownFormat(u64),
    /// Well formed, but not the one deterministic encoding.
    #[error("entry is not in its deterministic encoding")]
    NotCanonical,
}

impl Entry {
    /// The entry's bytes.
    ///
    /// # Errors
    /// [`EntryError::TooLong`] when a field or the whole exceeds its limit.
    pub fn encode(&self) -> Result<Vec<u8>, EntryError> {
        self.check_limits()?;
        let bytes = self.to_cbor();
        within("entry", bytes.len(), ENTRY_BYTES_MAX)?;
        Ok(bytes)
    }

    /// Reads an entry back.
    ///
    /// # Errors
    /// Anything but the bytes [`Entry::encode`] gives is refused; a newer format is named as such.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        within("entry", bytes.len(), ENTRY_BYTES_MAX)?;
        let entry = decode_shape(bytes)?;
        entry.check_limits()?;
        // Comparing with our own encoding catches long integers, indefinite lengths and trailing bytes at once.
        if entry.to_cbor() != bytes {
            return Err(EntryError::NotCanonical);
        }
        Ok(entry)
    }

    /// RFC 6962 leaf hash of an entry's bytes. Takes bytes, not the value: what was stored is what is hashed.
    pub fn leaf_hash(bytes: &[u8]) -> Hash {
        leaf_hash(bytes)
    }

    fn check_limits(&self) -> Result<(), EntryError> {
        within("fact_kind", self.fact_kind.len(), FACT_KIND_BYTES_MAX)?;
        within("actor", self.actor.len(), NAME_BYTES_MAX)?;
        within("entity", self.entity.len(), NAME_BYTES_MAX)?;
        within("originals", self.originals.len(), ORIGINALS_MAX)
    }

    fn to_cbor(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::with_capacity(160 + 34 * self.originals.len()));
        self.write(&mut encoder)
            .expect("invariant: writing to a Vec does not fail");
        encoder.into_writer()
    }

    fn write(
        &self,
        encoder: &mut Encoder<Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        encoder
            .array(FIELDS)?
            .u64(FORMAT_VERSION)?
            .str(&self.fact_kind)?
            .u64(u64::from(self.fact_version))?
            .i64(self.time_claimed)?
            .i64(self.time_received)?
            .str(&self.actor)?
            .str(&self.entity)?
            .bytes(&self.subject.0)?
            .bytes(&self.commitment.0)?
            .array(self.originals.len() as u64)?;
        for digest in &self.originals {
            encoder.bytes(&digest.0)?;
        }
        Ok(())
    }
}

fn within(field: &'static str, len: usize, max: usize) -> Result<(), EntryError> {
    if len > max {
        Err(EntryError::TooLong { field, len, max })
    } else {
        Ok(())
    }
}

fn decode_shape(bytes: &[u8]) -> Result<Entry, EntryError> {
    let mut decoder = Decoder::new(bytes);
    let fields = decoder
        .array()
        .map_err(|_| EntryError::Malformed("not an array"))?;
    let version = decoder
        .u64()
        .map_err(|_| EntryError::Malformed("no format version"))?;
    if version != FORMAT_VERSION {
        return Err(EntryError::UnknownFormat(version));
    }
    if fields != Some(FIELDS) {
        return Err(EntryError::Malformed("wrong number of fields"));
    }
    Ok(Entry {
        fact_kind: text(&mut decoder, "fact kind")?,
        fact_version: decoder.u32().map_err(|_| EntryError::Malformed("fact version"))?,
        time_claimed: decoder.i64().map_err(|_| EntryError::Malformed("time claimed"))?,
        time_received: decoder
            .i64()
            .map_err(|_| EntryError::Malformed("time received"))?,
        actor: text(&mut decoder, "actor")?,
        entity: text(&mut decoder, "entity")?,
        subject: SubjectId(fixed(&mut decoder, "subject")?),
        commitment: Commitment(fixed(&mut decoder, "commitment")?),
        originals: digests(&mut decoder)?,
    })
}

fn text(decoder: &mut Decoder<'_>, field: &'static str) -> Result<String, EntryError> {
    decoder
        .str()
        .map(str::to_owned)
        .map_err(|_| EntryError::Malformed(field))
}

fn fixed<const N: usize>(decoder: &mut Decoder<'_>, field: &'static str) -> Result<[u8; N], EntryError> {
    let bytes = decoder.bytes().map_err(|_| EntryError::Malformed(field))?;
    bytes.try_into().map_err(|_| EntryError::Malformed(field))
}

fn digests(decoder: &mut Decoder<'_>) -> Result<Vec<Digest>, EntryError> {
    let Ok(Some(count)) = decoder.array() else {
        return Err(EntryError::Malformed("originals"));
    };
    // Checked before anything is allocated: the count comes from the bytes.
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    within("originals", count, ORIGINALS_MAX)?;
    (0..count)
        .map(|_| fixed(decoder, "original digest").map(Digest))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Entry {
        Entry {
            fact_kind: "original_stored".into(),
            fact_version: 1,
            time_claimed: 1_767_225_600_000_000,
            time_received: 1_767_225_600_250_000,
            actor: "cli".into(),
            entity: "e:0011".into(),
            subject: SubjectId([0x11; 16]),
            commitment: Commitment([0x22; 32]),
            originals: vec![Digest([0x33; 32])],
        }
    }

    /// These bytes are in ledgers that must be readable in thirty years. Never change them: add a format instead.
    #[test]
    fn golden_bytes_of_format_1_hold_for_ever() {
        let golden = concat!(
            "8a",                                 // array of 10
            "01",                                 // format 1
            "6f6f726967696e616c5f73746f726564",   // "original_stored"
            "01",                                 // fact version 1
            "1b0006474846204000",                 // claimed
            "1b0006474846241090",                 // received
            "63636c69",                           // "cli"
            "66653a30303131",                     // "e:0011"
            "5011111111111111111111111111111111", // subject
            "5820",                               // commitment
            "2222222222222222222222222222222222222222222222222222222222222222",
            "81", // one original
            "5820",
            "3333333333333333333333333333333333333333333333333333333333333333",
        );
        let bytes = sample().encode().unwrap();
        assert_eq!(hex::encode(&bytes), golden);
        assert_eq!(Entry::decode(&hex::decode(golden).unwrap()), Ok(sample()));
        assert_eq!(
            Entry::leaf_hash(&bytes).to_string(),
            "34f9344a766c720ada38f7784e34958d64812e3efd08a414ddd772177aa4fc72"
        );
    }

    #[test]
    fn unknown_fact_kinds_decode_and_are_kept() {
        let entry = Entry {
            fact_kind: "kind_of_2040".into(),
            fact_version: 9,
            ..sample()
        };
        assert_eq!(Entry::decode(&entry.encode().unwrap()), Ok(entry));
    }

    #[test]
    fn other_encodings_of_the_same_entry_are_refused() {
        let good = sample().encode().unwrap();
        // The format version as a two-byte integer.
        let mut long_integer = good.clone();
        long_integer.splice(1..2, [0x18, 0x01]);
        assert_eq!(Entry::decode(&long_integer), Err(EntryError::NotCanonical));
        // A byte after the end.
        let mut trailing = good.clone();
        trailing.push(0);
        assert_eq!(Entry::decode(&trailing), Err(EntryError::NotCanonical));
        // An array of indefinite length.
        let mut indefinite = good.clone();
        indefinite[0] = 0x9f;
        indefinite.push(0xff);
        assert_eq!(
            Entry::decode(&indefinite),
            Err(EntryError::Malformed("wrong number of fields"))
        );
        // Another format.
        let mut newer = good;
        newer[1] = 2;
        assert_eq!(Entry::decode(&newer), Err(EntryError::UnknownFormat(2)));
    }

    #[test]
    fn limits_are_refused_with_their_names() {
        let many = Entry {
            originals: vec![Digest([0; 32]); ORIGINALS_MAX + 1],
            ..sample()
        };
        let want = EntryError::TooLong {
            field: "originals",
            len: ORIGINALS_MAX + 1,
            max: ORIGINALS_MAX,
        };
        assert_eq!(many.encode(), Err(want));
        let most = Entry {
            originals: vec![Digest([0; 32]); ORIGINALS_MAX],
            actor: "a".repeat(NAME_BYTES_MAX),
            entity: "e".repeat(NAME_BYTES_MAX),
            fact_kind: "k".repeat(FACT_KIND_BYTES_MAX),
            ..sample()
        };
        assert!(most.encode().unwrap().len() <= ENTRY_BYTES_MAX);
        // A count that would allocate the world.
        let mut lying = sample().encode().unwrap();
        lying.truncate(lying.len() - 35);
        lying.extend([0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        assert!(matches!(Entry::decode(&lying), Err(EntryError::TooLong { .. })));
    }

    proptest! {
        #[test]
        fn any_entry_survives_the_round_trip(
            kind in "[a-z_]{0,64}", version: u32, claimed: i64, received: i64,
            actor in "\\PC{0,60}", entity in "\\PC{0,60}",
            subject: [u8; 16], commitment: [u8; 32], originals: Vec<[u8; 32]>,
        ) {
            let entry = Entry {
                fact_kind: kind, fact_version: version, time_claimed: claimed, time_received: received,
                actor, entity, subject: SubjectId(subject), commitment: Commitment(commitment),
                originals: originals.into_iter().map(Digest).collect(),
            };
            let bytes = entry.encode().unwrap();
            prop_assert_eq!(Entry::decode(&bytes), Ok(entry));
        }

        #[test]
        fn any_bytes_are_refused_or_round_trip(bytes: Vec<u8>, flip in any::<prop::sample::Index>(), with: u8) {
            let _ = Entry::decode(&bytes);
            let mut near = sample().encode().unwrap();
            let at = flip.index(near.len());
            near[at] = with;
            if let Ok(entry) = Entry::decode(&near) {
                prop_assert_eq!(entry.encode().unwrap(), near);
            }
        }
    }
}
