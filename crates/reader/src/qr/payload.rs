//! The text in an invoice's QR code.
//!
//! `version,kind,code,number,amount,date,check code,CRC` and often a comma more. Rail tickets of the pilot put their
//! 20-digit number in the code's place and have six fields; some air and rail tickets leave out the check code. Which
//! amount is stated depends on the kind: without tax on legacy invoices, with tax on 数电 ones.
//!
//! The checksum is CRC-16 with polynomial 0x8005, not reflected (CRC-16/BUYPASS): found by search and confirmed on 33
//! codes of six kinds from about ten issuing systems. Rail and air tickets carry another one, which is not known.

use invoice::{CrcState, FieldName, InvoiceKind, InvoiceReading, QrCode, Source, Witness};

/// The fields of an invoice's QR code (发票二维码), as the text has them; what it leaves empty is empty here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QrPayload {
    /// The whole text.
    pub(crate) text: String,
    /// Version of the form; `01` on every code seen.
    pub(crate) version: String,
    /// 票种 as the code has it, two digits.
    pub(crate) kind_code: String,
    /// The kind that these digits and the form of the text say.
    pub(crate) kind: Option<InvoiceKind>,
    /// 发票代码; empty on 数电 invoices.
    pub(crate) code: String,
    /// 发票号码.
    pub(crate) number: String,
    /// The amount; [`QrPayload::amount_field`] says which.
    pub(crate) amount: String,
    /// 开票日期, with or without hyphens.
    pub(crate) date: String,
    /// 校验码; empty on special and 数电 invoices.
    pub(crate) check_code: String,
    /// Whether the checksum at the end holds.
    pub(crate) crc: CrcState,
    /// Whether the text is of the rail pilot's form, with the number in the code's place.
    pub(crate) lacks_code: bool,
}

impl QrPayload {
    /// Reads the text of a QR code; `None` for every code that is not an invoice's, such as one for payment.
    pub(crate) fn parse(text: &str) -> Option<QrPayload> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
        if !is_invoice(text) {
            return None;
        }
        let mut fields = Fields { text, at: 0 };
        let version = fields.next()?;
        let kind_code = fields.next()?;
        let third = fields.next()?;
        let lacks_code = is_unified_number(third);
        let (code, number) = match lacks_code {
            true => ("", third),
            false => (third, fields.next()?),
        };
        let amount = fields.next()?;
        let date = fields.next()?;
        let (check_code, crc) = fields.ending();
        let kind = match lacks_code {
            // The pilot says 10 of tickets that are no 增值税电子普通发票, so its digits tell nothing.
            true => None,
            false => kind_of(kind_code, code),
        };
        Some(QrPayload {
            text: text.to_owned(),
            version: version.to_owned(),
            kind_code: kind_code.to_owned(),
            kind,
            code: code.to_owned(),
            number: number.to_owned(),
            amount: amount.to_owned(),
            date: date.to_owned(),
            check_code: check_code.to_owned(),
            crc: crc_state(text, crc, lacks_code || matches!(kind_code, "51" | "61")),
            lacks_code,
        })
    }

    /// Which amount the code states. Rail tickets are seen with either, and new kinds are not guessed at.
    pub(crate) fn amount_field(&self) -> FieldName {
        match self.kind_code.as_str() {
            _ if self.lacks_code => FieldName::SomeAmount,
            "01" | "04" | "08" | "10" | "11" | "14" | "20" => FieldName::Amount,
            "31" | "32" | "61" => FieldName::Total,
            _ => FieldName::SomeAmount,
        }
    }

    /// States every field of the code, and the code itself, as witnesses of an invoice.
    pub(crate) fn state_into(&self, invoice: &mut InvoiceReading, source: Source, place: &str) {
        if let Some(kind) = self.kind {
            let witness = Witness {
                source,
                place: place.to_owned(),
                raw: self.kind_code.clone(),
                value: Some(kind.code().to_owned()),
            };
            invoice.fields.add(FieldName::Kind, witness);
        }
        for (field, text) in [
            (FieldName::Number, &self.number),
            (FieldName::Code, &self.code),
            (FieldName::Date, &self.date),
            (FieldName::CheckCode, &self.check_code),
            (self.amount_field(), &self.amount),
        ] {
            invoice.state(field, source, place, text);
        }
        invoice.qr_codes.push(QrCode {
            source,
            place: place.to_owned(),
            text: self.text.clone(),
            crc: self.crc,
        });
    }
}

