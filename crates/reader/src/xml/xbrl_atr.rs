//! XBRL of air tickets (航空运输电子客票行程单): voucher `atr`.
//!
//! Total = fare + fuel surcharge + tax + civil aviation fund (民航发展基金) + other fees. [`FieldName::Amount`] holds
//! the fare, as the face prints it; the other parts are extras. The fund is not taxed.

use invoice::{FieldName, Format, InvoiceKind};
use ofd::xml::Element;

use super::binding::Binding;
use super::{Dialect, xbrl};

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xbrl,
    probe,
    read,
};

const FIELDS: &[(FieldName, &str)] = &[
    (FieldName::Number, "ElectronicInvoiceAirTransportReceiptNumber"),
    (FieldName::Date, "IssueDate"),
    (FieldName::Date, "DateOfIssue"),
    (FieldName::SellerName, "NameOfSeller"),
    (FieldName::SellerName, "IssueParty"),
    (FieldName::SellerTaxId, "UnifiedSocialCreditCodeOfSeller"),
    (FieldName::BuyerName, "NameOfPurchaser"),
    (FieldName::BuyerTaxId, "UnifiedSocialCreditCodeOfPurchaser"),
    (FieldName::CheckCode, "VerificationCode"),
    (FieldName::Amount, "Fare"),
    (FieldName::Tax, "VatTaxAmount"),
    (FieldName::Total, "TotalAmount"),
];

fn probe(root: &Element) -> bool {
    xbrl::holds(root, "atr")
}

fn read(binding: &mut Binding<'_>) {
    binding.bind_all(FIELDS);
    let place = binding.place("");
    binding
        .invoice
        .state(FieldName::Kind, binding.source, place, InvoiceKind::Air.code());
    binding.ignore("context");
    binding.ignore("unit");
    binding.keep_rest();
}
