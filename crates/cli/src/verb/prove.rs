//! `piaoku prove NUMBER`: a receipt that anyone can verify offline.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::Console;
use crate::lang::say;

/// 出具一张发票的回执（JSON）。任何人可用 `piaoku verify --receipt` 离线核验。
///
/// Make a receipt (JSON) of an invoice; anyone may verify it offline with `piaoku verify --receipt`.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 发票号码 / invoice number
    number: String,
    /// 不附内容，只证明登记过 / leave out the content, prove only that it was recorded
    #[arg(long)]
    sealed: bool,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let site = super::open(console)?;
    let Some(proof) = site.prove(&words.number, words.sealed)? else {
        eprintln!(
            "{}",
            say!(
                console.lang,
                "没有找到 {}；用 `piaoku find` 查找",
                "{} was not found; `piaoku find` searches",
                words.number
            )
        );
        return Ok(ExitCode::from(1));
    };
    println!("{}", proof.to_json());
    if !console.json {
        eprintln!(
            "{}",
            say!(
                console.lang,
                "第 {} 条。核验：piaoku verify --receipt <文件> --key '{}'",
                "entry {}. To verify: piaoku verify --receipt FILE --key '{}'",
                proof.index,
                site.public_key()
            )
        );
    }
    Ok(ExitCode::SUCCESS)
}
