//! A site (站点): one ledger's home, opened.
//!
//! Opening is recovery: the lock is taken, the tip guard asked, rows that a crash left behind are caught up, pending
//! arrivals are finished. There is no other repair step.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use invoice::{Digest, Entity, Format, Received};
use ledger::checkpoint::Origin;
use ledger::fact::Fact;
use ledger::{Checkpoint, Entry, EpochOpened, Hash, Receipt, SigningKey, VerifyingKey};
use serde::Serialize;
use store::{
    DataFolder, ErrorKind, Head, OriginalStore, Store, StoreError, TipFile, TipKeeper, UniqueKey, Writer,
    WriterOptions,
};

use crate::error::SiteError;
use crate::intake::{self, Taken, WaitsFor};
use crate::machine::Machine;
use crate::show::Details;
use crate::verify::{self, Extent, VerifyProgress, VerifyReport};

/// One ledger's home, opened for reading and writing.
pub struct Site {
    name: String,
    machine: Machine,
    store: Arc<dyn Store>,
    originals: Arc<dyn OriginalStore>,
    writer: Writer,
    verifying_key: VerifyingKey,
    resumed: Vec<Taken>,
    // Held for as long as the site is open: one process at a time.
    _folder: DataFolder,
}

/// A numbered arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) number: u64,
    pub(crate) received: Received,
    pub(crate) waits_for: WaitsFor,
}

/// What recording came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorded {
    New(Receipt),
    Already { first: u64 },
}

/// Whether everything received is accounted for, and where the ledger stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Arrivals ever numbered.
    pub received: u64,
    /// Recorded with what they hold.
    pub stored: u64,
    /// Handed in before.
    pub duplicate: u64,
    /// Kept, but without an invoice.
    pub rejected: u64,
    /// Waiting for a person or for the next start.
    pub pending: u64,
    /// Entries of the ledger.
    pub tree_size: u64,
    /// Root over them, hexadecimal.
    pub root: String,
    /// The epoch.
    pub epoch: u64,
    /// Name of the site.
    pub site: String,
    /// Different invoices.
    pub invoices: u64,
    /// Arrivals without an outcome: lost.
    pub lost: Vec<u64>,
    /// Arrivals with an outcome too many.
    pub surplus: Vec<u64>,
    /// The signed checkpoint: keep a copy elsewhere, and nobody can rewrite the past unseen.
    pub checkpoint: String,
}

impl Status {
    /// Whether `received = stored + duplicate + rejected + pending`, number by number.
    pub fn is_balanced(&self) -> bool {
        self.lost.is_empty()
            && self.surplus.is_empty()
            && self.received == self.stored + self.duplicate + self.rejected + self.pending
    }
}

/// An entry with its leaf hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// Its position.
    pub index: u64,
    /// RFC 6962 hash of its bytes.
    pub leaf_hash: Hash,
    /// What it says in the open.
    pub entry: Entry,
}

/// An original, and which other originals show the same invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// SHA-256.
    pub digest: Digest,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The others: digest and form.
    pub others: Vec<(Digest, Format)>,
}

/// The signing key, for its owner alone.
const KEY: &str = "key";
/// The public key, for everyone.
const PUBLIC_KEY: &str = "key.pub";

