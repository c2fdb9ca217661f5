//! `piaoku status`: is everything accounted for, and where does the ledger stand.

use std::process::ExitCode;

use anyhow::Result;
use app::{Layer, Sandbox, Status};
use clap::Args;
use serde::Serialize;

use crate::Console;
use crate::lang::say;

/// 收支是否平衡（收到 = 入库 + 已有 + 退回 + 待办），以及账本头。
///
/// Whether everything received is accounted for, and the head of the ledger.
#[derive(Debug, Args)]
pub(crate) struct Words {}

/// What programs are told: the account, and what holds a reading child on this machine.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    status: Status,
    sandbox: Option<Sandbox>,
}

pub(crate) fn run(_words: &Words, console: &Console) -> Result<ExitCode> {
    let status = super::open(console)?.status()?;
    let sandbox = super::machine()?.readers.sandbox()?;
    let code = if status.is_balanced() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    };
    if console.json {
        println!("{}", serde_json::to_string(&Told { status, sandbox })?);
    } else {
        tell(&status, console);
        sandbox.iter().for_each(|sandbox| tell_sandbox(sandbox, console));
    }
    Ok(code)
}

/// What a hostile file could do from inside of its reader, tried out just now.
fn tell_sandbox(sandbox: &Sandbox, console: &Console) {
    let layer = |layer: &Layer| match layer {
        Layer::Enforced => "✓".to_owned(),
        Layer::Partial => console.lang.pick("部分", "in part").to_owned(),
        Layer::Missing { why } => say!(console.lang, "✗（{why}）", "✗ ({why})"),
    };
    let open: Vec<&str> = sandbox
        .attempts
        .iter()
        .filter(|attempt| !attempt.refused)
        .map(|attempt| attempt.what.as_str())
        .collect();
    println!(
        "{}",
        say!(
            console.lang,
            "识读隔离：seccomp {}  Landlock {}  越权尝试 {} 次，放行 {} 次",
            "reading sandbox: seccomp {}  Landlock {}  {} escapes tried, {} got out",
            layer(&sandbox.system_calls),
            layer(&sandbox.landlock),
            sandbox.attempts.len(),
            open.len()
        )
    );
    if !open.is_empty() {
        println!(
            "{}",
            say!(
                console.lang,
                "警告：识读进程未被完全隔离，仍可以：{}。请换用支持 seccomp 与 Landlock 的内核（Linux ≥ 5.13）",
                "warning: a reading child is not fully held, it can still: {}. Use a kernel with seccomp and Landlock (Linux >= 5.13)",
                open.join("; ")
            )
        );
    }
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
