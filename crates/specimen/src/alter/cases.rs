//! Altered files in rounds: every shape (form × layer × class of field) once in each, with a specimen of its own for
//! each form.

use std::collections::VecDeque;

use invoice::{InvoiceKind, Scheme};

use super::edits::{Arithmetic, EDITS, Edit, FieldClass};
use super::layers::{AddsUp, LAYERS, Layer};
use super::special::SPECIAL;
use crate::chance::Chance;
use crate::forms::{FORMS, Form};
use crate::make::{Maker, Side, Situation, demo_period, later};
use crate::specimen::Specimen;

/// A file in which one layer says something else, with all that is known of it.
#[derive(Debug, Clone)]
pub struct AlteredFile {
    /// Form, layer and class of field: `pdf/page/sum`.
    pub shape: String,
    /// What was changed, in a word or two.
    pub what: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether something else in the file contradicts the change: another layer that states the same, or the layer's
    /// own sums. Where nothing does, the best that can be said is that the field has one witness.
    pub is_contradicted: bool,
    /// Whether a signature in the file no longer holds.
    pub breaks_seal: bool,
    /// Whether the checksum of a QR code no longer holds.
    pub breaks_checksum: bool,
    /// Whether the change is in a picture of text, which only a person can read.
    pub is_picture: bool,
}

/// A form of a specimen as it should be, and its alterations.
#[derive(Debug, Clone)]
pub struct AlteredFiles {
    /// Name of the form.
    pub form: &'static str,
    /// What is true.
    pub specimen: Specimen,
    /// The file that nobody altered.
    pub honest: Vec<u8>,
    /// The altered files.
    pub files: Vec<AlteredFile>,
}

impl AlteredFiles {
    /// The form that the files have.
    pub fn form(&self) -> Option<&'static Form> {
        crate::form(self.form)
    }
}

/// Altered files without end, in rounds: in each round every form takes one new specimen, and each of its layers is
/// altered once in every class of field that it shows. The same seed gives the same files. Only shapes whose name
/// begins as `only` says are made.
pub fn altered<'a>(seed: u64, only: &'a str) -> impl Iterator<Item = AlteredFiles> + 'a {
    Rounds {
        maker: Maker::new(seed),
        chance: Chance::new(seed ^ 0xA17E),
        only,
        ready: VecDeque::new(),
    }
}

struct Rounds<'a> {
    maker: Maker,
    chance: Chance,
    only: &'a str,
    ready: VecDeque<AlteredFiles>,
}

impl Iterator for Rounds<'_> {
    type Item = AlteredFiles;

    fn next(&mut self) -> Option<AlteredFiles> {
        // A filter that names no shape would look for one for ever.
        let fits_only = |form: &&Form| {
            let name = format!("{}/", form.name);
            name.starts_with(self.only) || self.only.starts_with(&name)
        };
        let forms: Vec<&Form> = FORMS.iter().filter(fits_only).collect();
        if self.ready.is_empty() {
            for form in forms {
                let group = self.group(form);
                self.ready.push_back(group);
            }
        }
        self.ready.pop_front()
    }
}

/// The kinds of invoice and the situations that specimens are drawn from.
const SITUATIONS: &[(InvoiceKind, Situation)] = &[
    (InvoiceKind::DigitalSpecial, Situation::Plain),
    (InvoiceKind::DigitalSpecial, Situation::SeveralRates),
    (InvoiceKind::DigitalSpecial, Situation::Discount),
    (InvoiceKind::DigitalSpecial, Situation::Construction),
    (InvoiceKind::DigitalSpecial, Situation::Lease),
    (InvoiceKind::DigitalOrdinary, Situation::Plain),
    (InvoiceKind::DigitalOrdinary, Situation::Exempt),
    (InvoiceKind::DigitalOrdinary, Situation::Margin),
    (InvoiceKind::DigitalOrdinary, Situation::Toll),
    (InvoiceKind::DigitalOrdinary, Situation::Passenger),
    (InvoiceKind::ElectronicOrdinary, Situation::Plain),
    (InvoiceKind::ElectronicOrdinary, Situation::SeveralRates),
    (InvoiceKind::ElectronicOrdinary, Situation::SalesList),
    (InvoiceKind::ElectronicSpecial, Situation::Plain),
    (InvoiceKind::ElectronicSpecial, Situation::Discount),
    (InvoiceKind::Toll, Situation::Toll),
    (InvoiceKind::Rail, Situation::Rail),
    (InvoiceKind::Air, Situation::Air),
];

