//! OFD packages made for tests: an invoice page with template, custom data, tags and attachment, signed or not.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sm3::{Digest as _, Sm3};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::seal::making::{Office, Writing, ses_v4};

const OFD: &str = r#"xmlns:ofd="http://www.ofdspec.org/2016""#;

/// A package under construction: its files by name.
#[derive(Clone, Default)]
pub(super) struct Made {
    files: Vec<(String, Vec<u8>)>,
    custom_data: String,
    with_tags: bool,
    with_attachment: bool,
    is_signed: bool,
    further_pages: u32,
}

impl Made {
    /// One page of 210 × 140 mm with text objects `(id, x, y, text)`; places in millimetres.
    pub(super) fn page(texts: &[(u32, f64, f64, &str)]) -> Made {
        let mut made = Made::default();
        made.set("Doc_0/Pages/Page_0/Content.xml", &content(texts));
        made
    }

    /// A further page, numbered from 2 by its place.
    pub(super) fn also_page(mut self, texts: &[(u32, f64, f64, &str)]) -> Made {
        self.further_pages += 1;
        let number = self.further_pages;
        self.set(&format!("Doc_0/Pages/Page_{number}/Content.xml"), &content(texts));
        self
    }

    /// Adds an object to the first page.
    pub(super) fn object(self, xml: &str) -> Made {
        let end = "</ofd:Layer>";
        self.altered("Doc_0/Pages/Page_0/Content.xml", end, &format!("{xml}{end}"))
    }

    /// Adds or replaces a file.
    pub(super) fn set(&mut self, name: &str, text: &str) {
        self.files.retain(|(known, _)| known != name);
        self.files.push((name.to_owned(), text.as_bytes().to_vec()));
    }

    pub(super) fn custom_data(mut self, data: &[(&str, &str)]) -> Made {
        self.custom_data = data
            .iter()
            .map(|(name, value)| format!(r#"<ofd:CustomData Name="{name}">{value}</ofd:CustomData>"#))
            .collect();
        self
    }

    /// A tag file, whole.
    pub(super) fn tags(mut self, xml: &str) -> Made {
        self.set(
            "Doc_0/Tags/CustomTags.xml",
            &format!(
                r#"<ofd:CustomTags {OFD}><ofd:CustomTag TypeID="0"><ofd:FileLoc>CustomTag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>"#
            ),
        );
        self.set("Doc_0/Tags/CustomTag.xml", xml);
        self.with_tags = true;
        self
    }

    /// An attached XML.
    pub(super) fn attachment(mut self, xml: &str) -> Made {
        self.set(
            "Doc_0/Attachs/Attachments.xml",
            &format!(
                r#"<ofd:Attachments {OFD}><ofd:Attachment ID="1" Name="original_invoice" Format="xml"><ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment></ofd:Attachments>"#
            ),
        );
        self.set("Doc_0/Attachs/original_invoice.xml", xml);
        self.with_attachment = true;
        self
    }

    /// Completes the package and signs every file in it.
    pub(super) fn signed(mut self) -> Made {
        self.is_signed = true;
        self.complete();
        let references: String = self
            .files
            .iter()
            .map(|(name, bytes)| {
                let digest = STANDARD.encode(Sm3::digest(bytes));
                format!(
                    r#"<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{digest}</ofd:CheckValue></ofd:Reference>"#
                )
            })
            .collect();
        let signature = format!(
            r#"<ofd:Signature {OFD}><ofd:SignedInfo><ofd:References CheckMethod="1.2.156.10197.1.401">{references}</ofd:References></ofd:SignedInfo><ofd:SignedValue>/Doc_0/Signs/Sign_0/SignedValue.dat</ofd:SignedValue></ofd:Signature>"#
        );
        let office = Office::new("示例市税务局", 5);
        let value = ses_v4(
            signature.as_bytes(),
            "国家税务总局示例市税务局",
            &office,
            &office,
            Writing::Der,
        );
        self.set(
            "Doc_0/Signs/Signatures.xml",
            &format!(
                r#"<ofd:Signatures {OFD}><ofd:Signature ID="1" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/></ofd:Signatures>"#
            ),
        );
        self.set("Doc_0/Signs/Sign_0/Signature.xml", &signature);
        self.files
            .push(("Doc_0/Signs/Sign_0/SignedValue.dat".to_owned(), value));
        self
    }

    /// Replaces text in a file, as a forger would.
    pub(super) fn altered(mut self, name: &str, from: &str, to: &str) -> Made {
        let (_, bytes) = self
            .files
            .iter_mut()
            .find(|(known, _)| known == name)
            .expect("the file is in the package");
        let text = String::from_utf8(bytes.clone()).expect("the file is text");
        assert!(text.contains(from), "{from} is in {name}");
        *bytes = text.replace(from, to).into_bytes();
        self
    }

    pub(super) fn without(mut self, name: &str) -> Made {
        self.files.retain(|(known, _)| known != name);
        self
    }

    /// The package as bytes.
    pub(super) fn bytes(mut self) -> Vec<u8> {
        if !self.is_signed {
            self.complete();
        }
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in &self.files {
            zip.start_file(name.as_str(), options).expect("a name of ours");
            zip.write_all(bytes).expect("memory");
        }
        zip.finish().expect("memory").into_inner()
    }

    fn complete(&mut self) {
        let part = |with: bool, element: &str, path: &str| match with {
            true => format!("<ofd:{element}>{path}</ofd:{element}>"),
            false => String::new(),
        };
        let further_pages: String = (1..=self.further_pages)
            .map(|number| {
                let id = number + 1;
                format!(r#"<ofd:Page ID="{id}" BaseLoc="Pages/Page_{number}/Content.xml"/>"#)
            })
            .collect();
        let document = format!(
            r#"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>{further_pages}</ofd:Pages>{}{}</ofd:Document>"#,
            part(self.with_attachment, "Attachments", "Attachs/Attachments.xml"),
            part(self.with_tags, "CustomTags", "Tags/CustomTags.xml"),
        );
        self.set("Doc_0/Document.xml", &document);
        let root = format!(
            r#"<ofd:OFD {OFD} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:CustomDatas>{}</ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{}</ofd:DocBody></ofd:OFD>"#,
            self.custom_data,
            part(self.is_signed, "Signatures", "Doc_0/Signs/Signatures.xml"),
        );
        self.set("OFD.xml", &root);
    }
}

fn content(texts: &[(u32, f64, f64, &str)]) -> String {
    let objects: String = texts
        .iter()
        .map(|(id, x, y, text)| {
            // Latin characters are half as wide as Chinese ones.
            let steps: Vec<&str> = text
                .chars()
                .map(|c| if c.is_ascii() { "1.5" } else { "3" })
                .collect();
            let delta = match steps.split_last() {
                Some((_, steps)) if !steps.is_empty() => format!(r#" DeltaX="{}""#, steps.join(" ")),
                _ => String::new(),
            };
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            format!(
                r#"<ofd:TextObject ID="{id}" Boundary="{x} {y} 100 5" Font="9" Size="3"><ofd:TextCode X="0" Y="3"{delta}>{text}</ofd:TextCode></ofd:TextObject>"#
            )
        })
        .collect();
    format!(
        r#"<ofd:Page {OFD}><ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>"#
    )
}
