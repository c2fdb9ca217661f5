//! XBRL of 电子凭证会计数据标准: `inv` (legacy invoice), `einv` (a receiver's booking data), `rai` (rail), `atr` (air).
//!
//! Element names of `atr` were seen in public code that reads it, not in an official sample; they may be incomplete.

use super::markup::Markup;
use crate::specimen::{Business, Specimen};

const XMLNS: &str = "xmlns:link=\"http://www.xbrl.org/2003/linkbase\" \
    xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:iso4217=\"http://www.xbrl.org/2003/iso4217\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
const MONEY: &str = "contextRef=\"c1\" unitRef=\"u1\" decimals=\"2\"";
const TEXT: &str = "contextRef=\"c1\"";

/// One voucher of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voucher {
    Legacy,
    Booking,
    Rail,
    Air,
}

/// Writes the instance of a specimen as this voucher.
pub(crate) fn write(specimen: &Specimen, voucher: Voucher) -> Vec<u8> {
    let text = match voucher {
        Voucher::Legacy => legacy(specimen),
        Voucher::Booking => booking(specimen),
        Voucher::Rail => rail(specimen),
        Voucher::Air => air(specimen),
    };
    text.into_bytes()
}

/// The name under which the voucher is attached: `rai_issuer_<number>.xml`.
pub(crate) fn attachment_name(specimen: &Specimen, voucher: Voucher) -> String {
    let prefix = match voucher {
        Voucher::Legacy => "inv_ord_issuer",
        Voucher::Booking => "einv_receiver",
        Voucher::Rail => "rai_issuer",
        Voucher::Air => "atr_issuer",
    };
    format!("{prefix}_{}{}.xml", specimen.code, specimen.number)
}

/// Opens an instance. `root` is the prefix of the instance namespace with its colon, or nothing for the default one.
fn begin(
    specimen: &Specimen,
    root: &str,
    voucher: &str,
    date: &str,
    identifier: &str,
    is_indented: bool,
) -> Markup {
    let prolog = if is_indented {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    } else {
        ""
    };
    let mut xml = Markup::new(prolog, is_indented);
    let own = match root {
        "" => "xmlns=\"http://www.xbrl.org/2003/instance\"",
        _ => "xmlns:xbrli=\"http://www.xbrl.org/2003/instance\"",
    };
    xml.open(&format!(
        "{root}xbrl {own} xmlns:{voucher}=\"http://xbrl.mof.gov.cn/taxonomy/{date}/{voucher}\" {XMLNS}"
    ));
    xml.empty(&format!(
        "link:schemaRef xlink:type=\"simple\" xlink:href=\"{voucher}_issuer_entry_point_{date}.xsd\""
    ));
    xml.open(&format!("{root}context id=\"c1\""));
    xml.open(&format!("{root}entity"));
    xml.leaf(
        &format!("{root}identifier scheme=\"http://xbrl.mof.gov.cn\""),
        identifier,
    );
    xml.close(&format!("{root}entity"));
    xml.open(&format!("{root}period"));
    xml.leaf(&format!("{root}instant"), &specimen.date.to_string());
    xml.close(&format!("{root}period"));
    xml.close(&format!("{root}context"));
    xml.open(&format!("{root}unit id=\"u1\""));
    xml.leaf(&format!("{root}measure"), "iso4217:CNY");
    xml.close(&format!("{root}unit"));
    xml
}

