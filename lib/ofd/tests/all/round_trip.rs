//! What is written is read back: positions, tags, attachments, pictures, paths, signatures.

use crate::support::{ATTACHED, PICTURE, Sample, digest, plan, read, sample};
use ofd::write::{Advance, Draft, Oddities, SignedPart, TagForm, TextDraft};
use ofd::{DocInfo, Document, Matrix, ObjectRef, Origin, PathOperation, Point, Problem, Rect};

fn assert_near(actual: Point, x: f64, y: f64) {
    assert!(
        (actual.x - x).abs() < 1e-3 && (actual.y - y).abs() < 1e-3,
        "{actual:?} is not ({x}, {y})"
    );
}

/// Everything of the sample document that does not depend on the form of its package.
fn check_content(document: &Document, sample: &Sample) {
    assert_eq!(document.pages.len(), 2);
    assert_eq!(document.pages[0].area, Rect::new(0.0, 0.0, 210.0, 140.0));
    assert_eq!(document.pages[1].area.height, 297.0);
    let texts: Vec<_> = document
        .texts_on(0)
        .map(|(origin, run)| (origin, run.text.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            (Origin::Template, "编号："),
            (Origin::Page, "24<042>&"),
            (Origin::Page, "¥"),
            (Origin::Page, "12.50"),
            (Origin::Annotation, "样张"),
        ]
    );
    let (_, number) = document.texts_on(0).nth(1).unwrap();
    assert_near(number.start(), 40.0, 12.0);
    assert_near(number.glyphs[7], 40.0 + 7.0 * 1.75, 12.0);
    assert_eq!(number.font_size, 3.5);
    let (_, mark) = document.texts_on(0).last().unwrap();
    assert_near(mark.start(), 110.0, 115.0);
    assert_near(mark.glyphs[1], 115.0, 115.0);

    assert_eq!(document.text_of(&sample.number).as_deref(), Some("24<042>&"));
    assert_eq!(document.tag_files.len(), 1);
    assert_eq!(document.tag_files[0].root, sample.tags);
    let tag = |name: &str| {
        document.tag_files[0]
            .root
            .descendants()
            .find(|tag| tag.name == name)
            .unwrap()
    };
    assert_eq!(document.texts_of_tag(tag("Total")), ["¥", "12.50"]);
    assert_eq!(document.texts_of_tag(tag("Inline")), ["值 & <值>"]);

    assert_eq!(document.attachments.len(), 1);
    assert_eq!(&*document.attachments[0].bytes, ATTACHED.as_bytes());
    assert_eq!(document.attachments[0].format, "xml");
    let image = document.pages[0].content.images().next().unwrap();
    assert_eq!(&*document.media_of(0, image).unwrap().bytes, PICTURE);
    assert_eq!(image.boundary, Rect::new(8.5, 3.5, 20.0, 20.0));
    assert_near(image.matrix.apply(Point { x: 1.0, y: 1.0 }), 28.5, 23.5);
}

#[test]
fn a_plain_package_comes_back_whole() {
    let sample = sample(TagForm::Namespaced);
    let document = read(&sample.draft.write().unwrap());
    assert_eq!(document.problems, []);
    assert_eq!(document.info, sample.draft.info);
    assert_eq!(document.info.custom("编号"), Some("042"));
    assert!(document.attachments[0].is_listed);
    assert_eq!(document.attachments[0].name, "original");
    check_content(&document, &sample);
}

#[test]
fn the_same_draft_gives_the_same_bytes() {
    let bytes = sample(TagForm::Namespaced).draft.write().unwrap();
    assert_eq!(bytes, sample(TagForm::Namespaced).draft.write().unwrap());
}

#[test]
fn paths_keep_their_shape_and_paint() {
    let document = read(&sample(TagForm::Namespaced).draft.write().unwrap());
    let rect = document.pages[0].content.paths().next().unwrap();
    assert!(rect.fill && !rect.stroke);
    assert_eq!(rect.fill_color, Some([255, 0, 10]));
    assert_eq!(rect.operations.len(), 5);
    assert_eq!(
        rect.operations[2],
        PathOperation::Line(Point { x: 170.0, y: 30.0 })
    );
    assert_eq!(rect.operations[4], PathOperation::Close);
    let line = document.templates[0].content.paths().next().unwrap();
    assert!(line.stroke && !line.fill);
    assert_eq!(
        line.operations[1],
        PathOperation::Line(Point { x: 205.0, y: 30.0 })
    );
}

