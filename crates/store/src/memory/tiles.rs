//! Tiles in memory.

use ledger::merkle::Tile;

use super::State;

pub(super) fn tile(state: &State, level: u8, index: u64) -> Option<Vec<u8>> {
    state.tiles.get(&(level, index)).cloned()
}

pub(super) fn put(state: &mut State, tiles: &[Tile]) {
    for tile in tiles {
        state
            .tiles
            .insert((tile.id.level, tile.id.index), tile.bytes.clone());
    }
}
