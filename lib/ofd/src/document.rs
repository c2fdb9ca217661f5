//! An OFD file that has been read: pages, tags, attachments, media, signatures, and the questions asked of them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::content::{Content, ImageUse, Layer, Object, TextRun};
use crate::geometry::Rect;
use crate::package::{Entry, Package};
use crate::problem::Problem;

/// A document. Several document bodies (DocBody) are joined: their pages, tags and attachments follow each other,
/// and each keeps the number of its body, because ids are unique only within one body.
#[derive(Debug, Clone)]
pub struct Document {
    /// Information of the first body.
    pub info: DocInfo,
    /// Information of any further bodies.
    pub further_infos: Vec<DocInfo>,
    /// Template pages, referred to by index.
    pub templates: Vec<Template>,
    /// Pages in order.
    pub pages: Vec<Page>,
    /// Custom tag files.
    pub tag_files: Vec<TagFile>,
    /// Attached files.
    pub attachments: Vec<Attachment>,
    /// Multimedia resources.
    pub media: Vec<Media>,
    /// Signature files.
    pub signatures: Vec<Signature>,
    /// What was wrong with the file, in the order met.
    pub problems: Vec<Problem>,
    pub(crate) package: Package,
    pub(crate) objects: ObjectIndex,
    pub(crate) media_by_id: MediaIndex,
}

/// The DocInfo of a body (GB/T 33190-2016 §7.4). Values are as written, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocInfo {
    /// DocID.
    pub doc_id: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Author.
    pub author: Option<String>,
    /// Creator: the producing program.
    pub creator: Option<String>,
    /// CreatorVersion.
    pub creator_version: Option<String>,
    /// CreationDate.
    pub creation_date: Option<String>,
    /// ModDate.
    pub modification_date: Option<String>,
    /// CustomDatas in the order of the file.
    pub custom_data: Vec<CustomData>,
}

/// A named value of the producer (CustomData).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomData {
    /// Name.
    pub name: String,
    /// Value, trimmed; may be empty.
    pub value: String,
}

impl DocInfo {
    /// The first custom value with this name.
    #[must_use]
    pub fn custom(&self, name: &str) -> Option<&str> {
        self.custom_data
            .iter()
            .find(|data| data.name == name)
            .map(|data| data.value.as_str())
    }
}

/// A template page (模板页).
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Number of the document body, from 0.
    pub body: usize,
    /// ID.
    pub id: Option<u64>,
    /// Name of its entry.
    pub part: String,
    /// What is drawn on it.
    pub content: Content,
}

/// When a template is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ZOrder {
    /// Under the page, the default.
    #[default]
    Background,
    /// With the body of the page.
    Body,
    /// Over the page.
    Foreground,
}

/// A page's use of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateUse {
    /// Index in [`Document::templates`].
    pub index: usize,
    /// When it is painted.
    pub z_order: ZOrder,
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Number of the document body, from 0.
    pub body: usize,
    /// ID.
    pub id: Option<u64>,
    /// Name of its entry; empty if the entry is missing.
    pub part: String,
    /// The physical box (PhysicalBox) of the page, else of the document, else A4.
    pub area: Rect,
    /// Templates used.
    pub templates: Vec<TemplateUse>,
    /// What is drawn on the page itself.
    pub content: Content,
    /// Annotations on the page.
    pub annotations: Vec<Annotation>,
}

/// An annotation (注释) with the appearance it draws over the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// ID.
    pub id: Option<u64>,
    /// Type, for example `Stamp`, `Watermark`.
    pub kind: String,
    /// Subtype.
    pub subtype: Option<String>,
    /// Named parameters.
    pub parameters: Vec<(String, String)>,
    /// Box of the appearance on the page.
    pub boundary: Option<Rect>,
    /// What it draws, in page coordinates.
    pub content: Content,
}

/// A custom tag file (自定义标引).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFile {
    /// Number of the document body, from 0.
    pub body: usize,
    /// TypeID of its declaration.
    pub type_id: Option<String>,
    /// Name of its entry.
    pub part: String,
    /// The root tag.
    pub root: Tag,
}

