//! The command line: one file a command, and what they share. Arguments, wiring and messages only; every answer is made
//! by the core.

mod amount;
mod apply;
#[cfg(feature = "records")]
mod bill;
#[cfg(feature = "records")]
mod calibrate;
#[cfg(feature = "shell")]
mod completions;
mod consent;
mod diff;
mod edited_file;
mod explain;
#[cfg(feature = "fleet")]
mod fleet;
mod laid_out;
mod lint;
mod load;
#[cfg(feature = "lsp")]
mod lsp;
#[cfg(feature = "shell")]
mod man;
#[cfg(feature = "records")]
mod measured;
mod models;
mod options;
mod output;
mod plan_options;
mod recommended;
mod report;
mod schema;
mod settings;
mod short_help;
mod simulate;
mod subject;
mod undo;
#[cfg(feature = "records")]
mod verify;
mod write;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clawbeat::schema::nearest;
use clawbeat::words::plain;

use laid_out::WhenAsked;

/// What OpenClaw heartbeats cost, why, and a patch that makes them cheaper
#[derive(Debug, Parser)]
#[command(
    name = "clawbeat",
    version,
    long_version = VERSION,
    max_term_width = 100,
    // Without blank lines before the usage and the commands, of which a screen holds no more.
    help_template = "{about-with-newline}{usage-heading} {usage}\n{all-args}{after-help}",
    after_help = "clawbeat FILE is clawbeat report FILE; clawbeat help COMMAND has all options."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    report: report::Args,
}

/// The version with the commit and the date of the data, as `scripts/release.sh` says it.
const VERSION: &str = match option_env!("CLAWBEAT_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one, read at the start")]
enum Command {
    /// What OpenClaw refuses, ignores, or wastes money on
    Lint(WhenAsked<lint::Args>),
    /// What the heartbeats cost, what for, and what to change
    Report(WhenAsked<Box<report::Args>>),
    /// The recommended change as a patch
    Diff(WhenAsked<diff::Args>),
    /// Make the recommended change
    Apply(WhenAsked<apply::Args>),
    /// Put back the file before the last apply
    Undo(WhenAsked<undo::Args>),
    /// The ticks behind the figure
    Simulate(WhenAsked<simulate::Args>),
    /// What the gateway's own records say
    #[cfg(feature = "records")]
    Calibrate(WhenAsked<calibrate::Args>),
    /// What the last apply saved, by the gateway's own records
    #[cfg(feature = "records")]
    Verify(WhenAsked<verify::Args>),
    /// Many configs at once: one line per config, and the totals
    #[cfg(feature = "fleet")]
    Fleet(Box<fleet::Args>),
    /// What a setting or a rule is about
    Explain(WhenAsked<explain::Args>),
    // Editors start it; the list is for people, and fits a screen.
    /// Findings, fixes and figures in an editor
    #[command(hide = true)]
    #[cfg(feature = "lsp")]
    Lsp(WhenAsked<lsp::Args>),
    /// The price catalogue
    Models(WhenAsked<models::Args>),
    /// What a release takes, as a JSON Schema for editors
    Schema(WhenAsked<schema::Args>),
    /// Shell completions
    #[cfg(feature = "shell")]
    Completions(WhenAsked<completions::Args>),
    // For packagers; the list is for people, and fits a screen.
    /// The manual page, for man -l -
    #[command(hide = true)]
    #[cfg(feature = "shell")]
    Man(WhenAsked<man::Args>),
}

impl Cli {
    /// The command line under the settings of a config: of the one that it names, where none is given here.
    fn under(config: Option<&Path>) -> anyhow::Result<Self> {
        let words: Vec<OsString> = std::env::args_os().collect();
        let mut parser = parser(&words);
        let matches = parser.try_get_matches_from_mut(&words)?;
        let matches = settings::applied(&parser, words, matches, config)?;
        if config.is_none() {
            // It is made once for the command line itself, and to take it apart takes as long as to read the words.
            std::mem::forget(parser);
        }
        Ok(Cli::from_arg_matches(&matches)?)
    }
}

