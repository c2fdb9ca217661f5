//! The labels printed on an invoice and where a page has them.

use invoice::{FieldName, InvoiceKind};

use super::glyphs::Glyph;

/// What a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// A field of its own.
    Field(FieldName),
    /// A field of the party in whose block it stands: the buyer's field is named, the seller's follows from it.
    Party(FieldName),
    /// Something without a field.
    Extra(&'static str),
    /// A label whose value is of no interest; it ends the value before it.
    Idle,
}

use FieldName::{
    Amount, BuyerAddress, BuyerBank, BuyerName, BuyerTaxId, CheckCode, Code, Date, Drawer, MachineNumber,
    Number, Payee, Reviewer, SellerAddress, SellerBank, SellerName, SellerTaxId, Tax, Total, TotalWords,
};

/// Every label in its normal form. At one place the first that fits is taken, so the longer ones come first.
const LABELS: &[(&str, Label)] = &[
    ("原发票号码", Label::Extra("原发票号码")),
    ("电子客票号码", Label::Extra("电子客票号")),
    ("电子客票号", Label::Extra("电子客票号")),
    ("数电发票号码", Label::Field(Number)),
    ("数电票号码", Label::Field(Number)),
    ("全电发票号码", Label::Field(Number)),
    ("电子发票号码", Label::Field(Number)),
    ("发票代码", Label::Field(Code)),
    ("发票号码", Label::Field(Number)),
    ("开票日期", Label::Field(Date)),
    ("校验码", Label::Field(CheckCode)),
    ("机器编号", Label::Field(MachineNumber)),
    ("购买方名称", Label::Field(BuyerName)),
    ("购方名称", Label::Field(BuyerName)),
    ("购货单位名称", Label::Field(BuyerName)),
    ("销售方名称", Label::Field(SellerName)),
    ("销方名称", Label::Field(SellerName)),
    ("销货单位名称", Label::Field(SellerName)),
    ("销售单位名称", Label::Field(SellerName)),
    ("统一社会信用代码/纳税人识别号", Label::Party(BuyerTaxId)),
    ("统一社会信用代码", Label::Party(BuyerTaxId)),
    ("纳税人识别号", Label::Party(BuyerTaxId)),
    ("地址、电话", Label::Party(BuyerAddress)),
    ("地址电话", Label::Party(BuyerAddress)),
    ("开户行及账号", Label::Party(BuyerBank)),
    ("开户行及帐号", Label::Party(BuyerBank)),
    ("收款账号", Label::Idle),
    ("开户行", Label::Idle),
    ("名称", Label::Party(BuyerName)),
    ("价税合计(大写)", Label::Field(TotalWords)),
    ("价税合计(小写)", Label::Field(Total)),
    ("(小写)", Label::Field(Total)),
    ("收款人", Label::Field(Payee)),
    ("复核人", Label::Field(Reviewer)),
    ("复核", Label::Field(Reviewer)),
    ("开票人", Label::Field(Drawer)),
    ("代码", Label::Field(Code)),
    ("号码", Label::Field(Number)),
    ("销售方:(章)", Label::Idle),
    ("销售方(章)", Label::Idle),
    ("销售方", Label::Idle),
    ("购买方", Label::Idle),
    ("备注", Label::Idle),
    ("订单号", Label::Idle),
    ("下载次数", Label::Idle),
    // 共 4 页 第 1 页 of a sales list, each word on its own.
    ("共", Label::Idle),
    ("第", Label::Idle),
    ("页", Label::Idle),
];

/// Labels that other words end with too: 建筑项目名称, 被红冲蓝字发票号码, 机打代码. They must not follow another
/// character directly.
const SHORT: &[&str] = &[
    "名称",
    "代码",
    "号码",
    "发票号码",
    "发票代码",
    "数电发票号码",
    "数电票号码",
];

/// Labels of rail tickets only; elsewhere these words head columns.
const RAIL_LABELS: &[(&str, Label)] = &[
    ("票价", Label::Field(Total)),
    ("退票费", Label::Field(Total)),
    ("改签费", Label::Field(Total)),
    ("金额", Label::Field(Amount)),
    ("税额", Label::Field(Tax)),
    ("税率", Label::Idle),
];

/// Labels of air itineraries only.
const AIR_LABELS: &[(&str, Label)] = &[
    ("填开单位", Label::Field(SellerName)),
    ("填开日期", Label::Field(Date)),
    ("验证码", Label::Field(CheckCode)),
    ("销售网点代号", Label::Extra("销售网点代号")),
    ("国内国际标识", Label::Extra("国内国际标识")),
    ("开具状态", Label::Idle),
    ("提示信息", Label::Idle),
    ("保险费", Label::Extra("保险费")),
];

/// Labels of invoices for vehicles only. There 小写 stands behind the total and behind the price without tax; the label
/// before it in its row tells which.
const VEHICLE_LABELS: &[(&str, Label)] = &[
    ("购买方名称及身份证号码/组织机构代码", Label::Field(BuyerName)),
    ("价税合计", Label::Field(TotalWords)),
    ("不含税价小写", Label::Field(Amount)),
    ("不含税价", Label::Field(Amount)),
    ("小写", Label::Field(Total)),
    ("增值税税额", Label::Field(Tax)),
    ("增值税税率或征收率", Label::Idle),
    ("主管税务机关", Label::Idle),
    ("完税凭证号码", Label::Idle),
    ("电话", Label::Idle),
    ("账号", Label::Idle),
    ("地址", Label::Idle),
    ("开户银行", Label::Idle),
    ("吨位", Label::Idle),
    ("限乘人数", Label::Idle),
];

