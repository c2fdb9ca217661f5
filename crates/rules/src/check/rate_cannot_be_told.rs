//! R104: no line states a rate, and tax over amount is no rate in force: several rates, or a wrong sum.

use invoice::{Cents, Fault, FaultKind, Rate, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "R104",
    severity: Severity::Note,
    title_zh: "无法推断税率",
    title_en: "the rate cannot be told",
    reason_zh: "没有读到明细税率，税额与金额之比也不是任何现行税率；可能含多个税率，请查看清单。",
    reason_en: "No line states a rate and tax over amount is none in force; perhaps several rates, see the list.",
    source: "field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let invoice = subject.invoice;
    let is_rated = subject.lines().iter().any(|line| line.rate.is_some());
    if is_rated || subject.is_ticket() || subject.is_margin_taxed() || invoice.is_red_letter() {
        return;
    }
    let (Some(amount), Some(tax), Some(date)) = (invoice.amount(), invoice.tax(), invoice.date()) else {
        return;
    };
    if tax == Cents::ZERO || subject.is_tax_hidden() {
        return;
    }
    let ceiling = subject.rulebook().ceilings().total_tax(date);
    let fits = |rate: Rate| {
        let computed = rate
            .fraction()
            .and_then(|fraction| amount.to_decimal().checked_mul(fraction));
        computed
            .and_then(Cents::from_decimal)
            .is_some_and(|computed| computed.distance(tax) <= ceiling)
    };
    if !subject.rulebook().rates_on(date).any(fits) {
        faults.push(KIND.at(
            "amount,tax",
            format!("合计税额{tax}与合计金额{amount}之比不是现行税率"),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    let sums = |amount: &str, tax: &str| {
        Scene::digital()
            .set(FieldName::Amount, amount)
            .set(FieldName::Tax, tax)
    };
    vec![
        fires("a_sum_of_two_rates", sums("1000.00", "75.00").lines(Vec::new())),
        silent("one_rate", sums("1000.00", "130.00").lines(Vec::new())),
        silent("the_lines_state_their_rates", sums("1000.00", "75.00")),
    ]
}
