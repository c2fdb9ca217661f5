//! The form of ride-hailing platforms (旅客运输服务): printed from HTML, with a traveller table under the total.

use super::{Align, Column, Face, NORMAL, fill_table, mark};
use crate::specimen::{Business, Specimen};

/// The one page of a passenger transport specimen.
pub(crate) fn face(specimen: &Specimen) -> Face {
    let mut face = Face::new((210.0, 144.3), (128, 0, 0));
    face.is_in_reading_order = true;
    form(&mut face, specimen);
    face.value(170.5, 12.5, &specimen.number, "InvoiceNo");
    face.value(170.5, 18.8, &specimen.shown_date(), "IssueDate");
    // The label and the name are one run here.
    face.value(
        11.0,
        32.7,
        &format!("名称：{}", specimen.buyer.name),
        "Buyer/BuyerName",
    );
    face.value(60.2, 43.7, &specimen.buyer.tax_id, "Buyer/BuyerTaxID");
    face.value(
        111.3,
        32.7,
        &format!("名称：{}", specimen.seller.name),
        "Seller/SellerName",
    );
    face.value(160.6, 43.7, &specimen.seller.tax_id, "Seller/SellerTaxID");
    let columns = [
        Column {
            x: 4.8,
            width: 45.0,
            align: Align::Left,
            tag: "Item",
            show: |l| l.name.clone(),
        },
        Column {
            x: 60.0,
            width: 20.5,
            align: Align::Right,
            tag: "Price",
            show: |l| l.shown_price(),
        },
        Column {
            x: 90.0,
            width: 19.6,
            align: Align::Right,
            tag: "Quantity",
            show: |l| l.shown_quantity(),
        },
        Column {
            x: 125.0,
            width: 21.1,
            align: Align::Right,
            tag: "Amount",
            show: |l| l.amount.to_string(),
        },
        Column {
            x: 160.0,
            width: 17.0,
            align: Align::Centre,
            tag: "TaxScheme",
            show: |l| l.rate.to_string(),
        },
        Column {
            x: 180.0,
            width: 24.6,
            align: Align::Right,
            tag: "TaxAmount",
            show: super::SpecimenLine::shown_tax,
        },
    ];
    fill_table(&mut face, &specimen.lines, &columns, 57.0, 74.0);
    face.money(
        (120.0, 74.8, 31.8),
        Align::Right,
        &specimen.amount.to_string(),
        "TaxExclusiveTotalAmount",
    );
    face.money(
        (180.0, 74.8, 24.0),
        Align::Right,
        &specimen.shown_tax(),
        "TaxTotalAmount",
    );
    if let Business::Passenger(travellers) = &specimen.business {
        for (at, traveller) in travellers.iter().take(4).enumerate() {
            let y = 83.5 + 4.4 * at as f32;
            let cells = [
                (10.2, traveller.name.as_str()),
                (32.8, traveller.id_number.as_str()),
                (69.1, &traveller.date.to_string()),
                (102.2, traveller.origin.as_str()),
                (140.2, traveller.destination.as_str()),
                (169.3, traveller.class.as_str()),
                (185.0, traveller.vehicle.as_str()),
            ]
            .map(|(x, text)| (x, text.to_owned()));
            for (x, text) in cells {
                face.value(x, y, &text, "Traveller");
            }
        }
    }
    face.values.push(mark(
        56.8,
        103.0,
        80.0,
        NORMAL,
        Align::Left,
        &specimen.words(),
        None,
    ));
    face.money(
        (157.0, 103.0, 40.0),
        Align::Left,
        &specimen.total.to_string(),
        "TaxInclusiveTotalAmount",
    );
    face.values.push(mark(
        11.1,
        111.0,
        190.0,
        NORMAL,
        Align::Left,
        &specimen.remark,
        Some("Note"),
    ));
    face.value(33.3, 133.6, &specimen.drawer, "InvoiceClerk");
    face.qr = Some((6.5, 5.5, 20.0));
    face
}

fn form(face: &mut Face, specimen: &Specimen) {
    face.frame(4.5, 30.0, 205.5, 126.5);
    for y in [51.0, 78.0, 100.5, 108.5] {
        face.rule(4.5, y, 205.5, y);
    }
    for x in [10.0, 105.0, 110.5] {
        face.rule(x, 30.0, x, 51.0);
    }
    face.label(33.2, 14.0, specimen.business.label());
    face.labels
        .push(mark(60.0, 9.0, 90.0, 6.5, Align::Centre, &specimen.title(), None));
    face.label(155.3, 12.5, "发票号码:");
    face.label(155.3, 18.8, "开票日期:");
    face.column(6.2, 31.5, 3.8, "购买方信息");
    face.column(106.4, 31.5, 3.8, "销售方信息");
    for x in [11.0, 111.3] {
        face.label(x, 43.7, "统一社会信用代码/纳税人识别号：");
    }
    face.label(27.0, 52.2, "项目名称");
    face.spaced(72.6, 52.2, 4.76, "单价");
    face.spaced(104.9, 52.2, 4.76, "数量");
    face.spaced(138.2, 52.2, 4.76, "金额");
    face.label(159.5, 52.2, "税率/征收率");
    face.spaced(196.6, 52.2, 4.76, "税额");
    face.spaced(19.6, 74.8, 15.2, "合计");
    for (x, text) in [
        (10.2, "出行人"),
        (32.8, "有效身份证件号"),
        (69.1, "出行日期"),
        (102.2, "出发地"),
        (140.2, "到达地"),
        (169.3, "等级"),
        (183.5, "交通工具类型"),
    ] {
        face.label(x, 79.2, text);
    }
    face.label(12.8, 103.0, "价税合计（大写）");
    face.spaced(138.5, 103.0, 3.7, "（小写）");
    face.column(6.0, 113.1, 6.0, "备注");
    face.label(19.5, 133.6, "开票人：");
}
