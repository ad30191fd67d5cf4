//! The one way in which tests start programs: in an environment that holds nothing but where programs are, so that no
//! test depends on who runs it. `clippy.toml` refuses every other way.

#![allow(dead_code, unreachable_pub, reason = "each test uses the part that it needs")]

use std::ffi::OsStr;
use std::process::Command;

/// The binary.
pub const CLAWBEAT: &str = env!("CARGO_BIN_EXE_clawbeat");

/// The binary in an empty environment.
#[allow(clippy::disallowed_methods, reason = "the environment is cleared right here")]
pub fn clawbeat() -> Command {
    let mut command = Command::new(CLAWBEAT);
    command.env_clear();
    command
}

/// Another program, which finds others by `PATH`.
#[allow(clippy::disallowed_methods, reason = "the environment is cleared right here")]
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command
}
