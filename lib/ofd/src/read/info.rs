//! DocInfo: who made the document, and the producer's named values.

use crate::document::{CustomData, DocInfo};
use crate::xml::Element;

pub(super) fn read(element: &Element) -> DocInfo {
    let text = |name| element.child_text(name).map(str::to_owned);
    let custom = element
        .children_named("CustomDatas")
        .flat_map(|list| list.children_named("CustomData"));
    DocInfo {
        doc_id: text("DocID"),
        title: text("Title"),
        author: text("Author"),
        creator: text("Creator"),
        creator_version: text("CreatorVersion"),
        creation_date: text("CreationDate"),
        modification_date: text("ModDate"),
        custom_data: custom
            .filter_map(|data| {
                let name = data.attribute("Name")?.trim().to_owned();
                Some(CustomData {
                    name,
                    value: data.text.trim().to_owned(),
                })
            })
            .collect(),
    }
}
