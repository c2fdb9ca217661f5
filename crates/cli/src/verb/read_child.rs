//! `piaoku read-child`: the child process that reads originals. Hidden; speaks frames, not words.

use std::io::{BufReader, BufWriter, stdin, stdout};
use std::process::ExitCode;

use anyhow::Result;

pub(crate) fn run() -> Result<ExitCode> {
    app::serve_child(BufReader::new(stdin().lock()), BufWriter::new(stdout().lock()))?;
    Ok(ExitCode::SUCCESS)
}
