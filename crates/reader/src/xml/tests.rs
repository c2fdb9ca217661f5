//! Each dialect by its oddities. Values are made up.

use invoice::{Cents, Decimal, FieldName, InvoiceKind, LineNature, Rate};

use super::*;

fn read(text: &str) -> XmlInvoices {
    read_invoices(text.as_bytes(), Source::Xml, "").expect("the text is an invoice")
}

fn check(invoice: &InvoiceReading, expect: &[(FieldName, Option<&str>)]) {
    for (field, value) in expect {
        assert_eq!(invoice.fields.value(*field), *value, "{}", field.as_str());
    }
}

const EINVOICE: &str = r#"<EInvoice><Header><EIid>26110000000100000001</EIid><Version>0.32</Version>
  <InherentLabel><InIssuType><LabelCode>Y</LabelCode></InIssuType><GeneralOrSpecialVAT><LabelCode>01</LabelCode>
  <LabelName>增值税专用发票</LabelName></GeneralOrSpecialVAT></InherentLabel></Header>
  <EInvoiceData><SellerInformation><SellerAddr>甲路1号</SellerAddr><SellerTelNum>010-1</SellerTelNum>
  <SellerName>甲公司</SellerName><SellerIdNum>91110000000000001A</SellerIdNum></SellerInformation>
  <BuyerInformation><BuyerName>乙公司</BuyerName><BuyerIdNum/></BuyerInformation>
  <BasicInformation><TotalAmWithoutTax>100.00</TotalAmWithoutTax><TotalTaxAm>6.00</TotalTaxAm>
  <TotalTax-includedAmount>106.00</TotalTax-includedAmount><RequestTime>2026-03-09 08:00:00</RequestTime></BasicInformation>
  <IssuItemInformation><ItemName>*软件*许可</ItemName><Quantity>1</Quantity><UnPrice>110</UnPrice>
  <Amount>110.000000</Amount><TaxRate>0.060000</TaxRate><ComTaxAm>6.600000</ComTaxAm></IssuItemInformation>
  <IssuItemInformation><ItemName>*软件*许可</ItemName><Amount>-10.00</Amount><TaxRate>0.06</TaxRate>
  <ComTaxAm>-0.60</ComTaxAm></IssuItemInformation>
  <SpecificInformation><Toll><PlateNumber>京A00000</PlateNumber></Toll><Unheard><Of>事</Of></Unheard></SpecificInformation>
  <AdditionalInformation><Remark>备注</Remark></AdditionalInformation></EInvoiceData>
  <TaxSupervisionInfo><InvoiceNumber>26110000000100000001</InvoiceNumber><IssueTime>2026-03-10</IssueTime></TaxSupervisionInfo>
  </EInvoice>"#;

#[test]
fn einvoice_is_bound_by_full_paths() {
    let read = read(EINVOICE);
    assert_eq!(read.format, Format::Xml);
    let invoice = &read.invoices[0];
    check(
        invoice,
        &[
            (FieldName::Kind, Some("digital_special")),
            (FieldName::Number, Some("26110000000100000001")),
            (FieldName::Date, Some("2026-03-09")),
            (FieldName::SellerName, Some("甲公司")),
            (FieldName::SellerAddress, Some("甲路1号010-1")),
            (FieldName::BuyerTaxId, None),
            (FieldName::Total, Some("106.00")),
            (FieldName::RedLetter, Some("no")),
            (FieldName::Business, Some("通行费")),
            (FieldName::Remark, Some("备注")),
        ],
    );
    let number = invoice.field(FieldName::Number).unwrap();
    assert_eq!(
        number.witnesses.len(),
        1,
        "an EIid that repeats the number is no witness of its own"
    );
    assert_eq!(
        number.witnesses[0].place,
        "EInvoice/TaxSupervisionInfo/InvoiceNumber"
    );
}

