//! What `-h` of a command tells, so that it fits a screen of 24 lines; `--help` and `clawbeat help COMMAND` have the rest.

use clap::Command;

/// The arguments that are told, for the commands that have more than fit; the others tell all they have.
const TOLD: [(&str, &[&str]); 9] = [
    ("lint", &["configs", "format", "fail_on", "select", "fix"]),
    ("report", &["configs", "full", "format", "against", "max_monthly", "balance"]),
    ("diff", &["config", "format", "output", "exit_code"]),
    ("apply", &["config", "saved", "dry_run", "yes", "allow_refused"]),
    ("lsp", &["openclaw_version", "timezone", "select", "level"]),
    ("simulate", &["config", "trace", "explain_request"]),
    ("verify", &["config", "format", "state_dir"]),
    ("fleet", &["paths", "format", "lint", "instead", "output", "resume"]),
    ("calibrate", &["requests", "state_dir", "since", "until"]),
];

/// Keeps the short help of each command short.
pub(super) fn shortened(mut cli: Command) -> Command {
    let known: Vec<String> = cli.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for (name, told) in TOLD.iter().filter(|(name, _)| known.iter().any(|command| command == name)) {
        cli = cli.mut_subcommand(name, |command| {
            let rest = format!("clawbeat help {name} has all options.");
            let command = command.after_help(rest).after_long_help("");
            command.mut_args(|arg| {
                let id = arg.get_id().as_str();
                let is_told = id == "help" || told.contains(&id);
                arg.hide_short_help(!is_told)
            })
        });
    }
    cli
}
