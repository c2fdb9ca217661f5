//! L110: the same line twice.

use invoice::{Fault, FaultKind, LineNature, Severity};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "L110",
    severity: Severity::Note,
    title_zh: "明细行重复",
    title_en: "line repeated",
    reason_zh: "同名、同数量、同金额的明细出现两次，可能是重复录入，付款前请与合同或送货单核对。",
    reason_en: "Two lines with the same item, quantity and amount may have been entered twice; compare with the order before paying.",
    source: "企业内部控制应用指引第7号——采购业务第十三条",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let lines = subject.lines();
    let mut objections = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        // A plain amount without quantity is often split on purpose, so only counted goods are compared.
        if line.quantity.is_none() || line.nature != LineNature::Normal {
            continue;
        }
        let is_same = |other: &&invoice::Line| {
            (&other.name, &other.spec, other.quantity, other.amount)
                == (&line.name, &line.spec, line.quantity, line.amount)
        };
        if let Some(first) = lines.iter().take(at).position(|other| is_same(&other)) {
            let message = format!("第{}行与第{}行的项目、数量和金额相同", at + 1, first + 1);
            objections.push((format!("lines[{at}]"), message));
        }
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, line, silent};

    let paper = || line("*纸制品*复印纸", "2", "50", "100.00", "13%", "13.00");
    vec![
        fires("entered_twice", Scene::digital().lines(vec![paper(), paper()])),
        silent(
            "another_quantity",
            Scene::digital().lines(vec![
                paper(),
                line("*纸制品*复印纸", "3", "50", "150.00", "13%", "19.50"),
            ]),
        ),
        silent("once", Scene::digital().lines(vec![paper()])),
    ]
}
