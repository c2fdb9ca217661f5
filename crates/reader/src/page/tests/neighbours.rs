//! Layouts of other issuers: what stands close to a value, in the margin, in other tables and in the remark.

use super::*;

#[test]
fn words_in_the_margin_are_part_of_no_value() {
    let margin: Vec<(u32, f64, f64, &str)> = ["下", "载", "次", "数", "：", "1"]
        .into_iter()
        .enumerate()
        .map(|(at, word)| (200 + at as u32, 206.8, 30.5 + 3.2 * at as f64, word))
        .collect();
    let texts: Texts<'_> = &[
        (1, 11.0, 33.5, "名称："),
        (2, 22.0, 33.5, "海南示例云服科技有限公司"),
        (3, 111.5, 33.5, "名称："),
        (
            4,
            122.0,
            33.5,
            "北京示例科技股份有限公司华北第一示例分公司一二三四",
        ),
    ];
    let reading = page(&with_head(&[texts, &margin].concat()));
    check(
        &reading.invoice,
        &[
            (FieldName::BuyerName, "海南示例云服科技有限公司"),
            (
                FieldName::SellerName,
                "北京示例科技股份有限公司华北第一示例分公司一二三四",
            ),
        ],
    );
}

#[test]
fn a_rail_ticket_with_the_seal_between_number_and_date() {
    let reading = page(&[
        (1, 70.0, 10.0, "电子发票（铁路电子客票）"),
        (2, 88.0, 10.2, "统一发票监"),
        (3, 10.0, 18.0, "发票号码:26329130452000986260"),
        (4, 66.0, 18.2, "江"),
        (5, 100.0, 18.0, "开票日期:2026年07月21日"),
        (6, 20.0, 30.0, "示例站"),
        (7, 60.0, 30.0, "G1985"),
        (8, 90.0, 30.0, "示例虹桥站"),
        (9, 10.0, 42.0, "2026年07月16日"),
        (10, 40.0, 42.0, "20:25开"),
        (11, 10.0, 50.0, "票价:"),
        (12, 20.0, 49.5, "￥77.00"),
        (13, 10.0, 58.0, "3101132006****0012"),
        (14, 10.0, 66.0, "电子客票号:3045275086071791740572026"),
        (15, 10.0, 74.0, "购买方名称:示例大学"),
        (16, 80.0, 74.0, "统一社会信用代码:12650000457601471G"),
        (17, 30.0, 82.0, "买票请到12306 发货请到95306"),
    ]);
    check(
        &reading.invoice,
        &[
            (FieldName::Number, "26329130452000986260"),
            (FieldName::Date, "2026年07月21日"),
            (FieldName::Total, "￥77.00"),
            (FieldName::BuyerName, "示例大学"),
            (FieldName::BuyerTaxId, "12650000457601471G"),
        ],
    );
    assert_eq!(reading.invoice.field(FieldName::SellerTaxId), None);
}

#[test]
fn a_refunded_rail_ticket_states_its_fee() {
    let reading = page(&[
        (1, 70.0, 10.0, "电子发票（铁路电子客票）"),
        (2, 10.0, 18.0, "发票号码:26329130452000986261"),
        (3, 100.0, 18.0, "开票日期:2026年09月29日"),
        (4, 10.0, 50.0, "退票费:"),
        (5, 24.0, 48.6, "￥33.50"),
    ]);
    check(&reading.invoice, &[(FieldName::Total, "￥33.50")]);
}

#[test]
fn the_end_of_another_label_is_not_a_label() {
    let reading = page(&with_head(&[
        (1, 154.0, 11.0, "发票号码："),
        (2, 172.0, 11.0, "24112000000048542163"),
        (3, 11.0, 33.5, "名称："),
        (4, 22.0, 33.5, "甲公司"),
        (5, 111.5, 33.5, "名称："),
        (6, 122.0, 33.5, "乙公司"),
        // A remark without its word beside it.
        (7, 11.0, 108.0, "被红冲蓝字数电发票号码：24112000000048542160"),
        (8, 11.0, 112.0, "建筑项目名称：示例大厦"),
        (9, 11.0, 116.0, "机打代码：031001900511"),
    ]));
    check(
        &reading.invoice,
        &[
            (FieldName::Number, "24112000000048542163"),
            (FieldName::BuyerName, "甲公司"),
            (FieldName::SellerName, "乙公司"),
        ],
    );
    for field in [FieldName::Number, FieldName::BuyerName, FieldName::SellerName] {
        let witnesses = reading.invoice.field(field).map(|field| field.witnesses.len());
        assert_eq!(witnesses, Some(1), "{}", field.as_str());
    }
    assert_eq!(reading.invoice.field(FieldName::Code), None);
}

