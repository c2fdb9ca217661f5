//! What a reading child gives up before it sees the first byte of a file.
//!
//! Three layers, each of which would do alone: resource limits (heap, address space, processor time, no file to
//! write), Landlock (no path can be opened, no TCP, no signal to others) and a seccomp filter that refuses every
//! system call but those that compute, allocate and use the open pipes. A kernel may lack the last two; then the child
//! works on without, and [`try_to_escape`] says so: nothing here pretends. It is run by `piaoku status`.

use std::fs::{self, File};
use std::io;
use std::net::{TcpStream, UdpSocket};
use std::process::{Command, Stdio};
use std::thread;

use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// What one child may use of heap, in bytes. A file needing more is refused by its death.
pub(crate) const CHILD_DATA_BYTES_MAX: u64 = 256 << 20;
/// What one child may map in all, its own program included.
const CHILD_ADDRESS_BYTES_MAX: u64 = CHILD_DATA_BYTES_MAX + (512 << 20);
/// Processor seconds for one file. The parent has a clock, too; this holds for a child whose parent was killed.
const CHILD_CPU_SECS_MAX: u64 = 10;

/// How far a layer of the sandbox holds on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Layer {
    /// The kernel enforces it.
    Enforced,
    /// The kernel knows only a part of it.
    Partial,
    /// The kernel does not know it, or refuses.
    Missing {
        /// Why, in the kernel's words.
        why: String,
    },
}

impl Layer {
    fn missing(why: &(impl ToString + ?Sized)) -> Layer {
        Layer::Missing { why: why.to_string() }
    }
}

/// Something that a confined child tried and must not be able to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What it tried.
    pub what: String,
    /// Whether the kernel refused.
    pub refused: bool,
    /// What the kernel answered.
    pub answer: String,
}

/// What holds a reading child on this machine: measured by a child that tried to get out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// The filter of system calls (seccomp).
    pub system_calls: Layer,
    /// The file system and the network (Landlock).
    pub landlock: Layer,
    /// What the child tried, and how it went.
    pub attempts: Vec<Attempt>,
}

impl Sandbox {
    /// Whether everything that was tried was refused.
    pub fn holds(&self) -> bool {
        !self.attempts.is_empty() && self.attempts.iter().all(|attempt| attempt.refused)
    }
}

/// Gives up what a reader never needs, for good. Says what the kernel could not enforce.
pub(crate) fn confine() -> (Layer, Layer) {
    let landlock = if twin::is_on("sandbox_not_applied") {
        Layer::missing("twin")
    } else {
        give_up_files()
    };
    lower_limits();
    // The filter comes last: it refuses what the other layers need to be set up.
    let system_calls = if twin::is_on("sandbox_not_applied") {
        Layer::missing("twin")
    } else {
        match give_up_system_calls() {
            Ok(()) => Layer::Enforced,
            Err(error) => Layer::missing(error.as_ref()),
        }
    };
    (system_calls, landlock)
}

/// Failing to lower a limit is not fatal: the parent still watches the clock.
fn lower_limits() {
    let lower = |resource, most| {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        let _lowered = setrlimit(resource, limit).is_ok();
    };
    if !twin::is_on("memory_limit_off") {
        lower(Resource::Data, CHILD_DATA_BYTES_MAX);
        lower(Resource::As, CHILD_ADDRESS_BYTES_MAX);
    }
    lower(Resource::Core, 0);
    lower(Resource::Fsize, 0);
    // Standard input, output and error are open; no number is left for another.
    lower(Resource::Nofile, 3);
    lower(Resource::Nproc, 0);
}

/// Allows the processor time of one more file. A child outlives many files, and so the limit moves along.
pub(crate) fn allow_one_file() {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let limit = Rlimit {
        current: Some(used.saturating_add(CHILD_CPU_SECS_MAX)),
        maximum: None,
    };
    let _set = setrlimit(Resource::Cpu, limit).is_ok();
}

