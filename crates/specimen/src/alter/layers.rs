//! Where a forger changes it: one row for each layer of each form.
//!
//! A layer is written from the forged specimen and the rest of the file from the true one. A row says what the layer
//! itself adds up (its sums, its words, its lines), and whether the file carries a signature that the change breaks.

use crate::face;
use crate::forms::{form, own_style, scan_of};
use crate::qr::Modules;
use crate::specimen::Specimen;
use crate::write::ofd::{self, Layers};
use crate::write::pdf::{self, Page, Style};
use crate::write::picture::Grey;
use crate::write::xbrl::{self, Voucher};
use crate::write::xml::{self, XmlStyle};

/// Writes a form with one layer of it from the second specimen.
type WriteForged = fn(&Specimen, &Specimen) -> Vec<u8>;

/// One layer of one form.
pub(crate) struct Layer {
    /// Name of the form, as in [`crate::FORMS`].
    pub(crate) form: &'static str,
    /// Name of the layer; what follows a slash is another way to forge the same one.
    pub(crate) name: &'static str,
    /// What the layer adds up by itself.
    pub(crate) adds_up: &'static [AddsUp],
    /// Whether the file's signature covers the layer and is left as it was.
    pub(crate) breaks_seal: bool,
    /// Whether the checksum of a QR code is left as it was.
    pub(crate) breaks_checksum: bool,
    /// Whether only a person can read the layer: characters of a picture are not recognised.
    pub(crate) is_picture: bool,
    pub(crate) write: WriteForged,
}

/// A sum that a layer shows whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddsUp {
    /// Amount, tax and total.
    Sums,
    /// The total in figures and in words.
    Words,
    /// Lines with their figures, and their sums.
    Lines,
}

const FACE: &[AddsUp] = &[AddsUp::Sums, AddsUp::Words, AddsUp::Lines];
const SUMS: &[AddsUp] = &[AddsUp::Sums];
const NOTHING: &[AddsUp] = &[];

const fn layer(
    form: &'static str,
    name: &'static str,
    adds_up: &'static [AddsUp],
    write: WriteForged,
) -> Layer {
    Layer {
        form,
        name,
        adds_up,
        breaks_seal: false,
        breaks_checksum: false,
        is_picture: false,
        write,
    }
}

const fn sealed(
    form: &'static str,
    name: &'static str,
    adds_up: &'static [AddsUp],
    write: WriteForged,
) -> Layer {
    Layer {
        breaks_seal: true,
        ..layer(form, name, adds_up, write)
    }
}

const fn unchecked(form: &'static str, write: WriteForged) -> Layer {
    Layer {
        breaks_checksum: true,
        ..layer(form, "qr/stale checksum", NOTHING, write)
    }
}

