//! Seals made for tests, octet by octet, with keys that are the same on every run.

use sm2::dsa::SigningKey;
use sm2::dsa::signature::Signer as _;
use sm3::{Digest as _, Sm3};

use super::certificate::signature_to_der;

const OID_SM2_WITH_SM3: &[u8] = &[0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x75];
const OID_SM3: &[u8] = &[0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x83, 0x11];
const OID_EC_KEY: &[u8] = &[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
const OID_SM2_CURVE: &[u8] = &[0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D];
const OID_COMMON_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];
const OID_GM_DATA: &[u8] = &[
    0x06, 0x0A, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x02, 0x01,
];
const OID_GM_SIGNED: &[u8] = &[
    0x06, 0x0A, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02,
];
const OID_DIGEST: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04];

/// How the last signature value of a made seal is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::ofd) enum Writing {
    Der,
    Raw,
}

/// A person or office with a key and a certificate it issued to itself.
pub(in crate::ofd) struct Office {
    key: SigningKey,
    pub(in crate::ofd) certificate: Vec<u8>,
}

impl Office {
    pub(in crate::ofd) fn new(name: &str, seed: u8) -> Office {
        let key = SigningKey::from_slice("1234567812345678", &[seed; 32]).expect("a key in range");
        let point = key.verifying_key().to_sec1_bytes();
        let name = sequence(&[tlv(
            0x31,
            &sequence(&[OID_COMMON_NAME.to_vec(), tlv(0x0C, name.as_bytes())]),
        )]);
        let algorithm = sequence(&[OID_SM2_WITH_SM3.to_vec()]);
        let body = sequence(&[
            tlv(0xA0, &[0x02, 0x01, 0x02]),
            tlv(0x02, &[0x01, seed]),
            algorithm.clone(),
            name.clone(),
            sequence(&[tlv(0x17, b"220101000000Z"), tlv(0x17, b"271231000000Z")]),
            name,
            sequence(&[
                sequence(&[OID_EC_KEY.to_vec(), OID_SM2_CURVE.to_vec()]),
                bits(&point),
            ]),
        ]);
        let value = signature_to_der(&key.sign(&body));
        let certificate = sequence(&[body, algorithm, bits(&value)]);
        Office { key, certificate }
    }

    fn sign(&self, message: &[u8], writing: Writing) -> Vec<u8> {
        let signature = self.key.sign(message);
        match writing {
            Writing::Der => signature_to_der(&signature),
            Writing::Raw => signature.to_bytes().to_vec(),
        }
    }
}

/// A version 4 seal over a `Signature.xml`; `holder` is whose certificate the seal lists.
pub(in crate::ofd) fn ses_v4(
    signature_xml: &[u8],
    seal_name: &str,
    holder: &Office,
    signer: &Office,
    writing: Writing,
) -> Vec<u8> {
    let maker = Office::new("制章人", 7);
    let info = seal_info(
        4,
        seal_name,
        &[tlv(0x02, &[1]), sequence(&[tlv(0x04, &holder.certificate)])],
    );
    let eseal = sequence(&[
        info.clone(),
        tlv(0x04, &maker.certificate),
        OID_SM2_WITH_SM3.to_vec(),
        bits(&maker.sign(&info, Writing::Der)),
    ]);
    let to_sign = sequence(&[
        tlv(0x02, &[4]),
        eseal,
        tlv(0x18, b"20220505014017Z"),
        bits(&Sm3::digest(signature_xml)),
        tlv(0x16, b"/Doc_0/Signs/Sign_0/Signature.xml"),
    ]);
    let value = signer.sign(&to_sign, writing);
    sequence(&[
        to_sign,
        tlv(0x04, &signer.certificate),
        OID_SM2_WITH_SM3.to_vec(),
        bits(&value),
    ])
}

/// A version 1 seal over a `Signature.xml`.
pub(in crate::ofd) fn ses_v1(signature_xml: &[u8], seal_name: &str, signer: &Office) -> Vec<u8> {
    let info = seal_info(1, seal_name, &[sequence(&[tlv(0x04, &signer.certificate)])]);
    let eseal = sequence(&[
        info.clone(),
        sequence(&[
            tlv(0x04, &signer.certificate),
            OID_SM2_WITH_SM3.to_vec(),
            bits(&signer.sign(&info, Writing::Der)),
        ]),
    ]);
    let to_sign = sequence(&[
        tlv(0x02, &[1]),
        eseal,
        bits(b"20180910101152Z"),
        bits(&Sm3::digest(signature_xml)),
        tlv(0x16, b"/Doc_0/Signs/Sign_0/Signature.xml"),
        tlv(0x04, &signer.certificate),
        OID_SM2_WITH_SM3.to_vec(),
    ]);
    let value = signer.sign(&to_sign, Writing::Der);
    sequence(&[to_sign, bits(&value)])
}

/// A PKCS#7 signature with signed attributes over a `Signature.xml`.
pub(in crate::ofd) fn pkcs7(signature_xml: &[u8], signer: &Office, seed: u8) -> Vec<u8> {
    let digest = sequence(&[
        OID_DIGEST.to_vec(),
        tlv(0x31, &tlv(0x04, &Sm3::digest(signature_xml))),
    ]);
    let value = signer.sign(&tlv(0x31, &digest), Writing::Der);
    let signer_info = sequence(&[
        tlv(0x02, &[1]),
        sequence(&[sequence(&[]), tlv(0x02, &[0x01, seed])]),
        sequence(&[OID_SM3.to_vec()]),
        tlv(0xA0, &digest),
        sequence(&[OID_SM2_WITH_SM3.to_vec()]),
        tlv(0x04, &value),
    ]);
    let data = sequence(&[
        tlv(0x02, &[1]),
        tlv(0x31, &sequence(&[OID_SM3.to_vec()])),
        sequence(&[OID_GM_DATA.to_vec()]),
        tlv(0xA0, &signer.certificate),
        tlv(0x31, &signer_info),
    ]);
    sequence(&[OID_GM_SIGNED.to_vec(), tlv(0xA0, &data)])
}

fn seal_info(version: u8, name: &str, holders: &[Vec<u8>]) -> Vec<u8> {
    let mut property = vec![tlv(0x02, &[3]), tlv(0x0C, name.as_bytes())];
    property.extend_from_slice(holders);
    for time in [b"20220101000000Z", b"20220101000000Z", b"20271231000000Z"] {
        property.push(tlv(0x18, time));
    }
    sequence(&[
        sequence(&[tlv(0x16, b"ES"), tlv(0x02, &[version]), tlv(0x16, b"maker")]),
        tlv(0x16, b"00000000000001"),
        sequence(&property),
        sequence(&[
            tlv(0x16, b"png"),
            tlv(0x04, b"picture"),
            tlv(0x02, &[30]),
            tlv(0x02, &[20]),
        ]),
    ])
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn bits(octets: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], octets].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    match length {
        0..=0x7F => bytes.push(length as u8),
        0x80..=0xFF => bytes.extend([0x81, length as u8]),
        _ => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    bytes.extend_from_slice(content);
    bytes
}
