//! Fields with their evidence.
//!
//! A field keeps every source that stated it ([`Witness`]) instead of a confidence figure. The value taken is that
//! of the most trusted source; whether the others say the same is the field's [`Agreement`]. Disagreement inside one
//! file is how an altered document is caught, so no witness is ever thrown away.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Cents, Date, InvoiceKind, Rate, canonical_name, normalise, parse_cents, parse_date, parse_words,
};

/// A field on the face of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// 票种. Canonical value: the code of an [`InvoiceKind`].
    Kind,
    /// 发票号码: 20 digits (数电) or 8 digits (legacy).
    Number,
    /// 发票代码: 10 or 12 digits, legacy only.
    Code,
    /// The paper number of a 数电纸质发票: its 8-digit 发票号码 beside the 20-digit one.
    PaperNumber,
    /// 校验码: 20 digits.
    CheckCode,
    /// 机器编号.
    MachineNumber,
    /// 开票日期.
    Date,
    /// 销售方名称.
    SellerName,
    /// 销售方纳税人识别号.
    SellerTaxId,
    /// 销售方地址、电话.
    SellerAddress,
    /// 销售方开户行及账号.
    SellerBank,
    /// 购买方名称.
    BuyerName,
    /// 购买方纳税人识别号.
    BuyerTaxId,
    /// 购买方地址、电话.
    BuyerAddress,
    /// 购买方开户行及账号.
    BuyerBank,
    /// 合计金额 (without tax).
    Amount,
    /// 合计税额. `***` is kept as raw text with the canonical value `0.00`.
    Tax,
    /// 价税合计 in figures.
    Total,
    /// 价税合计 in words (大写). Canonical value: the amount they say.
    TotalWords,
    /// 备注.
    Remark,
    /// 收款人.
    Payee,
    /// 复核.
    Reviewer,
    /// 开票人.
    Drawer,
    /// 密码区.
    CipherArea,
    /// 特定业务类型, such as 通行费 or 旅客运输服务.
    Business,
    /// Whether this is a red-letter invoice (红字发票): `yes` or `no`.
    RedLetter,
    /// The blue invoice's number, on a red-letter invoice (被红冲蓝字发票号码).
    BlueNumber,
    /// The blue invoice's code, on a legacy red-letter invoice.
    BlueCode,
    /// 红字发票信息确认单编号.
    RedFormNumber,
    /// Amount stated by a source that does not say which amount it is (a QR code of a rail ticket).
    SomeAmount,
}

