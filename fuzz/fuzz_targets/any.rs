//! One libFuzzer program for every target of the crate `fuzzing`: `PIAOKU_FUZZ=pdf` chooses. See `make fuzz`.
//!
//! `PIAOKU_FUZZ_SEEDS=folder` writes the target's seeds there and ends.
#![no_main]

use std::sync::OnceLock;

use fuzzing::Target;
use libfuzzer_sys::fuzz_target;

fn target() -> &'static Target {
    static CHOSEN: OnceLock<&Target> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let name = std::env::var("PIAOKU_FUZZ").unwrap_or_default();
        fuzzing::target(&name).unwrap_or_else(|| {
            let names: Vec<&str> = fuzzing::TARGETS.iter().map(|target| target.name).collect();
            eprintln!("PIAOKU_FUZZ is one of: {}", names.join(" "));
            std::process::exit(2)
        })
    })
}

fn begin() {
    // Decoders of codes may panic: that ends one try and is caught. Only a panic that leaves a body is a finding, and
    // the harness aborts on that by itself.
    std::panic::set_hook(Box::new(|info| {
        if std::env::var_os("PIAOKU_FUZZ_LOUD").is_some() {
            eprintln!("{info}");
        }
    }));
    if let Some(folder) = std::env::var_os("PIAOKU_FUZZ_SEEDS") {
        for (at, seed) in target().all_seeds().iter().enumerate() {
            let path = std::path::Path::new(&folder).join(format!("seed-{at}"));
            std::fs::write(path, seed).expect("the folder of seeds can be written");
        }
        std::process::exit(0);
    }
}

fuzz_target!(init: begin(), |data: &[u8]| (target().run)(data));
