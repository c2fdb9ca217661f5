//! The parent's side: a few children, each used by one caller at a time, killed when they take too long.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use invoice::{Digest, Format, Reading};

use super::child::{read_answer, write_frame};
use super::tree::{Opened, ReadTree, open_file, walk};

/// How long one file may take.
const READ_SECS_MAX: u64 = 10;

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
            idle: Mutex::new((0..count.max(1)).map(|_| None).collect()),
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

    fn open(&self, bytes: &[u8]) -> Result<Opened, ReaderError> {
        if bytes.len() > reader::limits::FILE_BYTES_MAX {
            return Ok(unread(
                bytes,
                &reader::faults::BEYOND_LIMIT,
                "文件超过 64 MiB，未读取",
            ));
        }
        match self {
            Readers::InProcess => Ok(open_file(bytes)),
            Readers::Children(pool) => pool.read(bytes),
        }
    }
}

/// A number of seats; each holds a child that waits for work, or nothing yet.
pub struct Pool {
    program: PathBuf,
    arguments: Vec<String>,
    idle: Mutex<Vec<Option<Worker>>>,
    returned: Condvar,
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
        // A used child may die of what an earlier file left behind, so a death there is tried once more in a fresh
        // one. Slowness is the file's own doing and is not tried again.
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
            outcome = worker.read(bytes);
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
        Ok(match outcome {
            Ok(opened) => opened,
            Err(Death::Slow) => unread(
                bytes,
                &reader::faults::READER_KILLED,
                &format!("识读超过 {READ_SECS_MAX} 秒，已中止"),
            ),
            Err(Death::Gone) => unread(
                bytes,
                &reader::faults::READER_KILLED,
                "识读进程超出内存限制或异常退出，已中止",
            ),
        })
    }

    /// Waits for a seat. A panic elsewhere does not make the seats unusable: they hold no half-done work.
    fn take_seat(&self) -> Option<Worker> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(seat) = idle.pop() {
                return seat;
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn return_seat(&self, seat: Option<Worker>) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(seat);
        self.returned.notify_one();
    }

    fn start(&self) -> Result<Worker, ReaderError> {
        let failed = |source| ReaderError {
            program: self.program.display().to_string(),
            source,
        };
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let broken = || failed(io::ErrorKind::BrokenPipe.into());
        let input = child.stdin.take().ok_or_else(broken)?;
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
    fn read(&mut self, bytes: &[u8]) -> Result<Opened, Death> {
        write_frame(&mut self.input, bytes)
            .and_then(|()| self.input.flush())
            .map_err(|_| Death::Gone)?;
        let opened = self
            .answers
            .recv_timeout(Duration::from_secs(READ_SECS_MAX))
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

impl Drop for Worker {
    fn drop(&mut self) {
        // Nothing to do about a failure: the child is gone already.
        let _killed = self.child.kill().is_ok();
        let _waited = self.child.wait().is_ok();
    }
}

/// The answer for a file that was not read.
fn unread(bytes: &[u8], kind: &invoice::FaultKind, message: &str) -> Opened {
    let mut reading = Reading::new(Digest::of(bytes), Format::Unknown, reader::READER_VERSION);
    reading.faults.push(kind.at("file", message));
    Opened {
        reading,
        names: Vec::new(),
        members: Vec::new(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// What a shell script in place of the reading child brings about.
    fn read_by(script: &str) -> Reading {
        let readers = Readers::children(PathBuf::from("/bin/sh"), &["-c", script], 1);
        let mut tree = readers.read(b"some file").expect("a shell starts");
        assert_eq!(tree.nodes.len(), 1);
        tree.nodes.remove(0).reading
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
            let reading = read_by(script);
            let codes: Vec<&str> = reading.faults.iter().map(|fault| fault.code.as_str()).collect();
            assert_eq!(codes, ["F011"], "{script}");
            assert_eq!(reading.original, Digest::of(b"some file"));
        }
    }

    #[test]
    fn a_machine_without_a_child_is_an_error() {
        let readers = Readers::children(PathBuf::from("/nowhere/piaoku"), &[], 1);
        assert!(readers.read(b"some file").is_err());
        assert!(readers.read(b"some file").is_err(), "the seat was given back");
    }
}
