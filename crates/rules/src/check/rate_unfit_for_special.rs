//! R102: a special invoice (专用发票) over exempt, untaxed or zero-rated items.

use invoice::{Cents, Decimal, Fault, FaultKind, InvoiceKind, Severity};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "R102",
    severity: Severity::Warning,
    title_zh: "专票使用免税或零税率",
    title_en: "rate unfit for a special invoice",
    reason_zh: "免税、不征税和零税率业务不得开具专用发票，此类专票不能抵扣。",
    reason_en: "Exempt, untaxed and zero-rated sales may not be invoiced by a special invoice; nothing can be deducted.",
    source: "增值税暂行条例第二十一条；国税发〔2006〕156号第十条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_special = subject.invoice.kind().is_some_and(InvoiceKind::is_special);
    if !is_special || subject.is_vehicle() {
        return;
    }
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let is_counted = line.amount.is_some_and(|amount| amount != Cents::ZERO);
        let Some(rate) = line
            .rate
            .as_ref()
            .filter(|rate| rate.fraction() == Some(Decimal::ZERO) && is_counted)
        else {
            continue;
        };
        objections.push((
            format!("lines[{at}].rate"),
            format!("第{}行税率为{rate}，不得开具专用发票", at + 1),
        ));
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::Rate;

    vec![
        fires(
            "exempt_on_a_special_invoice",
            Scene::digital().edit_line(0, |line| line.rate = Some(Rate::Exempt)),
        ),
        silent("thirteen_per_cent", Scene::digital()),
        silent(
            "exempt_on_an_ordinary_invoice",
            Scene::legacy().edit_line(0, |line| line.rate = Some(Rate::Exempt)),
        ),
    ]
}
