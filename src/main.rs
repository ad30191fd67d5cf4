//! The `clawbeat` command.
fn main() {}
