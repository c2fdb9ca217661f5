//! The rulebook (规则库): dated tax rules as data, read from `rulebook/*.toml` and built into the program.
//!
//! Every row says since when, until when (the last day in force), what, and by which law or observation. An ordinary
//! change of law is one row of one file; code asks for what was in force on a day and never names a rate itself.

use std::sync::OnceLock;

use invoice::{Cents, Date, Decimal, Digest, InvoiceCode, InvoiceKind, Rate, parse_cents};
use serde::Deserialize;

const RULEBOOK: &str = include_str!("../../../rulebook/rulebook.toml");
const RATES: &str = include_str!("../../../rulebook/rates.toml");
const KINDS: &str = include_str!("../../../rulebook/kinds.toml");
const REGIONS: &str = include_str!("../../../rulebook/regions.toml");
const DEADLINES: &str = include_str!("../../../rulebook/deadlines.toml");
const CEILINGS: &str = include_str!("../../../rulebook/ceilings.toml");
const TAX_CLASSES: &str = include_str!("../../../rulebook/tax_classes.toml");

/// The rules, by date.
#[derive(Debug, Clone)]
pub struct Rulebook {
    version: String,
    rates: Rates,
    kinds: Kinds,
    regions: Regions,
    tax_classes: TaxClasses,
    deadlines: Deadlines,
    ceilings: Ceilings,
}

/// A file of the rulebook that cannot be used.
#[derive(Debug)]
pub struct RulebookError {
    /// The file's name.
    pub file: &'static str,
    /// What is wrong with it.
    pub what: String,
}

impl std::fmt::Display for RulebookError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rulebook file {}: {}", self.file, self.what)
    }
}

impl std::error::Error for RulebookError {}

/// One rule with the days on which it was in force.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row<T> {
    since: Day,
    until: Option<Day>,
    value: T,
    title: String,
    source: String,
}

impl<T> Row<T> {
    /// The first day in force.
    pub fn since(&self) -> Date {
        self.since.0
    }

    /// The last day in force; `None` while it still is.
    pub fn until(&self) -> Option<Date> {
        self.until.map(|day| day.0)
    }

    /// What it says.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Its title in Chinese.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Law, standard or observation.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it was in force on a day.
    pub fn holds_on(&self, date: Date) -> bool {
        self.since() <= date && self.until().is_none_or(|until| date <= until)
    }
}

/// `rates.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rates {
    standard: Vec<Row<Fraction>>,
    collection: Vec<Row<Fraction>>,
}

/// `kinds.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    kind: Vec<Row<KindCode>>,
}

/// `regions.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Regions {
    province: Vec<Row<String>>,
    unified_city: Vec<Row<String>>,
    legacy_city: Vec<Row<String>>,
}

/// `tax_classes.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxClasses {
    class: Vec<Row<String>>,
}

/// Time limits and first days (`deadlines.toml`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    upload_hours: Vec<Row<u32>>,
    retention_posted_years: Vec<Row<u32>>,
    retention_years: Vec<Row<u32>>,
    deductible_from: Vec<Row<Day>>,
    buyer_tax_id_from: Vec<Row<Day>>,
    short_name_from: Vec<Row<Day>>,
}

impl Deadlines {
    /// Hours within which a 乐企 invoice must be uploaded after its time of issue.
    pub fn upload_hours(&self, on: Date) -> Option<u32> {
        in_force(&self.upload_hours, on).copied()
    }

    /// Years for which a posted original must be kept, from the end of its accounting year.
    pub fn retention_posted_years(&self, on: Date) -> Option<u32> {
        in_force(&self.retention_posted_years, on).copied()
    }

    /// Years for which an original that was never posted must be kept.
    pub fn retention_years(&self, on: Date) -> Option<u32> {
        in_force(&self.retention_years, on).copied()
    }

    /// The first date of issue that may still be deducted, as the law stands on a day.
    pub fn deductible_from(&self, on: Date) -> Option<Date> {
        in_force(&self.deductible_from, on).map(|day| day.0)
    }

