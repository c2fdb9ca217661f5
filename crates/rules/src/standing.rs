//! What of an invoice rests on one source alone.
//!
//! That is no fault: the XML that a bureau hands out is one source by nature. But whoever looks at a value has to see
//! whether anything in the file supports it, because an alteration of the only source would not show.

use invoice::{Agreement, InvoiceReading};

/// Paths of everything shown that nothing in the file supports and nothing contradicts: `seller_name`,
/// `lines[0].price`. In the order of fields, then of lines.
#[must_use]
pub fn single_witnesses(invoice: &InvoiceReading) -> Vec<String> {
    if twin::is_on("single_witness_unsaid") {
        return Vec::new();
    }
    let fields = &invoice.fields;
    let alone = fields
        .0
        .iter()
        .filter(|(name, field)| {
            field.value().is_some() && fields.agreement(**name) == Some(Agreement::Single)
        })
        .map(|(name, _)| name.as_str().to_owned());
    let cells = invoice.cells();
    let alone_in_lines = cells
        .iter()
        .filter(|stated| stated.agreement() == Agreement::Single)
        .map(|stated| stated.cell.path(stated.at));
    alone.chain(alone_in_lines).collect()
}