/// A tag: a name for objects on pages, or for an inline value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tag {
    /// Local name.
    pub name: String,
    /// Attributes without namespace declarations, by local name.
    pub attributes: Vec<(String, String)>,
    /// Objects the tag points at, in order.
    pub refs: Vec<ObjectRef>,
    /// Inline values (ObjectData), trimmed, empty ones left out.
    pub data: Vec<String>,
    /// The tag's own text, trimmed.
    pub text: String,
    /// Tags below this one, in order.
    pub children: Vec<Tag>,
}

impl Tag {
    /// The first child with this name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Tag> {
        self.children.iter().find(|child| child.name == name)
    }

    /// This tag and everything below it, parents before children.
    pub fn descendants(&self) -> impl Iterator<Item = &Tag> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let tag = stack.pop()?;
            stack.extend(tag.children.iter().rev());
            Some(tag)
        })
    }
}

/// A reference to an object on a page (ObjectRef).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectRef {
    /// Number of the document body, from 0.
    pub body: usize,
    /// ID of the page (PageRef).
    pub page_id: Option<u64>,
    /// ID of the object.
    pub object_id: u64,
}

/// An attached file (附件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Number of the document body, from 0.
    pub body: usize,
    /// ID in the list.
    pub id: Option<String>,
    /// Name in the list; without a list, the file name.
    pub name: String,
    /// Format in lower case (`xml`, `xbrl`); without one, the extension of the file.
    pub format: String,
    /// Whether it was in a list or only found by its folder.
    pub is_listed: bool,
    /// Name of its entry.
    pub part: String,
    /// Content.
    pub bytes: Arc<[u8]>,
}

/// A multimedia resource (MultiMedia).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Number of the document body, from 0.
    pub body: usize,
    /// ID.
    pub id: u64,
    /// Type: `Image`, `Audio`, `Video`.
    pub kind: String,
    /// Format in lower case as declared (`png`; JBIG2 is seen as `jb2` and `gbig2`); if none, the file's extension.
    pub format: String,
    /// Name of its entry.
    pub part: String,
    /// Content.
    pub bytes: Arc<[u8]>,
}

/// A signature file (Signature.xml, GB/T 33190-2016 §18) and what it lists. Nothing is verified here.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// Number of the document body, from 0.
    pub body: usize,
    /// ID in the list.
    pub id: Option<String>,
    /// Type: `Seal` (with a seal picture, the default) or `Sign`.
    pub kind: String,
    /// Name of the entry of Signature.xml.
    pub part: String,
    /// Raw bytes of Signature.xml: what the signature value covers.
    pub bytes: Arc<[u8]>,
    /// Provider/@ProviderName.
    pub provider_name: Option<String>,
    /// Provider/@Company.
    pub provider_company: Option<String>,
    /// Provider/@Version.
    pub provider_version: Option<String>,
    /// SignatureMethod, usually an object identifier.
    pub signature_method: Option<String>,
    /// SignatureDateTime as written.
    pub date_time: Option<String>,
    /// References/@CheckMethod: object identifier or name of the digest. The standard's default is MD5.
    pub check_method: Option<String>,
    /// Files the signature protects.
    pub references: Vec<Reference>,
    /// Places where the seal is shown.
    pub stamps: Vec<StampAnnot>,
    /// Name of the entry of the seal file (Seal/BaseLoc), if one is given and present.
    pub seal_part: Option<String>,
    /// Name of the entry of the signature value, if present.
    pub signed_value_part: Option<String>,
    /// Raw bytes of the signature value, if present.
    pub signed_value: Option<Arc<[u8]>>,
}

/// A protected file (Reference). Hostile files list the same large part many times: compute each part's digest once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// FileRef as written.
    pub file_ref: String,
    /// Name of the entry it means; `None` if it is not in the package.
    pub part: Option<String>,
    /// CheckValue decoded from base64; empty if it is not base64.
    pub check_value: Vec<u8>,
}

