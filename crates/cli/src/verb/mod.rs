//! The verbs, one file each. A new verb is a file, a line in [`Verb`] and a line in [`run`].

mod demo;
mod entity;
mod export;
mod find;
mod init;
mod original;
mod prove;
mod read;
mod read_child;
mod rebuild;
mod rules;
mod show;
mod status;
mod take_in;
mod verify;

use std::process::ExitCode;

use anyhow::Result;
use app::{Machine, Readers, Site};
use clap::Subcommand;

use crate::Console;
use crate::lang::say;

/// What `piaoku` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// 新建数据目录 / make a data folder with its ledger and keys
    Init(init::Words),
    /// 识读并校验文件，不登记 / read and check files, record nothing
    Read(read::Words),
    /// 收票：文件、文件夹、压缩包或标准输入 / take in files, folders, zips or stdin
    TakeIn(take_in::Words),
    /// 查找发票 / find invoices
    Find(find::Words),
    /// 一张发票的票面、证据、校验和时间线 / an invoice: face, evidence, verdict, timeline
    Show(show::Words),
    /// 取回原件 / get an original back, byte for byte
    Original(original::Words),
    /// 导出 xlsx 或 csv / export to xlsx or csv
    Export(export::Words),
    /// 出具离线可验的回执 / make a receipt that verifies offline
    Prove(prove::Words),
    /// 核验回执，或整个账本、原件和索引 / verify a receipt, or ledger, originals and rows
    Verify(verify::Words),
    /// 收支是否平衡、账本头 / is everything accounted for; the ledger's head
    Status(status::Words),
    /// 列出全部校验规则 / list every check with its reason and source
    Rules(rules::Words),
    /// 从账本重建索引 / rebuild the rows from the ledger
    Rebuild(rebuild::Words),
    /// 本企业主体 / our own companies
    Entity(entity::Words),
    /// 造一个演示集团并收票 / make a believable group of companies and take its invoices in
    Demo(demo::Words),
    /// The reading child; started by the program itself.
    #[command(hide = true)]
    ReadChild(read_child::Words),
}

/// Runs a verb.
pub(crate) fn run(verb: Verb, console: &Console) -> Result<ExitCode> {
    match verb {
        Verb::Init(words) => init::run(&words, console),
        Verb::Read(words) => read::run(&words, console),
        Verb::TakeIn(words) => take_in::run(&words, console),
        Verb::Find(words) => find::run(&words, console),
        Verb::Show(words) => show::run(&words, console),
        Verb::Original(words) => original::run(&words, console),
        Verb::Export(words) => export::run(&words, console),
        Verb::Prove(words) => prove::run(&words, console),
        Verb::Verify(words) => verify::run(&words, console),
        Verb::Status(words) => status::run(&words, console),
        Verb::Rules(words) => rules::run(&words, console),
        Verb::Rebuild(words) => rebuild::run(&words, console),
        Verb::Entity(words) => entity::run(&words, console),
        Verb::Demo(words) => demo::run(&words, console),
        Verb::ReadChild(words) => read_child::run(&words),
    }
}

/// This machine, with originals read by children of this very program.
fn machine() -> Result<Machine> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    Ok(Machine::system(Readers::children(
        std::env::current_exe()?,
        &["read-child"],
        cores,
    )))
}

/// Opens the data folder, and says what an interrupted run had left to finish.
fn open(console: &Console) -> Result<Site> {
    let site = Site::open(&console.data, machine()?)?;
    let resumed = site.resumed().len();
    if resumed > 0 {
        eprintln!(
            "{}",
            say!(
                console.lang,
                "上次运行被中断：已自动接着处理 {resumed} 个到达",
                "an earlier run was interrupted: {resumed} arrivals were finished just now"
            )
        );
    }
    Ok(site)
}
