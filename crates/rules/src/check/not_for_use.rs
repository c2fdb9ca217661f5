//! T101: words on the page say that this is no invoice to be used: 作废, 样票, 仅供预览.
//!
//! The remark is left out: it often speaks of another invoice that was voided.

use invoice::{Fault, FaultKind, FieldName, Severity, normalise};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "T101",
    severity: Severity::Warning,
    title_zh: "版面有作废或样票字样",
    title_en: "marked as void, sample or preview",
    reason_zh: "作废票、样票、预览件不是有效凭证，应索取正式发票。",
    reason_en: "A voided invoice, a sample or a preview is no voucher; ask for the real one.",
    source: "发票管理办法第二十一条；field observation",
};

/// What is stamped across pages that are not for use.
const MARKS: &[&str] = &[
    "作废",
    "样票",
    "票样",
    "样张",
    "仅供预览",
    "发票预览",
    "仅供参考",
    "测试发票",
];

/// A stamp is short; a long text only speaks of such things.
const MARK_TEXT_CHARS_MAX: usize = 24;

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let extras = subject
        .invoice
        .extras
        .iter()
        .flat_map(|extra| [extra.name.as_str(), extra.value.as_str()]);
    let titles = subject
        .witnesses(FieldName::Kind)
        .map(|witness| witness.raw.as_str());
    let found = extras.chain(titles).find_map(|text| {
        let bare = normalise(text);
        let mark = MARKS.iter().find(|mark| bare.contains(**mark))?;
        (bare.chars().count() <= MARK_TEXT_CHARS_MAX).then_some((*mark, bare))
    });
    if let Some((mark, text)) = found {
        faults.push(KIND.at("file", format!("版面文字“{text}”含“{mark}”")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("a_preview", Scene::digital().extra("", "仅供预览")),
        fires("voided_letter_by_letter", Scene::legacy().extra("水印", "作 废")),
        silent(
            "a_remark_about_another_invoice",
            Scene::digital().set(FieldName::Remark, "原发票已作废，重新开具"),
        ),
        silent(
            "a_long_text_that_speaks_of_it",
            Scene::digital().extra(
                "说明",
                "本发票一经开具不得作废，如需更正请开具红字发票并重新开具蓝字发票，特此告知购买方",
            ),
        ),
        silent("an_ordinary_extra", Scene::digital().extra("车牌号", "京A00000")),
    ]
}
