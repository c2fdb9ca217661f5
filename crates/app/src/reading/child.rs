//! The child's side: read a frame, answer with a frame, until the parent closes the pipe.
//!
//! Frames of both directions: a length (u64, little endian) and that many bytes. The answer is the reading as JSON
//! in one frame, then one frame of bytes for each file in it, where it is a zip. Those are not read in the same breath:
//! the parent asks for each.

use std::io::{self, Read, Write};

use super::sandbox::{allow_one_file, confine};
use super::tree::{Opened, open_file};

/// Runs as the reading child until the input ends. Called by the hidden verb of the binary, never by people.
///
/// # Errors
/// When the pipe to the parent breaks; the process should then end.
pub fn serve_child(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    // What the kernel cannot enforce is told by `piaoku status`; nobody listens here.
    let _layers = confine();
    allow_one_file();
    while let Some(bytes) = read_frame(&mut input, reader::limits::FILE_BYTES_MAX as u64)? {
        write_answer(&mut output, &open_file(&bytes))?;
        allow_one_file();
    }
    Ok(())
}

fn write_answer(output: &mut impl Write, opened: &Opened) -> io::Result<()> {
    let json = serde_json::to_vec(opened).map_err(io::Error::other)?;
    write_frame(output, &json)?;
    for member in &opened.members {
        write_frame(output, member)?;
    }
    output.flush()
}

/// Reads an answer as [`write_answer`] wrote it.
pub(crate) fn read_answer(input: &mut impl Read) -> io::Result<Opened> {
    let most = reader::limits::ARCHIVE_BYTES_MAX;
    let ended = || io::Error::new(io::ErrorKind::UnexpectedEof, "the reading child closed its pipe");
    let json = read_frame(input, most)?.ok_or_else(ended)?;
    let mut opened: Opened = serde_json::from_slice(&json).map_err(io::Error::other)?;
    // A child that went wrong could promise members without end.
    let mut room = most;
    for _ in &opened.names {
        let member = read_frame(input, room)?.ok_or_else(ended)?;
        room -= member.len() as u64;
        opened.members.push(member);
    }
    Ok(opened)
}

/// Writes a length and the bytes.
pub(crate) fn write_frame(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&(bytes.len() as u64).to_le_bytes())?;
    output.write_all(bytes)
}

/// Reads a frame; `None` where the input ended before it began.
fn read_frame(input: &mut impl Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    let mut have = 0;
    while have < length.len() {
        match input.read(&mut length[have..])? {
            0 if have == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            more => have += more,
        }
    }
    let length = u64::from_le_bytes(length);
    if length > most {
        return Err(io::Error::other(format!(
            "a frame of {length} bytes exceeds the limit of {most}"
        )));
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_back() {
        let mut opened = open_file(b"no invoice at all");
        opened.names.push("a.xml".to_owned());
        opened.members.push(b"<a/>".to_vec());
        let mut wire = Vec::new();
        write_answer(&mut wire, &opened).expect("a vector takes everything");
        assert_eq!(read_answer(&mut wire.as_slice()).expect("whole answer"), opened);
        wire.pop();
        assert!(read_answer(&mut wire.as_slice()).is_err());
    }

    #[test]
    fn a_lying_length_is_refused() {
        let mut wire = u64::MAX.to_le_bytes().to_vec();
        wire.extend([0; 10]);
        assert!(read_frame(&mut wire.as_slice(), 100).is_err());
    }
}
