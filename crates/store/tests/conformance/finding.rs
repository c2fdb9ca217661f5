//! Rows: filters, pages, joins.

use invoice::{Cents, Date, Digest, Format, InvoiceKey, InvoiceKind, Severity};
use store::{Find, NewArrival, OutcomeKind, Store, Totals};

use crate::support::{Engine, Made, arrival, duplicate, entity, take_in, writer};

const FIRST: &str = "26312000000000000001";
const SECOND: &str = "26312000000000000002";
const PAPER: &str = "12345678";

fn three_invoices(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let first = Made {
        faults: vec![("A101", Severity::Warning)],
        ..Made::default()
    };
    let second = Made {
        number: SECOND,
        kind: "digital_special",
        date: "2026-03-15",
        seller: ("北京示例办公用品有限公司", "91110000MA00000003"),
        total: "-2260.50",
        items: vec!["*纸制品*A4复印纸", "*文具*订书机"],
        ..Made::default()
    };
    let legacy = Made {
        number: PAPER,
        code: Some("033002000211"),
        kind: "electronic_ordinary",
        date: "2025-12-31",
        seller: ("杭州示例软件有限公司", "91330000MA00000004"),
        total: "10.00",
        items: vec!["*信息技术服务*软件开发费"],
        ..Made::default()
    };
    take_in(store, &writer, b"1", Format::Xml, &[first]);
    take_in(store, &writer, b"2", Format::Pdf, &[second]);
    take_in(store, &writer, b"3", Format::Ofd, &[legacy]);
}

#[track_caller]
fn check(store: &dyn Store, find: &Find, want: &[&str]) {
    let find = Find {
        with_totals: true,
        ..find.clone()
    };
    let found = store.find(&find).unwrap();
    assert_eq!(
        found
            .rows
            .iter()
            .map(|row| row.number.as_str())
            .collect::<Vec<_>>(),
        want,
        "{find:?}"
    );
    let total = found.rows.iter().filter_map(|row| row.total).sum::<Cents>();
    assert_eq!(
        found.totals,
        Some(Totals {
            count: want.len() as u64,
            total
        })
    );
}

fn text(text: &str) -> Find {
    Find {
        text: Some(text.to_owned()),
        ..Find::default()
    }
}

pub fn each_filter_finds_what_it_names(engine: &Engine) {
    three_invoices(engine);
    let store = engine.store.as_ref();
    let none = Find::default();
    let day = Date::constant;
    let some = |text: &str| Some(text.to_owned());
    // Newest first.
    check(store, &none, &[SECOND, FIRST, PAPER]);
    check(
        store,
        &Find {
            number: some("0000002"),
            ..none.clone()
        },
        &[SECOND],
    );
    check(
        store,
        &Find {
            number: some("033002"),
            ..none.clone()
        },
        &[PAPER],
    );
    check(
        store,
        &Find {
            number: some("南京"),
            ..none.clone()
        },
        &[],
    );
    check(
        store,
        &Find {
            kind: Some(InvoiceKind::DigitalSpecial),
            ..none.clone()
        },
        &[SECOND],
    );
    check(
        store,
        &Find {
            date_from: Some(day(2026, 3, 1)),
            ..none.clone()
        },
        &[SECOND, FIRST],
    );
    check(
        store,
        &Find {
            date_until: Some(day(2026, 3, 1)),
            ..none.clone()
        },
        &[FIRST, PAPER],
    );
    check(
        store,
        &Find {
            date_from: Some(day(2026, 1, 1)),
            date_until: Some(day(2026, 3, 14)),
            ..none.clone()
        },
        &[FIRST],
    );
    check(
        store,
        &Find {
            total_min: Some(Cents(1_000)),
            ..none.clone()
        },
        &[FIRST, PAPER],
    );
    check(
        store,
        &Find {
            total_max: Some(Cents(1_000)),
            ..none.clone()
        },
        &[SECOND, PAPER],
    );
    check(
        store,
        &Find {
            total_min: Some(Cents(10_600)),
            total_max: Some(Cents(10_600)),
            ..none.clone()
        },
        &[FIRST],
    );
    check(
        store,
        &Find {
            fault: some("A101"),
            ..none.clone()
        },
        &[FIRST],
    );
    check(
        store,
        &Find {
            fault: some("A1"),
            ..none.clone()
        },
        &[],
    );
    check(
        store,
        &Find {
            seller: some("办公"),
            ..none.clone()
        },
        &[SECOND],
    );
    check(
        store,
        &Find {
            seller: some("91330000MA00000004"),
            ..none.clone()
        },
        &[PAPER],
    );
    check(
        store,
        &Find {
            seller: some("票库"),
            ..none.clone()
        },
        &[],
    );
    check(
        store,
        &Find {
            buyer: some("票库示例科技(上海)"),
            ..none.clone()
        },
        &[SECOND, FIRST, PAPER],
    );
    check(
        store,
        &Find {
            red_letter: Some(true),
            ..none.clone()
        },
        &[SECOND],
    );
    check(
        store,
        &Find {
            red_letter: Some(false),
            text: some("示例"),
            ..none
        },
        &[FIRST, PAPER],
    );
}

