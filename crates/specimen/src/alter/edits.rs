//! What a forger changes: one row for each edit. An edit changes a specimen as little as it can and nothing that
//! follows from it, so that the layer written from it contradicts the others, or itself.

use std::time::Duration;

use invoice::{Cents, Decimal, InvoiceKind, Rate};

use crate::chance::Chance;
use crate::specimen::{BlueLink, Business, Specimen, SpecimenLine};
use crate::world::Party;

/// The class of a field: one of the three coordinates of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldClass {
    /// 票种.
    Kind,
    /// 发票号码, 发票代码, 校验码, 机器编号.
    Number,
    /// 开票日期.
    Date,
    /// Names of the parties.
    Name,
    /// Taxpayer numbers of the parties.
    TaxId,
    /// 合计金额, 合计税额, 价税合计.
    Sum,
    /// 价税合计 in words.
    Words,
    /// Cells of the lines.
    Cell,
    /// Whole lines.
    Line,
    /// 备注, addresses, banks, persons.
    Text,
    /// The blue invoice of a red letter.
    Link,
}

impl FieldClass {
    /// Every class.
    pub const ALL: [FieldClass; 11] = [
        FieldClass::Kind,
        FieldClass::Number,
        FieldClass::Date,
        FieldClass::Name,
        FieldClass::TaxId,
        FieldClass::Sum,
        FieldClass::Words,
        FieldClass::Cell,
        FieldClass::Line,
        FieldClass::Text,
        FieldClass::Link,
    ];

    /// Its name in figures.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldClass::Kind => "kind",
            FieldClass::Number => "number",
            FieldClass::Date => "date",
            FieldClass::Name => "name",
            FieldClass::TaxId => "tax_id",
            FieldClass::Sum => "sum",
            FieldClass::Words => "words",
            FieldClass::Cell => "cell",
            FieldClass::Line => "line",
            FieldClass::Text => "text",
            FieldClass::Link => "link",
        }
    }
}

/// What else in the same layer contradicts the change, whatever the other layers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    /// Nothing, and the other layers neither: they leave the field empty, and an empty field contradicts nothing.
    Addition,
    /// Nothing.
    Nothing,
    /// 金额 + 税额 = 价税合计, and the total in words.
    Sums,
    /// The total in words, where sums may not be printed.
    Words,
    /// The lines' own figures, and their sums.
    Lines,
}

/// One way to change a specimen.
pub(crate) struct Edit {
    pub(crate) class: FieldClass,
    /// What is changed, for figures.
    pub(crate) field: &'static str,
    pub(crate) arithmetic: Arithmetic,
    /// Changes the specimen; answers whether there was anything to change.
    pub(crate) apply: fn(&mut Specimen, &mut Chance) -> bool,
}

const fn edit(
    class: FieldClass,
    field: &'static str,
    arithmetic: Arithmetic,
    apply: fn(&mut Specimen, &mut Chance) -> bool,
) -> Edit {
    Edit {
        class,
        field,
        arithmetic,
        apply,
    }
}

use Arithmetic::{Addition, Lines, Nothing, Sums, Words};

