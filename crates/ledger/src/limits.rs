//! Every limit of this crate, named, in one place. A value beyond its limit is refused, never truncated.

/// Longest encoded entry. C2SP tlog-tiles gives an entry a 16-bit length.
pub const ENTRY_BYTES_MAX: usize = 65_535;
/// Longest fact kind, in bytes.
pub const FACT_KIND_BYTES_MAX: usize = 64;
/// Longest actor or entity, in bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// Most digests of originals in one entry: their 34 bytes each must fit the entry with room to spare.
pub const ORIGINALS_MAX: usize = 1_024;
/// Longest signed note that is parsed.
pub const NOTE_BYTES_MAX: usize = 1_000_000;
/// Most signature lines of a note, as in Go's `sumdb/note`.
pub const NOTE_SIGNATURES_MAX: usize = 100;
/// Longest origin or key name, in bytes.
pub const ORIGIN_BYTES_MAX: usize = 256;
/// Largest payload of one fact before compression; a container of 10,000 members stays below it.
pub const PAYLOAD_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Largest tree, so that index arithmetic never overflows: 2^62 leaves.
pub const TREE_SIZE_MAX: u64 = 1 << 62;
