//! Pages as lists of placed texts, one for each situation a layout has shown.

mod neighbours;

use invoice::{Cents, FieldName, InvoiceReading, LineNature, Source};

use super::{Glyph, PageReading, read};

type Texts<'a> = &'a [(u32, f64, f64, &'a str)];

/// Each text is a run of its own, 3 mm high, that starts at the given place.
fn page(texts: Texts<'_>) -> PageReading {
    let mut glyphs = Vec::new();
    for (run, x, y, text) in texts {
        let mut at = *x;
        let mut is_spaced = false;
        for raw in text.chars() {
            let glyph = Glyph::new(raw, (at, *y), 3.0, *run as usize, is_spaced);
            at += glyph.map_or(1.5, |glyph| glyph.width);
            is_spaced = raw == ' ';
            glyphs.extend(glyph);
        }
    }
    read(glyphs, 1, Source::OfdText)
}

fn check(invoice: &InvoiceReading, expect: &[(FieldName, &str)]) {
    for (field, value) in expect {
        assert_eq!(invoice.fields.raw(*field), Some(*value), "{}", field.as_str());
    }
}

/// The head of the item table, as 数电 invoices have it.
const HEAD: Texts<'static> = &[
    (100, 15.0, 53.0, "项目名称"),
    (101, 41.0, 53.0, "规格型号"),
    (102, 66.0, 53.0, "单 位"),
    (103, 92.0, 53.0, "数 量"),
    (104, 117.0, 53.0, "单 价"),
    (105, 143.0, 53.0, "金 额"),
    (106, 157.0, 53.0, "税率/征收率"),
    (107, 194.0, 53.0, "税 额"),
];

fn with_head<'a>(texts: Texts<'a>) -> Vec<(u32, f64, f64, &'a str)> {
    [HEAD, texts].concat()
}

#[test]
fn parties_side_by_side_are_told_by_their_side() {
    let reading = page(&with_head(&[
        (1, 154.0, 11.0, "发票号码："),
        (2, 172.0, 11.0, "24112000000048542163"),
        (3, 154.0, 17.0, "开票日期："),
        (4, 172.0, 17.0, "2024年05月28日"),
        (5, 5.5, 32.5, "购"),
        (6, 5.5, 36.0, "买"),
        (7, 5.5, 39.5, "方"),
        (8, 106.0, 32.5, "销"),
        (9, 106.0, 36.0, "售"),
        (10, 106.0, 39.5, "方"),
        (11, 11.0, 33.5, "名称："),
        (12, 22.0, 33.5, "海南示例云服科技有限公司海南示例云"),
        (13, 22.0, 37.2, "服科技分公司"),
        (14, 111.5, 33.5, "名称："),
        (15, 122.0, 33.5, "北京示例科技有限公司"),
        (16, 11.0, 44.0, "统一社会信用代码/纳税人识别号："),
        (17, 60.0, 44.0, "91460300MAA92DJN9"),
        (18, 111.5, 44.0, "统一社会信用代码/纳税人识别号："),
        (19, 161.0, 44.0, "91110108690017781"),
        (20, 19.0, 129.5, "开票人："),
        (21, 32.0, 129.5, "于某"),
    ]));
    check(
        &reading.invoice,
        &[
            (FieldName::Number, "24112000000048542163"),
            (FieldName::Date, "2024年05月28日"),
            (
                FieldName::BuyerName,
                "海南示例云服科技有限公司海南示例云服科技分公司",
            ),
            (FieldName::SellerName, "北京示例科技有限公司"),
            (FieldName::BuyerTaxId, "91460300MAA92DJN9"),
            (FieldName::SellerTaxId, "91110108690017781"),
            (FieldName::Drawer, "于某"),
        ],
    );
}

