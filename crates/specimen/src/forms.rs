//! The forms in which an invoice reaches a company, one descriptor each, in one ordered list.

use invoice::{InvoiceKind, Scheme};

use crate::face;
use crate::qr::Modules;
use crate::specimen::{Business, Specimen};
use crate::truth::Truth;
use crate::write::pdf::{self, Page, Style};
use crate::write::picture::Grey;
use crate::write::xbrl::{self, Voucher};
use crate::write::xml::{self, XmlStyle};
use crate::write::{ofd, original_invoice};

/// A form of file that one invoice can take.
pub struct Form {
    /// Permanent name, such as `pdf-legacy`.
    pub name: &'static str,
    /// File name extension.
    pub extension: &'static str,
    /// Whether a specimen can take this form.
    pub fits: fn(&Specimen) -> bool,
    /// The bytes.
    pub write: fn(&Specimen) -> Vec<u8>,
    shows: Shows,
}

/// How much of the invoice a form holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// Every field, no QR code.
    Data,
    /// Every field but the kind.
    DataWithoutKind,
    /// Every field and the QR code.
    Face,
    /// The QR code only.
    Code,
}

impl Form {
    /// What a perfect reader finds in this form of a specimen.
    pub fn truth(&self, specimen: &Specimen, file: &str) -> Truth {
        match self.shows {
            Shows::Data => specimen.truth(file),
            Shows::DataWithoutKind => Truth {
                kind: InvoiceKind::DigitalUnstated.label().to_owned(),
                ..specimen.truth(file)
            },
            Shows::Face => specimen.truth_with_qr(file),
            Shows::Code => specimen.truth_of_qr(file),
        }
    }
}

/// The form with this name. Names are permanent, so this is total for names that were ever in the list.
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}

fn is_ticket(specimen: &Specimen) -> bool {
    matches!(specimen.business, Business::Rail { .. } | Business::Air { .. })
}

fn is_unified_vat(specimen: &Specimen) -> bool {
    specimen.kind.scheme() == Scheme::Unified && !is_ticket(specimen)
}

fn is_legacy(specimen: &Specimen) -> bool {
    specimen.kind.scheme() == Scheme::Legacy
}

fn is_legacy_electronic(specimen: &Specimen) -> bool {
    is_legacy(specimen) && specimen.kind != InvoiceKind::Special
}

fn is_rail(specimen: &Specimen) -> bool {
    matches!(specimen.business, Business::Rail { .. })
}

fn is_air(specimen: &Specimen) -> bool {
    matches!(specimen.business, Business::Air { .. })
}

fn pages(specimen: &Specimen) -> Vec<Page> {
    let code = specimen.qr_text();
    face::pages(specimen)
        .into_iter()
        .map(|face| Page::Face(face, code.clone()))
        .collect()
}

/// A PDF of one specimen in a style.
pub(crate) fn pdf_of(specimen: &Specimen, style: &Style) -> Vec<u8> {
    pdf::write(&pages(specimen), style, &specimen.number)
}

/// The style that the specimen's own kind of system has.
pub(crate) fn own_style(specimen: &Specimen) -> Style {
    match (&specimen.business, specimen.is_unified()) {
        (Business::Passenger(_), _) => Style {
            producer: "openhtmltopdf.com",
            ..Style::default()
        },
        (_, true) => pdf::bureau(),
        (_, false) => Style {
            producer: "iText 2.1.7 by 1T3XT",
            ..Style::default()
        },
    }
}

fn scanned(specimen: &Specimen) -> Vec<u8> {
    scan_of(specimen, &specimen.qr_text())
}

/// A scan of the first page of a specimen, with this text in its code.
pub(crate) fn scan_of(specimen: &Specimen, code: &str) -> Vec<u8> {
    let scans: Vec<Page> = face::pages(specimen)
        .into_iter()
        .take(1)
        .map(|face| Page::Scan(face, code.to_owned()))
        .collect();
    pdf::write(
        &scans,
        &Style {
            producer: "Scanner",
            ..Style::default()
        },
        &specimen.number,
    )
}

fn rail_pdf(specimen: &Specimen) -> Vec<u8> {
    let name = xbrl::attachment_name(specimen, Voucher::Rail);
    let attachments = vec![(name, xbrl::write(specimen, Voucher::Rail))];
    pdf_of(
        specimen,
        &Style {
            attachments,
            ..pdf::bureau()
        },
    )
}

