//! PDF invoices: embedded files, QR codes and the text of the pages, each a witness of its own.
//!
//! Of a page, text and QR code are of the same invoice: where their numbers differ the page was altered, and its number
//! comes out disputed. Pages are then joined to the invoices they continue, and those to the embedded files. Scans
//! have a QR code only, which is said in a fault; characters are not recognised.

mod attached;
#[cfg(test)]
mod making;
mod pictures;
#[cfg(test)]
mod samples;
mod sheet;
#[cfg(test)]
mod tests;
mod text;

use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use invoice::{Fault, FieldName, InvoiceReading, Source};

use crate::page::{self, PageReading};
use crate::qr::QrPayload;
use crate::{faults, limits, merge, xml};

/// Path steps below which nothing drawn on a page can be a QR code.
const CODE_STEPS_MIN: usize = 200;

/// What a PDF says.
#[derive(Debug, Default)]
pub(crate) struct PdfReading {
    /// The invoices, in the order of the file.
    pub(crate) invoices: Vec<InvoiceReading>,
    /// How many pages it has, and how many of them belong to no invoice.
    pub(crate) pages: Option<(u32, u32)>,
    /// Faults of the file as a whole.
    pub(crate) faults: Vec<Fault>,
}

/// Reads a PDF. Never fails: what cannot be read is said in the faults.
pub(crate) fn read(bytes: &[u8]) -> PdfReading {
    let pdf = match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => pdf,
        Err(error) => {
            return PdfReading {
                faults: vec![refusal(error)],
                ..PdfReading::default()
            };
        }
    };
    let mut reading = PdfReading::default();
    let mut stated = read_attachments(&pdf, &mut reading.faults);
    let sheets = read_pages(&pdf, &mut reading.faults);
    let annexes = sheets
        .iter()
        .filter(|parts| parts.iter().all(PageReading::is_annex))
        .count();
    let mut parts: Vec<PageReading> = sheets.into_iter().flatten().collect();
    parts.iter_mut().for_each(flag_scan);
    stated.extend(page::faces(parts.iter()));
    reading.invoices = merge::join(stated);
    reading.invoices.truncate(limits::INVOICES_MAX);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let pages = pdf.pages().len().min(limits::PAGES_MAX);
    reading.pages = Some((count(pages), count(annexes)));
    if annexes > 0 && annexes < pages && !reading.invoices.is_empty() {
        let message = format!("{pages} 页中有 {annexes} 页不属于发票");
        reading.faults.push(faults::ANNEX_PAGES.at("file", message));
    }
    reading
}

fn read_attachments(pdf: &Pdf, faults: &mut Vec<Fault>) -> Vec<InvoiceReading> {
    let mut stated = Vec::new();
    for file in attached::files(pdf) {
        match xml::read_invoices(&file.bytes, Source::PdfAttachment, &file.name) {
            Ok(read) => {
                faults.extend(read.faults);
                stated.extend(read.invoices);
            }
            // Pictures, workbooks and the like are attached as well; a damaged XML is worth a word.
            Err(fault) if fault.code == faults::NOT_AN_INVOICE.code || !is_xml(&file.bytes) => {}
            Err(fault) => faults.push(Fault {
                path: file.name,
                ..fault
            }),
        }
    }
    stated
}

fn is_xml(bytes: &[u8]) -> bool {
    let head = bytes.get(..64).unwrap_or(bytes);
    head.windows(5).any(|window| window == b"<?xml")
}

/// The readings of every page, with the codes found on it; a page printed with several invoices has several.
fn read_pages(pdf: &Pdf, faults: &mut Vec<Fault>) -> Vec<Vec<PageReading>> {
    let mut fonts = text::Fonts::default();
    let mut search = pictures::Search::default();
    if pdf.pages().len() > limits::PAGES_MAX {
        let message = format!("共 {} 页，只读取前 {} 页", pdf.pages().len(), limits::PAGES_MAX);
        faults.push(faults::BEYOND_LIMIT.at("file", message));
    }
    let pages = pdf.pages().iter().enumerate().take(limits::PAGES_MAX);
    pages
        .map(|(index, page)| read_page(page, index + 1, &mut fonts, &mut search))
        .collect()
}

