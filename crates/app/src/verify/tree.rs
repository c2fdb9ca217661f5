//! The head and the tree: what was signed, against what the entries amount to.

use ledger::merkle::Frontier;
use ledger::{Checkpoint, Hash, VerifyingKey};
use store::{DataFolder, Store, TipFile, TipKeeper};

use super::Findings;
use crate::error::SiteError;

/// Verifies the signature of the head. Answers how many entries there must be.
pub(super) fn verify_head(
    store: &dyn Store,
    key: &VerifyingKey,
    findings: &mut Findings,
) -> Result<u64, SiteError> {
    let Some(head) = store.head()? else {
        findings.damaged("head", "账本没有头", "the ledger has no head");
        return Ok(0);
    };
    match Checkpoint::verify(&head.checkpoint, key) {
        Err(error) => findings.damaged(
            "checkpoint",
            format!("签名不成立：{error}"),
            format!("the signature does not hold: {error}"),
        ),
        Ok(checkpoint) if checkpoint.tip() != head.tip() => findings.damaged(
            "checkpoint",
            format!(
                "签署的是纪元 {} 的 {} 条、根 {}，账本头写的是纪元 {} 的 {} 条、根 {}",
                checkpoint.origin.epoch(),
                checkpoint.size,
                checkpoint.root,
                head.epoch,
                head.size,
                head.root
            ),
            format!(
                "signed was epoch {} with {} entries and root {}, the head says epoch {} with {} and {}",
                checkpoint.origin.epoch(),
                checkpoint.size,
                checkpoint.root,
                head.epoch,
                head.size,
                head.root
            ),
        ),
        Ok(_) => {}
    }
    Ok(head.size)
}

/// Compares the tip file with the entries: the head may not be behind it, and the entries it was signed for are those
/// that are there.
pub(super) fn verify_tip(
    store: &dyn Store,
    folder: &DataFolder,
    leaves: &[Hash],
    findings: &mut Findings,
) -> Result<(), SiteError> {
    let Some(head) = store.head()? else {
        return Ok(());
    };
    match TipFile::open(&folder.path().join(store::folder::TIP))?.known() {
        None => findings.damaged(
            "tip",
            "tip 文件里没有账本头：被替换",
            "the tip file knows no head: it was replaced",
        ),
        Some(tip) if (tip.epoch, tip.size) > (head.epoch, head.size) => findings.damaged(
            "head",
            format!(
                "账本只有 {} 条，但曾签署到第 {} 条：数据库被回滚",
                head.size, tip.size
            ),
            format!(
                "the ledger has {} entries but was signed up to {}: the database was rolled back",
                head.size, tip.size
            ),
        ),
        Some(tip) => {
            let covered = usize::try_from(tip.size).ok().and_then(|size| leaves.get(..size));
            // Fewer leaves than that were told as entries that are gone.
            if covered.is_some_and(|leaves| root_of(leaves) != tip.root) {
                findings.damaged(
                    "tip",
                    "tip 文件记下的根不是这些账目的：历史被改写，或 tip 文件被替换",
                    "the root in the tip file is not that of these entries: history was rewritten, or the tip file replaced",
                );
            }
            // The tip follows the head by at most the one commit that a crash came after.
            if head.size.saturating_sub(tip.size) > store::limits::BATCH_DRAFTS_MAX as u64 {
                findings.damaged(
                    "tip",
                    format!("tip 文件停在第 {} 条，账本已有 {} 条：被旧副本替换", tip.size, head.size),
                    format!(
                        "the tip file stands at {} entries, the ledger has {}: it was replaced by an older copy",
                        tip.size, head.size
                    ),
                );
            }
        }
    }
    Ok(())
}

/// Builds the tree from the leaves that were computed, and compares it with the head and with every stored tile. Answers
/// how many tiles there must be.
pub(super) fn verify_tree(
    store: &dyn Store,
    leaves: &[Hash],
    findings: &mut Findings,
) -> Result<u64, SiteError> {
    let mut frontier = Frontier::default();
    let mut tiles = std::collections::BTreeMap::new();
    for chunk in leaves.chunks(4096) {
        // A tree of as many leaves as fit in memory is never full.
        let changed = frontier.append(chunk).unwrap_or_default();
        for tile in changed {
            tiles.insert((tile.id.level, tile.id.index), tile.bytes);
        }
    }
    for ((level, index), bytes) in &tiles {
        if store.tile(*level, *index)?.as_ref() != Some(bytes) {
            findings.damaged(
                format!("tile {level}/{index}"),
                "与账目算出的哈希不同",
                "differs from the hashes computed from the entries",
            );
        }
    }
    if let Some(head) = store.head()?
        && head.root != frontier.root()
    {
        findings.damaged(
            "tree",
            format!("账目算出的根 {} 与签署的根 {} 不同", frontier.root(), head.root),
            format!(
                "the entries amount to root {}, signed was {}",
                frontier.root(),
                head.root
            ),
        );
    }
    Ok(tiles.len() as u64)
}

/// The root of a tree of these leaves.
pub(super) fn root_of(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    let _appended = frontier.append(leaves).is_ok();
    frontier.root()
}