impl FieldName {
    /// The name used in `--json`, in fault paths and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            FieldName::Kind => "kind",
            FieldName::Number => "number",
            FieldName::Code => "code",
            FieldName::PaperNumber => "paper_number",
            FieldName::CheckCode => "check_code",
            FieldName::MachineNumber => "machine_number",
            FieldName::Date => "date",
            FieldName::SellerName => "seller_name",
            FieldName::SellerTaxId => "seller_tax_id",
            FieldName::SellerAddress => "seller_address",
            FieldName::SellerBank => "seller_bank",
            FieldName::BuyerName => "buyer_name",
            FieldName::BuyerTaxId => "buyer_tax_id",
            FieldName::BuyerAddress => "buyer_address",
            FieldName::BuyerBank => "buyer_bank",
            FieldName::Amount => "amount",
            FieldName::Tax => "tax",
            FieldName::Total => "total",
            FieldName::TotalWords => "total_words",
            FieldName::Remark => "remark",
            FieldName::Payee => "payee",
            FieldName::Reviewer => "reviewer",
            FieldName::Drawer => "drawer",
            FieldName::CipherArea => "cipher_area",
            FieldName::Business => "business",
            FieldName::RedLetter => "red_letter",
            FieldName::BlueNumber => "blue_number",
            FieldName::BlueCode => "blue_code",
            FieldName::RedFormNumber => "red_form_number",
            FieldName::SomeAmount => "some_amount",
        }
    }

    /// The label on the face of the invoice.
    pub fn label(self) -> &'static str {
        match self {
            FieldName::Kind => "票种",
            FieldName::Number => "发票号码",
            FieldName::Code => "发票代码",
            FieldName::PaperNumber => "纸质发票号码",
            FieldName::CheckCode => "校验码",
            FieldName::MachineNumber => "机器编号",
            FieldName::Date => "开票日期",
            FieldName::SellerName => "销售方名称",
            FieldName::SellerTaxId => "销售方识别号",
            FieldName::SellerAddress => "销售方地址电话",
            FieldName::SellerBank => "销售方开户行账号",
            FieldName::BuyerName => "购买方名称",
            FieldName::BuyerTaxId => "购买方识别号",
            FieldName::BuyerAddress => "购买方地址电话",
            FieldName::BuyerBank => "购买方开户行账号",
            FieldName::Amount => "合计金额",
            FieldName::Tax => "合计税额",
            FieldName::Total => "价税合计",
            FieldName::TotalWords => "价税合计大写",
            FieldName::Remark => "备注",
            FieldName::Payee => "收款人",
            FieldName::Reviewer => "复核",
            FieldName::Drawer => "开票人",
            FieldName::CipherArea => "密码区",
            FieldName::Business => "特定业务",
            FieldName::RedLetter => "红字发票",
            FieldName::BlueNumber => "被红冲蓝字号码",
            FieldName::BlueCode => "被红冲蓝字代码",
            FieldName::RedFormNumber => "红字确认单编号",
            FieldName::SomeAmount => "金额（未注明含税）",
        }
    }

    /// The form in which two statements of this field are equal, or `None` where the text cannot be one.
    ///
    /// Amounts become `1234.50`, dates `2026-03-09`, numbers bare digits, names NFKC without white space. A text
    /// that cannot be a value of the field (a date of 31 June, an amount of letters) has no canonical form; its
    /// witness is still kept, and the field counts as not read from there.
    pub fn canonical(self, text: &str) -> Option<String> {
        let bare = normalise(text);
        if bare.is_empty() {
            return None;
        }
        match self {
            FieldName::Kind => InvoiceKind::from_label(&bare).map(|kind| kind.code().to_owned()),
            FieldName::Number
            | FieldName::Code
            | FieldName::PaperNumber
            | FieldName::BlueNumber
            | FieldName::BlueCode => bare
                .chars()
                .all(|c| c.is_ascii_digit())
                .then_some(bare)
                .filter(|b| (6..=24).contains(&b.len())),
            FieldName::CheckCode => bare
                .chars()
                .all(|c| c.is_ascii_alphanumeric())
                .then_some(bare)
                .filter(|b| b.len() <= 24),
            FieldName::MachineNumber | FieldName::RedFormNumber => {
                bare.chars().all(|c| c.is_ascii_alphanumeric()).then_some(bare)
            }
            FieldName::Date => parse_date(text).map(|date| date.to_string()),
            FieldName::SellerTaxId | FieldName::BuyerTaxId => {
                let upper = bare.to_ascii_uppercase();
                let plausible = upper
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '*' || c == '-');
                (plausible && upper.chars().any(|c| c.is_ascii_digit())).then_some(upper)
            }
            FieldName::Amount | FieldName::Total | FieldName::SomeAmount => {
                parse_cents(text).map(|c| c.to_string())
            }
            FieldName::Tax => match Rate::hidden_tax(&bare) {
                true => Some(Cents::ZERO.to_string()),
                false => parse_cents(text).map(|c| c.to_string()),
            },
            FieldName::TotalWords => parse_words(text).map(|c| c.to_string()),
            FieldName::RedLetter => match bare.as_str() {
                "yes" | "Y" | "是" => Some("yes".to_owned()),
                "no" | "N" | "否" => Some("no".to_owned()),
                _ => None,
            },
            FieldName::SellerName
            | FieldName::BuyerName
            | FieldName::SellerAddress
            | FieldName::SellerBank
            | FieldName::BuyerAddress
            | FieldName::BuyerBank
            | FieldName::Remark
            | FieldName::Payee
            | FieldName::Reviewer
            | FieldName::Drawer
            | FieldName::CipherArea
            | FieldName::Business => Some(canonical_name(text)),
        }
    }
}

/// Where a statement came from, most trusted first.
///
/// The order is that of the sources' nearness to the tax bureau's own data: structured data before drawn text,
/// drawn text before the QR code (which holds only four fields but is the best cross-check of them).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 数电票 XML (`EInvoice`), a file of its own.
    Xml,
    /// XBRL of 电子凭证会计数据标准, a file of its own.
    Xbrl,
    /// XML or XBRL attached to an OFD.
    OfdAttachment,
    /// XML or XBRL embedded in a PDF.
    PdfAttachment,
    /// A person corrected or captured it.
    Captured,
    /// `CustomDatas` of an OFD's `OFD.xml`.
    OfdCustomData,
    /// Text objects named by an OFD's `CustomTags`.
    OfdTag,
    /// A row of the tax bureau's export.
    Statement,
    /// Positioned text of an OFD page.
    OfdText,
    /// Positioned text of a PDF page.
    PdfText,
    /// The text of the QR code where a file states it as text (`GraphCode`).
    GraphCode,
    /// A QR code decoded from a picture.
    Qr,
    /// Concluded from another field (the kind from the QR's kind digits, the code's last digits).
    Derived,
}

