//! L105: a negative line on a blue invoice (蓝字发票) that is no discount.

use invoice::{Cents, Fault, FaultKind, LineNature, Severity};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L105",
    severity: Severity::Warning,
    title_zh: "蓝字发票含非折扣负数行",
    title_en: "negative line on a blue invoice",
    reason_zh: "蓝字发票只有折扣行可为负数，其他负数行相当于未经红冲的抵减。",
    reason_en: "Only a discount may be negative on a blue invoice; any other negative line is a deduction without a red letter.",
    source: "发票管理办法实施细则第二十六条；乐企开票能力说明 V4.000",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.invoice.is_red_letter() || subject.is_ticket() {
        return;
    }
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        if line.nature == LineNature::Normal
            && let Some(amount) = line.amount.filter(|amount| *amount < Cents::ZERO)
        {
            objections.push((
                format!("lines[{at}].amount"),
                format!("第{}行“{}”金额为{amount}，且不是折扣行", at + 1, line.name),
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
            "a_returned_item_beside_others",
            Scene::digital().lines(vec![
                line("*文具*中性笔", "60", "2", "120.00", "13%", "15.60"),
                line("*文具*笔记本", "-5", "4", "-20.00", "13%", "-2.60"),
            ]),
        ),
        silent(
            "a_discount",
            Scene::digital().lines(vec![
                line("*文具*中性笔", "60", "2", "120.00", "13%", "15.60"),
                line("*文具*中性笔", "", "", "-20.00", "13%", "-2.60"),
            ]),
        ),
        silent("a_red_letter", Scene::red()),
    ]
}
