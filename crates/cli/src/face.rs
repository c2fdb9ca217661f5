//! The face of an invoice, drawn in the terminal as people know it from paper.

use invoice::{FieldName, InvoiceReading, Line, TaxpayerNumber};

use crate::table::{Side, cut, pad, printable, wrap};

/// Inner width of the frame in columns.
const WIDTH: usize = 98;
/// The most lines drawn; the rest is said in words.
const LINES_SHOWN: usize = 20;

/// Draws the face. Identity numbers used as tax numbers are masked.
pub(crate) fn draw(invoice: &InvoiceReading) -> String {
    let text = |name| {
        invoice
            .fields
            .raw(name)
            .map(invoice::readable)
            .unwrap_or_default()
    };
    let mut face = Face { out: String::new() };
    let title = invoice.kind().map_or("发票", invoice::InvoiceKind::label);
    let title = if invoice.is_red_letter() {
        format!("{title}（红字）")
    } else {
        title.to_owned()
    };
    face.centred(&title);
    let code = text(FieldName::Code);
    let number = text(FieldName::Number);
    let identity = if code.is_empty() {
        format!("发票号码 {number}")
    } else {
        format!("发票代码 {code}  发票号码 {number}")
    };
    face.sides(
        &identity,
        &format!(
            "开票日期 {}",
            invoice.date().map(|d| d.to_string()).unwrap_or_default()
        ),
    );
    let check_code = text(FieldName::CheckCode);
    if !check_code.is_empty() {
        face.sides(
            &format!("机器编号 {}", text(FieldName::MachineNumber)),
            &format!("校验码 {check_code}"),
        );
    }
    face.rule('┌', '┬', '┐');
    parties(&mut face, invoice);
    face.rule('├', '┴', '┤');
    lines(&mut face, invoice);
    face.rule('├', '─', '┤');
    let yuan = |name| {
        invoice
            .fields
            .cents(name)
            .map(|c| format!("¥{c}"))
            .unwrap_or_default()
    };
    let tax = if text(FieldName::Tax).starts_with('*') {
        "***".to_owned()
    } else {
        yuan(FieldName::Tax)
    };
    face.row(&format!(
        "合计{}{}",
        pad(&yuan(FieldName::Amount), 76, Side::Right),
        pad(&tax, 16, Side::Right)
    ));
    let words = text(FieldName::TotalWords);
    face.row(&format!(
        "价税合计  {}{}",
        pad(&words, 66, Side::Left),
        pad(&yuan(FieldName::Total), 20, Side::Right)
    ));
    let remark = text(FieldName::Remark);
    if !remark.is_empty() {
        face.rule('├', '─', '┤');
        for (at, row) in wrap(&remark, WIDTH - 8).iter().enumerate() {
            face.row(&format!("{}{row}", if at == 0 { "备注  " } else { "      " }));
        }
    }
    face.rule('└', '─', '┘');
    let people = [
        (FieldName::Payee, "收款人"),
        (FieldName::Reviewer, "复核"),
        (FieldName::Drawer, "开票人"),
    ]
    .map(|(name, label)| match text(name).as_str() {
        "" => String::new(),
        person => format!("{label} {person}    "),
    })
    .concat();
    if !people.is_empty() {
        face.out.push_str(&format!("  {}\n", people.trim_end()));
    }
    // Every line was ended here; whatever else controls the terminal came from the file.
    face.out.lines().map(|line| printable(line) + "\n").collect()
}

