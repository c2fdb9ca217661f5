//! What a check looks at: one invoice of a reading, with the questions that many checks ask of it.
//!
//! Nothing here judges; a check does. Messages never carry a person's identity number: [`shown`] masks it.

use invoice::{
    Date, Entity, Fault, FaultKind, FieldName, Format, InvoiceKind, InvoiceReading, Line, LineSet, Rate,
    Reading, Source, TaxpayerNumber, Witness, canonical_name, normalise,
};

use crate::{Context, Rulebook};

/// One invoice under check.
pub(crate) struct Subject<'a> {
    /// The invoice.
    pub(crate) invoice: &'a InvoiceReading,
    /// The reading it belongs to.
    pub(crate) reading: &'a Reading,
    /// What is known beside it.
    pub(crate) context: &'a Context<'a>,
}

/// A side of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    /// 销售方.
    Seller,
    /// 购买方.
    Buyer,
}

impl Party {
    /// Both sides.
    pub(crate) const BOTH: [Party; 2] = [Party::Seller, Party::Buyer];

    /// The field of this side's name.
    pub(crate) fn name(self) -> FieldName {
        match self {
            Party::Seller => FieldName::SellerName,
            Party::Buyer => FieldName::BuyerName,
        }
    }

    /// The field of this side's tax number.
    pub(crate) fn tax_id(self) -> FieldName {
        match self {
            Party::Seller => FieldName::SellerTaxId,
            Party::Buyer => FieldName::BuyerTaxId,
        }
    }

    /// 销售方 or 购买方.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Party::Seller => "销售方",
            Party::Buyer => "购买方",
        }
    }
}

impl<'a> Subject<'a> {
    /// The rules in force.
    pub(crate) fn rulebook(&self) -> &'a Rulebook {
        self.context.rulebook
    }

    /// The canonical value of a field.
    pub(crate) fn value(&self, name: FieldName) -> Option<&'a str> {
        self.invoice.fields.value(name)
    }

    /// Everything that was said of a field, conclusions of the reader left out.
    pub(crate) fn witnesses(&self, name: FieldName) -> impl Iterator<Item = &'a Witness> + use<'a> {
        self.invoice
            .field(name)
            .into_iter()
            .flat_map(|field| &field.witnesses)
            .filter(|witness| witness.source != Source::Derived)
    }

    /// The day by which dated rules are asked: the date of issue, or the day of the check where none was read.
    pub(crate) fn rule_date(&self) -> Date {
        self.invoice.date().unwrap_or(self.context.as_of)
    }

    /// Whether the kind is one of these.
    pub(crate) fn is_one_of(&self, kinds: &[InvoiceKind]) -> bool {
        self.invoice.kind().is_some_and(|kind| kinds.contains(&kind))
    }

    /// Rail and air tickets: no seller, no lines, and totals that hold more than amount and tax.
    pub(crate) fn is_ticket(&self) -> bool {
        self.is_one_of(&[InvoiceKind::Rail, InvoiceKind::Air])
    }

    /// Motor vehicle and used car invoices: sold to persons, with their own face.
    pub(crate) fn is_vehicle(&self) -> bool {
        self.is_one_of(&[
            InvoiceKind::DigitalVehicle,
            InvoiceKind::DigitalUsedCar,
            InvoiceKind::DigitalPaperVehicle,
            InvoiceKind::DigitalPaperUsedCar,
            InvoiceKind::Vehicle,
            InvoiceKind::UsedCar,
        ])
    }

    /// Whether the face itself was read, and not only its QR code.
    pub(crate) fn face_was_read(&self) -> bool {
        self.invoice
            .fields
            .0
            .values()
            .flat_map(|field| &field.witnesses)
            .any(|witness| !matches!(witness.source, Source::Qr | Source::GraphCode | Source::Derived))
    }

    /// Whether the file is a receiver's booking data and no face at all (reader's `F009`).
    pub(crate) fn is_booking_data(&self) -> bool {
        let faults = self.reading.faults.iter().chain(&self.invoice.faults);
        faults.into_iter().any(|fault| fault.code == "F009")
    }

    /// Whether the file is drawn rather than stated: a reader may have missed a field there.
    pub(crate) fn is_drawn(&self) -> bool {
        matches!(self.reading.format, Format::Pdf | Format::Picture)
    }

    /// Whether the remark or the business tag says 差额征税 or 差额开票.
    pub(crate) fn is_margin_taxed(&self) -> bool {
        [FieldName::Remark, FieldName::Business]
            .iter()
            .filter_map(|name| self.value(*name))
            .any(|text| text.contains("差额征税") || text.contains("差额开票"))
    }

    /// The entity of ours whose tax number this side has.
    pub(crate) fn entity_of_number(&self, party: Party) -> Option<&'a Entity> {
        let number = TaxpayerNumber::new(self.value(party.tax_id())?)?;
        let entities = self.context.entities;
        entities
            .iter()
            .find(|entity| TaxpayerNumber::new(&entity.tax_id).as_ref() == Some(&number))
    }

    /// Whether this side has the tax number of one of our entities.
    pub(crate) fn has_our_number(&self, party: Party) -> bool {
        self.entity_of_number(party).is_some()
    }

    /// Whether this side has a name of one of our entities, former names included.
    pub(crate) fn has_our_name(&self, party: Party) -> bool {
        let Some(name) = self.value(party.name()).map(canonical_name) else {
            return false;
        };
        let names = self.context.entities.iter().flat_map(|entity| &entity.names);
        names.into_iter().any(|ours| canonical_name(ours) == name)
    }

    /// Whether stars stand in place of the total tax.
    pub(crate) fn is_tax_hidden(&self) -> bool {
        let raw = self.invoice.fields.raw(FieldName::Tax);
        raw.is_some_and(|raw| Rate::hidden_tax(&normalise(raw)))
    }

    /// The first two statements of a field that cannot both be true; the most trusted source comes first.
    ///
    /// What a digital invoice on paper says of its paper number is no statement of its 20-digit number.
    pub(crate) fn contradiction(
        &self,
        name: FieldName,
        is_same: impl Fn(&Witness, &Witness) -> bool,
    ) -> Option<(&'a Witness, &'a Witness)> {
        let paper = self
            .value(FieldName::PaperNumber)
            .filter(|_| name == FieldName::Number);
        let witnesses: Vec<&Witness> = self
            .witnesses(name)
            .filter(|witness| {
                witness.value.is_some() && (paper.is_none() || witness.value.as_deref() != paper)
            })
            .filter(|witness| is_compared(witness.source))
            .take(WITNESSES_MAX)
            .collect();
        witnesses.iter().enumerate().find_map(|(at, one)| {
            let others = witnesses.iter().skip(at + 1);
            others
                .into_iter()
                .find(|other| !is_same(one, other))
                .map(|other| (*one, *other))
        })
    }

    /// The lines to judge, most trusted set first; empty where none was read.
    pub(crate) fn lines(&self) -> &'a [Line] {
        self.invoice.lines().map_or(&[], |set| set.lines.as_slice())
    }

    /// Every set of lines that its reader holds to be complete.
    pub(crate) fn complete_sets(&self) -> impl Iterator<Item = &'a LineSet> + use<'a> {
        self.invoice
            .line_sets
            .iter()
            .filter(|set| set.complete && !set.lines.is_empty())
    }
}

