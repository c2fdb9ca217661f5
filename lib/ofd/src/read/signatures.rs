//! Signature files: the list, each Signature.xml, its references and the raw signature value. Nothing is verified.

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::{Context, id};
use crate::document::{Document, Reference, Signature, StampAnnot};
use crate::error::OfdError;
use crate::geometry::Rect;
use crate::package::Entry;
use crate::xml::Element;

/// Padding is optional in the field.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn read(
    context: &mut Context<'_>,
    from: &str,
    reference: &str,
    body: usize,
    document: &mut Document,
) -> Result<(), OfdError> {
    let Some(list) = context.locate(from, reference) else {
        return Ok(());
    };
    let Some(root) = context.parse(list)? else {
        return Ok(());
    };
    for declaration in root.children_named("Signature") {
        let Some(file) = declaration.attribute("BaseLoc").or_else(|| declaration.trimmed()) else {
            continue;
        };
        let Some(part) = context.locate(&list.name, file) else {
            continue;
        };
        let Some(tree) = context.parse(part)? else {
            continue;
        };
        document
            .signatures
            .push(signature(context, declaration, part, &tree, body));
    }
    Ok(())
}

fn signature(
    context: &mut Context<'_>,
    declaration: &Element,
    part: &Entry,
    root: &Element,
    body: usize,
) -> Signature {
    let owned = |value: Option<&str>| value.map(|value| value.trim().to_owned());
    let empty = Element::default();
    let info = root.child("SignedInfo").unwrap_or(&empty);
    let provider = info.child("Provider").unwrap_or(&empty);
    let references = info.child("References").unwrap_or(&empty);
    let kind = declaration.attribute("Type").or_else(|| root.attribute("Type"));

    let seal = info
        .text_at(&["Seal", "BaseLoc"])
        .and_then(|location| context.locate(&part.name, location));
    let value = root
        .child_text("SignedValue")
        .and_then(|location| context.locate(&part.name, location));
    let stamps = info.children_named("StampAnnot").map(|stamp| StampAnnot {
        page_id: id(stamp.attribute("PageRef")),
        boundary: stamp.attribute("Boundary").and_then(Rect::parse),
    });
    Signature {
        body,
        id: owned(declaration.attribute("ID")),
        kind: kind.unwrap_or("Seal").to_owned(),
        part: part.name.clone(),
        bytes: part.bytes.clone(),
        provider_name: owned(provider.attribute("ProviderName")),
        provider_company: owned(provider.attribute("Company")),
        provider_version: owned(provider.attribute("Version")),
        signature_method: owned(info.child_text("SignatureMethod")),
        date_time: owned(info.child_text("SignatureDateTime")),
        check_method: owned(references.attribute("CheckMethod")),
        stamps: stamps.collect(),
        seal_part: seal.map(|entry| entry.name.clone()),
        signed_value_part: value.map(|entry| entry.name.clone()),
        signed_value: value.map(|entry| entry.bytes.clone()),
        references: references
            .children_named("Reference")
            .map(|element| protected_file(context, &part.name, element))
            .collect(),
    }
}

fn protected_file(context: &mut Context<'_>, part: &str, element: &Element) -> Reference {
    let file_ref = element.attribute("FileRef").unwrap_or_default().trim();
    let written: String = element
        .child("CheckValue")
        .map(|value| value.text.as_str())
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let check_value = BASE64.decode(&written).unwrap_or_else(|_| {
        context.problems.bad_value(part, "CheckValue", &written);
        Vec::new()
    });
    let entry = context.locate(part, file_ref);
    Reference {
        file_ref: file_ref.to_owned(),
        part: entry.map(|entry| entry.name.clone()),
        check_value,
    }
}
