//! Why a file could not be read at all. Everything milder is a [`Problem`](crate::Problem).

use std::fmt;

use thiserror::Error;

use crate::xml::XmlError;

/// A refusal to read a file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OfdError {
    /// The bytes do not start like a zip package.
    #[error("not an OFD file: the bytes are not a zip package")]
    NotZip,
    /// The package starts well but its directory at the end cannot be read; usually an interrupted download.
    #[error(
        "the zip package is damaged or cut short: its directory at the end of the file cannot be read ({reason})"
    )]
    TruncatedZip {
        /// What the zip library says.
        reason: String,
    },
    /// A zip package without an `OFD.xml`.
    #[error("not an OFD file: the zip package holds no OFD.xml")]
    NoEntryPoint,
    /// `OFD.xml` names no document that can be read.
    #[error("OFD.xml names no document that can be read")]
    NoDocument,
    /// `OFD.xml` is not XML.
    #[error("{part} cannot be parsed")]
    EntryPoint {
        /// Name of the entry.
        part: String,
        /// What is wrong with it.
        source: XmlError,
    },
    /// A part declares a document type; entities are never expanded, so such a part is refused.
    #[error("{part} holds a document type declaration (DOCTYPE), which is refused")]
    Doctype {
        /// Name of the entry.
        part: String,
    },
    /// The file asks for more than the limits grant.
    #[error("{part} exceeds the limit of {max} {limit}")]
    Limit {
        /// The limit that was reached.
        limit: LimitKind,
        /// Its value.
        max: u64,
        /// Name of the entry, or of the whole package.
        part: String,
    },
}

/// The limit that was reached; `Display` gives its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitKind {
    /// Entries of the package.
    Entries,
    /// Inflated bytes of one entry.
    EntryBytes,
    /// Inflated bytes in all.
    InflatedBytes,
    /// Inflated bytes for each compressed byte.
    Ratio,
    /// Bytes of XML parsed.
    XmlBytes,
    /// Nested elements.
    XmlDepth,
    /// Attributes of one element.
    XmlAttributes,
    /// Elements and attributes.
    XmlNodes,
    /// Pages.
    Pages,
    /// Characters of positioned text.
    Glyphs,
    /// Path operations.
    PathOperations,
    /// Objects painted on pages.
    PlacedObjects,
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entries => "entries",
            Self::EntryBytes => "bytes in one entry",
            Self::InflatedBytes => "inflated bytes in all",
            Self::Ratio => "inflated bytes for each compressed byte",
            Self::XmlBytes => "bytes of XML in all",
            Self::XmlDepth => "nested elements",
            Self::XmlAttributes => "attributes of one element",
            Self::XmlNodes => "elements and attributes in all",
            Self::Pages => "pages",
            Self::Glyphs => "characters of text",
            Self::PathOperations => "path operations",
            Self::PlacedObjects => "objects painted on pages",
        })
    }
}

/// What sort of error it is, for callers that only sort errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input is not what it should be; trying again cannot help.
    Invalid,
    /// The input is larger than the caller allows; higher limits could help.
    TooLarge,
}

impl OfdError {
    /// Sorts the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Limit { .. } => ErrorKind::TooLarge,
            _ => ErrorKind::Invalid,
        }
    }
}
