//! W103: one source gives a party's name with something more than another.
//!
//! Mostly a name that the layout cut off; sometimes a branch that was added or taken away.

use invoice::{Fault, FaultKind, FieldName, Severity, Witness};

use super::witnesses_disagree::of_two;
use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "W103",
    severity: Severity::Warning,
    title_zh: "名称部分不一致",
    title_en: "one name is part of the other",
    reason_zh: "一个来源的名称是另一个的一部分：可能是版面截断，也可能是总分机构之别，请核对抬头。",
    reason_en: "One source gives only part of the name: cut off by the layout, or head office against branch. Compare the names.",
    source: "发票管理办法实施细则（购买方名称应完整）；field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for name in [FieldName::SellerName, FieldName::BuyerName] {
        let is_part = |one: &Witness, other: &Witness| {
            let (Some(a), Some(b)) = (one.value.as_deref(), other.value.as_deref()) else {
                return false;
            };
            a != b && (a.contains(b) || b.contains(a))
        };
        if let Some((one, other)) = subject.contradiction(name, |one, other| !is_part(one, other)) {
            faults.push(KIND.at(name.as_str(), of_two(name, one, other)));
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::Source;

    vec![
        fires(
            "a_branch_was_added",
            Scene::digital().add(
                FieldName::BuyerName,
                Source::PdfText,
                "示例科技（上海）有限公司徐汇分公司",
            ),
        ),
        silent(
            "the_same_name_in_other_brackets",
            Scene::digital().add(FieldName::BuyerName, Source::PdfText, "示例科技(上海)有限公司"),
        ),
        silent(
            "another_name_is_a_matter_of_w101",
            Scene::digital().add(FieldName::BuyerName, Source::PdfText, "另一家公司"),
        ),
    ]
}
