//! `clawbeat report`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use clawbeat::files::read::Loaded;
use clawbeat::files::save::save;
use clawbeat::plan::{Bounds, Explanation};
use clawbeat::releases::Version;
use clawbeat::report::gates::Limits;
use clawbeat::report::markdown::render_several;
use clawbeat::report::text::Screen;
use clawbeat::report::{ExtrasWanted, GivenFlags, Older, Question, Report, Speed, prometheus, text};

use super::amount::{GivenAmount, GivenCount};
use super::laid_out::WhenAsked;
use super::load;
use super::options::{ConfigOptions, QuestionOptions};
use super::output::{complain, print, screen};
use super::plan_options::PlanOptions;
use super::recommended::plain_patch;
use super::subject::LoadedConfig;
use super::{Cli, Command};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Gateway configs (JSON5, JSON or YAML), folders of them, or - for standard input [default: openclaw.json,
    /// .json5 or .yaml here, else where OpenClaw looks]
    configs: Vec<PathBuf>,
    #[command(flatten)]
    question: QuestionOptions,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ReportFormat,
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
    /// Compare the bill with that of an older config, under the same flags; - is standard input
    #[arg(long, value_name = "OLD_CONFIG")]
    against: Option<PathBuf>,
    /// Heartbeats only, without what else the gateway runs by itself
    #[arg(hide_short_help = true, long, value_name = "KIND")]
    only: Option<Only>,
    /// Exit with 1 if a typical month costs more, such as 20 or '250 credits', or an unknown amount
    #[arg(long, value_name = "AMOUNT")]
    max_monthly: Option<GivenAmount>,
    /// Exit with 1 if a typical month costs more than --against by more than this
    #[arg(long, value_name = "AMOUNT", requires = "against")]
    max_increase: Option<GivenAmount>,
    /// Exit with 1 if heartbeats make more requests than this on an average day
    #[arg(hide_short_help = true, long, value_name = "COUNT")]
    max_requests_per_day: Option<GivenCount>,
    /// Exit with 1 if heartbeats read and write more tokens than this on an average day, such as 500k or 2M
    #[arg(hide_short_help = true, long, value_name = "COUNT")]
    max_tokens_per_day: Option<GivenCount>,
    /// Include in the range that models fail this share of the time, such as 5%, and their fallbacks answer
    #[arg(hide_short_help = true, long, value_name = "PERCENT", value_parser = outage)]
    outage: Option<u8>,
    /// How many tokens a second your own model server reads and writes, such as 800/40: shows how busy it is
    #[arg(hide_short_help = true, long, value_name = "IN/OUT", value_parser = speed)]
    tokens_per_second: Option<Speed>,
    /// Compare a provider's bill with the records, under the report (as calibrate --bill does; text only)
    #[cfg(feature = "records")]
    #[arg(hide_short_help = true, long, value_name = "FILE")]
    bill: Vec<PathBuf>,
    /// Show how long this many credits (dollars, in a report in dollars) last on the heartbeats of all agents
    #[arg(long, value_name = "CREDITS", conflicts_with = "agent")]
    balance: Option<GivenAmount>,
}

impl Args {
    /// The flags that a further command on the same file is to have, but for those of the question.
    fn asked(&self) -> GivenFlags {
        let path = |path: &Path| path.display().to_string();
        let given = [
            ("--compare-release", self.compare_release.map(|version| version.to_string())),
            ("--against", self.against.as_deref().map(path)),
            ("--only", self.only.map(|_| "heartbeat".to_owned())),
            ("--max-monthly", self.max_monthly.map(|amount| amount.to_string())),
            ("--max-increase", self.max_increase.map(|amount| amount.to_string())),
            ("--max-requests-per-day", self.max_requests_per_day.map(|count| count.to_string())),
            ("--max-tokens-per-day", self.max_tokens_per_day.map(|count| count.to_string())),
            ("--outage", self.outage.map(|percent| format!("{percent}%"))),
            ("--tokens-per-second", self.tokens_per_second.map(|Speed { reads, writes }| format!("{reads}/{writes}"))),
            ("--balance", self.balance.map(|amount| amount.to_string())),
        ];
        #[cfg(feature = "records")]
        let given = given.into_iter().chain(self.bill.iter().map(|bill| ("--bill", Some(path(bill)))));
        let given = given.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value?]));
        GivenFlags { plan: self.plan.arguments(), report: given.flatten().collect(), ..GivenFlags::default() }
    }
}