impl Site {
    /// Makes a data folder with a fresh ledger and a fresh key. The folder is for its owner alone.
    ///
    /// # Errors
    /// A folder that holds a ledger already is left untouched.
    pub fn init(path: &Path, name: &str, machine: Machine) -> Result<Site, SiteError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let bad_name = || SiteError::SiteName {
            name: name.to_owned(),
        };
        if !name.chars().all(plain) {
            return Err(bad_name());
        }
        if path.join(store::folder::DATABASE).exists() || path.join(KEY).exists() {
            return Err(SiteError::SiteExists {
                path: path.display().to_string(),
            });
        }
        let origin = Origin::new(name, 1).map_err(|_| bad_name())?;
        let seed = machine.random.bytes32().map_err(SiteError::Random)?;
        let key = SigningKey::from_seed(&origin.to_string(), &seed).map_err(|_| bad_name())?;
        make_private_folder(path)?;
        // The public key comes first: a folder that has the signing key is whole.
        write_new(
            &path.join(PUBLIC_KEY),
            &format!("{}\n", key.verifying_key()),
            0o644,
        )?;
        twin::step("public key written");
        write_new(&path.join(KEY), &format!("{}\n", key.to_skey()), 0o600)?;
        twin::step("signing key written");
        Site::open(path, machine)
    }

    /// Opens a data folder and finishes what a crash left undone.
    ///
    /// # Errors
    /// No data folder, one that another process uses, a database behind its tip, damage.
    pub fn open(path: &Path, machine: Machine) -> Result<Site, SiteError> {
        let key_path = path.join(KEY);
        if !key_path.exists() {
            return Err(SiteError::NoSite {
                path: path.display().to_string(),
            });
        }
        let damaged = |why: String| SiteError::Damaged {
            path: key_path.display().to_string(),
            why,
        };
        let key =
            SigningKey::parse(read_text(&key_path)?.trim()).map_err(|error| damaged(error.to_string()))?;
        let origin = Origin::parse(key.name()).map_err(|error| damaged(error.to_string()))?;
        let verifying_key = key.verifying_key();
        refuse_other_public_key(path, &verifying_key)?;
        refuse_lost_database(path)?;
        let folder = DataFolder::open(path)?;
        if let Some(head) = folder.store().head()? {
            // Signing on with another key would make a ledger that nobody can verify.
            Checkpoint::verify(&head.checkpoint, &verifying_key)
                .map_err(|error| damaged(format!("it is not the key that signed this ledger: {error}")))?;
        }
        let writer = folder.start_writer(Box::new(key), WriterOptions::new(origin.clone()))?;
        let mut site = Site {
            name: origin.site().to_owned(),
            machine,
            store: folder.store(),
            originals: folder.originals(),
            writer,
            verifying_key,
            resumed: Vec::new(),
            _folder: folder,
        };
        if site.store.head()?.is_none() {
            site.open_epoch(EpochOpened {
                site: origin.site().to_owned(),
                epoch: origin.epoch(),
                previous: None,
                reason: "init".to_owned(),
                approvers: Vec::new(),
                left_behind: Vec::new(),
            })?;
        }
        site.resumed = intake::resume_pending(&site)?;
        Ok(site)
    }

    /// What opening finished of an earlier, interrupted run.
    pub fn resumed(&self) -> &[Taken] {
        &self.resumed
    }

    /// The public key under which receipts verify.
    pub fn public_key(&self) -> String {
        self.verifying_key.to_string()
    }

    /// Whether everything received is accounted for, and where the ledger stands.
    ///
    /// # Errors
    /// What the store reports.
    pub fn status(&self) -> Result<Status, SiteError> {
        let account = self.store.conservation()?;
        let head = self.signed_head()?;
        Ok(Status {
            received: account.received,
            stored: account.stored,
            duplicate: account.duplicate,
            rejected: account.rejected,
            pending: account.pending,
            tree_size: head.size,
            root: head.root.to_string(),
            epoch: head.epoch,
            site: self.name.clone(),
            invoices: self.store.outcome_counts()?.invoices,
            lost: account.missing,
            surplus: account.surplus,
            checkpoint: head.checkpoint,
        })
    }

    /// The head, if it is the one that was signed.
    pub(crate) fn signed_head(&self) -> Result<Head, SiteError> {
        let damaged = |why: String| SiteError::Damaged {
            path: format!("head of {}", self.name),
            why,
        };
        let head = self
            .store
            .head()?
            .ok_or_else(|| damaged("it is gone".to_owned()))?;
        let checkpoint = Checkpoint::verify(&head.checkpoint, &self.verifying_key)
            .map_err(|error| damaged(error.to_string()))?;
        if checkpoint.tip() != head.tip() {
            return Err(damaged("it is not what was signed".to_owned()));
        }
        Ok(head)
    }

    /// Our own companies.
    ///
    /// # Errors
    /// What the store reports.
    pub fn entities(&self) -> Result<Vec<Entity>, SiteError> {
        Ok(self.store.entities()?)
    }

    /// Drops the rows and makes them again from the ledger; answers from how many entries.
    ///
    /// # Errors
    /// What the store reports; a rebuild that was interrupted goes on at the next start.
    pub fn rebuild(&self) -> Result<u64, SiteError> {
        Ok(store::rebuild(self.store.as_ref())?)
    }

    /// One entry, as it is stored.
    ///
    /// # Errors
    /// What the store reports, or an entry that cannot be decoded.
    pub fn entry(&self, index: u64) -> Result<Option<EntryView>, SiteError> {
        let Some(stored) = self.store.entry(index)? else {
            return Ok(None);
        };
        let damaged = |why: String| SiteError::Damaged {
            path: format!("entry {index}"),
            why,
        };
        if Entry::leaf_hash(&stored.bytes) != stored.leaf_hash && !twin::is_on("content_shown_unopened") {
            return Err(damaged("its bytes are not those its hash is of".to_owned()));
        }
        let entry = Entry::decode(&stored.bytes).map_err(|error| damaged(error.to_string()))?;
        Ok(Some(EntryView {
            index,
            leaf_hash: stored.leaf_hash,
            entry,
        }))
    }

    /// The fact behind an entry; `None` where there is no such entry or its payload was destroyed.
    pub(crate) fn fact(&self, index: u64) -> Result<Option<Fact>, SiteError> {
        let (Some(view), Some(payload)) = (self.entry(index)?, self.store.payload(index)?) else {
            return Ok(None);
        };
        let damaged = |why: String| SiteError::Damaged {
            path: format!("payload of entry {index}"),
            why,
        };
        // What the entry does not commit to is nobody's word.
        let is_committed = view.entry.commitment.opens_to(&payload.salt, &payload.payload);
        if !is_committed && !twin::is_on("content_shown_unopened") {
            return Err(damaged("it is not the one committed to".to_owned()));
        }
        let fact = Fact::decode(&view.entry.fact_kind, view.entry.fact_version, &payload.payload);
        fact.map(Some).map_err(|error| damaged(error.to_string()))
    }

    /// The bytes of an original, compared with its digest.
    ///
    /// # Errors
    /// A missing or damaged original.
    pub fn original(&self, digest: &Digest) -> Result<Vec<u8>, SiteError> {
        Ok(self.originals.get(digest)?)
    }

    /// The original of an invoice by its number, or any original by its SHA-256. `None` where there is none, or where
    /// the number fits several invoices.
    ///
    /// # Errors
    /// A missing or damaged original, and what the store reports.
    pub fn original_of(&self, number: &str) -> Result<Option<Original>, SiteError> {
        if let Some(digest) = Digest::parse(number.trim()) {
            let known = self.originals.contains(&digest)?;
            return known
                .then(|| {
                    Ok(Original {
                        digest,
                        bytes: self.original(&digest)?,
                        others: Vec::new(),
                    })
                })
                .transpose();
        }
        let Details::One(detail) = self.details_of(number)? else {
            return Ok(None);
        };
        let mut renditions: Vec<(Digest, Format)> = detail
            .renditions
            .iter()
            .map(|row| (row.digest, row.format))
            .collect();
        renditions.sort_by_key(|(_, format)| *format);
        renditions.dedup();
        if renditions.is_empty() {
            return Ok(None);
        }
        let (digest, _) = renditions.remove(0);
        Ok(Some(Original {
            digest,
            bytes: self.original(&digest)?,
            others: renditions,
        }))
    }

    /// Digests of every original that an entry names, in the order of the ledger.
    ///
    /// # Errors
    /// What the store reports.
    pub fn recorded_digests(&self) -> Result<Vec<Digest>, SiteError> {
        let size = self.store.head()?.map_or(0, |head| head.size);
        let mut digests = Vec::new();
        for index in 0..size {
            digests.extend(
                self.entry(index)?
                    .into_iter()
                    .flat_map(|view| view.entry.originals),
            );
        }
        Ok(digests)
    }

    pub(crate) fn machine(&self) -> &Machine {
        &self.machine
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    pub(crate) fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Keeps bytes durably.
    pub(crate) fn keep(&self, bytes: &[u8]) -> Result<Digest, SiteError> {
        Ok(self.originals.put(bytes)?)
    }

    /// Whether there is a file for these bytes.
    pub(crate) fn has_original(&self, digest: &Digest) -> Result<bool, SiteError> {
        Ok(self.originals.contains(digest)?)
    }

    /// The entry that first recorded an original.
    pub(crate) fn first_entry_of(&self, digest: &Digest) -> Result<Option<u64>, SiteError> {
        Ok(self.store.first_entry(&UniqueKey::file(digest))?)
    }

    /// Whether a member of a zip has arrived already.
    pub(crate) fn has_member(&self, parent: &Digest, digest: &Digest, name: &str) -> Result<bool, SiteError> {
        Ok(self.store.has_member(parent, digest, name)?)
    }

    /// The arrivals without an outcome.
    pub(crate) fn pending(&self) -> Result<Vec<Arrival>, SiteError> {
        let known = |pending: store::Arrival| Arrival {
            number: pending.number,
            received: Received {
                digest: pending.arrival.digest,
                size: pending.arrival.size,
                name: pending.arrival.name,
                parent: pending.arrival.parent,
            },
            waits_for: WaitsFor::parse(&pending.arrival.waits_for),
        };
        Ok(self.store.pending()?.into_iter().map(known).collect())
    }

    /// Notes what a pending arrival waits for.
    pub(crate) fn wait_for(&self, arrival: &Arrival, waits_for: WaitsFor) -> Result<(), SiteError> {
        Ok(self.store.set_waits_for(arrival.number, waits_for.as_str())?)
    }
}

