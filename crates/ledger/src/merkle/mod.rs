//! The Merkle tree of RFC 6962 §2.1, kept as tiles of height 8 (C2SP tlog-tiles).
//!
//! [`tile`] names the pieces, [`frontier`] appends, [`tree`] reads roots and makes proofs from tiles, [`verify`] checks
//! proofs and needs nothing but hashes. Nothing here trusts a tile: what is read is only as good as the root it gives.

pub mod frontier;
pub mod tile;
pub mod tree;
pub mod verify;

pub use frontier::{Frontier, append};
pub use tile::{Tile, TileId, TileReader};
pub use tree::{TreeError, consistency_proof, inclusion_proof, root_at};
pub use verify::{verify_consistency, verify_inclusion};

use sha2::{Digest as _, Sha256};

use crate::hash::Hash;

/// Hash of a leaf: SHA-256(0x00 ‖ bytes).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([0])
            .chain_update(bytes)
            .finalize()
            .into(),
    )
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// Root of the empty tree: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// Root of a complete subtree whose nodes at its lowest level are given; their number is a power of two.
pub(crate) fn fold_complete(hashes: &[Hash]) -> Option<Hash> {
    if !hashes.len().is_power_of_two() {
        return None;
    }
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level
            .chunks_exact(2)
            .map(|pair| node_hash(&pair[0], &pair[1]))
            .collect();
    }
    level.first().copied()
}
