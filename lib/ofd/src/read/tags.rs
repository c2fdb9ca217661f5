//! Custom tags: the list of tag files and each file's tree of names, references and inline values.

use super::{Context, id, location};
use crate::document::{Document, ObjectRef, Tag, TagFile};
use crate::error::OfdError;
use crate::xml::Element;

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
    for declaration in root.children_named("CustomTag") {
        let Some(file) = location(declaration) else {
            continue;
        };
        let Some(part) = context.locate(&list.name, file) else {
            continue;
        };
        let Some(tree) = context.parse(part)? else {
            continue;
        };
        let type_id = declaration
            .attribute("TypeID")
            .or_else(|| declaration.attribute("NameSpace"));
        document.tag_files.push(TagFile {
            body,
            type_id: type_id.map(str::to_owned),
            part: part.name.clone(),
            root: tag(context, &part.name, &tree, body),
        });
    }
    Ok(())
}

/// Recursion is bounded by the depth the XML parser allows.
fn tag(context: &mut Context<'_>, part: &str, element: &Element, body: usize) -> Tag {
    let attributes = element.attributes.iter();
    let mut tag = Tag {
        name: element.name.clone(),
        attributes: attributes
            .filter(|attribute| attribute.prefix != "xmlns" && attribute.name != "xmlns")
            .map(|attribute| (attribute.name.clone(), attribute.value.clone()))
            .collect(),
        text: element.text.trim().to_owned(),
        ..Tag::default()
    };
    for child in &element.children {
        match child.name.as_str() {
            "ObjectRef" => match id(child.trimmed()) {
                Some(object_id) => {
                    let page_id = id(child.attribute("PageRef").or_else(|| child.attribute("PageID")));
                    tag.refs.push(ObjectRef {
                        body,
                        page_id,
                        object_id,
                    });
                }
                None => context.problems.bad_value(part, "ObjectRef", &child.text),
            },
            "ObjectData" => tag.data.extend(child.trimmed().map(str::to_owned)),
            _ => tag.children.push(self::tag(context, part, child, body)),
        }
    }
    tag
}
