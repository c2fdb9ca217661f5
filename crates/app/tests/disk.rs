//! A disk that is full or fails: writes are refused and say what to do, reads go on, nothing acknowledged is lost.
//!
//! A full disk passes: once there is room, the same process goes on. A failed write or sync does not pass: until the
//! folder is opened again nothing more is written, because the kernel answers a second sync as if all were well. Every
//! case ends with a power cut, so that what was believed durable must be.
//!
//! `PIAOKU_CASES` is the number of points (of all that there are) at which each kind of fault is tried, `PIAOKU_SEED`
//! the seed.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use app::{FindWords, Site, SiteError};
use store::ErrorKind;
use testkit::cases::{File, number_from, scratch_in_memory, small_files, tell_outcome};
use testkit::disk::power::{Chance, Loss, after_cut};
use testkit::disk::{Act, Disk, Fault, Refusal};
use testkit::{Journal, assert_twin_is_caught, harmless_machine};

/// A folder with some files in it, closed; and more files for the day on which the disk fails.
struct Before {
    disk: Disk,
    journal: Journal,
    files: Vec<File>,
    next: File,
}

/// `padding` makes originals large beside what SQLite needs for them, so that a disk that is nearly full refuses the one
/// and not the other.
fn before(row: &str, seed: u64, padding: usize) -> Option<Before> {
    let disk = Disk::mount_or_say_why_not(row)?;
    let mut files = small_files(seed, 8);
    for (_, bytes) in files.iter_mut().filter(|(name, _)| name.ends_with(".xml")) {
        bytes.extend(format!("<!--{}-->", " ".repeat(padding)).into_bytes());
    }
    let next = files.remove(0);
    let mut journal = Journal::default();
    let site = Site::init(&disk.join("data"), "disk", harmless_machine()).expect("a new folder");
    journal.made_at = Some(0);
    for (name, bytes) in files.drain(..3) {
        journal.take_in(&site, (&name, &bytes), || 0).expect("taken in");
    }
    drop(site);
    disk.settle();
    Some(Before {
        disk,
        journal,
        files,
        next,
    })
}

/// What the store meant, wherever in the error it is told.
fn kind(error: &SiteError) -> Option<ErrorKind> {
    match error {
        SiteError::Store(error) => Some(error.kind()),
        SiteError::Record(error) => Some(error.kind()),
        _ => None,
    }
}

/// What is recorded can be found and read, whatever became of writing.
fn reads_are_served(site: &Site, journal: &Journal) -> Result<(), String> {
    let failed = |error: SiteError| format!("reads are not served: {}", testkit::journal::in_full(&error));
    site.status().map_err(failed)?;
    site.find(&FindWords::default()).map_err(failed)?;
    for told in &journal.told {
        site.original(&told.digest).map_err(failed)?;
        site.entry(told.index).map_err(failed)?;
    }
    Ok(())
}

/// The power is cut at the end of a case, in each of these ways.
fn cut(disk: &Disk, journal: &Journal, next: &File, losses: &[Loss], chance: &mut Chance) -> Vec<String> {
    let mut broken = Vec::new();
    for loss in losses.iter().copied() {
        let folder = scratch_in_memory();
        let image = after_cut(&disk.log(), loss, chance);
        image.write_to(folder.path()).expect("the state after the cut");
        let data = folder.path().join("data");
        let found = journal.broken_promises(&data, usize::MAX, (&next.0, &next.1));
        broken.extend(
            found
                .into_iter()
                .map(|why| format!("{why}, after a cut ({loss:?})")),
        );
    }
    broken
}

/// Every `stride`th of `all` points, so that at most `wanted` remain.
fn points(all: u64, wanted: u64) -> impl Iterator<Item = u64> {
    let stride = all.div_ceil(wanted.max(1)).max(1);
    (1..=all).step_by(stride as usize)
}

