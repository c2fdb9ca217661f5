//! `piaoku entity add|list`: the companies that invoices belong to.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use invoice::Entity;

use super::init;
use crate::Console;
use crate::lang::say;
use crate::table::{Side, table};

/// 本企业主体：发票属于谁。购销双方都不是本企业主体的发票会被提示。
///
/// Our own companies. An invoice of which neither party is ours is flagged.
#[derive(Debug, Args)]
pub(crate) struct Words {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// 登记主体：税号=名称 / declare one: TAXID=NAME[=EARLIER NAME…]
    Add {
        /// 税号=名称 / TAXID=NAME
        #[arg(value_parser = init::entity)]
        entity: Entity,
    },
    /// 列出 / list
    List,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let site = super::open(console)?;
    if let What::Add { entity } = &words.what {
        let receipt = site.declare(entity)?;
        if !console.json {
            println!(
                "{}",
                say!(
                    console.lang,
                    "已登记，第 {} 条",
                    "declared as entry {}",
                    receipt.index
                )
            );
        }
    }
    let entities = site.entities()?;
    if console.json {
        println!("{}", serde_json::to_string(&entities)?);
    } else {
        let rows: Vec<Vec<String>> = entities
            .iter()
            .map(|e| vec![e.tax_id.clone(), e.names.join(" ← ")])
            .collect();
        let header = [
            (console.lang.pick("税号", "tax id"), Side::Left),
            (console.lang.pick("名称", "name"), Side::Left),
        ];
        print!("{}", table(&header, &rows));
    }
    Ok(ExitCode::SUCCESS)
}
