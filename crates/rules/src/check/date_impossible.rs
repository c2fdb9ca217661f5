//! D105: a source states a date that the calendar does not have.

use invoice::{Fault, FaultKind, FieldName, Severity};

use crate::subject::{Subject, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "D105",
    severity: Severity::Warning,
    title_zh: "开票日期不存在",
    title_en: "impossible date",
    reason_zh: "日期不是日历上的日子，票面被改过或识读有误。",
    reason_en: "The calendar has no such day; the face was altered or misread.",
    source: "field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for witness in subject.witnesses(FieldName::Date) {
        let digits = witness.raw.chars().filter(char::is_ascii_digit).count();
        if witness.value.is_none() && digits >= 6 {
            let raw = shown(FieldName::Date, &witness.raw);
            faults.push(KIND.at(
                "date",
                format!("{}的开票日期“{raw}”不存在", witness.source.label()),
            ));
            return;
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::{FieldName, Source};

    vec![
        fires(
            "the_31st_of_june",
            Scene::digital().add(FieldName::Date, Source::PdfText, "2026年06月31日"),
        ),
        silent(
            "a_day_of_the_calendar",
            Scene::digital().add(FieldName::Date, Source::PdfText, "2026年03月09日"),
        ),
        silent(
            "words_that_are_no_date",
            Scene::digital().add(FieldName::Date, Source::PdfText, "见附件"),
        ),
    ]
}
