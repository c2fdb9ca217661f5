//! From the bytes of a package to a [`Document`]: the entry point, then each body's parts in turn.

mod attachments;
mod info;
mod objects;
mod pages;
mod resources;
mod signatures;
mod tags;

use crate::document::Document;
use crate::error::OfdError;
use crate::limits::{Budget, Limits};
use crate::package::{self, Entry, Package};
use crate::problem::{Problem, Problems};
use crate::xml::{self, Element, XmlError};

/// Reads an OFD file.
///
/// Faults of single parts are collected in [`Document::problems`].
///
/// # Errors
/// [`OfdError`] if the bytes are no zip package or one cut short, if there is no `OFD.xml` or it names no readable
/// document, if a part holds a DOCTYPE, or if a limit is exceeded. No input panics.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, OfdError> {
    let mut problems = Problems::default();
    let package = package::open(bytes, limits, &mut problems)?;
    let entry_point = find_entry_point(&package, &mut problems)?;
    let mut context = Context {
        package: &package,
        budget: Budget::new(limits),
        problems,
    };
    let root = context.parse_or_fail(entry_point)?;

    let mut document = Document {
        info: crate::DocInfo::default(),
        further_infos: Vec::new(),
        templates: Vec::new(),
        pages: Vec::new(),
        tag_files: Vec::new(),
        attachments: Vec::new(),
        media: Vec::new(),
        signatures: Vec::new(),
        problems: Vec::new(),
        package: Package::default(),
        objects: crate::document::ObjectIndex::new(),
        media_by_id: crate::document::MediaIndex::new(),
    };
    let mut bodies_read = 0;
    for element in root.children_named("DocBody") {
        if read_body(
            &mut context,
            &entry_point.name,
            element,
            bodies_read,
            &mut document,
        )? {
            bodies_read += 1;
        }
    }
    if bodies_read == 0 {
        return Err(OfdError::NoDocument);
    }
    attachments::find_unlisted(&mut context, &mut document);
    pages::note_undeclared(&mut context, &document);

    document.build_indices();
    charge_tagged_text(&mut context, &document)?;
    document.problems = context.problems.into_vec();
    document.package = package;
    Ok(document)
}

/// Reads one DocBody into the document; `false` if its root part cannot be read.
fn read_body(
    context: &mut Context<'_>,
    entry_point: &str,
    element: &Element,
    body: usize,
    document: &mut Document,
) -> Result<bool, OfdError> {
    let Some(location) = element.child_text("DocRoot") else {
        context.problems.bad_value(entry_point, "DocRoot", "");
        return Ok(false);
    };
    let Some(part) = context.locate(entry_point, location) else {
        return Ok(false);
    };
    let Some(root) = context.parse(part)? else {
        return Ok(false);
    };

    let info = element.child("DocInfo").map(info::read).unwrap_or_default();
    if body == 0 {
        document.info = info;
    } else {
        document.further_infos.push(info);
    }
    let common = root.child("CommonData");
    for name in ["PublicRes", "DocumentRes"] {
        for location in common.into_iter().flat_map(|common| common.children_named(name)) {
            resources::read(context, &part.name, location, body, document)?;
        }
    }
    pages::read(context, &part.name, &root, body, document)?;
    if let Some(location) = root.child_text("Annotations") {
        pages::read_annotations(context, &part.name, location, body, document)?;
    }
    if let Some(location) = root.child_text("CustomTags") {
        tags::read(context, &part.name, location, body, document)?;
    }
    if let Some(location) = root.child_text("Attachments") {
        attachments::read(context, &part.name, location, body, document)?;
    }
    for location in element.children_named("Signatures").filter_map(Element::trimmed) {
        signatures::read(context, entry_point, location, body, document)?;
    }
    Ok(true)
}

