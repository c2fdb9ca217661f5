//! The parent's side: a few children, each used by one caller at a time, killed when they take too long.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use invoice::{Digest, Fault, Format, Reading};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, setpriority_process};

use super::child::{read_answer, write_frame};
use super::sandbox::Sandbox;
use super::tree::{Opened, ReadTree, open_file, walk};

/// How long one file may take, from the first byte handed to the child to the last byte of its answer.
const READ_TIME_MAX: Duration = Duration::from_secs(10);
/// A file that takes longer gives its place to others and goes on behind them, so that hostile ones hold nobody up.
const SEAT_TIME_MAX: Duration = Duration::from_secs(1);
/// How much nicer those are that go on behind: a tenth of the time of one that does not.
const BEHIND: i32 = 10;
/// How much more of the clock those have: their processor time is limited by the kernel, and being polite on a busy
/// machine must not cost an honest file its life.
const BEHIND_TIMES: u32 = 3;
/// More than any report of [`super::try_to_escape`].
const REPORT_BYTES_MAX: u64 = 64 << 10;
/// The word after a child's usual arguments that makes it try to escape instead of reading.
pub const TRY_TO_ESCAPE: &str = "--try-to-escape";

/// No child could be started or spoken to: the machine is at fault, not the file.
#[derive(Debug, thiserror::Error)]
#[error("start the reading child {program}")]
pub struct ReaderError {
    program: String,
    #[source]
    source: io::Error,
}

/// Where reading is done.
pub enum Readers {
    /// In the caller's own process: for tests over files that are known to be harmless.
    InProcess,
    /// In children that can be killed.
    Children(Pool),
}

impl Readers {
    /// Children of this program: it is started with `arguments` and must then call [`super::serve_child`].
    pub fn children(program: PathBuf, arguments: &[&str], count: usize) -> Readers {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Readers::Children(Pool {
            program,
            arguments,
            time_max: READ_TIME_MAX,
            behind_max: count.max(1),
            seats: Mutex::new(Seats {
                idle: (0..count.max(1)).map(|_| None).collect(),
                behind: 0,
            }),
            returned: Condvar::new(),
        })
    }

    /// Reads a file and everything inside it. Each file has its own limits of time and memory.
    ///
    /// # Errors
    /// Only when no child can be started. A file that kills its reader is a reading with fault `F011`.
    pub fn read(&self, bytes: &[u8]) -> Result<ReadTree, ReaderError> {
        walk(bytes, &|bytes| self.open(bytes))
    }

    /// What holds a child on this machine: one is started and tries to get out. `None` where reading is done in the
    /// caller's own process, which nothing holds.
    ///
    /// # Errors
    /// When no child can be started, or it does not report.
    pub fn sandbox(&self) -> Result<Option<Sandbox>, ReaderError> {
        match self {
            Readers::InProcess => Ok(None),
            Readers::Children(pool) => pool.sandbox().map(Some),
        }
    }

    fn open(&self, bytes: &[u8]) -> Result<Opened, ReaderError> {
        if bytes.len() > reader::limits::FILE_BYTES_MAX {
            return Ok(unread(bytes, crate::too_large()));
        }
        match self {
            Readers::InProcess => Ok(open_file(bytes)),
            Readers::Children(pool) => pool.read(bytes),
        }
    }
}

/// A number of seats; each holds a child that waits for work, or nothing yet. A file that is slow leaves its seat and
/// goes on with less priority, no more of them at once than there are seats.
pub struct Pool {
    program: PathBuf,
    arguments: Vec<String>,
    time_max: Duration,
    behind_max: usize,
    seats: Mutex<Seats>,
    returned: Condvar,
}

struct Seats {
    /// Those that nobody uses.
    idle: Vec<Option<Worker>>,
    /// How many files go on without a seat.
    behind: usize,
}

/// Why a child gave no answer.
enum Death {
    Slow,
    Gone,
}

