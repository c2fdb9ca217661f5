//! Spreadsheets: lies about dimensions, tables without end, references out of range.

use super::raw::{RawEntry, deflated, noise, stored, zip};
use super::{Hostile, Shelf};

const REFUSED: &[&str] = &["F001", "F002", "F003", "F011"];
const ANY: &[&str] = &[];

const HEADING: &[&str] = &[
    "序号",
    "数电发票号码",
    "销方名称",
    "购买方名称",
    "开票日期",
    "金额",
    "税额",
    "价税合计",
];

fn row(number: usize, cells: &[&str]) -> String {
    let cells: String = ('A'..)
        .zip(cells)
        .map(|(column, text)| format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"))
        .collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

fn sheet(dimension: &str, rows: &str) -> String {
    format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension ref=\"{dimension}\"/>\
         <sheetData>{rows}</sheetData></worksheet>"
    )
}

const WORKBOOK: &str = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
    <sheet name=\"信息汇总表\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
    Target=\"worksheets/sheet1.xml\"/></Relationships>";

const PACKAGE: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
    Target=\"xl/workbook.xml\"/></Relationships>";

/// A workbook of one sheet, with parts replaced or added.
fn book(sheet: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = vec![
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
        ),
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, content) in others {
        match parts.iter_mut().find(|part| part.0 == *name) {
            Some(part) => part.1 = content,
            None => parts.push((name, content)),
        }
    }
    let entries: Vec<RawEntry> = parts
        .iter()
        .map(|(name, content)| deflated(name, content.as_bytes()))
        .collect();
    zip(&entries)
}

