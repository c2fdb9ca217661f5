//! What the tree takes, what it refuses.

use super::*;

fn strict(text: &str) -> Result<Element, XmlError> {
    parse(text.as_bytes(), &Limits::default())
}

fn lenient(text: &str) -> Result<Element, XmlError> {
    parse_lenient(text.as_bytes(), &Limits::default())
}

#[test]
fn text_in_pieces_is_joined() {
    let root = strict("<a>x &amp; y &#20013;&#x56fd;<![CDATA[<&>]]><b/>z</a>").unwrap();
    assert_eq!(root.text, "x & y 中国<&>z");
}

#[test]
fn prefixes_attributes_and_paths() {
    let root =
        strict("<o:A xmlns:o='u' x='1 &lt; 2' o:y=\"&#33;\"><o:B><C> c </C></o:B><B><C>d</C></B></o:A>")
            .unwrap();
    assert_eq!((root.prefix.as_str(), root.name.as_str()), ("o", "A"));
    assert_eq!(root.attribute("x"), Some("1 < 2"));
    assert_eq!(root.attribute("y"), Some("!"));
    assert_eq!(root.text_at(&["B", "C"]), Some("c"));
    assert_eq!(root.children_named("B").count(), 2);
    assert_eq!(root.count_nodes(), 8);
    assert_eq!(
        root.descendants().map(|e| e.name.as_str()).collect::<String>(),
        "ABCBC"
    );
}

#[test]
fn an_empty_prefix_is_lenient_only() {
    let text = "<:eInvoice xmlns:=\"\"><No><ofd:ObjectRef PageRef=\"1\">64</ofd:ObjectRef></No></:eInvoice>";
    assert!(matches!(strict(text), Err(XmlError::Malformed { .. })));
    let root = lenient(text).unwrap();
    assert_eq!((root.prefix.as_str(), root.name.as_str()), ("", "eInvoice"));
    assert!(root.attributes.is_empty());
    assert_eq!(root.text_at(&["No", "ObjectRef"]), Some("64"));
}

#[test]
fn a_bare_ampersand_is_lenient_only() {
    assert!(strict("<a>A & B</a>").is_err());
    assert_eq!(lenient("<a>A & B</a>").unwrap().text, "A & B");
    assert!(strict("<a>&nbsp;</a>").is_err());
    assert_eq!(lenient("<a>&nbsp;</a>").unwrap().text, "&nbsp;");
}

#[test]
fn broken_files_are_refused() {
    for text in [
        "<a>",
        "<a></b>",
        "<a><b></a></b>",
        "<a/><b/>",
        "<a/>words",
        "<a x=1/>",
        "<a x='1' x='2'/>",
        "<a",
        "</a>",
        "<:/>",
    ] {
        assert!(
            matches!(strict(text), Err(XmlError::Malformed { .. })),
            "{text}: {:?}",
            strict(text)
        );
    }
    assert_eq!(strict(""), Err(XmlError::Empty));
    assert_eq!(strict("<!-- nothing -->"), Err(XmlError::Empty));
}

#[test]
fn document_types_are_refused() {
    let bomb = "<!DOCTYPE a [<!ENTITY b 'cc'>]><a>&b;</a>";
    assert_eq!(strict(bomb), Err(XmlError::Doctype));
    assert_eq!(lenient(bomb), Err(XmlError::Doctype));
}

#[test]
fn limits_are_kept() {
    let limits = Limits {
        bytes_max: 10_000,
        depth_max: 4,
        attributes_max: 2,
        nodes_max: 5,
    };
    let check = |text: &str, expect: LimitKind| match parse(text.as_bytes(), &limits) {
        Err(XmlError::Limit { limit, .. }) => assert_eq!(limit, expect),
        other => panic!("{other:?}"),
    };
    check(&"<a>".repeat(5), LimitKind::XmlDepth);
    check("<a x='' y='' z=''/>", LimitKind::XmlAttributes);
    check("<a><b/><b/><b/><b/><b/></a>", LimitKind::XmlNodes);
    check(&" ".repeat(10_001), LimitKind::XmlBytes);
}

#[test]
fn the_depth_limit_cannot_be_raised_beyond_the_stack() {
    let limits = Limits {
        depth_max: usize::MAX,
        ..Limits::default()
    };
    let text = "<a>".repeat(DEPTH_MAX + 1);
    assert!(matches!(
        parse(text.as_bytes(), &limits),
        Err(XmlError::Limit {
            limit: LimitKind::XmlDepth,
            ..
        })
    ));
}

#[test]
fn escaped_text_comes_back() {
    let text = "a<b>&\"'\t\n\r 票 \u{0}\u{1}";
    let root = strict(&format!("<a x=\"{0}\">{0}</a>", escape(text))).unwrap();
    assert_eq!(root.text, "a<b>&\"'\t\n\r 票 ");
    assert_eq!(root.attribute("x"), Some("a<b>&\"'\t\n\r 票 "));
}
