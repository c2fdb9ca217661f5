//! The first promise under power cuts: whatever the disk was not made to keep may be lost, torn or reordered, and still
//! every acknowledged invoice is there, nothing else is, and the next start needs no hand.
//!
//! A day's work is recorded once on the faulty disk (`testkit::disk`): a new folder, files taken in, a restart in
//! between. Then the power is cut behind an operation of that record, drawn by chance, in a way drawn by chance, and the
//! folder that is left is opened. `PIAOKU_CASES` is the number of cuts, `PIAOKU_SEED` the seed.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use app::Site;
use testkit::cases::{File, number_from, scratch_in_memory, small_files, tell_outcome};
use testkit::disk::power::{Chance, Loss, after_cut};
use testkit::disk::{Disk, Op};
use testkit::{Journal, assert_twin_is_caught, harmless_machine};

/// A day's work, and what the client was told at which moment of it.
fn record(disk: &Disk, files: &[File]) -> Journal {
    let data = disk.join("data");
    let mut journal = Journal::default();
    let mut site = Site::init(&data, "power", harmless_machine()).expect("a new folder");
    journal.made_at = Some(disk.now());
    for (nth, (name, bytes)) in files.iter().enumerate() {
        if nth == files.len() / 2 {
            drop(site);
            site = Site::open(&data, harmless_machine()).expect("opens again");
        }
        journal
            .take_in(&site, (name, bytes), || disk.now())
            .expect("taken in");
    }
    drop(site);
    journal
}

/// Cuts the power and opens what is left.
fn cut(log: &[Op], loss: Loss, chance: &mut Chance, journal: &Journal, next: &File) -> Vec<String> {
    let image = after_cut(log, loss, chance);
    let folder = scratch_in_memory();
    image.write_to(folder.path()).expect("the state after the cut");
    let data = folder.path().join("data");
    let broken = journal.broken_promises(&data, log.len(), (&next.0, &next.1));
    broken
        .into_iter()
        .map(|why| format!("cut behind operation {}, {loss:?}: {why}", log.len()))
        .collect()
}

#[test]
fn no_acknowledged_invoice_is_lost_by_a_power_cut() {
    let row = "power cut";
    let Some(disk) = Disk::mount_or_say_why_not(row) else {
        return;
    };
    let cases = number_from("PIAOKU_CASES").unwrap_or(200).max(1) as usize;
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    // With many cuts a day that is long enough for SQLite to empty its log into the file by itself.
    let mut files = small_files(seed, if cases < 1_000 { 9 } else { 80 });
    let next = files.remove(0);
    let journal = record(&disk, &files);
    let log = disk.log();
    let mut chance = Chance(seed);
    let mut broken = Vec::new();
    for case in 0..cases {
        // Evenly over the record, so that few cases already meet every part of it.
        let at = case * log.len() / cases + chance.below(log.len().div_ceil(cases)) + 1;
        let loss = Loss::draw(&mut chance);
        broken.extend(cut(&log[..at.min(log.len())], loss, &mut chance, &journal, &next));
    }
    let syncs = log.iter().filter(|op| matches!(op, Op::Sync(_))).count();
    let more = format!(
        "operations={} syncs={syncs} acknowledged={} seed={seed}",
        log.len(),
        journal.told.len()
    );
    tell_outcome(row, cases, &broken, 0, &more);
}

#[test]
fn a_folder_in_the_making_is_there_or_can_be_made_again() {
    let row = "power cut while a folder is made";
    let Some(disk) = Disk::mount_or_say_why_not(row) else {
        return;
    };
    let most = number_from("PIAOKU_CASES").unwrap_or(200).max(1) as usize;
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    let files = small_files(seed, 1);
    let journal = record(&disk, &[]);
    let log = disk.log();
    let mut chance = Chance(seed);
    let made = journal.made_at.expect("it was made");
    let (mut runs, mut broken) = (0, Vec::new());
    // Names without contents first: a half-made folder must never look like a damaged one.
    for loss in [
        Loss::Contents,
        Loss::Some { sector: 512 },
        Loss::All,
        Loss::Nothing,
    ] {
        for at in 1..=made {
            if runs < most {
                broken.extend(cut(&log[..at], loss, &mut chance, &journal, &files[0]));
                runs += 1;
            }
        }
    }
    tell_outcome(row, runs, &broken, 0, &format!("operations={made} seed={seed}"));
}

#[test]
fn power_cuts_during_recovery_lose_nothing_either() {
    let row = "power cut while recovering from one";
    let Some(first) = Disk::mount_or_say_why_not(row) else {
        return;
    };
    let cases = number_from("PIAOKU_CASES").map_or(20, |cases| cases.div_ceil(10)) as usize;
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    let mut files = small_files(seed, 5);
    let next = files.remove(0);
    let journal = record(&first, &files);
    let log = first.log();
    let mut chance = Chance(seed);
    let mut broken = Vec::new();
    for _ in 0..cases {
        let made = journal.made_at.expect("it was made");
        let at = made + chance.below(log.len() - made) + 1;
        let image = after_cut(&log[..at.min(log.len())], Loss::draw(&mut chance), &mut chance);
        let second = Disk::mount().expect("a second disk");
        image
            .write_to(second.path())
            .expect("the state after the first cut");
        // What survived the first cut is on the disk, not in a cache.
        second.settle();
        let before = second.now();
        drop(Site::open(&second.join("data"), harmless_machine()));
        let log = second.log();
        let again = before + chance.below(log.len() - before) + 1;
        let mut journal = journal.clone();
        journal.told.retain(|told| told.at <= at);
        journal.told.iter_mut().for_each(|told| told.at = 0);
        journal.made_at = Some(0);
        let loss = Loss::draw(&mut chance);
        broken.extend(cut(
            &log[..again.min(log.len())],
            loss,
            &mut chance,
            &journal,
            &next,
        ));
    }
    tell_outcome(row, cases, &broken, 0, &format!("seed={seed}"));
}

#[test]
fn twins_are_caught() {
    if Disk::mount_or_say_why_not("twins of the power cut").is_none() {
        return;
    }
    let day = "no_acknowledged_invoice_is_lost_by_a_power_cut";
    let making = "a_folder_in_the_making_is_there_or_can_be_made_again";
    for (twin, test) in [
        ("original_not_synced", day),
        ("original_name_not_synced", day),
        ("folder_name_not_synced", day),
        ("numbered_before_kept", day),
        ("commit_not_full", day),
        ("tip_made_in_place", making),
        ("tip_before_commit", day),
        ("tip_not_synced", day),
        ("told_before_commit", day),
        ("pending_not_resumed", day),
    ] {
        assert_twin_is_caught(twin, test, &[("PIAOKU_CASES", "60")]);
    }
}
