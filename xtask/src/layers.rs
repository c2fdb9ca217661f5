//! The layer graph: which crate of ours may import which.
//!
//! The graph is read from cargo itself, drawn into `docs/reference/layers.txt`, and a new edge is a one-line diff of
//! that file. Two rules hold beyond the drawing: arrows point down only, and crates of one floor never import each
//! other. Pure crates are searched for what would make them impure.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// The floors of the house, from the ground. A crate imports only from floors below its own.
const FLOORS: &[&[&str]] = &[
    &["invoice", "ofd", "twin"],
    &["reader", "rules", "ledger", "specimen"],
    &["store"],
    &["app"],
    &["cli"],
    // Not shipped: tests, figures and housekeeping.
    &["testkit", "fuzzing", "bench", "xtask"],
];

/// Crates without async, clock, file, socket, SQL, thread or randomness. Time comes in as `as_of`.
const PURE: &[&str] = &["invoice", "reader", "rules", "ledger", "ofd"];

/// What may not appear in the source of a pure crate.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "tokio",
    "rusqlite",
    "getrandom",
    "thread_rng",
];

/// Imports by crate: normal dependencies on crates of this workspace.
type Graph = BTreeMap<String, Vec<String>>;

/// Reads the graph from cargo.
pub fn graph(root: &Path) -> Result<Graph> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .context("ask cargo for the workspace")?;
    let ours: Vec<String> = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let mut graph = Graph::new();
    for package in &metadata.packages {
        let mut imports: Vec<String> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal && ours.contains(&dependency.name))
            .map(|dependency| dependency.name.clone())
            .collect();
        imports.sort();
        graph.insert(package.name.to_string(), imports);
    }
    Ok(graph)
}

/// One line a crate, floor by floor.
pub fn picture(graph: &Graph) -> String {
    let mut lines = Vec::new();
    for (height, floor) in FLOORS.iter().enumerate() {
        for name in *floor {
            if let Some(imports) = graph.get(*name) {
                let imports = if imports.is_empty() {
                    "–".to_owned()
                } else {
                    imports.join(" ")
                };
                lines.push(format!("{height}  {name:<9} -> {imports}\n"));
            }
        }
    }
    lines.concat()
}

/// Writes the drawing.
pub fn write(root: &Path) -> Result<()> {
    fs::write(drawing(root), picture(&graph(root)?)).context("write docs/reference/layers.txt")
}

/// Everything that is wrong with the layers, a line each.
pub fn problems(root: &Path) -> Result<Vec<String>> {
    let graph = graph(root)?;
    let mut problems = arrows(&graph)?;
    let drawn = fs::read_to_string(drawing(root)).unwrap_or_default();
    if drawn != picture(&graph) {
        problems.push("docs/reference/layers.txt differs from the graph: look at the edge, then `cargo xtask layers --write`".into());
    }
    for name in PURE {
        let folder = if *name == "ofd" {
            root.join("lib/ofd/src")
        } else {
            root.join("crates").join(name).join("src")
        };
        let tests = test_modules(&folder)?;
        for file in crate::tidy::files_under(&folder)? {
            if tests.contains(&file) {
                continue;
            }
            let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
            problems.extend(
                impurities(&text).map(|(line, word)| {
                    format!("{}:{line}: `{word}` in the pure crate {name}", file.display())
                }),
            );
        }
    }
    Ok(problems)
}

fn drawing(root: &Path) -> PathBuf {
    root.join("docs/reference/layers.txt")
}

/// Arrows that point up or sideways, and crates that stand on no floor.
fn arrows(graph: &Graph) -> Result<Vec<String>> {
    let floor_of = |name: &str| FLOORS.iter().position(|floor| floor.contains(&name));
    let mut problems = Vec::new();
    for (name, imports) in graph {
        let Some(floor) = floor_of(name) else {
            bail!("crate {name} stands on no floor: give it one in xtask/src/layers.rs");
        };
        for import in imports {
            if floor_of(import).is_none_or(|below| below >= floor) {
                problems.push(format!(
                    "{name} imports {import}: arrows point down only, siblings never import each other"
                ));
            }
        }
    }
    Ok(problems)
}

/// Files that are compiled for tests only: those their parent declares behind `#[cfg(test)]`.
fn test_modules(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for parent in crate::tidy::files_under(folder)? {
        let text = fs::read_to_string(&parent).with_context(|| format!("read {}", parent.display()))?;
        let stem = parent.file_stem().unwrap_or_default();
        let beside = parent.parent().unwrap_or(folder);
        let inside = if stem == "mod" || stem == "lib" {
            beside.to_owned()
        } else {
            beside.join(stem)
        };
        for piece in text.split("#[cfg(test)]\nmod ").skip(1) {
            if let Some((name, _)) = piece.split_once(';') {
                files.push(inside.join(format!("{name}.rs")));
            }
        }
    }
    Ok(files)
}

/// Words of impurity outside tests and comments.
fn impurities(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .flat_map(|(at, line)| {
            IMPURE
                .iter()
                .filter(move |word| line.contains(*word))
                .map(move |word| (at + 1, *word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_hold() {
        let problems = problems(&crate::root()).expect("cargo metadata answers");
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    fn graph_of(edges: &[(&str, &[&str])]) -> Graph {
        edges
            .iter()
            .map(|(name, to)| ((*name).to_owned(), to.iter().map(|t| (*t).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn an_arrow_up_or_sideways_is_found() {
        assert!(
            arrows(&graph_of(&[("app", &["store"])]))
                .expect("floors")
                .is_empty()
        );
        assert_eq!(
            arrows(&graph_of(&[("store", &["app"])])).expect("floors").len(),
            1
        );
        assert_eq!(
            arrows(&graph_of(&[("reader", &["rules"])]))
                .expect("floors")
                .len(),
            1
        );
        assert!(arrows(&graph_of(&[("newcomer", &[])])).is_err());
    }

    #[test]
    fn impurity_is_found_outside_tests_and_comments() {
        let found: Vec<_> = impurities("use std::fs;\n// std::net\n#[cfg(test)]\nuse std::thread;").collect();
        assert_eq!(found, vec![(1, "std::fs")]);
    }
}
