//! Amounts in words (大写金额).
//!
//! Invoices spell the total in Chinese numerals, in more variants than the standard has (圆/元, with and without 整,
//! with and without 零), so words are parsed to a number and compared as a number.

use crate::{Cents, normalise};

/// Reads an amount in words: `肆仟肆佰肆拾玖圆整`, `陆元叁角玖分`, `（负数）壹佰圆整`.
///
/// Accepts formal and everyday numerals, 圆 and 元, a leading `⊗`, 人民币, and a minus said as 负, （负数） or `-`.
/// Returns `None` unless every character is understood and the units stand in falling order.
pub fn parse_words(text: &str) -> Option<Cents> {
    let bare = normalise(text);
    // NFKC makes an `x` of the circled cross that some makers print as a letter.
    let bare = bare.trim_start_matches(['⊗', 'ⓧ', '⨂', '×', 'X', 'x', ':']);
    let (negative, bare) = strip_sign(bare);
    let bare = bare.trim_start_matches("人民币").trim_start_matches(['⊗', 'ⓧ']);
    let (again, bare) = strip_sign(bare);
    let bare = bare.trim_end_matches(['整', '正']);
    if bare.is_empty() {
        return None;
    }
    let (yuan_text, rest) = match bare.find(['圆', '元']) {
        Some(at) => {
            let unit = bare[at..].chars().next()?;
            (&bare[..at], &bare[at + unit.len_utf8()..])
        }
        None => ("", bare),
    };
    let yuan = if yuan_text.is_empty() {
        0
    } else {
        parse_integer(yuan_text)?
    };
    let cents = parse_fraction(rest)?;
    if yuan_text.is_empty() && rest.is_empty() {
        return None;
    }
    let total = yuan.checked_mul(100)?.checked_add(cents)?;
    if total > Cents::LIMIT.0 {
        return None;
    }
    Some(Cents(if negative || again { -total } else { total }))
}

/// Takes a minus sign off the front.
fn strip_sign(text: &str) -> (bool, &str) {
    for sign in ["(负数)", "负数", "(负)", "负", "-"] {
        if let Some(rest) = text.strip_prefix(sign) {
            return (true, rest);
        }
    }
    (false, text)
}

/// The whole yuan: numerals with 拾佰仟, grouped by 万 and 亿.
fn parse_integer(text: &str) -> Option<i64> {
    let mut total: i64 = 0; // what stands before the last 亿
    let mut section: i64 = 0; // what stands before the last 万
    let mut group: i64 = 0; // the four digits being read
    let mut digit: Option<i64> = None;
    let mut last_unit = i64::MAX;
    for c in text.chars() {
        if let Some(value) = numeral(c) {
            if value == 0 {
                // 零 only separates; it does not close a unit.
                continue;
            }
            if digit.is_some() {
                return None;
            }
            digit = Some(value);
        } else if let Some(unit) = small_unit(c) {
            if unit >= last_unit {
                return None;
            }
            // 拾伍 is fifteen: the one is left out.
            group = group.checked_add(digit.take().unwrap_or(1).checked_mul(unit)?)?;
            last_unit = unit;
        } else if matches!(c, '万' | '萬') {
            group = group.checked_add(digit.take().unwrap_or(0))?;
            if section != 0 || group == 0 {
                return None;
            }
            section = group.checked_mul(10_000)?;
            group = 0;
            last_unit = i64::MAX;
        } else if matches!(c, '亿' | '億') {
            group = group.checked_add(digit.take().unwrap_or(0))?;
            let before = section.checked_add(group)?;
            if total != 0 || before == 0 {
                return None;
            }
            total = before.checked_mul(100_000_000)?;
            section = 0;
            group = 0;
            last_unit = i64::MAX;
        } else {
            return None;
        }
    }
    group = group.checked_add(digit.unwrap_or(0))?;
    total.checked_add(section)?.checked_add(group)
}

/// 角 and 分 behind the yuan.
fn parse_fraction(text: &str) -> Option<i64> {
    let mut cents = 0;
    let mut digit: Option<i64> = None;
    let mut last_unit = 100;
    for c in text.chars() {
        if let Some(value) = numeral(c) {
            if digit.is_some_and(|d| d != 0) {
                return None;
            }
            digit = Some(value);
            continue;
        }
        let unit = match c {
            '角' => 10,
            '分' => 1,
            _ => return None,
        };
        if unit >= last_unit {
            return None;
        }
        cents += digit.take()? * unit;
        last_unit = unit;
    }
    // A numeral without a unit behind it is not an amount; a lone 零 is an idle separator.
    digit.is_none_or(|d| d == 0).then_some(cents)
}

fn numeral(c: char) -> Option<i64> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '壹' | '一' | '弌' => 1,
        '贰' | '貳' | '二' | '两' => 2,
        '叁' | '參' | '叄' | '三' => 3,
        '肆' | '四' => 4,
        '伍' | '五' => 5,
        '陆' | '陸' | '六' => 6,
        '柒' | '七' => 7,
        '捌' | '八' => 8,
        '玖' | '九' => 9,
        _ => return None,
    })
}

