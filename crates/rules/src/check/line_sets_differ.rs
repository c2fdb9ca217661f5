//! L108: two complete lists of lines in one file that are not the same.

use invoice::{Cents, Fault, FaultKind, LineNature, LineSet, Severity};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L108",
    severity: Severity::Warning,
    title_zh: "不同来源的明细不一致",
    title_en: "lists of lines differ",
    reason_zh: "附件与版面的明细行不同，其中之一可能被改动。",
    reason_en: "Attachment and page list different lines; one of them may have been altered.",
    source: "财会〔2020〕6号第三条；field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let mut sets = subject.complete_sets().filter(|set| !is_summary_only(set));
    let Some(first) = sets.next() else { return };
    for other in sets {
        let (ours, theirs) = (amounts(first), amounts(other));
        let difference = if ours.len() != theirs.len() {
            format!("{}行与{}行", ours.len(), theirs.len())
        } else if let Some((a, b)) = ours.iter().zip(&theirs).find(|(a, b)| a != b) {
            format!("金额{a}与{b}")
        } else {
            continue;
        };
        faults.push(KIND.at(
            "lines",
            format!(
                "{}与{}的明细不一致：{difference}",
                first.source.label(),
                other.source.label()
            ),
        ));
        return;
    }
}

/// The amounts that count, in their own order: a page may sort its lines differently.
fn amounts(set: &LineSet) -> Vec<Cents> {
    let mut amounts: Vec<Cents> = set.counted().filter_map(|line| line.amount).collect();
    amounts.sort_unstable();
    amounts
}

fn is_summary_only(set: &LineSet) -> bool {
    set.lines
        .iter()
        .all(|line| line.nature == LineNature::ListSummary)
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, line, silent};
    use invoice::Source;

    vec![
        fires(
            "the_page_shows_another_amount",
            Scene::digital().also_lines(
                Source::OfdText,
                vec![
                    line("*文具*中性笔", "50", "1.2", "50.00", "13%", "6.50"),
                    line("*文具*笔记本", "10", "5", "50.00", "13%", "6.50"),
                ],
            ),
        ),
        fires(
            "the_page_shows_fewer_lines",
            Scene::digital().also_lines(
                Source::OfdText,
                vec![line("*文具*中性笔", "50", "2", "100.00", "13%", "13.00")],
            ),
        ),
        silent(
            "another_order",
            Scene::digital().also_lines(
                Source::OfdText,
                vec![
                    line("*文具*笔记本", "10", "4", "40.00", "13%", "5.20"),
                    line("*文具*中性笔", "50", "1.2", "60.00", "13%", "7.80"),
                ],
            ),
        ),
        silent(
            "a_face_that_refers_to_its_list",
            Scene::digital().also_lines(
                Source::OfdText,
                vec![line("(详见销货清单)", "", "", "100.00", "13%", "13.00")],
            ),
        ),
    ]
}
