//! OFD packages made for the test, whole and altered.

use invoice::{Agreement, Cents, FieldName, InvoiceReading, Source};

use super::making::Made;
use super::{OfdReading, read};
use crate::faults;

const NUMBER: &str = "24112000000048542163";
const OTHER: &str = "24112000000048542164";
const PAGE: &str = "Doc_0/Pages/Page_0/Content.xml";

const FACE: &[(u32, f64, f64, &str)] = &[
    (1, 154.0, 11.0, "发票号码："),
    (2, 170.0, 11.0, NUMBER),
    (3, 143.0, 98.5, "（小写）"),
    (4, 156.0, 98.5, "¥318.00"),
    (5, 16.0, 98.5, "价税合计（大写）"),
    (6, 63.0, 98.5, "叁佰壹拾捌圆整"),
];

const TAGS: &str = r#"<ofd:root xmlns:ofd="http://www.ofdspec.org/2016"><ofd:InvoiceNo><ofd:ObjectRef PageRef="1">2</ofd:ObjectRef></ofd:InvoiceNo><ofd:TaxInclusiveTotalAmount><ofd:ObjectRef PageRef="1">4</ofd:ObjectRef></ofd:TaxInclusiveTotalAmount></ofd:root>"#;

const ATTACHMENT: &str = r#"<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019"><fp:InvoiceNo>24112000000048542163</fp:InvoiceNo><fp:TaxInclusiveTotalAmount>318.00</fp:TaxInclusiveTotalAmount></eInvoice>"#;

fn made() -> Made {
    Made::page(FACE)
        .custom_data(&[("发票号码", NUMBER), ("合计金额", "300.00")])
        .tags(TAGS)
        .attachment(ATTACHMENT)
}

fn sources(reading: &OfdReading, field: FieldName) -> Vec<Source> {
    let field = reading.invoices[0].field(field).expect("the field is stated");
    field.witnesses.iter().map(|witness| witness.source).collect()
}

fn codes(reading: &OfdReading) -> Vec<&str> {
    reading.faults.iter().map(|fault| fault.code.as_str()).collect()
}

#[test]
fn every_source_is_a_witness_of_one_invoice() {
    let reading = read(&made().bytes());
    assert_eq!(reading.invoices.len(), 1);
    assert_eq!(
        sources(&reading, FieldName::Number),
        [
            Source::OfdAttachment,
            Source::OfdCustomData,
            Source::OfdTag,
            Source::OfdText
        ]
    );
    let invoice = &reading.invoices[0];
    assert_eq!(invoice.total(), Some(Cents(31_800)));
    assert!(
        invoice
            .fields
            .0
            .values()
            .all(|field| field.agreement() != Agreement::Disputed)
    );
    assert_eq!(reading.pages, Some((1, 0)));
    assert_eq!(reading.faults, []);
}

/// A QR code as one path of a square for each dark module, 0.5 mm wide.
fn drawn_code(text: &str) -> String {
    let code = qrcode::QrCode::new(text).expect("a short text");
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            let (x, y) = ((at % width) as f64 * 0.5, (at / width) as f64 * 0.5);
            let (right, low) = (x + 0.5, y + 0.5);
            path.push_str(&format!("M {x} {y} L {right} {y} L {right} {low} L {x} {low} C "));
        }
    }
    let data = format!("<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData>");
    format!(
        r#"<ofd:PathObject ID="50" Boundary="8 8 30 30" Fill="true" Stroke="false">{data}</ofd:PathObject>"#
    )
}

#[test]
fn a_code_drawn_as_paths_is_a_witness() {
    let reading = read(
        &made()
            .object(&drawn_code(&format!("01,31,,{NUMBER},318.00,20240528,,")))
            .bytes(),
    );
    assert_eq!(reading.invoices.len(), 1);
    assert!(sources(&reading, FieldName::Number).contains(&Source::Qr));
    let total = reading.invoices[0].field(FieldName::Total).expect("a total");
    assert_eq!(total.agreement(), Agreement::Agreed);
}

#[test]
fn a_code_that_contradicts_the_page_is_disputed() {
    let reading = read(
        &made()
            .object(&drawn_code(&format!("01,31,,{OTHER},318.00,20240528,,")))
            .bytes(),
    );
    assert_eq!(reading.invoices.len(), 1);
    let number = reading.invoices[0].field(FieldName::Number).expect("a number");
    assert_eq!(number.agreement(), Agreement::Disputed);
}