impl Pool {
    fn read(&self, bytes: &[u8]) -> Result<Opened, ReaderError> {
        let mut seat = self.take_seat();
        let mut outcome = Err(Death::Gone);
        let deadline = Instant::now() + self.time_max;
        // A used child may die of what an earlier file left behind, so a death there is tried once more in a fresh
        // one, within the same time. Slowness is the file's own doing and is not tried again.
        for _ in 0..2 {
            let (mut worker, fresh) = match seat.take() {
                Some(worker) => (worker, false),
                None => match self.start() {
                    Ok(worker) => (worker, true),
                    Err(error) => {
                        self.return_seat(None);
                        return Err(error);
                    }
                },
            };
            outcome = worker.ask(bytes, deadline).and_then(|()| {
                let patience = deadline.min(Instant::now() + SEAT_TIME_MAX);
                worker.answer(bytes, patience)
            });
            if matches!(outcome, Err(Death::Slow)) && Instant::now() < deadline {
                let behind = self.leave_seat(&worker);
                let more = if behind {
                    self.time_max * (BEHIND_TIMES - 1)
                } else {
                    Duration::ZERO
                };
                outcome = worker.answer(bytes, deadline + more);
                if behind {
                    // Its priority cannot be raised again, so the child is not used again either.
                    drop(worker);
                    self.seats().behind -= 1;
                    return Ok(self.told(outcome, bytes));
                }
            }
            match outcome {
                Ok(_) => {
                    seat = Some(worker);
                    break;
                }
                Err(Death::Gone) if !fresh => {}
                Err(_) => break,
            }
        }
        self.return_seat(seat);
        Ok(self.told(outcome, bytes))
    }

    fn told(&self, outcome: Result<Opened, Death>, bytes: &[u8]) -> Opened {
        outcome.unwrap_or_else(|death| unread(bytes, self.killed(&death)))
    }

    fn killed(&self, death: &Death) -> Fault {
        let message = match death {
            Death::Slow => format!("识读超过 {} 秒，已中止", self.time_max.as_secs()),
            Death::Gone => "识读进程超出时间或内存限制，或异常退出，已中止".to_owned(),
        };
        reader::faults::READER_KILLED.at("file", message)
    }

