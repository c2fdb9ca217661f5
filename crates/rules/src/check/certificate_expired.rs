//! S104: the signer's certificate had expired when the seal says it was set.

use invoice::{Fault, FaultKind, Reading, Severity, parse_date};

use crate::Context;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "S104",
    severity: Severity::Warning,
    title_zh: "签章时证书已过期",
    title_en: "certificate expired at signing",
    reason_zh: "签章时间晚于证书有效期，签章效力存疑。",
    reason_en: "The seal was set after its certificate had expired; its force is in doubt.",
    source: "电子签名法第十三条；GB/T 38540-2020 §7",
};

pub(crate) fn check(reading: &Reading, _context: &Context<'_>, faults: &mut Vec<Fault>) {
    let Some(facts) = &reading.signatures else { return };
    for signer in &facts.signers {
        let day = |text: &Option<String>| text.as_deref().and_then(parse_date);
        if let (Some(signed), Some(until)) = (day(&signer.signed_at), day(&signer.valid_until))
            && signed > until
        {
            faults.push(KIND.at("signature", format!("签章时间{signed}，证书有效期至{until}")));
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    vec![
        fires(
            "signed_a_day_late",
            Scene::legacy().signer(|signer| signer.signed_at = Some("2026-01-01".into())),
        ),
        silent("signed_in_time", Scene::legacy()),
        silent(
            "the_time_is_not_stated",
            Scene::legacy().signer(|signer| signer.signed_at = None),
        ),
    ]
}
