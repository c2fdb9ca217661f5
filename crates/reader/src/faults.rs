//! The faults that reading itself can find (codes `F…`). What is wrong with an invoice's content is found by `rules`.

use invoice::{FaultKind, Severity};

/// Every fault of this crate, in the order of its code.
pub const ALL: &[&FaultKind] = &[
    &UNREADABLE,
    &NOT_AN_INVOICE,
    &BEYOND_LIMIT,
    &NEEDS_PASSWORD,
    &QR_ONLY,
    &PART_MISSING,
    &SEVERAL_INVOICES,
    &ANNEX_PAGES,
    &BOOKING_DATA,
    &UNKNOWN_LAYOUT,
    &READER_KILLED,
    &LINE_VALUE,
    &NUMBER_LOST,
    &SUMS_DIFFER,
];

/// `F001`: the file is damaged or of an unknown form.
pub const UNREADABLE: FaultKind = FaultKind {
    code: "F001",
    severity: Severity::Error,
    title_zh: "文件无法识读",
    title_en: "file cannot be read",
    reason_zh: "文件损坏、被截断或格式不受支持；原件照原样保存，可请对方重新发送。",
    reason_en: "The file is damaged, cut short or of an unknown form. It is kept as it is; ask the sender for it again.",
    source: "GB/T 33190-2016, ISO 32000-2, W3C XML 1.0",
};

/// `F002`: readable, but no invoice in it.
pub const NOT_AN_INVOICE: FaultKind = FaultKind {
    code: "F002",
    severity: Severity::Error,
    title_zh: "文件中没有找到发票",
    title_en: "no invoice found in the file",
    reason_zh: "文件可以打开，但没有发票号码等要素，可能是行程单、清单或其他附件。",
    reason_en: "The file opens but holds no invoice number; it may be an itinerary, a list or another annex.",
    source: "发票管理办法实施细则",
};

/// `F003`: the file exceeds a limit.
pub const BEYOND_LIMIT: FaultKind = FaultKind {
    code: "F003",
    severity: Severity::Error,
    title_zh: "文件超出限制",
    title_en: "file exceeds a limit",
    reason_zh: "文件过大、层次过深或压缩比异常，可能是恶意文件；未读取。",
    reason_en: "The file is too large, too deep or compressed beyond reason; it may be hostile and was not read.",
    source: "Piaoku limits, docs/reference/limits.md",
};

/// `F004`: the file is encrypted.
pub const NEEDS_PASSWORD: FaultKind = FaultKind {
    code: "F004",
    severity: Severity::Error,
    title_zh: "文件需要密码",
    title_en: "file needs a password",
    reason_zh: "文件已加密，输入密码后才能识读。",
    reason_en: "The file is encrypted; it can be read once the password is given.",
    source: "ISO 32000-2 §7.6, APPNOTE.TXT §6",
};

/// `F005`: only the QR code could be read.
pub const QR_ONLY: FaultKind = FaultKind {
    code: "F005",
    severity: Severity::Warning,
    title_zh: "仅识读到二维码",
    title_en: "only the QR code was read",
    reason_zh: "图片或扫描件没有文字层，只有二维码中的号码、日期和一个金额可用；请索取电子原件。",
    reason_en: "A picture or scan has no text: only number, date and one amount of the QR code. Ask for the electronic original.",
    source: "财会〔2020〕6号",
};

/// `F006`: a part that the document declares is missing.
pub const PART_MISSING: FaultKind = FaultKind {
    code: "F006",
    severity: Severity::Note,
    title_zh: "文件缺少声明的部分",
    title_en: "a declared part of the file is missing",
    reason_zh: "文件结构中声明的页面、附件或签章不存在，可能经过第三方工具转存。",
    reason_en: "A page, attachment or seal that the file declares is not there; a tool may have re-saved it.",
    source: "GB/T 33190-2016 §7",
};

