//! A small document with something of everything, for the tests of this folder.

use ofd::write::{AttachmentDraft, Draft, Paint, Sheet, SignaturePlan, SignedPart, TagForm, TextDraft};
use ofd::{CustomData, DocInfo, Document, Limits, ObjectRef, Point, Rect, Tag};

/// A draft and what the tests ask about it.
pub struct Sample {
    pub draft: Draft,
    pub page: Sheet,
    pub number: ObjectRef,
    pub tags: Tag,
}

pub const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nnot really a picture";
pub const ATTACHED: &str = "<data>附件</data>";

pub fn sample(form: TagForm) -> Sample {
    let mut draft = Draft::new(DocInfo {
        doc_id: Some("0123456789abcdef".to_owned()),
        author: Some("作者 & 公司".to_owned()),
        creator: Some("tests".to_owned()),
        creation_date: Some("2026-01-02".to_owned()),
        custom_data: vec![
            CustomData {
                name: "编号".to_owned(),
                value: "042".to_owned(),
            },
            CustomData {
                name: "空".to_owned(),
                value: String::new(),
            },
        ],
        ..DocInfo::default()
    });
    let font = draft.font("宋体");
    let template = draft.template(210.0, 140.0);
    draft.text(template, TextDraft::new(20.0, 12.0, 3.5, "编号：").font(font));
    draft.line(
        template,
        Point { x: 5.0, y: 30.0 },
        Point { x: 205.0, y: 30.0 },
        0.25,
    );

    let page = draft.page(210.0, 140.0, Some(template));
    let number = draft.text(page, TextDraft::new(40.0, 12.0, 3.5, "24<042>&").font(font));
    let sign = draft.text(page, TextDraft::new(60.0, 90.0, 3.5, "¥"));
    let amount = draft.text(page, TextDraft::new(62.0, 90.0, 3.5, "12.50"));
    draft.rect(
        page,
        Rect::new(150.0, 10.0, 20.0, 20.0),
        Paint::filled().color([255, 0, 10]),
    );
    draft.image(page, Rect::new(8.5, 3.5, 20.0, 20.0), "png", PICTURE.to_vec());
    let mark = draft.annotation(page, "Watermark", Rect::new(100.0, 100.0, 50.0, 20.0));
    draft.text(mark, TextDraft::new(110.0, 115.0, 5.0, "样张"));

    let second = draft.page(210.0, 297.0, None);
    draft.text(second, TextDraft::new(20.0, 20.0, 3.0, "第二页"));

    let leaf = |name: &str, refs: Vec<ObjectRef>| Tag {
        name: name.to_owned(),
        refs,
        ..Tag::default()
    };
    let tags = Tag {
        name: "form".to_owned(),
        attributes: vec![("version".to_owned(), "1.0".to_owned())],
        children: vec![
            leaf("Number", vec![number]),
            Tag {
                name: "Sums".to_owned(),
                children: vec![leaf("Total", vec![sign, amount])],
                ..Tag::default()
            },
            Tag {
                name: "Inline".to_owned(),
                data: vec!["值 & <值>".to_owned()],
                ..Tag::default()
            },
        ],
        ..Tag::default()
    };
    draft.tag_file("root", tags.clone(), form);
    draft.attach(AttachmentDraft {
        name: "original".to_owned(),
        file_name: "原始数据.xml".to_owned(),
        format: "xml".to_owned(),
        bytes: ATTACHED.as_bytes().to_vec(),
    });
    Sample {
        draft,
        page,
        number,
        tags,
    }
}

/// A stand-in for a digest: length and sum. Real digests are the caller's business.
pub fn digest(bytes: &[u8]) -> Vec<u8> {
    let sum = bytes.iter().fold(0u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
    });
    [(bytes.len() as u64).to_be_bytes(), sum.to_be_bytes()].concat()
}

pub fn plan<'a>(page: Sheet, sign: &'a dyn Fn(SignedPart<'_>) -> Vec<u8>) -> SignaturePlan<'a> {
    SignaturePlan {
        provider_name: "tester".to_owned(),
        provider_company: "公司".to_owned(),
        provider_version: "1.0".to_owned(),
        kind: "Seal".to_owned(),
        check_method: "1.2.156.10197.1.401".to_owned(),
        signature_method: "1.2.156.10197.1.501".to_owned(),
        date_time: "20260102030405Z".to_owned(),
        stamp: Some((page, Rect::new(90.0, 8.0, 30.0, 20.0))),
        seal: Some(b"a seal".to_vec()),
        digest: &digest,
        sign,
    }
}

pub fn read(bytes: &[u8]) -> Document {
    ofd::read(bytes, &Limits::default()).expect("a package that reads")
}
