//! Statements (清单): the tax bureau's full export (税务数字账户 全量发票查询导出结果) as xlsx.
//!
//! Users re-save, rename and cut these files, so sheets and columns are told by the names in their header row.
//! `信息汇总表` holds lines, `发票基础信息` one row per invoice, other sheets special business. A number that a
//! spreadsheet has damaged is a fault and stays empty: nothing is guessed.

mod cells;
mod columns;
mod direction;

use std::collections::HashMap;

use invoice::{
    Cents, Fault, Line, LineNature, LineSet, Rate, Source, Statement, StatementInvoice, StatementLine,
    normalise, parse_cents,
};

use self::cells::{Cell, Row, Sheet};
use self::columns::{Column, Header};
use crate::{archive, faults, figures};

/// Reads a statement.
///
/// # Errors
/// The faults that keep a workbook from being read as a statement at all: damaged (`F001`), no statement (`F002`),
/// beyond a limit (`F003`), encrypted (`F004`).
pub(crate) fn read(bytes: &[u8]) -> Result<(Statement, Vec<Fault>), Vec<Fault>> {
    // The library inflates without limits, so the package is inflated once within ours first.
    let package = archive::unpack(bytes);
    if !package.faults.is_empty() {
        return Err(package.faults);
    }
    drop(package);
    let sheets = cells::sheets(bytes).map_err(|fault| vec![fault])?;
    let mut reader = StatementReader::default();
    let known = sheets.iter().filter(|sheet| reader.read_sheet(sheet)).count();
    if known == 0 {
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).take(5).collect();
        let message = format!(
            "电子表格（工作表：{}）不是税局导出的发票清单：没有含发票号码、开票日期的表头",
            names.join("、")
        );
        return Err(vec![faults::NOT_AN_INVOICE.at("file", message)]);
    }
    Ok(reader.finish())
}

#[derive(Default)]
struct StatementReader {
    statement: Statement,
    /// Header data of the line sheet, for files that have no sheet of invoices.
    of_lines: Vec<StatementInvoice>,
    faults: Vec<Fault>,
}

/// One row seen through its header.
struct Entry<'a> {
    header: &'a Header,
    row: &'a Row,
    place: String,
}

impl<'a> Entry<'a> {
    fn cell(&self, column: Column) -> Option<&'a Cell> {
        self.header
            .number(column)
            .and_then(|number| self.row.cell(number))
            .filter(|cell| !is_blank(cell.as_str()))
    }

    fn text(&self, column: Column) -> Option<String> {
        self.cell(column).map(|cell| cell.as_str().to_owned())
    }
}

/// `--` and `-` stand for "none" in the bureau's cells.
fn is_blank(text: &str) -> bool {
    matches!(text.trim(), "" | "-" | "--" | "—" | "——")
}

impl StatementReader {
    /// Reads one sheet; answers whether it belongs to a statement.
    fn read_sheet(&mut self, sheet: &Sheet) -> bool {
        let Some(header) = Header::find(&sheet.rows) else {
            return false;
        };
        if sheet.is_cut {
            let message = format!("工作表“{}”超出行数上限，其后各行未读取", sheet.name);
            self.faults.push(faults::BEYOND_LIMIT.at("file", message));
        }
        for row in sheet.rows.iter().skip(header.at.saturating_add(1)) {
            let entry = Entry {
                header: &header,
                row,
                place: format!("{}!R{}", sheet.name, row.number),
            };
            if is_total_row(row) {
                self.read_total(&entry);
            } else if header.has(Column::ItemName) {
                self.read_line(&entry);
            } else if header.has(Column::Amount) || header.has(Column::Total) {
                let invoice = self.read_invoice(&entry);
                self.statement.invoices.extend(invoice);
            } else {
                self.read_other(&entry, &sheet.name);
            }
        }
        true
    }

    /// One row of 发票基础信息; `None` for a row that identifies nothing and holds no amount.
    fn read_invoice(&mut self, entry: &Entry<'_>) -> Option<StatementInvoice> {
        let invoice = StatementInvoice {
            unified_number: self.digits(entry, Column::UnifiedNumber, "unified_number"),
            code: self.digits(entry, Column::Code, "code"),
            number: self.digits(entry, Column::Number, "number"),
            seller_tax_id: self.tax_id(entry, Column::SellerTaxId, "seller_tax_id"),
            seller_name: entry.text(Column::SellerName),
            buyer_tax_id: self.tax_id(entry, Column::BuyerTaxId, "buyer_tax_id"),
            buyer_name: entry.text(Column::BuyerName),
            issued_at: issued_at(entry),
            amount: self.cents(entry, Column::Amount, "amount"),
            tax: self.cents(entry, Column::Tax, "tax"),
            total: self.cents(entry, Column::Total, "total"),
            origin: entry.text(Column::Origin),
            kind: entry.text(Column::Kind),
            status: entry.text(Column::Status),
            is_positive: entry
                .text(Column::IsPositive)
                .and_then(|text| match text.as_str() {
                    "是" => Some(true),
                    "否" => Some(false),
                    _ => None,
                }),
            risk: entry.text(Column::Risk),
            drawer: entry.text(Column::Drawer),
            remark: entry.text(Column::Remark),
            place: entry.place.clone(),
        };
        let says_nothing = invoice.unified_number.is_none()
            && invoice.number.is_none()
            && invoice.amount.is_none()
            && invoice.seller_name.is_none();
        (!says_nothing).then_some(invoice)
    }

