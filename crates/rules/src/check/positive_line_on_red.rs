//! X106: a positive line on a red letter.

use invoice::{Cents, Fault, FaultKind, Severity};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "X106",
    severity: Severity::Warning,
    title_zh: "红字发票含正数行",
    title_en: "positive line on a red letter",
    reason_zh: "红字发票各行应为负数（折扣已并入原行），正数行会少冲销收入或进项。",
    reason_en: "Every line of a red letter is negative, discounts being merged; a positive one cancels too little.",
    source: "乐企开票能力说明 V4.000（红字金额为负、税额不大于零）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_negative = subject.invoice.total().is_some_and(|total| total < Cents::ZERO);
    if !is_negative || subject.is_ticket() {
        return;
    }
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        if let Some(amount) = line.amount.filter(|amount| *amount > Cents::ZERO) {
            objections.push((
                format!("lines[{at}].amount"),
                format!("第{}行金额为{amount}", at + 1),
            ));
        }
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, line, silent};

    vec![
        fires(
            "a_positive_line_among_negative_ones",
            Scene::red().lines(vec![
                line("*文具*中性笔", "-60", "2", "-120.00", "13%", "-15.60"),
                line("*文具*中性笔", "10", "2", "20.00", "13%", "2.60"),
            ]),
        ),
        silent("a_red_letter", Scene::red()),
        silent("a_blue_invoice", Scene::digital()),
    ]
}
