//! A small tree of XML elements for data files: names without namespaces, attributes, children, text.
//!
//! Namespaces are not resolved: OFD parts and the XML inside them use several namespaces, or none, for the same
//! thing, so callers match local names. The order of text between child elements is not kept. Document types are
//! refused, so only the five entities and character references exist.

mod decode;

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use thiserror::Error;

use crate::error::LimitKind;

pub use decode::decode;

/// No limit may allow deeper nesting than this: dropping a tree recurses once for each level.
pub const DEPTH_MAX: usize = 512;

/// The most one XML file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes_max: u64,
    /// Nested elements; never more than [`DEPTH_MAX`].
    pub depth_max: usize,
    /// Attributes of one element.
    pub attributes_max: usize,
    /// Elements and attributes in all.
    pub nodes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: 64 << 20,
            depth_max: 64,
            attributes_max: 256,
            nodes_max: 1_000_000,
        }
    }
}

/// Why a file is not usable XML.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XmlError {
    /// Not well-formed.
    #[error("not well-formed XML at byte {position}: {reason}")]
    Malformed {
        /// Byte of the decoded text near the fault.
        position: u64,
        /// What is wrong.
        reason: String,
    },
    /// There is no element at all.
    #[error("the file holds no XML element")]
    Empty,
    /// A document type declaration, refused because it could define entities.
    #[error("the file holds a document type declaration (DOCTYPE), which is refused")]
    Doctype,
    /// The file asks for more than the limits grant.
    #[error("the file exceeds the limit of {max} {limit}")]
    Limit {
        /// The limit that was reached.
        limit: LimitKind,
        /// Its value.
        max: u64,
    },
}

/// An attribute with its entities resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Prefix before the colon, empty if none.
    pub prefix: String,
    /// Name after the colon.
    pub name: String,
    /// Value.
    pub value: String,
}

/// An element with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Prefix before the colon, empty if none.
    pub prefix: String,
    /// Name after the colon.
    pub name: String,
    /// Attributes in the order of the file, namespace declarations included.
    pub attributes: Vec<Attribute>,
    /// Child elements in the order of the file.
    pub children: Vec<Element>,
    /// The element's own text and CDATA, joined, white space kept; without the text of its children.
    pub text: String,
}

impl Element {
    /// The value of the attribute with this local name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// The first child with this local name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children with this local name.
    pub fn children_named<'a, 'n>(
        &'a self,
        name: &'n str,
    ) -> impl Iterator<Item = &'a Element> + use<'a, 'n> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at a path of local names below this one, for example `["Header", "EIid"]`: the first child of
    /// each name.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The trimmed own text, or `None` if there is none but white space.
    #[must_use]
    pub fn trimmed(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }

    /// [`Element::trimmed`] of the element at a path.
    #[must_use]
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path)?.trimmed()
    }

    /// [`Element::trimmed`] of the first child with this local name that has any text.
    #[must_use]
    pub fn child_text(&self, name: &str) -> Option<&str> {
        self.children_named(name).find_map(Element::trimmed)
    }

    /// This element and everything below it, parents before children.
    pub fn descendants(&self) -> impl Iterator<Item = &Element> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let element = stack.pop()?;
            stack.extend(element.children.iter().rev());
            Some(element)
        })
    }

    /// How many elements and attributes the tree holds, this element included: what [`Limits::nodes_max`] bounds.
    #[must_use]
    pub fn count_nodes(&self) -> usize {
        self.descendants()
            .map(|element| 1 + element.attributes.len())
            .sum()
    }
}

/// Parses a well-formed file of any of the encodings of [`decode`].
///
/// # Errors
/// [`XmlError`]; no input panics.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Element, XmlError> {
    build(bytes, limits, Strictness::Strict)
}

/// Like [`parse`], but takes what some producers write although it is not well-formed: empty prefixes as in
/// `<:eInvoice xmlns:="">` (the colon is dropped), a bare `&`, and entities nobody declared (both kept as
/// written).
///
/// # Errors
/// [`XmlError`]; no input panics.
pub fn parse_lenient(bytes: &[u8], limits: &Limits) -> Result<Element, XmlError> {
    build(bytes, limits, Strictness::Lenient)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    Strict,
    Lenient,
}

fn build(bytes: &[u8], limits: &Limits, strictness: Strictness) -> Result<Element, XmlError> {
    if bytes.len() as u64 > limits.bytes_max {
        return Err(XmlError::Limit {
            limit: LimitKind::XmlBytes,
            max: limits.bytes_max,
        });
    }
    let text = decode(bytes);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().allow_dangling_amp = strictness == Strictness::Lenient;
    let mut builder = Builder {
        limits,
        strictness,
        open: Vec::new(),
        root: None,
        nodes: 0,
    };
    loop {
        let event = reader.read_event().map_err(|error| XmlError::Malformed {
            position: reader.error_position(),
            reason: error.to_string(),
        })?;
        if matches!(event, Event::Eof) {
            return builder.finish(reader.buffer_position());
        }
        builder.take(event, reader.buffer_position())?;
    }
}

