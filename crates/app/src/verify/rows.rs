//! Rows against entries: what can be searched must be what was recorded, no more and no less.
//!
//! The entries pass by once. An invoice is compared as soon as all the renditions that its row claims have passed, so
//! that only those that are still waiting for one are held; of the others nothing is kept but an id and hashes of
//! their keys. What no single comparison shows (rows too many) is counted at the end.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use store::irregular::Totals;
use store::rows::{InvoiceRecord, RenditionRow};
use store::{
    ErrorKind, Find, InvoiceDetail, InvoiceId, MemoryStore, OutcomeCounts, OutcomeKind, RowChange, Store,
};

use super::Findings;
use super::content::{Said, Shown};
use crate::error::SiteError;

/// The rows as the entries make them, compared as they come.
pub(super) struct Rows<'a> {
    store: &'a dyn Store,
    /// Which invoice a key leads to. The hash is keyed anew in each process, so nobody can make two keys meet; by chance
    /// two of ten million do once in half a million runs.
    keys: HashMap<u64, InvoiceId>,
    keyed: RandomState,
    /// Invoices that wait for more renditions.
    waiting: HashMap<InvoiceId, (InvoiceDetail, Option<InvoiceDetail>)>,
    /// Every invoice there must be, in order.
    ids: Vec<InvoiceId>,
    /// Entities follow the engine in memory: there are few.
    entities: MemoryStore,
    declared: u64,
    outcomes: OutcomeCounts,
    totals: Totals,
    /// Invoices whose rows are there.
    compared: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(store: &'a dyn Store) -> Self {
        Self {
            store,
            keys: HashMap::new(),
            keyed: RandomState::new(),
            waiting: HashMap::new(),
            ids: Vec::new(),
            entities: MemoryStore::default(),
            declared: 0,
            outcomes: OutcomeCounts::default(),
            totals: Totals::default(),
            compared: 0,
        }
    }

    /// Takes what the next entry says.
    pub(super) fn take(&mut self, said: Said, findings: &mut Findings) -> Result<(), SiteError> {
        if let Some(outcome) = &said.outcome {
            let count = match outcome.kind {
                OutcomeKind::Stored => &mut self.outcomes.stored,
                OutcomeKind::Duplicate => &mut self.outcomes.duplicate,
                OutcomeKind::Rejected => &mut self.outcomes.rejected,
            };
            *count += 1;
        }
        if let Some(entity) = said.entity {
            self.entities
                .apply_rows(self.declared, &[vec![RowChange::Entity(entity)]])?;
            self.declared += 1;
        }
        for shown in said.invoices {
            self.show(shown, findings)?;
        }
        Ok(())
    }

    /// A rendition of an invoice passes: a new invoice, or one more rendition of a known one, by the rules of the engines.
    fn show(&mut self, shown: Shown, findings: &mut Findings) -> Result<(), SiteError> {
        let Shown {
            record,
            rendition,
            have,
        } = shown;
        let known = record
            .keys
            .iter()
            .filter_map(|key| self.keys.get(&self.keyed.hash_one(&key.0)))
            .min()
            .copied();
        let id = known.unwrap_or(record.row.id);
        let (mut want, have) = match known {
            None => {
                self.ids.push(id);
                (detail(*record, rendition), have)
            }
            Some(_) => match self.waiting.remove(&id) {
                Some((mut want, have)) => {
                    want.record = want.record.join(*record);
                    want.renditions.push(rendition);
                    (want, have)
                }
                None => {
                    // Its row claimed fewer renditions than there are, and was compared as such.
                    findings.damaged(
                        format!("row {}", record.row.key),
                        "与账本不符：索引被改动",
                        "differs from the ledger: the row was altered",
                    );
                    return Ok(());
                }
            },
        };
        // A key that already points to another, older invoice keeps pointing there.
        let (keys, keyed) = (&mut self.keys, &self.keyed);
        want.record
            .keys
            .retain(|key| *keys.entry(keyed.hash_one(&key.0)).or_insert(id) == id);
        let claimed = have.as_ref().map_or(0, |have| have.renditions.len());
        if want.renditions.len() < claimed {
            self.waiting.insert(id, (want, have));
        } else {
            self.compare(&want, have.as_ref(), findings);
        }
        Ok(())
    }

    fn compare(&mut self, want: &InvoiceDetail, have: Option<&InvoiceDetail>, findings: &mut Findings) {
        let what = format!("row {}", want.record.row.key);
        let count = |list: usize| list as u64;
        self.totals.aliases += count(want.record.keys.len());
        self.totals.faults += count(want.record.faults.len());
        self.totals.lines += count(want.record.lines.len());
        self.totals.renditions += count(want.renditions.len());
        let Some(have) = have else {
            findings.damaged(
                what,
                "索引里少了这一行，或无法读出：`piaoku rebuild` 可以重建",
                "is missing or cannot be read: `piaoku rebuild` makes it again",
            );
            return;
        };
        self.compared += 1;
        let forgetful = twin::is_on("verify_skips_a_column").then(|| {
            let mut want = want.clone();
            want.record.row.tax = have.record.row.tax;
            want
        });
        let want = forgetful.as_ref().unwrap_or(want);
        if have.record.row != want.record.row {
            findings.damaged(
                what,
                "与账本不符：索引被改动",
                "differs from the ledger: the row was altered",
            );
        } else if have != want {
            findings.damaged(
                what,
                "明细、别名、问题或原件与账本不符",
                "lines, aliases, faults or renditions differ from the ledger",
            );
        }
    }

    /// Compares what is left when all entries have passed. Answers how many rows there must be of each sort, and how many
    /// invoices were compared.
    pub(super) fn finish(mut self, findings: &mut Findings) -> Result<(Totals, u64), SiteError> {
        let mut left: Vec<_> = std::mem::take(&mut self.waiting).into_values().collect();
        left.sort_by_key(|(want, _)| want.record.row.id);
        for (want, have) in left {
            self.compare(&want, have.as_ref(), findings);
        }
        self.outcomes.invoices = self.ids.len() as u64;
        let have = self.store.outcome_counts()?;
        if have != self.outcomes {
            let want = self.outcomes;
            findings.damaged(
                "outcomes",
                format!("到达的结果与账本不符：{have:?}，应为 {want:?}"),
                format!("differ from the ledger: {have:?}, should be {want:?}"),
            );
        }
        if have.invoices > self.compared {
            self.name_strangers(findings)?;
        }
        match self.store.entities() {
            Err(error) if error.kind() == ErrorKind::Corrupt => findings.damaged(
                "entities",
                format!("主体无法读出：{error}"),
                format!("cannot be read: {error}"),
            ),
            have => {
                if have? != self.entities.entities()? {
                    findings.damaged("entities", "主体与账本不符", "differ from the ledger");
                }
            }
        }
        verify_conservation(self.store, findings)?;
        self.totals.invoices = self.outcomes.invoices;
        self.totals.outcomes = self.outcomes.stored + self.outcomes.duplicate + self.outcomes.rejected;
        Ok((self.totals, self.compared))
    }

    /// Looks for rows that no entry made.
    fn name_strangers(&self, findings: &mut Findings) -> Result<(), SiteError> {
        let known: HashSet<InvoiceId> = self.ids.iter().copied().collect();
        let mut find = Find::default();
        loop {
            let page = match self.store.find(&find) {
                // A row that cannot be read was told already, or is counted as one too many.
                Err(error) if error.kind() == ErrorKind::Corrupt => return Ok(()),
                page => page?,
            };
            for row in page.rows.iter().filter(|row| !known.contains(&row.id)) {
                findings.damaged(
                    format!("row {}", row.key),
                    "账本里没有这一行，或位置不对",
                    "the ledger knows no such row, or it is out of place",
                );
            }
            match page.next {
                Some(next) => find.after = Some(next),
                None => return Ok(()),
            }
        }
    }
}

fn detail(record: InvoiceRecord, rendition: RenditionRow) -> InvoiceDetail {
    InvoiceDetail {
        record,
        renditions: vec![rendition],
    }
}

fn verify_conservation(store: &dyn Store, findings: &mut Findings) -> Result<(), SiteError> {
    if twin::is_on("arrivals_not_counted") {
        return Ok(());
    }
    let account = store.conservation()?;
    for number in account.missing.iter().take(100) {
        findings.damaged(
            format!("arrival {number}"),
            "没有结果：丢失",
            "has no outcome: it was lost",
        );
    }
    for number in account.surplus.iter().take(100) {
        findings.damaged(
            format!("arrival {number}"),
            "多出来的结果",
            "has an outcome too many",
        );
    }
    if !account.is_balanced() && account.missing.is_empty() && account.surplus.is_empty() {
        findings.damaged("conservation", "收支不平衡", "is out of balance");
    }
    Ok(())
}
