//! Every answer that a site gives, asked one after the other: what a damage must not change unseen.
//!
//! An answer is a list of lines. So an altered one (a line that was never said) can be told from one that is merely
//! shorter, and both from a refusal.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use app::{FindWords, Lookup, Site, SiteError};
use invoice::{Cents, Digest};

/// The lines of an answer, or why it was refused.
pub type Answer = Result<Vec<String>, String>;
/// Answers by their question.
pub type Answers = BTreeMap<String, Answer>;

/// What is asked: of the numbers, digests and words that a sound site knows.
pub struct Questions {
    numbers: Vec<String>,
    digests: Vec<Digest>,
    words: Vec<String>,
    codes: BTreeSet<String>,
}

impl Questions {
    /// Draws them up from a sound site.
    pub fn of(site: &Site) -> Self {
        let all = site.find(&everything()).expect("a sound site finds");
        let mut words = BTreeSet::new();
        for row in &all.rows {
            let name = row.seller_name.as_deref().unwrap_or_default();
            words.insert(name.chars().take(4).collect());
            words.insert(row.number.chars().skip(3).take(6).collect());
        }
        let codes = all.rows.iter().flat_map(|row| row.fault_codes.clone());
        let mut digests = site.recorded_digests().expect("a sound site knows its digests");
        digests.sort();
        digests.dedup();
        Self {
            codes: codes.collect(),
            numbers: all
                .rows
                .iter()
                .map(|row| with_code(row.code.as_deref(), &row.number))
                .collect(),
            digests,
            words: words
                .into_iter()
                .filter(|word: &String| word.chars().count() > 1)
                .take(12)
                .collect(),
        }
    }

    /// How many invoices are asked for.
    pub fn invoices(&self) -> usize {
        self.numbers.len()
    }

    /// Asks everything. `scratch` takes the export.
    pub fn ask(&self, site: &Site, scratch: &Path) -> Answers {
        let mut answers = Answers::new();
        let mut put = |question: String, answer: Result<Vec<String>, SiteError>| {
            answers.insert(question, answer.map_err(|error| error.to_string()));
        };
        put("status".into(), status(site));
        put(
            "entities".into(),
            site.entities()
                .map(|entities| entities.iter().map(json).collect()),
        );
        put("find".into(), find(site, &everything()));
        put("find page by page".into(), page_by_page(site));
        for word in &self.words {
            put(
                format!("find {word}"),
                find(
                    site,
                    &FindWords {
                        words: vec![word.clone()],
                        ..everything()
                    },
                ),
            );
        }
        for code in &self.codes {
            put(
                format!("find --fault {code}"),
                find(
                    site,
                    &FindWords {
                        fault: Some(code.clone()),
                        ..everything()
                    },
                ),
            );
        }
        let from = FindWords {
            from: Some(invoice::Date::constant(2026, 3, 1)),
            ..everything()
        };
        put("find --from".into(), find(site, &from));
        let min = FindWords {
            total_min: Some(Cents(100_000)),
            ..everything()
        };
        put("find --min".into(), find(site, &min));
        for number in &self.numbers {
            put(format!("show {number}"), show(site, number));
            put(
                format!("original {number}"),
                site.original_of(number).map(|found| {
                    found
                        .into_iter()
                        .map(|original| format!("{} {}", original.digest, Digest::of(&original.bytes)))
                        .collect()
                }),
            );
            put(format!("prove {number}"), prove(site, number));
        }
        for digest in &self.digests {
            put(
                format!("original {digest}"),
                site.original(digest)
                    .map(|bytes| vec![Digest::of(&bytes).to_string()]),
            );
        }
        put(
            "digests".into(),
            site.recorded_digests()
                .map(|all| all.iter().map(ToString::to_string).collect()),
        );
        put("export".into(), export(site, scratch));
        answers
    }
}

fn everything() -> FindWords {
    FindWords {
        limit: 500,
        ..FindWords::default()
    }
}

fn with_code(code: Option<&str>, number: &str) -> String {
    code.map_or_else(|| number.to_owned(), |code| format!("{code}-{number}"))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("json")
}

/// A status out of balance says itself that something is wrong, and counts as a refusal.
fn status(site: &Site) -> Result<Vec<String>, SiteError> {
    let status = site.status()?;
    if !status.is_balanced() {
        return Err(SiteError::Damaged {
            path: "status".into(),
            why: "out of balance".into(),
        });
    }
    Ok(vec![json(&status)])
}

fn find(site: &Site, words: &FindWords) -> Result<Vec<String>, SiteError> {
    let page = site.find(words)?;
    let mut lines: Vec<String> = page.rows.iter().map(json).collect();
    // Of fewer rows the totals are others, and rightly so.
    lines.push(format!("sum {}", page.total));
    let mut sum = 0;
    for row in &page.rows {
        sum += row
            .total
            .as_deref()
            .and_then(invoice::parse_cents)
            .unwrap_or(Cents(0))
            .0;
    }
    if page.next.is_none() && sum == page.total.0 && page.count == page.rows.len() as u64 {
        lines.pop();
    }
    Ok(lines)
}

fn page_by_page(site: &Site) -> Result<Vec<String>, SiteError> {
    let (mut words, mut lines) = (
        FindWords {
            limit: 7,
            ..FindWords::default()
        },
        Vec::new(),
    );
    // Bounded: a damaged index could lead in a circle.
    for _ in 0..200 {
        let page = site.find(&words)?;
        lines.extend(page.rows.iter().map(json));
        match page.next {
            Some(next) => words.after = Some(next),
            None => return Ok(lines),
        }
    }
    lines.push("without end".to_owned());
    Ok(lines)
}

fn show(site: &Site, number: &str) -> Result<Vec<String>, SiteError> {
    Ok(match site.look_up(number)? {
        Lookup::One(view) => {
            let mut lines = vec![json(&view.row)];
            lines.extend(view.aliases.iter().map(json));
            lines.extend(view.renditions.iter().map(json));
            lines.extend(view.conflicts.iter().map(json));
            lines.extend(view.timeline.iter().map(json));
            lines
        }
        Lookup::Several(rows) => rows.iter().map(json).collect(),
        Lookup::None => Vec::new(),
    })
}

fn prove(site: &Site, number: &str) -> Result<Vec<String>, SiteError> {
    let Some(proof) = site.prove(number, false)? else {
        return Ok(Vec::new());
    };
    let holds = app::verify_receipt(&proof.to_json(), &site.public_key()).is_ok();
    Ok(vec![format!("holds: {holds}"), proof.to_json()])
}

fn export(site: &Site, scratch: &Path) -> Result<Vec<String>, SiteError> {
    let file = scratch.join("export.csv");
    app::export(site, &everything(), &file)?;
    let text = fs::read_to_string(&file).expect("the export");
    Ok(text.lines().map(str::to_owned).collect())
}
