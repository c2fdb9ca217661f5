//! X104: the number of the blue invoice cannot be one, or its year lies behind the red letter.

use invoice::{Fault, FaultKind, FieldName, InvoiceCode, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "X104",
    severity: Severity::Warning,
    title_zh: "被红冲蓝字号码有误",
    title_en: "odd blue number",
    reason_zh: "蓝字号码应为 20 位，或 8 位加代码，且年份不晚于红字；有误则无法关联原发票。",
    reason_en: "The blue number has 20 digits, or 8 with a code, and is not younger than the red letter; otherwise no link can be made.",
    source: "国家税务总局公告2024年第11号；乐企开票能力说明 V4.000",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(blue) = subject.value(FieldName::BlueNumber) else {
        return;
    };
    let has_code = subject
        .value(FieldName::BlueCode)
        .is_some_and(|code| InvoiceCode::new(code).is_some());
    let object = match blue.len() {
        20 => {
            let year = blue.get(..2).and_then(|year| year.parse::<i16>().ok());
            let red_year = subject.invoice.date().map(|date| date.year().rem_euclid(100));
            match (year, red_year) {
                (Some(year), Some(red_year)) if year > red_year => "年份晚于红字发票的开票日期".to_owned(),
                _ => return,
            }
        }
        8 if has_code => return,
        8 => "为8位，没有蓝字发票代码".to_owned(),
        length => format!("为{length}位，应为20位，或8位加代码"),
    };
    faults.push(KIND.at("blue_number", format!("被红冲蓝字号码{blue}{object}")));
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "eight_digits_without_a_code",
            Scene::red().set(FieldName::BlueNumber, "31415926"),
        ),
        fires(
            "nineteen_digits",
            Scene::red().set(FieldName::BlueNumber, "2611200000000000001"),
        ),
        fires(
            "a_blue_invoice_of_next_year",
            Scene::red().set(FieldName::BlueNumber, "27112000000000000016"),
        ),
        silent("twenty_digits", Scene::red()),
        silent(
            "a_digital_red_letter_over_a_legacy_invoice",
            Scene::red()
                .set(FieldName::BlueNumber, "31415926")
                .set(FieldName::BlueCode, "011001900111"),
        ),
    ]
}