pub(super) fn cases() -> Vec<Hostile> {
    let mut shelf = Shelf::new("workbooks");
    let good = row(1, HEADING)
        + &row(
            2,
            &[
                "1",
                "26110000000100000001",
                "甲",
                "乙",
                "2026-03-09",
                "1",
                "0",
                "1",
            ],
        );
    for (name, dimension) in [
        ("all", "A1:XFD1048576"),
        ("swapped", "Z99:A1"),
        ("swapped-columns", "XFD1:A1048576"),
        ("beyond", "A1:ZZZZZZ99999999999"),
        ("half", "A1:"),
        ("nothing", ""),
        ("zero", "A0:A0"),
    ] {
        shelf.add(
            format!("dimension-{name}"),
            "allocation by the stated range",
            ANY,
            book(&sheet(dimension, &good), &[]),
        );
    }
    let far = |cell: &str| format!("{good}<row r=\"1048576\"><c r=\"{cell}\"><v>1</v></c></row>");
    shelf.add(
        "two-cells-far-apart",
        "a dense table for sparse cells",
        ANY,
        book(&sheet("A1:B2", &far("XFD1048576")), &[]),
    );
    for (name, cell) in [
        ("zero", "A0"),
        ("no-row", "A"),
        ("no-column", "1"),
        ("beyond", "ZZZZZZZ9999999999999999999"),
        ("minus", "A-1"),
        ("empty", ""),
        ("last", "XFD4294967295"),
    ] {
        shelf.add(
            format!("cell-{name}"),
            "the place of a cell",
            ANY,
            book(&sheet("A1:B2", &far(cell)), &[]),
        );
    }
    let many: String = (1..250_000)
        .map(|at| format!("<row r=\"{at}\"><c r=\"A{at}\"><v>1</v></c></row>"))
        .collect();
    shelf.add(
        "250000-rows",
        "the number of rows",
        ANY,
        book(&sheet("A1:A250000", &(row(1, HEADING) + &many)), &[]),
    );
    let wide: String = (0..16_384)
        .map(|_| "<c t=\"inlineStr\"><is><t>a</t></is></c>")
        .collect();
    let wide: String = (1..120)
        .map(|at| format!("<row r=\"{at}\">{wide}</row>"))
        .collect();
    shelf.add(
        "two-million-cells",
        "the number of cells",
        ANY,
        book(&sheet("A1:XFD120", &wide), &[]),
    );
    let strings: String = (0..1_000_000).map(|at| format!("<si><t>{at}</t></si>")).collect();
    let shared = |strings: &str, count: &str| {
        let table = format!(
            "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"{count}\" uniqueCount=\"{count}\">{strings}</sst>"
        );
        let relations = RELATIONS.replace("</Relationships>", "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>");
        let rows = good.clone()
            + "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>4000000000</v></c><c r=\"B3\" t=\"s\"><v>-1</v></c></row>";
        book(
            &sheet("A1:H3", &rows),
            &[
                ("xl/sharedStrings.xml", &table),
                ("xl/_rels/workbook.xml.rels", &relations),
            ],
        )
    };
    shelf.add(
        "a-million-shared-strings",
        "the table of strings",
        ANY,
        shared(&strings, "1000000"),
    );
    shelf.add(
        "shared-strings-stated",
        "allocation by the stated number",
        ANY,
        shared("<si><t>a</t></si>", "18446744073709551615"),
    );
    shelf.add(
        "giant-string",
        "a string of 39 MiB",
        ANY,
        shared(&format!("<si><t>{}</t></si>", "巨".repeat(13 << 20)), "1"),
    );
    shelf.add(
        "sheet-bomb",
        "a sheet of 120 MiB in 120 KiB",
        REFUSED,
        book(&" ".repeat(120 << 20), &[]),
    );
    let formulas = "<row r=\"3\"><c r=\"A3\"><f>WEBSERVICE(\"http://127.0.0.1:9/\")</f><v>1</v></c><c r=\"B3\"><f>cmd|' /C calc'!A0</f></c><c r=\"C3\"><f>C3</f></c></row>";
    shelf.add(
        "formulas",
        "whoever computes",
        ANY,
        book(&sheet("A1:H3", &(good.clone() + formulas)), &[]),
    );
    let values: String = ["1e400", "NaN", "-0", "", "9007199254740993", "x"]
        .iter()
        .map(|value| format!("<c><v>{value}</v></c>"))
        .collect();
    shelf.add(
        "odd-values",
        "figures that are none",
        ANY,
        book(
            &sheet("A1:H3", &format!("{good}<row r=\"3\">{values}</row>")),
            &[],
        ),
    );
    let kinds: String = ["b", "d", "e", "n", "s", "str", "z", ""]
        .iter()
        .map(|kind| format!("<c t=\"{kind}\"><v>7</v></c>"))
        .collect();
    shelf.add(
        "odd-kinds",
        "kinds of cells",
        ANY,
        book(&sheet("A1:H3", &format!("{good}<row r=\"3\">{kinds}</row>")), &[]),
    );
    let sheets: String = (0..20_000)
        .map(|at| format!("<sheet name=\"{at}\" sheetId=\"{at}\" r:id=\"rId1\"/>"))
        .collect();
    let many = WORKBOOK.replace("</sheets>", &format!("{sheets}</sheets>"));
    shelf.add(
        "20000-sheets",
        "the number of sheets",
        ANY,
        book(&sheet("A1:H3", &good), &[("xl/workbook.xml", &many)]),
    );
    for (name, target) in [
        ("climbs", "../../../etc/passwd"),
        ("absolute", "/etc/passwd"),
        ("address", "http://127.0.0.1:9/"),
        ("itself", "workbook.xml"),
        ("nothing", ""),
    ] {
        let relations = RELATIONS.replace("worksheets/sheet1.xml", target);
        shelf.add(
            format!("target-{name}"),
            "the place of a part",
            ANY,
            book(
                &sheet("A1:H3", &good),
                &[("xl/_rels/workbook.xml.rels", &relations)],
            ),
        );
    }
    let entity = format!(
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
        sheet("A1:H3", &good.replace('甲', "&x;"))
    );
    shelf.add("external-entity", "entities", ANY, book(&entity, &[]));
    shelf.add(
        "deep",
        "recursion",
        ANY,
        book(&sheet("A1", &"<row>".repeat(100_000)), &[]),
    );
    let attributes: String = (0..100_000).map(|at| format!(" a{at}=\"\"")).collect();
    shelf.add(
        "100000-attributes",
        "quadratic search for attributes",
        ANY,
        book(&sheet("A1", &format!("<row{attributes}/>")), &[]),
    );
    let formats: String = (0..200_000)
        .map(|at| format!("<numFmt numFmtId=\"{at}\" formatCode=\"yyyy\"/>"))
        .collect();
    let styles = format!(
        "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts>{formats}</numFmts></styleSheet>"
    );
    shelf.add(
        "200000-formats",
        "the table of formats",
        ANY,
        book(&sheet("A1:H3", &good), &[("xl/styles.xml", &styles)]),
    );
    shelf.add(
        "noise-for-a-sheet",
        "noise in a part",
        ANY,
        zip(&[
            stored("_rels/.rels", PACKAGE.as_bytes()),
            stored("xl/workbook.xml", WORKBOOK.as_bytes()),
            stored("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
            stored("xl/worksheets/sheet1.xml", &noise(70, 50_000)),
        ]),
    );
    shelf.add(
        "no-relations",
        "a missing part",
        ANY,
        zip(&[stored("xl/workbook.xml", WORKBOOK.as_bytes())]),
    );
    shelf.cases
}
