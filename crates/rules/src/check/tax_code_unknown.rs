//! L107: a tax classification code (税收分类编码) that is not 19 digits or of no known class.

use invoice::{Fault, FaultKind, FieldName, Severity, TaxCode};

use crate::subject::{Subject, report_lines, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L107",
    severity: Severity::Warning,
    title_zh: "税收分类编码有误",
    title_en: "unknown tax classification code",
    reason_zh: "编码为 19 位数字，首位表示大类；不合规的编码可能来自非正规开票软件。",
    reason_en: "The code has 19 digits, the first of which is the class; another form hints at home-made software.",
    source: "国家税务总局公告2016年第23号附件",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let Some(code) = line.tax_code.as_deref().filter(|code| !code.trim().is_empty()) else {
            continue;
        };
        let object = match TaxCode::new(code) {
            None => "不是19位数字",
            Some(code)
                if code
                    .as_str()
                    .get(..1)
                    .and_then(|c| subject.rulebook().tax_class(c))
                    .is_none() =>
            {
                "首位不是已知大类"
            }
            Some(_) => continue,
        };
        objections.push((
            format!("lines[{at}].tax_code"),
            format!("第{}行编码{}{object}", at + 1, shown(FieldName::Remark, code)),
        ));
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    let coded = |code: &str| Scene::digital().edit_line(0, |line| line.tax_code = Some(code.to_owned()));
    vec![
        fires("too_short", coded("304080201")),
        fires("no_such_class", coded("9040802010000000000")),
        silent("a_service", coded("3040802010000000000")),
        silent("no_code_at_all", Scene::digital()),
    ]
}
