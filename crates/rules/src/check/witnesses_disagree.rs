//! W101: sources of one file contradict each other about a field that holds one exact value.
//!
//! This is how an altered document is caught: a PDF whose text was edited still carries its QR code, an OFD its
//! attachment. One fault per field, naming both sources with both values.

use invoice::{
    Cents, Decimal, Fault, FaultKind, FieldName, InvoiceKind, Rate, Severity, Witness, canonical_name,
    normalise, parse_cents,
};

use crate::subject::{Subject, is_compared, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "W101",
    severity: Severity::Error,
    title_zh: "同一文件内各来源互相矛盾",
    title_en: "sources in one file contradict each other",
    reason_zh: "版面、附件、二维码对同一要素说法不同，文件可能被改动过，不能据此入账。",
    reason_en: "Text, attachment and QR code say different things of the same field; the file may have been altered and cannot be booked.",
    source: "财会〔2020〕6号第三条（可靠、未被篡改）；GB/T 42965.1-2023",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    // A kind said less exactly is the same kind, unless the two speak of different invoices: the QR code of another
    // invoice would then give its kind to this one.
    let differs = |name| subject.contradiction(name, |a, b| is_same(name, a, b)).is_some();
    let is_of_two = differs(FieldName::Number) || differs(FieldName::Code);
    for name in EXACT {
        let is_same = |a: &Witness, b: &Witness| match (*name, is_of_two) {
            (FieldName::Kind, true) => a.value == b.value,
            _ => is_same(*name, a, b),
        };
        if let Some((one, other)) = subject.contradiction(*name, is_same) {
            faults.push(KIND.at(name.as_str(), of_two(*name, one, other)));
        }
    }
    unnamed_amount(subject, faults);
}

/// Fields that hold one exact value. Free texts are judged by W105.
const EXACT: &[FieldName] = &[
    FieldName::Kind,
    FieldName::Number,
    FieldName::Code,
    FieldName::PaperNumber,
    FieldName::CheckCode,
    FieldName::Date,
    FieldName::SellerName,
    FieldName::SellerTaxId,
    FieldName::BuyerName,
    FieldName::BuyerTaxId,
    FieldName::Amount,
    FieldName::Tax,
    FieldName::Total,
    FieldName::TotalWords,
    FieldName::RedLetter,
    FieldName::BlueNumber,
    FieldName::BlueCode,
    FieldName::RedFormNumber,
];

/// Whether two statements of a field are compatible.
fn is_same(name: FieldName, one: &Witness, other: &Witness) -> bool {
    let (Some(a), Some(b)) = (one.value.as_deref(), other.value.as_deref()) else {
        return true;
    };
    match name {
        FieldName::Kind => match (InvoiceKind::from_code(a), InvoiceKind::from_code(b)) {
            (Some(a), Some(b)) => a.is_compatible(b),
            _ => true,
        },
        // Stars say that the tax is not shown, not that there is none.
        FieldName::Tax if is_hidden(one) || is_hidden(other) => true,
        // A name cut off by the layout is judged by W103.
        FieldName::SellerName | FieldName::BuyerName => {
            let (a, b) = (canonical_name(a), canonical_name(b));
            a.contains(&b) || b.contains(&a) || is_equal_under_mask(&a, &b)
        }
        _ => is_equal_under_mask(a, b),
    }
}

fn is_hidden(witness: &Witness) -> bool {
    Rate::hidden_tax(&normalise(&witness.raw))
}

/// Equal, where a star stands for any character.
fn is_equal_under_mask(a: &str, b: &str) -> bool {
    a.chars().count() == b.chars().count()
        && a.chars()
            .zip(b.chars())
            .all(|(a, b)| a == b || a == '*' || b == '*')
}

/// Both sources with both values.
pub(super) fn of_two(name: FieldName, one: &Witness, other: &Witness) -> String {
    let said = |witness: &Witness| {
        let place = if witness.place.is_empty() {
            String::new()
        } else {
            format!("（{}）", witness.place)
        };
        format!(
            "{}{place}为“{}”",
            witness.source.label(),
            shown(name, &witness.raw)
        )
    };
    format!("{}：{}，{}", name.label(), said(one), said(other))
}

