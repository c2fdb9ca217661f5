//! Taking in (收票): bytes become an entry, and every arrival gets a lasting outcome.
//!
//! ```text
//! receive ──► read ──► check ──► record ──► settled
//! ```
//!
//! An arrival is numbered once its bytes are durable; from then on it is pending until the transaction that records
//! its outcome settles it. A crash anywhere in between leaves a pending arrival whose original is there, and
//! [`resume_pending`] takes it up from the reading on. Nothing here is ever retried by handing in the file again.

use std::sync::Mutex;
use std::sync::PoisonError;

use invoice::{Digest, Entity, Fault, Format, InvoiceKey, Reading, Received, Severity, Verdict};
use ledger::Receipt;
use serde::Serialize;

use crate::checking::check;
use crate::error::SiteError;
use crate::reading::ReadNode;
use crate::site::{Arrival, Recorded, Site};

/// Something handed in.
pub struct Incoming {
    /// The name it came under: a path, an attachment's name. For showing only.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of one arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The number of the arrival.
    pub arrival: u64,
    /// The name it came under.
    pub name: String,
    /// SHA-256 of the original.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// The form of the file, where it was read.
    pub format: Option<Format>,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The receipt of its entry; a pending arrival has none yet.
    pub receipt: Option<Receipt>,
}

/// The lasting outcome of an arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// 入库. Recorded, with what it holds.
    Stored {
        /// The invoices in it.
        invoices: Vec<Kept>,
        /// How many invoices it lists, where it is a bureau statement.
        statement: Option<usize>,
        /// How many files it holds, where it is a zip.
        members: Option<usize>,
        /// What is wrong with the file itself and a person should look at: parts that were not read, for one.
        faults: Vec<Fault>,
    },
    /// 已有. The same bytes were handed in before.
    Duplicate {
        /// The entry of the first time.
        first: u64,
    },
    /// 退回. Kept, but there is no invoice in it.
    Rejected {
        /// Why.
        faults: Vec<Fault>,
    },
    /// 待办. Waits for a person.
    Pending {
        /// For what.
        waits_for: WaitsFor,
    },
}

/// What a pending arrival waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// Nothing: it was interrupted and goes on by itself at the next start.
    Restart,
    /// A password.
    Password,
    /// Someone who types in what the picture shows.
    Capture,
}

impl WaitsFor {
    /// The word kept with the arrival.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            WaitsFor::Restart => "restart",
            WaitsFor::Password => "password",
            WaitsFor::Capture => "capture",
        }
    }

    /// The reverse of [`WaitsFor::as_str`]; unknown words of later versions wait for nothing but a restart.
    pub(crate) fn parse(word: &str) -> WaitsFor {
        match word {
            "password" => WaitsFor::Password,
            "capture" => WaitsFor::Capture,
            _ => WaitsFor::Restart,
        }
    }
}

/// An invoice that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Its key.
    pub key: InvoiceKey,
    /// The worst of its faults.
    pub worst: Option<Severity>,
    /// Codes of its faults.
    pub codes: Vec<String>,
}

/// Takes in one file and everything inside it. The outermost file's outcome comes last.
///
/// # Errors
/// When the machine fails: disk, database, no child. What was acknowledged stays; what was not is pending or absent.
pub fn take_in(site: &Site, incoming: &Incoming) -> Result<Vec<Taken>, SiteError> {
    let entities = site.entities()?;
    let arrival = match waiting(site, incoming)? {
        Some(arrival) => arrival,
        None => receive(site, &incoming.name, &incoming.bytes, None)?,
    };
    settle(site, &entities, arrival, &incoming.bytes)
}