    /// The first date of issue on which an enterprise needs its tax number on ordinary invoices.
    pub fn buyer_tax_id_from(&self, on: Date) -> Option<Date> {
        in_force(&self.buyer_tax_id_from, on).map(|day| day.0)
    }

    /// The first date of issue on which item names carry the short name of their tax class.
    pub fn short_name_from(&self, on: Date) -> Option<Date> {
        in_force(&self.short_name_from, on).map(|day| day.0)
    }
}

/// Tolerances and ceilings of amounts (`ceilings.toml`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceilings {
    line_amount: Vec<Row<Yuan>>,
    line_tax: Vec<Row<Yuan>>,
    lines_total: Vec<Row<Yuan>>,
    total_tax: Vec<Row<Yuan>>,
    legacy_invoice: Vec<Row<Yuan>>,
}

impl Ceilings {
    /// How far quantity times price may be from a line's amount.
    pub fn line_amount(&self, on: Date) -> Cents {
        cents_in_force(&self.line_amount, on)
    }

    /// How far amount times rate may be from a line's tax.
    pub fn line_tax(&self, on: Date) -> Cents {
        cents_in_force(&self.line_tax, on)
    }

    /// How far the sum of the lines may be from the total on the face.
    pub fn lines_total(&self, on: Date) -> Cents {
        cents_in_force(&self.lines_total, on)
    }

    /// How far the tax computed from the rates may be from the total tax.
    pub fn total_tax(&self, on: Date) -> Cents {
        cents_in_force(&self.total_tax, on)
    }

    /// The largest amount without tax that any legacy invoice can carry.
    pub fn legacy_invoice(&self, on: Date) -> Option<Cents> {
        in_force(&self.legacy_invoice, on).map(|yuan| yuan.0)
    }
}

