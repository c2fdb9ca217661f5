//! What an engine finds wrong with its own database, beyond what reading it shows.

/// Something in the database that no writing of ours leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Irregular {
    /// A table or index is gone or was changed.
    SchemaPart {
        /// Its type and name.
        name: String,
    },
    /// A table, index, view or trigger that is not ours.
    SchemaStranger {
        /// Its type and name.
        name: String,
    },
    /// A page or an index is broken.
    Page {
        /// In the engine's words.
        why: String,
    },
    /// Rows that hang on something that is not there.
    Orphans {
        /// Their table.
        table: String,
        /// How many.
        rows: u64,
    },
    /// A table has rows too many or too few.
    Count {
        /// The table.
        table: &'static str,
        /// Rows it has.
        have: u64,
        /// Rows it should have.
        should_be: u64,
    },
    /// The mark of how many entries the rows reflect is wrong.
    RowsMark {
        /// What it says; 0 where it is gone.
        have: i64,
        /// What it should say.
        should_be: u64,
    },
    /// An invoice is not found by what it says, or is found by what it does not say.
    SearchText {
        /// Its key.
        key: String,
    },
    /// Terms of the search lead to too few or too many invoices.
    SearchTerms {
        /// How many.
        terms: u64,
    },
    /// The search finds invoices that are not there.
    SearchStrangers {
        /// How many.
        rows: u64,
    },
}

/// What the ledger amounts to, for counting against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Entries.
    pub entries: u64,
    /// Payloads that were not destroyed.
    pub payloads: u64,
    /// Tiles of the tree.
    pub tiles: u64,
    /// Unique keys that the entries took.
    pub unique_keys: u64,
    /// Invoices.
    pub invoices: u64,
    /// Keys of invoices, aliases included.
    pub aliases: u64,
    /// Renditions of invoices.
    pub renditions: u64,
    /// Faults of invoices.
    pub faults: u64,
    /// Lines of invoices.
    pub lines: u64,
    /// Outcomes of arrivals.
    pub outcomes: u64,
}
