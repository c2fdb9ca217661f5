//! The sum of a row: the last column of each table of rows, over all columns before it.
//!
//! SQLite's pages carry no checksums. A bit that tips over on the disk makes another amount, another name, and nothing
//! in the engine notices. So a row carries a sum of its own, and a row that does not add up is never read out: whoever
//! asks gets an error that says so. It guards against accidents alone, for anybody can compute it; against intent there
//! is verifying, which compares each row with the ledger.
//!
//! The sum is the first eight bytes of SHA-256, little-endian, over each value in turn: a byte for its type (0 null,
//! 1 integer, 2 text, 3 blob) and its integer, or its length and bytes; integers and lengths are eight bytes, little-endian.

use rusqlite::Row;
use rusqlite::types::{Type, Value, ValueRef};

/// The values of a row with their sum at the end.
pub(super) fn summed(mut values: Vec<Value>) -> Vec<Value> {
    let sum = sum(values.iter().map(ValueRef::from));
    values.push(Value::Integer(sum));
    values
}

/// Refuses a row whose sum, in column `columns`, is not that of the columns before it.
pub(super) fn check(row: &Row<'_>, columns: usize) -> rusqlite::Result<()> {
    let values = (0..columns)
        .map(|column| row.get_ref(column))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    if row.get::<_, i64>(columns)? == sum(values) || twin::is_on("rows_served_unchecked") {
        return Ok(());
    }
    Err(broken("a row does not add up: it was damaged or altered"))
}

/// The error of a row that is not as it was written.
pub(super) fn broken(why: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Integer, why.into())
}

fn sum<'a>(values: impl IntoIterator<Item = ValueRef<'a>>) -> i64 {
    let mut bytes = Vec::with_capacity(512);
    for value in values {
        let (kind, number, rest): (u8, i64, &[u8]) = match value {
            ValueRef::Null => (0, 0, &[]),
            ValueRef::Integer(number) => (1, number, &[]),
            // No table of ours holds one; its bits stand for it.
            ValueRef::Real(real) => (4, i64::from_le_bytes(real.to_le_bytes()), &[]),
            ValueRef::Text(text) => (2, length(text), text),
            ValueRef::Blob(blob) => (3, length(blob), blob),
        };
        bytes.push(kind);
        bytes.extend(number.to_le_bytes());
        bytes.extend(rest);
    }
    let [a, b, c, d, e, f, g, h, ..] = invoice::Digest::of(&bytes).0;
    i64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn length(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sums are in databases: they must be computed the same for ever.
    #[test]
    fn the_sum_of_a_row_holds_for_ever() {
        let row = [
            ValueRef::Null,
            ValueRef::Integer(-1),
            ValueRef::Text("票".as_bytes()),
            ValueRef::Blob(&[7]),
        ];
        let mut bytes = vec![0; 9];
        bytes.push(1);
        bytes.extend([255; 8]);
        bytes.extend([2, 3, 0, 0, 0, 0, 0, 0, 0, 0xe7, 0xa5, 0xa8]);
        bytes.extend([3, 1, 0, 0, 0, 0, 0, 0, 0, 7]);
        let head: [u8; 8] = invoice::Digest::of(&bytes).0[..8].try_into().unwrap();
        assert_eq!(sum(row), i64::from_le_bytes(head));
        // A text that moves from one column into the next makes another sum.
        let (one, other) = (
            [ValueRef::Text(b"ab"), ValueRef::Text(b"")],
            [ValueRef::Text(b"a"), ValueRef::Text(b"b")],
        );
        assert_ne!(sum(one), sum(other));
    }
}
