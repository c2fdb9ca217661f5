//! Made-up invoices (样票) from one seed: XML, OFD, PDF, pictures, zips, exports, red letters, damaged and altered
//! files.
//!
//! [`Maker`] makes a [`Specimen`], the truth of one invoice; the writers turn it into files as real systems write
//! them; [`demo`] hands in a company's year and [`corpus`] is the committed set under `samples/`. Nothing here reads
//! an invoice, and nothing depends on the reader: both would share their mistakes. All names are invented.

mod alter;
mod chance;
mod corpus;
mod demo;
mod face;
mod forms;
mod goods;
mod make;
mod qr;
mod specimen;
mod truth;
mod world;
mod write;

pub use alter::{AlteredFile, AlteredFiles, FieldClass, PASSWORD, altered};
pub use corpus::{SEED as CORPUS_SEED, corpus, manifest};
pub use demo::demo;
pub use forms::{FORMS, Form, form};
pub use make::{Maker, Side, Situation};
pub use specimen::{BlueLink, Business, Specimen, SpecimenLine, Traveller};
pub use truth::{Alteration, Expect, SpecimenFile, Truth};
pub use world::{Party, World};
pub use write::xml::XmlStyle;
