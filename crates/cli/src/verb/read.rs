//! `piaoku read FILE…`: what a file says and what is wrong with it. Records nothing, needs no data folder.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use app::{ReadFile, SiteError, read_file};
use clap::Args;
use invoice::{Fault, FieldName, Integrity, InvoiceReading, SealCheck, SignatureFacts};

use super::rules::severity;
use crate::Console;
use crate::face;
use crate::lang::say;
use crate::manifest_line;
use crate::table::printable;

/// 识读并校验文件，不登记。
///
/// Read and check files without recording anything. With --json: one line for each invoice found.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 文件 / files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 每个字段的全部证据 / every witness of every field
    #[arg(long, short)]
    evidence: bool,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let machine = super::machine()?;
    let entities = app::entities_of(&console.data);
    for path in &words.files {
        let name = path.display().to_string();
        let bytes = match app::load(path) {
            Err(SiteError::TooLarge { .. }) => {
                tell_refused(&name, &app::too_large(), console)?;
                continue;
            }
            loaded => loaded?,
        };
        for file in read_file(&machine, &entities, &bytes)? {
            let name = if file.name.is_empty() {
                name.clone()
            } else {
                format!("{name}!{}", file.name)
            };
            if console.json {
                for line in manifest_line::lines(&name, &file.reading, &file.verdict) {
                    println!("{}", serde_json::to_string(&line)?);
                }
            } else {
                tell(&name, &file, words.evidence, console);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A file that was not even loaded is told like one that could not be read.
fn tell_refused(name: &str, fault: &Fault, console: &Console) -> Result<()> {
    if console.json {
        let line = manifest_line::refused(name, fault);
        println!("{}", serde_json::to_string(&line)?);
    } else {
        println!("{}  [-]", printable(name));
        tell_faults(std::slice::from_ref(fault), console);
    }
    Ok(())
}

fn tell(name: &str, file: &ReadFile, evidence: bool, console: &Console) {
    let reading = &file.reading;
    println!("{}  [{}]", printable(name), reading.format.as_str());
    for (at, invoice) in reading.invoices.iter().enumerate() {
        println!("{}", face::draw(invoice));
        if evidence {
            print!("{}", super::show::evidence(invoice, console));
        }
        tell_single_witnesses(invoice, console);
        tell_faults(file.verdict.invoices.get(at).map_or(&[], Vec::as_slice), console);
    }
    if let Some(statement) = &reading.statement {
        let (amount, tax, total) = statement.sums();
        println!(
            "{}",
            say!(
                console.lang,
                "税局清单：{} 张发票，{} 行明细；金额 {amount}，税额 {tax}，价税合计 {total}",
                "bureau statement: {} invoices, {} lines; amount {amount}, tax {tax}, total {total}",
                statement.invoices.len(),
                statement.lines.len()
            )
        );
    }
    if let Some(facts) = &reading.signatures {
        tell_signatures(facts, console);
    }
    tell_faults(&file.verdict.file, console);
}

/// What rests on one source alone, in one line: fields by name, lines as a whole. An alteration of it would not show.
pub(super) fn tell_single_witnesses(invoice: &InvoiceReading, console: &Console) {
    let alone = app::single_witnesses(invoice);
    let is_alone = |name: &FieldName| alone.iter().any(|path| path == name.as_str());
    let mut named: Vec<&str> = invoice
        .fields
        .0
        .keys()
        .filter(|name| is_alone(name))
        .map(|name| console.lang.pick(name.label(), name.as_str()))
        .collect();
    if alone.iter().any(|path| path.starts_with("lines[")) {
        named.push(console.lang.pick("明细", "lines"));
    }
    if !named.is_empty() {
        println!(
            "  · {}: {}",
            console.lang.pick("只有一个来源，无从核对", "one source only"),
            named.join(console.lang.pick("、", ", "))
        );
    }
}

/// Faults, worst first.
pub(super) fn tell_faults(faults: &[Fault], console: &Console) {
    let mut faults: Vec<&Fault> = faults.iter().collect();
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.severity));
    for fault in faults {
        println!(
            "  {} {}  {}  ({})",
            severity(console, fault.severity),
            fault.code,
            printable(&fault.message),
            printable(&fault.path)
        );
    }
}

/// Three separate answers: integrity, signer, business truth.
pub(super) fn tell_signatures(facts: &SignatureFacts, console: &Console) {
    let integrity = match &facts.integrity {
        Integrity::Unsigned => say!(console.lang, "未签章", "unsigned"),
        Integrity::Intact { parts } => say!(
            console.lang,
            "签章后未改动（{parts} 个部分）",
            "unchanged since signed ({parts} parts)"
        ),
        Integrity::Broken { parts } => say!(
            console.lang,
            "签章后被改动：{}",
            "changed since signed: {}",
            parts.join(", ")
        ),
        Integrity::Unknown { why } => say!(console.lang, "无法判断：{why}", "cannot be told: {why}"),
    };
    println!(
        "  {}: {}",
        console.lang.pick("完整性", "integrity"),
        printable(&integrity)
    );
    for signer in &facts.signers {
        let name = signer
            .seal_name
            .as_deref()
            .or(signer.subject.as_deref())
            .unwrap_or("?");
        let seal = match &signer.seal {
            SealCheck::Holds => say!(console.lang, "签名值成立", "signature value holds"),
            SealCheck::Fails => say!(console.lang, "签名值不成立", "signature value fails"),
            SealCheck::NotChecked { why } => say!(console.lang, "未核验：{why}", "not checked: {why}"),
        };
        println!(
            "  {}: {}",
            console.lang.pick("签章人", "signer"),
            printable(&format!("{name}，{seal}"))
        );
    }
    println!(
        "  {}",
        console.lang.pick(
            "业务真实性: 离线无法判断，请到税务局查验平台核对",
            "business truth: cannot be told offline; ask the tax bureau's check site",
        )
    );
}
