//! Zips: bombs of every shape, lies about sizes and places, names that want to be paths, locks.

use super::raw::{
    RawEntry, crc32, deflated, directory_header, end_of_directory, local_header, noise, stored, zip,
};
use super::{Hostile, Shelf};

const BOMB: &[&str] = &["F003"];
const BROKEN: &[&str] = &["F001", "F003", "F002"];
const ANY: &[&str] = &[];

pub(super) fn cases() -> Vec<Hostile> {
    let mut shelf = Shelf::new("archives");
    bombs(&mut shelf);
    lies(&mut shelf);
    names(&mut shelf);
    methods(&mut shelf);
    shelf.cases
}

fn bombs(shelf: &mut Shelf) {
    let zeros = vec![0; 120 << 20];
    shelf.add(
        "flat-bomb",
        "one file of 120 MiB in 120 KiB",
        BOMB,
        zip(&[deflated("bomb", &zeros)]),
    );
    let part = deflated("x", &zeros[..8 << 20]);
    let many: Vec<RawEntry> = (0..40)
        .map(|at| RawEntry {
            name: format!("{at}.xml").into_bytes(),
            ..part.clone()
        })
        .collect();
    shelf.add("bomb-in-pieces", "the sum of 40 files of 8 MiB", BOMB, zip(&many));
    for depth in [3, 5, 12] {
        let mut inner = zip(&[deflated("invoice.xml", b"<a/>")]);
        for _ in 0..depth {
            inner = zip(&[deflated("inner.zip", &inner)]);
        }
        shelf.add(
            format!("zips-{depth}-deep"),
            "recursion of whoever unpacks",
            BOMB,
            inner,
        );
    }
    let bomb = zip(&[deflated("bomb", &zeros[..64 << 20])]);
    let nested: Vec<RawEntry> = (0..30).map(|at| stored(format!("{at}.zip"), &bomb)).collect();
    shelf.add(
        "bombs-in-a-zip",
        "each inner zip is judged by itself",
        BOMB,
        zip(&nested),
    );
    shelf.add(
        "overlapping-bomb",
        "500 directory entries for one file of 4 MiB",
        BOMB,
        overlapping(&zeros[..4 << 20]),
    );
    shelf.add(
        "quoted-bomb",
        "files that contain the headers of the next",
        BOMB,
        quoted(&zeros[..8 << 20]),
    );
    let empty = |at: u32| stored(format!("{at}"), b"");
    let many: Vec<RawEntry> = (0..100_000).map(empty).collect();
    shelf.add("100000-entries", "the number of entries", BOMB, zip(&many));
    shelf.add(
        "5000-empty-entries",
        "the number of files read",
        BROKEN,
        zip(&many[..5_000]),
    );
    let folders: Vec<RawEntry> = (0..9_000).map(|at| stored(format!("{at}/"), b"")).collect();
    shelf.add("9000-folders", "entries that are nothing", BROKEN, zip(&folders));
}

/// Every entry of the directory names the same local file.
fn overlapping(content: &[u8]) -> Vec<u8> {
    let entry = deflated("a", content);
    let mut out = local_header(&entry);
    out.extend(&entry.packed);
    let at = out.len() as u32;
    for _ in 0..500 {
        out.extend(directory_header(&entry, 0));
    }
    let size = out.len() as u32 - at;
    out.extend(end_of_directory(500, size, at));
    out
}

/// Each file's deflate stream begins with a stored block that quotes the next file's header and goes on with the next
/// file's stream, so that all share one kernel (D. Fifield, "A better zip bomb", 2019).
fn quoted(kernel: &[u8]) -> Vec<u8> {
    let mut entry = deflated("00", kernel);
    let mut content = kernel.to_vec();
    let mut region = entry.packed.clone();
    let mut files = Vec::new();
    for at in 1..40 {
        let header = local_header(&entry);
        region.splice(0..0, header.iter().copied());
        files.push((entry.clone(), region.len()));
        let length = header.len() as u16;
        let mut quote = vec![0];
        quote.extend(length.to_le_bytes());
        quote.extend((!length).to_le_bytes());
        region.splice(0..0, quote);
        content.splice(0..0, header);
        entry = RawEntry {
            name: format!("{at:02}").into_bytes(),
            packed: Vec::new(),
            stated_packed: Some(region.len() as u32),
            method: 8,
            crc: crc32(&content),
            size: content.len() as u32,
            ..RawEntry::default()
        };
    }
    region.splice(0..0, local_header(&entry));
    files.push((entry, region.len()));
    let total = region.len();
    for (entry, from_end) in files.iter().rev() {
        region.extend(directory_header(
            &RawEntry {
                stated_packed: Some(entry.stated_packed.unwrap_or(entry.packed.len() as u32)),
                ..entry.clone()
            },
            (total - from_end) as u32,
        ));
    }
    let size = region.len() - total;
    region.extend(end_of_directory(files.len() as u16, size as u32, total as u32));
    region
}

