//! The parts of a draft: which entries a package has and the XML in them.

use super::draw::{self, box_of, decimal};
use super::{Draft, SheetDraft, SignaturePlan, TagForm, sign};
use crate::document::Tag;
use crate::geometry::Point;
use crate::xml::escape;

const NAMESPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";

/// An entry to be written: name from the root with `/`, and content.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Draft {
    /// Every part of the package, `OFD.xml` first.
    pub(super) fn render(&self, plan: Option<&SignaturePlan<'_>>) -> Vec<Part> {
        let mut parts = self.document_parts();
        let signature_list = plan.map(|plan| sign::add_signature(self, plan, &mut parts));
        parts.insert(
            0,
            self.xml("OFD.xml", &self.entry_point(signature_list.as_deref())),
        );
        parts.retain(|part| !self.oddities.omitted_parts.contains(&part.name));
        let extra = self.oddities.extra_parts.iter();
        parts.extend(extra.map(|(name, bytes)| Part {
            name: name.clone(),
            bytes: bytes.clone(),
        }));
        parts
    }

    /// An XML part with its declaration and, if wanted, a byte order mark.
    pub(super) fn xml(&self, name: &str, content: &str) -> Part {
        let mark = if self.oddities.byte_order_mark {
            "\u{feff}"
        } else {
            ""
        };
        let text = format!("{mark}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{content}");
        Part {
            name: name.to_owned(),
            bytes: text.into_bytes(),
        }
    }

    /// A path as one part writes another's: relative to `folder`, or from the root.
    pub(super) fn location(&self, folder: &str, name: &str) -> String {
        let path = if self.oddities.absolute_paths {
            format!("/{name}")
        } else {
            name.strip_prefix(folder)
                .unwrap_or(name)
                .trim_start_matches('/')
                .to_owned()
        };
        escape(&path)
    }

    fn entry_point(&self, signature_list: Option<&str>) -> String {
        let info = &self.info;
        let fields = [
            ("DocID", &info.doc_id),
            ("Title", &info.title),
            ("Author", &info.author),
            ("CreationDate", &info.creation_date),
            ("ModDate", &info.modification_date),
            ("Creator", &info.creator),
            ("CreatorVersion", &info.creator_version),
        ];
        let fields: String = fields
            .iter()
            .filter_map(|(name, value)| Some(element(name, value.as_deref()?)))
            .collect();
        let custom = info.custom_data.iter().map(|data| {
            format!(
                "<ofd:CustomData Name=\"{}\">{}</ofd:CustomData>",
                escape(&data.name),
                escape(&data.value)
            )
        });
        let custom = wrapped("CustomDatas", &custom.collect::<String>());
        let root = element("DocRoot", &self.location("", "Doc_0/Document.xml"));
        let signatures = signature_list
            .map(|name| format!("<ofd:Signatures>{}</ofd:Signatures>", self.location("", name)));
        format!(
            "<ofd:OFD {NAMESPACE} DocType=\"OFD\" Version=\"1.1\"><ofd:DocBody><ofd:DocInfo>{fields}{custom}</ofd:DocInfo>{root}{}</ofd:DocBody></ofd:OFD>",
            signatures.unwrap_or_default(),
        )
    }

    fn document_parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut common = format!("<ofd:MaxUnitID>{}</ofd:MaxUnitID>", self.last_id);
        if let Some(first) = self.pages.first() {
            common.push_str(&wrapped("PageArea", &physical_box(first)));
        }
        self.add_fonts(&mut parts, &mut common);
        self.add_media(&mut parts, &mut common);
        for (index, template) in self.templates.iter().enumerate() {
            let name = self.template_name(index);
            common.push_str(&self.declared("TemplatePage", template.id, &name));
            parts.push(self.xml(&name, &self.sheet_xml(template)));
        }
        let mut pages = String::new();
        for (index, page) in self.pages.iter().enumerate() {
            let name = self.page_name(index);
            pages.push_str(&self.declared("Page", page.id, &name));
            parts.push(self.xml(&name, &self.sheet_xml(page)));
        }
        let mut document = format!("<ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>");
        self.add_annotations(&mut parts, &mut document);
        self.add_attachments(&mut parts, &mut document);
        self.add_tags(&mut parts, &mut document);
        let document = format!("<ofd:Document {NAMESPACE}>{document}</ofd:Document>");
        parts.insert(0, self.xml("Doc_0/Document.xml", &document));
        parts
    }

    fn declared(&self, name: &str, id: u64, part: &str) -> String {
        format!(
            "<ofd:{name} ID=\"{id}\" BaseLoc=\"{}\"/>",
            self.location("Doc_0", part)
        )
    }

    fn template_name(&self, index: usize) -> String {
        let folder = if self.oddities.flat_pages {
            "TPLS/TPL"
        } else {
            "Tpls/Tpl"
        };
        format!("Doc_0/{folder}_{index}/Content.xml")
    }

    fn page_name(&self, index: usize) -> String {
        if self.oddities.flat_pages {
            format!("Doc_0/Content_{index}.xml")
        } else {
            format!("Doc_0/Pages/Page_{index}/Content.xml")
        }
    }

    fn sheet_xml(&self, sheet: &SheetDraft) -> String {
        let template = sheet.template.and_then(|index| self.templates.get(index));
        let template = template.map(|template| {
            format!(
                "<ofd:Template TemplateID=\"{}\" ZOrder=\"Background\"/>",
                template.id
            )
        });
        let objects: String = sheet
            .objects
            .iter()
            .map(|object| draw::render(object, Point::default()))
            .collect();
        format!(
            "<ofd:Page {NAMESPACE}><ofd:Area>{}</ofd:Area>{}<ofd:Content><ofd:Layer ID=\"{}\">{objects}</ofd:Layer></ofd:Content></ofd:Page>",
            physical_box(sheet),
            template.unwrap_or_default(),
            sheet.layer_id,
        )
    }

    fn add_fonts(&self, parts: &mut Vec<Part>, common: &mut String) {
        if self.fonts.is_empty() {
            return;
        }
        let fonts = self.fonts.iter().map(|font| {
            format!(
                "<ofd:Font ID=\"{}\" FontName=\"{1}\" FamilyName=\"{1}\"/>",
                font.id,
                escape(&font.name)
            )
        });
        let fonts = wrapped("Fonts", &fonts.collect::<String>());
        parts.push(self.xml(
            "Doc_0/PublicRes.xml",
            &format!("<ofd:Res {NAMESPACE} BaseLoc=\"Res\">{fonts}</ofd:Res>"),
        ));
        common.push_str(&element(
            "PublicRes",
            &self.location("Doc_0", "Doc_0/PublicRes.xml"),
        ));
    }

    fn add_media(&self, parts: &mut Vec<Part>, common: &mut String) {
        if self.media.is_empty() {
            return;
        }
        let mut list = String::new();
        for media in &self.media {
            let file = format!("image_{}.{}", media.id, media.format.to_lowercase());
            list.push_str(&format!(
                "<ofd:MultiMedia ID=\"{}\" Type=\"Image\" Format=\"{}\"><ofd:MediaFile>{}</ofd:MediaFile></ofd:MultiMedia>",
                media.id,
                escape(&media.format.to_uppercase()),
                escape(&file),
            ));
            parts.push(Part {
                name: format!("Doc_0/Res/{file}"),
                bytes: media.bytes.clone(),
            });
        }
        let list = wrapped("MultiMedias", &list);
        parts.push(self.xml(
            "Doc_0/DocumentRes.xml",
            &format!("<ofd:Res {NAMESPACE} BaseLoc=\"Res\">{list}</ofd:Res>"),
        ));
        common.push_str(&element(
            "DocumentRes",
            &self.location("Doc_0", "Doc_0/DocumentRes.xml"),
        ));
    }

    fn add_annotations(&self, parts: &mut Vec<Part>, document: &mut String) {
        let mut list = String::new();
        for (index, page) in self
            .pages
            .iter()
            .enumerate()
            .filter(|(_, page)| !page.annotations.is_empty())
        {
            let name = format!("Doc_0/Annots/Page_{index}/Annotation.xml");
            let annotations = page.annotations.iter().map(|annotation| {
                let origin = annotation.boundary.origin();
                let objects: String = annotation.objects.iter().map(|object| draw::render(object, origin)).collect();
                format!(
                    "<ofd:Annot ID=\"{}\" Type=\"{}\"><ofd:Appearance Boundary=\"{}\">{objects}</ofd:Appearance></ofd:Annot>",
                    annotation.id,
                    escape(&annotation.kind),
                    box_of(annotation.boundary, Point::default()),
                )
            });
            let annotations: String = annotations.collect();
            parts.push(self.xml(
                &name,
                &format!("<ofd:PageAnnot {NAMESPACE}>{annotations}</ofd:PageAnnot>"),
            ));
            let location = element("FileLoc", &self.location("Doc_0/Annots", &name));
            list.push_str(&format!("<ofd:Page PageID=\"{}\">{location}</ofd:Page>", page.id));
        }
        if !list.is_empty() {
            let name = "Doc_0/Annots/Annotations.xml";
            parts.push(self.xml(
                name,
                &format!("<ofd:Annotations {NAMESPACE}>{list}</ofd:Annotations>"),
            ));
            document.push_str(&element("Annotations", &self.location("Doc_0", name)));
        }
    }

    fn add_attachments(&self, parts: &mut Vec<Part>, document: &mut String) {
        let mut list = String::new();
        for (index, attachment) in self.attachments.iter().enumerate() {
            let name = format!("Doc_0/Attachs/{}", attachment.file_name);
            list.push_str(&format!(
                "<ofd:Attachment ID=\"{}\" Name=\"{}\" Format=\"{}\" Visible=\"false\">{}</ofd:Attachment>",
                self.last_id + 1 + index as u64,
                escape(&attachment.name),
                escape(&attachment.format),
                element("FileLoc", &self.location("Doc_0/Attachs", &name)),
            ));
            parts.push(Part {
                name,
                bytes: attachment.bytes.clone(),
            });
        }
        if !list.is_empty() && !self.oddities.no_attachment_list {
            let name = "Doc_0/Attachs/Attachments.xml";
            parts.push(self.xml(
                name,
                &format!("<ofd:Attachments {NAMESPACE}>{list}</ofd:Attachments>"),
            ));
            document.push_str(&element("Attachments", &self.location("Doc_0", name)));
        }
    }

    fn add_tags(&self, parts: &mut Vec<Part>, document: &mut String) {
        let mut list = String::new();
        for (index, file) in self.tag_files.iter().enumerate() {
            let name = match index {
                0 => "Doc_0/Tags/CustomTag.xml".to_owned(),
                _ => format!("Doc_0/Tags/Tag_{index}.xml"),
            };
            list.push_str(&format!(
                "<ofd:CustomTag TypeID=\"{}\">{}</ofd:CustomTag>",
                escape(&file.type_id),
                element("FileLoc", &self.location("Doc_0/Tags", &name)),
            ));
            let content = match file.form {
                TagForm::Namespaced => tag_xml(&file.root, "ofd:", &format!(" {NAMESPACE}"), "ofd:"),
                TagForm::EmptyPrefix => tag_xml(&file.root, ":", " xmlns:=\"\"", ""),
            };
            parts.push(self.xml(&name, &content));
        }
        if !list.is_empty() {
            let name = "Doc_0/Tags/CustomTags.xml";
            parts.push(self.xml(
                name,
                &format!("<ofd:CustomTags {NAMESPACE}>{list}</ofd:CustomTags>"),
            ));
            document.push_str(&element("CustomTags", &self.location("Doc_0", name)));
        }
    }
}

