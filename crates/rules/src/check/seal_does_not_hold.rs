//! S102: the signature value of a seal was not made by the key of its certificate.

use invoice::{Fault, FaultKind, Reading, SealCheck, Severity};

use crate::Context;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "S102",
    severity: Severity::Error,
    title_zh: "电子签章验证不通过",
    title_en: "the seal does not hold",
    reason_zh: "签章值与证书不符，印章可能是复制或伪造的。",
    reason_en: "The signature does not belong to the certificate; the seal may be copied or forged.",
    source: "GB/T 38540-2020 §7；GM/T 0009-2012",
};

pub(crate) fn check(reading: &Reading, _context: &Context<'_>, faults: &mut Vec<Fault>) {
    let Some(facts) = &reading.signatures else { return };
    for signer in facts
        .signers
        .iter()
        .filter(|signer| signer.seal == SealCheck::Fails)
    {
        let seal = signer.seal_name.as_deref().unwrap_or("（无名称）");
        faults.push(KIND.at("signature", format!("印章“{seal}”的签名值验证不通过")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::{Integrity, SealCheck};

    vec![
        fires(
            "a_copied_seal",
            Scene::legacy().signed(Integrity::Intact { parts: 5 }, SealCheck::Fails),
        ),
        silent("it_holds", Scene::legacy()),
        silent(
            "it_was_not_checked",
            Scene::legacy().signed(
                Integrity::Intact { parts: 5 },
                SealCheck::NotChecked {
                    why: "算法不支持".into(),
                },
            ),
        ),
    ]
}
