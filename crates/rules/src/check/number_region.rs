//! N102: digits 3 and 4 of a 20-digit number name no tax region.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N102",
    severity: Severity::Warning,
    title_zh: "发票号码的税区未知",
    title_en: "number of an unknown region",
    reason_zh: "号码第 3-4 位应为省级或计划单列市税区代码，未知代码多为伪造或测试数据。",
    reason_en: "Digits 3 and 4 name a province or plan city; an unknown code is mostly made up or test data.",
    source: "国家税务总局公告2024年第11号附件；样例实测",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(number) = subject
        .value(FieldName::Number)
        .filter(|number| number.len() == 20)
    else {
        return;
    };
    let region = number.get(2..4).unwrap_or_default();
    if subject.rulebook().region_of_unified(region).is_none() {
        faults.push(KIND.at("number", format!("发票号码{number}第3-4位“{region}”不是已知税区")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "region_99",
            Scene::digital().set(FieldName::Number, "26992000000000000017"),
        ),
        silent("beijing", Scene::digital()),
        silent(
            "shenzhen_has_its_own",
            Scene::digital().set(FieldName::Number, "26952000000000000017"),
        ),
        silent(
            "a_legacy_number_has_no_region",
            Scene::legacy().set(FieldName::Number, "99999951"),
        ),
    ]
}
