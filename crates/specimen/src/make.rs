//! Making specimens: one situation in, one consistent invoice out.
//!
//! Amounts follow what 1,700 real invoices showed: the tax of a line is within one 分 of amount × rate, totals are
//! the sums of the lines, and 合计金额 + 合计税额 = 价税合计. Air tickets alone add charges that are in the total only.

use std::time::Duration;

use invoice::{Cents, Date, Decimal, InvoiceKind, Rate, Scheme};

use crate::chance::Chance;
use crate::goods::{GOODS, Good, RateClass, day};
use crate::specimen::{BlueLink, Business, Specimen, SpecimenLine, Traveller};
use crate::world::{Party, World, region_of};

/// What makes a specimen worth having.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situation {
    /// One to four lines, nothing special.
    Plain,
    /// A line with its discount line (折扣行).
    Discount,
    /// Lines of several rates.
    SeveralRates,
    /// 免税 or 不征税 lines only.
    Exempt,
    /// 差额征税.
    Margin,
    /// A sales list (销货清单) of 12 to 30 lines.
    SalesList,
    /// 通行费.
    Toll,
    /// 旅客运输服务, with a refund line.
    Passenger,
    /// 建筑服务.
    Construction,
    /// 不动产经营租赁服务.
    Lease,
    /// 铁路电子客票.
    Rail,
    /// 航空运输电子客票行程单.
    Air,
}

/// Which side of the invoice the group stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// 进项: a group company buys.
    Purchase,
    /// 销项: a group company sells.
    Sale,
}

/// Makes specimens of one seed; numbers never repeat.
#[derive(Debug, Clone)]
pub struct Maker {
    pub(crate) chance: Chance,
    /// The companies.
    pub world: World,
    serial: u64,
}

const PEOPLE: [&str; 8] = ["张甲", "王乙", "李丙", "赵丁", "钱戊", "孙己", "周庚", "吴辛"];
const STATIONS: [(&str, &str); 5] = [
    ("北京南", "杭州东"),
    ("上海虹桥", "南京南"),
    ("广州南", "深圳北"),
    ("成都东", "重庆北"),
    ("武汉", "天津西"),
];
const AIRPORTS: [(&str, &str); 3] = [
    ("首都T3 PEK", "萧山T4 HGH"),
    ("浦东T2 PVG", "白云T2 CAN"),
    ("天府T2 TFU", "宝安T3 SZX"),
];

impl Maker {
    /// A maker of a seed.
    pub fn new(seed: u64) -> Maker {
        Maker {
            chance: Chance::new(seed),
            world: World::new(seed),
            serial: 0,
        }
    }

    /// A specimen of this kind and situation, issued on this day, with a group company on this side.
    pub fn make(&mut self, kind: InvoiceKind, situation: Situation, side: Side, date: Date) -> Specimen {
        let (seller, buyer) = self.parties(situation, side);
        let mut specimen = self.blank(kind, situation, date, seller, buyer);
        match situation {
            Situation::Rail => self.rail(&mut specimen),
            Situation::Air => self.air(&mut specimen),
            Situation::Margin => self.margin(&mut specimen),
            _ => {
                self.fill_lines(&mut specimen, situation);
                specimen.sum_up();
            }
        }
        self.add_business(&mut specimen, situation);
        specimen
    }

    /// The red letter (红字发票) that takes a specimen back in full.
    pub fn red_letter(&mut self, blue: &Specimen, date: Date) -> Specimen {
        let mut red = blue.clone();
        self.number(&mut red, date, Situation::Plain);
        for line in &mut red.lines {
            line.quantity = line.quantity.map(|quantity| -quantity);
            line.amount = -line.amount;
            line.tax = -line.tax;
        }
        red.amount = -blue.amount;
        red.tax = -blue.tax;
        red.total = -blue.total;
        let form_number = if blue.is_unified() {
            format!("{}{}", blue.seller.region, self.chance.digits(16))
        } else {
            String::new()
        };
        red.remark = if blue.is_unified() {
            format!(
                "被红冲蓝字数电发票号码：{} 红字发票信息确认单编号：{form_number}",
                blue.number
            )
        } else {
            format!("对应正数发票代码:{}号码:{}", blue.code, blue.number)
        };
        red.blue = Some(BlueLink {
            code: blue.code.clone(),
            number: blue.number.clone(),
            form_number,
        });
        red
    }

