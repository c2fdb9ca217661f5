//! `piaoku export FILE`: what `find` finds, as xlsx or csv.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::Console;
use crate::lang::say;

/// 导出查找结果为 xlsx 或 csv（带 BOM）。号码和税号为文本，公式不会被执行。
///
/// Export what `find` finds. Numbers and tax ids are text; nothing can run as a formula.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 文件，以 .xlsx 或 .csv 结尾 / file ending in .xlsx or .csv
    file: PathBuf,
    #[command(flatten)]
    find: super::find::Words,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let site = super::open(console)?;
    let count = app::export(&site, &words.find.to_find(), &words.file)?;
    if console.json {
        println!("{}", serde_json::json!({ "file": words.file, "invoices": count }));
    } else {
        println!(
            "{}",
            say!(
                console.lang,
                "已导出 {count} 张到 {}",
                "{count} invoices exported to {}",
                words.file.display()
            )
        );
    }
    Ok(ExitCode::SUCCESS)
}