fn small_unit(c: char) -> Option<i64> {
    Some(match c {
        '拾' | '十' => 10,
        '佰' | '百' => 100,
        '仟' | '千' => 1_000,
        _ => return None,
    })
}

/// Spells an amount as the tax bureau does: `壹拾叁万零捌佰陆拾肆圆壹角玖分`, `肆仟圆整`, `（负数）壹佰圆整`.
pub fn print_words(amount: Cents) -> String {
    let cents = amount.0.unsigned_abs();
    let (yuan, jiao, fen) = (cents / 100, cents / 10 % 10, cents % 10);
    let mut words = String::new();
    if amount.0 < 0 {
        words.push_str("（负数）");
    }
    if yuan > 0 {
        words.push_str(&integer_words(yuan));
        words.push('圆');
    }
    match (jiao, fen) {
        (0, 0) => {
            if yuan == 0 {
                words.push_str("零圆");
            }
            words.push('整');
        }
        (jiao, 0) => {
            words.push(NUMERALS[jiao as usize]);
            words.push_str("角整");
        }
        (0, fen) => {
            if yuan > 0 {
                words.push('零');
            }
            words.push(NUMERALS[fen as usize]);
            words.push('分');
        }
        (jiao, fen) => {
            words.push(NUMERALS[jiao as usize]);
            words.push('角');
            words.push(NUMERALS[fen as usize]);
            words.push('分');
        }
    }
    words
}

const NUMERALS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

fn integer_words(mut yuan: u64) -> String {
    const GROUPS: [&str; 4] = ["", "万", "亿", "万亿"];
    let mut groups = Vec::new();
    while yuan > 0 {
        groups.push(yuan % 10_000);
        yuan /= 10_000;
    }
    let mut words = String::new();
    let mut gap = false;
    for (at, group) in groups.iter().enumerate().rev() {
        if *group == 0 {
            gap = !words.is_empty();
            continue;
        }
        if !words.is_empty() && (gap || *group < 1_000) {
            words.push('零');
        }
        words.push_str(&group_words(*group));
        words.push_str(GROUPS.get(at).copied().unwrap_or("万亿"));
        gap = false;
    }
    words
}

fn group_words(group: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")];
    let mut words = String::new();
    let mut gap = false;
    for (unit, name) in UNITS {
        let digit = group / unit % 10;
        if digit == 0 {
            gap = !words.is_empty();
            continue;
        }
        if gap {
            words.push('零');
            gap = false;
        }
        words.push(NUMERALS[digit as usize]);
        words.push_str(name);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(parse_words(text), expect.map(Cents), "{text}");
    }

    #[test]
    fn variants_seen_on_real_invoices() {
        check("肆仟肆佰肆拾玖圆整", Some(444_900));
        check("伍拾叁圆肆角", Some(5_340));
        check("伍拾陆圆贰角整", Some(5_620));
        check("壹拾壹圆贰角", Some(1_120));
        check("陆元叁角玖分", Some(639));
        check("叁拾捌元零叁分", Some(3_803));
        check("壹佰元零贰角伍分", Some(10_025));
        check("壹佰玖拾元零壹角玖分", Some(19_019));
        check("壹拾叁万零捌佰陆拾肆圆壹角玖分", Some(13_086_419));
        check("壹万圆整", Some(1_000_000));
        check("⊗ 贰佰圆整", Some(20_000));
        check("ⓧ壹拾壹圆贰角", Some(1_120));
        check("（负数）贰仟陆佰伍拾圆整", Some(-265_000));
        check("负贰仟陆佰伍拾元整", Some(-265_000));
        check("伍角", Some(50));
        check("零圆整", Some(0));
    }

    #[test]
    fn what_is_no_amount_in_words() {
        for text in [
            "",
            "整",
            "壹壹圆",
            "伍拾陆",
            "abc",
            "壹佰圆伍",
            "拾佰圆",
            "壹分壹角",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn words_as_the_bureau_spells_them() {
        for (cents, words) in [
            (444_900, "肆仟肆佰肆拾玖圆整"),
            (13_086_419, "壹拾叁万零捌佰陆拾肆圆壹角玖分"),
            (5_620, "伍拾陆圆贰角整"),
            (3_803, "叁拾捌圆零叁分"),
            (1_000_000, "壹万圆整"),
            (1_000_000_100, "壹仟万零壹圆整"),
            (-265_000, "（负数）贰仟陆佰伍拾圆整"),
            (7, "柒分"),
        ] {
            assert_eq!(print_words(Cents(cents)), words);
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(cents in -100_000_000_000_000_i64..100_000_000_000_000) {
            prop_assert_eq!(parse_words(&print_words(Cents(cents))), Some(Cents(cents)));
        }

        #[test]
        fn any_text_is_harmless(text in "[零壹贰拾佰仟万亿圆元角分整负 ]{0,20}") {
            let _ = parse_words(&text);
        }
    }
}
