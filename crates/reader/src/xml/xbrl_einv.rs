//! XBRL of 数电票: voucher `einv`, from the issuer or from the receiver.
//!
//! The issuer's instance states the face. The receiver's records how the invoice was booked; it repeats a few fields
//! of the face and names the accounting entity instead of the buyer.

use invoice::{FieldName, Format, InvoiceKind};
use ofd::xml::Element;

use super::binding::{Binding, LineNames};
use super::{Dialect, xbrl};
use crate::faults;

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xbrl,
    probe,
    read,
};

const FACE: &[(FieldName, &str)] = &[
    (FieldName::Number, "InvoiceNumber"),
    (FieldName::Date, "RequestTime"),
    (FieldName::Date, "IssueTime"),
    (FieldName::SellerName, "SellerName"),
    (FieldName::SellerTaxId, "SellerIdNum"),
    (FieldName::BuyerName, "BuyerName"),
    (FieldName::BuyerTaxId, "BuyerIdNum"),
    (FieldName::Amount, "TotalAmWithoutTax"),
    (FieldName::Tax, "TotalTaxAm"),
    (FieldName::Total, "TotalTax-includedAmount"),
    (FieldName::TotalWords, "TotalTax-includedAmountInChinese"),
    (FieldName::Drawer, "Drawer"),
    (FieldName::Remark, "Remark"),
];

const RECEIVER: &[(FieldName, &str)] = &[
    (FieldName::BuyerName, "NameOfAccountingEntity"),
    (FieldName::BuyerTaxId, "UnifiedSocialCreditCodeOfAccountingEntity"),
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

/// Facts that only a receiver states.
const BOOKING: &[&str] = &[
    "NameOfAccountingEntity",
    "WhetherEinvoiceHasBeenBooked",
    "InformationOfAccountingDocumentsTuple",
];

fn probe(root: &Element) -> bool {
    xbrl::holds(root, "einv")
}

fn read(binding: &mut Binding<'_>) {
    binding.bind_all(FACE);
    binding.bind_as(FieldName::Kind, "GeneralOrSpecialVAT", |label| {
        let digital = format!("数电发票（{label}）");
        InvoiceKind::from_label(&digital).map(|kind| kind.code().to_owned())
    });
    binding.bind_as(
        FieldName::RedLetter,
        "WhetherEinvoiceIsRedEinvoice",
        |text| match text {
            "true" => Some("yes".to_owned()),
            "false" => Some("no".to_owned()),
            _ => None,
        },
    );
    binding.lines("IssuItemInformationTuple", &LINES);
    let books = BOOKING.iter().any(|fact| binding.root.child(fact).is_some());
    if books && binding.invoice.field(FieldName::BuyerName).is_none() {
        take_receiver(binding);
    }
    binding.ignore("context");
    binding.ignore("unit");
    binding.keep_rest();
}

/// An instance with booking facts that names no buyer. The accounting entity is the buyer, unless the seller booked
/// its own sale.
fn take_receiver(binding: &mut Binding<'_>) {
    let is_seller = |seller: &str, entity: &str| {
        let stated = binding.root.child_text(seller);
        stated.is_some() && stated == binding.root.child_text(entity)
    };
    let sold = is_seller("SellerIdNum", "UnifiedSocialCreditCodeOfAccountingEntity")
        || is_seller("SellerName", "NameOfAccountingEntity");
    let message = if sold {
        "XBRL 入账信息：会计主体是销售方，没有购买方和明细行"
    } else {
        binding.bind_all(RECEIVER);
        "XBRL 入账信息：购买方取自会计主体，没有明细行"
    };
    binding.faults.push(faults::BOOKING_DATA.at("file", message));
}
