//! P111: our name as buyer without a tax number, on an invoice that needs one.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::{Party, Subject};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P111",
    severity: Severity::Warning,
    title_zh: "抬头为本单位但缺识别号",
    title_en: "our name without a number",
    reason_zh: "2017-07-01 起企业取得普通发票也须有识别号，缺少的不得作为税收凭证。",
    reason_en: "Since 2017-07-01 an enterprise needs its number on ordinary invoices too; one without is no voucher for tax.",
    source: "国家税务总局公告2017年第16号第一条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let since = subject
        .rulebook()
        .deadlines()
        .buyer_tax_id_from(subject.rule_date());
    let is_due = matches!((since, subject.invoice.date()), (Some(since), Some(date)) if since <= date);
    let is_ours = subject.has_our_name(Party::Buyer);
    let has_number = subject.witnesses(FieldName::BuyerTaxId).next().is_some();
    if is_due && is_ours && !has_number && !subject.is_ticket() {
        faults.push(KIND.at("buyer_tax_id", "购买方名称是本单位，没有识别号"));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, buyer_id, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "no_number",
            Scene::legacy()
                .without(FieldName::BuyerTaxId)
                .ours(&buyer_id(), &["示例科技（上海）有限公司"]),
        ),
        silent(
            "the_day_before_it_was_needed",
            Scene::legacy()
                .without(FieldName::BuyerTaxId)
                .set(FieldName::Date, "2017-06-30")
                .ours(&buyer_id(), &["示例科技（上海）有限公司"]),
        ),
        silent(
            "a_number",
            Scene::legacy().ours(&buyer_id(), &["示例科技（上海）有限公司"]),
        ),
    ]
}
