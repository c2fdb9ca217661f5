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

/// Reads a file and everything inside it, in this process.
pub fn read_tree(bytes: &[u8]) -> ReadTree {
    let outermost = ReadNode {
        name: String::new(),
        parent: None,
        bytes: Vec::new(),
        reading: reader::read(bytes),
    };
    let mut nodes = vec![outermost];
    if nodes[0].reading.format == Format::Zip {
        unpack_into(&mut nodes, 0, bytes, 1);
    }
    ReadTree { nodes }
}

fn unpack_into(nodes: &mut Vec<ReadNode>, parent: usize, bytes: &[u8], depth: usize) {
    for member in reader::unpack(bytes) {
        if nodes.len() > reader::limits::ARCHIVE_ENTRIES_MAX {
            let too_many = reader::faults::BEYOND_LIMIT.at("file", "压缩包内文件过多，其余未读取");
            nodes[parent].reading.faults.push(too_many);
            return;
        }
        let reading = reader::read(&member.bytes);
        let is_zip = reading.format == Format::Zip;
        let at = nodes.len();
        nodes.push(ReadNode {
            name: member.name,
            parent: Some(parent),
            bytes: Vec::new(),
            reading,
        });
        if is_zip && depth < reader::limits::ARCHIVE_DEPTH_MAX {
            unpack_into(nodes, at, &member.bytes, depth + 1);
        } else if is_zip {
            let too_deep = reader::faults::BEYOND_LIMIT.at("file", "压缩包嵌套过深，内层未读取");
            nodes[at].reading.faults.push(too_deep);
        }
        nodes[at].bytes = member.bytes;
    }
}
