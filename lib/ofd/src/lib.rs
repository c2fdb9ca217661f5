//! A general reader and writer of OFD (版式文档, GB/T 33190-2016): packages, pages, positioned text, paths,
//! images, custom tags, attachments and signature files.
//!
//! The crate knows nothing of invoices, opens no files and does no cryptography: it turns bytes into a
//! [`Document`] ([`read`]) and a [`write::Draft`] into bytes. Lengths are millimetres, the origin is the upper
//! left corner of a page, y grows downwards (GB/T 33190-2016 §7.1).
//!
//! Files met in the field break the standard in small ways, so reading is tolerant: a part that is declared but
//! missing or malformed becomes a [`Problem`] on the document. Only a package that cannot be opened at all, a
//! breach of [`Limits`] or a document type declaration is an [`OfdError`]. No input makes the reader panic.

mod content;
mod document;
mod error;
mod geometry;
mod limits;
mod package;
mod problem;
mod read;
pub mod write;
pub mod xml;

pub use content::{Content, ImageUse, Layer, LineOfText, Object, PathOperation, PathShape, TextRun};
pub use document::{
    Annotation, Attachment, CustomData, DocInfo, Document, Media, ObjectRef, Origin, Page, PlacedObject,
    Reference, Signature, StampAnnot, Tag, TagFile, Template, TemplateUse, ZOrder,
};
pub use error::{ErrorKind, LimitKind, OfdError};
pub use geometry::{Matrix, Point, Rect};
pub use limits::Limits;
pub use package::{Entry, Package};
pub use problem::Problem;
pub use read::read;
