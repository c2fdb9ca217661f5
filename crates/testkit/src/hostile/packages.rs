//! OFD packages: rings of documents, templates and objects, missing parts, giants.

use super::raw::{RawEntry, deflated, noise, stored, zip};
use super::{Hostile, Shelf};

const REFUSED: &[&str] = &["F001", "F002", "F003", "F006", "F010", "F011"];
const ANY: &[&str] = &[];

const ROOT: &str = "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\" Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody>\
    <ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>";
const DOCUMENT: &str = "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID>\
    <ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>\
    <ofd:Page ID=\"1\" BaseLoc=\"Pages/0.xml\"/></ofd:Pages></ofd:Document>";
const TEXT: &str = "<ofd:TextObject ID=\"5\" Boundary=\"10 10 90 5\" Font=\"1\" Size=\"3\"><ofd:TextCode X=\"0\" Y=\"3\" DeltaX=\"g 9 3\">发票号码</ofd:TextCode></ofd:TextObject>";

fn page(objects: &str) -> String {
    format!(
        "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content><ofd:Layer ID=\"2\">{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    )
}

/// A package of one page, with parts replaced or added.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let usual = page(TEXT);
    let mut all: Vec<(&str, &str)> = vec![
        ("OFD.xml", ROOT),
        ("Doc_0/Document.xml", DOCUMENT),
        ("Doc_0/Pages/0.xml", &usual),
    ];
    for (name, content) in parts {
        match all.iter_mut().find(|part| part.0 == *name) {
            Some(part) => part.1 = content,
            None => all.push((name, content)),
        }
    }
    let entries: Vec<RawEntry> = all
        .iter()
        .map(|(name, content)| deflated(name, content.as_bytes()))
        .collect();
    zip(&entries)
}

pub(super) fn cases() -> Vec<Hostile> {
    let mut shelf = Shelf::new("packages");
    documents(&mut shelf);
    pages(&mut shelf);
    objects(&mut shelf);
    parts(&mut shelf);
    shelf.cases
}

fn documents(shelf: &mut Shelf) {
    for (name, place) in [
        ("itself", "OFD.xml"),
        ("nothing", ""),
        ("missing", "Doc_9/Document.xml"),
        ("climbs", "../../../etc/passwd"),
        ("absolute", "/etc/passwd"),
        ("address", "http://127.0.0.1:9/"),
        ("a-page", "Doc_0/Pages/0.xml"),
        ("folder", "Doc_0/"),
    ] {
        let root = ROOT.replace("Doc_0/Document.xml", place);
        shelf.add(
            format!("document-is-{name}"),
            "the place of the document",
            REFUSED,
            package(&[("OFD.xml", &root)]),
        );
    }
    let bodies = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>".repeat(20_000);
    let root = ROOT.replace("</ofd:OFD>", &format!("{bodies}</ofd:OFD>"));
    shelf.add(
        "20000-documents",
        "the same document again and again",
        REFUSED,
        package(&[("OFD.xml", &root)]),
    );
    let pages: String = (0..100_000)
        .map(|at| format!("<ofd:Page ID=\"{at}\" BaseLoc=\"Pages/0.xml\"/>"))
        .collect();
    let document = DOCUMENT.replace("</ofd:Pages>", &format!("{pages}</ofd:Pages>"));
    shelf.add(
        "100000-pages",
        "the number of pages",
        REFUSED,
        package(&[("Doc_0/Document.xml", &document)]),
    );
    let itself = DOCUMENT.replace("Pages/0.xml", "Document.xml");
    shelf.add(
        "page-is-its-document",
        "the place of a page",
        REFUSED,
        package(&[("Doc_0/Document.xml", &itself)]),
    );
    let template = |place: &str| {
        DOCUMENT.replace(
            "</ofd:CommonData>",
            &format!("<ofd:TemplatePage ID=\"1\" BaseLoc=\"{place}\"/></ofd:CommonData>"),
        )
    };
    let using = page(TEXT).replace(
        "<ofd:Content>",
        "<ofd:Template TemplateID=\"1\" ZOrder=\"Background\"/><ofd:Content>",
    );
    let ring = template("Pages/0.xml");
    shelf.add(
        "template-of-itself",
        "templates of templates",
        ANY,
        package(&[("Doc_0/Document.xml", &ring), ("Doc_0/Pages/0.xml", &using)]),
    );
    let uses = "<ofd:Template TemplateID=\"1\"/>".repeat(20_000);
    let using = page(TEXT).replace("<ofd:Content>", &format!("{uses}<ofd:Content>"));
    let own = template("Tpls/0.xml");
    let big = page(&TEXT.repeat(500));
    let file = package(&[
        ("Doc_0/Document.xml", &own),
        ("Doc_0/Pages/0.xml", &using),
        ("Doc_0/Tpls/0.xml", &big),
    ]);
    shelf.add("20000-templates", "a template used again and again", ANY, file);
    for (name, box_) in [
        ("giant", "0 0 1e30 1e30"),
        ("minus", "0 0 -5 -5"),
        ("not-numbers", "a b c d"),
        ("not-a-number", "NaN NaN inf inf"),
        ("short", "1"),
        ("long", &"9 ".repeat(1 << 20)),
    ] {
        let document = DOCUMENT.replace("0 0 210 140", box_);
        shelf.add(
            format!("page-size-{name}"),
            "arithmetic on lengths",
            ANY,
            package(&[("Doc_0/Document.xml", &document)]),
        );
    }
    let references = ["PublicRes", "DocumentRes"]
        .map(|name| format!("<ofd:{name}>Document.xml</ofd:{name}>"))
        .concat();
    let document = DOCUMENT.replace("</ofd:CommonData>", &format!("{references}</ofd:CommonData>"));
    shelf.add(
        "resources-are-the-document",
        "the place of resources",
        ANY,
        package(&[("Doc_0/Document.xml", &document)]),
    );
}

