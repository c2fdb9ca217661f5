//! What a power cut leaves of a disk: every state that the log allows, drawn by chance.
//!
//! Durable is what a sync promised. Of what was written after the last sync of a file, each sector may hold any of the
//! versions it had since, whatever the others hold: so writes are lost, torn and reordered. The length of a file is such
//! a version, too. Entries of a folder that were made, moved or removed after its last sync may each be there or not;
//! a move's new name and the disappearance of the old one are apart, but nothing disappears before the new name is there.
//! What a *failed* sync was to make durable may be lost for ever, even after a later sync that succeeds.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::tree::{Node, Op, ROOT};

/// Numbers from a seed (SplitMix64): the cut can be repeated.
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    /// The next number below a bound; zero for a bound of zero.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        mixed.checked_rem(bound as u64).unwrap_or(0) as usize
    }
}

/// What becomes of changes that no sync covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// All are lost.
    All,
    /// None is.
    Nothing,
    /// Names are kept, contents are lost: what file systems with delayed allocation leave.
    Contents,
    /// Each sector of this many bytes, and each entry, has a fate of its own.
    Some {
        /// 512 or 4096.
        sector: usize,
    },
}

impl Loss {
    /// One of the kinds.
    pub fn draw(chance: &mut Chance) -> Loss {
        match chance.below(7) {
            0 => Loss::All,
            1 => Loss::Nothing,
            2 => Loss::Contents,
            3 | 4 => Loss::Some { sector: 512 },
            _ => Loss::Some { sector: 4096 },
        }
    }
}

/// Files and folders by path, as they are found after the cut.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Image {
    /// Paths of folders, parents first.
    pub folders: Vec<String>,
    /// Paths and bytes of files.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Image {
    /// Writes it into an empty folder.
    ///
    /// # Errors
    /// That folder cannot be written.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        for path in &self.folders {
            fs::create_dir(folder.join(path))?;
        }
        for (path, bytes) in &self.files {
            fs::write(folder.join(path), bytes)?;
        }
        Ok(())
    }
}

/// The state after a power cut behind the last of `ops`.
pub fn after_cut(ops: &[Op], loss: Loss, chance: &mut Chance) -> Image {
    let mut files: BTreeMap<Node, File> = BTreeMap::new();
    let mut folders: BTreeMap<Node, Folder> = BTreeMap::new();
    // Names as the running program saw them, to know what a rename moved.
    let mut seen: BTreeMap<(Node, String), Node> = BTreeMap::new();
    let mut is_folder: BTreeMap<Node, bool> = BTreeMap::from([(ROOT, true)]);
    folders.entry(ROOT).or_default();
    for (time, op) in ops.iter().enumerate() {
        match op {
            Op::Make {
                folder,
                name,
                node,
                is_folder: is,
            } => {
                seen.insert((*folder, name.clone()), *node);
                is_folder.insert(*node, *is);
                folders
                    .entry(*folder)
                    .or_default()
                    .change(name, Some(*node), None);
            }
            Op::Remove { folder, name } => {
                seen.remove(&(*folder, name.clone()));
                folders.entry(*folder).or_default().change(name, None, None);
            }
            Op::Rename {
                folder,
                name,
                to_folder,
                to_name,
            } => {
                let Some(node) = seen.remove(&(*folder, name.clone())) else {
                    continue;
                };
                seen.insert((*to_folder, to_name.clone()), node);
                folders
                    .entry(*to_folder)
                    .or_default()
                    .change(to_name, Some(node), Some(time));
                folders.entry(*folder).or_default().change(name, None, Some(time));
            }
            Op::Write { node, at, bytes } => files.entry(*node).or_default().write(*at as usize, bytes),
            Op::Resize { node, len } => files.entry(*node).or_default().resize(*len as usize),
            Op::Sync(node) => {
                files.entry(*node).or_default().mark(Mark::Durable);
                folders.entry(*node).or_default().mark(Mark::Durable);
            }
            Op::SyncFailed(node) => {
                files.entry(*node).or_default().mark(Mark::InLimbo);
                folders.entry(*node).or_default().mark(Mark::InLimbo);
            }
        }
    }
    let mut moved: BTreeMap<usize, bool> = BTreeMap::new();
    // New names first, for the old ones disappear only with them.
    for folder in folders.values_mut() {
        folder.decide(loss, chance, &mut moved, true);
    }
    for folder in folders.values_mut() {
        folder.decide(loss, chance, &mut moved, false);
    }
    let mut image = Image::default();
    let mut open = vec![(ROOT, String::new())];
    while let Some((node, path)) = open.pop() {
        for (name, child) in folders.get(&node).map(Folder::entries).unwrap_or_default() {
            let path = if path.is_empty() {
                name
            } else {
                format!("{path}/{name}")
            };
            if is_folder.get(&child).copied().unwrap_or(false) {
                image.folders.push(path.clone());
                open.push((child, path));
            } else {
                let bytes = files
                    .get(&child)
                    .map(|file| file.bytes(loss, chance))
                    .unwrap_or_default();
                image.files.insert(path, bytes);
            }
        }
    }
    image.folders.sort();
    image
}