fn lies(shelf: &mut Shelf) {
    let honest = deflated("a.xml", &vec![b' '; 20 << 20]);
    let mut lie = |name: &str, attacks, told, change: &dyn Fn(&mut RawEntry)| {
        let mut entry = honest.clone();
        change(&mut entry);
        shelf.add(name, attacks, told, zip(&[entry]));
    };
    lie("says-10-bytes", "trust in the stated size", BROKEN, &|entry| {
        entry.size = 10;
    });
    lie(
        "says-4-gigabytes",
        "allocation by the stated size",
        BROKEN,
        &|entry| entry.size = u32::MAX,
    );
    lie(
        "packed-beyond-the-end",
        "reading by the stated packed size",
        BROKEN,
        &|entry| {
            entry.stated_packed = Some(0x7fff_ffff);
        },
    );
    lie("packed-nothing", "an empty stream", BROKEN, &|entry| {
        entry.stated_packed = Some(0);
    });
    lie("wrong-checksum", "the checksum", BROKEN, &|entry| entry.crc ^= 1);
    lie(
        "place-beyond-the-end",
        "seeking to the stated place",
        BROKEN,
        &|entry| {
            entry.stated_at = Some(0xfff_0000);
        },
    );
    lie(
        "place-is-the-directory",
        "a local header that is none",
        BROKEN,
        &|entry| {
            entry.stated_at = Some(entry.packed.len() as u32 + 20);
        },
    );
    lie(
        "two-names",
        "the name in the file and in the directory",
        ANY,
        &|entry| {
            entry.local_name = Some(b"../../etc/passwd".to_vec());
        },
    );
    lie("sizes-of-64-bits", "sizes in the extra field", BROKEN, &|entry| {
        entry.size = u32::MAX;
        entry.extra = [&[1, 0, 16, 0][..], &[0xff; 16]].concat();
    });
    lie(
        "extra-field-lies",
        "the length in the extra field",
        ANY,
        &|entry| {
            entry.extra = vec![1, 0, 0xff, 0xff, 1, 2];
        },
    );
    let whole = zip(&[stored("a.xml", b"<a/>")]);
    let end = whole.len() - 22;
    let mut changed = |name: &str, attacks, at: usize, bytes: &[u8]| {
        let mut file = whole.clone();
        file[end + at..end + at + bytes.len()].copy_from_slice(bytes);
        shelf.add(name, attacks, ANY, file);
    };
    changed(
        "65535-entries-stated",
        "the stated number of entries",
        8,
        &[0xff; 4],
    );
    changed(
        "directory-beyond-the-end",
        "the stated place of the directory",
        16,
        &[0xff, 0xff, 0xff, 0x7f],
    );
    changed(
        "directory-of-nothing",
        "the stated size of the directory",
        12,
        &[0; 4],
    );
    changed(
        "comment-beyond-the-end",
        "the stated length of the comment",
        20,
        &[0xff, 0xff],
    );
    changed("seventh-disk", "numbers of disks", 4, &[7, 0, 7, 0]);
    shelf.add(
        "no-entries",
        "an archive of nothing",
        BROKEN,
        end_of_directory(0, 0, 0),
    );
    shelf.add(
        "behind-a-program",
        "bytes before the first header",
        ANY,
        [b"PK\x03\x04MZ", &noise(1, 4_000)[..], &whole].concat(),
    );
    shelf.add(
        "after-the-end",
        "bytes after the end",
        ANY,
        [&whole[..], &noise(2, 4_000)].concat(),
    );
    shelf.add(
        "70000-after-the-end",
        "the search for the end",
        ANY,
        [&whole[..], &vec![0; 70_000]].concat(),
    );
    let ends = b"PK\x05\x06".repeat(1 << 20);
    shelf.add(
        "a-million-ends",
        "the search for the end, again and again",
        ANY,
        [b"PK\x03\x04", &ends[..]].concat(),
    );
    let heads = b"PK\x03\x04".repeat(1 << 20);
    shelf.add(
        "a-million-headers",
        "repair by searching for headers",
        BROKEN,
        heads,
    );
}

