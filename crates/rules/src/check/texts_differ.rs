//! W105: free texts (addresses, remark, names of persons) differ between sources.

use invoice::{Fault, FaultKind, FieldName, Severity, Witness};

use super::witnesses_disagree::of_two;
use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "W105",
    severity: Severity::Note,
    title_zh: "文字要素说法不同",
    title_en: "free texts differ",
    reason_zh: "地址、开户行、备注、开票人等文字在各来源中不同，多为换行或截断造成，必要时核对。",
    reason_en: "Addresses, bank, remark or persons differ between sources, mostly by wrapping or cutting; compare where it matters.",
    source: "field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for name in TEXTS {
        let is_same = |one: &Witness, other: &Witness| match (&one.value, &other.value) {
            (Some(a), Some(b)) => is_part(a, b) || is_part(b, a),
            _ => true,
        };
        if let Some((one, other)) = subject.contradiction(*name, is_same) {
            faults.push(KIND.at(name.as_str(), of_two(*name, one, other)));
        }
    }
}

/// Fields that are free text.
const TEXTS: &[FieldName] = &[
    FieldName::MachineNumber,
    FieldName::SellerAddress,
    FieldName::SellerBank,
    FieldName::BuyerAddress,
    FieldName::BuyerBank,
    FieldName::Remark,
    FieldName::Payee,
    FieldName::Reviewer,
    FieldName::Drawer,
    FieldName::Business,
];

/// Whether one text is part of the other, punctuation left out: a layout wraps and cuts texts at will.
fn is_part(whole: &str, part: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    bare(whole).contains(&bare(part))
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::Source;

    vec![
        fires(
            "two_drawers",
            Scene::digital().add(FieldName::Drawer, Source::PdfText, "李四"),
        ),
        silent(
            "a_remark_that_was_cut_off",
            Scene::digital().set(FieldName::Remark, "合同号 A-1，第二期").add(
                FieldName::Remark,
                Source::PdfText,
                "合同号A-1，",
            ),
        ),
    ]
}
