//! `clawbeat explain`.

use std::process::ExitCode;

use anyhow::bail;
use clawbeat::plan::{Lever, pages};

use super::output::print;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A lever: every, model, isolatedSession or lightContext
    topic: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(topic) = &args.topic else {
        print(&pages::index())?;
        return Ok(ExitCode::SUCCESS);
    };
    let Some(lever) = Lever::find(topic) else {
        bail!("nothing is explained under '{topic}'; there is '{}'", Lever::ALL.map(Lever::key).join("', '"));
    };
    print(pages::page(lever))?;
    Ok(ExitCode::SUCCESS)
}
