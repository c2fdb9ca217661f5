//! Whatever the bytes are, reading ends without a panic and within its limits.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use crate::support::{plan, sample};
use ofd::Limits;
use ofd::write::{SignedPart, TagForm};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

static PACKAGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let sample = sample(TagForm::EmptyPrefix);
    let sign = |part: SignedPart<'_>| part.bytes.to_vec();
    sample.draft.write_signed(&plan(sample.page, &sign)).unwrap()
});

/// The entries of the package, for mutations that the checksums of the zip would otherwise catch.
static ENTRIES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let mut archive = ZipArchive::new(Cursor::new(PACKAGE.as_slice())).unwrap();
    let indices = 0..archive.len();
    let entries = indices.map(|index| {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    });
    entries.collect()
});

fn repack(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(
            name,
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored),
        )
        .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Reads and asks everything a caller may ask.
fn exercise(bytes: &[u8]) {
    let limits = Limits {
        inflated_bytes_max: 4 << 20,
        ..Limits::default()
    };
    let Ok(document) = ofd::read(bytes, &limits) else {
        return;
    };
    for page in 0..document.pages.len() {
        for (_, run) in document.texts_on(page) {
            assert_eq!(run.glyphs.len(), run.text.chars().count());
            let joined: String = run.lines().into_iter().map(|line| line.text).collect();
            assert_eq!(joined, run.text);
        }
    }
    for file in &document.tag_files {
        for tag in file.root.descendants() {
            let _ = document.texts_of_tag(tag);
        }
    }
    assert!(document.problems.len() <= 201);
}

/// Bytes that mean something in XML, zip or number lists.
fn telling_byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        any::<u8>(),
        proptest::sample::select(b"<>/&;:\"'=#-.0 g\\\x00\xff".to_vec())
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_packages_do_not_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        kept in any::<prop::sample::Index>(),
        cut in proptest::bool::weighted(0.1),
    ) {
        let mut bytes = PACKAGE.clone();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(kept.index(bytes.len()));
        }
        exercise(&bytes);
    }

    #[test]
    fn damaged_parts_do_not_panic(
        edits in proptest::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), telling_byte(), 0..3_u8), 1..8),
    ) {
        let mut entries = ENTRIES.clone();
        for (entry, at, byte, how) in edits {
            let index = entry.index(entries.len());
            let bytes = &mut entries[index].1;
            if bytes.is_empty() {
                continue;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        exercise(&repack(&entries));
    }

    #[test]
    fn any_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        exercise(&bytes);
        let limits = ofd::xml::Limits::default();
        let strict = ofd::xml::parse(&bytes, &limits);
        if let Ok(tree) = strict {
            prop_assert_eq!(ofd::xml::parse_lenient(&bytes, &limits), Ok(tree));
        }
    }

    #[test]
    fn any_tags_in_a_row_do_not_panic(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "<a>", "</a>", "<b x='1'>", "</b>", "<:c>", "</:c>", "<d/>", "&amp;", "&", "&#0;", "&#x110000;", "<![CDATA[",
            "]]>", "<!--", "-->", "<?x", "?>", "票", " ", "xmlns:=''", "<e f", "=\"", "\">",
        ]), 0..40),
    ) {
        let text = words.concat();
        let limits = ofd::xml::Limits::default();
        if let Ok(tree) = ofd::xml::parse(text.as_bytes(), &limits) {
            prop_assert_eq!(ofd::xml::parse_lenient(text.as_bytes(), &limits), Ok(tree));
        }
    }
}
