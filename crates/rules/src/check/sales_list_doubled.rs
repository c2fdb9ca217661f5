//! L104: a sales list (销货清单) whose rows stand twice, or whose summary line is not their sum.

use invoice::{Cents, Fault, FaultKind, Line, LineNature, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L104",
    severity: Severity::Warning,
    title_zh: "销货清单重复或与合计不符",
    title_en: "sales list doubled or not its sum",
    reason_zh: "清单行重复计入会使金额翻倍；清单合计与“详见销货清单”一行不符时清单不可用。",
    reason_en: "Rows that stand twice double the amount; a list that differs from its summary line cannot be used.",
    source: "国税发〔2006〕156号第十二条；9 / 1,703 张实测",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for set in subject.complete_sets() {
        let (summary, rows): (Vec<&Line>, Vec<&Line>) = set
            .lines
            .iter()
            .partition(|line| line.nature == LineNature::ListSummary);
        let sum = |lines: &[&Line]| lines.iter().map(|line| line.amount).sum::<Option<Cents>>();
        let ceiling = subject.rulebook().ceilings().lines_total(subject.rule_date());
        let stated = sum(&summary).filter(|_| !summary.is_empty() && !rows.is_empty());
        if let (Some(stated), Some(listed)) = (stated, sum(&rows))
            && stated.distance(listed) > ceiling
        {
            faults.push(KIND.at(
                "lines",
                format!("清单各行合计{listed}，“详见销货清单”一行为{stated}"),
            ));
            return;
        }
        let (first, second) = rows.split_at(rows.len() / 2);
        let is_doubled = !first.is_empty() && first == second;
        if is_doubled && sum(first).is_some() && sum(first) == subject.invoice.amount() {
            faults.push(KIND.at(
                "lines",
                format!("{}行明细重复了一遍，重复后金额翻倍", first.len()),
            ));
            return;
        }
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, line, silent};

    let rows = || {
        vec![
            line("*文具*中性笔", "50", "1.2", "60.00", "13%", "7.80"),
            line("*文具*笔记本", "10", "4", "40.00", "13%", "5.20"),
        ]
    };
    vec![
        fires(
            "every_row_twice",
            Scene::digital().lines([rows(), rows()].concat()),
        ),
        fires(
            "the_list_is_not_its_summary",
            Scene::digital()
                .lines([vec![line("(详见销货清单)", "", "", "90.00", "", "13.00")], rows()].concat()),
        ),
        silent(
            "a_list_behind_its_summary",
            Scene::digital().lines(
                [
                    vec![line("(详见销货清单)", "", "", "100.00", "", "13.00")],
                    rows(),
                ]
                .concat(),
            ),
        ),
        silent("no_list", Scene::digital()),
    ]
}