/// Every edit.
pub(crate) const EDITS: &[Edit] = &[
    edit(FieldClass::Kind, "kind", Nothing, |s, _| other_kind(s)),
    edit(FieldClass::Number, "number", Nothing, |s, c| {
        digit(&mut s.number, c)
    }),
    edit(FieldClass::Number, "code", Nothing, |s, c| digit(&mut s.code, c)),
    edit(FieldClass::Number, "check_code", Nothing, |s, c| {
        digit(&mut s.check_code, c)
    }),
    edit(FieldClass::Number, "machine_number", Nothing, |s, c| {
        digit(&mut s.machine_number, c)
    }),
    edit(FieldClass::Date, "date by days", Nothing, |s, c| {
        later_by(s, c, &[1, 2, 9, 10, 27])
    }),
    edit(FieldClass::Date, "date by months", Nothing, |s, c| {
        later_by(s, c, &[31, 61, 92, 365])
    }),
    edit(FieldClass::Name, "seller name", Nothing, |s, c| {
        character(&mut s.seller.name, c)
    }),
    edit(FieldClass::Name, "buyer name", Nothing, |s, c| {
        character(&mut s.buyer.name, c)
    }),
    edit(FieldClass::Name, "buyer name cut", Nothing, |s, _| {
        cut(&mut s.buyer.name)
    }),
    edit(FieldClass::Name, "seller name lengthened", Nothing, |s, _| {
        lengthen(&mut s.seller.name)
    }),
    edit(FieldClass::Name, "names swapped", Nothing, |s, _| {
        swap(s, |party| &mut party.name)
    }),
    edit(FieldClass::TaxId, "seller number", Nothing, |s, c| {
        digit(&mut s.seller.tax_id, c)
    }),
    edit(FieldClass::TaxId, "buyer number", Nothing, |s, c| {
        digit(&mut s.buyer.tax_id, c)
    }),
    edit(FieldClass::TaxId, "numbers swapped", Nothing, |s, _| {
        swap(s, |party| &mut party.tax_id)
    }),
    edit(FieldClass::TaxId, "parties swapped", Nothing, |s, _| {
        let is_name = swap(s, |party| &mut party.name);
        swap(s, |party| &mut party.tax_id) && is_name
    }),
    edit(FieldClass::Sum, "amount", Sums, |s, c| cents(&mut s.amount, c)),
    edit(FieldClass::Sum, "tax", Sums, |s, c| {
        s.tax != Cents::ZERO && cents(&mut s.tax, c)
    }),
    edit(FieldClass::Sum, "total", Sums, |s, c| {
        s.said_in_words.get_or_insert(s.total);
        cents(&mut s.total, c)
    }),
    edit(FieldClass::Sum, "total and words", Sums, |s, c| {
        cents(&mut s.total, c)
    }),
    edit(FieldClass::Sum, "total's sign", Sums, |s, _| {
        s.said_in_words.get_or_insert(s.total);
        s.total = -s.total;
        true
    }),
    edit(
        FieldClass::Sum,
        "amount and tax against each other",
        Nothing,
        |s, c| {
            let moved = Cents(c.between(1, 9_00));
            let is_taxed = s.tax != Cents::ZERO;
            s.amount = s.amount + moved;
            s.tax = s.tax - moved;
            is_taxed
        },
    ),
    edit(FieldClass::Words, "words", Words, |s, c| {
        let mut said = s.total;
        let is_changed = cents(&mut said, c);
        s.said_in_words = Some(said);
        is_changed
    }),
    edit(FieldClass::Cell, "line name", Nothing, |s, c| {
        line(s, c, |line, c| character(&mut line.name, c))
    }),
    edit(FieldClass::Cell, "line spec", Nothing, |s, c| {
        line(s, c, |line, c| {
            character(&mut line.spec, c) || digit(&mut line.spec, c)
        })
    }),
    edit(FieldClass::Cell, "line unit", Nothing, |s, c| {
        line(s, c, |line, c| character(&mut line.unit, c))
    }),
    edit(FieldClass::Cell, "line quantity", Lines, |s, c| {
        line(s, c, |line, _| match line.quantity {
            Some(quantity) => {
                line.quantity = Some(first_digit_raised(quantity));
                true
            }
            None => false,
        })
    }),
    edit(FieldClass::Cell, "line price", Lines, |s, c| {
        line(s, c, |line, _| match line.price {
            Some(price) => {
                line.price = Some(first_digit_raised(price));
                true
            }
            None => false,
        })
    }),
    edit(FieldClass::Cell, "line price's last digit", Nothing, |s, c| {
        line(s, c, |line, _| match line.price {
            Some(price) => {
                let mut text = price.normalize().to_string();
                let last = text.pop().and_then(|c| c.to_digit(10));
                // Never a nought at the end: what a column cuts off is no change.
                let other = last.map(|last| last % 9 + 1);
                text.push_str(&other.unwrap_or(5).to_string());
                line.price = text.parse().ok();
                true
            }
            None => false,
        })
    }),
    edit(FieldClass::Cell, "line amount", Lines, |s, c| {
        line(s, c, |line, c| cents(&mut line.amount, c))
    }),
    edit(FieldClass::Cell, "line rate", Lines, |s, c| {
        line(s, c, other_rate)
    }),
    edit(FieldClass::Cell, "line tax", Lines, |s, c| {
        line(s, c, |line, c| line.tax != Cents::ZERO && cents(&mut line.tax, c))
    }),
    edit(FieldClass::Cell, "line tax by a cent", Nothing, |s, c| {
        line(s, c, |line, _| {
            let is_taxed = line.tax != Cents::ZERO;
            line.tax = line.tax + Cents(1);
            is_taxed
        })
    }),
    edit(FieldClass::Cell, "line tax code", Nothing, |s, c| {
        line(s, c, |line, c| digit(&mut line.tax_code, c))
    }),
    edit(
        FieldClass::Cell,
        "two lines' amounts against each other",
        Nothing,
        |s, c| {
            let moved = Cents(c.between(1, 99));
            match s.lines.as_mut_slice() {
                [one, .., other] => {
                    one.amount = one.amount + moved;
                    other.amount = other.amount - moved;
                    true
                }
                _ => false,
            }
        },
    ),
    edit(FieldClass::Line, "line dropped", Lines, |s, c| {
        let at = c.below(s.lines.len() as u64) as usize;
        let is_several = s.lines.len() > 1;
        if is_several {
            s.lines.remove(at);
        }
        is_several
    }),
    edit(FieldClass::Line, "line doubled", Lines, |s, c| {
        let at = c.below(s.lines.len() as u64) as usize;
        // The form of tolls has room for one line, and prints a second on top of it.
        let is_toll = matches!(s.business, Business::Toll { .. });
        let doubled = s.lines.get(at).filter(|_| !is_toll).cloned();
        let is_any = doubled.is_some();
        s.lines.extend(doubled);
        is_any
    }),
    edit(FieldClass::Text, "remark", Nothing, |s, c| {
        digit(&mut s.remark, c) || character(&mut s.remark, c)
    }),
    edit(FieldClass::Text, "remark added", Addition, |s, _| {
        let is_empty = s.remark.is_empty();
        s.remark.push_str("已抵扣");
        is_empty
    }),
    edit(FieldClass::Text, "seller address", Nothing, |s, c| {
        digit(&mut s.seller.telephone, c)
    }),
    edit(FieldClass::Text, "seller bank", Nothing, |s, c| {
        digit(&mut s.seller.account, c)
    }),
    edit(FieldClass::Text, "buyer bank", Nothing, |s, c| {
        digit(&mut s.buyer.account, c)
    }),
    edit(FieldClass::Text, "drawer", Nothing, |s, _| person(&mut s.drawer)),
    edit(FieldClass::Text, "payee", Nothing, |s, _| person(&mut s.payee)),
    edit(FieldClass::Text, "reviewer", Nothing, |s, _| {
        person(&mut s.reviewer)
    }),
    edit(FieldClass::Link, "blue number in its element", Nothing, |s, c| {
        link(s, c, |blue, c| digit(&mut blue.number, c))
    }),
    edit(FieldClass::Link, "blue number in the remark", Nothing, |s, c| {
        let Some(number) = s.blue.as_ref().map(|blue| blue.number.clone()) else {
            return false;
        };
        let mut other = number.clone();
        let is_changed = digit(&mut other, c);
        s.remark = s.remark.replace(&number, &other);
        is_changed
    }),
];

