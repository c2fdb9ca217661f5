//! Bytes to a [`Reading`]: XML, XBRL, OFD, PDF, pictures, zips and bureau exports.
//!
//! [`read`] never fails: what cannot be read is a reading whose faults say so. The crate is pure — no clock, file,
//! socket or thread — and every loop is bounded by [`limits`]. It trusts nothing in a file but its bytes: the form is
//! told by content, names inside archives are never used as paths.
//!
//! A field is stated by every source that holds it; sources of the same invoice inside one file are joined by its
//! number. Nothing here decides whether an invoice is good: that is `rules`.

pub mod faults;
pub mod limits;

mod archive;
mod cells;
mod conclusions;
mod detect;
mod figures;
mod merge;
mod ofd;
mod page;
mod pdf;
mod qr;
mod xlsx;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

use invoice::{Digest, Fault, Format, InvoiceReading, Member, Reading, Source};

pub use archive::UnpackedMember;
pub use faults::ALL as FAULTS;
pub use qr::read_code;

use detect::Form;

/// Version of the reader. It grows with every change that can alter a reading, so that originals read by an older
/// one can be found and read again.
pub const READER_VERSION: u32 = 1;

/// Reads a file (识读). Never fails and never panics: an unreadable file is a reading that says so in a fault.
///
/// A zip's reading lists its members and holds no invoices; [`unpack`] hands out the members' bytes to be read in
/// turn. The same bytes always give the same reading.
pub fn read(bytes: &[u8]) -> Reading {
    hold(bytes, read_form)
}

/// Holds a function that reads to the promise that reading never panics. [`read`] is this around all readers; it is
/// public so that the promise can be tried out with a reader that does panic.
///
/// The libraries that decode fonts, pictures and workbooks promise not to panic, but hostile files are written to
/// prove them wrong. A panic is then a fault of the file, and the caller's other files are read on.
pub fn hold(bytes: &[u8], read: impl FnOnce(&[u8]) -> Reading) -> Reading {
    if twin::is_on("reader_panic_not_caught") {
        return read(bytes);
    }
    let held = catch_unwind(AssertUnwindSafe(|| read(bytes)));
    held.unwrap_or_else(|_| {
        let mut reading = Reading::new(Digest::of(bytes), Format::Unknown, READER_VERSION);
        reading
            .faults
            .push(faults::READER_KILLED.at("file", "识读程序在处理该文件时出错，已中止"));
        reading
    })
}

/// The files inside a zip, within [`limits`]; empty for anything that is no zip. What could not be unpacked is said
/// in the faults of the zip's [`read`]ing. The caller counts how deep zips lie in zips
/// ([`limits::ARCHIVE_DEPTH_MAX`]).
pub fn unpack(bytes: &[u8]) -> Vec<UnpackedMember> {
    match detect::detect(bytes) {
        Form::Zip => archive::unpack(bytes).members,
        _ => Vec::new(),
    }
}

fn read_form(bytes: &[u8]) -> Reading {
    let mut reading = Reading::new(Digest::of(bytes), Format::Unknown, READER_VERSION);
    if bytes.len() > limits::FILE_BYTES_MAX {
        let message = format!("文件有 {} 字节，上限 {}", bytes.len(), limits::FILE_BYTES_MAX);
        reading.faults.push(faults::BEYOND_LIMIT.at("file", message));
        return reading;
    }
    match detect::detect(bytes) {
        Form::Xml => read_xml(bytes, &mut reading),
        Form::Ofd => read_ofd(bytes, &mut reading),
        Form::Pdf => read_pdf(bytes, &mut reading),
        Form::Picture => read_picture(bytes, &mut reading),
        Form::Xlsx => read_xlsx(bytes, &mut reading),
        Form::Zip => read_zip(bytes, &mut reading),
        Form::BrokenZip(was) => {
            let message = format!("{was}已损坏或不完整：文件末尾的目录无法读取，可能下载中断");
            reading.faults.push(faults::UNREADABLE.at("file", message));
        }
        Form::LockedOffice => {
            reading
                .faults
                .push(faults::NEEDS_PASSWORD.at("file", "Office 文件已加密，请去除密码后上传"));
        }
        Form::Foreign(name) => reading.faults.push(unsupported(name)),
        Form::Text => reading
            .faults
            .push(faults::NOT_AN_INVOICE.at("file", "纯文本文件，不是发票")),
        Form::Empty => reading.faults.push(faults::UNREADABLE.at("file", "文件为空")),
        Form::Unknown => reading
            .faults
            .push(faults::UNREADABLE.at("file", "无法识别的文件格式")),
    }
    finish(&mut reading);
    reading
}

