//! A108: 合计税额 is far from what the lines' rates give.

use invoice::{Cents, Decimal, Fault, FaultKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "A108",
    severity: Severity::Warning,
    title_zh: "合计税额与税率不符",
    title_en: "total tax does not follow from the rates",
    reason_zh: "按各行税率计算的税额与票面合计税额相差超过规定上限，税额或税率可能有误。",
    reason_en: "The tax computed from the lines' rates is further from the stated tax than the rule allows.",
    source: "乐企开票能力说明 V4.000（合计税额误差不超过 1.27 元）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(set) = subject.complete_sets().next() else {
        return;
    };
    let Some(tax) = subject.invoice.tax() else { return };
    if subject.is_ticket() || subject.is_margin_taxed() || subject.is_tax_hidden() {
        return;
    }
    let computed = set.counted().try_fold(Decimal::ZERO, |sum, line| {
        let part = line
            .amount?
            .to_decimal()
            .checked_mul(line.rate.as_ref()?.fraction()?)?;
        sum.checked_add(part)
    });
    let Some(computed) = computed.and_then(Cents::from_decimal) else {
        return;
    };
    let ceiling = subject.rulebook().ceilings().total_tax(subject.rule_date());
    if computed.distance(tax) > ceiling {
        faults.push(KIND.at(
            "tax",
            format!("按各行税率计算税额为{computed}，票面合计税额为{tax}"),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "the_total_tax_was_raised",
            Scene::digital().set(FieldName::Tax, "31.00"),
        ),
        silent("it_follows", Scene::digital()),
        silent(
            "within_the_ceiling",
            Scene::digital().set(FieldName::Tax, "14.20"),
        ),
        silent(
            "margin_taxed",
            Scene::digital()
                .set(FieldName::Tax, "31.00")
                .set(FieldName::Remark, "差额征税：2.00。"),
        ),
    ]
}
