//! The `clawbeat` command.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    match cli::read() {
        Ok(cli) => cli::run(cli).unwrap_or_else(|error| cli::fail(&error)),
        Err(code) => code,
    }
}
