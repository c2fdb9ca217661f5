//! OFD invoices (GB/T 33190): every place of the file in which an invoice is stated, each as a witness of its own.
//!
//! One document states its invoice up to five times: an attached XML, `CustomDatas`, custom tags, the text of its
//! pages and a QR code. Each is read on its own and joined by [`merge`], so that what was altered in one place shows as
//! a dispute with the others. Nothing is fetched from one source to mend another.

mod codes;
mod custom_data;
mod glyphs;
mod integrity;
#[cfg(test)]
mod making;
mod pictures;
#[cfg(test)]
mod samples;
mod seal;
mod tags;
#[cfg(test)]
mod tests;

use invoice::{Fault, InvoiceReading, SignatureFacts, Source};
use ofd::{Document, ErrorKind, LimitKind, OfdError, Problem};

use crate::page::PageReading;
use crate::{faults, limits, merge, page, xml};

/// What an OFD says.
#[derive(Debug, Default)]
pub(crate) struct OfdReading {
    /// The invoices, in the order of the file.
    pub(crate) invoices: Vec<InvoiceReading>,
    /// What its signatures show; `None` where the file cannot be opened.
    pub(crate) signatures: Option<SignatureFacts>,
    /// How many pages it has, and how many of them belong to no invoice.
    pub(crate) pages: Option<(u32, u32)>,
    /// Faults of the file as a whole.
    pub(crate) faults: Vec<Fault>,
}

/// Reads an OFD. Never fails: what cannot be read is said in the faults.
pub(crate) fn read(bytes: &[u8]) -> OfdReading {
    let document = match ofd::read(bytes, &ofd_limits()) {
        Ok(document) => document,
        Err(error) => {
            return OfdReading {
                faults: vec![refusal(&error)],
                ..OfdReading::default()
            };
        }
    };
    let mut reading = OfdReading {
        signatures: Some(integrity::read(&document)),
        faults: document.problems.iter().filter_map(fault_of).collect(),
        ..OfdReading::default()
    };
    let pages = read_pages(&document);
    let bodies = 1 + document.further_infos.len();
    for body in 0..bodies {
        let invoices = read_body(&document, body, &pages, &mut reading.faults);
        reading.invoices.extend(invoices);
    }
    if let Some(first) = reading.invoices.first_mut() {
        first.extras.extend(integrity::uncovered(&document));
    }
    let annexes = pages.iter().filter(|page| page.reading.is_annex()).count();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    reading.pages = Some((count(pages.len()), count(annexes)));
    let fault = fault_of_pages(&reading.invoices, pages.len(), annexes);
    reading.faults.extend(fault);
    reading
}

/// What the pages as a whole are wanting: their text, or an invoice on each of them.
fn fault_of_pages(invoices: &[InvoiceReading], pages: usize, annexes: usize) -> Option<Fault> {
    if invoices.is_empty() || annexes == 0 {
        return None;
    }
    let witnesses = invoices
        .iter()
        .flat_map(|invoice| invoice.fields.0.values())
        .flat_map(|field| &field.witnesses);
    if witnesses
        .into_iter()
        .all(|witness| witness.source != Source::OfdText)
    {
        let message = "页面文字不可识读或不符合已知版式，只有附件、标引等数据，无法与票面核对";
        return Some(faults::UNKNOWN_LAYOUT.at("file", message));
    }
    let message = format!("共{pages}页，其中{annexes}页不属于发票");
    Some(faults::ANNEX_PAGES.at("file", message))
}

/// A page with the body it belongs to.
struct ReadPage {
    body: usize,
    reading: PageReading,
}

fn read_pages(document: &Document) -> Vec<ReadPage> {
    document
        .pages
        .iter()
        .enumerate()
        .take(limits::PAGES_MAX)
        .map(|(index, page)| ReadPage {
            body: page.body,
            reading: page::read(glyphs::on_page(document, index), index + 1, Source::OfdText),
        })
        .collect()
}

