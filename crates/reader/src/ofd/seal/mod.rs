//! Electronic seals (电子印章) of OFD signatures: `SignedValue.dat`.
//!
//! Three structures are met on invoices: `SES_Signature` version 4 (GB/T 38540-2020), its predecessor version 1
//! (GM/T 0031-2014), and the SM2 form of PKCS#7 (GM/T 0010-2012) on rail tickets. [`read`] tells two things apart:
//! whether the structure holds the digest of this `Signature.xml` (integrity needs nothing else), and whether its
//! signature value was made by the certificate's key. Neither says that the certificate is the tax bureau's: its root
//! is not public, so no chain of trust is built.
//!
//! Every byte here comes from the file. A structure that is not understood is an answer that says why, never a panic.

mod certificate;
mod elements;
#[cfg(test)]
pub(super) mod making;
mod pkcs7;
mod ses;
#[cfg(test)]
mod tests;

use invoice::Signer;

pub(super) use certificate::instant;
use elements::Elements;

/// What a seal shows.
#[derive(Debug)]
pub(super) struct Seal {
    /// Who sealed, and whether the signature value verifies.
    pub(super) signer: Signer,
    /// Whether the seal holds the SM3 digest of the `Signature.xml` it was read with; why not, where it cannot be told.
    pub(super) covers_signature: Result<bool, String>,
}

/// Reads a seal. `signature_xml` are the bytes of the `Signature.xml` that names it.
///
/// # Errors
/// A text in Chinese that says why the structure cannot be understood.
pub(super) fn read(signed_value: &[u8], signature_xml: &[u8]) -> Result<Seal, String> {
    if signed_value.is_empty() {
        return Err("签章数据为空".to_owned());
    }
    let outer = Elements::whole(signed_value).map_err(|_| "签章数据不是有效的DER结构".to_owned())?;
    let first = outer
        .peek()
        .ok_or_else(|| "签章数据不是有效的DER结构".to_owned())?;
    if first.is_object_identifier() {
        pkcs7::read(outer, signature_xml)
    } else {
        ses::read(outer, signature_xml)
    }
}
