//! Showing (查看): everything that is known of one invoice.

use invoice::{Digest, Fault, FieldName, Format, InvoiceKey, InvoiceNumber, InvoiceReading, SignatureFacts};
use ledger::fact::Fact;
use serde::Serialize;
use store::rows::RenditionRow;
use store::{Find, InvoiceDetail, OutcomeKind};

use crate::error::SiteError;
use crate::find::InvoiceRow;
use crate::machine::china_time;
use crate::site::Site;

/// What a number, or part of one, led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// One invoice.
    One(Box<InvoiceView>),
    /// More than one; the first are listed.
    Several(Vec<InvoiceRow>),
    /// None.
    None,
}

/// An invoice with its originals and its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceView {
    /// The row, as lists show it.
    pub row: InvoiceRow,
    /// Other keys of it.
    pub aliases: Vec<InvoiceKey>,
    /// Each original that shows it, most telling form first.
    pub renditions: Vec<Rendition>,
    /// The fields of which the originals do not say the same (`W201`).
    pub conflicts: Vec<Conflict>,
    /// What happened, in the order of the ledger.
    pub timeline: Vec<Step>,
}

/// One original of an invoice, as it was read and checked when it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendition {
    /// The entry that recorded it.
    pub index: u64,
    /// SHA-256 of the original.
    pub digest: Digest,
    /// The form of the file.
    pub format: Format,
    /// The name it came under.
    pub name: String,
    /// What it says of this invoice.
    pub invoice: InvoiceReading,
    /// What is wrong with it, faults of the file included.
    pub faults: Vec<Fault>,
    /// What its signatures show.
    pub signatures: Option<SignatureFacts>,
}

/// A field of which the originals of one invoice do not say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The field.
    pub field: FieldName,
    /// What each original says that says anything: its place among the renditions, from 0, and the value.
    pub said: Vec<(usize, String)>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When, in China: `2026-03-01 12:00:00`.
    pub time: String,
    /// The entry that says so.
    pub index: u64,
    /// What, in Chinese.
    pub zh: String,
    /// What, in English.
    pub en: String,
}

/// How many invoices are listed where a number fits several.
const SEVERAL_MAX: u32 = 20;

impl Site {
    /// Looks an invoice up by its number: 20 digits, `CODE-NUMBER`, an alias, or any part of a number.
    ///
    /// # Errors
    /// What the store reports.
    pub fn look_up(&self, number: &str) -> Result<Lookup, SiteError> {
        let details = self.details_of(number)?;
        match details {
            Details::One(detail) => Ok(Lookup::One(Box::new(self.view(*detail)?))),
            Details::Several(rows) => Ok(Lookup::Several(rows)),
            Details::None => Ok(Lookup::None),
        }
    }

    pub(crate) fn details_of(&self, number: &str) -> Result<Details, SiteError> {
        if let Some(key) = whole_number(number)
            && let Some(detail) = self.store().invoice(&key)?
        {
            return Ok(Details::One(Box::new(detail)));
        }
        let part: String = number.chars().filter(char::is_ascii_digit).collect();
        if part.len() < 2 {
            return Ok(Details::None);
        }
        let find = Find {
            number: Some(part),
            limit: SEVERAL_MAX,
            ..Find::default()
        };
        let mut rows = self.store().find(&find)?.rows;
        match rows.len() {
            0 => Ok(Details::None),
            1 => Ok(self
                .store()
                .invoice(&rows.remove(0).key)?
                .map_or(Details::None, |d| Details::One(Box::new(d)))),
            _ => Ok(Details::Several(rows.into_iter().map(InvoiceRow::from).collect())),
        }
    }

