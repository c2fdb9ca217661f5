//! Seals made for the test: what holds, what was lifted from elsewhere, what is cut short.

use invoice::SealCheck;
use proptest::prelude::*;

use super::making::{Office, Writing, pkcs7, ses_v1, ses_v4};
use super::{Seal, read};

const XML: &[u8] = b"<Signature/>";
const NAME: &str = "国家税务总局示例市税务局";

fn v4(writing: Writing) -> Vec<u8> {
    let office = Office::new("示例市税务局", 5);
    ses_v4(XML, NAME, &office, &office, writing)
}

fn seal(bytes: &[u8]) -> Seal {
    read(bytes, XML).expect("a seal of known form")
}

#[test]
fn a_seal_of_version_4_is_read_and_holds() {
    for writing in [Writing::Der, Writing::Raw] {
        let seal = seal(&v4(writing));
        assert_eq!(seal.signer.seal, SealCheck::Holds);
        assert_eq!(seal.covers_signature, Ok(true));
        assert_eq!(seal.signer.seal_name.as_deref(), Some(NAME));
        assert_eq!(seal.signer.subject.as_deref(), Some("CN=示例市税务局"));
        assert_eq!(seal.signer.valid_until.as_deref(), Some("2027-12-31"));
        assert_eq!(
            seal.signer.signed_at.as_deref(),
            Some("2022-05-05T09:40:17+08:00")
        );
    }
}

#[test]
fn another_signature_xml_is_not_covered() {
    let seal = read(&v4(Writing::Der), b"<Signature />").expect("a seal of known form");
    assert_eq!(seal.covers_signature, Ok(false));
    assert_eq!(seal.signer.seal, SealCheck::Holds);
}

#[test]
fn a_renamed_seal_fails() {
    let mut bytes = v4(Writing::Der);
    let name = NAME.as_bytes();
    let at = bytes
        .windows(name.len())
        .position(|w| w == name)
        .expect("the name is there");
    // 国 becomes 图.
    bytes[at..at + 3].copy_from_slice("图".as_bytes());
    assert_eq!(seal(&bytes).signer.seal, SealCheck::Fails);
}

#[test]
fn a_seal_taken_from_another_and_signed_by_a_stranger_fails() {
    let office = Office::new("示例市税务局", 5);
    let stranger = Office::new("路人", 9);
    let seal = seal(&ses_v4(XML, NAME, &office, &stranger, Writing::Der));
    assert_eq!(seal.signer.seal, SealCheck::Fails);
    assert_eq!(seal.signer.subject.as_deref(), Some("CN=路人"));
}

#[test]
fn a_seal_of_version_1_is_shown_and_not_judged() {
    let office = Office::new("示例市税务局", 5);
    let seal = seal(&ses_v1(XML, NAME, &office));
    assert!(matches!(seal.signer.seal, SealCheck::NotChecked { ref why } if why.contains("GM/T 0031")));
    assert_eq!(seal.covers_signature, Ok(true));
    assert_eq!(seal.signer.seal_name.as_deref(), Some(NAME));
    assert_eq!(
        seal.signer.signed_at.as_deref(),
        Some("2018-09-10T18:11:52+08:00")
    );
}

#[test]
fn pkcs7_with_signed_attributes_holds_until_it_is_altered() {
    let office = Office::new("铁路", 5);
    let good = pkcs7(XML, &office, 5);
    let read_good = seal(&good);
    assert_eq!(read_good.signer.seal, SealCheck::Holds);
    assert_eq!(read_good.covers_signature, Ok(true));
    assert_eq!(read_good.signer.subject.as_deref(), Some("CN=铁路"));

    let mut bad = good;
    *bad.last_mut().expect("not empty") ^= 1;
    assert_eq!(seal(&bad).signer.seal, SealCheck::Fails);
}

#[test]
fn what_is_no_seal_says_why() {
    for bytes in [
        &b""[..],
        b"MIIB",
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x30\x84\xFF\xFF\xFF\xFF",
        b"\x30\x00",
        b"\x30\x03\x02\x01\x04",
        b"\x30\x05\x30\x03\x02\x01\x09",
        b"\x30\x05\x30\x03\x02\x01\x04",
        b"\x30\x02\x06\x00",
    ] {
        let why = read(bytes, XML).expect_err("no seal");
        assert!(!why.is_empty());
    }
}

#[test]
fn every_cut_of_a_seal_is_answered() {
    let whole = v4(Writing::Der);
    for length in 0..whole.len() {
        assert!(read(&whole[..length], XML).is_err(), "cut at {length}");
    }
}

proptest! {
    #[test]
    fn an_altered_octet_is_answered(at in 0_usize..2_000, with: u8) {
        let mut bytes = v4(Writing::Der);
        let at = at % bytes.len();
        bytes[at] = with;
        let _ = read(&bytes, XML);
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, XML);
    }
}
