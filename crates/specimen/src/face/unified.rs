//! The bureau's 数电 form.

use super::{Align, Column, Face, NORMAL, fill_table, mark, wrap};
use crate::specimen::{Business, Specimen};

/// The one page of a 数电 specimen.
pub(crate) fn face(specimen: &Specimen) -> Face {
    let mut face = Face::new((210.0, 140.0), (128, 0, 0));
    form(&mut face, specimen);
    face.value(170.0, 10.3, &specimen.number, "InvoiceNo");
    face.value(170.0, 16.4, &specimen.shown_date(), "IssueDate");
    for (x, name_tag, id_tag, party) in [
        (20.0, "Buyer/BuyerName", "Buyer/BuyerTaxID", &specimen.buyer),
        (120.0, "Seller/SellerName", "Seller/SellerTaxID", &specimen.seller),
    ] {
        for (at, row) in wrap(&party.name, 82.0).iter().enumerate() {
            face.value(x, 33.8 + 4.0 * at as f32, row, name_tag);
        }
        face.value(x + 35.6, 44.3, &party.tax_id, id_tag);
    }
    face.money(
        (127.5, 91.5, 26.0),
        Align::Right,
        &specimen.amount.to_string(),
        "TaxExclusiveTotalAmount",
    );
    face.money(
        (179.5, 91.5, 25.4),
        Align::Right,
        &specimen.shown_tax(),
        "TaxTotalAmount",
    );
    // The words carry no tag in the bureau's files.
    face.values.push(mark(
        63.0,
        98.6,
        82.5,
        NORMAL,
        Align::Left,
        &specimen.words(),
        None,
    ));
    face.money(
        (158.0, 98.6, 46.0),
        Align::Left,
        &specimen.total.to_string(),
        "TaxInclusiveTotalAmount",
    );
    face.value(32.0, 129.8, &specimen.drawer, "InvoiceClerk");
    match &specimen.business {
        Business::Toll {
            plate,
            vehicle,
            from,
            until,
        } => {
            let dates = (
                from.to_string().replace('-', ""),
                until.to_string().replace('-', ""),
            );
            toll_table(&mut face, specimen, plate, vehicle, &dates);
        }
        _ => fill_table(&mut face, &specimen.lines, &columns(), 57.0, 90.5),
    }
    for (at, row) in wrap(&note(specimen), 190.0).iter().take(5).enumerate() {
        face.values.push(mark(
            11.1,
            104.6 + 3.3 * at as f32,
            193.0,
            NORMAL,
            Align::Left,
            row,
            Some("Note"),
        ));
    }
    face.qr = Some((6.5, 6.0, 20.0));
    face
}

fn columns() -> [Column; 8] {
    [
        Column {
            x: 4.8,
            width: 36.5,
            align: Align::Left,
            tag: "Item",
            show: |l| l.name.clone(),
        },
        Column {
            x: 42.0,
            width: 24.0,
            align: Align::Left,
            tag: "Specification",
            show: |l| l.spec.clone(),
        },
        Column {
            x: 66.0,
            width: 11.5,
            align: Align::Centre,
            tag: "MeasurementDimension",
            show: |l| l.unit.clone(),
        },
        Column {
            x: 77.5,
            width: 25.0,
            align: Align::Right,
            tag: "Quantity",
            show: |l| l.shown_quantity(),
        },
        Column {
            x: 102.5,
            width: 25.0,
            align: Align::Right,
            tag: "Price",
            show: |l| short_price(&l.shown_price()),
        },
        Column {
            x: 127.5,
            width: 25.5,
            align: Align::Right,
            tag: "Amount",
            show: |l| l.amount.to_string(),
        },
        Column {
            x: 154.0,
            width: 25.0,
            align: Align::Centre,
            tag: "TaxScheme",
            show: |l| l.rate.to_string(),
        },
        Column {
            x: 179.5,
            width: 26.0,
            align: Align::Right,
            tag: "TaxAmount",
            show: super::SpecimenLine::shown_tax,
        },
    ]
}

/// The face shows at most 16 characters of a price.
fn short_price(price: &str) -> String {
    price.chars().take(15).collect()
}

