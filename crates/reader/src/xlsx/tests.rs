//! Statements as users keep them. Workbooks are made here; values are made up.

use invoice::StatementDirection;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use super::*;

const HEADER: &[&str] = &[
    "序号",
    "发票代码",
    "发票号码",
    "数电发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购买方名称",
    "开票日期",
    "金额",
    "税额",
    "价税合计",
    "发票来源",
    "发票票种",
    "发票状态",
    "是否正数发票",
    "发票风险等级",
    "开票人",
    "备注",
];
const LINE_HEADER: &[&str] = &[
    "序号",
    "发票代码",
    "发票号码",
    "数电发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购买方名称",
    "开票日期",
    "税收分类编码",
    "特定业务类型",
    "货物或应税劳务名称",
    "规格型号",
    "单位",
    "数量",
    "单价",
    "金额",
    "税率",
    "税额",
    "价税合计",
    "备注",
];
const A: &str = "25110000000100000001";
const B: &str = "25110000000100000002";

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    workbook.save_to_buffer().expect("a workbook in memory")
}

/// Writes texts; a cell of `=12.5` becomes a figure.
fn put(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in (0_u16..).zip(cells) {
        match cell.strip_prefix('=') {
            Some(figure) => sheet
                .write_number(row, column, figure.parse::<f64>().unwrap())
                .unwrap(),
            None => sheet.write_string(row, column, *cell).unwrap(),
        };
    }
}

fn invoice_row<'a>(number: &'a str, seller: &'a str, amount: &'a str) -> Vec<&'a str> {
    vec![
        "1",
        "",
        "",
        number,
        seller,
        "甲公司",
        "91110000000000001A",
        "乙公司",
        "2025-01-02 03:04:05",
        amount,
        "=0",
        amount,
        "电子发票服务平台",
        "数电发票（普通发票）",
        "正常",
        "是",
        "正常",
        "张三",
    ]
}

fn purchases() -> Vec<u8> {
    workbook(|book| {
        let sheet = book.add_worksheet().set_name("发票基础信息").unwrap();
        put(sheet, 0, HEADER);
        put(sheet, 1, &invoice_row(A, "9111S1", "=79.20999999999999"));
        put(
            sheet,
            2,
            &[
                "2",
                "050001700111",
                "12235358",
                "--",
                "9111S2",
                "丙公司",
                "91110000000000001A",
                "乙公司",
                "2025-01-01",
                "100",
                "***",
                "100",
            ],
        );
        put(
            sheet,
            3,
            &["合计行", "", "", "", "", "", "", "", "", "=179.21", "=0"],
        );
    })
}

#[test]
fn a_sheet_of_invoices() {
    let (statement, faults) = read(&purchases()).unwrap();
    assert_eq!(faults, []);
    assert_eq!(statement.direction, Some(StatementDirection::Purchases));
    assert_eq!(statement.sums(), (Cents(17_921), Cents(0), Cents(17_921)));
    assert_eq!(statement.stated_sums, Some((Cents(17_921), Cents(0))));
    let [digital, legacy] = statement.invoices.as_slice() else {
        panic!("two invoices")
    };
    assert_eq!(
        (digital.unified_number.as_deref(), digital.code.as_deref()),
        (Some(A), None)
    );
    assert_eq!(
        (digital.amount, digital.is_positive),
        (Some(Cents(7_921)), Some(true))
    );
    assert_eq!(digital.place, "发票基础信息!R2");
    assert_eq!(
        (legacy.unified_number.as_deref(), legacy.number.as_deref()),
        (None, Some("12235358"))
    );
}

#[test]
fn a_title_above_the_header_and_columns_in_another_order() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        put(sheet, 0, &["某公司 2025 年进项发票"]);
        put(
            sheet,
            2,
            &["销售方名称", "数电票号码", "税额", "金额", "开票日期"],
        );
        put(sheet, 3, &["甲公司", A, "=6", "=100", "2025-01-02"]);
    });
    let (statement, _) = read(&bytes).unwrap();
    assert_eq!(statement.invoices[0].unified_number.as_deref(), Some(A));
    assert_eq!(statement.sums(), (Cents(10_000), Cents(600), Cents(0)));
}

#[test]
fn a_long_number_kept_as_a_figure_is_lost_and_not_guessed() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        put(sheet, 0, HEADER);
        put(
            sheet,
            1,
            &invoice_row("=25110000000100000001", "=911100000000000012", "=1"),
        );
        put(sheet, 2, &invoice_row("2.51100000001E+19", "9111S1", "=1"));
    });
    let (statement, faults) = read(&bytes).unwrap();
    assert_eq!(statement.invoices.len(), 2);
    assert!(
        statement
            .invoices
            .iter()
            .all(|invoice| invoice.unified_number.is_none())
    );
    assert_eq!(statement.invoices[0].seller_tax_id, None);
    let lost: Vec<&str> = faults
        .iter()
        .filter(|f| f.code == "F013")
        .map(|f| f.path.as_str())
        .collect();
    assert_eq!(
        lost,
        [
            "statement.unified_number",
            "statement.seller_tax_id",
            "statement.unified_number"
        ]
    );
}

