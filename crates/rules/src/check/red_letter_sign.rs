//! X101: the sign of the total contradicts what the file says of red or blue.

use invoice::{Cents, Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "X101",
    severity: Severity::Error,
    title_zh: "红蓝字标志与金额正负矛盾",
    title_en: "red mark and sign contradict",
    reason_zh: "红字发票金额应为负、蓝字应为正；矛盾会使同一笔业务反向入账。",
    reason_en: "A red letter is negative and a blue invoice positive; the contradiction would book the deal the wrong way round.",
    source: "国家税务总局公告2024年第11号；乐企开票能力说明 V4.000（红字金额为负）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(total) = subject.invoice.total().filter(|_| !subject.is_ticket()) else {
        return;
    };
    let said = subject.value(FieldName::RedLetter);
    let is_linked = subject.value(FieldName::BlueNumber).is_some();
    if total > Cents::ZERO && (said == Some("yes") || is_linked) {
        faults.push(KIND.at(
            "red_letter,total",
            format!("红字发票的价税合计为{total}，应为负数"),
        ));
    } else if total < Cents::ZERO && said == Some("no") {
        faults.push(KIND.at("red_letter,total", format!("标明蓝字发票，价税合计为{total}")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "a_red_letter_over_a_positive_total",
            Scene::red().set(FieldName::Total, "113.00"),
        ),
        fires(
            "a_blue_invoice_over_a_negative_total",
            Scene::red()
                .without(FieldName::BlueNumber)
                .set(FieldName::RedLetter, "no"),
        ),
        silent("a_red_letter", Scene::red()),
        silent("a_blue_invoice", Scene::digital().set(FieldName::RedLetter, "no")),
        silent(
            "a_rail_ticket_exchanged_for_another",
            Scene::digital()
                .set(FieldName::Kind, "电子发票（铁路电子客票）")
                .set(FieldName::BlueNumber, "26112000000000000016"),
        ),
    ]
}
