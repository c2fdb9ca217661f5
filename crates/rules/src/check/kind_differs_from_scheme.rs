//! N106: a digital kind with a legacy number, or the other way round.

use invoice::{Fault, FaultKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N106",
    severity: Severity::Warning,
    title_zh: "票种与号码制式不符",
    title_en: "kind differs from the numbering scheme",
    reason_zh: "数电发票只有 20 位号码，税控发票有代码和 8 位号码；混用的票面不合规。",
    reason_en: "Digital invoices have 20 digits and legacy ones a code and 8; a mixture is not possible.",
    source: "国家税务总局公告2024年第11号",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let (Some(kind), Some(scheme)) = (subject.invoice.kind(), subject.invoice.scheme()) else {
        return;
    };
    if kind.scheme() != scheme {
        let number = subject
            .invoice
            .number()
            .map(|number| number.to_string())
            .unwrap_or_default();
        faults.push(KIND.at("kind,number", format!("票种为{}，号码为{number}", kind.label())));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "a_legacy_kind_with_twenty_digits",
            Scene::digital().set(FieldName::Kind, "增值税电子普通发票"),
        ),
        fires(
            "a_digital_kind_with_a_code",
            Scene::legacy().set(FieldName::Kind, "电子发票（普通发票）"),
        ),
        silent("digital", Scene::digital()),
        silent("legacy", Scene::legacy()),
    ]
}
