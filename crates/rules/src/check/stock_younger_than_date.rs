//! N110: the year inside a legacy code, when its numbers were made, lies behind the date of issue.

use invoice::{Fault, FaultKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N110",
    severity: Severity::Warning,
    title_zh: "号段年份晚于开票日期",
    title_en: "stock younger than the date",
    reason_zh: "发票代码中的年份是印制年份，不可能晚于开票年份。",
    reason_en: "The code holds the year in which the stock was made; it cannot be later than the issue.",
    source: "国税函〔2004〕521号；611 张实测均不晚于开票年份",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let code = subject.invoice.number().and_then(|number| number.code().cloned());
    let (Some(code), Some(date)) = (code, subject.invoice.date()) else {
        return;
    };
    let digits = code.as_str();
    let year = match digits.len() {
        12 if digits.starts_with('0') => digits.get(5..7),
        10 => digits.get(4..6),
        _ => None,
    };
    let Some(year) = year.and_then(|year| year.parse::<i16>().ok()) else {
        return;
    };
    let year = if year >= 90 { 1900 + year } else { 2000 + year };
    if year > date.year() {
        faults.push(KIND.at(
            "code,date",
            format!("发票代码{digits}为{year}年印制，开票日期为{date}"),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "made_a_year_after_its_issue",
            Scene::legacy().set(FieldName::Date, "2018-12-31"),
        ),
        silent(
            "made_in_the_year_of_issue",
            Scene::legacy().set(FieldName::Date, "2019-01-01"),
        ),
        silent("made_long_before", Scene::legacy()),
        silent("a_digital_invoice", Scene::digital()),
    ]
}
