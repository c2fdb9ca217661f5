//! Bodies over the readers of documents. A reading promises three things: it never panics (`F011` in process is a panic
//! that was caught), it is never empty without saying why, and the same bytes give the same reading.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::samples;

fn check(bytes: &[u8]) {
    let reading = reader::read(bytes);
    let faults = || {
        let of_invoices = reading.invoices.iter().flat_map(|invoice| &invoice.faults);
        reading.faults.iter().chain(of_invoices)
    };
    for fault in faults() {
        assert_ne!(
            fault.code,
            reader::faults::READER_KILLED.code,
            "a panic was caught"
        );
        assert!(!fault.message.is_empty(), "{} says nothing", fault.code);
    }
    let holds = !reading.invoices.is_empty() || reading.statement.is_some() || !reading.members.is_empty();
    assert!(holds || faults().next().is_some(), "a reading that says nothing");
    assert_eq!(
        reading,
        reader::read(bytes),
        "the same bytes give the same reading"
    );
}

pub(crate) fn any(data: &[u8]) {
    check(data);
}

pub(crate) fn any_seeds() -> Vec<Vec<u8>> {
    ["xml", "pdf", "ofd", "png", "xlsx", "zip"]
        .iter()
        .flat_map(|ending| samples(ending).take(3))
        .collect()
}

pub(crate) fn xml(data: &[u8]) {
    let limits = ofd::xml::Limits::default();
    let strict = ofd::xml::parse(data, &limits);
    let lenient = ofd::xml::parse_lenient(data, &limits);
    assert!(
        strict.is_err() || lenient.is_ok(),
        "what is well formed is read leniently, too"
    );
    check(data);
}

pub(crate) fn xml_seeds() -> Vec<Vec<u8>> {
    samples(".xml").collect()
}

pub(crate) fn xbrl_seeds() -> Vec<Vec<u8>> {
    let mark = b"xbrl";
    samples(".xml")
        .filter(|bytes| {
            bytes
                .windows(mark.len())
                .any(|window| window.eq_ignore_ascii_case(mark))
        })
        .collect()
}

pub(crate) fn pdf(data: &[u8]) {
    check(&[b"%PDF-1.7\n", data].concat());
}

pub(crate) fn pdf_seeds() -> Vec<Vec<u8>> {
    samples(".pdf").collect()
}

pub(crate) fn picture(data: &[u8]) {
    check(data);
}

pub(crate) fn picture_seeds() -> Vec<Vec<u8>> {
    // The smallest first: a run costs as much as there are pixels.
    let mut seeds: Vec<Vec<u8>> = ["png", "jpg"].into_iter().flat_map(samples).collect();
    seeds.sort_by_key(Vec::len);
    seeds.truncate(3);
    // A BMP and a WebP of a few pixels.
    let bmp = [
        &b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0\0\0\0\0\x10\0\0\0"[..],
        &[0; 32],
    ]
    .concat();
    let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0".to_vec();
    seeds.extend([bmp, webp]);
    seeds
}

pub(crate) fn code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(invoice) = reader::read_code(&text) {
        assert!(!invoice.qr_codes.is_empty(), "a code that was read is kept");
    }
}

pub(crate) fn code_seeds() -> Vec<Vec<u8>> {
    [
        "01,32,,26110000000100000001,100.00,20260309,,A1B2,",
        "01,10,033002200211,99934328,9.91,20220309,12345678901234567890,1C2D,",
        "01,04,3300222130,12345678,100.00,20220309,12345678901234567890,1C2D,",
        "https://inv-veri.chinatax.gov.cn/?a=26110000000100000001",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub(crate) fn archive(data: &[u8]) {
    let bytes = [b"PK\x03\x04", data].concat();
    let members = reader::unpack(&bytes);
    let sum: u64 = members.iter().map(|member| member.bytes.len() as u64).sum();
    assert!(sum <= reader::limits::ARCHIVE_BYTES_MAX, "{sum} bytes");
    check(&bytes);
}

pub(crate) fn archive_seeds() -> Vec<Vec<u8>> {
    let seeds = [pack(
        &[("a.xml".to_owned(), b"<a/>".to_vec())],
        CompressionMethod::Stored,
    )];
    let seeds = seeds.into_iter().chain(samples(".zip"));
    seeds
        .map(|bytes| bytes.get(4..).unwrap_or_default().to_vec())
        .collect()
}

pub(crate) fn ofd(data: &[u8]) {
    let bytes = pack(&parts(data), CompressionMethod::Stored);
    // Damage inside of the parts is what is sought; the package itself is the archive's target.
    let _document = ofd::read(&bytes, &ofd::Limits::default()).is_ok();
    check(&bytes);
}

pub(crate) fn ofd_seeds() -> Vec<Vec<u8>> {
    let blank = "\n--part OFD.xml\n<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody><ofd:DocRoot>D.xml\
        </ofd:DocRoot></ofd:DocBody></ofd:OFD>\n--part D.xml\n<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\">\
        <ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"P.xml\"/></ofd:Pages></ofd:Document>\n--part P.xml\n<ofd:Page \
        xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content/></ofd:Page>";
    let seeds = samples(".ofd").filter_map(|bytes| unpack(&bytes));
    seeds.chain([blank.as_bytes().to_vec()]).collect()
}

pub(crate) fn xlsx(data: &[u8]) {
    check(&pack(&parts(data), CompressionMethod::Stored));
}

pub(crate) fn xlsx_seeds() -> Vec<Vec<u8>> {
    samples(".xlsx").filter_map(|bytes| unpack(&bytes)).collect()
}

/// Before each part of a package as the fuzzer sees it: packages are taken apart, so that changes reach the parts and
/// not their checksums. The rest of the line is the part's name.
const PART: &str = "\n--part ";

fn unpack(package: &[u8]) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(package)).ok()?;
    let mut text = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).ok()?;
        text.extend(PART.as_bytes());
        text.extend(entry.name_raw());
        text.push(b'\n');
        entry.read_to_end(&mut text).ok()?;
    }
    Some(text)
}

fn parts(text: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut rest = text;
    while let Some(start) = find(rest, PART.as_bytes()) {
        let (before, after) = rest.split_at(start);
        if let Some((_, content)) = parts.last_mut() {
            content.extend_from_slice(before);
        }
        let after = after.get(PART.len()..).unwrap_or_default();
        let line = find(after, b"\n").unwrap_or(after.len());
        let (name, content) = after.split_at(line);
        parts.push((String::from_utf8_lossy(name).into_owned(), Vec::new()));
        rest = content.get(1..).unwrap_or_default();
    }
    if let Some((_, content)) = parts.last_mut() {
        content.extend_from_slice(rest);
    }
    parts
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn pack(parts: &[(String, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, content) in parts {
        // A name that came twice is refused by the writer; the other parts are enough.
        if writer.start_file(name.as_str(), options).is_ok() {
            let _written = writer.write_all(content).is_ok();
        }
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}
