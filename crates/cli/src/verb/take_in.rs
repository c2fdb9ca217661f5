//! `piaoku take-in PATH…`: files, folders, zips or stdin, with a progress bar and a table of outcomes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use app::{Incoming, Outcome, SiteError, Taken, WaitsFor};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use invoice::Severity;

use crate::Console;
use crate::lang::{Lang, say};
use crate::table::{Side, cut, printable, table};

/// 收票：文件、文件夹、压缩包，或用 - 表示标准输入。
///
/// Take in files, folders, zips, or stdin as `-`. Handing a file in twice is answered with its first receipt.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 文件或文件夹；- 为标准输入 / files or folders; - is stdin
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// 标准输入的文件名 / name for what comes by stdin
    #[arg(long, default_value = "stdin")]
    name: String,
    /// 逐个列出全部结果，不只列出需要留意的 / list every outcome, not only those that need a look
    #[arg(long, short)]
    all: bool,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let mut folders = Collected::default();
    for path in &words.paths {
        folders.add(path)?;
    }
    let Collected { files, unread } = folders;
    let site = super::open(console)?;
    let total = files.len() as u64;
    let unread = Mutex::new(unread);
    // A file that cannot be read does not stop the others; it is told at the end.
    let incoming = files.into_iter().filter_map(|path| {
        load(&path, &words.name)
            .map_err(|error| {
                let mut unread = unread.lock().unwrap_or_else(PoisonError::into_inner);
                unread.push((path, format!("{:#}", anyhow::Error::new(error))));
            })
            .ok()
            .map(Ok)
    });
    let taken = take_in(&site, incoming, total, console)?;
    if !console.json {
        tell(&taken, words.all, console);
        super::status::tell(&site.status()?, console);
    }
    let unread = unread.into_inner().unwrap_or_else(PoisonError::into_inner);
    tell_unread(&unread, console);
    Ok(if unread.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// What lies below the paths that were given.
#[derive(Default)]
struct Collected {
    /// Files, in a stable order.
    files: Vec<PathBuf>,
    /// What cannot be taken in, and why.
    unread: Vec<(PathBuf, String)>,
}

impl Collected {
    /// Adds a path that was given. One that is not there is a slip of the pen: nothing is taken in then.
    fn add(&mut self, path: &Path) -> Result<()> {
        if path == Path::new("-") || !is_folder(path)? {
            self.files.push(path.to_owned());
        } else {
            self.add_folder(path);
        }
        Ok(())
    }

    /// Adds what is in a folder. Hidden files and links are passed over; what is no file, such as a pipe, would never end.
    fn add_folder(&mut self, folder: &Path) {
        let listed = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
        let mut entries = match listed {
            Ok(entries) => entries,
            Err(error) => return self.unread.push((folder.to_owned(), error.to_string())),
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_symlink() => {}
                Ok(kind) if kind.is_dir() => self.add_folder(&entry.path()),
                Ok(kind) if kind.is_file() => self.files.push(entry.path()),
                Ok(_) => self.unread.push((entry.path(), "not a regular file".to_owned())),
                Err(error) => self.unread.push((entry.path(), error.to_string())),
            }
        }
    }
}

fn is_folder(path: &Path) -> Result<bool> {
    let kind = fs::metadata(path).with_context(|| format!("read {}", path.display()))?;
    Ok(kind.is_dir())
}

/// Reads a file that is to be taken in, never more of it than the limit.
fn load(path: &Path, stdin_name: &str) -> Result<Incoming, SiteError> {
    if path == Path::new("-") {
        let name = stdin_name.to_owned();
        let bytes = app::load_from(stdin().lock(), &name)?;
        return Ok(Incoming { name, bytes });
    }
    let name = path.display().to_string();
    let bytes = app::load(path)?;
    Ok(Incoming { name, bytes })
}

/// Files that never came in: they have no arrival, so the account of arrivals cannot speak of them.
fn tell_unread(unread: &[(PathBuf, String)], console: &Console) {
    for (path, why) in unread {
        if console.json {
            println!(
                "{}",
                serde_json::json!({ "name": path.display().to_string(), "outcome": "not_received", "why": why })
            );
        } else {
            eprintln!(
                "{}",
                printable(&say!(
                    console.lang,
                    "✗ 未收到 {}：{why}",
                    "✗ not received: {}: {why}",
                    path.display()
                ))
            );
        }
    }
    if !unread.is_empty() && !console.json {
        eprintln!(
            "{}",
            say!(
                console.lang,
                "有 {} 个未收到，其余已收；处理后再收一次即可",
                "{} were not received, the others were; mend them and take in again",
                unread.len()
            )
        );
    }
}