    fn parties(&mut self, situation: Situation, side: Side) -> (Party, Party) {
        let ours = self.chance.pick(&self.world.group).clone();
        match situation {
            Situation::Rail | Situation::Air => {
                let nobody = Party {
                    name: String::new(),
                    ..Party::private_person()
                };
                (nobody, ours)
            }
            Situation::Toll => (self.world.toll_road.clone(), ours),
            Situation::Passenger => (self.world.ride_hailing.clone(), ours),
            _ => {
                let theirs = self.chance.pick(&self.world.counterparties).clone();
                match side {
                    Side::Purchase => (theirs, ours),
                    Side::Sale => (ours, theirs),
                }
            }
        }
    }

    fn blank(
        &mut self,
        kind: InvoiceKind,
        situation: Situation,
        date: Date,
        seller: Party,
        buyer: Party,
    ) -> Specimen {
        let mut specimen = Specimen {
            kind,
            code: String::new(),
            number: String::new(),
            check_code: String::new(),
            machine_number: String::new(),
            cipher: String::new(),
            date,
            time: String::new(),
            seller,
            buyer,
            lines: Vec::new(),
            has_sales_list: situation == Situation::SalesList,
            amount: Cents::ZERO,
            tax: Cents::ZERO,
            total: Cents::ZERO,
            said_in_words: None,
            remark: String::new(),
            payee: (*self.chance.pick(&PEOPLE)).to_owned(),
            reviewer: (*self.chance.pick(&PEOPLE)).to_owned(),
            drawer: (*self.chance.pick(&PEOPLE)).to_owned(),
            business: Business::Plain,
            deduction: None,
            blue: None,
        };
        self.number(&mut specimen, date, situation);
        if situation == Situation::Plain && self.chance.one_in(4) {
            specimen.remark = format!("合同号：ZX-{}-{}", date.year(), self.chance.digits(4));
        }
        specimen
    }

    /// Gives a specimen its date, number and, for legacy kinds, code, check code and cipher area.
    fn number(&mut self, specimen: &mut Specimen, date: Date, situation: Situation) {
        self.serial += 1;
        let jitter = self.chance.below(997);
        let sequence = self.serial * 997 + jitter;
        specimen.date = date;
        specimen.time = format!(
            "{:02}:{:02}:{:02}",
            self.chance.between(8, 20),
            self.chance.between(0, 59),
            self.chance.between(0, 59)
        );
        let year = date.year().rem_euclid(100);
        let region = region_of(specimen.seller.region);
        if specimen.kind.scheme() == Scheme::Unified {
            let (channel, middle) = match situation {
                Situation::Rail => (9, "1668"),
                Situation::Air => (9, "8847"),
                Situation::Toll | Situation::Passenger => (7, "0004"),
                _ => (2, "0000"),
            };
            specimen.number = format!("{year:02}{}{channel}{middle}{sequence:011}", region.unified);
            return;
        }
        // The year inside a code is that of the stock, often the year before the day of issue.
        let stock_year = year - i16::from(self.chance.one_in(3));
        let batch = self.chance.between(1, 7);
        specimen.code = match specimen.kind {
            InvoiceKind::Special => format!("{}{stock_year:02}{batch}130", region.legacy),
            InvoiceKind::ElectronicSpecial => format!("0{}{stock_year:02}{batch:03}13", region.legacy),
            InvoiceKind::Ordinary => format!("0{}{stock_year:02}{batch:03}04", region.legacy),
            InvoiceKind::Toll => format!("0{}{stock_year:02}{batch:03}12", region.legacy),
            _ => format!("0{}{stock_year:02}{batch:03}11", region.legacy),
        };
        specimen.number = format!("{:08}", (sequence + 3_000_000) % 100_000_000);
        specimen.check_code = if specimen.kind == InvoiceKind::Special {
            String::new()
        } else {
            self.chance.digits(20)
        };
        specimen.machine_number = format!("4990{}", self.chance.digits(8));
        specimen.cipher = (0..4)
            .map(|_| self.chance.text(27, "0123456789+-*/<>"))
            .collect::<Vec<_>>()
            .join("\n");
    }

