//! Making OFD packages: a [`Draft`] collects pages, objects, tags and attachments, and renders them to bytes.
//!
//! The same draft gives the same bytes everywhere: ids are counted, zip dates are fixed, nothing is read from the
//! environment. [`Oddities`] reproduce what careless producers write, so that readers can be tested against it.

mod draw;
mod parts;
mod sign;
mod zipped;

use thiserror::Error;

use crate::content::PathOperation;
use crate::document::{DocInfo, ObjectRef, Tag};
use crate::geometry::{Point, Rect};

pub use draw::{Advance, Paint, TextDraft};
pub use sign::{SignaturePlan, SignedPart};

/// Why a package could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WriteError {
    /// The zip library refused an entry, for example a second one of the same name.
    #[error("entry {name} cannot be put into the package: {reason}")]
    Entry {
        /// Name of the entry.
        name: String,
        /// What the zip library says.
        reason: String,
    },
    /// The zip directory could not be finished.
    #[error("the package cannot be finished: {reason}")]
    Finish {
        /// What the zip library says.
        reason: String,
    },
}

/// Ways in which packages of the field depart from the plain form. All off by default.
#[derive(Debug, Clone, Default)]
pub struct Oddities {
    /// Entry names with `\` between folders.
    pub backslash_names: bool,
    /// A UTF-8 byte order mark before every XML part.
    pub byte_order_mark: bool,
    /// Page files directly in the document folder (`Doc_0/Content_0.xml`), templates in `TPLS/TPL_0`.
    pub flat_pages: bool,
    /// Entries for the folders.
    pub directory_entries: bool,
    /// Sizes and checksums after the data of an entry, as written to a stream that cannot seek.
    pub data_descriptors: bool,
    /// Attachments in their folder but without Attachments.xml.
    pub no_attachment_list: bool,
    /// Zip dates that are no dates (month 15, day 31).
    pub invalid_dates: bool,
    /// Entry names in GB18030 without the UTF-8 flag.
    pub gb18030_names: bool,
    /// Paths between parts written from the root (`/Doc_0/…`).
    pub absolute_paths: bool,
    /// Entries left out although other parts declare them; names from the root with `/`.
    pub omitted_parts: Vec<String>,
    /// Entries added as they are: name and content.
    pub extra_parts: Vec<(String, Vec<u8>)>,
}

/// Something to draw on: a template, a page, or the appearance of an annotation. Always in page coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet(SheetIndex);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SheetIndex {
    Template(usize),
    Page(usize),
    Annotation { page: usize, index: usize },
}

/// A font resource of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FontKey(u64);

/// How the XML of a tag file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TagForm {
    /// Every element in the `ofd` namespace: `<ofd:root xmlns:ofd="…">`.
    #[default]
    Namespaced,
    /// Not namespace-well-formed, as many files in the field are: `<:eInvoice xmlns:="">` around plain names, with
    /// `ofd:ObjectRef` undeclared.
    EmptyPrefix,
}

/// A file to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentDraft {
    /// Name in the list.
    pub name: String,
    /// File name in the attachment folder.
    pub file_name: String,
    /// Format in the list, for example `xml` or `xbrl`.
    pub format: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// An OFD document in the making, with one document body.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// What DocInfo will say. Empty values are left out.
    pub info: DocInfo,
    /// How the package departs from the plain form.
    pub oddities: Oddities,
    last_id: u64,
    fonts: Vec<FontDraft>,
    templates: Vec<SheetDraft>,
    pages: Vec<SheetDraft>,
    media: Vec<MediaDraft>,
    tag_files: Vec<TagFileDraft>,
    attachments: Vec<AttachmentDraft>,
}

#[derive(Debug, Clone)]
struct FontDraft {
    id: u64,
    name: String,
}

#[derive(Debug, Clone)]
struct MediaDraft {
    id: u64,
    format: String,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone)]
struct TagFileDraft {
    type_id: String,
    root: Tag,
    form: TagForm,
}

#[derive(Debug, Clone)]
struct SheetDraft {
    id: u64,
    layer_id: u64,
    width: f64,
    height: f64,
    template: Option<usize>,
    objects: Vec<draw::Drawn>,
    annotations: Vec<AnnotationDraft>,
}

#[derive(Debug, Clone)]
struct AnnotationDraft {
    id: u64,
    kind: String,
    boundary: Rect,
    objects: Vec<draw::Drawn>,
}

impl Draft {
    /// A draft without pages.
    #[must_use]
    pub fn new(info: DocInfo) -> Self {
        Self {
            info,
            ..Self::default()
        }
    }

    /// Declares a font by name; its glyphs are not embedded.
    pub fn font(&mut self, name: &str) -> FontKey {
        let id = self.next_id();
        self.fonts.push(FontDraft {
            id,
            name: name.to_owned(),
        });
        FontKey(id)
    }

    /// Adds a template page of this size in millimetres.
    pub fn template(&mut self, width: f64, height: f64) -> Sheet {
        let sheet = self.sheet(width, height, None);
        self.templates.push(sheet);
        Sheet(SheetIndex::Template(self.templates.len() - 1))
    }

    /// Adds a page of this size in millimetres over a template, if one is given.
    pub fn page(&mut self, width: f64, height: f64, template: Option<Sheet>) -> Sheet {
        let template = match template {
            Some(Sheet(SheetIndex::Template(index))) => Some(index),
            _ => None,
        };
        let sheet = self.sheet(width, height, template);
        self.pages.push(sheet);
        Sheet(SheetIndex::Page(self.pages.len() - 1))
    }

