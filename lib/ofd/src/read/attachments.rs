//! Attachments: the list a body declares, or, where no list yields any, the XML files of an attachment folder.

use super::{Context, format_of, location};
use crate::document::{Attachment, Document};
use crate::error::OfdError;
use crate::problem::Problem;

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
    for element in root.children_named("Attachment") {
        let Some(file) = location(element) else { continue };
        let Some(entry) = context.locate(&list.name, file) else {
            continue;
        };
        // A part listed twice is one file; this also keeps hostile lists from multiplying a large one.
        if document
            .attachments
            .iter()
            .any(|other| other.body == body && other.part == entry.name)
        {
            continue;
        }
        document.attachments.push(Attachment {
            body,
            id: element.attribute("ID").map(str::to_owned),
            name: element
                .attribute("Name")
                .unwrap_or_else(|| file_name(&entry.name))
                .to_owned(),
            format: format_of(element.attribute("Format"), &entry.name),
            is_listed: true,
            part: entry.name.clone(),
            bytes: entry.bytes.clone(),
        });
    }
    Ok(())
}

/// Takes `…/Attach*/*.xml` as attachments if no list gave any: some producers forget the list.
pub(super) fn find_unlisted(context: &mut Context<'_>, document: &mut Document) {
    if !document.attachments.is_empty() {
        return;
    }
    for entry in context.package.entries() {
        let name = entry.name.to_lowercase();
        let mut steps = name.rsplit('/');
        let file = steps.next().unwrap_or_default();
        let is_attachment = steps.next().is_some_and(|folder| folder.starts_with("attach"));
        if !is_attachment || !file.ends_with(".xml") || file == "attachments.xml" {
            continue;
        }
        document.attachments.push(Attachment {
            body: 0,
            id: None,
            name: file_name(&entry.name).to_owned(),
            format: format_of(None, &entry.name),
            is_listed: false,
            part: entry.name.clone(),
            bytes: entry.bytes.clone(),
        });
    }
    if !document.attachments.is_empty() {
        context.problems.push(Problem::UnlistedAttachments {
            count: document.attachments.len(),
        });
    }
}

fn file_name(part: &str) -> &str {
    let file = part.rsplit('/').next().unwrap_or(part);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}
