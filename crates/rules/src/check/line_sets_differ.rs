//! L108: lists of lines in one file that are not the same, cell by cell or in their number of lines.
//!
//! What a column cuts off or rounds is no difference.

use invoice::{Agreement, CellStatements, Fault, FaultKind, FieldName, LineNature, LineSet, Severity};

use crate::subject::{Subject, report_lines, shown};

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
    if twin::is_on("lines_not_compared") {
        return;
    }
    let cells = subject.invoice.cells();
    let disputed: Vec<&CellStatements<'_>> = cells
        .iter()
        .filter(|stated| stated.agreement() == Agreement::Disputed)
        .collect();
    let objections: Vec<(String, String)> = disputed
        .chunk_by(|one, other| one.at == other.at)
        .filter_map(|line| {
            let paths: Vec<String> = line.iter().map(|stated| stated.cell.path(stated.at)).collect();
            let said: Vec<String> = line.iter().map(|stated| of_two(stated)).collect();
            let at = line.first()?.at;
            Some((paths.join(","), format!("第{}行{}", at + 1, said.join("、"))))
        })
        .collect();
    report_lines(&KIND, &objections, faults);
    let mut sets = subject.complete_sets().filter(|set| !is_summary_only(set));
    let Some(first) = sets.next() else { return };
    let count = |set: &LineSet| set.counted().count();
    if let Some(other) = sets.find(|other| count(other) != count(first)) {
        let message = format!(
            "{}与{}的明细不一致：{}行与{}行",
            first.source.label(),
            other.source.label(),
            count(first),
            count(other)
        );
        faults.push(KIND.at("lines", message));
    }
}

/// Both sources with what they say in a cell.
fn of_two(stated: &CellStatements<'_>) -> String {
    let said = |line| shown(FieldName::Remark, &stated.cell.text(line).unwrap_or_default());
    let (Some((source, line)), Some((other_source, other))) = (stated.stated.first(), stated.contradiction())
    else {
        return format!("{}说法不同", stated.cell.label());
    };
    format!(
        "{}：{}为“{}”，{}为“{}”",
        stated.cell.label(),
        source.label(),
        said(line),
        other_source.label(),
        said(other)
    )
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
        fires(
            "a_cell_says_something_else",
            Scene::digital().also_lines(
                Source::OfdText,
                vec![
                    line("*文具*中性笔", "60", "1.2", "60.00", "13%", "7.80"),
                    line("*文具*笔记本", "10", "4", "40.00", "13%", "5.20"),
                ],
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
