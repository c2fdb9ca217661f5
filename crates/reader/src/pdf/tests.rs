//! PDF files made for the test: attachments, codes, sheets, annexes, damage.

use invoice::{Agreement, FieldName, InvoiceReading};

use super::making::{Made, content, drawn_code, utf16};
use super::*;

const A: &str = "24112000000048542163";
const B: &str = "24112000000048542164";
/// The code of invoice A; its checksum is not looked at here.
const CODE: &str = "01,32,,24112000000048542163,106.00,20240528,,";

/// The face of a 数电 invoice with this number.
fn face(number: &str) -> String {
    content(&[
        (76.0, 12.0, "电子发票（普通发票）"),
        (154.0, 14.0, "发票号码："),
        (170.0, 14.0, number),
        (154.0, 20.0, "开票日期："),
        (170.0, 20.0, "2024年05月28日"),
        (11.0, 36.0, "名称："),
        (20.0, 36.0, "海南示例云服科技有限公司"),
        (112.0, 36.0, "名称："),
        (121.0, 36.0, "北京示例科技有限公司"),
        (12.0, 102.0, "价税合计（大写）"),
        (143.0, 102.0, "（小写）"),
        (156.0, 102.0, "¥106.00"),
    ])
}

fn check(invoice: &InvoiceReading, expect: &[(FieldName, &str)]) {
    for (field, value) in expect {
        assert_eq!(invoice.fields.value(*field), Some(*value), "{}", field.as_str());
    }
}

fn codes(reading: &PdfReading) -> Vec<&str> {
    reading.faults.iter().map(|fault| fault.code.as_str()).collect()
}

fn one_page(content: &str, entries: &str) -> PdfReading {
    let mut made = Made::new();
    made.page(content, entries, "");
    read(&made.bytes())
}

#[test]
fn a_face_in_a_font_that_is_not_embedded() {
    let reading = one_page(&face(A), "");
    assert_eq!(reading.pages, Some((1, 0)));
    assert_eq!(codes(&reading), Vec::<&str>::new());
    check(
        &reading.invoices[0],
        &[
            (FieldName::Number, A),
            (FieldName::Kind, "digital_ordinary"),
            (FieldName::Date, "2024-05-28"),
            (FieldName::BuyerName, "海南示例云服科技有限公司"),
            (FieldName::SellerName, "北京示例科技有限公司"),
            (FieldName::Total, "106.00"),
        ],
    );
}

#[test]
fn a_crop_box_beside_the_content_and_a_rotated_page_change_nothing() {
    let expect = [(FieldName::Number, A), (FieldName::Total, "106.00")];
    let cropped = one_page(&face(A), "/CropBox[0 200 300 390]");
    check(&cropped.invoices[0], &expect);
    // The content lies on its side and the page is turned to be read.
    let aside = format!("q 0 1 -1 0 396.85 0 cm {} Q", face(A));
    let turned = one_page(&aside, "/Rotate 90/MediaBox[0 0 396.85 595.28]");
    check(&turned.invoices[0], &expect);
    // It lies on its side and nobody has turned it.
    let lying = one_page(&aside, "");
    check(&lying.invoices[0], &expect);
}

#[test]
fn text_nobody_sees_is_not_read() {
    let reading = one_page(&format!("3 Tr {}", face(A)), "");
    assert!(reading.invoices.is_empty());
}

#[test]
fn a_code_drawn_as_paths_is_a_witness_and_an_altered_number_is_disputed() {
    let agreed = one_page(&(face(A) + &drawn_code(CODE)), "");
    assert_eq!(agreed.invoices.len(), 1);
    let number = |reading: &PdfReading| reading.invoices[0].field(FieldName::Number).cloned();
    assert_eq!(
        number(&agreed).map(|field| field.agreement()),
        Some(Agreement::Agreed)
    );
    let altered = one_page(&(face(B) + &drawn_code(CODE)), "");
    assert_eq!(altered.invoices.len(), 1);
    assert_eq!(
        number(&altered).map(|field| field.agreement()),
        Some(Agreement::Disputed)
    );
}