    /// One row of 信息汇总表: a line, and the header data that it repeats.
    fn read_line(&mut self, entry: &Entry<'_>) {
        let Some(invoice) = self.read_invoice(entry) else {
            return;
        };
        let line = Line {
            name: entry.text(Column::ItemName).unwrap_or_default(),
            // The platform writes an asterisk where the issuer left the specification empty.
            spec: entry.text(Column::Spec).filter(|spec| spec != "*"),
            unit: entry.text(Column::Unit),
            quantity: entry
                .text(Column::Quantity)
                .and_then(|text| figures::decimal(&text)),
            price: entry.text(Column::Price).and_then(|text| figures::decimal(&text)),
            amount: invoice.amount,
            rate: entry.text(Column::Rate).and_then(|text| Rate::parse(&text)),
            tax: invoice.tax,
            tax_code: entry.text(Column::TaxCode),
            nature: LineNature::Normal,
        };
        self.statement.lines.push(StatementLine {
            place: entry.place.clone(),
            invoice: identity(&invoice).unwrap_or_default(),
            business: entry.text(Column::Business),
            line,
        });
        self.of_lines.push(invoice);
    }

    fn read_total(&mut self, entry: &Entry<'_>) {
        // The line sheet of some copies has a total row too; only that of the invoices is comparable.
        if entry.header.has(Column::ItemName) {
            return;
        }
        let amount = self.cents(entry, Column::Amount, "amount");
        let tax = self.cents(entry, Column::Tax, "tax");
        if let (Some(amount), Some(tax)) = (amount, tax) {
            let (more_amount, more_tax) = self.statement.stated_sums.unwrap_or_default();
            self.statement.stated_sums = Some((amount + more_amount, tax + more_tax));
        }
    }

    /// One row of a special-business sheet, with every column it has.
    fn read_other(&mut self, entry: &Entry<'_>, sheet: &str) {
        let mut cells = Vec::new();
        let identity_columns = [
            ("数电发票号码", Column::UnifiedNumber),
            ("发票代码", Column::Code),
            ("发票号码", Column::Number),
        ];
        for (name, column) in identity_columns {
            if let Some(text) = self.digits(entry, column, "other_rows") {
                cells.push((name.to_owned(), text));
            }
        }
        for (number, name) in &entry.header.other {
            if let Some(cell) = entry.row.cell(*number).filter(|cell| !is_blank(cell.as_str())) {
                cells.push((name.clone(), cell.as_str().to_owned()));
            }
        }
        if !cells.is_empty() {
            self.statement.other_rows.push((sheet.to_owned(), cells));
        }
    }

    /// A number of digits. Up to 15 digits a figure is exact and only its leading zeros are missing, which the fixed
    /// lengths (发票号码 8, 发票代码 12) restore; a longer figure is lost.
    fn digits(&mut self, entry: &Entry<'_>, column: Column, part: &str) -> Option<String> {
        let cell = entry.cell(column)?;
        let text = normalise(cell.as_str());
        let only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match cell {
            Cell::Text(_) if only_digits => return Some(text),
            Cell::Figure(_) if only_digits => match column {
                Column::Number => return Some(format!("{text:0>8}")),
                // Ten-digit codes never begin with 0, so eleven digits are twelve without theirs.
                Column::Code if text.len() == 11 => return Some(format!("0{text}")),
                _ => return Some(text),
            },
            Cell::Text(_) | Cell::Figure(_) | Cell::Lost(_) => {}
        }
        self.lost(entry, part, cell);
        None
    }

    /// A tax id. A figure is exact up to 15 digits; ids of 18 digits stored as a figure are lost.
    fn tax_id(&mut self, entry: &Entry<'_>, column: Column, part: &str) -> Option<String> {
        let cell = entry.cell(column)?;
        if let Cell::Lost(_) = cell {
            self.lost(entry, part, cell);
            return None;
        }
        Some(cell.as_str().to_owned())
    }

