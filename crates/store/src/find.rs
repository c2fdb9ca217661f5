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

    /// The date as it is ordered by: rows without one come last.
    pub(crate) fn date_text(&self) -> String {
        self.date.map(|date| date.to_string()).unwrap_or_default()
    }
}

/// `2026-03-01.65536`; the caller passes it through without looking into it.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.date_text(), self.id.0)
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
