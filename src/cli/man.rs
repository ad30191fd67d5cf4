//! `clawbeat man`.

use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::Man;
use clawbeat::schema::nearest;

use super::Cli;
use super::output::print;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The command to describe [default: clawbeat itself]
    command: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    // Sub-commands are named and get the flags that all share only once the whole is built.
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    let command = match &args.command {
        None => cli,
        Some(name) => {
            let found = cli.find_subcommand(name).cloned();
            let near = || match nearest(name, cli.get_subcommands().map(clap::Command::get_name)) {
                Some(near) => format!("no command '{name}', did you mean '{near}'?"),
                None => format!("no command '{name}'; clawbeat help lists them"),
            };
            found.with_context(near)?
        }
    };
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    print(&String::from_utf8(page)?)?;
    Ok(ExitCode::SUCCESS)
}