    fn cents(&mut self, entry: &Entry<'_>, column: Column, part: &str) -> Option<Cents> {
        let cell = entry.cell(column)?;
        let cents = match column {
            Column::Tax => figures::line_tax(cell.as_str()),
            _ => parse_cents(cell.as_str()),
        };
        if cents.is_none() {
            let message = format!("{}：“{}”不是金额", entry.place, cell.as_str());
            self.faults
                .push(faults::LINE_VALUE.at(format!("statement.{part}"), message));
        }
        cents
    }

    fn lost(&mut self, entry: &Entry<'_>, part: &str, cell: &Cell) {
        let message = format!("{}：“{}”不是完整号码，已无法还原", entry.place, cell.as_str());
        self.faults
            .push(faults::NUMBER_LOST.at(format!("statement.{part}"), message));
    }

    fn finish(mut self) -> (Statement, Vec<Fault>) {
        mark_natures(&mut self.statement.lines);
        if self.statement.invoices.is_empty() {
            self.statement.invoices = sum_up(&self.statement.lines, std::mem::take(&mut self.of_lines));
        }
        self.statement.direction = direction::of(&self.statement.invoices);
        let (amount, tax, _) = self.statement.sums();
        if let Some((stated_amount, stated_tax)) = self.statement.stated_sums
            && (stated_amount, stated_tax) != (amount, tax)
        {
            let message =
                format!("合计行为金额 {stated_amount}、税额 {stated_tax}，各行之和为 {amount}、{tax}");
            self.faults
                .push(faults::SUMS_DIFFER.at("statement.stated_sums", message));
        }
        (self.statement, self.faults)
    }
}

/// Whether a row is 合计行: its first cell says so.
fn is_total_row(row: &Row) -> bool {
    let first = row
        .cells
        .first()
        .map(|(_, cell)| normalise(cell.as_str()))
        .unwrap_or_default();
    matches!(first.as_str(), "合计" | "合计行" | "总计")
}

/// 开票日期: text as it stands, or a date that the spreadsheet keeps as a serial number.
fn issued_at(entry: &Entry<'_>) -> Option<String> {
    match entry.cell(Column::IssuedAt)? {
        Cell::Figure(serial) => Some(cells::serial_date(serial).unwrap_or_else(|| serial.clone())),
        Cell::Text(text) | Cell::Lost(text) => Some(text.clone()),
    }
}

/// What a line names its invoice by: 20 digits, or `code-number`.
fn identity(invoice: &StatementInvoice) -> Option<String> {
    let legacy = || Some(format!("{}-{}", invoice.code.as_ref()?, invoice.number.as_ref()?));
    invoice.unified_number.clone().or_else(legacy)
}

/// Marks sales lists, discounts and the lines they discount, invoice by invoice.
fn mark_natures(lines: &mut [StatementLine]) {
    for of_invoice in lines.chunk_by_mut(|left, right| left.invoice == right.invoice) {
        let mut set = LineSet {
            source: Source::Statement,
            place: String::new(),
            lines: of_invoice.iter().map(|line| line.line.clone()).collect(),
            complete: true,
        };
        set.mark_natures();
        for (line, marked) in of_invoice.iter_mut().zip(set.lines) {
            line.line.nature = marked.nature;
        }
    }
}

/// Invoices out of the line sheet alone: one for each number, its amounts summed. A sales list's summary row repeats
/// the sum of its lines and is not counted beside them.
fn sum_up(lines: &[StatementLine], headers: Vec<StatementInvoice>) -> Vec<StatementInvoice> {
    let mut listed: HashMap<&str, bool> = HashMap::new();
    for line in lines {
        let has_lines = listed.entry(line.invoice.as_str()).or_default();
        *has_lines |= line.line.nature != LineNature::ListSummary;
    }
    let mut invoices: Vec<StatementInvoice> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (line, header) in lines.iter().zip(headers) {
        let summary = line.line.nature == LineNature::ListSummary;
        if summary && listed.get(line.invoice.as_str()).copied().unwrap_or_default() {
            continue;
        }
        match places
            .get(line.invoice.as_str())
            .and_then(|at| invoices.get_mut(*at))
        {
            // A line without identity stays a row of its own.
            Some(known) if !line.invoice.is_empty() => {
                known.amount = add(known.amount, header.amount);
                known.tax = add(known.tax, header.tax);
                known.total = add(known.total, header.total);
            }
            _ => {
                places.insert(&line.invoice, invoices.len());
                invoices.push(header);
            }
        }
    }
    invoices
}

fn add(left: Option<Cents>, right: Option<Cents>) -> Option<Cents> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left + right),
        (left, right) => left.or(right),
    }
}

#[cfg(test)]
mod tests;