/// Whether a text begins as the QR code of an invoice does: two digits, a comma, two digits, a comma.
pub(crate) fn is_invoice(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match text.as_bytes() {
        [a, b, b',', c, d, b',', ..] => [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// Toll invoices are `10` as well; the end of their code tells them apart.
fn kind_of(kind_code: &str, code: &str) -> Option<InvoiceKind> {
    let kind = InvoiceKind::from_qr_code(kind_code);
    let is_toll = InvoiceKind::from_legacy_code(code) == Some(InvoiceKind::Toll);
    match kind {
        Some(InvoiceKind::ElectronicOrdinary) if is_toll => Some(InvoiceKind::Toll),
        other => other,
    }
}

/// 发票代码 has 10 or 12 digits, so that more are a 数电 number.
fn is_unified_number(text: &str) -> bool {
    (15..=24).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// The fields of a text with the place of each, which the checksum needs.
struct Fields<'a> {
    text: &'a str,
    at: usize,
}

/// A checksum and where in the text it begins.
type Crc<'a> = Option<(&'a str, usize)>;

impl<'a> Fields<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let field = rest.split(',').next().unwrap_or_default();
        self.at += field.len() + 1;
        Some(field.trim())
    }

    /// The check code and the checksum, of which either may be empty or left out.
    fn ending(mut self) -> (&'a str, Crc<'a>) {
        let start = self.at;
        let first = self.next().unwrap_or_default();
        let second_start = self.at;
        let second = self.next().unwrap_or_default();
        // A check code is 20 digits long, a checksum never more than 4.
        match (is_crc(first), second.is_empty()) {
            (true, true) => ("", Some((first, start))),
            (_, true) => (first, None),
            (_, false) => (first, Some((second, second_start))),
        }
    }
}

