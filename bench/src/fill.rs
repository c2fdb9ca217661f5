//! Fills a data folder with a large library, faster than files can be handed in one by one.
//!
//! Every original is read and checked as always, and recorded by the writer; only the originals are written without
//! waiting for the disk, and in batches, because what is measured afterwards is the library and not its making.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use app::{Machine, Readers, Site};
use invoice::{Date, Digest};
use ledger::fact::{Fact, v1};
use ledger::{Checkpoint, Salt, SigningKey, SubjectId};
use store::{DataFolder, Draft, NewArrival, Store, UniqueKey, WriterOptions};

/// Invoices recorded in one batch.
const BATCH: usize = 1_000;

/// What was filled in.
pub(crate) struct Filled {
    /// Bytes of all originals.
    pub(crate) original_bytes: u64,
    /// Numbers of invoices, one of every hundred.
    pub(crate) numbers: Vec<String>,
}

/// One original with its making.
struct Made {
    bytes: Vec<u8>,
    number: String,
}

/// Fills the folder, which must not exist yet, with `count` invoices of one year and a half.
pub(crate) fn fill(path: &Path, count: usize) -> Result<Filled> {
    let machine = || Machine::system(Readers::InProcess);
    drop(Site::init(path, "bench", machine())?);
    let key = fs::read_to_string(path.join("key")).context("the key that was just made")?;
    let key = SigningKey::parse(key.trim())?;
    let folder = DataFolder::open(path)?;
    let head = folder.store().head()?.context("the head that was just made")?;
    let origin = Checkpoint::verify(&head.checkpoint, &key.verifying_key())?.origin;
    let writer = folder.start_writer(Box::new(key), WriterOptions::new(origin))?;
    let mut maker = specimen::Maker::new(11);
    let form = specimen::form("xml-bureau").context("there is no such form")?;
    let mut filled = Filled {
        original_bytes: 0,
        numbers: Vec::new(),
    };
    for first in (0..count).step_by(BATCH) {
        let made: Vec<Made> = (first..count.min(first + BATCH))
            .map(|at| {
                let day =
                    Date::constant(2025, 1, 1).saturating_add(jiff::Span::new().days((at % 500) as i64));
                let specimen = maker.make(
                    invoice::InvoiceKind::DigitalOrdinary,
                    specimen::Situation::Plain,
                    specimen::Side::Purchase,
                    day,
                );
                Made {
                    bytes: (form.write)(&specimen),
                    number: specimen.number.clone(),
                }
            })
            .collect();
        filled.original_bytes += made.iter().map(|made| made.bytes.len() as u64).sum::<u64>();
        filled
            .numbers
            .extend(made.iter().step_by(100).map(|made| made.number.clone()));
        let arrivals: Vec<NewArrival> = made.iter().map(arrival).collect();
        let numbers = folder.store().arrive(&arrivals)?;
        let drafts = on_all_cores(&made, &numbers, path, &machine())?;
        for answer in writer.record_all(drafts) {
            answer?;
        }
    }
    ensure!(folder.store().conservation()?.is_balanced(), "out of balance");
    Ok(filled)
}

fn arrival(made: &Made) -> NewArrival {
    NewArrival {
        name: format!("{}.xml", made.number),
        digest: Digest::of(&made.bytes),
        size: made.bytes.len() as u64,
        received_at: 0,
        parent: None,
        waits_for: "restart".to_owned(),
    }
}

/// Writes, reads and checks originals.
fn on_all_cores(made: &[Made], numbers: &[u64], path: &Path, machine: &Machine) -> Result<Vec<Draft>> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = made.len().div_ceil(cores);
    std::thread::scope(|scope| {
        let workers: Vec<_> = made
            .chunks(share)
            .zip(numbers.chunks(share))
            .map(|(made, numbers)| {
                scope.spawn(move || {
                    made.iter()
                        .zip(numbers)
                        .map(|(made, number)| draft(made, *number, path, machine))
                        .collect::<Result<Vec<_>>>()
                })
            })
            .collect();
        let mut drafts = Vec::with_capacity(made.len());
        for worker in workers {
            drafts.extend(
                worker
                    .join()
                    .map_err(|_| anyhow::anyhow!("a worker panicked"))??,
            );
        }
        Ok(drafts)
    })
}

fn draft(made: &Made, arrival_number: u64, path: &Path, machine: &Machine) -> Result<Draft> {
    let NewArrival {
        name, digest, size, ..
    } = arrival(made);
    let hex = digest.to_string();
    let folder = path
        .join(store::folder::ORIGINALS)
        .join(&hex[..2])
        .join(&hex[2..4]);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(&hex), &made.bytes)?;
    let read = app::read_file(machine, &[], &made.bytes)?
        .pop()
        .context("one reading")?;
    let stored = v1::OriginalStored {
        arrival: arrival_number,
        name,
        digest,
        size,
        parent: None,
        reading: read.reading,
        verdict: read.verdict,
        invoices: vec![v1::InvoiceOutcome::New],
    };
    Ok(Draft {
        fact: Fact::OriginalStored(Box::new(stored)),
        salt: Salt(digest.0),
        time_claimed: 0,
        time_received: 0,
        actor: "bench".to_owned(),
        entity: String::new(),
        subject: SubjectId([0; 16]),
        originals: vec![digest],
        unique_keys: vec![UniqueKey::file(&digest)],
        settles: vec![arrival_number],
    })
}
