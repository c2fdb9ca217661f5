//! Files embedded in a PDF: in the name tree of the catalogue, or pinned to a page as an annotation.
//!
//! 12306 and air tickets carry their XBRL this way. Most libraries know the name tree only; both are walked here, with
//! bounds, since a tree may lead back into itself.

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object, Stream, String as PdfString};

use crate::limits;

/// Nodes of the name tree, files and annotations that are looked at. Invoices carry one or two files.
const NODES_MAX: usize = 1_000;
const FILES_MAX: usize = 200;
const ANNOTATIONS_MAX: usize = 5_000;
const DEPTH_MAX: usize = 32;

/// An embedded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attachment {
    /// Its name, for showing only.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Every embedded file, each once.
pub(super) fn files(pdf: &Pdf) -> Vec<Attachment> {
    let mut found = Found::default();
    let catalogue = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    if let Some(catalogue) = &catalogue {
        let names = catalogue.get::<Dict<'_>>("Names").unwrap_or_default();
        if let Some(tree) = names.get::<Dict<'_>>("EmbeddedFiles") {
            found.walk(&tree, 0);
        }
        // PDF/A-3 lists associated files once more.
        found.array(catalogue.get::<Array<'_>>("AF").as_ref());
    }
    for page in pdf.pages().iter().take(limits::PAGES_MAX) {
        let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else {
            continue;
        };
        for annotation in annotations.iter::<Dict<'_>>() {
            found.annotations += 1;
            if found.annotations > ANNOTATIONS_MAX {
                return found.files;
            }
            let is_file = annotation
                .get::<Name<'_>>("Subtype")
                .is_some_and(|name| *name == *b"FileAttachment");
            if let (true, Some(file)) = (is_file, annotation.get::<Dict<'_>>("FS")) {
                found.file(&file);
            }
        }
    }
    found.files
}

#[derive(Default)]
struct Found {
    files: Vec<Attachment>,
    nodes: usize,
    annotations: usize,
    bytes: usize,
    seen: HashSet<(u32, i32)>,
}

impl Found {
    fn walk(&mut self, node: &Dict<'_>, depth: usize) {
        self.nodes += 1;
        if self.nodes > NODES_MAX || depth > DEPTH_MAX {
            return;
        }
        // Names and files alternate; whatever is a dictionary is a file.
        self.array(node.get::<Array<'_>>("Names").as_ref());
        let kids = node.get::<Array<'_>>("Kids");
        for kid in kids.iter().flat_map(Array::iter::<Dict<'_>>) {
            self.walk(&kid, depth + 1);
        }
    }

    fn array(&mut self, array: Option<&Array<'_>>) {
        let Some(array) = array else { return };
        for object in array.iter::<Object<'_>>().take(2 * NODES_MAX) {
            if let Object::Dict(file) = object {
                self.file(&file);
            }
        }
    }

    /// Takes the file of a file specification.
    fn file(&mut self, file: &Dict<'_>) {
        if self.files.len() >= FILES_MAX {
            return;
        }
        let streams = file.get::<Dict<'_>>("EF").unwrap_or_default();
        let entry = ["UF", "F"].into_iter().find_map(|key| {
            let stream = streams.get::<Stream<'_>>(key)?;
            let id = match streams.get_raw::<Stream<'_>>(key)? {
                MaybeRef::Ref(reference) => Some((reference.obj_number, reference.gen_number)),
                MaybeRef::NotRef(_) => None,
            };
            Some((id, stream))
        });
        let Some((id, stream)) = entry else { return };
        if id.is_some_and(|id| !self.seen.insert(id)) {
            return;
        }
        let Ok(bytes) = stream.decoded_data() else { return };
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > limits::FILE_BYTES_MAX {
            return;
        }
        let name = ["UF", "F"]
            .into_iter()
            .find_map(|key| Some(text(file.get::<PdfString<'_>>(key)?.as_bytes())))
            .unwrap_or_default();
        self.files.push(Attachment {
            name,
            bytes: bytes.into_owned(),
        });
    }
}

/// A text string: UTF-16 or UTF-8 with a mark, else bytes that Chinese programs write in GB 18030.
fn text(bytes: &[u8]) -> String {
    let encoding = match bytes {
        [0xFE, 0xFF, ..] => encoding_rs::UTF_16BE,
        [0xFF, 0xFE, ..] => encoding_rs::UTF_16LE,
        _ if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        _ => encoding_rs::GB18030,
    };
    encoding.decode(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_encoding() {
        assert_eq!(text(b"a.xml"), "a.xml");
        assert_eq!(text(&[0xFE, 0xFF, 0x53, 0xD1, 0x79, 0x68]), "发票");
        assert_eq!(text(&[0xB7, 0xA2, 0xC6, 0xB1]), "发票");
    }
}