    /// Adds an annotation to a page and returns the sheet of its appearance; on anything but a page it returns the
    /// sheet it was given. `kind` is the annotation's Type, for example `Watermark` or `Stamp`.
    pub fn annotation(&mut self, page: Sheet, kind: &str, boundary: Rect) -> Sheet {
        let id = self.next_id();
        let Sheet(SheetIndex::Page(page_index)) = page else {
            return page;
        };
        let Some(target) = self.pages.get_mut(page_index) else {
            return page;
        };
        let index = target.annotations.len();
        target.annotations.push(AnnotationDraft {
            id,
            kind: kind.to_owned(),
            boundary,
            objects: Vec::new(),
        });
        Sheet(SheetIndex::Annotation {
            page: page_index,
            index,
        })
    }

    /// Writes text. The reference is what a tag needs to point at it.
    pub fn text(&mut self, sheet: Sheet, text: TextDraft) -> ObjectRef {
        self.draw(sheet, |id| draw::Drawn::Text { id, text })
    }

    /// Draws a straight line of this width in millimetres.
    pub fn line(&mut self, sheet: Sheet, from: Point, to: Point, width: f64) -> ObjectRef {
        self.path(
            sheet,
            vec![PathOperation::Move(from), PathOperation::Line(to)],
            Paint::stroked(width),
        )
    }

    /// Draws a rectangle.
    pub fn rect(&mut self, sheet: Sheet, rect: Rect, paint: Paint) -> ObjectRef {
        let at = |x, y| Point {
            x: rect.x + x,
            y: rect.y + y,
        };
        let operations = vec![
            PathOperation::Move(at(0.0, 0.0)),
            PathOperation::Line(at(rect.width, 0.0)),
            PathOperation::Line(at(rect.width, rect.height)),
            PathOperation::Line(at(0.0, rect.height)),
            PathOperation::Close,
        ];
        self.path(sheet, operations, paint)
    }

    /// Draws any path, for example all modules of a QR code at once.
    pub fn path(&mut self, sheet: Sheet, operations: Vec<PathOperation>, paint: Paint) -> ObjectRef {
        self.draw(sheet, |id| draw::Drawn::Path {
            id,
            operations,
            paint,
        })
    }

    /// Places a picture. `format` is that of the bytes, for example `png`; it names the file.
    pub fn image(&mut self, sheet: Sheet, boundary: Rect, format: &str, bytes: Vec<u8>) -> ObjectRef {
        let media_id = self.next_id();
        self.media.push(MediaDraft {
            id: media_id,
            format: format.to_owned(),
            bytes,
        });
        self.draw(sheet, |id| draw::Drawn::Image {
            id,
            boundary,
            media_id,
        })
    }

    /// Adds a tag file. References made by this draft fit into the tag as they are.
    pub fn tag_file(&mut self, type_id: &str, root: Tag, form: TagForm) {
        self.tag_files.push(TagFileDraft {
            type_id: type_id.to_owned(),
            root,
            form,
        });
    }

    /// Attaches a file.
    pub fn attach(&mut self, attachment: AttachmentDraft) {
        self.attachments.push(attachment);
    }

    /// Renders the package.
    ///
    /// # Errors
    /// [`WriteError`] if two entries have the same name or the zip library refuses one.
    pub fn write(&self) -> Result<Vec<u8>, WriteError> {
        zipped::pack(&self.render(None), &self.oddities)
    }

    /// Renders the package with one signature over every part but `OFD.xml`.
    ///
    /// # Errors
    /// As [`Draft::write`].
    pub fn write_signed(&self, plan: &SignaturePlan<'_>) -> Result<Vec<u8>, WriteError> {
        zipped::pack(&self.render(Some(plan)), &self.oddities)
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn sheet(&mut self, width: f64, height: f64, template: Option<usize>) -> SheetDraft {
        let (id, layer_id) = (self.next_id(), self.next_id());
        SheetDraft {
            id,
            layer_id,
            width,
            height,
            template,
            objects: Vec::new(),
            annotations: Vec::new(),
        }
    }

    /// Draws on a sheet of this draft. A sheet of another draft that has no counterpart here takes nothing; the
    /// reference then points nowhere.
    fn draw(&mut self, sheet: Sheet, object: impl FnOnce(u64) -> draw::Drawn) -> ObjectRef {
        let object_id = self.next_id();
        let (page_id, objects) = match sheet.0 {
            SheetIndex::Template(index) => (
                None,
                self.templates.get_mut(index).map(|sheet| &mut sheet.objects),
            ),
            SheetIndex::Page(index) => {
                let sheet = self.pages.get_mut(index);
                (
                    sheet.as_ref().map(|sheet| sheet.id),
                    sheet.map(|sheet| &mut sheet.objects),
                )
            }
            SheetIndex::Annotation { page, index } => {
                let sheet = self.pages.get_mut(page);
                let id = sheet.as_ref().map(|sheet| sheet.id);
                let annotation = sheet.and_then(|sheet| sheet.annotations.get_mut(index));
                (id, annotation.map(|annotation| &mut annotation.objects))
            }
        };
        if let Some(objects) = objects {
            objects.push(object(object_id));
        }
        ObjectRef {
            body: 0,
            page_id,
            object_id,
        }
    }

    fn page_id(&self, sheet: Sheet) -> Option<u64> {
        match sheet.0 {
            SheetIndex::Page(page) | SheetIndex::Annotation { page, .. } => {
                self.pages.get(page).map(|page| page.id)
            }
            SheetIndex::Template(_) => None,
        }
    }
}
