//! Red-letter invoices (红字发票) and their link to the blue invoice they cancel.
//!
//! Faces and exports state the link only in the remark (备注), in several wordings over the years.

use serde::{Deserialize, Serialize};

use crate::normalise;

/// What a red-letter invoice's remark says of the blue invoice (蓝字发票).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RedLetterLink {
    /// The blue invoice's number: 20 digits, or 8 with a code.
    pub blue_number: Option<String>,
    /// The blue invoice's code, legacy only.
    pub blue_code: Option<String>,
    /// 红字发票信息确认单编号.
    pub form_number: Option<String>,
}

impl RedLetterLink {
    /// Reads the link out of a remark; `None` where it holds none.
    ///
    /// Wordings: `被红冲蓝字数电票号码：<20> 红字发票信息确认单编号：<digits>` (also 数电发票号码),
    /// `对应正数发票代码:<12>号码:<8>`, `被红冲蓝字发票号码…被红冲蓝字发票代码…`.
    pub fn parse(remark: &str) -> Option<RedLetterLink> {
        let remark = normalise(remark);
        let blue = remark.find("被红冲蓝字").or_else(|| remark.find("对应正数发票"));
        let about_blue = blue.map_or("", |at| &remark[at..]);
        let link = RedLetterLink {
            blue_number: digits_after(about_blue, "号码", &[20, 8]),
            blue_code: digits_after(about_blue, "代码", &[12, 10]),
            form_number: digits_after(&remark, "确认单编号", &[])
                .or_else(|| digits_after(&remark, "信息表编号", &[])),
        };
        (link != RedLetterLink::default()).then_some(link)
    }
}

/// The digits behind the first `label`, colon skipped; a length out of `lengths` (if any are given) is no match.
fn digits_after(text: &str, label: &str, lengths: &[usize]) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find(label) {
        rest = &rest[at + label.len()..];
        let digits: String = rest
            .trim_start_matches([':', '为', '是'])
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        if (!digits.is_empty() && lengths.is_empty()) || lengths.contains(&digits.len()) {
            return Some(digits);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(remark: &str, number: Option<&str>, code: Option<&str>, form: Option<&str>) {
        let link = RedLetterLink::parse(remark).unwrap_or_default();
        assert_eq!(
            (
                link.blue_number.as_deref(),
                link.blue_code.as_deref(),
                link.form_number.as_deref()
            ),
            (number, code, form),
            "{remark}"
        );
    }

    #[test]
    fn wordings_of_the_years() {
        check(
            "被红冲蓝字数电票号码：24110000000100000003 红字发票信息确认单编号：11012409010000001",
            Some("24110000000100000003"),
            None,
            Some("11012409010000001"),
        );
        check(
            "被红冲蓝字数电发票号码:24110000000100000003",
            Some("24110000000100000003"),
            None,
            None,
        );
        check(
            "对应正数发票代码:050001700111号码:12235358",
            Some("12235358"),
            Some("050001700111"),
            None,
        );
        check(
            "被红冲蓝字发票号码：12235358 被红冲蓝字发票代码：050001700111",
            Some("12235358"),
            Some("050001700111"),
            None,
        );
    }

    #[test]
    fn other_remarks_hold_no_link() {
        assert_eq!(RedLetterLink::parse("差额征税：2.00。订单号码：123"), None);
        assert_eq!(RedLetterLink::parse(""), None);
    }
}
