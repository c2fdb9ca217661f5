//! For tests: a machine without surprises, a disk that fails, the demo's companies, the measure of readings against the truth, and the
//! checks of the checks.

pub mod cases;
pub mod disk;
mod folders;
pub mod hostile;
pub mod journal;
mod machine;
pub mod measure;
mod twins;
mod zips;

pub use folders::copy_folder;
pub use journal::Journal;
pub use machine::{CountedRandom, SteadyClock, TEST_DAY_MICROS, harmless_machine};
pub use twins::assert_twin_is_caught;
pub use zips::zip_members;

/// The companies of the group that the committed corpus is about.
pub fn demo_entities() -> Vec<invoice::Entity> {
    let group = specimen::World::new(specimen::CORPUS_SEED).group;
    group
        .into_iter()
        .map(|company| invoice::Entity {
            tax_id: company.tax_id,
            names: vec![company.name],
        })
        .collect()
}
