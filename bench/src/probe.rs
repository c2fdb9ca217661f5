//! One measure in a process of its own, so that its memory is its own: `bench probe <what> <folder>`.

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use app::{FindWords, Machine, Readers, Site};
use invoice::{Cents, Date, InvoiceKind};

use crate::percentile;

/// What a probe told: figures by name.
pub(crate) struct Told(Vec<(String, f64)>);

impl Told {
    /// A figure by its name.
    pub(crate) fn figure(&self, name: &str) -> f64 {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map_or(f64::NAN, |(_, figure)| *figure)
    }
}

/// The file beside the folder that holds numbers to look up, a line each.
pub(crate) const NUMBERS: &str = "numbers";

/// Runs a probe on a folder in a process of its own.
pub(crate) fn ask(what: &str, folder: &Path) -> Result<Told> {
    let output = Command::new(std::env::current_exe()?)
        .args(["probe", what])
        .arg(folder)
        .output()?;
    ensure!(
        output.status.success(),
        "probe {what}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout)?;
    let figure = |line: &str| {
        let (name, figure) = line.split_once('\t').context("a figure has a name")?;
        Ok((name.to_owned(), figure.parse()?))
    };
    Ok(Told(text.lines().map(figure).collect::<Result<_>>()?))
}

/// Has a process write into the folder, and kills it.
pub(crate) fn kill_a_writer(folder: &Path) -> Result<()> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["probe", "waits to be killed"])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut ready = [0; 5];
    let read = child.stdout.take().context("piped")?.read_exact(&mut ready);
    child.kill()?;
    child.wait()?;
    read.context("the writer wrote")
}

/// Runs a probe here and prints its figures.
pub(crate) fn run(what: &str, folder: &Path) -> Result<()> {
    let mut told = String::new();
    match what {
        "open" => {
            let start = Instant::now();
            let site = open(folder)?;
            writeln!(told, "secs\t{}", start.elapsed().as_secs_f64())?;
            drop(site);
        }
        "first write" => {
            let start = Instant::now();
            let site = open(folder)?;
            hand_in(&site, 13)?;
            writeln!(told, "secs\t{}", start.elapsed().as_secs_f64())?;
        }
        "waits to be killed" => {
            let site = open(folder)?;
            (14..34).try_for_each(|seed| hand_in(&site, seed))?;
            println!("ready");
            loop {
                std::thread::park();
            }
        }
        "find" => find(folder, &mut told)?,
        "ledger" | "verify" => {
            let start = Instant::now();
            let verify = if what == "ledger" {
                app::verify_ledger
            } else {
                app::verify_site
            };
            let report = verify(folder, &|_| {})?;
            ensure!(report.sound, "the library is sound: {:?}", report.damages);
            writeln!(
                told,
                "rate\t{}",
                report.entries as f64 / start.elapsed().as_secs_f64()
            )?;
        }
        _ => bail!("there is no probe {what}"),
    }
    writeln!(told, "peak\t{}", peak_mib()?)?;
    print!("{told}");
    Ok(())
}

/// Hands in an invoice of its own.
fn hand_in(site: &Site, seed: u64) -> Result<()> {
    let specimen = specimen::Maker::new(seed).make(
        InvoiceKind::DigitalOrdinary,
        specimen::Situation::Plain,
        specimen::Side::Purchase,
        Date::constant(2026, 1, 1),
    );
    let form = specimen::form("xml-bureau").context("there is no such form")?;
    let incoming = app::Incoming {
        name: "first.xml".to_owned(),
        bytes: (form.write)(&specimen),
    };
    let taken = app::take_in(site, &incoming)?;
    ensure!(taken.iter().all(|taken| taken.receipt.is_some()), "acknowledged");
    Ok(())
}

fn open(folder: &Path) -> Result<Site> {
    Ok(Site::open(folder, Machine::system(Readers::InProcess))?)
}