/// The public key of the ledger in a data folder. Needs no lock, so it answers beside a running process.
///
/// # Errors
/// No data folder.
pub fn public_key_of(path: &Path) -> Result<String, SiteError> {
    let key_path = path.join(PUBLIC_KEY);
    if !key_path.exists() {
        return Err(SiteError::NoSite {
            path: path.display().to_string(),
        });
    }
    Ok(read_text(&key_path)?.trim().to_owned())
}

/// Our own companies in a data folder, for checking files that are not recorded. A folder that is not there, or that
/// another process uses, has none to say: the checks that ask for them are then left out.
pub fn entities_of(path: &Path) -> Vec<Entity> {
    if !path.join(store::folder::DATABASE).exists() {
        return Vec::new();
    }
    DataFolder::open(path)
        .and_then(|folder| folder.store().entities())
        .unwrap_or_default()
}

/// Verifies a whole data folder against its public key. Changes nothing and recovers nothing.
///
/// # Errors
/// No data folder, or one that cannot be read. What can be read and is wrong is told in the report.
pub fn verify_site(path: &Path, progress: &dyn Fn(VerifyProgress)) -> Result<VerifyReport, SiteError> {
    verify_extent(path, Extent::Everything, &[], progress)
}

/// Verifies a whole data folder, and that its ledger continues each of these signed checkpoints. Kept where nobody who
/// could alter the folder could alter them, they show what the folder itself cannot: that it was put back whole to an
/// older state, or that its history was rewritten with its own key.
///
/// # Errors
/// As those of [`verify_site`].
pub fn verify_site_against(
    path: &Path,
    kept: &[String],
    progress: &dyn Fn(VerifyProgress),
) -> Result<VerifyReport, SiteError> {
    verify_extent(path, Extent::Everything, kept, progress)
}

