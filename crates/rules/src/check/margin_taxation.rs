//! A105: margin taxation (差额征税) that is not marked, or marked and impossible.

use invoice::{Cents, Fault, FaultKind, FieldName, Rate, Severity, parse_cents};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "A105",
    severity: Severity::Warning,
    title_zh: "差额征税标注存疑",
    title_en: "margin taxation looks wrong",
    reason_zh: "差额征税发票税率栏为 ***，备注须注明扣除额；标注缺失或扣除额大于价税合计的，请核对能否抵扣。",
    reason_en: "A margin-taxed invoice hides its rate and states the deduction in the remark; a missing or impossible one needs a look.",
    source: "国家税务总局公告2016年第23号第四条第（二）项",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let hidden_but_taxed = subject
        .lines()
        .iter()
        .position(|line| line.rate == Some(Rate::Hidden) && line.tax.is_some_and(|tax| tax != Cents::ZERO));
    let remark_was_read = subject.value(FieldName::Remark).is_some() || !subject.is_drawn();
    if let Some(at) = hidden_but_taxed
        && !subject.is_margin_taxed()
        && remark_was_read
    {
        faults.push(KIND.at(
            format!("lines[{at}].rate,remark"),
            format!("第{}行税率为***且有税额，备注未注明差额征税", at + 1),
        ));
    }
    let (Some(deduction), Some(total)) = (deduction(subject), subject.invoice.total()) else {
        return;
    };
    if deduction.abs() > total.abs() {
        faults.push(KIND.at(
            "remark,total",
            format!("差额征税扣除额{deduction}大于价税合计{total}"),
        ));
    }
}

/// The deduction that the remark states behind `差额征税：`.
fn deduction(subject: &Subject<'_>) -> Option<Cents> {
    let remark = subject.value(FieldName::Remark)?;
    let (_, rest) = remark.split_once("差额征税:")?;
    let figure: String = rest
        .trim_start_matches('¥')
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    parse_cents(figure.trim_end_matches('.'))
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    vec![
        fires(
            "a_hidden_rate_with_tax_and_no_remark",
            Scene::digital().edit_line(0, |line| line.rate = Some(Rate::Hidden)),
        ),
        fires(
            "a_deduction_above_the_total",
            Scene::digital().set(FieldName::Remark, "差额征税：200.00。"),
        ),
        silent(
            "marked_in_the_remark",
            Scene::digital()
                .set(FieldName::Remark, "差额征税：2.00。订单 1")
                .edit_line(0, |line| line.rate = Some(Rate::Hidden)),
        ),
        silent(
            "an_ordinary_remark",
            Scene::digital().set(FieldName::Remark, "合同号 200"),
        ),
    ]
}
