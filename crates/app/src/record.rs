//! Recording (登记): facts become entries.
//!
//! Each function makes one fact and hands it to the writer, which answers when it is durable. What an entry says in the
//! open is here: kind, times, actor, an opaque subject and the digests of originals. Who is involved stays in the payload.

use invoice::{Digest, Entity, Reading, Verdict};
use ledger::fact::{Fact, v1};
use ledger::{EpochOpened, Receipt, Salt, SubjectId};
use store::{Draft, NewArrival, Recorded as Written, UniqueKey};

use crate::error::SiteError;
use crate::intake::WaitsFor;
use crate::site::{Arrival, Recorded, Site};

/// Who the command line acts for, until there are accounts.
const ACTOR: &str = "cli";

impl Site {
    /// Numbers an arrival whose bytes are durable.
    pub(crate) fn arrive(&self, received: invoice::Received) -> Result<Arrival, SiteError> {
        let numbers = self.store().arrive(&[NewArrival {
            name: received.name.clone(),
            digest: received.digest,
            size: received.size,
            received_at: self.machine().clock.now_micros(),
            parent: received.parent,
            waits_for: WaitsFor::Restart.as_str().to_owned(),
        }])?;
        let number = *numbers.first().expect("invariant: one number for each arrival");
        Ok(Arrival {
            number,
            received,
            waits_for: WaitsFor::Restart,
        })
    }

    /// Records that an original is stored, with what it says and what is wrong with it.
    pub(crate) fn record_stored(
        &self,
        arrival: &Arrival,
        reading: Reading,
        verdict: Verdict,
    ) -> Result<Recorded, SiteError> {
        let mut invoices = Vec::with_capacity(reading.invoices.len());
        for invoice in &reading.invoices {
            let known = match invoice.key() {
                Some(key) => self.store().invoice(&key)?.is_some(),
                None => false,
            };
            invoices.push(if known {
                v1::InvoiceOutcome::Joined
            } else {
                v1::InvoiceOutcome::New
            });
        }
        let received = &arrival.received;
        let fact = Fact::OriginalStored(Box::new(v1::OriginalStored {
            arrival: arrival.number,
            name: received.name.clone(),
            digest: received.digest,
            size: received.size,
            parent: received.parent,
            reading,
            verdict,
            invoices,
        }));
        self.record(fact, Some(arrival), vec![UniqueKey::file(&received.digest)])
    }

    /// Records that an original was kept but holds nothing.
    pub(crate) fn record_rejected(
        &self,
        arrival: &Arrival,
        reading: Reading,
        verdict: &Verdict,
    ) -> Result<Recorded, SiteError> {
        let received = &arrival.received;
        let nothing = || reader::faults::NOT_AN_INVOICE.at("file", "文件中没有找到发票");
        let reason = verdict
            .file
            .iter()
            .max_by_key(|fault| fault.severity)
            .cloned()
            .unwrap_or_else(nothing);
        let fact = Fact::OriginalRejected(Box::new(v1::OriginalRejected {
            arrival: arrival.number,
            name: received.name.clone(),
            digest: received.digest,
            size: received.size,
            parent: received.parent,
            reason,
            reading: Some(reading),
        }));
        self.record(fact, Some(arrival), vec![UniqueKey::file(&received.digest)])
    }

    /// Records that known bytes were handed in again.
    pub(crate) fn record_duplicate(&self, arrival: &Arrival, first_index: u64) -> Result<Receipt, SiteError> {
        let received = &arrival.received;
        let fact = Fact::DuplicateArrived(v1::DuplicateArrived {
            arrival: arrival.number,
            name: received.name.clone(),
            digest: received.digest,
            size: received.size,
            parent: received.parent,
            first_index,
        });
        self.record_always(fact, Some(arrival))
    }

    /// Records that a company is ours, or has another name now.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn declare(&self, entity: &Entity) -> Result<Receipt, SiteError> {
        self.record_always(Fact::EntityDeclared(entity.clone()), None)
    }

    /// Records the first fact of an epoch.
    pub(crate) fn open_epoch(&self, opened: EpochOpened) -> Result<Receipt, SiteError> {
        self.record_always(Fact::EpochOpened(opened), None)
    }

    fn record_always(&self, fact: Fact, arrival: Option<&Arrival>) -> Result<Receipt, SiteError> {
        match self.record(fact, arrival, Vec::new())? {
            Recorded::New(receipt) => Ok(receipt),
            Recorded::Already { .. } => unreachable!("a draft without unique keys cannot be there already"),
        }
    }

    fn record(
        &self,
        fact: Fact,
        arrival: Option<&Arrival>,
        unique_keys: Vec<UniqueKey>,
    ) -> Result<Recorded, SiteError> {
        let now = self.machine().clock.now_micros();
        let digest = arrival.map(|arrival| arrival.received.digest);
        let draft = Draft {
            subject: subject(&fact, digest),
            fact,
            time_claimed: now,
            time_received: now,
            actor: ACTOR.to_owned(),
            entity: String::new(),
            originals: digest.into_iter().collect(),
            salt: Salt(self.machine().random.bytes32().map_err(SiteError::Random)?),
            unique_keys,
            settles: arrival.map(|arrival| arrival.number).into_iter().collect(),
        };
        Ok(match self.writer().record(draft).map_err(SiteError::Record)? {
            Written::New(receipt) => Recorded::New(receipt),
            Written::Already { first } => Recorded::Already { first },
        })
    }
}

/// What a fact is about, without saying what that is: the head of a digest of the original or of the kind of fact.
fn subject(fact: &Fact, original: Option<Digest>) -> SubjectId {
    let digest = original.unwrap_or_else(|| Digest::of(fact.kind().as_bytes()));
    let mut head = [0; 16];
    head.copy_from_slice(&digest.0[..16]);
    SubjectId(head)
}
