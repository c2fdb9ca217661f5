//! `piaoku show NUMBER`: the face, every field with its evidence, the verdict, the timeline.

use std::process::ExitCode;

use anyhow::Result;
use app::{Conflict, InvoiceView, Lookup, Rendition, Step};
use clap::Args;
use invoice::{Agreement, FieldName, InvoiceReading, TaxpayerNumber, Witness};

use super::read::{tell_faults, tell_signatures, tell_single_witnesses};
use crate::Console;
use crate::face;
use crate::lang::say;
use crate::table::{Side, cut, printable, table};

/// 一张发票：票面、每个字段的证据、校验结果、时间线。
///
/// An invoice: its face, every field with its evidence, the verdict, the timeline.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 发票号码，或号码的一部分；旧版发票可写 代码-号码 / number or part of it; legacy: CODE-NUMBER
    number: String,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let site = super::open(console)?;
    match site.look_up(&words.number)? {
        Lookup::One(view) if console.json => println!("{}", serde_json::to_string(&view)?),
        Lookup::One(view) => tell(&view, console),
        Lookup::Several(rows) => {
            if console.json {
                println!("{}", serde_json::to_string(&rows)?);
            } else {
                println!(
                    "{}",
                    say!(
                        console.lang,
                        "{} 对应 {} 张发票，请写全号码：",
                        "{} fits {} invoices; write the whole number:",
                        words.number,
                        rows.len()
                    )
                );
                super::find::tell(&rows, console);
            }
            return Ok(ExitCode::from(1));
        }
        Lookup::None => {
            if console.json {
                println!("null");
            } else {
                eprintln!(
                    "{}",
                    say!(
                        console.lang,
                        "没有找到 {}\n提示: 用 `piaoku find` 按名称、金额或日期查找；用 `piaoku status` 看是否还有待办的到达",
                        "{} was not found\nhint: `piaoku find` searches by name, amount or date; `piaoku status` shows what is still pending",
                        words.number
                    )
                );
            }
            return Ok(ExitCode::from(1));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(view: &InvoiceView, console: &Console) {
    let lang = console.lang;
    let Some(best) = view.renditions.first() else {
        return;
    };
    println!("{}", face::draw(&best.invoice));
    tell_conflicts(view, console);
    for (at, rendition) in view.renditions.iter().enumerate() {
        tell_rendition(at, rendition, console);
    }
    println!("{}", lang.pick("时间线", "timeline"));
    for Step {
        time, index, zh, en, ..
    } in &view.timeline
    {
        println!("  {time}  #{index:<8} {}", printable(lang.pick(zh, en)));
    }
}

/// What the originals of this invoice do not say alike.
fn tell_conflicts(view: &InvoiceView, console: &Console) {
    for Conflict { field, said } in &view.conflicts {
        let said: Vec<String> = said
            .iter()
            .map(|(at, value)| {
                let value = masked(value);
                say!(
                    console.lang,
                    "原件 {} 为 {value}",
                    "original {} says {value}",
                    at + 1
                )
            })
            .collect();
        let said = said.join(console.lang.pick("，", ", "));
        println!(
            "{}",
            printable(&say!(
                console.lang,
                "✗ W201 各原件不一致  {}：{said}",
                "✗ W201 the originals contradict each other  {}: {said}",
                console.lang.pick(field.label(), field.as_str())
            ))
        );
    }
    if !view.conflicts.is_empty() {
        println!();
    }
}

fn tell_rendition(at: usize, rendition: &Rendition, console: &Console) {
    println!(
        "{}",
        say!(
            console.lang,
            "原件 {}  {}  {}  第 {} 条",
            "original {}  {}  {}  entry {}",
            at + 1,
            rendition.format.as_str(),
            printable(&rendition.name),
            rendition.index
        )
    );
    println!("  SHA-256 {}", rendition.digest);
    print!("{}", evidence(&rendition.invoice, console));
    tell_single_witnesses(&rendition.invoice, console);
    if let Some(facts) = &rendition.signatures {
        tell_signatures(facts, console);
    }
    if rendition.faults.is_empty() {
        println!(
            "  {}",
            console
                .lang
                .pick("校验通过，没有发现问题", "checked: nothing found")
        );
    }
    tell_faults(&rendition.faults, console);
    println!();
}

/// Every field with all its witnesses: `✓` agreed, `·` one witness, `✗` contradicted.
pub(super) fn evidence(invoice: &InvoiceReading, console: &Console) -> String {
    let mut rows = Vec::new();
    for (name, field) in &invoice.fields.0 {
        let mark = match invoice.fields.agreement(*name).unwrap_or(Agreement::Single) {
            Agreement::Agreed => "✓",
            Agreement::Single => "·",
            Agreement::Disputed => "✗",
        };
        for (at, witness) in field.witnesses.iter().enumerate() {
            let label = if at == 0 {
                console.lang.pick(name.label(), name.as_str())
            } else {
                ""
            };
            rows.push(vec![
                if at == 0 { mark.to_owned() } else { String::new() },
                label.to_owned(),
                cut(&shown(*name, witness), 46),
                witness.source.label().to_owned(),
                cut(&witness.place, 40),
            ]);
        }
    }
    let header = [
        ("", Side::Left),
        (console.lang.pick("字段", "field"), Side::Left),
        (console.lang.pick("文字", "text"), Side::Left),
        (console.lang.pick("来源", "source"), Side::Left),
        (console.lang.pick("位置", "place"), Side::Left),
    ];
    table(&header, &rows)
}

/// What a witness said, as people read it: the label for a blue or red invoice is a bare code, so its meaning is shown.
fn shown(name: FieldName, witness: &Witness) -> String {
    match (name, witness.value.as_deref()) {
        (FieldName::RedLetter, Some("yes")) => format!("是 ({})", witness.raw),
        (FieldName::RedLetter, Some("no")) => format!("否 ({})", witness.raw),
        _ => masked(&witness.raw),
    }
}

/// The text with line breaks folded, and an identity number in it masked.
fn masked(raw: &str) -> String {
    let flat = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    match TaxpayerNumber::new(&flat) {
        Some(tax_id) if tax_id.is_personal() => tax_id.masked(),
        _ => flat,
    }
}
