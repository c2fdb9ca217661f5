//! R103: a line that is exempt, untaxed or zero-rated and has tax all the same.

use invoice::{Cents, Decimal, Fault, FaultKind, Severity};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "R103",
    severity: Severity::Error,
    title_zh: "免税或不征税行有税额",
    title_en: "untaxed line with tax",
    reason_zh: "免税、不征税、零税率的行不应有税额，税率或税额之一被改过。",
    reason_en: "A line without tax shows tax; one of the two was altered.",
    source: "增值税暂行条例第十五条；增值税法第二十四条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let Some(rate) = line
            .rate
            .as_ref()
            .filter(|rate| rate.fraction() == Some(Decimal::ZERO))
        else {
            continue;
        };
        if let Some(tax) = line.tax.filter(|tax| *tax != Cents::ZERO) {
            objections.push((
                format!("lines[{at}].tax"),
                format!("第{}行税率为{rate}，税额为{tax}", at + 1),
            ));
        }
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::{Cents, Rate};

    vec![
        fires(
            "exempt_with_tax",
            Scene::legacy().edit_line(0, |line| line.rate = Some(Rate::Exempt)),
        ),
        silent(
            "exempt_without_tax",
            Scene::legacy().edit_line(0, |line| {
                line.rate = Some(Rate::Exempt);
                line.tax = Some(Cents::ZERO);
            }),
        ),
        silent("taxed", Scene::legacy()),
    ]
}
