//! Hostile files: made to exhaust, crash or mislead whoever reads them.
//!
//! One file of this folder for each family. Every case has a name, what it attacks, its bytes and the faults of which
//! one must be told. All are made from raw bytes here, never by the writers that honest files come from, because an
//! honest writer cannot lie. `make torture` reads them all in children and counts.

mod archives;
mod headers;
mod markup;
mod packages;
mod pdfs;
mod pictures;
mod raw;
mod workbooks;

/// A hostile file.
#[derive(Debug, Clone)]
pub struct Hostile {
    /// Its family: the file of this folder it is made in.
    pub family: &'static str,
    /// Its name, unique in the family.
    pub name: String,
    /// What it attacks.
    pub attacks: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Codes of faults, one of which somebody must be told. Where empty, any fault or any content will do: the file is
    /// odd, but may be read.
    pub told: &'static [&'static str],
}

/// A family of hostile files, made on demand: some weigh many megabytes.
pub type Family = (&'static str, fn() -> Vec<Hostile>);

/// All families.
pub const FAMILIES: &[Family] = &[
    ("archives", archives::cases),
    ("headers", headers::cases),
    ("markup", markup::cases),
    ("packages", packages::cases),
    ("pdfs", pdfs::cases),
    ("pictures", pictures::cases),
    ("workbooks", workbooks::cases),
];

/// The cases of a family as they are collected.
struct Shelf {
    family: &'static str,
    cases: Vec<Hostile>,
}

impl Shelf {
    fn new(family: &'static str) -> Shelf {
        Shelf {
            family,
            cases: Vec::new(),
        }
    }

    fn add(
        &mut self,
        name: impl Into<String>,
        attacks: &'static str,
        told: &'static [&'static str],
        bytes: impl Into<Vec<u8>>,
    ) {
        self.cases.push(Hostile {
            family: self.family,
            name: name.into(),
            attacks,
            bytes: bytes.into(),
            told,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_enough_and_each_has_a_name() {
        let mut names = BTreeSet::new();
        let mut count = 0;
        for (family, make) in FAMILIES {
            for case in make() {
                assert_eq!(case.family, *family);
                assert!(
                    names.insert((*family, case.name.clone())),
                    "{family}/{} twice",
                    case.name
                );
                count += 1;
            }
        }
        assert!(count >= 200, "{count}");
    }
}
