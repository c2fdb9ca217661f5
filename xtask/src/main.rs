//! Housekeeping: `cargo xtask layers [--write]`, `tidy`, `picture`, `twins`, `reliability LOG`.
//!
//! Layers and tidiness are held by the tests of this crate, so `make test` runs them; the verbs exist to see and to mend.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod layers;
mod picture;
mod reliability;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let problems = match arguments.as_slice() {
        ["layers", "--write"] => {
            layers::write(&root())?;
            Vec::new()
        }
        ["layers"] => {
            print!("{}", layers::picture(&layers::graph(&root())?));
            layers::problems(&root())?
        }
        ["tidy"] => tidy::problems(&root())?,
        ["picture"] => {
            print!("{}", picture::svg(&std::io::read_to_string(std::io::stdin())?));
            Vec::new()
        }
        ["twins"] => {
            reliability::write_twins(&root())?;
            Vec::new()
        }
        ["reliability", log] => {
            reliability::write(&root(), Path::new(log))?;
            reliability::problems(&root())?
        }
        _ => {
            eprintln!("usage: cargo xtask layers [--write] | tidy | picture | twins | reliability LOG");
            return Ok(ExitCode::from(2));
        }
    };
    for problem in &problems {
        println!("{problem}");
    }
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The root of the repository: the folder above this crate.
fn root() -> PathBuf {
    let mut path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    path.pop();
    path
}