fn is_crc(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn crc_state(text: &str, crc: Crc<'_>, is_of_ticket: bool) -> CrcState {
    let Some((stated, start)) = crc else {
        return CrcState::Absent;
    };
    if is_of_ticket {
        return CrcState::NotApplicable;
    }
    // Some issuers count the comma before the checksum in, some do not.
    let with_comma = text.get(..start).unwrap_or_default();
    let without_comma = with_comma.strip_suffix(',').unwrap_or(with_comma);
    let holds = [with_comma, without_comma]
        .iter()
        .any(|covered| format!("{:04X}", crc16(covered.as_bytes())).eq_ignore_ascii_case(stated));
    match holds {
        true => CrcState::Holds,
        false => CrcState::Fails,
    }
}

/// CRC-16/BUYPASS: polynomial 0x8005, initial value 0, nothing reflected, no final xor.
pub(crate) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc: u16, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x8005
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_catalogue() {
        assert_eq!(crc16(b"123456789"), 0xFEE8);
        assert_eq!(crc16(b""), 0);
    }

    fn check(
        text: &str,
        kind: Option<InvoiceKind>,
        key: &str,
        field: FieldName,
        amount: &str,
        crc: CrcState,
    ) {
        let payload = QrPayload::parse(text).unwrap();
        let mut invoice = InvoiceReading::default();
        payload.state_into(&mut invoice, Source::Qr, "二维码");
        assert_eq!(invoice.kind(), kind, "{text}");
        assert_eq!(invoice.key().unwrap().0, key, "{text}");
        assert_eq!(invoice.fields.value(field), Some(amount), "{text}");
        assert!(invoice.date().is_some(), "{text}");
        assert_eq!(payload.crc, crc, "{text}");
        assert_eq!(invoice.qr_codes.len(), 1);
        assert_eq!(
            (invoice.qr_codes[0].text.as_str(), invoice.qr_codes[0].crc),
            (text, crc)
        );
        // One amount, and under no other name.
        let amounts = [FieldName::Amount, FieldName::Total, FieldName::SomeAmount];
        assert_eq!(
            amounts
                .iter()
                .filter(|name| invoice.field(**name).is_some())
                .count(),
            1
        );
    }

    #[test]
    fn legacy_invoices_state_the_amount_without_tax() {
        use CrcState::Holds;
        use FieldName::Amount;
        use InvoiceKind::{ElectronicOrdinary, ElectronicSpecial, Ordinary, Special, Toll};
        check(
            "01,10,033002000211,83089647,510.68,20200723,16197833567414507415,0941,",
            Some(ElectronicOrdinary),
            "L:033002000211:83089647",
            Amount,
            "510.68",
            Holds,
        );
        check(
            "01,20,052002100113,00008006,24519.05,20220505,18001801513030862041,88CD,",
            Some(ElectronicSpecial),
            "L:052002100113:00008006",
            Amount,
            "24519.05",
            Holds,
        );
        check(
            "01,10,042001700112,21507543,6.2,20180323,06181427187004874225,8935,",
            Some(Toll),
            "L:042001700112:21507543",
            Amount,
            "6.20",
            Holds,
        );
        check(
            "01,01,1200154130,03630024,94339.62,20160621,,9335,",
            Some(Special),
            "L:1200154130:03630024",
            Amount,
            "94339.62",
            Holds,
        );
        check(
            "01,04,4200161350,00015045,165106.00,20160501,48114255542168294433,DBFE,",
            Some(Ordinary),
            "L:4200161350:00015045",
            Amount,
            "165106.00",
            Holds,
        );
    }

    #[test]
    fn digital_invoices_state_the_total_and_need_no_checksum() {
        use InvoiceKind::{DigitalOrdinary, DigitalSpecial};
        check(
            "01,31,,24112000000048542163,4449.00,20240528,,B2B6",
            Some(DigitalSpecial),
            "U:24112000000048542163",
            FieldName::Total,
            "4449.00",
            CrcState::Holds,
        );
        check(
            "01,32,,26327000000479692585,56.20,2026-03-09,,",
            Some(DigitalOrdinary),
            "U:26327000000479692585",
            FieldName::Total,
            "56.20",
            CrcState::Absent,
        );
    }

    #[test]
    fn tickets_have_a_checksum_of_their_own() {
        use CrcState::NotApplicable;
        check(
            "01,51,,26339132621000219582,56.00,20260423,,219a",
            Some(InvoiceKind::Rail),
            "U:26339132621000219582",
            FieldName::SomeAmount,
            "56.00",
            NotApplicable,
        );
        check(
            "01,61,,23448784110000000648,100.00,20230303,,89f5",
            Some(InvoiceKind::Air),
            "U:23448784110000000648",
            FieldName::Total,
            "100.00",
            NotApplicable,
        );
        check(
            "01,61,,23448784110000000648,100.00,20230303,89f5",
            Some(InvoiceKind::Air),
            "U:23448784110000000648",
            FieldName::Total,
            "100.00",
            NotApplicable,
        );
        // The pilot's form, whose kind digits say another kind than its documents do.
        check(
            "01,10,22119130671000000049,166.05,20220317,b2b2",
            None,
            "U:22119130671000000049",
            FieldName::SomeAmount,
            "166.05",
            NotApplicable,
        );
    }

    #[test]
    fn an_altered_digit_fails_the_checksum() {
        let text = "01,31,,24112000000048542163,4449.00,20240528,,B2B6";
        for (at, was) in text.char_indices().skip(6).take(34) {
            if let Some(digit) = was.to_digit(10) {
                let mut altered = text.to_owned();
                altered.replace_range(at..at + 1, &((digit + 1) % 10).to_string());
                assert_eq!(
                    QrPayload::parse(&altered).unwrap().crc,
                    CrcState::Fails,
                    "{altered}"
                );
            }
        }
    }

    #[test]
    fn a_checksum_may_stand_without_a_check_code_and_a_check_code_without_a_checksum() {
        let parse = |text: &str| QrPayload::parse(text).unwrap();
        let bare = parse("01,10,033002000211,83089647,510.68,20200723,16197833567414507415");
        assert_eq!(
            (bare.check_code.as_str(), bare.crc),
            ("16197833567414507415", CrcState::Absent)
        );
        let short = parse("01,01,1200154130,03630024,94339.62,20160621");
        assert_eq!((short.check_code.as_str(), short.crc), ("", CrcState::Absent));
    }

    #[test]
    fn other_codes_are_no_invoices() {
        for text in [
            "",
            "01",
            "01,31",
            "01,31,",
            "01,31,,24112000000048542163",
            "1,31,,24112000000048542163,4449.00,20240528,,",
            "https://pay.example/01,31,,2,3,4,5",
            "０１,３１,,24112000000048542163,4449.00,20240528,,B2B6",
        ] {
            assert_eq!(QrPayload::parse(text), None, "{text}");
        }
    }

    #[test]
    fn mangled_texts_are_answered() {
        let text = "01,10,033002000211,83089647,510.68,20200723,16197833567414507415,0941,";
        for at in 0..text.len() {
            for put in ["", ",", "票", "\0", ",,,,"] {
                let mangled = [&text[..at], put, &text[at + 1..]].concat();
                if let Some(payload) = QrPayload::parse(&mangled) {
                    payload.state_into(&mut InvoiceReading::default(), Source::Qr, "");
                }
            }
        }
    }
}