fn unsupported(name: &str) -> Fault {
    faults::UNREADABLE.at("file", format!("不支持的格式：{name}"))
}

fn read_xml(bytes: &[u8], reading: &mut Reading) {
    reading.format = Format::Xml;
    match xml::read_invoices(bytes, Source::Xml, "") {
        Ok(read) => {
            reading.format = read.format;
            reading.invoices = read.invoices;
            reading.faults.extend(read.faults);
        }
        Err(fault) => {
            // A web page saved instead of the invoice behind it is common and no XML of ours.
            if fault.code == faults::NOT_AN_INVOICE.code || fault.code == faults::UNREADABLE.code {
                reading.format = Format::Unknown;
            }
            reading.faults.push(if is_web_page(bytes) {
                faults::NOT_AN_INVOICE.at(
                    "file",
                    "这是网页（HTML），不是发票文件；请在网页中下载 OFD、PDF 或 XML",
                )
            } else {
                fault
            });
        }
    }
}

fn is_web_page(bytes: &[u8]) -> bool {
    let head = bytes.get(..1024).unwrap_or(bytes).to_ascii_lowercase();
    let holds = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    holds(b"<!doctype html") || holds(b"<html")
}

fn read_ofd(bytes: &[u8], reading: &mut Reading) {
    reading.format = Format::Ofd;
    let read = ofd::read(bytes);
    reading.invoices = read.invoices;
    reading.signatures = read.signatures;
    reading.pages = read.pages;
    reading.faults.extend(read.faults);
}

fn read_pdf(bytes: &[u8], reading: &mut Reading) {
    reading.format = Format::Pdf;
    let read = pdf::read(bytes);
    reading.invoices = read.invoices;
    reading.pages = read.pages;
    reading.faults.extend(read.faults);
}

fn read_picture(bytes: &[u8], reading: &mut Reading) {
    reading.format = Format::Picture;
    let (invoices, faults) = qr::read_picture(bytes);
    reading.invoices = invoices;
    reading.faults.extend(faults);
}

fn read_xlsx(bytes: &[u8], reading: &mut Reading) {
    reading.format = Format::Xlsx;
    match xlsx::read(bytes) {
        Ok((statement, faults)) => {
            reading.statement = Some(statement);
            reading.faults.extend(faults);
        }
        Err(faults) => reading.faults.extend(faults),
    }
}

fn read_zip(bytes: &[u8], reading: &mut Reading) {
    reading.format = Format::Zip;
    let unpacked = archive::unpack(bytes);
    reading.faults.extend(unpacked.faults);
    reading.members = unpacked
        .members
        .into_iter()
        .map(|member| Member {
            digest: Digest::of(&member.bytes),
            size: member.bytes.len() as u64,
            name: member.name,
        })
        .collect();
    if reading.members.is_empty() && reading.faults.is_empty() {
        reading
            .faults
            .push(faults::NOT_AN_INVOICE.at("file", "压缩包中没有文件"));
    }
}

/// What holds for every form: conclusions are drawn, and nothing found is said so.
fn finish(reading: &mut Reading) {
    reading.invoices.iter_mut().for_each(conclusions::conclude);
    reading.invoices.iter_mut().for_each(require_number);
    let holds_nothing =
        reading.invoices.is_empty() && reading.statement.is_none() && reading.members.is_empty();
    if holds_nothing && reading.faults.is_empty() && !twin::is_on("reader_says_nothing") {
        reading
            .faults
            .push(faults::NOT_AN_INVOICE.at("file", "文件可以打开，但没有找到发票"));
    }
    let says_several = reading
        .faults
        .iter()
        .any(|fault| fault.code == faults::SEVERAL_INVOICES.code);
    if reading.invoices.len() > 1 && !says_several {
        let message = format!("文件中有 {} 张发票", reading.invoices.len());
        reading.faults.push(faults::SEVERAL_INVOICES.at("file", message));
    }
}

/// An invoice that nothing identifies is kept, with a fault that says which part of its number is missing.
fn require_number(invoice: &mut InvoiceReading) {
    if invoice.is_identified() || invoice.faults.iter().any(|fault| fault.concerns("number")) {
        return;
    }
    let message = match invoice.fields.value(invoice::FieldName::Number) {
        Some(number) if number.len() == 8 => "只有 8 位发票号码，没有发票代码，不能确定是哪一张发票",
        Some(_) => "发票号码既不是 20 位，也不是发票代码加 8 位号码",
        None => "没有找到发票号码",
    };
    invoice
        .faults
        .push(faults::NOT_AN_INVOICE.at("number,code", message));
}
