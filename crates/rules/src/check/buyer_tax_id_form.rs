//! P102: the buyer's tax number fails its check character or has an impossible length.

use invoice::{Fault, FaultKind, Severity};

use super::seller_tax_id_form::object_to;
use crate::subject::{Party, Subject};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P102",
    severity: Severity::Warning,
    title_zh: "购买方识别号有误",
    title_en: "odd buyer tax number",
    reason_zh: "购买方识别号错写的发票不能作为税前扣除凭证，也进不了税务数字账户。",
    reason_en: "An invoice with a wrong buyer number is no voucher for tax and never reaches the buyer's digital account.",
    source: "GB 32100-2015 §5.5；国家税务总局公告2017年第16号",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    object_to(&KIND, subject, Party::Buyer, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "two_digits_swapped",
            Scene::digital().set(FieldName::BuyerTaxId, "91110108690071781B"),
        ),
        silent("it_holds", Scene::digital()),
        silent(
            "a_private_buyer_has_none",
            Scene::legacy().without(FieldName::BuyerTaxId),
        ),
    ]
}
