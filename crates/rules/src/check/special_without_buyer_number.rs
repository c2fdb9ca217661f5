//! P106: a special invoice (专用发票) without the buyer's tax number.

use invoice::{Fault, FaultKind, FieldName, InvoiceKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P106",
    severity: Severity::Error,
    title_zh: "专票缺少购买方识别号",
    title_en: "special invoice without the buyer's number",
    reason_zh: "专用发票必须填写购买方识别号，缺少的不能抵扣。",
    reason_en: "A special invoice needs the buyer's tax number; without it nothing can be deducted.",
    source: "国税发〔2006〕156号第十一条；国家税务总局公告2017年第16号",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_special = subject.invoice.kind().is_some_and(InvoiceKind::is_special) && !subject.is_vehicle();
    let has_buyer = subject.value(FieldName::BuyerName).is_some();
    let has_number = subject.witnesses(FieldName::BuyerTaxId).next().is_some();
    if is_special && has_buyer && !has_number && !subject.is_booking_data() {
        faults.push(KIND.at("buyer_tax_id", "专用发票没有购买方识别号"));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("no_number", Scene::digital().without(FieldName::BuyerTaxId)),
        silent("a_number", Scene::digital()),
        silent(
            "an_ordinary_invoice_may_do_without",
            Scene::legacy().without(FieldName::BuyerTaxId),
        ),
        silent(
            "only_the_qr_code_was_read",
            Scene::digital()
                .without(FieldName::BuyerTaxId)
                .without(FieldName::BuyerName),
        ),
    ]
}
