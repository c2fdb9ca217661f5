//! A group's books as they really arrive: a stream of files in the order of hand-in, most of them ordinary.
//!
//! Files are made one story at a time, so that a demo of any size needs the memory of a few files. What becomes of a
//! file is stated beside it ([`Expect`]) under the assumption that all files before it were received.

mod stories;

use std::collections::VecDeque;

use invoice::{InvoiceKind, Scheme};

use crate::forms::form;
use crate::make::{Maker, Side, Situation, demo_period, later};
use crate::specimen::Specimen;
use crate::truth::{Alteration, Expect, SpecimenFile, Truth};

/// Hands in files until at least `count` distinct invoices were among them.
///
/// The same seed and count give the same files, byte for byte.
pub fn demo(seed: u64, count: usize) -> impl Iterator<Item = SpecimenFile> {
    Teller {
        maker: Maker::new(seed),
        wanted: count,
        made: 0,
        stories: 0,
        ready: VecDeque::new(),
        recent: VecDeque::new(),
        last: None,
        unlisted: Vec::new(),
    }
}

/// Invoices kept at hand for red letters, second renditions and the bureau's list.
const RECENT: usize = 48;

/// Tells stories, each of which leads to one or more files.
struct Teller {
    maker: Maker,
    wanted: usize,
    made: usize,
    stories: usize,
    ready: VecDeque<SpecimenFile>,
    recent: VecDeque<Specimen>,
    last: Option<SpecimenFile>,
    /// The specimens since the bureau's last list.
    unlisted: Vec<Specimen>,
}

impl Iterator for Teller {
    type Item = SpecimenFile;

    fn next(&mut self) -> Option<SpecimenFile> {
        while self.ready.is_empty() {
            if self.made >= self.wanted {
                return None;
            }
            self.tell();
        }
        let file = self.ready.pop_front()?;
        if matches!(file.expect, Expect::Stored { .. }) && file.bytes.len() < 100_000 {
            self.last = Some(file.clone());
        }
        Some(file)
    }
}

impl Teller {
    /// Tells the next story. Every story of the list comes up once early, whatever chance says, so that a small demo
    /// shows all of them.
    fn tell(&mut self) {
        let list = stories::STORIES;
        let story =
            if self.stories >= 30 && self.stories.is_multiple_of(3) && self.stories / 3 - 10 < list.len() {
                &list[self.stories / 3 - 10]
            } else {
                let whole: u64 = list.iter().map(|story| story.weight).sum();
                let mut left = self.maker.chance.below(whole);
                list.iter()
                    .find(|story| {
                        let is_it = left < story.weight;
                        left = left.saturating_sub(story.weight);
                        is_it
                    })
                    .unwrap_or(&list[0])
            };
        self.stories += 1;
        story.tell(self);
    }

    /// A new specimen of the day that the demo has come to.
    fn specimen(&mut self, kind: InvoiceKind, situation: Situation) -> Specimen {
        let (first, last) = demo_period();
        let days = first
            .duration_until(last)
            .as_secs()
            .div_euclid(86_400)
            .unsigned_abs();
        let reached = days * self.made as u64 / self.wanted.max(1) as u64;
        let mut date = later(first, (reached + self.maker.chance.below(10)).min(days));
        if kind.scheme() == Scheme::Legacy {
            // The 税控 systems were switched off; what still comes in is some years old.
            date = later(first, 0)
                .checked_sub(std::time::Duration::from_secs(86_400 * 900))
                .unwrap_or(date);
            date = later(date, self.maker.chance.below(500));
        }
        let side = if self.maker.chance.one_in(4) {
            Side::Sale
        } else {
            Side::Purchase
        };
        let specimen = self.maker.make(kind, situation, side, date);
        self.keep(&specimen);
        specimen
    }

    fn keep(&mut self, specimen: &Specimen) {
        self.made += 1;
        self.recent.push_back(specimen.clone());
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
        if self.unlisted.len() < 400 {
            self.unlisted.push(specimen.clone());
        }
    }