pub fn any_two_neighbouring_characters_find_the_invoice(engine: &Engine) {
    three_invoices(engine);
    let store = engine.store.as_ref();
    for name in [
        "杭州示例软件有限公司",
        "信息技术服务软件开发费",
        PAPER,
        "033002000211",
        "91330000MA00000004",
    ] {
        let chars: Vec<char> = name.chars().collect();
        for pair in chars.windows(2) {
            let pair: String = pair.iter().collect();
            let found = store.find(&text(&pair)).unwrap();
            assert!(
                found.rows.iter().any(|row| row.number == PAPER),
                "{pair} of {name}"
            );
        }
    }
    check(store, &text("南京示例餐饮管理有限公司"), &[FIRST]);
    check(store, &text("（上海）"), &[SECOND, FIRST, PAPER]);
    check(store, &text("A4"), &[SECOND]);
    check(store, &text("a4复印"), &[SECOND]);
    check(store, &text("订书 北京"), &[SECOND]);
    check(store, &text("订书 南京"), &[]);
    // One character: the beginning of a pair, or the last of a text.
    check(store, &text("饮"), &[FIRST]);
    check(store, &text("机"), &[SECOND]);
    check(store, &text("费"), &[FIRST, PAPER]);
    // Neighbours only within one text: the seller's name ends in 司, the buyer's begins with 票.
    check(store, &text("司票"), &[]);
    check(store, &text("纸订"), &[]);
    // Punctuation asks for nothing, and nothing is language of the index.
    check(store, &text("，。"), &[SECOND, FIRST, PAPER]);
    check(store, &text("\"南京\" OR *"), &[]);
    check(store, &text("names:南京"), &[]);
}

