//! The database itself: its schema, its pages, and what no comparison of rows would notice.

use store::irregular::Totals;
use store::{Irregular, SqliteStore};

use super::Findings;
use crate::error::SiteError;

/// The schema and every page. Asked first: what is read afterwards depends on both.
pub(super) fn verify_file(database: &SqliteStore, findings: &mut Findings) -> Result<(), SiteError> {
    tell(database.check_file()?, findings);
    Ok(())
}

/// Rows too many or too few, and the search text.
pub(super) fn verify_content(
    database: &SqliteStore,
    totals: Totals,
    findings: &mut Findings,
) -> Result<(), SiteError> {
    tell(database.check_content(totals)?, findings);
    Ok(())
}

fn tell(found: Vec<Irregular>, findings: &mut Findings) {
    for irregular in found {
        match irregular {
            Irregular::SchemaPart { name } => findings.damaged(
                format!("database {name}"),
                "不见了或被改动",
                "is gone or was altered",
            ),
            Irregular::SchemaStranger { name } => findings.damaged(
                format!("database {name}"),
                "不是票库建立的：有人加进了数据库",
                "was not made by piaoku: somebody added it",
            ),
            Irregular::Page { why } => findings.damaged(
                "database file",
                format!("数据库文件损坏：{why}"),
                format!("is damaged: {why}"),
            ),
            Irregular::Orphans { table, rows } => findings.damaged(
                format!("table {table}"),
                format!("有 {rows} 行不属于任何发票或账目"),
                format!("{rows} rows belong to no invoice or entry"),
            ),
            Irregular::Count {
                table,
                have,
                should_be,
            } => findings.damaged(
                format!("table {table}"),
                format!("有 {have} 行，按账本应为 {should_be} 行"),
                format!("has {have} rows, should have {should_be} by the ledger"),
            ),
            Irregular::RowsMark { have, should_be } => findings.damaged(
                "rows",
                format!("索引标记为反映到第 {have} 条，应为 {should_be} 条"),
                format!("are marked as reflecting {have} entries, should be {should_be}"),
            ),
            Irregular::SearchText { key } => findings.damaged(
                format!("row {key}"),
                "全文检索与票面不符，可能查不到：`piaoku rebuild` 可以重建",
                "its search text is not what it says, so it may not be found: `piaoku rebuild` makes it again",
            ),
            Irregular::SearchTerms { terms } => findings.damaged(
                "search text",
                format!("有 {terms} 个检索词查不全：`piaoku rebuild` 可以重建"),
                format!("{terms} terms do not find all they should: `piaoku rebuild` makes it again"),
            ),
            Irregular::SearchStrangers { rows } => findings.damaged(
                "search text",
                format!("有 {rows} 条检索内容不属于任何发票"),
                format!("{rows} texts belong to no invoice"),
            ),
        }
    }
}