fn names(shelf: &mut Shelf) {
    let long = "长".repeat(20_000);
    let names: [(&str, &[u8]); 20] = [
        ("climbs", b"../../../../etc/cron.d/piaoku"),
        ("climbs-backwards", b"..\\..\\windows\\system32\\a.xml"),
        ("absolute", b"/etc/passwd"),
        ("drive", b"C:\\autoexec.bat"),
        ("share", b"\\\\server\\share\\a.xml"),
        ("nul-byte", b"a.xml\0.exe"),
        ("device", b"CON"),
        ("device-with-extension", b"aux.xml"),
        ("very-long", long.as_bytes()),
        ("empty", b""),
        ("dot", b"."),
        ("dots", b".."),
        ("not-utf8", b"\xff\xfe\xfa.xml"),
        ("right-to-left", "发票\u{202e}fdp.exe".as_bytes()),
        ("escape-codes", b"\x1b[2J\x1b]0;owned\x07.xml"),
        ("newlines", b"a\n\r\nb.xml"),
        ("tilde", b"~root/.ssh/authorized_keys"),
        ("stream", b"a.xml:hidden:$DATA"),
        ("sql", b"'; DROP TABLE rows; --.xml"),
        ("format", b"%s%s%n{}{0}.xml"),
    ];
    for (name, raw) in names {
        shelf.add(
            format!("name-{name}"),
            "whoever takes a name for a path",
            ANY,
            zip(&[stored(raw, b"<a/>")]),
        );
    }
    let twice = [stored("a.xml", b"<a/>"), stored("a.xml", b"<b/>")];
    shelf.add("one-name-twice", "maps by name", ANY, zip(&twice));
    let often: Vec<RawEntry> = (0..3_000)
        .map(|at| stored("a.xml", format!("{at}").as_bytes()))
        .collect();
    shelf.add("one-name-3000-times", "maps by name", ANY, zip(&often));
    for (name, part) in [("ofd", "OFD.xml"), ("xlsx", "xl/workbook.xml")] {
        let garbage = zip(&[stored(part, &noise(3, 5_000))]);
        shelf.add(
            format!("named-like-{name}"),
            "the form told by a name",
            BROKEN,
            garbage,
        );
        let folder = zip(&[stored(format!("{part}/"), b"")]);
        shelf.add(
            format!("folder-named-like-{name}"),
            "the form told by a name",
            BROKEN,
            folder,
        );
    }
}

fn methods(shelf: &mut Shelf) {
    for method in [1, 6, 9, 10, 12, 14, 93, 95, 97, 98, 99, 0xffff] {
        let entry = RawEntry {
            method,
            ..stored("a.xml", &noise(4, 500))
        };
        shelf.add(
            format!("method-{method}"),
            "methods of compression that are not known",
            BROKEN,
            zip(&[entry]),
        );
    }
    for (name, flags) in [
        ("locked", 1),
        ("strongly-locked", 0x41),
        ("directory-locked", 0x2001),
    ] {
        let entry = RawEntry {
            flags,
            ..stored("a.xml", &noise(5, 500))
        };
        shelf.add(name, "a file behind a password", &["F004"], zip(&[entry]));
    }
    for (name, packed) in [
        ("bad-block", vec![0xff; 100]),
        ("endless-distance", vec![0x4b, 0x04, 0xff, 0xff, 0xff]),
        (
            "cut-stream",
            deflated("", &noise(6, 50_000)).packed[..20_000].to_vec(),
        ),
        ("noise", noise(7, 50_000)),
    ] {
        let entry = RawEntry {
            name: b"a.xml".to_vec(),
            packed,
            method: 8,
            size: 50_000,
            ..RawEntry::default()
        };
        shelf.add(format!("deflate-{name}"), "the inflater", BROKEN, zip(&[entry]));
    }
}
