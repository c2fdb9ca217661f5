//! Real files: every sample opens, has the expected pages and text, and its tags and attachments resolve.
//! The samples are not part of the repository; without them the test says so and ends.

use std::path::PathBuf;

use ofd::{Document, ErrorKind, Limits, OfdError};

fn sample(name: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/samples/ofd"
    ));
    let bytes = std::fs::read(folder.join(name)).ok();
    if bytes.is_none() {
        println!("skipped: sample {name} is not here");
    }
    bytes
}

/// What is expected of a sample.
struct Expect {
    name: &'static str,
    pages: usize,
    /// A text of the page and one of the template.
    texts: &'static [&'static str],
    attachments: &'static [(&'static str, &'static str)],
    custom: usize,
    signatures: usize,
    /// Names of leaf tags with the texts they resolve to.
    tags: &'static [(&'static str, &'static str)],
    images: &'static [&'static str],
}

const NOTHING: Expect = Expect {
    name: "",
    pages: 1,
    texts: &[],
    attachments: &[],
    custom: 0,
    signatures: 0,
    tags: &[],
    images: &[],
};

#[test]
fn every_sample_reads_as_expected() {
    let original = &[("original_invoice", "xml")];
    check(&Expect {
        name: "legacy-chongqing-list-5pages.ofd",
        pages: 5,
        texts: &["050001700111", "财天下科技有限公司"],
        attachments: original,
        custom: 11,
        signatures: 1,
        tags: &[
            ("InvoiceCode", "050001700111"),
            ("SellerName", "财天下科技有限公司"),
        ],
        images: &["png"],
    });
    check(&Expect {
        name: "legacy-chongqing-template-no-attachment.ofd",
        texts: &["050001700111"],
        custom: 11,
        images: &["png"],
        ..NOTHING
    });
    for name in [
        "legacy-chongqing-testca-3lines-redacted.ofd",
        "legacy-chongqing-testca-3lines-streamzip-redacted.ofd",
    ] {
        check(&Expect {
            name,
            texts: &["99999951"],
            attachments: original,
            custom: 10,
            signatures: 1,
            images: &["png"],
            ..NOTHING
        });
    }
    check(&Expect {
        name: "legacy-guizhou-especial-redacted.ofd",
        texts: &["00008006", "购买方"],
        attachments: original,
        custom: 11,
        signatures: 1,
        tags: &[("InvoiceNo", "00008006"), ("TaxTotalAmount", "¥735.57")],
        images: &["gbig2"],
        ..NOTHING
    });
    check(&Expect {
        name: "legacy-jiangsu-margin-taxed-redacted.ofd",
        texts: &["31471858"],
        attachments: original,
        custom: 11,
        signatures: 1,
        tags: &[("InvoiceNo", "31471858")],
        images: &["gbig2"],
        ..NOTHING
    });
    check(&Expect {
        name: "legacy-shanghai-exempt-flat-layout.ofd",
        texts: &["04875996", "上海浪潮云计算服务有限公司"],
        attachments: original,
        images: &["jb2"],
        ..NOTHING
    });
    check(&Expect {
        name: "legacy-zhejiang-nuonuo-xbrl.ofd",
        texts: &["99934328"],
        attachments: &[("data", "xbrl")],
        signatures: 1,
        ..NOTHING
    });
    check(&Expect {
        name: "rail-sale-reissue-official-sample.ofd",
        texts: &["发票号码:22119130671000000049"],
        attachments: &[("rai_issuer_20220317_22119130671000000049", "xml")],
        signatures: 1,
        images: &["png", "png", "png"],
        ..NOTHING
    });
    check(&Expect {
        name: "shudian-especial-beijing.ofd",
        texts: &["24112000000048542163", "下载次数：1   "],
        custom: 9,
        tags: &[
            ("InvoiceNo", "24112000000048542163"),
            ("BuyerName", "海南麒麟云服科技有限公司"),
            ("TaxExclusiveTotalAmount", "¥4197.17"),
        ],
        images: &["png", "png"],
        ..NOTHING
    });
}

