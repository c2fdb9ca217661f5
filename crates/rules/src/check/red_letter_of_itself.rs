//! X103: a red letter that names itself as its blue invoice.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "X103",
    severity: Severity::Error,
    title_zh: "红字发票冲销自身",
    title_en: "red letter of itself",
    reason_zh: "蓝字号码与本票号码相同，不可能成立，号码被改过或识读有误。",
    reason_en: "The blue number is the invoice's own; one of them was altered or misread.",
    source: "field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let own = subject.value(FieldName::Number);
    let blue = subject.value(FieldName::BlueNumber);
    let codes = (subject.value(FieldName::Code), subject.value(FieldName::BlueCode));
    // Legacy numbers repeat across codes: only an equal code makes the same invoice.
    let is_same_code = match codes {
        (Some(own), Some(blue)) => own == blue,
        _ => true,
    };
    if let Some(own) = own.filter(|_| own == blue && is_same_code) {
        faults.push(KIND.at("number,blue_number", format!("被红冲蓝字号码与本票号码同为{own}")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "its_own_number",
            Scene::red().set(FieldName::BlueNumber, "26112000000000000017"),
        ),
        silent("the_blue_number", Scene::red()),
        silent(
            "the_same_legacy_number_under_another_code",
            Scene::legacy()
                .set(FieldName::BlueNumber, "31415926")
                .set(FieldName::BlueCode, "011001800111"),
        ),
    ]
}
