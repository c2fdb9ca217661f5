//! What can go wrong with the machine, in the words of the use cases. What is wrong with an invoice is a fault, never
//! one of these.

use std::error::Error;
use std::io;

use store::{ErrorKind, StoreError};

use crate::reading::ReaderError;

/// A use case that could not run.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// There is no data folder of ours.
    #[error("{path} is no data folder of piaoku")]
    NoSite {
        /// The folder.
        path: String,
    },
    /// There is one already.
    #[error("{path} holds a ledger already")]
    SiteExists {
        /// The folder.
        path: String,
    },
    /// The name of a site may hold letters, digits, dots and dashes.
    #[error("{name:?} cannot be the name of a site")]
    SiteName {
        /// The name.
        name: String,
    },
    /// A file of the data folder is not what it should be.
    #[error("{path} is damaged: {why}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file cannot be read.
    #[error("read {path}")]
    ReadFile {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A file is larger than anything that is taken in.
    #[error("{path} is larger than {} MiB", crate::FILE_BYTES_MAX >> 20)]
    TooLarge {
        /// The file.
        path: String,
    },
    /// A file cannot be written.
    #[error("write {path}")]
    WriteFile {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The operating system has no randomness to give.
    #[error("draw a salt")]
    Random(#[source] io::Error),
    /// The reading child cannot be started.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// The store cannot answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry cannot be recorded.
    #[error("record an entry")]
    Record(#[source] store::RecordError),
    /// A fact is too large for a payload.
    #[error("record a fact")]
    Fact(#[source] ledger::fact::FactError),
    /// A proof cannot be made from the tiles.
    #[error("make a proof")]
    Prove(#[source] Box<dyn Error + Send + Sync>),
    /// A mark that no page printed.
    #[error("{mark:?} is no mark of a page")]
    BadMark {
        /// The mark.
        mark: String,
    },
    /// An export is xlsx or csv.
    #[error("{path} ends neither in .xlsx nor in .csv")]
    ExportForm {
        /// The file.
        path: String,
    },
    /// An export cannot be built.
    #[error("build the export")]
    Export {
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl SiteError {
    /// What to do next, in Chinese and English.
    pub fn hint(&self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            SiteError::NoSite { .. } => (
                "先运行 `piaoku init` 新建，或用 --data 指定数据目录；想先看看就运行 `piaoku demo`",
                "`piaoku init` makes one, --data names another, `piaoku demo` shows what it is like",
            ),
            SiteError::SiteExists { .. } => (
                "已有账本不会被覆盖；换一个 --data，或直接使用它",
                "a ledger is never overwritten; name another folder with --data, or use this one",
            ),
            SiteError::SiteName { .. } => (
                "用字母、数字、点和短横，如 beijing",
                "use letters, digits, dots and dashes, such as beijing",
            ),
            SiteError::Damaged { .. } => (
                "先把整个数据目录复制一份，再运行 `piaoku verify`；不要手工修改",
                "copy the whole data folder first, then run `piaoku verify`; do not mend it by hand",
            ),
            SiteError::BadMark { .. } => (
                "用上一页末尾给出的 --after",
                "use the --after printed below the page before",
            ),
            SiteError::ExportForm { .. } => ("文件名以 .xlsx 或 .csv 结尾", "end the name in .xlsx or .csv"),
            SiteError::Store(StoreError::TipGuard(_)) => (
                "数据库比已签署的账本头旧或与之矛盾：可能被回滚或替换。放回较新的副本；不要删除 tip 文件",
                "the database is older than what was signed, or contradicts it: it was rolled back or replaced. Put the newer copy back; do not delete the tip file",
            ),
            SiteError::Store(error) => return kind_hint(error.kind()),
            SiteError::Record(error) if matches!(error.kind(), ErrorKind::Full | ErrorKind::Corrupt) => {
                return kind_hint(error.kind());
            }
            SiteError::WriteFile { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                return kind_hint(ErrorKind::Full);
            }
            SiteError::Record(_) | SiteError::WriteFile { .. } => (
                "检查磁盘空间和权限，然后再收一次：已登记的会答复“已有”",
                "look at space and permissions, then take in again: what is recorded is answered with its first receipt",
            ),
            _ => return None,
        })
    }
}

/// What to do next when the store failed in one of these ways.
fn kind_hint(kind: ErrorKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        ErrorKind::Busy => (
            "数据目录正被另一个进程使用；稍后再试，未收的文件再收一次即可",
            "another process uses the data folder; try again later: taking in again is harmless",
        ),
        ErrorKind::Full => (
            "磁盘已满：已登记的都在，照常可查。腾出空间后把没有答复的文件再收一次，不必重启",
            "the disk is full: what is recorded is safe and can be read. Make room and take in again what was not answered; no restart is needed",
        ),
        ErrorKind::Corrupt => (
            "写入已停止，已登记的内容仍可查询。检查磁盘，然后运行 `piaoku verify`",
            "writing has stopped, what is recorded can still be read. Look at the disk, then run `piaoku verify`",
        ),
        ErrorKind::Invalid => (
            "看数据目录是否可写、属于当前用户，且由这个版本的票库建立",
            "see whether the data folder can be written by you and was made by this version of piaoku",
        ),
        _ => return None,
    })
}
