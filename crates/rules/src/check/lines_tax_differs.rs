//! A104: the lines of a complete list do not sum up to 合计税额.

use invoice::{Cents, Fault, FaultKind, Rate, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "A104",
    severity: Severity::Error,
    title_zh: "明细税额之和不等于合计税额",
    title_en: "lines do not sum up to the tax",
    reason_zh: "明细税额与合计税额不符，抵扣金额无从认定。",
    reason_en: "The tax of the lines differs from the total tax; what may be deducted cannot be told.",
    source: "乐企开票能力说明 V4.000（明细合计误差不超过 0.01 元）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.is_ticket() || subject.is_vehicle() {
        return;
    }
    let Some(tax) = subject.invoice.tax() else { return };
    for set in subject.complete_sets() {
        // Hidden tax (***) is read as none; such a list cannot be summed.
        if subject.is_tax_hidden() || set.counted().any(|line| line.rate == Some(Rate::Hidden)) {
            continue;
        }
        let Some(sum) = set.tax() else { continue };
        // Every line may have been rounded by half a cent.
        let rounding = Cents(i64::try_from(set.lines.len()).unwrap_or(i64::MAX) / 2);
        let tolerance = subject
            .rulebook()
            .ceilings()
            .lines_total(subject.rule_date())
            .max(rounding);
        if sum.distance(tax) > tolerance && !twin::is_on("lines_not_summed") {
            faults.push(KIND.at(
                "lines,tax",
                format!("{}明细税额合计{sum}，票面合计税额{tax}", set.source.label()),
            ));
            return;
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::parse_cents;

    vec![
        fires(
            "the_tax_of_a_line_was_raised",
            Scene::digital().edit_line(1, |line| line.tax = parse_cents("15.20")),
        ),
        silent("the_lines_sum_up", Scene::digital()),
        silent(
            "hidden_rates",
            Scene::digital().edit_line(1, |line| {
                (line.rate, line.tax) = (Some(Rate::Hidden), parse_cents("0.00"));
            }),
        ),
    ]
}
