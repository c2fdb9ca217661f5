//! Annex pages: the sales list (销货清单) behind a legacy invoice, which repeats its code and number, and the itinerary
//! (行程单) behind a ride-hailing invoice, which has neither.

use super::{Align, Column, Face, fill_table, mark};
use crate::specimen::{Business, Specimen};

/// Lines on one page of a list.
const LINES_PER_PAGE: usize = 25;

/// The pages of a specimen's list.
pub(crate) fn faces(specimen: &Specimen) -> Vec<Face> {
    let chunks: Vec<_> = specimen.lines.chunks(LINES_PER_PAGE).collect();
    let count = chunks.len();
    chunks
        .iter()
        .enumerate()
        .map(|(at, lines)| {
            let mut face = Face::new((210.0, 297.0), (156, 82, 35));
            let title = "销售货物或者提供应税劳务、服务清单";
            face.labels
                .push(mark(45.0, 15.0, 120.0, 5.5, Align::Centre, title, None));
            face.label(12.0, 28.0, "购买方名称：");
            face.value(32.0, 28.0, &specimen.buyer.name, "ListBuyer");
            face.label(12.0, 34.0, "销售方名称：");
            face.value(32.0, 34.0, &specimen.seller.name, "ListSeller");
            face.label(12.0, 40.0, &format!("所属{}代码：", specimen.kind.label()));
            face.value(60.0, 40.0, &specimen.code, "ListCode");
            face.label(95.0, 40.0, "号码：");
            face.value(106.0, 40.0, &specimen.number, "ListNumber");
            let page = format!("共{count}页 第{}页", at + 1);
            face.label(165.0, 40.0, &page);
            for (x, text) in [
                (14.0, "序号"),
                (26.0, "货物（劳务）名称"),
                (80.0, "规格型号"),
                (104.0, "单位"),
                (116.0, "数量"),
                (134.0, "单价"),
                (152.0, "金额"),
                (172.0, "税率"),
                (186.0, "税额"),
            ] {
                face.label(x, 48.0, text);
            }
            let columns = [
                Column {
                    x: 24.0,
                    width: 52.0,
                    align: Align::Left,
                    tag: "Item",
                    show: |l| l.name.clone(),
                },
                Column {
                    x: 78.0,
                    width: 25.0,
                    align: Align::Left,
                    tag: "Specification",
                    show: |l| l.spec.clone(),
                },
                Column {
                    x: 103.0,
                    width: 10.0,
                    align: Align::Centre,
                    tag: "Unit",
                    show: |l| l.unit.clone(),
                },
                Column {
                    x: 112.0,
                    width: 14.0,
                    align: Align::Right,
                    tag: "Quantity",
                    show: |l| l.shown_quantity(),
                },
                Column {
                    x: 127.0,
                    width: 19.0,
                    align: Align::Right,
                    tag: "Price",
                    show: |l| l.shown_price().chars().take(11).collect(),
                },
                Column {
                    x: 147.0,
                    width: 20.0,
                    align: Align::Right,
                    tag: "Amount",
                    show: |l| l.amount.to_string(),
                },
                Column {
                    x: 169.0,
                    width: 12.0,
                    align: Align::Centre,
                    tag: "TaxScheme",
                    show: |l| l.rate.to_string(),
                },
                Column {
                    x: 181.0,
                    width: 19.0,
                    align: Align::Right,
                    tag: "TaxAmount",
                    show: |l| l.shown_tax(),
                },
            ];
            fill_table(&mut face, lines, &columns, 54.0, 262.0);
            number_rows(&mut face, at * LINES_PER_PAGE);
            face.frame(10.0, 46.0, 202.0, 280.0);
            face.rule(10.0, 53.0, 202.0, 53.0);
            face.rule(10.0, 266.0, 202.0, 266.0);
            face.label(14.0, 271.0, "总计");
            face.money(
                (140.0, 271.0, 27.0),
                Align::Right,
                &specimen.amount.to_string(),
                "ListAmount",
            );
            face.money(
                (176.0, 271.0, 24.0),
                Align::Right,
                &specimen.tax.to_string(),
                "ListTax",
            );
            face
        })
        .collect()
}

/// Writes the serial numbers beside the rows on which a line's rate stands, its first row.
fn number_rows(face: &mut Face, before: usize) {
    let firsts: Vec<f32> = face
        .values
        .iter()
        .filter(|value| value.tag == Some("TaxScheme"))
        .map(|value| value.y)
        .collect();
    for (at, y) in firsts.into_iter().enumerate() {
        face.boxed(
            (12.0, y, 9.0),
            Align::Centre,
            &(before + at + 1).to_string(),
            "LineNo",
        );
    }
}

/// The itinerary of a passenger transport specimen: amounts, but no invoice number.
pub(crate) fn itinerary(specimen: &Specimen) -> Face {
    let mut face = Face::new((210.0, 297.0), (60, 60, 60));
    face.is_in_reading_order = true;
    face.labels.push(mark(
        45.0,
        18.0,
        120.0,
        6.0,
        Align::Centre,
        "筋斗云出行-行程单",
        None,
    ));
    face.label(15.0, 32.0, &format!("申请日期：{}", specimen.date));
    face.label(15.0, 38.0, &format!("共1笔行程，合计{}元", specimen.total));
    for (x, text) in [
        (15.0, "序号"),
        (30.0, "上车时间"),
        (75.0, "起点"),
        (115.0, "终点"),
        (165.0, "金额[元]"),
    ] {
        face.label(x, 48.0, text);
    }
    face.rule(12.0, 53.0, 198.0, 53.0);
    if let Business::Passenger(travellers) = &specimen.business {
        for (at, traveller) in travellers.iter().enumerate() {
            let y = 56.0 + 6.0 * at as f32;
            face.value(15.0, y, &(at + 1).to_string(), "Serial");
            face.value(
                30.0,
                y,
                &format!("{} {}", traveller.date, &specimen.time),
                "Start",
            );
            face.value(75.0, y, &traveller.origin, "Origin");
            face.value(115.0, y, &traveller.destination, "Destination");
            face.value(165.0, y, &specimen.total.to_string(), "Fare");
        }
    }
    face
}