/// Takes everything in, with a progress bar for people and a line for each outcome for programs.
pub(super) fn take_in(
    site: &app::Site,
    incoming: impl Iterator<Item = Result<Incoming, SiteError>> + Send,
    total: u64,
    console: &Console,
) -> Result<Vec<Taken>> {
    let bar = ProgressBar::new(total);
    if console.json || !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len}  {per_sec}  {eta}  {wide_msg}",
    )?);
    let outcomes = Mutex::new(Vec::new());
    let told = |taken: &Taken| {
        if console.json {
            println!("{}", serde_json::json!(taken));
        }
        bar.set_message(printable(&cut(&taken.name, 40)));
        if let Ok(mut outcomes) = outcomes.lock() {
            outcomes.push(taken.clone());
        }
    };
    let counted = incoming.inspect(|_| bar.inc(1));
    let done = app::take_in_all(site, counted, &told);
    bar.finish_and_clear();
    let Ok(mut outcomes) = outcomes.into_inner() else {
        bail!("a thread that told outcomes panicked")
    };
    outcomes.sort_by_key(|taken: &Taken| taken.arrival);
    if done.is_err() && !console.json {
        // The machine failed midway: what was recorded until then stays recorded, and is told.
        tell(&outcomes, false, console);
    }
    done?;
    Ok(outcomes)
}

/// The table of outcomes and what to look at.
pub(super) fn tell(taken: &[Taken], all: bool, console: &Console) {
    let lang = console.lang;
    let noteworthy = |taken: &&Taken| all || taken.receipt.is_none() || remark(taken, lang).is_some();
    let shown: Vec<&Taken> = taken.iter().filter(noteworthy).collect();
    const SHOWN_MAX: usize = 40;
    let most = if all { shown.len() } else { SHOWN_MAX };
    if !shown.is_empty() {
        let rows: Vec<Vec<String>> = shown
            .iter()
            .take(most)
            .map(|taken| {
                vec![
                    taken.arrival.to_string(),
                    cut(&taken.name, 48),
                    word(&taken.outcome, lang).to_owned(),
                    remark(taken, lang).unwrap_or_default(),
                ]
            })
            .collect();
        let header = [
            (lang.pick("序号", "no"), Side::Right),
            (lang.pick("文件", "file"), Side::Left),
            (lang.pick("结果", "outcome"), Side::Left),
            (lang.pick("说明", "remark"), Side::Left),
        ];
        print!("{}", table(&header, &rows));
    }
    if shown.len() > most {
        println!(
            "{}",
            say!(
                lang,
                "…… 另有 {} 个，用 --all 全部列出",
                "… {} more; --all lists them all",
                shown.len() - most
            )
        );
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for taken in taken {
        *counts.entry(word(&taken.outcome, lang)).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(word, count)| format!("{word} {count}"))
        .collect();
    println!(
        "{}",
        say!(
            lang,
            "本次收到 {} 个：{}",
            "this time {} received: {}",
            taken.len(),
            counts.join(lang.pick("，", ", "))
        )
    );
}

/// The outcome in a word.
fn word(outcome: &Outcome, lang: Lang) -> &'static str {
    match outcome {
        Outcome::Stored { .. } => lang.pick("入库", "stored"),
        Outcome::Duplicate { .. } => lang.pick("已有", "already there"),
        Outcome::Rejected { .. } => lang.pick("退回", "rejected"),
        Outcome::Pending { .. } => lang.pick("待办", "pending"),
    }
}

/// What a person should know of an outcome; `None` for a clean invoice.
fn remark(taken: &Taken, lang: Lang) -> Option<String> {
    match &taken.outcome {
        Outcome::Stored {
            invoices,
            statement,
            members,
            faults,
        } => {
            let of_file = faults
                .iter()
                .map(|fault| format!("{} {}", fault.code, fault.message));
            let mut remarks: Vec<String> = of_file.collect();
            let of_invoices = invoices
                .iter()
                .filter(|kept| kept.worst >= Some(Severity::Warning))
                .map(|kept| {
                    format!(
                        "{} {}",
                        kept.key.to_number().map_or_else(String::new, |n| n.to_string()),
                        kept.codes.join(" ")
                    )
                });
            remarks.extend(of_invoices);
            remarks.extend(
                statement.map(|count| say!(lang, "税局清单，{count} 张", "bureau statement of {count}")),
            );
            remarks.extend(members.map(|count| say!(lang, "压缩包，{count} 个文件", "zip of {count}")));
            (!remarks.is_empty()).then(|| remarks.join("; "))
        }
        Outcome::Duplicate { first } => Some(say!(
            lang,
            "首次登记为第 {first} 条",
            "first recorded as entry {first}"
        )),
        Outcome::Rejected { faults } => faults
            .first()
            .map(|fault| format!("{} {}", fault.code, fault.message)),
        Outcome::Pending { waits_for } => Some(
            match waits_for {
                WaitsFor::Password => lang.pick("等待输入密码", "waits for a password"),
                WaitsFor::Capture => lang.pick(
                    "图片中没有二维码，等待人工录入",
                    "a picture without a QR code: waits for someone to type it in",
                ),
                WaitsFor::Restart => lang.pick(
                    "处理被中断，下次启动自动继续",
                    "was interrupted; goes on at the next start",
                ),
            }
            .to_owned(),
        ),
    }
}
