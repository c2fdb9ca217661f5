//! The kernel's side of the faulty disk: its requests, answered from the tree.
//!
//! Only what the protocol (`linux/fuse.h`, 7.31) needs for files and folders is spoken here. What is not known is
//! answered with "not implemented", upon which the kernel helps itself: locks, for one, it then keeps on its own.

use std::ffi::CString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::io::Errno;
use rustix::mount::{MountFlags, UnmountFlags};

use super::tree::{Content, Node, Refusal, Tree};

/// Largest write that the kernel may send.
const WRITE_BYTES_MAX: usize = 128 * 1024;
/// Bytes of the head of a request.
const HEAD_BYTES: usize = 40;

/// Mounts the tree and answers the kernel in a thread of its own until the mount is gone.
pub(super) fn mount(tree: Arc<Mutex<Tree>>, at: &Path) -> io::Result<()> {
    let device = OpenOptions::new().read(true).write(true).open("/dev/fuse")?;
    let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
    let options = format!(
        "fd={},rootmode=40000,user_id={},group_id={}",
        device.as_raw_fd(),
        user.as_raw(),
        group.as_raw()
    );
    let options = CString::new(options).map_err(io::Error::other)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    rustix::mount::mount("faulty-disk", at, "fuse", flags, options.as_c_str())?;
    let answers = Answers { tree, device };
    std::thread::Builder::new()
        .name("faulty-disk".to_owned())
        .spawn(move || answers.run())?;
    Ok(())
}

/// Takes the mount away; who still holds a file open keeps it until then.
pub(super) fn unmount(at: &Path) -> io::Result<()> {
    Ok(rustix::mount::unmount(at, UnmountFlags::DETACH)?)
}

struct Answers {
    tree: Arc<Mutex<Tree>>,
    device: File,
}

impl Answers {
    fn run(mut self) {
        let mut buffer = vec![0; HEAD_BYTES + WRITE_BYTES_MAX + 4096];
        loop {
            let read = match self.device.read(&mut buffer) {
                Ok(read) => read,
                // A request that was taken back, or a signal.
                Err(error) if matches!(error.raw_os_error(), Some(code) if code == Errno::NOENT.raw_os_error() || code == Errno::INTR.raw_os_error()) =>
                {
                    continue;
                }
                // Unmounted.
                Err(_) => return,
            };
            let mut request = Words(&buffer[..read]);
            let (_len, opcode, unique, node) = (request.u32(), request.u32(), request.u64(), request.u64());
            request.skip(16);
            // FORGET and BATCH_FORGET want no answer.
            if matches!(opcode, 2 | 42) {
                continue;
            }
            let answer = self.answer(opcode, node, request);
            let (error, body) = match answer {
                Ok(body) => (0, body),
                Err(errno) => (-errno.raw_os_error(), Vec::new()),
            };
            let mut reply = Vec::with_capacity(16 + body.len());
            reply.extend((16 + body.len() as u32).to_le_bytes());
            reply.extend(error.to_le_bytes());
            reply.extend(unique.to_le_bytes());
            reply.extend(body);
            // Whoever asked may be dead by now.
            let _answered = self.device.write(&reply);
        }
    }

    fn answer(&self, opcode: u32, node: Node, mut request: Words<'_>) -> Result<Vec<u8>, Errno> {
        let mut tree = self.tree.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = &mut *tree;
        Ok(match opcode {
            // LOOKUP
            1 => {
                let found = tree.find(node, &request.name())?;
                entry(tree, found)?
            }
            // GETATTR
            3 => attributes_answer(tree, node)?,
            // SETATTR
            4 => {
                const SIZE: u32 = 1 << 3;
                let valid = request.u32();
                request.skip(12);
                let size = request.u64();
                if valid & SIZE != 0 {
                    tree.resize(node, size)?;
                }
                attributes_answer(tree, node)?
            }
            // MKDIR
            9 => {
                request.skip(8);
                let made = tree.make(node, &request.name(), true)?;
                entry(tree, made)?
            }
            // UNLINK, RMDIR
            10 | 11 => {
                tree.remove(node, &request.name())?;
                Vec::new()
            }
            // RENAME, RENAME2
            12 | 45 => {
                let to_folder = request.u64();
                request.skip(if opcode == 45 { 8 } else { 0 });
                let (name, to_name) = (request.name(), request.name());
                tree.rename(node, &name, to_folder, &to_name)?;
                Vec::new()
            }
            // OPEN, OPENDIR: no handles are needed.
            14 | 27 => vec![0; 16],
            // READ
            15 => {
                request.skip(8);
                let (at, most) = (request.u64(), request.u32());
                tree.read(node, at, most as usize)?
            }
            // WRITE
            16 => {
                request.skip(8);
                let (at, len) = (request.u64(), request.u32());
                request.skip(20);
                tree.write(node, at, request.rest(len as usize))?;
                [len.to_le_bytes(), [0; 4]].concat()
            }
            // STATFS: room is only known when it ends.
            17 => [
                vec![0; 40],
                vec![0, 16, 0, 0, 255, 0, 0, 0, 0, 16, 0, 0],
                vec![0; 28],
            ]
            .concat(),
            // FSYNC, FSYNCDIR
            20 | 30 => {
                tree.sync(node)?;
                Vec::new()
            }
            // RELEASE, FLUSH, RELEASEDIR, DESTROY
            18 | 25 | 29 | 38 => Vec::new(),
            26 => init(),
            // READDIR
            28 => {
                request.skip(8);
                let (from, most) = (request.u64(), request.u32());
                list(tree, node, from as usize, most as usize)?
            }
            // CREATE
            35 => {
                request.skip(16);
                let made = tree.make(node, &request.name(), false)?;
                [entry(tree, made)?, vec![0; 16]].concat()
            }
            _ => return Err(Errno::NOSYS),
        })
    }
}

