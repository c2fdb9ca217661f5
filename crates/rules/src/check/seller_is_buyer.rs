//! P108: both sides are the same party.

use invoice::{Fault, FaultKind, Severity};

use crate::subject::{Party, Subject, is_masked};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P108",
    severity: Severity::Warning,
    title_zh: "买卖双方相同",
    title_en: "seller and buyer are the same",
    reason_zh: "自己给自己开票没有交易实质，有虚开风险；也可能是识读把两方弄混。",
    reason_en: "Nobody sells to himself: a risk of a false invoice, or a misreading that mixed the sides.",
    source: "发票管理办法第二十一条（虚开）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let numbers = [Party::Seller, Party::Buyer].map(|party| subject.value(party.tax_id()));
    let names = [Party::Seller, Party::Buyer].map(|party| subject.value(party.name()));
    let is_same = |pair: [Option<&str>; 2]| match pair {
        [Some(seller), Some(buyer)] => seller == buyer && !is_masked(seller),
        _ => false,
    };
    if is_same(numbers) {
        faults.push(KIND.at("seller_tax_id,buyer_tax_id", "销售方与购买方识别号相同"));
    } else if is_same(names) {
        faults.push(KIND.at("seller_name,buyer_name", "销售方与购买方名称相同"));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, seller_id, silent};
    use invoice::FieldName;

    vec![
        fires(
            "the_same_number",
            Scene::digital().set(FieldName::BuyerTaxId, &seller_id()),
        ),
        fires(
            "the_same_name",
            Scene::digital().set(FieldName::BuyerName, "示例文具有限公司"),
        ),
        silent("two_companies", Scene::digital()),
    ]
}
