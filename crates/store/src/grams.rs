//! Chinese search by bigrams (二元切分): any two neighbouring characters find the text they stand in.
//!
//! Chinese has no spaces between words, so every pair of neighbouring characters is indexed as one token, in order; a
//! search is a phrase of such tokens. The last character of a text is indexed with [`END`] behind it, so that a search
//! for one character can look for tokens that begin with it, and so that no phrase runs from one text into the next.

use invoice::canonical_name;

use crate::limits::{INDEXED_CHARS_MAX, SEARCH_CHARS_MAX};

/// Stands after a text's last character: a private-use character, which the normal form never has.
pub const END: char = '\u{E000}';

/// The tokens of a text, separated by spaces.
pub fn grams(text: &str) -> String {
    let chars: Vec<char> = searchable(text).take(INDEXED_CHARS_MAX).collect();
    let mut out = String::with_capacity(chars.len() * 7);
    for (nth, first) in chars.iter().enumerate() {
        out.push(*first);
        out.push(chars.get(nth + 1).copied().unwrap_or(END));
        out.push(' ');
    }
    out
}

/// What one searched word asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// These tokens, one after another.
    Phrase(Vec<String>),
    /// A token that begins with this character.
    Prefix(char),
}

/// Takes a search apart: white space separates words, all of which must be found. Words of nothing but punctuation ask for
/// nothing.
pub fn wanted(search: &str) -> Vec<Wanted> {
    let kept: String = search.chars().take(SEARCH_CHARS_MAX).collect();
    kept.split_whitespace().filter_map(wanted_word).collect()
}

fn wanted_word(word: &str) -> Option<Wanted> {
    let chars: Vec<char> = searchable(word).collect();
    match chars.as_slice() {
        [] => None,
        [only] => Some(Wanted::Prefix(*only)),
        _ => Some(Wanted::Phrase(
            chars.windows(2).map(|pair| pair.iter().collect()).collect(),
        )),
    }
}

/// Whether a text would be found by all of `wanted`. What the memory engine does instead of an index.
pub fn is_found(texts: &[&str], wanted: &[Wanted]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let texts: Vec<String> = texts
        .iter()
        .map(|text| searchable(text).take(INDEXED_CHARS_MAX).collect())
        .collect();
    wanted.iter().all(|one| {
        let part: String = match one {
            Wanted::Prefix(only) => only.to_string(),
            Wanted::Phrase(grams) => joined(grams),
        };
        texts.iter().any(|text| text.contains(&part))
    })
}

/// Bigrams back to the text they were cut from.
fn joined(grams: &[String]) -> String {
    let first = grams.first().and_then(|gram| gram.chars().next());
    first
        .into_iter()
        .chain(grams.iter().filter_map(|gram| gram.chars().nth(1)))
        .collect()
}

/// Letters and digits in their normal form, lower case. Punctuation and spaces are left out on both sides.
fn searchable(text: &str) -> impl Iterator<Item = char> {
    let folded: Vec<char> = canonical_name(text)
        .chars()
        .flat_map(char::to_lowercase)
        .collect();
    folded.into_iter().filter(|c| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_cut_into_pairs() {
        assert_eq!(grams("南京市"), "南京 京市 市\u{E000} ");
        assert_eq!(grams("*餐饮*A1"), "餐饮 饮a a1 1\u{E000} ");
        assert_eq!(grams("（）"), "");
    }

    #[test]
    fn searches_are_phrases_or_prefixes() {
        assert_eq!(
            wanted("京市 票 ，"),
            [Wanted::Phrase(vec!["京市".into()]), Wanted::Prefix('票')]
        );
        assert_eq!(
            wanted("（南京）市"),
            [Wanted::Phrase(vec!["南京".into(), "京市".into()])]
        );
    }

    proptest! {
        #[test]
        fn any_two_neighbours_are_found(text in "[一-龥A-Z0-9（）]{2,12}", at in any::<prop::sample::Index>()) {
            let chars: Vec<char> = searchable(&text).collect();
            prop_assume!(chars.len() >= 2);
            let at = at.index(chars.len() - 1);
            let pair: String = chars[at..at + 2].iter().collect();
            prop_assert!(is_found(&[&text], &wanted(&pair)));
            let token = format!("{pair} ");
            prop_assert!(grams(&text).contains(&token));
        }
    }
}
