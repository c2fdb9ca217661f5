//! Custom tags (自定义标引): names that point at the text objects of a page.
//!
//! Two shapes are met: a tree (`Buyer/BuyerName`, `GoodsInfos/GoodsInfo/Item`) on legacy invoices, and a flat list with
//! one tag per column on 数电. A field may point at several objects — the yen sign and the figure, the pieces of a
//! wrapped name — and a tag may point at a second copy that lies outside the page. Lines are put together by where
//! their cells stand, never by counting alone: a discount line has no quantity, a long name has two pieces.

use invoice::{FieldName, InvoiceReading, Line, LineSet, Source};
use ofd::{Document, ObjectRef, Tag, TagFile};

use crate::cells::{Column, PlacedCell, lines_by_count, lines_by_height};

/// What one tag file states; `None` where it states nothing.
pub(super) fn read(document: &Document, file: &TagFile) -> Option<InvoiceReading> {
    let reader = Reader { document, file };
    let mut invoice = InvoiceReading::default();
    for tag in file.root.descendants() {
        let Some(field) = field(&tag.name) else { continue };
        let separator = if field == FieldName::Remark { "\n" } else { "" };
        let pieces: Vec<String> = reader.pieces(tag).into_iter().map(|piece| piece.text).collect();
        let text = without_label(field, pieces.join(separator));
        let known = invoice.field(field).is_some_and(|known| {
            known
                .witnesses
                .iter()
                .any(|witness| witness.raw.trim() == text.trim())
        });
        if !known {
            invoice.state(field, Source::OfdTag, reader.place(&tag.name), &text);
        }
    }
    invoice.line_sets.extend(reader.lines());
    let states_something = !invoice.fields.0.is_empty() || !invoice.line_sets.is_empty();
    states_something.then_some(invoice)
}

/// A name without the label that some printers draw in one piece with it.
fn without_label(field: FieldName, text: String) -> String {
    let is_name = matches!(field, FieldName::BuyerName | FieldName::SellerName);
    let name = text
        .trim_start()
        .strip_prefix("名称")
        .and_then(|rest| rest.strip_prefix(['：', ':']));
    match name {
        Some(name) if is_name => name.to_owned(),
        _ => text,
    }
}

/// The text of the QR code where a tag states it, with its place.
pub(super) fn graph_codes(document: &Document, file: &TagFile) -> Vec<(String, String)> {
    let reader = Reader { document, file };
    file.root
        .descendants()
        .filter(|tag| tag.name == "GraphCode")
        .map(|tag| {
            let text: String = reader.pieces(tag).into_iter().map(|piece| piece.text).collect();
            (reader.place(&tag.name), text)
        })
        .filter(|(_, text)| !text.trim().is_empty())
        .collect()
}

/// A piece of text that a tag points at, with its place if it stands on a page.
struct Piece {
    text: String,
    at: Option<At>,
}

/// Page and height of a piece.
#[derive(Clone, Copy)]
struct At {
    page_id: Option<u64>,
    x_mm: f64,
    y_mm: f64,
}

struct Reader<'a> {
    document: &'a Document,
    file: &'a TagFile,
}

impl Reader<'_> {
    fn place(&self, name: &str) -> String {
        format!("{} {name}", self.file.part)
    }

    /// The texts of a tag in its order. Objects outside the page are left out, unless there are no others.
    fn pieces(&self, tag: &Tag) -> Vec<Piece> {
        let (on_page, off_page): (Vec<_>, Vec<_>) = tag
            .refs
            .iter()
            .filter_map(|object| Some((object, self.piece(object)?)))
            .partition(|(object, piece)| self.is_on_page(object, piece));
        let objects = if on_page.is_empty() { off_page } else { on_page };
        let inline = tag.data.iter().chain(std::iter::once(&tag.text));
        objects
            .into_iter()
            .map(|(_, piece)| piece)
            .chain(inline.map(|text| Piece {
                text: text.clone(),
                at: None,
            }))
            .filter(|piece| !piece.text.trim().is_empty())
            .collect()
    }

    fn piece(&self, object: &ObjectRef) -> Option<Piece> {
        let runs = self.document.runs_of(object);
        let start = runs.first()?.start();
        Some(Piece {
            text: runs.iter().map(|run| run.text.as_str()).collect(),
            at: Some(At {
                page_id: object.page_id,
                x_mm: start.x,
                y_mm: start.y,
            }),
        })
    }

    fn is_on_page(&self, object: &ObjectRef, piece: &Piece) -> bool {
        let Some(at) = piece.at else { return true };
        let page = self
            .document
            .pages
            .iter()
            .find(|page| page.body == object.body && page.id == object.page_id);
        page.is_none_or(|page| {
            page.area.contains(ofd::Point {
                x: at.x_mm,
                y: at.y_mm,
            })
        })
    }

    /// The lines, from every group of columns in the order of the file.
    fn lines(&self) -> Option<LineSet> {
        let groups: Vec<&Tag> = self
            .file
            .root
            .descendants()
            .filter(|tag| tag.children.iter().any(|child| column(&child.name).is_some()))
            .collect();
        let mut lines = Vec::new();
        let mut complete = true;
        for group in groups {
            match self.rows(group) {
                Some(rows) => lines.extend(rows),
                None => complete = false,
            }
        }
        if lines.is_empty() {
            return None;
        }
        let mut set = LineSet {
            source: Source::OfdTag,
            place: self.file.part.clone(),
            lines,
            complete,
        };
        set.mark_natures();
        Some(set)
    }

    /// The rows of one group of columns; `None` where the cells cannot be told apart.
    fn rows(&self, group: &Tag) -> Option<Vec<Line>> {
        let mut columns: Vec<(Column, Vec<Piece>)> = Vec::new();
        for child in &group.children {
            let Some(column) = column(&child.name) else {
                continue;
            };
            let pieces = self.pieces(child);
            match columns.iter_mut().find(|(known, _)| *known == column) {
                Some((_, known)) => known.extend(pieces),
                None => columns.push((column, pieces)),
            }
        }
        let placed: Option<Vec<PlacedCell>> = columns
            .iter()
            .flat_map(|(column, pieces)| pieces.iter().map(move |piece| (*column, piece)))
            .map(|(column, piece)| {
                let at = piece.at?;
                Some(PlacedCell {
                    column,
                    page_id: at.page_id,
                    y_mm: at.y_mm,
                    text: piece.text.clone(),
                })
            })
            .collect();
        match placed {
            Some(cells) => lines_by_height(&cells),
            None => {
                let texts = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.clone()).collect();
                let columns: Vec<(Column, Vec<String>)> = columns
                    .iter()
                    .map(|(column, pieces)| (*column, texts(pieces)))
                    .collect();
                lines_by_count(&columns)
            }
        }
    }
}