    /// A panic elsewhere does not make the seats unusable: they hold no half-done work.
    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a seat.
    fn take_seat(&self) -> Option<Worker> {
        let mut seats = self.seats();
        loop {
            if let Some(seat) = seats.idle.pop() {
                return seat;
            }
            seats = self.returned.wait(seats).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn return_seat(&self, seat: Option<Worker>) {
        self.seats().idle.push(seat);
        self.returned.notify_one();
    }

    /// Gives the seat of a slow file to others, if not too many go on behind already.
    fn leave_seat(&self, worker: &Worker) -> bool {
        if twin::is_on("slow_files_keep_their_seats") {
            return false;
        }
        {
            let mut seats = self.seats();
            if seats.behind >= self.behind_max {
                return false;
            }
            seats.behind += 1;
        }
        // Where the priority cannot be lowered, it is one more process among others.
        let _lowered = setpriority_process(Some(Pid::from_child(&worker.child)), BEHIND).is_ok();
        self.return_seat(None);
        true
    }

    fn failed(&self, source: io::Error) -> ReaderError {
        ReaderError {
            program: self.program.display().to_string(),
            source,
        }
    }

    /// The program with nothing but its arguments: not even the environment is handed on.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(twin::handed_on())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    fn sandbox(&self) -> Result<Sandbox, ReaderError> {
        let failed = |source| self.failed(source);
        let mut command = self.command();
        command.arg(TRY_TO_ESCAPE).stdin(Stdio::null());
        let mut child = command.spawn().map_err(failed)?;
        let mut report = Vec::new();
        if let Some(output) = child.stdout.take() {
            output
                .take(REPORT_BYTES_MAX)
                .read_to_end(&mut report)
                .map_err(failed)?;
        }
        child.wait().map_err(failed)?;
        serde_json::from_slice(&report).map_err(|error| failed(io::Error::other(error)))
    }

    fn start(&self) -> Result<Worker, ReaderError> {
        let failed = |source| self.failed(source);
        let mut child = self.command().spawn().map_err(failed)?;
        let broken = || failed(io::ErrorKind::BrokenPipe.into());
        let input = child.stdin.take().ok_or_else(broken)?;
        // A child that does not read must not hold its caller: see `write_until`. Only our end of the pipe is changed.
        rustix::io::ioctl_fionbio(&input, true).map_err(|error| failed(error.into()))?;
        let mut output = io::BufReader::new(child.stdout.take().ok_or_else(broken)?);
        let (sender, answers) = channel();
        // Ends by itself: the pipe closes when the child dies, and the channel when the worker is dropped.
        thread::spawn(move || {
            while let Ok(opened) = read_answer(&mut output) {
                if sender.send(opened).is_err() {
                    break;
                }
            }
        });
        Ok(Worker {
            child,
            input,
            answers,
        })
    }
}

/// A child that waits for work.
struct Worker {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Opened>,
}

impl Worker {
    fn ask(&mut self, bytes: &[u8], deadline: Instant) -> Result<(), Death> {
        let mut input = Until {
            pipe: &mut self.input,
            deadline,
        };
        write_frame(&mut input, bytes).map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => Death::Slow,
            _ => Death::Gone,
        })
    }

    /// Waits for the answer about these bytes. It may be asked for again when it was slow.
    fn answer(&self, bytes: &[u8], until: Instant) -> Result<Opened, Death> {
        if twin::is_on("time_limit_off") {
            return self.answers.recv().map_err(|_| Death::Gone);
        }
        let opened = self
            .answers
            .recv_timeout(until.saturating_duration_since(Instant::now()))
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => Death::Slow,
                RecvTimeoutError::Disconnected => Death::Gone,
            })?;
        // An answer about other bytes than those asked about must never be believed.
        if opened.reading.original != Digest::of(bytes) {
            return Err(Death::Gone);
        }
        Ok(opened)
    }
}

/// The pipe to a child, written without ever waiting beyond the deadline.
struct Until<'a> {
    pipe: &'a mut ChildStdin,
    deadline: Instant,
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.pipe.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return written,
            }
            let left = self.deadline.saturating_duration_since(Instant::now());
            let left = if twin::is_on("write_time_limit_off") {
                READ_TIME_MAX
            } else {
                left
            };
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            // Whatever woke us, the next attempt to write tells how things stand.
            let mut ready = [PollFd::new(&*self.pipe, PollFlags::OUT)];
            match poll(&mut ready, Some(&left)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Nothing to do about a failure: the child is gone already.
        let _killed = self.child.kill().is_ok();
        let _waited = self.child.wait().is_ok();
    }
}

