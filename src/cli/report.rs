//! `clawbeat report`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use clawbeat::files::save::save;
use clawbeat::releases::Version;
use clawbeat::report::gates::Limits;
use clawbeat::report::text::Screen;
use clawbeat::report::{Older, Question, Speed, text};

use super::amount::{Amount, Count};
use super::load::{self, Subject};
use super::options::{ConfigOptions, QuestionOptions};
use super::output::{complain, print, screen};
use super::plan_options::PlanOptions;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Print all of it as text, not just one screen
    #[arg(long)]
    full: bool,
    /// Write it to this file instead, whole or not at all; - is standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    plan: PlanOptions,
    /// Show the same file under another OpenClaw release too, agent by agent
    #[arg(long, value_name = "VERSION")]
    compare_release: Option<Version>,
    /// Show what this config does to the bill of an older one, asked the same question; - is standard input
    #[arg(long, value_name = "OLD_CONFIG")]
    against: Option<PathBuf>,
    /// Exit with 1 if a typical month costs more now, such as 20 or '250 credits', or an unknown amount
    #[arg(long, value_name = "AMOUNT")]
    max_monthly: Option<Amount>,
    /// Exit with 1 if a typical month costs more by this much than the config of --against
    #[arg(long, value_name = "AMOUNT", requires = "against")]
    max_increase: Option<Amount>,
    /// Exit with 1 if heartbeats make more requests than this on a mean day
    #[arg(hide_short_help = true, long, value_name = "COUNT")]
    max_requests_per_day: Option<Count>,
    /// Exit with 1 if heartbeats read and write more tokens than this on a mean day, such as 500k or 2M
    #[arg(hide_short_help = true, long, value_name = "COUNT")]
    max_tokens_per_day: Option<Count>,
    /// Price it into the range that models fail for this share of the time, such as 5%, and their fallbacks answer
    #[arg(hide_short_help = true, long, value_name = "PERCENT", value_parser = outage)]
    outage: Option<u8>,
    /// How many tokens a second your own model server reads and writes, such as 800/40: shows how busy it is
    #[arg(hide_short_help = true, long, value_name = "IN/OUT", value_parser = speed)]
    tokens_per_second: Option<Speed>,
    /// Put a provider's bill beside the records under the report (as calibrate --bill does; text only)
    #[cfg(feature = "records")]
    #[arg(hide_short_help = true, long, value_name = "FILE")]
    bill: Option<PathBuf>,
    /// Show how long this many credits (dollars, in a report in dollars) last under the heartbeats of all agents
    #[arg(long, value_name = "CREDITS", conflicts_with = "agent")]
    balance: Option<Amount>,
}

/// How to print an answer.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For a pull request: a comment that a bot can update
    Markdown,
    /// For programs (schemas/report.v1.schema.json)
    Json,
    /// For a browser: one page with charts and a panel to try settings in, nothing to load
    Html,
    /// For Prometheus, by the textfile collector of node_exporter
    Prometheus,
}

impl Args {
    /// The config that was named.
    pub(super) fn config(&self) -> Option<&Path> {
        self.config.config.as_deref()
    }
}