#[test]
fn the_text_of_a_code_in_the_attachment_is_a_witness() {
    let code = format!("<fp:GraphCode>01,31,,{NUMBER},318.00,20240528,,</fp:GraphCode></eInvoice>");
    let attachment = ATTACHMENT.replace("</eInvoice>", &code);
    let reading = read(&Made::page(FACE).attachment(&attachment).bytes());
    assert!(sources(&reading, FieldName::Number).contains(&Source::GraphCode));
    assert_eq!(reading.invoices[0].extras, []);
}

#[test]
fn a_number_altered_on_the_page_is_disputed_not_a_second_invoice() {
    let reading = read(&made().altered(PAGE, NUMBER, OTHER).bytes());
    assert_eq!(reading.invoices.len(), 1);
    let number = reading.invoices[0].field(FieldName::Number).expect("a number");
    assert_eq!(number.agreement(), Agreement::Disputed);
    assert_eq!(number.value(), Some(NUMBER));
}

#[test]
fn a_total_altered_in_the_attachment_is_disputed() {
    let part = "Doc_0/Attachs/original_invoice.xml";
    let reading = read(&made().altered(part, "318.00", "3180.00").bytes());
    let total = reading.invoices[0].field(FieldName::Total).expect("a total");
    assert_eq!(total.agreement(), Agreement::Disputed);
}

#[test]
fn a_merged_print_holds_several_invoices_and_an_annex() {
    let second = [(1, 154.0, 11.0, "发票号码："), (2, 170.0, 11.0, OTHER)];
    let annex = [(1, 20.0, 20.0, "行程单")];
    let made = Made::page(FACE).also_page(&second).also_page(&annex);
    let reading = read(&made.bytes());
    let keys: Vec<String> = reading
        .invoices
        .iter()
        .filter_map(InvoiceReading::key)
        .map(|key| key.0)
        .collect();
    assert_eq!(keys, [format!("U:{NUMBER}"), format!("U:{OTHER}")]);
    assert_eq!(reading.invoices[1].place, "page 2");
    assert_eq!(reading.pages, Some((3, 1)));
    assert_eq!(codes(&reading), [faults::ANNEX_PAGES.code]);
}

#[test]
fn a_page_without_readable_text_cannot_be_compared() {
    let reading = read(&Made::page(&[]).attachment(ATTACHMENT).bytes());
    assert_eq!(reading.invoices.len(), 1);
    assert_eq!(codes(&reading), [faults::UNKNOWN_LAYOUT.code]);
}

