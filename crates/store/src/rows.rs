//! The rows (投影行): what is searched and shown in lists. The full detail is in the payloads.
//!
//! A row is a pure consequence of the entries before it, whatever the engine. So the joining of two renditions of one
//! invoice is here, as a function of values, and not in any engine's SQL.

use invoice::{Cents, Date, Digest, Entity, FaultKind, FieldName, Format, InvoiceKey, InvoiceKind, Severity};
use serde::Serialize;

/// `W201`: originals of one invoice say different things. Found while rows are joined, because no single file shows it.
pub const RENDITIONS_DIFFER: FaultKind = FaultKind {
    code: "W201",
    severity: Severity::Error,
    title_zh: "同一张发票的各份原件不一致",
    title_en: "originals of one invoice contradict each other",
    reason_zh: "同一号码的两份文件写着不同的日期、购销方或金额，其中一份被改动过，或是冒用了真票的号码。",
    reason_en: "Two files under one number state different days, parties or amounts: one was altered, or borrows the number \
        of a true invoice.",
    source: "Piaoku, docs/concepts: one number names one invoice",
};

/// An invoice within this store: the index of the entry that first held it, and its place in that entry. So it is the same
/// after every rebuild, and grows with the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct InvoiceId(pub u64);

impl InvoiceId {
    /// The id of the invoice at `place` (below 65,536) in the entry at `index`.
    pub fn new(index: u64, place: u16) -> Self {
        Self((index << 16) | u64::from(place))
    }
}

/// An invoice as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceRow {
    /// Its id.
    pub id: InvoiceId,
    /// The key under which it is known.
    pub key: InvoiceKey,
    /// 发票代码, legacy only.
    pub code: Option<String>,
    /// 发票号码.
    pub number: String,
    /// 票种.
    pub kind: Option<InvoiceKind>,
    /// 开票日期.
    pub date: Option<Date>,
    /// 销售方名称.
    pub seller_name: Option<String>,
    /// 销售方识别号.
    pub seller_tax_id: Option<String>,
    /// 购买方名称.
    pub buyer_name: Option<String>,
    /// 购买方识别号.
    pub buyer_tax_id: Option<String>,
    /// 合计金额.
    pub amount: Option<Cents>,
    /// 合计税额.
    pub tax: Option<Cents>,
    /// 价税合计.
    pub total: Option<Cents>,
    /// Whether it is a red-letter invoice (红字发票).
    pub red_letter: bool,
    /// The entry that first held it.
    pub first_index: u64,
    /// When that entry was received: microseconds since 1970-01-01 UTC.
    pub recorded_at: i64,
    /// The form of the rendition that the fields above are from.
    pub format: Format,
    /// How many renditions are kept.
    pub renditions: u32,
    /// How many different faults its renditions have.
    pub fault_count: u32,
    /// The worst of them.
    pub worst: Option<Severity>,
    /// Their codes, each once, in order.
    pub fault_codes: Vec<String>,
}

/// A fault of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FaultRow {
    /// Its code.
    pub code: String,
    /// Where.
    pub path: String,
    /// How much it matters.
    pub severity: Severity,
}

/// A line of an invoice, as far as it is searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineRow {
    /// 项目名称.
    pub name: String,
    /// 金额.
    pub amount: Option<Cents>,
    /// 税额.
    pub tax: Option<Cents>,
}

/// One original that shows an invoice (版式).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenditionRow {
    /// The entry that recorded it.
    pub index: u64,
    /// Which of the invoices in that original.
    pub place: u16,
    /// The original.
    pub digest: Digest,
    /// The form of the file.
    pub format: Format,
}

/// All that is kept of an invoice but its renditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceRecord {
    /// The row.
    pub row: InvoiceRow,
    /// Its key and aliases.
    pub keys: Vec<InvoiceKey>,
    /// Its faults, in order, each once.
    pub faults: Vec<FaultRow>,
    /// Its lines.
    pub lines: Vec<LineRow>,
}

/// An invoice with everything that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceDetail {
    /// Row, keys, faults and lines.
    pub record: InvoiceRecord,
    /// Its renditions, in the order of the ledger.
    pub renditions: Vec<RenditionRow>,
}

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// 入库.
    Stored,
    /// 重复.
    Duplicate,
    /// 拒收.
    Rejected,
}

/// The outcome of an arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeRow {
    /// The arrival.
    pub arrival: u64,
    /// What became of it.
    pub kind: OutcomeKind,
    /// The entry that says so.
    pub index: u64,
    /// The original.
    pub digest: Digest,
    /// The name it arrived under.
    pub name: String,
    /// The container it came out of.
    pub parent: Option<Digest>,
}

/// How many arrivals came to each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OutcomeCounts {
    /// Stored.
    pub stored: u64,
    /// Bytes known before.
    pub duplicate: u64,
    /// Kept but not accepted.
    pub rejected: u64,
    /// Different invoices.
    pub invoices: u64,
}

/// What an entry changes in the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// An original shows an invoice: a new row, or one more rendition of a known one.
    Invoice(Box<InvoiceRecord>, RenditionRow),
    /// An arrival has its outcome.
    Outcome(OutcomeRow),
    /// An entity is declared, or declared anew with other names.
    Entity(Entity),
}

