//! The signer's certificate (X.509 with an SM2 key, GM/T 0015) and the check of a signature value with it.

use std::time::Duration;

use der::Decode as _;
use der::asn1::ObjectIdentifier;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use sm2::dsa::signature::Verifier as _;
use sm2::dsa::{Signature, VerifyingKey};
use x509_cert::Certificate;

/// The user id that every SM2 signature of a seal is made with (GM/T 0009-2012 §10).
const USER_ID: &str = "1234567812345678";

/// SM2 signature with SM3 digest (GM/T 0006-2012); the other two name the algorithm less exactly but are met.
const SM2_ALGORITHMS: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("1.2.156.10197.1.501"),
    ObjectIdentifier::new_unwrap("1.2.156.10197.1.301"),
    ObjectIdentifier::new_unwrap("1.2.156.10197.1.301.1"),
];

/// Whether an algorithm identifier names SM2 signatures.
pub(super) fn is_sm2(algorithm: Option<ObjectIdentifier>) -> bool {
    algorithm.is_some_and(|oid| SM2_ALGORITHMS.contains(&oid))
}

/// What is shown of a certificate, and its key.
#[derive(Debug)]
pub(super) struct SignerCertificate {
    /// Subject, as RFC 4514 writes names.
    pub(super) subject: String,
    /// Issuer, likewise.
    pub(super) issuer: String,
    /// Last day of validity in Chinese time, `YYYY-MM-DD`.
    pub(super) valid_until: Option<String>,
    /// The serial number's content octets, to find the certificate a PKCS#7 signer names.
    pub(super) serial: Vec<u8>,
    key: Result<VerifyingKey, String>,
}

impl SignerCertificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// A text in Chinese that says why not.
    pub(super) fn read(bytes: &[u8]) -> Result<SignerCertificate, String> {
        let certificate =
            Certificate::from_der(bytes).map_err(|_| "签名证书不是有效的X.509证书".to_owned())?;
        let tbs = certificate.tbs_certificate();
        let key_bytes = tbs.subject_public_key_info().subject_public_key.raw_bytes();
        let key = VerifyingKey::from_sec1_bytes(USER_ID, key_bytes)
            .map_err(|_| "签名证书的公钥不是SM2公钥".to_owned());
        Ok(SignerCertificate {
            subject: tbs.subject().to_string(),
            issuer: tbs.issuer().to_string(),
            valid_until: day(tbs.validity().not_after.to_unix_duration()),
            serial: tbs.serial_number().as_bytes().to_vec(),
            key,
        })
    }

    /// Whether `signature` (DER, or the raw 64 bytes r‖s that some makers write) was made over `message` by this key.
    ///
    /// # Errors
    /// A text in Chinese that says why it cannot be checked. A signature of no known form is one that does not hold.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> Result<bool, String> {
        let key = self.key.as_ref().map_err(Clone::clone)?;
        let parsed = match signature.len() {
            64 => Signature::from_slice(signature).ok(),
            _ => signature_from_der(signature),
        };
        Ok(parsed.is_some_and(|signature| key.verify(message, &signature).is_ok()))
    }
}

/// `SEQUENCE { r INTEGER, s INTEGER }`.
fn signature_from_der(bytes: &[u8]) -> Option<Signature> {
    let mut parts = super::Elements::whole(bytes).ok()?;
    let r = parts.take().ok().filter(super::elements::Element::is_integer)?;
    let s = parts.take().ok().filter(super::elements::Element::is_integer)?;
    let mut raw = [0; 64];
    let (r_raw, s_raw) = raw.split_at_mut(32);
    right_align(r.content, r_raw)?;
    right_align(s.content, s_raw)?;
    Signature::from_slice(&raw).ok()
}

/// Copies a big-endian number to the end of `target`; leading zeros may be cut, nothing else.
fn right_align(number: &[u8], target: &mut [u8]) -> Option<()> {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let significant = number.get(start..)?;
    let at = target.len().checked_sub(significant.len())?;
    target.get_mut(at..)?.copy_from_slice(significant);
    Some(())
}

/// The day in China on which an instant falls.
fn day(since_epoch: Duration) -> Option<String> {
    let instant = Timestamp::from_duration(SignedDuration::try_from(since_epoch).ok()?).ok()?;
    Some(chinese_time(instant)?.date().to_string())
}

/// An instant as `2022-05-05T09:40:17+08:00`, from `YYYYMMDDhhmmss[.fff]Z`, `YYMMDDhhmmssZ`, or the same without `Z`,
/// which is taken as Chinese time. Other texts are given back as they stand.
pub(in crate::ofd) fn instant(text: &str) -> String {
    read_instant(text).unwrap_or_else(|| text.to_owned())
}

fn read_instant(text: &str) -> Option<String> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let digits = match digits.len() {
        14 => digits,
        // A two-digit year of UTCTime; seals did not exist before 2000.
        12 => format!("20{digits}"),
        _ => return None,
    };
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    let year = digits.get(..4)?.parse::<i16>().ok()?;
    let local = jiff::civil::DateTime::new(
        year,
        number(4, 6)?,
        number(6, 8)?,
        number(8, 10)?,
        number(10, 12)?,
        number(12, 14)?,
        0,
    )
    .ok()?;
    let offset = if text.ends_with('Z') { 0 } else { 8 };
    let instant = Offset::constant(offset).to_timestamp(local).ok()?;
    Some(format!("{}+08:00", chinese_time(instant)?))
}

fn chinese_time(instant: Timestamp) -> Option<jiff::civil::DateTime> {
    Some(instant.to_zoned(TimeZone::fixed(Offset::constant(8))).datetime())
}

/// The DER of a signature, for tests and for nothing else.
#[cfg(test)]
pub(super) fn signature_to_der(signature: &Signature) -> Vec<u8> {
    use der::Encode as _;
    use der::asn1::UintRef;

    let raw = signature.to_bytes();
    let (r, s) = raw.split_at(32);
    let mut body = UintRef::new(r).expect("r fits").to_der().expect("r encodes");
    body.extend(UintRef::new(s).expect("s fits").to_der().expect("s encodes"));
    let mut whole = vec![0x30, u8::try_from(body.len()).expect("at most 70 octets")];
    whole.extend(body);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_chinese_time() {
        assert_eq!(instant("20220505014017Z"), "2022-05-05T09:40:17+08:00");
        assert_eq!(instant("20220505014017.041Z"), "2022-05-05T09:40:17+08:00");
        assert_eq!(instant("220317072054Z"), "2022-03-17T15:20:54+08:00");
        assert_eq!(instant("20201010151120"), "2020-10-10T15:11:20+08:00");
        assert_eq!(instant("20221399000000Z"), "20221399000000Z");
        assert_eq!(instant(""), "");
    }

    #[test]
    fn the_last_day_of_validity_is_the_day_in_china() {
        // 2023-05-28T16:00:00Z is midnight in China.
        assert_eq!(
            day(Duration::from_secs(1_685_289_600)).as_deref(),
            Some("2023-05-29")
        );
    }

    #[test]
    fn what_is_no_signature_is_refused_quietly() {
        for bytes in [
            &b""[..],
            b"\x30\x00",
            b"\x30\x03\x02\x01\x00",
            &[0x30; 72],
            &[0xFF; 64],
        ] {
            assert!(signature_from_der(bytes).is_none());
        }
    }
}
