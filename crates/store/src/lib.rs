//! Entries, payloads, originals, head and rows. One trait, one conformance suite, engines sqlite and memory.