impl Rulebook {
    /// The rulebook that is built into the program, parsed once.
    ///
    /// # Panics
    /// Never in a program that was tested: the embedded files are parsed by this crate's own tests.
    pub fn embedded() -> &'static Rulebook {
        static EMBEDDED: OnceLock<Rulebook> = OnceLock::new();
        EMBEDDED.get_or_init(|| Rulebook::read().expect("invariant: the embedded rulebook is valid"))
    }

    fn read() -> Result<Rulebook, RulebookError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Head {
            edition: Day,
        }
        let head: Head = parse("rulebook.toml", RULEBOOK)?;
        let content = [RULEBOOK, RATES, KINDS, REGIONS, DEADLINES, CEILINGS, TAX_CLASSES].join("\n");
        let digest = Digest::of(content.as_bytes()).to_string();
        Ok(Rulebook {
            version: format!("{}+{}", head.edition.0, digest.get(..8).unwrap_or_default()),
            rates: parse("rates.toml", RATES)?,
            kinds: parse("kinds.toml", KINDS)?,
            regions: parse("regions.toml", REGIONS)?,
            tax_classes: parse("tax_classes.toml", TAX_CLASSES)?,
            deadlines: parse("deadlines.toml", DEADLINES)?,
            ceilings: parse("ceilings.toml", CEILINGS)?,
        })
    }

    /// The edition's date and the first digits of the content's SHA-256: `2026-11-23+1a2b3c4d`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every rate in force on a day, rates of the general method first.
    pub fn rates_on(&self, date: Date) -> impl Iterator<Item = Rate> {
        self.rates_ever()
            .filter(move |row| row.holds_on(date))
            .map(|row| Rate::Fraction(row.value.0))
    }

    /// Whether a rate was in force on a day. 免税, 不征税 and texts that are no rate always are.
    pub fn is_rate_in_force(&self, rate: &Rate, date: Date) -> bool {
        match rate {
            Rate::Fraction(_) => self.rates_on(date).any(|known| known == *rate),
            _ => true,
        }
    }

    /// The days on which a rate was in force, as `2018-05-01 至 2019-03-31`, oldest first.
    pub fn rate_periods(&self, rate: &Rate) -> Vec<String> {
        self.rates_ever()
            .filter(|row| Rate::Fraction(row.value.0) == *rate)
            .map(|row| match row.until() {
                Some(until) => format!("{} 至 {until}", row.since()),
                None => format!("{} 以后", row.since()),
            })
            .collect()
    }

    fn rates_ever(&self) -> impl Iterator<Item = &Row<Fraction>> {
        self.rates.standard.iter().chain(&self.rates.collection)
    }

    /// The first day on which invoices of a kind may be met, where known.
    pub fn kind_since(&self, kind: InvoiceKind) -> Option<Date> {
        self.kind_rows(kind).map(Row::since).min()
    }

    /// The last day of a kind, where it was withdrawn.
    pub fn kind_until(&self, kind: InvoiceKind) -> Option<Date> {
        self.kind_rows(kind).last().and_then(Row::until)
    }

    fn kind_rows(&self, kind: InvoiceKind) -> impl Iterator<Item = &Row<KindCode>> {
        self.kinds.kind.iter().filter(move |row| row.value.0 == kind)
    }

    /// The region that the third and fourth digit of a 20-digit number name.
    pub fn region_of_unified(&self, two_digits: &str) -> Option<&str> {
        let rows = self.regions.province.iter().chain(&self.regions.unified_city);
        title_of(rows, two_digits)
    }

    /// The region that a legacy 发票代码 names.
    pub fn region_of_code(&self, code: &InvoiceCode) -> Option<&str> {
        let region = code.region();
        let province = region.strip_suffix("00").unwrap_or_default();
        title_of(self.regions.legacy_city.iter(), &region)
            .or_else(|| title_of(self.regions.province.iter(), province))
    }

    /// The great class that the first digit of a tax classification code (税收分类编码) names.
    pub fn tax_class(&self, first_digit: &str) -> Option<&str> {
        title_of(self.tax_classes.class.iter(), first_digit)
    }

    /// Time limits and first days.
    pub fn deadlines(&self) -> &Deadlines {
        &self.deadlines
    }

    /// Tolerances and ceilings of amounts.
    pub fn ceilings(&self) -> &Ceilings {
        &self.ceilings
    }
}

fn parse<T: for<'de> Deserialize<'de>>(file: &'static str, text: &str) -> Result<T, RulebookError> {
    toml::from_str(text).map_err(|error| RulebookError {
        file,
        what: error.to_string(),
    })
}

fn in_force<T>(rows: &[Row<T>], on: Date) -> Option<&T> {
    rows.iter().find(|row| row.holds_on(on)).map(Row::value)
}

fn cents_in_force(rows: &[Row<Yuan>], on: Date) -> Cents {
    in_force(rows, on).map_or(Cents::ZERO, |yuan| yuan.0)
}

fn title_of<'a>(mut rows: impl Iterator<Item = &'a Row<String>>, value: &str) -> Option<&'a str> {
    rows.find(|row| row.value == value).map(Row::title)
}

/// A TOML date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "toml::value::Datetime")]
struct Day(Date);

impl TryFrom<toml::value::Datetime> for Day {
    type Error = String;
    fn try_from(value: toml::value::Datetime) -> Result<Day, String> {
        let text = value.to_string();
        text.parse().map(Day).map_err(|_| format!("{text} is no date"))
    }
}

/// A rate such as `"13%"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Fraction(Decimal);

impl TryFrom<String> for Fraction {
    type Error = String;
    fn try_from(text: String) -> Result<Fraction, String> {
        match Rate::parse(&text) {
            Some(Rate::Fraction(fraction)) if text.ends_with('%') => Ok(Fraction(fraction)),
            _ => Err(format!("{text} is no rate in per cent")),
        }
    }
}

/// The permanent code of an invoice kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct KindCode(InvoiceKind);