#[test]
fn a_page_with_a_code_alone_says_so() {
    let reading = one_page(&drawn_code(CODE), "");
    check(
        &reading.invoices[0],
        &[(FieldName::Number, A), (FieldName::Total, "106.00")],
    );
    let faults: Vec<&str> = reading.invoices[0]
        .faults
        .iter()
        .map(|fault| fault.code.as_str())
        .collect();
    assert_eq!(faults, [faults::QR_ONLY.code]);
}

#[test]
fn a_merged_print_holds_several_invoices_and_an_annex() {
    let mut made = Made::new();
    made.page(&(face(A) + &drawn_code(CODE)), "", "");
    made.page(
        &content(&[(20.0, 20.0, "滴滴出行行程单"), (20.0, 40.0, "共3笔行程")]),
        "",
        "",
    );
    made.page(&face(B), "", "");
    let reading = read(&made.bytes());
    let numbers: Vec<_> = reading
        .invoices
        .iter()
        .map(|invoice| (invoice.fields.value(FieldName::Number), invoice.place.as_str()))
        .collect();
    assert_eq!(numbers, [(Some(A), "page 1"), (Some(B), "page 3")]);
    assert_eq!(reading.pages, Some((3, 1)));
    assert_eq!(codes(&reading), [faults::ANNEX_PAGES.code]);
    let disputed = |invoice: &InvoiceReading| {
        invoice
            .fields
            .0
            .values()
            .any(|field| field.agreement() == Agreement::Disputed)
    };
    assert!(!reading.invoices.iter().any(disputed));
}

#[test]
fn a_form_that_calls_itself_ends() {
    let mut made = Made::new();
    let form = made.stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 600 600]/Resources<</Font<</F1 3 0 R>>/XObject<</X 4 0 R>>>>",
        format!("{} /X Do /X Do", face(A)).as_bytes(),
    );
    assert_eq!(form, 4);
    made.page("/X Do", "", "/XObject<</X 4 0 R>>");
    let reading = read(&made.bytes());
    check(&reading.invoices[0], &[(FieldName::Number, A)]);
}

const EINVOICE: &str = "<?xml version=\"1.0\"?><NotAnInvoice/>";

#[test]
fn attachments_are_found_in_the_tree_and_on_pages_even_if_the_tree_is_a_ring() {
    let mut made = Made::new();
    let first = made.stream("/Type/EmbeddedFile", EINVOICE.as_bytes());
    let second = made.stream("/Type/EmbeddedFile", b"two");
    let tree = made.object("<<>>");
    let ring = made.object(&format!(
        "<</Kids[{} 0 R]/Names[(a)<</Type/Filespec/UF{}/EF<</F {first} 0 R>>>>]>>",
        tree + 1,
        utf16("甲.xml").replace('<', "<FEFF")
    ));
    made.catalogue(&format!("/Names<</EmbeddedFiles {ring} 0 R>>"));
    made.page(
        "",
        &format!("/Annots[<</Subtype/FileAttachment/FS<</F(b.txt)/EF<</F {second} 0 R>>>>>>]"),
        "",
    );
    let pdf = Pdf::new(made.bytes()).expect("a file of ours opens");
    let files = attached::files(&pdf);
    let names: Vec<_> = files
        .iter()
        .map(|file| (file.name.as_str(), file.bytes.len()))
        .collect();
    assert_eq!(names, [("甲.xml", EINVOICE.len()), ("b.txt", 3)]);
}

#[test]
fn a_file_that_needs_a_password_says_so() {
    let mut made = Made::new();
    made.page(&face(A), "", "");
    let zeros = "00".repeat(32);
    made.trailer(&format!(
        "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{zeros}>/U<{zeros}>>>"
    ));
    let reading = read(&made.bytes());
    assert!(reading.invoices.is_empty());
    assert_eq!(codes(&reading), [faults::NEEDS_PASSWORD.code]);
}

