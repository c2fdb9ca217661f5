//! How checks are tested: invoices made up in memory, situations that fire or are silent, and a golden for each check.
//!
//! A check without a situation that fires could never fail, and one without a silent situation could fire always;
//! [`hold`] refuses both.

use std::fmt::Write as _;

use invoice::{
    CrcState, Date, Digest, Entity, Extra, FaultKind, FieldName, Format, Integrity, InvoiceReading, Line,
    LineSet, QrCode, Rate, Reading, SealCheck, SignatureFacts, Signer, Source, TaxpayerNumber, parse_cents,
};

use crate::{Context, Rulebook};

/// A reading with the circumstances of its check.
#[derive(Clone)]
pub(crate) struct Scene {
    reading: Reading,
    as_of: Date,
    entities: Vec<Entity>,
}

/// A named scene with what the check must say of it.
pub(crate) struct Situation {
    name: &'static str,
    fires: bool,
    scene: Scene,
}

/// The check must object.
pub(crate) fn fires(name: &'static str, scene: Scene) -> Situation {
    Situation {
        name,
        fires: true,
        scene,
    }
}

/// The check must have nothing to say.
pub(crate) fn silent(name: &'static str, scene: Scene) -> Situation {
    Situation {
        name,
        fires: false,
        scene,
    }
}

