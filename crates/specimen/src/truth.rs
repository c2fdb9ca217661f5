//! The truth of a file: what a perfect reader would find in it, as one row of the manifest.

/// The columns of `samples/MANIFEST.tsv`. A field that the file does not hold is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Truth {
    /// Path of the file; members of a zip have the same path.
    pub file: String,
    /// 票种, the label of [`invoice::InvoiceKind`].
    pub kind: String,
    /// 发票号码.
    pub number: String,
    /// 发票代码.
    pub code: String,
    /// 校验码.
    pub check_code: String,
    /// 开票日期, `YYYY-MM-DD`.
    pub date: String,
    /// 销售方名称.
    pub seller_name: String,
    /// 销售方纳税人识别号.
    pub seller_tax_id: String,
    /// 购买方名称.
    pub buyer_name: String,
    /// 购买方纳税人识别号.
    pub buyer_tax_id: String,
    /// 合计金额, two decimals.
    pub amount: String,
    /// 合计税额, two decimals; `0.00` where the face shows `***`.
    pub tax: String,
    /// 价税合计, two decimals.
    pub total: String,
    /// Text of the QR code that the file carries as a picture, as paths or as text.
    pub qr_text: String,
}

impl Truth {
    /// The heading of the manifest.
    pub const HEADING: &'static str = "file\tkind\tnumber\tcode\tcheck_code\tdate\tseller_name\tseller_tax_id\t\
        buyer_name\tbuyer_tax_id\tamount\ttax\ttotal\tqr_text";

    /// One row of the manifest, without a line end.
    pub fn row(&self) -> String {
        [
            &self.file,
            &self.kind,
            &self.number,
            &self.code,
            &self.check_code,
            &self.date,
            &self.seller_name,
            &self.seller_tax_id,
            &self.buyer_name,
            &self.buyer_tax_id,
            &self.amount,
            &self.tax,
            &self.total,
            &self.qr_text,
        ]
        .map(String::as_str)
        .join("\t")
    }
}

/// What receiving a file must lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expect {
    /// Invoices are stored.
    Stored {
        /// Invoices that no file before this one held.
        invoices_new: usize,
        /// Invoices that a file before this one held: another rendition (同票不同件).
        invoices_joined: usize,
    },
    /// The same bytes were handed in before.
    Duplicate,
    /// Nothing can be read from it.
    Rejected,
    /// Somebody has to act first: it is encrypted, or only a person can read it.
    Pending,
    /// A bureau's export (全量发票查询导出结果), kept as a statement.
    Statement,
}

/// What was changed in an altered file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Alteration {
    /// The field as [`invoice::FieldName::as_str`] names it.
    pub field: &'static str,
    /// The layer that no longer says what the others say, such as `pdf_text` or `ofd_text`.
    pub layer: &'static str,
}

/// A file as somebody would hand it in, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecimenFile {
    /// Relative path, with folders by month and company.
    pub path: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// One truth for every distinct invoice in it, in order.
    pub truths: Vec<Truth>,
    /// What receiving it must lead to, given that the files before it were received.
    pub expect: Expect,
    /// What was changed, where the file was altered on purpose.
    pub alteration: Option<Alteration>,
    /// The situation in a few words.
    pub story: &'static str,
}
