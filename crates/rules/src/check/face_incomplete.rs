//! D106: fields that the face of every invoice has were not found.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "D106",
    severity: Severity::Warning,
    title_zh: "票面要素不全",
    title_en: "the face is incomplete",
    reason_zh: "缺少法定要素的发票不得作为财务报销凭证；若原件上有，请人工补录。",
    reason_en: "An invoice without what the law requires is no voucher; if the original shows it, capture it by hand.",
    source: "发票管理办法实施细则第四条；发票管理办法第二十一条",
};

/// What every invoice states.
const OF_INVOICES: &[FieldName] = &[
    FieldName::Number,
    FieldName::Date,
    FieldName::SellerName,
    FieldName::SellerTaxId,
    FieldName::BuyerName,
    FieldName::Total,
];

/// What every ticket and vehicle invoice states.
const OF_TICKETS: &[FieldName] = &[FieldName::Number, FieldName::Date, FieldName::Total];

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if !subject.face_was_read() || subject.is_booking_data() {
        return;
    }
    let required = if subject.is_ticket() || subject.is_vehicle() {
        OF_TICKETS
    } else {
        OF_INVOICES
    };
    let missing: Vec<FieldName> = required
        .iter()
        .copied()
        .filter(|name| subject.witnesses(*name).next().is_none())
        .collect();
    if !missing.is_empty() {
        let paths: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
        let labels: Vec<&str> = missing.iter().map(|name| name.label()).collect();
        faults.push(KIND.at(paths.join(","), format!("没有读到{}", labels.join("、"))));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "no_seller",
            Scene::digital()
                .without(FieldName::SellerName)
                .without(FieldName::SellerTaxId),
        ),
        silent("all_there", Scene::digital()),
        silent(
            "a_rail_ticket_names_no_seller",
            Scene::digital()
                .set(FieldName::Kind, "电子发票（铁路电子客票）")
                .without(FieldName::SellerName)
                .without(FieldName::SellerTaxId),
        ),
        silent("only_the_qr_code_was_read", Scene::picture_of_a_qr_code()),
    ]
}