/// Holds a check to its situations and to its golden, `snapshots/<code>.snap`.
pub(crate) fn hold(kind: &FaultKind, situations: Vec<Situation>) {
    assert!(
        situations.iter().any(|s| s.fires),
        "{}: no situation fires",
        kind.code
    );
    assert!(
        situations.iter().any(|s| !s.fires),
        "{}: no situation is silent",
        kind.code
    );
    let mut golden = format!(
        "{} {:?} {} / {}\n{}\n{}\n{}\n\n",
        kind.code, kind.severity, kind.title_zh, kind.title_en, kind.reason_zh, kind.reason_en, kind.source
    );
    for situation in situations {
        let verdict = situation.scene.verdict();
        let faults: Vec<_> = verdict
            .invoices
            .iter()
            .flatten()
            .chain(&verdict.file)
            .filter(|fault| fault.code == kind.code)
            .collect();
        assert_eq!(
            !faults.is_empty(),
            situation.fires,
            "{} in {}: {faults:?}",
            kind.code,
            situation.name
        );
        let _ = writeln!(golden, "{}", situation.name);
        for fault in faults {
            assert_eq!(fault.severity, kind.severity);
            let _ = writeln!(golden, "  {} | {}", fault.path, fault.message);
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(kind.code, golden));
}

/// A made-up credit code: 17 characters and the check character that belongs to them.
pub(crate) fn tax_id(first17: &str) -> String {
    let check = TaxpayerNumber::credit_code_check_character(first17).expect("17 characters of the alphabet");
    format!("{first17}{check}")
}

/// A made-up identity number of a person born on 1900-01-01.
pub(crate) fn person_id() -> String {
    (0..=10)
        .map(|at| format!("11010119000101001{}", char::from(b"0123456789X"[at])))
        .find(|text| TaxpayerNumber::new(text).is_some_and(|number| number.is_personal()))
        .expect("one of eleven check characters is right")
}

/// The made-up seller's tax number.
pub(crate) fn seller_id() -> String {
    tax_id("91110000MA0000001")
}

/// The made-up buyer's tax number.
pub(crate) fn buyer_id() -> String {
    tax_id("91310000MA0000002")
}

/// A line from texts as a file has them; empty texts are `None`.
pub(crate) fn line(name: &str, quantity: &str, price: &str, amount: &str, rate: &str, tax: &str) -> Line {
    Line {
        name: name.to_owned(),
        quantity: quantity.parse().ok(),
        price: price.parse().ok(),
        amount: parse_cents(amount),
        rate: Rate::parse(rate),
        tax: parse_cents(tax),
        ..Line::default()
    }
}

impl Scene {
    /// A faultless 数电发票（增值税专用发票） in XML: two lines, 113.00 in all.
    pub(crate) fn digital() -> Scene {
        Scene::digital_in(Format::Xml)
    }

    /// The same as the text of a PDF, with nothing beside it.
    pub(crate) fn drawn() -> Scene {
        Scene::digital_in(Format::Pdf)
    }

    fn digital_in(format: Format) -> Scene {
        let scene = Scene::empty(format)
            .set(FieldName::Kind, "数电发票（增值税专用发票）")
            .set(FieldName::Number, "26112000000000000017")
            .set(FieldName::Date, "2026-03-09");
        scene.parties_and_sums().lines(vec![
            line("*文具*中性笔", "50", "1.2", "60.00", "13%", "7.80"),
            line("*文具*笔记本", "10", "4", "40.00", "13%", "5.20"),
        ])
    }

    /// A faultless 增值税电子普通发票 in a signed OFD.
    pub(crate) fn legacy() -> Scene {
        let scene = Scene::empty(Format::Ofd)
            .set(FieldName::Kind, "增值税电子普通发票")
            .set(FieldName::Code, "011001900111")
            .set(FieldName::Number, "31415926")
            .set(FieldName::CheckCode, "27182818284590452353")
            .set(FieldName::Date, "2020-06-15");
        let scene = scene.parties_and_sums().lines(vec![
            line("*文具*中性笔", "50", "1.2", "60.00", "13%", "7.80"),
            line("*文具*笔记本", "10", "4", "40.00", "13%", "5.20"),
        ]);
        scene.signed(Integrity::Intact { parts: 5 }, SealCheck::Holds)
    }

    /// A faultless red letter over the whole of a blue 数电发票.
    pub(crate) fn red() -> Scene {
        let scene = Scene::digital()
            .set(FieldName::RedLetter, "yes")
            .set(FieldName::BlueNumber, "26112000000000000016")
            .set(FieldName::Amount, "-100.00")
            .set(FieldName::Tax, "-13.00")
            .set(FieldName::Total, "-113.00")
            .set(FieldName::TotalWords, "（负数）壹佰壹拾叁圆整");
        scene.lines(vec![line("*文具*中性笔", "-50", "2", "-100.00", "13%", "-13.00")])
    }

    /// A picture of which only the QR code could be read.
    pub(crate) fn picture_of_a_qr_code() -> Scene {
        Scene::empty(Format::Picture)
            .set(FieldName::Kind, "digital_special")
            .set(FieldName::Number, "26112000000000000017")
            .set(FieldName::Date, "20260309")
            .set(FieldName::Total, "113")
    }

    fn empty(format: Format) -> Scene {
        let mut reading = Reading::new(Digest::of(b"a made-up original"), format, 1);
        reading.invoices.push(InvoiceReading::default());
        Scene {
            reading,
            as_of: "2026-11-23".parse().expect("a date"),
            entities: Vec::new(),
        }
    }

    fn parties_and_sums(self) -> Scene {
        self.set(FieldName::SellerName, "示例文具有限公司")
            .set(FieldName::SellerTaxId, &seller_id())
            .set(FieldName::BuyerName, "示例科技（上海）有限公司")
            .set(FieldName::BuyerTaxId, &buyer_id())
            .set(FieldName::Amount, "100.00")
            .set(FieldName::Tax, "13.00")
            .set(FieldName::Total, "113.00")
            .set(FieldName::TotalWords, "壹佰壹拾叁圆整")
            .set(FieldName::Drawer, "张三")
    }

    fn main_source(&self) -> Source {
        match self.reading.format {
            Format::Ofd => Source::OfdAttachment,
            Format::Pdf => Source::PdfText,
            Format::Picture => Source::Qr,
            _ => Source::Xml,
        }
    }

    /// The invoice, to be changed in ways that have no method of their own.
    pub(crate) fn invoice(&mut self) -> &mut InvoiceReading {
        self.reading.invoices.first_mut().expect("a scene has an invoice")
    }

    /// What the file's main source says of a field, instead of what it said before.
    pub(crate) fn set(self, name: FieldName, text: &str) -> Scene {
        let source = self.main_source();
        self.without(name).add(name, source, text)
    }

    /// What another source says of a field.
    pub(crate) fn add(mut self, name: FieldName, source: Source, text: &str) -> Scene {
        self.invoice().state(name, source, "", text);
        self
    }

    /// Nothing is said of a field.
    pub(crate) fn without(mut self, name: FieldName) -> Scene {
        self.invoice().fields.0.remove(&name);
        self
    }

    /// The lines of the main source, instead of those before.
    pub(crate) fn lines(mut self, lines: Vec<Line>) -> Scene {
        let source = self.main_source();
        self.invoice().line_sets.clear();
        self.also_lines(source, lines)
    }

    /// The lines of another source.
    pub(crate) fn also_lines(mut self, source: Source, lines: Vec<Line>) -> Scene {
        let mut set = LineSet {
            source,
            place: String::new(),
            lines,
            complete: true,
        };
        set.mark_natures();
        self.invoice().line_sets.push(set);
        self
    }

    /// Changes one line.
    pub(crate) fn edit_line(mut self, at: usize, edit: impl FnOnce(&mut Line)) -> Scene {
        edit(&mut self.invoice().line_sets[0].lines[at]);
        self
    }

    /// Text of the page that has no field.
    pub(crate) fn extra(mut self, name: &str, value: &str) -> Scene {
        let source = self.main_source();
        self.invoice().extras.push(Extra {
            name: name.to_owned(),
            value: value.to_owned(),
            source,
            place: String::new(),
        });
        self
    }

    /// A QR code.
    pub(crate) fn qr(mut self, text: &str, crc: CrcState) -> Scene {
        self.invoice().qr_codes.push(QrCode {
            source: Source::Qr,
            place: "page 1".to_owned(),
            text: text.to_owned(),
            crc,
        });
        self
    }

    /// What the file's signatures show.
    pub(crate) fn signed(mut self, integrity: Integrity, seal: SealCheck) -> Scene {
        let signer = Signer {
            seal_name: Some("国家税务总局示例税务局".to_owned()),
            subject: None,
            issuer: None,
            valid_until: Some("2025-12-31".to_owned()),
            signed_at: Some("2020-06-15".to_owned()),
            seal,
        };
        let signers = if matches!(integrity, Integrity::Unsigned) {
            Vec::new()
        } else {
            vec![signer]
        };
        self.reading.signatures = Some(SignatureFacts { integrity, signers });
        self
    }

    /// The signer, to be changed.
    pub(crate) fn signer(mut self, edit: impl FnOnce(&mut Signer)) -> Scene {
        let signatures = self.reading.signatures.as_mut().expect("a signed scene");
        edit(&mut signatures.signers[0]);
        self
    }

    /// One of our companies: tax number, current name first.
    pub(crate) fn ours(mut self, tax_id: &str, names: &[&str]) -> Scene {
        self.entities.push(Entity {
            tax_id: tax_id.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        });
        self
    }

    /// The day of the check.
    pub(crate) fn on(mut self, date: &str) -> Scene {
        self.as_of = date.parse().expect("a date");
        self
    }

    /// The same invoice once more in the same file.
    pub(crate) fn twice(mut self) -> Scene {
        let again = self.invoice().clone();
        self.reading.invoices.push(again);
        self
    }

    fn verdict(&self) -> invoice::Verdict {
        crate::check(
            &self.reading,
            &Context {
                as_of: self.as_of,
                entities: &self.entities,
                rulebook: Rulebook::embedded(),
            },
        )
    }
}

#[test]
fn faultless_invoices_have_no_fault() {
    for scene in [Scene::digital(), Scene::legacy(), Scene::red()] {
        let verdict = scene.verdict();
        assert!(
            verdict.invoices.iter().all(Vec::is_empty),
            "{:?}",
            verdict.invoices
        );
        assert!(verdict.file.is_empty(), "{:?}", verdict.file);
    }
}

#[test]
fn the_readers_faults_are_part_of_the_verdict() {
    const READER: FaultKind = FaultKind {
        code: "F007",
        severity: invoice::Severity::Note,
        title_zh: "",
        title_en: "",
        reason_zh: "",
        reason_en: "",
        source: "",
    };
    let mut scene = Scene::digital();
    scene.invoice().faults.push(READER.at("number", "of the invoice"));
    scene.reading.faults.push(READER.at("file", "of the file"));
    let verdict = scene.verdict();
    assert_eq!(
        verdict.invoices,
        vec![vec![READER.at("number", "of the invoice")]]
    );
    assert_eq!(verdict.file, vec![READER.at("file", "of the file")]);
    assert_eq!(verdict.reading, scene.reading.digest());
}