fn legacy(specimen: &Specimen) -> String {
    let mut xml = begin(specimen, "", "inv", "2021-09-30", &specimen.seller.tax_id, false);
    // This vendor wraps every text in CDATA.
    let text = |xml: &mut Markup, name: &str, value: &str| match value {
        "" => xml.raw_leaf(&format!("inv:{name} {TEXT}"), ""),
        value => xml.raw_leaf(&format!("inv:{name} {TEXT}"), &format!("<![CDATA[{value}]]>")),
    };
    let money = |xml: &mut Markup, name: &str, value: &str| xml.leaf(&format!("inv:{name} {MONEY}"), value);
    text(&mut xml, "TypeOfInvoice", specimen.kind.label());
    text(
        &mut xml,
        "UniqueCodeOfInvoice",
        &format!("{}{}", specimen.code, specimen.number),
    );
    text(&mut xml, "CodeOfInvoice", &specimen.code);
    text(&mut xml, "NumberOfInvoice", &specimen.number);
    xml.leaf(&format!("inv:DateOfIssue {TEXT}"), &specimen.date.to_string());
    text(&mut xml, "IdentifyingCode", &specimen.check_code);
    text(&mut xml, "NumberOfInvoiceMachine", &specimen.machine_number);
    money(&mut xml, "TotalAmountExcludingTax", &specimen.amount.to_string());
    money(&mut xml, "TotalTaxAmount", &specimen.tax.to_string());
    text(&mut xml, "TaxIncludedAmountInWords", &specimen.words());
    money(
        &mut xml,
        "TaxIncludedAmountInFigures",
        &specimen.total.to_string(),
    );
    for line in &specimen.lines {
        xml.open("inv:InformationOfTaxableGoodsOrServicesDetailItemsTuple");
        text(&mut xml, "NameOfTaxableGoodsOrServices", &line.name);
        text(&mut xml, "Specification", &line.spec);
        text(&mut xml, "UnitOfGoodsOrServices", &line.unit);
        if line.quantity.is_some() {
            money(&mut xml, "QuantityOfGoodsOrServices", &line.shown_quantity());
            money(&mut xml, "UnitPriceOfGoodsOrServices", &line.shown_price());
        }
        money(&mut xml, "AmountExcludingTax", &line.amount.to_string());
        let rate = line.rate.fraction().map_or_else(
            || line.rate.to_string(),
            |fraction| format!("{:.2}%", fraction * invoice::Decimal::ONE_HUNDRED),
        );
        text(&mut xml, "TaxRate", &rate);
        money(&mut xml, "TaxAmount", &line.tax.to_string());
        xml.close("inv:InformationOfTaxableGoodsOrServicesDetailItemsTuple");
    }
    for (party, role) in [(&specimen.buyer, "Purchaser"), (&specimen.seller, "Seller")] {
        text(&mut xml, &format!("NameOf{role}"), &party.name);
        text(
            &mut xml,
            &format!("TaxpayerIdentificationNumberUnifiedSocialCreditCodeOf{role}"),
            &party.tax_id,
        );
        text(
            &mut xml,
            &format!("AddressPhoneNumberOf{role}"),
            &party.address_and_telephone(),
        );
        text(
            &mut xml,
            &format!("DepositBankAndAccountNumberOf{role}"),
            &party.bank_and_account(),
        );
    }
    text(&mut xml, "Remarks", &specimen.remark);
    text(&mut xml, "Payee", &specimen.payee);
    text(&mut xml, "Reviewer", &specimen.reviewer);
    text(&mut xml, "Issuer", &specimen.drawer);
    xml.close("xbrl");
    xml.finish()
}

fn booking(specimen: &Specimen) -> String {
    let mut xml = begin(
        specimen,
        "xbrli:",
        "einv",
        "2023-12-31",
        &specimen.buyer.tax_id,
        true,
    );
    let text = |xml: &mut Markup, name: &str, value: &str| xml.leaf(&format!("einv:{name} {TEXT}"), value);
    let money = |xml: &mut Markup, name: &str, value: &str| xml.leaf(&format!("einv:{name} {MONEY}"), value);
    text(&mut xml, "InvoiceNumber", &specimen.number);
    text(&mut xml, "SellerName", &specimen.seller.name);
    text(&mut xml, "SellerIdNum", &specimen.seller.tax_id);
    money(&mut xml, "TotalAmWithoutTax", &specimen.amount.to_string());
    text(
        &mut xml,
        "RequestTime",
        &format!("{} {}", specimen.date, specimen.time),
    );
    money(&mut xml, "TotalTaxAm", &specimen.tax.to_string());
    money(&mut xml, "TotalTax-includedAmount", &specimen.total.to_string());
    let is_red = if specimen.blue.is_some() { "true" } else { "false" };
    text(&mut xml, "WhetherEinvoiceIsRedEinvoice", is_red);
    text(&mut xml, "WhetherEinvoiceHasBeenBooked", "true");
    text(
        &mut xml,
        "UnifiedSocialCreditCodeOfAccountingEntity",
        &specimen.buyer.tax_id,
    );
    text(&mut xml, "NameOfAccountingEntity", &specimen.buyer.name);
    xml.open("einv:InformationOfAccountingDocumentsTuple");
    text(&mut xml, "NumberOfAccountingDocuments", "记-0009");
    text(&mut xml, "PostingDate", &specimen.date.to_string());
    let entries = [
        ("借方", "管理费用", specimen.amount),
        ("借方", "应交税费", specimen.tax),
        ("贷方", "银行存款", specimen.total),
    ];
    for (side, subject, amount) in entries {
        xml.open("einv:InformationOfDebitAndCreditEntryTuple");
        text(&mut xml, "DebitOrCredit", side);
        text(&mut xml, "NameOfGeneralLedgerSubject", subject);
        money(&mut xml, "RecordedAmount", &amount.to_string());
        xml.close("einv:InformationOfDebitAndCreditEntryTuple");
    }
    xml.close("einv:InformationOfAccountingDocumentsTuple");
    text(&mut xml, "UsageConfirmation", "抵扣税款");
    xml.close("xbrli:xbrl");
    xml.finish()
}