#[test]
fn the_number_of_a_party_follows_its_full_name() {
    // A roll invoice names the seller first.
    let roll = page(&[
        (1, 5.0, 40.0, "销售方名称：乙公司"),
        (2, 5.0, 45.0, "纳税人识别号：91110108690017781B"),
        (3, 5.0, 50.0, "开票日期：2021-05-06"),
        (4, 5.0, 55.0, "购买方名称：甲公司"),
        (5, 5.0, 60.0, "纳税人识别号：91460300MAA92DJN9X"),
    ]);
    let expect = [
        (FieldName::SellerName, "乙公司"),
        (FieldName::SellerTaxId, "91110108690017781B"),
        (FieldName::BuyerName, "甲公司"),
        (FieldName::BuyerTaxId, "91460300MAA92DJN9X"),
    ];
    check(&roll.invoice, &expect);
    // An invoice for a vehicle names the seller below.
    let vehicle = page(&[
        (1, 10.0, 40.0, "购买方名称"),
        (2, 40.0, 40.0, "甲公司"),
        (3, 10.0, 50.0, "纳税人识别号"),
        (4, 50.0, 50.0, "91460300MAA92DJN9X"),
        (5, 10.0, 90.0, "销货单位名称"),
        (6, 40.0, 90.0, "乙公司"),
        (7, 10.0, 98.0, "纳税人识别号"),
        (8, 50.0, 98.0, "91110108690017781B"),
    ]);
    check(&vehicle.invoice, &expect);
}

#[test]
fn the_number_of_a_buyer_without_one_is_not_the_sellers() {
    let reading = page(&with_head(&[
        (1, 11.0, 33.5, "名称："),
        (2, 22.0, 33.5, "个人"),
        (3, 111.5, 33.5, "名称："),
        (4, 122.0, 33.5, "北京示例科技有限公司"),
        (5, 11.0, 44.0, "统一社会信用代码/纳税人识别号："),
        (6, 111.5, 44.0, "统一社会信用代码/纳税人识别号："),
        (7, 161.0, 44.0, "91110108690017781B"),
    ]));
    assert_eq!(reading.invoice.field(FieldName::BuyerTaxId), None);
    check(
        &reading.invoice,
        &[
            (FieldName::BuyerName, "个人"),
            (FieldName::SellerTaxId, "91110108690017781B"),
        ],
    );
}

#[test]
fn travellers_between_the_sums_and_the_total_are_part_of_neither() {
    let reading = page(&with_head(&[
        (1, 4.5, 57.0, "*运输服务*客运服务费"),
        (2, 142.0, 57.0, "100.00"),
        (3, 164.0, 57.0, "3%"),
        (4, 196.0, 57.0, "3.00"),
        (5, 20.0, 80.0, "合"),
        (6, 36.0, 80.0, "计"),
        (7, 138.0, 80.0, "¥100.00"),
        (8, 193.0, 80.0, "¥3.00"),
        (9, 10.0, 86.0, "出行人"),
        (10, 40.0, 86.0, "有效身份证件号"),
        (11, 80.0, 86.0, "出行日期"),
        (12, 110.0, 86.0, "出发地"),
        (13, 140.0, 86.0, "到达地"),
        (14, 165.0, 86.0, "等级"),
        (15, 180.0, 86.0, "交通工具类型"),
        (16, 10.0, 93.0, "于某"),
        (17, 40.0, 93.0, "110101********1234"),
        (18, 80.0, 93.0, "2026-08-19"),
        (19, 110.0, 93.0, "示例站东广场"),
        (20, 140.0, 93.0, "示例园"),
        (21, 180.0, 93.0, "出租车"),
        (22, 16.0, 97.0, "价税合计（大写）"),
        (23, 63.0, 97.0, "⊗壹佰零叁圆整"),
        (24, 143.0, 97.0, "（小写）"),
        (25, 156.0, 97.0, "¥ 103.00"),
    ]));
    check(
        &reading.invoice,
        &[
            (FieldName::Amount, "¥100.00"),
            (FieldName::Tax, "¥3.00"),
            (FieldName::TotalWords, "⊗壹佰零叁圆整"),
            (FieldName::Total, "¥ 103.00"),
        ],
    );
    assert_eq!(reading.invoice.lines().map(|set| set.lines.len()), Some(1));
}

