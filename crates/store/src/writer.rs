//! The writer (记账线程): the only one who appends. It gathers what is waiting into one commit.
//!
//! Callers send drafts and wait. One thread takes everything that is queued, gives indexes, builds the tree, signs the
//! checkpoint and commits; then each caller gets its receipt. A single sync of the disk thus serves many callers.
//!
//! After any failed commit it is unknown whether it was written. The writer then believes only the store: it reads the head
//! again before it goes on. What cannot be trusted (damage, a failed sync, another writer, a tip that was signed before)
//! stops it for good: writes are refused from then on, reads go on. A full disk is no such thing: each draft is refused
//! until there is room.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use invoice::Digest;
use ledger::checkpoint::Origin;
use ledger::fact::{Fact, FactError};
use ledger::merkle::{Frontier, Tile, TileId, TileReader, consistency_proof};
use ledger::{
    Checkpoint, CheckpointError, Commitment, Entry, EntryError, Receipt, Salt, SigningKey, SubjectId, Tip,
};

use crate::error::ErrorKind;
use crate::limits::{BATCH_BYTES_MAX, BATCH_DRAFTS_MAX, QUEUE_DRAFTS_MAX};
use crate::primary::{Commit, Head, HeadRef, NewEntry, Standing, UniqueKey, compress};
use crate::project::{catch_up, project};
use crate::rows::RowChange;
use crate::tip::TipKeeper;
use crate::{Store, StoreError, StoreTiles};

/// Something to be recorded (记账草稿). The writer gives it an index; all else is the caller's.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The fact.
    pub fact: Fact,
    /// 32 random bytes for this record alone.
    pub salt: Salt,
    /// When it happened, according to the caller: microseconds since 1970-01-01 UTC.
    pub time_claimed: i64,
    /// When it reached us. The writer never lets it run backwards.
    pub time_received: i64,
    /// Who records it.
    pub actor: String,
    /// The entity it belongs to, in its salted or opaque form; may be empty.
    pub entity: String,
    /// What it is about.
    pub subject: SubjectId,
    /// The originals it rests on, durable already.
    pub originals: Vec<Digest>,
    /// Keys it takes. If one is taken, the draft is not recorded and the first entry's index is given instead.
    pub unique_keys: Vec<UniqueKey>,
    /// The pending arrivals whose outcome it is.
    pub settles: Vec<u64>,
}

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It is an entry, durable.
    New(Receipt),
    /// One of its unique keys was taken; nothing was recorded.
    Already {
        /// The entry that took it.
        first: u64,
    },
}