/// `F007`: the file holds several invoices.
pub const SEVERAL_INVOICES: FaultKind = FaultKind {
    code: "F007",
    severity: Severity::Note,
    title_zh: "一个文件含多张发票",
    title_en: "several invoices in one file",
    reason_zh: "合并打印的文件，每张发票分别登记，原件共用。",
    reason_en: "A merged print; each invoice is recorded on its own and shares the original.",
    source: "seen in the field",
};

/// `F008`: pages that belong to no invoice.
pub const ANNEX_PAGES: FaultKind = FaultKind {
    code: "F008",
    severity: Severity::Note,
    title_zh: "含附页",
    title_en: "annex pages",
    reason_zh: "文件中有不属于发票的页面（行程单、清单等）。",
    reason_en: "Pages of the file belong to no invoice (itinerary, list).",
    source: "seen in the field",
};

/// `F009`: booking data of a receiver, not the face of an invoice.
pub const BOOKING_DATA: FaultKind = FaultKind {
    code: "F009",
    severity: Severity::Note,
    title_zh: "接收方入账信息，不是发票票面",
    title_en: "receiver's booking data, not the face of an invoice",
    reason_zh: "XBRL 接收方实例记录入账结果，票面以开具方文件为准。",
    reason_en: "The receiver's XBRL instance records the booking; the issuer's file is the invoice.",
    source: "财会〔2025〕9号 电子凭证会计数据标准",
};

/// `F010`: the text of a page follows no known layout.
pub const UNKNOWN_LAYOUT: FaultKind = FaultKind {
    code: "F010",
    severity: Severity::Warning,
    title_zh: "版式未识别",
    title_en: "layout not recognised",
    reason_zh: "页面文字不符合已知版式，只取有把握的字段，其余留空。",
    reason_en: "The page follows no known layout; only fields that are sure were taken.",
    source: "seen in the field",
};

/// `F011`: the process that read the file took too long, needed too much memory, or died.
pub const READER_KILLED: FaultKind = FaultKind {
    code: "F011",
    severity: Severity::Error,
    title_zh: "识读被中止",
    title_en: "reading was stopped",
    reason_zh: "文件使识读进程超时、超内存或崩溃，可能是恶意文件；原件照原样保存。",
    reason_en: "The file made its reader too slow, too large or crash; it may be hostile. It is kept as it is.",
    source: "Piaoku limits, docs/reference/limits.md",
};

/// `F012`: a figure of a line is no number.
pub const LINE_VALUE: FaultKind = FaultKind {
    code: "F012",
    severity: Severity::Warning,
    title_zh: "明细行数值无法识读",
    title_en: "a figure of a line cannot be read",
    reason_zh: "明细行的数量、单价、金额或税额不是数字，该项留空，明细合计因此不可核对。",
    reason_en: "A quantity, price, amount or tax of a line is no number; it is left empty and the lines cannot be summed.",
    source: "seen in the field",
};

/// `F013`: a spreadsheet has turned a long number into a floating-point figure.
pub const NUMBER_LOST: FaultKind = FaultKind {
    code: "F013",
    severity: Severity::Error,
    title_zh: "长号码已被表格软件改写",
    title_en: "a long number was damaged by a spreadsheet",
    reason_zh: "表格软件只保留 15 位有效数字，20 位发票号码或 18 位识别号存为数值后末位变为 0，无法还原；请用税局原始导出文件。",
    reason_en: "Spreadsheets keep 15 digits; an invoice number or tax id stored as a figure cannot be restored. Use the bureau's own file.",
    source: "IEEE 754 binary64, ECMA-376 Part 1 §18.3.1.96",
};

/// `F014`: the rows of a statement do not add up to its own total row.
pub const SUMS_DIFFER: FaultKind = FaultKind {
    code: "F014",
    severity: Severity::Warning,
    title_zh: "清单各行之和与合计行不符",
    title_en: "rows do not add up to the total row",
    reason_zh: "税局导出的合计行是全部行之和；不符说明有行被删改或未能识读，据此对账会漏票。",
    reason_en: "The bureau's total row sums every row; a difference means that rows were removed, changed or not read.",
    source: "seen in the field: 10 of 10 exports",
};