#[test]
fn a_name_in_three_rows_with_spaces_and_brackets() {
    let reading = page(&with_head(&[
        (1, 11.0, 36.0, "名称："),
        (2, 22.0, 32.5, "示例集团（Shanghai Example"),
        (3, 22.0, 36.0, "No.1 Trading）（个体工商户）"),
        (4, 22.0, 39.5, "第二经营部"),
        (5, 111.5, 36.0, "名称："),
        (6, 122.0, 35.3, "乙公司"),
    ]));
    check(
        &reading.invoice,
        &[
            (
                FieldName::BuyerName,
                "示例集团（Shanghai ExampleNo.1 Trading）（个体工商户）第二经营部",
            ),
            (FieldName::SellerName, "乙公司"),
        ],
    );
}

#[test]
fn a_remark_that_says_the_words_of_the_form() {
    let reading = page(&with_head(&[
        (1, 154.0, 11.0, "发票号码："),
        (2, 172.0, 11.0, "24112000000048542163"),
        (3, 16.0, 98.5, "价税合计（大写）"),
        (4, 63.0, 98.5, "壹佰圆整"),
        (5, 143.0, 98.5, "（小写）"),
        (6, 156.0, 98.5, "¥100.00"),
        (7, 5.5, 111.0, "备"),
        (8, 5.5, 117.0, "注"),
        (9, 11.0, 106.0, "发票号码：24112000000048542160 名称：丙公司"),
        (10, 11.0, 110.0, "订单价税合计：200.00 （小写）¥200.00"),
        (
            11,
            11.0,
            114.0,
            "统一社会信用代码/纳税人识别号：91110108690017781B",
        ),
        (12, 19.0, 129.5, "开票人："),
        (13, 32.0, 129.5, "于某"),
    ]));
    for (field, value) in [
        (FieldName::Number, "24112000000048542163"),
        (FieldName::Total, "¥100.00"),
        (FieldName::Drawer, "于某"),
    ] {
        check(&reading.invoice, &[(field, value)]);
        let witnesses = reading.invoice.field(field).map(|field| field.witnesses.len());
        assert_eq!(witnesses, Some(1), "{}", field.as_str());
    }
    assert_eq!(reading.invoice.field(FieldName::BuyerName), None);
    assert_eq!(reading.invoice.field(FieldName::BuyerTaxId), None);
}

#[test]
fn full_width_figures_are_figures() {
    let reading = page(&with_head(&[
        (5, 16.0, 98.5, "价税合计（大写）"),
        (1, 143.0, 98.5, "（小写）"),
        (2, 156.0, 98.5, "￥１，２３４．５０"),
        (3, 154.0, 17.0, "开票日期："),
        (4, 172.0, 17.0, "２０２６年０３月０９日"),
    ]));
    let value = |field| reading.invoice.fields.value(field);
    assert_eq!(value(FieldName::Total), Some("1234.50"));
    assert_eq!(value(FieldName::Date), Some("2026-03-09"));
}