/// Takes in many files, several at once. `told` hears of each outcome as it becomes durable.
///
/// # Errors
/// The first error of the machine stops the work; outcomes already told stay.
pub fn take_in_all(
    site: &Site,
    incoming: impl Iterator<Item = Result<Incoming, SiteError>> + Send,
    told: &(dyn Fn(&Taken) + Sync),
) -> Result<(), SiteError> {
    let queue = Mutex::new(Some(incoming));
    let failure: Mutex<Option<SiteError>> = Mutex::new(None);
    let stop = |error: SiteError| {
        // Only the first error is kept: those that follow are most often its consequences.
        failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(error);
        *queue.lock().unwrap_or_else(PoisonError::into_inner) = None;
    };
    let lane = || loop {
        let next = queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
            .and_then(Iterator::next);
        match next.map(|incoming| incoming.and_then(|incoming| take_in(site, &incoming))) {
            None => return,
            Some(Ok(taken)) => taken.iter().for_each(told),
            Some(Err(error)) => return stop(error),
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..site.machine().lanes.max(1) {
            scope.spawn(lane);
        }
    });
    failure
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .map_or(Ok(()), Err)
}

/// Finishes what a crash left pending. Arrivals that wait for a person are left alone. Part of opening a site.
///
/// # Errors
/// When the machine fails, or the original of a pending arrival is gone (which is damage).
pub(crate) fn resume_pending(site: &Site) -> Result<Vec<Taken>, SiteError> {
    let mut taken = Vec::new();
    let entities = site.entities()?;
    // Members come before the zip they lie in has its outcome, so a zip is taken up again after its members.
    let mut pending = site.pending()?;
    pending.sort_by_key(|arrival| (arrival.received.parent.is_none(), arrival.number));
    for arrival in pending {
        if arrival.waits_for == WaitsFor::Restart && !twin::is_on("pending_not_resumed") {
            let bytes = site.original(&arrival.received.digest)?;
            taken.extend(settle(site, &entities, arrival, &bytes)?);
            twin::step("arrival resumed");
        }
    }
    Ok(taken)
}

/// The arrival of the same bytes under the same name that waits for a person. It is the same arrival still, so that a
/// folder taken in every night does not number a locked file anew each time; and it is read again, because a later
/// reader may need no person.
fn waiting(site: &Site, incoming: &Incoming) -> Result<Option<Arrival>, SiteError> {
    let digest = Digest::of(&incoming.bytes);
    if !site.has_original(&digest)? || site.first_entry_of(&digest)?.is_some() {
        return Ok(None);
    }
    let is_it = |arrival: &Arrival| {
        arrival.received.digest == digest
            && arrival.received.parent.is_none()
            && arrival.received.name == incoming.name
            && arrival.waits_for != WaitsFor::Restart
    };
    Ok(site.pending()?.into_iter().find(is_it))
}

/// Keeps the bytes, then numbers the arrival. A crash before the number leaves an original that nobody was told of.
fn receive(site: &Site, name: &str, bytes: &[u8], parent: Option<Digest>) -> Result<Arrival, SiteError> {
    let received = |digest| Received {
        digest,
        size: bytes.len() as u64,
        name: name.to_owned(),
        parent,
    };
    if twin::is_on("numbered_before_kept") {
        let arrival = site.arrive(received(Digest::of(bytes)))?;
        return site.keep(bytes).map(|_| arrival);
    }
    let digest = site.keep(bytes)?;
    site.arrive(received(digest))
}

/// Reads, checks and records a numbered arrival. A file known by its digest is not read again.
fn settle(site: &Site, entities: &[Entity], arrival: Arrival, bytes: &[u8]) -> Result<Vec<Taken>, SiteError> {
    if let Some(first) = site.first_entry_of(&arrival.received.digest)? {
        return Ok(vec![record_duplicate(site, arrival, first)?]);
    }
    let tree = site.machine().readers.read(bytes)?;
    twin::step("original read");
    let mut nodes = tree.nodes.into_iter();
    let Some(outermost) = nodes.next() else {
        return Ok(Vec::new());
    };
    let mut taken = Vec::new();
    let mut parents = vec![arrival.received.digest];
    for node in nodes {
        let parent = node.parent.and_then(|at| parents.get(at).copied());
        parents.push(node.reading.original);
        if let Some(outcome) = settle_member(site, entities, &node, parent)? {
            taken.push(outcome);
        }
    }
    taken.push(settle_reading(site, entities, arrival, outermost.reading)?);
    Ok(taken)
}

