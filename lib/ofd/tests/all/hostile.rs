//! Damaged and hostile packages: refused with the right error, or read with the right problem.

use std::io::{Cursor, Write};

use crate::support::{read, sample};
use ofd::write::TagForm;
use ofd::{ErrorKind, LimitKind, Limits, OfdError, Problem};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const ENTRY_POINT: &str = "<OFD><DocBody><DocInfo/><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>";
const DOCUMENT: &str = "<Document><Pages><Page ID='1' BaseLoc='P.xml'/></Pages></Document>";

fn package(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A package with one page.
fn with_page(page: &str) -> Vec<u8> {
    package(&[
        ("OFD.xml", ENTRY_POINT.as_bytes()),
        ("Doc_0/Document.xml", DOCUMENT.as_bytes()),
        ("Doc_0/P.xml", page.as_bytes()),
    ])
}

fn refusal(bytes: &[u8]) -> OfdError {
    ofd::read(bytes, &Limits::default()).unwrap_err()
}

fn assert_limit(bytes: &[u8], limits: &Limits, expect: LimitKind) {
    let error = ofd::read(bytes, limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(
        matches!(error, OfdError::Limit { limit, .. } if limit == expect),
        "{error}"
    );
}

#[test]
fn what_is_no_package_is_said_so() {
    assert_eq!(refusal(b""), OfdError::NotZip);
    assert_eq!(refusal(b"%PDF-1.7"), OfdError::NotZip);
    assert_eq!(refusal(&package(&[("a.txt", b"a")])), OfdError::NoEntryPoint);
    let whole = sample(TagForm::Namespaced).draft.write().unwrap();
    for kept in [whole.len() / 2, whole.len() - 30, whole.len() - 5] {
        assert!(
            matches!(refusal(&whole[..kept]), OfdError::TruncatedZip { .. }),
            "{kept}"
        );
    }
}

#[test]
fn an_entry_point_without_a_document_is_an_error() {
    assert!(matches!(
        refusal(&package(&[("OFD.xml", b"<OFD>")])),
        OfdError::EntryPoint { .. }
    ));
    assert_eq!(refusal(&package(&[("OFD.xml", b"<OFD/>")])), OfdError::NoDocument);
    assert_eq!(
        refusal(&package(&[("OFD.xml", ENTRY_POINT.as_bytes())])),
        OfdError::NoDocument
    );
    let broken = package(&[
        ("OFD.xml", ENTRY_POINT.as_bytes()),
        ("Doc_0/Document.xml", b"<Document>"),
    ]);
    assert_eq!(refusal(&broken), OfdError::NoDocument);
}

#[test]
fn a_bomb_is_refused_by_ratio_and_by_size() {
    let zeros = vec![b' '; 3 << 20];
    let bomb = package(&[("OFD.xml", ENTRY_POINT.as_bytes()), ("bomb.xml", &zeros)]);
    assert_limit(&bomb, &Limits::default(), LimitKind::Ratio);
    let patient = Limits {
        ratio_max: 10_000,
        ..Limits::default()
    };
    assert_eq!(ofd::read(&bomb, &patient).unwrap_err(), OfdError::NoDocument);
    assert_limit(
        &bomb,
        &Limits {
            entry_bytes_max: 2 << 20,
            ..patient
        },
        LimitKind::EntryBytes,
    );
    assert_limit(
        &bomb,
        &Limits {
            inflated_bytes_max: 2 << 20,
            ..patient
        },
        LimitKind::InflatedBytes,
    );
    assert_limit(
        &bomb,
        &Limits {
            entries_max: 1,
            ..patient
        },
        LimitKind::Entries,
    );
}

#[test]
fn deep_and_wide_xml_is_refused() {
    assert_limit(
        &with_page(&"<a>".repeat(1_000_000)),
        &Limits {
            ratio_max: 10_000,
            ..Limits::default()
        },
        LimitKind::XmlDepth,
    );
    let wide: String = (0..300).map(|i| format!(" a{i}=''")).collect();
    assert_limit(
        &with_page(&format!("<Page{wide}/>")),
        &Limits::default(),
        LimitKind::XmlAttributes,
    );
    let few = Limits {
        xml_nodes_max: 50,
        ..Limits::default()
    };
    assert_limit(
        &with_page(&format!("<Page>{}</Page>", "<a/>".repeat(60))),
        &few,
        LimitKind::XmlNodes,
    );
}

#[test]
fn document_types_are_refused() {
    let page = "<!DOCTYPE a [<!ENTITY x 'y'>]><Page><Content>&x;</Content></Page>";
    assert_eq!(
        refusal(&with_page(page)),
        OfdError::Doctype {
            part: "Doc_0/P.xml".to_owned()
        }
    );
}

#[test]
fn one_part_used_by_many_pages_is_charged_each_time() {
    let page = "<Page><Content><Layer><TextObject ID='1' Boundary='0 0 9 9' Size='3'>\
                <TextCode X='0' Y='0'>0123456789</TextCode></TextObject></Layer></Content></Page>";
    let pages = "<Page ID='1' BaseLoc='P.xml'/>".repeat(100);
    let document = format!("<Document><Pages>{pages}</Pages></Document>");
    let bytes = package(&[
        ("OFD.xml", ENTRY_POINT.as_bytes()),
        ("Doc_0/Document.xml", document.as_bytes()),
        ("Doc_0/P.xml", page.as_bytes()),
    ]);
    assert_eq!(read(&bytes).pages.len(), 100);
    assert_limit(
        &bytes,
        &Limits {
            pages_max: 99,
            ..Limits::default()
        },
        LimitKind::Pages,
    );
    assert_limit(
        &bytes,
        &Limits {
            glyphs_max: 500,
            ..Limits::default()
        },
        LimitKind::Glyphs,
    );
    assert_limit(
        &bytes,
        &Limits {
            xml_nodes_max: 300,
            ..Limits::default()
        },
        LimitKind::XmlNodes,
    );
    assert_limit(
        &bytes,
        &Limits {
            inflated_bytes_max: 10_000,
            ..Limits::default()
        },
        LimitKind::XmlBytes,
    );
}

#[test]
fn steps_and_paths_cannot_grow_beyond_the_text() {
    let page = "<Page><Content><Layer><TextObject ID='1' Boundary='0 0 9 9' Size='3'>\
                <TextCode X='0' Y='0' DeltaX='g 4000000000 1'>abc</TextCode></TextObject>\
                <PathObject ID='2' Boundary='0 0 9 9'><AbbreviatedData>M 0 0 L 1 1 L 2 2 C</AbbreviatedData>\
                </PathObject></Layer></Content></Page>";
    let document = read(&with_page(page));
    assert_eq!(document.texts_on(0).next().unwrap().1.glyphs.len(), 3);
    assert_limit(
        &with_page(page),
        &Limits {
            path_operations_max: 3,
            ..Limits::default()
        },
        LimitKind::PathOperations,
    );
}

#[test]
fn names_that_climb_out_are_only_names() {
    let document = read(&package(&[
        ("OFD.xml", ENTRY_POINT.as_bytes()),
        ("../../Doc_0/Document.xml", DOCUMENT.as_bytes()),
        ("/Doc_0/P.xml", b"<Page/>"),
    ]));
    let names: Vec<_> = document
        .package()
        .entries()
        .iter()
        .map(|entry| entry.name.as_str())
        .collect();
    assert_eq!(names, ["OFD.xml", "Doc_0/Document.xml", "Doc_0/P.xml"]);
    assert_eq!(document.problems, []);
}

#[test]
fn of_two_entries_with_one_name_the_last_counts() {
    let document = read(&package(&[
        ("OFD.xml", ENTRY_POINT.as_bytes()),
        ("Doc_0/Document.xml", b"<Document/>"),
        ("Doc_0\\Document.xml", DOCUMENT.as_bytes()),
        ("Doc_0/P.xml", b"<Page/>"),
    ]));
    assert_eq!(document.pages.len(), 1);
    assert_eq!(
        document.problems,
        [Problem::DuplicateEntry {
            name: Some("Doc_0/Document.xml".to_owned())
        }]
    );
}

#[test]
fn a_name_repeated_in_the_zip_directory_is_noted() {
    // The writer refuses doubles, so the second entry is made under another name of the same length.
    let mut bytes = package(&[
        ("OFD.xml", ENTRY_POINT.as_bytes()),
        ("Doc_0/Document.xml", b"<Document/>"),
        ("Doc_0/DocumenX.xml", DOCUMENT.as_bytes()),
        ("Doc_0/P.xml", b"<Page/>"),
    ]);
    while let Some(at) = bytes.windows(12).position(|window| window == b"DocumenX.xml") {
        bytes[at + 7] = b't';
    }
    let document = read(&bytes);
    assert_eq!(document.problems, [Problem::DuplicateEntry { name: None }]);
    assert_eq!(document.pages.len(), 1);
}

#[test]
fn missing_and_broken_parts_are_problems() {
    let mut sample = sample(TagForm::Namespaced);
    let omitted = [
        "Doc_0/Pages/Page_1/Content.xml",
        "Doc_0/Tags/CustomTag.xml",
        "Doc_0/PublicRes.xml",
    ];
    sample.draft.oddities.omitted_parts = omitted.map(str::to_owned).to_vec();
    sample.draft.oddities.extra_parts = vec![
        (
            "Doc_0/Tags/CustomTag.xml".to_owned(),
            b"<root><a></root>".to_vec(),
        ),
        ("Doc_0/Pages/Page_7/Content.xml".to_owned(), b"<Page/>".to_vec()),
    ];
    let document = read(&sample.draft.write().unwrap());
    assert_eq!(document.pages.len(), 2);
    assert_eq!(document.texts_on(1).count(), 0);
    assert!(document.tag_files.is_empty());
    let problems: Vec<_> = document.problems.iter().map(Problem::to_string).collect();
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(
        problems[0].contains("Doc_0/Document.xml declares PublicRes.xml"),
        "{problems:?}"
    );
    assert!(
        problems[1].contains("declares Pages/Page_1/Content.xml"),
        "{problems:?}"
    );
    assert!(
        problems[2].starts_with("Doc_0/Tags/CustomTag.xml: not well-formed XML"),
        "{problems:?}"
    );
    assert!(
        problems[3].contains("Page_7/Content.xml is not listed"),
        "{problems:?}"
    );
}

#[test]
fn a_damaged_entry_is_a_problem_of_that_entry() {
    let mut bytes = with_page("<Page><Content><Layer/></Content></Page>");
    // The data of the page begins after its local header and name; a broken byte fails the checksum.
    let name = bytes
        .windows(11)
        .position(|window| window == b"Doc_0/P.xml")
        .unwrap();
    bytes[name + 11 + 4] ^= 0x55;
    let document = read(&bytes);
    assert_eq!(document.pages.len(), 1);
    assert!(
        matches!(&document.problems[0], Problem::UnreadableEntry { name, .. } if name == "Doc_0/P.xml"),
        "{:?}",
        document.problems
    );
}

#[test]
fn several_bodies_keep_their_ids_apart() {
    let entry_point = "<OFD><DocBody><DocInfo><DocID>a</DocID></DocInfo><DocRoot>Doc_0/D.xml</DocRoot></DocBody>\
                       <DocBody/>\
                       <DocBody><DocInfo><DocID>b</DocID></DocInfo><DocRoot>Doc_1/D.xml</DocRoot></DocBody></OFD>";
    let page = |text: &str| {
        format!(
            "<Page><Content><Layer><TextObject ID='5' Boundary='0 0 9 9' Size='3'>\
             <TextCode X='0' Y='0'>{text}</TextCode></TextObject></Layer></Content></Page>"
        )
    };
    let document = read(&package(&[
        ("OFD.xml", entry_point.as_bytes()),
        ("Doc_0/D.xml", DOCUMENT.as_bytes()),
        ("Doc_0/P.xml", page("first").as_bytes()),
        ("Doc_1/D.xml", DOCUMENT.as_bytes()),
        ("Doc_1/P.xml", page("second").as_bytes()),
    ]));
    assert_eq!(document.info.doc_id.as_deref(), Some("a"));
    assert_eq!(document.further_infos[0].doc_id.as_deref(), Some("b"));
    assert_eq!(document.pages.len(), 2);
    let text = |body| {
        document.text_of(&ofd::ObjectRef {
            body,
            page_id: Some(1),
            object_id: 5,
        })
    };
    assert_eq!(text(0).as_deref(), Some("first"));
    assert_eq!(text(1).as_deref(), Some("second"));
}

#[test]
fn a_package_wrapped_in_a_folder_is_read() {
    let document = read(&package(&[
        ("票/OFD.xml", ENTRY_POINT.replace("Doc_0", "/Doc_0").as_bytes()),
        ("票/Doc_0/Document.xml", DOCUMENT.as_bytes()),
        ("票/Doc_0/P.xml", b"<Page/>"),
    ]));
    assert_eq!(document.pages[0].part, "票/Doc_0/P.xml");
    assert_eq!(
        document.problems,
        [Problem::NestedEntryPoint {
            name: "票/OFD.xml".to_owned()
        }]
    );
}

#[test]
fn a_template_is_charged_for_each_page_that_uses_it() {
    let mut draft = ofd::write::Draft::new(ofd::DocInfo::default());
    let template = draft.template(210.0, 140.0);
    for _ in 0..50 {
        draft.text(template, ofd::write::TextDraft::new(1.0, 5.0, 3.0, "x"));
    }
    for _ in 0..10 {
        draft.page(210.0, 140.0, Some(template));
    }
    let bytes = draft.write().unwrap();
    assert_eq!(read(&bytes).texts_on(9).count(), 50);
    assert_limit(
        &bytes,
        &Limits {
            placed_objects_max: 499,
            ..Limits::default()
        },
        LimitKind::PlacedObjects,
    );
}

#[test]
fn tags_that_point_at_one_text_again_and_again_are_charged() {
    let mut sample = sample(TagForm::Namespaced);
    let refs = vec![sample.number; 1_000];
    sample.draft.tag_file(
        "again",
        ofd::Tag {
            name: "a".to_owned(),
            refs,
            ..ofd::Tag::default()
        },
        TagForm::Namespaced,
    );
    let bytes = sample.draft.write().unwrap();
    assert_eq!(read(&bytes).tag_files.len(), 2);
    assert_limit(
        &bytes,
        &Limits {
            glyphs_max: 5_000,
            ..Limits::default()
        },
        LimitKind::Glyphs,
    );
}

#[test]
fn names_of_endless_depth_are_left_out() {
    let deep = format!("{}x.xml", "a/".repeat(20));
    let document = read(&package(&[
        ("OFD.xml", ENTRY_POINT.as_bytes()),
        ("Doc_0/Document.xml", DOCUMENT.as_bytes()),
        ("Doc_0/P.xml", b"<Page/>"),
        (&deep, b"x"),
    ]));
    assert!(
        matches!(&document.problems[..], [Problem::UnreadableEntry { .. }]),
        "{:?}",
        document.problems
    );
    assert_eq!(document.bytes_of(&deep), None);
}
