//! P105: our tax number with a name that is not and never was ours.

use invoice::{Fault, FaultKind, Severity, canonical_name};

use crate::subject::{Party, Subject, is_masked};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P105",
    severity: Severity::Error,
    title_zh: "识别号是本单位而名称不是",
    title_en: "our number with another name",
    reason_zh: "名称与识别号不是同一单位，不能作为税前扣除凭证，应退回重开。",
    reason_en: "Name and number belong to two parties; the voucher is not acceptable and must be issued again.",
    source: "企业所得税税前扣除凭证管理办法（国家税务总局公告2018年第28号）第十二条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for party in Party::BOTH {
        let Some(entity) = subject.entity_of_number(party) else {
            continue;
        };
        let Some(name) = subject.value(party.name()).filter(|name| !is_masked(name)) else {
            continue;
        };
        if !entity.names.is_empty()
            && !entity
                .names
                .iter()
                .any(|ours| canonical_name(ours) == canonical_name(name))
        {
            let ours = entity.names.first().map_or("", String::as_str);
            faults.push(KIND.at(
                party.name().as_str(),
                format!("识别号属于“{ours}”，{}名称为“{name}”", party.label()),
            ));
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, buyer_id, fires, silent};

    vec![
        fires(
            "another_name_beside_our_number",
            Scene::digital().ours(&buyer_id(), &["示例贸易有限公司"]),
        ),
        silent(
            "our_name_in_other_brackets",
            Scene::digital().ours(&buyer_id(), &["示例科技(上海)有限公司"]),
        ),
        silent(
            "a_former_name_is_a_matter_of_p109",
            Scene::digital().ours(&buyer_id(), &["示例新名有限公司", "示例科技（上海）有限公司"]),
        ),
    ]
}