/// How far a change got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Written since the last sync.
    Pending,
    /// A sync that was to cover it failed.
    InLimbo,
    /// A sync covered it.
    Durable,
}

#[derive(Debug, Clone)]
enum Change {
    Write {
        at: usize,
        bytes: Vec<u8>,
    },
    /// Everything from here on is gone; what is written there later stands on zeros.
    Cut {
        at: usize,
    },
}

#[derive(Debug, Default)]
struct File {
    changes: Vec<(Change, Mark)>,
    lengths: Vec<(usize, Mark)>,
}

impl File {
    fn len(&self) -> usize {
        self.lengths.last().map_or(0, |(len, _)| *len)
    }

    fn write(&mut self, at: usize, bytes: &[u8]) {
        let end = at + bytes.len();
        if end > self.len() {
            self.lengths.push((end, Mark::Pending));
        }
        let bytes = bytes.to_vec();
        self.changes.push((Change::Write { at, bytes }, Mark::Pending));
    }

    fn resize(&mut self, len: usize) {
        if len < self.len() {
            self.changes.push((Change::Cut { at: len }, Mark::Pending));
        }
        self.lengths.push((len, Mark::Pending));
    }

    fn mark(&mut self, as_what: Mark) {
        let pending = |mark: &&mut Mark| **mark == Mark::Pending;
        let changes = self.changes.iter_mut().map(|(_, mark)| mark);
        let lengths = self.lengths.iter_mut().map(|(_, mark)| mark);
        changes
            .chain(lengths)
            .filter(pending)
            .for_each(|mark| *mark = as_what);
    }

    fn bytes(&self, loss: Loss, chance: &mut Chance) -> Vec<u8> {
        let marks: Vec<Mark> = self.lengths.iter().map(|(_, mark)| *mark).collect();
        let kept = keep(&marks, loss, chance);
        let len = kept.checked_sub(1).map_or(0, |at| self.lengths[at].0);
        let sector = match loss {
            Loss::Some { sector } => sector,
            _ => 4096,
        };
        let mut bytes = vec![0; len];
        // Which changes touch which sector, in order.
        let mut touching: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let sectors = len.div_ceil(sector);
        for (nth, (change, _)) in self.changes.iter().enumerate() {
            let (from, to) = match change {
                Change::Write { at, bytes } => (at / sector, (at + bytes.len()).div_ceil(sector)),
                Change::Cut { at } => (at / sector, sectors),
            };
            for touched in from..to.min(sectors) {
                touching.entry(touched).or_default().push(nth);
            }
        }
        for (number, nths) in touching {
            let marks: Vec<Mark> = nths.iter().map(|nth| self.changes[*nth].1).collect();
            let (start, end) = (number * sector, ((number + 1) * sector).min(len));
            for nth in &nths[..keep(&marks, loss, chance)] {
                match &self.changes[*nth].0 {
                    Change::Write { at, bytes: new } => {
                        let (from, to) = ((*at).max(start), (at + new.len()).min(end));
                        if from < to {
                            bytes[from..to].copy_from_slice(&new[from - at..to - at]);
                        }
                    }
                    Change::Cut { at } => bytes[(*at).clamp(start, end)..end].fill(0),
                }
            }
        }
        bytes
    }
}

/// How many of the versions of one thing are kept: at least those up to the last durable one.
fn keep(marks: &[Mark], loss: Loss, chance: &mut Chance) -> usize {
    let durable = marks
        .iter()
        .rposition(|mark| *mark == Mark::Durable)
        .map_or(0, |at| at + 1);
    let open = marks.len() - durable;
    durable
        + match loss {
            Loss::All | Loss::Contents => 0,
            Loss::Nothing => open,
            Loss::Some { .. } => chance.below(open + 1),
        }
}

#[derive(Debug)]
struct EntryChange {
    name: String,
    node: Option<Node>,
    /// The time of the rename that this is one half of.
    rename: Option<usize>,
    mark: Mark,
    is_kept: bool,
}

#[derive(Debug, Default)]
struct Folder(Vec<EntryChange>);

impl Folder {
    fn change(&mut self, name: &str, node: Option<Node>, rename: Option<usize>) {
        self.0.push(EntryChange {
            name: name.to_owned(),
            node,
            rename,
            mark: Mark::Pending,
            is_kept: false,
        });
    }