#[test]
fn parties_one_above_the_other_are_told_by_their_height() {
    let reading = page(&with_head(&[
        (1, 13.0, 31.5, "名"),
        (2, 28.9, 31.5, "称："),
        (3, 36.0, 31.5, "个人"),
        (4, 13.0, 105.4, "名"),
        (5, 28.9, 105.4, "称："),
        (6, 36.0, 105.4, "示例餐饮管理有限公司"),
        (7, 148.0, 7.5, "发票代码："),
        (8, 165.0, 7.3, "031001900511"),
        (9, 148.0, 13.0, "发票号码："),
        (10, 165.0, 12.8, "04875996"),
        (11, 7.0, 126.0, "收款人："),
        (12, 22.0, 126.0, "甲"),
        (13, 64.0, 126.0, "复核："),
        (14, 78.0, 126.0, "乙"),
        (15, 105.0, 126.0, "开 票 人"),
        (16, 121.0, 126.0, "丙"),
    ]));
    check(
        &reading.invoice,
        &[
            (FieldName::BuyerName, "个人"),
            (FieldName::SellerName, "示例餐饮管理有限公司"),
            (FieldName::Code, "031001900511"),
            (FieldName::Number, "04875996"),
            (FieldName::Payee, "甲"),
            (FieldName::Reviewer, "乙"),
            (FieldName::Drawer, "丙"),
        ],
    );
}

#[test]
fn a_wrapped_name_and_a_discount_make_two_lines() {
    let reading = page(&with_head(&[
        (1, 4.5, 57.0, "*餐饮服务*餐"),
        (2, 4.5, 61.5, "费"),
        (3, 100.0, 57.0, "1"),
        (4, 142.0, 57.0, "100.00"),
        (5, 164.0, 57.0, "6%"),
        (6, 196.0, 57.0, "6.00"),
        (7, 4.5, 66.0, "*餐饮服务*餐费"),
        (8, 142.0, 66.0, "-10.00"),
        (9, 164.0, 66.0, "6%"),
        (10, 196.0, 66.0, "-0.60"),
        (11, 20.0, 92.0, "合"),
        (12, 36.0, 92.0, "计"),
        (13, 138.0, 91.0, "¥"),
        (14, 141.0, 91.0, "90.00"),
        (15, 193.0, 91.0, "¥5.40"),
    ]));
    check(
        &reading.invoice,
        &[(FieldName::Amount, "¥90.00"), (FieldName::Tax, "¥5.40")],
    );
    let set = reading.invoice.lines().expect("lines");
    assert_eq!(set.lines.len(), 2);
    assert_eq!(set.lines[0].name, "*餐饮服务*餐费");
    assert_eq!(set.lines[1].nature, LineNature::Discount);
    assert_eq!(set.amount(), Some(Cents(9_000)));
}

#[test]
fn the_remark_is_what_stands_beside_its_word() {
    let reading = page(&with_head(&[
        (1, 16.0, 98.5, "价税合计（大写）"),
        (2, 63.0, 98.5, "壹佰圆整"),
        (3, 143.0, 98.5, "（小写）"),
        (4, 156.0, 98.5, "¥100.00"),
        (5, 5.5, 109.0, "备"),
        (6, 5.5, 115.0, "注"),
        (7, 11.0, 107.0, "购方开户银行:示例银行; 名称：不是名称"),
        (8, 11.0, 111.0, "收款人:丁;"),
        (9, 19.0, 129.5, "开票人："),
        (10, 32.0, 129.5, "于某"),
    ]));
    check(
        &reading.invoice,
        &[
            (
                FieldName::Remark,
                "购方开户银行:示例银行; 名称：不是名称\n收款人:丁;",
            ),
            (FieldName::TotalWords, "壹佰圆整"),
            (FieldName::Total, "¥100.00"),
            (FieldName::Drawer, "于某"),
        ],
    );
    assert_eq!(reading.invoice.field(FieldName::Payee), None);
    assert_eq!(reading.invoice.field(FieldName::BuyerName), None);
}

#[test]
fn what_is_drawn_twice_counts_once() {
    let reading = page(&[
        (1, 19.0, 129.5, "开票人："),
        (2, 32.0, 129.5, "于某"),
        (3, 32.05, 129.55, "于某"),
    ]);
    check(&reading.invoice, &[(FieldName::Drawer, "于某")]);
}

#[test]
fn a_page_of_other_text_states_nothing() {
    let reading = page(&[(1, 20.0, 20.0, "关于召开会议的通知"), (2, 20.0, 40.0, "号码很多")]);
    assert_eq!(reading.invoice.fields.0.len(), 0);
    assert!(!reading.is_list);
}

