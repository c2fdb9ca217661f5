//! The forms of rail and air tickets, which print no seller.

use invoice::Date;

use super::{Align, Face, mark};
use crate::specimen::{Business, Specimen};

/// The one page of a rail or air specimen.
pub(crate) fn face(specimen: &Specimen) -> Face {
    let mut face = Face::new((210.0, 100.0), (60, 90, 140));
    face.labels.push(mark(
        45.0,
        8.0,
        120.0,
        6.0,
        Align::Centre,
        &specimen.title(),
        None,
    ));
    face.label(10.0, 20.0, "发票号码:");
    face.value(25.0, 20.0, &specimen.number, "InvoiceNo");
    face.label(150.0, 20.0, "开票日期:");
    face.value(165.0, 20.0, &specimen.shown_date(), "IssueDate");
    face.rule(8.0, 26.0, 202.0, 26.0);
    match &specimen.business {
        Business::Rail {
            journey,
            ticket,
            departure,
        } => {
            face.values.push(mark(
                30.0,
                30.0,
                50.0,
                5.5,
                Align::Left,
                &format!("{}站", journey.origin),
                None,
            ));
            face.values
                .push(mark(88.0, 30.0, 30.0, 4.5, Align::Centre, &journey.vehicle, None));
            face.values.push(mark(
                130.0,
                30.0,
                50.0,
                5.5,
                Align::Left,
                &format!("{}站", journey.destination),
                None,
            ));
            face.value(
                30.0,
                40.0,
                &format!("{} {departure}开", spelled(journey.date)),
                "TravelDate",
            );
            face.value(130.0, 40.0, "05车12A号", "Seat");
            face.value(165.0, 40.0, &journey.class, "SeatLevel");
            face.label(30.0, 48.0, "票价:");
            face.money(
                (40.0, 48.0, 40.0),
                Align::Left,
                &specimen.total.to_string(),
                "Fare",
            );
            face.value(30.0, 56.0, &journey.id_number, "IdNumber");
            face.value(75.0, 56.0, &journey.name, "Name");
            face.label(30.0, 64.0, "电子客票号:");
            face.value(50.0, 64.0, ticket, "ETicketNumber");
            if specimen.blue.is_some() {
                face.value(130.0, 48.0, "退票", "TypeOfBusiness");
            }
        }
        Business::Air {
            journey,
            ticket,
            fuel,
            fund,
        } => {
            face.label(10.0, 29.0, "旅客姓名");
            face.value(28.0, 29.0, &journey.name, "Name");
            face.label(70.0, 29.0, "有效身份证件号码");
            face.value(100.0, 29.0, &journey.id_number, "IdNumber");
            face.label(10.0, 36.0, "自:");
            face.value(16.0, 36.0, &journey.origin, "Origin");
            face.label(60.0, 36.0, "至:");
            face.value(66.0, 36.0, &journey.destination, "Destination");
            face.value(110.0, 36.0, &journey.vehicle, "Flight");
            face.value(135.0, 36.0, &journey.class, "SeatLevel");
            face.value(160.0, 36.0, &spelled(journey.date), "TravelDate");
            face.rule(8.0, 43.0, 202.0, 43.0);
            let cells = [
                ("票价", specimen.amount.to_string()),
                ("燃油附加费", fuel.to_string()),
                ("增值税税率", "9%".to_owned()),
                ("增值税税额", specimen.tax.to_string()),
                ("民航发展基金", fund.to_string()),
                ("其他税费", "0.00".to_owned()),
                ("合计", specimen.total.to_string()),
            ];
            for (at, (label, amount)) in cells.iter().enumerate() {
                let x = 10.0 + 27.5 * at as f32;
                face.label(x, 46.0, label);
                let text = if amount.ends_with('%') {
                    amount.clone()
                } else {
                    format!("CNY {amount}")
                };
                face.value(x, 52.0, &text, "Amounts");
            }
            face.label(10.0, 64.0, "电子客票号码:");
            face.value(33.0, 64.0, ticket, "ETicketNumber");
        }
        _ => {}
    }
    face.rule(8.0, 72.0, 202.0, 72.0);
    face.label(30.0, 76.0, "购买方名称:");
    face.value(50.0, 76.0, &specimen.buyer.name, "Buyer/BuyerName");
    face.label(30.0, 83.0, "统一社会信用代码:");
    face.value(60.0, 83.0, &specimen.buyer.tax_id, "Buyer/BuyerTaxID");
    face.qr = Some((168.0, 74.0, 22.0));
    face
}

fn spelled(date: Date) -> String {
    format!("{:04}年{:02}月{:02}日", date.year(), date.month(), date.day())
}