/// Reads the command line, or tells what is wrong with it. What was typed is quoted then, and it may be the name of
/// somebody's file: nothing in it acts on the reader.
pub(crate) fn read() -> Result<Cli, ExitCode> {
    Cli::under(None).map_err(|error| {
        let error = match error.downcast::<clap::Error>() {
            Ok(error) => error,
            Err(other) => return fail(&other),
        };
        let first = std::env::args_os().nth(1).filter(|_| error.use_stderr());
        if let Some(message) = first.and_then(|first| no_command(Path::new(&first))) {
            return fail(&anyhow::anyhow!(message));
        }
        let told = error.render().to_string();
        if told.lines().all(|line| plain(line) == line) {
            let _ = error.print();
        } else {
            output::complain(told.trim_end());
        }
        u8::try_from(error.exit_code()).unwrap_or(CANNOT_RUN).into()
    })
}

/// The command line. Its own help fits a screen: what a report takes is told by the help of that command.
fn parser(words: &[OsString]) -> clap::Command {
    let is_own = |id: &str| ["help", "version"].contains(&id);
    let mut cli = Cli::command().mut_args(|arg| if is_own(arg.get_id().as_str()) { arg } else { arg.hide(true) });
    let may_ask = |word: &str| word.starts_with('-') && !word.starts_with("--") && word.contains('h');
    if !words.iter().any(|word| may_ask(&word.to_string_lossy())) {
        return cli;
    }
    // What is laid out later cannot be shortened.
    cli.build();
    short_help::shortened(cli)
}

/// Runs a command line.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        None => misspelt(&cli.report).map_or_else(|| report::run(&cli.report), |message| Err(anyhow::anyhow!(message))),
        Some(Command::Lint(WhenAsked(args))) => lint::run(&args),
        Some(Command::Report(WhenAsked(args))) => report::run(&args),
        Some(Command::Diff(WhenAsked(args))) => diff::run(&args),
        Some(Command::Apply(WhenAsked(args))) => apply::run(&args),
        Some(Command::Undo(WhenAsked(args))) => undo::run(&args),
        Some(Command::Simulate(WhenAsked(args))) => simulate::run(&args),
        #[cfg(feature = "records")]
        Some(Command::Calibrate(WhenAsked(args))) => calibrate::run(&args),
        #[cfg(feature = "records")]
        Some(Command::Verify(WhenAsked(args))) => verify::run(&args),
        #[cfg(feature = "fleet")]
        Some(Command::Fleet(args)) => fleet::run(*args),
        Some(Command::Explain(WhenAsked(args))) => explain::run(&args),
        #[cfg(feature = "lsp")]
        Some(Command::Lsp(WhenAsked(args))) => lsp::run(&args),
        Some(Command::Models(WhenAsked(args))) => models::run(&args),
        Some(Command::Schema(WhenAsked(args))) => schema::run(&args),
        #[cfg(feature = "shell")]
        Some(Command::Completions(WhenAsked(args))) => completions::run(&args),
        #[cfg(feature = "shell")]
        Some(Command::Man(WhenAsked(args))) => man::run(&args),
    }
}

/// What to say where a command was meant and no file of that name is there.
fn misspelt(report: &report::Args) -> Option<String> {
    no_command(report.config()?)
}

fn no_command(path: &Path) -> Option<String> {
    let name = path.to_str().filter(|_| !path.exists())?;
    let cli = Cli::command();
    if name.starts_with('-') || cli.find_subcommand(name).is_some() {
        return None;
    }
    let near = nearest(name, cli.get_subcommands().map(clap::Command::get_name))?;
    Some(format!("no command and no file '{name}', did you mean 'clawbeat {near}'?"))
}

/// Cannot run: bad arguments, no config, an unreadable one.
const CANNOT_RUN: u8 = 2;

/// Reports why nothing could be done.
pub(crate) fn fail(error: &anyhow::Error) -> ExitCode {
    output::complain(&format!("error: {}", told_once(error)));
    ExitCode::from(CANNOT_RUN)
}

/// The chain of causes, without those that the text before them already tells.
fn told_once(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.as_str() {
        "" => cause,
        text if text.contains(&cause) => told,
        _ => format!("{told}: {cause}"),
    })
}