/// Takes in a file out of a zip. After a crash the zip is unpacked again: members that got their outcome, or that
/// wait for a person, are left as they are.
fn settle_member(
    site: &Site,
    entities: &[Entity],
    node: &ReadNode,
    parent: Option<Digest>,
) -> Result<Option<Taken>, SiteError> {
    if let Some(parent) = parent
        && site.has_member(&parent, &node.reading.original, &node.name)?
    {
        return Ok(None);
    }
    let arrival = receive(site, &node.name, &node.bytes, parent)?;
    match site.first_entry_of(&arrival.received.digest)? {
        Some(first) => record_duplicate(site, arrival, first).map(Some),
        None => settle_reading(site, entities, arrival, node.reading.clone()).map(Some),
    }
}

/// Checks a reading and records what it amounts to.
fn settle_reading(
    site: &Site,
    entities: &[Entity],
    arrival: Arrival,
    reading: Reading,
) -> Result<Taken, SiteError> {
    let format = Some(reading.format);
    if let Some(waits_for) = waits_for(&reading) {
        site.wait_for(&arrival, waits_for)?;
        return Ok(arrival.taken(format, Outcome::Pending { waits_for }, None));
    }
    let verdict = check(&reading, site.machine().today(), entities);
    twin::step("invoice checked");
    if is_rejected(&reading) {
        let faults = verdict.file.clone();
        return Ok(match site.record_rejected(&arrival, reading, &verdict)? {
            Recorded::New(receipt) => arrival.taken(format, Outcome::Rejected { faults }, Some(receipt)),
            Recorded::Already { first } => record_duplicate(site, arrival, first)?,
        });
    }
    let outcome = stored(&reading, &verdict);
    Ok(match site.record_stored(&arrival, reading, verdict)? {
        Recorded::New(receipt) => arrival.taken(format, outcome, Some(receipt)),
        // Another lane was quicker with the same bytes.
        Recorded::Already { first } => record_duplicate(site, arrival, first)?,
    })
}

fn record_duplicate(site: &Site, arrival: Arrival, first: u64) -> Result<Taken, SiteError> {
    let receipt = site.record_duplicate(&arrival, first)?;
    Ok(arrival.taken(None, Outcome::Duplicate { first }, Some(receipt)))
}

/// Whether a person has to do something before the file can be read.
fn waits_for(reading: &Reading) -> Option<WaitsFor> {
    let has = |kind: &invoice::FaultKind| reading.faults.iter().any(|fault| fault.code == kind.code);
    if has(&reader::faults::NEEDS_PASSWORD) {
        Some(WaitsFor::Password)
    } else if reading.format == Format::Picture
        && reading.invoices.is_empty()
        && !has(&reader::faults::UNREADABLE)
    {
        Some(WaitsFor::Capture)
    } else {
        None
    }
}

/// Whether there is nothing in it to record as an invoice, a statement or a zip of files.
fn is_rejected(reading: &Reading) -> bool {
    !reading
        .invoices
        .iter()
        .any(invoice::InvoiceReading::is_identified)
        && reading.statement.is_none()
        && reading.members.is_empty()
}

fn stored(reading: &Reading, verdict: &Verdict) -> Outcome {
    let kept = reading.invoices.iter().enumerate().filter_map(|(at, invoice)| {
        let faults = verdict.invoices.get(at).map_or(&[][..], Vec::as_slice);
        let codes = faults.iter().map(|fault| fault.code.clone()).collect();
        Some(Kept {
            key: invoice.key()?,
            worst: verdict.worst(at),
            codes,
        })
    });
    Outcome::Stored {
        invoices: kept.collect(),
        statement: reading
            .statement
            .as_ref()
            .map(|statement| statement.invoices.len()),
        members: (!reading.members.is_empty()).then_some(reading.members.len()),
        faults: {
            let grave = verdict
                .file
                .iter()
                .filter(|fault| fault.severity >= Severity::Warning);
            grave.cloned().collect()
        },
    }
}

impl Arrival {
    fn taken(self, format: Option<Format>, outcome: Outcome, receipt: Option<Receipt>) -> Taken {
        let Received {
            digest, size, name, ..
        } = self.received;
        Taken {
            arrival: self.number,
            name,
            digest,
            size,
            format,
            outcome,
            receipt,
        }
    }
}
