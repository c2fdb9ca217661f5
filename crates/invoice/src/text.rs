//! Normal forms of text, for comparing what several sources say.
//!
//! The raw text is always kept beside the normal form: a normal form is for matching, never for showing.

use unicode_normalization::UnicodeNormalization;

/// Text in Unicode normal form NFKC with every kind of white space removed.
///
/// NFKC folds Kangxi radicals (`⽅` → `方`), full-width digits and brackets (`（` → `(`) and the full-width yen
/// sign. Use it to match labels and to compare names.
pub fn normalise(text: &str) -> String {
    text.nfkc()
        .map(unified)
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .collect()
}

/// Text as people should see it: radicals become the ideographs they look like, invisible marks and white space between
/// ideographs go, and everything else stays as it is printed, brackets and full-width signs included.
pub fn readable(text: &str) -> String {
    let folded: Vec<char> = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match u32::from(c) {
            // Kangxi radicals and compatibility ideographs have one ideograph each.
            0x2F00..=0x2FDF | 0xF900..=0xFAFF => std::iter::once(c).nfkc().next().unwrap_or(c),
            _ => unified(c),
        })
        .collect();
    let is_ideograph = |c: Option<&char>| c.is_some_and(|c| ('\u{3400}'..='\u{9FFF}').contains(c));
    let mut readable = String::with_capacity(text.len());
    for (at, c) in folded.iter().enumerate() {
        let before = readable.chars().next_back();
        let after = folded
            .get(at..)
            .and_then(|rest| rest.iter().find(|c| !c.is_whitespace()));
        if !(c.is_whitespace() && is_ideograph(before.as_ref()) && is_ideograph(after)) {
            readable.push(*c);
        }
    }
    readable.trim().to_owned()
}

/// The form in which two names of the same party are equal: NFKC, no white space, brackets and dashes unified.
///
/// `"中国移动通信集团（贵州）"` and `"中国移动通信集团(贵州)"` are the same name.
pub fn canonical_name(text: &str) -> String {
    normalise(text)
        .chars()
        .map(|c| match c {
            '〔' | '［' | '【' | '[' => '(',
            '〕' | '］' | '】' | ']' => ')',
            '—' | '–' | '－' | '―' | '‐' | '‑' => '-',
            '•' | '・' | '‧' => '·',
            other => other,
        })
        .collect()
}

/// Radicals of the block "CJK Radicals Supplement" that are characters of their own, and those characters (Unicode's
/// `EquivalentUnifiedIdeograph.txt`). NFKC folds the Kangxi radicals but leaves these, and programs that look up
/// characters by glyph write 青 and 黄 with them.
const RADICALS: [(char, char); 51] = [
    ('\u{2E81}', '厂'),
    ('\u{2E8C}', '小'),
    ('\u{2E8E}', '兀'),
    ('\u{2E92}', '巳'),
    ('\u{2E93}', '幺'),
    ('\u{2E97}', '心'),
    ('\u{2E9C}', '日'),
    ('\u{2E9D}', '月'),
    ('\u{2EA0}', '民'),
    ('\u{2EA9}', '王'),
    ('\u{2EAA}', '疋'),
    ('\u{2EAB}', '目'),
    ('\u{2EAC}', '示'),
    ('\u{2EAE}', '竹'),
    ('\u{2EB6}', '羊'),
    ('\u{2EB8}', '羊'),
    ('\u{2EBB}', '聿'),
    ('\u{2EBC}', '肉'),
    ('\u{2EC1}', '虎'),
    ('\u{2EC4}', '西'),
    ('\u{2EC5}', '见'),
    ('\u{2EC6}', '角'),
    ('\u{2EC7}', '角'),
    ('\u{2EC9}', '贝'),
    ('\u{2ECA}', '足'),
    ('\u{2ECB}', '车'),
    ('\u{2ED1}', '長'),
    ('\u{2ED3}', '长'),
    ('\u{2ED4}', '门'),
    ('\u{2ED5}', '阜'),
    ('\u{2ED7}', '雨'),
    ('\u{2ED8}', '青'),
    ('\u{2ED9}', '韦'),
    ('\u{2EDA}', '页'),
    ('\u{2EDB}', '风'),
    ('\u{2EDC}', '飞'),
    ('\u{2EDD}', '食'),
    ('\u{2EE1}', '首'),
    ('\u{2EE2}', '马'),
    ('\u{2EE3}', '骨'),
    ('\u{2EE4}', '鬼'),
    ('\u{2EE5}', '鱼'),
    ('\u{2EE6}', '鸟'),
    ('\u{2EE7}', '卤'),
    ('\u{2EE8}', '麦'),
    ('\u{2EE9}', '黄'),
    ('\u{2EEA}', '黾'),
    ('\u{2EEC}', '齐'),
    ('\u{2EEE}', '齿'),
    ('\u{2EF0}', '龙'),
    ('\u{2EF1}', '龜'),
];

fn unified(c: char) -> char {
    if !('\u{2E80}'..='\u{2EFF}').contains(&c) {
        return c;
    }
    let known = RADICALS.iter().find(|(radical, _)| *radical == c);
    known.map_or(c, |(_, character)| *character)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kangxi_radicals_become_ideographs() {
        assert_eq!(normalise("电⼦发票（普通发票） "), "电子发票(普通发票)");
    }

    #[test]
    fn radicals_that_nfkc_leaves_become_ideographs() {
        assert_eq!(
            normalise("⻘岛⻩海⻋辆⻔窗⻰⻢⻛⻚⻉⻓⻬⺠航"),
            "青岛黄海车辆门窗龙马风页贝长齐民航"
        );
        // A component that is no character of its own stays.
        assert_eq!(normalise("⺮⻌"), "竹⻌");
    }

    #[test]
    fn people_see_ideographs_and_the_brackets_that_were_printed() {
        assert_eq!(
            readable("⻓沙⽅圆（湖南） 科 技有限公司"),
            "长沙方圆（湖南） 科技有限公司"
        );
        assert_eq!(readable("ABC 公司 Ltd"), "ABC 公司 Ltd");
    }

    #[test]
    fn names_differ_only_in_substance() {
        assert_eq!(
            canonical_name("南栖仙策(南京)科技有限公司"),
            canonical_name("南栖仙策（南京） 科技有限公司")
        );
        assert_ne!(canonical_name("甲公司"), canonical_name("乙公司"));
    }
}
