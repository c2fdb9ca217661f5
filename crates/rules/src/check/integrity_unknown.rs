//! S105: there is a signature, and whether the content is unchanged cannot be told.

use invoice::{Fault, FaultKind, Integrity, Reading, Severity};

use crate::Context;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "S105",
    severity: Severity::Note,
    title_zh: "签章无法验证",
    title_en: "integrity cannot be told",
    reason_zh: "文件带有签章，但因算法或结构原因无法验证，不等于未通过。",
    reason_en: "The file is signed, but its algorithm or form cannot be checked; that is no failure.",
    source: "GB/T 33190-2016 §18；财会〔2024〕12号（应显示验签状态）",
};

pub(crate) fn check(reading: &Reading, _context: &Context<'_>, faults: &mut Vec<Fault>) {
    let Some(facts) = &reading.signatures else { return };
    if let Integrity::Unknown { why } = &facts.integrity {
        faults.push(KIND.at("signature", format!("签章无法验证：{why}")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::{Integrity, SealCheck};

    vec![
        fires(
            "an_unknown_algorithm",
            Scene::legacy().signed(
                Integrity::Unknown {
                    why: "摘要算法未知".into(),
                },
                SealCheck::Holds,
            ),
        ),
        silent("intact", Scene::legacy()),
    ]
}
