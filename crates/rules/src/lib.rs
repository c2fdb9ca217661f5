//! Reading to Verdict (校验): the embedded, dated rulebook and one file per check. Pure.
//!
//! [`check`] takes what a file says and what is known on a day, and answers with every fault. The same reading, day,
//! entities and rulebook give the same verdict in ten years: there is no clock, no network and no state here.
//!
//! A check never repairs a value and never refuses an invoice: it says what it sees, where, and why it matters.

mod check;
mod rulebook;
mod standing;
mod subject;

use invoice::{Date, Entity, FaultKind, Reading, Verdict};

pub use rulebook::{Ceilings, Deadlines, Row, Rulebook, RulebookError};
pub use standing::single_witnesses;

/// What is known beside the reading when it is checked.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The day on which it is checked.
    pub as_of: Date,
    /// Our own companies (主体); empty where none are registered, and then no check asks whose invoice it is.
    pub entities: &'a [Entity],
    /// The rules in force, by date.
    pub rulebook: &'a Rulebook,
}

/// Checks a reading. The verdict is the whole answer: the faults that the reader found come first, then those of the
/// checks, in the order of [`list`].
pub fn check(reading: &Reading, context: &Context<'_>) -> Verdict {
    Verdict {
        original: reading.original,
        reading: reading.digest(),
        as_of: context.as_of,
        rulebook: context.rulebook.version().to_owned(),
        invoices: reading
            .invoices
            .iter()
            .map(|invoice| {
                let mut faults = invoice.faults.clone();
                check::invoice(
                    &subject::Subject {
                        invoice,
                        reading,
                        context,
                    },
                    &mut faults,
                );
                faults
            })
            .collect(),
        file: {
            let mut faults = reading.faults.clone();
            check::file(reading, context, &mut faults);
            faults
        },
    }
}

/// Every kind of fault that the checks can find, in the order in which they run.
pub fn list() -> impl Iterator<Item = &'static FaultKind> {
    check::list()
}

/// Codes that were given once and are no longer found; they are never given again.
pub fn retired() -> &'static [&'static str] {
    check::RETIRED
}
