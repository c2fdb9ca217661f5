//! X102: marked as a red letter without the number of its blue invoice.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "X102",
    severity: Severity::Warning,
    title_zh: "红字发票未注明蓝字发票",
    title_en: "red letter without its blue invoice",
    reason_zh: "没有对应蓝字号码，无法冲减原发票，也无法核对累计红冲金额。",
    reason_en: "Without the blue number the original cannot be cancelled nor the sum of red letters be checked.",
    source: "国家税务总局公告2024年第11号；发票管理办法实施细则第二十六条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_marked = subject.value(FieldName::RedLetter) == Some("yes")
        || subject.value(FieldName::RedFormNumber).is_some();
    if is_marked && subject.value(FieldName::BlueNumber).is_none() && !subject.is_ticket() {
        faults.push(KIND.at("blue_number", "红字发票没有注明被红冲蓝字发票号码"));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("no_blue_number", Scene::red().without(FieldName::BlueNumber)),
        silent("linked", Scene::red()),
        silent("a_blue_invoice", Scene::digital()),
    ]
}
