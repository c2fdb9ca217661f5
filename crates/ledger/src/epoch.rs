//! Epochs (纪元) and the guard that keeps a ledger from ever signing its own past away.
//!
//! A signed log cannot go back: a checkpoint that contradicts an earlier one is a fork, and destroys what the ledger
//! proves. So a restore or a promotion opens a new epoch, whose first entry says what it continues and what it leaves
//! behind; and [`may_sign`] compares every new head with the highest one known before it is signed.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::merkle::verify_consistency;

/// The head of a ledger as someone knows it (账本末端): the writer, its tip file, a mirror, a witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tip {
    /// The epoch.
    pub epoch: u64,
    /// Number of entries.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// The first fact of every epoch (纪元开启): what it continues, why, and by whose decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochOpened {
    /// The site.
    pub site: String,
    /// This epoch, from 1.
    pub epoch: u64,
    /// The head this epoch continues from; `None` for the first epoch of a site.
    pub previous: Option<PreviousEpoch>,
    /// Why it was opened.
    pub reason: String,
    /// Who decided it, as opaque account ids.
    pub approvers: Vec<String>,
    /// Entries of the earlier epoch that are not continued: each must be replayed or reviewed, none forgotten.
    pub left_behind: Vec<LeftBehind>,
}

/// The head an epoch continues from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousEpoch {
    /// Origin of the earlier epoch.
    pub origin: String,
    /// Its size at the point of continuation.
    pub size: u64,
    /// Its root at that size.
    pub root: Hash,
}

/// An entry that a new epoch does not continue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBehind {
    /// Its index in the earlier epoch.
    pub index: u64,
    /// Its leaf hash, so that it can be recognised if it turns up.
    pub leaf_hash: Hash,
}

/// Why a head must not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TipGuardError {
    /// A later epoch exists somewhere.
    #[error("epoch {candidate} is over: epoch {known} is known")]
    EpochIsOver {
        /// Epoch of the head to be signed.
        candidate: u64,
        /// Highest epoch known.
        known: u64,
    },
    /// A larger ledger of this epoch exists somewhere: this one was rolled back.
    #[error("the ledger has {candidate} entries but {known} are known: it was rolled back")]
    RolledBack {
        /// Size of the head to be signed.
        candidate: u64,
        /// Highest size known in this epoch.
        known: u64,
    },
    /// The head does not continue the highest known one.
    #[error("the ledger does not continue the known head of {known} entries: it was forked or altered")]
    Forked {
        /// Size of the highest head known.
        known: u64,
    },
    /// Two known heads contradict each other: a fork has already been signed.
    #[error("two different heads of {size} entries are known in epoch {epoch}")]
    KnownTipsDisagree {
        /// Their epoch.
        epoch: u64,
        /// Their size.
        size: u64,
    },
}

/// The highest tip: latest epoch, then largest size.
pub fn highest(known: &[Tip]) -> Option<&Tip> {
    known.iter().max_by_key(|tip| (tip.epoch, tip.size))
}

/// Whether a head may be signed, given every tip known locally, at the mirror or at a witness.
///
/// `consistency` is the proof from the [`highest`] known tip's size to the candidate's; it is looked at only where both
/// are of one epoch. A new epoch is allowed here; what it continues is its first entry's business.
///
/// # Errors
/// See [`TipGuardError`]. Any error means: do not sign, stop writing, raise an incident.
pub fn may_sign(known: &[Tip], candidate: &Tip, consistency: &[Hash]) -> Result<(), TipGuardError> {
    let Some(highest) = highest(known) else {
        return Ok(());
    };
    let twin = known
        .iter()
        .find(|tip| (tip.epoch, tip.size) == (highest.epoch, highest.size) && tip.root != highest.root);
    if let Some(twin) = twin {
        return Err(TipGuardError::KnownTipsDisagree {
            epoch: twin.epoch,
            size: twin.size,
        });
    }
    if candidate.epoch < highest.epoch {
        return Err(TipGuardError::EpochIsOver {
            candidate: candidate.epoch,
            known: highest.epoch,
        });
    }
    if candidate.epoch > highest.epoch {
        return Ok(());
    }
    if candidate.size < highest.size {
        return Err(TipGuardError::RolledBack {
            candidate: candidate.size,
            known: highest.size,
        });
    }
    if verify_consistency(
        highest.size,
        &highest.root,
        candidate.size,
        &candidate.root,
        consistency,
    ) {
        Ok(())
    } else {
        Err(TipGuardError::Forked { known: highest.size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::{Frontier, consistency_proof, leaf_hash};

    fn grown(size: u64) -> Frontier {
        let mut frontier = Frontier::default();
        let leaves: Vec<_> = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        frontier.append(&leaves).unwrap();
        frontier
    }

    fn tip(epoch: u64, size: u64) -> Tip {
        Tip {
            epoch,
            size,
            root: grown(size).root(),
        }
    }

    fn proof(old: u64, new: u64) -> Vec<Hash> {
        consistency_proof(&grown(new), old, new).unwrap()
    }

    #[test]
    fn the_first_head_and_its_continuation_are_signed() {
        assert_eq!(may_sign(&[], &tip(1, 1), &[]), Ok(()));
        assert_eq!(
            may_sign(&[tip(1, 3), tip(1, 2)], &tip(1, 9), &proof(3, 9)),
            Ok(())
        );
        assert_eq!(may_sign(&[tip(1, 3)], &tip(1, 3), &[]), Ok(()));
        assert_eq!(may_sign(&[tip(1, 300)], &tip(2, 1), &[]), Ok(()));
    }

    #[test]
    fn a_rolled_back_or_forked_head_is_refused() {
        let rolled_back = TipGuardError::RolledBack {
            candidate: 5,
            known: 9,
        };
        assert_eq!(
            may_sign(&[tip(1, 9), tip(1, 2)], &tip(1, 5), &[]),
            Err(rolled_back)
        );
        let over = TipGuardError::EpochIsOver {
            candidate: 1,
            known: 2,
        };
        assert_eq!(may_sign(&[tip(1, 9), tip(2, 1)], &tip(1, 10), &[]), Err(over));
        let other = Tip {
            root: Hash([1; 32]),
            ..tip(1, 9)
        };
        assert_eq!(
            may_sign(&[tip(1, 9)], &other, &[]),
            Err(TipGuardError::Forked { known: 9 })
        );
        assert_eq!(
            may_sign(&[other], &tip(1, 12), &proof(9, 12)),
            Err(TipGuardError::Forked { known: 9 })
        );
        let disagree = TipGuardError::KnownTipsDisagree { epoch: 1, size: 9 };
        assert_eq!(may_sign(&[tip(1, 9), other], &tip(1, 9), &[]), Err(disagree));
    }
}
