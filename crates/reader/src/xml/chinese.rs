//! Elements with Chinese names (发票号码, 开票日期), as some systems export them. There is no standard for it; names
//! are those of the face. They are looked for directly below the root and one level deeper.

use invoice::{FieldName, Format};
use ofd::xml::Element;

use super::Dialect;
use super::binding::{Binding, LineNames};

pub(super) const DIALECT: Dialect = Dialect {
    format: Format::Xml,
    probe,
    read,
};

const FIELDS: &[(FieldName, &[&str])] = &[
    (FieldName::Kind, &["发票类型", "票种", "发票票种", "发票种类"]),
    (FieldName::Code, &["发票代码"]),
    (FieldName::Number, &["发票号码", "数电发票号码", "数电票号码"]),
    (FieldName::Date, &["开票日期"]),
    (FieldName::CheckCode, &["校验码"]),
    (FieldName::MachineNumber, &["机器编号"]),
    (FieldName::SellerName, &["销售方名称", "销方名称"]),
    (
        FieldName::SellerTaxId,
        &[
            "销售方纳税人识别号",
            "销售方统一社会信用代码",
            "销售方识别号",
            "销方识别号",
        ],
    ),
    (FieldName::SellerAddress, &["销售方地址电话", "销售方地址、电话"]),
    (FieldName::SellerBank, &["销售方开户行及账号"]),
    (FieldName::BuyerName, &["购买方名称", "购方名称"]),
    (
        FieldName::BuyerTaxId,
        &[
            "购买方纳税人识别号",
            "购买方统一社会信用代码",
            "购买方识别号",
            "购方识别号",
        ],
    ),
    (FieldName::BuyerAddress, &["购买方地址电话", "购买方地址、电话"]),
    (FieldName::BuyerBank, &["购买方开户行及账号"]),
    (FieldName::Amount, &["合计金额", "金额合计"]),
    (FieldName::Tax, &["合计税额", "税额合计"]),
    (FieldName::Total, &["价税合计", "价税合计小写"]),
    (FieldName::TotalWords, &["价税合计大写"]),
    (FieldName::Remark, &["备注"]),
    (FieldName::Payee, &["收款人"]),
    (FieldName::Reviewer, &["复核", "复核人"]),
    (FieldName::Drawer, &["开票人"]),
    (
        FieldName::BlueNumber,
        &[
            "被红冲蓝字发票号码",
            "被红冲蓝字数电票号码",
            "被红冲蓝字数电发票号码",
        ],
    ),
    (FieldName::BlueCode, &["被红冲蓝字发票代码"]),
    (FieldName::RedFormNumber, &["红字发票信息确认单编号"]),
];

const LINES: LineNames = LineNames {
    name: "项目名称",
    spec: "规格型号",
    unit: "单位",
    quantity: "数量",
    price: "单价",
    amount: "金额",
    rate: "税率",
    tax: "税额",
    tax_code: "税收分类编码",
};

fn probe(root: &Element) -> bool {
    let holds = |element: &Element| {
        let number = ["发票号码", "数电发票号码", "数电票号码"]
            .iter()
            .any(|name| element.child(name).is_some());
        number && element.child("开票日期").is_some()
    };
    holds(root) || root.children.iter().any(holds)
}

fn read(binding: &mut Binding<'_>) {
    binding.bind_shallow(FIELDS);
    for path in ["明细", "明细行", "商品明细", "明细/行"] {
        binding.lines(path, &LINES);
    }
    binding.keep_rest();
}
