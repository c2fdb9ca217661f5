//! `piaoku rules`: every check with its code, title, reason and source.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use invoice::{FaultKind, Severity};

use crate::Console;
use crate::lang::say;
use crate::table::{Side, table};

/// 列出全部校验规则；给出代码时只看一条。
///
/// List every check; with a code, that one in full.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 校验代码，如 A101 / a code such as A101
    code: Option<String>,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let wanted = |kind: &&FaultKind| {
        words
            .code
            .as_ref()
            .is_none_or(|code| kind.code.eq_ignore_ascii_case(code))
    };
    let kinds: Vec<&FaultKind> = app::fault_kinds().into_iter().filter(wanted).collect();
    if console.json {
        for kind in &kinds {
            println!(
                "{}",
                serde_json::json!({
                    "code": kind.code, "severity": kind.severity, "title_zh": kind.title_zh, "title_en": kind.title_en,
                    "reason_zh": kind.reason_zh, "reason_en": kind.reason_en, "source": kind.source,
                })
            );
        }
    } else if words.code.is_some() {
        for kind in &kinds {
            println!(
                "{}  {}",
                kind.code,
                console.lang.pick(kind.title_zh, kind.title_en)
            );
            println!("{}", console.lang.pick(kind.reason_zh, kind.reason_en));
            println!("{}: {}", console.lang.pick("依据", "source"), kind.source);
        }
    } else {
        let row = |kind: &&FaultKind| {
            let severity = severity(console, kind.severity).to_owned();
            vec![
                kind.code.to_owned(),
                severity,
                console.lang.pick(kind.title_zh, kind.title_en).to_owned(),
                kind.source.to_owned(),
            ]
        };
        let header = [
            (console.lang.pick("代码", "code"), Side::Left),
            (console.lang.pick("程度", "severity"), Side::Left),
            (console.lang.pick("校验", "check"), Side::Left),
            (console.lang.pick("依据", "source"), Side::Left),
        ];
        print!("{}", table(&header, &kinds.iter().map(row).collect::<Vec<_>>()));
        println!(
            "{}",
            say!(
                console.lang,
                "共 {} 项；规则库版本 {}",
                "{} checks; rulebook {}",
                kinds.len(),
                app::rulebook_version()
            )
        );
    }
    if kinds.is_empty() && !console.json {
        let code = words.code.as_deref().unwrap_or_default();
        eprintln!(
            "{}",
            say!(
                console.lang,
                "没有代码为 {code} 的校验；`piaoku rules` 列出全部",
                "no check has the code {code}; `piaoku rules` lists them all"
            )
        );
    }
    Ok(if kinds.is_empty() {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// A severity in words.
pub(super) fn severity(console: &Console, severity: Severity) -> &'static str {
    match severity {
        Severity::Error => console.lang.pick("错误", "error"),
        Severity::Warning => console.lang.pick("疑点", "warning"),
        Severity::Note => console.lang.pick("提示", "note"),
    }
}
