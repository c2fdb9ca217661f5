//! The faulty disk is itself checked: it is a file system, and it fails when it is told to, and only then.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{ErrorKind, Write};

use testkit::disk::{Act, Disk, Fault, Op, Refusal};

#[test]
fn files_come_back_and_syncs_are_logged() {
    let Some(disk) = Disk::mount_or_say_why_not("the faulty disk") else {
        return;
    };
    fs::create_dir(disk.join("folder")).expect("a folder");
    let mut file = File::create(disk.join("folder/a")).expect("a file");
    file.write_all(&[7; 300_000]).expect("written");
    let before = disk.now();
    file.sync_all().expect("synced");
    assert!(matches!(disk.log()[before..], [Op::Sync(_)]));
    fs::rename(disk.join("folder/a"), disk.join("b")).expect("moved");
    assert_eq!(fs::read(disk.join("b")).expect("read"), [7; 300_000]);
    let names: Vec<_> = fs::read_dir(disk.path())
        .expect("listed")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["b", "folder"]);
    fs::remove_file(disk.join("b")).expect("removed");
    assert!(!disk.join("b").exists());
}

#[test]
fn it_fails_at_the_operation_it_was_told_and_at_no_other() {
    let Some(disk) = Disk::mount_or_say_why_not("the faulty disk") else {
        return;
    };
    let mut file = File::create(disk.join("a")).expect("a file");
    disk.arm(Fault {
        act: Act::Sync,
        number: 2,
        refusal: Refusal::Failed,
        lasts: false,
    });
    file.write_all(b"one").expect("written");
    file.sync_all().expect("the first sync");
    file.write_all(b"two").expect("written");
    assert!(file.sync_all().is_err(), "the second sync");
    file.sync_all().expect("the third, which covers nothing");
    assert!(disk.disarm(), "it was met");
    disk.set_room(Some(disk.used()));
    let full = fs::write(disk.join("b"), b"more").expect_err("no room");
    assert_eq!(full.kind(), ErrorKind::StorageFull);
    disk.set_room(None);
    fs::write(disk.join("b"), b"more").expect("room again");
}
