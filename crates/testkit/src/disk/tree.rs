//! The faulty disk's files and folders, its log of changes, its faults and its room.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A file or folder, by number; numbers are never used twice.
pub type Node = u64;

/// The root folder.
pub const ROOT: Node = 1;
/// What space is given out in.
const BLOCK: u64 = 4096;

/// One change, or one promise that changes are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// A new file or folder, and the entry under which it appears.
    Make {
        /// In which folder.
        folder: Node,
        /// Under which name.
        name: String,
        /// Its number.
        node: Node,
        /// Whether it is a folder itself.
        is_folder: bool,
    },
    /// An entry is removed.
    Remove {
        /// From which folder.
        folder: Node,
        /// Its name.
        name: String,
    },
    /// An entry moves.
    Rename {
        /// From which folder.
        folder: Node,
        /// Its old name.
        name: String,
        /// To which folder.
        to_folder: Node,
        /// Its new name.
        to_name: String,
    },
    /// Bytes are written.
    Write {
        /// Into which file.
        node: Node,
        /// Where.
        at: u64,
        /// What.
        bytes: Arc<[u8]>,
    },
    /// A file is cut or extended.
    Resize {
        /// Which.
        node: Node,
        /// Its new length.
        len: u64,
    },
    /// A file's or folder's changes so far are durable.
    Sync(Node),
    /// They were to be made durable, and the disk failed: nobody may believe a later sync that it covers them.
    SyncFailed(Node),
}

/// Kinds of operations that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Writing or resizing a file.
    Write,
    /// Syncing a file.
    Sync,
    /// Syncing a folder.
    SyncFolder,
    /// Making, removing or renaming entries.
    Entry,
}

/// What a refused operation is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// EIO: the disk failed.
    Failed,
    /// ENOSPC: there is no room.
    Full,
    /// No such file: not a fault, but how a file system answers.
    Missing,
    /// There is one already.
    Exists,
    /// A folder that is not empty.
    NotEmpty,
}

/// One operation that fails.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Which kind.
    pub act: Act,
    /// The how-manieth of its kind after arming, from 1.
    pub number: u64,
    /// What it is answered with.
    pub refusal: Refusal,
    /// Whether all later ones of its kind fail too.
    pub lasts: bool,
}

#[derive(Clone)]
pub(super) enum Content {
    File(Vec<u8>),
    Folder(BTreeMap<String, Node>),
}

#[derive(Default, Clone)]
pub(super) struct Tree {
    nodes: BTreeMap<Node, Content>,
    pub(super) log: Vec<Op>,
    last: Node,
    fault: Option<Fault>,
    met: bool,
    counted: BTreeMap<Act, u64>,
    pub(super) room: Option<u64>,
    pub(super) refused_for_room: u64,
    /// SQLite's shared memory is a file only in name: nobody expects it to survive, and the kernel writes it back when
    /// it likes, which would make the log differ from run to run.
    volatile: Vec<Node>,
}

impl Tree {
    pub(super) fn node(&mut self, node: Node) -> Result<&mut Content, Refusal> {
        if node == ROOT {
            self.last = self.last.max(ROOT);
            return Ok(self
                .nodes
                .entry(ROOT)
                .or_insert_with(|| Content::Folder(BTreeMap::new())));
        }
        self.nodes.get_mut(&node).ok_or(Refusal::Missing)
    }

    pub(super) fn entries(&mut self, folder: Node) -> Result<&mut BTreeMap<String, Node>, Refusal> {
        match self.node(folder)? {
            Content::Folder(entries) => Ok(entries),
            Content::File(_) => Err(Refusal::Missing),
        }
    }

    pub(super) fn find(&mut self, folder: Node, name: &str) -> Result<Node, Refusal> {
        self.entries(folder)?.get(name).copied().ok_or(Refusal::Missing)
    }

    fn bytes(&mut self, node: Node) -> Result<&mut Vec<u8>, Refusal> {
        match self.node(node)? {
            Content::File(bytes) => Ok(bytes),
            Content::Folder(_) => Err(Refusal::Missing),
        }
    }

    pub(super) fn make(&mut self, folder: Node, name: &str, is_folder: bool) -> Result<Node, Refusal> {
        if self.entries(folder)?.contains_key(name) {
            return Err(Refusal::Exists);
        }
        self.meet(Act::Entry)?;
        self.take_room(BLOCK)?;
        let node = self.last + 1;
        self.last = node;
        let content = if is_folder {
            Content::Folder(BTreeMap::new())
        } else {
            Content::File(Vec::new())
        };
        self.nodes.insert(node, content);
        self.entries(folder)?.insert(name.to_owned(), node);
        if name.ends_with("-shm") {
            self.volatile.push(node);
        }
        self.log.push(Op::Make {
            folder,
            name: name.to_owned(),
            node,
            is_folder,
        });
        Ok(node)
    }