    fn view(&self, detail: InvoiceDetail) -> Result<InvoiceView, SiteError> {
        let mut renditions = Vec::new();
        for row in &detail.renditions {
            renditions.extend(self.rendition(row)?);
        }
        renditions.sort_by_key(|rendition| (rendition.format, rendition.index));
        let id = detail.record.row.id;
        let aliases = detail
            .record
            .keys
            .into_iter()
            .filter(|key| *key != detail.record.row.key)
            .collect();
        let mut timeline = Vec::new();
        for outcome in self.store().timeline(id)? {
            let Some(entry) = self.entry(outcome.index)? else {
                continue;
            };
            let (zh, en) = match outcome.kind {
                OutcomeKind::Stored => ("入库", "recorded"),
                OutcomeKind::Duplicate => ("再次送来同一文件", "the same file handed in again"),
                OutcomeKind::Rejected => ("退回", "rejected"),
            };
            timeline.push(Step {
                time: china_time(entry.entry.time_received),
                index: outcome.index,
                zh: format!("{zh}：{}（第 {} 次到达）", outcome.name, outcome.arrival),
                en: format!("{en}: {} (arrival {})", outcome.name, outcome.arrival),
            });
        }
        // Each original was recorded at some time: a timeline that does not say so lost a step.
        if let Some(row) = detail
            .renditions
            .iter()
            .find(|row| !timeline.iter().any(|step| step.index == row.index))
        {
            return Err(SiteError::Damaged {
                path: format!("timeline of {}", detail.record.row.key),
                why: format!("the recording at entry {} is gone", row.index),
            });
        }
        Ok(InvoiceView {
            conflicts: conflicts(&detail.record.faults, &renditions),
            row: detail.record.row.into(),
            aliases,
            renditions,
            timeline,
        })
    }

    /// The reading behind a rendition, from the payload. `None` where the payload is of a kind not known here.
    fn rendition(&self, row: &RenditionRow) -> Result<Option<Rendition>, SiteError> {
        let Some(Fact::OriginalStored(mut stored)) = self.fact(row.index)? else {
            return Ok(None);
        };
        let place = usize::from(row.place);
        if place >= stored.reading.invoices.len() {
            return Ok(None);
        }
        let invoice = stored.reading.invoices.swap_remove(place);
        let mut faults = stored.verdict.invoices.get(place).cloned().unwrap_or_default();
        faults.extend(stored.verdict.file);
        Ok(Some(Rendition {
            index: row.index,
            digest: row.digest,
            format: row.format,
            name: stored.name,
            invoice,
            faults,
            signatures: stored.reading.signatures,
        }))
    }
}

/// The contradictions that the rows were flagged with, in the words of the originals.
fn conflicts(faults: &[store::rows::FaultRow], renditions: &[Rendition]) -> Vec<Conflict> {
    let fields = [
        FieldName::Date,
        FieldName::SellerName,
        FieldName::SellerTaxId,
        FieldName::BuyerName,
        FieldName::BuyerTaxId,
        FieldName::Amount,
        FieldName::Tax,
        FieldName::Total,
    ];
    let is_flagged = |field: &FieldName| {
        faults
            .iter()
            .any(|fault| fault.code == store::rows::RENDITIONS_DIFFER.code && fault.path == field.as_str())
    };
    let said = |field: FieldName| {
        let value = |(at, rendition): (usize, &Rendition)| {
            Some((at, rendition.invoice.fields.value(field)?.to_owned()))
        };
        renditions.iter().enumerate().filter_map(value).collect()
    };
    fields
        .into_iter()
        .filter(is_flagged)
        .map(|field| Conflict {
            field,
            said: said(field),
        })
        .collect()
}

/// What a number led to, before it is made presentable.
pub(crate) enum Details {
    One(Box<InvoiceDetail>),
    Several(Vec<InvoiceRow>),
    None,
}

/// The key of a number written whole: 20 digits, or code and number with anything but digits between them.
fn whole_number(text: &str) -> Option<InvoiceKey> {
    let groups: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    match groups.as_slice() {
        // A code of 10 digits and a number of 8 without anything between them.
        [number] if number.len() == 18 => {
            let (code, rest) = number.split_at(10);
            InvoiceNumber::new(Some(code), rest).map(|n| n.key())
        }
        [number] => InvoiceNumber::new(None, number).map(|n| n.key()),
        [code, number] => InvoiceNumber::new(Some(code), number).map(|n| n.key()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(whole_number(text).map(|key| key.0).as_deref(), expect, "{text}");
    }

    #[test]
    fn numbers_as_people_write_them() {
        check("24112000000048542163", Some("U:24112000000048542163"));
        check("050001700111-12235358", Some("L:050001700111:12235358"));
        check("050001700111 12235358", Some("L:050001700111:12235358"));
        check("L:050001700111:12235358", Some("L:050001700111:12235358"));
        check("110009414087654321", Some("L:1100094140:87654321"));
        check("12235358", None);
        check("", None);
    }
}
