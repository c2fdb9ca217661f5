//! `original_invoice.xml` of legacy OFD invoices: root `eInvoice`, children in the namespace
//! `http://www.edrm.org.cn/schema/e-invoice/2019` (增值税电子普通发票, 增值税电子专用发票).
//!
//! Issuers fill it loosely: values of white space only, CDATA, `***` for an exempt tax, and in `GraphCode` either the
//! text of the QR code or a picture of it.

use invoice::{FieldName, Format, InvoiceKind, Source};
use ofd::xml::Element;

use super::Dialect;
use super::binding::{Binding, LineNames};
use crate::qr::QrPayload;

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xml,
    probe,
    read,
};

const FIELDS: &[(FieldName, &str)] = &[
    (FieldName::Code, "InvoiceCode"),
    (FieldName::Number, "InvoiceNo"),
    (FieldName::Date, "IssueDate"),
    (FieldName::CheckCode, "InvoiceCheckCode"),
    (FieldName::MachineNumber, "MachineNo"),
    (FieldName::CipherArea, "TaxControlCode"),
    (FieldName::BuyerName, "Buyer/BuyerName"),
    (FieldName::BuyerTaxId, "Buyer/BuyerTaxID"),
    (FieldName::BuyerAddress, "Buyer/BuyerAddrTel"),
    (FieldName::BuyerBank, "Buyer/BuyerFinancialAccount"),
    (FieldName::SellerName, "Seller/SellerName"),
    (FieldName::SellerTaxId, "Seller/SellerTaxID"),
    (FieldName::SellerAddress, "Seller/SellerAddrTel"),
    (FieldName::SellerBank, "Seller/SellerFinancialAccount"),
    (FieldName::Amount, "TaxExclusiveTotalAmount"),
    (FieldName::Tax, "TaxTotalAmount"),
    (FieldName::Total, "TaxInclusiveTotalAmount"),
    (FieldName::TotalWords, "TaxInclusiveTotalAmountWithWords"),
    (FieldName::Remark, "Note"),
    (FieldName::Drawer, "InvoiceClerk"),
    (FieldName::Payee, "Payee"),
    (FieldName::Reviewer, "Checker"),
    (FieldName::BlueCode, "OriginalInvoiceCode"),
    (FieldName::BlueNumber, "OriginalInvoiceNo"),
];

const LINES: LineNames = LineNames {
    name: "Item",
    spec: "Specification",
    unit: "MeasurementDimension",
    quantity: "Quantity",
    price: "Price",
    amount: "Amount",
    rate: "TaxScheme",
    tax: "TaxAmount",
    tax_code: "Code",
};

fn probe(root: &Element) -> bool {
    root.name.eq_ignore_ascii_case("eInvoice")
        && ["InvoiceNo", "InvoiceCode"]
            .iter()
            .any(|name| root.child(name).is_some())
}

fn read(binding: &mut Binding<'_>) {
    binding.bind_all(FIELDS);
    // Other values of DocID are free text of the issuer's and say nothing.
    binding.bind_as(FieldName::Kind, "DocID", |id| {
        let kind = match id {
            "01" => InvoiceKind::ElectronicOrdinary,
            "03" => InvoiceKind::ElectronicSpecial,
            _ => return None,
        };
        Some(kind.code().to_owned())
    });
    binding.bind_as(FieldName::RedLetter, "TypeCode", |code| match code {
        "0" => Some("no".to_owned()),
        "1" => Some("yes".to_owned()),
        _ => None,
    });
    graph_code(binding);
    binding.lines("GoodsInfos/GoodsInfo", &LINES);
    binding.ignore("Signature");
    binding.keep_rest();
}

/// `GraphCode` as the text of the QR code is a witness of its own. As a picture it stays an extra, for the reader of
/// the document that the file is attached to.
fn graph_code(binding: &mut Binding<'_>) {
    let Some(payload) = binding.root.child_text("GraphCode").and_then(QrPayload::parse) else {
        return;
    };
    binding.ignore("GraphCode");
    let place = binding.place("GraphCode");
    payload.state_into(&mut binding.invoice, Source::GraphCode, &place);
}