/// The field of the seller that answers to a field of the buyer.
pub(super) fn of_seller(field: FieldName) -> FieldName {
    match field {
        BuyerName => SellerName,
        BuyerTaxId => SellerTaxId,
        BuyerAddress => SellerAddress,
        BuyerBank => SellerBank,
        other => other,
    }
}

/// A label on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    pub(super) label: Label,
    /// Where its first character starts.
    pub(super) x: f64,
    /// Where its value may start: the colon or the last character may overlap it.
    pub(super) end: f64,
    pub(super) y: f64,
}

/// The labels of a row. Glyphs that belong to one are removed from the row.
pub(super) fn take_marks(row: &mut Vec<Glyph>, kind: Option<InvoiceKind>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut used = vec![false; row.len()];
    let mut at = 0;
    while at < row.len() {
        let Some((label, length)) = label_at(row, at, kind) else {
            at += 1;
            continue;
        };
        let last = at + length;
        let is_amount_before = marks
            .last()
            .is_some_and(|before: &Mark| before.label == Label::Field(Amount));
        let label = match label {
            Label::Field(Total) if is_amount_before => Label::Field(Amount),
            label => label,
        };
        let has_colon = length > 1 && row.get(last - 1).is_some_and(|glyph| glyph.bare == ':');
        let ending = if has_colon { last - 2 } else { last - 1 };
        if let (Some(first), Some(end)) = (row.get(at), row.get(ending)) {
            marks.push(Mark {
                label,
                x: first.x,
                end: end.x + 0.3 * end.size,
                y: first.y,
            });
        }
        used.iter_mut().take(last).skip(at).for_each(|used| *used = true);
        at = last;
    }
    let mut used = used.into_iter();
    row.retain(|_| !used.next().unwrap_or(false));
    marks
}

/// The label that starts at a glyph, and how many glyphs it takes, its colon included. Without a colon the words may
/// be part of a name, so they must then end what was written together.
fn label_at(row: &[Glyph], at: usize, kind: Option<InvoiceKind>) -> Option<(Label, usize)> {
    let rest = row.get(at..)?;
    let of_kind = match kind {
        Some(InvoiceKind::Rail) => RAIL_LABELS,
        Some(InvoiceKind::Air) => AIR_LABELS,
        Some(InvoiceKind::Vehicle | InvoiceKind::DigitalVehicle | InvoiceKind::DigitalPaperVehicle) => {
            VEHICLE_LABELS
        }
        _ => &[],
    };
    let labels = LABELS.iter().chain(of_kind);
    for (text, label) in labels {
        let length = text.chars().count();
        let fits = rest.len() >= length
            && rest
                .iter()
                .map(|glyph| glyph.bare)
                .zip(text.chars())
                .all(|(a, b)| a == b);
        if !fits || !is_compact(rest.get(..length)?) {
            continue;
        }
        let has_colon = rest.get(length).is_some_and(|next| next.bare == ':');
        if SHORT.contains(text) && follows_a_word(row, at) {
            // The end of another label, whose value is nobody's.
            return has_colon.then_some((Label::Idle, length + 1));
        }
        if has_colon {
            return Some((*label, length + 1));
        }
        // Brackets end a label as well as a colon does, and so does the number itself after the words for it.
        let next_is_digit = rest.get(length).is_some_and(|next| next.bare.is_ascii_digit());
        if text.ends_with(')') || (next_is_digit && matches!(label, Label::Field(Code | Number))) {
            return Some((*label, length));
        }
        let ends_its_run = match (rest.get(length - 1), rest.get(length)) {
            (Some(last), Some(next)) => last.run != next.run,
            _ => true,
        };
        let starts_its_run = match (at.checked_sub(1).and_then(|before| row.get(before)), rest.first()) {
            (Some(before), Some(first)) => before.run != first.run,
            _ => true,
        };
        if ends_its_run && starts_its_run {
            return Some((*label, length));
        }
    }
    None
}

/// Whether a Chinese character stands directly before a glyph, written together with it.
fn follows_a_word(row: &[Glyph], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| row.get(before));
    let (Some(before), Some(first)) = (before, row.get(at)) else {
        return false;
    };
    let is_chinese = ('\u{4E00}'..='\u{9FFF}').contains(&before.bare);
    let is_joined = before.run == first.run && !first.is_spaced && first.x - before.end() <= 0.5 * first.size;
    is_chinese && is_joined
}

/// Whether the characters of a label stand close enough to be one: labels are spread (`名      称`), but not over the
/// page.
fn is_compact(glyphs: &[Glyph]) -> bool {
    glyphs.windows(2).all(|pair| match pair {
        [a, b] => b.x - a.x <= 6.0 * a.size.max(2.0),
        _ => true,
    })
}
