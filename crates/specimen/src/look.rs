#[test]
fn look() {
    use crate::*;
    use invoice::InvoiceKind as K;
    let mut maker = Maker::new(3);
    for (at, (k, s)) in [
        (K::DigitalSpecial, Situation::Discount),
        (K::DigitalOrdinary, Situation::Passenger),
        (K::ElectronicOrdinary, Situation::SalesList),
        (K::Toll, Situation::Toll),
        (K::Rail, Situation::Rail),
        (K::Air, Situation::Air),
        (K::DigitalSpecial, Situation::SeveralRates),
    ]
    .into_iter()
    .enumerate()
    {
        let sp = maker.make(k, s, Side::Purchase, invoice::Date::new(2023, 5, 6).unwrap());
        let pages: Vec<_> = face::pages(&sp)
            .into_iter()
            .map(|f| write::pdf::Page::Face(f, sp.qr_text()))
            .collect();
        std::fs::write(
            format!("/work/scratch/spec-look/p{at}.pdf"),
            write::pdf::write(&pages, &write::pdf::bureau(), &sp.number),
        )
        .unwrap();
        if at == 0 {
            let pages: Vec<_> = face::pages(&sp)
                .into_iter()
                .map(|f| write::pdf::Page::Scan(f, sp.qr_text()))
                .collect();
            std::fs::write(
                "/work/scratch/spec-look/scan.pdf",
                write::pdf::write(&pages, &write::pdf::bureau(), &sp.number),
            )
            .unwrap();
        }
    }
}
