//! The manifest measure: how much of what files are known to say was read from them.
//!
//! A manifest is a table of files with the true value of each field. A field is *right*, *wrong but flagged* (a fault
//! names it, or its sources disagree), *wrong and unflagged*, or *missing*. The one figure that must be zero is wrong
//! and unflagged: a gap is seen by people, a wrong value is believed. Fields that a file does not carry (a QR picture
//! holds no names) are declared with a reason and not counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use invoice::{
    Agreement, Cents, FieldName, InvoiceKind, Reading, Statement, StatementInvoice, canonical_name,
    parse_cents, parse_date,
};

/// The columns of a manifest that are compared, named as in `piaoku read --json`.
pub const COLUMNS: &[&str] = &[
    "kind",
    "number",
    "code",
    "check_code",
    "date",
    "seller_name",
    "seller_tax_id",
    "buyer_name",
    "buyer_tax_id",
    "amount",
    "tax",
    "total",
    "qr_text",
];

/// One file of a manifest with its true values; an empty cell is not scored.
#[derive(Debug, Clone)]
pub struct Row {
    /// The file, relative to the manifest.
    pub file: String,
    /// Every column of the row by its name in the first line.
    pub cells: BTreeMap<String, String>,
}

impl Row {
    /// The true value of a column, unless the cell is empty.
    pub fn truth(&self, column: &str) -> Option<&str> {
        self.cells
            .get(column)
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
    }

    /// The first folder of the file's path, which is the form of the file.
    pub fn group(&self) -> &str {
        self.file.split('/').next().unwrap_or_default()
    }
}

/// Reads a manifest: tab-separated, names in the first line, the file in the column `file`.
pub fn manifest(text: &str) -> Vec<Row> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let cells: BTreeMap<String, String> = names
                .iter()
                .map(|name| (*name).to_owned())
                .zip(line.split('\t').map(str::to_owned))
                .collect();
            Row {
                file: cells.get("file").cloned().unwrap_or_default(),
                cells,
            }
        })
        .collect()
}

/// What was read of one file, in the columns of the manifest.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The values; of `qr_text` there may be several, one on each line.
    pub values: BTreeMap<String, String>,
    /// The columns that a fault names or whose sources disagree.
    pub flagged: BTreeSet<String>,
}

impl Answer {
    /// What a reading says of the row's invoice (else of its first). Of a statement: its row with that number, or the
    /// sums where the manifest names no number.
    pub fn of(reading: &Reading, row: &Row) -> Answer {
        let mut answer = Answer::default();
        let wanted = |invoice: &&invoice::InvoiceReading| {
            invoice.fields.value(FieldName::Number) == row.truth("number")
        };
        if let Some(invoice) = reading
            .invoices
            .iter()
            .find(wanted)
            .or_else(|| reading.invoices.first())
        {
            for (name, field) in &invoice.fields.0 {
                if let Some(value) = field.value() {
                    answer.values.insert(name.as_str().to_owned(), value.to_owned());
                }
                if field.agreement() == Agreement::Disputed {
                    answer.flagged.insert(name.as_str().to_owned());
                }
            }
            if let Some(kind) = invoice.kind() {
                answer.values.insert("kind".to_owned(), kind.code().to_owned());
            }
            let texts: Vec<&str> = invoice.qr_codes.iter().map(|code| code.text.as_str()).collect();
            if !texts.is_empty() {
                answer.values.insert("qr_text".to_owned(), texts.join("\n"));
            }
            let concerned = |column: &&str| {
                invoice
                    .faults
                    .iter()
                    .chain(&reading.faults)
                    .any(|fault| fault.concerns(column))
            };
            answer
                .flagged
                .extend(COLUMNS.iter().copied().filter(concerned).map(str::to_owned));
        }
        if let Some(statement) = &reading.statement {
            match row.truth("number") {
                Some(number) => answer.take_row(statement, number),
                None => answer.take_sums(statement),
            }
        }
        answer
    }

