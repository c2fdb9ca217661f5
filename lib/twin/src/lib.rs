//! Deliberately broken twins of the code.
//!
//! A check that has never been seen to fail proves nothing. Each place that a promise rests on asks here whether its
//! broken twin is switched on; [`TWINS`] lists them all. The test that guards the promise is run once more with the
//! twin on (`testkit::assert_twin_is_caught`) and must fail then.
//!
//! Without the feature `switchable` the question is the constant `false` and the compiler removes the twin: no
//! environment variable of an installed Piaoku can switch one on.

/// A deliberately broken twin of a piece of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Twin {
    /// Its name: what `PIAOKU_TWIN` is set to.
    pub name: &'static str,
    /// What is broken when it is on.
    pub breaks: &'static str,
    /// The test that must fail then: `crate::file::test`.
    pub caught_by: &'static str,
}

/// Every twin there is, in the order of the way of a file.
pub const TWINS: &[Twin] = &[];

/// Whether the twin of this name is switched on. The constant `false` in what is shipped.
#[cfg(not(feature = "switchable"))]
#[inline(always)]
#[must_use]
pub const fn is_on(_name: &str) -> bool {
    false
}

/// Whether the twin of this name is switched on by the environment variable `PIAOKU_TWIN`.
#[cfg(feature = "switchable")]
#[must_use]
pub fn is_on(name: &str) -> bool {
    use std::sync::OnceLock;
    static ON: OnceLock<Option<String>> = OnceLock::new();
    debug_assert!(
        TWINS.iter().any(|twin| twin.name == name),
        "the twin {name} is not in the table"
    );
    ON.get_or_init(|| std::env::var("PIAOKU_TWIN").ok()).as_deref() == Some(name)
}
