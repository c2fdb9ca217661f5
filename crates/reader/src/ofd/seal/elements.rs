//! A thin walk over DER: the elements of a constructed value, one after the other, each with its raw bytes.
//!
//! Signatures are made over raw bytes, and real seals take liberties inside their fields (a name in the wrong string
//! type, a boolean of 1), so fields are taken as they stand instead of being decoded into strict types. Lengths are
//! checked by `der`; nothing is copied.

use der::asn1::ObjectIdentifier;
use der::{Header, Reader as _, SliceReader, Tag};

/// The most elements of one constructed value that are looked at; the largest list of real seals has twenty.
const ELEMENTS_MAX: usize = 256;

/// DER that is cut short, indefinite or otherwise not DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// One element: its tag, its content and the whole of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    tag: Tag,
    /// The content without tag and length.
    pub(super) content: &'a [u8],
    /// Tag, length and content: what signatures are made over.
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements inside a constructed value.
    pub(super) fn inside(&self) -> Result<Elements<'a>, Malformed> {
        if !self.tag.is_constructed() {
            return Err(Malformed);
        }
        Elements::of(self.content)
    }

    pub(super) fn is_object_identifier(&self) -> bool {
        self.tag == Tag::ObjectIdentifier
    }

    pub(super) fn is_integer(&self) -> bool {
        self.tag == Tag::Integer
    }

    /// Whether this is `[number]`, the context-specific tag.
    pub(super) fn is_context(&self, number: u32) -> bool {
        self.tag.is_context_specific() && self.tag.number().value() == number
    }

    /// A small non-negative integer.
    pub(super) fn small_integer(&self) -> Option<u8> {
        match (self.tag, self.content) {
            (Tag::Integer, [value]) if *value < 0x80 => Some(*value),
            _ => None,
        }
    }

    pub(super) fn object_identifier(&self) -> Option<ObjectIdentifier> {
        (self.tag == Tag::ObjectIdentifier)
            .then(|| ObjectIdentifier::from_bytes(self.content).ok())
            .flatten()
    }

    /// The bytes of an OCTET STRING, or of a BIT STRING of whole octets.
    pub(super) fn octets(&self) -> Option<&'a [u8]> {
        match (self.tag, self.content) {
            (Tag::OctetString, octets) => Some(octets),
            (Tag::BitString, [0, octets @ ..]) => Some(octets),
            _ => None,
        }
    }

    /// The text of any string or time type that is UTF-8, as all of them are on seals.
    pub(super) fn text(&self) -> Option<&'a str> {
        match self.tag {
            Tag::Utf8String
            | Tag::PrintableString
            | Tag::Ia5String
            | Tag::VisibleString
            | Tag::UtcTime
            | Tag::GeneralizedTime => std::str::from_utf8(self.content).ok(),
            _ => None,
        }
    }
}

/// The elements of a constructed value, read from front to back.
#[derive(Debug, Clone)]
pub(super) struct Elements<'a> {
    elements: Vec<Element<'a>>,
    at: usize,
}

impl<'a> Elements<'a> {
    /// The elements of the SEQUENCE that is all of `bytes`; padding behind it is ignored.
    pub(super) fn whole(bytes: &'a [u8]) -> Result<Elements<'a>, Malformed> {
        let mut reader = SliceReader::new(bytes).map_err(|_| Malformed)?;
        match next(&mut reader)? {
            element if element.tag == Tag::Sequence => element.inside(),
            _ => Err(Malformed),
        }
    }

    /// The elements whose encodings, one after the other, are `bytes`.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Elements<'a>, Malformed> {
        let mut reader = SliceReader::new(bytes).map_err(|_| Malformed)?;
        let mut elements = Vec::new();
        while !reader.is_finished() {
            if elements.len() == ELEMENTS_MAX {
                return Err(Malformed);
            }
            elements.push(next(&mut reader)?);
        }
        Ok(Elements { elements, at: 0 })
    }

    /// The next element without taking it.
    pub(super) fn peek(&self) -> Option<Element<'a>> {
        self.elements.get(self.at).copied()
    }

    /// Takes the next element.
    pub(super) fn take(&mut self) -> Result<Element<'a>, Malformed> {
        let element = self.peek().ok_or(Malformed)?;
        self.at += 1;
        Ok(element)
    }

    /// Takes the next element if it is `[number]`.
    pub(super) fn take_context(&mut self, number: u32) -> Option<Element<'a>> {
        let element = self.peek().filter(|element| element.is_context(number))?;
        self.at += 1;
        Some(element)
    }

    /// The elements not taken yet.
    pub(super) fn rest(&self) -> &[Element<'a>] {
        self.elements.get(self.at..).unwrap_or_default()
    }
}

fn next<'a>(reader: &mut SliceReader<'a>) -> Result<Element<'a>, Malformed> {
    let header = Header::peek(reader).map_err(|_| Malformed)?;
    let whole = reader.tlv_bytes().map_err(|_| Malformed)?;
    let length = usize::try_from(header.length()).map_err(|_| Malformed)?;
    let start = whole.len().checked_sub(length).ok_or(Malformed)?;
    Ok(Element {
        tag: header.tag(),
        content: whole.get(start..).ok_or(Malformed)?,
        whole,
    })
}