    /// What a statement says of one invoice.
    fn take_row(&mut self, statement: &Statement, number: &str) {
        let is_it =
            |row: &&StatementInvoice| row.unified_number.as_deref().or(row.number.as_deref()) == Some(number);
        let Some(row) = statement.invoices.iter().find(is_it) else {
            return;
        };
        let cents = |cents: Option<Cents>| cents.map(|cents| cents.to_string());
        for (column, value) in [
            ("number", Some(number.to_owned())),
            ("kind", row.kind.clone()),
            ("code", row.code.clone()),
            ("date", row.issued_at.clone()),
            ("seller_name", row.seller_name.clone()),
            ("seller_tax_id", row.seller_tax_id.clone()),
            ("buyer_name", row.buyer_name.clone()),
            ("buyer_tax_id", row.buyer_tax_id.clone()),
            ("amount", cents(row.amount)),
            ("tax", cents(row.tax)),
            ("total", cents(row.total)),
        ] {
            self.values.extend(value.map(|value| (column.to_owned(), value)));
        }
    }

    /// The sums of a statement, for a manifest that gives one row to the whole file.
    fn take_sums(&mut self, statement: &Statement) {
        let (amount, tax, total) = statement.sums();
        for (column, sum) in [("amount", amount), ("tax", tax), ("total", total)] {
            self.values.insert(column.to_owned(), sum.to_string());
        }
    }
}

/// What became of one true value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was read.
    Right,
    /// Another value was read, and a fault or a dispute says that something is amiss.
    WrongFlagged(String),
    /// Another value was read, and nothing says so.
    WrongUnflagged(String),
    /// Nothing was read.
    Missing,
}

/// Judges one column; `None` where the manifest says nothing, or nothing that can be compared.
pub fn judge(row: &Row, answer: &Answer, column: &str) -> Option<Outcome> {
    let truth = row.truth(column)?;
    if column == "kind" && InvoiceKind::from_label(truth).is_none() {
        return None;
    }
    let Some(value) = answer.values.get(column) else {
        return Some(Outcome::Missing);
    };
    if is_same(column, truth, value) {
        return Some(Outcome::Right);
    }
    Some(match answer.flagged.contains(column) {
        true => Outcome::WrongFlagged(value.clone()),
        false => Outcome::WrongUnflagged(value.clone()),
    })
}

fn is_same(column: &str, truth: &str, value: &str) -> bool {
    match column {
        "kind" => match (InvoiceKind::from_label(truth), InvoiceKind::from_label(value)) {
            (Some(truth), Some(value)) => truth.is_compatible(value),
            _ => false,
        },
        "seller_name" | "buyer_name" => canonical_name(truth) == canonical_name(value),
        "amount" | "tax" | "total" => {
            parse_cents(truth).is_some_and(|truth| parse_cents(value) == Some(truth))
        }
        "date" => parse_date(truth).is_some_and(|truth| parse_date(value) == Some(truth)),
        "qr_text" => value.lines().any(|text| text.trim() == truth),
        _ => truth.eq_ignore_ascii_case(value),
    }
}

/// A field that a file does not carry.
#[derive(Debug, Clone, Copy)]
pub struct NotCarried {
    /// Start of the file's path.
    pub file: &'static str,
    /// The columns.
    pub columns: &'static [&'static str],
    /// Why the file cannot say them.
    pub reason: &'static str,
}

/// The count of outcomes for a group of files.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Values read as they are.
    pub right: usize,
    /// Wrong values that are flagged.
    pub wrong_flagged: usize,
    /// Wrong values that nobody is told of.
    pub wrong_unflagged: usize,
    /// Values that were not read.
    pub missing: usize,
    /// Values that the files do not carry.
    pub not_carried: usize,
    /// Every value that is not right: file, column, truth, outcome.
    pub remarks: Vec<String>,
}

