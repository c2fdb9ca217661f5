//! The right edge of the tree: all that is needed to append, at most eight partial tiles.
//!
//! A writer keeps it in memory and appends without reading. Building it again from the stored tiles and comparing its
//! root with the signed one is how a writer knows, at start, that it may go on.

use std::collections::BTreeMap;

use super::tile::{
    TILE_HEIGHT, TILE_LEVELS, TILE_WIDTH, Tile, TileId, TileReader, hashes_of, subtrees_at, width_at,
};
use super::tree::TreeError;
use super::{empty_root, fold_complete, node_hash};
use crate::hash::Hash;
use crate::limits::TREE_SIZE_MAX;

/// The partial tiles at the right edge of a tree of known size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// By level; each holds fewer than 256 hashes.
    edge: Vec<Vec<Hash>>,
}

impl Default for Frontier {
    fn default() -> Self {
        Self {
            size: 0,
            edge: vec![Vec::new(); usize::from(TILE_LEVELS)],
        }
    }
}

impl Frontier {
    /// Reads the right edge of a tree of `size` leaves. The caller compares [`Frontier::root`] with a root it trusts.
    ///
    /// # Errors
    /// A tile that cannot be read, is missing or has the wrong length.
    pub fn load<R: TileReader>(reader: &R, size: u64) -> Result<Self, TreeError<R::Error>> {
        if size > TREE_SIZE_MAX {
            return Err(TreeError::TooLarge(size));
        }
        let mut frontier = Self {
            size,
            ..Self::default()
        };
        for level in 0..TILE_LEVELS {
            let index = subtrees_at(level, size) >> TILE_HEIGHT;
            // A full last tile is no part of the edge: the next leaf opens a new one.
            let Some(width) = width_at(level, index, size) else {
                continue;
            };
            let id = TileId { level, index, width };
            let bytes = reader
                .tile(id)
                .map_err(TreeError::Read)?
                .ok_or(TreeError::MissingTile(id))?;
            frontier.edge[usize::from(level)] = hashes_of(&bytes, width).ok_or(TreeError::BadTile(id))?;
        }
        Ok(frontier)
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree.
    pub fn root(&self) -> Hash {
        // The edge holds the tree's complete subtrees from right to left; RFC 6962 joins them from the right.
        let mut root: Option<Hash> = None;
        for hashes in &self.edge {
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                let width = 1 << rest.len().trailing_zeros();
                let (left, subtree) = rest.split_at(rest.len() - width);
                let subtree = fold_complete(subtree).expect("invariant: the width is a power of two");
                root = Some(root.map_or(subtree, |right| node_hash(&subtree, &right)));
                rest = left;
            }
        }
        root.unwrap_or_else(empty_root)
    }

    /// Appends leaves and returns the tiles that changed, each as it is now, in order of level and index.
    ///
    /// # Errors
    /// [`TreeFull`] past 2^62 leaves; then nothing was appended.
    pub fn append(&mut self, leaves: &[Hash]) -> Result<Vec<Tile>, TreeFull> {
        let grown = self
            .size
            .checked_add(leaves.len() as u64)
            .filter(|size| *size <= TREE_SIZE_MAX);
        let grown = grown.ok_or(TreeFull)?;
        let mut changed = BTreeMap::new();
        for (nth, leaf) in leaves.iter().enumerate() {
            self.push(0, self.size + nth as u64, *leaf, &mut changed);
        }
        self.size = grown;
        let before = grown - leaves.len() as u64;
        for (level, hashes) in (0..TILE_LEVELS).zip(&self.edge) {
            let is_touched = subtrees_at(level, before) != subtrees_at(level, grown);
            let index = subtrees_at(level, grown) >> TILE_HEIGHT;
            if is_touched && let Some(tile) = Tile::from_hashes(level, index, hashes) {
                changed.insert((level, index), tile);
            }
        }
        Ok(changed.into_values().collect())
    }

    /// Puts subtree root `position` of `level` at the edge; a tile that fills up is finished and its root goes one level up.
    fn push(&mut self, level: u8, position: u64, hash: Hash, finished: &mut BTreeMap<(u8, u64), Tile>) {
        let Some(edge) = self.edge.get_mut(usize::from(level)) else {
            return; // Unreachable below TREE_SIZE_MAX: eight levels hold 2^64 leaves.
        };
        edge.push(hash);
        if edge.len() < usize::from(TILE_WIDTH) {
            return;
        }
        let full = std::mem::take(edge);
        let index = position >> TILE_HEIGHT;
        let root = fold_complete(&full).expect("invariant: a full tile has 256 hashes");
        if let Some(tile) = Tile::from_hashes(level, index, &full) {
            finished.insert((level, index), tile);
        }
        self.push(level + 1, index, root, finished);
    }
}

/// The tree has as many leaves as it can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tree is full")]
pub struct TreeFull;

/// A frontier knows every partial tile of its tree, which is what a proof from its own size needs of the past.
impl TileReader for Frontier {
    type Error = std::convert::Infallible;

    fn tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Self::Error> {
        let edge_index = subtrees_at(id.level, self.size) >> TILE_HEIGHT;
        let hashes = self
            .edge
            .get(usize::from(id.level))
            .filter(|_| id.index == edge_index);
        Ok(hashes
            .and_then(|h| h.get(..usize::from(id.width)))
            .map(|h| h.iter().flat_map(|x| x.0).collect()))
    }
}

/// Appends leaf hashes to a tree of `size` leaves read from `reader`: the new root and the tiles that changed.
///
/// # Errors
/// The tiles of the right edge cannot be read or have the wrong length, or the tree is full.
pub fn append<R: TileReader>(
    reader: &R,
    size: u64,
    leaves: &[Hash],
) -> Result<(Hash, Vec<Tile>), TreeError<R::Error>> {
    let mut frontier = Frontier::load(reader, size)?;
    let tiles = frontier
        .append(leaves)
        .map_err(|TreeFull| TreeError::TooLarge(u64::MAX))?;
    Ok((frontier.root(), tiles))
}
