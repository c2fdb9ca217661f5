//! L102: 金额 times 税率 is not the line's 税额.
//!
//! Exempt and untaxed lines are judged by R103, margin-taxed ones by A105.

use invoice::{Cents, Fault, FaultKind, LineNature, Rate, Severity};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L102",
    severity: Severity::Warning,
    title_zh: "金额×税率与税额不符",
    title_en: "amount times rate is not the tax",
    reason_zh: "税额与税率对不上，抵扣前应核对；实测 99.7% 的明细误差不超过 1 分。",
    reason_en: "Tax and rate of the line do not fit; look before deducting. 99.7 % of real lines are within one cent.",
    source: "增值税法第十四条；1,906 行实测",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.is_margin_taxed() || subject.is_ticket() || twin::is_on("rate_not_applied") {
        return;
    }
    let ceiling = subject.rulebook().ceilings().line_tax(subject.rule_date());
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let (Some(amount), Some(Rate::Fraction(rate)), Some(tax)) = (line.amount, &line.rate, line.tax)
        else {
            continue;
        };
        if rate.is_zero() || line.nature == LineNature::ListSummary {
            continue;
        }
        let computed = amount
            .to_decimal()
            .checked_mul(*rate)
            .and_then(Cents::from_decimal);
        if let Some(computed) = computed.filter(|computed| computed.distance(tax) > ceiling) {
            objections.push((
                format!("lines[{at}].amount,lines[{at}].rate,lines[{at}].tax"),
                format!(
                    "第{}行{amount}×{}={computed}，税额为{tax}",
                    at + 1,
                    Rate::Fraction(*rate)
                ),
            ));
        }
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::{FieldName, Rate, parse_cents};

    vec![
        fires(
            "the_tax_was_raised",
            Scene::digital().edit_line(0, |line| line.tax = parse_cents("8.70")),
        ),
        fires(
            "another_rate",
            Scene::digital().edit_line(0, |line| line.rate = Rate::parse("6%")),
        ),
        silent("it_is_exact", Scene::digital()),
        silent(
            "one_cent_of_rounding",
            Scene::digital().edit_line(0, |line| line.tax = parse_cents("7.81")),
        ),
        silent(
            "margin_taxed",
            Scene::digital()
                .set(FieldName::Remark, "差额征税：2.00。")
                .edit_line(0, |line| line.tax = parse_cents("1.00")),
        ),
        silent(
            "exempt",
            Scene::digital().edit_line(0, |line| line.rate = Some(Rate::Exempt)),
        ),
    ]
}
