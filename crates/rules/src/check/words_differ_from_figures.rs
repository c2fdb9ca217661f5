//! A102: 价税合计 in words and in figures are different amounts. Words are parsed, never compared as text.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "A102",
    severity: Severity::Error,
    title_zh: "大写与小写金额不符",
    title_en: "words and figures differ",
    reason_zh: "大写与小写是防涂改的双写，不符说明其一被改动；按规定此类凭证不予受理。",
    reason_en: "The total is written twice against alteration; where the two differ one was changed, and the voucher is not acceptable.",
    source: "会计基础工作规范第四十八条；发票管理办法第二十一条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let words = subject.invoice.fields.cents(FieldName::TotalWords);
    let (Some(words), Some(total)) = (words, subject.invoice.total()) else {
        return;
    };
    // Some programs leave the minus out of the words; the sign is judged by X101.
    if words.abs() != total.abs() && !twin::is_on("words_not_compared") {
        let raw = subject
            .invoice
            .fields
            .raw(FieldName::TotalWords)
            .unwrap_or_default();
        faults.push(KIND.at(
            "total_words,total",
            format!("大写“{raw}”即{words}，小写为{total}"),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    vec![
        fires(
            "figures_were_raised",
            Scene::digital().set(FieldName::Total, "131.00"),
        ),
        fires(
            "words_were_changed",
            Scene::digital().set(FieldName::TotalWords, "壹佰叁拾壹圆整"),
        ),
        silent("they_agree", Scene::digital()),
        silent(
            "another_spelling",
            Scene::digital().set(FieldName::TotalWords, "⊗壹佰壹拾叁元正"),
        ),
        silent(
            "a_red_letter_without_its_minus",
            Scene::red().set(FieldName::TotalWords, "壹佰壹拾叁圆整"),
        ),
    ]
}
