//! XBRL of legacy VAT invoices (增值税电子普通发票, 增值税电子专用发票): voucher `inv`.

use invoice::{FieldName, Format};
use ofd::xml::Element;

use super::binding::{Binding, LineNames};
use super::{Dialect, xbrl};

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xbrl,
    probe,
    read,
};

const FIELDS: &[(FieldName, &str)] = &[
    (FieldName::Kind, "TypeOfInvoice"),
    (FieldName::Code, "CodeOfInvoice"),
    (FieldName::Number, "NumberOfInvoice"),
    (FieldName::Date, "DateOfIssue"),
    (FieldName::CheckCode, "IdentifyingCode"),
    (FieldName::MachineNumber, "NumberOfInvoiceMachine"),
    (FieldName::BuyerName, "NameOfPurchaser"),
    (
        FieldName::BuyerTaxId,
        "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfPurchaser",
    ),
    (FieldName::BuyerAddress, "AddressPhoneNumberOfPurchaser"),
    (FieldName::BuyerBank, "DepositBankAndAccountNumberOfPurchaser"),
    (FieldName::SellerName, "NameOfSeller"),
    (
        FieldName::SellerTaxId,
        "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller",
    ),
    (FieldName::SellerAddress, "AddressPhoneNumberOfSeller"),
    (FieldName::SellerBank, "DepositBankAndAccountNumberOfSeller"),
    (FieldName::Amount, "TotalAmountExcludingTax"),
    (FieldName::Tax, "TotalTaxAmount"),
    (FieldName::Total, "TaxIncludedAmountInFigures"),
    (FieldName::TotalWords, "TaxIncludedAmountInWords"),
    (FieldName::Remark, "Remarks"),
    (FieldName::Payee, "Payee"),
    (FieldName::Reviewer, "Reviewer"),
    (FieldName::Drawer, "Issuer"),
];

const LINES: LineNames = LineNames {
    name: "NameOfTaxableGoodsOrServices",
    spec: "Specification",
    unit: "UnitOfGoodsOrServices",
    quantity: "QuantityOfGoodsOrServices",
    price: "UnitPriceOfGoodsOrServices",
    amount: "AmountExcludingTax",
    rate: "TaxRate",
    tax: "TaxAmount",
    tax_code: "",
};

fn probe(root: &Element) -> bool {
    xbrl::holds(root, "inv")
}

fn read(binding: &mut Binding<'_>) {
    binding.bind_all(FIELDS);
    binding.lines("InformationOfTaxableGoodsOrServicesDetailItemsTuple", &LINES);
    binding.ignore("context");
    binding.ignore("unit");
    binding.keep_rest();
}
