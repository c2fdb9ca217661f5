//! Whatever the bytes, [`reader::read`] answers: truncated, flipped, spliced or random files give a reading, never
//! a panic, and the same bytes always the same reading.
//!
//! `read` turns a panic of its libraries into the fault `F011`; here that fault is a failure too.

use std::io::{Cursor, Read as _, Write as _};

use invoice::Reading;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const EINVOICE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><EInvoice><Header><EIid>26110000000100000001</EIid>\
    <InherentLabel><GeneralOrSpecialVAT><LabelCode>01</LabelCode></GeneralOrSpecialVAT></InherentLabel></Header>\
    <EInvoiceData><SellerInformation><SellerName>甲公司 &amp; 乙</SellerName></SellerInformation>\
    <BasicInformation><TotalAmWithoutTax>100.00</TotalAmWithoutTax><RequestTime>2026-03-09</RequestTime>\
    </BasicInformation><IssuItemInformation><ItemName><![CDATA[*软件*许可]]></ItemName><Quantity>1</Quantity>\
    <Amount>100.000000</Amount><TaxRate>0.06</TaxRate></IssuItemInformation><AdditionalInformation>\
    <Remark>被红冲蓝字数电票号码：25110000000100000001</Remark></AdditionalInformation></EInvoiceData>\
    <TaxSupervisionInfo><InvoiceNumber>26110000000100000001</InvoiceNumber></TaxSupervisionInfo></EInvoice>";

const XBRL: &str = "<xbrl xmlns:inv=\"http://xbrl.mof.gov.cn/taxonomy/2021-09-30/inv\">\
    <inv:CodeOfInvoice>033002200211</inv:CodeOfInvoice><inv:NumberOfInvoice>99934328</inv:NumberOfInvoice>\
    <inv:InformationOfTaxableGoodsOrServicesDetailItemsTuple><inv:AmountExcludingTax>9.91</inv:AmountExcludingTax>\
    </inv:InformationOfTaxableGoodsOrServicesDetailItemsTuple></xbrl>";

fn pack(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a new entry");
        writer.write_all(content).expect("memory takes it");
    }
    writer.finish().expect("a finished archive").into_inner()
}

fn parts_of(package: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(package)).expect("a package made here");
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("an entry made here");
        parts.push((entry.name().expect("a name").into_owned(), bytes));
    }
    parts
}

fn statement() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let header = [
        "序号",
        "数电发票号码",
        "销方名称",
        "购买方名称",
        "开票日期",
        "金额",
        "税额",
        "价税合计",
    ];
    for (column, name) in (0_u16..).zip(header) {
        sheet.write_string(0, column, name).expect("a cell");
        sheet
            .write_string(1, column, "26110000000100000001")
            .expect("a cell");
    }
    sheet.write_number(1, 5, 12.5).expect("a cell");
    workbook.save_to_buffer().expect("a workbook in memory")
}

/// One small file of each form that is made without a document writer.
fn seeds() -> Vec<Vec<u8>> {
    let ofd = "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml\
        </ofd:DocRoot></ofd:DocBody></ofd:OFD>";
    vec![
        EINVOICE.as_bytes().to_vec(),
        XBRL.as_bytes().to_vec(),
        pack(&[("a.xml", EINVOICE.as_bytes()), ("b/c.xml", XBRL.as_bytes())]),
        pack(&[
            ("OFD.xml", ofd.as_bytes()),
            ("Doc_0/Document.xml", b"<ofd:Document/>"),
        ]),
        statement(),
    ]
}

/// Reads, and holds the reading to what every reading promises.
fn check(bytes: &[u8]) -> Reading {
    let reading = reader::read(bytes);
    assert!(
        reading.faults.iter().all(|fault| fault.code != "F011"),
        "a panic was caught: {:?}",
        reading.faults
    );
    let says_something = !reading.invoices.is_empty()
        || !reading.members.is_empty()
        || reading.statement.is_some()
        || !reading.faults.is_empty();
    assert!(says_something, "a reading is never empty without saying why");
    for fault in reading
        .faults
        .iter()
        .chain(reading.invoices.iter().flat_map(|invoice| &invoice.faults))
    {
        assert!(
            reader::FAULTS.iter().any(|kind| kind.code == fault.code),
            "{} is listed",
            fault.code
        );
    }
    assert_eq!(
        reading,
        reader::read(bytes),
        "the same bytes give the same reading"
    );
    reader::unpack(bytes);
    reading
}

#[test]
fn the_seeds_themselves_are_read() {
    for seed in seeds() {
        check(&seed);
    }
    assert_eq!(check(EINVOICE.as_bytes()).invoices.len(), 1);
    assert_eq!(check(&pack(&[("a.xml", EINVOICE.as_bytes())])).members.len(), 1);
    assert!(check(&statement()).statement.is_some());
}

#[test]
fn every_truncation_of_the_seeds() {
    for seed in seeds() {
        // Each length of the small ones; of the larger ones enough to cut within every structure.
        let step = (seed.len() / 400).max(1);
        for length in (0..seed.len()).step_by(step) {
            check(&seed[..length]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes(which in 0_usize..5, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = seeds().swap_remove(which);
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        check(&bytes);
    }

    #[test]
    fn spliced_files(left in 0_usize..5, right in 0_usize..5, at in any::<prop::sample::Index>(), from in any::<prop::sample::Index>()) {
        let (left, right) = (seeds().swap_remove(left), seeds().swap_remove(right));
        let mut bytes = left[..at.index(left.len())].to_vec();
        bytes.extend_from_slice(&right[from.index(right.len())..]);
        check(&bytes);
    }

    #[test]
    fn random_bytes_behind_every_magic(
        magic in prop::sample::select(vec![&b""[..], b"<", b"PK\x03\x04", b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
        tail in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        check(&[magic, &tail].concat());
    }

    #[test]
    fn flipped_bytes_inside_a_workbook(
        part in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        // Damage in the package itself is caught by its checksums, so the parts are damaged before packing.
        let mut parts = parts_of(&statement());
        let part = part.index(parts.len());
        for (at, value) in flips {
            let bytes = &mut parts[part].1;
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let files: Vec<(&str, &[u8])> =
            parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        check(&pack(&files));
    }

    #[test]
    fn any_text_in_a_field(text in "\\PC{0,40}") {
        let text = text.replace(['<', '&'], "");
        let bytes = EINVOICE.replace("100.00", &text).replace("26110000000100000001", &text);
        check(bytes.as_bytes());
    }
}
