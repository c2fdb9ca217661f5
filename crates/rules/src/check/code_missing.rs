//! N109: an 8-digit number without its 发票代码: that is no identity, because the same number repeats across codes.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N109",
    severity: Severity::Error,
    title_zh: "缺少发票代码",
    title_en: "code missing beside an 8-digit number",
    reason_zh: "8 位号码在不同代码下会重复，没有代码就无法确定是哪一张发票，不能查重和查验。",
    reason_en: "Eight digits repeat across codes; without the code nobody can tell which invoice this is.",
    source: "发票管理办法实施细则第四条（发票代码和号码为基本内容）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(number) = subject
        .value(FieldName::Number)
        .filter(|number| number.len() == 8)
    else {
        return;
    };
    if subject.invoice.number().is_none() && !subject.is_booking_data() {
        faults.push(KIND.at("code", format!("发票号码{number}为8位，缺少可用的发票代码")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("no_code", Scene::legacy().without(FieldName::Code)),
        fires(
            "a_code_that_is_none",
            Scene::legacy().set(FieldName::Code, "01100190011"),
        ),
        silent("code_and_number", Scene::legacy()),
        silent("digital_invoices_have_none", Scene::digital()),
    ]
}
