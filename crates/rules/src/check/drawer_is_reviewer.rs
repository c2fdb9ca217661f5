//! P112: 开票人 and 复核 are the same person.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::{Subject, is_masked};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P112",
    severity: Severity::Note,
    title_zh: "开票人与复核为同一人",
    title_en: "drawer reviews himself",
    reason_zh: "开票与复核由一人完成，内部牵制不足；不影响发票效力。",
    reason_en: "One person drew and reviewed: weak internal control, but the invoice is valid.",
    source: "企业内部控制应用指引（不相容岗位分离）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let (Some(drawer), Some(reviewer)) = (
        subject.value(FieldName::Drawer),
        subject.value(FieldName::Reviewer),
    ) else {
        return;
    };
    let is_a_person = !is_masked(drawer) && !drawer.ends_with("管理员");
    if drawer == reviewer && is_a_person {
        faults.push(KIND.at("drawer,reviewer", format!("开票人与复核均为“{drawer}”")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("one_person", Scene::legacy().set(FieldName::Reviewer, "张三")),
        silent("two_persons", Scene::legacy().set(FieldName::Reviewer, "李四")),
        silent(
            "an_account_that_is_nobody",
            Scene::legacy()
                .set(FieldName::Drawer, "管理员")
                .set(FieldName::Reviewer, "管理员"),
        ),
        silent("digital_invoices_have_no_reviewer", Scene::digital()),
    ]
}
