//! Finding (查找): filters in, a page of rows out.
//!
//! Lists are paged by key, not by offset: newest issue date first, then newest recorded. The cursor names the last row
//! seen, so that rows recorded meanwhile neither shift nor repeat the pages.

use std::fmt;
use std::str::FromStr;

use invoice::{Cents, Date, InvoiceKind};
use serde::Serialize;

use crate::rows::{InvoiceId, InvoiceRow};

/// What is looked for. Everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Find {
    /// Words or digits, separated by spaces: each is found in numbers, names, taxpayer numbers or items.
    pub text: Option<String>,
    /// Part of the number or code.
    pub number: Option<String>,
    /// Of this kind.
    pub kind: Option<InvoiceKind>,
    /// Issued on this day or later.
    pub date_from: Option<Date>,
    /// Issued on this day or earlier.
    pub date_until: Option<Date>,
    /// Total (价税合计) at least.
    pub total_min: Option<Cents>,
    /// Total at most.
    pub total_max: Option<Cents>,
    /// With a fault of this code.
    pub fault: Option<String>,
    /// The seller's taxpayer number, or part of its name.
    pub seller: Option<String>,
    /// The buyer's taxpayer number, or part of its name.
    pub buyer: Option<String>,
    /// Only red-letter invoices, or only others.
    pub red_letter: Option<bool>,
    /// Rows on a page; 0 means the largest page there is.
    pub limit: u32,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Whether to count and sum everything that fits, on all pages.
    pub with_totals: bool,
}

impl Find {
    /// Rows on a page.
    pub(crate) fn page_rows(&self) -> u32 {
        use crate::limits::PAGE_ROWS_MAX;
        if self.limit == 0 {
            PAGE_ROWS_MAX
        } else {
            self.limit.min(PAGE_ROWS_MAX)
        }
    }
}

/// A page of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Newest first.
    pub rows: Vec<InvoiceRow>,
    /// Where to go on; `None` on the last page.
    pub next: Option<Cursor>,
    /// Over all pages, if asked for.
    pub totals: Option<Totals>,
}

/// Count and sum of what fits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// How many invoices.
    pub count: u64,
    /// Sum of their totals (价税合计); an invoice without one counts as zero.
    pub total: Cents,
}

/// The last row of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Its issue date.
    pub date: Option<Date>,
    /// Its id.
    pub id: InvoiceId,
}

impl Cursor {
    pub(crate) fn of(row: &InvoiceRow) -> Self {
        Self {
            date: row.date,
            id: row.id,
        }
    }

    /// Where the row stands in lists, as one number: the newest date has the largest, rows without one the smallest, and
    /// of one date the one recorded last. Days are told apart from 1990 to 2169, 2^31 entries deep.
    pub(crate) fn list_order(&self) -> i64 {
        (list_day(self.date) << ID_BITS) | i64::try_from(self.id.0).unwrap_or(i64::MAX) & ID_MASK
    }
}

/// Bits of an id in the order of lists.
pub(crate) const ID_BITS: u32 = 47;
/// An id, out of the order of lists.
pub(crate) const ID_MASK: i64 = (1 << ID_BITS) - 1;

/// Days since 1989-12-31, from 1 to 65535; 0 without a date.
pub(crate) fn list_day(date: Option<Date>) -> i64 {
    const EPOCH: Date = Date::constant(1989, 12, 31);
    date.map_or(0, |date| i64::from((date - EPOCH).get_days()).clamp(1, 65_535))
}

/// `2026-03-01.65536`; the caller passes it through without looking into it.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date.map(|date| date.to_string()).unwrap_or_default();
        write!(f, "{date}.{}", self.id.0)
    }
}

/// The text is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of a list")]
pub struct BadCursor;

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (date, id) = text.rsplit_once('.').ok_or(BadCursor)?;
        let date = match date {
            "" => None,
            date => Some(date.parse().map_err(|_| BadCursor)?),
        };
        Ok(Self {
            date,
            id: InvoiceId(id.parse().map_err(|_| BadCursor)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_the_order_of_days() {
        let order = |date, id| {
            Cursor {
                date,
                id: InvoiceId(id),
            }
            .list_order()
        };
        let day = |year, month, day| Some(Date::constant(year, month, day));
        let ordered = [
            order(None, 7),
            order(day(1, 1, 1), 1),
            order(day(1989, 12, 31), 2),
            order(day(1990, 1, 2), 1),
            order(day(2024, 2, 29), 5),
            order(day(2024, 3, 1), 4),
            order(day(2024, 3, 1), 5),
            order(day(9999, 12, 31), 1),
        ];
        assert!(ordered.is_sorted_by(|one, other| one < other), "{ordered:?}");
        assert_eq!(order(day(2024, 3, 1), 5) & ID_MASK, 5);
    }

    #[test]
    fn cursors_survive_their_text() {
        for date in [None, Some(Date::constant(2026, 3, 1))] {
            let cursor = Cursor {
                date,
                id: InvoiceId(65_537),
            };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        assert_eq!("".parse::<Cursor>(), Err(BadCursor));
        assert_eq!("x.1".parse::<Cursor>(), Err(BadCursor));
    }
}
