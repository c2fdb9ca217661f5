//! Writers: one file per form, each from a [`crate::Specimen`] to bytes.

mod markup;
pub(crate) mod ofd;
pub(crate) mod original_invoice;
pub(crate) mod pdf;
pub(crate) mod picture;
pub(crate) mod xbrl;
pub(crate) mod xlsx;
pub(crate) mod xml;
pub(crate) mod zip;
