//! Forgeries that are no change of one field: the code of another invoice, tags that point elsewhere, a sales list of
//! another invoice.

use super::edits::FieldClass;
use super::layers::forged_pdf;
use crate::face;
use crate::forms::own_style;
use crate::specimen::Specimen;
use crate::write::ofd::{self, Layers};
use crate::write::pdf::{self, Page};

/// One forgery of one form.
pub(crate) struct Special {
    pub(crate) form: &'static str,
    pub(crate) layer: &'static str,
    pub(crate) class: FieldClass,
    pub(crate) what: &'static str,
    pub(crate) breaks_seal: bool,
    /// Writes the file from the true specimen and another of the same form; nothing where it cannot be done.
    pub(crate) write: fn(&Specimen, &Specimen) -> Vec<u8>,
}

/// Every special forgery.
pub(crate) const SPECIAL: &[Special] = &[
    Special {
        form: "pdf",
        layer: "qr/of another invoice",
        class: FieldClass::Number,
        what: "code of another invoice",
        breaks_seal: false,
        write: |truth, other| forged_pdf(&own_style(truth), truth, truth, &other.qr_text()),
    },
    Special {
        form: "ofd-unified",
        layer: "qr/of another invoice",
        class: FieldClass::Number,
        what: "code of another invoice",
        breaks_seal: false,
        write: |truth, other| coded(&ofd::unified(), truth, other),
    },
    Special {
        form: "ofd-legacy",
        layer: "qr/of another invoice",
        class: FieldClass::Number,
        what: "code of another invoice",
        breaks_seal: true,
        write: |truth, other| coded(&ofd::legacy(), truth, other),
    },
    Special {
        form: "ofd-unified",
        layer: "tags",
        class: FieldClass::Name,
        what: "tags of the names swapped",
        breaks_seal: false,
        write: |truth, _| tagged(&ofd::unified(), truth, ("Buyer/BuyerName", "Seller/SellerName")),
    },
    Special {
        form: "ofd-unified",
        layer: "tags",
        class: FieldClass::TaxId,
        what: "tags of the taxpayer numbers swapped",
        breaks_seal: false,
        write: |truth, _| {
            let is_both = !truth.buyer.tax_id.is_empty() && !truth.seller.tax_id.is_empty();
            match is_both {
                true => tagged(&ofd::unified(), truth, ("Buyer/BuyerTaxID", "Seller/SellerTaxID")),
                false => Vec::new(),
            }
        },
    },
    Special {
        form: "ofd-unified",
        layer: "tags",
        class: FieldClass::Sum,
        what: "tags of amount and total swapped",
        breaks_seal: false,
        write: |truth, _| match truth.amount == truth.total {
            true => Vec::new(),
            false => tagged(
                &ofd::unified(),
                truth,
                ("TaxExclusiveTotalAmount", "TaxInclusiveTotalAmount"),
            ),
        },
    },
    Special {
        form: "ofd-legacy",
        layer: "tags",
        class: FieldClass::Name,
        what: "tags of the names swapped",
        breaks_seal: true,
        write: |truth, _| tagged(&ofd::legacy(), truth, ("Buyer/BuyerName", "Seller/SellerName")),
    },
    Special {
        form: "pdf",
        layer: "list",
        class: FieldClass::Line,
        what: "sales list of another invoice",
        breaks_seal: false,
        write: |truth, other| match truth.has_sales_list {
            true => listed(truth, other),
            false => Vec::new(),
        },
    },
];

fn coded(style: &ofd::Style, truth: &Specimen, other: &Specimen) -> Vec<u8> {
    let layers = Layers {
        code: other.qr_text(),
        ..Layers::honest(truth)
    };
    ofd::write_layers(&layers, style)
}

fn tagged(style: &ofd::Style, truth: &Specimen, swapped: (&'static str, &'static str)) -> Vec<u8> {
    let mut style = style.clone();
    style.swapped_tags = Some(swapped);
    ofd::write_layers(&Layers::honest(truth), &style)
}

/// The first page of one invoice and the list of another, which bears the number of the first.
fn listed(truth: &Specimen, other: &Specimen) -> Vec<u8> {
    let list = Specimen {
        code: truth.code.clone(),
        number: truth.number.clone(),
        ..other.clone()
    };
    let first = face::pages(truth).into_iter().take(1);
    let pages: Vec<Page> = first
        .chain(face::list::faces(&list))
        .map(|face| Page::Face(face, truth.qr_text()))
        .collect();
    pdf::write(&pages, &own_style(truth), &truth.number)
}