impl Source {
    /// The name shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Source::Xml => "XML",
            Source::Xbrl => "XBRL",
            Source::OfdAttachment => "OFD附件",
            Source::PdfAttachment => "PDF附件",
            Source::Captured => "人工录入",
            Source::OfdCustomData => "OFD自定义数据",
            Source::OfdTag => "OFD标引",
            Source::Statement => "税局清单",
            Source::OfdText => "OFD版面",
            Source::PdfText => "PDF版面",
            Source::GraphCode => "二维码文本",
            Source::Qr => "二维码",
            Source::Derived => "推定",
        }
    }

    /// The source whose words these are. The tags of an OFD point at text objects of its page: whoever alters the page
    /// alters both, so the two are one witness that speaks twice.
    #[must_use]
    pub fn layer(self) -> Source {
        match self {
            Source::OfdTag => Source::OfdText,
            other => other,
        }
    }
}

/// One statement of a field: who said it, where, and in which words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Who said it.
    pub source: Source,
    /// Where in that source: an element path, `page 1 (155.0, 96.0)`, an attachment's name.
    pub place: String,
    /// The text as it stands there.
    pub raw: String,
    /// The canonical form, see [`FieldName::canonical`]; `None` where the text cannot be a value of this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Whether the witnesses of a field, or of a cell of a line, say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// One source only: nothing contradicts it, and nothing supports it.
    Single,
    /// Two or more sources say the same.
    Agreed,
    /// At least two sources contradict each other.
    Disputed,
}

/// A field with all that was said of it. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Field {
    /// Every statement, most trusted source first.
    pub witnesses: Vec<Witness>,
}

impl Field {
    /// The canonical value of the most trusted witness that has one.
    pub fn value(&self) -> Option<&str> {
        self.witnesses.iter().find_map(|witness| witness.value.as_deref())
    }

    /// The text of the witness whose value is taken, as it stands in the file.
    pub fn raw(&self) -> Option<&str> {
        self.witnesses
            .iter()
            .find(|witness| witness.value.is_some())
            .map(|witness| witness.raw.as_str())
    }

    /// Whether the witnesses say the same. Conclusions ([`Source::Derived`]) do not count as witnesses, and sources of
    /// one layer ([`Source::layer`]) contradict each other but never support each other.
    pub fn agreement(&self) -> Agreement {
        let stated = self.witnesses.iter().filter_map(|witness| {
            let value = witness.value.as_deref()?;
            (witness.source != Source::Derived).then_some((witness.source, value))
        });
        Agreement::of(stated, |one, other| one == other)
    }
}

impl Agreement {
    /// How statements agree, given who made each and when two of them are the same.
    pub fn of<T>(stated: impl Iterator<Item = (Source, T)>, is_same: impl Fn(&T, &T) -> bool) -> Agreement {
        let stated: Vec<(Source, T)> = stated.collect();
        let Some((first, rest)) = stated.split_first() else {
            return Agreement::Single;
        };
        // Neighbours are compared too: two exact kinds may each be compatible with a vague one and not with each other.
        let neighbours = stated.windows(2).all(|pair| match pair {
            [(_, one), (_, other)] => is_same(one, other),
            _ => true,
        });
        if !neighbours || rest.iter().any(|(_, value)| !is_same(&first.1, value)) {
            return Agreement::Disputed;
        }
        let is_supported = rest.iter().any(|(source, _)| source.layer() != first.0.layer());
        match is_supported {
            true => Agreement::Agreed,
            false => Agreement::Single,
        }
    }
}

/// The fields of one invoice, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(pub BTreeMap<FieldName, Field>);

impl Fields {
    /// Adds a statement. White space around the text is dropped; an empty text states nothing and is ignored.
    pub fn state(&mut self, name: FieldName, source: Source, place: impl Into<String>, raw: &str) {
        let raw = raw.trim();
        if raw.is_empty() {
            return;
        }
        self.add(
            name,
            Witness {
                source,
                place: place.into(),
                raw: raw.to_owned(),
                value: name.canonical(raw),
            },
        );
    }

    /// Adds a statement whose value does not follow from its text alone, such as a code of the source's own list.
    pub fn add(&mut self, name: FieldName, witness: Witness) {
        let witnesses = &mut self.0.entry(name).or_default().witnesses;
        let at = witnesses.partition_point(|known| known.source <= witness.source);
        witnesses.insert(at, witness);
    }

    /// The field, if anything was said of it.
    pub fn get(&self, name: FieldName) -> Option<&Field> {
        self.0.get(&name)
    }

    /// The canonical value of a field.
    pub fn value(&self, name: FieldName) -> Option<&str> {
        self.get(name).and_then(Field::value)
    }

    /// The text of a field as it stands in the file.
    pub fn raw(&self, name: FieldName) -> Option<&str> {
        self.get(name).and_then(Field::raw)
    }

