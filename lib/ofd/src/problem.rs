//! Faults of a file that did not keep it from being read.

use std::fmt;

/// A fault met on the way. The document is read without the part or value concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A part is declared but the package does not hold it.
    MissingPart {
        /// Entry that declares it.
        from: String,
        /// The path as written.
        reference: String,
    },
    /// An entry cannot be inflated (damaged, encrypted or an unknown method).
    UnreadableEntry {
        /// Name of the entry.
        name: String,
        /// What the zip library says.
        reason: String,
    },
    /// Entries have the same name; the last one counts, as it does when a package is unpacked to a disk.
    DuplicateEntry {
        /// The name they share; `None` if the zip directory itself repeats it, where only the fact is known.
        name: Option<String>,
    },
    /// A part is not well-formed XML, or not the part it should be.
    MalformedPart {
        /// Name of the entry.
        part: String,
        /// What is wrong.
        reason: String,
    },
    /// A value could not be understood and was left out.
    BadValue {
        /// Name of the entry.
        part: String,
        /// Element or attribute.
        what: &'static str,
        /// The value as written, cut to 80 characters.
        value: String,
    },
    /// A page file lies in the package but no document lists it, so viewers do not show it.
    UndeclaredPage {
        /// Name of the entry.
        name: String,
    },
    /// Attachments were found by their folder, because no list declares them.
    UnlistedAttachments {
        /// How many were found.
        count: usize,
    },
    /// `OFD.xml` is not at the root of the package.
    NestedEntryPoint {
        /// Where it was found.
        name: String,
    },
    /// More problems were met than are kept.
    More,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingPart { from, reference } => {
                write!(f, "{from} declares {reference}, which is not in the package")
            }
            Self::UnreadableEntry { name, reason } => write!(f, "entry {name} cannot be read: {reason}"),
            Self::DuplicateEntry { name: Some(name) } => {
                write!(f, "entry {name} occurs twice; the last one is used")
            }
            Self::DuplicateEntry { name: None } => {
                f.write_str("an entry name is repeated; the last entry is used")
            }
            Self::MalformedPart { part, reason } => write!(f, "{part}: {reason}"),
            Self::BadValue { part, what, value } => write!(f, "{part}: {what} is not understood: {value}"),
            Self::UndeclaredPage { name } => write!(f, "page file {name} is not listed by the document"),
            Self::UnlistedAttachments { count } => write!(f, "{count} attachments are not in any list"),
            Self::NestedEntryPoint { name } => {
                write!(f, "OFD.xml is not at the root of the package but at {name}")
            }
            Self::More => f.write_str("further problems were left out"),
        }
    }
}

/// The problems of one file, bounded so that a hostile file cannot grow the list for ever.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

const KEPT_MAX: usize = 200;

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        match self.0.len() {
            0..KEPT_MAX => self.0.push(problem),
            KEPT_MAX => self.0.push(Problem::More),
            _ => {}
        }
    }

    pub(crate) fn bad_value(&mut self, part: &str, what: &'static str, value: &str) {
        let value = value.chars().take(80).collect();
        self.push(Problem::BadValue {
            part: part.to_owned(),
            what,
            value,
        });
    }

    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.0
    }
}
