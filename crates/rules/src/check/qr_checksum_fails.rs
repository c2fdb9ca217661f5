//! W104: the checksum inside a QR code does not hold.
//!
//! The reader leaves rail and air codes and codes without a checksum alone.

use invoice::{CrcState, Fault, FaultKind, FieldName, Severity};

use crate::subject::{Subject, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "W104",
    severity: Severity::Warning,
    title_zh: "二维码校验和不符",
    title_en: "the QR code's checksum fails",
    reason_zh: "二维码自带的校验和与内容不符，二维码被误读或被改过，应索取原件或查验。",
    reason_en: "The code's own checksum does not fit its text: misread or altered. Ask for the original or verify.",
    source: "CRC-16/BUYPASS, measured on 33 codes of about ten issuing systems",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for code in subject
        .invoice
        .qr_codes
        .iter()
        .filter(|code| code.crc == CrcState::Fails && !twin::is_on("qr_checksum_not_tested"))
    {
        faults.push(KIND.at(
            "qr",
            format!("二维码校验和与内容不符：{}", shown(FieldName::Remark, &code.text)),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    vec![
        fires(
            "one_digit_of_the_text_was_changed",
            Scene::digital().qr(
                "01,31,,26112000000000000017,131.00,20260309,,B2B6",
                CrcState::Fails,
            ),
        ),
        silent(
            "it_holds",
            Scene::digital().qr(
                "01,31,,26112000000000000017,113.00,20260309,,B2B6",
                CrcState::Holds,
            ),
        ),
        silent(
            "a_ride_hailing_code_has_none",
            Scene::digital().qr(
                "01,32,,26112000000000000017,113.00,2026-03-09,,",
                CrcState::Absent,
            ),
        ),
        silent(
            "a_rail_code_uses_another",
            Scene::digital().qr(
                "01,51,,26119000000000000017,56.00,20260309,,219a",
                CrcState::NotApplicable,
            ),
        ),
    ]
}
