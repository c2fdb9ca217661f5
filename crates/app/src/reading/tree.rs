//! The reading of a file and of all that lies inside it.

use invoice::{Format, Reading};
use serde::{Deserialize, Serialize};

/// How many files of one zip may kill their readers before the rest of it is left unread: each may take ten seconds.
const KILLED_MAX: usize = 20;

/// One file of a [`ReadTree`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadNode {
    /// The name inside the zip; empty for the file that was handed in.
    pub name: String,
    /// The place in [`ReadTree::nodes`] of the zip it lies in; `None` for the file that was handed in.
    pub parent: Option<usize>,
    /// The bytes, for files out of a zip. The caller has the bytes of the outermost file.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// What it says.
    pub reading: Reading,
}

/// A file and, where it is a zip, everything inside it, outermost first. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadTree {
    /// The files; a parent stands before its members.
    pub nodes: Vec<ReadNode>,
}

/// One file, read by itself: what it says and, for a zip, the files in it, which are not read yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Opened {
    /// What the file says.
    pub(crate) reading: Reading,
    /// Names of the files in it.
    pub(crate) names: Vec<String>,
    /// Their bytes, in the same order.
    #[serde(skip)]
    pub(crate) members: Vec<Vec<u8>>,
}

/// Reads one file, in this process.
pub(crate) fn open_file(bytes: &[u8]) -> Opened {
    let reading = reader::read(bytes);
    let members = if reading.format == Format::Zip {
        reader::unpack(bytes)
    } else {
        Vec::new()
    };
    let (names, members) = members
        .into_iter()
        .map(|member| (member.name, member.bytes))
        .unzip();
    Opened {
        reading,
        names,
        members,
    }
}

/// Reads a file and everything inside it, in this process.
pub fn read_tree(bytes: &[u8]) -> ReadTree {
    let Ok(tree) = walk(bytes, &|bytes| {
        Ok::<_, std::convert::Infallible>(open_file(bytes))
    });
    tree
}

/// Reads a file and everything inside it, each file by a call of `open`: so the limits of time and memory are those of
/// one file, and a file that breaks them takes none of its neighbours along. What all of them together may cost is
/// bounded as well, because zips in zips multiply.
pub(crate) fn walk<E>(bytes: &[u8], open: &impl Fn(&[u8]) -> Result<Opened, E>) -> Result<ReadTree, E> {
    let opened = open(bytes)?;
    let mut walk = Walk {
        open,
        nodes: vec![ReadNode {
            name: String::new(),
            parent: None,
            bytes: Vec::new(),
            reading: opened.reading,
        }],
        bytes_left: reader::limits::ARCHIVE_BYTES_MAX,
        killed: 0,
    };
    let members = opened.names.into_iter().zip(opened.members).collect();
    walk.members(0, members, 1)?;
    Ok(ReadTree { nodes: walk.nodes })
}

/// A tree that grows.
struct Walk<'a, Open> {
    open: &'a Open,
    nodes: Vec<ReadNode>,
    /// What files inside of files may still weigh, all levels together: their bytes are held until they are recorded.
    bytes_left: u64,
    /// How many of them have killed their reader.
    killed: usize,
}

