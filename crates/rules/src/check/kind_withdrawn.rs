//! D103: dated after invoices of this kind were withdrawn.

use invoice::{Fault, FaultKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "D103",
    severity: Severity::Error,
    title_zh: "票种已停止使用",
    title_en: "the kind was withdrawn",
    reason_zh: "停用后开具的该票种发票不是合法凭证，不能抵扣。",
    reason_en: "An invoice of a withdrawn kind is no lawful voucher and cannot be deducted.",
    source: "国家税务总局公告2015年第99号；rulebook/kinds.toml",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let (Some(kind), Some(date)) = (subject.invoice.kind(), subject.invoice.date()) else {
        return;
    };
    if let Some(until) = subject.rulebook().kind_until(kind).filter(|until| date > *until) {
        faults.push(KIND.at(
            "kind,date",
            format!("{}使用至{until}，开票日期为{date}", kind.label()),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    let freight = |date: &str| {
        let scene = Scene::legacy().set(FieldName::Kind, "货物运输业增值税专用发票");
        scene
            .set(FieldName::Code, "1100153720")
            .set(FieldName::Date, date)
    };
    vec![
        fires("freight_the_day_after", freight("2016-07-01")),
        silent("freight_on_its_last_day", freight("2016-06-30")),
        silent("a_kind_in_use", Scene::legacy()),
    ]
}