#[test]
fn an_invoice_for_a_vehicle_states_both_of_its_sums() {
    let reading = page(&[
        (1, 60.0, 12.0, "电子发票（机动车销售统一发票）"),
        (2, 10.0, 40.0, "购买方名称"),
        (3, 40.0, 40.0, "甲公司"),
        (4, 10.0, 80.0, "价税合计"),
        (5, 40.0, 80.0, "⊗贰拾万圆整"),
        (6, 130.0, 80.0, "小写"),
        (7, 140.0, 80.0, "￥200000.00"),
        (8, 10.0, 86.0, "销货单位名称"),
        (9, 40.0, 86.0, "乙公司"),
        (10, 150.0, 86.0, "电话"),
        (11, 160.0, 86.0, "010-12345678"),
        (12, 10.0, 98.0, "增值税税率或征收率"),
        (13, 45.0, 98.0, "13%"),
        (14, 60.0, 98.0, "增值税税额"),
        (15, 80.0, 98.0, "￥23008.85"),
        (16, 120.0, 98.0, "主管税务机关及代码"),
        (17, 10.0, 106.0, "不含税价"),
        (18, 30.0, 106.0, "小写"),
        (19, 40.0, 106.0, "￥176991.15"),
    ]);
    check(
        &reading.invoice,
        &[
            (FieldName::BuyerName, "甲公司"),
            (FieldName::SellerName, "乙公司"),
            (FieldName::TotalWords, "⊗贰拾万圆整"),
            (FieldName::Total, "￥200000.00"),
            (FieldName::Tax, "￥23008.85"),
            (FieldName::Amount, "￥176991.15"),
        ],
    );
}

#[test]
fn what_stands_far_behind_an_empty_field_is_not_its_value() {
    // The cipher area of a form whose vertical words are part of the paper.
    let reading = page(&with_head(&[
        (1, 13.0, 30.0, "名"),
        (2, 28.9, 30.0, "称："),
        (3, 36.0, 30.0, "个人"),
        (4, 13.0, 35.0, "纳税人识别号："),
        (5, 120.0, 35.0, "0351*813*9649"),
        (6, 105.0, 126.0, "开票人："),
        (7, 121.0, 126.0, "管理员一号"),
        (8, 145.0, 126.0, "销售方：（章）"),
    ]));
    assert_eq!(reading.invoice.field(FieldName::BuyerTaxId), None);
    check(
        &reading.invoice,
        &[(FieldName::BuyerName, "个人"), (FieldName::Drawer, "管理员一号")],
    );
}

#[test]
fn a_freight_table_below_the_sums_names_no_party() {
    let reading = page(&with_head(&[
        (1, 11.0, 33.5, "名称："),
        (2, 22.0, 33.5, "甲公司"),
        (3, 111.5, 33.5, "名称："),
        (4, 122.0, 33.5, "乙公司"),
        (5, 4.5, 57.0, "*运输服务*货物运输"),
        (6, 142.0, 57.0, "100.00"),
        (7, 164.0, 57.0, "9%"),
        (8, 196.0, 57.0, "9.00"),
        (9, 20.0, 78.0, "合"),
        (10, 36.0, 78.0, "计"),
        (11, 138.0, 77.5, "¥100.00"),
        (12, 193.0, 77.5, "¥9.00"),
        (13, 10.0, 84.0, "运输工具种类"),
        (14, 50.0, 84.0, "运输工具牌号"),
        (15, 90.0, 84.0, "起运地"),
        (16, 130.0, 84.0, "到达地"),
        (17, 170.0, 84.0, "运输货物名称"),
        (18, 10.0, 90.0, "公路运输"),
        (19, 50.0, 90.0, "鄂A12345"),
        (20, 90.0, 90.0, "湖北省武汉市"),
        (21, 130.0, 90.0, "北京市"),
        (22, 170.0, 90.0, "机械设备"),
        (23, 16.0, 97.0, "价税合计（大写）"),
        (24, 63.0, 97.0, "壹佰零玖圆整"),
        (25, 143.0, 97.0, "（小写）"),
        (26, 156.0, 97.0, "¥109.00"),
    ]));
    check(
        &reading.invoice,
        &[
            (FieldName::BuyerName, "甲公司"),
            (FieldName::SellerName, "乙公司"),
            (FieldName::Amount, "¥100.00"),
            (FieldName::TotalWords, "壹佰零玖圆整"),
            (FieldName::Total, "¥109.00"),
        ],
    );
}