fn pages(shelf: &mut Shelf) {
    for depth in [60, 600, 100_000] {
        let blocks = "<ofd:PageBlock>".repeat(depth) + TEXT + &"</ofd:PageBlock>".repeat(depth);
        let told: &'static [&'static str] = if depth > 64 { &["F003", "F001"] } else { REFUSED };
        shelf.add(
            format!("blocks-{depth}-deep"),
            "recursion",
            told,
            package(&[("Doc_0/Pages/0.xml", &page(&blocks))]),
        );
    }
    shelf.add(
        "200000-texts",
        "the number of objects",
        ANY,
        package(&[("Doc_0/Pages/0.xml", &page(&TEXT.repeat(200_000)))]),
    );
    let attributes: String = (0..100_000).map(|at| format!(" a{at}=\"\"")).collect();
    shelf.add(
        "100000-attributes",
        "quadratic search for attributes",
        REFUSED,
        package(&[(
            "Doc_0/Pages/0.xml",
            &page(&format!("<ofd:TextObject{attributes}/>")),
        )]),
    );
    let entity = format!(
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
        page(&TEXT.replace("发票", "&x;"))
    );
    shelf.add(
        "external-entity",
        "entities",
        ANY,
        package(&[("Doc_0/Pages/0.xml", &entity)]),
    );
    shelf.add(
        "page-bomb",
        "a page of 120 MiB in 120 KiB",
        REFUSED,
        package(&[("Doc_0/Pages/0.xml", &" ".repeat(120 << 20))]),
    );
    let garbage = [
        stored("OFD.xml", ROOT.as_bytes()),
        stored("Doc_0/Document.xml", DOCUMENT.as_bytes()),
        stored("Doc_0/Pages/0.xml", &noise(95, 50_000)),
    ];
    shelf.add("page-of-noise", "noise in a part", REFUSED, zip(&garbage));
    shelf.add("page-missing", "a missing part", REFUSED, zip(&garbage[..2]));
    shelf.add("document-missing", "a missing part", REFUSED, zip(&garbage[..1]));
    let twice = [
        garbage[0].clone(),
        garbage[0].clone(),
        garbage[1].clone(),
        garbage[1].clone(),
    ];
    shelf.add("parts-twice", "maps by name", REFUSED, zip(&twice));
    let cases = [
        stored("ofd.XML", ROOT.as_bytes()),
        stored("OFD.xml", &noise(96, 100)),
        stored("\\Doc_0\\Document.xml", DOCUMENT.as_bytes()),
    ];
    shelf.add("parts-in-other-letters", "maps by name", REFUSED, zip(&cases));
}

