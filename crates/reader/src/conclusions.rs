//! What follows from the fields of an invoice without being stated: its kind from the number, the red-letter link
//! from the remark. Done once for every form of file, after its sources have been joined.

use invoice::{FieldName, InvoiceKind, InvoiceReading, RedLetterLink, Scheme, Source, Witness};

/// Adds the conclusions. Running it twice changes nothing.
pub(crate) fn conclude(invoice: &mut InvoiceReading) {
    derive_kind(invoice);
    link_red_letter(invoice);
}

/// The kind that the number implies, as a conclusion that refines or stands in for a stated kind.
fn derive_kind(invoice: &mut InvoiceReading) {
    let (field, kind) = match invoice.scheme() {
        Some(Scheme::Legacy) => {
            let code = invoice.fields.value(FieldName::Code).unwrap_or_default();
            (FieldName::Code, InvoiceKind::from_legacy_code(code))
        }
        Some(Scheme::Unified) if !states_kind(invoice) => {
            (FieldName::Number, Some(InvoiceKind::DigitalUnstated))
        }
        Some(Scheme::Unified) | None => return,
    };
    let Some(kind) = kind else { return };
    let witness = Witness {
        source: Source::Derived,
        place: field.as_str().to_owned(),
        raw: invoice.fields.raw(field).unwrap_or_default().to_owned(),
        value: Some(kind.code().to_owned()),
    };
    add_once(invoice, FieldName::Kind, witness);
}

fn states_kind(invoice: &InvoiceReading) -> bool {
    let field = invoice.field(FieldName::Kind);
    field.is_some_and(|field| {
        field
            .witnesses
            .iter()
            .any(|w| w.value.is_some() && w.source != Source::Derived)
    })
}

/// A remark names the blue invoice that a red-letter invoice cancels; each witness of the remark is one of the link.
fn link_red_letter(invoice: &mut InvoiceReading) {
    let Some(remark) = invoice.field(FieldName::Remark) else {
        return;
    };
    let mut stated = Vec::new();
    for witness in &remark.witnesses {
        let Some(link) = RedLetterLink::parse(&witness.raw) else {
            continue;
        };
        for (field, text) in [
            (FieldName::BlueNumber, link.blue_number),
            (FieldName::BlueCode, link.blue_code),
            (FieldName::RedFormNumber, link.form_number),
        ] {
            let Some(text) = text else { continue };
            let value = field.canonical(&text);
            stated.push((
                field,
                Witness {
                    value,
                    raw: text,
                    ..witness.clone()
                },
            ));
        }
    }
    for (field, witness) in stated {
        add_once(invoice, field, witness);
    }
}

fn add_once(invoice: &mut InvoiceReading, field: FieldName, witness: Witness) {
    let known = invoice.field(field).is_some_and(|field| {
        field
            .witnesses
            .iter()
            .any(|w| w.source == witness.source && w.value == witness.value)
    });
    if !known {
        invoice.fields.add(field, witness);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(code: Option<&str>, number: &str, stated: Option<&str>) -> Option<InvoiceKind> {
        let mut invoice = InvoiceReading::default();
        if let Some(code) = code {
            invoice.state(FieldName::Code, Source::PdfText, "", code);
        }
        invoice.state(FieldName::Number, Source::PdfText, "", number);
        if let Some(stated) = stated {
            invoice.state(FieldName::Kind, Source::PdfText, "", stated);
        }
        conclude(&mut invoice);
        let once = invoice.clone();
        conclude(&mut invoice);
        assert_eq!(invoice, once, "concluding twice changes nothing");
        invoice.kind()
    }

    #[test]
    fn a_number_tells_the_kind_where_nothing_else_does() {
        let number = "24112000000048542163";
        assert_eq!(kind_of(None, number, None), Some(InvoiceKind::DigitalUnstated));
        assert_eq!(
            kind_of(None, number, Some("电子发票（普通发票）")),
            Some(InvoiceKind::DigitalOrdinary)
        );
        assert_eq!(
            kind_of(Some("033002000211"), "83089647", None),
            Some(InvoiceKind::ElectronicOrdinary)
        );
        assert_eq!(kind_of(None, "83089647", None), None);
    }

    #[test]
    fn a_code_ending_in_12_is_a_toll_invoice() {
        let kind = kind_of(Some("042001700112"), "11162913", Some("增值税电子普通发票"));
        assert_eq!(kind, Some(InvoiceKind::Toll));
    }

    #[test]
    fn a_remark_links_a_red_letter_invoice() {
        let mut invoice = InvoiceReading::default();
        let remark = "被红冲蓝字数电票号码：24372000485069506992 红字发票信息确认单编号：3714912400000000";
        invoice.state(FieldName::Remark, Source::Xml, "EInvoice", remark);
        conclude(&mut invoice);
        assert_eq!(
            invoice.fields.value(FieldName::BlueNumber),
            Some("24372000485069506992")
        );
        assert_eq!(
            invoice.fields.value(FieldName::RedFormNumber),
            Some("3714912400000000")
        );
        assert!(invoice.is_red_letter());
    }
}