/// A place where a seal is shown (StampAnnot).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StampAnnot {
    /// ID of the page.
    pub page_id: Option<u64>,
    /// Box on the page.
    pub boundary: Option<Rect>,
}

/// Where an object on a page comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A template: printed labels and frames.
    Template,
    /// The page itself: values.
    Page,
    /// The appearance of an annotation.
    Annotation,
}

/// An object with its origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlacedObject<'a> {
    /// Where it comes from.
    pub origin: Origin,
    /// The object.
    pub object: &'a Object,
}

/// A content list of the document, for finding an object again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Template(usize),
    Page(usize),
}

/// Media by body and id: their position in the list.
pub(crate) type MediaIndex = HashMap<(usize, u64), usize>;

/// Text objects by id: place and position in its content.
pub(crate) type ObjectIndex = HashMap<u64, Vec<(Place, usize)>>;

impl Document {
    /// The files of the package, for digests and for parts this crate does not know.
    #[must_use]
    pub fn package(&self) -> &Package {
        &self.package
    }

    /// The content of an entry by its path from the root.
    #[must_use]
    pub fn bytes_of(&self, path: &str) -> Option<&[u8]> {
        self.package.entry(path).map(|entry: &Entry| entry.bytes.as_ref())
    }

    /// Everything on a page in paint order: templates under it, its layers, templates over it, annotations. An
    /// index without a page gives nothing.
    #[must_use]
    pub fn objects_on(&self, page_index: usize) -> Vec<PlacedObject<'_>> {
        let Some(page) = self.pages.get(page_index) else {
            return Vec::new();
        };
        let mut ranked: Vec<(u8, PlacedObject<'_>)> = Vec::new();
        for template_use in &page.templates {
            let Some(template) = self.templates.get(template_use.index) else {
                continue;
            };
            let rank = match template_use.z_order {
                ZOrder::Background => 0,
                ZOrder::Body => 2,
                ZOrder::Foreground => 5,
            };
            let objects = template.content.objects.iter();
            ranked.extend(objects.map(|object| {
                (
                    rank,
                    PlacedObject {
                        origin: Origin::Template,
                        object,
                    },
                )
            }));
        }
        for object in &page.content.objects {
            let rank = match object.layer() {
                Layer::Background => 1,
                Layer::Body => 3,
                Layer::Foreground => 4,
            };
            ranked.push((
                rank,
                PlacedObject {
                    origin: Origin::Page,
                    object,
                },
            ));
        }
        for object in page
            .annotations
            .iter()
            .flat_map(|annotation| &annotation.content.objects)
        {
            ranked.push((
                6,
                PlacedObject {
                    origin: Origin::Annotation,
                    object,
                },
            ));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, placed)| placed).collect()
    }

    /// The texts of [`Document::objects_on`], each with its origin.
    pub fn texts_on(&self, page_index: usize) -> impl Iterator<Item = (Origin, &TextRun)> {
        self.objects_on(page_index)
            .into_iter()
            .filter_map(|placed| match placed.object {
                Object::Text(text) => Some((placed.origin, text)),
                _ => None,
            })
    }

    /// The text of an object: its TextCodes joined without a separator. The page the reference names is searched
    /// first, then the templates of that page; a reference without a page, or to a page that does not exist,
    /// searches the whole body. `None` if no text object has the id.
    #[must_use]
    pub fn text_of(&self, object: &ObjectRef) -> Option<String> {
        let runs = self.runs_of(object);
        (!runs.is_empty()).then(|| runs.iter().map(|run| run.text.as_str()).collect())
    }

    /// The text runs of an object, found as by [`Document::text_of`].
    #[must_use]
    pub fn runs_of(&self, object: &ObjectRef) -> Vec<&TextRun> {
        let Some(found) = self.objects.get(&object.object_id) else {
            return Vec::new();
        };
        let page_index = object.page_id.and_then(|id| self.page_index(object.body, id));
        let choices: [&dyn Fn(Place) -> bool; 2] = match page_index {
            Some(index) => [&move |place| place == Place::Page(index), &move |place| {
                self.uses(index, place)
            }],
            None => [
                &|place| matches!(place, Place::Page(_)) && self.body_of(place) == Some(object.body),
                &|place| matches!(place, Place::Template(_)) && self.body_of(place) == Some(object.body),
            ],
        };
        for choice in choices {
            let Some((first, _)) = found.iter().find(|(place, _)| choice(*place)) else {
                continue;
            };
            let same = found.iter().filter(|(place, _)| place == first);
            return same
                .filter_map(|(place, position)| self.run_at(*place, *position))
                .collect();
        }
        Vec::new()
    }

    /// The texts a tag stands for, one for each object and inline value, then its own text; empty ones left out.
    #[must_use]
    pub fn texts_of_tag(&self, tag: &Tag) -> Vec<String> {
        let objects = tag.refs.iter().filter_map(|object| self.text_of(object));
        let inline = tag.data.iter().cloned().chain(std::iter::once(tag.text.clone()));
        objects
            .chain(inline)
            .filter(|text| !text.trim().is_empty())
            .collect()
    }

    /// The resource a placed picture shows.
    #[must_use]
    pub fn media_of(&self, body: usize, image: &ImageUse) -> Option<&Media> {
        let position = *self.media_by_id.get(&(body, image.resource_id))?;
        self.media.get(position)
    }

    fn page_index(&self, body: usize, id: u64) -> Option<usize> {
        self.pages
            .iter()
            .position(|page| page.body == body && page.id == Some(id))
    }

    fn uses(&self, page_index: usize, place: Place) -> bool {
        let templates = self
            .pages
            .get(page_index)
            .map(|page| page.templates.as_slice())
            .unwrap_or_default();
        matches!(place, Place::Template(index) if templates.iter().any(|template| template.index == index))
    }

    fn body_of(&self, place: Place) -> Option<usize> {
        match place {
            Place::Template(index) => self.templates.get(index).map(|template| template.body),
            Place::Page(index) => self.pages.get(index).map(|page| page.body),
        }
    }

    fn run_at(&self, place: Place, position: usize) -> Option<&TextRun> {
        let content = match place {
            Place::Template(index) => &self.templates.get(index)?.content,
            Place::Page(index) => &self.pages.get(index)?.content,
        };
        match content.objects.get(position)? {
            Object::Text(run) => Some(run),
            _ => None,
        }
    }

    /// Builds what [`Document::runs_of`] and [`Document::media_of`] look things up in. Of several media with one id
    /// the first counts.
    pub(crate) fn build_indices(&mut self) {
        for (position, media) in self.media.iter().enumerate() {
            self.media_by_id.entry((media.body, media.id)).or_insert(position);
        }
        let templates = self
            .templates
            .iter()
            .enumerate()
            .map(|(i, template)| (Place::Template(i), &template.content));
        let pages = self
            .pages
            .iter()
            .enumerate()
            .map(|(i, page)| (Place::Page(i), &page.content));
        let mut index = ObjectIndex::new();
        for (place, content) in templates.chain(pages) {
            for (position, object) in content.objects.iter().enumerate() {
                if let Object::Text(TextRun {
                    object_id: Some(id), ..
                }) = object
                {
                    index.entry(*id).or_default().push((place, position));
                }
            }
        }
        self.objects = index;
    }
}

impl Object {
    /// The layer the object is painted on.
    #[must_use]
    pub fn layer(&self) -> Layer {
        match self {
            Self::Text(text) => text.layer,
            Self::Path(path) => path.layer,
            Self::Image(image) => image.layer,
        }
    }

    /// The object's box on the page in millimetres.
    #[must_use]
    pub fn boundary(&self) -> Rect {
        match self {
            Self::Text(text) => text.boundary,
            Self::Path(path) => path.boundary,
            Self::Image(image) => image.boundary,
        }
    }
}
