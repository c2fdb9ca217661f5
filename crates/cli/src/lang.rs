//! The two languages of the command line. Chinese comes first; every sentence stands here-and-there side by side with
//! its English, so that neither can be forgotten.

use clap::ValueEnum;

/// The language people are spoken to in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// The text in this language.
    pub(crate) fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// Picks one of two formatted texts: `say!(lang, "共 {n} 张", "{n} invoices")`.
macro_rules! say {
    ($lang:expr, $zh:literal, $en:literal $(, $($rest:tt)*)?) => {
        match $lang {
            $crate::lang::Lang::Zh => format!($zh $(, $($rest)*)?),
            $crate::lang::Lang::En => format!($en $(, $($rest)*)?),
        }
    };
}
pub(crate) use say;
