//! Makes the figures of docs/reference/performance.md.

fn main() {}
