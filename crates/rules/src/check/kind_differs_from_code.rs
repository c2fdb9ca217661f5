//! N105: the stated kind is not the one that the digits of 发票代码 imply.

use invoice::{Fault, FaultKind, InvoiceKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N105",
    severity: Severity::Warning,
    title_zh: "票种与发票代码不符",
    title_en: "kind differs from the code",
    reason_zh: "发票代码末位或第 8 位决定票种，不符说明代码或票种被改过。",
    reason_en: "Digits of the code decide the kind; a difference means that one of them was altered.",
    source: "全国增值税发票查验平台的代码归类；611 张实测 610 张相符",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let code = subject.invoice.number().and_then(|number| number.code().cloned());
    let implied = code
        .as_ref()
        .and_then(|code| InvoiceKind::from_legacy_code(code.as_str()));
    let (Some(code), Some(implied), Some(kind)) = (code, implied, subject.invoice.kind()) else {
        return;
    };
    if !kind.is_compatible(implied) {
        faults.push(KIND.at(
            "kind,code",
            format!(
                "票面为{}，代码{}属于{}",
                kind.label(),
                code.as_str(),
                implied.label()
            ),
        ));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "an_ordinary_code_on_a_special_invoice",
            Scene::legacy().set(FieldName::Kind, "增值税电子专用发票"),
        ),
        silent("they_agree", Scene::legacy()),
        silent(
            "a_toll_invoice",
            Scene::legacy().set(FieldName::Code, "042001700112"),
        ),
        silent(
            "a_code_that_implies_nothing",
            Scene::legacy().set(FieldName::Code, "011002680026"),
        ),
    ]
}
