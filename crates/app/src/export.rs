//! Export (导出): what was found, as a spreadsheet that Excel neither mangles nor runs.
//!
//! Numbers of invoices and tax ids are written as text, or Excel would round 20 digits. A cell that begins like a
//! formula is text in xlsx by its type; in csv, which has no types, it gets a leading apostrophe. Identity numbers used
//! as tax numbers are masked.

use std::fs;
use std::io::Write;
use std::path::Path;

use invoice::{TaxpayerNumber, parse_cents};
use rust_xlsxwriter::{Format, Workbook};

use crate::error::SiteError;
use crate::find::{FindWords, InvoiceRow};
use crate::site::Site;

/// How many rows are fetched at a time.
const PAGE: u32 = 1_000;

/// A column: its heading and the text of a row.
type Column = (&'static str, fn(&InvoiceRow) -> String);

/// The columns, in order. Those whose heading is in [`AMOUNTS`] are numbers.
const COLUMNS: &[Column] = &[
    ("票种", |row| row.kind_label.clone().unwrap_or_default()),
    ("发票代码", |row| row.code.clone().unwrap_or_default()),
    ("发票号码", |row| row.number.clone()),
    ("开票日期", |row| row.date.clone().unwrap_or_default()),
    ("销方识别号", |row| masked(row.seller_tax_id.as_deref())),
    ("销方名称", |row| row.seller_name.clone().unwrap_or_default()),
    ("购方识别号", |row| masked(row.buyer_tax_id.as_deref())),
    ("购方名称", |row| row.buyer_name.clone().unwrap_or_default()),
    ("金额", |row| row.amount.clone().unwrap_or_default()),
    ("税额", |row| row.tax.clone().unwrap_or_default()),
    ("价税合计", |row| row.total.clone().unwrap_or_default()),
    ("红字", |row| {
        if row.red_letter {
            "是".to_owned()
        } else {
            String::new()
        }
    }),
    ("校验问题", |row| row.fault_codes.join(" ")),
    ("原件份数", |row| row.renditions.to_string()),
];

const AMOUNTS: [&str; 3] = ["金额", "税额", "价税合计"];

/// Writes what `words` find to a file ending in `.xlsx` or `.csv` and says how many invoices that were. The limit and
/// the mark of a page are ignored: an export is whole.
///
/// # Errors
/// An ending that is neither, and what disk and store report. The file appears whole or not at all.
pub fn export(site: &Site, words: &FindWords, file: &Path) -> Result<u64, SiteError> {
    let ending = file
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let failed = |source| SiteError::WriteFile {
        path: file.display().to_string(),
        source,
    };
    let (bytes, count) = match ending.as_str() {
        "csv" => csv(site, words)?,
        "xlsx" => xlsx(site, words)?,
        _ => {
            return Err(SiteError::ExportForm {
                path: file.display().to_string(),
            });
        }
    };
    // Written beside and renamed, so that nobody ever opens half an export.
    let beside = file.with_extension(format!("{ending}.part"));
    let mut part = fs::File::create(&beside).map_err(failed)?;
    part.write_all(&bytes)
        .and_then(|()| part.sync_all())
        .map_err(failed)?;
    fs::rename(&beside, file).map_err(failed)?;
    Ok(count)
}

/// Calls `each` with every row found, page after page.
fn each_row(
    site: &Site,
    words: &FindWords,
    mut each: impl FnMut(&InvoiceRow) -> Result<(), SiteError>,
) -> Result<u64, SiteError> {
    let mut words = FindWords {
        limit: PAGE,
        after: None,
        ..words.clone()
    };
    let mut count = 0;
    loop {
        let page = site.find(&words)?;
        for row in &page.rows {
            each(row)?;
            count += 1;
        }
        match page.next {
            Some(mark) => words.after = Some(mark),
            None => return Ok(count),
        }
    }
}

fn csv(site: &Site, words: &FindWords) -> Result<(Vec<u8>, u64), SiteError> {
    let failed = |source: csv::Error| SiteError::Export {
        source: Box::new(source),
    };
    // The byte order mark tells Excel that the file is UTF-8.
    let mut writer = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    writer
        .write_record(COLUMNS.iter().map(|(heading, _)| *heading))
        .map_err(failed)?;
    let count = each_row(site, words, |row| {
        writer
            .write_record(
                COLUMNS
                    .iter()
                    .map(|(heading, text)| csv_cell(heading, &text(row))),
            )
            .map_err(failed)
    })?;
    let bytes = writer.into_inner().map_err(|error| SiteError::Export {
        source: Box::new(error.into_error()),
    })?;
    Ok((bytes, count))
}

/// A csv cell that no spreadsheet runs, rounds or strips of its leading zeros: such a text gets a leading apostrophe.
fn csv_cell(heading: &str, text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !AMOUNTS.contains(&heading);
    let rounded = text.len() > 11 && text.bytes().all(|b| b.is_ascii_digit());
    let stripped = text.starts_with('0') && text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit());
    if runs || rounded || stripped {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn xlsx(site: &Site, words: &FindWords) -> Result<(Vec<u8>, u64), SiteError> {
    let failed = |source: rust_xlsxwriter::XlsxError| SiteError::Export {
        source: Box::new(source),
    };
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_low_memory().map_err(failed)?;
    sheet.set_name("发票").map_err(failed)?;
    let (bold, money, text_format) = (
        Format::new().set_bold(),
        Format::new().set_num_format("#,##0.00"),
        Format::new().set_num_format("@"),
    );
    for (at, (heading, _)) in (0_u16..).zip(COLUMNS) {
        sheet
            .write_string_with_format(0, at, *heading, &bold)
            .map_err(failed)?;
    }
    let mut line = 0;
    let count = each_row(site, words, |row| {
        line += 1;
        for (at, (heading, text)) in (0_u16..).zip(COLUMNS) {
            let text = text(row);
            match parse_cents(&text).filter(|_| AMOUNTS.contains(heading)) {
                // Excel holds numbers as floating point; up to 15 digits come out as they went in.
                Some(cents) if cents.abs().0 < 1_000_000_000_000_000 => {
                    #[allow(clippy::cast_precision_loss)]
                    sheet
                        .write_number_with_format(line, at, cents.0 as f64 / 100.0, &money)
                        .map_err(failed)?;
                }
                _ => {
                    sheet
                        .write_string_with_format(line, at, text, &text_format)
                        .map_err(failed)?;
                }
            }
        }
        Ok(())
    })?;
    for (at, (heading, _)) in (0_u16..).zip(COLUMNS) {
        let width = if heading.contains("名称") {
            34.0
        } else if heading.contains("号") {
            23.0
        } else {
            13.0
        };
        sheet.set_column_width(at, width).map_err(failed)?;
    }
    Ok((book.save_to_buffer().map_err(failed)?, count))
}

fn masked(tax_id: Option<&str>) -> String {
    tax_id
        .and_then(TaxpayerNumber::new)
        .map(|id| id.masked())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_csv_runs_as_a_formula_or_is_rounded() {
        assert_eq!(csv_cell("销方名称", "=cmd|'/C calc'!A0"), "'=cmd|'/C calc'!A0");
        assert_eq!(csv_cell("金额", "-12.00"), "-12.00");
        assert_eq!(
            csv_cell("发票号码", "24112000000048542163"),
            "'24112000000048542163"
        );
        assert_eq!(csv_cell("发票号码", "01234567"), "'01234567");
        assert_eq!(csv_cell("销方名称", "某公司"), "某公司");
    }
}
