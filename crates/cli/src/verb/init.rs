//! `piaoku init`: a data folder with a fresh ledger, its keys and our own companies.

use std::process::ExitCode;

use anyhow::Result;
use app::Site;
use clap::Args;
use invoice::Entity;

use crate::Console;
use crate::lang::say;

/// 新建数据目录：账本、密钥、本企业主体。
///
/// Make a data folder with its ledger and keys, and name our own companies.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 站点名，写入账本 / name of the site, part of the ledger's origin
    #[arg(long, default_value = "local")]
    site: String,
    /// 本企业主体：税号=名称，可重复 / one of our companies: TAXID=NAME, may be repeated
    #[arg(long = "entity", value_name = "TAXID=NAME", value_parser = entity)]
    entities: Vec<Entity>,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let site = Site::init(&console.data, &words.site, super::machine()?)?;
    for entity in &words.entities {
        site.declare(entity)?;
    }
    let status = site.status()?;
    if console.json {
        println!("{}", serde_json::to_string(&status)?);
    } else {
        println!(
            "{}",
            say!(
                console.lang,
                "已建立 {}；公钥 {}\n下一步：piaoku take-in <文件或文件夹>",
                "made {}; public key {}\nnext: piaoku take-in <files or folders>",
                console.data.display(),
                site.public_key()
            )
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads `TAXID=NAME`; further `=NAME` are earlier names.
pub(super) fn entity(text: &str) -> Result<Entity, String> {
    let mut parts = text.split('=').map(str::trim);
    let tax_id = parts.next().unwrap_or_default().to_ascii_uppercase();
    let names: Vec<String> = parts.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let plausible = (15..=20).contains(&tax_id.len()) && tax_id.chars().all(|c| c.is_ascii_alphanumeric());
    if !plausible || names.is_empty() {
        return Err(
            "write TAXID=NAME, such as 91110000MA0000000X=某某有限公司 (15 to 20 letters and digits)".into(),
        );
    }
    Ok(Entity { tax_id, names })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_and_its_earlier_name() {
        let entity = entity("91110000MA0000000X=新名=旧名").expect("well formed");
        assert_eq!(
            (entity.tax_id.as_str(), entity.names.len()),
            ("91110000MA0000000X", 2)
        );
    }

    #[test]
    fn what_is_no_company() {
        assert!(entity("某公司").is_err());
        assert!(entity("123=某公司").is_err());
    }
}