fn read_page(
    page: &Page<'_>,
    number: usize,
    fonts: &mut text::Fonts,
    search: &mut pictures::Search,
) -> Vec<PageReading> {
    let content = text::on_page(page, fonts);
    let has_text = !content.glyphs.is_empty();
    let mut parts: Vec<PageReading> = sheet::parts(content.glyphs)
        .into_iter()
        .map(|glyphs| page::read(glyphs, number, Source::PdfText))
        .collect();
    let mut codes = search.stored(page, parts.len());
    // A page of other text is drawn for nothing, and so is an empty one.
    let is_of_invoice = !has_text || parts.iter().any(|part| !part.is_annex());
    let may_be_drawn = content.path_steps >= CODE_STEPS_MIN && is_of_invoice;
    if codes.is_empty() && may_be_drawn {
        codes = search.drawn(page);
    }
    join_codes(&mut parts, &codes, number);
    parts
}

/// Gives every code to the invoice of its page. A code with another number belongs to the one invoice that has no code
/// of its own, unless each has one.
fn join_codes(parts: &mut Vec<PageReading>, codes: &[QrPayload], number: usize) {
    let mut without: Vec<&QrPayload> = Vec::new();
    let mut has_code = vec![false; parts.len()];
    for code in codes {
        let own = parts.iter().position(|part| is_of(code, &part.invoice));
        match own {
            Some(at) => {
                if let (Some(part), Some(has_code)) = (parts.get_mut(at), has_code.get_mut(at)) {
                    absorb(part, code, number);
                    *has_code = true;
                }
            }
            None => without.push(code),
        }
    }
    let free: Vec<usize> = (0..parts.len())
        .filter(|at| has_code.get(*at) == Some(&false) && parts.get(*at).is_some_and(|part| !part.is_list))
        .collect();
    if let ([code], [at]) = (without.as_slice(), free.as_slice())
        && let Some(part) = parts.get_mut(*at)
    {
        absorb(part, code, number);
        return;
    }
    for code in without {
        let mut part = PageReading::default();
        part.invoice.place = format!("page {number}");
        absorb(&mut part, code, number);
        parts.push(part);
    }
}

fn is_of(code: &QrPayload, invoice: &InvoiceReading) -> bool {
    let stated = |field| invoice.fields.value(field);
    let same_code = stated(FieldName::Code).is_none_or(|own| code.code.is_empty() || own == code.code);
    same_code && stated(FieldName::Number) == Some(code.number.as_str())
}

fn absorb(part: &mut PageReading, code: &QrPayload, number: usize) {
    let mut reading = InvoiceReading::default();
    code.state_into(&mut reading, Source::Qr, &format!("page {number}"));
    part.invoice.absorb(reading);
}

/// An invoice of which only the QR code could be read says so.
fn flag_scan(part: &mut PageReading) {
    let has_text = |field| {
        let field = part.invoice.field(field);
        field.is_some_and(|field| {
            field
                .witnesses
                .iter()
                .any(|witness| witness.source == Source::PdfText)
        })
    };
    let is_read =
        has_text(FieldName::Number) || has_text(FieldName::Total) || has_text(FieldName::SellerName);
    if !part.invoice.qr_codes.is_empty() && !is_read {
        let message = "页面没有可读的文字层，只读取了二维码中的内容";
        part.invoice.faults.push(faults::QR_ONLY.at("file", message));
    }
}

fn refusal(error: LoadPdfError) -> Fault {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            faults::NEEDS_PASSWORD.at("file", "PDF 文件已加密，请去除打开密码后上传")
        }
        LoadPdfError::Decryption(_) => {
            faults::UNREADABLE.at("file", "PDF 的加密方式不受支持，请去除加密后上传")
        }
        LoadPdfError::Invalid => faults::UNREADABLE.at("file", "PDF 文件已损坏或不完整，无法打开"),
    }
}
