//! Invoices in XML: files of their own, attachments of an OFD, files embedded in a PDF.
//!
//! There is one file per dialect and one ordered list of them. A dialect is told by the root element, never by a
//! file name. Reading is lenient about syntax (some issuers write XML that is not well-formed) and strict about
//! meaning: elements are bound by their full path.

mod binding;
mod chinese;
mod einvoice;
mod original;
mod pinyin;
mod xbrl;
mod xbrl_atr;
mod xbrl_einv;
mod xbrl_inv;
mod xbrl_rai;

use invoice::{Fault, Format, InvoiceReading, Source};
use ofd::xml::{Element, XmlError};

use self::binding::Binding;
use crate::{faults, limits};

/// One way of writing an invoice in XML.
struct Dialect {
    /// The form of a file in this dialect.
    format: Format,
    /// Whether a root element is of this dialect.
    probe: fn(&Element) -> bool,
    /// Binds the elements below the root.
    read: fn(&mut Binding<'_>),
}

/// Every dialect. The first whose probe holds reads the file, so the loosest come last.
const DIALECTS: &[Dialect] = &[
    einvoice::DIALECT,
    xbrl_inv::DIALECT,
    xbrl_einv::DIALECT,
    xbrl_rai::DIALECT,
    xbrl_atr::DIALECT,
    original::DIALECT,
    pinyin::DIALECT,
    chinese::DIALECT,
];

/// What an XML file says.
#[derive(Debug)]
pub(crate) struct XmlInvoices {
    /// [`Format::Xml`] or [`Format::Xbrl`].
    pub(crate) format: Format,
    /// The invoices; at least one.
    pub(crate) invoices: Vec<InvoiceReading>,
    /// Faults of the file as a whole.
    pub(crate) faults: Vec<Fault>,
}

/// Reads the invoices of an XML file.
///
/// `source` is [`Source::Xml`] for a file of its own (witnesses of an XBRL file then say [`Source::Xbrl`]) or the
/// kind of attachment. `place` is the attachment's name, empty for a file of its own; a witness's place is the
/// attachment's name and the path of the element.
///
/// # Errors
/// One fault that says why nothing was read: not XML (`F001`), no known dialect (`F002`), beyond a limit (`F003`).
pub(crate) fn read_invoices(bytes: &[u8], source: Source, place: &str) -> Result<XmlInvoices, Fault> {
    let depth_max = if twin::is_on("xml_depth_limit_off") {
        usize::MAX
    } else {
        limits::XML_DEPTH_MAX
    };
    let xml_limits = ofd::xml::Limits {
        bytes_max: limits::FILE_BYTES_MAX as u64,
        depth_max,
        ..ofd::xml::Limits::default()
    };
    let root = ofd::xml::parse_lenient(bytes, &xml_limits).map_err(|error| refusal(&error))?;
    if let Some(dialect) = dialect_of(&root) {
        return Ok(read_as(dialect, std::iter::once(&root), source, place));
    }
    // Some systems wrap several invoices in one element of their own.
    let Some(dialect) = root.children.iter().find_map(dialect_of) else {
        let message = format!("XML 根元素为 {}，不是已知的发票格式", shorten(&root.name));
        return Err(faults::NOT_AN_INVOICE.at("file", message));
    };
    let invoices: Vec<&Element> = root
        .children
        .iter()
        .filter(|child| (dialect.probe)(child))
        .collect();
    let count = invoices.len();
    let mut read = read_as(
        dialect,
        invoices.into_iter().take(limits::INVOICES_MAX),
        source,
        place,
    );
    if count > limits::INVOICES_MAX {
        let message = format!("文件含 {count} 张发票，只读取前 {} 张", limits::INVOICES_MAX);
        read.faults.push(faults::BEYOND_LIMIT.at("file", message));
    }
    Ok(read)
}

fn dialect_of(root: &Element) -> Option<&'static Dialect> {
    DIALECTS.iter().find(|dialect| (dialect.probe)(root))
}

fn read_as<'a>(
    dialect: &Dialect,
    roots: impl Iterator<Item = &'a Element>,
    source: Source,
    place: &'a str,
) -> XmlInvoices {
    let source = match (source, dialect.format) {
        (Source::Xml, Format::Xbrl) => Source::Xbrl,
        (other, _) => other,
    };
    let mut read = XmlInvoices {
        format: dialect.format,
        invoices: Vec::new(),
        faults: Vec::new(),
    };
    for root in roots {
        let mut binding = Binding::new(root, source, place);
        (dialect.read)(&mut binding);
        read.invoices.push(binding.invoice);
        read.faults.extend(binding.faults);
    }
    read
}

/// The fault that an unusable XML file is.
fn refusal(error: &XmlError) -> Fault {
    match error {
        XmlError::Malformed { position, reason } => {
            let message = format!("XML 在第 {position} 字节附近不完整或有误：{}", shorten(reason));
            faults::UNREADABLE.at("file", message)
        }
        XmlError::Empty => faults::UNREADABLE.at("file", "XML 文件中没有任何元素"),
        XmlError::Doctype => faults::UNREADABLE.at("file", "XML 含有 DOCTYPE 声明，可能是恶意文件，未读取"),
        XmlError::Limit { limit, max } => {
            faults::BEYOND_LIMIT.at("file", format!("XML 超出限制：{max} {limit}"))
        }
    }
}

/// At most forty characters of a text that came out of a file, for a message.
fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests;