    /// A specimen handed in lately that satisfies a condition, taken out so that it is not used again.
    fn take_recent(&mut self, wanted: impl Fn(&Specimen) -> bool) -> Option<Specimen> {
        let at = self.recent.iter().position(wanted)?;
        self.recent.remove(at)
    }

    /// Hands in one form of one new specimen.
    fn hand_in(&mut self, story: &'static str, specimen: &Specimen, name: &str) {
        let form = form(name).expect("invariant: stories name forms of the list");
        let path = path_of(specimen, form.extension);
        let truth = form.truth(specimen, &path);
        let bytes = (form.write)(specimen);
        self.push(story, path, bytes, vec![truth], stored(1, 0));
    }

    fn push(
        &mut self,
        story: &'static str,
        path: String,
        bytes: Vec<u8>,
        truths: Vec<Truth>,
        expect: Expect,
    ) {
        self.ready.push_back(SpecimenFile {
            path,
            bytes,
            truths,
            expect,
            alteration: None,
            story,
        });
    }

    /// Notes that the last file was altered. Its invoice gets no second rendition and no red letter: what those
    /// would have to agree with is in doubt.
    fn altered(&mut self, field: &'static str, layer: &'static str) {
        if let Some(file) = self.ready.back_mut() {
            file.alteration = Some(Alteration { field, layer });
        }
        self.recent.pop_back();
    }
}

/// So many new invoices, and so many that join invoices already there.
fn stored(invoices_new: usize, invoices_joined: usize) -> Expect {
    Expect::Stored {
        invoices_new,
        invoices_joined,
    }
}

/// Where people put an invoice: a folder for the month, the name as the bureau's download gives it.
fn path_of(specimen: &Specimen, extension: &str) -> String {
    format!("{}/{}.{extension}", month_of(specimen), base_name(specimen))
}

fn month_of(specimen: &Specimen) -> String {
    specimen.date.to_string().chars().take(7).collect()
}

fn base_name(specimen: &Specimen) -> String {
    let stamp = format!("{}{}", specimen.date, specimen.time).replace(['-', ':'], "");
    let party = if specimen.seller.name.is_empty() {
        &specimen.buyer.name
    } else {
        &specimen.seller.name
    };
    if specimen.is_unified() {
        format!("dzfp_{}_{party}_{stamp}", specimen.number)
    } else {
        format!("{}_{}_{party}", specimen.code, specimen.number)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn the_same_seed_hands_in_the_same_files() {
        let one: Vec<_> = demo(9, 150).collect();
        let two: Vec<_> = demo(9, 150).collect();
        assert_eq!(one, two);
        let other: Vec<_> = demo(10, 150).collect();
        assert_ne!(one, other);
    }

    #[test]
    fn a_demo_of_400_tells_every_story_and_keeps_its_word() {
        let mut stories: BTreeMap<&str, usize> = BTreeMap::new();
        let mut paths = BTreeSet::new();
        let mut bytes_seen: BTreeSet<Vec<u8>> = BTreeSet::new();
        let mut invoices: BTreeSet<String> = BTreeSet::new();
        for file in demo(4, 400) {
            *stories.entry(file.story).or_default() += 1;
            assert!(paths.insert(file.path.clone()), "{} twice", file.path);
            let is_repeated = !bytes_seen.insert(file.bytes.clone());
            assert_eq!(is_repeated, file.expect == Expect::Duplicate, "{}", file.path);
            if let Expect::Stored {
                invoices_new,
                invoices_joined,
            } = file.expect
            {
                assert_eq!(file.truths.len(), invoices_new + invoices_joined, "{}", file.path);
                let new = file
                    .truths
                    .iter()
                    .filter(|truth| invoices.insert(format!("{}-{}", truth.code, truth.number)))
                    .count();
                assert_eq!(new, invoices_new, "{}: {}", file.story, file.path);
            }
        }
        assert!(invoices.len() >= 390, "{}", invoices.len());
        for story in stories::STORIES {
            assert!(stories.contains_key(story.name), "{} was not told", story.name);
        }
    }
}
