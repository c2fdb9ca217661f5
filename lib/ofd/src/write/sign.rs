//! Signature files of a draft. Digests and the signature value come from the caller: no cryptography here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::draw::box_of;
use super::parts::Part;
use super::{Draft, Sheet};
use crate::geometry::{Point, Rect};
use crate::xml::escape;

/// What the signature value is made from.
#[derive(Debug, Clone, Copy)]
pub struct SignedPart<'a> {
    /// Path of Signature.xml from the root with a leading `/`, as seal data names it.
    pub path: &'a str,
    /// The bytes of Signature.xml.
    pub bytes: &'a [u8],
}

/// How to sign a draft.
pub struct SignaturePlan<'a> {
    /// Provider/@ProviderName.
    pub provider_name: String,
    /// Provider/@Company.
    pub provider_company: String,
    /// Provider/@Version.
    pub provider_version: String,
    /// Type of the signature: `Seal` or `Sign`.
    pub kind: String,
    /// References/@CheckMethod, for example `1.2.156.10197.1.401` (SM3).
    pub check_method: String,
    /// SignatureMethod, for example `1.2.156.10197.1.501` (SM2 with SM3).
    pub signature_method: String,
    /// SignatureDateTime as it is to be written.
    pub date_time: String,
    /// Page and box where the seal is shown.
    pub stamp: Option<(Sheet, Rect)>,
    /// Content of the seal file, if there is to be one.
    pub seal: Option<Vec<u8>>,
    /// The digest of a part.
    pub digest: &'a dyn Fn(&[u8]) -> Vec<u8>,
    /// The signature value (SignedValue.dat).
    pub sign: &'a dyn Fn(SignedPart<'_>) -> Vec<u8>,
}

/// Adds the signature of all parts there are; returns the name of the signature list.
pub(super) fn add_signature(draft: &Draft, plan: &SignaturePlan<'_>, parts: &mut Vec<Part>) -> String {
    const FOLDER: &str = "Doc_0/Signs/Sign_0";
    let reference = |part: &Part| {
        let value = STANDARD.encode((plan.digest)(&part.bytes));
        let name = escape(&part.name);
        format!("<ofd:Reference FileRef=\"/{name}\"><ofd:CheckValue>{value}</ofd:CheckValue></ofd:Reference>")
    };
    let references: String = parts.iter().map(reference).collect();
    let stamp = plan.stamp.map(|(sheet, boundary)| {
        let page = draft.page_id(sheet).unwrap_or_default();
        let boundary = box_of(boundary, Point::default());
        format!("<ofd:StampAnnot ID=\"1\" PageRef=\"{page}\" Boundary=\"{boundary}\"/>")
    });
    let seal_name = format!("{FOLDER}/Seal.esl");
    let seal = plan.seal.as_ref().map(|_| {
        format!(
            "<ofd:Seal><ofd:BaseLoc>{}</ofd:BaseLoc></ofd:Seal>",
            draft.location(FOLDER, &seal_name)
        )
    });
    let value_name = format!("{FOLDER}/SignedValue.dat");
    let content = format!(
        "<ofd:Signature xmlns:ofd=\"http://www.ofdspec.org/2016\" ID=\"1\" Type=\"{}\"><ofd:SignedInfo><ofd:Provider ProviderName=\"{}\" Company=\"{}\" Version=\"{}\"/><ofd:SignatureMethod>{}</ofd:SignatureMethod><ofd:SignatureDateTime>{}</ofd:SignatureDateTime><ofd:References CheckMethod=\"{}\">{references}</ofd:References>{}{}</ofd:SignedInfo><ofd:SignedValue>{}</ofd:SignedValue></ofd:Signature>",
        escape(&plan.kind),
        escape(&plan.provider_name),
        escape(&plan.provider_company),
        escape(&plan.provider_version),
        escape(&plan.signature_method),
        escape(&plan.date_time),
        escape(&plan.check_method),
        stamp.unwrap_or_default(),
        seal.unwrap_or_default(),
        draft.location(FOLDER, &value_name),
    );
    let signature = draft.xml(&format!("{FOLDER}/Signature.xml"), &content);
    let path = format!("/{}", signature.name);
    let value = (plan.sign)(SignedPart {
        path: &path,
        bytes: &signature.bytes,
    });

    let list_name = "Doc_0/Signs/Signatures.xml";
    let list = format!(
        "<ofd:Signatures xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID=\"1\" Type=\"{}\" BaseLoc=\"{}\"/></ofd:Signatures>",
        escape(&plan.kind),
        draft.location("Doc_0/Signs", &signature.name),
    );
    parts.push(draft.xml(list_name, &list));
    parts.push(signature);
    parts.push(Part {
        name: value_name,
        bytes: value,
    });
    parts.extend(plan.seal.clone().map(|bytes| Part {
        name: seal_name,
        bytes,
    }));
    list_name.to_owned()
}