#[test]
fn short_numbers_kept_as_figures_get_their_zeros_back() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        put(sheet, 0, HEADER);
        put(
            sheet,
            1,
            &[
                "1",
                "=50001700111",
                "=12358",
                "",
                "9111S1",
                "甲",
                "9111B",
                "乙",
                "=45658.5",
                "=1",
                "=0",
                "=1",
            ],
        );
    });
    let (statement, faults) = read(&bytes).unwrap();
    let invoice = &statement.invoices[0];
    assert_eq!(
        (invoice.code.as_deref(), invoice.number.as_deref()),
        (Some("050001700111"), Some("00012358"))
    );
    assert_eq!(invoice.issued_at.as_deref(), Some("2025-01-01 12:00:00"));
    assert_eq!(faults, []);
}

#[test]
fn a_date_cell() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        put(sheet, 0, HEADER);
        put(sheet, 1, &invoice_row(A, "9111S1", "=1"));
        let date = ExcelDateTime::from_ymd(2025, 6, 30).unwrap();
        sheet
            .write_datetime_with_format(1, 8, &date, &Format::new().set_num_format("yyyy-mm-dd"))
            .unwrap();
    });
    let (statement, _) = read(&bytes).unwrap();
    assert_eq!(statement.invoices[0].issued_at.as_deref(), Some("2025-06-30"));
}

fn line_row<'a>(number: &'a str, item: &'a str, quantity: &'a str, amount: &'a str) -> Vec<&'a str> {
    vec![
        "1",
        "",
        "",
        number,
        "9111S",
        "甲公司",
        "9111B",
        "乙公司",
        "2025-01-02",
        "3040000000000000000",
        "通行费",
        item,
        "*",
        "次",
        quantity,
        "0.333333333333333",
        amount,
        "6%",
        "=0.6",
        amount,
    ]
}

#[test]
fn a_single_sheet_of_lines_gives_invoices_without_counting_a_sales_list_twice() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet().set_name("我的发票").unwrap();
        put(sheet, 0, LINE_HEADER);
        put(sheet, 1, &line_row(A, "(详见销货清单)", "", "=30"));
        put(sheet, 2, &line_row(A, "*软件*甲", "1", "=10"));
        put(sheet, 3, &line_row(A, "*软件*乙", "1", "=20"));
        put(sheet, 4, &line_row(B, "(详见销货清单)", "", "=5"));
    });
    let (statement, faults) = read(&bytes).unwrap();
    assert_eq!(faults, []);
    let natures: Vec<LineNature> = statement.lines.iter().map(|line| line.line.nature).collect();
    assert_eq!(
        natures,
        [
            LineNature::ListSummary,
            LineNature::Normal,
            LineNature::Normal,
            LineNature::ListSummary
        ]
    );
    let amounts: Vec<Option<Cents>> = statement.invoices.iter().map(|invoice| invoice.amount).collect();
    assert_eq!(amounts, [Some(Cents(3_000)), Some(Cents(500))]);
    let line = &statement.lines[1];
    assert_eq!(
        (
            line.invoice.as_str(),
            line.business.as_deref(),
            line.line.spec.as_deref()
        ),
        (A, Some("通行费"), None)
    );
    assert_eq!(
        line.line.price.map(|price| price.to_string()).as_deref(),
        Some("0.333333333333333")
    );
}

#[test]
fn sheets_of_special_business_are_kept_as_rows() {
    let bytes = workbook(|book| {
        put(book.add_worksheet().set_name("发票基础信息").unwrap(), 0, HEADER);
        let sheet = book.add_worksheet().set_name("旅客运输服务").unwrap();
        put(
            sheet,
            0,
            &[
                "序号",
                "发票代码",
                "发票号码",
                "数电发票号码",
                "销方名称",
                "开票日期",
                "备注",
                "出行人",
                "出发地",
            ],
        );
        put(
            sheet,
            1,
            &["1", "", "", A, "甲公司", "2025-01-02", "", "旅客某", "--"],
        );
    });
    let (statement, _) = read(&bytes).unwrap();
    let expect = vec![
        ("数电发票号码".to_owned(), A.to_owned()),
        ("出行人".to_owned(), "旅客某".to_owned()),
    ];
    assert_eq!(statement.other_rows, vec![("旅客运输服务".to_owned(), expect)]);
}

#[test]
fn a_row_that_was_removed_shows_in_the_total() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        put(sheet, 0, HEADER);
        put(sheet, 1, &invoice_row(A, "9111S1", "=1"));
        put(sheet, 2, &["合计行", "", "", "", "", "", "", "", "", "=2", "=0"]);
    });
    let (_, faults) = read(&bytes).unwrap();
    assert_eq!(faults[0].code, "F014");
}

#[test]
fn sales_keep_the_seller() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        put(sheet, 0, HEADER);
        let mut row = invoice_row(A, "9111S", "=1");
        put(sheet, 1, &row);
        row[6] = "";
        row[7] = "个人";
        put(sheet, 2, &row);
    });
    assert_eq!(read(&bytes).unwrap().0.direction, Some(StatementDirection::Sales));
}

#[test]
fn another_workbook_is_no_statement() {
    let bytes = workbook(|book| put(book.add_worksheet(), 0, &["姓名", "部门"]));
    let faults = read(&bytes).unwrap_err();
    assert_eq!(faults[0].code, "F002");
}
