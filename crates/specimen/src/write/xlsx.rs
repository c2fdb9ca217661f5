//! The bureau's export (全量发票查询导出结果): both sheets, newest first, with its well-known traps.
//!
//! A sales list stands twice in 信息汇总表 (summary row and list rows); legacy rows have `--` for the 数电 number; red
//! letters name their blue invoice only in 备注; 合计行 sums everything, red rows included.

use std::io::{Cursor, Read};

use invoice::{Cents, InvoiceKind};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use super::zip::{self, Shape};
use crate::specimen::{Business, Specimen, SpecimenLine, Traveller};

const LINE_HEADINGS: [&str; 27] = [
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
    "发票来源",
    "发票票种",
    "发票状态",
    "是否正数发票",
    "发票风险等级",
    "开票人",
    "备注",
];
const BASIC_HEADINGS: [&str; 19] = [
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

/// A cell. Everything is text but amounts.
enum Cell {
    /// The row's own number, as text.
    Serial,
    Text(String),
    Money(Cents),
}

/// Writes the export of these specimens in the given order.
pub(crate) fn write(specimens: &[Specimen]) -> Vec<u8> {
    let bytes = workbook(specimens).expect("invariant: a few thousand short cells fit into a sheet");
    packed_alike(&bytes)
}

fn workbook(specimens: &[Specimen]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2024, 1, 1)?;
    book.set_properties(
        &DocProperties::new()
            .set_author("样票")
            .set_creation_datetime(&created),
    );
    let mut rows = Vec::new();
    for specimen in specimens {
        if specimen.has_sales_list {
            rows.extend(
                specimen
                    .face_lines()
                    .iter()
                    .map(|line| line_row(specimen, line, specimens)),
            );
        }
        rows.extend(
            specimen
                .lines
                .iter()
                .map(|line| line_row(specimen, line, specimens)),
        );
        if specimen.lines.is_empty() {
            rows.push(line_row(specimen, &ticket_line(specimen), specimens));
        }
    }
    let lines = book.add_worksheet().set_name("信息汇总表")?;
    fill(lines, &LINE_HEADINGS, rows)?;
    let mut rows: Vec<Vec<Cell>> = specimens
        .iter()
        .map(|specimen| basic_row(specimen, specimens))
        .collect();
    rows.push(sum_row(specimens));
    let basics = book.add_worksheet().set_name("发票基础信息")?;
    fill(basics, &BASIC_HEADINGS, rows)?;
    for sheet in BUSINESS_SHEETS {
        let rows: Vec<Vec<Cell>> = specimens
            .iter()
            .filter_map(|specimen| {
                let facts = (sheet.facts)(&specimen.business)?;
                let mut row = head(specimen);
                row.extend(tail(specimen, specimens));
                row.extend(facts.into_iter().map(Cell::Text));
                Some(row)
            })
            .collect();
        // The bureau adds these sheets only where they would hold something.
        if !rows.is_empty() {
            let headings: Vec<&str> = [&BASIC_HEADINGS[..9], &BASIC_HEADINGS[12..], sheet.headings].concat();
            fill(book.add_worksheet().set_name(sheet.name)?, &headings, rows)?;
        }
    }
    book.save_to_buffer()
}

/// A sheet for one business: its name, its own headings, and what it says of an invoice of that business.
struct BusinessSheet {
    name: &'static str,
    headings: &'static [&'static str],
    facts: fn(&Business) -> Option<Vec<String>>,
}

const BUSINESS_SHEETS: &[BusinessSheet] = &[
    BusinessSheet {
        name: "建筑服务",
        headings: &["跨区域涉税事项报验管理编号", "建筑服务发生地", "建筑项目名称"],
        facts: |business| match business {
            Business::Construction { place, project } => {
                Some(vec![String::new(), place.clone(), project.clone()])
            }
            _ => None,
        },
    },
    BusinessSheet {
        name: "不动产经营租赁服务",
        headings: &["产权证书/不动产权证号", "车牌号"],
        facts: |business| match business {
            Business::Lease { certificate, .. } => Some(vec![certificate.clone(), String::new()]),
            _ => None,
        },
    },
    BusinessSheet {
        name: "旅客运输服务",
        headings: &[
            "出行人",
            "有效身份证号",
            "出行日期",
            "出发地",
            "到达地",
            "等级",
            "交通工具类型",
        ],
        facts: |business| match business {
            Business::Passenger(travellers) => travellers.first().map(journey),
            _ => None,
        },
    },
    BusinessSheet {
        name: "铁路电子客票",
        headings: &[
            "旅客姓名",
            "有效身份证号",
            "日期",
            "出发地",
            "到达地",
            "席别",
            "出行车次",
        ],
        facts: |business| match business {
            Business::Rail {
                journey: traveller, ..
            } => Some(journey(traveller)),
            _ => None,
        },
    },
];

fn journey(traveller: &Traveller) -> Vec<String> {
    vec![
        traveller.name.clone(),
        traveller.id_number.clone(),
        traveller.date.to_string(),
        traveller.origin.clone(),
        traveller.destination.clone(),
        traveller.class.clone(),
        traveller.vehicle.clone(),
    ]
}