impl<E, Open: Fn(&[u8]) -> Result<Opened, E>> Walk<'_, Open> {
    fn members(&mut self, parent: usize, members: Vec<(String, Vec<u8>)>, depth: usize) -> Result<(), E> {
        for (name, bytes) in members {
            if let Some(why) = self.spent(bytes.len()) {
                // Every zip on the way out says that something in it was left unread.
                let fault = reader::faults::BEYOND_LIMIT.at("file", why);
                self.nodes[parent].reading.faults.push(fault);
                return Ok(());
            }
            self.bytes_left = self.bytes_left.saturating_sub(bytes.len() as u64);
            let opened = (self.open)(&bytes)?;
            let is_zip = opened.reading.format == Format::Zip;
            let code = reader::faults::READER_KILLED.code;
            self.killed += usize::from(opened.reading.faults.iter().any(|fault| fault.code == code));
            let at = self.nodes.len();
            self.nodes.push(ReadNode {
                name,
                parent: Some(parent),
                bytes,
                reading: opened.reading,
            });
            if !is_zip {
                continue;
            }
            let depth_max = if twin::is_on("zip_depth_limit_off") {
                100
            } else {
                reader::limits::ARCHIVE_DEPTH_MAX
            };
            if depth < depth_max {
                let inner = opened.names.into_iter().zip(opened.members).collect();
                self.members(at, inner, depth + 1)?;
            } else {
                let too_deep = reader::faults::BEYOND_LIMIT.at("file", "压缩包嵌套过深，内层未读取");
                self.nodes[at].reading.faults.push(too_deep);
            }
        }
        Ok(())
    }

    /// Why a further file of this size is not read, if it is not.
    fn spent(&self, bytes: usize) -> Option<&'static str> {
        if self.nodes.len() > reader::limits::ARCHIVE_ENTRIES_MAX {
            Some("压缩包内文件过多，其余未读取")
        } else if bytes as u64 > self.bytes_left && !twin::is_on("zip_total_limit_off") {
            Some("压缩包层层解压后过大，其余未读取")
        } else if self.killed >= KILLED_MAX {
            Some("压缩包中使识读中止的文件过多，其余未读取")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use invoice::{Digest, Reading};

    use super::*;

    /// A reader for which a file of one byte `n` is a zip of `n` such files, each a kilobyte or a killer.
    fn opened(bytes: &[u8], member: &[u8], count: usize) -> Opened {
        let mut reading = Reading::new(Digest::of(b""), Format::Zip, 1);
        if bytes == b"killer" {
            reading.format = Format::Unknown;
            reading
                .faults
                .push(reader::faults::READER_KILLED.at("file", "killed"));
            return Opened {
                reading,
                names: Vec::new(),
                members: Vec::new(),
            };
        }
        Opened {
            reading,
            names: vec![String::new(); count],
            members: vec![member.to_vec(); count],
        }
    }

    fn walked(member: &[u8], count: usize) -> ReadTree {
        let Ok(tree) = walk(b"outermost", &|bytes| {
            Ok::<_, std::convert::Infallible>(opened(bytes, member, count))
        });
        tree
    }

    #[test]
    fn zips_in_zips_are_bounded_all_together() {
        // 7 + 7 * 7 + 7 * 7 * 7 files of a MiB each; seven are far below what one zip may hold.
        let tree = walked(&vec![b'x'; 1 << 20], 7);
        let held: u64 = tree.nodes.iter().map(|node| node.bytes.len() as u64).sum();
        assert!(held <= reader::limits::ARCHIVE_BYTES_MAX, "{held}");
        let faults = |at: usize| &tree.nodes[at].reading.faults;
        assert!(faults(0).iter().any(|fault| fault.code == "F003"));
    }

    #[test]
    fn a_zip_of_killers_is_given_up() {
        let tree = walked(b"killer", 1_000);
        assert_eq!(tree.nodes.len(), 1 + KILLED_MAX);
        assert_eq!(tree.nodes[0].reading.faults[0].code, "F003");
    }

    #[test]
    fn zips_in_zips_end() {
        let tree = walked(b"zip", 1);
        assert_eq!(tree.nodes.len(), 1 + reader::limits::ARCHIVE_DEPTH_MAX);
        assert_eq!(tree.nodes[3].reading.faults[0].code, "F003");
    }

    #[test]
    fn twins_are_caught() {
        let this = "reading::tree::tests::";
        for (twin, test) in [
            ("zip_total_limit_off", "zips_in_zips_are_bounded_all_together"),
            ("zip_depth_limit_off", "zips_in_zips_end"),
        ] {
            testkit::assert_twin_is_caught(twin, &format!("{this}{test}"), &[]);
        }
    }
}
