//! Writers: one file per form, each from a [`crate::Specimen`] to bytes.

pub(crate) mod zip;
