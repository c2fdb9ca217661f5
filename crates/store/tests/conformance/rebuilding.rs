//! Rows are dropped and rebuilt from the entries.

use std::sync::Arc;

use invoice::{Format, Severity};
use store::{Conservation, ErrorKind, Find, Found, InvoiceDetail, OutcomeRow, Store, StoreError};

use crate::support::{Engine, Made, duplicate, entity, rejected, take_in, writer};

/// Everything that rows can tell.
fn all_rows(
    store: &dyn Store,
) -> (
    Found,
    Vec<InvoiceDetail>,
    Vec<Vec<OutcomeRow>>,
    Vec<invoice::Entity>,
    Conservation,
) {
    let found = store
        .find(&Find {
            with_totals: true,
            ..Find::default()
        })
        .unwrap();
    let detail = |row: &store::InvoiceRow| store.invoice(&row.key).unwrap().unwrap();
    let details: Vec<_> = found.rows.iter().map(detail).collect();
    let timelines = found
        .rows
        .iter()
        .map(|row| store.timeline(row.id).unwrap())
        .collect();
    (
        found,
        details,
        timelines,
        store.entities().unwrap(),
        store.conservation().unwrap(),
    )
}

fn fill(store: &Arc<dyn Store>) {
    let writer = writer(store);
    writer.record(entity("1", &["甲公司"])).unwrap();
    let faulty = Made {
        faults: vec![("A101", Severity::Warning)],
        ..Made::default()
    };
    let first = take_in(store, &writer, b"1", Format::Pdf, &[faulty]);
    let paper = Made {
        code: Some("033002000211"),
        paper_number: Some("83089647"),
        ..Made::default()
    };
    take_in(
        store,
        &writer,
        b"2",
        Format::Xml,
        &[
            paper,
            Made {
                number: "26312000000000000002",
                ..Made::default()
            },
        ],
    );
    writer.record(duplicate(store.as_ref(), b"1", first)).unwrap();
    writer.record(rejected(store.as_ref(), b"3")).unwrap();
    writer.record(entity("1", &["甲新公司", "甲公司"])).unwrap();
}

pub fn rebuilt_rows_are_the_rows_that_were_there(engine: &Engine) {
    let store = &engine.store;
    fill(store);
    let before = all_rows(store.as_ref());
    assert_eq!(before.0.rows.len(), 2);
    store.drop_rows().unwrap();
    assert_eq!(store.find(&Find::default()).unwrap().rows, []);
    assert_eq!(store.conservation().unwrap().missing, [1, 2, 3, 4]);
    assert_eq!(store::rebuild(store.as_ref()).unwrap(), 6);
    assert_eq!(all_rows(store.as_ref()), before);
    // The index of texts was rebuilt as well.
    let found = store
        .find(&Find {
            text: Some("餐费".into()),
            ..Find::default()
        })
        .unwrap();
    assert_eq!(found.rows.len(), 2);
    assert_eq!(store::catch_up(store.as_ref()).unwrap(), 0);
}

pub fn an_interrupted_rebuild_is_completed(engine: &Engine) {
    let store = &engine.store;
    fill(store);
    let before = all_rows(store.as_ref());
    store.drop_rows().unwrap();
    // Only the first entry's rows were applied when the power failed. The next start completes them before it writes.
    let declared = invoice::Entity {
        tax_id: "1".into(),
        names: vec!["甲公司".into()],
    };
    store
        .apply_rows(0, &[vec![store::RowChange::Entity(declared)]])
        .unwrap();
    assert_eq!(store.rows_size().unwrap(), 1);
    drop(writer(store));
    assert_eq!(all_rows(store.as_ref()), before);
}

pub fn rows_cannot_be_applied_out_of_order(engine: &Engine) {
    let store = &engine.store;
    fill(store);
    let error = store.apply_rows(5, &[vec![]]).unwrap_err();
    assert!(matches!(
        error,
        StoreError::RowsBehind {
            expected: 5,
            found: 6
        }
    ));
    assert_eq!(error.kind(), ErrorKind::Bug);
    assert_eq!(store.rows_size().unwrap(), 6);
}
