//! The reading of a file and of all that lies inside it.

use invoice::{Format, Reading};
use serde::{Deserialize, Serialize};

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
/// one file, and a file that breaks them takes none of its neighbours along.
pub(crate) fn walk<E>(bytes: &[u8], open: &impl Fn(&[u8]) -> Result<Opened, E>) -> Result<ReadTree, E> {
    let opened = open(bytes)?;
    let mut nodes = vec![ReadNode {
        name: String::new(),
        parent: None,
        bytes: Vec::new(),
        reading: opened.reading,
    }];
    let members = opened.names.into_iter().zip(opened.members);
    walk_members(&mut nodes, 0, members, 1, open)?;
    Ok(ReadTree { nodes })
}

fn walk_members<E>(
    nodes: &mut Vec<ReadNode>,
    parent: usize,
    members: impl Iterator<Item = (String, Vec<u8>)>,
    depth: usize,
    open: &impl Fn(&[u8]) -> Result<Opened, E>,
) -> Result<(), E> {
    for (name, bytes) in members {
        if nodes.len() > reader::limits::ARCHIVE_ENTRIES_MAX {
            let too_many = reader::faults::BEYOND_LIMIT.at("file", "压缩包内文件过多，其余未读取");
            nodes[parent].reading.faults.push(too_many);
            return Ok(());
        }
        let opened = open(&bytes)?;
        let is_zip = opened.reading.format == Format::Zip;
        let at = nodes.len();
        nodes.push(ReadNode {
            name,
            parent: Some(parent),
            bytes,
            reading: opened.reading,
        });
        if is_zip && depth < reader::limits::ARCHIVE_DEPTH_MAX {
            let inner: Vec<_> = opened.names.into_iter().zip(opened.members).collect();
            walk_members(nodes, at, inner.into_iter(), depth + 1, open)?;
        } else if is_zip {
            let too_deep = reader::faults::BEYOND_LIMIT.at("file", "压缩包嵌套过深，内层未读取");
            nodes[at].reading.faults.push(too_deep);
        }
    }
    Ok(())
}
