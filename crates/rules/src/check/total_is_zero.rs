//! A106: 价税合计 is zero.

use invoice::{Cents, Fault, FaultKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "A106",
    severity: Severity::Note,
    title_zh: "价税合计为零",
    title_en: "the total is zero",
    reason_zh: "零金额发票没有入账意义，多为样票或识读不全。",
    reason_en: "An invoice over nothing has no use; mostly a sample or a misreading.",
    source: "field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.invoice.total() == Some(Cents::ZERO) {
        faults.push(KIND.at("total", "价税合计为0.00"));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("nothing_to_pay", Scene::digital().set(FieldName::Total, "0.00")),
        silent("something_to_pay", Scene::digital()),
    ]
}