#[test]
fn what_is_no_pdf_is_refused() {
    let reading = read(b"%PDF-1.7\nnothing follows");
    assert_eq!(codes(&reading), [faults::UNREADABLE.code]);
}

#[test]
fn cut_and_altered_files_are_answered() {
    let mut made = Made::new();
    made.page(&face(A), "", "");
    let bytes = made.bytes();
    for end in (0..bytes.len()).step_by(97) {
        read(&bytes[..end]);
    }
    for at in (0..bytes.len()).step_by(61) {
        for with in [0x00, 0xFF, b'9', b'<'] {
            let mut altered = bytes.clone();
            altered[at] = with;
            read(&altered);
        }
    }
}

/// A stored picture of the code of invoice A, one bit and one pixel for a module, as converters write it.
fn stored_code(made: &mut Made) -> usize {
    let code = qrcode::QrCode::new(CODE).expect("a short text");
    let side = code.width();
    let colours = code.to_colors();
    let mut data = Vec::new();
    for row in colours.chunks(side) {
        for eight in row.chunks(8) {
            let byte = eight.iter().enumerate().fold(0_u8, |byte, (at, colour)| {
                byte | (u8::from(*colour == qrcode::Color::Light) << (7 - at))
            });
            data.push(byte);
        }
    }
    made.stream(
        &format!(
            "/Type/XObject/Subtype/Image/Width {side}/Height {side}/BitsPerComponent 1/ColorSpace/DeviceGray"
        ),
        &data,
    )
}

#[test]
fn a_stored_code_belongs_to_the_invoice_of_its_page() {
    let mut made = Made::new();
    let picture = stored_code(&mut made);
    made.page(&face(A), "", &format!("/XObject<</I {picture} 0 R>>"));
    made.page(&face(B), "", "");
    let reading = read(&made.bytes());
    assert_eq!(reading.invoices.len(), 2);
    assert_eq!(reading.invoices[0].qr_codes.len(), 1);
    assert_eq!(reading.invoices[1].qr_codes.len(), 0);
}

#[test]
fn two_invoices_on_one_sheet_are_two_and_the_code_finds_its_own() {
    let shifted = format!("q 1 0 0 1 0 -396.85 cm {} Q", face(A));
    let mut made = Made::new();
    let picture = stored_code(&mut made);
    made.page(
        &(face(B) + &shifted),
        "/MediaBox[0 -396.85 595.28 396.85]",
        &format!("/XObject<</I {picture} 0 R>>"),
    );
    let reading = read(&made.bytes());
    let numbers: Vec<_> = reading
        .invoices
        .iter()
        .map(|invoice| (invoice.fields.value(FieldName::Number), invoice.qr_codes.len()))
        .collect();
    assert_eq!(numbers, [(Some(B), 0), (Some(A), 1)]);
    for invoice in &reading.invoices {
        check(
            invoice,
            &[
                (FieldName::BuyerName, "海南示例云服科技有限公司"),
                (FieldName::Total, "106.00"),
            ],
        );
    }
}

#[test]
fn radicals_in_the_place_of_characters_are_understood() {
    let reading = one_page(
        &content(&[
            (76.0, 12.0, "电⼦发票（普通发票）"),
            (154.0, 14.0, "发票号码："),
            (170.0, 14.0, A),
            (11.0, 36.0, "购买⽅名称："),
            (40.0, 36.0, "⼴州示例⾦属有限公司"),
            (143.0, 102.0, "（⼩写）"),
            (156.0, 102.0, "￥106.00"),
        ]),
        "",
    );
    check(
        &reading.invoices[0],
        &[
            (FieldName::Kind, "digital_ordinary"),
            (FieldName::BuyerName, "广州示例金属有限公司"),
            (FieldName::Total, "106.00"),
        ],
    );
    assert_eq!(
        reading.invoices[0].fields.raw(FieldName::BuyerName),
        Some("⼴州示例⾦属有限公司")
    );
}

