//! `piaoku rebuild`: rows dropped and made again from the ledger.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::Console;
use crate::lang::say;

/// 丢弃索引并从账本重建。账本和原件不变。
///
/// Drop the rows and make them again from the ledger; ledger and originals stay as they are.
#[derive(Debug, Args)]
pub(crate) struct Words {}

pub(crate) fn run(_words: &Words, console: &Console) -> Result<ExitCode> {
    let site = super::open(console)?;
    let entries = site.rebuild()?;
    if console.json {
        println!("{}", serde_json::json!({ "entries": entries }));
    } else {
        println!(
            "{}",
            say!(
                console.lang,
                "已从 {entries} 条账目重建索引",
                "rows made again from {entries} entries"
            )
        );
        super::status::tell(&site.status()?, console);
    }
    Ok(ExitCode::SUCCESS)
}