#[cfg(target_os = "linux")]
fn give_up_files() -> Layer {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
    // What is handled and not allowed by a rule is refused; there is no rule. Kernels that know less enforce less.
    let restricted = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V5)))
        .and_then(|rules| rules.scope(Scope::AbstractUnixSocket | Scope::Signal))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    match restricted.map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Layer::Enforced,
        Ok(RulesetStatus::PartiallyEnforced) => Layer::Partial,
        Ok(RulesetStatus::NotEnforced) => Layer::missing("the kernel has no Landlock"),
        Err(error) => Layer::missing(&error),
    }
}

#[cfg(target_os = "linux")]
fn give_up_system_calls() -> Result<(), Box<dyn std::error::Error>> {
    use std::collections::BTreeMap;

    use seccompiler::SeccompCmpArgLen::Dword;
    use seccompiler::SeccompCmpOp::{Eq, MaskedEq};
    use seccompiler::{BpfProgram, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule};

    // Computing, allocating, the open pipes, and ending. An empty list of rules allows whatever the arguments.
    let mut allowed: BTreeMap<i64, Vec<SeccompRule>> = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_lseek,
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_restart_syscall,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ]
    .into_iter()
    .map(|number| (number, Vec::new()))
    .collect();
    let only = |conditions| SeccompRule::new(conditions).map(|rule| vec![rule]);
    let not_executable =
        SeccompCondition::new(2, Dword, MaskedEq(u64::from(libc::PROT_EXEC.unsigned_abs())), 0)?;
    allowed.insert(libc::SYS_mmap, only(vec![not_executable.clone()])?);
    allowed.insert(libc::SYS_mprotect, only(vec![not_executable])?);
    // Aborting is a signal to oneself.
    let itself = SeccompCondition::new(0, Dword, Eq, u64::from(std::process::id()))?;
    allowed.insert(libc::SYS_tgkill, only(vec![itself])?);
    // The processor time of the next file, see `allow_one_file`.
    let own = SeccompCondition::new(0, Dword, Eq, 0)?;
    let processor = SeccompCondition::new(1, Dword, Eq, u64::from(libc::RLIMIT_CPU))?;
    allowed.insert(libc::SYS_prlimit64, only(vec![own, processor])?);
    let filter = SeccompFilter::new(
        allowed,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&program)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn give_up_files() -> Layer {
    Layer::missing("only Linux has Landlock")
}

#[cfg(not(target_os = "linux"))]
fn give_up_system_calls() -> Result<(), Box<dyn std::error::Error>> {
    Err("only Linux has seccomp".into())
}

/// Confines this process as every reading child is, then tries what a hostile file would try with its hands on it.
/// Called by the hidden verb of the binary; the process is of no use afterwards.
pub fn try_to_escape() -> Sandbox {
    let (system_calls, landlock) = confine();
    let scratch = std::env::temp_dir().join(format!("piaoku-escape-{}", std::process::id()));
    let attempts = vec![
        attempt("connect to a TCP port", TcpStream::connect(("127.0.0.1", 9))),
        attempt("open a UDP socket", UdpSocket::bind(("127.0.0.1", 0))),
        attempt("open /etc/passwd to read", File::open("/etc/passwd")),
        attempt("list the root folder", fs::read_dir("/")),
        attempt("make a file", File::create(&scratch)),
        attempt("remove a file", fs::remove_file(&scratch)),
        attempt("make a folder", fs::create_dir(&scratch)),
        attempt(
            "start a program",
            Command::new("/bin/true").stdin(Stdio::null()).spawn(),
        ),
        attempt("start a thread", thread::Builder::new().spawn(|| ())),
    ];
    let _removed = fs::remove_dir(&scratch).is_ok();
    Sandbox {
        system_calls,
        landlock,
        attempts,
    }
}

/// An attempt is refused when the kernel says that it is not allowed, or leaves no room for it. "Nobody listens there"
/// and "no such file" are answers of someone who looked.
fn attempt<T>(what: &str, outcome: io::Result<T>) -> Attempt {
    use io::ErrorKind::{ConnectionRefused, NotFound};
    Attempt {
        what: what.to_owned(),
        refused: matches!(&outcome, Err(error) if !matches!(error.kind(), ConnectionRefused | NotFound)),
        answer: outcome
            .err()
            .map_or_else(|| "done".to_owned(), |error| error.to_string()),
    }
}
