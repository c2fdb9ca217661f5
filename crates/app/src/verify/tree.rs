//! The ledger alone: entries against their leaf hashes, the tree they amount to against tiles, tip and signed head.
//!
//! One walk over the entries in the order of the ledger, holding no more than the right edge of the tree.

use std::collections::BTreeMap;

use ledger::merkle::tile::TILE_WIDTH;
use ledger::merkle::{Frontier, root_at};
use ledger::{Checkpoint, Entry, Hash, Tip, VerifyingKey};
use store::{DataFolder, Head, Store, StoreTiles, TipFile, TipKeeper};

use super::{Findings, VerifyProgress};
use crate::error::SiteError;

/// How many entries are fetched at a time: whole tiles, so that each is finished once.
const STEP: usize = 16 * TILE_WIDTH as usize;

/// What the entries amount to.
pub(super) struct Tree {
    /// Entries that are there, without a gap.
    pub(super) size: u64,
    /// Tiles there must be.
    pub(super) tiles: u64,
    /// The root of the entries that are there.
    pub(super) root: Hash,
}

/// Verifies the signature of the head and answers the head. Without one there is nothing to verify further.
pub(super) fn verify_head(
    store: &dyn Store,
    key: &VerifyingKey,
    findings: &mut Findings,
) -> Result<Option<Head>, SiteError> {
    let Some(head) = store.head()? else {
        findings.damaged("head", "账本没有头", "the ledger has no head");
        return Ok(None);
    };
    match Checkpoint::verify(&head.checkpoint, key) {
        Err(_) if twin::is_on("verify_skips_signature") => {}
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
    Ok(Some(head))
}

/// Walks over all entries, and compares what they amount to with every stored tile, with the tip and with the head.
pub(super) fn verify_entries(
    store: &dyn Store,
    folder: &DataFolder,
    head: &Head,
    findings: &mut Findings,
    progress: &dyn Fn(VerifyProgress),
) -> Result<Tree, SiteError> {
    let tip = TipFile::open(&folder.path().join(store::folder::TIP))?.known();
    let mut walk = Walk {
        store,
        frontier: Frontier::default(),
        edge: BTreeMap::new(),
        tiles: 0,
    };
    let mut root_at_tip = None;
    while walk.frontier.size() < head.size {
        let from = walk.frontier.size();
        let wanted = head.size.saturating_sub(from).min(STEP as u64);
        let entries = store.entries(from, usize::try_from(wanted).unwrap_or(STEP))?;
        let mut leaves = Vec::with_capacity(entries.len());
        for (next, entry) in (from..).zip(&entries) {
            if entry.index != next {
                break;
            }
            let leaf = Entry::leaf_hash(&entry.bytes);
            if leaf != entry.leaf_hash {
                findings.damaged(
                    format!("entry {next}"),
                    "内容与叶哈希不符：账目被改动",
                    "its bytes differ from its leaf hash: the entry was altered",
                );
            }
            leaves.push(leaf);
        }
        // The tip's root is asked for where the tip stands, be it within a step.
        let to_tip = tip.map(|tip| tip.size.saturating_sub(from));
        let cut = to_tip
            .and_then(|count| usize::try_from(count).ok())
            .filter(|cut| *cut <= leaves.len());
        if let (Some(cut), None) = (cut, root_at_tip) {
            let (before, after) = leaves.split_at(cut);
            walk.append(before, findings)?;
            root_at_tip = Some(walk.frontier.root());
            walk.append(after, findings)?;
        } else {
            walk.append(&leaves, findings)?;
        }
        progress(VerifyProgress {
            zh: "账目",
            en: "entries",
            done: walk.frontier.size(),
            total: head.size,
        });
        if (leaves.len() as u64) < wanted {
            findings.damaged(format!("entry {}", walk.frontier.size()), "不见了", "is gone");
            break;
        }
    }
    verify_tip(tip, head, root_at_tip, findings);
    walk.finish(head, findings)
}

/// Compares a checkpoint that was kept elsewhere with the ledger: it must be of this ledger, and continued by it. The tiles
/// it is compared with were compared with the entries before.
pub(super) fn verify_kept(
    store: &dyn Store,
    key: &VerifyingKey,
    kept: &str,
    head: &Head,
    findings: &mut Findings,
) -> Result<(), SiteError> {
    let kept = match Checkpoint::verify(kept, key) {
        Ok(kept) => kept,
        Err(error) => {
            findings.damaged(
                "kept checkpoint",
                format!("不是用这个账本的密钥签署的：{error}"),
                format!("was not signed with this ledger's key: {error}"),
            );
            return Ok(());
        }
    };
    let what = format!("kept checkpoint of {} entries", kept.size);
    if kept.size > head.size {
        findings.damaged(
            what,
            format!("账本只有 {} 条：整个数据目录被退回到旧状态", head.size),
            format!(
                "the ledger has only {}: the whole folder was put back to an older state",
                head.size
            ),
        );
    } else if root_at(&StoreTiles(store), kept.size).ok() != Some(kept.root) {
        findings.damaged(
            what,
            "当时签署的账目不是现在的账目：历史被改写，或另有一份副本在写",
            "the entries signed then are not those of now: history was rewritten, or a copy of the folder was written to",
        );
    }
    Ok(())
}

/// The tree as it grows under the walk.
struct Walk<'a> {
    store: &'a dyn Store,
    frontier: Frontier,
    /// The tiles that are not full: they may yet grow.
    edge: BTreeMap<(u8, u64), Vec<u8>>,
    /// Tiles that are full and were compared.
    tiles: u64,
}