fn check(expect: &Expect) {
    let Some(bytes) = sample(expect.name) else { return };
    let document = ofd::read(&bytes, &Limits::default()).unwrap();
    let name = expect.name;
    for problem in &document.problems {
        println!("{name}: {problem}");
    }
    assert_eq!(document.pages.len(), expect.pages, "{name}");
    assert_eq!(document.info.custom_data.len(), expect.custom, "{name}");
    assert_eq!(document.signatures.len(), expect.signatures, "{name}");
    for (index, page) in document.pages.iter().enumerate() {
        assert!(
            document.texts_on(index).count() > 0,
            "{name}: page {index} is empty"
        );
        assert!(page.area.width > 200.0 && page.area.height > 130.0, "{name}");
    }
    for text in expect.texts {
        assert!(
            document.texts_on(0).any(|(_, run)| run.text == *text),
            "{name}: {text}"
        );
    }
    let attachments: Vec<_> = document
        .attachments
        .iter()
        .map(|a| (a.name.as_str(), a.format.as_str()))
        .collect();
    assert_eq!(attachments, expect.attachments, "{name}");
    assert!(
        document
            .attachments
            .iter()
            .all(|a| a.is_listed && !a.bytes.is_empty()),
        "{name}"
    );
    let formats: Vec<_> = document.media.iter().map(|media| media.format.as_str()).collect();
    assert_eq!(formats, expect.images, "{name}");
    for (tag, text) in expect.tags {
        assert_eq!(tag_text(&document, tag).as_deref(), Some(*text), "{name}: {tag}");
    }
    for signature in &document.signatures {
        assert!(
            signature
                .signed_value
                .as_ref()
                .is_some_and(|value| value.len() > 500),
            "{name}"
        );
        assert!(signature.references.len() > 5, "{name}");
        for reference in &signature.references {
            assert_eq!(reference.check_value.len(), 32, "{name}: {}", reference.file_ref);
            let part = reference.part.as_deref().unwrap();
            assert!(document.bytes_of(part).is_some(), "{name}: {part}");
        }
    }
}

fn tag_text(document: &Document, name: &str) -> Option<String> {
    let mut tags = document.tag_files.iter().flat_map(|file| file.root.descendants());
    let tag = tags.find(|tag| tag.name == name)?;
    Some(document.texts_of_tag(tag).concat())
}

#[test]
fn a_truncated_sample_is_a_clear_error() {
    let Some(bytes) = sample("derived-truncated-zip.ofd") else {
        return;
    };
    let error = ofd::read(&bytes, &Limits::default()).unwrap_err();
    assert!(matches!(error, OfdError::TruncatedZip { .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

#[test]
fn positions_are_those_of_the_printed_form() {
    let Some(bytes) = sample("shudian-especial-beijing.ofd") else {
        return;
    };
    let document = ofd::read(&bytes, &Limits::default()).unwrap();
    let (_, number) = document
        .texts_on(0)
        .find(|(_, run)| run.text == "24112000000048542163")
        .unwrap();
    assert!((number.start().x - 170.0).abs() < 1e-9);
    assert!((number.start().y - (10.3 + 3.6414)).abs() < 1e-9);
    let last = number.glyphs.last().unwrap();
    assert!((last.x - (170.0 + 19.0 * 1.5875)).abs() < 1e-9);
    // The download counter is an annotation turned by a quarter: it runs downwards at the right edge.
    let (_, counter) = document
        .texts_on(0)
        .find(|(_, run)| run.text.starts_with("下载次数"))
        .unwrap();
    let (first, last) = (counter.start(), counter.glyphs.last().unwrap());
    assert!((first.x - last.x).abs() < 1e-9 && last.y - first.y > 15.0);
}