    fn mark(&mut self, as_what: Mark) {
        let pending = self.0.iter_mut().filter(|change| change.mark == Mark::Pending);
        pending.for_each(|change| change.mark = as_what);
    }

    /// Decides which changes are kept: those that make names, or those that take them away.
    fn decide(
        &mut self,
        loss: Loss,
        chance: &mut Chance,
        moved: &mut BTreeMap<usize, bool>,
        makes_names: bool,
    ) {
        for change in self
            .0
            .iter_mut()
            .filter(|change| change.node.is_some() == makes_names)
        {
            change.is_kept = match (change.mark, loss) {
                (Mark::Durable, _) | (_, Loss::Nothing | Loss::Contents) => true,
                (_, Loss::All) => false,
                (_, Loss::Some { .. }) => chance.below(2) == 0,
            };
            if let Some(time) = change.rename {
                if makes_names {
                    moved.insert(time, change.is_kept);
                } else {
                    change.is_kept &= moved.get(&time).copied().unwrap_or(true);
                }
            }
        }
    }

    fn entries(&self) -> Vec<(String, Node)> {
        let mut entries: BTreeMap<&str, Node> = BTreeMap::new();
        for change in self.0.iter().filter(|change| change.is_kept) {
            match change.node {
                Some(node) => entries.insert(&change.name, node),
                None => entries.remove(change.name.as_str()),
            };
        }
        entries
            .into_iter()
            .map(|(name, node)| (name.to_owned(), node))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(folder: Node, name: &str, node: Node, is_folder: bool) -> Op {
        Op::Make {
            folder,
            name: name.to_owned(),
            node,
            is_folder,
        }
    }

    fn write(node: Node, at: u64, bytes: &[u8]) -> Op {
        Op::Write {
            node,
            at,
            bytes: bytes.into(),
        }
    }

    fn lost(ops: &[Op]) -> Image {
        after_cut(ops, Loss::All, &mut Chance(1))
    }

    #[test]
    fn what_was_synced_is_there_and_nothing_else_must_be() {
        let mut ops = vec![make(ROOT, "a", 2, false), write(2, 0, b"one"), Op::Sync(2)];
        assert_eq!(lost(&ops), Image::default(), "its name was not synced");
        ops.extend([Op::Sync(ROOT), write(2, 0, b"two")]);
        assert_eq!(lost(&ops).files["a"], b"one");
        let kept = after_cut(&ops, Loss::Nothing, &mut Chance(1));
        assert_eq!(kept.files["a"], b"two");
    }

    #[test]
    fn a_later_sync_does_not_cover_what_a_failed_one_lost() {
        let mut ops = vec![
            make(ROOT, "a", 2, false),
            Op::Sync(ROOT),
            write(2, 0, &[1; 4096]),
            Op::SyncFailed(2),
            write(2, 4096, &[2; 4096]),
            Op::Sync(2),
        ];
        let bytes = lost(&ops).files["a"].clone();
        assert_eq!((bytes[0], bytes[4096]), (0, 2));
        // Written again, it is covered.
        ops.extend([write(2, 0, &[1; 4096]), Op::Sync(2)]);
        assert_eq!(lost(&ops).files["a"][0], 1);
    }

    #[test]
    fn a_move_is_never_a_loss() {
        let ops = [
            make(ROOT, "from", 2, true),
            make(ROOT, "to", 3, true),
            make(2, "a", 4, false),
            Op::Sync(ROOT),
            Op::Sync(2),
            Op::Rename {
                folder: 2,
                name: "a".to_owned(),
                to_folder: 3,
                to_name: "b".to_owned(),
            },
        ];
        let (mut old, mut new) = (0, 0);
        for seed in 0..50 {
            let image = after_cut(&ops, Loss::Some { sector: 512 }, &mut Chance(seed));
            old += usize::from(image.files.contains_key("from/a"));
            new += usize::from(image.files.contains_key("to/b"));
            assert!(!image.files.is_empty());
        }
        assert!(old > 0 && new > 0);
    }

    #[test]
    fn unsynced_sectors_have_fates_of_their_own() {
        let ops = [
            make(ROOT, "a", 2, false),
            write(2, 0, &[1; 8192]),
            Op::Sync(2),
            Op::Sync(ROOT),
            write(2, 0, &[2; 8192]),
            write(2, 0, &[3; 8192]),
        ];
        let image = after_cut(&ops, Loss::Some { sector: 512 }, &mut Chance(7));
        let bytes = &image.files["a"];
        for version in 1..=3 {
            assert!(bytes.chunks(512).any(|sector| *sector == [version; 512]));
        }
    }
}
