//! The form of the 税控 systems: e-invoices and paper invoices before 数电, toll invoices among them.

use super::{Align, Column, Face, NORMAL, fill_table, mark, wrap};
use crate::specimen::{Business, Specimen};

/// The first page of a legacy specimen.
pub(crate) fn face(specimen: &Specimen) -> Face {
    let mut face = Face::new((210.0, 140.0), (156, 82, 35));
    form(&mut face, specimen);
    face.values
        .push(mark(62.0, 7.5, 86.0, 6.7, Align::Centre, &specimen.title(), None));
    face.value(164.5, 7.5, &specimen.code, "InvoiceCode");
    face.value(164.5, 13.0, &specimen.number, "InvoiceNo");
    face.value(164.5, 18.5, &specimen.shown_date(), "IssueDate");
    face.value(164.5, 24.0, &specimen.shown_check_code(), "InvoiceCheckCode");
    face.value(22.0, 24.0, &specimen.machine_number, "MachineNo");
    for (y, steps, prefix, party) in [
        (31.6, [0.0, 5.2, 10.8, 16.1], "Buyer", &specimen.buyer),
        (105.4, [0.0, 4.9, 9.4, 14.1], "Seller", &specimen.seller),
    ] {
        let tags = match prefix {
            "Buyer" => [
                "Buyer/BuyerName",
                "Buyer/BuyerTaxID",
                "Buyer/BuyerAddrTel",
                "Buyer/BuyerFinancialAccount",
            ],
            _ => [
                "Seller/SellerName",
                "Seller/SellerTaxID",
                "Seller/SellerAddrTel",
                "Seller/SellerFinancialAccount",
            ],
        };
        let texts = [
            party.name.clone(),
            party.tax_id.clone(),
            party.address_and_telephone(),
            party.bank_and_account(),
        ];
        for ((step, tag), text) in steps.iter().zip(tags).zip(texts) {
            face.value(36.5, y + step, &text, tag);
        }
    }
    for (at, row) in specimen.cipher.lines().enumerate() {
        let row_y = 31.6 + 5.0 * at as f32;
        face.values.push(mark(
            126.3,
            row_y,
            77.0,
            3.9,
            Align::Left,
            row,
            Some("TaxControlCode"),
        ));
    }
    match &specimen.business {
        Business::Toll {
            plate,
            vehicle,
            from,
            until,
        } => {
            for line in &specimen.lines {
                let y = 56.5;
                face.boxed((5.5, y, 44.0), Align::Left, &line.name, "Item");
                face.boxed((60.0, y, 22.0), Align::Left, plate, "PlateNumber");
                face.boxed((86.0, y, 10.0), Align::Left, vehicle, "VehicleType");
                face.boxed(
                    (99.0, y, 17.0),
                    Align::Left,
                    &from.to_string().replace('-', ""),
                    "StartDate",
                );
                face.boxed(
                    (119.0, y, 17.0),
                    Align::Left,
                    &until.to_string().replace('-', ""),
                    "EndDate",
                );
                face.boxed((140.0, y, 23.5), Align::Right, &line.amount.to_string(), "Amount");
                face.boxed(
                    (165.2, y, 10.0),
                    Align::Centre,
                    &line.rate.to_string(),
                    "TaxScheme",
                );
                face.boxed((176.5, y, 28.0), Align::Right, &line.shown_tax(), "TaxAmount");
            }
        }
        _ => fill_table(&mut face, &specimen.face_lines(), &columns(), 56.5, 91.0),
    }
    face.money(
        (135.5, 91.5, 28.0),
        Align::Right,
        &specimen.amount.to_string(),
        "TaxExclusiveTotalAmount",
    );
    face.money(
        (176.5, 91.5, 28.0),
        Align::Right,
        &specimen.shown_tax(),
        "TaxTotalAmount",
    );
    face.values.push(mark(
        63.0,
        98.5,
        90.0,
        NORMAL,
        Align::Left,
        &specimen.words(),
        None,
    ));
    face.money(
        (171.0, 98.5, 34.0),
        Align::Left,
        &specimen.total.to_string(),
        "TaxInclusiveTotalAmount",
    );
    for (at, row) in wrap(&specimen.remark, 76.0).iter().take(4).enumerate() {
        face.values.push(mark(
            125.5,
            105.4 + 4.0 * at as f32,
            78.0,
            NORMAL,
            Align::Left,
            row,
            Some("Note"),
        ));
    }
    face.value(20.0, 125.5, &specimen.payee, "Payee");
    face.value(76.0, 125.5, &specimen.reviewer, "Checker");
    face.value(119.0, 125.5, &specimen.drawer, "InvoiceClerk");
    face.qr = Some((6.0, 3.5, 20.0));
    face
}

