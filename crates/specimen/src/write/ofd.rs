//! OFD renditions (GB/T 33190-2016): the bureau's 数电 form and the signed files of the 税控 systems.
//!
//! The package is put together part by part instead of through a writer library, for two reasons: real files break the
//! standard in ways a good writer refuses (tags that are not well-formed XML, odd paths), and a reader must not be
//! tried on files made by its own other half.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use invoice::InvoiceKind;
use sm3::{Digest, Sm3};

use super::markup::Markup;
use super::original_invoice;
use super::picture::Grey;
use super::xbrl::{self, Voucher};
use super::zip::{self, Shape};
use crate::face::{self, Face, Mark, char_width};
use crate::qr::Modules;
use crate::specimen::Specimen;

const NAMESPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
/// Resource ids, the same in every file.
const TEMPLATE: u32 = 2;
const SONG: u32 = 3;
const COURIER: u32 = 4;
const CODE_IMAGE: u32 = 5;

/// What is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attached {
    Nothing,
    OriginalInvoice,
    Xbrl(Voucher),
}

/// How the fields are tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tags {
    None,
    /// Root `<ofd:root>`, flat lists of columns.
    Unified,
    /// Root `<:eInvoice xmlns:="">`, which is not well-formed: the bureau's own legacy files have it.
    LegacyBroken,
}

/// How an OFD is made.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    attached: Attached,
    tags: Tags,
    has_custom_data: bool,
    is_signed: bool,
    /// Zip shape; two shapes of the same parts make two files of the same invoice.
    pub(crate) has_descriptors: bool,
    /// Whether a forgery is signed anew, so that its digests hold.
    pub(crate) is_signed_again: bool,
    /// Two tags that point at each other's text objects: a forgery.
    pub(crate) swapped_tags: Option<(&'static str, &'static str)>,
}

/// What each layer of an OFD is written from. In an honest file all of them are of one specimen.
pub(crate) struct Layers<'a> {
    /// What is true, and what the signature is made over.
    pub(crate) truth: &'a Specimen,
    /// The text of the pages, which tags point at.
    pub(crate) page: &'a Specimen,
    /// The attached XML or XBRL.
    pub(crate) attachment: &'a Specimen,
    /// `CustomDatas` of `OFD.xml`.
    pub(crate) custom_data: &'a Specimen,
    /// The text of the QR code in the picture.
    pub(crate) code: String,
    /// The text of the QR code in the attachment.
    pub(crate) graph_code: String,
}

