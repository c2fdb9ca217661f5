//! Checking readings: the rules with the context of this house.

use invoice::{Date, Entity, FaultKind, Reading, Verdict};

use crate::machine::Machine;
use crate::reading::{ReadTree, ReaderError};

/// Every kind of fault there is: the readers' first, then the checks' in their order, then what only shows when several
/// originals of one invoice lie side by side.
pub fn fault_kinds() -> Vec<&'static FaultKind> {
    let of_files = reader::faults::ALL.iter().copied().chain(rules::list());
    of_files
        .chain(std::iter::once(&store::rows::RENDITIONS_DIFFER))
        .collect()
}

/// Version of the embedded rulebook.
pub fn rulebook_version() -> &'static str {
    rules::Rulebook::embedded().version()
}

/// A file that was read and checked, recorded nowhere.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// Its name inside the zip; empty for the file itself.
    pub name: String,
    /// What it says.
    pub reading: Reading,
    /// What is wrong with it.
    pub verdict: Verdict,
}

/// Reads and checks a file and, where it is a zip, everything inside it. The zip itself is told only when nothing
/// could be taken out of it.
///
/// # Errors
/// When no reading child can be started.
pub fn read_file(machine: &Machine, entities: &[Entity], bytes: &[u8]) -> Result<Vec<ReadFile>, ReaderError> {
    let ReadTree { nodes } = machine.readers.read(bytes)?;
    let as_of = machine.today();
    let is_parent: Vec<bool> = (0..nodes.len())
        .map(|at| nodes.iter().any(|node| node.parent == Some(at)))
        .collect();
    let files = nodes
        .into_iter()
        .zip(is_parent)
        .filter(|(node, is_parent)| !is_parent || !node.reading.faults.is_empty());
    Ok(files
        .map(|(node, _)| {
            let verdict = check(&node.reading, as_of, entities);
            ReadFile {
                name: node.name,
                reading: node.reading,
                verdict,
            }
        })
        .collect())
}

/// Checks a reading on a day.
pub(crate) fn check(reading: &Reading, as_of: Date, entities: &[Entity]) -> Verdict {
    let context = rules::Context {
        as_of,
        entities,
        rulebook: rules::Rulebook::embedded(),
    };
    rules::check(reading, &context)
}