impl InvoiceRecord {
    /// Joins another rendition of the same invoice. The more telling form (XML before OFD before PDF before a picture)
    /// gives the fields, the other fills the gaps; identity and time stay those of the first.
    pub fn join(self, other: Self) -> Self {
        let (row, keys, mut faults) = (&self.row, &self.keys, self.faults.clone());
        faults.extend(differences(row, &other.row));
        let (better, lesser) = if other.row.format < row.format {
            (&other.row, row)
        } else {
            (row, &other.row)
        };
        let mut joined = fill_gaps(better, lesser);
        joined.id = row.id;
        joined.key = row.key.clone();
        joined.code = row.code.clone();
        joined.number = row.number.clone();
        joined.first_index = row.first_index;
        joined.recorded_at = row.recorded_at;
        joined.renditions = row.renditions.saturating_add(other.row.renditions);
        faults.extend(other.faults);
        let mut keys = keys.clone();
        keys.extend(other.keys.into_iter().filter(|key| !self.keys.contains(key)));
        let is_other_better = other.row.format < self.row.format && !other.lines.is_empty();
        let lines = if is_other_better || self.lines.is_empty() {
            other.lines
        } else {
            self.lines
        };
        Self {
            row: joined,
            keys,
            faults,
            lines,
        }
        .counted()
    }

    /// Sorts the faults, keeps each once, and counts them into the row.
    pub fn counted(mut self) -> Self {
        self.faults.sort();
        self.faults
            .dedup_by(|one, other| one.code == other.code && one.path == other.path);
        self.row.fault_count = u32::try_from(self.faults.len()).unwrap_or(u32::MAX);
        self.row.worst = self.faults.iter().map(|fault| fault.severity).max();
        self.row.fault_codes = self.faults.iter().map(|fault| fault.code.clone()).collect();
        self.row.fault_codes.dedup();
        self
    }

    /// The texts that a search looks at, in three groups: names and taxpayer numbers, items, numbers.
    pub(crate) fn searched(&self) -> [Vec<&str>; 3] {
        let row = &self.row;
        let parties = [
            &row.seller_name,
            &row.buyer_name,
            &row.seller_tax_id,
            &row.buyer_tax_id,
        ];
        let names = parties.into_iter().filter_map(Option::as_deref).collect();
        let items = self.lines.iter().map(|line| line.name.as_str()).collect();
        // A key is "U:number" or "L:code:number": its last two parts are what is printed on the invoice.
        let numbers = self
            .keys
            .iter()
            .flat_map(|key| key.0.split(':').skip(1))
            .collect();
        [names, items, numbers]
    }
}

/// A fault for each field of which both rows say something else.
fn differences(one: &InvoiceRow, other: &InvoiceRow) -> Vec<FaultRow> {
    fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
        matches!((one, other), (Some(one), Some(other)) if one != other)
    }
    // A name that is only the beginning or end of the other was cut off on a page; that is no contradiction.
    fn name_differs(one: &Option<String>, other: &Option<String>) -> bool {
        let (Some(one), Some(other)) = (one, other) else {
            return false;
        };
        let (one, other) = (invoice::canonical_name(one), invoice::canonical_name(other));
        !one.contains(other.as_str()) && !other.contains(one.as_str())
    }
    let fields = [
        (FieldName::Date, differ(&one.date, &other.date)),
        (
            FieldName::SellerName,
            name_differs(&one.seller_name, &other.seller_name),
        ),
        (
            FieldName::SellerTaxId,
            differ(&one.seller_tax_id, &other.seller_tax_id),
        ),
        (
            FieldName::BuyerName,
            name_differs(&one.buyer_name, &other.buyer_name),
        ),
        (
            FieldName::BuyerTaxId,
            differ(&one.buyer_tax_id, &other.buyer_tax_id),
        ),
        (FieldName::Amount, differ(&one.amount, &other.amount)),
        (FieldName::Tax, differ(&one.tax, &other.tax)),
        (FieldName::Total, differ(&one.total, &other.total)),
    ];
    fields
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| FaultRow {
            code: RENDITIONS_DIFFER.code.to_owned(),
            path: field.as_str().to_owned(),
            severity: RENDITIONS_DIFFER.severity,
        })
        .collect()
}

fn fill_gaps(better: &InvoiceRow, lesser: &InvoiceRow) -> InvoiceRow {
    fn first<T: Clone>(better: &Option<T>, lesser: &Option<T>) -> Option<T> {
        better.as_ref().or(lesser.as_ref()).cloned()
    }
    InvoiceRow {
        kind: first(&better.kind, &lesser.kind),
        date: first(&better.date, &lesser.date),
        seller_name: first(&better.seller_name, &lesser.seller_name),
        seller_tax_id: first(&better.seller_tax_id, &lesser.seller_tax_id),
        buyer_name: first(&better.buyer_name, &lesser.buyer_name),
        buyer_tax_id: first(&better.buyer_tax_id, &lesser.buyer_tax_id),
        amount: first(&better.amount, &lesser.amount),
        tax: first(&better.tax, &lesser.tax),
        total: first(&better.total, &lesser.total),
        red_letter: better.red_letter || lesser.red_letter,
        ..better.clone()
    }
}

impl OutcomeKind {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
        }
    }

    /// The reverse of [`OutcomeKind::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Stored, Self::Duplicate, Self::Rejected]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}
