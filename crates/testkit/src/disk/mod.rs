//! A disk that fails as real disks do, under the unchanged program.
//!
//! It is a file system in memory, mounted by FUSE at a scratch folder. Every change of a file or a folder is logged with
//! the syncs between them, so that afterwards the state after a power cut at any moment can be made (see [`power`]).
//! While it runs it can be told to have no more room, to answer one operation with an error, or to call the test at an
//! operation. Nothing of the program is replaced: SQLite, the originals and the tip file all go through the kernel.
//!
//! It needs Linux and the right to mount, which root has. Without, [`Disk::mount`] says why not.

mod fuse;
pub mod power;
mod tree;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub use tree::{Act, Fault, Op, Refusal};

use tree::Tree;

/// A mounted disk. Dropped, it is unmounted and gone.
pub struct Disk {
    tree: Arc<Mutex<Tree>>,
    folder: tempfile::TempDir,
}

impl Disk {
    /// Mounts an empty disk.
    ///
    /// # Errors
    /// This machine has no FUSE, or does not let us mount.
    pub fn mount() -> io::Result<Disk> {
        let folder = tempfile::tempdir()?;
        let tree = Arc::new(Mutex::new(Tree::default()));
        fuse::mount(Arc::clone(&tree), folder.path())?;
        Ok(Disk { tree, folder })
    }

    /// A mounted disk, or `None` with a printed note where this machine cannot mount one.
    #[allow(clippy::print_stdout, reason = "a row that was not measured must say so")]
    pub fn mount_or_say_why_not(row: &str) -> Option<Disk> {
        match Disk::mount() {
            Ok(disk) => Some(disk),
            Err(error) => {
                println!("RELIABILITY | {row} | not run: FUSE cannot be mounted here ({error})");
                None
            }
        }
    }

    /// Another disk with the same content and the same log, as if the first had been copied block by block.
    ///
    /// # Errors
    /// It cannot be mounted.
    pub fn copy(&self) -> io::Result<Disk> {
        let copy = Disk::mount()?;
        let content = self.with(|tree| tree.clone());
        copy.with(|tree| *tree = content);
        Ok(copy)
    }

    /// Makes everything durable, as a disk that is left alone for a while does by itself.
    pub fn settle(&self) {
        self.with(Tree::settle);
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path on it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// How many operations were logged so far.
    pub fn now(&self) -> usize {
        self.with(|tree| tree.log.len())
    }

    /// Everything logged so far.
    pub fn log(&self) -> Vec<Op> {
        self.with(|tree| tree.log.clone())
    }

    /// Arms a fault; the count of operations starts at zero.
    pub fn arm(&self, fault: Fault) {
        self.with(|tree| tree.arm(fault));
    }

    /// Takes the fault away and says whether it was ever met.
    pub fn disarm(&self) -> bool {
        self.with(Tree::disarm)
    }

    /// How many operations of an act there were since the last arming.
    pub fn count(&self, act: Act) -> u64 {
        self.with(|tree| tree.counted(act))
    }

    /// Bytes taken, in blocks of 4 KiB.
    pub fn used(&self) -> u64 {
        self.with(|tree| tree.used())
    }

    /// Leaves room for so many bytes in all; `None` is room without end.
    pub fn set_room(&self, bytes: Option<u64>) {
        self.with(|tree| tree.room = bytes);
    }

    /// How often something was refused for want of room.
    pub fn refused_for_room(&self) -> u64 {
        self.with(|tree| tree.refused_for_room)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Tree) -> T) -> T {
        act(&mut self.tree.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Before the folder is removed, which must be empty then. If it fails, the mount ends with the process.
        let _unmounted = fuse::unmount(self.folder.path());
    }
}
