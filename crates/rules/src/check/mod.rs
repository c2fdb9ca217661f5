//! The checks: one file each, and the one ordered list below.
//!
//! To add a check:
//!
//! 1. Write `check/<name>.rs`: `KIND` (a code never given before), the function `check`, and `situations()` with at
//!    least one that fires and one that is silent. A neighbour of the same letter is the best model.
//! 2. Add one line to the list below, at its place in the order of codes.
//! 3. Run the tests with `INSTA_UPDATE=always` and read the new `snapshots/<code>.snap`: it is the golden.
//!
//! Letters: W witnesses, A amounts, L lines, R rates, N numbers, P parties, D dates and the face, X red letters,
//! T text of the page, S signatures. F is the reader's.
//!
//! A code is permanent. A check that is given up leaves the list, and its code moves to `retired`, where it stays.

#[cfg(test)]
mod harness;

use invoice::{Fault, FaultKind, Reading};

use crate::Context;
use crate::subject::Subject;

/// Judges one invoice.
type InvoiceCheck = fn(&Subject<'_>, &mut Vec<Fault>);

/// Judges the file as a whole.
type FileCheck = fn(&Reading, &Context<'_>, &mut Vec<Fault>);

/// Declares the module of each check, the lists by which they run, and a golden test for each.
///
/// The modules are named inside a macro, where `cargo fmt` does not look: `rustfmt crates/rules/src/check/*.rs` does.
macro_rules! checks {
    (
        of_invoice { $($invoice_code:ident $invoice:ident)+ }
        of_file { $($file_code:ident $file:ident)+ }
        retired { $($retired:ident)* }
    ) => {
        $(mod $invoice;)+
        $(mod $file;)+

        const OF_INVOICE: &[(&FaultKind, InvoiceCheck)] = &[$((&$invoice::KIND, $invoice::check)),+];
        const OF_FILE: &[(&FaultKind, FileCheck)] = &[$((&$file::KIND, $file::check)),+];
        /// Codes that are no longer found and never given again.
        pub(crate) const RETIRED: &[&str] = &[$(stringify!($retired)),*];

        /// The code of each line of the list with the code that its file gives.
        #[cfg(test)]
        const REGISTER: &[(&str, &str)] = &[
            $((stringify!($invoice_code), $invoice::KIND.code),)+
            $((stringify!($file_code), $file::KIND.code),)+
        ];

        #[cfg(test)]
        mod goldens {
            $(#[test] fn $invoice() {
                super::harness::hold(&super::$invoice::KIND, super::$invoice::situations());
            })+
            $(#[test] fn $file() {
                super::harness::hold(&super::$file::KIND, super::$file::situations());
            })+
        }
    };
}

checks! {
    of_invoice {
        W101 witnesses_disagree
        W102 single_witness
        W103 names_differ_in_part
        W104 qr_checksum_fails
        W105 texts_differ
        A101 total_is_not_the_sum
        A102 words_differ_from_figures
        A103 lines_amount_differs
        A104 lines_tax_differs
        A105 margin_taxation
        A106 total_is_zero
        A107 above_legacy_ceiling
        A108 tax_does_not_follow_rates
        L101 quantity_times_price
        L102 amount_times_rate
        L103 discount_out_of_place
        L104 sales_list_doubled
        L105 negative_line_on_blue
        L106 item_without_class
        L107 tax_code_unknown
        L108 line_sets_differ
        L109 line_without_name
        L110 line_repeated
        L111 lines_short_of_sums
        R101 rate_not_in_force
        R102 rate_unfit_for_special
        R103 untaxed_with_tax
        R104 rate_cannot_be_told
        R105 untaxed_item_with_tax
        N101 number_form
        N102 number_region
        N103 number_year
        N104 code_form
        N105 kind_differs_from_code
        N106 kind_differs_from_scheme
        N107 check_code_form
        N108 number_of_tests
        N109 code_missing
        N110 stock_younger_than_date
        P101 seller_tax_id_form
        P102 buyer_tax_id_form
        P103 person_as_taxpayer
        P104 not_ours
        P105 our_number_other_name
        P106 special_without_buyer_number
        P107 special_to_a_person
        P108 seller_is_buyer
        P109 our_former_name
        P110 our_name_other_number
        P111 our_name_without_number
        P112 drawer_is_reviewer
        D101 date_in_the_future
        D102 kind_before_its_time
        D103 kind_withdrawn
        D104 too_old_to_deduct
        D105 date_impossible
        D106 face_incomplete
        X101 red_letter_sign
        X102 red_letter_without_link
        X103 red_letter_of_itself
        X104 blue_number_form
        X105 negative_without_red_mark
        X106 positive_line_on_red
        T101 not_for_use
    }
    of_file {
        N111 same_invoice_twice
        S101 content_changed
        S102 seal_does_not_hold
        S103 unsigned
        S104 certificate_expired
        S105 integrity_unknown
    }
    retired {}
}

/// Judges one invoice by every check, in the order of the list.
pub(crate) fn invoice(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
    for (_, check) in OF_INVOICE {
        check(subject, faults);
    }
}

/// Judges the file by every check of the whole file, in the order of the list.
pub(crate) fn file(reading: &Reading, context: &Context<'_>, faults: &mut Vec<Fault>) {
    for (_, check) in OF_FILE {
        check(reading, context, faults);
    }
}

/// Every kind of fault, in the order of the list.
pub(crate) fn list() -> impl Iterator<Item = &'static FaultKind> {
    let of_invoice = OF_INVOICE.iter().map(|(kind, _)| *kind);
    of_invoice.chain(OF_FILE.iter().map(|(kind, _)| *kind))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_line_of_the_list_gives_the_code_of_its_file() {
        for (listed, given) in REGISTER {
            assert_eq!(listed, given);
        }
    }

    #[test]
    fn a_code_is_given_once_and_never_again() {
        let mut given = BTreeSet::new();
        for code in list().map(|kind| kind.code).chain(RETIRED.iter().copied()) {
            assert!(given.insert(code), "{code} is given twice");
            let (letter, digits) = code.split_at(1);
            assert!("WALRNPDXTS".contains(letter), "{code}: no such letter");
            assert!(
                digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()),
                "{code}: three digits"
            );
        }
    }

    #[test]
    fn every_kind_says_what_why_and_by_which_rule() {
        for kind in list() {
            for text in [
                kind.title_zh,
                kind.title_en,
                kind.reason_zh,
                kind.reason_en,
                kind.source,
            ] {
                assert!(!text.trim().is_empty(), "{}: an empty text", kind.code);
            }
            assert!(kind.title_zh.chars().count() <= 20, "{}: long title", kind.code);
        }
    }
}
