//! Tiles (C2SP tlog-tiles): 256 hashes of one level, side by side. The last tile of a level may be partial.
//!
//! Tile `index` of level `l` holds the roots of complete subtrees of 256^l leaves each. A partial tile is a prefix of the
//! full one, so a store may keep one growing value per (level, index) and cut it to the width asked for.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::limits::TREE_SIZE_MAX;

/// Hashes in a full tile.
pub const TILE_WIDTH: u16 = 256;
/// Levels of a tile: 2^8 = 256 hashes.
pub const TILE_HEIGHT: u32 = 8;
/// Levels that a tree of [`TREE_SIZE_MAX`] leaves can have.
pub const TILE_LEVELS: u8 = 8;

/// Names a tile and the width wanted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 holds leaf hashes.
    pub level: u8,
    /// Position within the level.
    pub index: u64,
    /// Hashes wanted: 1 to 256.
    pub width: u16,
}

/// A tile with its content: `width` hashes of 32 bytes each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// Which tile.
    pub id: TileId,
    /// The hashes, concatenated.
    pub bytes: Vec<u8>,
}

/// Where tiles are read from: a database, a folder, a web server.
pub trait TileReader {
    /// Why a read failed (not: the tile is missing).
    type Error: std::error::Error + 'static;

    /// The first `id.width` hashes of the tile, or `None` if there are fewer.
    ///
    /// # Errors
    /// Only when the place cannot be read.
    fn tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Self::Error>;
}

impl TileId {
    /// The tile that holds subtree root `position` of `level` in a tree of `size` leaves, as wide as it is at that size.
    pub(crate) fn holding(level: u8, position: u64, size: u64) -> Option<Self> {
        let index = position >> TILE_HEIGHT;
        let width = width_at(level, index, size)?;
        Some(Self { level, index, width })
    }

    /// Whether all 256 hashes are wanted.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }
}

/// Complete subtrees of 256^level leaves in a tree of `size` leaves.
pub(crate) fn subtrees_at(level: u8, size: u64) -> u64 {
    size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0)
}

/// Width of a tile in a tree of `size` leaves; `None` if it has no such tile.
pub(crate) fn width_at(level: u8, index: u64, size: u64) -> Option<u16> {
    if level >= TILE_LEVELS || size > TREE_SIZE_MAX {
        return None;
    }
    let roots = subtrees_at(level, size);
    let before = index.checked_mul(u64::from(TILE_WIDTH))?;
    let width = roots.checked_sub(before)?.min(u64::from(TILE_WIDTH));
    u16::try_from(width).ok().filter(|width| *width > 0)
}

/// The path of the specification: `tile/<level>/<index in groups of three>[.p/<width>]`.
impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        let mut groups = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        groups.reverse();
        f.write_str(&groups.join("/"))?;
        if !self.is_full() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// The text is not a tile path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a tile path: {0:?}")]
pub struct BadTilePath(pub String);

impl FromStr for TileId {
    type Err = BadTilePath;

    fn from_str(path: &str) -> Result<Self, BadTilePath> {
        let id = parse(path).ok_or_else(|| BadTilePath(path.to_owned()))?;
        // One tile, one path: leading zeros and other spellings are refused by comparing with our own.
        if id.to_string() == path {
            Ok(id)
        } else {
            Err(BadTilePath(path.to_owned()))
        }
    }
}

fn parse(path: &str) -> Option<TileId> {
    let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let level = level.parse().ok().filter(|level| *level < TILE_LEVELS)?;
    let (groups, width) = match rest.split_once(".p/") {
        Some((groups, width)) => (
            groups,
            width.parse().ok().filter(|w| (1..TILE_WIDTH).contains(w))?,
        ),
        None => (rest, TILE_WIDTH),
    };
    let mut index: u64 = 0;
    for group in groups.split('/') {
        let digits: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index = index.checked_mul(1000)?.checked_add(digits)?;
    }
    Some(TileId { level, index, width })
}

impl Tile {
    /// Puts hashes side by side.
    pub(crate) fn from_hashes(level: u8, index: u64, hashes: &[Hash]) -> Option<Self> {
        let width = u16::try_from(hashes.len())
            .ok()
            .filter(|w| (1..=TILE_WIDTH).contains(w))?;
        let bytes = hashes.iter().flat_map(|hash| hash.0).collect();
        Some(Self {
            id: TileId { level, index, width },
            bytes,
        })
    }
}

/// The hashes of a tile's bytes; `None` if the length is not exactly `width` hashes.
pub(crate) fn hashes_of(bytes: &[u8], width: u16) -> Option<Vec<Hash>> {
    if bytes.len() != usize::from(width) * 32 {
        return None;
    }
    bytes.chunks_exact(32).map(Hash::from_slice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(level: u8, index: u64, width: u16, path: &str) {
        let id = TileId { level, index, width };
        assert_eq!(id.to_string(), path);
        assert_eq!(path.parse(), Ok(id));
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        check(0, 0, 256, "tile/0/000");
        check(1, 0, 1, "tile/1/000.p/1");
        check(0, 1_234, 5, "tile/0/x001/234.p/5");
        check(0, 1_234_067, 256, "tile/0/x001/x234/067");
        check(3, 999, 255, "tile/3/999.p/255");
    }

    #[test]
    fn other_spellings_of_a_path_are_refused() {
        for bad in [
            "",
            "tile/0",
            "tile/0/",
            "tile/00/000",
            "tile/0/0",
            "tile/0/001/234",
            "tile/0/x000/001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/9/000",
            "tile/-1/000",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(bad.parse::<TileId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn width_follows_the_size_of_the_tree() {
        assert_eq!(width_at(0, 0, 0), None);
        assert_eq!(width_at(0, 0, 255), Some(255));
        assert_eq!(width_at(1, 0, 255), None);
        assert_eq!(width_at(1, 0, 256), Some(1));
        assert_eq!(width_at(0, 1, 256), None);
        assert_eq!(width_at(0, 1, 257), Some(1));
        assert_eq!(width_at(2, 0, 70_000), Some(1));
        assert_eq!(width_at(8, 0, 70_000), None);
    }
}