/// A limit is exceeded, or may be.
const EXCEEDED: u8 = 1;

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let subject = load::subject(&args.config)?;
    let question = &args.config.question;
    let bounds = args.plan.bounds(&subject, question)?;
    let plan = subject.plan(&bounds);
    let unit = subject.unit(question);
    let amount = |flag, amount: Option<Amount>| amount.map(|amount| amount.in_unit(flag, unit)).transpose();
    let limits = Limits {
        monthly: amount("--max-monthly", args.max_monthly)?,
        increase: amount("--max-increase", args.max_increase)?,
        requests_per_day: args.max_requests_per_day.map(Count::units),
        tokens_per_day: args.max_tokens_per_day.map(Count::units),
    };
    let balance = amount("--balance", args.balance)?;
    let older = args.against.as_ref().map(|path| older(path, &subject, question)).transpose()?;
    if limits != Limits::default() {
        judgeable(&subject)?;
        older.as_ref().map_or(Ok(()), judgeable)?;
    }
    let asked = Question {
        other_release: args.compare_release,
        older: older.as_ref().map(|older| Older {
            analysis: &older.analysis,
            path: older.path.clone(),
            sha256: older.loaded.fingerprint.sha256.clone(),
        }),
        balance,
        outage: args.outage,
        speed: args.tokens_per_second,
        limits,
        html_extras: matches!(args.format, Format::Html).then_some(&bounds),
        ..Question::default()
    };
    let report = subject.answer(&plan, question, args.plan.arguments(), asked);
    let screen = if args.output.is_some() { Screen::PLAIN } else { screen(question.color) };
    let text = match args.format {
        Format::Text if args.full => text::render_full(&report, screen),
        Format::Text => text::render(&report, screen),
        Format::Markdown => report.to_markdown(),
        Format::Json => report.to_json(),
        Format::Html => report.to_html(),
        Format::Prometheus => report.to_prometheus(),
    };
    #[cfg(feature = "records")]
    let text = text + &beside_bill(args, &subject)?;
    match args.output.as_ref().filter(|path| path.as_os_str() != "-") {
        None => print(&text)?,
        Some(path) => save(path, &text, [Some(&subject.loaded), older.as_ref().map(|older| &older.loaded)])?,
    }
    let exceeded = report.gates.iter().filter(|gate| !gate.kept);
    let exceeded = exceeded.map(|gate| complain(&format!("{}: {}", gate.gate.flag(), gate.sentence(unit)))).count();
    Ok(if exceeded > 0 { ExitCode::from(EXCEEDED) } else { ExitCode::SUCCESS })
}

fn outage(text: &str) -> Result<u8, String> {
    let percent = text.trim().trim_end_matches('%').parse().ok().filter(|percent| (0..=100).contains(percent));
    percent.ok_or_else(|| "expected a share in whole percents such as 5%, at most 100%".to_owned())
}

fn speed(text: &str) -> Result<Speed, String> {
    let positive = |text: &str| text.trim().parse().ok().filter(|speed: &u64| (1..=1_000_000_000).contains(speed));
    let both = text.split_once('/').and_then(|(reads, writes)| Some((positive(reads)?, positive(writes)?)));
    let (reads, writes) =
        both.ok_or("expected two whole numbers above 0 such as 800/40: read, then written a second")?;
    Ok(Speed { reads, writes })
}

/// The bill that was named beside the records of the gateway; nothing where none was.
#[cfg(feature = "records")]
fn beside_bill(args: &Args, subject: &Subject) -> anyhow::Result<String> {
    let Some(path) = &args.bill else { return Ok(String::new()) };
    if !matches!(args.format, Format::Text) {
        bail!("--bill goes with --format text; clawbeat calibrate --bill FILE --format json is for programs");
    }
    let Some((records, _)) = super::measured::records(&subject.loaded, &args.config.question)? else {
        bail!("--bill stands beside the gateway's records: name them with --state-dir DIR");
    };
    Ok(format!("\n{}", super::bill::beside(path, &records, &subject.analysis)?))
}

/// The older config under the same question. The agent that is asked about may be new.
fn older(path: &Path, revision: &Subject, question: &QuestionOptions) -> anyhow::Result<Subject> {
    if path.as_os_str() == "-" && revision.path == "-" {
        bail!("only one of the two configs can be standard input");
    }
    let question = QuestionOptions { agent: None, ..question.clone() };
    load::subject(&ConfigOptions { config: Some(path.to_owned()), question })
}

/// Refuses to hold a limit against what was not read: it would be kept by a config that is not there.
pub(super) fn judgeable(subject: &Subject) -> anyhow::Result<()> {
    let analysis = &subject.analysis;
    if let Some(hint) = load::misplaced(&subject.path, &analysis.document) {
        bail!("a limit cannot be held: {hint}");
    }
    let unread = analysis.expanded.includes.iter().find_map(|one| Some((&one.file, one.problem.as_ref()?)));
    if let Some((file, problem)) = unread {
        bail!("a limit cannot be held: {}: $include '{file}' was not read ({problem})", subject.path);
    }
    Ok(())
}
