//! A reading (识读): what a file says, with the place of every statement.
//!
//! Reading never fails: an unreadable file is a reading that says so in a fault.

use serde::{Deserialize, Serialize};

use crate::{
    Cents, Date, Digest, Fault, Field, FieldName, Fields, InvoiceKey, InvoiceKind, InvoiceNumber, LineSet,
    Scheme, Source, Statement,
};

/// The form of a file, told by its content and never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// 数电票 XML.
    Xml,
    /// XBRL of 电子凭证会计数据标准.
    Xbrl,
    /// OFD (GB/T 33190).
    Ofd,
    /// PDF.
    Pdf,
    /// A picture: PNG, JPEG, BMP, WebP.
    Picture,
    /// A spreadsheet.
    Xlsx,
    /// A zip of files.
    Zip,
    /// Nothing that is read here.
    Unknown,
}

impl Format {
    /// Lower-case name, as in `--json` and statistics.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Xml => "xml",
            Format::Xbrl => "xbrl",
            Format::Ofd => "ofd",
            Format::Pdf => "pdf",
            Format::Picture => "picture",
            Format::Xlsx => "xlsx",
            Format::Zip => "zip",
            Format::Unknown => "unknown",
        }
    }
}

/// Whether a QR code's own checksum holds (CRC-16/BUYPASS over the text before it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrcState {
    /// It holds.
    Holds,
    /// It does not: misread or altered.
    Fails,
    /// The code has none.
    Absent,
    /// The kind of invoice uses another, unknown checksum (rail, air).
    NotApplicable,
}

/// A QR code found on an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCode {
    /// Decoded from a picture, or stated as text.
    pub source: Source,
    /// Where it was found.
    pub place: String,
    /// The whole text.
    pub text: String,
    /// Whether its checksum holds.
    pub crc: CrcState,
}

/// Something a file states that has no field of its own (a licence plate, a train, a passenger).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    /// The label or element path as the file has it.
    pub name: String,
    /// The text.
    pub value: String,
    /// Who said it.
    pub source: Source,
    /// Where.
    pub place: String,
}

/// Whether the content is unchanged since it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Integrity {
    /// The file carries no signature. Many good copies do not.
    Unsigned,
    /// Every digest of every signed part holds.
    Intact {
        /// How many parts were checked.
        parts: usize,
    },
    /// At least one signed part differs from its digest.
    Broken {
        /// The parts that differ or are missing.
        parts: Vec<String>,
    },
    /// It cannot be told.
    Unknown {
        /// Why.
        why: String,
    },
}

/// Whether the seal's own signature value was made by the certificate's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum SealCheck {
    /// The signature value verifies.
    Holds,
    /// It does not.
    Fails,
    /// It was not checked.
    NotChecked {
        /// Why.
        why: String,
    },
}

/// Who sealed a file, as the seal itself says. A chain of trust is not built: the bureau's root is not public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// The seal's name, such as 国家税务总局浙江省税务局.
    pub seal_name: Option<String>,
    /// Subject of the signer's certificate.
    pub subject: Option<String>,
    /// Issuer of the signer's certificate.
    pub issuer: Option<String>,
    /// Last day of the certificate's validity.
    pub valid_until: Option<String>,
    /// When the signature says it was made.
    pub signed_at: Option<String>,
    /// Whether the signature value verifies under the certificate's key.
    pub seal: SealCheck,
}

/// What the signatures of a file show. Three separate answers: integrity, signer, and whether the tax bureau knows
/// the invoice, which no offline check can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureFacts {
    /// Whether the content is unchanged since it was signed.
    pub integrity: Integrity,
    /// Who signed, one per signature.
    #[serde(default)]
    pub signers: Vec<Signer>,
}

/// One invoice found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InvoiceReading {
    /// Where in the file: `page 2`, `EInvoice`; empty when the file holds one invoice only.
    #[serde(default)]
    pub place: String,
    /// Every field with its witnesses.
    pub fields: Fields,
    /// The lines as each source states them, most trusted first.
    #[serde(default)]
    pub line_sets: Vec<LineSet>,
    /// QR codes on this invoice.
    #[serde(default)]
    pub qr_codes: Vec<QrCode>,
    /// What has no field of its own.
    #[serde(default)]
    pub extras: Vec<Extra>,
    /// Faults found while reading this invoice.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

impl InvoiceReading {
    /// Adds a statement of a field.
    pub fn state(&mut self, name: FieldName, source: Source, place: impl Into<String>, raw: &str) {
        self.fields.state(name, source, place, raw);
    }

    /// The field, if anything was said of it.
    pub fn field(&self, name: FieldName) -> Option<&Field> {
        self.fields.get(name)
    }

    /// The invoice's number, if the file states enough of it.
    pub fn number(&self) -> Option<InvoiceNumber> {
        let code = self.fields.value(FieldName::Code);
        InvoiceNumber::new(code, self.fields.value(FieldName::Number)?)
    }

    /// The key under which the invoice is known.
    pub fn key(&self) -> Option<InvoiceKey> {
        self.number().map(|number| number.key())
    }

    /// Other keys of the same invoice: code and paper number of a 数电纸质发票.
    pub fn alias_keys(&self) -> Vec<InvoiceKey> {
        let paper = self.fields.value(FieldName::PaperNumber);
        let code = self.fields.value(FieldName::Code);
        paper
            .and_then(|number| InvoiceNumber::new(code, number))
            .map(|n| n.key())
            .into_iter()
            .collect()
    }

