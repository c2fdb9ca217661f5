//! Resource files (PublicRes, DocumentRes): the multimedia they declare. Fonts, colour spaces and draw parameters
//! are not read; the ids of fonts are kept on the texts.

use super::{Context, format_of, id, location};
use crate::document::{Document, Media};
use crate::error::OfdError;
use crate::xml::Element;

pub(super) fn read(
    context: &mut Context<'_>,
    from: &str,
    declaration: &Element,
    body: usize,
    document: &mut Document,
) -> Result<(), OfdError> {
    let Some(reference) = location(declaration) else {
        return Ok(());
    };
    let Some(part) = context.locate(from, reference) else {
        return Ok(());
    };
    let Some(root) = context.parse(part)? else {
        return Ok(());
    };
    let base = root
        .attribute("BaseLoc")
        .map(str::trim)
        .filter(|base| !base.is_empty());
    for media in root
        .children_named("MultiMedias")
        .flat_map(|list| list.children_named("MultiMedia"))
    {
        let Some(file) = media.child_text("MediaFile") else {
            continue;
        };
        let Some(media_id) = id(media.attribute("ID")) else {
            context.problems.bad_value(
                &part.name,
                "MultiMedia/@ID",
                media.attribute("ID").unwrap_or_default(),
            );
            continue;
        };
        // Files lie in the base folder; some producers write the path from the resource file all the same.
        let in_base = base.and_then(|base| context.package.resolve(&part.name, &format!("{base}/{file}")));
        let Some(entry) = in_base.or_else(|| context.locate(&part.name, file)) else {
            continue;
        };
        document.media.push(Media {
            body,
            id: media_id,
            kind: media.attribute("Type").unwrap_or_default().to_owned(),
            format: format_of(media.attribute("Format"), &entry.name),
            part: entry.name.clone(),
            bytes: entry.bytes.clone(),
        });
    }
    Ok(())
}
