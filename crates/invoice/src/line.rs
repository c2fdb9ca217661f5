//! Lines (明细行) of an invoice.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Cents, Rate, Source};

/// What part a line plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineNature {
    /// 正常行.
    #[default]
    Normal,
    /// 折扣行: the same item with a negative amount and no quantity, directly after the line it discounts.
    Discount,
    /// 被折扣行: a discount line follows.
    Discounted,
    /// `(详见销货清单)`: stands for the sales list and repeats its sum.
    ListSummary,
}

/// One line of an invoice (明细行). What the source leaves empty is `None`, never zero.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    /// 项目名称, whole, with its `*分类简称*` prefix where printed.
    pub name: String,
    /// 规格型号.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// 单位.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// 数量.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// 单价, without tax unless the invoice says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// 金额, without tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Cents>,
    /// 税率/征收率.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// 税额. `***` is zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<Cents>,
    /// 税收分类编码, 19 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// What part the line plays.
    #[serde(default)]
    pub nature: LineNature,
}

/// The lines as one source states them. A file may hold several sets; each is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineSet {
    /// Who said it.
    pub source: Source,
    /// Where in that source.
    pub place: String,
    /// The lines in the order of the source.
    pub lines: Vec<Line>,
    /// Whether the source's own reader is sure that it holds every line. Text tables may be cut by a page break.
    pub complete: bool,
}

impl LineSet {
    /// The sum of the lines' amounts, or `None` where a line has none. Summary lines of a sales list are left out
    /// when other lines stand beside them, because they repeat the list's sum.
    pub fn amount(&self) -> Option<Cents> {
        self.counted().map(|line| line.amount).sum()
    }

    /// The sum of the lines' tax, or `None` where a line has none.
    pub fn tax(&self) -> Option<Cents> {
        self.counted().map(|line| line.tax).sum()
    }

    /// The lines that count towards the sums.
    pub fn counted(&self) -> impl Iterator<Item = &Line> {
        let all_summary = self
            .lines
            .iter()
            .all(|line| line.nature == LineNature::ListSummary);
        self.lines
            .iter()
            .filter(move |line| all_summary || line.nature != LineNature::ListSummary)
    }

    /// Marks discount lines, the lines they discount and sales-list summaries by their shape, where the source does
    /// not say. A discount is a negative line without quantity that repeats the item directly before it.
    pub fn mark_natures(&mut self) {
        for at in 0..self.lines.len() {
            if self.lines[at].name.contains("详见销货清单") || self.lines[at].name.contains("详见清单")
            {
                self.lines[at].nature = LineNature::ListSummary;
                continue;
            }
            let Some(before) = at.checked_sub(1) else { continue };
            let (negative, bare) = {
                let line = &self.lines[at];
                (line.amount.is_some_and(|a| a.0 < 0), line.quantity.is_none())
            };
            let follows_positive = self.lines[before].amount.is_some_and(|a| a.0 > 0);
            let same_item = crate::canonical_name(&self.lines[before].name)
                == crate::canonical_name(&self.lines[at].name);
            if negative && bare && follows_positive && same_item {
                self.lines[at].nature = LineNature::Discount;
                self.lines[before].nature = LineNature::Discounted;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, quantity: Option<i64>, cents: i64) -> Line {
        Line {
            name: name.into(),
            quantity: quantity.map(Decimal::from),
            amount: Some(Cents(cents)),
            tax: Some(Cents(0)),
            ..Line::default()
        }
    }

    fn set(lines: Vec<Line>) -> LineSet {
        let mut set = LineSet {
            source: Source::Xml,
            place: String::new(),
            lines,
            complete: true,
        };
        set.mark_natures();
        set
    }

    #[test]
    fn a_discount_follows_its_line() {
        let set = set(vec![
            line("*运输服务*客运", Some(1), 1000),
            line("*运输服务*客运", None, -100),
        ]);
        assert_eq!(set.lines[1].nature, LineNature::Discount);
        assert_eq!(set.lines[0].nature, LineNature::Discounted);
        assert_eq!(set.amount(), Some(Cents(900)));
    }

    #[test]
    fn a_sales_list_is_not_counted_twice() {
        let set = set(vec![
            line("(详见销货清单)", None, 300),
            line("甲", Some(1), 100),
            line("乙", Some(1), 200),
        ]);
        assert_eq!(set.amount(), Some(Cents(300)));
    }

    #[test]
    fn a_list_without_its_lines_counts_itself() {
        assert_eq!(
            set(vec![line("(详见销货清单)", None, 300)]).amount(),
            Some(Cents(300))
        );
    }

    #[test]
    fn a_red_letter_line_is_no_discount() {
        let set = set(vec![line("甲", Some(-1), -100), line("甲", Some(-1), -100)]);
        assert!(set.lines.iter().all(|l| l.nature == LineNature::Normal));
    }
}
