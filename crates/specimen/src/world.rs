//! The made-up world: a group of three companies and the parties it deals with.
//!
//! Names come from classic novels and from the proverb 子虚乌有 ("it never was"), so that nobody takes them for real
//! companies. Taxpayer numbers hold (GB 32100 and GB 11714 check characters), with `MAXX` where a real organisation
//! code has a random part.

use invoice::TaxpayerNumber;

use crate::chance::Chance;

/// A party to an invoice (购销方).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// 名称.
    pub name: String,
    /// 纳税人识别号; empty for a private person.
    pub tax_id: String,
    /// 地址.
    pub address: String,
    /// 电话.
    pub telephone: String,
    /// 开户行.
    pub bank: String,
    /// 银行账号.
    pub account: String,
    /// Region as legacy codes write it: `1100`, or `4403` for a city with state planning status.
    pub region: &'static str,
    /// Whether the party is a small-scale taxpayer (小规模纳税人), taxed by 征收率.
    pub is_small_scale: bool,
}

impl Party {
    /// A private person (个人), who has no taxpayer number.
    pub(crate) fn private_person() -> Party {
        Party {
            name: "个人".to_owned(),
            tax_id: String::new(),
            address: String::new(),
            telephone: String::new(),
            bank: String::new(),
            account: String::new(),
            region: "1100",
            is_small_scale: false,
        }
    }

    /// 地址、电话 in one, as legacy invoices print it.
    pub fn address_and_telephone(&self) -> String {
        join(&self.address, &self.telephone)
    }

    /// 开户行及账号 in one, as legacy invoices print it.
    pub fn bank_and_account(&self) -> String {
        join(&self.bank, &self.account)
    }
}

fn join(left: &str, right: &str) -> String {
    format!("{left} {right}").trim().to_owned()
}

/// A region of the tax administration.
pub(crate) struct Region {
    /// Four digits as in legacy codes and tax ids.
    pub(crate) legacy: &'static str,
    /// Two digits as in 数电 numbers; plan cities have their own.
    pub(crate) unified: &'static str,
    /// Name of the bureau's area, as printed in the title of legacy invoices.
    pub(crate) name: &'static str,
    city: &'static str,
    district: &'static str,
    area_code: &'static str,
}

/// The regions of this world. The plan cities stand beside their provinces because numbers tell them apart.
pub(crate) const REGIONS: [Region; 12] = [
    region("1100", "11", "北京", "北京市", "110105", "010"),
    region("3300", "33", "浙江", "杭州市", "330106", "0571"),
    region("4400", "44", "广东", "广州市", "440106", "020"),
    region("4403", "95", "深圳", "深圳市", "440305", "0755"),
    region("3100", "31", "上海", "上海市", "310115", "021"),
    region("3200", "32", "江苏", "南京市", "320105", "025"),
    region("3302", "93", "宁波", "宁波市", "330212", "0574"),
    region("3702", "92", "青岛", "青岛市", "370202", "0532"),
    region("5000", "50", "重庆", "重庆市", "500112", "023"),
    region("5100", "51", "四川", "成都市", "510104", "028"),
    region("4200", "42", "湖北", "武汉市", "420106", "027"),
    region("1200", "12", "天津", "天津市", "120116", "022"),
];

const fn region(
    legacy: &'static str,
    unified: &'static str,
    name: &'static str,
    city: &'static str,
    district: &'static str,
    area_code: &'static str,
) -> Region {
    Region {
        legacy,
        unified,
        name,
        city,
        district,
        area_code,
    }
}

/// The region with these four digits; Beijing for digits this world does not know.
pub(crate) fn region_of(legacy: &str) -> &'static Region {
    REGIONS.iter().find(|r| r.legacy == legacy).unwrap_or(&REGIONS[0])
}

/// The companies of one seed.
#[derive(Debug, Clone)]
pub struct World {
    /// The group: its head company, then two subsidiaries (北京, 浙江, 广东).
    pub group: Vec<Party>,
    /// Companies it deals with, about sixty.
    pub counterparties: Vec<Party>,
    /// Ride hailing, toll road and hotel companies, whose invoices have their own shapes.
    pub(crate) ride_hailing: Party,
    pub(crate) toll_road: Party,
}

/// Keeps the world's choices apart from those of the invoices made with the same seed.
const WORLD: u64 = 0x0077_6f72_6c64;

const PLACES: [&str; 30] = [
    "大观园",
    "怡红院",
    "潇湘馆",
    "蘅芜苑",
    "太虚幻境",
    "梁山泊",
    "聚义厅",
    "快活林",
    "十字坡",
    "野猪林",
    "花果山",
    "水帘洞",
    "高老庄",
    "火焰山",
    "盘丝洞",
    "狮驼岭",
    "五庄观",
    "女儿国",
    "君子国",
    "大人国",
    "兰若寺",
    "碧游宫",
    "玉虚宫",
    "陈塘关",
    "封神台",
    "桃花源",
    "广寒宫",
    "黑风山",
    "通天河",
    "无底洞",
];
const TRADES: [&str; 12] = [
    "办公用品",
    "信息技术",
    "商贸",
    "酒店管理",
    "餐饮管理",
    "物流",
    "建筑工程",
    "物业管理",
    "咨询",
    "广告传媒",
    "机电设备",
    "食品",
];

