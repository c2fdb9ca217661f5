//! XBRL of rail tickets (铁路电子客票): voucher `rai`. It names no seller, and 12306 prints none.

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
    (FieldName::Number, "ElectronicInvoiceRailwayETicketNumber"),
    (FieldName::Date, "DateOfIssue"),
    (FieldName::SellerName, "IssueParty"),
    (FieldName::SellerTaxId, "IssuePartyCode"),
    (FieldName::BuyerName, "NameOfPurchaser"),
    (FieldName::BuyerTaxId, "UnifiedSocialCreditCodeOfPurchaser"),
    (FieldName::BuyerAddress, "AddressPhoneNumberOfPurchaser"),
    (FieldName::BuyerBank, "DepositBankAndAccountNumberOfPurchaser"),
    (FieldName::Amount, "TotalAmountExcludingTax"),
    (FieldName::Tax, "TaxAmount"),
    // The fare is the price with tax.
    (FieldName::Total, "Fare"),
    (FieldName::Remark, "Remarks"),
];

fn probe(root: &Element) -> bool {
    xbrl::holds(root, "rai")
}

fn read(binding: &mut Binding<'_>) {
    binding.bind_all(FIELDS);
    if !binding.bind(FieldName::Kind, "TypeOfVoucher") {
        let place = binding.place("");
        binding
            .invoice
            .state(FieldName::Kind, binding.source, place, InvoiceKind::Rail.code());
    }
    // A refund (退) cancels the original; a reissue (换开) names one too, but cancels nothing.
    if binding.root.child_text("TypeOfBusiness") == Some("退") {
        binding.bind(FieldName::BlueNumber, "NumberOfOriginalInvoice");
    }
    binding.ignore("context");
    binding.ignore("unit");
    binding.keep_rest();
}