#[test]
fn a_lease_keeps_its_certificate_out_of_the_lines() {
    let reading = page(&[
        (1, 8.0, 53.0, "项目名称"),
        (2, 32.0, 53.0, "产权证书/不动产权证号"),
        (3, 80.0, 53.0, "面积单位"),
        (4, 100.0, 53.0, "数 量"),
        (5, 120.0, 53.0, "单 价"),
        (6, 143.0, 53.0, "金 额"),
        (7, 157.0, 53.0, "税率/征收率"),
        (8, 194.0, 53.0, "税 额"),
        (9, 4.5, 57.0, "*经营租赁*房租"),
        (10, 34.0, 57.0, "京（2020）海不动产权第0000001号"),
        (11, 84.0, 57.0, "平方米"),
        (12, 102.0, 57.0, "100"),
        (13, 121.0, 57.0, "9.1743"),
        (14, 141.0, 57.0, "917.43"),
        (15, 164.0, 57.0, "9%"),
        (16, 196.0, 57.0, "82.57"),
        (17, 20.0, 80.0, "合计"),
        (18, 139.0, 80.0, "¥917.43"),
        (19, 193.0, 80.0, "¥82.57"),
    ]);
    let set = reading.invoice.lines().expect("lines");
    assert_eq!(set.lines.len(), 1);
    assert_eq!(set.lines[0].name, "*经营租赁*房租");
    assert_eq!(set.lines[0].spec, None);
    assert_eq!(set.lines[0].unit.as_deref(), Some("平方米"));
    check(
        &reading.invoice,
        &[(FieldName::Amount, "¥917.43"), (FieldName::Tax, "¥82.57")],
    );
}

#[test]
fn an_account_below_a_number_is_not_part_of_it() {
    let reading = page(&with_head(&[
        (1, 11.0, 33.5, "名称："),
        (2, 22.0, 33.5, "甲公司"),
        (3, 111.5, 33.5, "名称："),
        (4, 122.0, 33.5, "乙公司"),
        (5, 11.0, 41.0, "统一社会信用代码/纳税人识别号："),
        (6, 60.0, 40.3, "91460300MAA92DJN9X 电子支付标识"),
        (7, 111.5, 41.0, "统一社会信用代码/纳税人识别号："),
        (8, 161.0, 40.3, "91110108690017781B"),
        (9, 111.5, 45.0, "收款账号："),
        (
            10,
            127.0,
            45.0,
            "6222000000000000000 开户行：示例银行示例市示例支行",
        ),
        (
            11,
            111.5,
            48.0,
            "6222000000000000000622200000000000000062220000000",
        ),
    ]));
    check(
        &reading.invoice,
        &[
            (FieldName::BuyerTaxId, "91460300MAA92DJN9X"),
            (FieldName::SellerTaxId, "91110108690017781B"),
            (FieldName::SellerName, "乙公司"),
        ],
    );
}

#[test]
fn a_remark_beside_a_word_written_across() {
    for (word, x) in [("备注", 14.0), ("备注：", 15.5)] {
        let reading = page(&with_head(&[
            (1, 16.0, 98.5, "价税合计（大写）"),
            (2, 143.0, 98.5, "（小写）"),
            (3, 156.0, 98.5, "¥100.00"),
            (4, 5.0, 110.0, word),
            (5, x, 106.0, "名称：丙公司 开户行：示例银行"),
            (6, x, 110.0, "统一社会信用代码：91110108690017781B"),
            (7, 19.0, 129.5, "开票人："),
            (8, 32.0, 129.5, "于某"),
        ]));
        assert_eq!(reading.invoice.field(FieldName::BuyerName), None, "{word}");
        assert_eq!(reading.invoice.field(FieldName::BuyerTaxId), None, "{word}");
        let remark = reading.invoice.fields.raw(FieldName::Remark).unwrap_or_default();
        assert!(remark.contains("名称：丙公司 开户行：示例银行\n"), "{remark}");
        assert!(remark.contains("91110108690017781B"), "{remark}");
    }
}

