//! From pages to invoices: further pages and sales lists go to the invoice they continue.

use invoice::{Cents, FieldName, InvoiceReading, LineSet};

use super::PageReading;
use crate::limits;

/// The invoices on the pages of a document, each page joined to the one it continues.
pub(crate) fn faces<'a>(pages: impl Iterator<Item = &'a PageReading>) -> Vec<InvoiceReading> {
    let mut faces: Vec<(Option<String>, InvoiceReading)> = Vec::new();
    let mut current = 0;
    for page in pages {
        let key = page.key();
        let known = faces.iter().position(|(face, _)| face.is_some() && *face == key);
        match known.or_else(|| page.is_list.then_some(current)) {
            // A further page of an invoice, or a sales list, which goes to the invoice before it.
            Some(at) if at < faces.len() => {
                current = at;
                if let Some((_, face)) = faces.get_mut(at) {
                    continue_face(face, page);
                }
            }
            // Without an identity it may still state fields of a document that is identified elsewhere.
            _ if key.is_some() || (faces.is_empty() && states_an_invoice(&page.invoice)) => {
                current = faces.len();
                faces.push((key, page.invoice.clone()));
            }
            _ => {}
        }
    }
    // Places keep the faces of a merged print apart when they are joined with the other sources.
    let is_alone = faces.len() == 1;
    faces
        .into_iter()
        .map(|(_, mut face)| {
            mark_complete(&mut face);
            if is_alone {
                face.place.clear();
            }
            face
        })
        .collect()
}

/// A title alone is not enough: other documents have one too.
fn states_an_invoice(invoice: &InvoiceReading) -> bool {
    let stated = |field| invoice.field(field).is_some();
    stated(FieldName::Kind) && (stated(FieldName::Number) || stated(FieldName::Total))
}

/// Adds a further page to a face: new lines to its set, and of the fields those not said before in the same words.
fn continue_face(face: &mut InvoiceReading, page: &PageReading) {
    let sets = match is_copy(face, &page.invoice) {
        true => &[],
        false => page.invoice.line_sets.as_slice(),
    };
    for set in sets {
        match face.line_sets.first_mut() {
            Some(known) => {
                known.lines.extend(set.lines.iter().cloned());
                known.lines.truncate(limits::LINES_MAX);
            }
            None => face.line_sets.push(set.clone()),
        }
    }
    for (name, field) in &page.invoice.fields.0 {
        for witness in &field.witnesses {
            let is_known = face
                .field(*name)
                .is_some_and(|known| known.witnesses.iter().any(|other| other.value == witness.value));
            // The title of a sales list is its own.
            let is_own = page.is_list && *name == FieldName::Kind;
            if !is_known && !is_own {
                face.state(*name, witness.source, witness.place.clone(), &witness.raw);
            }
        }
    }
}

/// Whether a page is another copy (联) of the face, 抵扣联 after 发票联: it says the same sums over the same lines. The
/// pages of one copy have the sums on the last of them only.
fn is_copy(face: &InvoiceReading, page: &InvoiceReading) -> bool {
    let lines = |invoice: &InvoiceReading| invoice.line_sets.first().map(|set| set.lines.clone());
    let has_sums = face.amount().is_some() || face.total().is_some();
    has_sums && face.amount() == page.amount() && face.total() == page.total() && lines(face) == lines(page)
}

/// The lines of the page text are all there if they add up to the sums printed below them.
fn mark_complete(face: &mut InvoiceReading) {
    let (amount, tax) = (face.amount(), face.tax());
    for set in &mut face.line_sets {
        set.mark_natures();
        set.complete = adds_up(set, amount, tax);
    }
}

fn adds_up(set: &LineSet, amount: Option<Cents>, tax: Option<Cents>) -> bool {
    amount.is_some() && set.amount() == amount && (tax.is_none() || set.tax() == tax)
}
