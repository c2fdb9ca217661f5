//! The cells of a workbook as text, row by row and within limits.
//!
//! A spreadsheet keeps figures as binary floating point. They are turned into their shortest decimal text at once,
//! here and nowhere else, and a figure too long to be exact is marked as lost.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, Reader as _, Xlsx};
use invoice::Fault;

use crate::{faults, limits};

/// Beyond this many columns nothing is read: a statement has 27, some special sheets 23.
const COLUMNS_MAX: u32 = 200;
/// From 10^15 on, binary64 no longer holds every integer that a spreadsheet shows.
const EXACT_MAX: f64 = 1e15;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Text, or a date turned into text.
    Text(String),
    /// A figure in its shortest decimal form.
    Figure(String),
    /// A figure of more than 15 digits: the last ones are gone.
    Lost(String),
}

impl Cell {
    /// The cell as text.
    pub(super) fn as_str(&self) -> &str {
        let (Cell::Text(text) | Cell::Figure(text) | Cell::Lost(text)) = self;
        text
    }
}

/// One row: its number as the spreadsheet shows it, and its cells by column.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) cells: Vec<(u32, Cell)>,
}

impl Row {
    /// The cell in a column, if it is not blank.
    pub(super) fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self
            .cells
            .binary_search_by_key(&column, |(column, _)| *column)
            .ok()?;
        self.cells.get(at).map(|(_, cell)| cell)
    }
}

/// One sheet.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    /// Whether rows were left out because of the limit.
    pub(super) is_cut: bool,
}

fn damaged(error: &calamine::XlsxError) -> Fault {
    faults::UNREADABLE.at("file", format!("工作簿无法打开：{error}"))
}

/// Reads every sheet of a workbook whose package has been checked against the archive limits.
///
/// # Errors
/// The fault that the workbook is: damaged (`F001`) or of too many sheets (`F003`).
pub(super) fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, Fault> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let names = workbook.sheet_names();
    // One part may be named as many sheets, and is then parsed for each.
    if names.len() > limits::SHEETS_MAX {
        let message = format!("工作簿有 {} 个工作表，上限 {}", names.len(), limits::SHEETS_MAX);
        return Err(faults::BEYOND_LIMIT.at("file", message));
    }
    let mut left = limits::SHEET_ROWS_MAX;
    let mut sheets = Vec::new();
    for name in names {
        // A chart or macro sheet has no cells and is passed over.
        let Ok(mut reader) = workbook.worksheet_cells_reader(&name) else {
            continue;
        };
        let mut sheet = Sheet {
            name,
            rows: Vec::new(),
            is_cut: false,
        };
        while let Some(cell) = reader.next_cell().map_err(|error| damaged(&error))? {
            let (row, column) = cell.get_position();
            let Some(content) = content(cell.get_value()) else {
                continue;
            };
            if column >= COLUMNS_MAX {
                continue;
            }
            let number = row.saturating_add(1);
            if sheet.rows.last().is_none_or(|last| last.number != number) {
                if left == 0 {
                    sheet.is_cut = true;
                    break;
                }
                left -= 1;
                sheet.rows.push(Row {
                    number,
                    cells: Vec::new(),
                });
            }
            if let Some(row) = sheet.rows.last_mut() {
                row.cells.push((column, content));
            }
        }
        for row in &mut sheet.rows {
            row.cells.sort_by_key(|(column, _)| *column);
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn content(value: &DataRef<'_>) -> Option<Cell> {
    let text = match value {
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.trim().to_owned(),
        DataRef::Int(number) => return Some(figure(*number as f64)),
        DataRef::Float(number) => return Some(figure(*number)),
        DataRef::DateTime(date) if date.is_duration() => return Some(figure(date.as_f64())),
        DataRef::DateTime(date) => date_text(date),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::Error(_) | DataRef::Empty => return None,
    };
    (!text.is_empty()).then_some(Cell::Text(text))
}

fn figure(number: f64) -> Cell {
    let text = number.to_string();
    if number.is_finite() && number.abs() < EXACT_MAX {
        Cell::Figure(text)
    } else {
        Cell::Lost(text)
    }
}

/// A serial date as `2021-12-31 21:43:51`, without the time where it is midnight.
fn date_text(date: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// A date cell that has lost its format and shows as a serial number (days since 1900). Only days between 1954 and
/// 2119 are taken for dates, so that a date written as `20211231` is left alone.
pub(super) fn serial_date(text: &str) -> Option<String> {
    let serial: f64 = text.parse().ok()?;
    let plausible = (20_000.0..80_000.0).contains(&serial);
    plausible.then(|| date_text(&ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_what_they_show() {
        assert_eq!(figure(2250.0), Cell::Figure("2250".into()));
        assert_eq!(figure(-0.1 - 0.2), Cell::Figure("-0.30000000000000004".into()));
        assert_eq!(
            figure(25_372_000_291_417_776_317.0),
            Cell::Lost("25372000291417776000".into())
        );
        assert!(matches!(figure(f64::NAN), Cell::Lost(_)));
    }

    #[test]
    fn serial_dates() {
        assert_eq!(serial_date("44561").as_deref(), Some("2021-12-31"));
        assert_eq!(serial_date("44561.5").as_deref(), Some("2021-12-31 12:00:00"));
        assert_eq!(serial_date("20211231"), None);
        assert_eq!(serial_date("2021-12-31"), None);
    }
}
