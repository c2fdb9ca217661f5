//! Dates as invoices write them.

use crate::Date;

/// Reads the date out of any spelling seen on invoices.
///
/// Accepts `2026-03-09`, `20260309`, `2026/3/9`, `2026年03月09日`, `2019 年07 月20日`, `2024 11 07`, and each of
/// these followed by a time of day, which is ignored. Returns `None` for everything else, and for days that the
/// calendar does not have.
pub fn parse_date(text: &str) -> Option<Date> {
    let groups = digit_groups(text);
    let (year, month, day) = match groups.as_slice() {
        // A compact date, alone or with a time of day behind it: 20260309, 20260309120000.
        [all, ..] if all.len() == 8 || all.len() == 14 || all.len() == 17 => {
            (all.get(0..4)?, all.get(4..6)?, all.get(6..8)?)
        }
        [year, month, day, ..] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            (year.as_str(), month.as_str(), day.as_str())
        }
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        .ok()
        .filter(|d| d.year() >= 1900)
}

/// The runs of ASCII digits in a text, full-width digits folded.
fn digit_groups(text: &str) -> Vec<String> {
    let mut groups = vec![String::new()];
    for c in text.chars() {
        let folded = match c {
            '０'..='９' => char::from_u32(u32::from(c) - 0xFF10 + 0x30).unwrap_or(c),
            other => other,
        };
        match groups.last_mut() {
            Some(last) if folded.is_ascii_digit() => last.push(folded),
            Some(last) if !last.is_empty() => groups.push(String::new()),
            _ => {}
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(
            parse_date(text).map(|d| d.to_string()).as_deref(),
            expect,
            "{text}"
        );
    }

    #[test]
    fn every_spelling_seen_on_invoices() {
        for text in [
            "2026-03-09",
            "20260309",
            "2026/3/9",
            "2026年03月09日",
            "2026 年03 月09日",
            "2026 03 09",
            "2026-03-09 21:43:51",
            "20260309214351",
            "２０２６年０３月０９日",
        ] {
            check(text, Some("2026-03-09"));
        }
    }

    #[test]
    fn what_is_not_a_date() {
        for text in ["", "2026-02-30", "20261301", "123", "99-1-1", "发票", "00010101"] {
            check(text, None);
        }
    }
}
