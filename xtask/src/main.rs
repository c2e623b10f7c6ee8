//! Checks of the repository itself, run by `./dev test`.

fn main() {}