/// Verifies the ledger of a data folder alone: entries, tree, tip and signature. Much faster, and says nothing of
/// payloads, originals and rows.
///
/// # Errors
/// As those of [`verify_site`].
pub fn verify_ledger(path: &Path, progress: &dyn Fn(VerifyProgress)) -> Result<VerifyReport, SiteError> {
    verify_extent(path, Extent::Ledger, &[], progress)
}

fn verify_extent(
    path: &Path,
    extent: Extent,
    kept: &[String],
    progress: &dyn Fn(VerifyProgress),
) -> Result<VerifyReport, SiteError> {
    if ![KEY, PUBLIC_KEY, store::folder::DATABASE]
        .iter()
        .any(|name| path.join(name).exists())
    {
        return Err(SiteError::NoSite {
            path: path.display().to_string(),
        });
    }
    // A folder that has one of its parts but not the others is damaged, not absent.
    let Ok(vkey) = read_text(&path.join(PUBLIC_KEY)) else {
        return Ok(VerifyReport::damaged(
            PUBLIC_KEY,
            "公钥文件不见了或无法读出",
            "the public key is gone or cannot be read",
        ));
    };
    let key = match VerifyingKey::parse(vkey.trim()) {
        Ok(key) => key,
        Err(error) => return Ok(VerifyReport::refused(PUBLIC_KEY, &error)),
    };
    let signing = read_text(&path.join(KEY)).ok();
    let signing = signing.and_then(|text| SigningKey::parse(text.trim()).ok());
    if signing.is_none_or(|signing| signing.verifying_key() != key) {
        return Ok(VerifyReport::damaged(
            KEY,
            "签名密钥不见了、已损坏，或与公钥 key.pub 不是一对",
            "the signing key is gone, damaged, or not the one of key.pub",
        ));
    }
    if let Err(error) = refuse_lost_database(path) {
        return Ok(VerifyReport::refused("database", &error));
    }
    match DataFolder::open(path)
        .map_err(SiteError::from)
        .and_then(|folder| verify::verify(&folder, &key, extent, kept, progress))
    {
        // Damage so deep that the store itself refuses: still a finding, not a failure to look.
        Err(SiteError::Store(error)) if is_damage(&error) => Ok(VerifyReport::refused("store", &error)),
        other => other,
    }
}

