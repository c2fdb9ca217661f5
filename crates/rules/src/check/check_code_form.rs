//! N107: 校验码 of a legacy invoice is not 20 digits.

use invoice::{Fault, FaultKind, FieldName, Scheme, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N107",
    severity: Severity::Warning,
    title_zh: "校验码位数有误",
    title_en: "odd check code",
    reason_zh: "校验码为 20 位，查验普通发票要用后 6 位；位数不对无法查验。",
    reason_en: "The check code has 20 digits and verification needs its last six.",
    source: "全国增值税发票查验平台；field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.invoice.scheme() != Some(Scheme::Legacy) {
        return;
    }
    let Some(code) = subject.value(FieldName::CheckCode) else {
        return;
    };
    if code.len() != 20 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        faults.push(KIND.at("check_code", format!("校验码{code}不是20位数字")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "nineteen_digits",
            Scene::legacy().set(FieldName::CheckCode, "2718281828459045235"),
        ),
        silent(
            "twenty_in_groups_of_five",
            Scene::legacy().set(FieldName::CheckCode, "27182 81828 45904 52353"),
        ),
        silent(
            "a_special_invoice_has_none",
            Scene::legacy().without(FieldName::CheckCode),
        ),
    ]
}
