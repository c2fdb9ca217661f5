//! P104: neither side is one of our entities. Silent where no entity is registered.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::{Party, Subject, is_masked};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P104",
    severity: Severity::Warning,
    title_zh: "买卖双方都不是本单位",
    title_en: "neither side is ours",
    reason_zh: "抬头不是本单位的发票不能报销和抵扣，可能投错了主体。",
    reason_en: "An invoice made out to somebody else can be neither reimbursed nor deducted; it may belong to another entity.",
    source: "企业会计准则；发票管理办法第二十一条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_known = |party: &Party| {
        let texts = [subject.value(party.name()), subject.value(party.tax_id())];
        texts.iter().flatten().next().is_some()
    };
    let is_hidden = |party: &Party| {
        let texts = [subject.value(party.name()), subject.value(party.tax_id())];
        texts.iter().flatten().any(|text| is_masked(text))
    };
    let buyer = Party::Buyer;
    if subject.context.entities.is_empty() || !is_known(&buyer) || Party::BOTH.iter().any(is_hidden) {
        return;
    }
    if !Party::BOTH
        .iter()
        .any(|party| subject.has_our_number(*party) || subject.has_our_name(*party))
    {
        let name = subject
            .invoice
            .fields
            .raw(FieldName::BuyerName)
            .unwrap_or("（无名称）");
        faults.push(KIND.at(
            "buyer_name,buyer_tax_id",
            format!("购买方“{name}”和销售方都不是已登记的主体"),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, buyer_id, fires, seller_id, silent, tax_id};
    use invoice::FieldName;

    vec![
        fires(
            "a_strangers_invoice",
            Scene::digital().ours(&tax_id("91440000MA0000003"), &["另一家有限公司"]),
        ),
        silent(
            "we_bought",
            Scene::digital().ours(&buyer_id(), &["示例科技（上海）有限公司"]),
        ),
        silent(
            "we_sold",
            Scene::digital().ours(&seller_id(), &["示例文具有限公司"]),
        ),
        silent(
            "we_bought_under_our_name_alone",
            Scene::legacy()
                .without(FieldName::BuyerTaxId)
                .ours(&buyer_id(), &["示例科技（上海）有限公司"]),
        ),
        silent("nobody_is_registered", Scene::digital()),
    ]
}