#[test]
fn units_one_below_the_other_are_no_vertical_word() {
    let reading = page(&with_head(&[
        (1, 4.5, 57.0, "*非金属矿石*砂"),
        (2, 68.0, 57.0, "方"),
        (3, 142.0, 57.0, "100.00"),
        (4, 164.0, 57.0, "3%"),
        (5, 196.0, 57.0, "3.00"),
        (6, 4.5, 62.0, "*非金属矿石*石"),
        (7, 68.0, 62.0, "方"),
        (8, 142.0, 62.0, "200.00"),
        (9, 164.0, 62.0, "免税"),
        (10, 196.0, 62.0, "***"),
        (11, 20.0, 90.0, "合计"),
        (12, 138.0, 90.0, "¥300.00"),
        (13, 193.0, 90.0, "¥3.00"),
    ]));
    let set = reading.invoice.lines().expect("lines");
    let units: Vec<_> = set.lines.iter().map(|line| line.unit.as_deref()).collect();
    assert_eq!(units, [Some("方"), Some("方")]);
    assert_eq!(set.tax(), Some(Cents(300)));
}

#[test]
fn values_printed_on_a_blank_form_state_nothing() {
    // What 税控 systems print on paper forms has no labels: only the code says what it is.
    let reading = page(&[
        (1, 150.0, 10.0, "031001900511"),
        (2, 150.0, 15.0, "04875996"),
        (3, 150.0, 20.0, "2019年07月20日"),
        (4, 36.0, 31.0, "甲公司"),
        (5, 36.0, 36.0, "91460300MAA92DJN9X"),
        (6, 120.0, 36.0, "03*+<8/>9-2*1<6>>*/58+-7<3"),
        (7, 140.0, 57.0, "100.00"),
        (8, 196.0, 57.0, "6.00"),
        (9, 36.0, 105.0, "乙公司"),
    ]);
    assert_eq!(reading.invoice.fields.0.len(), 0);
}

#[test]
fn radicals_in_place_of_characters_are_read_as_these() {
    let reading = page(&with_head(&[
        (1, 11.0, 33.5, "名称："),
        (2, 22.0, 33.5, "⻘岛⻩海⻢⻋有限公司"),
        (3, 111.5, 33.5, "名称："),
        (4, 122.0, 33.5, "北京⻛⻰科技有限公司"),
    ]));
    let value = |field| reading.invoice.fields.value(field);
    assert_eq!(value(FieldName::BuyerName), Some("青岛黄海马车有限公司"));
    assert_eq!(value(FieldName::SellerName), Some("北京风龙科技有限公司"));
}

#[test]
fn a_number_that_starts_on_the_colon_of_its_label_is_whole() {
    let reading = page(&with_head(&[
        (1, 11.0, 44.0, "统一社会信用代码/纳税人识别号："),
        (2, 54.0, 44.0, "91460300MAA92DJN9X"),
        (3, 111.5, 44.0, "统一社会信用代码/纳税人识别号："),
        (4, 154.5, 44.0, "91110108690017781B"),
    ]));
    check(
        &reading.invoice,
        &[
            (FieldName::BuyerTaxId, "91460300MAA92DJN9X"),
            (FieldName::SellerTaxId, "91110108690017781B"),
        ],
    );
}

#[test]
fn a_name_that_runs_over_the_next_word_is_whole() {
    let reading = page(&with_head(&[
        (1, 11.0, 30.0, "名称："),
        (
            2,
            22.0,
            30.0,
            "示例云服务科技（海南自由贸易港）有限公司三亚崖州湾科技城第一分公司",
        ),
        (3, 106.0, 26.0, "密"),
        (4, 106.0, 30.0, "码"),
        (5, 106.0, 34.0, "区"),
    ]));
    check(
        &reading.invoice,
        &[(
            FieldName::BuyerName,
            "示例云服务科技（海南自由贸易港）有限公司三亚崖州湾科技城第一分公司",
        )],
    );
}

#[test]
fn a_remark_close_to_its_word_is_a_remark() {
    let reading = page(&with_head(&[
        (1, 17.0, 100.0, "价税合计（大写）"),
        (2, 6.0, 112.0, "备"),
        (3, 6.0, 118.0, "注"),
        (4, 10.4, 112.0, "收款人：王某；复核人：赵某；"),
        (5, 10.4, 118.0, "开票人：钱某"),
        (6, 19.0, 132.0, "开票人："),
        (7, 32.0, 132.0, "于某"),
    ]));
    check(&reading.invoice, &[(FieldName::Drawer, "于某")]);
    assert_eq!(reading.invoice.fields.raw(FieldName::Payee), None);
    let remark = reading.invoice.fields.raw(FieldName::Remark);
    assert_eq!(remark, Some("收款人：王某；复核人：赵某；\n开票人：钱某"));
}

