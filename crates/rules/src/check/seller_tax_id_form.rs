//! P101: the seller's tax number fails its check character or has an impossible length.
//!
//! Of 776 real numbers with 18 characters 772 hold: a failure is worth a look, never a refusal.

use invoice::{Fault, FaultKind, Severity, TaxpayerNumber, TaxpayerNumberForm};

use crate::subject::{Party, Subject, is_masked, shown};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P101",
    severity: Severity::Warning,
    title_zh: "销售方识别号有误",
    title_en: "odd seller tax number",
    reason_zh: "识别号校验位不符或位数不对，多为漏写、错写或改动，查验和抵扣会失败。",
    reason_en: "The check character or the length is wrong: a slip or an alteration; verification and deduction would fail.",
    source: "GB 32100-2015 §5.5；790 个识别号实测",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    object_to(&KIND, subject, Party::Seller, faults);
}

/// Judges the tax number of one side; P101 and P102 differ in the side only.
pub(super) fn object_to(kind: &FaultKind, subject: &Subject<'_>, party: Party, faults: &mut Vec<Fault>) {
    let name = party.tax_id();
    let Some(text) = subject.value(name).filter(|text| !is_masked(text)) else {
        return;
    };
    let Some(number) = TaxpayerNumber::new(text) else {
        return;
    };
    let object = match (number.check_holds(), number.form()) {
        (Some(false), _) => "校验位不符".to_owned(),
        (_, TaxpayerNumberForm::Other) => {
            format!("为{}位，应为15、17、18或20位", number.as_str().chars().count())
        }
        _ => return,
    };
    faults.push(kind.at(
        name.as_str(),
        format!("{}识别号{}{object}", party.label(), shown(name, text)),
    ));
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires(
            "one_character_is_wrong",
            Scene::digital().set(FieldName::SellerTaxId, "91110108690017781C"),
        ),
        fires(
            "a_character_is_missing",
            Scene::digital().set(FieldName::SellerTaxId, "9111010869001778"),
        ),
        silent("it_holds", Scene::digital()),
        silent(
            "fifteen_characters_of_old",
            Scene::digital().set(FieldName::SellerTaxId, "410305012345678"),
        ),
        silent(
            "a_sole_trader",
            Scene::digital().set(FieldName::SellerTaxId, "32040419000101000001"),
        ),
        silent(
            "masked",
            Scene::digital().set(FieldName::SellerTaxId, "9111000007311XXXX"),
        ),
    ]
}