#[test]
fn the_sum_of_a_page_is_not_that_of_the_invoice() {
    let lines: Texts<'_> = &[
        (1, 4.5, 57.0, "*餐饮服务*餐费"),
        (2, 142.0, 57.0, "100.00"),
        (3, 164.0, 57.0, "6%"),
        (4, 196.0, 57.0, "6.00"),
        (5, 20.0, 80.0, "小"),
        (6, 36.0, 80.0, "计"),
        (7, 138.0, 80.0, "¥100.00"),
        (8, 193.0, 80.0, "¥6.00"),
    ];
    let sums: Texts<'_> = &[
        (9, 20.0, 88.0, "合"),
        (10, 36.0, 88.0, "计"),
        (11, 138.0, 88.0, "¥250.00"),
        (12, 193.0, 88.0, "¥15.00"),
    ];
    let first = page(&with_head(lines));
    assert_eq!(first.invoice.field(FieldName::Amount), None);
    assert_eq!(first.invoice.lines().map(|set| set.lines.len()), Some(1));
    let last = page(&with_head(&[lines, sums].concat()));
    check(
        &last.invoice,
        &[(FieldName::Amount, "¥250.00"), (FieldName::Tax, "¥15.00")],
    );
}

#[test]
fn columns_of_a_special_business_keep_their_cells() {
    let reading = page(&[
        (1, 10.0, 53.0, "项目名称"),
        (2, 42.0, 53.0, "建筑服务发生地"),
        (3, 84.0, 53.0, "建筑项目名称"),
        (4, 130.0, 53.0, "金 额"),
        (5, 150.0, 53.0, "税率/征收率"),
        (6, 190.0, 53.0, "税 额"),
        (7, 4.5, 57.0, "*建筑服务*工程款"),
        (8, 42.0, 57.0, "北京市海淀区"),
        (9, 84.0, 57.0, "示例大厦"),
        // Flush right, and so nearer to the next head than to its own.
        (10, 141.0, 57.0, "100.00"),
        (11, 157.0, 57.0, "9%"),
        (12, 196.0, 57.0, "9.00"),
    ]);
    let set = reading.invoice.lines().expect("lines");
    assert_eq!(set.lines.len(), 1);
    assert_eq!(set.lines[0].name, "*建筑服务*工程款");
    assert_eq!(set.lines[0].spec, None);
    assert_eq!(set.amount(), Some(Cents(10_000)));
}

#[test]
fn fares_stand_below_their_words() {
    let mut words = vec![(1, 60.0, 13.0, "电子发票（航空运输电子客票行程单）")];
    for (at, (word, figure)) in [
        ("票价", "CNY 477.06"),
        ("燃油附加费", "CNY 45.87"),
        ("增值税税率", "9%"),
        ("增值税税额", "CNY 47.07"),
        ("民航发展基金", "CNY 50.00"),
        ("合计", "CNY 620.00"),
    ]
    .into_iter()
    .enumerate()
    {
        let x = 10.0 + 30.0 * at as f64;
        words.push((10 + at as u32, x, 110.0, word));
        words.push((20 + at as u32, x + 4.0, 115.3, figure));
    }
    let reading = page(&words);
    check(
        &reading.invoice,
        &[
            (FieldName::Amount, "477.06"),
            (FieldName::Tax, "47.07"),
            (FieldName::Total, "620.00"),
        ],
    );
    let fund = reading
        .invoice
        .extras
        .iter()
        .find(|extra| extra.name == "民航发展基金");
    assert_eq!(fund.map(|extra| extra.value.as_str()), Some("50.00"));
}

#[test]
fn a_value_with_a_hole_is_left_out() {
    let reading = page(&[
        (1, 19.0, 129.5, "开票人："),
        (2, 32.0, 129.5, "于\u{FFFD}"),
        (3, 80.0, 129.5, "复核：王某"),
    ]);
    assert_eq!(reading.invoice.field(FieldName::Drawer), None);
    check(&reading.invoice, &[(FieldName::Reviewer, "王某")]);
}

#[test]
fn a_figure_above_the_total_is_not_part_of_it() {
    let reading = page(&with_head(&[
        (1, 150.0, 97.5, "G1234"),
        (2, 16.0, 101.0, "价税合计（大写）"),
        (3, 63.0, 101.0, "壹佰圆整"),
        (4, 143.0, 101.0, "（小写）"),
        (5, 156.0, 101.0, "¥100.00"),
    ]));
    check(&reading.invoice, &[(FieldName::Total, "¥100.00")]);
}