impl Rounds<'_> {
    fn group(&mut self, form: &'static Form) -> AlteredFiles {
        let specimen = self.specimen(form);
        let honest = (form.write)(&specimen);
        let mut files = Vec::new();
        for layer in LAYERS.iter().filter(|layer| layer.form == form.name) {
            for class in FieldClass::ALL {
                let shape = format!("{}/{}/{}", form.name, layer.name, class.as_str());
                if shape.starts_with(self.only) {
                    files.extend(self.forge(shape, layer, class, &specimen, &honest));
                }
            }
        }
        let other = self.specimen(form);
        for special in SPECIAL.iter().filter(|special| special.form == form.name) {
            let shape = format!("{}/{}/{}", form.name, special.layer, special.class.as_str());
            let bytes = (special.write)(&specimen, &other);
            if shape.starts_with(self.only) && bytes != honest && !bytes.is_empty() {
                files.push(AlteredFile {
                    shape,
                    what: special.what,
                    bytes,
                    is_contradicted: true,
                    breaks_seal: special.breaks_seal,
                    breaks_checksum: false,
                    is_picture: false,
                });
            }
        }
        AlteredFiles {
            form: form.name,
            specimen,
            honest,
            files,
        }
    }

    /// A new specimen that takes this form, one in five of them a red letter.
    fn specimen(&mut self, form: &Form) -> Specimen {
        loop {
            let (kind, situation) = *self.chance.pick(SITUATIONS);
            let (first, _) = demo_period();
            let date = match kind.scheme() {
                Scheme::Legacy => later(crate::goods::day(2021, 1, 4), self.chance.below(700)),
                Scheme::Unified => later(first, self.chance.below(500)),
            };
            let side = match self.chance.one_in(3) {
                true => Side::Sale,
                false => Side::Purchase,
            };
            let specimen = self.maker.make(kind, situation, side, date);
            if !(form.fits)(&specimen) {
                continue;
            }
            let is_plain = !matches!(situation, Situation::Rail | Situation::Air);
            return match is_plain && self.chance.one_in(5) {
                true => self.maker.red_letter(&specimen, later(date, 3)),
                false => specimen,
            };
        }
    }

    /// The layer with one field of the class changed; `None` where it shows none of them.
    fn forge(
        &mut self,
        shape: String,
        layer: &Layer,
        class: FieldClass,
        truth: &Specimen,
        honest: &[u8],
    ) -> Option<AlteredFile> {
        let mut edits: Vec<&Edit> = EDITS.iter().filter(|edit| edit.class == class).collect();
        while !edits.is_empty() {
            let at = self.chance.below(edits.len() as u64) as usize;
            let edit = edits.swap_remove(at);
            let mut forged = truth.clone();
            if !(edit.apply)(&mut forged, &mut self.chance) {
                continue;
            }
            let bytes = (layer.write)(truth, &forged);
            if bytes == honest {
                continue;
            }
            let is_contradicted = edit.arithmetic != Arithmetic::Addition
                && (adds_up(layer, edit, truth) || is_stated_elsewhere(layer, truth, &forged, honest));
            return Some(AlteredFile {
                shape,
                what: edit.field,
                bytes,
                is_contradicted,
                breaks_seal: layer.breaks_seal,
                breaks_checksum: layer.breaks_checksum && bytes_of_code_differ(truth, &forged),
                is_picture: layer.is_picture,
            });
        }
        None
    }
}

/// Codes of some issuers carry no checksum or one of an unknown kind.
fn bytes_of_code_differ(truth: &Specimen, forged: &Specimen) -> bool {
    let is_ticket = matches!(truth.kind, InvoiceKind::Rail | InvoiceKind::Air);
    truth.qr_text() != forged.qr_text() && !truth.is_direct_connection() && !is_ticket
}

/// Whether the layer's own figures no longer fit.
fn adds_up(layer: &Layer, edit: &Edit, truth: &Specimen) -> bool {
    let shows = |sum: AddsUp| layer.adds_up.contains(&sum);
    let is_hidden = truth.shown_tax() == "***";
    match edit.arithmetic {
        Arithmetic::Addition | Arithmetic::Nothing => false,
        Arithmetic::Sums => shows(AddsUp::Sums) && !is_hidden,
        Arithmetic::Words => shows(AddsUp::Words),
        Arithmetic::Lines => {
            let is_margin = truth.deduction.is_some();
            shows(AddsUp::Lines) && !is_hidden && !is_margin
        }
    }
}

/// Whether another layer of the same form shows what was changed: written from the forged specimen it would differ.
fn is_stated_elsewhere(layer: &Layer, truth: &Specimen, forged: &Specimen, honest: &[u8]) -> bool {
    let own = layer.name.split('/').next();
    LAYERS
        .iter()
        .filter(|other| {
            !layer.is_picture
                && !other.is_picture
                && other.form == layer.form
                && other.name.split('/').next() != own
        })
        .any(|other| (other.write)(truth, forged) != honest)
}