/// Every form, data first, pictures last.
pub const FORMS: &[Form] = &[
    Form {
        name: "xml-bureau",
        extension: "xml",
        fits: is_unified_vat,
        write: |s| xml::write(s, XmlStyle::Bureau),
        shows: Shows::Data,
    },
    Form {
        name: "xml-byte-order-mark",
        extension: "xml",
        fits: is_unified_vat,
        write: |s| xml::write(s, XmlStyle::ByteOrderMark),
        shows: Shows::Data,
    },
    Form {
        name: "xml-platform",
        extension: "xml",
        fits: is_unified_vat,
        write: |s| xml::write(s, XmlStyle::Platform),
        shows: Shows::DataWithoutKind,
    },
    Form {
        name: "xml-compact",
        extension: "xml",
        fits: is_unified_vat,
        write: |s| xml::write(s, XmlStyle::Compact),
        shows: Shows::Data,
    },
    Form {
        name: "xbrl-legacy",
        extension: "xml",
        fits: is_legacy_electronic,
        write: |s| xbrl::write(s, Voucher::Legacy),
        shows: Shows::Data,
    },
    Form {
        name: "xbrl-booking",
        extension: "xml",
        fits: is_unified_vat,
        write: |s| xbrl::write(s, Voucher::Booking),
        shows: Shows::DataWithoutKind,
    },
    Form {
        name: "xbrl-rail",
        extension: "xml",
        fits: is_rail,
        write: |s| xbrl::write(s, Voucher::Rail),
        shows: Shows::Data,
    },
    Form {
        name: "xbrl-air",
        extension: "xml",
        fits: is_air,
        write: |s| xbrl::write(s, Voucher::Air),
        shows: Shows::Data,
    },
    Form {
        name: "original-invoice",
        extension: "xml",
        fits: is_legacy_electronic,
        write: original_invoice::write,
        shows: Shows::Face,
    },
    Form {
        name: "ofd-unified",
        extension: "ofd",
        fits: is_unified_vat,
        write: |s| ofd::write(s, &ofd::unified()),
        shows: Shows::Face,
    },
    Form {
        name: "ofd-legacy",
        extension: "ofd",
        fits: is_legacy_electronic,
        write: |s| ofd::write(s, &ofd::legacy()),
        shows: Shows::Face,
    },
    Form {
        name: "ofd-legacy-xbrl",
        extension: "ofd",
        fits: is_legacy_electronic,
        write: |s| ofd::write(s, &ofd::legacy_xbrl()),
        shows: Shows::Face,
    },
    Form {
        name: "ofd-legacy-plain",
        extension: "ofd",
        fits: is_legacy_electronic,
        write: |s| ofd::write(s, &ofd::legacy_plain()),
        shows: Shows::Face,
    },
    Form {
        name: "ofd-rail",
        extension: "ofd",
        fits: is_rail,
        write: |s| ofd::write(s, &ofd::rail()),
        shows: Shows::Face,
    },
    Form {
        name: "pdf",
        extension: "pdf",
        fits: |s| s.kind != InvoiceKind::Special,
        write: |s| pdf_of(s, &own_style(s)),
        shows: Shows::Face,
    },
    Form {
        name: "pdf-qr-image",
        extension: "pdf",
        fits: |s| s.kind != InvoiceKind::Special,
        write: |s| {
            pdf_of(
                s,
                &Style {
                    is_qr_image: true,
                    ..own_style(s)
                },
            )
        },
        shows: Shows::Face,
    },
    Form {
        name: "pdf-overprinted",
        extension: "pdf",
        fits: is_unified_vat,
        write: |s| {
            pdf_of(
                s,
                &Style {
                    is_overprinted: true,
                    ..own_style(s)
                },
            )
        },
        shows: Shows::Face,
    },
    Form {
        name: "pdf-rail-embedded",
        extension: "pdf",
        fits: is_rail,
        write: rail_pdf,
        shows: Shows::Face,
    },
    Form {
        name: "pdf-scan",
        extension: "pdf",
        fits: |_| true,
        write: scanned,
        shows: Shows::Code,
    },
    Form {
        name: "qr-png",
        extension: "png",
        fits: |_| true,
        write: |s| Grey::of_modules(&Modules::of(&s.qr_text()), 6, 4).png(),
        shows: Shows::Code,
    },
    Form {
        name: "qr-photo",
        extension: "jpg",
        fits: |_| true,
        write: |s| {
            Grey::of_modules(&Modules::of(&s.qr_text()), 8, 8)
                .turned(60)
                .noisy(11, 25)
                .jpeg(70)
        },
        shows: Shows::Code,
    },
];

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use quick_xml::events::Event;

    use super::*;
    use crate::make::tests::ALL;
    use crate::{Maker, Side};

    fn specimens() -> Vec<Specimen> {
        let mut maker = Maker::new(20_260_101);
        let date = invoice::Date::new(2025, 6, 7).expect("a day");
        ALL.iter()
            .map(|(kind, situation)| maker.make(*kind, *situation, Side::Purchase, date))
            .collect()
    }

    fn each(prefix: &str, mut check: impl FnMut(&Form, &Specimen, &[u8])) {
        let specimens = specimens();
        for form in FORMS.iter().filter(|form| form.name.starts_with(prefix)) {
            let mut tried = 0;
            for specimen in specimens.iter().filter(|specimen| (form.fits)(specimen)) {
                check(form, specimen, &(form.write)(specimen));
                tried += 1;
            }
            assert!(tried > 0, "{} fits nothing", form.name);
        }
    }

    /// Names of elements and their texts, or the first thing that is not well-formed.
    fn parse(bytes: &[u8]) -> Result<String, quick_xml::Error> {
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{FEFF}'));
        let mut depth = 0_usize;
        loop {
            match reader.read_event()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "an element stays open");
        Ok(text)
    }

    #[test]
    fn every_xml_is_well_formed_and_holds_its_number() {
        for prefix in ["xml", "xbrl", "original"] {
            each(prefix, |form, specimen, bytes| {
                let text = parse(bytes).unwrap_or_else(|error| panic!("{}: {error}", form.name));
                assert!(text.contains(&specimen.number), "{}", form.name);
                assert!(text.contains(&specimen.total.to_string()), "{}", form.name);
            });
        }
    }

    #[test]
    fn every_ofd_opens_and_its_xml_is_well_formed_but_for_legacy_tags() {
        each("ofd", |form, _, bytes| {
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect(form.name);
            let mut has_root = false;
            for at in 0..archive.len() {
                let mut member = archive.by_index(at).expect(form.name);
                let name = member.name().expect("a name").into_owned();
                let mut data = Vec::new();
                member.read_to_end(&mut data).expect("inflates, check holds");
                has_root |= name == "OFD.xml";
                if name.ends_with(".xml") {
                    let is_well_formed = parse(&data).is_ok();
                    let is_legacy_tag =
                        name.ends_with("CustomTag.xml") && form.name.starts_with("ofd-legacy");
                    assert!(is_well_formed || is_legacy_tag, "{}: {name}", form.name);
                }
            }
            assert!(has_root, "{}", form.name);
        });
    }

    #[test]
    fn every_pdf_opens() {
        each("pdf", |form, specimen, bytes| {
            let pdf = hayro_syntax::Pdf::new(bytes.to_vec())
                .unwrap_or_else(|error| panic!("{} of {}: {error:?}", form.name, specimen.number));
            assert!(!pdf.pages().is_empty(), "{}", form.name);
        });
    }

    #[test]
    fn every_code_picture_decodes_to_its_text() {
        each("qr", |form, specimen, bytes| {
            let picture = image::load_from_memory(bytes).expect("a picture").to_luma8();
            let (width, height) = picture.dimensions();
            let found = rxing::helpers::detect_in_luma(
                picture.into_raw(),
                width,
                height,
                Some(rxing::BarcodeFormat::QR_CODE),
            )
            .unwrap_or_else(|error| panic!("{} of {}: {error}", form.name, specimen.number));
            assert_eq!(found.getText(), specimen.qr_text());
        });
    }

    #[test]
    fn names_are_unique_and_every_form_writes_the_same_bytes_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for form in FORMS {
            assert!(seen.insert(form.name), "{}", form.name);
            assert!(super::form(form.name).is_some());
        }
        each("", |form, specimen, bytes| {
            assert_eq!((form.write)(specimen), bytes, "{}", form.name);
        });
    }
}
