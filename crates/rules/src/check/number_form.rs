//! N101: 发票号码 is neither 20 digits (数电) nor 8 (legacy).
//!
//! Test data and misprints hold 15 to 24 digits; they are kept and warned of, never refused.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::{Subject, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N101",
    severity: Severity::Warning,
    title_zh: "发票号码位数有误",
    title_en: "number of an odd length",
    reason_zh: "数电发票号码 20 位，税控发票号码 8 位；位数不对的无法查验。",
    reason_en: "A digital number has 20 digits, a legacy one 8; another length cannot be verified.",
    source: "国家税务总局公告2024年第11号附件（数电发票号码 20 位）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    match subject.value(FieldName::Number) {
        Some(number) if !matches!(number.len(), 8 | 20) => {
            faults.push(KIND.at(
                "number",
                format!("发票号码{number}为{}位，应为20位或8位", number.len()),
            ));
        }
        Some(_) => {}
        None => {
            if let Some(witness) = subject.witnesses(FieldName::Number).next() {
                let raw = shown(FieldName::Number, &witness.raw);
                faults.push(KIND.at("number", format!("“{raw}”不能是发票号码")));
            }
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "nineteen_digits",
            Scene::digital().set(FieldName::Number, "9223372036854775807"),
        ),
        fires(
            "a_letter_in_it",
            Scene::digital().set(FieldName::Number, "2611200000000000001O"),
        ),
        silent("twenty_digits", Scene::digital()),
        silent("eight_digits", Scene::legacy()),
    ]
}
