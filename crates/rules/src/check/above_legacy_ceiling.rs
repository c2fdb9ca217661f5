//! A107: a legacy invoice over more than the largest limit (最高开票限额) that any tax-control device had.

use invoice::{Fault, FaultKind, Scheme, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "A107",
    severity: Severity::Warning,
    title_zh: "金额超过税控最高开票限额",
    title_en: "amount above the legacy ceiling",
    reason_zh: "税控发票最高为亿元版，超过者不可能由税控系统开出。",
    reason_en: "No tax-control device could issue beyond the largest limit; such an invoice cannot be one.",
    source: "国税发〔2006〕156号第五条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_legacy = subject.invoice.scheme() == Some(Scheme::Legacy);
    let ceiling = subject.rulebook().ceilings().legacy_invoice(subject.rule_date());
    if let (true, Some(amount), Some(ceiling)) = (is_legacy, subject.invoice.amount(), ceiling)
        && amount.abs() > ceiling
    {
        faults.push(KIND.at(
            "amount",
            format!("合计金额{amount}超过税控发票最高开票限额{ceiling}"),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "a_legacy_invoice_over_a_hundred_million",
            Scene::legacy().set(FieldName::Amount, "100000000.00"),
        ),
        silent(
            "the_largest_that_could_be_issued",
            Scene::legacy().set(FieldName::Amount, "99999999.99"),
        ),
        silent(
            "a_digital_invoice_has_no_such_limit",
            Scene::digital().set(FieldName::Amount, "100000000.00"),
        ),
    ]
}
