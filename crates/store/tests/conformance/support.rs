//! Engines, made-up invoices and drafts.

use std::sync::Arc;

use invoice::{
    Date, Digest, FieldName, Format, InvoiceReading, Line, LineSet, Reading, Severity, Source, Verdict,
};
use ledger::checkpoint::Origin;
use ledger::fact::{Fact, v1};
use ledger::{Salt, SigningKey, SubjectId};
use store::{
    Draft, Faulty, MemoryStore, MemoryTip, NewArrival, Recorded, SqliteStore, Store, UniqueKey, Writer,
    WriterOptions,
};

pub const SITE: &str = "test.example";

/// A store and whatever keeps it alive.
pub struct Engine {
    pub store: Arc<dyn Store>,
    _folder: Option<tempfile::TempDir>,
}

pub fn sqlite() -> Engine {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("piaoku.db")).unwrap();
    Engine {
        store: Arc::new(store),
        _folder: Some(folder),
    }
}

pub fn memory() -> Engine {
    Engine {
        store: Arc::new(MemoryStore::default()),
        _folder: None,
    }
}

pub fn faulty() -> Engine {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("piaoku.db")).unwrap();
    Engine {
        store: Arc::new(Faulty::new(store)),
        _folder: Some(folder),
    }
}

pub fn key() -> SigningKey {
    SigningKey::from_seed(&origin().to_string(), &[3; 32]).unwrap()
}

pub fn origin() -> Origin {
    Origin::new(SITE, 1).unwrap()
}

pub fn writer(store: &Arc<dyn Store>) -> Writer {
    let options = WriterOptions::new(origin());
    Writer::start(
        Arc::clone(store),
        Box::new(MemoryTip::default()),
        Box::new(key()),
        options,
    )
    .unwrap()
}

/// A made-up invoice.
#[derive(Clone)]
pub struct Made {
    pub number: &'static str,
    pub code: Option<&'static str>,
    pub paper_number: Option<&'static str>,
    pub kind: &'static str,
    pub date: &'static str,
    pub seller: (&'static str, &'static str),
    pub buyer: (&'static str, &'static str),
    pub total: &'static str,
    pub items: Vec<&'static str>,
    pub faults: Vec<(&'static str, Severity)>,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            number: "26312000000000000001",
            code: None,
            paper_number: None,
            kind: "digital_ordinary",
            date: "2026-03-01",
            seller: ("南京示例餐饮管理有限公司", "91320100MA00000001"),
            buyer: ("票库示例科技（上海）有限公司", "91310000MA00000002"),
            total: "106.00",
            items: vec!["*餐饮服务*餐费"],
            faults: vec![],
        }
    }
}

impl Made {
    pub fn reading(&self) -> InvoiceReading {
        let mut reading = InvoiceReading::default();
        let mut state = |name, raw: &str| reading.state(name, Source::Xml, "", raw);
        state(FieldName::Number, self.number);
        if let Some(code) = self.code {
            state(FieldName::Code, code);
        }
        if let Some(number) = self.paper_number {
            state(FieldName::PaperNumber, number);
        }
        state(FieldName::Kind, self.kind);
        state(FieldName::Date, self.date);
        state(FieldName::SellerName, self.seller.0);
        state(FieldName::SellerTaxId, self.seller.1);
        state(FieldName::BuyerName, self.buyer.0);
        state(FieldName::BuyerTaxId, self.buyer.1);
        state(FieldName::Total, self.total);
        let line = |name: &&str| Line {
            name: (*name).to_owned(),
            ..Line::default()
        };
        let lines = self.items.iter().map(line).collect();
        reading.line_sets = vec![LineSet {
            source: Source::Xml,
            place: String::new(),
            lines,
            complete: true,
        }];
        reading
    }
}

pub fn arrival(name: &str, bytes: &[u8]) -> NewArrival {
    NewArrival {
        name: name.to_owned(),
        digest: Digest::of(bytes),
        size: bytes.len() as u64,
        received_at: 1_767_225_600_000_000,
        parent: None,
        waits_for: "restart".to_owned(),
    }
}