/// How to print an answer.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReportFormat {
    /// For a terminal
    Text,
    /// For a pull request: a comment that a bot can update
    Markdown,
    /// For programs (schemas/report.v1.schema.json)
    Json,
    /// For a browser: a single page with charts and a panel for trying settings
    Html,
    /// For Prometheus, through node_exporter's textfile collector
    Prometheus,
}

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// The heartbeats of the agents
    Heartbeat,
}

impl Args {
    /// The first config that was named.
    pub(super) fn config(&self) -> Option<&Path> {
        self.configs.first().map(PathBuf::as_path)
    }

    /// The flags whose answer is about one config.
    fn about_one(&self) -> Option<&'static str> {
        let html = matches!(self.format, ReportFormat::Html).then_some("--format html");
        let flags = [
            html,
            self.against.as_ref().map(|_| "--against"),
            self.compare_release.map(|_| "--compare-release"),
            self.balance.map(|_| "--balance"),
        ];
        #[cfg(feature = "records")]
        let flags = flags.into_iter().chain([self.bill.first().map(|_| "--bill")]);
        flags.into_iter().flatten().next()
    }
}

/// A limit is exceeded, or may be.
const EXCEEDED: u8 = 1;

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let answers = match load::configs(&args.configs)?.as_slice() {
        [] => vec![ReportOnConfig::of(None, args)?],
        [path] => vec![ReportOnConfig::of(Some(path), args)?],
        several => {
            if let Some(flag) = args.about_one() {
                bail!("{flag} is about one config; these are {}", several.len());
            }
            several.iter().map(|path| ReportOnConfig::under_settings(path)).collect::<anyhow::Result<_>>()?
        }
    };
    let screen = if args.output.is_some() { Screen::PLAIN } else { screen(args.question.color) };
    let text = match answers.as_slice() {
        [answer] => answer.text(args, screen)?,
        several => all_in_one(several, args, screen),
    };
    match args.output.as_ref().filter(|path| path.as_os_str() != "-") {
        None => print(&text)?,
        Some(path) => save(path, &text, answers.iter().flat_map(ReportOnConfig::read))?,
    }
    let exceeded: usize = answers.iter().map(|answer| answer.over_limits(answers.len() > 1)).sum();
    Ok(if exceeded > 0 { ExitCode::from(EXCEEDED) } else { ExitCode::SUCCESS })
}

/// The report on a config, and what it was read from.
struct ReportOnConfig {
    subject: LoadedConfig,
    older: Option<LoadedConfig>,
    report: Report,
}

impl ReportOnConfig {
    /// Of several configs each is asked under its own settings.
    fn under_settings(path: &Path) -> anyhow::Result<Self> {
        let cli = Cli::under(Some(path))?;
        match cli.command {
            None => ReportOnConfig::of(Some(path), &cli.report),
            Some(Command::Report(WhenAsked(args))) => ReportOnConfig::of(Some(path), &args),
            Some(_) => bail!("{}: the settings turn this into another command", path.display()),
        }
    }

    fn of(config: Option<&Path>, args: &Args) -> anyhow::Result<Self> {
        let question = &args.question;
        let subject = load::subject(&ConfigOptions { config: config.map(Path::to_owned), question: question.clone() })?;
        let heartbeats_only = args.only.is_some();
        let bounds = Bounds { heartbeats_only, ..args.plan.bounds(&subject, question)? };
        let explanation = match args.format {
            ReportFormat::Text if !args.full => Explanation::Steps,
            _ => Explanation::Whole,
        };
        let plan = subject.analysis.explained_plan(&bounds, explanation);
        let unit = subject.unit(question);
        let amount = |flag, amount: Option<GivenAmount>| amount.map(|amount| amount.in_unit(flag, unit)).transpose();
        let limits = Limits {
            monthly: amount("--max-monthly", args.max_monthly)?,
            increase: amount("--max-increase", args.max_increase)?,
            requests_per_day: args.max_requests_per_day.map(GivenCount::units),
            tokens_per_day: args.max_tokens_per_day.map(GivenCount::units),
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
            only_heartbeats: heartbeats_only,
            outage: args.outage,
            speed: args.tokens_per_second,
            limits,
            html_extras: matches!(args.format, ReportFormat::Html)
                .then(|| ExtrasWanted { bounds: &bounds, patch: plain_patch(&subject, &plan) }),
            ..Question::default()
        };
        if matches!(args.format, ReportFormat::Prometheus) {
            // The other formats have it among their warnings.
            subject.say_stray_plan(question);
        }
        let report = subject.answer(&plan, question, args.asked(), asked);
        Ok(ReportOnConfig { subject, older, report })
    }

