//! Deliberately broken twins of the code.
//!
//! A check that has never been seen to fail proves nothing. Each place that a promise rests on asks here whether its
//! broken twin is switched on; [`TWINS`] lists them all. The test that guards the promise is run once more with the
//! twin on (`testkit::assert_twin_is_caught`) and must fail then.
//!
//! Without the feature `switchable` the question is the constant `false` and the compiler removes the twin: no
//! environment variable of an installed Piaoku can switch one on.

mod steps;

pub use steps::{STEPS, step};

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
pub const TWINS: &[Twin] = &[
    Twin {
        name: "first_witness_only",
        breaks: "of several sources of one invoice the first is taken and the others are dropped",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "digests_not_tested",
        breaks: "every signed part of an OFD counts as unchanged",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "qr_not_compared",
        breaks: "QR codes are left out of the comparison of sources",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "attachment_not_compared",
        breaks: "attached data is left out of the comparison of sources",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "qr_checksum_not_tested",
        breaks: "the checksum inside a QR code is not tested",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "words_not_compared",
        breaks: "the total in words is not compared with the total in figures",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "total_not_summed",
        breaks: "amount and tax are not added up",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "lines_not_summed",
        breaks: "lines are not added up",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "lines_not_compared",
        breaks: "lines of attachment and page are not laid side by side",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "rate_not_applied",
        breaks: "amount times rate is not compared with the tax of a line",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "single_witness_unsaid",
        breaks: "what rests on one source alone is not marked",
        caught_by: "app::altered::no_altered_value_is_shown_as_settled",
    },
    Twin {
        name: "originals_served_unchecked",
        breaks: "an original is given out without comparing it with its digest",
        caught_by: "app::flips::every_flipped_bit_is_found_or_harmless",
    },
    Twin {
        name: "rows_served_unchecked",
        breaks: "a row is read out although it does not add up",
        caught_by: "app::flips::every_flipped_bit_is_found_or_harmless",
    },
    Twin {
        name: "content_shown_unopened",
        breaks: "entries and payloads are shown without hash and commitment",
        caught_by: "app::flips::every_flipped_bit_is_found_or_harmless",
    },
    Twin {
        name: "receipts_given_unverified",
        breaks: "a receipt is given out without verifying it first",
        caught_by: "app::flips::every_flipped_bit_is_found_or_harmless",
    },
    Twin {
        name: "waiting_left_in_the_log",
        breaks: "an arrival that waits for a person is told before it is out of the write-ahead log",
        caught_by: "app::flips::every_flipped_bit_is_found_or_harmless",
    },
    Twin {
        name: "rows_made_of_anything",
        breaks: "rows are rebuilt from payloads that were not committed to",
        caught_by: "app::tampering::an_altered_payload_becomes_no_row",
    },
    Twin {
        name: "tip_guard_off",
        breaks: "the writer starts without asking the tip guard",
        caught_by: "app::tampering::older_copies_and_second_writers_are_refused",
    },
    Twin {
        name: "verify_skips_root",
        breaks: "verifying does not compare the tree with the signed root",
        caught_by: "app::tampering::older_copies_and_second_writers_are_refused",
    },
    Twin {
        name: "verify_skips_signature",
        breaks: "verifying does not ask for the signature of the head",
        caught_by: "app::tampering::every_alteration_of_the_database_is_named",
    },
    Twin {
        name: "verify_skips_tip",
        breaks: "verifying does not compare the head with the tip file",
        caught_by: "app::tampering::files_of_the_folder_that_were_replaced_are_named",
    },
    Twin {
        name: "kept_checkpoints_not_compared",
        breaks: "verifying does not compare the checkpoints that were kept elsewhere",
        caught_by: "app::tampering::only_a_checkpoint_kept_elsewhere_shows_what_is_consistent",
    },
    Twin {
        name: "verify_skips_commitments",
        breaks: "verifying does not open the commitments of payloads",
        caught_by: "app::tampering::every_alteration_of_the_database_is_named",
    },
    Twin {
        name: "verify_skips_originals",
        breaks: "verifying does not read the originals",
        caught_by: "app::tampering::files_of_the_folder_that_were_replaced_are_named",
    },
    Twin {
        name: "verify_skips_a_column",
        breaks: "verifying compares every column of a row but one",
        caught_by: "app::tampering::every_alteration_of_the_database_is_named",
    },
    Twin {
        name: "stray_rows_not_counted",
        breaks: "verifying does not count rows that belong to nothing",
        caught_by: "app::tampering::every_alteration_of_the_database_is_named",
    },
    Twin {
        name: "schema_not_compared",
        breaks: "verifying does not compare the schema",
        caught_by: "app::tampering::every_alteration_of_the_database_is_named",
    },
    Twin {
        name: "search_text_not_compared",
        breaks: "verifying does not compare the search text",
        caught_by: "app::tampering::every_alteration_of_the_database_is_named",
    },
    Twin {
        name: "arrivals_not_counted",
        breaks: "verifying does not count arrivals against outcomes",
        caught_by: "app::tampering::every_alteration_of_the_database_is_named",
    },
    Twin {
        name: "original_not_synced",
        breaks: "an original's bytes are not synced before it gets its name",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "original_name_not_synced",
        breaks: "the folder is not synced after an original was moved into it",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "folder_name_not_synced",
        breaks: "a new folder's name is not synced into its parent",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "numbered_before_kept",
        breaks: "an arrival is numbered before its bytes are durable",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "commit_not_full",
        breaks: "SQLite does not sync its log at every commit",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "tip_made_in_place",
        breaks: "a new tip file has its name before it has its content",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "tip_before_commit",
        breaks: "the tip is kept before the entries are committed",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "tip_not_synced",
        breaks: "the tip is written but not synced",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "told_before_commit",
        breaks: "a receipt is given before the commit",
        caught_by: "app::power::no_acknowledged_invoice_is_lost_by_a_power_cut",
    },
    Twin {
        name: "pending_not_resumed",
        breaks: "opening leaves interrupted arrivals as they are",
        caught_by: "cli::kill::killed_at_every_step_nothing_acknowledged_is_lost",
    },
    Twin {
        name: "failed_sync_forgotten",
        breaks: "after a failed sync of the database writing goes on",
        caught_by: "app::disk::after_a_failed_write_or_sync_nothing_acknowledged_is_lost",
    },
    Twin {
        name: "failed_name_kept",
        breaks: "an original keeps the name whose sync failed",
        caught_by: "app::disk::after_a_failed_write_or_sync_nothing_acknowledged_is_lost",
    },
    Twin {
        name: "log_not_restated",
        breaks: "opening believes the database's log although its last sync may have failed",
        caught_by: "app::disk::after_a_failed_write_or_sync_nothing_acknowledged_is_lost",
    },
    Twin {
        name: "full_disk_swallowed",
        breaks: "an original that found no room is reported as kept",
        caught_by: "app::disk::on_a_full_disk_writes_are_refused_and_reads_go_on",
    },
    Twin {
        name: "dead_holders_believed",
        breaks: "the lock of a process that was killed is not waited for",
        caught_by: "cli::kill::the_lock_of_a_killed_process_is_waited_for",
    },
    Twin {
        name: "full_disk_not_opened",
        breaks: "a folder on a full disk cannot be opened even for reading",
        caught_by: "app::disk::a_folder_on_a_full_disk_opens_for_reading",
    },
    Twin {
        name: "full_disk_is_final",
        breaks: "a disk that was full once stops the writer for good",
        caught_by: "app::disk::on_a_full_disk_writes_are_refused_and_reads_go_on",
    },
    Twin {
        name: "file_size_limit_off",
        breaks: "a file is loaded whatever its size",
        caught_by: "cli::hostile::a_file_is_not_loaded_beyond_the_limit",
    },
    Twin {
        name: "sandbox_not_applied",
        breaks: "the reading child keeps network, files and processes",
        caught_by: "cli::hostile::a_reading_child_cannot_get_out",
    },
    Twin {
        name: "memory_limit_off",
        breaks: "the reading child may use all memory of the machine",
        caught_by: "cli::hostile::a_reading_child_is_limited",
    },
    Twin {
        name: "time_limit_off",
        breaks: "a reading child that never answers is waited for",
        caught_by: "app::reading::pool::tests::a_child_that_never_answers_is_killed",
    },
    Twin {
        name: "slow_files_keep_their_seats",
        breaks: "a slow file keeps others from being read",
        caught_by: "app::reading::pool::tests::a_slow_file_holds_nobody_up",
    },
    Twin {
        name: "write_time_limit_off",
        breaks: "a reading child that never reads is waited for",
        caught_by: "app::reading::pool::tests::a_child_that_never_reads_is_killed",
    },
    Twin {
        name: "zip_total_limit_off",
        breaks: "zips in zips multiply what each may unpack to",
        caught_by: "app::reading::tree::tests::zips_in_zips_are_bounded_all_together",
    },
    Twin {
        name: "zip_depth_limit_off",
        breaks: "zips in zips are followed without end",
        caught_by: "app::reading::tree::tests::zips_in_zips_end",
    },
    Twin {
        name: "zip_ratio_limit_off",
        breaks: "an archive may unpack to anything",
        caught_by: "cli::hostile_files::archives",
    },
    Twin {
        name: "xml_depth_limit_off",
        breaks: "XML may be nested without end",
        caught_by: "cli::hostile_files::markup",
    },
    Twin {
        name: "reader_says_nothing",
        breaks: "a file without an invoice is read without a word",
        caught_by: "fuzzing::smoke::light_documents",
    },
    Twin {
        name: "reader_panic_not_caught",
        breaks: "a panic of a decoding library leaves the reader",
        caught_by: "cli::hostile::a_panic_is_a_fault_of_the_file",
    },
];

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

/// The environment that hands the twin on to a process started with an empty one. Nothing in what is shipped.
#[must_use]
pub fn handed_on() -> Option<(&'static str, String)> {
    #[cfg(feature = "switchable")]
    return std::env::var("PIAOKU_TWIN")
        .ok()
        .map(|name| ("PIAOKU_TWIN", name));
    #[cfg(not(feature = "switchable"))]
    None
}