fn find(folder: &Path, told: &mut String) -> Result<()> {
    let site = open(folder)?;
    let numbers = fs::read_to_string(folder.with_extension(NUMBERS))?;
    let numbers: Vec<String> = numbers.lines().take(2_000).map(str::to_owned).collect();
    let mut tell = |name: &str, millis: &[f64]| -> Result<()> {
        for hundredths in [50, 95, 99] {
            writeln!(told, "{name} p{hundredths}\t{}", percentile(millis, hundredths))?;
        }
        Ok(())
    };
    let by_number = times(&numbers, |number| {
        let found = site.look_up(number)?;
        ensure!(matches!(found, app::Lookup::One(_)), "{number} was not found");
        Ok(0)
    })?;
    tell("number", &by_number.millis)?;
    let words = [
        "物流", "办公", "餐饮", "北京", "咨询", "租赁", "服务", "软件", "有限", "汽油",
    ];
    let searches: Vec<FindWords> = words
        .iter()
        .cycle()
        .take(100)
        .map(|word| FindWords {
            words: vec![(*word).to_owned()],
            limit: 50,
            page_alone: true,
            ..FindWords::default()
        })
        .collect();
    tell("search", &pages(&site, &searches)?.millis)?;
    let counted = pages(&site, &with_totals(&searches[..10]))?;
    tell("search counted", &counted.millis)?;
    tell("filter", &pages(&site, &filters())?.millis)?;
    tell("filter counted", &pages(&site, &with_totals(&filters()))?.millis)?;
    writeln!(told, "found\t{}", counted.found / 10)?;
    Ok(())
}

fn with_totals(finds: &[FindWords]) -> Vec<FindWords> {
    finds
        .iter()
        .map(|find| FindWords {
            page_alone: false,
            ..find.clone()
        })
        .collect()
}

/// Each filter that lists offer, alone and together, broad and narrow.
fn filters() -> Vec<FindWords> {
    let page = || FindWords {
        limit: 50,
        page_alone: true,
        ..FindWords::default()
    };
    let (spring, summer) = (Date::constant(2025, 3, 1), Date::constant(2025, 6, 30));
    vec![
        page(),
        FindWords {
            from: Some(spring),
            until: Some(summer),
            ..page()
        },
        FindWords {
            from: Some(spring),
            until: Some(spring),
            ..page()
        },
        FindWords {
            kind: Some(InvoiceKind::DigitalOrdinary),
            ..page()
        },
        FindWords {
            kind: Some(InvoiceKind::DigitalSpecial),
            ..page()
        },
        FindWords {
            total_min: Some(Cents(1_000_000)),
            ..page()
        },
        FindWords {
            total_min: Some(Cents(12_345)),
            total_max: Some(Cents(12_345)),
            ..page()
        },
        FindWords {
            total_max: Some(Cents(5_000)),
            ..page()
        },
        FindWords {
            fault: Some("A101".to_owned()),
            ..page()
        },
        FindWords {
            from: Some(spring),
            kind: Some(InvoiceKind::DigitalOrdinary),
            total_min: Some(Cents(100_000)),
            ..page()
        },
        FindWords {
            words: vec!["物流".to_owned()],
            from: Some(spring),
            until: Some(summer),
            ..page()
        },
    ]
}

/// How long each call took, and what all of them found.
struct Times {
    /// Sorted.
    millis: Vec<f64>,
    found: u64,
}

/// Each find, its first page and the two after it.
fn pages(site: &Site, finds: &[FindWords]) -> Result<Times> {
    let mut all = Vec::new();
    for find in finds {
        let mut find = find.clone();
        for _ in 0..3 {
            all.push(find.clone());
            match site.find(&find)?.next {
                Some(next) => find.after = Some(next),
                None => break,
            }
        }
    }
    times(&all, |find| Ok(site.find(find)?.count))
}

fn times<T>(of: &[T], mut call: impl FnMut(&T) -> Result<u64>) -> Result<Times> {
    let mut times = Times {
        millis: Vec::with_capacity(of.len()),
        found: 0,
    };
    for each in of {
        let start = Instant::now();
        times.found += call(each)?;
        times.millis.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.millis.sort_by(f64::total_cmp);
    Ok(times)
}

/// The most memory this process ever held, in MiB.
fn peak_mib() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("the kernel tells the peak")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024)
}
