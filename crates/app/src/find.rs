//! Finding (查找): words and filters in, rows out, a page at a time.

use invoice::{Cents, Date, InvoiceKind, Severity};
use serde::Serialize;
use store::{Cursor, Find};

use crate::error::SiteError;
use crate::site::Site;

/// What is looked for. Everything given must hold.
#[derive(Debug, Clone, Default)]
pub struct FindWords {
    /// Words or digits: matched in numbers, names and items.
    pub words: Vec<String>,
    /// Issued on this day or later.
    pub from: Option<Date>,
    /// Issued on this day or earlier.
    pub until: Option<Date>,
    /// Total at least.
    pub total_min: Option<Cents>,
    /// Total at most.
    pub total_max: Option<Cents>,
    /// Of this kind.
    pub kind: Option<InvoiceKind>,
    /// With this fault.
    pub fault: Option<String>,
    /// How many on a page.
    pub limit: u32,
    /// The mark of the page before.
    pub after: Option<String>,
    /// The page alone: counting and summing all that fits takes as long as there is much of it.
    pub page_alone: bool,
}

/// One invoice as lists show it. Amounts are decimal strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceRow {
    /// The key under which it is known.
    pub key: String,
    /// 发票代码, legacy only.
    pub code: Option<String>,
    /// 发票号码.
    pub number: String,
    /// Code of the kind.
    pub kind: Option<String>,
    /// Label of the kind.
    pub kind_label: Option<String>,
    /// 开票日期.
    pub date: Option<String>,
    /// 销售方名称.
    pub seller_name: Option<String>,
    /// 销售方识别号.
    pub seller_tax_id: Option<String>,
    /// 购买方名称.
    pub buyer_name: Option<String>,
    /// 购买方识别号.
    pub buyer_tax_id: Option<String>,
    /// 合计金额.
    pub amount: Option<String>,
    /// 合计税额.
    pub tax: Option<String>,
    /// 价税合计.
    pub total: Option<String>,
    /// Whether it is a red-letter invoice.
    pub red_letter: bool,
    /// How many faults were found.
    pub fault_count: u32,
    /// The worst of them.
    pub worst: Option<Severity>,
    /// Their codes.
    pub fault_codes: Vec<String>,
    /// How many originals of it are kept.
    pub renditions: u32,
}

/// A page of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindPage {
    /// Newest first.
    pub rows: Vec<InvoiceRow>,
    /// The mark to go on from, where there is more.
    pub next: Option<String>,
    /// How many fit in all; 0 where the page alone was asked for, as is the sum.
    pub count: u64,
    /// The sum of their totals.
    pub total: Cents,
}

impl Site {
    /// A page of invoices that fit.
    ///
    /// # Errors
    /// A mark that no page printed, and what the store reports.
    pub fn find(&self, words: &FindWords) -> Result<FindPage, SiteError> {
        let after = words.after.as_deref().map(|mark| {
            mark.parse::<Cursor>().map_err(|_| SiteError::BadMark {
                mark: mark.to_owned(),
            })
        });
        let text = words.words.join(" ");
        if !text.trim().is_empty() && store::grams::wanted(&text).is_empty() {
            // Nothing but punctuation: it is in no text that is searched, and must not stand for "everything".
            return Ok(FindPage::default());
        }
        let found = self.store().find(&Find {
            text: (!text.trim().is_empty()).then_some(text),
            kind: words.kind,
            date_from: words.from,
            date_until: words.until,
            total_min: words.total_min,
            total_max: words.total_max,
            fault: words.fault.clone(),
            limit: words.limit,
            after: after.transpose()?,
            with_totals: !words.page_alone,
            ..Find::default()
        })?;
        let totals = found.totals.unwrap_or_default();
        Ok(FindPage {
            rows: found.rows.into_iter().map(InvoiceRow::from).collect(),
            next: found.next.map(|cursor| cursor.to_string()),
            count: totals.count,
            total: totals.total,
        })
    }
}

impl From<store::InvoiceRow> for InvoiceRow {
    fn from(row: store::InvoiceRow) -> InvoiceRow {
        let yuan = |cents: Option<Cents>| cents.map(|cents| cents.to_string());
        InvoiceRow {
            key: row.key.0,
            code: row.code,
            number: row.number,
            kind: row.kind.map(|kind| kind.code().to_owned()),
            kind_label: row.kind.map(|kind| kind.label().to_owned()),
            date: row.date.map(|date| date.to_string()),
            seller_name: row.seller_name,
            seller_tax_id: row.seller_tax_id,
            buyer_name: row.buyer_name,
            buyer_tax_id: row.buyer_tax_id,
            amount: yuan(row.amount),
            tax: yuan(row.tax),
            total: yuan(row.total),
            red_letter: row.red_letter,
            fault_count: row.fault_count,
            worst: row.worst,
            fault_codes: row.fault_codes,
            renditions: row.renditions,
        }
    }
}
