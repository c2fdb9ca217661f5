//! P107: a special invoice (专用发票) made out to a private person.

use invoice::{Fault, FaultKind, FieldName, InvoiceKind, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "P107",
    severity: Severity::Error,
    title_zh: "专票开给个人",
    title_en: "special invoice to a person",
    reason_zh: "向消费者个人销售不得开具专用发票，此类专票不能抵扣。",
    reason_en: "Sales to private persons may not be invoiced by a special invoice; nothing can be deducted.",
    source: "增值税暂行条例第二十一条第（一）项；国税发〔2006〕156号第十条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let is_special = subject.invoice.kind().is_some_and(InvoiceKind::is_special) && !subject.is_vehicle();
    let Some(buyer) = subject.value(FieldName::BuyerName).filter(|_| is_special) else {
        return;
    };
    if matches!(buyer, "个人" | "(个人)" | "自然人" | "消费者") || buyer.ends_with("(个人)") {
        faults.push(KIND.at("buyer_name,kind", format!("专用发票的购买方为“{buyer}”")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::FieldName;

    vec![
        fires("to_a_person", Scene::digital().set(FieldName::BuyerName, "个人")),
        fires(
            "to_a_named_person",
            Scene::digital().set(FieldName::BuyerName, "张三（个人）"),
        ),
        silent("to_a_company", Scene::digital()),
        silent(
            "an_ordinary_invoice_to_a_person",
            Scene::legacy().set(FieldName::BuyerName, "个人"),
        ),
    ]
}