    fn text(&self, args: &Args, screen: Screen) -> anyhow::Result<String> {
        let report = &self.report;
        let text = match args.format {
            ReportFormat::Text if args.full => text::render_full(report, screen),
            ReportFormat::Text => text::render(report, screen),
            ReportFormat::Markdown => report.to_markdown(),
            ReportFormat::Json => report.to_json(),
            ReportFormat::Html => report.to_html(),
            ReportFormat::Prometheus => report.to_prometheus(),
        };
        #[cfg(feature = "records")]
        let text = text + &beside_bill(args, &self.subject)?;
        Ok(text)
    }

    /// The files that were read.
    fn read(&self) -> [Option<&Loaded>; 2] {
        [Some(&self.subject.loaded), self.older.as_ref().map(|older| &older.loaded)]
    }

    /// Says which limits are not kept, and of which config where there are several; how many.
    fn over_limits(&self, names_it: bool) -> usize {
        let (report, path) = (&self.report, &self.subject.path);
        let whose = if names_it { format!("{path}: ") } else { String::new() };
        let exceeded = report.gates.iter().filter(|gate| !gate.kept);
        exceeded.map(|gate| complain(&format!("{whose}{}: {}", gate.gate.flag(), gate.sentence(report.unit)))).count()
    }
}

/// The answers for several configs: beside each other for people, a line each for programs.
fn all_in_one(answers: &[ReportOnConfig], args: &Args, screen: Screen) -> String {
    let reports: Vec<Report> = answers.iter().map(|answer| answer.report.clone()).collect();
    match args.format {
        ReportFormat::Text if args.full => {
            let each = reports.iter().map(|report| text::render_full(report, screen));
            each.collect::<Vec<_>>().join("\n\n")
        }
        ReportFormat::Text => text::render_several(&reports, screen),
        ReportFormat::Markdown => render_several(&reports),
        ReportFormat::Prometheus => prometheus::render(&reports),
        ReportFormat::Json | ReportFormat::Html => reports.iter().map(Report::to_json_line).collect(),
    }
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
fn beside_bill(args: &Args, subject: &LoadedConfig) -> anyhow::Result<String> {
    if args.bill.is_empty() {
        return Ok(String::new());
    }
    if !matches!(args.format, ReportFormat::Text) {
        bail!("--bill goes with --format text; clawbeat calibrate --bill FILE --format json is for programs");
    }
    let Some((records, _)) = super::measured::records(&subject.loaded, &args.question)? else {
        bail!("--bill is compared with the gateway's records: name them with --state-dir DIR");
    };
    Ok(format!("\n{}", super::bill::beside(&args.bill, &records, &subject.analysis, args.question.billing)?))
}

/// The older config under the same question. The agent that is asked about may be new.
fn older(path: &Path, revision: &LoadedConfig, question: &QuestionOptions) -> anyhow::Result<LoadedConfig> {
    if path.as_os_str() == "-" && revision.path == "-" {
        bail!("only one of the two configs can be standard input");
    }
    let question = QuestionOptions { agent: None, ..question.clone() };
    load::subject(&ConfigOptions { config: Some(path.to_owned()), question })
}

/// Refuses to hold a limit against what was not read: it would be kept by a config that is not there.
pub(super) fn judgeable(subject: &LoadedConfig) -> anyhow::Result<()> {
    let analysis = &subject.analysis;
    if let Some(hint) = load::misplaced(&subject.path, &analysis.document) {
        bail!("a limit cannot be checked: {hint}");
    }
    if let Some((include, problem)) = analysis.expanded.unread() {
        bail!("a limit cannot be checked: {}: $include '{}' was not read ({problem})", subject.path, include.file);
    }
    Ok(())
}