/// Changes one digit; the first stays none where it was none.
pub(crate) fn digit(text: &mut String, chance: &mut Chance) -> bool {
    let places: Vec<usize> = text
        .char_indices()
        .filter(|(_, c)| c.is_ascii_digit())
        .map(|(at, _)| at)
        .collect();
    if places.is_empty() {
        return false;
    }
    let at = *chance.pick(&places);
    let was = text
        .get(at..=at)
        .and_then(|digit| digit.parse::<i64>().ok())
        .unwrap_or(0);
    let other = (was + chance.between(1, 9)) % 10;
    text.replace_range(at..=at, &other.to_string());
    true
}

/// Changes one Chinese character to another.
fn character(text: &mut String, chance: &mut Chance) -> bool {
    const OTHERS: [char; 6] = ['宏', '鑫', '泰', '盛', '隆', '昌'];
    let places: Vec<(usize, char)> = text
        .char_indices()
        .filter(|(_, c)| !c.is_ascii() && c.is_alphanumeric())
        .collect();
    if places.is_empty() {
        return false;
    }
    let (at, was) = *chance.pick(&places);
    let others: Vec<char> = OTHERS.into_iter().filter(|other| *other != was).collect();
    let other = *chance.pick(&others);
    text.replace_range(at..at + was.len_utf8(), &other.to_string());
    true
}

