//! X105: a negative total, and nothing says that this is a red letter.

use invoice::{Cents, Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "X105",
    severity: Severity::Warning,
    title_zh: "负数发票未标明红字",
    title_en: "negative without a red mark",
    reason_zh: "金额为负却没有红字标志和蓝字号码，可能是识读不全，请核对备注。",
    reason_en: "The total is negative without a red mark or a blue number; the remark may not have been read.",
    source: "国家税务总局公告2024年第11号",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_marked = [
        FieldName::RedLetter,
        FieldName::BlueNumber,
        FieldName::RedFormNumber,
    ]
    .iter()
    .any(|name| subject.value(*name).is_some());
    if let Some(total) = subject
        .invoice
        .total()
        .filter(|total| *total < Cents::ZERO && !is_marked)
    {
        faults.push(KIND.at("total", format!("价税合计为{total}，没有红字标志和蓝字发票号码")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "nothing_but_a_minus",
            Scene::red()
                .without(FieldName::RedLetter)
                .without(FieldName::BlueNumber),
        ),
        silent("a_red_letter", Scene::red()),
        silent("a_blue_invoice", Scene::digital()),
    ]
}
