//! 数电票 XML, root `EInvoice`, versions 0.2 to 0.33 (《电子凭证会计数据标准——全面数字化的电子发票》, 财政部).
//!
//! Element order varies, blocks may be missing or empty, and the kind may not be stated at all.

use invoice::{FieldName, Format, InvoiceKind};
use ofd::xml::Element;

use super::Dialect;
use super::binding::{Binding, LineNames};

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xml,
    probe,
    read,
};

const FIELDS: &[(FieldName, &str)] = &[
    (FieldName::Number, "TaxSupervisionInfo/InvoiceNumber"),
    // RequestTime is 开票日期 in the ministry's element list; IssueTime is the bureau's own time.
    (FieldName::Date, "EInvoiceData/BasicInformation/RequestTime"),
    (FieldName::Date, "TaxSupervisionInfo/IssueTime"),
    (FieldName::SellerName, "EInvoiceData/SellerInformation/SellerName"),
    (
        FieldName::SellerTaxId,
        "EInvoiceData/SellerInformation/SellerIdNum",
    ),
    (FieldName::BuyerName, "EInvoiceData/BuyerInformation/BuyerName"),
    (FieldName::BuyerTaxId, "EInvoiceData/BuyerInformation/BuyerIdNum"),
    (
        FieldName::Amount,
        "EInvoiceData/BasicInformation/TotalAmWithoutTax",
    ),
    (FieldName::Tax, "EInvoiceData/BasicInformation/TotalTaxAm"),
    // The header spells it with a hyphen, the lines without; some issuers use the lines' spelling in both.
    (
        FieldName::Total,
        "EInvoiceData/BasicInformation/TotalTax-includedAmount",
    ),
    (
        FieldName::Total,
        "EInvoiceData/BasicInformation/TotaltaxIncludedAmount",
    ),
    (
        FieldName::Total,
        "EInvoiceData/BasicInformation/TotalTaxIncludedAmount",
    ),
    (
        FieldName::TotalWords,
        "EInvoiceData/BasicInformation/TotalTax-includedAmountInChinese",
    ),
    (
        FieldName::TotalWords,
        "EInvoiceData/BasicInformation/TotalTaxIncludedAmountInChinese",
    ),
    (FieldName::Drawer, "EInvoiceData/BasicInformation/Drawer"),
    (FieldName::Remark, "EInvoiceData/AdditionalInformation/Remark"),
    (
        FieldName::BlueNumber,
        "EInvoiceData/SpecificInformation/RedEInvoice/OriginalInvoiceCode",
    ),
];

const LINES: LineNames = LineNames {
    name: "ItemName",
    spec: "SpecMod",
    unit: "MeaUnits",
    quantity: "Quantity",
    price: "UnPrice",
    amount: "Amount",
    rate: "TaxRate",
    tax: "ComTaxAm",
    tax_code: "TaxClassificationCode",
};

/// Blocks of `SpecificInformation` whose business (特定业务) is known. Others are kept as extras only.
const BUSINESSES: &[(&str, &str)] = &[
    ("Toll", "通行费"),
    ("ConstructionServices", "建筑服务"),
    ("PassengerTransportation", "旅客运输服务"),
];

fn probe(root: &Element) -> bool {
    let blocks = ["EInvoiceData", "TaxSupervisionInfo"];
    root.name.eq_ignore_ascii_case("EInvoice") && blocks.iter().any(|block| root.child(block).is_some())
}

fn read(binding: &mut Binding<'_>) {
    binding.bind_all(FIELDS);
    own_id(binding);
    for (field, addr, tel) in [
        (
            FieldName::SellerAddress,
            "SellerInformation/SellerAddr",
            "SellerInformation/SellerTelNum",
        ),
        (
            FieldName::SellerBank,
            "SellerInformation/SellerBankName",
            "SellerInformation/SellerBankAccNum",
        ),
        (
            FieldName::BuyerAddress,
            "BuyerInformation/BuyerAddr",
            "BuyerInformation/BuyerTelNum",
        ),
        (
            FieldName::BuyerBank,
            "BuyerInformation/BuyerBankName",
            "BuyerInformation/BuyerBankAccNum",
        ),
    ] {
        binding.bind_joined(
            field,
            &format!("EInvoiceData/{addr}"),
            &format!("EInvoiceData/{tel}"),
        );
    }
    labels(binding);
    for (block, business) in BUSINESSES {
        let path = ["EInvoiceData", "SpecificInformation", block];
        if binding.root.at(&path).is_some() {
            let place = binding.place(&path.join("/"));
            binding
                .invoice
                .state(FieldName::Business, binding.source, place, business);
        }
    }
    binding.lines("EInvoiceData/IssuItemInformation", &LINES);
    binding.ignore("TaxBureauSignature");
    binding.keep_rest();
}

/// `EIid` repeats the number. It is a witness of its own only where it differs (an altered number) or stands alone.
fn own_id(binding: &mut Binding<'_>) {
    let Some(id) = binding.text("Header/EIid") else {
        return;
    };
    let stated = binding.invoice.fields.value(FieldName::Number).map(str::to_owned);
    let is_number = id.len() == 20 && id.bytes().all(|byte| byte.is_ascii_digit());
    if stated.is_none() || (is_number && stated.as_deref() != Some(id)) {
        binding.bind(FieldName::Number, "Header/EIid");
    }
}

/// The kind and the colour, which a code and a name state side by side.
fn labels(binding: &mut Binding<'_>) {
    const KIND: &str = "Header/InherentLabel/GeneralOrSpecialVAT";
    let code = binding.text(&format!("{KIND}/LabelCode")).and_then(kind_of_label);
    let name = binding.text(&format!("{KIND}/LabelName")).and_then(kind_of_label);
    if name.is_some() {
        binding.bind_as(FieldName::Kind, &format!("{KIND}/LabelName"), kind_of_label);
    }
    if code.is_some() && code != name {
        binding.bind_as(FieldName::Kind, &format!("{KIND}/LabelCode"), kind_of_label);
    }
    // 是否蓝字发票标志: Y is blue, N is red.
    binding.bind_as(
        FieldName::RedLetter,
        "Header/InherentLabel/InIssuType/LabelCode",
        |code| match code {
            "N" | "n" => Some("yes".to_owned()),
            "Y" | "y" => Some("no".to_owned()),
            _ => None,
        },
    );
}

/// The label names the kind as if it were a paper invoice; inside an `EInvoice` it is the 数电 kind of that name.
fn kind_of_label(label: &str) -> Option<String> {
    let kind = match label {
        "01" => InvoiceKind::DigitalSpecial,
        "02" => InvoiceKind::DigitalOrdinary,
        name if name.contains("专用发票") => InvoiceKind::DigitalSpecial,
        name if name.contains("普通发票") => InvoiceKind::DigitalOrdinary,
        _ => return None,
    };
    Some(kind.code().to_owned())
}
