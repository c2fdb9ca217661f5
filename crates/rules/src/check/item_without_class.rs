//! L106: an item without the short name of its tax class (*分类简称*) and without a tax classification code.

use invoice::{Fault, FaultKind, LineNature, Severity, normalise, split_item_name};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L106",
    severity: Severity::Note,
    title_zh: "项目无分类简称和编码",
    title_en: "item without tax class",
    reason_zh: "2018 年起项目名称须带分类编码简称，缺少的可能是自制或识读不全的票面。",
    reason_en: "Since 2018 item names carry the short name of their tax class; one without may be home-made or misread.",
    source: "国家税务总局公告2017年第45号第一条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let since = subject
        .rulebook()
        .deadlines()
        .short_name_from(subject.rule_date());
    let is_due = matches!((since, subject.invoice.date()), (Some(since), Some(date)) if since <= date);
    if !is_due || subject.is_ticket() || subject.is_vehicle() {
        return;
    }
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let is_classed = line.tax_code.is_some() || split_item_name(&normalise(&line.name)).0.is_some();
        if !is_classed && line.nature != LineNature::ListSummary && !line.name.trim().is_empty() {
            objections.push((
                format!("lines[{at}].name"),
                format!("第{}行“{}”没有分类简称", at + 1, line.name),
            ));
        }
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "a_bare_name",
            Scene::digital().edit_line(0, |line| line.name = "中性笔".into()),
        ),
        silent("a_classed_name", Scene::digital()),
        silent(
            "a_bare_name_with_its_code",
            Scene::digital().edit_line(0, |line| {
                line.name = "中性笔".into();
                line.tax_code = Some("1060105000000000000".into());
            }),
        ),
        silent(
            "a_bare_name_before_2018",
            Scene::legacy()
                .set(FieldName::Date, "2017-12-31")
                .edit_line(0, |line| line.name = "中性笔".into()),
        ),
    ]
}
