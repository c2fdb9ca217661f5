//! N108: a number that no real invoice has: all digits alike, no sequence, or the largest integer of a program.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N108",
    severity: Severity::Warning,
    title_zh: "疑为测试号码",
    title_en: "looks like a test number",
    reason_zh: "全零、全同数字或顺序号为零的号码来自测试数据或模板，不是真实发票。",
    reason_en: "Such numbers come from templates and tests, not from an issuer.",
    source: "field observation",
};

/// Numbers that programs and templates leave behind: the largest 64-bit integer, and counting.
const OF_PROGRAMS: &[&str] = &[
    "9223372036854775807",
    "12345678901234567890",
    "12345678",
    "87654321",
];

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(number) = subject.value(FieldName::Number) else {
        return;
    };
    let first = number.as_bytes().first();
    let is_uniform = number.bytes().all(|byte| Some(&byte) == first);
    let is_without_sequence = number.len() == 20 && number.bytes().skip(5).all(|byte| byte == b'0');
    if is_uniform || is_without_sequence || OF_PROGRAMS.contains(&number) {
        faults.push(KIND.at("number", format!("发票号码{number}像测试号码")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("only_zeros", Scene::legacy().set(FieldName::Number, "00000000")),
        fires(
            "no_sequence",
            Scene::digital().set(FieldName::Number, "26112000000000000000"),
        ),
        fires(
            "the_largest_integer",
            Scene::digital().set(FieldName::Number, "9223372036854775807"),
        ),
        silent("the_seventeenth_of_its_block", Scene::digital()),
        silent(
            "a_legacy_number_with_zeros_in_front",
            Scene::legacy().set(FieldName::Number, "00000007"),
        ),
    ]
}