    fn fill_lines(&mut self, specimen: &mut Specimen, situation: Situation) {
        let (date, small) = (specimen.date, specimen.seller.is_small_scale);
        let special = specimen.kind.is_special();
        match situation {
            Situation::Discount => {
                let good = self.good(|good| good.class == RateClass::Goods);
                let line = self.line(good, good.class.rate(date, small));
                let off = self.chance.between(3, 30);
                let discount = discount_of(&line, off);
                specimen.lines = vec![line, discount];
            }
            Situation::SeveralRates => {
                for class in [RateClass::Goods, RateClass::Service, RateClass::Transport] {
                    let good = self.good(|good| good.class == class);
                    specimen.lines.push(self.line(good, class.rate(date, false)));
                }
            }
            Situation::Exempt => {
                let good = self.good(|good| matches!(good.class, RateClass::Exempt | RateClass::NotTaxed));
                specimen.lines.push(self.line(good, good.class.rate(date, small)));
            }
            Situation::SalesList => {
                let rate = RateClass::Goods.rate(date, small);
                for _ in 0..self.chance.between(12, 30) {
                    let good = self.good(|good| good.class == RateClass::Goods && good.price.1 < 200_000);
                    specimen.lines.push(self.line(good, rate.clone()));
                }
            }
            Situation::Toll => {
                let amount = self.chance.between(500, 38_000);
                specimen
                    .lines
                    .push(single("*经营租赁*通行费", amount, 3, "3040502020301000000"));
            }
            Situation::Passenger => {
                let amount = self.chance.between(1_800, 9_900);
                let mut line = single("*运输服务*客运服务费", amount, 3, "3010101020203000000");
                line.quantity = Some(Decimal::ONE);
                line.price = Some(line.amount.to_decimal());
                let off = self.chance.between(2, 15);
                let discount = discount_of(&line, off);
                specimen.lines = vec![line, discount];
            }
            Situation::Construction | Situation::Lease => {
                let wanted = if situation == Situation::Lease {
                    "经营租赁"
                } else {
                    "建筑服务"
                };
                let good = self.good(|good| good.category == wanted);
                specimen.lines.push(self.line(good, good.class.rate(date, small)));
            }
            _ => {
                // A special invoice with exempt lines does not exist: nothing could be deducted.
                let count = if self.chance.one_in(2) {
                    1
                } else {
                    self.chance.between(2, 4)
                };
                let taxed = |good: &Good| !matches!(good.class, RateClass::Exempt | RateClass::NotTaxed);
                let first = self.good(|good| taxed(good) && (!special || good.category != "餐饮服务"));
                for at in 0..count {
                    let good = if at == 0 {
                        first
                    } else {
                        self.good(|good| good.class == first.class)
                    };
                    specimen.lines.push(self.line(good, good.class.rate(date, small)));
                }
            }
        }
    }

