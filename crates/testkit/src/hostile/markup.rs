//! XML: entities, depth, breadth, giants, and encodings that are not what they say.

use super::raw::noise;
use super::{Hostile, Shelf};

const LIMIT: &[&str] = &["F003"];
const REFUSED: &[&str] = &["F001", "F002", "F003"];
const ANY: &[&str] = &[];

/// An invoice around `$` in the place of an amount and `#` in that of an item's name.
const INVOICE: &str = "<EInvoice><Header><EIid>26110000000100000001</EIid><InherentLabel><GeneralOrSpecialVAT>\
    <LabelCode>01</LabelCode></GeneralOrSpecialVAT></InherentLabel></Header><EInvoiceData><BasicInformation>\
    <TotalAmWithoutTax>$</TotalAmWithoutTax><RequestTime>2026-03-09</RequestTime></BasicInformation>\
    <IssuItemInformation><ItemName>#</ItemName><Quantity>1</Quantity><Amount>1</Amount><TaxRate>0.06</TaxRate>\
    </IssuItemInformation></EInvoiceData><TaxSupervisionInfo><InvoiceNumber>26110000000100000001</InvoiceNumber>\
    </TaxSupervisionInfo></EInvoice>";

fn invoice(amount: &str, item: &str) -> String {
    INVOICE.replace('$', amount).replace('#', item)
}

pub(super) fn cases() -> Vec<Hostile> {
    let mut shelf = Shelf::new("markup");
    entities(&mut shelf);
    shapes(&mut shelf);
    encodings(&mut shelf);
    values(&mut shelf);
    shelf.cases
}

fn entities(shelf: &mut Shelf) {
    let body = invoice("1", "&x;");
    for (name, declaration) in [
        ("external-file", "<!ENTITY x SYSTEM \"file:///etc/passwd\">"),
        ("external-address", "<!ENTITY x SYSTEM \"http://127.0.0.1:9/x\">"),
        (
            "parameter",
            "<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p; <!ENTITY x \"\">",
        ),
        ("itself", "<!ENTITY x \"&x;\">"),
        ("each-other", "<!ENTITY x \"&y;\"><!ENTITY y \"&x;\">"),
    ] {
        let text = format!("<?xml version=\"1.0\"?><!DOCTYPE EInvoice [{declaration}]>{body}");
        shelf.add(
            format!("entity-{name}"),
            "entities that name a resource or each other",
            REFUSED,
            text,
        );
    }
    let text = format!(
        "<!DOCTYPE EInvoice SYSTEM \"http://127.0.0.1:9/a.dtd\">{}",
        invoice("1", "a")
    );
    shelf.add("external-dtd", "a document type elsewhere", REFUSED, text);
    let laughs: String = (1..12)
        .map(|at| format!("<!ENTITY l{at} \"{}\">", format!("&l{};", at - 1).repeat(10)))
        .collect();
    let text = format!(
        "<!DOCTYPE a [<!ENTITY l0 \"哈\">{laughs}]>{}",
        invoice("1", "&l11;")
    );
    shelf.add("billion-laughs", "entities that multiply", REFUSED, text);
    let long = "x".repeat(1 << 20);
    let text = format!(
        "<!DOCTYPE a [<!ENTITY x \"{long}\">]>{}",
        invoice("1", &"&x;".repeat(100_000))
    );
    shelf.add("quadratic-blowup", "one long entity, often", REFUSED, text);
    let declared: String = (0..200_000).map(|at| format!("<!ENTITY e{at} \"\">")).collect();
    shelf.add(
        "200000-entities",
        "the table of entities",
        REFUSED,
        format!("<!DOCTYPE a [{declared}]><a/>"),
    );
    for (name, reference) in [
        ("undeclared", "&nbsp;"),
        ("nul", "&#0;"),
        ("beyond-unicode", "&#x110000;"),
        ("surrogate", "&#xD800;"),
        ("huge", "&#99999999999999999999;"),
        ("no-end", "&amp"),
    ] {
        shelf.add(
            format!("reference-{name}"),
            "references to characters",
            ANY,
            invoice("1", reference),
        );
    }
}