/// A tag whose own element has `prefix` and `declaration`, and whose children have `child_prefix`.
fn tag_xml(tag: &Tag, prefix: &str, declaration: &str, child_prefix: &str) -> String {
    let attributes = tag
        .attributes
        .iter()
        .map(|(name, value)| format!(" {name}=\"{}\"", escape(value)));
    let attributes: String = attributes.collect();
    let refs = tag.refs.iter().map(|object| {
        let page = object
            .page_id
            .map(|id| format!(" PageRef=\"{id}\""))
            .unwrap_or_default();
        format!("<ofd:ObjectRef{page}>{}</ofd:ObjectRef>", object.object_id)
    });
    let data = tag
        .data
        .iter()
        .map(|data| format!("<ofd:ObjectData>{}</ofd:ObjectData>", escape(data)));
    let children = tag
        .children
        .iter()
        .map(|child| tag_xml(child, child_prefix, "", child_prefix));
    let content: String = refs.chain(data).chain(children).collect();
    let (name, text) = (&tag.name, escape(&tag.text));
    format!("<{prefix}{name}{declaration}{attributes}>{text}{content}</{prefix}{name}>")
}

fn physical_box(sheet: &SheetDraft) -> String {
    element(
        "PhysicalBox",
        &format!("0 0 {} {}", decimal(sheet.width), decimal(sheet.height)),
    )
}

/// An element around text that is already escaped or needs no escape.
fn element(name: &str, text: &str) -> String {
    format!("<ofd:{name}>{text}</ofd:{name}>")
}

/// An element around other elements; nothing if there are none.
fn wrapped(name: &str, content: &str) -> String {
    if content.is_empty() {
        String::new()
    } else {
        element(name, content)
    }
}
