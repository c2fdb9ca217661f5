//! Statements (清单): lists of invoices exported from the tax bureau's digital account (税务数字账户).
//!
//! A statement is evidence about invoices, not an invoice. It is kept and parsed; reconciling is done elsewhere.

use serde::{Deserialize, Serialize};

use crate::{Cents, Line};

/// Whether a statement lists what was bought or what was sold, told by the party that stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementDirection {
    /// 进项: one buyer, many sellers.
    Purchases,
    /// 销项: one seller, many buyers.
    Sales,
}

/// One invoice as a statement lists it. Texts as they stand in the cells; `--` and empty cells are `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StatementInvoice {
    /// Sheet and row, such as `发票基础信息!R5`.
    pub place: String,
    /// 数电发票号码, 20 digits.
    pub unified_number: Option<String>,
    /// 发票代码.
    pub code: Option<String>,
    /// 发票号码, 8 digits.
    pub number: Option<String>,
    /// 销方识别号.
    pub seller_tax_id: Option<String>,
    /// 销方名称.
    pub seller_name: Option<String>,
    /// 购方识别号.
    pub buyer_tax_id: Option<String>,
    /// 购买方名称.
    pub buyer_name: Option<String>,
    /// 开票日期 with its time of day where given.
    pub issued_at: Option<String>,
    /// 金额.
    pub amount: Option<Cents>,
    /// 税额.
    pub tax: Option<Cents>,
    /// 价税合计.
    pub total: Option<Cents>,
    /// 发票来源.
    pub origin: Option<String>,
    /// 发票票种.
    pub kind: Option<String>,
    /// 发票状态, such as 正常, 已作废, 已红冲-全额.
    pub status: Option<String>,
    /// 是否正数发票.
    pub is_positive: Option<bool>,
    /// 发票风险等级.
    pub risk: Option<String>,
    /// 开票人.
    pub drawer: Option<String>,
    /// 备注.
    pub remark: Option<String>,
}

/// One line of the detail sheet (信息汇总表).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StatementLine {
    /// Sheet and row.
    pub place: String,
    /// The number of the invoice it belongs to: 20 digits, or `code-number`.
    pub invoice: String,
    /// 特定业务类型.
    pub business: Option<String>,
    /// The line itself.
    pub line: Line,
}

/// A bureau export (全量发票查询导出结果).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statement {
    /// What was bought or what was sold; `None` where neither party stays the same.
    pub direction: Option<StatementDirection>,
    /// The invoices, in the order of the sheet (newest first).
    pub invoices: Vec<StatementInvoice>,
    /// The detail lines.
    pub lines: Vec<StatementLine>,
    /// Rows of sheets that appear only for special business: sheet name, header, cells.
    pub other_rows: Vec<(String, Vec<(String, String)>)>,
    /// 合计行: the sums of amount and tax that the export itself states.
    pub stated_sums: Option<(Cents, Cents)>,
}

impl Statement {
    /// Sums of amount, tax and total over the listed invoices. Void and red rows are included, as in the 合计行.
    pub fn sums(&self) -> (Cents, Cents, Cents) {
        let sum = |part: fn(&StatementInvoice) -> Option<Cents>| self.invoices.iter().filter_map(part).sum();
        (sum(|i| i.amount), sum(|i| i.tax), sum(|i| i.total))
    }
}
