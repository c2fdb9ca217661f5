//! Proving (证明): a receipt that stands by itself, and verifying one without any data folder.

use ledger::merkle::inclusion_proof;
use ledger::proof::Opening;
use ledger::{Proof, ProofError, VerifyingKey};
use serde::Serialize;
use store::StoreTiles;

use crate::error::SiteError;
use crate::machine::china_time;
use crate::show::Details;
use crate::site::Site;

/// What a verified receipt shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifiedReceipt {
    /// Always true; a receipt that does not hold is an error.
    pub sound: bool,
    /// The ledger and its epoch.
    pub origin: String,
    /// Position of the entry.
    pub index: u64,
    /// How many entries the signed checkpoint covers.
    pub tree_size: u64,
    /// When it was recorded, in China.
    pub recorded_at: String,
    /// What it is about: the numbers of its invoices, or the kind of fact where the content is sealed.
    pub subject: String,
    /// Digests of the originals it names.
    pub originals: Vec<String>,
    /// The full fact, where the receipt opens it.
    pub fact: Option<serde_json::Value>,
}

impl Site {
    /// Makes a receipt of the first recording of an invoice; `sealed` leaves its content out. `None` where no single
    /// invoice has this number.
    ///
    /// # Errors
    /// What the store reports, or tiles that do not fit the head.
    pub fn prove(&self, number: &str, sealed: bool) -> Result<Option<Proof>, SiteError> {
        let Details::One(detail) = self.details_of(number)? else {
            return Ok(None);
        };
        self.prove_entry(detail.record.row.first_index, sealed)
    }

    /// Makes a receipt of one entry.
    ///
    /// # Errors
    /// What the store reports, or a receipt that would not hold: nobody is given one of those.
    pub fn prove_entry(&self, index: u64, sealed: bool) -> Result<Option<Proof>, SiteError> {
        let Some(entry) = self.store().entry(index)? else {
            return Ok(None);
        };
        let head = self.signed_head()?;
        let inclusion = inclusion_proof(&StoreTiles(self.store()), head.size, index)
            .map_err(|error| SiteError::Prove(Box::new(error)))?;
        let opening = match self.store().payload(index)? {
            Some(stored) if !sealed => {
                let payload =
                    String::from_utf8(stored.payload).map_err(|error| SiteError::Prove(Box::new(error)))?;
                Some(Opening {
                    payload,
                    salt: stored.salt,
                })
            }
            // A receipt without content is given to those who ask for one, not to those whose content is gone.
            None if !sealed => {
                return Err(SiteError::Damaged {
                    path: format!("payload of entry {index}"),
                    why: "it is gone; `--sealed` proves that it was recorded".to_owned(),
                });
            }
            _ => None,
        };
        let proof = Proof {
            piaoku_proof: ledger::proof::PROOF_VERSION,
            index,
            leaf_hash: entry.leaf_hash,
            entry: entry.bytes,
            inclusion,
            checkpoint: head.checkpoint,
            opening,
        };
        if !twin::is_on("receipts_given_unverified") {
            proof
                .verify(self.verifying_key())
                .map_err(|error| SiteError::Prove(Box::new(error)))?;
        }
        Ok(Some(proof))
    }
}

/// Why a receipt was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The key is not in the form `NAME+ID+KEY`.
    #[error("not a public key of a ledger")]
    Key(#[source] ledger::NoteError),
    /// The receipt does not hold.
    #[error("{}", chain(.0))]
    Proof(#[source] ProofError),
}

/// An error with its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}

/// Verifies a receipt with nothing but the ledger's public key.
///
/// # Errors
/// The first thing that does not hold.
pub fn verify_receipt(json: &str, vkey: &str) -> Result<VerifiedReceipt, ReceiptError> {
    let key = VerifyingKey::parse(vkey.trim()).map_err(ReceiptError::Key)?;
    let verified = Proof::from_json(json)
        .and_then(|proof| proof.verify(&key))
        .map_err(ReceiptError::Proof)?;
    let fact: Option<serde_json::Value> = verified
        .payload
        .as_deref()
        .and_then(|payload| serde_json::from_str(payload).ok());
    Ok(VerifiedReceipt {
        sound: true,
        origin: verified.checkpoint.origin.to_string(),
        index: verified.index,
        tree_size: verified.checkpoint.size,
        recorded_at: china_time(verified.entry.time_received),
        subject: fact
            .as_ref()
            .and_then(subject)
            .unwrap_or(verified.entry.fact_kind),
        originals: verified.entry.originals.iter().map(ToString::to_string).collect(),
        fact,
    })
}

/// The invoices a fact is about: numbers and the name it came under.
fn subject(fact: &serde_json::Value) -> Option<String> {
    let reading: invoice::Reading = serde_json::from_value(fact.get("reading")?.clone()).ok()?;
    let numbers: Vec<String> = reading
        .invoices
        .iter()
        .filter_map(invoice::InvoiceReading::number)
        .map(|number| number.to_string())
        .collect();
    let name = fact.get("name")?.as_str()?;
    Some(if numbers.is_empty() {
        name.to_owned()
    } else {
        format!("{} {name}", numbers.join(" "))
    })
}