#[test]
fn each_oddity_reads_like_the_plain_form() {
    type Setting = (&'static str, fn(&mut Oddities));
    let oddities: [Setting; 9] = [
        ("backslash_names", |o| o.backslash_names = true),
        ("byte_order_mark", |o| o.byte_order_mark = true),
        ("flat_pages", |o| o.flat_pages = true),
        ("directory_entries", |o| o.directory_entries = true),
        ("data_descriptors", |o| o.data_descriptors = true),
        ("invalid_dates", |o| o.invalid_dates = true),
        ("gb18030_names", |o| o.gb18030_names = true),
        ("absolute_paths", |o| o.absolute_paths = true),
        ("all at once", |o| {
            *o = Oddities {
                backslash_names: true,
                byte_order_mark: true,
                flat_pages: true,
                directory_entries: true,
                data_descriptors: true,
                invalid_dates: true,
                gb18030_names: true,
                absolute_paths: true,
                ..Oddities::default()
            }
        }),
    ];
    let plain = sample(TagForm::Namespaced).draft.write().unwrap();
    for (name, set) in oddities {
        println!("{name}");
        let mut sample = sample(TagForm::EmptyPrefix);
        set(&mut sample.draft.oddities);
        let bytes = sample.draft.write().unwrap();
        assert_ne!(bytes, plain);
        let document = read(&bytes);
        assert_eq!(document.problems, []);
        assert_eq!(document.attachments[0].part, "Doc_0/Attachs/原始数据.xml");
        check_content(&document, &sample);
    }
}

#[test]
fn oddities_are_really_in_the_bytes() {
    let written = |set: fn(&mut Oddities)| {
        let mut sample = sample(TagForm::EmptyPrefix);
        set(&mut sample.draft.oddities);
        sample.draft.write().unwrap()
    };
    let holds = |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    let names = |bytes: &[u8]| {
        read(bytes)
            .package()
            .entries()
            .iter()
            .map(|e| e.name.clone())
            .collect::<Vec<_>>()
    };

    assert!(holds(
        &written(|o| o.backslash_names = true),
        b"Doc_0\\Document.xml"
    ));
    let marked = written(|o| o.byte_order_mark = true);
    assert!(
        read(&marked)
            .bytes_of("OFD.xml")
            .unwrap()
            .starts_with(b"\xef\xbb\xbf<?xml")
    );
    assert!(names(&written(|o| o.flat_pages = true)).contains(&"Doc_0/Content_1.xml".to_owned()));
    assert!(holds(&written(|o| o.directory_entries = true), b"Doc_0/Pages/PK"));
    assert!(holds(&written(|o| o.data_descriptors = true), b"PK\x07\x08"));
    assert!(!holds(&written(|_| {}), b"PK\x07\x08"));
    // The date field of the first central header.
    let spoilt = written(|o| o.invalid_dates = true);
    let central = spoilt
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    assert_eq!(spoilt[central + 14..central + 16], [0xff, 0xff]);
    assert_eq!(spoilt[12..14], [0xff, 0xff]);
    let (gb18030, _, _) = encoding_rs::GB18030.encode("原始数据.xml");
    assert!(holds(&written(|o| o.gb18030_names = true), &gb18030));
    let absolute = written(|o| o.absolute_paths = true);
    assert!(holds(
        read(&absolute).bytes_of("OFD.xml").unwrap(),
        b">/Doc_0/Document.xml<"
    ));
    let odd_tags = written(|_| {});
    assert!(holds(
        read(&odd_tags).bytes_of("Doc_0/Tags/CustomTag.xml").unwrap(),
        b"<:form xmlns:=\"\""
    ));
}

#[test]
fn attachments_without_a_list_are_found_by_their_folder() {
    let mut sample = sample(TagForm::Namespaced);
    sample.draft.oddities.no_attachment_list = true;
    let document = read(&sample.draft.write().unwrap());
    assert_eq!(document.problems, [Problem::UnlistedAttachments { count: 1 }]);
    assert!(!document.attachments[0].is_listed);
    assert_eq!(document.attachments[0].name, "原始数据");
    check_content(&document, &sample);
}

#[test]
fn a_signature_comes_back_with_its_digests() {
    let sample = sample(TagForm::Namespaced);
    let sign = |part: SignedPart<'_>| [part.path.as_bytes(), &digest(part.bytes)].concat();
    let document = read(&sample.draft.write_signed(&plan(sample.page, &sign)).unwrap());
    assert_eq!(document.problems, []);
    let [signature] = &document.signatures[..] else {
        panic!("one signature")
    };
    assert_eq!(signature.provider_name.as_deref(), Some("tester"));
    assert_eq!(signature.provider_company.as_deref(), Some("公司"));
    assert_eq!(signature.kind, "Seal");
    assert_eq!(signature.check_method.as_deref(), Some("1.2.156.10197.1.401"));
    assert_eq!(signature.signature_method.as_deref(), Some("1.2.156.10197.1.501"));
    assert_eq!(signature.date_time.as_deref(), Some("20260102030405Z"));
    assert_eq!(signature.stamps[0].page_id, document.pages[0].id);
    assert_eq!(
        signature.stamps[0].boundary,
        Some(Rect::new(90.0, 8.0, 30.0, 20.0))
    );
    assert_eq!(
        document.bytes_of(signature.seal_part.as_deref().unwrap()),
        Some(&b"a seal"[..])
    );
    // Every part but OFD.xml and the four signature files is protected.
    assert_eq!(signature.references.len(), document.package().entries().len() - 5);
    for reference in &signature.references {
        let bytes = document.bytes_of(reference.part.as_deref().unwrap()).unwrap();
        assert_eq!(reference.check_value, digest(bytes), "{}", reference.file_ref);
    }
    let expect = [
        b"/Doc_0/Signs/Sign_0/Signature.xml",
        &digest(&signature.bytes)[..],
    ]
    .concat();
    assert_eq!(signature.signed_value.as_deref(), Some(&expect[..]));
}

#[test]
fn text_under_a_matrix_is_turned_and_scaled() {
    let mut draft = Draft::new(DocInfo::default());
    let page = draft.page(210.0, 140.0, None);
    draft.text(
        page,
        TextDraft {
            boundary: Some(Rect::new(200.0, 30.0, 4.0, 20.0)),
            ctm: Some(Matrix {
                values: [0.0, 2.0, -2.0, 0.0, 4.0, 0.0],
            }),
            ..TextDraft::new(1.0, 0.5, 3.0, "ab").advance(Advance::Steps(vec![1.5]))
        },
    );
    let document = read(&draft.write().unwrap());
    let (_, run) = document.texts_on(0).next().unwrap();
    assert_near(run.glyphs[0], 203.0, 32.0);
    assert_near(run.glyphs[1], 203.0, 35.0);
    assert_eq!(run.font_size, 6.0);
}

#[test]
fn unstated_steps_are_estimated_and_raw_ones_wrap() {
    let mut draft = Draft::new(DocInfo::default());
    let page = draft.page(210.0, 140.0, None);
    draft.text(
        page,
        TextDraft::new(10.0, 10.0, 4.0, "票a库").advance(Advance::Unstated),
    );
    let (delta_x, delta_y) = (Some("4 -4 g 9 4".to_owned()), Some("0 6".to_owned()));
    draft.text(
        page,
        TextDraft::new(10.0, 20.0, 4.0, "一二三四").advance(Advance::Raw { delta_x, delta_y }),
    );
    let document = read(&draft.write().unwrap());
    let runs: Vec<_> = document.texts_on(0).map(|(_, run)| run).collect();
    assert_near(runs[0].glyphs[1], 14.0, 10.0);
    assert_near(runs[0].glyphs[2], 16.0, 10.0);
    let lines = runs[1].lines();
    assert_eq!(
        lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
        ["一二", "三四"]
    );
    assert_near(lines[1].start, 10.0, 26.0);
}

#[test]
fn references_fall_back_to_templates_and_stay_on_their_page() {
    let mut draft = Draft::new(DocInfo::default());
    let template = draft.template(210.0, 140.0);
    let label = draft.text(template, TextDraft::new(1.0, 5.0, 3.0, "标签"));
    let first = draft.page(210.0, 140.0, Some(template));
    let value = draft.text(first, TextDraft::new(1.0, 5.0, 3.0, "值"));
    let second = draft.page(210.0, 140.0, None);
    let other = draft.text(second, TextDraft::new(1.0, 5.0, 3.0, "别页"));
    let document = read(&draft.write().unwrap());

    assert_eq!(document.text_of(&label).as_deref(), Some("标签"));
    assert_eq!(
        document
            .text_of(&ObjectRef {
                page_id: value.page_id,
                ..label
            })
            .as_deref(),
        Some("标签")
    );
    assert_eq!(
        document.text_of(&ObjectRef {
            page_id: other.page_id,
            ..label
        }),
        None
    );
    assert_eq!(
        document.text_of(&ObjectRef {
            page_id: other.page_id,
            ..value
        }),
        None
    );
    assert_eq!(
        document
            .text_of(&ObjectRef {
                page_id: Some(9999),
                ..value
            })
            .as_deref(),
        Some("值")
    );
    assert_eq!(
        document.text_of(&ObjectRef {
            object_id: 0,
            ..value
        }),
        None
    );
    assert_eq!(document.text_of(&ObjectRef { body: 1, ..value }), None);
}