    /// Whether the witnesses of a field say the same. Kinds agree when one is the other said less exactly: a toll
    /// invoice is an electronic ordinary one.
    pub fn agreement(&self, name: FieldName) -> Option<Agreement> {
        let field = self.get(name)?;
        if name != FieldName::Kind {
            return Some(field.agreement());
        }
        let stated = field
            .witnesses
            .iter()
            .filter(|witness| witness.source != Source::Derived)
            .filter_map(|witness| {
                let kind = InvoiceKind::from_code(witness.value.as_deref()?)?;
                Some((witness.source, kind))
            });
        Some(Agreement::of(stated, |one, other| one.is_compatible(*other)))
    }

    /// A field that is an amount, in 分.
    pub fn cents(&self, name: FieldName) -> Option<Cents> {
        self.value(name).and_then(parse_cents)
    }

    /// A field that is a date.
    pub fn date(&self, name: FieldName) -> Option<Date> {
        self.value(name).and_then(parse_date)
    }

    /// Every witness of `other` joins the witnesses here, in order of trust.
    pub fn absorb(&mut self, other: Fields) {
        for (name, field) in other.0 {
            for witness in field.witnesses {
                self.add(name, witness);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_trusted_source_gives_the_value_whatever_the_order() {
        let mut fields = Fields::default();
        fields.state(FieldName::Total, Source::Qr, "page 1", "4449");
        fields.state(FieldName::Total, Source::Xml, "EInvoice", "4449.00");
        assert_eq!(fields.value(FieldName::Total), Some("4449.00"));
        assert_eq!(
            fields.get(FieldName::Total).map(Field::agreement),
            Some(Agreement::Agreed)
        );
    }

    #[test]
    fn a_changed_digit_is_a_dispute() {
        let mut fields = Fields::default();
        fields.state(FieldName::Number, Source::Qr, "page 1", "24112000000048542163");
        fields.state(
            FieldName::Number,
            Source::PdfText,
            "page 1",
            "24112000000048542164",
        );
        assert_eq!(
            fields.get(FieldName::Number).map(Field::agreement),
            Some(Agreement::Disputed)
        );
    }

    #[test]
    fn a_tag_does_not_support_the_page_it_points_at() {
        let mut fields = Fields::default();
        fields.state(FieldName::BuyerName, Source::OfdTag, "BuyerName", "甲公司");
        fields.state(FieldName::BuyerName, Source::OfdText, "page 1", "甲公司");
        fields.state(FieldName::BuyerName, Source::OfdText, "page 2", "甲公司");
        assert_eq!(fields.agreement(FieldName::BuyerName), Some(Agreement::Single));
        let mut disputed = fields.clone();
        disputed.state(FieldName::BuyerName, Source::OfdTag, "SellerName", "乙公司");
        assert_eq!(
            disputed.agreement(FieldName::BuyerName),
            Some(Agreement::Disputed)
        );
        fields.state(FieldName::BuyerName, Source::OfdAttachment, "a.xml", "甲公司");
        assert_eq!(fields.agreement(FieldName::BuyerName), Some(Agreement::Agreed));
    }

    #[test]
    fn stars_mean_no_tax_and_stay_as_printed() {
        let mut fields = Fields::default();
        fields.state(FieldName::Tax, Source::PdfText, "page 1", "***");
        assert_eq!(
            (fields.value(FieldName::Tax), fields.raw(FieldName::Tax)),
            (Some("0.00"), Some("***"))
        );
    }

    #[test]
    fn text_that_cannot_be_a_value_is_kept_but_gives_none() {
        let mut fields = Fields::default();
        fields.state(FieldName::Date, Source::PdfText, "page 1", "2026年02月31日");
        assert_eq!(fields.value(FieldName::Date), None);
        assert_eq!(fields.get(FieldName::Date).map(|f| f.witnesses.len()), Some(1));
    }

    #[test]
    fn a_kind_said_less_exactly_is_no_dispute() {
        let mut fields = Fields::default();
        fields.state(
            FieldName::Kind,
            Source::PdfText,
            "page 1",
            "增值税电子普通发票（通行费）",
        );
        fields.state(FieldName::Kind, Source::Qr, "page 1", "增值税电子普通发票");
        assert_eq!(fields.agreement(FieldName::Kind), Some(Agreement::Agreed));
        fields.state(FieldName::Kind, Source::Xml, "", "增值税专用发票");
        assert_eq!(fields.agreement(FieldName::Kind), Some(Agreement::Disputed));
    }

    #[test]
    fn a_conclusion_neither_supports_nor_contradicts() {
        let mut fields = Fields::default();
        fields.state(FieldName::Kind, Source::PdfText, "page 1", "电子发票（普通发票）");
        fields.state(
            FieldName::Kind,
            Source::Derived,
            "QR",
            "数电发票（增值税专用发票）",
        );
        assert_eq!(
            fields.get(FieldName::Kind).map(Field::agreement),
            Some(Agreement::Single)
        );
    }
}
