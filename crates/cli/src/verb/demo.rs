//! `piaoku demo`: a believable group of three companies, its books taken in, and what became of them.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;

use anyhow::Result;
use app::{Incoming, Outcome, Site, Taken};
use clap::Args;
use invoice::{Entity, Severity};
use specimen::{Alteration, SpecimenFile, World};

use crate::Console;
use crate::lang::say;
use crate::table::{Side, table};

/// 造一个三家公司的集团，把它的发票收进新的数据目录，讲出经过。全部发票都是虚构的。
///
/// Invent a group of three companies, take its invoices into a fresh data folder, and tell the story.
#[derive(Debug, Args)]
pub(crate) struct Words {
    /// 同一个种子造出同样的发票 / the same seed makes the same invoices
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    /// 至少多少张不同的发票 / at least how many different invoices
    #[arg(long, default_value_t = 2000)]
    count: usize,
    /// 另把造出的文件写到这个文件夹 / write the made files to this folder too
    #[arg(long, value_name = "DIR")]
    files: Option<std::path::PathBuf>,
}

/// What is known of a made file before it is handed in.
struct Made {
    story: &'static str,
    alteration: Option<Alteration>,
}

pub(crate) fn run(words: &Words, console: &Console) -> Result<ExitCode> {
    let site = Site::init(&console.data, "demo", super::machine()?)?;
    for company in World::new(words.seed).group {
        site.declare(&Entity {
            tax_id: company.tax_id,
            names: vec![company.name],
        })?;
    }
    let made: Mutex<BTreeMap<String, Made>> = Mutex::default();
    let files = specimen::demo(words.seed, words.count);
    let incoming = files.map(|file| {
        if let Some(folder) = &words.files {
            write(folder, &file)?;
        }
        let SpecimenFile {
            path,
            bytes,
            story,
            alteration,
            ..
        } = file;
        if let Ok(mut made) = made.lock() {
            made.insert(path.clone(), Made { story, alteration });
        }
        Ok(Incoming { name: path, bytes })
    });
    // The number of files is not known before they are made; about one for each invoice.
    let taken = super::take_in::take_in(&site, incoming, words.count as u64, console)?;
    let made = made.into_inner().unwrap_or_default();
    if !console.json {
        tell(&taken, &made, console);
    }
    let status = site.status()?;
    if console.json {
        println!("{}", serde_json::to_string(&status)?);
    } else {
        println!();
        what_next(&taken, console);
        println!();
        super::status::tell(&status, console);
    }
    Ok(if status.is_balanced() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

fn write(folder: &std::path::Path, file: &SpecimenFile) -> Result<(), app::SiteError> {
    let path = folder.join(&file.path);
    let failed = |source| app::SiteError::WriteFile {
        path: path.display().to_string(),
        source,
    };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    std::fs::write(&path, &file.bytes).map_err(failed)
}

/// What came in, by form and by story.
fn tell(taken: &[Taken], made: &BTreeMap<String, Made>, console: &Console) {
    let lang = console.lang;
    let mut stories: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    for outcome in taken {
        let story = made
            .get(&outcome.name)
            .map_or(lang.pick("压缩包里的文件", "inside a zip"), |made| {
                made.story
            });
        let counts = stories.entry(story).or_default();
        match &outcome.outcome {
            Outcome::Stored { .. } => counts[0] += 1,
            Outcome::Duplicate { .. } => counts[1] += 1,
            Outcome::Rejected { .. } => counts[2] += 1,
            Outcome::Pending { .. } => counts[3] += 1,
        }
        counts[4] += usize::from(has_warning(outcome));
    }
    let header = [
        (lang.pick("经过", "story"), Side::Left),
        (lang.pick("入库", "stored"), Side::Right),
        (lang.pick("已有", "already"), Side::Right),
        (lang.pick("退回", "rejected"), Side::Right),
        (lang.pick("待办", "pending"), Side::Right),
        (lang.pick("有疑点", "doubtful"), Side::Right),
    ];
    let cell = |count: &usize| {
        if *count == 0 {
            String::new()
        } else {
            count.to_string()
        }
    };
    let rows: Vec<Vec<String>> = stories
        .iter()
        .map(|(story, counts)| {
            std::iter::once((*story).to_owned())
                .chain(counts.iter().map(cell))
                .collect()
        })
        .collect();
    print!("{}", table(&header, &rows));
    let altered: Vec<&Taken> = taken
        .iter()
        .filter(|t| made.get(&t.name).is_some_and(|made| made.alteration.is_some()))
        .collect();
    let caught = altered.iter().filter(|taken| has_warning(taken)).count();
    println!(
        "{}",
        say!(
            lang,
            "故意改动的文件 {} 个，发现 {caught} 个",
            "{} files were altered on purpose, {caught} were caught",
            altered.len()
        )
    );
}

fn has_warning(taken: &Taken) -> bool {
    match &taken.outcome {
        Outcome::Stored { invoices, .. } => invoices.iter().any(|kept| kept.worst >= Some(Severity::Warning)),
        _ => false,
    }
}

/// Commands to try, with numbers that exist.
fn what_next(taken: &[Taken], console: &Console) {
    let number = |wanted: &dyn Fn(&Taken) -> bool| {
        taken
            .iter()
            .filter(|taken| wanted(taken))
            .find_map(|taken| match &taken.outcome {
                Outcome::Stored { invoices, .. } => {
                    invoices.first()?.key.to_number().map(|number| number.to_string())
                }
                _ => None,
            })
    };
    let is_error = |taken: &Taken| match &taken.outcome {
        Outcome::Stored { invoices, .. } => invoices.iter().any(|kept| kept.worst == Some(Severity::Error)),
        _ => false,
    };
    let data = console.data.display();
    let program = std::env::args().next().unwrap_or_else(|| "piaoku".to_owned());
    println!("{}", console.lang.pick("接着可以试：", "what to try next:"));
    let mut lines = Vec::new();
    if let Some(number) = number(&|taken: &Taken| !has_warning(taken)) {
        lines.push((
            format!("show {number}"),
            console
                .lang
                .pick("票面、证据、时间线", "face, evidence, timeline"),
        ));
        lines.push((
            format!("prove {number} > receipt.json"),
            console
                .lang
                .pick("离线可验的回执", "a receipt that verifies offline"),
        ));
    }
    if let Some(number) = number(&is_error) {
        lines.push((
            format!("show {number}"),
            console
                .lang
                .pick("一张自相矛盾的发票", "an invoice that contradicts itself"),
        ));
    }
    lines.push((
        "find 物流 --min 1000".to_owned(),
        console
            .lang
            .pick("任意两个相邻的字", "any two neighbouring characters"),
    ));
    lines.push((
        "find --fault W101".to_owned(),
        console.lang.pick(
            "来源互相矛盾的发票",
            "invoices whose sources contradict each other",
        ),
    ));
    lines.push((
        "export 发票.xlsx --from 2026-01-01".to_owned(),
        console.lang.pick("导出", "export"),
    ));
    lines.push((
        "verify".to_owned(),
        console.lang.pick("核验整个账本", "verify the whole ledger"),
    ));
    lines.push((
        "rules".to_owned(),
        console.lang.pick("全部校验规则", "every check"),
    ));
    for (words, what) in lines {
        println!("  {program} --data {data} {words}   # {what}");
    }
}
