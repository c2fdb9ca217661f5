//! Tidiness that a compiler does not see: file lengths, module docs, stray marks, dead links, test discipline.
//!
//! Each rule is a function from a file to its problems; a rule is added by writing one and naming it in [`RULES`].

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A file under judgement.
struct Page<'a> {
    root: &'a Path,
    path: &'a Path,
    text: &'a str,
}

type Rule = fn(&Page<'_>) -> Vec<String>;

/// The rules, in the order in which they are told.
const RULES: &[Rule] = &[
    length,
    module_doc,
    marks,
    machine_words,
    dead_links,
    skipped_tests,
];

/// The most lines of a source file. At this length, look for the second noun.
const LINES_MAX: usize = 800;

/// Every problem in the repository, a line each.
pub fn problems(root: &Path) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in files_under(root)? {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let page = Page {
            root,
            path: path.strip_prefix(root).unwrap_or(&path),
            text: &text,
        };
        for rule in RULES {
            problems.extend(
                rule(&page)
                    .into_iter()
                    .map(|what| format!("{}: {what}", page.path.display())),
            );
        }
    }
    Ok(problems)
}

/// Text files of ours below a folder, in a stable order; build results, samples and snapshots are left out.
pub fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))? {
            let path = entry?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                let skipped = [
                    "target",
                    "samples",
                    "snapshots",
                    "node_modules",
                    "demo-data",
                    "corpus",
                ];
                if !name.starts_with('.') && !skipped.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if ["rs", "md", "toml", "sh", "yml"]
                .iter()
                .any(|end| path.extension().is_some_and(|e| e == *end))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn is_rust(page: &Page<'_>) -> bool {
    page.path.extension().is_some_and(|end| end == "rs")
}

fn length(page: &Page<'_>) -> Vec<String> {
    let lines = page.text.lines().count();
    if is_rust(page) && lines > LINES_MAX {
        vec![format!(
            "{lines} lines; the ceiling is {LINES_MAX}. Look for the second noun."
        )]
    } else {
        Vec::new()
    }
}

fn module_doc(page: &Page<'_>) -> Vec<String> {
    if is_rust(page) && !page.text.trim_start().starts_with("//!") {
        vec!["no module doc: say what it deals with, what not, what it must never do".into()]
    } else {
        Vec::new()
    }
}

/// Marks of unfinished work: a `TODO` carries an issue number (`TODO(#12)`).
fn marks(page: &Page<'_>) -> Vec<String> {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("X", "XX:"),
        concat!("HA", "CK"),
    ];
    let mut problems = Vec::new();
    for (at, line) in page.text.lines().enumerate() {
        for mark in marks {
            if line.contains(mark) && !line.contains(&format!("{mark}(#")) && !page.path.starts_with("xtask")
            {
                problems.push(format!("line {}: `{mark}` without an issue number", at + 1));
            }
        }
    }
    problems.retain(|_| page.path.extension().is_some_and(|end| end == "rs"));
    problems
}

/// Paths of one person's machine.
fn machine_words(page: &Page<'_>) -> Vec<String> {
    let words = [
        concat!("/work", "/main"),
        concat!("/work", "/shared"),
        concat!("/work", "/scratch"),
        concat!("/ro", "ot/"),
    ];
    words
        .iter()
        .filter(|word| page.text.contains(*word))
        .map(|word| format!("names a path of a machine: {word}"))
        .collect()
}

/// Links of Markdown pages to files of the repository.
fn dead_links(page: &Page<'_>) -> Vec<String> {
    if page.path.extension().is_none_or(|end| end != "md") {
        return Vec::new();
    }
    let folder = page.root.join(page.path.parent().unwrap_or(Path::new("")));
    let mut problems = Vec::new();
    for piece in page.text.split("](").skip(1) {
        let target = piece.split([')', '#', ' ']).next().unwrap_or_default();
        if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        if !folder.join(target).exists() {
            problems.push(format!("link to nothing: {target}"));
        }
    }
    problems
}

/// A test that is skipped is no test.
fn skipped_tests(page: &Page<'_>) -> Vec<String> {
    let skip = concat!("#[", "ignore");
    if is_rust(page) && page.text.contains(skip) {
        vec!["a skipped test is no test".into()]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let problems = problems(&crate::root()).expect("the repository can be read");
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }

    fn check(path: &str, text: &str, expect: usize) {
        let page = Page {
            root: Path::new("/nowhere"),
            path: Path::new(path),
            text,
        };
        let found: Vec<String> = RULES.iter().flat_map(|rule| rule(&page)).collect();
        assert_eq!(found.len(), expect, "{found:?}");
    }

    #[test]
    fn each_rule_finds_its_fault() {
        check("a.rs", "//! Fine.\n", 0);
        check("a.rs", "fn main() {}\n", 1);
        check("a.rs", &format!("//! Long.\n{}", "\n".repeat(900)), 1);
        check("a.rs", concat!("//! Mark.\n// TO", "DO later\n"), 1);
        check("a.rs", concat!("//! Mark.\n// TO", "DO(#12) later\n"), 0);
        check("a.rs", concat!("//! Skipped.\n#[", "ignore]\nfn test() {}\n"), 1);
        check("a.md", "[dead](missing.md) [far](https://example.org)", 1);
        check("a.md", concat!("see /work", "/shared"), 1);
    }
}
