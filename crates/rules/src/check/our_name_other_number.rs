//! P110: our name with a tax number that is not ours.

use invoice::{Fault, FaultKind, Severity};

use crate::subject::{Party, Subject, is_masked, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P110",
    severity: Severity::Error,
    title_zh: "名称是本单位而识别号不是",
    title_en: "our name with another number",
    reason_zh: "识别号错误的发票进不了本单位税务数字账户，不能抵扣，应退回重开。",
    reason_en: "The invoice never reaches our digital account and cannot be deducted; have it issued again.",
    source: "国家税务总局公告2017年第16号；国家税务总局公告2018年第28号第十二条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for party in Party::BOTH {
        let name = party.tax_id();
        let Some(number) = subject.value(name).filter(|number| !is_masked(number)) else {
            continue;
        };
        if subject.has_our_name(party) && !subject.has_our_number(party) {
            faults.push(KIND.at(
                name.as_str(),
                format!("{}名称是本单位，识别号{}不是", party.label(), shown(name, number)),
            ));
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, buyer_id, fires, silent, tax_id};

    vec![
        fires(
            "another_number_beside_our_name",
            Scene::digital().ours(&tax_id("91440000MA0000003"), &["示例科技（上海）有限公司"]),
        ),
        silent(
            "both_ours",
            Scene::digital().ours(&buyer_id(), &["示例科技（上海）有限公司"]),
        ),
        silent(
            "neither_ours",
            Scene::digital().ours(&tax_id("91440000MA0000003"), &["另一家有限公司"]),
        ),
    ]
}