/// The field of the face that a tag names. Names are those of the legacy e-invoice schema
/// (`http://www.edrm.org.cn/schema/e-invoice/2019`), which 数电 tags kept.
fn field(name: &str) -> Option<FieldName> {
    Some(match name {
        "InvoiceCode" => FieldName::Code,
        "InvoiceNo" => FieldName::Number,
        "IssueDate" => FieldName::Date,
        "InvoiceCheckCode" => FieldName::CheckCode,
        "MachineNo" => FieldName::MachineNumber,
        "TaxControlCode" => FieldName::CipherArea,
        "BuyerName" => FieldName::BuyerName,
        "BuyerTaxID" => FieldName::BuyerTaxId,
        "BuyerAddrTel" => FieldName::BuyerAddress,
        "BuyerFinancialAccount" => FieldName::BuyerBank,
        "SellerName" => FieldName::SellerName,
        "SellerTaxID" => FieldName::SellerTaxId,
        "SellerAddrTel" => FieldName::SellerAddress,
        "SellerFinancialAccount" => FieldName::SellerBank,
        "TaxExclusiveTotalAmount" => FieldName::Amount,
        "TaxTotalAmount" => FieldName::Tax,
        "TaxInclusiveTotalAmount" => FieldName::Total,
        "TaxInclusiveTotalAmountWithWords" => FieldName::TotalWords,
        "Note" => FieldName::Remark,
        "InvoiceClerk" => FieldName::Drawer,
        "Payee" => FieldName::Payee,
        "Checker" => FieldName::Reviewer,
        _ => return None,
    })
}

