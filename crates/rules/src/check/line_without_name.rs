//! L109: a line with an amount and no item name.

use invoice::{Cents, Fault, FaultKind, Severity};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L109",
    severity: Severity::Warning,
    title_zh: "明细行没有项目名称",
    title_en: "line without an item name",
    reason_zh: "项目名称是法定要素，缺失的发票不得作为税前扣除凭证。",
    reason_en: "The item name is required by law; an invoice without it is no voucher.",
    source: "发票管理办法实施细则第四条（发票基本内容）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.is_ticket() || subject.is_vehicle() {
        return;
    }
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let is_nameless = !line.name.chars().any(char::is_alphanumeric);
        if is_nameless && line.amount.is_some_and(|amount| amount != Cents::ZERO) {
            objections.push((format!("lines[{at}].name"), format!("第{}行没有项目名称", at + 1)));
        }
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    vec![
        fires(
            "only_a_dash",
            Scene::digital().edit_line(0, |line| line.name = "-".into()),
        ),
        silent("a_name", Scene::digital()),
        silent(
            "an_empty_line",
            Scene::digital().edit_line(0, |line| {
                line.name = String::new();
                line.amount = None;
            }),
        ),
    ]
}