impl World {
    /// The world of a seed.
    pub fn new(seed: u64) -> World {
        let mut chance = Chance::new(seed ^ WORLD);
        let group = vec![
            party(
                &mut chance,
                &REGIONS[0],
                "子虚集团（北京）有限公司".to_owned(),
                false,
            ),
            party(&mut chance, &REGIONS[1], "浙江乌有智造有限公司".to_owned(), false),
            party(
                &mut chance,
                &REGIONS[2],
                "广东亡是公供应链有限公司".to_owned(),
                false,
            ),
        ];
        let counterparties = (0..60_usize)
            .map(|at| {
                let place = PLACES[at % PLACES.len()];
                let trade = TRADES[(at * 7 + at / PLACES.len()) % TRADES.len()];
                let region = chance.pick(&REGIONS);
                let is_small_scale = chance.one_in(3);
                // Both brackets and branch companies occur in the field; readers must not trip over them.
                let city = region.city.trim_end_matches('市');
                let name = match at % 5 {
                    0 => format!("{place}（{city}）{trade}有限公司"),
                    1 => format!("{city}市{place}{trade}有限责任公司"),
                    2 if is_small_scale => format!("{city}{place}{trade}店（个体工商户）"),
                    3 => format!("{city}{place}{trade}股份有限公司"),
                    _ => format!("{city}{place}{trade}有限公司"),
                };
                party(&mut chance, region, name, is_small_scale)
            })
            .collect();
        let ride_hailing = party(
            &mut chance,
            &REGIONS[5],
            "筋斗云出行（南京）有限公司".to_owned(),
            true,
        );
        let toll_road = party(
            &mut chance,
            &REGIONS[10],
            "湖北神行太保高速公路股份有限公司".to_owned(),
            true,
        );
        World {
            group,
            counterparties,
            ride_hailing,
            toll_road,
        }
    }
}

fn party(chance: &mut Chance, region: &Region, name: String, is_small_scale: bool) -> Party {
    let prefix = if name.contains("个体工商户") {
        "92"
    } else {
        "91"
    };
    let street = chance.pick(&["太虚路", "逍遥街", "南柯巷", "华胥大道", "蜃楼东路"]);
    let branch = chance.pick(&["黄粱", "蕉鹿", "海市", "云梦"]);
    let city = region.city;
    Party {
        tax_id: credit_code(chance, prefix, region.district),
        address: format!(
            "{city}{street}{}号{}室",
            chance.between(1, 199),
            chance.between(101, 2905)
        ),
        telephone: format!("{}-5550{}", region.area_code, chance.digits(4)),
        bank: format!("蓬莱银行股份有限公司{}{branch}支行", city.trim_end_matches('市')),
        account: format!("0000{}", chance.digits(15)),
        region: REGIONS
            .iter()
            .find(|r| r.legacy == region.legacy)
            .map_or("1100", |r| r.legacy),
        is_small_scale,
        name,
    }
}

/// A 统一社会信用代码 whose organisation code and whole number both hold.
fn credit_code(chance: &mut Chance, prefix: &str, district: &str) -> String {
    let body = format!("MAXX{}", chance.text(4, "0123456789ABCDEFGHJKLMNPQRTUWXY"));
    let first17 = format!("{prefix}{district}{body}{}", organisation_check(&body));
    let check = TaxpayerNumber::credit_code_check_character(&first17)
        .expect("invariant: all characters are of the alphabet");
    format!("{first17}{check}")
}

/// The check character of an organisation code (GB 11714-1997 §3.3).
fn organisation_check(body: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .zip(WEIGHTS)
        .map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight)
        .sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_taxpayer_number_holds_and_is_used_once() {
        let world = World::new(1);
        let mut seen = std::collections::BTreeSet::new();
        for party in world.group.iter().chain(&world.counterparties) {
            let number = TaxpayerNumber::new(&party.tax_id).expect("not empty");
            assert_eq!(number.check_holds(), Some(true), "{}", party.name);
            assert!(seen.insert(party.tax_id.clone()), "{} twice", party.tax_id);
        }
        assert_eq!((world.group.len(), world.counterparties.len()), (3, 60));
    }

    #[test]
    fn organisation_codes_as_in_the_standard() {
        // 国家标准's own example has the form D2143569-X.
        assert_eq!(organisation_check("D2143569"), 'X');
    }

    #[test]
    fn two_seeds_make_two_worlds() {
        assert_eq!(World::new(7).group, World::new(7).group);
        assert_ne!(World::new(7).group, World::new(8).group);
    }
}
