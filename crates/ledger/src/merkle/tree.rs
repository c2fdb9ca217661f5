//! Roots and proofs of a tree kept as tiles (RFC 6962 §2.1.1, §2.1.2).
//!
//! Tiles are asked for at the width they have at the size in question, so that a store that has grown since, or a
//! folder of partial tiles behind a plain web server, both answer.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::tile::{TILE_HEIGHT, TileId, TileReader, hashes_of};
use super::{empty_root, fold_complete, node_hash};
use crate::hash::Hash;
use crate::limits::TREE_SIZE_MAX;

/// Why a root or a proof cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError<E> {
    /// The place the tiles are in cannot be read.
    #[error("a tile cannot be read")]
    Read(#[source] E),
    /// A tile that a tree of this size has is not there.
    #[error("{0} is missing")]
    MissingTile(TileId),
    /// A tile has the wrong length.
    #[error("{0} has the wrong length")]
    BadTile(TileId),
    /// More leaves than a tree can have.
    #[error("a tree cannot have {0} leaves")]
    TooLarge(u64),
    /// The tree of `size` leaves has no such leaf, or no such earlier size.
    #[error("{asked} lies outside a tree of {size} leaves")]
    OutOfRange {
        /// The index or earlier size asked for.
        asked: u64,
        /// Size of the tree.
        size: u64,
    },
}

/// Root of the tree's first `size` leaves.
///
/// # Errors
/// See [`TreeError`].
pub fn root_at<R: TileReader>(reader: &R, size: u64) -> Result<Hash, TreeError<R::Error>> {
    if size == 0 {
        return Ok(empty_root());
    }
    Tree::new(reader, size)?.range(0, size)
}

/// The audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upwards (RFC 6962 §2.1.1).
///
/// # Errors
/// See [`TreeError`].
pub fn inclusion_proof<R: TileReader>(
    reader: &R,
    size: u64,
    index: u64,
) -> Result<Vec<Hash>, TreeError<R::Error>> {
    if index >= size {
        return Err(TreeError::OutOfRange { asked: index, size });
    }
    let tree = Tree::new(reader, size)?;
    let mut path = Vec::new();
    let (mut low, mut high) = (0, size);
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            path.push(tree.range(middle, high)?);
            high = middle;
        } else {
            path.push(tree.range(low, middle)?);
            low = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Proof that the tree of `old_size` leaves is a prefix of the tree of `size` leaves (RFC 6962 §2.1.2).
///
/// Empty when nothing needs proving: the sizes are equal or the old tree is empty.
///
/// # Errors
/// See [`TreeError`].
pub fn consistency_proof<R: TileReader>(
    reader: &R,
    old_size: u64,
    size: u64,
) -> Result<Vec<Hash>, TreeError<R::Error>> {
    if old_size > size {
        return Err(TreeError::OutOfRange {
            asked: old_size,
            size,
        });
    }
    if old_size == 0 || old_size == size {
        return Ok(Vec::new());
    }
    let tree = Tree::new(reader, size)?;
    let mut path = Vec::new();
    let (mut low, mut high) = (0, size);
    while high != old_size {
        let middle = low + split(high - low);
        if old_size <= middle {
            path.push(tree.range(middle, high)?);
            high = middle;
        } else {
            path.push(tree.range(low, middle)?);
            low = middle;
        }
    }
    // The old tree's own rightmost subtree; its verifier already has it when it is the whole old tree.
    if low > 0 {
        path.push(tree.range(low, high)?);
    }
    path.reverse();
    Ok(path)
}

/// Largest power of two smaller than `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (u64::BITS - 1 - (count - 1).leading_zeros())
}

/// A tree of fixed size; remembers the tiles it has read.
struct Tree<'a, R> {
    reader: &'a R,
    size: u64,
    tiles: RefCell<BTreeMap<TileId, Vec<Hash>>>,
}

impl<'a, R: TileReader> Tree<'a, R> {
    fn new(reader: &'a R, size: u64) -> Result<Self, TreeError<R::Error>> {
        if size > TREE_SIZE_MAX {
            return Err(TreeError::TooLarge(size));
        }
        Ok(Self {
            reader,
            size,
            tiles: RefCell::default(),
        })
    }

    /// Hash of the leaves `low..high`, which is a range that RFC 6962 splits to: `low` is a multiple of every complete
    /// subtree in it.
    fn range(&self, low: u64, high: u64) -> Result<Hash, TreeError<R::Error>> {
        let mut start = low;
        let mut lefts = Vec::new();
        while !(high - start).is_power_of_two() {
            let width = split(high - start);
            lefts.push(self.complete(start, width)?);
            start += width;
        }
        let last = self.complete(start, high - start)?;
        Ok(lefts
            .iter()
            .rev()
            .fold(last, |right, left| node_hash(left, &right)))
    }

    /// Root of the complete subtree of `width` (a power of two) leaves that starts at leaf `start`.
    fn complete(&self, start: u64, width: u64) -> Result<Hash, TreeError<R::Error>> {
        let height = width.trailing_zeros();
        let level = height / TILE_HEIGHT;
        let in_tile_height = height % TILE_HEIGHT;
        let position = start >> (TILE_HEIGHT * level);
        let out_of_range = TreeError::OutOfRange {
            asked: start,
            size: self.size,
        };
        let level = u8::try_from(level).map_err(|_| TreeError::TooLarge(self.size))?;
        let Some(id) = TileId::holding(level, position, self.size) else {
            return Err(out_of_range);
        };
        self.with_tile(id, |hashes| {
            let first = usize::try_from(position % 256).ok()?;
            fold_complete(hashes.get(first..first + (1 << in_tile_height))?)
        })?
        .ok_or(out_of_range)
    }

    fn with_tile<T>(&self, id: TileId, read: impl Fn(&[Hash]) -> T) -> Result<T, TreeError<R::Error>> {
        if let Some(hashes) = self.tiles.borrow().get(&id) {
            return Ok(read(hashes));
        }
        let bytes = self
            .reader
            .tile(id)
            .map_err(TreeError::Read)?
            .ok_or(TreeError::MissingTile(id))?;
        let hashes = hashes_of(&bytes, id.width).ok_or(TreeError::BadTile(id))?;
        let value = read(&hashes);
        self.tiles.borrow_mut().insert(id, hashes);
        Ok(value)
    }
}
