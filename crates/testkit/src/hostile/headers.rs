//! Noise behind every magic number, files under the wrong name, and files that are two things at once.

use super::raw::{noise, stored, zip};
use super::{Hostile, Shelf};

const REFUSED: &[&str] = &["F001", "F002", "F003", "F004", "F011"];
const ANY: &[&str] = &[];

const MAGIC: &[(&str, &[u8])] = &[
    ("nothing", b""),
    ("xml", b"<?xml version=\"1.0\"?><EInvoice>"),
    ("pdf", b"%PDF-1.7\n"),
    ("zip", b"PK\x03\x04\x14\0\0\0\x08\0"),
    ("zip-end", b"PK\x05\x06"),
    ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    ("jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
    ("webp", b"RIFF\xff\xff\xff\x7fWEBPVP8L"),
    ("bmp", b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"),
    ("gif", b"GIF89a"),
    ("tiff", b"II*\0"),
    ("heic", b"\0\0\0\x18ftypheic"),
    ("rar", b"Rar!\x1a\x07\x01\0"),
    ("7z", b"7z\xbc\xaf\x27\x1c"),
    ("gzip", b"\x1f\x8b\x08"),
    ("compound", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("rtf", b"{\\rtf1"),
    ("elf", b"\x7fELF"),
    ("exe", b"MZ\x90\0"),
    ("utf16", b"\xff\xfe<\0"),
];

pub(super) fn cases() -> Vec<Hostile> {
    let mut shelf = Shelf::new("headers");
    for (seed, (name, magic)) in (20..).zip(MAGIC) {
        for length in [0, 3, 4_000] {
            let bytes = [magic, &noise(seed, length)[..]].concat();
            shelf.add(
                format!("noise-{length}-behind-{name}"),
                "a decoder fed with noise",
                REFUSED,
                bytes,
            );
        }
        let bytes = [magic, &vec![0; 1 << 20][..]].concat();
        shelf.add(
            format!("zeros-behind-{name}"),
            "a decoder fed with zeros",
            REFUSED,
            bytes,
        );
        let bytes = [magic, &vec![0xff; 1 << 20][..]].concat();
        shelf.add(
            format!("ones-behind-{name}"),
            "a decoder fed with ones",
            REFUSED,
            bytes,
        );
    }
    let packed = zip(&[stored("a.xml", b"<a/>")]);
    let pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF";
    shelf.add(
        "pdf-and-zip",
        "two forms in one file",
        ANY,
        [&pdf[..], &packed].concat(),
    );
    shelf.add(
        "html-and-pdf",
        "two forms in one file",
        ANY,
        [b"<html>", &pdf[..]].concat(),
    );
    shelf.add(
        "png-and-zip",
        "two forms in one file",
        ANY,
        [b"\x89PNG\r\n\x1a\n", &packed[..]].concat(),
    );
    shelf.add(
        "xml-and-zip",
        "two forms in one file",
        ANY,
        [b"<EInvoice/>", &packed[..]].concat(),
    );
    shelf.add(
        "late-pdf",
        "a header behind noise",
        ANY,
        [&noise(60, 900)[..], pdf].concat(),
    );
    shelf.add("nothing", "a file of no bytes", REFUSED, Vec::new());
    shelf.add("one-byte", "a file of one byte", REFUSED, vec![0]);
    shelf.add("zeros", "60 MiB of nothing", REFUSED, vec![0; 60 << 20]);
    shelf.add("spaces", "60 MiB of spaces", REFUSED, vec![b' '; 60 << 20]);
    shelf.add("noise", "8 MiB of noise", REFUSED, noise(61, 8 << 20));
    shelf.cases
}
