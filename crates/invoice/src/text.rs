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
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        .collect()
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

/// Zero-width and byte-order marks that programs leave in text without anyone seeing them.
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
    fn names_differ_only_in_substance() {
        assert_eq!(
            canonical_name("南栖仙策(南京)科技有限公司"),
            canonical_name("南栖仙策（南京） 科技有限公司")
        );
        assert_ne!(canonical_name("甲公司"), canonical_name("乙公司"));
    }
}
