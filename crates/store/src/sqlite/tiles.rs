//! Tiles in SQLite: one growing value for each level and index.

use ledger::merkle::Tile;
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::int;

pub(super) fn tile(db: &Connection, level: u8, index: u64) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = db.prepare_cached("SELECT bytes FROM tile WHERE level = ?1 AND idx = ?2")?;
    statement
        .query_row((level, int(index)), |row| row.get(0))
        .optional()
}

/// A wider tile replaces the narrower one that is its beginning.
pub(super) fn put(tx: &Transaction<'_>, tiles: &[Tile]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO tile (level, idx, bytes) VALUES (?1, ?2, ?3)
        ON CONFLICT (level, idx) DO UPDATE SET bytes = excluded.bytes";
    let mut statement = tx.prepare_cached(sql)?;
    for tile in tiles {
        statement.execute((tile.id.level, int(tile.id.index), &tile.bytes))?;
    }
    Ok(())
}