/// Tags may point at the same long text a million times, and callers ask for the text of each.
fn charge_tagged_text(context: &mut Context<'_>, document: &Document) -> Result<(), OfdError> {
    for file in &document.tag_files {
        for object in file.root.descendants().flat_map(|tag| &tag.refs) {
            let candidates = document.objects.get(&object.object_id).map_or(0, Vec::len);
            context.budget.spend_glyphs(candidates + 1, &file.part)?;
            let characters = document.runs_of(object).iter().map(|run| run.glyphs.len()).sum();
            context.budget.spend_glyphs(characters, &file.part)?;
        }
    }
    Ok(())
}

/// `OFD.xml` at the root, or else the least deep one: some packages wrap everything in a folder.
fn find_entry_point<'a>(package: &'a Package, problems: &mut Problems) -> Result<&'a Entry, OfdError> {
    if let Some(entry) = package.entry("OFD.xml") {
        return Ok(entry);
    }
    let nested = package
        .entries()
        .iter()
        .filter(|entry| entry.name.to_lowercase().ends_with("/ofd.xml"));
    let entry = nested
        .min_by_key(|entry| entry.name.matches('/').count())
        .ok_or(OfdError::NoEntryPoint)?;
    problems.push(Problem::NestedEntryPoint {
        name: entry.name.clone(),
    });
    Ok(entry)
}

/// What every reader of a part needs.
struct Context<'a> {
    package: &'a Package,
    budget: Budget,
    problems: Problems,
}

impl<'a> Context<'a> {
    /// The entry a part means by a path; a missing one is noted.
    fn locate(&mut self, from: &str, reference: &str) -> Option<&'a Entry> {
        let found = self.package.resolve(from, reference);
        if found.is_none() {
            let (from, reference) = (from.to_owned(), reference.chars().take(200).collect());
            self.problems.push(Problem::MissingPart { from, reference });
        }
        found
    }

    /// Parses a part; a malformed one is noted and skipped. Limits and DOCTYPE stop the reading.
    fn parse(&mut self, entry: &Entry) -> Result<Option<Element>, OfdError> {
        match self.parse_or_fail(entry) {
            Ok(element) => Ok(Some(element)),
            Err(OfdError::EntryPoint { part, source }) => {
                self.problems.push(Problem::MalformedPart {
                    part,
                    reason: source.to_string(),
                });
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Parses a part; a malformed one is an error. Every part is parsed leniently, because the strict form of an
    /// OFD part holds nothing the lenient one does not.
    fn parse_or_fail(&mut self, entry: &Entry) -> Result<Element, OfdError> {
        let part = || entry.name.clone();
        match xml::parse_lenient(&entry.bytes, &self.budget.xml_limits()) {
            Ok(element) => {
                self.budget.spend_xml(entry.bytes.len(), element.count_nodes());
                Ok(element)
            }
            Err(XmlError::Doctype) => Err(OfdError::Doctype { part: part() }),
            Err(XmlError::Limit { limit, max }) => Err(OfdError::Limit {
                limit,
                max,
                part: part(),
            }),
            Err(source) => {
                self.budget.spend_xml(entry.bytes.len(), 0);
                Err(OfdError::EntryPoint { part: part(), source })
            }
        }
    }
}

/// An id attribute or text: an unsigned integer. Nothing else is an id.
fn id(text: Option<&str>) -> Option<u64> {
    text?.trim().parse().ok()
}

/// The format in lower case: the declared one, else the extension of the part.
fn format_of(declared: Option<&str>, part: &str) -> String {
    let extension = part
        .rsplit('/')
        .next()
        .and_then(|file| file.rsplit_once('.'))
        .map(|(_, extension)| extension);
    declared
        .map(str::trim)
        .filter(|format| !format.is_empty())
        .or(extension)
        .unwrap_or_default()
        .to_lowercase()
}

/// The location in an element: its FileLoc child or its own text.
fn location(element: &Element) -> Option<&str> {
    element.child_text("FileLoc").or_else(|| element.trimmed())
}