#[test]
fn einvoice_lines_are_rounded_and_discounts_marked() {
    let read = read(EINVOICE);
    let lines = &read.invoices[0].line_sets[0].lines;
    assert_eq!(lines[0].amount, Some(Cents(11_000)));
    assert_eq!(lines[0].tax, Some(Cents(660)));
    assert_eq!(lines[0].rate, Some(Rate::Fraction(Decimal::new(6, 2))));
    assert_eq!(lines[0].nature, LineNature::Discounted);
    assert_eq!((lines[1].nature, lines[1].quantity), (LineNature::Discount, None));
}

#[test]
fn blocks_nobody_knows_are_kept() {
    let read = read(EINVOICE);
    let extra = |name: &str| {
        read.invoices[0]
            .extras
            .iter()
            .find(|e| e.name == name)
            .map(|e| e.value.as_str())
    };
    assert_eq!(
        extra("EInvoiceData/SpecificInformation/Toll/PlateNumber"),
        Some("京A00000")
    );
    assert_eq!(extra("EInvoiceData/SpecificInformation/Unheard/Of"), Some("事"));
    assert_eq!(extra("Header/Version"), Some("0.32"));
    assert_eq!(extra("TaxSupervisionInfo/InvoiceNumber"), None);
}

#[test]
fn einvoice_in_two_numbers_is_disputed() {
    let text = EINVOICE.replacen("26110000000100000001", "26110000000100000002", 1);
    let read = read(&text);
    let number = read.invoices[0].field(FieldName::Number).unwrap();
    assert_eq!(number.agreement(), invoice::Agreement::Disputed);
    assert_eq!(number.value(), Some("26110000000100000001"));
}

#[test]
fn einvoice_with_empty_labels_and_the_lines_spelling_of_the_total() {
    let text = EINVOICE
        .replace("<LabelCode>01</LabelCode>", "<LabelCode/>")
        .replace("<LabelName>增值税专用发票</LabelName>", "")
        .replace("TotalTax-includedAmount", "TotaltaxIncludedAmount")
        .replace("<RequestTime>2026-03-09 08:00:00</RequestTime>", "");
    let read = read(&format!("\u{feff}{text}"));
    check(
        &read.invoices[0],
        &[
            (FieldName::Kind, None),
            (FieldName::Total, Some("106.00")),
            (FieldName::Date, Some("2026-03-10")),
        ],
    );
}

#[test]
fn a_red_letter_einvoice() {
    let text = EINVOICE
        .replace("<LabelCode>Y</LabelCode>", "<LabelCode>N</LabelCode>")
        .replace(
            "<Toll><PlateNumber>京A00000</PlateNumber></Toll>",
            "<RedEInvoice><OriginalInvoiceCode>25110000000100000009</OriginalInvoiceCode></RedEInvoice>",
        );
    check(
        &read(&text).invoices[0],
        &[
            (FieldName::RedLetter, Some("yes")),
            (FieldName::BlueNumber, Some("25110000000100000009")),
        ],
    );
}

#[test]
fn a_figure_that_is_none_leaves_its_text_and_a_fault() {
    let text = EINVOICE.replace("110.000000", "壹佰").replace(">6.00<", ">六元<");
    let read = read(&text);
    let invoice = &read.invoices[0];
    let tax = invoice.field(FieldName::Tax).unwrap();
    assert_eq!((tax.value(), tax.witnesses[0].raw.as_str()), (None, "六元"));
    assert!(
        invoice
            .faults
            .iter()
            .any(|fault| fault.code == "F012" && fault.concerns("lines[0].amount"))
    );
}

#[test]
fn more_lines_than_the_limit_are_cut_and_said_so() {
    let line = "<IssuItemInformation><ItemName>甲</ItemName><Amount>1</Amount></IssuItemInformation>";
    let text = format!(
        "<EInvoice><EInvoiceData>{}</EInvoiceData></EInvoice>",
        line.repeat(limits::LINES_MAX + 1)
    );
    let read = read(&text);
    let invoice = &read.invoices[0];
    assert_eq!(invoice.line_sets[0].lines.len(), limits::LINES_MAX);
    assert!(!invoice.line_sets[0].complete);
    assert!(
        invoice
            .faults
            .iter()
            .any(|fault| fault.code == "F003" && fault.concerns("lines"))
    );
}

