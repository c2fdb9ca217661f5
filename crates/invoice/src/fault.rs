//! Faults (校验问题): what is wrong with an invoice or a file, as data.
//!
//! A fault is never an error of the machine. Its code is permanent: it may be retired, never reused.

use serde::{Deserialize, Serialize};

/// How much a fault matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 提示. Worth knowing; nothing is wrong.
    Note,
    /// 疑点. A person should look before the invoice is used.
    Warning,
    /// 错误. The sources contradict each other, or a rule of law is broken.
    Error,
}

/// One kind of fault, as listed by `piaoku rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultKind {
    /// Permanent code: a letter for the subject and three digits, such as `A101`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Title in Chinese.
    pub title_zh: &'static str,
    /// Title in English.
    pub title_en: &'static str,
    /// Why the check exists, in Chinese: what a finance person risks.
    pub reason_zh: &'static str,
    /// Why the check exists, in English.
    pub reason_en: &'static str,
    /// Law, standard or clause, or how the fact was established.
    pub source: &'static str,
}

impl FaultKind {
    /// A fault of this kind at `path`; `message` says in Chinese what was seen and what was expected.
    pub fn at(&self, path: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault {
            code: self.code.to_owned(),
            severity: self.severity,
            path: path.into(),
            message: message.into(),
        }
    }
}

/// Something wrong with an invoice (发票) or its file, found while reading or checking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Permanent code, see [`FaultKind::code`].
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// Where: a field name as in `piaoku read --json` (`seller_tax_id`), `lines[3].tax`, `file`, `signature`.
    /// A fault that concerns several fields names them separated by commas.
    pub path: String,
    /// What was seen and what was expected, in Chinese.
    pub message: String,
}

impl Fault {
    /// Whether the fault's path names this field.
    pub fn concerns(&self, field: &str) -> bool {
        self.path.split(',').any(|part| part.trim() == field)
    }
}
