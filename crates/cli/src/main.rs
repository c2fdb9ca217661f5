//! The binary `piaoku`.

fn main() {}
