//! What lies inside a zip, for tests that count what was handed in.

use std::io::{Cursor, Read};

/// The bytes of every file in a zip; empty for anything that is no readable zip.
pub fn zip_members(bytes: &[u8]) -> Vec<Vec<u8>> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Vec::new();
    };
    let mut members = Vec::new();
    for at in 0..archive.len() {
        let Ok(mut member) = archive.by_index(at) else {
            continue;
        };
        let mut content = Vec::new();
        if member.is_file() && member.read_to_end(&mut content).is_ok() {
            members.push(content);
        }
    }
    members
}