    fn good(&mut self, wanted: impl Fn(&Good) -> bool) -> &'static Good {
        let fitting: Vec<&'static Good> = GOODS.iter().filter(|good| wanted(good)).collect();
        let good: &&'static Good = self.chance.pick(&fitting);
        good
    }

    /// A line of a good: half of all sellers fix the price with tax, which gives unit prices with 13 decimals.
    fn line(&mut self, good: &'static Good, rate: Rate) -> SpecimenLine {
        let price = self.chance.between(good.price.0, good.price.1);
        let count = match price {
            0..5_000 => self.chance.between(2, 120),
            5_000..100_000 => self.chance.between(1, 12),
            _ => self.chance.between(1, 2),
        };
        let fraction = rate.fraction().unwrap_or_default();
        let quantity = Decimal::from(count);
        let with_tax = Cents(price * count);
        let (amount, tax) = if self.chance.one_in(2) {
            let amount = rounded(with_tax.to_decimal() / (Decimal::ONE + fraction));
            (amount, with_tax - amount)
        } else {
            (with_tax, rounded(with_tax.to_decimal() * fraction))
        };
        SpecimenLine {
            name: good.full_name(),
            spec: good.spec.to_owned(),
            unit: good.unit.to_owned(),
            quantity: Some(quantity),
            price: Some((amount.to_decimal() / quantity).round_dp(13)),
            amount,
            rate,
            tax,
            tax_code: good.tax_code.to_owned(),
        }
    }

    /// 差额征税: the tax is on what is left after the deduction, so it is not amount × rate.
    fn margin(&mut self, specimen: &mut Specimen) {
        let total = Cents(self.chance.between(200_000, 3_000_000));
        let deduction = Cents(total.0 - total.0 / self.chance.between(4, 12));
        let left = (total - deduction).to_decimal();
        let tax = rounded(left / Decimal::new(105, 2) * Decimal::new(5, 2));
        let amount = total - tax;
        specimen.lines.push(SpecimenLine {
            name: "*人力资源服务*劳务派遣服务".to_owned(),
            spec: String::new(),
            unit: "项".to_owned(),
            quantity: Some(Decimal::ONE),
            price: Some(amount.to_decimal()),
            amount,
            rate: Rate::Hidden,
            tax,
            tax_code: "3040803010000000000".to_owned(),
        });
        specimen.sum_up();
        specimen.deduction = Some(deduction);
        specimen.remark = format!("差额征税：{deduction}。");
    }

    fn traveller(&mut self, date: Date, places: (&str, &str), vehicle: &str, class: &str) -> Traveller {
        Traveller {
            name: (*self.chance.pick(&["旅客甲", "旅客乙", "旅客丙"])).to_owned(),
            id_number: format!("110101****0000{}", self.chance.digits(4)),
            date,
            origin: places.0.to_owned(),
            destination: places.1.to_owned(),
            class: class.to_owned(),
            vehicle: vehicle.to_owned(),
        }
    }

    fn rail(&mut self, specimen: &mut Specimen) {
        let fare = Cents(self.chance.between(110, 11_000) * 50);
        let amount = rounded(fare.to_decimal() / Decimal::new(109, 2));
        specimen.amount = amount;
        specimen.tax = fare - amount;
        specimen.total = fare;
        let places = *self.chance.pick(&STATIONS);
        let train = format!("G{}", self.chance.between(11, 7_999));
        let journey = self.traveller(specimen.date, places, &train, "二等座");
        let departure = format!(
            "{:02}:{:02}",
            self.chance.between(6, 21),
            self.chance.between(0, 59)
        );
        specimen.business = Business::Rail {
            journey,
            ticket: self.chance.digits(21),
            departure,
        };
    }

    fn air(&mut self, specimen: &mut Specimen) {
        let fare = Cents(self.chance.between(3_000, 20_000) * 10);
        let fuel = Cents(1_835);
        let fund = Cents(5_000);
        specimen.amount = fare;
        specimen.tax = rounded((fare + fuel).to_decimal() * Decimal::new(9, 2));
        specimen.total = fare + fuel + fund + specimen.tax;
        let places = *self.chance.pick(&AIRPORTS);
        let flight = format!("XH{}", self.chance.between(1_001, 9_899));
        let journey = self.traveller(specimen.date, places, &flight, "经济舱");
        let ticket = format!("000{}", self.chance.digits(10));
        specimen.business = Business::Air {
            journey,
            ticket,
            fuel,
            fund,
        };
    }

    fn add_business(&mut self, specimen: &mut Specimen, situation: Situation) {
        match situation {
            Situation::Toll => {
                let plate = format!(
                    "{}0{}",
                    self.chance.pick(&["鄂A", "浙A", "粤B"]),
                    self.chance.digits(4)
                );
                let vehicle = (*self.chance.pick(&["客车", "货车"])).to_owned();
                let from = earlier(specimen.date, self.chance.below(20));
                specimen.business = Business::Toll {
                    plate,
                    vehicle,
                    from,
                    until: from,
                };
            }
            Situation::Passenger => {
                let journey = self.traveller(specimen.date, ("南京市", "南京市"), "出租汽车", "");
                specimen.business = Business::Passenger(vec![journey]);
            }
            Situation::Construction => {
                let project = format!("太虚大厦{}期装修工程", self.chance.between(1, 4));
                let place = specimen.buyer.address.clone();
                specimen.business = Business::Construction { place, project };
            }
            Situation::Lease => {
                let certificate = format!("不动产权第{}号", self.chance.digits(7));
                specimen.business = Business::Lease {
                    address: specimen.seller.address.clone(),
                    certificate,
                };
            }
            _ => {}
        }
    }
}

fn rounded(yuan: Decimal) -> Cents {
    Cents::from_decimal(yuan).expect("invariant: specimens stay far below a trillion yuan")
}

/// A line of one amount without unit, quantity and price, taxed at so many per cent.
fn single(name: &str, amount: i64, percent: i64, tax_code: &str) -> SpecimenLine {
    let amount = Cents(amount);
    let fraction = Decimal::new(percent, 2);
    SpecimenLine {
        name: name.to_owned(),
        spec: String::new(),
        unit: String::new(),
        quantity: None,
        price: None,
        amount,
        rate: Rate::Fraction(fraction),
        tax: rounded(amount.to_decimal() * fraction),
        tax_code: tax_code.to_owned(),
    }
}

/// The discount line (折扣行) of a line: the same item, negative, without quantity and price.
fn discount_of(line: &SpecimenLine, percent: i64) -> SpecimenLine {
    let part = Decimal::new(percent, 2);
    let amount = rounded(line.amount.to_decimal() * part);
    let fraction = line.rate.fraction().unwrap_or_default();
    SpecimenLine {
        unit: String::new(),
        spec: String::new(),
        quantity: None,
        price: None,
        amount: -amount,
        tax: -rounded(amount.to_decimal() * fraction),
        ..line.clone()
    }
}