struct Builder<'a> {
    limits: &'a Limits,
    strictness: Strictness,
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, position: u64) -> Result<(), XmlError> {
        match event {
            Event::Start(start) => {
                let element = self.element(&start, position)?;
                self.open.push(element);
            }
            Event::Empty(start) => {
                let element = self.element(&start, position)?;
                self.close(element);
            }
            // The parser has checked that the name matches the element that is open.
            Event::End(_) => {
                if let Some(element) = self.open.pop() {
                    self.close(element);
                }
            }
            Event::Text(text) => self.push_text(&text.xml10_content(), position)?,
            Event::CData(text) => self.push_text(&text.xml10_content(), position)?,
            Event::GeneralRef(reference) => {
                let resolved = self.resolve(&reference, position)?;
                self.push_text(&resolved, position)?;
            }
            Event::DocType(_) => return Err(XmlError::Doctype),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn element(&mut self, start: &BytesStart<'_>, position: u64) -> Result<Element, XmlError> {
        let depth_max = self.limits.depth_max.min(DEPTH_MAX);
        if self.open.len() >= depth_max {
            return Err(XmlError::Limit {
                limit: LimitKind::XmlDepth,
                max: depth_max as u64,
            });
        }
        self.charge_node()?;
        if self.open.is_empty() && self.root.is_some() {
            return Err(malformed(position, "a second root element"));
        }
        let (prefix, name) = self.split(start.name().as_ref(), position)?;
        Ok(Element {
            prefix,
            name,
            attributes: self.attributes(start, position)?,
            ..Element::default()
        })
    }

    fn attributes(&mut self, start: &BytesStart<'_>, position: u64) -> Result<Vec<Attribute>, XmlError> {
        let mut attributes = Vec::new();
        // The library's own check for doubles is done by hash, after the bound below has been kept.
        for attribute in start.attributes() {
            if attributes.len() >= self.limits.attributes_max {
                let max = self.limits.attributes_max as u64;
                return Err(XmlError::Limit {
                    limit: LimitKind::XmlAttributes,
                    max,
                });
            }
            self.charge_node()?;
            let attribute = attribute.map_err(|error| malformed(position, &error.to_string()))?;
            let value = match attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) {
                Ok(value) => value,
                Err(_) if self.strictness == Strictness::Lenient => attribute.value.clone(),
                Err(error) => return Err(malformed(position, &error.to_string())),
            };
            let key = attribute.key.as_ref();
            if key == "xmlns:" && self.strictness == Strictness::Lenient {
                continue;
            }
            let (prefix, name) = self.split(key, position)?;
            attributes.push(Attribute {
                prefix,
                name,
                value: value.into_owned(),
            });
        }
        Ok(attributes)
    }

    fn charge_node(&mut self) -> Result<(), XmlError> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > self.limits.nodes_max {
            return Err(XmlError::Limit {
                limit: LimitKind::XmlNodes,
                max: self.limits.nodes_max as u64,
            });
        }
        Ok(())
    }

    fn split(&self, name: &str, position: u64) -> Result<(String, String), XmlError> {
        let (prefix, local) = match name.split_once(':') {
            None => ("", name),
            Some(("", local)) if self.strictness == Strictness::Lenient => ("", local),
            Some(("", _) | (_, "")) => {
                return Err(malformed(position, "a name with an empty prefix or local part"));
            }
            Some(parts) => parts,
        };
        if local.is_empty() {
            return Err(malformed(position, "an empty name"));
        }
        Ok((prefix.to_owned(), local.to_owned()))
    }

    fn resolve(&self, reference: &str, position: u64) -> Result<Cow<'static, str>, XmlError> {
        let character = quick_xml::events::BytesRef::new(reference).resolve_char_ref();
        match (reference, character) {
            (_, Ok(Some(character))) => Ok(character.to_string().into()),
            ("lt", _) => Ok("<".into()),
            ("gt", _) => Ok(">".into()),
            ("amp", _) => Ok("&".into()),
            ("apos", _) => Ok("'".into()),
            ("quot", _) => Ok("\"".into()),
            _ if self.strictness == Strictness::Lenient => Ok(format!("&{reference};").into()),
            _ => Err(malformed(
                position,
                &format!("the entity &{reference}; is not defined"),
            )),
        }
    }

    fn push_text(&mut self, text: &str, position: u64) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            // Trailing zero bytes and blanks after the root are left by some producers; words are not.
            None if text
                .chars()
                .all(|c| c.is_whitespace() || c == '\0' || c == '\u{feff}') => {}
            None => return Err(malformed(position, "text outside the root element")),
        }
        Ok(())
    }

    fn close(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn finish(self, position: u64) -> Result<Element, XmlError> {
        if let Some(element) = self.open.last() {
            return Err(malformed(
                position,
                &format!("the element {} is not closed", element.name),
            ));
        }
        self.root.ok_or(XmlError::Empty)
    }
}

fn malformed(position: u64, reason: &str) -> XmlError {
    XmlError::Malformed {
        position,
        reason: reason.to_owned(),
    }
}

/// Escapes text for an element or a quoted attribute; characters XML 1.0 cannot hold are left out.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
