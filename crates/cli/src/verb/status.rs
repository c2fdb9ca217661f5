//! `piaoku status`: is everything accounted for, and where does the ledger stand.

use std::process::ExitCode;

use anyhow::Result;
use app::Status;
use clap::Args;

use crate::Console;
use crate::lang::say;

/// 收支是否平衡（收到 = 入库 + 已有 + 退回 + 待办），以及账本头。
///
/// Whether everything received is accounted for, and the head of the ledger.
#[derive(Debug, Args)]
pub(crate) struct Words {}

pub(crate) fn run(_words: &Words, console: &Console) -> Result<ExitCode> {
    let status = super::open(console)?.status()?;
    if console.json {
        println!("{}", serde_json::to_string(&status)?);
    } else {
        tell(&status, console);
    }
    Ok(if status.is_balanced() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

pub(super) fn tell(status: &Status, console: &Console) {
    let Status {
        received,
        stored,
        duplicate,
        rejected,
        pending,
        ..
    } = status;
    println!(
        "{}",
        say!(
            console.lang,
            "账本 {}  纪元 {}  共 {} 条  根 {}",
            "ledger {}  epoch {}  {} entries  root {}",
            status.site,
            status.epoch,
            status.tree_size,
            status.root
        )
    );
    println!(
        "{}",
        say!(
            console.lang,
            "收到 {received} = 入库 {stored} + 已有 {duplicate} + 退回 {rejected} + 待办 {pending}",
            "{received} received = {stored} stored + {duplicate} duplicate + {rejected} rejected + {pending} pending"
        )
    );
    println!(
        "received = stored + duplicate + rejected + pending: {received} = {stored} + {duplicate} + {rejected} + {pending} {}",
        if status.is_balanced() {
            console.lang.pick("✓ 平衡", "✓ balanced")
        } else {
            console.lang.pick("✗ 不平衡", "✗ NOT balanced")
        }
    );
    if !status.is_balanced() {
        let lost: Vec<String> = status.lost.iter().take(20).map(u64::to_string).collect();
        println!(
            "{}",
            say!(
                console.lang,
                "没有下落的到达编号：{}。运行 `piaoku verify` 查明原因",
                "arrivals without an outcome: {}. Run `piaoku verify` to see why",
                lost.join(" ")
            )
        );
    }
}
