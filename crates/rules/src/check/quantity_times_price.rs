//! L101: 单价 times 数量 is not the line's 金额.
//!
//! Prices and quantities are printed rounded, so the tolerance grows with what rounding may have taken away. A price
//! with tax inside is accepted.

use invoice::{Cents, Decimal, Fault, FaultKind, Severity, parse_date};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L101",
    severity: Severity::Warning,
    title_zh: "单价×数量与金额不符",
    title_en: "quantity times price is not the amount",
    reason_zh: "单价、数量与金额对不上，可能改过其中一项或识读错位。",
    reason_en: "Quantity, price and amount do not fit: one was altered or a column misread.",
    source: "乐企开票能力说明 V4.000（单价×数量与金额误差不超过 0.01 元）",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let (Some(quantity), Some(price), Some(amount)) = (line.quantity, line.price, line.amount) else {
            continue;
        };
        // Toll lines carry the days of passage in these two columns.
        if is_day(quantity) && is_day(price) {
            continue;
        }
        let ceiling = subject.rulebook().ceilings().line_amount(subject.rule_date());
        let Some(computed) = quantity.checked_mul(price) else {
            continue;
        };
        let Some(tolerance) = tolerance(quantity, price, ceiling) else {
            continue;
        };
        let is_near = |target: Cents| {
            let distance = computed.checked_sub(target.to_decimal());
            distance.is_some_and(|distance| distance.abs() <= tolerance)
        };
        let with_tax = amount + line.tax.unwrap_or_default();
        if !is_near(amount) && !is_near(with_tax) {
            objections.push((
                format!("lines[{at}].quantity,lines[{at}].price,lines[{at}].amount"),
                format!(
                    "第{}行{price}×{quantity}={}，金额为{amount}",
                    at + 1,
                    computed.normalize()
                ),
            ));
        }
    }
    report_lines(&KIND, &objections, faults);
}

/// Whether a figure is a day written as eight digits: `20250420`.
fn is_day(figure: Decimal) -> bool {
    let digits = figure.normalize().to_string();
    digits.len() == 8 && parse_date(&digits).is_some()
}

/// The ceiling of the rule, plus what half a unit of the last printed place may make of the product.
fn tolerance(quantity: Decimal, price: Decimal, ceiling: Cents) -> Option<Decimal> {
    let half_unit = |figure: Decimal| match figure.scale() {
        0 => Decimal::ZERO,
        scale => Decimal::new(5, scale.saturating_add(1).min(Decimal::MAX_SCALE)),
    };
    let of_price = quantity.abs().checked_mul(half_unit(price))?;
    let of_quantity = price.abs().checked_mul(half_unit(quantity))?;
    ceiling
        .to_decimal()
        .checked_add(of_price)?
        .checked_add(of_quantity)
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, line, silent};
    use invoice::Decimal;

    vec![
        fires(
            "the_price_was_raised",
            Scene::digital().edit_line(0, |line| line.price = Some(Decimal::new(15, 1))),
        ),
        fires(
            "many_lines_are_one_fault",
            Scene::digital().lines(vec![
                line("*文具*中性笔", "2", "9", "20.00", "13%", "2.60");
                5
            ]),
        ),
        fires(
            "a_quantity_beyond_all_measure",
            Scene::digital().edit_line(0, |line| {
                line.quantity = Some(Decimal::MAX);
                line.price = Some(Decimal::NEGATIVE_ONE);
            }),
        ),
        silent("it_is_exact", Scene::digital()),
        silent(
            "a_long_quantity",
            Scene::digital().edit_line(0, |line| {
                line.quantity = "265.346534653465".parse().ok();
                line.price = "0.226119402985".parse().ok();
            }),
        ),
        silent(
            "a_price_printed_with_two_decimals",
            Scene::digital().lines(vec![line(
                "*文具*中性笔",
                "3000",
                "0.03",
                "100.00",
                "13%",
                "13.00",
            )]),
        ),
        silent(
            "a_price_with_tax_inside",
            Scene::digital().edit_line(0, |line| line.price = "1.356".parse().ok()),
        ),
        silent(
            "a_toll_line_with_its_days_of_passage",
            Scene::digital().edit_line(0, |line| {
                line.quantity = "20250418".parse().ok();
                line.price = "20250420".parse().ok();
            }),
        ),
    ]
}
