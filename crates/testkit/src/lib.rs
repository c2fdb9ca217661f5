//! Builders, a fake clock, a faulty store and the truth of specimens, for tests.

pub mod measure;