/// The column of the item table that a tag names.
fn column(name: &str) -> Option<Column> {
    Some(match name {
        "Item" => Column::Name,
        "Specification" => Column::Spec,
        "MeasurementDimension" => Column::Unit,
        "Quantity" => Column::Quantity,
        "Price" => Column::Price,
        "Amount" => Column::Amount,
        "TaxScheme" => Column::Rate,
        "TaxAmount" => Column::Tax,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::making::Made;
    use super::*;

    fn read_tags(texts: &[(u32, f64, f64, &str)], xml: &str) -> Option<InvoiceReading> {
        let bytes = Made::page(texts).tags(xml).bytes();
        let document = ofd::read(&bytes, &ofd::Limits::default()).expect("a package of ours opens");
        read(&document, document.tag_files.first().expect("one tag file"))
    }

    /// `name: refs` as tags that point at page 1.
    fn tags(list: &[(&str, &[u32])]) -> String {
        list.iter()
            .map(|(name, ids)| {
                let refs: String = ids
                    .iter()
                    .map(|id| format!(r#"<ofd:ObjectRef PageRef="1">{id}</ofd:ObjectRef>"#))
                    .collect();
                format!("<ofd:{name}>{refs}</ofd:{name}>")
            })
            .collect()
    }

    fn root(inside: &str) -> String {
        format!(r#"<ofd:root xmlns:ofd="http://www.ofdspec.org/2016">{inside}</ofd:root>"#)
    }

    #[test]
    fn a_field_in_pieces_is_joined_and_a_copy_off_the_page_is_left_out() {
        let invoice = read_tags(
            &[
                (11, 127.5, 90.0, "¥"),
                (12, 130.0, 90.0, "4197.17"),
                (13, 32.0, 129.0, "于某"),
                (14, 32.0, 285.0, "于某某"),
                (15, 20.0, 33.0, "海南示例云服"),
                (16, 20.0, 37.0, "科技有限公司"),
            ],
            &root(&tags(&[
                ("TaxExclusiveTotalAmount", &[11, 12]),
                ("InvoiceClerk", &[13, 14]),
                ("BuyerName", &[15, 16]),
            ])),
        )
        .expect("an invoice");
        assert_eq!(invoice.fields.value(FieldName::Amount), Some("4197.17"));
        assert_eq!(invoice.fields.raw(FieldName::Amount), Some("¥4197.17"));
        assert_eq!(invoice.fields.value(FieldName::Drawer), Some("于某"));
        assert_eq!(
            invoice.fields.value(FieldName::BuyerName),
            Some("海南示例云服科技有限公司")
        );
    }

    #[test]
    fn flat_columns_become_lines_by_height() {
        let invoice = read_tags(
            &[
                (21, 4.0, 56.0, "*信息技术服务*技术服"),
                (22, 4.0, 60.5, "务费"),
                (23, 4.0, 65.0, "*信息技术服务*技术服务费"),
                (24, 77.0, 56.1, "1"),
                (25, 127.0, 56.1, "100.00"),
                (26, 127.0, 65.1, "-10.00"),
                (27, 154.0, 56.1, "6%"),
                (28, 154.0, 65.1, "6%"),
                (29, 179.0, 56.0, "6.00"),
                (30, 179.0, 65.0, "-0.60"),
            ],
            &root(&tags(&[
                ("Item", &[21, 22, 23]),
                ("Quantity", &[24]),
                ("Amount", &[25, 26]),
                ("TaxScheme", &[27, 28]),
                ("TaxAmount", &[29, 30]),
            ])),
        )
        .expect("an invoice");
        let set = invoice.lines().expect("lines");
        assert!(set.complete);
        assert_eq!(set.lines.len(), 2);
        assert_eq!(set.lines[0].name, "*信息技术服务*技术服务费");
        assert_eq!(set.lines[0].quantity, Some(1.into()));
        assert_eq!(set.lines[1].quantity, None);
        assert_eq!(set.lines[1].nature, invoice::LineNature::Discount);
        assert_eq!(set.amount().map(|cents| cents.0), Some(9_000));
        assert_eq!(set.tax().map(|cents| cents.0), Some(540));
    }

    #[test]
    fn a_tree_that_is_not_well_formed_and_holds_inline_values_is_read() {
        let invoice = read_tags(
            &[(31, 164.0, 6.0, "052002100113"), (32, 164.0, 11.0, "00008006")],
            r#"<?xml version="1.0" encoding="UTF-8"?>
<:eInvoice xmlns:=""><InvoiceCode><ofd:ObjectRef PageRef="1">31</ofd:ObjectRef></InvoiceCode><InvoiceNo><ofd:ObjectRef PageRef="1">32</ofd:ObjectRef></InvoiceNo><Buyer><BuyerName><ofd:ObjectRef PageRef="1">0</ofd:ObjectRef></BuyerName><BuyerTaxID><ofd:ObjectData>91110108690017781B</ofd:ObjectData></BuyerTaxID></Buyer><GoodsInfos><GoodsInfo><Item><ofd:ObjectData>甲</ofd:ObjectData></Item><Amount><ofd:ObjectData>1.00</ofd:ObjectData></Amount><TaxAmount><ofd:ObjectData>***</ofd:ObjectData></TaxAmount></GoodsInfo></GoodsInfos></:eInvoice>"#,
        )
        .expect("an invoice");
        assert_eq!(
            invoice.key().map(|key| key.0).as_deref(),
            Some("L:052002100113:00008006")
        );
        assert_eq!(
            invoice.fields.value(FieldName::BuyerTaxId),
            Some("91110108690017781B")
        );
        assert_eq!(invoice.field(FieldName::BuyerName), None);
        let set = invoice.lines().expect("lines");
        assert_eq!(set.lines[0].tax, Some(invoice::Cents::ZERO));
    }

    #[test]
    fn inline_columns_of_different_lengths_give_no_lines() {
        let data = |name: &str, values: &[&str]| {
            let inside: String = values
                .iter()
                .map(|value| format!("<ofd:ObjectData>{value}</ofd:ObjectData>"))
                .collect();
            format!("<ofd:{name}>{inside}</ofd:{name}>")
        };
        let inside = [
            data("InvoiceNo", &["24112000000048542163"]),
            data("Item", &["甲", "乙"]),
            data("Amount", &["1.00", "2.00"]),
            data("Quantity", &["1"]),
        ]
        .concat();
        let invoice = read_tags(&[], &root(&inside)).expect("an invoice");
        assert!(invoice.line_sets.is_empty());
    }

    #[test]
    fn an_empty_tag_file_states_nothing() {
        assert_eq!(read_tags(&[], &root("")), None);
    }
}