#[test]
fn the_blue_number_in_a_red_letter_remark_divides_nothing() {
    let red = content(&[
        (76.0, 12.0, "电子发票（增值税专用发票）"),
        (154.0, 14.0, "发票号码："),
        (170.0, 14.0, A),
        (154.0, 20.0, "开票日期："),
        (170.0, 20.0, "2024年05月28日"),
        (15.0, 55.0, "项目名称"),
        (143.0, 55.0, "金额"),
        (158.0, 55.0, "税率/征收率"),
        (195.0, 55.0, "税额"),
        (4.5, 60.0, "*咨询服务*咨询费"),
        (138.0, 60.0, "-20396.71"),
        (163.0, 60.0, "6%"),
        (190.0, 60.0, "-1223.80"),
        (20.0, 94.0, "合"),
        (36.0, 94.0, "计"),
        (136.0, 94.0, "¥"),
        (138.0, 94.0, "-20396.71"),
        (188.0, 94.0, "¥"),
        (190.0, 94.0, "-1223.80"),
        (12.0, 102.0, "价税合计（大写）"),
        (60.0, 102.0, "（负数）贰万壹仟陆佰贰拾圆伍角壹分"),
        (143.0, 102.0, "（小写）"),
        (156.0, 102.0, "¥-21620.51"),
        (6.0, 112.0, "备"),
        (6.0, 118.0, "注"),
        (12.0, 109.0, "被红冲蓝字数电发票号码：24112000000048542160"),
        (12.0, 114.0, "红字发票信息确认单编号：11012409010000001"),
        (20.0, 133.0, "开票人："),
        (32.0, 133.0, "于某"),
    ]);
    let reading = one_page(&red, "");
    assert_eq!(reading.invoices.len(), 1);
    check(
        &reading.invoices[0],
        &[
            (FieldName::Number, A),
            (FieldName::Amount, "-20396.71"),
            (FieldName::Tax, "-1223.80"),
            (FieldName::Total, "-21620.51"),
            (FieldName::TotalWords, "-21620.51"),
            (
                FieldName::Remark,
                "被红冲蓝字数电发票号码:24112000000048542160红字发票信息确认单编号:11012409010000001",
            ),
            (FieldName::Drawer, "于某"),
        ],
    );
    let disputed = |field| {
        let field = reading.invoices[0].field(field);
        field.is_some_and(|field| field.agreement() == Agreement::Disputed)
    };
    assert!(!disputed(FieldName::Number));
}

#[test]
fn two_copies_of_an_invoice_have_its_lines_once() {
    let copy = face(A)
        + &content(&[
            (15.0, 55.0, "项目名称"),
            (143.0, 55.0, "金额"),
            (158.0, 55.0, "税率/征收率"),
            (195.0, 55.0, "税额"),
            (4.5, 60.0, "*餐饮服务*餐费"),
            (140.0, 60.0, "100.00"),
            (163.0, 60.0, "6%"),
            (194.0, 60.0, "6.00"),
            (20.0, 94.0, "合计"),
            (138.0, 94.0, "¥100.00"),
            (190.0, 94.0, "¥6.00"),
        ]);
    let mut made = Made::new();
    made.page(&copy, "", "");
    made.page(&copy, "", "");
    let reading = read(&made.bytes());
    assert_eq!(reading.invoices.len(), 1);
    let set = reading.invoices[0].lines().expect("lines");
    assert_eq!(set.lines.len(), 1);
    assert!(set.complete);
}

