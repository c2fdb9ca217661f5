//! `piaoku original`: the bytes back as they came.

use std::fs;
use std::io::{IsTerminal, Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::Console;
use crate::lang::say;

/// 取回原件，逐字节不变。给出发票号码或原件的 SHA-256。
///
/// Get an original back, byte for byte, by invoice number or by its SHA-256.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 发票号码，或原件 SHA-256 / invoice number or SHA-256
    number: String,
    /// 写到文件；- 为标准输出 / write to a file; - is stdout
    #[arg(long, short, default_value = "-")]
    out: PathBuf,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let site = super::open(console)?;
    let Some(original) = site.original_of(&words.number)? else {
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
    if words.out.as_os_str() == "-" {
        if stdout().is_terminal() {
            bail!(
                "{}",
                say!(
                    console.lang,
                    "原件是二进制文件：用 --out 写到文件，或接到管道",
                    "an original is binary: use --out FILE or a pipe"
                )
            );
        }
        stdout().write_all(&original.bytes)?;
    } else {
        fs::write(&words.out, &original.bytes).with_context(|| format!("write {}", words.out.display()))?;
        if !console.json {
            println!(
                "{}  {}  {} B",
                words.out.display(),
                original.digest,
                original.bytes.len()
            );
        }
    }
    if !original.others.is_empty() && !console.json {
        eprintln!(
            "{}",
            say!(
                console.lang,
                "这张发票还有 {} 份原件：",
                "{} more originals of this invoice:",
                original.others.len()
            )
        );
        for (digest, format) in &original.others {
            eprintln!("  {digest}  {}", format.as_str());
        }
    }
    Ok(ExitCode::SUCCESS)
}