/// Every layer of every form.
pub(crate) const LAYERS: &[Layer] = &[
    layer("xml-bureau", "xml", FACE, |_, f| xml::write(f, XmlStyle::Bureau)),
    layer("xml-bureau", "xml/EIid", NOTHING, |t, f| element(t, f, "EIid")),
    layer("xml-bureau", "xml/InvoiceNumber", NOTHING, |t, f| {
        element(t, f, "InvoiceNumber")
    }),
    layer("xml-bureau", "xml/RequestTime", NOTHING, |t, f| {
        element(t, f, "RequestTime")
    }),
    layer("xml-byte-order-mark", "xml", FACE, |_, f| {
        xml::write(f, XmlStyle::ByteOrderMark)
    }),
    layer("xml-platform", "xml", FACE, |_, f| {
        xml::write(f, XmlStyle::Platform)
    }),
    layer("xml-compact", "xml", FACE, |_, f| {
        xml::write(f, XmlStyle::Compact)
    }),
    layer("xbrl-legacy", "xbrl", FACE, |_, f| {
        xbrl::write(f, Voucher::Legacy)
    }),
    layer("xbrl-booking", "xbrl", SUMS, |_, f| {
        xbrl::write(f, Voucher::Booking)
    }),
    layer("xbrl-rail", "xbrl", SUMS, |_, f| xbrl::write(f, Voucher::Rail)),
    layer("xbrl-air", "xbrl", NOTHING, |_, f| xbrl::write(f, Voucher::Air)),
    layer("original-invoice", "xml", FACE, |t, f| {
        crate::write::original_invoice::write_with(f, &t.qr_text())
    }),
    layer("original-invoice", "graph-code", NOTHING, |t, f| {
        crate::write::original_invoice::write_with(t, &f.qr_text())
    }),
    layer("ofd-unified", "page", FACE, |t, f| {
        forged_ofd(&ofd::unified(), t, |l| l.page = f)
    }),
    layer("ofd-unified", "custom-data", NOTHING, |t, f| {
        forged_ofd(&ofd::unified(), t, |l| l.custom_data = f)
    }),
    layer("ofd-unified", "qr", NOTHING, |t, f| {
        forged_ofd(&ofd::unified(), t, |l| l.code = f.qr_text())
    }),
    sealed("ofd-legacy", "page", FACE, |t, f| {
        forged_ofd(&ofd::legacy(), t, |l| l.page = f)
    }),
    layer("ofd-legacy", "page/signed again", FACE, |t, f| {
        forged_ofd(&signed_again(), t, |l| l.page = f)
    }),
    sealed("ofd-legacy", "attachment", FACE, |t, f| {
        forged_ofd(&ofd::legacy(), t, |l| l.attachment = f)
    }),
    layer("ofd-legacy", "attachment/signed again", FACE, |t, f| {
        forged_ofd(&signed_again(), t, |l| l.attachment = f)
    }),
    sealed("ofd-legacy", "custom-data", NOTHING, |t, f| {
        forged_ofd(&ofd::legacy(), t, |l| l.custom_data = f)
    }),
    layer("ofd-legacy", "custom-data/signed again", NOTHING, |t, f| {
        forged_ofd(&signed_again(), t, |l| l.custom_data = f)
    }),
    sealed("ofd-legacy", "graph-code", NOTHING, |t, f| {
        forged_ofd(&ofd::legacy(), t, |l| l.graph_code = f.qr_text())
    }),
    sealed("ofd-legacy", "qr", NOTHING, |t, f| {
        forged_ofd(&ofd::legacy(), t, |l| l.code = f.qr_text())
    }),
    sealed("ofd-legacy-xbrl", "page", FACE, |t, f| {
        forged_ofd(&ofd::legacy_xbrl(), t, |l| l.page = f)
    }),
    sealed("ofd-legacy-xbrl", "attachment", FACE, |t, f| {
        forged_ofd(&ofd::legacy_xbrl(), t, |l| l.attachment = f)
    }),
    sealed("ofd-legacy-xbrl", "qr", NOTHING, |t, f| {
        forged_ofd(&ofd::legacy_xbrl(), t, |l| l.code = f.qr_text())
    }),
    layer("ofd-legacy-plain", "page", FACE, |t, f| {
        forged_ofd(&ofd::legacy_plain(), t, |l| l.page = f)
    }),
    layer("ofd-legacy-plain", "qr", NOTHING, |t, f| {
        forged_ofd(&ofd::legacy_plain(), t, |l| l.code = f.qr_text())
    }),
    layer("ofd-rail", "page", NOTHING, |t, f| {
        forged_ofd(&ofd::rail(), t, |l| l.page = f)
    }),
    layer("ofd-rail", "attachment", SUMS, |t, f| {
        forged_ofd(&ofd::rail(), t, |l| l.attachment = f)
    }),
    layer("ofd-rail", "qr", NOTHING, |t, f| {
        forged_ofd(&ofd::rail(), t, |l| l.code = f.qr_text())
    }),
    layer("pdf", "page", FACE, |t, f| {
        forged_pdf(&own_style(t), t, f, &t.qr_text())
    }),
    layer("pdf", "qr", NOTHING, |t, f| {
        forged_pdf(&own_style(t), t, t, &f.qr_text())
    }),
    unchecked("pdf", |t, f| forged_pdf(&own_style(t), t, t, &stale(t, f))),
    layer("pdf-qr-image", "page", FACE, |t, f| {
        forged_pdf(&with_image(t), t, f, &t.qr_text())
    }),
    layer("pdf-qr-image", "qr", NOTHING, |t, f| {
        forged_pdf(&with_image(t), t, t, &f.qr_text())
    }),
    layer("pdf-overprinted", "page", FACE, |t, f| {
        forged_pdf(&overprinted(t), t, f, &t.qr_text())
    }),
    layer("pdf-overprinted", "qr", NOTHING, |t, f| {
        forged_pdf(&overprinted(t), t, t, &f.qr_text())
    }),
    layer("pdf-rail-embedded", "page", NOTHING, |t, f| {
        forged_pdf(&with_voucher(t, t), t, f, &t.qr_text())
    }),
    layer("pdf-rail-embedded", "attachment", SUMS, |t, f| {
        forged_pdf(&with_voucher(t, f), t, t, &t.qr_text())
    }),
    layer("pdf-rail-embedded", "qr", NOTHING, |t, f| {
        forged_pdf(&with_voucher(t, t), t, t, &f.qr_text())
    }),
    layer("pdf-scan", "qr", NOTHING, |t, f| scan_of(t, &f.qr_text())),
    Layer {
        is_picture: true,
        ..layer("pdf-scan", "picture", NOTHING, |t, f| scan_of(f, &t.qr_text()))
    },
    layer("qr-png", "qr", NOTHING, |_, f| honest("qr-png", f)),
    unchecked("qr-png", |t, f| {
        Grey::of_modules(&Modules::of(&stale(t, f)), 6, 4).png()
    }),
    layer("qr-photo", "qr", NOTHING, |_, f| honest("qr-photo", f)),
];

