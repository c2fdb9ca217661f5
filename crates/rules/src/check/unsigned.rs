//! S103: an OFD without a signature. Many good copies are: the fault says only that nothing protects the content.

use invoice::{Fault, FaultKind, Format, Integrity, Reading, Severity};

use crate::Context;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "S103",
    severity: Severity::Note,
    title_zh: "OFD 没有签章",
    title_en: "unsigned OFD",
    reason_zh: "没有签章的副本无法证明内容未改，入账前建议查验或索取带章原件。",
    reason_en: "Nothing shows that an unsigned copy is unchanged; verify it or ask for the sealed original.",
    source: "财会〔2020〕6号第三条；样例实测（数电 OFD 多无签章）",
};

pub(crate) fn check(reading: &Reading, _context: &Context<'_>, faults: &mut Vec<Fault>) {
    let Some(facts) = &reading.signatures else { return };
    if reading.format == Format::Ofd && facts.integrity == Integrity::Unsigned && !reading.invoices.is_empty()
    {
        faults.push(KIND.at("signature", "OFD文件没有签章，内容是否改动无从证明"));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::{Integrity, SealCheck};

    vec![
        fires(
            "a_copy",
            Scene::legacy().signed(Integrity::Unsigned, SealCheck::Holds),
        ),
        silent("sealed", Scene::legacy()),
        silent(
            "xml_needs_none",
            Scene::digital().signed(Integrity::Unsigned, SealCheck::Holds),
        ),
    ]
}
