//! The columns of a statement, told by the names in its header row and never by their position.

use invoice::normalise;

use super::cells::Row;

/// A column whose meaning is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Column {
    Index,
    Code,
    Number,
    UnifiedNumber,
    SellerTaxId,
    SellerName,
    BuyerTaxId,
    BuyerName,
    IssuedAt,
    TaxCode,
    Business,
    ItemName,
    Spec,
    Unit,
    Quantity,
    Price,
    Amount,
    Rate,
    Tax,
    Total,
    Origin,
    Kind,
    Status,
    IsPositive,
    Risk,
    Drawer,
    Remark,
}

/// Names after normalisation. The first of each is the bureau's; the others come from re-saved and older files.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Index, &["序号"]),
    (Column::Code, &["发票代码"]),
    (Column::Number, &["发票号码"]),
    (
        Column::UnifiedNumber,
        &["数电发票号码", "数电票号码", "全电发票号码", "全电票号码"],
    ),
    (
        Column::SellerTaxId,
        &[
            "销方识别号",
            "销售方识别号",
            "销方税号",
            "销方纳税人识别号",
            "销售方纳税人识别号",
        ],
    ),
    (Column::SellerName, &["销方名称", "销售方名称"]),
    (
        Column::BuyerTaxId,
        &[
            "购方识别号",
            "购买方识别号",
            "购方税号",
            "购方纳税人识别号",
            "购买方纳税人识别号",
        ],
    ),
    (Column::BuyerName, &["购买方名称", "购方名称"]),
    (Column::IssuedAt, &["开票日期", "开票时间"]),
    (Column::TaxCode, &["税收分类编码"]),
    (Column::Business, &["特定业务类型"]),
    (
        Column::ItemName,
        &["货物或应税劳务名称", "货物或应税劳务、服务名称", "项目名称"],
    ),
    (Column::Spec, &["规格型号"]),
    (Column::Unit, &["单位"]),
    (Column::Quantity, &["数量"]),
    (Column::Price, &["单价"]),
    (Column::Amount, &["金额"]),
    (Column::Rate, &["税率", "税率/征收率"]),
    (Column::Tax, &["税额"]),
    (Column::Total, &["价税合计"]),
    (Column::Origin, &["发票来源"]),
    (Column::Kind, &["发票票种", "票种"]),
    (Column::Status, &["发票状态"]),
    (Column::IsPositive, &["是否正数发票"]),
    (Column::Risk, &["发票风险等级"]),
    (Column::Drawer, &["开票人"]),
    (Column::Remark, &["备注"]),
];

/// How many rows from the top a header is looked for: users put a title above it.
const HEADER_ROWS_MAX: usize = 20;

/// A header row that was recognised.
#[derive(Debug)]
pub(super) struct Header {
    /// Where in the sheet's rows it stands.
    pub(super) at: usize,
    known: Vec<(Column, u32)>,
    /// Columns without a known meaning: number and name as the file has it.
    pub(super) other: Vec<(u32, String)>,
}

impl Header {
    /// Finds the header: the first row that names the number, the date and at least one party.
    pub(super) fn find(rows: &[Row]) -> Option<Header> {
        rows.iter()
            .take(HEADER_ROWS_MAX)
            .enumerate()
            .find_map(|(at, row)| Header::of(at, row))
    }

    fn of(at: usize, row: &Row) -> Option<Header> {
        let mut header = Header {
            at,
            known: Vec::new(),
            other: Vec::new(),
        };
        for (number, cell) in &row.cells {
            let name = normalise(cell.as_str());
            match NAMES.iter().find(|(_, names)| names.contains(&name.as_str())) {
                Some((column, _)) if header.number(*column).is_none() => {
                    header.known.push((*column, *number));
                }
                _ => header.other.push((*number, cell.as_str().to_owned())),
            }
        }
        let has = |column| header.number(column).is_some();
        let identifies = has(Column::Number) || has(Column::UnifiedNumber);
        let names_party = has(Column::SellerName) || has(Column::BuyerName) || has(Column::SellerTaxId);
        (identifies && has(Column::IssuedAt) && names_party).then_some(header)
    }

    /// The number of a column, where the sheet has it.
    pub(super) fn number(&self, column: Column) -> Option<u32> {
        self.known
            .iter()
            .find(|(known, _)| *known == column)
            .map(|(_, number)| *number)
    }

    /// Whether the sheet has a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.number(column).is_some()
    }
}