fn columns() -> [Column; 8] {
    [
        Column {
            x: 5.0,
            width: 51.0,
            align: Align::Left,
            tag: "Item",
            show: |l| l.name.clone(),
        },
        Column {
            x: 57.0,
            width: 25.0,
            align: Align::Left,
            tag: "Specification",
            show: |l| l.spec.clone(),
        },
        Column {
            x: 82.5,
            width: 11.5,
            align: Align::Centre,
            tag: "MeasurementDimension",
            show: |l| l.unit.clone(),
        },
        Column {
            x: 94.5,
            width: 19.5,
            align: Align::Right,
            tag: "Quantity",
            show: |l| l.shown_quantity(),
        },
        Column {
            x: 114.5,
            width: 19.5,
            align: Align::Right,
            tag: "Price",
            show: |l| price(&l.shown_price()),
        },
        Column {
            x: 135.5,
            width: 28.0,
            align: Align::Right,
            tag: "Amount",
            show: |l| l.amount.to_string(),
        },
        Column {
            x: 165.0,
            width: 10.0,
            align: Align::Centre,
            tag: "TaxScheme",
            show: |l| l.rate.to_string(),
        },
        Column {
            x: 176.5,
            width: 28.0,
            align: Align::Right,
            tag: "TaxAmount",
            show: super::SpecimenLine::shown_tax,
        },
    ]
}

/// The column holds twelve characters; systems cut the rest.
fn price(price: &str) -> String {
    price.chars().take(12).collect()
}

fn form(face: &mut Face, specimen: &Specimen) {
    let is_toll = matches!(specimen.business, Business::Toll { .. });
    for y in [17.9, 18.9] {
        face.rule(68.5, y, 141.5, y);
    }
    face.frame(4.5, 30.0, 205.5, 124.0);
    for y in [52.0, 96.0, 104.0] {
        face.rule(4.5, y, 205.5, y);
    }
    for x in [12.5, 119.5, 124.5] {
        face.rule(x, 30.0, x, 52.0);
        face.rule(x, 104.0, x, 124.0);
    }
    face.rule(56.5, 52.0, 56.5, 104.0);
    let inner: &[f32] = if is_toll {
        &[82.5, 97.5, 117.5, 138.5, 164.5, 175.5]
    } else {
        &[82.5, 94.5, 114.5, 134.5, 164.5, 175.5]
    };
    for x in inner {
        face.rule(*x, 52.0, *x, 96.0);
    }
    face.label(5.5, 24.0, "机器编号:");
    for (y, text) in [(7.5, "发票代码:"), (13.0, "发票号码:"), (18.5, "开票日期:")] {
        face.label(148.5, y, text);
    }
    face.spaced(148.5, 24.0, 4.7, "校验码:");
    face.column(6.8, 33.0, 5.6, "购买方");
    face.column(6.8, 106.5, 5.6, "销售方");
    face.column(120.3, 33.0, 5.6, "密码区");
    face.column(120.3, 108.0, 8.0, "备注");
    for (y, steps) in [(31.6, [0.0, 5.2, 10.8, 16.1]), (105.4, [0.0, 4.9, 9.4, 14.1])] {
        for (step, text) in steps
            .iter()
            .zip(["称:", "纳税人识别号:", "地址、电话:", "开户行及账号:"])
        {
            if text == "称:" {
                // 名 and 称 stand at the two ends of the column.
                face.label(13.0, y + step, "名");
                face.label(28.8, y + step, text);
            } else {
                face.label(13.0, y + step, text);
            }
        }
    }
    if is_toll {
        face.label(24.5, 53.0, "项目名称");
        face.label(64.0, 53.0, "车牌号");
        face.label(86.0, 53.0, "类型");
        face.label(99.0, 53.0, "通行日期起");
        face.label(119.5, 53.0, "通行日期止");
    } else {
        let long = specimen.date.year() < 2024;
        face.label(
            11.0,
            53.0,
            if long {
                "货物或应税劳务、服务名称"
            } else {
                "项目名称"
            },
        );
        face.label(63.5, 53.0, "规格型号");
        face.label(85.0, 53.0, "单位");
        face.spaced(98.8, 53.0, 6.3, "数量");
        face.spaced(119.5, 53.0, 6.3, "单价");
    }
    face.spaced(144.2, 53.0, 6.3, "金额");
    face.label(166.8, 53.0, "税率");
    face.spaced(184.5, 53.0, 6.3, "税额");
    face.spaced(22.0, 91.6, 14.0, "合计");
    face.label(16.8, 98.5, "价税合计（大写）");
    face.label(156.5, 98.5, "（小写）");
    face.label(7.0, 125.5, "收款人:");
    face.label(63.5, 125.5, "复核:");
    face.label(105.5, 125.5, "开票人:");
    face.label(155.0, 125.5, "销售方:（章）");
}