#[test]
fn after_a_failed_write_or_sync_nothing_acknowledged_is_lost() {
    let row = "failed write or sync";
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    let wanted = number_from("PIAOKU_CASES").unwrap_or(15);
    let Some(before) = before(row, seed, 0) else {
        return;
    };
    let mut chance = Chance(seed);
    let (mut runs, mut met, mut named, mut broken) = (0, 0, 0, Vec::new());
    for act in [Act::Write, Act::Sync, Act::SyncFolder, Act::Entry] {
        let calm = before.disk.copy().expect("a copy");
        calm.arm(Fault {
            act,
            number: u64::MAX,
            refusal: Refusal::Failed,
            lasts: false,
        });
        fail_and_go_on(&before, &calm, false).expect("nothing fails on a sound disk");
        for number in points(calm.count(act), wanted) {
            let disk = before.disk.copy().expect("a copy");
            disk.arm(Fault {
                act,
                number,
                refusal: Refusal::Failed,
                lasts: false,
            });
            // What the process does when it is stopped hides much; killed, it leaves the log as it is.
            for is_killed in [false, true] {
                let disk = disk.copy().expect("a copy");
                let found = match fail_and_go_on(&before, &disk, is_killed) {
                    Ok(Day {
                        disk,
                        journal,
                        was_met,
                        refused,
                    }) => {
                        met += usize::from(was_met);
                        named += refused;
                        let losses = [Loss::All, Loss::draw(&mut chance)];
                        cut(&disk, &journal, &before.next, &losses, &mut chance)
                    }
                    Err(why) => vec![why],
                };
                let told = |why| format!("{act:?} {number} failed, killed: {is_killed}: {why}");
                broken.extend(found.into_iter().map(told));
                runs += 1;
            }
        }
    }
    tell_outcome(row, runs, &broken, named, &format!("met={met} seed={seed}"));
}

/// How a day with a fault ended.
struct Day {
    disk: Disk,
    journal: Journal,
    was_met: bool,
    refused: usize,
}

/// A day with a fault armed: opening, handing in, being refused, opening again and handing in again what was refused.
fn fail_and_go_on(before: &Before, disk: &Disk, is_killed: bool) -> Result<Day, String> {
    let data = disk.join("data");
    let mut rest = None;
    let mut journal = before.journal.clone();
    let mut refused: Vec<&File> = Vec::new();
    match Site::open(&data, harmless_machine()) {
        Ok(site) => {
            let mut is_stopped = false;
            for file in &before.files {
                match journal.take_in(&site, (&file.0, &file.1), || disk.now()) {
                    Ok(()) if is_stopped => return Err("it wrote on after a failed write".to_owned()),
                    Ok(()) => {}
                    Err(error) => {
                        is_stopped |= kind(&error) == Some(ErrorKind::Corrupt);
                        if error.hint().is_none() {
                            return Err(format!("no hint: {}", testkit::journal::in_full(&error)));
                        }
                        refused.push(file);
                    }
                }
            }
            reads_are_served(&site, &journal)?;
            if is_killed {
                // Files as they are while the process lives are what the next one finds after a kill.
                rest = Some(disk.copy().expect("a copy"));
            }
        }
        // The fault met the opening itself.
        Err(_) => refused.extend(&before.files),
    }
    let was_met = disk.disarm();
    let disk = rest.map_or_else(|| disk.copy(), Ok).expect("a copy");
    disk.disarm();
    let data = disk.join("data");
    let failed = |error: SiteError| format!("after the fault: {}", testkit::journal::in_full(&error));
    let site = Site::open(&data, harmless_machine()).map_err(failed)?;
    let count = refused.len();
    for (name, bytes) in refused {
        journal
            .take_in(&site, (name, bytes), || disk.now())
            .map_err(failed)?;
    }
    drop(site);
    Ok(Day {
        disk,
        journal,
        was_met,
        refused: count,
    })
}

