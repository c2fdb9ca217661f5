//! P103: a tax number that is or holds a person's identity number. The message shows it masked.

use invoice::{Fault, FaultKind, Severity, TaxpayerNumber};

use crate::subject::{Party, Subject, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P103",
    severity: Severity::Note,
    title_zh: "识别号为个人身份证号",
    title_en: "identity number as tax number",
    reason_zh: "识别号含个人身份证号，属于个人信息，展示和导出时须遮蔽。",
    reason_en: "The number is personal information and must be masked where it is shown or exported.",
    source: "个人信息保护法第二十八条；GB 11643-1999",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for party in Party::BOTH {
        let name = party.tax_id();
        let Some(text) = subject.value(name) else { continue };
        if TaxpayerNumber::new(text).is_some_and(|number| number.is_personal()) {
            faults.push(KIND.at(
                name.as_str(),
                format!("{}识别号{}含身份证号，已遮蔽", party.label(), shown(name, text)),
            ));
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, person_id, silent};
    use invoice::FieldName;

    vec![
        fires(
            "a_person_as_buyer",
            Scene::digital().set(FieldName::BuyerTaxId, &person_id()),
        ),
        fires(
            "a_sole_trader",
            Scene::digital().set(FieldName::SellerTaxId, &format!("{}01", person_id())),
        ),
        silent("companies", Scene::digital()),
    ]
}
