//! `CustomDatas` of `OFD.xml`: what the producer says of the invoice beside the page.
//!
//! Tax-bureau files, legacy and 数电, name the numbers, the date, the two sums and the two taxpayer numbers here; some
//! makers add names and the total.

use invoice::{Extra, FieldName, InvoiceReading, Source, normalise};
use ofd::DocInfo;

/// Names that speak of the producing program, not of the invoice.
const TECHNICAL: [&str; 3] = ["template-version", "native-producer", "producer-version"];

/// What `CustomDatas` state; `None` where they state nothing of an invoice.
pub(super) fn read(info: &DocInfo) -> Option<InvoiceReading> {
    let mut invoice = InvoiceReading::default();
    for data in &info.custom_data {
        let place = format!("OFD.xml CustomDatas/{}", data.name);
        match field(&normalise(&data.name)) {
            Some(field) => invoice.state(field, Source::OfdCustomData, place, &data.value),
            None if data.value.is_empty() || TECHNICAL.contains(&data.name.as_str()) => {}
            None => invoice.extras.push(Extra {
                name: data.name.clone(),
                value: data.value.clone(),
                source: Source::OfdCustomData,
                place,
            }),
        }
    }
    // Any document may carry custom data; without one field of ours it is not an invoice's.
    (!invoice.fields.0.is_empty()).then_some(invoice)
}

/// The field that a normalised name means.
fn field(name: &str) -> Option<FieldName> {
    Some(match name {
        "发票代码" => FieldName::Code,
        "发票号码" | "数电发票号码" | "数电票号码" => FieldName::Number,
        "校验码" => FieldName::CheckCode,
        "机器编号" => FieldName::MachineNumber,
        "开票日期" => FieldName::Date,
        "购买方名称" | "购方名称" => FieldName::BuyerName,
        "购买方纳税人识别号"
        | "购买方识别号"
        | "购方识别号"
        | "购方税号"
        | "购买方统一社会信用代码/纳税人识别号" => FieldName::BuyerTaxId,
        "销售方名称" | "销方名称" => FieldName::SellerName,
        "销售方纳税人识别号"
        | "销售方识别号"
        | "销方识别号"
        | "销方税号"
        | "销售方统一社会信用代码/纳税人识别号" => FieldName::SellerTaxId,
        "合计金额" => FieldName::Amount,
        "合计税额" => FieldName::Tax,
        "价税合计" | "价税合计(小写)" => FieldName::Total,
        "价税合计(大写)" | "价税合计大写" => FieldName::TotalWords,
        "备注" => FieldName::Remark,
        "收款人" => FieldName::Payee,
        "复核" | "复核人" => FieldName::Reviewer,
        "开票人" => FieldName::Drawer,
        "发票类型" | "发票票种" | "票种" => FieldName::Kind,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(data: &[(&str, &str)]) -> DocInfo {
        DocInfo {
            custom_data: data
                .iter()
                .map(|(name, value)| ofd::CustomData {
                    name: (*name).to_owned(),
                    value: (*value).to_owned(),
                })
                .collect(),
            ..DocInfo::default()
        }
    }

    #[test]
    fn values_are_read_as_printed() {
        let invoice = read(&info(&[
            ("template-version", "1.0.20.0422"),
            ("发票代码", "052002100113"),
            ("发票号码", "00008006"),
            ("校验码", "18001 80151 30308 62041"),
            ("开票日期", "2022年05月05日"),
            ("合计金额", "24519.05"),
            ("合计税额", "***"),
            ("订单号", "7"),
        ]))
        .expect("an invoice");
        assert_eq!(
            invoice.key().map(|key| key.0).as_deref(),
            Some("L:052002100113:00008006")
        );
        assert_eq!(
            invoice.fields.value(FieldName::CheckCode),
            Some("18001801513030862041")
        );
        assert_eq!(invoice.fields.value(FieldName::Date), Some("2022-05-05"));
        assert_eq!(invoice.fields.value(FieldName::Tax), Some("0.00"));
        assert_eq!(invoice.fields.raw(FieldName::Tax), Some("***"));
        let extras: Vec<&str> = invoice.extras.iter().map(|extra| extra.name.as_str()).collect();
        assert_eq!(extras, ["订单号"]);
    }

    #[test]
    fn custom_data_of_another_document_is_no_invoice() {
        assert_eq!(
            read(&info(&[("template-version", "1"), ("公文种类", "通知")])),
            None
        );
        assert_eq!(read(&info(&[])), None);
    }
}