#[test]
fn several_einvoices_in_one_wrapper() {
    assert_eq!(
        read(&format!("<Invoices>{EINVOICE}{EINVOICE}</Invoices>"))
            .invoices
            .len(),
        2
    );
}

const INV: &str = r#"<inv:CodeOfInvoice>033002200211</inv:CodeOfInvoice>
  <inv:NumberOfInvoice><![CDATA[99934328]]></inv:NumberOfInvoice><inv:DateOfIssue>2022-09-01</inv:DateOfIssue>
  <inv:Remarks xsi:nil="true"/><inv:TypeOfInvoice>增值税电子普通发票</inv:TypeOfInvoice>
  <inv:InformationOfTaxableGoodsOrServicesDetailItemsTuple><inv:NameOfTaxableGoodsOrServices>螺丝</inv:NameOfTaxableGoodsOrServices>
  <inv:AmountExcludingTax>9.91</inv:AmountExcludingTax><inv:TaxRate>13.00%</inv:TaxRate></inv:InformationOfTaxableGoodsOrServicesDetailItemsTuple>"#;

#[test]
fn xbrl_in_the_default_or_a_prefixed_namespace_of_any_date() {
    for (open, close) in [
        ("xbrl xmlns=\"http://www.xbrl.org/2003/instance\"", "xbrl"),
        ("xbrli:xbrl", "xbrli:xbrl"),
    ] {
        for date in ["2021-09-30", "2023-12-31"] {
            let namespace = format!("xmlns:inv=\"http://xbrl.mof.gov.cn/taxonomy/{date}/inv\"");
            let read = read(&format!("<{open} {namespace}>{INV}</{close}>"));
            assert_eq!(read.format, Format::Xbrl);
            let invoice = &read.invoices[0];
            check(
                invoice,
                &[
                    (FieldName::Number, Some("99934328")),
                    (FieldName::Kind, Some("electronic_ordinary")),
                    (FieldName::Remark, None),
                ],
            );
            assert_eq!(
                invoice.field(FieldName::Number).unwrap().witnesses[0].source,
                Source::Xbrl
            );
            assert_eq!(invoice.line_sets[0].lines[0].rate, Rate::parse("13%"));
        }
    }
}

#[test]
fn xbrl_of_another_namespace_prefix() {
    let facts = INV.replace("inv:", "v:");
    let text = format!("<xbrl xmlns:v=\"http://xbrl.mof.gov.cn/taxonomy/2030-01-01/inv\">{facts}</xbrl>");
    check(&read(&text).invoices[0], &[(FieldName::Number, Some("99934328"))]);
}

fn einv(more: &str) -> XmlInvoices {
    read(&format!(
        "<xbrl xmlns:einv=\"http://xbrl.mof.gov.cn/taxonomy/2023-12-31/einv\">
         <einv:InvoiceNumber>23440000000000100011</einv:InvoiceNumber><einv:SellerName>甲公司</einv:SellerName>{more}</xbrl>"
    ))
}

#[test]
fn the_receivers_xbrl_is_booking_data() {
    let receiver = einv("<einv:NameOfAccountingEntity>乙公司</einv:NameOfAccountingEntity>");
    assert_eq!(receiver.faults[0].code, "F009");
    check(&receiver.invoices[0], &[(FieldName::BuyerName, Some("乙公司"))]);
}

#[test]
fn the_seller_who_books_its_own_sale_is_not_the_buyer() {
    let seller = einv("<einv:NameOfAccountingEntity>甲公司</einv:NameOfAccountingEntity>");
    assert_eq!(seller.faults[0].code, "F009");
    check(&seller.invoices[0], &[(FieldName::BuyerName, None)]);
}

#[test]
fn the_issuers_xbrl_is_a_face() {
    let issuer = einv("<einv:BuyerName>丙公司</einv:BuyerName>");
    assert!(issuer.faults.is_empty());
    check(&issuer.invoices[0], &[(FieldName::BuyerName, Some("丙公司"))]);
}

