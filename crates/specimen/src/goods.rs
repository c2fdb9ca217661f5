//! What is bought and sold: items with their 税收分类编码 and the rate of their class on a day.

use invoice::{Date, Decimal, Rate};

/// The class of a rate; the figure depends on the day of issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateClass {
    /// 17 %, from 2018-05-01 16 %, from 2019-04-01 13 %.
    Goods,
    /// 11 %, from 2018-05-01 10 %, from 2019-04-01 9 %.
    Transport,
    /// 6 %.
    Service,
    /// 免税.
    Exempt,
    /// 不征税, such as prepaid cards.
    NotTaxed,
}

impl RateClass {
    /// The rate of this class for a seller on a day. Small-scale taxpayers pay 3 %, from 2020-03-01 1 %.
    pub(crate) fn rate(self, date: Date, is_small_scale: bool) -> Rate {
        let cut_2018 = date >= day(2018, 5, 1);
        let cut_2019 = date >= day(2019, 4, 1);
        let hundredths = match self {
            RateClass::Exempt => return Rate::Exempt,
            RateClass::NotTaxed => return Rate::NotTaxed,
            _ if is_small_scale => {
                if date >= day(2020, 3, 1) {
                    1
                } else {
                    3
                }
            }
            RateClass::Goods => match (cut_2018, cut_2019) {
                (_, true) => 13,
                (true, false) => 16,
                (false, false) => 17,
            },
            RateClass::Transport => match (cut_2018, cut_2019) {
                (_, true) => 9,
                (true, false) => 10,
                (false, false) => 11,
            },
            RateClass::Service => 6,
        };
        Rate::Fraction(Decimal::new(hundredths, 2))
    }
}

/// A day that the calendar is known to have.
pub(crate) fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).expect("invariant: a day written in this crate exists")
}

/// An item of the catalogue.
pub(crate) struct Good {
    /// 分类简称, printed between asterisks.
    pub(crate) category: &'static str,
    pub(crate) name: &'static str,
    pub(crate) spec: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) tax_code: &'static str,
    pub(crate) class: RateClass,
    /// Least and greatest price of one unit, in 分.
    pub(crate) price: (i64, i64),
}

impl Good {
    /// `*分类简称*名称`.
    pub(crate) fn full_name(&self) -> String {
        format!("*{}*{}", self.category, self.name)
    }
}

macro_rules! goods {
    ($($category:literal $name:literal $spec:literal $unit:literal $code:literal $class:ident $low:literal..$high:literal;)*) => {
        &[$(Good { category: $category, name: $name, spec: $spec, unit: $unit, tax_code: $code,
            class: RateClass::$class, price: ($low, $high) },)*]
    };
}

/// The catalogue.
pub(crate) const GOODS: &[Good] = goods! {
    "纸制品" "复印纸" "A4 70g 500张" "包" "1060105040000000000" Goods 1500..3200;
    "文具" "签字笔" "0.5mm 黑" "支" "1060408990000000000" Goods 120..900;
    "文具" "资料册" "A4 60页" "本" "1060408990000000000" Goods 800..2600;
    "计算机外部设备" "激光打印机" "LJ-2080dn" "台" "1090512990000000000" Goods 98000..460000;
    "电子计算机" "笔记本电脑" "14寸 i5/16G/512G" "台" "1090511030000000000" Goods 380000..899900;
    "计算机配套产品" "硒鼓" "Q2612A" "支" "1090512040000000000" Goods 6800..52000;
    "家具" "人体工学椅" "黑色" "把" "1050201990000000000" Goods 35000..168000;
    "金属制品" "A系列一字形螺丝批3.2×75MM（绝缘柄、带磁、附挂孔）" "62202" "批" "1080401990000000000" Goods 500..4800;
    "配电控制设备" "低压配电柜" "GGD-2200" "台" "1090405010000000000" Goods 860000..3200000;
    "乳制品" "纯牛奶" "250ml*24" "箱" "1030201020000000000" Goods 4500..8800;
    "信息技术服务" "技术服务费" "" "项" "3040201990000000000" Service 50000..2600000;
    "信息技术服务" "软件运维服务" "" "月" "3040203990000000000" Service 80000..900000;
    "软件" "财务管理软件V8.0" "100用户" "套" "1090601010000000000" Goods 300000..4800000;
    "咨询服务" "管理咨询费" "" "次" "3040603990000000000" Service 100000..2000000;
    "鉴证咨询服务" "审计服务" "" "项" "3040602990000000000" Service 200000..3000000;
    "广告服务" "广告发布费" "" "期" "3040302010000000000" Service 100000..1500000;
    "现代服务" "服务费" "" "次" "3049900000000000000" Service 3000..180000;
    "生产生活服务" "住宿服务" "" "间夜" "3070402000000000000" Service 19900..88000;
    "餐饮服务" "餐费" "" "" "3070401000000000000" Service 5800..460000;
    "会展服务" "会议服务费" "" "场" "3040305030000000000" Service 200000..1800000;
    "物流辅助服务" "快递费" "" "票" "3040409040000000000" Service 600..9900;
    "运输服务" "国内道路货物运输服务" "" "趟" "3010102020100000000" Transport 30000..860000;
    "建筑服务" "装修工程款" "" "项" "3050400000000000000" Transport 500000..9800000;
    "经营租赁" "办公用房租金" "" "月" "3040502020200000000" Transport 600000..5800000;
    "水冰雪" "水费" "" "吨" "1100301010000000000" Transport 300..900;
    "供电" "电费" "" "千瓦时" "1100101020200000000" Goods 52..128;
    "汽油" "95号车用汽油" "VIB" "升" "1070101010200000000" Goods 690..910;
    "印刷品" "《企业会计准则》" "2024版" "册" "1060201010100000000" Transport 3800..12800;
    "谷物加工品" "大米" "10kg" "袋" "1030101010000000000" Transport 3900..12900;
    "蔬菜" "新鲜蔬菜" "" "公斤" "1010112990000000000" Exempt 300..2200;
    "教育服务" "培训费" "" "人" "3070201020000000000" Service 30000..380000;
    "医疗服务" "体检费" "" "人" "3070202000000000000" Exempt 20000..168000;
    "预付卡销售" "预付卡充值" "" "" "6010000000000000000" NotTaxed 10000..500000;
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_tax_codes() {
        for good in GOODS {
            assert!(
                invoice::TaxCode::new(good.tax_code).is_some(),
                "{}: {}",
                good.name,
                good.tax_code
            );
        }
    }

    #[test]
    fn rates_change_on_the_day_itself() {
        let goods = |date| RateClass::Goods.rate(date, false).to_string();
        assert_eq!(goods(day(2018, 4, 30)), "17%");
        assert_eq!(goods(day(2018, 5, 1)), "16%");
        assert_eq!(goods(day(2019, 4, 1)), "13%");
        assert_eq!(RateClass::Service.rate(day(2020, 3, 1), true).to_string(), "1%");
    }
}
