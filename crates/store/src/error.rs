//! What can go wrong with a store: a variant for each operation that failed, and a kind that says what to do about it.

use std::error::Error;
use std::path::PathBuf;

use crate::primary::HeadRef;

/// What a failure means to whoever has to act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The caller asked for something that cannot be.
    Invalid,
    /// What was asked for is not there.
    Missing,
    /// Someone else was first.
    Conflict,
    /// Not now: locked. Trying again later may help.
    Busy,
    /// No room left. Nothing that was acknowledged is touched; make room and hand in again, without a restart.
    Full,
    /// What is stored cannot be trusted, or could not be made durable. Stops the writer.
    Corrupt,
    /// A defect of this program.
    Bug,
}

/// The engine's own error, with its kind.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct Cause {
    /// What it means.
    pub kind: ErrorKind,
    /// What the engine said.
    pub source: Box<dyn Error + Send + Sync>,
}

impl Cause {
    /// A cause of a kind.
    pub fn new(kind: ErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }
}

/// An operation of the store that failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be opened.
    #[error("cannot open the database {}", path.display())]
    Open {
        /// Its file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// Another process has the data folder.
    #[error("data folder {} is in use by {holder}", path.display())]
    FolderInUse {
        /// The folder.
        path: PathBuf,
        /// Who has it.
        holder: String,
    },
    /// A write failed before, so that nobody knows what the disk holds: nothing more is written until the folder is
    /// opened again.
    #[error("writing stopped until the data folder is opened again: {why}")]
    Stopped {
        /// What failed first.
        why: String,
    },
    /// The data folder cannot be prepared.
    #[error("cannot prepare {}", path.display())]
    Folder {
        /// What could not be prepared.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// Something cannot be read.
    #[error("cannot read {what}")]
    Read {
        /// What.
        what: &'static str,
        /// Why.
        #[source]
        source: Cause,
    },
    /// Arrivals cannot be numbered.
    #[error("cannot number arrivals")]
    Arrive(#[source] Cause),
    /// Entries cannot be committed; unknown whether they were.
    #[error("cannot commit entries")]
    Commit(#[source] Cause),
    /// The head is not the one the commit was made for: another writer took over.
    #[error("the head is not {expected}: another writer took over")]
    Fenced {
        /// The head the commit was made for.
        expected: HeadRef,
    },
    /// An arrival to be settled is not pending: unknown, or settled before.
    #[error("arrival {0} is not pending")]
    NotPending(u64),
    /// A unique key is taken.
    #[error("key {key} is taken")]
    KeyTaken {
        /// The key.
        key: String,
    },
    /// The rows do not end where they were expected to.
    #[error("rows reflect {found} entries, not {expected}")]
    RowsBehind {
        /// What was expected.
        expected: u64,
        /// What the rows reflect.
        found: u64,
    },
    /// Rows cannot be dropped or applied.
    #[error("cannot rebuild rows")]
    Rebuild(#[source] Cause),
    /// What is stored is damaged.
    #[error("{what} is damaged")]
    Damaged {
        /// What, by name.
        what: String,
        /// Why it is known to be.
        #[source]
        source: Option<Cause>,
    },
    /// An original cannot be kept.
    #[error("cannot keep original {digest}")]
    KeepOriginal {
        /// Its digest.
        digest: invoice::Digest,
        /// Why.
        #[source]
        source: Cause,
    },
    /// An original is not there.
    #[error("original {0} is missing")]
    OriginalMissing(invoice::Digest),
    /// The tip file cannot be read or written.
    #[error("cannot use the tip file {}", path.display())]
    Tip {
        /// Its path.
        path: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// The database is behind the tip file, or contradicts it.
    #[error("the database does not continue the tip that was signed before")]
    TipGuard(#[from] ledger::TipGuardError),
}

impl StoreError {
    /// What the failure means. [`ErrorKind::Corrupt`] stops the writer.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Open { source, .. }
            | Self::Folder { source, .. }
            | Self::Read { source, .. }
            | Self::Arrive(source)
            | Self::Commit(source)
            | Self::Rebuild(source)
            | Self::KeepOriginal { source, .. }
            | Self::Tip { source, .. } => source.kind,
            Self::FolderInUse { .. } => ErrorKind::Busy,
            Self::Fenced { .. } | Self::NotPending(_) | Self::KeyTaken { .. } => ErrorKind::Conflict,
            Self::RowsBehind { .. } => ErrorKind::Bug,
            Self::OriginalMissing(_) => ErrorKind::Missing,
            Self::Stopped { .. } | Self::Damaged { .. } | Self::TipGuard(_) => ErrorKind::Corrupt,
        }
    }

    /// The error in full, with its causes.
    pub(crate) fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut source = Error::source(self);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    }

    /// Something stored that is damaged.
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged {
            what: what.into(),
            source: None,
        }
    }

    /// Something stored that is damaged, as another error shows.
    pub(crate) fn damaged_because(
        what: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Damaged {
            what: what.into(),
            source: Some(Cause::new(ErrorKind::Corrupt, source)),
        }
    }
}

/// An input or output error of the file system. A failed write or fsync is corrupt: what is on disk is then unknown, and
/// asking again would be answered as if all were well.
pub(crate) fn io_cause(error: std::io::Error) -> Cause {
    use std::io::ErrorKind as Io;
    let kind = match error.kind() {
        Io::NotFound => ErrorKind::Missing,
        Io::PermissionDenied
        | Io::ReadOnlyFilesystem
        | Io::InvalidInput
        | Io::NotADirectory
        | Io::IsADirectory => ErrorKind::Invalid,
        Io::StorageFull | Io::QuotaExceeded => ErrorKind::Full,
        Io::WouldBlock | Io::ResourceBusy => ErrorKind::Busy,
        _ => ErrorKind::Corrupt,
    };
    Cause::new(kind, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_written_is_not_damage() {
        for kind in [
            std::io::ErrorKind::ReadOnlyFilesystem,
            std::io::ErrorKind::PermissionDenied,
        ] {
            assert_eq!(io_cause(kind.into()).kind, ErrorKind::Invalid);
        }
        assert_eq!(
            io_cause(std::io::ErrorKind::StorageFull.into()).kind,
            ErrorKind::Full
        );
    }
}
