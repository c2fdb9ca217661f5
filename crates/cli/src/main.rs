//! The binary `piaoku`.
//!
//! The command line is thin: each verb parses its words, calls one use case of `app` and tells the result, to people
//! in Chinese or English and to programs as JSON. Nothing is decided here.
//!
//! Exit codes: 0 done; 1 the answer is no (nothing found, damage found); 2 could not run.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod face;
mod lang;
mod manifest_line;
mod table;
mod verb;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::lang::Lang;

/// 票库：企业发票系统。收、识、验、存、查、证，一个程序。
///
/// Piaoku: a self-hosted invoice system. Nothing is lost; it can say why something is not there; it comes back.
#[derive(Debug, Parser)]
#[command(name = "piaoku", version, max_term_width = 110, after_help = EXAMPLES)]
struct Arguments {
    /// 数据目录 / data folder
    #[arg(
        long,
        global = true,
        env = "PIAOKU_DATA",
        default_value = "piaoku-data",
        value_name = "DIR"
    )]
    data: PathBuf,
    /// 输出 JSON，供程序读取 / print JSON for programs
    #[arg(long, global = true)]
    json: bool,
    /// 语言 / language
    #[arg(long, global = true, env = "PIAOKU_LANG", value_enum, default_value = "zh")]
    lang: Lang,
    #[command(subcommand)]
    verb: verb::Verb,
}

const EXAMPLES: &str = "\
例子 / examples:
  piaoku demo                                        造一个演示集团并收票 / a made-up group to look at
  piaoku init --entity 91110000MA0000000X=某某公司    新建数据目录 / make a data folder
  piaoku take-in ~/发票                              收进一个文件夹 / take in a folder
  piaoku find 办公 --from 2026-01-01 --min 1000      查找 / search
  piaoku show 26112000000000000001                   票面、证据、时间线 / face, evidence, timeline
  piaoku prove 26112000000000000001 > receipt.json   离线可验的回执 / a receipt that verifies offline
  piaoku verify                                      核验整个账本 / verify the whole ledger

退出码 / exit codes: 0 完成 done, 1 结果为否 the answer is no, 2 无法执行 could not run";

/// What a verb needs besides its own words.
pub(crate) struct Console {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// Whether a program reads the answer.
    pub(crate) json: bool,
    /// The language of people.
    pub(crate) lang: Lang,
}

/// What a shell reports of a program that SIGPIPE ended.
const NOBODY_LISTENS: i32 = 141;

/// Ends quietly when the reader of the output goes away (`piaoku find | head`): printing then panics. Work under way is
/// left as a crash would leave it, which is safe at any moment.
fn end_when_nobody_listens() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let said = info.payload().downcast_ref::<String>();
        if said.is_some_and(|said| said.starts_with("failed printing to") && said.contains("Broken pipe")) {
            std::process::exit(NOBODY_LISTENS);
        }
        usual(info);
    }));
}

fn main() -> ExitCode {
    end_when_nobody_listens();
    let arguments = Arguments::parse();
    let console = Console {
        data: arguments.data,
        json: arguments.json,
        lang: arguments.lang,
    };
    match verb::run(arguments.verb, &console) {
        Ok(code) => code,
        Err(error) => {
            tell_error(&console, &error);
            ExitCode::from(2)
        }
    }
}

/// The error with its causes, and what to do next where the use case knows it.
fn tell_error(console: &Console, error: &anyhow::Error) {
    // A reader that went away (`piaoku find | head`) is no error worth telling.
    if error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    }) {
        return;
    }
    let mut causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    // A cause that is shown as its own cause says nothing twice.
    causes.dedup();
    let hint = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<app::SiteError>())
        .and_then(app::SiteError::hint);
    if console.json {
        let hint = hint.map(|(_, en)| en);
        eprintln!(
            "{}",
            serde_json::json!({ "error": causes.join(": "), "hint": hint })
        );
        return;
    }
    eprintln!(
        "{}: {}",
        console.lang.pick("错误", "error"),
        table::printable(&causes.join(": "))
    );
    if let Some((zh, en)) = hint {
        eprintln!(
            "{}: {}",
            console.lang.pick("提示", "hint"),
            console.lang.pick(zh, en)
        );
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_verb_can_be_parsed() {
        Arguments::command().debug_assert();
    }
}
