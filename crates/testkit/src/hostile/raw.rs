//! Zips, PNG chunks and PDFs from raw bytes, so that every field can lie.

/// Fields of a zip's entry. What is `None` is stated truthfully.
#[derive(Debug, Clone, Default)]
pub(super) struct RawEntry {
    pub(super) name: Vec<u8>,
    /// The bytes as they lie in the archive.
    pub(super) packed: Vec<u8>,
    pub(super) method: u16,
    pub(super) flags: u16,
    pub(super) crc: u32,
    pub(super) size: u32,
    pub(super) stated_packed: Option<u32>,
    /// Where the directory says that the local header is.
    pub(super) stated_at: Option<u32>,
    /// The name in the local header.
    pub(super) local_name: Option<Vec<u8>>,
    pub(super) extra: Vec<u8>,
}

/// An entry that is stored as it is.
pub(super) fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> RawEntry {
    RawEntry {
        name: name.as_ref().to_vec(),
        packed: content.to_vec(),
        crc: crc32(content),
        size: content.len() as u32,
        ..RawEntry::default()
    }
}

/// An entry that is deflated.
pub(super) fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> RawEntry {
    RawEntry {
        packed: miniz_oxide::deflate::compress_to_vec(content, 9),
        method: 8,
        ..stored(name, content)
    }
}

/// The local header of an entry.
pub(super) fn local_header(entry: &RawEntry) -> Vec<u8> {
    let name = entry.local_name.as_ref().unwrap_or(&entry.name);
    let mut out = b"PK\x03\x04\x14\0".to_vec();
    header_fields(entry, &mut out);
    out.extend((name.len() as u16).to_le_bytes());
    out.extend([0, 0]);
    out.extend(name);
    out
}

fn header_fields(entry: &RawEntry, out: &mut Vec<u8>) {
    out.extend(entry.flags.to_le_bytes());
    out.extend(entry.method.to_le_bytes());
    out.extend([0, 0, 0x21, 0x58]);
    out.extend(entry.crc.to_le_bytes());
    let packed = entry.stated_packed.unwrap_or(entry.packed.len() as u32);
    out.extend(packed.to_le_bytes());
    out.extend(entry.size.to_le_bytes());
}

/// The directory's header of an entry.
pub(super) fn directory_header(entry: &RawEntry, at: u32) -> Vec<u8> {
    let mut out = b"PK\x01\x02\x14\0\x14\0".to_vec();
    header_fields(entry, &mut out);
    out.extend((entry.name.len() as u16).to_le_bytes());
    out.extend((entry.extra.len() as u16).to_le_bytes());
    out.extend([0; 10]);
    out.extend(entry.stated_at.unwrap_or(at).to_le_bytes());
    out.extend(&entry.name);
    out.extend(&entry.extra);
    out
}

/// The end of the directory.
pub(super) fn end_of_directory(count: u16, size: u32, at: u32) -> Vec<u8> {
    let mut out = b"PK\x05\x06\0\0\0\0".to_vec();
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// An archive of these entries, with a ZIP64 end where there are too many for the old one.
pub(super) fn zip(entries: &[RawEntry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        directory.extend(directory_header(entry, out.len() as u32));
        out.extend(local_header(entry));
        out.extend(&entry.packed);
    }
    let (at, size) = (out.len(), directory.len());
    out.extend(directory);
    if entries.len() > 0xfffe {
        let end = out.len() as u64;
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for field in [entries.len(), entries.len(), size, at] {
            out.extend((field as u64).to_le_bytes());
        }
        out.extend(b"PK\x06\x07\0\0\0\0");
        out.extend(end.to_le_bytes());
        out.extend([1, 0, 0, 0]);
        out.extend(end_of_directory(u16::MAX, u32::MAX, u32::MAX));
    } else {
        out.extend(end_of_directory(entries.len() as u16, size as u32, at as u32));
    }
    out
}

/// CRC-32 of ISO 3309, as in zip and PNG.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut at = 0;
        while at < 256 {
            let mut value = at as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 {
                    0xedb8_8320 ^ (value >> 1)
                } else {
                    value >> 1
                };
                bit += 1;
            }
            table[at] = value;
            at += 1;
        }
        table
    };
    let fold = |crc: u32, byte: &u8| TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8);
    !bytes.iter().fold(u32::MAX, fold)
}

/// A PDF in the making: objects at their places, a cross-reference table that is right, a trailer.
pub(super) struct Pdf {
    out: Vec<u8>,
    places: Vec<(u32, usize)>,
}

impl Pdf {
    pub(super) fn new() -> Pdf {
        Pdf {
            out: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(),
            places: Vec::new(),
        }
    }

    pub(super) fn object(mut self, number: u32, body: impl AsRef<[u8]>) -> Pdf {
        self.places.push((number, self.out.len()));
        self.out.extend(format!("{number} 0 obj\n").into_bytes());
        self.out.extend(body.as_ref());
        self.out.extend(b"\nendobj\n");
        self
    }

    /// A stream whose dictionary says besides its length what `dictionary` says.
    pub(super) fn stream(self, number: u32, dictionary: &str, data: &[u8]) -> Pdf {
        let mut body = format!("<< /Length {} {dictionary} >>\nstream\n", data.len()).into_bytes();
        body.extend(data);
        body.extend(b"\nendstream");
        self.object(number, body)
    }

    /// The catalogue as object 1, the page tree as 2, one page as 3 with these further entries.
    pub(super) fn one_page(self, entries: &str) -> Pdf {
        self.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
            .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
            .object(
                3,
                format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 400] {entries} >>"),
            )
    }

    pub(super) fn finish(self, trailer: &str) -> Vec<u8> {
        let Pdf { mut out, places } = self;
        let start = out.len();
        out.extend(b"xref\n0 1\n0000000000 65535 f \n");
        for (number, place) in places {
            out.extend(format!("{number} 1\n{place:010} 00000 n \n").into_bytes());
        }
        out.extend(format!("trailer\n<< /Size 100 {trailer} >>\nstartxref\n{start}\n%%EOF\n").into_bytes());
        out
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.finish("/Root 1 0 R")
    }
}

/// Zlib around deflate, as PDF and PNG have it.
pub(super) fn zlib(content: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(content, 9)
}

/// Bytes without a pattern, from a seed.
pub(super) fn noise(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(byte).take(count).collect()
}