fn cut(name: &mut String) -> bool {
    let short: Option<String> = name.strip_suffix("有限公司").map(str::to_owned);
    short.map(|short| *name = short).is_some()
}

fn lengthen(name: &mut String) -> bool {
    let is_named = !name.is_empty();
    name.push_str("分公司");
    is_named
}

fn person(name: &mut String) -> bool {
    let is_named = !name.is_empty();
    *name = if name == "郑壬" { "冯癸" } else { "郑壬" }.to_owned();
    is_named
}

fn swap(specimen: &mut Specimen, part: fn(&mut Party) -> &mut String) -> bool {
    let Specimen { seller, buyer, .. } = specimen;
    let (one, other) = (part(seller), part(buyer));
    let is_change = one != other && !one.is_empty() && !other.is_empty();
    std::mem::swap(one, other);
    is_change
}

/// Changes one digit of an amount.
fn cents(amount: &mut Cents, chance: &mut Chance) -> bool {
    let mut text = amount.to_string();
    let is_changed = digit(&mut text, chance);
    let changed = invoice::parse_cents(&text).unwrap_or(*amount);
    let is_other = changed != *amount;
    *amount = changed;
    is_changed && is_other
}

fn first_digit_raised(figure: Decimal) -> Decimal {
    super::raised(&figure.to_string()).parse().unwrap_or(figure)
}

fn later_by(specimen: &mut Specimen, chance: &mut Chance, days: &[u64]) -> bool {
    let by = Duration::from_secs(86_400 * *chance.pick(days));
    let other = match chance.one_in(2) {
        true => specimen.date.checked_sub(by),
        false => specimen.date.checked_add(by),
    };
    other.map(|other| specimen.date = other).is_ok()
}

/// Another kind on the same form.
fn other_kind(specimen: &mut Specimen) -> bool {
    specimen.kind = match specimen.kind {
        InvoiceKind::DigitalSpecial => InvoiceKind::DigitalOrdinary,
        InvoiceKind::DigitalOrdinary => InvoiceKind::DigitalSpecial,
        InvoiceKind::ElectronicSpecial => InvoiceKind::ElectronicOrdinary,
        InvoiceKind::ElectronicOrdinary => InvoiceKind::ElectronicSpecial,
        _ => return false,
    };
    true
}

/// Applies a change to one of the lines.
fn line(
    specimen: &mut Specimen,
    chance: &mut Chance,
    change: fn(&mut SpecimenLine, &mut Chance) -> bool,
) -> bool {
    let at = chance.below(specimen.lines.len() as u64) as usize;
    specimen
        .lines
        .get_mut(at)
        .is_some_and(|line| change(line, chance))
}

fn other_rate(line: &mut SpecimenLine, chance: &mut Chance) -> bool {
    let Rate::Fraction(was) = line.rate else {
        return false;
    };
    let others: Vec<Decimal> = [13, 9, 6, 3]
        .into_iter()
        .map(|per_cent| Decimal::new(per_cent, 2))
        .filter(|other| *other != was)
        .collect();
    line.rate = Rate::Fraction(*chance.pick(&others));
    // Below a yuan or so the tax of two rates is the same.
    line.amount.abs() > Cents(10_00)
}

fn link(
    specimen: &mut Specimen,
    chance: &mut Chance,
    change: fn(&mut BlueLink, &mut Chance) -> bool,
) -> bool {
    specimen.blue.as_mut().is_some_and(|blue| change(blue, chance))
}
