//! N103: the year in a 20-digit number is not the year of 开票日期.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N103",
    severity: Severity::Warning,
    title_zh: "号码年份与开票日期不符",
    title_en: "year of the number is not that of the date",
    reason_zh: "数电号码前两位是开票年度，号段不得跨年使用；不符多为改号、改日期。",
    reason_en: "The first two digits are the year of issue and number blocks end with it; a difference hints at an altered number or date.",
    source: "乐企开票能力说明 V4.000（号段不得跨年）；1,096 张实测全部相符",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(number) = subject
        .value(FieldName::Number)
        .filter(|number| number.len() == 20)
    else {
        return;
    };
    let Some(date) = subject.invoice.date() else {
        return;
    };
    let year = number.get(..2).unwrap_or_default();
    if year != format!("{:02}", date.year().rem_euclid(100)) {
        faults.push(KIND.at(
            "number,date",
            format!("发票号码{number}前两位“{year}”，开票日期为{date}"),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "the_date_was_moved_to_the_next_year",
            Scene::digital().set(FieldName::Date, "2025-03-09"),
        ),
        fires(
            "test_data_of_year_99",
            Scene::digital().set(FieldName::Number, "99990000000000000001"),
        ),
        silent("the_same_year", Scene::digital()),
        silent("legacy_numbers_have_no_year", Scene::legacy()),
    ]
}
