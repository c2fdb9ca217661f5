//! The head and the tree: what was signed, against what the entries amount to.

use ledger::merkle::Frontier;
use ledger::{Checkpoint, Hash, VerifyingKey};
use store::{DataFolder, Store, TipFile, TipKeeper};

use super::Findings;
use crate::error::SiteError;

/// Verifies the signature of the head and that it is not behind the tip file. Answers how many entries there must be.
pub(super) fn verify_head(
    store: &dyn Store,
    folder: &DataFolder,
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
        Ok(checkpoint) if (checkpoint.size, checkpoint.root) != (head.size, head.root) => findings.damaged(
            "checkpoint",
            format!("签署的是 {} 条，账本头写的是 {} 条", checkpoint.size, head.size),
            format!(
                "signed for {} entries, the head says {}",
                checkpoint.size, head.size
            ),
        ),
        Ok(_) => {}
    }
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
        Some(tip) if (tip.epoch, tip.size) == (head.epoch, head.size) && tip.root != head.root => findings
            .damaged(
                "head",
                "账本头与 tip 文件记下的根不同：历史被改写",
                "the head's root is not the one in the tip file: history was rewritten",
            ),
        Some(_) => {}
    }
    Ok(head.size)
}

/// Builds the tree from the leaves that were computed, and compares it with the head and with every stored tile.
pub(super) fn verify_tree(
    store: &dyn Store,
    leaves: &[Hash],
    findings: &mut Findings,
) -> Result<(), SiteError> {
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
    Ok(())
}

/// The root of a tree of these leaves.
pub(super) fn root_of(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    let _appended = frontier.append(leaves).is_ok();
    frontier.root()
}
