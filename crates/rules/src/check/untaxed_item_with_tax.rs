//! R105: an item of the untaxed class (税收分类编码 6…) with tax.

use invoice::{Cents, Fault, FaultKind, Severity, TaxCode};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "R105",
    severity: Severity::Warning,
    title_zh: "不征税编码的项目有税额",
    title_en: "untaxed item with tax",
    reason_zh: "预付卡等不征税项目只能开具不征税普通发票，有税额的不得抵扣。",
    reason_en: "Items such as prepaid cards are outside the tax; tax on them cannot be deducted.",
    source: "国家税务总局公告2016年第53号第三条、第九条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let is_untaxed = line
            .tax_code
            .as_deref()
            .and_then(TaxCode::new)
            .is_some_and(|code| code.as_str().starts_with('6'));
        if let Some(tax) = line.tax.filter(|tax| is_untaxed && *tax != Cents::ZERO) {
            objections.push((
                format!("lines[{at}].tax"),
                format!("第{}行为不征税项目，税额为{tax}", at + 1),
            ));
        }
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    vec![
        fires(
            "a_prepaid_card_with_tax",
            Scene::digital().edit_line(0, |line| line.tax_code = Some("6010000000000000000".into())),
        ),
        silent(
            "goods_with_tax",
            Scene::digital().edit_line(0, |line| line.tax_code = Some("1060105000000000000".into())),
        ),
    ]
}
