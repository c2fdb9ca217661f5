//! Finding in memory: every invoice is looked at.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use invoice::{Cents, Digest, canonical_name};

use super::Rows;
use crate::find::{Cursor, Find, Found, Totals};
use crate::grams::{Wanted, is_found, wanted};
use crate::rows::{InvoiceDetail, InvoiceId, InvoiceRow, OutcomeRow};

pub(super) fn find(rows: &Rows, find: &Find) -> Found {
    let words = find.text.as_deref().map(wanted).unwrap_or_default();
    let numbers = find.number.as_deref().map(wanted).unwrap_or_default();
    let fits = |detail: &&InvoiceDetail| {
        fits(find, &detail.record.row)
            && find
                .fault
                .as_ref()
                .is_none_or(|code| detail.record.faults.iter().any(|f| f.code == *code))
            && fits_text(detail, &words, &numbers)
    };
    let mut fitting: Vec<&InvoiceRow> = rows
        .invoices
        .values()
        .filter(fits)
        .map(|d| &d.record.row)
        .collect();
    fitting.sort_by_cached_key(|row| Reverse(Cursor::of(row).list_order()));
    let totals = find.with_totals.then(|| Totals {
        count: fitting.len() as u64,
        total: fitting.iter().filter_map(|row| row.total).sum::<Cents>(),
    });
    if let Some(after) = &find.after {
        fitting.retain(|row| Cursor::of(row).list_order() < after.list_order());
    }
    let limit = find.page_rows() as usize;
    let has_more = fitting.len() > limit;
    let rows: Vec<InvoiceRow> = fitting.into_iter().take(limit).cloned().collect();
    let next = rows.last().filter(|_| has_more).map(Cursor::of);
    Found { rows, next, totals }
}

fn fits(find: &Find, row: &InvoiceRow) -> bool {
    let party = |wanted: &Option<String>, tax_id: &Option<String>, name: &Option<String>| {
        wanted.as_ref().is_none_or(|wanted| {
            tax_id.as_deref() == Some(wanted.trim())
                || name
                    .as_ref()
                    .is_some_and(|name| name.contains(&canonical_name(wanted)))
        })
    };
    find.kind.is_none_or(|kind| row.kind == Some(kind))
        && find
            .date_from
            .is_none_or(|from| row.date.is_some_and(|date| date >= from))
        && find
            .date_until
            .is_none_or(|until| row.date.is_some_and(|date| date <= until))
        && find
            .total_min
            .is_none_or(|least| row.total.is_some_and(|total| total >= least))
        && find
            .total_max
            .is_none_or(|most| row.total.is_some_and(|total| total <= most))
        && find
            .red_letter
            .is_none_or(|red_letter| row.red_letter == red_letter)
        && party(&find.seller, &row.seller_tax_id, &row.seller_name)
        && party(&find.buyer, &row.buyer_tax_id, &row.buyer_name)
}

fn fits_text(detail: &InvoiceDetail, words: &[Wanted], numbers: &[Wanted]) -> bool {
    let searched = detail.record.searched();
    let [_, _, own_numbers] = &searched;
    is_found(&searched.concat(), words) && is_found(own_numbers, numbers)
}

pub(super) fn timeline(rows: &Rows, id: InvoiceId) -> Vec<OutcomeRow> {
    let Some(detail) = rows.invoices.get(&id) else {
        return Vec::new();
    };
    // Two invoices of one original share its arrivals, and one invoice may be in an original twice.
    let digests: BTreeSet<Digest> = detail
        .renditions
        .iter()
        .map(|rendition| rendition.digest)
        .collect();
    let arrivals = digests
        .iter()
        .filter_map(|digest| rows.arrivals_of.get(digest))
        .flatten();
    let mut found: Vec<OutcomeRow> = arrivals
        .filter_map(|arrival| rows.outcomes.get(arrival))
        .cloned()
        .collect();
    found.sort_by_key(|outcome| (outcome.index, outcome.arrival));
    found
}