#[test]
fn heads_that_nearly_touch_are_two() {
    let reading = page(&[
        (1, 16.0, 53.0, "项目名称"),
        (2, 37.0, 53.0, "产权证书/不动产权证号"),
        (3, 71.0, 53.0, "面积单位"),
        (4, 93.0, 53.0, "数 量"),
        (5, 118.0, 53.0, "单 价"),
        (6, 143.0, 53.0, "金 额"),
        (7, 157.0, 53.0, "税率/征收率"),
        (8, 194.0, 53.0, "税 额"),
        (9, 4.5, 57.0, "*经营租赁*房租"),
        (10, 38.0, 57.0, "沪（2020）浦字不动产"),
        (11, 38.0, 60.5, "权第012345号"),
        (12, 75.0, 57.0, "平方米"),
        (13, 97.0, 57.0, "100"),
        (14, 122.0, 57.0, "9.1743"),
        (15, 143.0, 57.0, "917.43"),
        (16, 164.0, 57.0, "9%"),
        (17, 196.0, 57.0, "82.57"),
        (18, 20.0, 80.0, "合计"),
    ]);
    let set = reading.invoice.lines().expect("lines");
    assert_eq!(set.lines.len(), 1);
    assert_eq!(set.lines[0].name, "*经营租赁*房租");
    assert_eq!(set.lines[0].unit.as_deref(), Some("平方米"));
    assert_eq!(set.lines[0].spec, None);
}

#[test]
fn travellers_between_the_items_and_the_sums_are_no_items() {
    let reading = page(&with_head(&[
        (1, 5.0, 57.0, "*运输服务*客运服务费"),
        (2, 143.0, 57.0, "54.56"),
        (3, 164.0, 57.0, "3%"),
        (4, 196.0, 57.0, "1.64"),
        (5, 10.0, 68.0, "出行人"),
        (6, 33.0, 68.0, "有效身份证件号"),
        (7, 69.0, 68.0, "出行日期"),
        (8, 102.0, 68.0, "出发地"),
        (9, 140.0, 68.0, "到达地"),
        (10, 10.0, 72.0, "甲某"),
        (11, 69.0, 72.0, "2026-06-01"),
        (12, 140.0, 72.0, "上海市"),
        (13, 20.0, 80.0, "合计"),
        (14, 141.0, 80.0, "¥54.56"),
        (15, 195.0, 80.0, "¥1.64"),
    ]));
    let set = reading.invoice.lines().expect("lines");
    assert_eq!(set.lines.len(), 1);
    assert_eq!(set.lines[0].name, "*运输服务*客运服务费");
    check(
        &reading.invoice,
        &[(FieldName::Amount, "¥54.56"), (FieldName::Tax, "¥1.64")],
    );
}

#[test]
fn a_sales_list_has_heads_of_its_own() {
    let reading = page(&[
        (1, 12.0, 42.0, "序号"),
        (2, 22.0, 42.0, "货物（劳务）名称"),
        (3, 67.0, 42.0, "规格型号"),
        (4, 92.0, 42.0, "单位"),
        (5, 106.0, 42.0, "数量"),
        (6, 124.0, 42.0, "单价"),
        (7, 148.0, 42.0, "金额"),
        (8, 169.0, 42.0, "税率"),
        (9, 190.0, 42.0, "税额"),
        (10, 13.0, 47.0, "1"),
        (11, 22.0, 47.0, "*文具*签字笔"),
        (12, 93.0, 47.0, "支"),
        (13, 110.0, 47.0, "2"),
        (14, 128.0, 47.0, "5"),
        (15, 148.0, 47.0, "10.00"),
        (16, 170.0, 47.0, "13%"),
        (17, 192.0, 47.0, "1.30"),
        (18, 22.0, 60.0, "小计"),
        (19, 146.0, 60.0, "¥10.00"),
    ]);
    let set = reading.invoice.lines().expect("lines");
    assert_eq!(set.lines.len(), 1);
    assert_eq!(set.lines[0].name, "*文具*签字笔");
    assert_eq!(set.lines[0].amount, Some(Cents(1_000)));
}