/// Every source is compared with every other; only twins leave one out.
pub(crate) fn is_compared(source: Source) -> bool {
    match source {
        Source::Qr | Source::GraphCode => !twin::is_on("qr_not_compared"),
        Source::OfdAttachment | Source::PdfAttachment => !twin::is_on("attachment_not_compared"),
        _ => true,
    }
}

/// How many statements of one field are compared with each other. A file of many pages may repeat a field on each.
const WITNESSES_MAX: usize = 32;

/// How many lines a message spells out before it says only how many more there are.
const LINES_SHOWN_MAX: usize = 3;

/// One fault for all the lines that a check objects to: path and what was seen, per line.
///
/// A list of a hundred lines with the same fault is one thing for a person to look at, not a hundred.
pub(crate) fn report_lines(kind: &FaultKind, objections: &[(String, String)], faults: &mut Vec<Fault>) {
    if objections.is_empty() {
        return;
    }
    let paths: Vec<&str> = objections.iter().map(|(path, _)| path.as_str()).collect();
    let mut message: String = objections
        .iter()
        .take(LINES_SHOWN_MAX)
        .map(|(_, seen)| seen.as_str())
        .collect::<Vec<_>>()
        .join("；");
    if objections.len() > LINES_SHOWN_MAX {
        message.push_str(&format!("；另有{}行", objections.len() - LINES_SHOWN_MAX));
    }
    faults.push(kind.at(paths.join(","), message));
}

/// How many characters of a text a message repeats.
const SHOWN_CHARS_MAX: usize = 40;

/// A text of a field as a message may show it: identity numbers masked, long texts cut.
pub(crate) fn shown(name: FieldName, text: &str) -> String {
    let text = match name {
        FieldName::SellerTaxId | FieldName::BuyerTaxId => {
            TaxpayerNumber::new(text).map_or_else(String::new, |number| number.masked())
        }
        // A QR code names the kind by digits, a row by its permanent code; people read the label.
        FieldName::Kind => InvoiceKind::from_code(text)
            .map_or(text, |kind| kind.label())
            .to_owned(),
        _ => text.to_owned(),
    };
    if text.chars().count() <= SHOWN_CHARS_MAX {
        return text;
    }
    let cut: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    format!("{cut}…")
}

/// Whether somebody masked this text before we got it: stars, or a run of three X.
pub(crate) fn is_masked(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    upper.contains('*') || upper.contains("XXX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_number_is_never_shown() {
        // Made up: region 110101, birthday 1900-01-01; one of eleven check characters makes it an identity number.
        let person = (0..=10)
            .map(|at| format!("11010119000101001{}", b"0123456789X"[at] as char))
            .find(|text| TaxpayerNumber::new(text).is_some_and(|number| number.is_personal()))
            .expect("one of eleven is right");
        assert!(!shown(FieldName::BuyerTaxId, &person).contains("19000101"));
        assert_eq!(
            shown(FieldName::BuyerTaxId, "91110108690017781B"),
            "91110108690017781B"
        );
    }

    #[test]
    fn masks_are_recognised() {
        assert!(is_masked("91XXX*") && is_masked("9111000007311XXXX") && is_masked("91xxxxxxxxxxxxxxxx3"));
        assert!(!is_masked("91110108690017781B"));
    }

    #[test]
    fn many_lines_are_one_fault() {
        const KIND: FaultKind = FaultKind {
            code: "L000",
            severity: invoice::Severity::Note,
            title_zh: "",
            title_en: "",
            reason_zh: "",
            reason_en: "",
            source: "",
        };
        let objections: Vec<(String, String)> = (0..5)
            .map(|at| (format!("lines[{at}]"), format!("第{}行", at + 1)))
            .collect();
        let mut faults = Vec::new();
        report_lines(&KIND, &objections, &mut faults);
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].message, "第1行；第2行；第3行；另有2行");
        assert!(faults[0].concerns("lines[4]"));
    }
}
