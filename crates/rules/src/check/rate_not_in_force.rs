//! R101: a rate that was not in force on the date of issue.
//!
//! A red letter keeps the rate of its blue invoice. An old rate may also be right on an invoice that makes up for an
//! earlier sale (补开), which is why this is no error.

use invoice::{Fault, FaultKind, Severity};

use crate::subject::{Subject, report_lines};

pub(crate) const KIND: FaultKind = FaultKind {
    code: "R101",
    severity: Severity::Warning,
    title_zh: "税率在开票日期未施行",
    title_en: "rate not in force on that date",
    reason_zh: "税率与开票日期不符：除红冲和补开外不得使用旧税率。",
    reason_en: "Rate and date do not fit: an old rate is allowed only on red letters and on invoices made up later.",
    source: "财税〔2018〕32号；财政部 税务总局 海关总署公告2019年第39号；税总办发〔2018〕94号",
};

pub(crate) fn check(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    let Some(date) = subject.invoice.date() else {
        return;
    };
    if subject.invoice.is_red_letter() {
        return;
    }
    let mut objections = Vec::new();
    for (at, line) in subject.lines().iter().enumerate() {
        let Some(rate) = line
            .rate
            .as_ref()
            .filter(|rate| !subject.rulebook().is_rate_in_force(rate, date))
        else {
            continue;
        };
        let periods = subject.rulebook().rate_periods(rate);
        let known = if periods.is_empty() {
            "不是法定税率或征收率".to_owned()
        } else {
            format!("施行于{}，开票日期为{date}", periods.join("、"))
        };
        objections.push((
            format!("lines[{at}].rate"),
            format!("第{}行税率{rate}{known}", at + 1),
        ));
    }
    report_lines(&KIND, &objections, faults);
}

#[cfg(test)]
pub(crate) fn situations() -> Vec<super::harness::Situation> {
    use super::harness::{Scene, fires, silent};
    use invoice::{FieldName, Rate};

    let rated = |date: &str, rate: &str| {
        let rate = Rate::parse(rate);
        let scene = Scene::legacy().set(FieldName::Date, date);
        scene
            .edit_line(0, |line| line.rate = rate.clone())
            .edit_line(1, |line| line.rate = rate)
    };
    vec![
        fires("the_old_rate_after_the_cut", rated("2019-04-01", "16%")),
        fires("the_new_rate_before_the_cut", rated("2019-03-31", "9%")),
        fires("a_rate_that_never_was", rated("2020-06-15", "12%")),
        fires("one_per_cent_before_2020", rated("2020-02-29", "1%")),
        silent("rate_cut_on_the_day_itself", rated("2019-04-01", "13%")),
        silent("the_last_day_of_the_old_rate", rated("2019-03-31", "16%")),
        silent(
            "a_red_letter_keeps_the_old_rate",
            Scene::red().edit_line(0, |line| line.rate = Rate::parse("17%")),
        ),
        silent("exempt", rated("2020-06-15", "免税")),
    ]
}
