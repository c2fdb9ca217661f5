//! Zip archives written byte by byte.
//!
//! A library would do for ordinary archives. Invoices come in others: names in GB18030 without the UTF-8 flag,
//! backslashes, impossible dates, data descriptors, ZipCrypto. And committed samples need the same bytes on every
//! processor, which the usual deflate does not promise.

use miniz_oxide::deflate::compress_to_vec;

use crate::chance::Chance;

/// How member names are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// UTF-8 with its flag.
    Utf8,
    /// GB18030 without any flag, as Chinese desktop programs do.
    Gb18030,
}

/// What an archive looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape<'a> {
    pub(crate) names: Names,
    /// Write sizes behind the data, as streaming writers do.
    pub(crate) has_descriptors: bool,
    /// MS-DOS date of every member. `0x0000` is month 0 of 1980, which strict libraries refuse.
    pub(crate) dos_date: u16,
    /// Compression level, 0 (stored) to 9.
    pub(crate) level: u8,
    /// ZipCrypto (PKWARE's traditional encryption) with this password.
    pub(crate) password: Option<&'a str>,
}

/// 2024-01-01 in MS-DOS form.
const DATE: u16 = (44 << 9) | (1 << 5) | 1;

impl Default for Shape<'_> {
    fn default() -> Self {
        Shape {
            names: Names::Utf8,
            has_descriptors: false,
            dos_date: DATE,
            level: 6,
            password: None,
        }
    }
}

/// An archive of members in the given order.
pub(crate) fn write(members: &[(String, Vec<u8>)], shape: Shape<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, data) in members {
        let (raw_name, mut flags) = raw_name(name, shape.names);
        let check = crc32(data);
        let (method, mut body) = match shape.level {
            0 => (0_u16, data.clone()),
            level => (8, compress_to_vec(data, level)),
        };
        if shape.has_descriptors {
            flags |= 1 << 3;
        }
        if let Some(password) = shape.password {
            flags |= 1;
            body = encrypt(&body, password, check);
        }
        let offset = out.len() as u32;
        let sizes = [check, body.len() as u32, data.len() as u32];
        let header = |sizes: [u32; 3]| {
            let mut bytes = Vec::new();
            for half in [20, flags, method, 0, shape.dos_date] {
                bytes.extend_from_slice(&u16::to_le_bytes(half));
            }
            for word in sizes {
                bytes.extend_from_slice(&word.to_le_bytes());
            }
            bytes.extend_from_slice(&(raw_name.len() as u16).to_le_bytes());
            bytes.extend_from_slice(&0_u16.to_le_bytes());
            bytes
        };
        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&header(if shape.has_descriptors { [0; 3] } else { sizes }));
        out.extend_from_slice(&raw_name);
        out.extend_from_slice(&body);
        if shape.has_descriptors {
            out.extend_from_slice(b"PK\x07\x08");
            for word in sizes {
                out.extend_from_slice(&word.to_le_bytes());
            }
        }
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&header(sizes));
        // Comment length, disk, internal and external attributes.
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(&raw_name);
    }
    let (start, size) = (out.len() as u32, directory.len() as u32);
    let count = members.len() as u16;
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn raw_name(name: &str, names: Names) -> (Vec<u8>, u16) {
    match names {
        Names::Utf8 if name.is_ascii() => (name.as_bytes().to_vec(), 0),
        Names::Utf8 => (name.as_bytes().to_vec(), 1 << 11),
        Names::Gb18030 => (encoding_rs::GB18030.encode(name).0.into_owned(), 0),
    }
}

/// CRC-32 as zip and PNG use it.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(u32::MAX, |register, byte| crc32_step(register, *byte))
}

fn crc32_step(register: u32, byte: u8) -> u32 {
    CRC_TABLE[((register ^ u32::from(byte)) & 0xFF) as usize] ^ (register >> 8)
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut value = at as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 0 {
                value >> 1
            } else {
                (value >> 1) ^ 0xEDB8_8320
            };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
};

/// ZipCrypto (APPNOTE.TXT §6.1). Weak, and still what office programs write when asked for a password.
fn encrypt(data: &[u8], password: &str, check: u32) -> Vec<u8> {
    let mut keys = [0x1234_5678_u32, 0x2345_6789, 0x3456_7890];
    for byte in password.bytes() {
        update(&mut keys, byte);
    }
    // The header is eleven bytes of chance and the check's first byte, by which a reader knows a wrong password.
    let mut header = Chance::new(u64::from(check))
        .text(11, "0123456789abcdef")
        .into_bytes();
    header.push(check.to_be_bytes()[0]);
    header
        .iter()
        .chain(data)
        .map(|plain| {
            let half = (keys[2] | 2) & 0xFFFF;
            let mask = (half.wrapping_mul(half ^ 1) >> 8) as u8;
            update(&mut keys, *plain);
            plain ^ mask
        })
        .collect()
}

fn update(keys: &mut [u32; 3], byte: u8) {
    keys[0] = crc32_step(keys[0], byte);
    keys[1] = keys[1]
        .wrapping_add(keys[0] & 0xFF)
        .wrapping_mul(134_775_813)
        .wrapping_add(1);
    keys[2] = crc32_step(keys[2], (keys[1] >> 24) as u8);
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    fn members() -> Vec<(String, Vec<u8>)> {
        vec![
            ("一月/发票.xml".to_owned(), "<a/>".repeat(50).into_bytes()),
            ("b.txt".to_owned(), b"hello".to_vec()),
        ]
    }

    #[test]
    fn a_library_reads_every_shape() {
        for shape in [
            Shape::default(),
            Shape {
                has_descriptors: true,
                ..Shape::default()
            },
            Shape {
                names: Names::Gb18030,
                level: 0,
                ..Shape::default()
            },
        ] {
            let bytes = write(&members(), shape);
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("opens");
            let mut text = String::new();
            archive
                .by_index(0)
                .expect("first")
                .read_to_string(&mut text)
                .expect("inflates, check holds");
            assert_eq!(text, "<a/>".repeat(50));
        }
    }

    #[test]
    fn names_in_gb18030_carry_no_flag() {
        let shape = Shape {
            names: Names::Gb18030,
            ..Shape::default()
        };
        let mut archive = zip::ZipArchive::new(Cursor::new(write(&members(), shape))).expect("opens");
        let raw = archive.by_index_raw(0).expect("first").name_raw().to_vec();
        assert_eq!(encoding_rs::GB18030.decode(&raw).0, "一月/发票.xml");
    }

    #[test]
    fn encrypted_members_open_with_the_password_only() {
        let shape = Shape {
            password: Some("piao"),
            ..Shape::default()
        };
        let mut archive = zip::ZipArchive::new(Cursor::new(write(&members(), shape))).expect("opens");
        assert!(archive.by_index(0).is_err());
        let mut text = String::new();
        archive
            .by_index_decrypt(1, b"piao")
            .expect("password")
            .read_to_string(&mut text)
            .expect("inflates");
        assert_eq!(text, "hello");
    }
}