#[test]
fn an_invoice_that_goes_on_over_two_pages_is_one() {
    let head = |texts: &[(u32, f64, f64, &'static str)]| {
        [
            &[
                (1, 154.0, 11.0, "发票号码："),
                (2, 170.0, 11.0, NUMBER),
                (100, 15.0, 53.0, "项目名称"),
                (105, 143.0, 53.0, "金额"),
                (107, 194.0, 53.0, "税额"),
            ][..],
            texts,
        ]
        .concat()
    };
    let first = head(&[
        (10, 4.0, 57.0, "甲"),
        (11, 143.0, 57.0, "100.00"),
        (12, 194.0, 57.0, "6.00"),
    ]);
    let last = head(&[
        (10, 4.0, 57.0, "乙"),
        (11, 143.0, 57.0, "200.00"),
        (12, 194.0, 57.0, "12.00"),
        (13, 20.0, 92.0, "合计"),
        (14, 143.0, 92.0, "¥300.00"),
        (15, 194.0, 92.0, "¥18.00"),
    ]);
    let reading = read(&Made::page(&first).also_page(&last).bytes());
    assert_eq!(reading.invoices.len(), 1);
    let invoice = &reading.invoices[0];
    let set = invoice.lines().expect("lines");
    assert_eq!(set.lines.len(), 2);
    assert!(set.complete);
    assert_eq!(invoice.amount(), Some(Cents(30_000)));
    assert_eq!(
        invoice
            .field(FieldName::Number)
            .map(|field| field.witnesses.len()),
        Some(1)
    );
    assert_eq!(reading.pages, Some((2, 0)));
}

#[test]
fn a_declared_part_that_is_missing_is_noted() {
    let reading = read(&made().without("Doc_0/Attachs/original_invoice.xml").bytes());
    assert!(
        reading
            .faults
            .iter()
            .any(|fault| fault.code == faults::PART_MISSING.code)
    );
    assert_eq!(reading.invoices.len(), 1);
}

#[test]
fn what_was_added_after_signing_is_noted_on_the_invoice() {
    let mut made = made().signed();
    made.set("Doc_0/Pages/Page_9/Content.xml", "<x/>");
    let reading = read(&made.bytes());
    let notes: Vec<&str> = reading.invoices[0]
        .extras
        .iter()
        .map(|extra| extra.value.as_str())
        .collect();
    assert_eq!(notes, ["Doc_0/Pages/Page_9/Content.xml"]);
}

#[test]
fn every_cut_of_a_file_is_answered() {
    let whole = made().signed().bytes();
    for length in (0..whole.len()).step_by(97) {
        let reading = read(&whole[..length]);
        assert_eq!(reading.invoices.len(), 0);
        assert_eq!(codes(&reading), [faults::UNREADABLE.code]);
    }
}

/// A text object that runs down the page, turned by its matrix.
fn turned(id: u32, x: f64, y: f64, text: &str) -> String {
    let steps = vec!["3"; text.chars().count().saturating_sub(1)].join(" ");
    format!(
        r#"<ofd:TextObject ID="{id}" Boundary="{x} {y} 5 60" CTM="0 1 -1 0 4 0" Font="9" Size="3"><ofd:TextCode X="0" Y="0" DeltaX="{steps}">{text}</ofd:TextCode></ofd:TextObject>"#
    )
}

#[test]
fn a_text_that_runs_down_the_page_is_part_of_no_value() {
    let face: Vec<(u32, f64, f64, &str)> = [
        FACE,
        &[
            (11, 11.0, 33.0, "名称："),
            (12, 22.0, 33.0, "甲公司"),
            (13, 111.0, 33.0, "名称："),
            (14, 122.0, 33.0, "示例省示例市示例区示例科技股份有限公司分公司"),
        ],
    ]
    .concat();
    for text in ["下载次数：1", "国家税务总局监制", "第一联：记账联"] {
        let made = Made::page(&face).object(&turned(90, 196.0, 28.0, text));
        let reading = read(&made.bytes());
        let value = |field| reading.invoices[0].fields.value(field);
        assert_eq!(value(FieldName::BuyerName), Some("甲公司"), "{text}");
        assert_eq!(
            value(FieldName::SellerName),
            Some("示例省示例市示例区示例科技股份有限公司分公司"),
            "{text}"
        );
    }
}

#[test]
fn a_page_of_which_every_character_is_an_object_is_read() {
    let face: &[(u32, f64, f64, &str)] = &[
        (1, 10.0, 9.0, "发票号码："),
        (2, 30.0, 9.0, NUMBER),
        (3, 15.0, 53.0, "项目名称"),
        (4, 143.0, 53.0, "金额"),
        (5, 158.0, 53.0, "税率/征收率"),
        (6, 190.0, 53.0, "税额"),
        (7, 5.0, 57.0, "*餐饮服务*餐费"),
        (8, 140.0, 57.0, "300.00"),
        (9, 163.0, 57.0, "6%"),
        (10, 190.0, 57.0, "18.00"),
        (11, 20.0, 90.0, "合计"),
        (12, 138.0, 90.0, "¥300.00"),
        (13, 188.0, 90.0, "¥18.00"),
        (14, 16.0, 98.5, "价税合计（大写）"),
        (15, 63.0, 98.5, "叁佰壹拾捌圆整"),
        (16, 143.0, 98.5, "（小写）"),
        (17, 156.0, 98.5, "¥318.00"),
    ];
    let mut single: Vec<(u32, f64, f64, &str)> = Vec::new();
    for (_, x, y, text) in face {
        let mut at = *x;
        for (start, c) in text.char_indices() {
            let piece = &text[start..start + c.len_utf8()];
            single.push((single.len() as u32 + 1, at, *y, piece));
            at += if c.is_ascii() { 1.5 } else { 3.0 };
        }
    }
    let reading = read(&Made::page(&single).bytes());
    let invoice = &reading.invoices[0];
    assert_eq!(invoice.fields.value(FieldName::Number), Some(NUMBER));
    assert_eq!(invoice.amount(), Some(Cents(30_000)));
    assert_eq!(invoice.tax(), Some(Cents(1_800)));
    assert_eq!(invoice.total(), Some(Cents(31_800)));
    let set = invoice.lines().expect("lines");
    assert_eq!(set.lines.len(), 1);
    assert_eq!(set.lines[0].name, "*餐饮服务*餐费");
    assert!(set.complete);
}
