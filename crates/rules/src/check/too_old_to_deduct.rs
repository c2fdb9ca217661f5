//! D104: a deductible invoice dated before the days that may still be deducted.

use invoice::{Fault, FaultKind, InvoiceKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "D104",
    severity: Severity::Note,
    title_zh: "开票日期过早，不能勾选",
    title_en: "too old to be deducted",
    reason_zh: "2017-01-01 以前开具的扣税凭证早已逾期，只能作为入账凭证。",
    reason_en: "Vouchers dated before 2017-01-01 have long expired for deduction and serve for booking only.",
    source: "国家税务总局公告2019年第45号；乐企抵扣能力说明 V3.018",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_deductible = subject.invoice.kind().is_some_and(InvoiceKind::is_special);
    let from = subject
        .rulebook()
        .deadlines()
        .deductible_from(subject.context.as_of);
    let (true, Some(date), Some(from)) = (is_deductible, subject.invoice.date(), from) else {
        return;
    };
    if date < from {
        faults.push(KIND.at("date", format!("开票日期{date}早于{from}，不能勾选抵扣")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    let special = |date: &str| {
        let scene = Scene::legacy().set(FieldName::Kind, "增值税专用发票");
        scene
            .set(FieldName::Code, "1100153130")
            .set(FieldName::Date, date)
    };
    vec![
        fires("of_2016", special("2016-12-31")),
        silent("of_2017", special("2017-01-01")),
        silent(
            "as_the_law_stood_before_2020",
            special("2016-12-31").on("2017-02-01"),
        ),
        silent(
            "an_ordinary_invoice",
            Scene::legacy().set(FieldName::Date, "2016-12-31"),
        ),
    ]
}
