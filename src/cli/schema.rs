//! `clawbeat schema`.

use std::process::ExitCode;

use anyhow::anyhow;
use clawbeat::releases::shape::Shape;
use clawbeat::releases::{NEWEST, Version};

use super::output::print;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The OpenClaw release to describe
    #[arg(long, value_name = "VERSION", default_value_t = NEWEST)]
    openclaw_version: Version,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let version = args.openclaw_version;
    let shape = Shape::of(version).ok_or_else(|| {
        let known: Vec<String> = Shape::known().iter().map(Version::to_string).collect();
        anyhow!("no schema of OpenClaw {version} is known; expected one of {}", known.join(", "))
    })?;
    print(&format!("{:#}\n", shape.json_schema()))?;
    Ok(ExitCode::SUCCESS)
}
