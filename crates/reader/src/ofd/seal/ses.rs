//! `SES_Signature`: the seal structure of GB/T 38540-2020 (version 4) and GM/T 0031-2014 (version 1).
//!
//! ```text
//! v4  SES_Signature ::= SEQUENCE { toSign TBS_Sign, cert OCTET STRING, algorithm OID, signature BIT STRING, ... }
//!     TBS_Sign      ::= SEQUENCE { version, eseal SESeal, timeInfo, dataHash BIT STRING, propertyInfo, ... }
//!     SESeal        ::= SEQUENCE { eSealInfo, cert OCTET STRING, algorithm OID, signedValue BIT STRING }
//! v1  SES_Signature ::= SEQUENCE { toSign TBS_Sign, signature BIT STRING }
//!     TBS_Sign      ::= SEQUENCE { version, eseal, timeInfo BIT STRING, dataHash BIT STRING, propertyInfo,
//!                                  cert OCTET STRING, algorithm OID }
//!     SESeal        ::= SEQUENCE { eSealInfo, SEQUENCE { cert OCTET STRING, algorithm OID, signData BIT STRING } }
//! both eSealInfo    ::= SEQUENCE { header, esID, property, picture, ... }
//! ```
//!
//! The signature value is made over the DER of `toSign`. Version 1 left its signed range open to reading, and the one
//! real file known verifies under neither reading: it is recognised and shown, its signature value is not judged.

use invoice::{SealCheck, Signer};
use sm3::{Digest as _, Sm3};

use super::Seal;
use super::certificate::{SignerCertificate, instant, is_sm2};
use super::elements::{Element, Elements, Malformed};

pub(super) fn read(outer: Elements<'_>, signature_xml: &[u8]) -> Result<Seal, String> {
    let damaged = |_: Malformed| "签章结构不完整，不符合GB/T 38540".to_owned();
    let to_sign = outer.clone().take().map_err(damaged)?;
    let version = to_sign
        .inside()
        .and_then(|mut inner| inner.take())
        .map_err(damaged)?;
    match version.small_integer() {
        // Makers write 4; a few write the year's draft number.
        Some(4..=5) => read_v4(outer, signature_xml).map_err(damaged),
        Some(0..=3) => read_v1(outer, signature_xml).map_err(damaged),
        _ => Err("签章结构版本未知".to_owned()),
    }
}

fn read_v4(mut outer: Elements<'_>, signature_xml: &[u8]) -> Result<Seal, Malformed> {
    let to_sign = outer.take()?;
    let certificate_bytes = octets(outer.take()?)?;
    let algorithm = outer.take()?.object_identifier();
    let value = octets(outer.take()?)?;

    let mut signed = to_sign.inside()?;
    let _version = signed.take()?;
    let eseal = ESeal::read(signed.take()?)?;
    let time = signed.take()?.text().map(instant);
    let data_hash = octets(signed.take()?)?;

    let certificate = SignerCertificate::read(certificate_bytes);
    let seal = match &certificate {
        Err(why) => SealCheck::NotChecked { why: why.clone() },
        Ok(_) if !is_sm2(algorithm) => SealCheck::NotChecked {
            why: "签名算法不是SM2".to_owned(),
        },
        Ok(signer) => match signer.verifies(to_sign.whole, value) {
            Err(why) => SealCheck::NotChecked { why },
            Ok(false) => SealCheck::Fails,
            // A seal lifted out of another file and signed over with a stranger's key verifies under that key;
            // only the seal's own list of certificates, sealed by its maker, shows that it is not his.
            Ok(true) if !eseal.lists(certificate_bytes) => SealCheck::Fails,
            Ok(true) => eseal.maker_check(),
        },
    };
    Ok(Seal {
        signer: signer(eseal.name, certificate.ok(), time, seal),
        covers_signature: covers(data_hash, signature_xml),
    })
}

fn read_v1(mut outer: Elements<'_>, signature_xml: &[u8]) -> Result<Seal, Malformed> {
    let to_sign = outer.take()?;
    let _value = octets(outer.take()?)?;
    let mut signed = to_sign.inside()?;
    let _version = signed.take()?;
    let eseal = ESeal::read(signed.take()?)?;
    // The time is a BIT STRING that holds the text of a time, or a time stamp token.
    let time = octets(signed.take()?)?;
    let time = std::str::from_utf8(time)
        .ok()
        .filter(|text| text.starts_with(|c: char| c.is_ascii_digit()))
        .map(instant);
    let data_hash = octets(signed.take()?)?;
    let _property = signed.take()?;
    let certificate = SignerCertificate::read(octets(signed.take()?)?);
    let seal = SealCheck::NotChecked {
        why: "GM/T 0031-2014第1版印章，签名值的取值范围未有定论，未验签".to_owned(),
    };
    Ok(Seal {
        signer: signer(eseal.name, certificate.ok(), time, seal),
        covers_signature: covers(data_hash, signature_xml),
    })
}

