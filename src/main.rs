//! The `clawbeat` command.

use std::process::ExitCode;

mod cli;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // WebAssembly starts at the root, wherever its host is.
    #[cfg(target_os = "wasi")]
    if let Some(here) = std::env::var_os("PWD") {
        let _ = std::env::set_current_dir(here);
    }
    match cli::read() {
        Ok(cli) => cli::run(cli).unwrap_or_else(|error| cli::fail(&error)),
        Err(code) => code,
    }
}