impl Tally {
    /// Counts one file.
    pub fn count(&mut self, row: &Row, answer: &Answer, not_carried: &[NotCarried]) {
        for column in COLUMNS {
            let Some(outcome) = judge(row, answer, column) else {
                continue;
            };
            let excused = not_carried
                .iter()
                .any(|known| row.file.starts_with(known.file) && known.columns.contains(column));
            let truth = row.truth(column).unwrap_or_default();
            match &outcome {
                Outcome::Right => self.right += 1,
                // A value that the file does not carry may be missing, but it may not be wrong.
                Outcome::Missing if excused => self.not_carried += 1,
                Outcome::Missing => self.missing += 1,
                Outcome::WrongFlagged(_) => self.wrong_flagged += 1,
                Outcome::WrongUnflagged(_) => self.wrong_unflagged += 1,
            }
            if outcome != Outcome::Right && !(excused && outcome == Outcome::Missing) {
                self.remarks
                    .push(format!("{} {column}: {truth:?} -> {outcome:?}", row.file));
            }
        }
    }

    /// How many values the files carry.
    pub fn carried(&self) -> usize {
        self.right + self.wrong_flagged + self.wrong_unflagged + self.missing
    }

    /// Values read right, in parts of ten thousand of those carried.
    pub fn right_per_myriad(&self) -> usize {
        (self.right * 10_000)
            .checked_div(self.carried())
            .unwrap_or(10_000)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = self.right_per_myriad();
        write!(
            f,
            "right {:>4}  wrong, flagged {:>3}  wrong, unflagged {:>3}  missing {:>3}  not carried {:>3}  = {}.{:02} %",
            self.right,
            self.wrong_flagged,
            self.wrong_unflagged,
            self.missing,
            self.not_carried,
            rate / 100,
            rate % 100
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "file\tkind\tnumber\tdate\tseller_name\ttotal\n\
        xml/a.xml\t数电发票（普通发票）\t26110000000100000001\t2026-03-09\t甲（北京）公司\t10.00\n";

    fn check(column: &str, value: Option<&str>, flagged: bool, expect: Option<&Outcome>) {
        let row = manifest(MANIFEST).remove(0);
        let mut answer = Answer::default();
        answer
            .values
            .extend(value.map(|value| (column.to_owned(), value.to_owned())));
        if flagged {
            answer.flagged.insert(column.to_owned());
        }
        assert_eq!(
            judge(&row, &answer, column).as_ref(),
            expect,
            "{column} {value:?}"
        );
    }

    #[test]
    fn values_are_compared_by_meaning() {
        check("total", Some("10"), false, Some(&Outcome::Right));
        check("seller_name", Some("甲(北京) 公司"), false, Some(&Outcome::Right));
        check("date", Some("20260309"), false, Some(&Outcome::Right));
        check("kind", Some("digital"), false, Some(&Outcome::Right));
        check(
            "kind",
            Some("digital_special"),
            false,
            Some(&Outcome::WrongUnflagged("digital_special".into())),
        );
    }

    #[test]
    fn a_wrong_value_is_excused_by_a_flag_only() {
        check(
            "total",
            Some("11.00"),
            false,
            Some(&Outcome::WrongUnflagged("11.00".into())),
        );
        check(
            "total",
            Some("11.00"),
            true,
            Some(&Outcome::WrongFlagged("11.00".into())),
        );
        check("total", None, false, Some(&Outcome::Missing));
        check("code", Some("011002000111"), false, None);
    }

    #[test]
    fn what_a_file_does_not_carry_may_be_missing_but_not_wrong() {
        let row = manifest(MANIFEST).remove(0);
        let excuse = NotCarried {
            file: "xml/a",
            columns: &["total", "date"],
            reason: "made up",
        };
        let mut answer = Answer::default();
        answer.values.insert("total".to_owned(), "1.00".to_owned());
        let mut tally = Tally::default();
        tally.count(&row, &answer, &[excuse]);
        assert_eq!(
            (tally.wrong_unflagged, tally.not_carried, tally.missing),
            (1, 1, 3)
        );
        assert_eq!((tally.right, tally.right_per_myriad()), (0, 0));
    }
}
