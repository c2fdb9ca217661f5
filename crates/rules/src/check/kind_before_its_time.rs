//! D102: dated before invoices of this kind existed.

use invoice::{Fault, FaultKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "D102",
    severity: Severity::Warning,
    title_zh: "开票日期早于票种启用",
    title_en: "dated before the kind existed",
    reason_zh: "该票种当时尚未启用，日期或票种有误。",
    reason_en: "This kind did not exist on that day; the date or the kind is wrong.",
    source: "rulebook/kinds.toml",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let (Some(kind), Some(date)) = (subject.invoice.kind(), subject.invoice.date()) else {
        return;
    };
    if let Some(since) = subject.rulebook().kind_since(kind).filter(|since| date < *since) {
        faults.push(KIND.at(
            "kind,date",
            format!("{}自{since}起启用，开票日期为{date}", kind.label()),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "a_digital_invoice_of_2020",
            Scene::digital().set(FieldName::Date, "2020-03-09"),
        ),
        silent(
            "the_first_day",
            Scene::digital().set(FieldName::Date, "2021-12-01"),
        ),
        silent("later", Scene::digital()),
    ]
}