fn objects(shelf: &mut Shelf) {
    let code = |delta: &str, text: &str| page(&TEXT.replace("g 9 3", delta).replace("发票号码", text));
    for (name, delta, text) in [
        ("giant", "g 4000000000 3", "发票号码".to_owned()),
        ("minus", "g -5 3", "发票号码".to_owned()),
        ("groups", &*"g 1000000 1 ".repeat(10_000), "发票号码".to_owned()),
        ("unfinished", "g", "发票号码".to_owned()),
        ("not-numbers", "1e400 NaN g g 3", "发票号码".to_owned()),
        ("few-for-much", "1", "票".repeat(3_000_000)),
    ] {
        shelf.add(
            format!("steps-{name}"),
            "steps from character to character",
            ANY,
            package(&[("Doc_0/Pages/0.xml", &code(delta, &text))]),
        );
    }
    let path = |data: &str| {
        page(&format!(
            "<ofd:PathObject ID=\"6\" Boundary=\"0 0 9 9\"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        ))
    };
    for (name, data) in [
        ("long", "M 0 0 L 9 9 ".repeat(1_500_000)),
        ("words", "Z Z M M L".to_owned()),
        ("giant-numbers", "M 1e308 1e308 L -1e308 9e999 ".repeat(100)),
        ("arcs", "A 0 0 0 0 0 0 0 ".repeat(100_000)),
    ] {
        shelf.add(
            format!("path-{name}"),
            "paths",
            ANY,
            package(&[("Doc_0/Pages/0.xml", &path(&data))]),
        );
    }
    let resources = |inner: &str| {
        format!("<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\">{inner}</ofd:Res>")
    };
    let with = DOCUMENT.replace(
        "</ofd:CommonData>",
        "<ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData>",
    );
    let ring = resources(
        "<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID=\"7\" Width=\"9\" Height=\"9\"><ofd:Content><ofd:CompositeObject ID=\"8\" ResourceID=\"7\" Boundary=\"0 0 9 9\"/><ofd:CompositeObject ID=\"9\" ResourceID=\"7\" Boundary=\"0 0 9 9\"/></ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>",
    );
    let using = page("<ofd:CompositeObject ID=\"8\" ResourceID=\"7\" Boundary=\"0 0 9 9\"/>");
    shelf.add(
        "unit-of-itself",
        "units of units",
        ANY,
        package(&[
            ("Doc_0/Document.xml", &with),
            ("Doc_0/Res.xml", &ring),
            ("Doc_0/Pages/0.xml", &using),
        ]),
    );
    let image = page("<ofd:ImageObject ID=\"6\" ResourceID=\"7\" Boundary=\"0 0 50 50\"/>");
    for (name, format, data) in [
        ("jbig2-noise", "GBIG2", noise(97, 9_000)),
        (
            "png-giant",
            "PNG",
            [
                &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0"[..],
                &[0; 90],
            ]
            .concat(),
        ),
        (
            "jbig2-giant",
            "JB2",
            [
                &b"\x97JB2\r\n\x1a\n\x01\0\0\0\x01\0\0\0\0\x30\0\x01\0\0\0\x13"[..],
                &[0xff; 8],
                &[0; 11],
            ]
            .concat(),
        ),
        ("nothing", "PNG", Vec::new()),
        ("document", "XML", DOCUMENT.as_bytes().to_vec()),
    ] {
        let media = resources(&format!(
            "<ofd:MultiMedias><ofd:MultiMedia ID=\"7\" Type=\"Image\" Format=\"{format}\"><ofd:MediaFile>a.bin</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>"
        ));
        let entries = [
            ("OFD.xml", ROOT.as_bytes()),
            ("Doc_0/Document.xml", with.as_bytes()),
            ("Doc_0/Res.xml", media.as_bytes()),
            ("Doc_0/Pages/0.xml", image.as_bytes()),
            ("Doc_0/Res/a.bin", &data),
        ];
        let entries = entries.map(|(name, content)| stored(name, content));
        shelf.add(
            format!("picture-{name}"),
            "a picture in a package",
            ANY,
            zip(&entries),
        );
    }
    let uses = "<ofd:ImageObject ID=\"6\" ResourceID=\"7\" Boundary=\"0 0 50 50\"/>".repeat(50_000);
    shelf.add(
        "50000-pictures-missing",
        "pictures that are not there",
        ANY,
        package(&[("Doc_0/Pages/0.xml", &page(&uses))]),
    );
}

fn parts(shelf: &mut Shelf) {
    let attached = |list: &str| DOCUMENT.replace("</ofd:Document>", &format!("{list}</ofd:Document>"));
    let listed = |place: &str| {
        format!(
            "<ofd:Attachments xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Attachment ID=\"1\" Name=\"original_invoice\" Format=\"xml\"><ofd:FileLoc>{place}</ofd:FileLoc></ofd:Attachment></ofd:Attachments>"
        )
    };
    let document = attached("<ofd:Attachments>Attachs.xml</ofd:Attachments>");
    for (name, place) in [
        ("itself", "Attachs.xml"),
        ("climbs", "../../../../etc/passwd"),
        ("missing", "none.xml"),
        ("the-package", "/OFD.xml"),
        ("device", "CON"),
    ] {
        shelf.add(
            format!("attachment-{name}"),
            "the place of an attachment",
            ANY,
            package(&[
                ("Doc_0/Document.xml", &document),
                ("Doc_0/Attachs.xml", &listed(place)),
            ]),
        );
    }
    let deep = "<EInvoice>".repeat(100_000);
    shelf.add(
        "attachment-deep",
        "recursion in an attachment",
        ANY,
        package(&[
            ("Doc_0/Document.xml", &document),
            ("Doc_0/Attachs.xml", &listed("a.xml")),
            ("Doc_0/a.xml", &deep),
        ]),
    );
    let many = listed("a.xml").replace("</ofd:Attachments>", &format!("{}</ofd:Attachments>", "<ofd:Attachment ID=\"1\" Name=\"a\" Format=\"xml\"><ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Attachment>".repeat(5_000)));
    let big = format!("<EInvoice>{}</EInvoice>", "<a/>".repeat(2_000));
    shelf.add(
        "5000-attachments",
        "one attachment again and again",
        ANY,
        package(&[
            ("Doc_0/Document.xml", &document),
            ("Doc_0/Attachs.xml", &many),
            ("Doc_0/a.xml", &big),
        ]),
    );
    let signed = ROOT.replace(
        "</ofd:DocRoot>",
        "</ofd:DocRoot><ofd:Signatures>Doc_0/Signs.xml</ofd:Signatures>",
    );
    let signatures = |place: &str| {
        format!(
            "<ofd:Signatures xmlns:ofd=\"http://www.ofdspec.org/2016\">{}</ofd:Signatures>",
            format!("<ofd:Signature ID=\"1\" BaseLoc=\"{place}\"/>").repeat(500)
        )
    };
    let references =
        "<ofd:Reference FileRef=\"/OFD.xml\"><ofd:CheckValue>AAAA</ofd:CheckValue></ofd:Reference>"
            .repeat(5_000);
    let signature = format!(
        "<ofd:Signature xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:SignedInfo><ofd:References CheckMethod=\"1.2.156.10197.1.401\">{references}</ofd:References></ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    );
    shelf.add(
        "signatures-of-themselves",
        "the place of a signature",
        ANY,
        package(&[
            ("OFD.xml", &signed),
            ("Doc_0/Signs.xml", &signatures("Signs.xml")),
        ]),
    );
    shelf.add(
        "500-signatures-of-5000-parts",
        "digests of everything, again and again",
        ANY,
        package(&[
            ("OFD.xml", &signed),
            ("Doc_0/Signs.xml", &signatures("Sign.xml")),
            ("Doc_0/Sign.xml", &signature),
        ]),
    );
    for (name, value) in [
        ("noise", noise(98, 5_000)),
        ("deep", [0x30, 0x80].repeat(50_000)),
        ("long", b"\x30\x84\xff\xff\xff\xff".to_vec()),
        ("nothing", Vec::new()),
    ] {
        let one = signatures("Sign.xml");
        let entries = [
            ("OFD.xml", signed.as_bytes()),
            ("Doc_0/Document.xml", DOCUMENT.as_bytes()),
            ("Doc_0/Signs.xml", one.as_bytes()),
            ("Doc_0/Sign.xml", signature.as_bytes()),
            ("Doc_0/SignedValue.dat", &value),
        ];
        shelf.add(
            format!("seal-{name}"),
            "the structure of a seal",
            ANY,
            zip(&entries.map(|(name, content)| stored(name, content))),
        );
    }
    let tags = attached("<ofd:CustomTags>Tags.xml</ofd:CustomTags>");
    let ring = "<ofd:CustomTags xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CustomTag NameSpace=\"a\"><ofd:FileLoc>Tags.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>";
    shelf.add(
        "tags-of-themselves",
        "the place of tags",
        ANY,
        package(&[("Doc_0/Document.xml", &tags), ("Doc_0/Tags.xml", ring)]),
    );
    let tag = format!(
        "<a xmlns:ofd=\"http://www.ofdspec.org/2016\">{}</a>",
        "<b><ofd:ObjectRef PageRef=\"1\">5</ofd:ObjectRef></b>".repeat(200_000)
    );
    let list = ring.replace("<ofd:FileLoc>Tags.xml", "<ofd:FileLoc>Tag.xml");
    shelf.add(
        "200000-tags-of-one-object",
        "tags that point at one text",
        ANY,
        package(&[
            ("Doc_0/Document.xml", &tags),
            ("Doc_0/Tags.xml", &list),
            ("Doc_0/Tag.xml", &tag),
        ]),
    );
}