fn parties(face: &mut Face, invoice: &InvoiceReading) {
    let half = WIDTH / 2 - 1;
    let masked = |name| {
        let tax_id = invoice.fields.raw(name).and_then(TaxpayerNumber::new);
        tax_id.map(|id| id.masked()).unwrap_or_default()
    };
    let name_of = |name| {
        invoice
            .fields
            .raw(name)
            .map(invoice::readable)
            .unwrap_or_default()
    };
    let buyer = wrap(&name_of(FieldName::BuyerName), half - 9);
    let seller = wrap(&name_of(FieldName::SellerName), half - 9);
    for at in 0..buyer.len().max(seller.len()) {
        let cell = |label: &str, rows: &[String]| {
            let label = if at == 0 { label } else { "      " };
            pad(
                &format!(" {label} {}", rows.get(at).map_or("", String::as_str)),
                half,
                Side::Left,
            )
        };
        face.out.push_str(&format!(
            "│{}│{} │\n",
            cell("购买方", &buyer),
            cell("销售方", &seller)
        ));
    }
    let id = |name| pad(&format!("        {}", masked(name)), half, Side::Left);
    face.out.push_str(&format!(
        "│{}│{} │\n",
        id(FieldName::BuyerTaxId),
        id(FieldName::SellerTaxId)
    ));
}

fn lines(face: &mut Face, invoice: &InvoiceReading) {
    face.row(&columns(
        &[
            "项目名称",
            "规格型号",
            "单位",
            "数量",
            "单价",
            "金额",
            "税率",
            "税额",
        ]
        .map(str::to_owned),
    ));
    let Some(set) = invoice.lines() else {
        face.row("（文件没有给出明细）");
        return;
    };
    for line in set.lines.iter().take(LINES_SHOWN) {
        face.row(&columns(&cells(line)));
    }
    if set.lines.len() > LINES_SHOWN {
        face.row(&format!("…… 共 {} 行，其余用 --json 查看", set.lines.len()));
    }
}

fn cells(line: &Line) -> [String; 8] {
    let or_blank = |text: Option<String>| text.unwrap_or_default();
    [
        line.name.clone(),
        or_blank(line.spec.clone()),
        or_blank(line.unit.clone()),
        or_blank(line.quantity.map(|q| q.normalize().to_string())),
        or_blank(line.price.map(|p| p.normalize().to_string())),
        or_blank(line.amount.map(|a| a.to_string())),
        or_blank(line.rate.as_ref().map(ToString::to_string)),
        or_blank(line.tax.map(|t| t.to_string())),
    ]
}

fn columns(cells: &[String; 8]) -> String {
    const SHAPE: [(usize, Side); 8] = [
        (30, Side::Left),
        (10, Side::Left),
        (5, Side::Left),
        (9, Side::Right),
        (11, Side::Right),
        (12, Side::Right),
        (7, Side::Right),
        (9, Side::Right),
    ];
    cells
        .iter()
        .zip(SHAPE)
        .map(|(cell, (width, side))| pad(&cut(cell, width - 1), width, side))
        .collect()
}

struct Face {
    out: String,
}

impl Face {
    fn rule(&mut self, left: char, middle: char, right: char) {
        let half = WIDTH / 2 - 1;
        let (first, second) = ("─".repeat(half), "─".repeat(WIDTH - half - 1));
        let middle = if middle == '┬' || middle == '┴' {
            middle
        } else {
            '─'
        };
        self.out
            .push_str(&format!("{left}{first}{middle}{second}{right}\n"));
    }

    fn row(&mut self, text: &str) {
        self.out.push_str(&format!(
            "│ {} │\n",
            pad(&cut(text, WIDTH - 2), WIDTH - 2, Side::Left)
        ));
    }

    fn centred(&mut self, text: &str) {
        let columns = unicode_width::UnicodeWidthStr::width(text);
        self.out.push_str(&format!(
            "{}{text}\n",
            " ".repeat((WIDTH + 2).saturating_sub(columns) / 2)
        ));
    }

    fn sides(&mut self, left: &str, right: &str) {
        let columns = unicode_width::UnicodeWidthStr::width(right);
        self.out.push_str(&format!(
            "  {}{right}\n",
            pad(left, (WIDTH - 2).saturating_sub(columns), Side::Left)
        ));
    }
}
