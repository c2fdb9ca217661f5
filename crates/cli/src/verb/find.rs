//! `piaoku find`: by number or part of it, name, item, amount, dates, kind, fault.

use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use app::{FindPage, FindWords, InvoiceRow};
use clap::Args;
use invoice::{Cents, Date, InvoiceKind, parse_cents, parse_date};

use crate::Console;
use crate::lang::say;
use crate::table::{Side, cut, table};

/// 查找发票：号码（或其中一段）、名称、项目（任意两个相邻的字）、金额、日期、票种、校验问题。
///
/// Find invoices. Words are matched in numbers, names and items; any two neighbouring characters will do.
#[derive(Debug, Args)]
#[group(id = "what-to-find")]
pub(crate) struct Words {
    /// 文字或号码，多个词须同时满足 / words or digits; all must match
    text: Vec<String>,
    /// 开票日期从 / issued from
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<Date>,
    /// 开票日期到 / issued until
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: Option<Date>,
    /// 价税合计恰为 / total exactly
    #[arg(long, value_name = "YUAN", value_parser = yuan, allow_hyphen_values = true)]
    total: Option<Cents>,
    /// 价税合计不少于 / total at least
    #[arg(long, value_name = "YUAN", value_parser = yuan, allow_hyphen_values = true)]
    min: Option<Cents>,
    /// 价税合计不多于 / total at most
    #[arg(long, value_name = "YUAN", value_parser = yuan, allow_hyphen_values = true)]
    max: Option<Cents>,
    /// 票种，如 数电发票（普通发票）/ kind, by label or code
    #[arg(long, value_parser = kind)]
    kind: Option<InvoiceKind>,
    /// 有此校验问题，如 A101 / has this fault
    #[arg(long, value_name = "CODE")]
    fault: Option<String>,
    /// 每页张数 / how many on a page
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// 上一页给出的续读标记 / the mark printed below the page before
    #[arg(long, value_name = "MARK")]
    after: Option<String>,
}

impl Words {
    pub(super) fn to_find(&self) -> FindWords {
        FindWords {
            words: self.text.clone(),
            from: self.from,
            until: self.until,
            total_min: self.total.or(self.min),
            total_max: self.total.or(self.max),
            kind: self.kind,
            fault: self.fault.clone(),
            limit: self.limit,
            after: self.after.clone(),
            page_alone: false,
        }
    }
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let FindPage {
        rows,
        next,
        count,
        total,
    } = super::open(console)?.find(&words.to_find()).context("find")?;
    if console.json {
        println!(
            "{}",
            serde_json::json!({ "invoices": rows, "next": next, "count": count, "total": total.to_string() })
        );
    } else {
        tell(&rows, console);
        println!(
            "{}",
            say!(
                console.lang,
                "共 {count} 张，价税合计 {total}",
                "{count} invoices, total {total}"
            )
        );
        if let Some(mark) = next {
            println!(
                "{}",
                say!(
                    console.lang,
                    "还有更多：加 --after {mark}",
                    "more: add --after {mark}"
                )
            );
        }
    }
    Ok(if rows.is_empty() {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// The rows as a table.
pub(super) fn tell(rows: &[InvoiceRow], console: &Console) {
    if rows.is_empty() {
        println!("{}", console.lang.pick("没有符合条件的发票", "no invoice fits"));
        return;
    }
    let lang = console.lang;
    let header = [
        (lang.pick("开票日期", "date"), Side::Left),
        (lang.pick("号码", "number"), Side::Left),
        (lang.pick("销售方", "seller"), Side::Left),
        (lang.pick("购买方", "buyer"), Side::Left),
        (lang.pick("价税合计", "total"), Side::Right),
        (lang.pick("问题", "faults"), Side::Left),
    ];
    let cells = |row: &InvoiceRow| {
        vec![
            row.date.clone().unwrap_or_default(),
            row.number.clone(),
            cut(row.seller_name.as_deref().unwrap_or_default(), 28),
            cut(row.buyer_name.as_deref().unwrap_or_default(), 28),
            row.total.clone().unwrap_or_default(),
            row.worst.map_or_else(String::new, |worst| {
                format!("{} {}", super::rules::severity(console, worst), row.fault_count)
            }),
        ]
    };
    print!("{}", table(&header, &rows.iter().map(cells).collect::<Vec<_>>()));
}

fn date(text: &str) -> Result<Date> {
    parse_date(text).ok_or_else(|| anyhow!("write a date as 2026-03-09"))
}

fn yuan(text: &str) -> Result<Cents> {
    parse_cents(text).ok_or_else(|| anyhow!("write an amount as 1234.50"))
}

fn kind(text: &str) -> Result<InvoiceKind> {
    InvoiceKind::from_label(text).ok_or_else(|| {
        let known: Vec<&str> = InvoiceKind::ALL.iter().map(|kind| kind.code()).collect();
        anyhow!("no such kind; known are {}", known.join(", "))
    })
}
