//! N104: 发票代码 is not 10 or 12 digits, or names no region.

use invoice::{Fault, FaultKind, FieldName, InvoiceCode, Severity};

use crate::subject::{Subject, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N104",
    severity: Severity::Warning,
    title_zh: "发票代码有误",
    title_en: "odd legacy code",
    reason_zh: "税控发票代码为 10 或 12 位并含行政区划，不合规的代码无法查验。",
    reason_en: "A legacy code has 10 or 12 digits and names a region; another form cannot be verified.",
    source: "国税函〔2004〕521号；全国增值税发票查验平台的代码归类",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(witness) = subject.witnesses(FieldName::Code).next() else {
        return;
    };
    let code = subject.value(FieldName::Code).unwrap_or(&witness.raw);
    let object = match InvoiceCode::new(code) {
        None => "不是10位或12位数字",
        Some(code) if subject.rulebook().region_of_code(&code).is_none() => "所含地区代码未知",
        Some(_) => return,
    };
    faults.push(KIND.at(
        "code",
        format!("发票代码{}{object}", shown(FieldName::Code, code)),
    ));
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "eleven_digits",
            Scene::legacy().set(FieldName::Code, "01100190011"),
        ),
        fires(
            "no_such_region",
            Scene::legacy().set(FieldName::Code, "099001900111"),
        ),
        silent("twelve_digits", Scene::legacy()),
        silent("qingdao", Scene::legacy().set(FieldName::Code, "037021700211")),
        silent("ten_digits", Scene::legacy().set(FieldName::Code, "1100094140")),
    ]
}