/// A file that arrives and is stored, with the invoices in it.
pub fn stored(store: &dyn Store, bytes: &[u8], format: Format, invoices: &[Made]) -> Draft {
    let number = store.arrive(&[arrival("发票.xml", bytes)]).unwrap()[0];
    stored_as(number, bytes, format, invoices)
}

pub fn stored_as(number: u64, bytes: &[u8], format: Format, invoices: &[Made]) -> Draft {
    let digest = Digest::of(bytes);
    let mut reading = Reading::new(digest, format, 1);
    reading.invoices = invoices.iter().map(Made::reading).collect();
    let fault = |(code, severity): &(&str, Severity)| invoice::Fault {
        code: (*code).to_owned(),
        severity: *severity,
        path: "total".to_owned(),
        message: "示例".to_owned(),
    };
    let verdict = Verdict {
        original: digest,
        reading: Digest([0; 32]),
        as_of: Date::constant(2026, 3, 2),
        rulebook: "test".to_owned(),
        invoices: invoices
            .iter()
            .map(|made| made.faults.iter().map(fault).collect())
            .collect(),
        file: vec![],
    };
    let fact = v1::OriginalStored {
        arrival: number,
        name: "发票.xml".to_owned(),
        digest,
        size: bytes.len() as u64,
        parent: None,
        reading,
        verdict,
        invoices: vec![v1::InvoiceOutcome::New; invoices.len()],
    };
    Draft {
        originals: vec![digest],
        unique_keys: vec![UniqueKey::file(&digest)],
        settles: vec![number],
        ..draft(Fact::OriginalStored(Box::new(fact)))
    }
}

pub fn duplicate(store: &dyn Store, bytes: &[u8], first_index: u64) -> Draft {
    let number = store.arrive(&[arrival("again.xml", bytes)]).unwrap()[0];
    let fact = v1::DuplicateArrived {
        arrival: number,
        name: "again.xml".to_owned(),
        digest: Digest::of(bytes),
        size: bytes.len() as u64,
        parent: None,
        first_index,
    };
    Draft {
        settles: vec![number],
        ..draft(Fact::DuplicateArrived(fact))
    }
}

pub fn rejected(store: &dyn Store, bytes: &[u8]) -> Draft {
    let number = store.arrive(&[arrival("empty.pdf", bytes)]).unwrap()[0];
    let digest = Digest::of(bytes);
    let reason = invoice::Fault {
        code: "F001".to_owned(),
        severity: Severity::Error,
        path: "file".to_owned(),
        message: "示例".to_owned(),
    };
    let fact = v1::OriginalRejected {
        arrival: number,
        name: "empty.pdf".to_owned(),
        digest,
        size: bytes.len() as u64,
        parent: None,
        reason,
        reading: None,
    };
    Draft {
        unique_keys: vec![UniqueKey::file(&digest)],
        settles: vec![number],
        ..draft(Fact::OriginalRejected(Box::new(fact)))
    }
}

pub fn entity(tax_id: &str, names: &[&str]) -> Draft {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    draft(Fact::EntityDeclared(invoice::Entity {
        tax_id: tax_id.to_owned(),
        names,
    }))
}

pub fn draft(fact: Fact) -> Draft {
    Draft {
        fact,
        salt: Salt([5; 32]),
        time_claimed: 1_767_225_600_000_000,
        time_received: 1_767_225_600_000_001,
        actor: "test".to_owned(),
        entity: String::new(),
        subject: SubjectId([1; 16]),
        originals: vec![],
        unique_keys: vec![],
        settles: vec![],
    }
}

#[track_caller]
pub fn new_index(recorded: Recorded) -> u64 {
    match recorded {
        Recorded::New(receipt) => receipt.index,
        Recorded::Already { first } => panic!("already there: {first}"),
    }
}

/// Records one file with these invoices.
pub fn take_in(
    store: &Arc<dyn Store>,
    writer: &Writer,
    bytes: &[u8],
    format: Format,
    invoices: &[Made],
) -> u64 {
    let draft = stored(store.as_ref(), bytes, format, invoices);
    new_index(writer.record(draft).unwrap())
}