fn rail(specimen: &Specimen) -> String {
    let mut xml = begin(specimen, "", "rai", "2021-11-30", &specimen.number, true);
    let text = |xml: &mut Markup, name: &str, value: &str| match value {
        "" => xml.empty(&format!("rai:{name} {TEXT} xsi:nil=\"true\"")),
        value => xml.leaf(&format!("rai:{name} {TEXT}"), value),
    };
    let money = |xml: &mut Markup, name: &str, value: &str| xml.leaf(&format!("rai:{name} {MONEY}"), value);
    text(&mut xml, "TypeOfVoucher", specimen.kind.label());
    if let Business::Rail {
        journey,
        ticket,
        departure,
    } = &specimen.business
    {
        text(&mut xml, "ETicketNumber", ticket);
        text(&mut xml, "DateOfIssue", &specimen.date.to_string());
        text(&mut xml, "IssueParty", "");
        text(
            &mut xml,
            "TypeOfBusiness",
            if specimen.blue.is_some() { "退" } else { "售" },
        );
        text(&mut xml, "DepartureStation", &journey.origin);
        text(&mut xml, "DestinationStation", &journey.destination);
        text(&mut xml, "TrainNumber", &journey.vehicle);
        text(&mut xml, "TravelDate", &journey.date.to_string());
        text(&mut xml, "DepartureTime", departure);
        text(&mut xml, "SeatLevel", &journey.class);
        text(&mut xml, "Carriage", "05车");
        text(&mut xml, "Seat", "12A号");
        money(&mut xml, "Fare", &specimen.total.to_string());
        text(
            &mut xml,
            "ElectronicInvoiceRailwayETicketNumber",
            &specimen.number,
        );
        text(&mut xml, "IdNumber", &journey.id_number);
        text(&mut xml, "Name", &journey.name);
    }
    money(&mut xml, "TotalAmountExcludingTax", &specimen.amount.to_string());
    money(&mut xml, "TaxRate", "0.09");
    money(&mut xml, "TaxAmount", &specimen.tax.to_string());
    text(&mut xml, "NameOfPurchaser", &specimen.buyer.name);
    text(
        &mut xml,
        "UnifiedSocialCreditCodeOfPurchaser",
        &specimen.buyer.tax_id,
    );
    text(
        &mut xml,
        "NumberOfOriginalInvoice",
        specimen.blue.as_ref().map_or("", |blue| &blue.number),
    );
    text(&mut xml, "Remarks", "");
    xml.close("xbrl");
    xml.finish()
}

fn air(specimen: &Specimen) -> String {
    let mut xml = begin(specimen, "xbrli:", "atr", "2021-11-30", &specimen.number, true);
    let text = |xml: &mut Markup, name: &str, value: &str| xml.leaf(&format!("atr:{name} {TEXT}"), value);
    let money = |xml: &mut Markup, name: &str, value: &str| xml.leaf(&format!("atr:{name} {MONEY}"), value);
    text(&mut xml, "TypeOfVoucher", specimen.kind.label());
    text(
        &mut xml,
        "ElectronicInvoiceAirTransportReceiptNumber",
        &specimen.number,
    );
    text(&mut xml, "IssuingStatus", "正常");
    text(&mut xml, "MarkingOfDomesticOrInternational", "国内");
    if let Business::Air {
        journey,
        ticket,
        fuel,
        fund,
    } = &specimen.business
    {
        text(&mut xml, "PassengerName", &journey.name);
        text(&mut xml, "ValidIdNumber", &journey.id_number);
        xml.open("atr:DetailInformationOfAirTicketTuple");
        text(&mut xml, "DepartureStation", &journey.origin);
        text(&mut xml, "DestinationStation", &journey.destination);
        text(&mut xml, "Flight", &journey.vehicle);
        text(&mut xml, "SeatLevel", &journey.class);
        text(&mut xml, "CarrierDate", &journey.date.to_string());
        xml.close("atr:DetailInformationOfAirTicketTuple");
        money(&mut xml, "Fare", &specimen.amount.to_string());
        money(&mut xml, "FuelSurcharge", &fuel.to_string());
        text(&mut xml, "VatRate", "9%");
        money(&mut xml, "VatTaxAmount", &specimen.tax.to_string());
        money(&mut xml, "CivilAviationDevelopmentFund", &fund.to_string());
        money(&mut xml, "OtherTaxes", "0.00");
        money(&mut xml, "TotalAmount", &specimen.total.to_string());
        text(&mut xml, "ETicketNumber", ticket);
    }
    text(&mut xml, "IssueDate", &specimen.date.to_string());
    text(&mut xml, "NameOfPurchaser", &specimen.buyer.name);
    text(
        &mut xml,
        "UnifiedSocialCreditCodeOfPurchaser",
        &specimen.buyer.tax_id,
    );
    xml.close("xbrli:xbrl");
    xml.finish()
}