fn honest(name: &str, specimen: &Specimen) -> Vec<u8> {
    form(name).map_or_else(Vec::new, |form| (form.write)(specimen))
}

fn forged_ofd<'a>(style: &ofd::Style, truth: &'a Specimen, forge: impl FnOnce(&mut Layers<'a>)) -> Vec<u8> {
    let mut layers = Layers::honest(truth);
    forge(&mut layers);
    ofd::write_layers(&layers, style)
}

fn signed_again() -> ofd::Style {
    let mut style = ofd::legacy();
    style.is_signed_again = true;
    style
}

/// The pages of one specimen with a QR code of any text; the file is named for the true one.
pub(super) fn forged_pdf(style: &Style, truth: &Specimen, shown: &Specimen, code: &str) -> Vec<u8> {
    let pages: Vec<Page> = face::pages(shown)
        .into_iter()
        .map(|face| Page::Face(face, code.to_owned()))
        .collect();
    pdf::write(&pages, style, &truth.number)
}

fn with_image(specimen: &Specimen) -> Style {
    Style {
        is_qr_image: true,
        ..own_style(specimen)
    }
}

fn overprinted(specimen: &Specimen) -> Style {
    Style {
        is_overprinted: true,
        ..own_style(specimen)
    }
}

fn with_voucher(truth: &Specimen, stated: &Specimen) -> Style {
    let name = xbrl::attachment_name(truth, Voucher::Rail);
    Style {
        attachments: vec![(name, xbrl::write(stated, Voucher::Rail))],
        ..pdf::bureau()
    }
}

/// The true XML with one element of the forged.
fn element(truth: &Specimen, forged: &Specimen, name: &str) -> Vec<u8> {
    let text = |specimen| String::from_utf8(xml::write(specimen, XmlStyle::Bureau)).unwrap_or_default();
    let (truth, forged) = (text(truth), text(forged));
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let part = |text: &str| -> Option<String> {
        let (_, rest) = text.split_once(&open)?;
        Some(rest.split_once(&close)?.0.to_owned())
    };
    let whole = |part: Option<String>| format!("{open}{}{close}", part.unwrap_or_default());
    truth
        .replacen(&whole(part(&truth)), &whole(part(&forged)), 1)
        .into_bytes()
}

/// The forged text of a code with the checksum of the true one; the same where there is none.
fn stale(truth: &Specimen, forged: &Specimen) -> String {
    let checksum = |text: &str| -> String {
        text.trim_end_matches(',')
            .rsplit(',')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let (true_text, forged_text) = (truth.qr_text(), forged.qr_text());
    let (old, new) = (checksum(&true_text), checksum(&forged_text));
    let body = forged_text.trim_end_matches(',');
    let commas = forged_text.strip_prefix(body).unwrap_or_default();
    match (old.len(), body.strip_suffix(new.as_str())) {
        (4, Some(body)) => format!("{body}{old}{commas}"),
        _ => forged_text,
    }
}
