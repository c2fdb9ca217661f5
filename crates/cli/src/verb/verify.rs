//! `piaoku verify`: a receipt offline, the ledger alone, or the whole house: ledger, payloads, originals, rows,
//! conservation.

use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use app::{Damage, VerifyProgress, VerifyReport};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::Console;
use crate::lang::say;
use crate::table::printable;

/// 核验整个账本、内容、原件、索引和收支；或离线核验一张回执。
///
/// Verify ledger, payloads, originals, rows and conservation; or a receipt offline. Exit code 1 when damage was found.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 离线核验这张回执；- 为标准输入 / verify this receipt offline; - is stdin
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// 账本公钥；省略则用数据目录里的 / public key of the ledger; else that of the data folder
    #[arg(long, requires = "receipt", value_name = "VKEY")]
    key: Option<String>,
    /// 只核验账目、哈希树、签名与 tip，不读内容、原件和索引；快得多 / entries, tree, signature and tip only: much faster
    #[arg(long, conflicts_with = "receipt")]
    ledger: bool,
    /// 与另处保存的检查点比较（可多次）：整个目录被退回或用原密钥改写，只有这样看得出 / compare with a checkpoint kept elsewhere:
    /// only that shows a folder put back whole, or history rewritten with its own key
    #[arg(long, conflicts_with_all = ["receipt", "ledger"], value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    match &words.receipt {
        Some(path) => verify_receipt(path, words.key.as_deref(), console),
        None => verify_site(words, console),
    }
}

fn text(bytes: Vec<u8>, path: &Path) -> Result<String> {
    String::from_utf8(bytes).with_context(|| format!("read {}", path.display()))
}

fn verify_receipt(path: &Path, key: Option<&str>, console: &Console) -> Result<ExitCode> {
    let bytes = if path.as_os_str() == "-" {
        app::load_from(stdin().lock(), "stdin")?
    } else {
        app::load(path)?
    };
    let json = text(bytes, path)?;
    let key = match key {
        Some(key) => key.to_owned(),
        None => app::public_key_of(&console.data)?,
    };
    match app::verify_receipt(&json, &key) {
        Ok(verified) if console.json => println!("{}", serde_json::to_string(&verified)?),
        Ok(verified) => println!(
            "{}",
            say!(
                console.lang,
                "✓ 回执成立：{} 第 {} 条（共 {} 条），登记于 {}，{}",
                "✓ the receipt holds: {} entry {} of {}, recorded {}, {}",
                verified.origin,
                verified.index,
                verified.tree_size,
                verified.recorded_at,
                verified.subject
            )
        ),
        Err(why) => {
            if console.json {
                println!(
                    "{}",
                    serde_json::json!({ "sound": false, "why": why.to_string() })
                );
            } else {
                println!(
                    "{}",
                    say!(
                        console.lang,
                        "✗ 回执不成立：{why}",
                        "✗ the receipt does not hold: {why}"
                    )
                );
            }
            return Ok(ExitCode::from(1));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn verify_site(words: &Words, console: &Console) -> Result<ExitCode> {
    let kept = words
        .checkpoint
        .iter()
        .map(|path| text(app::load(path)?, path))
        .collect::<Result<Vec<_>>>()?;
    let bar = ProgressBar::new(0);
    if console.json || !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len}  {per_sec}  {msg}",
    )?);
    let progress = |progress: VerifyProgress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        bar.set_message(console.lang.pick(progress.zh, progress.en).to_owned());
    };
    let report = if words.ledger {
        app::verify_ledger(&console.data, &progress)?
    } else {
        app::verify_site_against(&console.data, &kept, &progress)?
    };
    bar.finish_and_clear();
    if console.json {
        println!("{}", serde_json::to_string(&report)?);
    } else if words.ledger {
        tell_ledger(&report, console);
    } else {
        tell(&report, console);
    }
    Ok(if report.damages.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn tell_ledger(report: &VerifyReport, console: &Console) {
    let VerifyReport { entries, root, .. } = report;
    println!(
        "{}",
        say!(
            console.lang,
            "核验 {entries} 条账目；根 {root}。内容、原件和索引未核验",
            "verified {entries} entries; root {root}. Payloads, originals and rows were not looked at"
        )
    );
    tell_damages(report, console);
}

pub(super) fn tell(report: &VerifyReport, console: &Console) {
    let VerifyReport {
        entries,
        originals,
        rows,
        root,
        ..
    } = report;
    println!(
        "{}",
        say!(
            console.lang,
            "核验 {entries} 条账目、{originals} 份原件、{rows} 张发票的索引；根 {root}",
            "verified {entries} entries, {originals} originals, rows of {rows} invoices; root {root}"
        )
    );
    tell_damages(report, console);
}

fn tell_damages(report: &VerifyReport, console: &Console) {
    for Damage { what, zh, en } in &report.damages {
        println!(
            "  ✗ {}",
            printable(&format!("{what}: {}", console.lang.pick(zh, en)))
        );
    }
    println!(
        "{}",
        if report.damages.is_empty() {
            console.lang.pick("✓ 完好", "✓ sound").to_owned()
        } else {
            say!(
                console.lang,
                "发现 {} 处损坏。先备份现场，不要修改数据目录",
                "{} damages found. Copy the folder as it is before you touch it",
                report.damages.len()
            )
        }
    );
}
