//! The page of the armour: what was tried against Piaoku, what came of it, and the broken twins that the tests caught.
//!
//! Attack tests print lines that begin with `RELIABILITY |`; `make torture` hands its log to [`write`]. The table of
//! twins is drawn from the code itself, and [`problems`] holds that none is listed that no test catches.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::tidy::files_under;

/// The page, from the root.
const PAGE: &str = "docs/reference/reliability.md";

/// What came of one sort of attack.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    fault: String,
    figures: String,
}

/// Writes both tables into the page: the figures out of a log, the twins out of the code.
pub fn write(root: &Path, log: &Path) -> Result<()> {
    let log = fs::read_to_string(log).with_context(|| format!("read {}", log.display()))?;
    let rows = rows_in(&log);
    if rows.is_empty() {
        bail!("no line of the log begins with RELIABILITY |");
    }
    let page = read_page(root)?;
    let page = with_table(&page, "figures", &figures_table(&rows))?;
    let page = with_table(&page, "twins", &twins_table())?;
    fs::write(root.join(PAGE), page).with_context(|| format!("write {PAGE}"))
}

/// What is wrong with the page or with the twins, a line each.
pub fn problems(root: &Path) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let page = read_page(root)?;
    if with_table(&page, "twins", &twins_table())? != page {
        problems.push(format!(
            "{PAGE}: the twins are not those of lib/twin; `cargo xtask twins` writes them"
        ));
    }
    // The table itself names every twin; asked for and switched on they are elsewhere.
    let table = Path::new("lib/twin/src/lib.rs");
    let mut code = String::new();
    for path in files_under(root)? {
        if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with(table) {
            code.push_str(&fs::read_to_string(&path).unwrap_or_default());
        }
    }
    for known in twin::TWINS {
        let name = known.name;
        let asked = code.matches(&format!("is_on(\"{name}\")")).count();
        if asked == 0 {
            problems.push(format!("twin {name}: nothing asks for it"));
        }
        if code.matches(&format!("\"{name}\"")).count() == asked {
            problems.push(format!("twin {name}: no test switches it on"));
        }
        let test = known.caught_by.rsplit("::").next().unwrap_or_default();
        if !code.contains(&format!("fn {test}(")) {
            problems.push(format!("twin {name}: there is no test {}", known.caught_by));
        }
    }
    Ok(problems)
}

/// Writes the table of twins alone.
pub fn write_twins(root: &Path) -> Result<()> {
    let page = with_table(&read_page(root)?, "twins", &twins_table())?;
    fs::write(root.join(PAGE), page).with_context(|| format!("write {PAGE}"))
}

fn read_page(root: &Path) -> Result<String> {
    fs::read_to_string(root.join(PAGE)).with_context(|| format!("read {PAGE}"))
}

/// The rows of a log, each fault once: the last run counts, and a test that fails prints none.
fn rows_in(log: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in log.lines() {
        let Some((_, told)) = line.split_once("RELIABILITY | ") else {
            continue;
        };
        let Some((fault, figures)) = told.split_once(" | ") else {
            continue;
        };
        let row = Row {
            fault: fault.trim().to_owned(),
            figures: figures.trim().to_owned(),
        };
        match rows.iter_mut().find(|known| known.fault == row.fault) {
            Some(known) => *known = row,
            None => rows.push(row),
        }
    }
    rows.sort_by(|one, other| one.fault.cmp(&other.fault));
    rows
}

fn figures_table(rows: &[Row]) -> String {
    let mut table = String::from("| fault | runs | lost | found | |\n|---|---|---|---|---|\n");
    for Row { fault, figures } in rows {
        let (mut told, mut rest) = ([""; 3], Vec::new());
        for word in figures.split_whitespace() {
            match word.split_once('=') {
                Some(("runs", figure)) => told[0] = figure,
                Some(("lost", figure)) => told[1] = figure,
                Some(("found", figure)) => told[2] = figure,
                _ => rest.push(word),
            }
        }
        let [runs, lost, found] = told.map(|figure| if figure.is_empty() { "–" } else { figure });
        let _infallible = writeln!(
            table,
            "| {fault} | {runs} | {lost} | {found} | {} |",
            rest.join(" ")
        );
    }
    table
}

fn twins_table() -> String {
    let mut table = String::from("| twin | what is broken in it | caught by |\n|---|---|---|\n");
    for twin in twin::TWINS {
        let _infallible = writeln!(
            table,
            "| `{}` | {} | `{}` |",
            twin.name, twin.breaks, twin.caught_by
        );
    }
    table
}

/// The page with the text between two marks replaced.
fn with_table(page: &str, name: &str, table: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = page
        .split_once(&begin)
        .with_context(|| format!("{PAGE} has no mark {name}"))?;
    let (_, after) = rest
        .split_once(&end)
        .with_context(|| format!("{PAGE} has no end of {name}"))?;
    Ok(format!("{before}{begin}{table}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_twin_is_asked_for_caught_and_listed() {
        let problems = problems(&crate::root()).unwrap();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    #[test]
    fn rows_are_drawn_from_a_log() {
        let log = "noise\ntest a ... RELIABILITY | kill | runs=3 lost=0 found=3 phantom=0\nRELIABILITY | bits | runs=9 lost=0 found=8 (one harmless)\n";
        let table = figures_table(&rows_in(log));
        assert!(table.contains("| kill | 3 | 0 | 3 | phantom=0 |"), "{table}");
        assert!(table.contains("| bits | 9 | 0 | 8 | (one harmless) |"), "{table}");
    }
}
