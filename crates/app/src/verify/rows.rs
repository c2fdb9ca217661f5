//! Rows against entries: what can be searched must be what was recorded, no more and no less.

use store::{Find, MemoryStore, OutcomeCounts, Store};

use super::Findings;
use crate::error::SiteError;

/// Compares every row with the row that the facts make, and the account of arrivals. Answers how many invoices there are.
pub(super) fn verify(
    store: &dyn Store,
    expected: &MemoryStore,
    findings: &mut Findings,
) -> Result<u64, SiteError> {
    let (mut find, mut count) = (Find::default(), 0);
    loop {
        let have = store.find(&find)?;
        let want = expected.find(&find)?;
        for row in &have.rows {
            count += 1;
            match want.rows.iter().find(|wanted| wanted.id == row.id) {
                None => {
                    let what = format!("row {}", row.key);
                    findings.damaged(
                        what,
                        "账本里没有这一行，或位置不对",
                        "the ledger knows no such row, or it is out of place",
                    );
                }
                Some(wanted) if wanted != row => {
                    findings.damaged(
                        format!("row {}", row.key),
                        "与账本不符：索引被改动",
                        "differs from the ledger: the row was altered",
                    );
                }
                Some(_) if store.invoice(&row.key)? != expected.invoice(&row.key)? => {
                    findings.damaged(
                        format!("row {}", row.key),
                        "明细、别名、问题或原件与账本不符",
                        "lines, aliases, faults or renditions differ from the ledger",
                    );
                }
                Some(_) if store.timeline(row.id)? != expected.timeline(row.id)? => {
                    findings.damaged(
                        format!("row {}", row.key),
                        "时间线与账本不符",
                        "its timeline differs from the ledger",
                    );
                }
                Some(_) => {}
            }
        }
        for row in want
            .rows
            .iter()
            .filter(|wanted| !have.rows.iter().any(|row| row.id == wanted.id))
        {
            findings.damaged(
                format!("row {}", row.key),
                "索引里少了这一行：`piaoku rebuild` 可以重建",
                "is missing: `piaoku rebuild` makes it again",
            );
        }
        match want.next {
            Some(next) => find.after = Some(next),
            None => break,
        }
    }
    verify_counts(&store.outcome_counts()?, &expected.outcome_counts()?, findings);
    if store.entities()? != expected.entities()? {
        findings.damaged("entities", "主体与账本不符", "differ from the ledger");
    }
    verify_outcomes(store, expected, findings)?;
    verify_conservation(store, findings)?;
    Ok(count)
}

fn verify_counts(have: &OutcomeCounts, want: &OutcomeCounts, findings: &mut Findings) {
    if have != want {
        findings.damaged(
            "outcomes",
            format!("到达的结果与账本不符：{have:?}，应为 {want:?}"),
            format!("differ from the ledger: {have:?}, should be {want:?}"),
        );
    }
}

/// Compares the outcome of every arrival, those without an invoice included.
fn verify_outcomes(
    store: &dyn Store,
    expected: &MemoryStore,
    findings: &mut Findings,
) -> Result<(), SiteError> {
    for number in 1..=store.conservation()?.received {
        // One that is gone is told by the account of arrivals.
        if let Some(have) = store.outcome(number)?
            && expected.outcome(number)?.as_ref() != Some(&have)
        {
            findings.damaged(
                format!("arrival {number}"),
                "结果与账本不符：被改动",
                "its outcome differs from the ledger: it was altered",
            );
        }
    }
    Ok(())
}

fn verify_conservation(store: &dyn Store, findings: &mut Findings) -> Result<(), SiteError> {
    let account = store.conservation()?;
    for number in account.missing.iter().take(100) {
        findings.damaged(
            format!("arrival {number}"),
            "没有结果：丢失",
            "has no outcome: it was lost",
        );
    }
    for number in account.surplus.iter().take(100) {
        findings.damaged(
            format!("arrival {number}"),
            "多出来的结果",
            "has an outcome too many",
        );
    }
    if !account.is_balanced() && account.missing.is_empty() && account.surplus.is_empty() {
        findings.damaged("conservation", "收支不平衡", "is out of balance");
    }
    Ok(())
}