/// The invoices of one document body.
fn read_body(
    document: &Document,
    body: usize,
    pages: &[ReadPage],
    faults: &mut Vec<Fault>,
) -> Vec<InvoiceReading> {
    let mut stated = Vec::new();
    for attachment in document
        .attachments
        .iter()
        .filter(|a| a.body == body && is_xml(a))
    {
        match xml::read_invoices(&attachment.bytes, Source::OfdAttachment, &attachment.part) {
            Ok(read) => {
                faults.extend(read.faults);
                stated.extend(read.invoices);
            }
            // An attachment that is no invoice is nothing unusual; one that is damaged is.
            Err(fault) if fault.code == faults::NOT_AN_INVOICE.code => {}
            Err(fault) => faults.push(Fault {
                path: attachment.part.clone(),
                ..fault
            }),
        }
    }
    let codes = codes::of_attachments(&mut stated);
    stated.extend(codes);
    let info = match body.checked_sub(1) {
        None => Some(&document.info),
        Some(further) => document.further_infos.get(further),
    };
    stated.extend(info.and_then(custom_data::read));
    let tag_files = document.tag_files.iter().filter(|file| file.body == body);
    stated.extend(tag_files.filter_map(|file| tags::read(document, file)));
    stated.extend(codes::of_tags(document, body));
    let own_pages = pages.iter().filter(|page| page.body == body);
    let faces = page::faces(own_pages.map(|page| &page.reading));
    let are_several = faces.len() > 1;
    stated.extend(faces);
    for (index, mut code) in codes::on_pages(document, body) {
        // On a merged print a code belongs to its page.
        if let (true, Some(page)) = (are_several, pages.get(index)) {
            code.place.clone_from(&page.reading.invoice.place);
        }
        stated.push(code);
    }
    merge::join(stated)
}

fn is_xml(attachment: &ofd::Attachment) -> bool {
    matches!(attachment.format.as_str(), "xml" | "xbrl") || attachment.part.to_lowercase().ends_with(".xml")
}

fn ofd_limits() -> ofd::Limits {
    ofd::Limits {
        entries_max: limits::ARCHIVE_ENTRIES_MAX,
        entry_bytes_max: limits::FILE_BYTES_MAX as u64,
        inflated_bytes_max: limits::ARCHIVE_BYTES_MAX,
        ratio_max: limits::ARCHIVE_RATIO_MAX,
        xml_depth_max: limits::XML_DEPTH_MAX,
        pages_max: limits::PAGES_MAX,
        ..ofd::Limits::default()
    }
}

/// The fault that an OFD which cannot be read is.
fn refusal(error: &OfdError) -> Fault {
    if error.kind() == ErrorKind::TooLarge {
        let what = match error {
            OfdError::Limit { limit, max, .. } => format!("{}超过上限{max}", limit_name(*limit)),
            other => other.to_string(),
        };
        return faults::BEYOND_LIMIT.at("file", format!("OFD文件{what}，未读取"));
    }
    let message = match error {
        OfdError::NotZip => "不是OFD文件：内容不是压缩包".to_owned(),
        OfdError::TruncatedZip { .. } => "OFD文件不完整或已损坏，多为下载中断；请重新获取".to_owned(),
        OfdError::NoEntryPoint => "压缩包内没有OFD.xml，不是OFD文件".to_owned(),
        OfdError::Doctype { part } => format!("{part}含有DOCTYPE声明，可能是恶意文件，未读取"),
        OfdError::NoDocument => "OFD.xml没有指向任何可读的文档".to_owned(),
        other => format!("OFD文件无法识读（{other}）"),
    };
    faults::UNREADABLE.at("file", message)
}

fn limit_name(limit: LimitKind) -> &'static str {
    match limit {
        LimitKind::Entries => "包内文件数",
        LimitKind::EntryBytes => "单个文件字节数",
        LimitKind::InflatedBytes => "解压后总字节数",
        LimitKind::Ratio => "压缩比",
        LimitKind::XmlBytes => "XML总字节数",
        LimitKind::XmlDepth => "XML层数",
        LimitKind::XmlAttributes => "XML属性数",
        LimitKind::Pages => "页数",
        LimitKind::Glyphs => "文字数",
        _ => "所需的处理量",
    }
}

/// The fault that a problem of the package is; most are the makers' habits and none.
fn fault_of(problem: &Problem) -> Option<Fault> {
    let (path, message) = match problem {
        Problem::MissingPart { from, reference } => (from, format!("{from}声明了{reference}，但包内没有")),
        Problem::UnreadableEntry { name, .. } => (name, format!("{name}无法解压")),
        Problem::MalformedPart { part, .. } => (part, format!("{part}不是有效的XML，已跳过")),
        _ => return None,
    };
    Some(faults::PART_MISSING.at(path.clone(), message))
}
