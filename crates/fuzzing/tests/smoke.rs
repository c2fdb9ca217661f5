//! Every fuzz target for a moment, without libFuzzer: seeds and seeded changes of them.
//!
//! `PIAOKU_FUZZ_ITERATIONS` is the number of runs of the cheapest target; costly ones get fewer (`make torture`).
//! `PIAOKU_SEED` draws others.
#![allow(clippy::print_stdout, reason = "the figures are what the test is for")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use fuzzing::{Mutator, TARGETS, Target};

fn number_from(name: &str, usual: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.and_then(|value| value.parse().ok()).unwrap_or(usual)
}

fn run(target: &Target, input: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_ok()
}

fn check(target: &Target) {
    let iterations = number_from("PIAOKU_FUZZ_ITERATIONS", 2_000) as usize;
    let mut mutator = Mutator::new(number_from("PIAOKU_SEED", 20_260_301));
    let seeds = target.all_seeds();
    assert!(!seeds.is_empty(), "{} has no seeds", target.name);
    let mut broken: Vec<Vec<u8>> = seeds.iter().filter(|seed| !run(target, seed)).cloned().collect();
    let changed = (iterations / target.cost).max(4);
    for _ in 0..changed {
        let input = mutator.input(&seeds);
        if !run(target, &input) {
            broken.push(input);
        }
    }
    println!(
        "RELIABILITY | fuzz {} | runs={} lost=0 found={} seeds={}",
        target.name,
        seeds.len() + changed,
        broken.len(),
        seeds.len()
    );
    if let Some(input) = broken.iter().min_by_key(|input| input.len()) {
        panic!("{} breaks with {:?}", target.name, String::from_utf8_lossy(input));
    }
}

#[test]
fn codecs() {
    TARGETS.iter().filter(|target| target.cost < 10).for_each(check);
}

#[test]
fn light_documents() {
    let is_light = |target: &&Target| (10..100).contains(&target.cost);
    TARGETS.iter().filter(is_light).for_each(check);
}

#[test]
fn heavy_documents() {
    TARGETS.iter().filter(|target| target.cost >= 100).for_each(check);
}

#[test]
fn twins_are_caught() {
    testkit::assert_twin_is_caught("reader_says_nothing", "light_documents", &[]);
}
