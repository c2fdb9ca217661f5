//! L103: a discount line (折扣行) that does not stand directly behind the line it discounts, or exceeds it.

use invoice::{Fault, FaultKind, LineNature, Severity, canonical_name};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L103",
    severity: Severity::Warning,
    title_zh: "折扣行位置或金额不当",
    title_en: "discount line out of place",
    reason_zh: "折扣必须紧跟被折扣行且不超过其金额，否则折扣额不得从销售额中扣除。",
    reason_en: "A discount must follow its line and may not exceed it; otherwise it does not reduce the sales.",
    source: "国税函〔2010〕56号；乐企开票能力说明 V4.000（折扣行紧跟被折扣行）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.invoice.is_red_letter() {
        return;
    }
    let lines = subject.lines();
    let mut objections = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.nature != LineNature::Discount {
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| lines.get(before));
        let object = match before {
            None => Some("前面没有被折扣行".to_owned()),
            Some(before) if canonical_name(&before.name) != canonical_name(&line.name) => {
                Some(format!("前一行是“{}”", before.name))
            }
            Some(before) => match (before.amount, line.amount) {
                (Some(whole), Some(discount)) if discount.abs() > whole.abs() => {
                    Some(format!("折扣{discount}超过被折扣行{whole}"))
                }
                _ => None,
            },
        };
        if let Some(object) = object {
            objections.push((
                format!("lines[{at}]"),
                format!("第{}行折扣“{}”：{object}", at + 1, line.name),
            ));
        }
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, line, silent};
    use invoice::LineNature;

    let discounted = |name: &str, amount: &str| {
        let discount = line(name, "", "", amount, "13%", "");
        let scene = Scene::digital().lines(vec![
            line("*文具*中性笔", "50", "1.2", "60.00", "13%", "7.80"),
            discount,
        ]);
        scene.edit_line(1, |line| line.nature = LineNature::Discount)
    };
    vec![
        fires("a_discount_of_another_item", discounted("*文具*订书机", "-10.00")),
        fires("a_discount_above_its_line", discounted("*文具*中性笔", "-70.00")),
        silent("a_discount_of_ten", discounted("*文具*中性笔", "-10.00")),
        silent("no_discount", Scene::digital()),
    ]
}