/// The answer for a file that was not read.
fn unread(bytes: &[u8], fault: Fault) -> Opened {
    let mut reading = Reading::new(Digest::of(bytes), Format::Unknown, reader::READER_VERSION);
    reading.faults.push(fault);
    Opened {
        reading,
        names: Vec::new(),
        members: Vec::new(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// A child that is a shell script, with little time.
    fn scripted(script: &str, time_max: Duration) -> Readers {
        let mut readers = Readers::children(PathBuf::from("/bin/sh"), &["-c", script], 1);
        if let Readers::Children(pool) = &mut readers {
            pool.time_max = time_max;
        }
        readers
    }

    fn read_by(script: &str, time_max: Duration, bytes: &[u8]) -> Reading {
        let mut tree = scripted(script, time_max).read(bytes).expect("a shell starts");
        assert_eq!(tree.nodes.len(), 1);
        tree.nodes.remove(0).reading
    }

    fn told(reading: &Reading) -> (Vec<&str>, &str) {
        let codes = reading.faults.iter().map(|fault| fault.code.as_str()).collect();
        (codes, reading.faults.first().map_or("", |fault| &fault.message))
    }

    #[test]
    fn a_child_that_dies_or_talks_nonsense_is_a_fault_of_the_file() {
        for script in [
            "exit 0",
            "kill -9 $$",
            "head -c 4 /dev/zero",
            "head -c 100 /dev/zero; cat",
            "printf '\\377\\377\\377\\377\\377\\377\\377\\177'; cat",
        ] {
            let reading = read_by(script, READ_TIME_MAX, b"some file");
            assert_eq!(told(&reading).0, ["F011"], "{script}");
            assert_eq!(reading.original, Digest::of(b"some file"));
        }
    }

    #[test]
    fn a_child_that_never_answers_is_killed() {
        // Three seconds stand for ever: whoever waits for their end is told "gone" instead of "slow".
        let reading = read_by("exec sleep 3", Duration::from_millis(100), b"some file");
        let (codes, message) = told(&reading);
        assert_eq!(codes, ["F011"]);
        assert!(message.contains("识读超过"), "{message}");
    }

    #[test]
    fn a_child_that_never_reads_is_killed() {
        // More than any pipe holds.
        let reading = read_by("exec sleep 3", Duration::from_millis(100), &vec![b'x'; 4 << 20]);
        let (codes, message) = told(&reading);
        assert_eq!(codes, ["F011"]);
        assert!(message.contains("识读超过"), "{message}");
    }

    #[test]
    fn a_child_that_reads_late_is_given_the_whole_file() {
        let script = "sleep 0.3; test $(head -c 300008 | wc -c) = 300008 || sleep 30";
        let reading = read_by(script, READ_TIME_MAX, &vec![b'x'; 300_000]);
        assert!(told(&reading).1.contains("异常退出"));
    }

    #[test]
    fn a_slow_file_holds_nobody_up() {
        // One seat, and a child that is slow for the first file and dies of the others.
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let taken = scratch.path().join("taken").display().to_string();
        let script = format!("mkdir {taken} 2>/dev/null && exec sleep 30; exit 0");
        let readers = scripted(&script, Duration::from_secs(2));
        thread::scope(|scope| {
            let slow = scope.spawn(|| readers.read(b"slow").expect("a shell starts"));
            while !scratch.path().join("taken").exists() {
                thread::sleep(Duration::from_millis(10));
            }
            let quick = readers.read(b"quick").expect("a shell starts");
            assert_eq!(told(&quick.nodes[0].reading).0, ["F011"]);
            assert!(!slow.is_finished(), "the quick file waited for the slow one");
            let slow = slow.join().expect("no panic");
            assert!(told(&slow.nodes[0].reading).1.contains("识读超过"));
        });
        let quick = readers.read(b"quick").expect("the seat is still there");
        assert!(told(&quick.nodes[0].reading).1.contains("异常退出"));
    }

    #[test]
    fn twins_are_caught() {
        let this = "reading::pool::tests::";
        testkit::assert_twin_is_caught(
            "slow_files_keep_their_seats",
            &format!("{this}a_slow_file_holds_nobody_up"),
            &[],
        );
        testkit::assert_twin_is_caught(
            "time_limit_off",
            &format!("{this}a_child_that_never_answers_is_killed"),
            &[],
        );
        testkit::assert_twin_is_caught(
            "write_time_limit_off",
            &format!("{this}a_child_that_never_reads_is_killed"),
            &[],
        );
    }

    #[test]
    fn a_machine_without_a_child_is_an_error() {
        let readers = Readers::children(PathBuf::from("/nowhere/piaoku"), &[], 1);
        assert!(readers.read(b"some file").is_err());
        assert!(readers.read(b"some file").is_err(), "the seat was given back");
        assert!(readers.sandbox().is_err());
    }
}
