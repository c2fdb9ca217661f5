//! The journal of a client: what it handed in and what it was told, kept apart from the program that told it.
//!
//! After a kill, a power cut or a failed disk the journal decides what was acknowledged. [`Journal::broken_promises`]
//! opens the data folder as the next start would, with no other step, and compares.

use std::collections::BTreeSet;
use std::path::Path;

use app::{Incoming, Site, SiteError, Taken, verify_site};
use invoice::Digest;
use store::{TipFile, TipKeeper};

use crate::{harmless_machine, zip_members};

/// Something that was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When: a count of operations, or whatever else the test orders by.
    pub at: usize,
    /// The original.
    pub digest: Digest,
    /// The index of its entry.
    pub index: u64,
    /// The hash of its entry.
    pub leaf_hash: String,
}

/// A client's own record.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// Digests of everything that may lawfully be found later.
    pub handed_in: BTreeSet<Digest>,
    /// What was acknowledged.
    pub told: Vec<Told>,
    /// When the making of the data folder was acknowledged.
    pub made_at: Option<usize>,
}

impl Journal {
    /// Notes that bytes are about to be handed in, with what they hold.
    pub fn hand_in(&mut self, bytes: &[u8]) {
        self.note(bytes, 0);
    }

    fn note(&mut self, bytes: &[u8], depth: usize) {
        self.handed_in.insert(Digest::of(bytes));
        if depth < 3 {
            for member in zip_members(bytes) {
                self.note(&member, depth + 1);
            }
        }
    }

    /// Notes what was told. An outcome without a receipt acknowledges nothing.
    pub fn hear(&mut self, taken: &[Taken], at: usize) {
        let told = taken.iter().filter_map(|taken| {
            let receipt = taken.receipt?;
            Some(Told {
                at,
                digest: taken.digest,
                index: receipt.index,
                leaf_hash: receipt.leaf_hash.to_string(),
            })
        });
        self.told.extend(told);
    }

    /// Hands a file in and notes what is told.
    ///
    /// # Errors
    /// What taking in reports.
    pub fn take_in(
        &mut self,
        site: &Site,
        file: (&str, &[u8]),
        now: impl Fn() -> usize,
    ) -> Result<(), SiteError> {
        let (name, bytes) = file;
        self.hand_in(bytes);
        let incoming = Incoming {
            name: name.to_owned(),
            bytes: bytes.to_vec(),
        };
        let taken = app::take_in(site, &incoming)?;
        self.hear(&taken, now());
        Ok(())
    }

    /// Opens the folder and compares it with everything told before `until`; each broken promise is one line. The
    /// file `next`, never handed in before, must then be taken in as on any other day.
    pub fn broken_promises(&self, data: &Path, until: usize, next: (&str, &[u8])) -> Vec<String> {
        let mut broken = Vec::new();
        let told: Vec<&Told> = self.told.iter().filter(|told| told.at <= until).collect();
        if let Some(last) = told.iter().map(|told| told.index).max() {
            let signed = TipFile::open(&data.join(store::folder::TIP)).map(|tip| tip.known());
            if !matches!(signed, Ok(Some(tip)) if tip.size > last) {
                broken.push(format!(
                    "the tip file knows {signed:?}, entry {last} was acknowledged"
                ));
            }
        }
        let mut opened = Site::open(data, harmless_machine());
        let was_made = self.made_at.is_some_and(|at| at <= until);
        if matches!(opened, Err(SiteError::NoSite { .. })) && !was_made {
            // Nobody was told that it exists: making it is no repair.
            opened = Site::init(data, "power", harmless_machine());
        }
        let mut site = match opened {
            Ok(site) => site,
            Err(error) => {
                broken.push(format!("it does not open by itself: {}", in_full(&error)));
                return broken;
            }
        };
        for told in told {
            if let Some(why) = lost(&site, told) {
                broken.push(why);
            }
        }
        match site.recorded_digests() {
            Ok(recorded) => {
                let phantoms = recorded.iter().filter(|digest| !self.handed_in.contains(digest));
                broken.extend(phantoms.map(|digest| format!("phantom: {digest} was never handed in")));
            }
            Err(error) => broken.push(format!("the entries cannot be read: {}", in_full(&error))),
        }
        match site.status() {
            Ok(status) if !status.is_balanced() => broken.push(format!("unbalanced: {status:?}")),
            Ok(status) if status.pending > 0 => {
                broken.push(format!("{} arrivals are left pending", status.pending));
            }
            Ok(_) => {}
            Err(error) => broken.push(format!("no status: {}", in_full(&error))),
        }
        let mut after = Journal::default();
        match after.take_in(&site, next, || 0) {
            Ok(()) if after.told.is_empty() => broken.push("the next write has no receipt".to_owned()),
            Ok(()) => {}
            Err(error) => broken.push(format!("the next write fails: {}", in_full(&error))),
        }
        drop(site);
        match verify_site(data, &|_| {}) {
            Ok(report) if report.sound => {}
            Ok(report) => broken.push(format!("verify finds damage: {:?}", report.damages)),
            Err(error) => broken.push(format!("verify cannot run: {}", in_full(&error))),
        }
        // What the next write was told must survive a further start.
        site = match Site::open(data, harmless_machine()) {
            Ok(site) => site,
            Err(error) => {
                broken.push(format!("it does not open twice: {}", in_full(&error)));
                return broken;
            }
        };
        broken.extend(after.told.iter().filter_map(|told| lost(&site, told)));
        broken
    }
}

/// Why an acknowledged entry is not there as it was told.
fn lost(site: &Site, told: &Told) -> Option<String> {
    let index = told.index;
    match site.entry(index) {
        Ok(Some(entry)) if entry.leaf_hash.to_string() == told.leaf_hash => {}
        Ok(Some(_)) => return Some(format!("lost: entry {index} is another one")),
        Ok(None) => return Some(format!("lost: entry {index} is gone")),
        Err(error) => return Some(format!("lost: entry {index}: {}", in_full(&error))),
    }
    match site.original(&told.digest) {
        Ok(bytes) if Digest::of(&bytes) == told.digest => None,
        Ok(_) => Some(format!("lost: original {} is another one", told.digest)),
        Err(error) => Some(format!("lost: original {}: {}", told.digest, in_full(&error))),
    }
}

/// An error with its causes.
pub fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