    /// The kind: what is stated, refined or replaced by what the number implies.
    pub fn kind(&self) -> Option<InvoiceKind> {
        let field = self.fields.get(FieldName::Kind)?;
        let mut kinds = field
            .witnesses
            .iter()
            .filter_map(|w| w.value.as_deref())
            .filter_map(InvoiceKind::from_code);
        let first = kinds.next()?;
        // A later witness that says the same more exactly refines the first.
        Some(kinds.fold(first, |known, other| {
            let vague = matches!(
                known,
                InvoiceKind::DigitalUnstated | InvoiceKind::ElectronicOrdinary
            );
            if vague && known.is_compatible(other) {
                other
            } else {
                known
            }
        }))
    }

    /// The day of issue (开票日期).
    pub fn date(&self) -> Option<Date> {
        self.fields.date(FieldName::Date)
    }

    /// 合计金额 in 分.
    pub fn amount(&self) -> Option<Cents> {
        self.fields.cents(FieldName::Amount)
    }

    /// 合计税额 in 分.
    pub fn tax(&self) -> Option<Cents> {
        self.fields.cents(FieldName::Tax)
    }

    /// 价税合计 in 分.
    pub fn total(&self) -> Option<Cents> {
        self.fields.cents(FieldName::Total)
    }

    /// Whether this is a red-letter invoice (红字发票): said so, or linked to a blue one, or its total is negative.
    pub fn is_red_letter(&self) -> bool {
        self.fields.value(FieldName::RedLetter) == Some("yes")
            || self.fields.value(FieldName::BlueNumber).is_some()
            || self
                .total()
                .or_else(|| self.amount())
                .is_some_and(|total| total.0 < 0)
    }

    /// The most trusted complete set of lines, or the first that is not.
    pub fn lines(&self) -> Option<&LineSet> {
        self.line_sets
            .iter()
            .find(|set| set.complete)
            .or_else(|| self.line_sets.first())
    }

    /// Whether anything identifies this as an invoice.
    pub fn is_identified(&self) -> bool {
        self.key().is_some()
    }

    /// Joins what another source of the same file says of the same invoice.
    pub fn absorb(&mut self, other: InvoiceReading) {
        self.fields.absorb(other.fields);
        for set in other.line_sets {
            let at = self.line_sets.partition_point(|known| known.source <= set.source);
            self.line_sets.insert(at, set);
        }
        self.qr_codes.extend(other.qr_codes);
        self.extras.extend(other.extras);
        self.faults.extend(other.faults);
        if self.place.is_empty() {
            self.place = other.place;
        }
    }

    /// The scheme by which the invoice is numbered, where known.
    pub fn scheme(&self) -> Option<Scheme> {
        self.number().map(|number| match number {
            InvoiceNumber::Unified(_) => Scheme::Unified,
            InvoiceNumber::Legacy { .. } => Scheme::Legacy,
        })
    }
}

/// A file inside a zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name inside the zip, for showing only: never used as a path.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// What a file says (识读). Names its original by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The original that was read.
    pub original: Digest,
    /// The form of the file.
    pub format: Format,
    /// Version of the reader, so that a later one may read again and be compared.
    pub reader_version: u32,
    /// The invoices found, in the order of the file.
    pub invoices: Vec<InvoiceReading>,
    /// The bureau's export, where the file is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
    /// The files inside, where the file is a zip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// What the file's signatures show; `None` for forms that carry none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatures: Option<SignatureFacts>,
    /// How many pages the file has, and how many of them belong to no invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<(u32, u32)>,
    /// Faults of the file as a whole.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

impl Reading {
    /// An empty reading of an original.
    pub fn new(original: Digest, format: Format, reader_version: u32) -> Reading {
        Reading {
            original,
            format,
            reader_version,
            invoices: Vec::new(),
            statement: None,
            members: Vec::new(),
            signatures: None,
            pages: None,
            faults: Vec::new(),
        }
    }

    /// SHA-256 of the reading in its JSON form: the name by which a verdict says what it judged.
    ///
    /// A reading holds text, integers and exact decimals under fixed names, so its JSON form always exists.
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(self).expect("invariant: a reading has a JSON form"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vague_kind_is_refined_by_a_later_witness() {
        let mut invoice = InvoiceReading::default();
        invoice.state(FieldName::Kind, Source::Xml, "EInvoice", "数电发票");
        invoice.state(FieldName::Kind, Source::Qr, "page 1", "digital_ordinary");
        assert_eq!(invoice.kind(), Some(InvoiceKind::DigitalOrdinary));
    }

    #[test]
    fn a_digital_invoice_on_paper_has_an_alias() {
        let mut invoice = InvoiceReading::default();
        invoice.state(FieldName::Number, Source::Xml, "", "24112000000048542163");
        invoice.state(FieldName::Code, Source::Xml, "", "033002000211");
        invoice.state(FieldName::PaperNumber, Source::Xml, "", "83089647");
        assert_eq!(invoice.key(), Some(InvoiceKey("U:24112000000048542163".into())));
        assert_eq!(
            invoice.alias_keys(),
            vec![InvoiceKey("L:033002000211:83089647".into())]
        );
    }
}