impl TryFrom<String> for KindCode {
    type Error = String;
    fn try_from(text: String) -> Result<KindCode, String> {
        InvoiceKind::from_code(&text)
            .map(KindCode)
            .ok_or_else(|| format!("{text} is no invoice kind"))
    }
}

/// An amount in yuan, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Yuan(Cents);

impl TryFrom<String> for Yuan {
    type Error = String;
    fn try_from(text: String) -> Result<Yuan, String> {
        parse_cents(&text)
            .map(Yuan)
            .ok_or_else(|| format!("{text} is no amount"))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("test data")
    }

    fn rates(date: &str) -> String {
        let rates: Vec<String> = Rulebook::embedded()
            .rates_on(day(date))
            .map(|rate| rate.to_string())
            .collect();
        rates.join(" ")
    }

    #[test]
    fn rates_on_the_days_of_each_change() {
        assert_eq!(rates("2017-06-30"), "17% 13% 11% 6% 0% 3% 2% 5% 1.5%");
        assert_eq!(rates("2017-07-01"), "17% 11% 6% 0% 3% 2% 5% 1.5%");
        assert_eq!(rates("2018-04-30"), "17% 11% 6% 0% 3% 2% 5% 1.5%");
        assert_eq!(rates("2018-05-01"), "6% 16% 10% 0% 3% 2% 5% 1.5%");
        assert_eq!(rates("2019-03-31"), "6% 16% 10% 0% 3% 2% 5% 1.5%");
        assert_eq!(rates("2019-04-01"), "6% 13% 9% 0% 3% 2% 5% 1.5%");
        assert_eq!(rates("2020-03-01"), "6% 13% 9% 0% 3% 2% 5% 1.5% 1%");
        assert_eq!(rates("2028-01-01"), "6% 13% 9% 0% 3% 2% 5% 1.5%");
    }

    /// What any row must hold, whatever its value.
    fn hold_rows<T: Debug + PartialEq>(name: &str, rows: &[Row<T>], exclusive: bool) {
        assert!(!rows.is_empty(), "{name} has no row");
        for (at, row) in rows.iter().enumerate() {
            let label = format!("{name} {:?} since {}", row.value, row.since());
            assert!(
                row.until().is_none_or(|until| row.since() <= until),
                "{label}: ends before it begins"
            );
            assert!(!row.source.trim().is_empty(), "{label}: no source");
            assert!(!row.title.trim().is_empty(), "{label}: no title");
            for other in &rows[at + 1..] {
                let overlap = row.until().is_none_or(|until| other.since() <= until)
                    && other.until().is_none_or(|until| row.since() <= until);
                let contrary = exclusive || row.value == other.value;
                assert!(
                    !(overlap && contrary),
                    "{label}: overlaps with the row since {}",
                    other.since()
                );
            }
        }
    }

    #[test]
    fn every_row_is_dated_sourced_and_alone() {
        let book = Rulebook::read().expect("the embedded files are valid");
        hold_rows("standard rate", &book.rates.standard, false);
        hold_rows("collection rate", &book.rates.collection, false);
        hold_rows("kind", &book.kinds.kind, false);
        hold_rows("province", &book.regions.province, false);
        hold_rows("unified city", &book.regions.unified_city, false);
        hold_rows("legacy city", &book.regions.legacy_city, false);
        hold_rows("tax class", &book.tax_classes.class, false);
        let deadlines = &book.deadlines;
        hold_rows("upload_hours", &deadlines.upload_hours, true);
        hold_rows("retention_posted_years", &deadlines.retention_posted_years, true);
        hold_rows("retention_years", &deadlines.retention_years, true);
        hold_rows("deductible_from", &deadlines.deductible_from, true);
        hold_rows("buyer_tax_id_from", &deadlines.buyer_tax_id_from, true);
        hold_rows("short_name_from", &deadlines.short_name_from, true);
        let ceilings = &book.ceilings;
        hold_rows("line_amount", &ceilings.line_amount, true);
        hold_rows("line_tax", &ceilings.line_tax, true);
        hold_rows("lines_total", &ceilings.lines_total, true);
        hold_rows("total_tax", &ceilings.total_tax, true);
        hold_rows("legacy_invoice", &ceilings.legacy_invoice, true);
    }