impl Walk<'_> {
    fn append(&mut self, leaves: &[Hash], findings: &mut Findings) -> Result<(), SiteError> {
        // A tree of as many leaves as there are rows in a database is never full.
        for tile in self.frontier.append(leaves).unwrap_or_default() {
            let (level, index) = (tile.id.level, tile.id.index);
            if tile.id.width == TILE_WIDTH {
                self.edge.remove(&(level, index));
                self.tiles += 1;
                self.compare(level, index, &tile.bytes, findings)?;
            } else {
                self.edge.insert((level, index), tile.bytes);
            }
        }
        Ok(())
    }

    fn compare(&self, level: u8, index: u64, bytes: &[u8], findings: &mut Findings) -> Result<(), SiteError> {
        if self.store.tile(level, index)?.as_deref() != Some(bytes) {
            findings.damaged(
                format!("tile {level}/{index}"),
                "与账目算出的哈希不同",
                "differs from the hashes computed from the entries",
            );
        }
        Ok(())
    }

    fn finish(self, head: &Head, findings: &mut Findings) -> Result<Tree, SiteError> {
        for ((level, index), bytes) in &self.edge {
            self.compare(*level, *index, bytes, findings)?;
        }
        let root = self.frontier.root();
        if head.root != root && !twin::is_on("verify_skips_root") {
            findings.damaged(
                "tree",
                format!("账目算出的根 {root} 与签署的根 {} 不同", head.root),
                format!("the entries amount to root {root}, signed was {}", head.root),
            );
        }
        Ok(Tree {
            size: self.frontier.size(),
            tiles: self.tiles + self.edge.len() as u64,
            root,
        })
    }
}

/// Compares the tip file with the entries: the head may not be behind it, and the entries it was signed for are those
/// that are there.
fn verify_tip(tip: Option<Tip>, head: &Head, root_at_tip: Option<Hash>, findings: &mut Findings) {
    match tip {
        None => findings.damaged(
            "tip",
            "tip 文件里没有账本头：被替换",
            "the tip file knows no head: it was replaced",
        ),
        Some(_) if twin::is_on("verify_skips_tip") => {}
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
            // Fewer entries than that were told as entries that are gone.
            if root_at_tip.is_some_and(|root| root != tip.root) {
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
}
