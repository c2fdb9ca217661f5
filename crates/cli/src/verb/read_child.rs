//! `piaoku read-child`: the child process that reads originals. Hidden; speaks frames, not words.
//!
//! With `--try-to-escape` it reads nothing, but tries what a hostile file would try and reports as JSON how far it got.

use std::io::{BufReader, BufWriter, stdin, stdout};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Words {
    /// Report what holds this child.
    #[arg(long)]
    try_to_escape: bool,
}

pub(crate) fn run(words: &Words) -> Result<ExitCode> {
    if words.try_to_escape {
        println!("{}", serde_json::to_string(&app::try_to_escape())?);
    } else {
        app::serve_child(BufReader::new(stdin().lock()), BufWriter::new(stdout().lock()))?;
    }
    Ok(ExitCode::SUCCESS)
}