    #[test]
    #[should_panic(expected = "overlaps")]
    fn two_rows_of_one_rule_at_once_are_caught() {
        let twice = Rulebook::embedded().deadlines.upload_hours.iter().cycle().take(2);
        hold_rows("upload_hours", &twice.cloned().collect::<Vec<_>>(), true);
    }

    /// Every row answers the question it was written for.
    #[test]
    fn every_row_is_found_on_its_first_day() {
        let book = Rulebook::embedded();
        for row in book.rates_ever() {
            assert!(book.is_rate_in_force(&Rate::Fraction(row.value.0), row.since()));
        }
        for row in &book.kinds.kind {
            assert_eq!(book.kind_since(row.value.0), Some(row.since()), "{:?}", row.value);
        }
        for row in book.regions.province.iter().chain(&book.regions.unified_city) {
            assert_eq!(book.region_of_unified(&row.value), Some(row.title()));
        }
        for row in &book.regions.legacy_city {
            let code = InvoiceCode::new(&format!("0{}1700111", row.value));
            let found = code.and_then(|code| book.region_of_code(&code).map(str::to_owned));
            assert_eq!(found.as_deref(), Some(row.title()));
        }
        for row in &book.tax_classes.class {
            assert_eq!(book.tax_class(&row.value), Some(row.title()));
        }
        let today = day("2026-11-23");
        let deadlines = book.deadlines();
        assert_eq!(deadlines.upload_hours(today), Some(48));
        assert_eq!(deadlines.retention_posted_years(today), Some(30));
        assert_eq!(deadlines.retention_years(today), Some(10));
        assert_eq!(deadlines.deductible_from(today), Some(day("2017-01-01")));
        assert_eq!(deadlines.buyer_tax_id_from(today), Some(day("2017-07-01")));
        assert_eq!(deadlines.short_name_from(today), Some(day("2018-01-01")));
        let ceilings = book.ceilings();
        assert_eq!(
            [
                ceilings.line_amount(today),
                ceilings.line_tax(today),
                ceilings.lines_total(today),
                ceilings.total_tax(today)
            ],
            [Cents(1), Cents(1), Cents(1), Cents(127)]
        );
        assert_eq!(ceilings.legacy_invoice(today), Some(Cents(9_999_999_999)));
    }

    #[test]
    fn the_freight_invoice_ended_on_its_last_day() {
        assert_eq!(
            Rulebook::embedded().kind_until(InvoiceKind::Freight),
            Some(day("2016-06-30"))
        );
        assert_eq!(Rulebook::embedded().kind_until(InvoiceKind::Special), None);
    }

    #[test]
    fn the_tax_classes_are_those_of_the_vocabulary() {
        for digit in 0..=9 {
            let code = invoice::TaxCode::new(&format!("{digit}040802010000000000")).expect("19 digits");
            assert_eq!(code.class(), Rulebook::embedded().tax_class(&digit.to_string()));
        }
    }

    #[test]
    fn the_version_is_a_date_and_a_digest() {
        let (edition, digest) = Rulebook::embedded().version().split_once('+').expect("two parts");
        assert!(edition.parse::<Date>().is_ok());
        assert_eq!(digest.len(), 8);
    }

    #[test]
    fn an_unknown_column_is_refused() {
        let row =
            "[[class]]\nsince = 2016-05-01\nvalue = \"1\"\ntitle = \"t\"\nsource = \"s\"\nnote = \"n\"\n";
        assert!(parse::<TaxClasses>("tax_classes.toml", row).is_err());
        assert!(parse::<TaxClasses>("tax_classes.toml", &row.replace("note = \"n\"\n", "")).is_ok());
    }
}