/// One of several pages of invoice A: a line and the sums below it.
fn sheet_of_many(page: &str, amount: &str, tax: &str, sums: &[(f64, f64, &str)]) -> String {
    let table = content(&[
        (154.0, 26.0, page),
        (15.0, 55.0, "项目名称"),
        (143.0, 55.0, "金额"),
        (158.0, 55.0, "税率/征收率"),
        (195.0, 55.0, "税额"),
        (4.5, 60.0, "*餐饮服务*餐费"),
        (140.0, 60.0, amount),
        (163.0, 60.0, "6%"),
        (194.0, 60.0, tax),
        (20.0, 88.0, "小计"),
        (138.0, 88.0, amount),
        (190.0, 88.0, tax),
    ]);
    let head = content(&[
        (76.0, 12.0, "电子发票（普通发票）"),
        (154.0, 14.0, "发票号码："),
        (170.0, 14.0, A),
        (154.0, 20.0, "开票日期："),
        (170.0, 20.0, "2024年05月28日"),
        (11.0, 36.0, "名称："),
        (20.0, 36.0, "海南示例云服科技有限公司"),
        (112.0, 36.0, "名称："),
        (121.0, 36.0, "北京示例科技有限公司"),
    ]);
    head + &table + &content(sums)
}

#[test]
fn an_invoice_of_several_pages_is_one() {
    let mut made = Made::new();
    made.page(&sheet_of_many("共2页 第1页", "100.00", "6.00", &[]), "", "");
    let sums = [
        (20.0, 94.0, "合计"),
        (138.0, 94.0, "¥300.00"),
        (190.0, 94.0, "¥18.00"),
        (12.0, 102.0, "价税合计（大写）"),
        (60.0, 102.0, "叁佰壹拾捌圆整"),
        (143.0, 102.0, "（小写）"),
        (156.0, 102.0, "¥318.00"),
    ];
    made.page(&sheet_of_many("共2页 第2页", "200.00", "12.00", &sums), "", "");
    let reading = read(&made.bytes());
    assert_eq!(reading.invoices.len(), 1);
    check(
        &reading.invoices[0],
        &[
            (FieldName::Number, A),
            (FieldName::Date, "2024-05-28"),
            (FieldName::BuyerName, "海南示例云服科技有限公司"),
            (FieldName::SellerName, "北京示例科技有限公司"),
            (FieldName::Amount, "300.00"),
            (FieldName::Tax, "18.00"),
            (FieldName::Total, "318.00"),
        ],
    );
    let set = reading.invoices[0].lines().expect("lines");
    assert_eq!((set.lines.len(), set.complete), (2, true));
    assert_eq!(reading.pages, Some((2, 0)));
}

#[test]
fn vertical_words_of_the_form_may_be_written_downwards() {
    let turned = |x: f64, y: f64, text: &str| {
        let points = |mm: f64| mm * 72.0 / 25.4;
        format!(
            "BT /F1 9 Tf 0 -1 1 0 {:.2} {:.2} Tm {} Tj ET\n",
            points(x),
            396.85 - points(y),
            utf16(text)
        )
    };
    let remark = content(&[
        (12.0, 110.0, "购方开户银行:示例银行; 名称：丙公司"),
        (12.0, 115.0, "纳税人识别号：91110108690017781B"),
        (20.0, 133.0, "开票人：于某"),
    ]);
    let words = turned(6.0, 112.0, "备注") + &turned(206.5, 30.0, "下载次数：1");
    let reading = one_page(&(face(A) + &remark + &words), "");
    let invoice = &reading.invoices[0];
    check(
        invoice,
        &[
            (FieldName::BuyerName, "海南示例云服科技有限公司"),
            (FieldName::SellerName, "北京示例科技有限公司"),
            (
                FieldName::Remark,
                "购方开户银行:示例银行;名称:丙公司纳税人识别号:91110108690017781B",
            ),
            (FieldName::Drawer, "于某"),
        ],
    );
    assert_eq!(invoice.field(FieldName::BuyerTaxId), None);
    assert_eq!(invoice.field(FieldName::SellerTaxId), None);
}