#[test]
fn on_a_full_disk_writes_are_refused_and_reads_go_on() {
    let row = "full disk";
    let seed = number_from("PIAOKU_SEED").unwrap_or(20_260_301);
    let wanted = number_from("PIAOKU_CASES").unwrap_or(60);
    let Some(before) = before(row, seed, 200_000) else {
        return;
    };
    let mut chance = Chance(seed);
    let (mut runs, mut refusals, mut broken) = (0, 0, Vec::new());
    // How much a day takes, and how many writes it is: the disk fills up at each part of the one, and at each of the other
    // it refuses even to write over what is there, as disks that never write in place do.
    let calm = before.disk.copy().expect("a copy");
    let used = calm.used();
    let full_at = |number| Fault {
        act: Act::Write,
        number,
        refusal: Refusal::Full,
        lasts: true,
    };
    calm.arm(full_at(u64::MAX));
    fill_and_go_on(&before, &calm, || {}).expect("nothing fails with room");
    let (needed, writes) = (calm.used().saturating_sub(used), calm.count(Act::Write));
    let by_room = points(needed / 4096, wanted).map(|blocks| (Some(used + blocks * 4096), u64::MAX));
    let by_write = points(writes, wanted).map(|number| (None, number));
    for (room, number) in by_room.chain(by_write) {
        let disk = before.disk.copy().expect("a copy");
        let start = || {
            disk.set_room(room);
            disk.arm(full_at(number));
        };
        let found = match fill_and_go_on(&before, &disk, start) {
            Ok((journal, refused)) => {
                refusals += refused;
                cut(&disk, &journal, &before.next, &[Loss::All], &mut chance)
            }
            Err(why) => vec![why],
        };
        broken.extend(
            found
                .into_iter()
                .map(|why| format!("full at {room:?} bytes or write {number}: {why}")),
        );
        runs += 1;
    }
    tell_outcome(row, runs, &broken, refusals, &format!("seed={seed}"));
}

/// A day on which the disk gets full: being refused, reading, and going on in the same process once there is room.
fn fill_and_go_on(before: &Before, disk: &Disk, start: impl FnOnce()) -> Result<(Journal, usize), String> {
    let in_full = |error: &SiteError| testkit::journal::in_full(error);
    let mut journal = before.journal.clone();
    let site = Site::open(&disk.join("data"), harmless_machine()).map_err(|error| in_full(&error))?;
    start();
    let mut refused: Vec<&File> = Vec::new();
    for file in &before.files {
        if let Err(error) = journal.take_in(&site, (&file.0, &file.1), || disk.now()) {
            if kind(&error) != Some(ErrorKind::Full) || error.hint().is_none() {
                return Err(format!(
                    "it is not told that there is no room: {}",
                    in_full(&error)
                ));
            }
            refused.push(file);
        }
    }
    reads_are_served(&site, &journal)?;
    disk.set_room(None);
    disk.disarm();
    let count = refused.len();
    for (name, bytes) in refused {
        journal
            .take_in(&site, (name, bytes), || disk.now())
            .map_err(|error| format!("with room again: {}", in_full(&error)))?;
    }
    let status = site.status().map_err(|error| in_full(&error))?;
    if !status.is_balanced() {
        return Err(format!("unbalanced: {status:?}"));
    }
    Ok((journal, count))
}

#[test]
fn a_folder_on_a_full_disk_opens_for_reading() {
    let row = "opening on a full disk";
    let Some(before) = before(row, 7, 0) else { return };
    let disk = before.disk.copy().expect("a copy");
    let data = disk.join("data");
    disk.set_room(Some(disk.used()));
    let site = Site::open(&data, harmless_machine()).expect("opens for reading");
    reads_are_served(&site, &before.journal).expect("reads");
    let mut journal = before.journal.clone();
    let (name, bytes) = &before.next;
    let refused = journal
        .take_in(&site, (name, bytes), || 1)
        .expect_err("there is no room");
    assert_eq!(
        kind(&refused),
        Some(ErrorKind::Full),
        "{}",
        testkit::journal::in_full(&refused)
    );
    drop(site);
    disk.set_room(None);
    let site = Site::open(&data, harmless_machine()).expect("opens with room");
    journal.take_in(&site, (name, bytes), || 1).expect("taken in");
    drop(site);
    let broken = cut(&disk, &journal, &before.files[0], &[Loss::All], &mut Chance(7));
    tell_outcome(row, 1, &broken, 1, "");
}

#[test]
fn twins_are_caught() {
    if Disk::mount_or_say_why_not("twins of the failing disk").is_none() {
        return;
    }
    let failed = "after_a_failed_write_or_sync_nothing_acknowledged_is_lost";
    let full = "on_a_full_disk_writes_are_refused_and_reads_go_on";
    for (twin, test, cases) in [
        ("failed_sync_forgotten", failed, "3"),
        ("failed_name_kept", failed, "8"),
        ("log_not_restated", failed, "8"),
        ("full_disk_swallowed", full, "10"),
        (
            "full_disk_not_opened",
            "a_folder_on_a_full_disk_opens_for_reading",
            "1",
        ),
        ("full_disk_is_final", full, "2"),
    ] {
        assert_twin_is_caught(twin, test, &[("PIAOKU_CASES", cases)]);
    }
}