fn fill(sheet: &mut Worksheet, headings: &[&str], rows: Vec<Vec<Cell>>) -> Result<(), XlsxError> {
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string(0, column, *heading)?;
    }
    for (at, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Serial => sheet.write_string(at, column, at.to_string())?,
                Cell::Text(text) => sheet.write_string(at, column, text)?,
                // The bureau writes amounts as numbers; a spreadsheet has only floating ones, exact to 分 here.
                Cell::Money(amount) => sheet.write_number(at, column, amount.0 as f64 / 100.0)?,
            };
        }
    }
    Ok(())
}

fn text(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

/// The first nine columns.
fn head(specimen: &Specimen) -> Vec<Cell> {
    let (code, number, unified) = if specimen.is_unified() {
        ("", "", specimen.number.as_str())
    } else {
        (specimen.code.as_str(), specimen.number.as_str(), "--")
    };
    vec![
        Cell::Serial,
        text(code),
        text(number),
        text(unified),
        text(&specimen.seller.tax_id),
        text(&specimen.seller.name),
        text(&specimen.buyer.tax_id),
        text(&specimen.buyer.name),
        Cell::Text(format!("{} {}", specimen.date, specimen.time)),
    ]
}

/// The last seven columns.
fn tail(specimen: &Specimen, all: &[Specimen]) -> Vec<Cell> {
    let is_taken_back = all.iter().any(|other| {
        other
            .blue
            .as_ref()
            .is_some_and(|blue| blue.number == specimen.number && blue.code == specimen.code)
    });
    vec![
        text(if specimen.is_unified() {
            "电子发票服务平台"
        } else {
            "增值税发票管理系统"
        }),
        text(&export_kind(specimen.kind)),
        text(if is_taken_back {
            "已红冲-全额"
        } else {
            "正常"
        }),
        text(if specimen.blue.is_some() { "否" } else { "是" }),
        text("正常"),
        text(&specimen.drawer),
        text(&specimen.remark),
    ]
}

/// The kind as exports spell it, which is not always as the face does.
fn export_kind(kind: InvoiceKind) -> String {
    match kind {
        InvoiceKind::Rail => "数电发票（铁路电子客票）".to_owned(),
        InvoiceKind::Air => "数电发票（航空运输电子客票行程单）".to_owned(),
        InvoiceKind::Toll => "道路通行费电子普通发票".to_owned(),
        kind => kind.label().to_owned(),
    }
}

fn line_row(specimen: &Specimen, line: &SpecimenLine, all: &[Specimen]) -> Vec<Cell> {
    let mut row = head(specimen);
    row.extend([
        text(&line.tax_code),
        text(&business_kind(&specimen.business)),
        text(&line.name),
        text(&line.spec),
        text(&line.unit),
        Cell::Text(line.shown_quantity()),
        Cell::Text(line.shown_price()),
        Cell::Money(line.amount),
        Cell::Text(if line.rate == invoice::Rate::Hidden {
            String::new()
        } else {
            line.rate.to_string()
        }),
        Cell::Money(line.tax),
        Cell::Money(line.amount + line.tax),
    ]);
    row.extend(tail(specimen, all));
    row
}

fn business_kind(business: &Business) -> String {
    match business {
        Business::Construction { .. } | Business::Passenger(_) => format!("{}发票", business.label()),
        business => business.label().to_owned(),
    }
}

/// The line that exports show for a ticket.
fn ticket_line(specimen: &Specimen) -> SpecimenLine {
    SpecimenLine {
        name: "*运输服务*客运服务费".to_owned(),
        spec: String::new(),
        unit: String::new(),
        quantity: None,
        price: None,
        amount: specimen.amount,
        rate: invoice::Rate::Fraction(invoice::Decimal::new(9, 2)),
        tax: specimen.tax,
        tax_code: "3010101020203000000".to_owned(),
    }
}

fn basic_row(specimen: &Specimen, all: &[Specimen]) -> Vec<Cell> {
    let mut row = head(specimen);
    row.extend([
        Cell::Money(specimen.amount),
        Cell::Money(specimen.tax),
        Cell::Money(specimen.total),
    ]);
    row.extend(tail(specimen, all));
    row
}

fn sum_row(specimens: &[Specimen]) -> Vec<Cell> {
    let mut row = vec![text("合计行")];
    row.extend((0..8).map(|_| text("")));
    row.push(Cell::Money(
        specimens.iter().map(|specimen| specimen.amount).sum(),
    ));
    row.push(Cell::Money(specimens.iter().map(|specimen| specimen.tax).sum()));
    row
}

/// Packs the same parts with our own deflate, whose bytes do not depend on the processor.
fn packed_alike(bytes: &[u8]) -> Vec<u8> {
    let mut archive =
        ::zip::ZipArchive::new(Cursor::new(bytes)).expect("invariant: the writer makes archives");
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).expect("invariant: counted members exist");
        let mut data = Vec::new();
        member
            .read_to_end(&mut data)
            .expect("invariant: the writer's members inflate");
        let name = member
            .name()
            .map(std::borrow::Cow::into_owned)
            .unwrap_or_default();
        parts.push((name, data));
    }
    zip::write(&parts, Shape::default())
}