impl From<Refusal> for Errno {
    fn from(refusal: Refusal) -> Errno {
        match refusal {
            Refusal::Failed => Errno::IO,
            Refusal::Full => Errno::NOSPC,
            Refusal::Missing => Errno::NOENT,
            Refusal::Exists => Errno::EXIST,
            Refusal::NotEmpty => Errno::NOTEMPTY,
        }
    }
}

/// INIT: version 7.31, writes of the size above, nothing delayed in the kernel.
fn init() -> Vec<u8> {
    const BIG_WRITES: u32 = 1 << 5;
    const MAX_PAGES: u32 = 1 << 22;
    let mut out = Vec::with_capacity(64);
    for word in [7, 31, 0, BIG_WRITES | MAX_PAGES] {
        out.extend(u32::to_le_bytes(word));
    }
    for half in [16, 12] {
        out.extend(u16::to_le_bytes(half));
    }
    out.extend((WRITE_BYTES_MAX as u32).to_le_bytes());
    out.extend(1u32.to_le_bytes());
    out.extend(((WRITE_BYTES_MAX / 4096) as u16).to_le_bytes());
    out.resize(64, 0);
    out
}

fn attributes(tree: &mut Tree, node: Node) -> Result<Vec<u8>, Refusal> {
    let size = tree.len(node)?;
    let mode: u32 = match tree.node(node)? {
        Content::Folder(_) => 0o040_700,
        Content::File(_) => 0o100_600,
    };
    let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
    let mut out = Vec::with_capacity(88);
    for word in [node, size, size.div_ceil(512), 0, 0, 0] {
        out.extend(word.to_le_bytes());
    }
    for half in [0, 0, 0, mode, 1, user.as_raw(), group.as_raw(), 0, 4096, 0] {
        out.extend(half.to_le_bytes());
    }
    Ok(out)
}

/// Nothing is cached by the kernel (validity zero): after a refused operation its idea of a file might be wrong.
fn attributes_answer(tree: &mut Tree, node: Node) -> Result<Vec<u8>, Refusal> {
    Ok([vec![0; 16], attributes(tree, node)?].concat())
}

fn entry(tree: &mut Tree, node: Node) -> Result<Vec<u8>, Refusal> {
    let attributes = attributes(tree, node)?;
    Ok([node.to_le_bytes().to_vec(), vec![0; 32], attributes].concat())
}

fn list(tree: &mut Tree, folder: Node, from: usize, most: usize) -> Result<Vec<u8>, Refusal> {
    let entries: Vec<(String, Node)> = tree
        .entries(folder)?
        .iter()
        .map(|(name, node)| (name.clone(), *node))
        .collect();
    let mut out = Vec::new();
    for (nth, (name, node)) in entries.into_iter().enumerate().skip(from) {
        let is_folder = matches!(tree.node(node)?, Content::Folder(_));
        let mut line = Vec::new();
        line.extend(node.to_le_bytes());
        line.extend((nth as u64 + 1).to_le_bytes());
        line.extend((name.len() as u32).to_le_bytes());
        line.extend(if is_folder { 4u32 } else { 8 }.to_le_bytes());
        line.extend(name.as_bytes());
        line.resize(line.len().next_multiple_of(8), 0);
        if out.len() + line.len() > most {
            break;
        }
        out.extend(line);
    }
    Ok(out)
}

/// What is left of a request.
struct Words<'a>(&'a [u8]);

impl Words<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self
            .0
            .split_first_chunk()
            .expect("the kernel sends whole requests");
        self.0 = rest;
        *head
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    fn skip(&mut self, bytes: usize) {
        self.0 = &self.0[bytes..];
    }

    /// Text up to a zero byte.
    fn name(&mut self) -> String {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        let name = String::from_utf8_lossy(&self.0[..end]).into_owned();
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        name
    }

    fn rest(&self, len: usize) -> &[u8] {
        &self.0[..len]
    }
}
