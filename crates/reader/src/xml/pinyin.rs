//! Elements named by the initials of their pinyin (FPHM 发票号码, KPRQ 开票日期), after the field names of GB/T 42965.
//!
//! No real file of this dialect has been seen. Names are looked for directly below the root and one level deeper.

use invoice::{FieldName, Format};
use ofd::xml::Element;

use super::Dialect;
use super::binding::{Binding, LineNames};

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xml,
    probe,
    read,
};

const FIELDS: &[(FieldName, &[&str])] = &[
    (FieldName::Kind, &["FPLX", "FPZL", "FPLXMC"]),
    (FieldName::Code, &["FPDM"]),
    (FieldName::Number, &["FPHM"]),
    (FieldName::Date, &["KPRQ"]),
    (FieldName::CheckCode, &["JYM"]),
    (FieldName::MachineNumber, &["JQBH"]),
    (FieldName::SellerName, &["XSFMC"]),
    (FieldName::SellerTaxId, &["XSFNSRSBH", "XSFSBH"]),
    (FieldName::SellerAddress, &["XSFDZDH", "XSFDZ"]),
    (FieldName::SellerBank, &["XSFYHZH", "XSFKHHZH"]),
    (FieldName::BuyerName, &["GMFMC"]),
    (FieldName::BuyerTaxId, &["GMFNSRSBH", "GMFSBH"]),
    (FieldName::BuyerAddress, &["GMFDZDH", "GMFDZ"]),
    (FieldName::BuyerBank, &["GMFYHZH", "GMFKHHZH"]),
    (FieldName::Amount, &["HJJE"]),
    (FieldName::Tax, &["HJSE"]),
    (FieldName::Total, &["JSHJXX", "JSHJ"]),
    (FieldName::TotalWords, &["JSHJDX"]),
    (FieldName::Remark, &["BZ"]),
    (FieldName::Payee, &["SKR"]),
    (FieldName::Reviewer, &["FHR"]),
    (FieldName::Drawer, &["KPR"]),
];

const LINES: LineNames = LineNames {
    name: "XMMC",
    spec: "GGXH",
    unit: "DW",
    quantity: "SL",
    price: "DJ",
    amount: "JE",
    rate: "SLV",
    tax: "SE",
    tax_code: "SPBM",
};

fn probe(root: &Element) -> bool {
    let holds = |element: &Element| element.child("FPHM").is_some() && element.child("KPRQ").is_some();
    holds(root) || root.children.iter().any(holds)
}

fn read(binding: &mut Binding<'_>) {
    binding.bind_shallow(FIELDS);
    binding.lines("MXXX", &LINES);
    binding.keep_rest();
}