/// What the remark area says: the business's own facts first, then the remark.
fn note(specimen: &Specimen) -> String {
    let facts = match &specimen.business {
        Business::Construction { place, project } => {
            format!("建筑服务发生地：{place} 建筑项目名称：{project} ")
        }
        Business::Lease { address, certificate } => {
            format!("不动产地址：{address} 产权证书号：{certificate} ")
        }
        _ => String::new(),
    };
    format!("{facts}{}", specimen.remark)
}

fn toll_table(face: &mut Face, specimen: &Specimen, plate: &str, vehicle: &str, dates: &(String, String)) {
    for line in &specimen.lines {
        let y = 57.0;
        face.boxed((4.8, y, 36.5), Align::Left, &line.name, "Item");
        face.boxed((48.0, y, 20.0), Align::Left, plate, "PlateNumber");
        face.boxed((74.0, y, 14.0), Align::Left, vehicle, "VehicleType");
        face.boxed((92.0, y, 20.0), Align::Left, &dates.0, "StartDate");
        face.boxed((114.0, y, 20.0), Align::Left, &dates.1, "EndDate");
        face.boxed((133.0, y, 20.0), Align::Right, &line.amount.to_string(), "Amount");
        face.boxed(
            (154.0, y, 25.0),
            Align::Centre,
            &line.rate.to_string(),
            "TaxScheme",
        );
        face.boxed((179.5, y, 26.0), Align::Right, &line.shown_tax(), "TaxAmount");
    }
}

fn form(face: &mut Face, specimen: &Specimen) {
    for y in [17.9, 18.9] {
        face.rule(65.5, y, 144.5, y);
    }
    face.frame(4.5, 30.0, 205.5, 124.0);
    for y in [52.0, 96.0, 104.0] {
        face.rule(4.5, y, 205.5, y);
    }
    for x in [10.7, 105.2, 111.2] {
        face.rule(x, 30.0, x, 52.0);
    }
    face.rule(10.7, 104.0, 10.7, 124.0);
    face.rule(56.5, 96.0, 56.5, 104.0);
    let label = specimen.business.label();
    if !label.is_empty() {
        face.label(30.0, 14.0, label);
    }
    let title = specimen.title();
    face.labels
        .push(mark(60.0, 8.6, 90.0, 6.5, Align::Centre, &title, None));
    face.label(154.5, 10.3, "发票号码：");
    face.label(154.5, 16.4, "开票日期：");
    face.column(6.0, 32.8, 3.6, "购买方信息");
    face.column(106.6, 32.8, 3.6, "销售方信息");
    for x in [11.5, 112.0] {
        face.label(x, 33.8, "名称：");
        // Set narrow, as the bureau does, so that the number still fits into its half of the page.
        face.labels.push(mark(
            x,
            44.5,
            44.0,
            2.8,
            Align::Left,
            "统一社会信用代码/纳税人识别号：",
            None,
        ));
    }
    face.label(16.0, 53.2, "项目名称");
    if matches!(specimen.business, Business::Toll { .. }) {
        face.label(49.0, 53.2, "车牌号");
        face.label(74.0, 53.2, "类型");
        face.label(90.0, 53.2, "通行日期起");
        face.label(112.0, 53.2, "通行日期止");
    } else {
        face.label(42.0, 53.2, "规格型号");
        face.spaced(67.0, 53.2, 6.35, "单位");
        face.spaced(93.0, 53.2, 6.35, "数量");
        face.spaced(118.0, 53.2, 6.35, "单价");
    }
    face.spaced(143.5, 53.2, 6.35, "金额");
    face.label(157.6, 53.2, "税率/征收率");
    face.spaced(194.5, 53.2, 6.35, "税额");
    face.spaced(20.5, 92.3, 16.0, "合计");
    face.label(17.0, 98.8, "价税合计（大写）");
    face.label(143.5, 98.8, "（小写）");
    face.column(6.0, 109.3, 6.0, "备注");
    face.label(19.5, 129.8, "开票人：");
    let mut turned = mark(206.5, 30.0, 18.0, NORMAL, Align::Left, "下载次数：1", None);
    turned.is_turned = true;
    face.labels.push(turned);
}
