//! A103: the lines of a complete list do not sum up to 合计金额.

use invoice::{Cents, Fault, FaultKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "A103",
    severity: Severity::Error,
    title_zh: "明细金额之和不等于合计金额",
    title_en: "lines do not sum up to the amount",
    reason_zh: "明细被增删改过，或清单不全；合计与明细不符的发票不能作为入账依据。",
    reason_en: "Lines were added, removed or changed, or the list is not whole; such an invoice cannot be booked.",
    source: "乐企开票能力说明 V4.000（明细合计误差不超过 0.01 元）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.is_ticket() || subject.is_vehicle() {
        return;
    }
    let Some(amount) = subject.invoice.amount() else {
        return;
    };
    for set in subject.complete_sets() {
        let Some(sum) = set.amount() else { continue };
        // Every line may have been rounded by half a cent.
        let rounding = Cents(i64::try_from(set.lines.len()).unwrap_or(i64::MAX) / 2);
        let tolerance = subject
            .rulebook()
            .ceilings()
            .lines_total(subject.rule_date())
            .max(rounding);
        if sum.distance(amount) > tolerance && !twin::is_on("lines_not_summed") {
            faults.push(KIND.at(
                "lines,amount",
                format!("{}明细金额合计{sum}，票面合计金额{amount}", set.source.label()),
            ));
            return;
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, line, silent};
    use invoice::{Source, parse_cents};

    vec![
        fires(
            "a_line_was_removed",
            Scene::digital().lines(vec![line("*文具*中性笔", "50", "1.2", "60.00", "13%", "7.80")]),
        ),
        fires(
            "the_list_of_another_source_was_changed",
            Scene::digital().also_lines(
                Source::PdfText,
                vec![line("*文具*中性笔", "50", "1.2", "90.00", "13%", "7.80")],
            ),
        ),
        silent("the_lines_sum_up", Scene::digital()),
        silent(
            "one_cent_of_rounding",
            Scene::digital().edit_line(0, |line| line.amount = parse_cents("60.01")),
        ),
        silent(
            "a_line_without_amount_cannot_be_summed",
            Scene::digital().edit_line(0, |line| line.amount = None),
        ),
    ]
}
