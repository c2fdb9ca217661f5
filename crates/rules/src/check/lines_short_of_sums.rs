//! L111: the lines on a page do not add up to the sums below them.
//!
//! A reader takes the lines of a page as a whole list only if they add up; where they do not, a line was added, removed
//! or changed, or the page could not be read whole. Lists that are whole by their form are judged by A103 and A104.

use invoice::{Cents, Fault, FaultKind, LineNature, LineSet, Rate, Severity, Source};

use crate::subject::Subject;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L111",
    severity: Severity::Warning,
    title_zh: "版面明细与合计对不上",
    title_en: "lines of the page do not reach the sums",
    reason_zh: "版面上的明细加起来不等于合计：明细被增删改过，或版面没有读全，请对照原件。",
    reason_en: "The lines on the page do not add up to its sums: altered, or not read whole. Compare with the original.",
    source: "乐企开票能力说明 V4.000（明细合计误差不超过 0.01 元）；field observation",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    if subject.is_ticket() || subject.is_vehicle() {
        return;
    }
    let is_of_page = |set: &&LineSet| matches!(set.source, Source::OfdText | Source::PdfText);
    let sets = subject.invoice.line_sets.iter().filter(is_of_page);
    for set in sets.filter(|set| !set.complete && !is_summary_only(set)) {
        let differences: Vec<String> = [
            ("金额", set.amount(), subject.invoice.amount()),
            ("税额", shown_tax(subject, set), subject.invoice.tax()),
        ]
        .into_iter()
        .filter_map(|(what, sum, stated)| difference(subject, set, what, sum?, stated?))
        .collect();
        if !differences.is_empty() {
            let message = format!("{}明细{}", set.source.label(), differences.join("，"));
            faults.push(KIND.at("lines", message));
            return;
        }
    }
}

fn difference(subject: &Subject<'_>, set: &LineSet, what: &str, sum: Cents, stated: Cents) -> Option<String> {
    // Every line may have been rounded by half a cent.
    let rounding = Cents(i64::try_from(set.lines.len()).unwrap_or(i64::MAX) / 2);
    let ceiling = subject.rulebook().ceilings().lines_total(subject.rule_date());
    let is_off = sum.distance(stated) > ceiling.max(rounding);
    (is_off && !twin::is_on("lines_not_summed")).then(|| format!("{what}合计{sum}，票面为{stated}"))
}

/// The lines' tax, unless stars stand for some of it.
fn shown_tax(subject: &Subject<'_>, set: &LineSet) -> Option<Cents> {
    let is_hidden = subject.is_tax_hidden() || set.counted().any(|line| line.rate == Some(Rate::Hidden));
    set.tax().filter(|_| !is_hidden)
}

fn is_summary_only(set: &LineSet) -> bool {
    set.lines
        .iter()
        .all(|line| line.nature == LineNature::ListSummary)
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, line, silent};

    let cut = |scene: Scene| {
        let mut scene = scene;
        scene
            .invoice()
            .line_sets
            .iter_mut()
            .for_each(|set| set.complete = false);
        scene
    };
    vec![
        fires(
            "a_line_was_taken_from_the_page",
            cut(Scene::drawn().lines(vec![line("*文具*中性笔", "50", "1.2", "60.00", "13%", "7.80")])),
        ),
        silent("the_lines_add_up", cut(Scene::drawn())),
        silent(
            "a_face_that_refers_to_its_list",
            cut(Scene::drawn().lines(vec![line("(详见销货清单)", "", "", "90.00", "13%", "13.00")])),
        ),
    ]
}
