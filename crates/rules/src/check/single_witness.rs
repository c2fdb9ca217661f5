//! W102: number, date or total rest on one source alone, in a file that is drawn and not signed.

use invoice::{Fault, FaultKind, FieldName, Severity, Source};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "W102",
    severity: Severity::Note,
    title_zh: "关键要素只有一个来源",
    title_en: "a key field rests on one source",
    reason_zh: "PDF 或图片里的号码、日期、价税合计没有第二个来源可以核对，改动后看不出来，建议查验。",
    reason_en: "Nothing in the PDF or picture supports number, date or total; an alteration would not show. Have it verified.",
    source: "财会〔2020〕6号第三条；field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if !subject.is_drawn() {
        return;
    }
    let alone: Vec<FieldName> = [FieldName::Number, FieldName::Date, FieldName::Total]
        .into_iter()
        .filter(|name| sources(subject, *name).len() == 1 && !is_total_supported(subject, *name))
        .collect();
    let Some(first) = alone.first() else { return };
    let source = sources(subject, *first)
        .first()
        .map_or("", |source| source.label());
    let labels: Vec<&str> = alone.iter().map(|name| name.label()).collect();
    let paths: Vec<&str> = alone.iter().map(|name| name.as_str()).collect();
    faults.push(KIND.at(
        paths.join(","),
        format!("{}只有一个来源（{source}），无从核对", labels.join("、")),
    ));
}

/// The different sources that state a field.
fn sources(subject: &Subject<'_>, name: FieldName) -> Vec<Source> {
    let mut sources: Vec<Source> = subject
        .witnesses(name)
        .filter(|witness| witness.value.is_some())
        .map(|witness| witness.source)
        .collect();
    sources.dedup();
    sources
}

/// Legacy QR codes hold the amount without tax: where that is supported and the sum holds, so is the total.
fn is_total_supported(subject: &Subject<'_>, name: FieldName) -> bool {
    let invoice = subject.invoice;
    name == FieldName::Total
        && sources(subject, FieldName::Amount).len() > 1
        && match (invoice.amount(), invoice.tax(), invoice.total()) {
            (Some(amount), Some(tax), Some(total)) => amount + tax == total,
            _ => false,
        }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    let with_qr = |name: FieldName, text: &str| {
        Scene::drawn()
            .add(FieldName::Number, Source::Qr, "26112000000000000017")
            .add(FieldName::Date, Source::Qr, "20260309")
            .add(name, Source::Qr, text)
    };
    vec![
        fires("a_pdf_without_its_qr_code", Scene::drawn()),
        fires(
            "a_picture_of_which_only_the_qr_code_was_read",
            Scene::picture_of_a_qr_code(),
        ),
        silent("the_qr_code_says_the_same", with_qr(FieldName::Total, "113")),
        silent(
            "a_legacy_qr_code_supports_the_total_by_its_amount",
            with_qr(FieldName::Amount, "100"),
        ),
        silent("structured_data_needs_no_second_source", Scene::digital()),
    ]
}