pub fn pages_neither_repeat_nor_skip(engine: &Engine) {
    const NUMBERS: [&str; 7] = [
        "26312000000000000011",
        "26312000000000000012",
        "26312000000000000013",
        "26312000000000000014",
        "26312000000000000015",
        "26312000000000000016",
        "26312000000000000017",
    ];
    let store = &engine.store;
    let writer = writer(store);
    for (nth, number) in NUMBERS.iter().enumerate() {
        // Several of one day, and some without a date.
        let date = ["2026-03-01", "2026-03-01", "2026-02-01", ""][nth % 4];
        take_in(
            store,
            &writer,
            number.as_bytes(),
            Format::Xml,
            &[Made {
                number,
                date,
                ..Made::default()
            }],
        );
    }
    let whole = store.find(&Find::default()).unwrap();
    assert_eq!((whole.rows.len(), whole.next), (7, None));
    for limit in 1..=7 {
        let mut find = Find {
            limit,
            with_totals: true,
            ..Find::default()
        };
        let mut rows = Vec::new();
        loop {
            let page = store.find(&find).unwrap();
            assert_eq!(page.totals.unwrap().count, 7);
            rows.extend(page.rows);
            let Some(next) = page.next else { break };
            // Through its text, as a caller passes it.
            find.after = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(rows, whole.rows, "pages of {limit}");
    }
}

pub fn a_second_rendition_joins_the_first(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let picture = Made {
        seller: ("南京示例餐饮", ""),
        items: vec![],
        faults: vec![("A101", Severity::Note), ("A102", Severity::Note)],
        ..Made::default()
    };
    let xml = Made {
        faults: vec![("A101", Severity::Note), ("B201", Severity::Error)],
        ..Made::default()
    };
    let first = take_in(store, &writer, b"pdf", Format::Pdf, &[picture]);
    let second = take_in(store, &writer, b"xml", Format::Xml, &[xml]);
    let found = store.find(&Find::default()).unwrap();
    assert_eq!(found.rows.len(), 1);
    let row = &found.rows[0];
    assert_eq!(row.seller_name.as_deref(), Some("南京示例餐饮管理有限公司"));
    assert_eq!(
        (row.first_index, row.renditions, row.format),
        (first, 2, Format::Xml)
    );
    assert_eq!((row.fault_count, row.worst), (3, Some(Severity::Error)));
    assert_eq!(row.fault_codes, ["A101", "A102", "B201"]);
    let detail = store.invoice(&row.key).unwrap().unwrap();
    assert_eq!(
        detail.renditions.iter().map(|r| r.index).collect::<Vec<_>>(),
        [first, second]
    );
    assert_eq!(detail.record.lines[0].name, "*餐饮服务*餐费");
    assert_eq!(&detail.record.row, row);
    check(store.as_ref(), &text("餐费"), &[FIRST]);
    check(
        store.as_ref(),
        &Find {
            fault: Some("B201".into()),
            ..Find::default()
        },
        &[FIRST],
    );
    // A third, less telling one changes no field, and the same page twice in one file counts twice. That it says other
    // things is flagged; that the first one cut a name off was not.
    let poor = Made {
        seller: ("别的名称", ""),
        date: "2026-03-09",
        ..Made::default()
    };
    take_in(store, &writer, b"png", Format::Picture, &[poor.clone(), poor]);
    let row = store.find(&Find::default()).unwrap().rows.remove(0);
    assert_eq!((row.renditions, row.date), (4, Some(Date::constant(2026, 3, 1))));
    assert_eq!(row.fault_codes, ["A101", "A102", "B201", "W201"]);
    assert_eq!(row.fault_count, 5, "W201 of the seller's name and of the date");
    assert_eq!(row.seller_name.as_deref(), Some("南京示例餐饮管理有限公司"));
}

pub fn an_invoice_is_found_by_its_alias(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let on_paper = Made {
        code: Some("033002000211"),
        paper_number: Some("83089647"),
        ..Made::default()
    };
    take_in(store, &writer, b"xml", Format::Xml, &[on_paper]);
    let own = InvoiceKey(format!("U:{FIRST}"));
    let alias = InvoiceKey("L:033002000211:83089647".to_owned());
    let detail = store.invoice(&alias).unwrap().unwrap();
    assert_eq!(detail.record.row.key, own);
    assert_eq!(detail.record.keys, [own.clone(), alias.clone()]);
    assert_eq!(store.invoice(&own).unwrap().unwrap(), detail);
    assert_eq!(store.invoice(&InvoiceKey("U:0".to_owned())).unwrap(), None);
    // A scan of the paper knows only the paper's number: it is the same invoice.
    let scan = Made {
        number: "83089647",
        code: Some("033002000211"),
        ..Made::default()
    };
    take_in(store, &writer, b"png", Format::Picture, &[scan]);
    assert_eq!(store.outcome_counts().unwrap().invoices, 1);
    assert_eq!(store.invoice(&alias).unwrap().unwrap().renditions.len(), 2);
    check(
        store.as_ref(),
        &Find {
            number: Some("83089647".into()),
            ..Find::default()
        },
        &[FIRST],
    );
}

pub fn the_timeline_tells_renditions_and_repeats(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    let first = take_in(store, &writer, b"pdf", Format::Pdf, &[Made::default()]);
    take_in(
        store,
        &writer,
        b"other",
        Format::Pdf,
        &[Made {
            number: SECOND,
            ..Made::default()
        }],
    );
    writer.record(duplicate(store.as_ref(), b"pdf", first)).unwrap();
    take_in(store, &writer, b"xml", Format::Xml, &[Made::default()]);
    let id = store.find(&text(FIRST)).unwrap().rows[0].id;
    let timeline = store.timeline(id).unwrap();
    let told: Vec<_> = timeline
        .iter()
        .map(|outcome| (outcome.index, outcome.kind))
        .collect();
    assert_eq!(
        told,
        [
            (0, OutcomeKind::Stored),
            (2, OutcomeKind::Duplicate),
            (3, OutcomeKind::Stored)
        ]
    );
    assert_eq!(store.timeline(store::InvoiceId(99)).unwrap(), []);
}

pub fn entities_are_declared_and_renamed(engine: &Engine) {
    let store = &engine.store;
    let writer = writer(store);
    for (tax_id, names) in [
        ("2", &["乙公司"][..]),
        ("1", &["甲公司"]),
        ("2", &["乙新公司", "乙公司"]),
    ] {
        writer.record(entity(tax_id, names)).unwrap();
    }
    let entities = store.entities().unwrap();
    let told: Vec<_> = entities
        .iter()
        .map(|e| (e.tax_id.as_str(), e.names.join("|")))
        .collect();
    assert_eq!(
        told,
        [("2", "乙新公司|乙公司".to_owned()), ("1", "甲公司".to_owned())]
    );
}

pub fn members_of_a_container_are_known(engine: &Engine) {
    let store = &engine.store;
    let zip = Digest::of(b"zip");
    let member = NewArrival {
        parent: Some(zip),
        ..arrival("again.xml", b"one")
    };
    let number = store.arrive(&[member]).unwrap()[0];
    let known = |name| store.has_member(&zip, &Digest::of(b"one"), name).unwrap();
    assert!(known("again.xml"));
    assert!(!known("other.xml"));
    // Settled, it is still known.
    let mut draft = crate::support::stored_as(number, b"one", Format::Xml, &[]);
    if let ledger::fact::Fact::OriginalStored(fact) = &mut draft.fact {
        (fact.parent, fact.name) = (Some(zip), "again.xml".to_owned());
    }
    writer(store).record(draft).unwrap();
    assert_eq!(store.pending().unwrap(), []);
    assert!(known("again.xml"));
    assert!(
        !store
            .has_member(&Digest::of(b"zip2"), &Digest::of(b"one"), "again.xml")
            .unwrap()
    );
}

/// Engines may go another way where much fits than where little does; what is found must be the same.
pub fn what_fits_many_and_what_fits_few_is_found_alike(engine: &Engine) {
    let store = engine.store.as_ref();
    let writer = writer(&engine.store);
    // What `Made` holds lives as long as the test.
    let leak = |text: String| -> &'static str { text.leak() };
    let number = |nth: usize| format!("2631200000000000{nth:04}");
    for nth in 0..60 {
        let made = Made {
            number: leak(number(nth)),
            date: leak(format!("2026-03-{:02}", nth % 28 + 1)),
            total: leak(format!("{}.00", nth % 10)),
            items: vec![if nth % 20 == 7 {
                "*办公用品*订书机"
            } else {
                "*餐饮服务*餐费"
            }],
            faults: if nth % 3 == 0 {
                vec![("A101", Severity::Warning)]
            } else {
                vec![]
            },
            ..Made::default()
        };
        take_in(&engine.store, &writer, &[nth as u8, 60], Format::Xml, &[made]);
    }
    let word = |nth: usize, few: bool| few == (nth % 20 == 7);
    let yuan = |yuan: i64| Some(Cents(yuan * 100));
    let fault = || Some("A101".to_owned());
    type Fits = Box<dyn Fn(usize) -> bool>;
    let cases: Vec<(Find, Fits)> = vec![
        (text("订书"), Box::new(move |nth| word(nth, true))),
        (text("餐费"), Box::new(move |nth| word(nth, false))),
        (
            Find {
                total_min: yuan(2),
                ..Find::default()
            },
            Box::new(|nth| nth % 10 >= 2),
        ),
        (
            Find {
                total_min: yuan(9),
                total_max: yuan(9),
                ..Find::default()
            },
            Box::new(|nth| nth % 10 == 9),
        ),
        (
            Find {
                fault: fault(),
                ..Find::default()
            },
            Box::new(|nth| nth % 3 == 0),
        ),
        (
            Find {
                fault: fault(),
                total_min: yuan(4),
                ..text("餐费")
            },
            Box::new(move |nth| word(nth, false) && nth % 3 == 0 && nth % 10 >= 4),
        ),
        (
            Find {
                fault: fault(),
                total_max: yuan(8),
                ..text("订书")
            },
            Box::new(move |nth| word(nth, true) && nth % 3 == 0 && nth % 10 <= 8),
        ),
    ];
    for (find, fits) in cases {
        let mut fitting: Vec<usize> = (0..60).filter(|nth| fits(*nth)).collect();
        fitting.sort_by_key(|nth| std::cmp::Reverse((nth % 28, *nth)));
        let numbers: Vec<String> = fitting.into_iter().map(number).collect();
        check(
            store,
            &find,
            &numbers.iter().map(String::as_str).collect::<Vec<_>>(),
        );
    }
}
