//! SM2 signatures in the PKCS#7 form of GM/T 0010-2012, as on rail tickets.
//!
//! The structure is that of RFC 2315 under Chinese object identifiers (`1.2.156.10197.6.1.4.2.2` for signed data).
//! It holds no seal, so the name shown is the certificate's. Signed attributes, where there are any, hold the digest
//! of `Signature.xml`, and the signature value is made over their DER as a SET; without them it is made over
//! `Signature.xml` itself.

use der::asn1::ObjectIdentifier;
use invoice::{SealCheck, Signer};

use super::Seal;
use super::certificate::{SignerCertificate, instant};
use super::elements::{Element, Elements, Malformed};
use super::ses::covers;

const GM_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.6.1.4.2.2");
const CMS_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

pub(super) fn read(mut outer: Elements<'_>, signature_xml: &[u8]) -> Result<Seal, String> {
    let damaged = |_: Malformed| "签名结构不完整，不符合GM/T 0010".to_owned();
    let kind = outer.take().map_err(damaged)?.object_identifier();
    if kind != Some(GM_SIGNED_DATA) && kind != Some(CMS_SIGNED_DATA) {
        return Err("签名结构不是签名数据类型".to_owned());
    }
    let data = SignedData::read(outer).map_err(damaged)?;
    let certificates: Vec<SignerCertificate> = data
        .certificates
        .iter()
        .filter_map(|bytes| SignerCertificate::read(bytes).ok())
        .collect();
    let certificate = certificates
        .iter()
        .find(|certificate| certificate.serial == data.serial)
        .or(match certificates.as_slice() {
            [only] => Some(only),
            _ => None,
        });

    let digest = data.attribute(MESSAGE_DIGEST).and_then(|value| value.octets());
    let signed_at = data
        .attribute(SIGNING_TIME)
        .and_then(|value| value.text().map(instant));
    let (message, covers_signature) = match (&data.attributes, digest) {
        (Some(attributes), Some(digest)) => (set_of(attributes), covers(digest, signature_xml)),
        (Some(attributes), None) => (set_of(attributes), Err("签名属性中没有摘要".to_owned())),
        (None, _) => (signature_xml.to_vec(), Ok(true)),
    };
    let verified = match certificate {
        None => Err("签名数据中没有签名者的证书".to_owned()),
        Some(certificate) => certificate.verifies(&message, data.signature),
    };
    // Without signed attributes only the signature value itself binds Signature.xml.
    let covers_signature = match (&data.attributes, &verified) {
        (None, Ok(holds)) => Ok(*holds),
        (None, Err(why)) => Err(why.clone()),
        (Some(_), _) => covers_signature,
    };
    Ok(Seal {
        signer: Signer {
            seal_name: None,
            subject: certificate.map(|c| c.subject.clone()),
            issuer: certificate.map(|c| c.issuer.clone()),
            valid_until: certificate.and_then(|c| c.valid_until.clone()),
            signed_at,
            seal: match verified {
                Ok(true) => SealCheck::Holds,
                Ok(false) => SealCheck::Fails,
                Err(why) => SealCheck::NotChecked { why },
            },
        },
        covers_signature,
    })
}

/// What is needed of `SignedData` and of its first `SignerInfo`.
struct SignedData<'a> {
    certificates: Vec<&'a [u8]>,
    /// Content octets of the serial number by which the signer is named.
    serial: Vec<u8>,
    attributes: Option<Element<'a>>,
    signature: &'a [u8],
}

impl<'a> SignedData<'a> {
    fn read(mut outer: Elements<'a>) -> Result<SignedData<'a>, Malformed> {
        let mut data = outer.take()?.inside()?.take()?.inside()?;
        let _version = data.take()?;
        let _digest_algorithms = data.take()?;
        let _content = data.take()?;
        let certificates = match data.take_context(0) {
            Some(list) => list.inside()?.rest().iter().map(|e| e.whole).collect(),
            None => Vec::new(),
        };
        let _revoked = data.take_context(1);

        let mut signer = data.take()?.inside()?.take()?.inside()?;
        let _version = signer.take()?;
        let mut identity = signer.take()?.inside()?;
        let _issuer = identity.take()?;
        let serial = identity.take()?.content.to_vec();
        let _digest_algorithm = signer.take()?;
        let attributes = signer.take_context(0);
        let _signature_algorithm = signer.take()?;
        let signature = signer.take()?.octets().ok_or(Malformed)?;
        Ok(SignedData {
            certificates,
            serial,
            attributes,
            signature,
        })
    }

    /// The first value of a signed attribute.
    fn attribute(&self, kind: ObjectIdentifier) -> Option<Element<'a>> {
        let attributes = self.attributes?.inside().ok()?;
        attributes.rest().iter().find_map(|attribute| {
            let mut parts = attribute.inside().ok()?;
            let named = parts.take().ok()?.object_identifier()?;
            let mut values = parts.take().ok()?.inside().ok()?;
            (named == kind).then(|| values.take().ok()).flatten()
        })
    }
}

/// The DER of the signed attributes as a SET OF, over which the signature is made: the same bytes under another tag.
fn set_of(attributes: &Element<'_>) -> Vec<u8> {
    let mut bytes = attributes.whole.to_vec();
    if let Some(tag) = bytes.first_mut() {
        *tag = 0x31;
    }
    bytes
}
