//! A101: 价税合计 is not 合计金额 plus 合计税额. It was, exactly, on every one of 1,703 real invoices.

use invoice::{Cents, Fault, FaultKind, InvoiceKind, Severity, parse_cents};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "A101",
    severity: Severity::Error,
    title_zh: "价税合计不等于金额加税额",
    title_en: "total is not amount plus tax",
    reason_zh: "三个合计数对不上，票面数字被改过或识读有误，不能入账和抵扣。",
    reason_en: "The three sums do not fit; a figure was altered or misread, and the invoice can be neither booked nor deducted.",
    source: "乐企开票能力说明 V4.000（含税 = 金额 + 税额）；1,703 张实测",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let invoice = subject.invoice;
    if subject.is_vehicle() || subject.is_tax_hidden() {
        return;
    }
    let (Some(amount), Some(tax), Some(total)) = (invoice.amount(), invoice.tax(), invoice.total()) else {
        return;
    };
    // An air ticket's amount is the fare: fuel and the untaxed fund stand beside it in the total.
    let beside = match subject.is_one_of(&[InvoiceKind::Air]) {
        true => match fares_beside(subject) {
            Some(beside) => beside,
            None => return,
        },
        false => Cents::ZERO,
    };
    let sum = amount + tax + beside;
    if sum != total && !twin::is_on("total_not_summed") {
        let other = match beside {
            Cents::ZERO => String::new(),
            beside => format!(" + 其他费用{beside}"),
        };
        faults.push(KIND.at(
            "amount,tax,total",
            format!("合计金额{amount} + 合计税额{tax}{other} = {sum}，而价税合计为{total}"),
        ));
    }
}

/// What an air ticket adds to fare and tax, as the face or its XBRL names it; `None` where one of the parts was not
/// read, or was read twice with different amounts.
fn fares_beside(subject: &Subject<'_>) -> Option<Cents> {
    [
        ["燃油附加费", "FuelSurcharge"],
        ["民航发展基金", "CivilAviationDevelopmentFund"],
        ["其他税费", "OtherTaxes"],
    ]
    .into_iter()
    .map(|names| {
        let extras = subject.invoice.extras.iter();
        let mut stated = extras
            .filter(|extra| names.contains(&extra.name.as_str()))
            .map(|extra| parse_cents(&extra.value));
        let first = stated.next()??;
        stated.all(|other| other == Some(first)).then_some(first)
    })
    .sum()
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("one_cent_more", Scene::digital().set(FieldName::Total, "113.01")),
        fires(
            "a_digit_was_put_in_front",
            Scene::digital().set(FieldName::Total, "1113.00"),
        ),
        silent("the_sum_is_exact", Scene::digital()),
        silent("a_red_letter", Scene::red()),
        silent(
            "the_tax_is_hidden",
            Scene::digital()
                .set(FieldName::Tax, "***")
                .set(FieldName::Amount, "111.00"),
        ),
        silent(
            "an_air_ticket_with_its_fund",
            Scene::digital()
                .set(FieldName::Kind, "电子发票（航空运输电子客票行程单）")
                .set(FieldName::Total, "163.00"),
        ),
    ]
}