/// A public key beside the signing key that is not its own was put there by somebody else: receipts would verify under
/// a key that never signed.
fn refuse_other_public_key(path: &Path, own: &VerifyingKey) -> Result<(), SiteError> {
    let path = path.join(PUBLIC_KEY);
    let text = read_text(&path)?;
    if VerifyingKey::parse(text.trim()).is_ok_and(|key| key == *own) {
        return Ok(());
    }
    Err(SiteError::Damaged {
        path: path.display().to_string(),
        why: "it is not the public key of the signing key beside it".to_owned(),
    })
}

/// Refuses to begin anew where there was a ledger: without database and tip a folder looks fresh, but a second ledger
/// under the same key would contradict every receipt of the first.
fn refuse_lost_database(path: &Path) -> Result<(), SiteError> {
    let database = path.join(store::folder::DATABASE);
    let holds_originals = || {
        let folders = fs::read_dir(path.join(store::folder::ORIGINALS));
        folders.is_ok_and(|mut folders| {
            folders.any(|folder| folder.is_ok_and(|folder| folder.file_name().len() == 2))
        })
    };
    // A tip file that knows no head is of a folder that was just being made.
    let was_signed = || TipFile::open(&path.join(store::folder::TIP)).is_ok_and(|tip| tip.known().is_some());
    if database.exists() || !(was_signed() || holds_originals()) {
        return Ok(());
    }
    Err(SiteError::Damaged {
        path: database.display().to_string(),
        why: "it is gone, although there was a ledger here".to_owned(),
    })
}

/// Whether a refusal of the store is itself the damage that was looked for.
fn is_damage(error: &StoreError) -> bool {
    error.kind() == ErrorKind::Corrupt || matches!(error, StoreError::Tip { .. })
}

fn read_text(path: &Path) -> Result<String, SiteError> {
    fs::read_to_string(path).map_err(|source| SiteError::ReadFile {
        path: path.display().to_string(),
        source,
    })
}

/// Makes the data folder, durably, and readable by its owner alone where the system knows owners. Were its own name not
/// synced, a power cut could take the whole folder with everything that was acknowledged in it.
fn make_private_folder(path: &Path) -> Result<(), SiteError> {
    let failed = |source| SiteError::WriteFile {
        path: path.display().to_string(),
        source,
    };
    store::folder::make_folders(path).map_err(failed)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(failed)?;
    Ok(())
}

/// Writes a small file whole or not at all, durably. A crash before the rename leaves a `.part` that is overwritten.
fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), SiteError> {
    let write = || {
        let part = path.with_extension("part");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        let mut file = options.open(&part)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        match path.parent() {
            Some(folder) => fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    };
    write().map_err(|source| SiteError::WriteFile {
        path: path.display().to_string(),
        source,
    })
}
