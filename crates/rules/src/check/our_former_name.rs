//! P109: our tax number with a former name of ours: accepted.

use invoice::{Fault, FaultKind, Severity, canonical_name};

use crate::subject::{Party, Subject};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P109",
    severity: Severity::Note,
    title_zh: "抬头为本单位曾用名",
    title_en: "our former name",
    reason_zh: "识别号相符而名称为曾用名；更名前后的发票可用，请留存更名证明。",
    reason_en: "The number is ours and the name an earlier one; acceptable, keep the proof of the change of name.",
    source: "国家税务总局公告2018年第28号；税局问答",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for party in Party::BOTH {
        let Some(entity) = subject.entity_of_number(party) else {
            continue;
        };
        let Some(name) = subject.value(party.name()) else {
            continue;
        };
        let at = entity
            .names
            .iter()
            .position(|ours| canonical_name(ours) == canonical_name(name));
        if at.is_some_and(|at| at > 0) {
            let ours = entity.names.first().map_or("", String::as_str);
            faults.push(KIND.at(party.name().as_str(), format!("“{name}”是“{ours}”的曾用名")));
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, buyer_id, fires, silent};

    vec![
        fires(
            "before_we_were_renamed",
            Scene::digital().ours(&buyer_id(), &["示例新名有限公司", "示例科技（上海）有限公司"]),
        ),
        silent(
            "our_current_name",
            Scene::digital().ours(&buyer_id(), &["示例科技（上海）有限公司", "示例旧名有限公司"]),
        ),
    ]
}
