//! N111: the same invoice more than once in one file.

use std::collections::BTreeMap;

use invoice::{Fault, FaultKind, InvoiceKey, InvoiceReading, Reading, Severity};

use crate::Context;

pub(crate) const KIND: FaultKind = FaultKind {
    code: "N111",
    severity: Severity::Note,
    title_zh: "同一文件重复含同一发票",
    title_en: "the same invoice twice in one file",
    reason_zh: "合并打印时重复放入同一张发票，登记和报销时只能算一张。",
    reason_en: "A merged print holds the same invoice again; it counts once.",
    source: "财会〔2020〕6号第三条（防止重复入账）",
};

pub(crate) fn check(reading: &Reading, _context: &Context<'_>, faults: &mut Vec<Fault>) {
    let mut counts: BTreeMap<InvoiceKey, usize> = BTreeMap::new();
    for key in reading.invoices.iter().filter_map(InvoiceReading::key) {
        *counts.entry(key).or_default() += 1;
    }
    for (key, count) in counts.into_iter().filter(|(_, count)| *count > 1) {
        let number = key
            .to_number()
            .map(|number| number.to_string())
            .unwrap_or_default();
        faults.push(KIND.at("file", format!("发票{number}在文件中出现{count}次")));
    }
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};

    vec![
        fires("printed_twice", Scene::digital().twice()),
        silent("once", Scene::digital()),
    ]
}