fn signer(
    seal_name: Option<String>,
    certificate: Option<SignerCertificate>,
    signed_at: Option<String>,
    seal: SealCheck,
) -> Signer {
    let (subject, issuer, valid_until) = match certificate {
        Some(c) => (Some(c.subject), Some(c.issuer), c.valid_until),
        None => (None, None, None),
    };
    Signer {
        seal_name,
        subject,
        issuer,
        valid_until,
        signed_at,
        seal,
    }
}

/// Whether a `dataHash` is the SM3 digest of `Signature.xml`.
pub(super) fn covers(data_hash: &[u8], signature_xml: &[u8]) -> Result<bool, String> {
    if data_hash.len() != 32 {
        return Err("签章中的摘要不是SM3摘要".to_owned());
    }
    Ok(Sm3::digest(signature_xml).as_slice() == data_hash)
}

/// The seal itself (电子印章数据): its name, whom it belongs to, and what its maker signed.
struct ESeal<'a> {
    name: Option<String>,
    info: Element<'a>,
    /// The certificates, or digests of certificates, of those who may use the seal.
    holders: Vec<&'a [u8]>,
    maker_certificate: Option<&'a [u8]>,
    maker_algorithm_is_sm2: bool,
    maker_signature: Option<&'a [u8]>,
}

impl<'a> ESeal<'a> {
    fn read(element: Element<'a>) -> Result<ESeal<'a>, Malformed> {
        let mut parts = element.inside()?;
        let info = parts.take()?;
        // Version 1 wraps the maker's three fields in a SEQUENCE of their own.
        let mut maker = match parts.peek() {
            Some(first) if first.octets().is_none() => first.inside()?,
            _ => parts,
        };
        let maker_certificate = maker.take().ok().and_then(|e| e.octets());
        let maker_algorithm_is_sm2 = is_sm2(maker.take().ok().and_then(|e| e.object_identifier()));
        let maker_signature = maker.take().ok().and_then(|e| e.octets());

        let mut fields = info.inside()?;
        let _header = fields.take()?;
        let _id = fields.take()?;
        let mut property = fields.take()?.inside()?;
        let _kind = property.take()?;
        let name = property.take()?.text().map(str::to_owned);
        // Version 4 says with an integer which of the two lists follows.
        if property.peek().is_some_and(|e| e.is_integer()) {
            property.take()?;
        }
        Ok(ESeal {
            name,
            info,
            holders: holders(property.take()?)?,
            maker_certificate,
            maker_algorithm_is_sm2,
            maker_signature,
        })
    }

    /// Whether the seal belongs to this certificate.
    fn lists(&self, certificate: &[u8]) -> bool {
        let digest = Sm3::digest(certificate);
        self.holders
            .iter()
            .any(|holder| *holder == certificate || *holder == digest.as_slice())
    }

    /// Whether the maker's signature over the seal holds. A maker who cannot be checked leaves the signer's own
    /// signature, which did hold, unquestioned.
    fn maker_check(&self) -> SealCheck {
        let (Some(certificate), Some(signature), true) = (
            self.maker_certificate,
            self.maker_signature,
            self.maker_algorithm_is_sm2,
        ) else {
            return SealCheck::Holds;
        };
        match SignerCertificate::read(certificate)
            .and_then(|maker| maker.verifies(self.info.whole, signature))
        {
            Ok(false) => SealCheck::Fails,
            Ok(true) | Err(_) => SealCheck::Holds,
        }
    }
}

/// `SEQUENCE OF OCTET STRING` (certificates) or `SEQUENCE OF SEQUENCE { type, value OCTET STRING }` (digests).
fn holders(list: Element<'_>) -> Result<Vec<&[u8]>, Malformed> {
    let list = list.inside()?;
    Ok(list
        .rest()
        .iter()
        .filter_map(|entry| match entry.octets() {
            Some(octets) => Some(octets),
            None => entry.inside().ok()?.rest().iter().find_map(Element::octets),
        })
        .collect())
}

fn octets(element: Element<'_>) -> Result<&[u8], Malformed> {
    element.octets().ok_or(Malformed)
}
