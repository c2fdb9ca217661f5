//! For tests: a machine without surprises, the demo's companies, and the measure of readings against the truth.

mod machine;
pub mod measure;
mod zips;

pub use machine::{CountedRandom, SteadyClock, TEST_DAY_MICROS, harmless_machine};
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
