//! The ledger: entry codec, Merkle tree, tiles, checkpoints, proofs. Pure.