/// An amount that does not say whether it holds the tax agrees with either of the two. Where only the total was read,
/// as on the face of a rail ticket, it may also be what is left of it without the tax of passenger transport.
fn unnamed_amount(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let (amount, total) = (subject.invoice.amount(), subject.invoice.total());
    let Some(known) = total.or(amount) else { return };
    let is_without_tax = |stated: Cents| {
        let grossed = stated.to_decimal().checked_mul(Decimal::new(109, 2));
        let grossed = grossed.and_then(Cents::from_decimal);
        amount.is_none() && grossed.is_some_and(|grossed| grossed.distance(known) <= Cents(1))
    };
    let fits = |stated: Cents| amount == Some(stated) || total == Some(stated) || is_without_tax(stated);
    let odd = subject
        .witnesses(FieldName::SomeAmount)
        .filter(|witness| is_compared(witness.source))
        .find(|witness| {
            let stated = witness.value.as_deref().and_then(parse_cents);
            stated.is_some_and(|stated| !fits(stated))
        });
    if let Some(witness) = odd {
        let known: Vec<String> = [("合计金额", amount), ("价税合计", total)]
            .into_iter()
            .filter_map(|(label, cents)| Some(format!("{label}{}", cents?)))
            .collect();
        let message = format!(
            "{}的金额为{}，而{}",
            witness.source.label(),
            witness.raw,
            known.join("、")
        );
        faults.push(KIND.at("some_amount,amount,total", message));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, person_id, seller_id, silent};
    use invoice::Source;

    vec![
        fires(
            "the_text_of_a_page_was_edited",
            Scene::digital().add(FieldName::Total, Source::Qr, "131.00"),
        ),
        fires(
            "the_number_differs_by_one_digit",
            Scene::digital().add(FieldName::Number, Source::PdfText, "26112000000000000018"),
        ),
        fires(
            "an_ordinary_invoice_made_special",
            Scene::digital().add(FieldName::Kind, Source::Qr, "digital_ordinary"),
        ),
        fires(
            "another_buyer",
            Scene::digital().add(FieldName::BuyerName, Source::OfdText, "另一家公司"),
        ),
        fires(
            "a_person_as_buyer_is_masked_in_the_message",
            Scene::digital().add(FieldName::BuyerTaxId, Source::Qr, &person_id()),
        ),
        fires(
            "an_amount_that_is_neither_with_nor_without_tax",
            Scene::digital().add(FieldName::SomeAmount, Source::Qr, "99.00"),
        ),
        silent(
            "the_same_said_in_other_spellings",
            Scene::digital()
                .add(FieldName::Total, Source::Qr, "113")
                .add(FieldName::Date, Source::PdfText, "2026年03月09日")
                .add(FieldName::BuyerName, Source::PdfText, "示例科技(上海) 有限公司"),
        ),
        silent(
            "a_kind_said_less_exactly",
            Scene::digital().add(FieldName::Kind, Source::PdfText, "电子发票"),
        ),
        silent(
            "stars_in_place_of_tax",
            Scene::digital().add(FieldName::Tax, Source::PdfText, "***"),
        ),
        silent(
            "a_masked_number_agrees_with_what_it_hides",
            Scene::digital().add(
                FieldName::SellerTaxId,
                Source::PdfText,
                &seller_id().replace("MA000000", "********"),
            ),
        ),
        silent(
            "an_unnamed_amount_without_tax",
            Scene::digital().add(FieldName::SomeAmount, Source::Qr, "100"),
        ),
        silent(
            "the_paper_number_of_a_digital_invoice_on_paper",
            Scene::digital()
                .set(FieldName::Kind, "数电纸质发票（增值税专用发票）")
                .set(FieldName::PaperNumber, "31415926")
                .add(FieldName::Number, Source::Qr, "31415926"),
        ),
    ]
}