fn shapes(shelf: &mut Shelf) {
    for depth in [65, 200, 511, 513, 100_000, 2_000_000] {
        let text = "<a>".repeat(depth) + &"</a>".repeat(depth);
        shelf.add(format!("depth-{depth}"), "recursion", LIMIT, text);
    }
    shelf.add(
        "depth-unclosed",
        "recursion, without an end",
        REFUSED,
        "<EInvoice>".repeat(100_000),
    );
    let deep = format!("{}{}", "<b>".repeat(80), "</b>".repeat(80));
    shelf.add(
        "depth-in-an-invoice",
        "recursion, in a known dialect",
        LIMIT,
        invoice("1", &deep),
    );
    let attributes = |count: usize| -> String { (0..count).map(|at| format!(" a{at}=\"\"")).collect() };
    shelf.add(
        "100000-attributes",
        "quadratic search for attributes",
        LIMIT,
        format!("<EInvoice{}/>", attributes(100_000)),
    );
    shelf.add(
        "300-attributes",
        "the number of attributes",
        LIMIT,
        format!("<EInvoice{}/>", attributes(300)),
    );
    shelf.add(
        "one-attribute-100000-times",
        "quadratic search for attributes",
        REFUSED,
        format!("<a{}/>", " a=\"\"".repeat(100_000)),
    );
    let spaces: String = (0..50_000)
        .map(|at| format!("<a xmlns:n{at}=\"u{at}\">"))
        .collect();
    shelf.add("50000-namespaces", "namespaces in scope", REFUSED, spaces);
    for (name, count) in [("a-million", 1_000_000), ("seven-million", 7_000_000)] {
        let text = format!("<EInvoice>{}</EInvoice>", "<a/>".repeat(count));
        shelf.add(format!("{name}-elements"), "a tree in memory", REFUSED, text);
    }
    let line = "<IssuItemInformation><ItemName>a</ItemName><Amount>1</Amount></IssuItemInformation>";
    let text = invoice("1", "a").replace(
        "</EInvoiceData>",
        &format!("{}</EInvoiceData>", line.repeat(60_000)),
    );
    shelf.add("60000-lines", "the number of lines", LIMIT, text);
    let text = format!("<list>{}</list>", invoice("1", "a").repeat(6_000));
    shelf.add("6000-invoices", "the number of invoices", LIMIT, text);
    let giant = "巨".repeat(13 << 20);
    shelf.add("giant-text", "a text of 39 MiB", ANY, invoice("1", &giant));
    shelf.add(
        "giant-amount",
        "an amount of 20 million digits",
        ANY,
        invoice(&"9".repeat(20 << 20), "a"),
    );
    shelf.add(
        "giant-attribute",
        "an attribute of 39 MiB",
        REFUSED,
        format!("<EInvoice a=\"{giant}\"/>"),
    );
    shelf.add(
        "giant-comment",
        "a comment of 39 MiB",
        ANY,
        format!("<!--{giant}-->{}", invoice("1", "a")),
    );
    shelf.add(
        "giant-cdata",
        "a CDATA of 39 MiB",
        ANY,
        invoice("1", &format!("<![CDATA[{giant}]]>")),
    );
    shelf.add(
        "giant-name",
        "a name of 3 MiB",
        REFUSED,
        format!("<{}/>", "n".repeat(3 << 20)),
    );
    shelf.add(
        "giant-instruction",
        "an instruction of 39 MiB",
        ANY,
        format!("<?x {giant}?>{}", invoice("1", "a")),
    );
    shelf.add(
        "giant-space",
        "60 MiB of nothing",
        REFUSED,
        format!("<{}", " ".repeat(60 << 20)),
    );
    shelf.add("angles", "ten million openings", REFUSED, "<".repeat(10 << 20));
    for (name, text) in [
        ("unclosed", "<EInvoice><Header>"),
        ("crossed", "<EInvoice><a><b></a></b></EInvoice>"),
        ("two-roots", "<EInvoice/><EInvoice/>"),
        ("declaration-only", "<?xml version=\"1.0\"?>"),
        ("angle-only", "<"),
        ("comment-unclosed", "<EInvoice><!-- "),
        ("cdata-unclosed", "<EInvoice><![CDATA["),
        ("attribute-bare", "<EInvoice a=b c/>"),
        ("prefix-unknown", "<x:EInvoice y:a=\"\"/>"),
        ("empty-dialect", "<EInvoice/>"),
        ("xbrl-empty", "<xbrl/>"),
        ("html", "<html><script>alert(1)</script></html>"),
        (
            "svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        ),
        (
            "stylesheet",
            "<?xml-stylesheet href=\"http://127.0.0.1:9/\"?><EInvoice/>",
        ),
    ] {
        shelf.add(format!("shape-{name}"), "what is not well formed", ANY, text);
    }
}

fn encodings(shelf: &mut Shelf) {
    let text = format!("<?xml version=\"1.0\"?>{}", invoice("1.00", "中文"));
    let wide = |mark: &[u8], unit: fn(u16) -> [u8; 2]| {
        [mark, &text.encode_utf16().flat_map(unit).collect::<Vec<u8>>()].concat()
    };
    let little = wide(b"\xff\xfe", u16::to_le_bytes);
    let mut cut = little.clone();
    cut.pop();
    let mut lone = little.clone();
    lone.splice(200..202, [0x00, 0xd8]);
    let wider: Vec<u8> = text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
    let named = |name: &str| {
        text.replace("?>", &format!(" encoding=\"{name}\"?>"))
            .into_bytes()
    };
    let mut overlong = text.clone().into_bytes();
    overlong.splice(60..61, *b"\xc0\xbc");
    let mut nul = text.clone().into_bytes();
    nul.insert(100, 0);
    let cases: [(&str, Vec<u8>); 20] = [
        ("utf16-little", little),
        ("utf16-big", wide(b"\xfe\xff", u16::to_be_bytes)),
        ("utf16-unmarked", wide(b"", u16::to_le_bytes)),
        ("utf16-marked-as-big", wide(b"\xfe\xff", u16::to_le_bytes)),
        ("utf16-cut", cut),
        ("utf16-lone-surrogate", lone),
        ("utf32", [b"\xff\xfe\0\0", &wider[..]].concat()),
        ("utf32-unmarked", wider),
        (
            "marks-three",
            [b"\xef\xbb\xbf\xef\xbb\xbf\xef\xbb\xbf", text.as_bytes()].concat(),
        ),
        (
            "mark-in-the-middle",
            text.replace("<Header>", "\u{feff}<Header>").into_bytes(),
        ),
        ("says-gbk", named("GBK")),
        ("says-utf16", named("UTF-16")),
        ("says-utf7", named("UTF-7")),
        ("says-ebcdic", named("IBM037")),
        ("says-nothing-known", named("x-piaoku-\u{1f9fe}")),
        ("gb18030-cut", [text.as_bytes(), b"\x81\x30\x81"].concat()),
        ("overlong", overlong),
        ("nul", nul),
        (
            "noise-in-a-root",
            [b"<EInvoice>", &noise(8, 5_000)[..], b"</EInvoice>"].concat(),
        ),
        ("noise-behind-an-angle", [b"<", &noise(9, 5_000)[..]].concat()),
    ];
    for (name, bytes) in cases {
        shelf.add(
            format!("encoding-{name}"),
            "encodings that are not what they say",
            ANY,
            bytes,
        );
    }
}

fn values(shelf: &mut Shelf) {
    for (name, amount) in [
        ("exponent", "1e999999999"),
        ("not-a-number", "NaN"),
        ("infinite", "-Infinity"),
        ("minus-nothing", "-0.00"),
        ("minus-minus", "--1"),
        ("commas", ",,,,1,,"),
        ("beyond-64-bits", "99999999999999999999999999999999.99"),
        ("least", "-92233720368547758.08"),
        ("thousand-places", &format!("0.{}1", "0".repeat(1_000))),
        ("arabic-digits", "١٢٣"),
        ("formula", "=1+1"),
    ] {
        shelf.add(
            format!("amount-{name}"),
            "arithmetic on what is read",
            ANY,
            invoice(amount, "a"),
        );
    }
    for (name, date) in [
        ("impossible", "2026-02-31"),
        ("beyond", "99999-99-99"),
        ("before", "-0001-01-01"),
        ("nothing", "0000-00-00"),
    ] {
        shelf.add(
            format!("date-{name}"),
            "arithmetic on dates",
            ANY,
            invoice("1", "a").replace("2026-03-09", date),
        );
    }
    for (name, number) in [
        ("a-million-digits", "1".repeat(1 << 20)),
        ("not-ascii", "２６１１".repeat(5)),
        ("path", "../../x".to_owned()),
    ] {
        shelf.add(
            format!("number-{name}"),
            "the key of an invoice",
            ANY,
            invoice("1", "a").replace("26110000000100000001", &number),
        );
    }
}
