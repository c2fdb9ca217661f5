# Two commands do all set-up: `make run` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

DENY_VERSION := 0.20.2
PIAOKU := target/quick/piaoku

.PHONY: help run test lint bench beside samples torture attacks fuzz fmt tools clean

help: ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## build, fill a demo company, tell what to try next
	@command -v cargo >/dev/null || { echo "Rust >= 1.95 is needed: https://rustup.rs"; exit 2; }
	cargo build --locked --profile quick --package cli
	rm -rf demo-data
	$(PIAOKU) --data demo-data demo

# One seed for the property tests, so that the same commit gives the same answer; `cargo test` alone draws a new one.
test: export PROPTEST_RNG_SEED ?= 20260301
test: lint ## everything that CI runs
	@mkdir -p target
	cargo test --locked --workspace --no-fail-fast 2>&1 | tee target/test.log || failed=1; \
	awk '/^test result:/ { passed += $$4; failed += $$6 } END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0 }' target/test.log \
	&& [ -z "$${failed:-}" ]

lint: tools ## formatting, lints, licences
	cargo fmt --all --check
	rustfmt --edition 2024 --check crates/rules/src/check/*.rs
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo deny --locked check bans licenses sources

fmt: ## format everything
	cargo fmt --all
	rustfmt --edition 2024 crates/rules/src/check/*.rs

bench: beside ## measure and write docs/reference/performance.md; ONLY="library" SIZE=10M
	SIZE="$(SIZE)" cargo run --locked --profile quick --package bench -- $(ONLY)

# What we are measured beside: two Python libraries, in an environment of their own.
beside: target/beside/bin/python
target/beside/bin/python:
	python3 -m venv target/beside || { echo "python3-venv is needed: apt install python3-venv"; exit 2; }
	target/beside/bin/pip install --quiet pdfplumber==0.11.10 easyofd==20260427

samples: ## make the sample corpus again, after the generator changed
	UPDATE_SAMPLES=1 cargo test --locked --package specimen corpus
	UPDATE_SAMPLES=1 cargo test --locked --package app --test corpus

torture: ## every attack at its full size; writes docs/reference/reliability.md
	@mkdir -p target
	$(MAKE) attacks 2>&1 | tee target/torture.log
	cargo run --locked --package xtask -- reliability target/torture.log

# The figures are the lines that start with RELIABILITY.
attacks:
	PIAOKU_CASES=$${PIAOKU_ALTERED:-2500} cargo test --locked --package app --test altered -- --nocapture
	PIAOKU_KILLS=$${PIAOKU_KILLS:-1000} cargo test --locked --package cli --test kill -- --nocapture
	PIAOKU_CASES=$${PIAOKU_CUTS:-2000} cargo test --locked --package app --test power -- --nocapture
	PIAOKU_CASES=$${PIAOKU_FAULTS:-200} cargo test --locked --package app --test disk -- --nocapture
	PIAOKU_FLIPS=$${PIAOKU_FLIPS:-10000} cargo test --locked --package app --test flips -- --nocapture
	cargo test --locked --package app --test tampering -- --nocapture
	cargo test --locked --package cli --test independent -- --nocapture
	PIAOKU_HOSTILE=all PIAOKU_FORM_CUTS=$${PIAOKU_FORM_CUTS:-100} cargo test --locked --package cli --test hostile_files -- --nocapture
	cargo test --locked --package cli --test hostile -- --nocapture
	PIAOKU_FUZZ_ITERATIONS=$${PIAOKU_FUZZ_ITERATIONS:-200000} cargo test --locked --package fuzzing --test smoke -- --nocapture

# What libFuzzer wants of the compiler; sancov works with the stable one.
SANCOV := -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
	-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
	-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=8 --cfg fuzzing
# Naming the target keeps these flags from what is built to build: it has no counters to link with.
HOST := $(shell rustc -vV 2>/dev/null | sed -n 's/^host: //p')
FUZZ ?= xml xbrl ofd pdf picture qr xlsx archive read entry note proof fact words number

fuzz: ## the long form of the fuzz targets: FUZZ="pdf ofd" SECONDS_EACH=600; what is found lies in fuzz/artifacts
	cd fuzz && RUSTFLAGS="$(SANCOV)" cargo build --locked --release --target $(HOST)
	@cd fuzz && for target in $(FUZZ); do \
		export PIAOKU_FUZZ=$$target; mkdir -p corpus/$$target artifacts/$$target; \
		PIAOKU_FUZZ_SEEDS=corpus/$$target target/$(HOST)/release/any; \
		nice -n 19 target/$(HOST)/release/any corpus/$$target -artifact_prefix=artifacts/$$target/ -max_total_time=$${SECONDS_EACH:-600} \
			-timeout=20 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1; \
	done

tools:
	@python3 -c 'import ctypes; ctypes.CDLL("libzstd.so.1")' 2>/dev/null || if [ "$$(id -u)" = 0 ]; then apt-get install --yes python3 libzstd1; else echo "docs/verify.py needs: apt-get install python3 libzstd1"; fi
	@cargo deny --version 2>/dev/null | grep -q "$(DENY_VERSION)" || cargo install --locked cargo-deny --version $(DENY_VERSION)

clean: ## remove what was built and the demo company
	rm -rf target demo-data