impl<'a> Layers<'a> {
    /// The layers of an honest file.
    pub(crate) fn honest(truth: &'a Specimen) -> Layers<'a> {
        Layers {
            truth,
            page: truth,
            attachment: truth,
            custom_data: truth,
            code: truth.qr_text(),
            graph_code: truth.qr_text(),
        }
    }
}

/// The bureau's 数电 file: custom data, tags and text; no attachment, no signature.
pub(crate) fn unified() -> Style {
    Style {
        attached: Attached::Nothing,
        tags: Tags::Unified,
        has_custom_data: true,
        is_signed: false,
        has_descriptors: false,
        is_signed_again: false,
        swapped_tags: None,
    }
}

/// A 税控 system's file: everything, signed.
pub(crate) fn legacy() -> Style {
    Style {
        attached: Attached::OriginalInvoice,
        tags: Tags::LegacyBroken,
        is_signed: true,
        ..unified()
    }
}

/// A vendor's file with XBRL attached and no tags.
pub(crate) fn legacy_xbrl() -> Style {
    Style {
        attached: Attached::Xbrl(Voucher::Legacy),
        tags: Tags::None,
        has_custom_data: false,
        ..legacy()
    }
}

/// Text and nothing else.
pub(crate) fn legacy_plain() -> Style {
    Style {
        attached: Attached::Nothing,
        tags: Tags::None,
        has_custom_data: false,
        is_signed: false,
        ..legacy()
    }
}

/// A rail ticket with its XBRL.
pub(crate) fn rail() -> Style {
    Style {
        attached: Attached::Xbrl(Voucher::Rail),
        ..legacy_plain()
    }
}

/// A value on a page with the id of its text object.
struct Placed {
    page: usize,
    id: u32,
    mark: Mark,
}

/// Writes a specimen as OFD.
pub(crate) fn write(specimen: &Specimen, style: &Style) -> Vec<u8> {
    write_layers(&Layers::honest(specimen), style)
}

/// Writes an OFD whose layers may contradict each other. What differs from the truth was put in after signing, unless
/// the style says that the forger signed again.
pub(crate) fn write_layers(layers: &Layers<'_>, style: &Style) -> Vec<u8> {
    let mut parts = parts_of(layers, style);
    if style.is_signed {
        let signature = match style.is_signed_again {
            true => signature_over(layers.truth, &parts),
            false => signature_over(layers.truth, &honest_parts(layers.truth, style)),
        };
        parts.extend(signature);
    }
    zip::write(
        &parts,
        Shape {
            has_descriptors: style.has_descriptors,
            ..Shape::default()
        },
    )
}

fn honest_parts(truth: &Specimen, style: &Style) -> Vec<(String, Vec<u8>)> {
    let style = Style {
        swapped_tags: None,
        ..style.clone()
    };
    parts_of(&Layers::honest(truth), &style)
}

/// The parts of a package, without a signature.
fn parts_of(layers: &Layers<'_>, style: &Style) -> Vec<(String, Vec<u8>)> {
    let faces = face::pages(layers.page);
    let placed = place(&faces);
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut part = |name: &str, text: String| parts.push((name.to_owned(), text.into_bytes()));
    part("OFD.xml", root(layers.custom_data, style));
    part("Doc_0/Document.xml", document(&faces, style));
    part("Doc_0/PublicRes.xml", resources());
    part("Doc_0/DocumentRes.xml", media());
    part("Doc_0/Tpls/Tpl_0/Content.xml", template(&faces));
    for (at, face) in faces.iter().enumerate() {
        part(
            &format!("Doc_0/Pages/Page_{at}/Content.xml"),
            page(at, face, &placed),
        );
    }
    if style.tags != Tags::None {
        let kind = if style.tags == Tags::Unified { "root" } else { "" };
        part(
            "Doc_0/Tags/CustomTags.xml",
            format!(
                "{PROLOG}<ofd:CustomTags {NAMESPACE}><ofd:CustomTag TypeID=\"{kind}\"><ofd:FileLoc>CustomTag.xml\
                 </ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>"
            ),
        );
        part("Doc_0/Tags/CustomTag.xml", tags(&placed, style));
    }
    let attached = layers.attachment;
    let attachment = match style.attached {
        Attached::Nothing => None,
        Attached::OriginalInvoice => Some((
            "original_invoice".to_owned(),
            "xml",
            original_invoice::write_with(attached, &layers.graph_code),
        )),
        Attached::Xbrl(voucher) => {
            let name = xbrl::attachment_name(layers.truth, voucher);
            Some((
                name.trim_end_matches(".xml").to_owned(),
                "xbrl",
                xbrl::write(attached, voucher),
            ))
        }
    };
    if let Some((name, format, data)) = attachment {
        part(
            "Doc_0/Attachs/Attachments.xml",
            format!(
                "{PROLOG}<ofd:Attachments {NAMESPACE}><ofd:Attachment ID=\"9001\" Name=\"{name}\" \
                 Format=\"{format}\" CreationDate=\"{}T{}\" Visible=\"false\"><ofd:FileLoc>{name}.xml</ofd:FileLoc>\
                 </ofd:Attachment></ofd:Attachments>",
                layers.truth.date, layers.truth.time
            ),
        );
        parts.push((format!("Doc_0/Attachs/{name}.xml"), data));
    }
    let code = Grey::of_modules(&Modules::of(&layers.code), 4, 1).png();
    parts.push(("Doc_0/Res/image_5.png".to_owned(), code));
    parts
}

/// Gives every value of every page an id, counting on across pages.
fn place(faces: &[Face]) -> Vec<Placed> {
    let mut placed = Vec::new();
    for (page, face) in faces.iter().enumerate() {
        for mark in &face.values {
            placed.push(Placed {
                page,
                id: 1_000 + placed.len() as u32,
                mark: mark.clone(),
            });
        }
    }
    placed
}

fn page_id(at: usize) -> u32 {
    100 + at as u32
}

fn root(specimen: &Specimen, style: &Style) -> String {
    let mut xml = Markup::new(PROLOG, false);
    xml.open(&format!("ofd:OFD {NAMESPACE} DocType=\"OFD\" Version=\"1.1\""));
    xml.open("ofd:DocBody");
    xml.open("ofd:DocInfo");
    xml.leaf(
        "ofd:DocID",
        &format!("{:0>32}", format!("{}{}", specimen.code, specimen.number)),
    );
    xml.leaf("ofd:Author", "China Tax");
    xml.leaf("ofd:CreationDate", &specimen.date.to_string());
    xml.leaf("ofd:Creator", "Suwell");
    if style.has_custom_data {
        xml.open("ofd:CustomDatas");
        xml.leaf("ofd:CustomData Name=\"template-version\"", "1.0.20.0422");
        let rows = [
            ("发票代码", specimen.code.clone()),
            ("发票号码", specimen.number.clone()),
            ("合计税额", specimen.shown_tax()),
            ("合计金额", specimen.amount.to_string()),
            ("开票日期", specimen.shown_date()),
            ("校验码", specimen.shown_check_code()),
            ("购买方纳税人识别号", specimen.buyer.tax_id.clone()),
            ("销售方纳税人识别号", specimen.seller.tax_id.clone()),
        ];
        for (name, text) in rows.iter().filter(|(_, text)| !text.is_empty()) {
            xml.leaf(&format!("ofd:CustomData Name=\"{name}\""), text);
        }
        xml.close("ofd:CustomDatas");
    }
    xml.close("ofd:DocInfo");
    xml.leaf("ofd:DocRoot", "Doc_0/Document.xml");
    if style.is_signed {
        xml.leaf("ofd:Signatures", "Doc_0/Signs/Signatures.xml");
    }
    xml.close("ofd:DocBody");
    xml.close("ofd:OFD");
    xml.finish()
}

fn document(faces: &[Face], style: &Style) -> String {
    let mut xml = Markup::new(PROLOG, false);
    xml.open(&format!("ofd:Document {NAMESPACE}"));
    xml.open("ofd:CommonData");
    xml.leaf("ofd:MaxUnitID", "9999");
    xml.open("ofd:PageArea");
    let (width, height) = faces.first().map_or((210.0, 140.0), |face| face.page);
    xml.leaf("ofd:PhysicalBox", &format!("0 0 {width} {height}"));
    xml.close("ofd:PageArea");
    xml.leaf("ofd:PublicRes", "PublicRes.xml");
    xml.leaf("ofd:DocumentRes", "DocumentRes.xml");
    xml.empty(&format!(
        "ofd:TemplatePage ID=\"{TEMPLATE}\" BaseLoc=\"Tpls/Tpl_0/Content.xml\""
    ));
    xml.close("ofd:CommonData");
    xml.open("ofd:Pages");
    for at in 0..faces.len() {
        xml.empty(&format!(
            "ofd:Page ID=\"{}\" BaseLoc=\"Pages/Page_{at}/Content.xml\"",
            page_id(at)
        ));
    }
    xml.close("ofd:Pages");
    if style.attached != Attached::Nothing {
        xml.leaf("ofd:Attachments", "Attachs/Attachments.xml");
    }
    if style.tags != Tags::None {
        xml.leaf("ofd:CustomTags", "Tags/CustomTags.xml");
    }
    xml.close("ofd:Document");
    xml.finish()
}

fn resources() -> String {
    let mut xml = Markup::new(PROLOG, false);
    xml.open(&format!("ofd:Res {NAMESPACE}"));
    xml.open("ofd:Fonts");
    xml.empty(&format!(
        "ofd:Font ID=\"{SONG}\" FontName=\"宋体\" FamilyName=\"SimSun\""
    ));
    xml.empty(&format!("ofd:Font ID=\"{COURIER}\" FontName=\"Courier New\""));
    xml.close("ofd:Fonts");
    xml.close("ofd:Res");
    xml.finish()
}

fn media() -> String {
    let mut xml = Markup::new(PROLOG, false);
    xml.open(&format!("ofd:Res {NAMESPACE} BaseLoc=\"Res\""));
    xml.open("ofd:MultiMedias");
    xml.open(&format!(
        "ofd:MultiMedia ID=\"{CODE_IMAGE}\" Type=\"Image\" Format=\"PNG\""
    ));
    xml.leaf("ofd:MediaFile", "image_5.png");
    xml.close("ofd:MultiMedia");
    xml.close("ofd:MultiMedias");
    xml.close("ofd:Res");
    xml.finish()
}

/// The printed form: lines and labels of the first page.
fn template(faces: &[Face]) -> String {
    let mut xml = Markup::new(PROLOG, false);
    xml.open(&format!("ofd:Page {NAMESPACE}"));
    xml.open("ofd:Content");
    xml.open("ofd:Layer ID=\"6\"");
    if let Some(face) = faces.first() {
        form(&mut xml, face, 10);
    }
    xml.close("ofd:Layer");
    xml.close("ofd:Content");
    xml.close("ofd:Page");
    xml.finish()
}

fn form(xml: &mut Markup, face: &Face, first_id: u32) {
    let (red, green, blue) = face.colour;
    let mut id = first_id;
    for [x1, y1, x2, y2] in &face.strokes {
        let (left, top, width, height) = (mm(*x1), mm(*y1), mm((x2 - x1).max(0.4)), mm((y2 - y1).max(0.4)));
        xml.open(&format!(
            "ofd:PathObject ID=\"{id}\" Boundary=\"{left} {top} {width} {height}\" LineWidth=\"0.25\""
        ));
        xml.empty(&format!("ofd:StrokeColor Value=\"{red} {green} {blue}\""));
        xml.leaf(
            "ofd:AbbreviatedData",
            &format!("M 0 0.2 L {} {}", mm(x2 - x1), mm(y2 - y1 + 0.2)),
        );
        xml.close("ofd:PathObject");
        id += 1;
    }
    // The turned download count is added by the PDF converter only.
    for mark in face.labels.iter().filter(|mark| !mark.is_turned) {
        text_object(xml, mark, id, &mark.text);
        id += 1;
    }
}

fn page(at: usize, face: &Face, placed: &[Placed]) -> String {
    let mut xml = Markup::new(PROLOG, false);
    xml.open(&format!("ofd:Page {NAMESPACE}"));
    xml.open("ofd:Area");
    xml.leaf("ofd:PhysicalBox", &format!("0 0 {} {}", face.page.0, face.page.1));
    xml.close("ofd:Area");
    if at == 0 {
        xml.empty(&format!(
            "ofd:Template TemplateID=\"{TEMPLATE}\" ZOrder=\"Background\""
        ));
    }
    xml.open("ofd:Content");
    xml.open("ofd:Layer ID=\"60\"");
    if at > 0 {
        form(&mut xml, face, 5_000 + 500 * at as u32);
    }
    for value in placed.iter().filter(|value| value.page == at) {
        text_object(&mut xml, &value.mark, value.id, &value.mark.text);
    }
    if let Some((x, y, side)) = face.qr {
        xml.empty(&format!(
            "ofd:ImageObject ID=\"{}\" CTM=\"{side} 0 0 {side} 0 0\" Boundary=\"{x} {y} {side} {side}\" \
             ResourceID=\"{CODE_IMAGE}\"",
            900 + at
        ));
    }
    xml.close("ofd:Layer");
    xml.close("ofd:Content");
    xml.close("ofd:Page");
    xml.finish()
}

fn text_object(xml: &mut Markup, mark: &Mark, id: u32, text: &str) {
    let font = if text == "¥" { COURIER } else { SONG };
    xml.open(&format!(
        "ofd:TextObject ID=\"{id}\" Boundary=\"{} {} {} {}\" Font=\"{font}\" Size=\"{}\"",
        mm(mark.x),
        mm(mark.y),
        mm(mark.width),
        mm(mark.size * 1.4),
        mm(mark.size)
    ));
    let start = mm(mark.start() - mark.x);
    let baseline = mm(mark.baseline() - mark.y);
    let deltas = deltas(text, mark.size);
    let tag = if deltas.is_empty() {
        format!("ofd:TextCode X=\"{start}\" Y=\"{baseline}\"")
    } else {
        format!("ofd:TextCode X=\"{start}\" Y=\"{baseline}\" DeltaX=\"{deltas}\"")
    };
    xml.leaf(&tag, text);
    xml.close("ofd:TextObject");
}

/// A length with at most four decimals.
fn mm(length: f32) -> String {
    let text = format!("{length:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Advances between characters, runs of equal ones written as `g count value` (GB/T 33190 §11.3).
fn deltas(text: &str, size: f32) -> String {
    let mut runs: Vec<(usize, f32)> = Vec::new();
    let count = text.chars().count();
    for c in text.chars().take(count.saturating_sub(1)) {
        let step = char_width(c, size);
        match runs.last_mut() {
            Some((length, last)) if *last == step => *length += 1,
            _ => runs.push((1, step)),
        }
    }
    runs.iter()
        .map(|(length, step)| {
            if *length > 1 {
                format!("g {length} {}", mm(*step))
            } else {
                mm(*step)
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The tag tree: fields in the order of the page, references of one field side by side.
fn tags(placed: &[Placed], style: &Style) -> String {
    let (mut xml, prefix, root) = match style.tags {
        Tags::LegacyBroken => (Markup::new(PROLOG, false), "", ":eInvoice"),
        _ => (Markup::new(PROLOG, false), "ofd:", "ofd:root"),
    };
    match style.tags {
        Tags::LegacyBroken => xml.open(":eInvoice xmlns:=\"\""),
        _ => xml.open(&format!("ofd:root {NAMESPACE} version=\"1.0\"")),
    }
    let mut done: Vec<&str> = Vec::new();
    for value in placed {
        let Some(tag) = value.mark.tag else { continue };
        let group = tag.split('/').next().unwrap_or(tag);
        if done.contains(&group) {
            continue;
        }
        done.push(group);
        let mut names: Vec<&str> = Vec::new();
        for other in placed.iter().filter_map(|other| other.mark.tag) {
            if (other == group || other.starts_with(&format!("{group}/"))) && !names.contains(&other) {
                names.push(other);
            }
        }
        let is_nested = names.iter().any(|name| name.contains('/'));
        if is_nested {
            xml.open(&format!("{prefix}{group}"));
        }
        for name in names {
            let leaf = format!("{prefix}{}", name.rsplit('/').next().unwrap_or(name));
            xml.open(&leaf);
            let pointed_at = match style.swapped_tags {
                Some((one, other)) if name == one => other,
                Some((one, other)) if name == other => one,
                _ => name,
            };
            for reference in placed.iter().filter(|other| other.mark.tag == Some(pointed_at)) {
                let target = reference.id.to_string();
                xml.leaf(
                    &format!("ofd:ObjectRef PageRef=\"{}\"", page_id(reference.page)),
                    &target,
                );
            }
            xml.close(&leaf);
        }
        if is_nested {
            xml.close(&format!("{prefix}{group}"));
        }
    }
    xml.close(root);
    xml.finish()
}

/// The parts of a signature: correct SM3 digests of every part, and a `SignedValue.dat` that holds the digest of
/// `Signature.xml`.
///
/// No key signs anything. The value is a small DER sequence of our own (a label and the digest), not a seal of
/// GM/T 0031: integrity can be checked, a signature cannot.
fn signature_over(specimen: &Specimen, parts: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let mut xml = Markup::new(PROLOG, false);
    xml.open(&format!("ofd:Signature {NAMESPACE} ID=\"1\" Type=\"Seal\""));
    xml.open("ofd:SignedInfo");
    xml.empty("ofd:Provider ProviderName=\"piaoku-specimen\" Version=\"1.0\" Company=\"specimen\"");
    xml.leaf("ofd:SignatureMethod", "1.2.156.10197.1.501");
    let compact = specimen.date.to_string().replace('-', "");
    xml.leaf(
        "ofd:SignatureDateTime",
        &format!("{compact}{}Z", specimen.time.replace(':', "")),
    );
    xml.open("ofd:References CheckMethod=\"1.2.156.10197.1.401\"");
    for (name, data) in parts {
        xml.open(&format!("ofd:Reference FileRef=\"/{name}\""));
        xml.leaf("ofd:CheckValue", &STANDARD.encode(Sm3::digest(data)));
        xml.close("ofd:Reference");
    }
    xml.close("ofd:References");
    xml.empty(&format!(
        "ofd:StampAnnot ID=\"1\" PageRef=\"{}\" Boundary=\"90 8 30 20\"",
        page_id(0)
    ));
    xml.close("ofd:SignedInfo");
    xml.leaf("ofd:SignedValue", "/Doc_0/Signs/Sign_0/SignedValue.dat");
    xml.close("ofd:Signature");
    let signature = xml.finish().into_bytes();
    let digest = Sm3::digest(&signature);
    let label = match specimen.kind {
        InvoiceKind::ElectronicSpecial => "样票专用章（专）",
        _ => "样票专用章",
    };
    let list = format!(
        "{PROLOG}<ofd:Signatures {NAMESPACE}><ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID=\"1\" \
         BaseLoc=\"/Doc_0/Signs/Sign_0/Signature.xml\"/></ofd:Signatures>"
    );
    [
        ("Doc_0/Signs/Signatures.xml", list.into_bytes()),
        ("Doc_0/Signs/Sign_0/Signature.xml", signature),
        ("Doc_0/Signs/Sign_0/SignedValue.dat", signed_value(label, &digest)),
    ]
    .map(|(name, data)| (name.to_owned(), data))
    .into()
}

/// DER: SEQUENCE { UTF8String label, OCTET STRING digest }; both far below 128 bytes.
fn signed_value(label: &str, digest: &[u8]) -> Vec<u8> {
    let mut body = vec![0x0C, label.len() as u8];
    body.extend_from_slice(label.as_bytes());
    body.extend_from_slice(&[0x04, digest.len() as u8]);
    body.extend_from_slice(digest);
    let mut der = vec![0x30, body.len() as u8];
    der.extend_from_slice(&body);
    der
}