/// So many days later.
pub(crate) fn later(date: Date, days: u64) -> Date {
    date.checked_add(Duration::from_secs(days * 86_400))
        .unwrap_or(date)
}

fn earlier(date: Date, days: u64) -> Date {
    date.checked_sub(Duration::from_secs(days * 86_400))
        .unwrap_or(date)
}

/// First and last day of the group's demo books.
pub(crate) fn demo_period() -> (Date, Date) {
    (day(2025, 1, 1), day(2026, 10, 31))
}

#[cfg(test)]
pub(crate) mod tests {
    use invoice::parse_words;
    use proptest::prelude::*;

    use super::*;

    pub(crate) const ALL: [(InvoiceKind, Situation); 16] = [
        (InvoiceKind::DigitalSpecial, Situation::Plain),
        (InvoiceKind::DigitalOrdinary, Situation::Plain),
        (InvoiceKind::DigitalSpecial, Situation::Discount),
        (InvoiceKind::DigitalSpecial, Situation::SeveralRates),
        (InvoiceKind::DigitalOrdinary, Situation::Exempt),
        (InvoiceKind::DigitalOrdinary, Situation::Margin),
        (InvoiceKind::ElectronicOrdinary, Situation::SalesList),
        (InvoiceKind::ElectronicSpecial, Situation::Plain),
        (InvoiceKind::Special, Situation::Plain),
        (InvoiceKind::Toll, Situation::Toll),
        (InvoiceKind::DigitalOrdinary, Situation::Toll),
        (InvoiceKind::DigitalOrdinary, Situation::Passenger),
        (InvoiceKind::DigitalSpecial, Situation::Construction),
        (InvoiceKind::DigitalSpecial, Situation::Lease),
        (InvoiceKind::Rail, Situation::Rail),
        (InvoiceKind::Air, Situation::Air),
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_specimen_adds_up(seed in any::<u64>()) {
            let mut maker = Maker::new(seed);
            for (kind, situation) in ALL {
                let date = later(day(2019, 4, 1), maker.chance.below(2_700));
                let blue = maker.make(kind, situation, Side::Purchase, date);
                let red = maker.red_letter(&blue, later(date, 3));
                for specimen in [blue, red] {
                    prop_assert_eq!(parse_words(&specimen.words()), Some(specimen.total));
                    let extra = match &specimen.business {
                        Business::Air { fuel, fund, .. } if specimen.blue.is_none() => *fuel + *fund,
                        Business::Air { fuel, fund, .. } => -(*fuel + *fund),
                        _ => Cents::ZERO,
                    };
                    prop_assert_eq!(specimen.amount + specimen.tax + extra, specimen.total);
                    if !specimen.lines.is_empty() {
                        prop_assert_eq!(specimen.lines.iter().map(|l| l.amount).sum::<Cents>(), specimen.amount);
                        prop_assert_eq!(specimen.lines.iter().map(|l| l.tax).sum::<Cents>(), specimen.tax);
                    }
                    for line in &specimen.lines {
                        if let Some(fraction) = line.rate.fraction() {
                            let exact = rounded(line.amount.to_decimal() * fraction);
                            prop_assert!(exact.distance(line.tax) <= Cents(1), "{:?}", line);
                        }
                    }
                }
            }
        }

        #[test]
        fn numbers_never_repeat_and_fit_their_kind(seed in any::<u64>()) {
            let mut maker = Maker::new(seed);
            let mut seen = std::collections::BTreeSet::new();
            for (kind, situation) in ALL.iter().cycle().take(80) {
                let date = day(2024, 5, 6);
                let specimen = maker.make(*kind, *situation, Side::Sale, date);
                let key = format!("{}-{}", specimen.code, specimen.number);
                prop_assert!(seen.insert(key.clone()), "{}", key);
                if specimen.is_unified() {
                    prop_assert_eq!(specimen.number.len(), 20);
                    prop_assert!(specimen.number.starts_with("24"));
                } else {
                    prop_assert_eq!(specimen.number.len(), 8);
                    prop_assert_eq!(InvoiceKind::from_legacy_code(&specimen.code), Some(*kind));
                }
            }
        }
    }

    #[test]
    fn one_seed_makes_one_specimen() {
        let make = |seed| {
            Maker::new(seed).make(
                InvoiceKind::DigitalSpecial,
                Situation::Plain,
                Side::Sale,
                day(2025, 3, 1),
            )
        };
        assert_eq!(make(5), make(5));
        assert_ne!(make(5), make(6));
    }
}
