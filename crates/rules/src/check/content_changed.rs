//! S101: a signed part of the file differs from its digest: the content was changed after it was signed.

use invoice::{Fault, FaultKind, Integrity, Reading, Severity};

use crate::Context;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "S101",
    severity: Severity::Error,
    title_zh: "签名后内容被修改",
    title_en: "content changed after signing",
    reason_zh: "文件内容与签章时的摘要不一致，说明签章后被改动，不得作为入账依据。",
    reason_en: "The content differs from what was sealed; it was altered afterwards and cannot be booked.",
    source: "GB/T 33190-2016 §18；财会〔2020〕6号第三条；80 处摘要实测",
};

/// How many parts a message names.
const PARTS_SHOWN_MAX: usize = 3;

pub(crate) fn check(reading: &Reading, _context: &Context<'_>, faults: &mut Vec<Fault>) {
    let Some(facts) = &reading.signatures else { return };
    if let Integrity::Broken { parts } = &facts.integrity {
        let shown: Vec<&str> = parts.iter().take(PARTS_SHOWN_MAX).map(String::as_str).collect();
        faults.push(KIND.at(
            "signature",
            format!("{}处内容与签名摘要不符：{}", parts.len(), shown.join("、")),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::{Integrity, SealCheck};

    vec![
        fires(
            "a_page_was_changed",
            Scene::legacy().signed(
                Integrity::Broken {
                    parts: vec!["Doc_0/Pages/Page_0/Content.xml".into()],
                },
                SealCheck::Holds,
            ),
        ),
        silent("intact", Scene::legacy()),
        silent(
            "unsigned",
            Scene::legacy().signed(Integrity::Unsigned, SealCheck::Holds),
        ),
        silent("a_file_that_carries_no_signature", Scene::digital()),
    ]
}