    pub(super) fn remove(&mut self, folder: Node, name: &str) -> Result<(), Refusal> {
        let node = self.find(folder, name)?;
        if matches!(self.node(node)?, Content::Folder(entries) if !entries.is_empty()) {
            return Err(Refusal::NotEmpty);
        }
        self.meet(Act::Entry)?;
        self.entries(folder)?.remove(name);
        // The node itself stays for those who hold it open; a disk of one test is small.
        self.log.push(Op::Remove {
            folder,
            name: name.to_owned(),
        });
        Ok(())
    }

    pub(super) fn rename(
        &mut self,
        folder: Node,
        name: &str,
        to_folder: Node,
        to_name: &str,
    ) -> Result<(), Refusal> {
        let node = self.find(folder, name)?;
        self.entries(to_folder)?;
        self.meet(Act::Entry)?;
        self.entries(folder)?.remove(name);
        self.entries(to_folder)?.insert(to_name.to_owned(), node);
        self.log.push(Op::Rename {
            folder,
            name: name.to_owned(),
            to_folder,
            to_name: to_name.to_owned(),
        });
        Ok(())
    }

    pub(super) fn write(&mut self, node: Node, at: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let end = at + bytes.len() as u64;
        if self.volatile.contains(&node) {
            return self.put(node, at, bytes);
        }
        self.meet(Act::Write)?;
        let grows = blocks(end).saturating_sub(blocks(self.len(node)?));
        self.take_room(grows)?;
        self.put(node, at, bytes)?;
        self.log.push(Op::Write {
            node,
            at,
            bytes: bytes.into(),
        });
        Ok(())
    }

    fn put(&mut self, node: Node, at: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let content = self.bytes(node)?;
        let (from, to) = (at as usize, at as usize + bytes.len());
        if content.len() < to {
            content.resize(to, 0);
        }
        content[from..to].copy_from_slice(bytes);
        Ok(())
    }

    pub(super) fn resize(&mut self, node: Node, len: u64) -> Result<(), Refusal> {
        if !self.volatile.contains(&node) {
            self.meet(Act::Write)?;
            let grows = blocks(len).saturating_sub(blocks(self.len(node)?));
            self.take_room(grows)?;
            self.log.push(Op::Resize { node, len });
        }
        self.bytes(node)?.resize(len as usize, 0);
        Ok(())
    }

    pub(super) fn read(&mut self, node: Node, at: u64, most: usize) -> Result<Vec<u8>, Refusal> {
        let bytes = self.bytes(node)?;
        let from = bytes.len().min(at as usize);
        let to = bytes.len().min(from + most);
        Ok(bytes[from..to].to_vec())
    }

    pub(super) fn sync(&mut self, node: Node) -> Result<(), Refusal> {
        if self.volatile.contains(&node) {
            return Ok(());
        }
        let act = match self.node(node)? {
            Content::File(_) => Act::Sync,
            Content::Folder(_) => Act::SyncFolder,
        };
        let met = self.meet(act);
        self.log.push(if met.is_ok() {
            Op::Sync(node)
        } else {
            Op::SyncFailed(node)
        });
        met
    }

    pub(super) fn len(&mut self, node: Node) -> Result<u64, Refusal> {
        Ok(match self.node(node)? {
            Content::File(bytes) => bytes.len() as u64,
            Content::Folder(_) => 0,
        })
    }

    pub(super) fn settle(&mut self) {
        let nodes: Vec<Node> = self.nodes.keys().copied().collect();
        self.log.extend(nodes.into_iter().map(Op::Sync));
    }

    pub(super) fn arm(&mut self, fault: Fault) {
        self.fault = Some(fault);
        self.met = false;
        self.counted.clear();
    }

    pub(super) fn disarm(&mut self) -> bool {
        self.fault = None;
        std::mem::take(&mut self.met)
    }

    pub(super) fn counted(&self, act: Act) -> u64 {
        self.counted.get(&act).copied().unwrap_or(0)
    }

    pub(super) fn used(&self) -> u64 {
        let of = |node: &Node| match self.nodes.get(node) {
            Some(Content::File(bytes)) => BLOCK + blocks(bytes.len() as u64),
            _ => BLOCK,
        };
        let folders = self.nodes.values().filter_map(|content| match content {
            Content::Folder(entries) => Some(entries),
            Content::File(_) => None,
        });
        folders.flat_map(BTreeMap::values).map(of).sum()
    }

    fn take_room(&mut self, bytes: u64) -> Result<(), Refusal> {
        match self.room {
            Some(room) if bytes > 0 && self.used() + bytes > room => {
                self.refused_for_room += 1;
                Err(Refusal::Full)
            }
            _ => Ok(()),
        }
    }

    /// Counts an operation and refuses it if the fault says so.
    fn meet(&mut self, act: Act) -> Result<(), Refusal> {
        let count = self.counted.entry(act).or_default();
        *count += 1;
        match &self.fault {
            Some(fault)
                if fault.act == act && (*count == fault.number || (fault.lasts && *count > fault.number)) =>
            {
                self.met = true;
                Err(fault.refusal)
            }
            _ => Ok(()),
        }
    }
}

fn blocks(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK) * BLOCK
}
