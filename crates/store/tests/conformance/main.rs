//! One suite for every engine: SQLite, memory, and SQLite behind a faulty store with nothing armed.
//!
//! An engine that differs from another in anything a caller can see fails here. What only files can show (locks, tips,
//! copies) is in `folder`; what only failures can show is in `failing`.

#![allow(clippy::unwrap_used)] // The lint spares test functions but not their helpers.

mod appending;
mod failing;
mod finding;
mod folder;
mod rebuilding;
mod support;

/// Runs the same tests on every engine.
macro_rules! on_every_engine {
    ($($module:ident: $($test:ident)+;)+) => {
        mod sqlite {
            $($(#[test] fn $test() { super::$module::$test(&super::support::sqlite()); })+)+
        }
        mod memory {
            $($(#[test] fn $test() { super::$module::$test(&super::support::memory()); })+)+
        }
        mod faulty {
            $($(#[test] fn $test() { super::$module::$test(&super::support::faulty()); })+)+
        }
    };
}

on_every_engine! {
    appending:
        an_empty_store_has_nothing
        arrivals_are_numbered_without_gaps
        a_recorded_draft_is_there_with_all_that_belongs_to_it
        a_commit_to_another_head_is_fenced_and_changes_nothing
        a_commit_that_breaks_a_rule_changes_nothing
        the_same_file_gets_the_first_entry
        drafts_that_cannot_be_recorded_do_not_hold_up_the_others
        batches_of_any_size_give_the_same_tree
        many_callers_at_once_each_get_their_own_receipt
        time_never_runs_backwards
        every_outcome_is_accounted_for
        unknown_facts_are_kept;
    finding:
        each_filter_finds_what_it_names
        what_fits_many_and_what_fits_few_is_found_alike
        any_two_neighbouring_characters_find_the_invoice
        pages_neither_repeat_nor_skip
        a_second_rendition_joins_the_first
        an_invoice_is_found_by_its_alias
        the_timeline_tells_renditions_and_repeats
        entities_are_declared_and_renamed
        members_of_a_container_are_known;
    rebuilding:
        rebuilt_rows_are_the_rows_that_were_there
        an_interrupted_rebuild_is_completed
        rows_cannot_be_applied_out_of_order;
}