fn rai(business: &str) -> InvoiceReading {
    read(&format!(
        "<xbrl xmlns:rai=\"http://xbrl.mof.gov.cn/taxonomy/2021-11-30/rai\"><rai:TypeOfBusiness>{business}</rai:TypeOfBusiness>
         <rai:ElectronicInvoiceRailwayETicketNumber>26119166000000000002</rai:ElectronicInvoiceRailwayETicketNumber>
         <rai:NumberOfOriginalInvoice>26119166000000000001</rai:NumberOfOriginalInvoice><rai:Fare>56.00</rai:Fare>
         <rai:TrainNumber>G7101</rai:TrainNumber></xbrl>"
    ))
    .invoices
    .remove(0)
}

#[test]
fn a_rail_refund_cancels_its_original_and_a_sale_does_not() {
    check(
        &rai("退"),
        &[(FieldName::BlueNumber, Some("26119166000000000001"))],
    );
    let sale = rai("售");
    check(
        &sale,
        &[(FieldName::BlueNumber, None), (FieldName::Total, Some("56.00"))],
    );
    assert_eq!(sale.kind(), Some(InvoiceKind::Rail));
    assert!(
        sale.extras
            .iter()
            .any(|extra| extra.name == "TrainNumber" && extra.value == "G7101")
    );
}

#[test]
fn an_air_ticket_keeps_the_fund_beside_the_fare() {
    let text = "<xbrl xmlns:atr=\"http://xbrl.mof.gov.cn/taxonomy/2023-05-15/atr\">
        <atr:ElectronicInvoiceAirTransportReceiptNumber>26448784110000000648</atr:ElectronicInvoiceAirTransportReceiptNumber>
        <atr:IssueDate>2026-07-04</atr:IssueDate><atr:Fare>550.46</atr:Fare><atr:VatTaxAmount>49.54</atr:VatTaxAmount>
        <atr:CivilAviationDevelopmentFund>50.00</atr:CivilAviationDevelopmentFund><atr:TotalAmount>650.00</atr:TotalAmount></xbrl>";
    let read = read(text);
    let invoice = &read.invoices[0];
    assert_eq!(invoice.kind(), Some(InvoiceKind::Air));
    check(
        invoice,
        &[
            (FieldName::Amount, Some("550.46")),
            (FieldName::Total, Some("650.00")),
        ],
    );
    assert!(
        invoice
            .extras
            .iter()
            .any(|extra| extra.name == "CivilAviationDevelopmentFund")
    );
}

const ORIGINAL: &str = r#"<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019"><fp:DocID>03</fp:DocID>
  <fp:InvoiceCode>033002000211</fp:InvoiceCode><fp:InvoiceNo> 83089647 </fp:InvoiceNo>
  <fp:IssueDate>2020年07月23日</fp:IssueDate><fp:TypeCode>0</fp:TypeCode>
  <fp:Buyer><fp:BuyerName><![CDATA[乙 & 丙]]></fp:BuyerName><fp:BuyerTaxID>   </fp:BuyerTaxID></fp:Buyer>
  <fp:TaxTotalAmount>***</fp:TaxTotalAmount><fp:Note>A & B</fp:Note>
  <fp:GoodsInfos><fp:GoodsInfo><fp:Item>餐费</fp:Item><fp:Amount>57.00</fp:Amount><fp:TaxScheme>免税</fp:TaxScheme>
  <fp:TaxAmount>***</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos></eInvoice>"#;

#[test]
fn an_original_invoice_with_the_usual_oddities() {
    let read = read_invoices(ORIGINAL.as_bytes(), Source::OfdAttachment, "original_invoice.xml").unwrap();
    let invoice = &read.invoices[0];
    check(
        invoice,
        &[
            (FieldName::Number, Some("83089647")),
            (FieldName::Kind, Some("electronic_special")),
            (FieldName::Date, Some("2020-07-23")),
            (FieldName::BuyerName, Some("乙&丙")),
            (FieldName::BuyerTaxId, None),
            (FieldName::Tax, Some("0.00")),
            (FieldName::Remark, Some("A&B")),
        ],
    );
    let line = &invoice.line_sets[0].lines[0];
    assert_eq!(
        (line.tax, line.rate.clone()),
        (Some(Cents(0)), Some(Rate::Exempt))
    );
    let number = &invoice.field(FieldName::Number).unwrap().witnesses[0];
    assert_eq!(number.source, Source::OfdAttachment);
    assert_eq!(number.place, "original_invoice.xml: eInvoice/InvoiceNo");
}