/// Why a draft was not recorded, or may not have been.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordError {
    /// The fact cannot be encoded.
    #[error("the fact cannot be encoded")]
    Fact(#[source] Arc<FactError>),
    /// The payload cannot be compressed.
    #[error("the payload cannot be compressed")]
    Compress(#[source] Arc<std::io::Error>),
    /// The entry cannot be encoded.
    #[error("the entry cannot be encoded")]
    Entry(#[source] EntryError),
    /// An arrival it would settle is not pending.
    #[error("arrival {0} is not pending")]
    NotPending(u64),
    /// It would settle other arrivals than those it is the outcome of: the caller's mistake.
    #[error("the draft is the outcome of arrivals {outcomes:?} but settles {settles:?}")]
    SettlesOthers {
        /// Arrivals whose outcome the fact states.
        outcomes: Vec<u64>,
        /// Arrivals to be settled.
        settles: Vec<u64>,
    },
    /// The checkpoint cannot be signed. Nothing was recorded.
    #[error("the checkpoint cannot be signed")]
    Sign(#[source] CheckpointError),
    /// The store failed. Unknown whether it was recorded: hand in the same again, with the same unique key.
    #[error("the store failed")]
    Store(#[source] Arc<StoreError>),
    /// The writer stopped earlier and takes nothing more.
    #[error("the writer stopped: {0}")]
    Stopped(String),
}

impl RecordError {
    /// What the failure means.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Fact(_) | Self::Entry(_) => ErrorKind::Invalid,
            Self::NotPending(_) => ErrorKind::Conflict,
            Self::Compress(_) | Self::Sign(_) | Self::SettlesOthers { .. } => ErrorKind::Bug,
            Self::Store(error) => error.kind(),
            Self::Stopped(_) => ErrorKind::Corrupt,
        }
    }
}

/// Signs checkpoints; the key itself stays with whoever implements this.
pub trait Signer: Send {
    /// Signs a checkpoint into a note.
    ///
    /// # Errors
    /// The key is named for another origin, or cannot be used.
    fn sign(&self, checkpoint: &Checkpoint) -> Result<String, CheckpointError>;
}

impl Signer for SigningKey {
    fn sign(&self, checkpoint: &Checkpoint) -> Result<String, CheckpointError> {
        checkpoint.sign(self)
    }
}

/// Named points at which a test may stop the world. The real program passes through.
pub trait FaultPoints: Send + Sync {
    /// The writer reached `point`, one of [`FAULT_POINTS`].
    fn reach(&self, point: &'static str);
}

/// Where a test may stop the writer, in the order it passes them.
pub const FAULT_POINTS: [&str; 4] = ["sign.before", "commit.before", "commit.after", "tip.after"];

/// Passes through.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFaults;

impl FaultPoints for NoFaults {
    fn reach(&self, _point: &'static str) {}
}

/// How a writer works.
pub struct WriterOptions {
    /// Site and epoch it writes for.
    pub origin: Origin,
    /// Most drafts in one commit, at most [`BATCH_DRAFTS_MAX`].
    pub batch_drafts_max: usize,
    /// Where tests stop the world.
    pub fault_points: Arc<dyn FaultPoints>,
}

impl WriterOptions {
    /// The usual options for an origin.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            batch_drafts_max: BATCH_DRAFTS_MAX,
            fault_points: Arc::new(NoFaults),
        }
    }
}

/// A running writer. Dropped, it finishes what is queued.
pub struct Writer {
    queue: Option<SyncSender<Request>>,
    stopped: Arc<Mutex<Option<String>>>,
    thread: Option<JoinHandle<()>>,
}

/// A draft that is encoded as far as can be without its index, by the caller's thread.
struct Prepared {
    draft: Draft,
    commitment: Commitment,
    compressed: Vec<u8>,
}

struct Request {
    prepared: Prepared,
    reply: SyncSender<Result<Recorded, RecordError>>,
}

impl Writer {
    /// Recovers and starts. Idempotent: a start after a crash anywhere comes to the same state.
    ///
    /// # Errors
    /// [`StoreError::TipGuard`] when the database is behind the tip or contradicts it; [`StoreError::Damaged`] when the
    /// tiles do not give the signed root; [`StoreError::Fenced`] when the store is in another epoch; or the store fails.
    pub fn start(
        store: Arc<dyn Store>,
        tip: Box<dyn TipKeeper>,
        signer: Box<dyn Signer>,
        options: WriterOptions,
    ) -> Result<Self, StoreError> {
        let stopped = Arc::new(Mutex::new(None));
        let mut state = State {
            is_recovered: true,
            frontier: Frontier::default(),
            last_received: i64::MIN,
            store,
            tip,
            signer,
            options,
            stopped: Arc::clone(&stopped),
        };
        state.recover()?;
        let (queue, requests) = sync_channel(QUEUE_DRAFTS_MAX);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || state.run(&requests));
        let thread = thread.map_err(|error| StoreError::Commit(crate::error::io_cause(error)))?;
        Ok(Self {
            queue: Some(queue),
            stopped,
            thread: Some(thread),
        })
    }

    /// Records a draft and waits until it is durable.
    ///
    /// # Errors
    /// See [`RecordError`].
    pub fn record(&self, draft: Draft) -> Result<Recorded, RecordError> {
        let waiting = self.send(draft)?;
        waiting.recv().unwrap_or_else(|_| Err(self.stopped_error()))
    }

    /// Records many drafts, in order as far as they are new, and waits for all of them.
    pub fn record_all(&self, drafts: Vec<Draft>) -> Vec<Result<Recorded, RecordError>> {
        let waiting: Vec<_> = drafts.into_iter().map(|draft| self.send(draft)).collect();
        let answer = |waiting: Result<Receiver<_>, _>| {
            waiting.and_then(|waiting| waiting.recv().unwrap_or_else(|_| Err(self.stopped_error())))
        };
        waiting.into_iter().map(answer).collect()
    }

    /// Why the writer stopped; `None` while it works.
    pub fn stopped(&self) -> Option<String> {
        self.stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn send(&self, draft: Draft) -> Result<Receiver<Result<Recorded, RecordError>>, RecordError> {
        if self.stopped().is_some() {
            return Err(self.stopped_error());
        }
        let payload = draft
            .fact
            .encode()
            .map_err(|error| RecordError::Fact(Arc::new(error)))?;
        let commitment = Commitment::new(&draft.salt, &payload);
        let compressed = compress(&payload).map_err(|error| RecordError::Compress(Arc::new(error)))?;
        let (reply, waiting) = sync_channel(1);
        let request = Request {
            prepared: Prepared {
                draft,
                commitment,
                compressed,
            },
            reply,
        };
        let queue = self.queue.as_ref().ok_or_else(|| self.stopped_error())?;
        queue.send(request).map_err(|_| self.stopped_error())?;
        Ok(waiting)
    }

    fn stopped_error(&self) -> RecordError {
        RecordError::Stopped(self.stopped().unwrap_or_else(|| "its thread ended".to_owned()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Without a sender the thread comes to the end of its queue and returns.
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was already told to every caller by the closed channel.
            let _ = thread.join();
        }
    }
}

/// What the writer's thread owns.
struct State {
    store: Arc<dyn Store>,
    tip: Box<dyn TipKeeper>,
    signer: Box<dyn Signer>,
    options: WriterOptions,
    frontier: Frontier,
    last_received: i64,
    /// Whether the frontier is that of the store: not so after a failed commit that could not be looked into yet.
    is_recovered: bool,
    stopped: Arc<Mutex<Option<String>>>,
}

/// A batch on its way to a commit.
#[derive(Default)]
struct Batch {
    entries: Vec<NewEntry>,
    settles: Vec<u64>,
    receipts: Vec<(Receipt, SyncSender<Result<Recorded, RecordError>>)>,
    keys: BTreeMap<UniqueKey, u64>,
    settled: BTreeSet<u64>,
    /// Drafts whose key an earlier draft of this batch takes: answered when that one is durable.
    repeats: Vec<(u64, SyncSender<Result<Recorded, RecordError>>)>,
}

impl State {
    fn run(mut self, requests: &Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            let mut bytes = first.prepared.compressed.len();
            let mut gathered = vec![first];
            let most = self.options.batch_drafts_max.clamp(1, BATCH_DRAFTS_MAX);
            while gathered.len() < most && bytes < BATCH_BYTES_MAX {
                let Ok(next) = requests.try_recv() else { break };
                bytes += next.prepared.compressed.len();
                gathered.push(next);
            }
            self.write(gathered);
        }
    }

    /// Compares the store with the tip, loads the tree and completes the rows: at the start, and after a failed commit.
    fn recover(&mut self) -> Result<(), StoreError> {
        let head = self.store.head()?;
        let at = head.as_ref().map_or(
            Tip {
                epoch: 0,
                size: 0,
                root: ledger::merkle::empty_root(),
            },
            Head::tip,
        );
        if head.is_some() && at.epoch != self.options.origin.epoch() {
            let expected = HeadRef {
                epoch: self.options.origin.epoch(),
                size: at.size,
            };
            return Err(StoreError::Fenced { expected });
        }
        let tiles = StoreTiles(self.store.as_ref());
        if let Some(known) = self.tip.known().filter(|_| !twin::is_on("tip_guard_off")) {
            let is_same_epoch = known.epoch == at.epoch && known.size <= at.size;
            let proof = if is_same_epoch {
                prove(&tiles, known.size, at.size)?
            } else {
                Vec::new()
            };
            // Epoch 0 stands for an empty store, which is behind every tip.
            ledger::epoch::may_sign(&[known], &at, &proof)?;
        }
        let frontier = Frontier::load(&tiles, at.size).map_err(damaged_tree)?;
        if frontier.root() != at.root {
            return Err(StoreError::damaged("the tree of hashes"));
        }
        twin::step("tip compared");
        catch_up(self.store.as_ref())?;
        twin::step("rows caught up");
        if head.is_some() && self.tip.known() != Some(at) {
            self.tip.keep(&at)?;
        }
        self.last_received = last_received(self.store.as_ref(), at.size)?;
        self.frontier = frontier;
        Ok(())
    }

    fn write(&mut self, gathered: Vec<Request>) {
        if let Some(why) = self
            .stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
        {
            for request in gathered {
                answer(&request.reply, Err(RecordError::Stopped(why.clone())));
            }
            return;
        }
        let mut batch = Batch::default();
        twin::step("draft taken");
        match self.recover_if_needed().and_then(|()| self.standing(&gathered)) {
            Ok(standing) => {
                for request in gathered {
                    let reply = request.reply.clone();
                    if let Err(error) = self.admit(&mut batch, &standing, request) {
                        answer(&reply, Err(error));
                    }
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for request in gathered {
                    answer(&request.reply, Err(RecordError::Store(Arc::clone(&error))));
                }
                self.after_failure(&error);
            }
        }
        if twin::is_on("told_before_commit") {
            for (receipt, reply) in &batch.receipts {
                answer(reply, Ok(Recorded::New(*receipt)));
            }
        }
        let result = if batch.entries.is_empty() {
            Ok(())
        } else {
            self.commit(&mut batch)
        };
        for (receipt, reply) in batch.receipts {
            answer(&reply, result.clone().map(|()| Recorded::New(receipt)));
        }
        for (first, reply) in batch.repeats {
            answer(&reply, result.clone().map(|()| Recorded::Already { first }));
        }
        twin::step("receipt answered");
    }

    fn standing(&self, gathered: &[Request]) -> Result<Standing, StoreError> {
        let drafts = || gathered.iter().map(|request| &request.prepared.draft);
        let keys: Vec<_> = drafts().flat_map(|draft| &draft.unique_keys).collect();
        let arrivals: Vec<_> = drafts().flat_map(|draft| draft.settles.iter().copied()).collect();
        self.store.standing(&keys, &arrivals)
    }

    /// Takes a draft into the batch, or answers it without one.
    fn admit(&mut self, batch: &mut Batch, standing: &Standing, request: Request) -> Result<(), RecordError> {
        let Request {
            prepared:
                Prepared {
                    draft,
                    commitment,
                    compressed,
                },
            reply,
        } = request;
        for key in &draft.unique_keys {
            if let Some(first) = batch.keys.get(key) {
                batch.repeats.push((*first, reply));
                return Ok(());
            }
            if let Some(first) = standing.taken.get(key) {
                answer(&reply, Ok(Recorded::Already { first: *first }));
                return Ok(());
            }
        }
        for arrival in &draft.settles {
            if !standing.pending.contains(arrival) || batch.settled.contains(arrival) {
                return Err(RecordError::NotPending(*arrival));
            }
        }
        let index = self.frontier.size() + batch.entries.len() as u64;
        let entry = Entry {
            fact_kind: draft.fact.kind().to_owned(),
            fact_version: draft.fact.version(),
            time_claimed: draft.time_claimed,
            // Clocks step back; the ledger does not.
            time_received: draft.time_received.max(self.last_received),
            actor: draft.actor,
            entity: draft.entity,
            subject: draft.subject,
            commitment,
            originals: draft.originals,
        };
        let rows = project(index, &entry, &draft.fact);
        settles_its_outcomes(&rows, &draft.settles)?;
        let bytes = entry.encode().map_err(RecordError::Entry)?;
        self.last_received = entry.time_received;
        let leaf_hash = Entry::leaf_hash(&bytes);
        batch
            .keys
            .extend(draft.unique_keys.iter().map(|key| (key.clone(), index)));
        batch.settled.extend(&draft.settles);
        batch.settles.extend(&draft.settles);
        batch.receipts.push((Receipt { index, leaf_hash }, reply));
        batch.entries.push(NewEntry {
            bytes,
            leaf_hash,
            payload: compressed,
            salt: draft.salt,
            unique_keys: draft.unique_keys,
            rows,
        });
        Ok(())
    }

    fn commit(&mut self, batch: &mut Batch) -> Result<(), RecordError> {
        self.sign_and_commit(batch).inspect_err(|error| {
            if let RecordError::Store(failure) = error {
                self.after_failure(failure);
            }
        })
    }

    fn sign_and_commit(&mut self, batch: &mut Batch) -> Result<(), RecordError> {
        let store_failed = |error| RecordError::Store(Arc::new(error));
        let size = self.frontier.size();
        let origin = &self.options.origin;
        let mut grown = self.frontier.clone();
        let leaves: Vec<_> = batch.entries.iter().map(|entry| entry.leaf_hash).collect();
        let tiles = grown
            .append(&leaves)
            .map_err(|_| store_failed(StoreError::damaged("the size of the tree")))?;
        let checkpoint = Checkpoint {
            origin: origin.clone(),
            size: grown.size(),
            root: grown.root(),
        };
        let tip = checkpoint.tip();

        self.options.fault_points.reach("sign.before");
        if let Some(known) = self.tip.known() {
            let edge = Edge {
                grown: &grown,
                old: &self.frontier,
                changed: &tiles,
            };
            let proof = prove(&edge, known.size, tip.size).map_err(store_failed)?;
            ledger::epoch::may_sign(&[known], &tip, &proof).map_err(|error| store_failed(error.into()))?;
        }
        let note = self.signer.sign(&checkpoint).map_err(RecordError::Sign)?;
        let head = Head {
            epoch: tip.epoch,
            size: tip.size,
            root: tip.root,
            checkpoint: note,
        };
        let commit = Commit {
            expected: HeadRef {
                epoch: tip.epoch,
                size,
            },
            entries: std::mem::take(&mut batch.entries),
            tiles,
            head,
            settles: std::mem::take(&mut batch.settles),
        };

        twin::step("checkpoint signed");
        self.options.fault_points.reach("commit.before");
        if twin::is_on("tip_before_commit") {
            self.tip.keep(&tip).map_err(store_failed)?;
        }
        self.store.commit(&commit).map_err(store_failed)?;
        twin::step("entries committed");
        self.options.fault_points.reach("commit.after");
        self.frontier = grown;
        // A crash here leaves the tip one commit behind, which the next start brings forward.
        self.tip.keep(&tip).map_err(store_failed)?;
        self.options.fault_points.reach("tip.after");
        Ok(())
    }

    /// Stops for good where nothing can be trusted; otherwise asks the store where it stands.
    fn after_failure(&mut self, failure: &StoreError) {
        if is_final(failure) {
            self.stop(failure);
            return;
        }
        self.is_recovered = false;
        // What cannot be told now is asked again before the next write.
        if let Err(error) = self.recover_if_needed()
            && is_final(&error)
        {
            self.stop(&error);
        }
    }

    fn recover_if_needed(&mut self) -> Result<(), StoreError> {
        if !self.is_recovered {
            self.recover()?;
            self.is_recovered = true;
        }
        Ok(())
    }

    fn stop(&self, why: &StoreError) {
        self.stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_with(|| why.in_full());
    }
}

/// Whether nothing more may be written. A disk without room and a database that is locked are not: they pass.
fn is_final(failure: &StoreError) -> bool {
    match failure.kind() {
        ErrorKind::Full => twin::is_on("full_disk_is_final"),
        ErrorKind::Corrupt => !twin::is_on("failed_sync_forgotten"),
        _ => matches!(failure, StoreError::Fenced { .. }),
    }
}

/// A draft settles exactly the arrivals it is the outcome of. So an arrival is never both pending and settled, and never
/// neither: the account of arrivals balances by construction.
fn settles_its_outcomes(rows: &[RowChange], settles: &[u64]) -> Result<(), RecordError> {
    let mut outcomes: Vec<u64> = rows
        .iter()
        .filter_map(|change| match change {
            RowChange::Outcome(outcome) => Some(outcome.arrival),
            RowChange::Invoice(..) | RowChange::Entity(_) => None,
        })
        .collect();
    let mut settles = settles.to_vec();
    outcomes.sort_unstable();
    settles.sort_unstable();
    if outcomes == settles {
        Ok(())
    } else {
        Err(RecordError::SettlesOthers { outcomes, settles })
    }
}

/// A caller that went away is nobody's error: its draft is recorded all the same.
fn answer(reply: &SyncSender<Result<Recorded, RecordError>>, with: Result<Recorded, RecordError>) {
    let _ = reply.send(with);
}

/// When the last entry was received, so that time does not run backwards over a restart.
fn last_received(store: &dyn Store, size: u64) -> Result<i64, StoreError> {
    let Some(last) = size.checked_sub(1) else {
        return Ok(i64::MIN);
    };
    let stored = store
        .entry(last)?
        .ok_or_else(|| StoreError::damaged(format!("entry {last}")))?;
    let entry = Entry::decode(&stored.bytes);
    entry
        .map(|entry| entry.time_received)
        .map_err(|error| StoreError::damaged_because(format!("entry {last}"), error))
}

fn prove<R>(tiles: &R, old: u64, new: u64) -> Result<Vec<ledger::Hash>, StoreError>
where
    R: TileReader,
    R::Error: Send + Sync,
{
    consistency_proof(tiles, old, new).map_err(damaged_tree)
}

fn damaged_tree<E: std::error::Error + Send + Sync + 'static>(
    error: ledger::merkle::TreeError<E>,
) -> StoreError {
    StoreError::damaged_because("the tree of hashes", error)
}

/// The tiles that a proof from the old right edge to the new one needs: all of them are in memory.
struct Edge<'a> {
    grown: &'a Frontier,
    old: &'a Frontier,
    changed: &'a [Tile],
}

impl TileReader for Edge<'_> {
    type Error = std::convert::Infallible;

    fn tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Self::Error> {
        let changed = self
            .changed
            .iter()
            .find(|tile| (tile.id.level, tile.id.index) == (id.level, id.index));
        if let Some(bytes) = changed.and_then(|tile| tile.bytes.get(..usize::from(id.width) * 32)) {
            return Ok(Some(bytes.to_vec()));
        }
        match self.grown.tile(id)? {
            Some(bytes) => Ok(Some(bytes)),
            None => self.old.tile(id),
        }
    }
}
