//! D101: 开票日期 lies behind the day of the check.

use invoice::{Fault, FaultKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "D101",
    severity: Severity::Error,
    title_zh: "开票日期在未来",
    title_en: "date in the future",
    reason_zh: "不可能收到未来开具的发票，日期被改过或识读有误。",
    reason_en: "Nobody receives an invoice of the future; the date was altered or misread.",
    source: "发票管理办法实施细则第二十四条（按实际时间开具）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let as_of = subject.context.as_of;
    if let Some(date) = subject.invoice.date().filter(|date| *date > as_of) {
        faults.push(KIND.at("date", format!("开票日期{date}晚于校验日{as_of}")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    vec![
        fires("tomorrow", Scene::digital().on("2026-03-08")),
        silent("today", Scene::digital().on("2026-03-09")),
    ]
}