#[test]
fn the_text_of_the_qr_code_contradicts_an_altered_total() {
    let code = "01,10,033002000211,83089647,510.68,20200723,16197833567414507415,0941,";
    let more = format!(
        "<fp:GraphCode>{code}</fp:GraphCode><fp:TaxExclusiveTotalAmount>910.68</fp:TaxExclusiveTotalAmount>"
    );
    let read = read(&ORIGINAL.replace("<fp:Note>", &format!("{more}<fp:Note>")));
    let invoice = &read.invoices[0];
    let amount = invoice.field(FieldName::Amount).unwrap();
    assert_eq!(
        (amount.value(), amount.agreement()),
        (Some("910.68"), invoice::Agreement::Disputed)
    );
    assert_eq!(
        invoice.field(FieldName::Number).unwrap().agreement(),
        invoice::Agreement::Agreed
    );
    assert_eq!(invoice.qr_codes[0].text, code);
    assert!(invoice.extras.iter().all(|extra| extra.name != "GraphCode"));

    let picture = ORIGINAL.replace("<fp:Note>", "<fp:GraphCode>iVBORw0KGgo=</fp:GraphCode><fp:Note>");
    let read = read_invoices(picture.as_bytes(), Source::Xml, "").unwrap();
    assert!(
        read.invoices[0]
            .extras
            .iter()
            .any(|extra| extra.name == "GraphCode")
    );
}

#[test]
fn a_free_text_doc_id_says_nothing_of_the_kind() {
    let text = ORIGINAL.replace(">03<", ">甲公司<");
    let read = read(&text);
    let kind = read.invoices[0].field(FieldName::Kind).unwrap();
    assert_eq!((kind.value(), kind.witnesses[0].raw.as_str()), (None, "甲公司"));
}

#[test]
fn gb18030_and_an_empty_prefix() {
    let odd = ORIGINAL
        .replacen("<eInvoice ", "<:eInvoice xmlns:=\"\" ", 1)
        .replace("</eInvoice>", "</:eInvoice>");
    let bytes = encoding_rs::GB18030.encode(&odd).0;
    let read = read_invoices(&bytes, Source::Xml, "").unwrap();
    check(&read.invoices[0], &[(FieldName::Date, Some("2020-07-23"))]);
}

#[test]
fn chinese_and_pinyin_element_names() {
    for text in [
        "<发票><发票号码>26110000000000100004</发票号码><开票日期>2026-09-18</开票日期><价税合计>-2650.00</价税合计></发票>",
        "<发票><FPHM>26110000000000100004</FPHM><KPRQ>2026-09-18</KPRQ><JSHJXX>-2650.00</JSHJXX></发票>",
        "<R><HEAD><FPHM>26110000000000100004</FPHM><KPRQ>20260918</KPRQ><JSHJ>-2650</JSHJ></HEAD></R>",
    ] {
        let read = read(text);
        assert_eq!(read.invoices.len(), 1, "{text}");
        check(
            &read.invoices[0],
            &[
                (FieldName::Number, Some("26110000000000100004")),
                (FieldName::Date, Some("2026-09-18")),
                (FieldName::Total, Some("-2650.00")),
            ],
        );
    }
}

#[test]
fn what_is_no_invoice_says_so() {
    let refused = |text: &str| read_invoices(text.as_bytes(), Source::Xml, "").unwrap_err().code;
    assert_eq!(refused("<html><body/></html>"), "F002");
    assert_eq!(refused("<EInvoice><Header>"), "F001");
    assert_eq!(refused("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "F001");
    assert_eq!(refused(&"<a>".repeat(100)), "F003");
    assert_eq!(refused(""), "F001");
}
