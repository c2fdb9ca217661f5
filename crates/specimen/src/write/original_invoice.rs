//! The legacy XML (`original_invoice.xml`) that 税控 systems attach to their OFD.

use invoice::InvoiceKind;

use super::markup::Markup;
use crate::specimen::Specimen;

/// Writes the XML of a legacy specimen.
pub(crate) fn write(specimen: &Specimen) -> Vec<u8> {
    write_with(specimen, &specimen.qr_text())
}

/// Writes the XML of a legacy specimen with another text in `GraphCode`.
pub(crate) fn write_with(specimen: &Specimen, qr_text: &str) -> Vec<u8> {
    let mut xml = Markup::new("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", false);
    let is_special = specimen.kind == InvoiceKind::ElectronicSpecial;
    xml.open("eInvoice xmlns:fp=\"http://www.edrm.org.cn/schema/e-invoice/2019\" Version=\"1.0\"");
    xml.leaf("fp:DocID", if is_special { "03" } else { "01" });
    xml.leaf("fp:AreaCode", specimen.seller.region);
    xml.leaf("fp:TypeCode", if specimen.blue.is_some() { "1" } else { "0" });
    xml.leaf("fp:InvoiceCode", &specimen.code);
    xml.leaf("fp:InvoiceNo", &specimen.number);
    xml.leaf("fp:IssueDate", &specimen.shown_date());
    xml.leaf("fp:InvoiceCheckCode", &specimen.check_code);
    xml.leaf("fp:MachineNo", &specimen.machine_number);
    xml.leaf("fp:TaxControlCode", &specimen.cipher);
    for (block, prefix, party) in [
        ("fp:Buyer", "Buyer", &specimen.buyer),
        ("fp:Seller", "Seller", &specimen.seller),
    ] {
        xml.open(block);
        xml.leaf(&format!("fp:{prefix}Name"), &party.name);
        xml.leaf(&format!("fp:{prefix}TaxID"), &party.tax_id);
        xml.leaf(&format!("fp:{prefix}AddrTel"), &party.address_and_telephone());
        xml.leaf(&format!("fp:{prefix}FinancialAccount"), &party.bank_and_account());
        xml.close(block);
    }
    xml.leaf("fp:TaxInclusiveTotalAmount", &specimen.total.to_string());
    xml.leaf("fp:TaxInclusiveTotalAmountWithWords", &specimen.words());
    xml.leaf("fp:Note", &specimen.remark);
    xml.leaf("fp:TaxRateFlag", "0");
    let (blue_code, blue_number) = specimen
        .blue
        .as_ref()
        .map_or(("", ""), |blue| (blue.code.as_str(), blue.number.as_str()));
    xml.leaf("fp:OriginalInvoiceCode", blue_code);
    xml.leaf("fp:OriginalInvoiceNo", blue_number);
    xml.leaf("fp:InvoiceClerk", &specimen.drawer);
    xml.leaf("fp:Payee", &specimen.payee);
    xml.leaf("fp:Checker", &specimen.reviewer);
    xml.leaf("fp:TaxTotalAmount", &specimen.shown_tax());
    xml.leaf("fp:TaxExclusiveTotalAmount", &specimen.amount.to_string());
    xml.leaf("fp:GraphCode", qr_text);
    xml.open("fp:GoodsInfos");
    for (at, line) in specimen.lines.iter().enumerate() {
        xml.open("fp:GoodsInfo");
        xml.leaf("fp:LineNo", &(at + 1).to_string());
        xml.leaf("fp:Item", &line.name);
        xml.leaf("fp:Specification", &line.spec);
        xml.leaf("fp:MeasurementDimension", &line.unit);
        xml.leaf("fp:Price", &line.shown_price());
        xml.leaf("fp:Quantity", &line.shown_quantity());
        xml.leaf("fp:Amount", &line.amount.to_string());
        xml.leaf("fp:TaxScheme", &line.rate.to_string());
        xml.leaf("fp:TaxAmount", &line.shown_tax());
        xml.leaf("fp:Code", &line.tax_code);
        xml.close("fp:GoodsInfo");
    }
    xml.close("fp:GoodsInfos");
    xml.close("eInvoice");
    xml.finish().into_bytes()
}
