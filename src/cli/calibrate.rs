//! `clawbeat calibrate`.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use clawbeat::analysis::{Analysis, Setup};
use clawbeat::calibrate::holdout::{Held, holdout};
use clawbeat::calibrate::{Calibration, calibrate};
use clawbeat::files::save::save;
use clawbeat::records::{Records, StoredRequest};
use clawbeat::releases::{Version, duration};
use clawbeat::secrets::credentials::masked;
use clawbeat::words::{amount_if_known, exact_json_escaped, json_escaped, plain};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::amount::GivenAmount;
use super::load;
use super::measured::{dirs, habits_of, read, tell, tell_notes, tell_trouble};
use super::options::{ConfigOptions, TextOrJson};
use super::output::{complain, print, unless_closed};

#[derive(Debug, clap::Args)]
#[command(mut_arg("no_records", |arg| arg.hide(true)))]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigOptions,
    /// Print the workload file instead of writing it: exactly what it holds
    #[arg(long, conflicts_with = "requests")]
    show: bool,
    /// Write it here, whole or not at all; - is standard output
    #[arg(long, value_name = "FILE", default_value = "workload.json", conflicts_with_all = ["requests", "show", "holdout"])]
    output: PathBuf,
    /// One line of JSON for each model request that the gateway stored: when, by which agent, what for, its model and tokens
    #[arg(long)]
    requests: bool,
    /// Say how far off it is: leave out the end of the records, such as 1d or 12h, and compare it with what the rest says
    #[arg(long, value_name = "SPAN", value_parser = span, conflicts_with_all = ["requests", "show"])]
    holdout: Option<i64>,
    /// Compare a bill: the provider's own export of usage or costs (Claude Console, Anthropic, OpenAI, OpenRouter,
    /// LiteLLM; known by its header). Names, keys and addresses in it are not read. Repeat it for pages and further days
    #[arg(long, value_name = "FILE", conflicts_with_all = ["requests", "show", "holdout"])]
    bill: Vec<PathBuf>,
    /// A reading of the credit balance at --since, in place of a bill
    #[arg(long, value_name = "AMOUNT", requires_all = ["balance_after", "since", "until"], conflicts_with_all = ["bill", "requests", "show", "holdout"])]
    balance_before: Option<GivenAmount>,
    /// The reading at --until
    #[arg(long, value_name = "AMOUNT", requires = "balance_before")]
    balance_after: Option<GivenAmount>,
    /// How to print --holdout and --bill
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
    /// Leave out what is older, such as 2026-11-01 (UTC) or 2026-11-01T08:00:00+01:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Leave out what was made then or later
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
}

impl Args {
    fn period(&self) -> &'static str {
        if self.since.or(self.until).is_some() { " for this period" } else { "" }
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let dirs = dirs(&args.config.question)?;
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since >= until
    {
        bail!("--since {since} is not before --until {until}: nothing lies between them");
    }
    let mut records = read(&dirs, &habits_of(&args.config))?;
    if let Some(agent) = args.config.question.agent.as_deref().filter(|_| args.requests) {
        only_of(agent, &mut records)?;
    }
    let since = args.since.map_or(i64::MIN, Timestamp::as_millisecond);
    let until = args.until.map_or(i64::MAX, Timestamp::as_millisecond);
    records.requests.retain(|request| (since..until).contains(&request.at));
    if args.requests {
        return list(&records, args);
    }
    let analysis = analysis(args, &dirs, records.release)?;
    if let Some(ms) = args.holdout {
        let held = holdout(&records, &analysis.costing(), ms)?;
        print(&match args.format {
            TextOrJson::Text => held.iter().map(|held| told(held, &analysis)).collect(),
            TextOrJson::Json => format!("{}\n", serde_json::to_string_pretty(&held)?),
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    if !args.bill.is_empty() {
        let found = super::bill::compared(&args.bill, &records, &analysis, args.config.question.billing)?;
        print(&match args.format {
            TextOrJson::Text => super::bill::text(&found),
            TextOrJson::Json => format!("{}\n", json_escaped(&serde_json::to_string_pretty(&found)?)),
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    if let (Some(before), Some(after)) = (args.balance_before, args.balance_after) {
        let billing = args.config.question.billing;
        let unit = billing.map_or_else(|| analysis.costing().unit(), |billing| billing.unit());
        let before = before.in_unit("--balance-before", unit)?;
        let after = after.in_unit("--balance-after", unit)?;
        print(&super::bill::balances([before, after], unit, &records, &analysis))?;
        return Ok(ExitCode::SUCCESS);
    }
    let calibration = calibrate(&records, &analysis.costing());
    if calibration.observed.is_none() {
        tell_trouble(&records);
        bail!("no heartbeats of an agent that the config runs are recorded there{}", args.period());
    }
    // Whoever reads the file must be able to.
    calibration.workload("")?;
    tell(&records, &calibration);
    write(args, &calibration)?;
    Ok(ExitCode::SUCCESS)
}

/// Leaves the requests of one agent.
fn only_of(agent: &str, records: &mut Records) -> anyhow::Result<()> {
    let ids: BTreeSet<Arc<str>> = records.requests.iter().map(|request| Arc::clone(&request.agent)).collect();
    records.requests.retain(|request| request.agent.eq_ignore_ascii_case(agent));
    if records.requests.is_empty() && !ids.is_empty() {
        let ids: Vec<String> = ids.iter().map(|id| plain(id)).collect();
        bail!("no agent '{agent}' in the records; they are of '{}'", ids.join("', '"));
    }
    Ok(())
}

/// The config to read the records by: the one that is named, else the gateway's own, else an empty one.
fn analysis(args: &Args, dirs: &[PathBuf], recorded: Option<Version>) -> anyhow::Result<Analysis> {
    let own = dirs.iter().map(|dir| dir.join("openclaw.json")).find(|path| path.exists());
    let mut options = args.config.clone();
    options.config = options.config.or(own);
    options.question.no_records = true;
    options.question.recorded = recorded;
    if options.config.is_some() {
        return Ok(load::subject(&options)?.analysis);
    }
    complain("note: no openclaw.json there: the settings are taken to be OpenClaw's own defaults");
    let month = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let setup = Setup { version: options.question.version()?.or(recorded), ..Setup::default() };
    Analysis::read("{}", clawbeat::Format::Json5, month, setup).map_err(|error| anyhow!(error))
}

fn write(args: &Args, calibration: &Calibration) -> anyhow::Result<()> {
    let text = format!("{}\n", json_escaped(&serde_json::to_string_pretty(&calibration.file)?));
    if args.show || args.output == Path::new("-") {
        print(&text)?;
        return Ok(());
    }
    save(&args.output, &text, [None, None])?;
    let path = args.output.display();
    complain(&format!("{path} written: clawbeat report --workload {path} uses it, --show prints what it holds"));
    Ok(())
}

/// One line a request. Its id is the provider's and joins it with the provider's own lists: it is printed as it is, though it
/// looks as random as a key.
fn list(records: &Records, args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut names: HashMap<Arc<str>, Arc<str>> = HashMap::new();
    let mut shown =
        |name: &Arc<str>| names.entry(Arc::clone(name)).or_insert_with(|| masked(name).into_owned().into()).clone();
    let line = |request: &StoredRequest| {
        let request = StoredRequest { agent: shown(&request.agent), model: shown(&request.model), ..request.clone() };
        writeln!(out, "{}", exact_json_escaped(&request.line()))
    };
    let written = records.requests.iter().try_for_each(line);
    unless_closed(written.and_then(|()| out.flush()))?;
    tell_notes(records);
    if records.requests.is_empty() {
        complain(&format!("note: no request is recorded there{}", args.period()));
    }
    Ok(ExitCode::SUCCESS)
}

/// What became of the held-out hours of an agent, in words.
fn told(held: &Held, analysis: &Analysis) -> String {
    let unit = analysis.costing().unit();
    let erased = match held.erased {
        0 => String::new(),
        erased => format!(" ({erased} were erased, and count on both sides as they are simulated)"),
    };
    let percent = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{:.1}%", share * 100.0));
    let rows = [
        (
            "prompt of quiet heartbeats",
            format!(
                "median error {}, worst {} (of {})",
                percent(held.median_error),
                percent(held.worst_error),
                held.quiet
            ),
        ),
        ("heartbeats", both(held.heartbeats, held.said.heartbeats) + &erased),
        ("input", both(held.tokens.input, held.said.tokens.input)),
        ("cache read", both(held.tokens.cache_read, held.said.tokens.cache_read)),
        ("cache write, 5 minutes", both(held.tokens.cache_write_5m, held.said.tokens.cache_write_5m)),
        ("cache write, 1 hour", both(held.tokens.cache_write_1h, held.said.tokens.cache_write_1h)),
        ("output", both(held.tokens.output, held.said.tokens.output)),
        (
            "cost",
            format!(
                "{} recorded, {} simulated",
                amount_if_known(held.cost, unit),
                amount_if_known(held.said.cost, unit)
            ),
        ),
        (
            "range",
            held.range.map_or("-".to_owned(), |[low, high]| {
                let inside = if held.inside == Some(true) { "inside" } else { "outside" };
                format!("{} to {}: {inside}", amount_if_known(Some(low), unit), amount_if_known(Some(high), unit))
            }),
        ),
    ];
    let rows: String = rows.iter().map(|(name, value)| format!("  {name:<28}{value}\n")).collect();
    let agent = plain(&held.agent);
    format!(
        "{agent}: the {:.1} hours from {} on, by the {} heartbeats before\n{rows}",
        held.hours, held.from, held.fitted
    )
}

fn both(recorded: u64, simulated: u64) -> String {
    format!("{recorded} recorded, {simulated} simulated")
}

fn span(text: &str) -> Result<i64, String> {
    let wrong = || "expected a span such as 1d or 12h".to_owned();
    let interval = duration::parse(text, true).and_then(duration::Interval::ms).ok_or_else(wrong)?;
    i64::try_from(interval).map_err(|_| wrong())
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let day = || Some(text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    text.parse()
        .ok()
        .or_else(day)
        .ok_or_else(|| "expected a time such as 2026-11-01 or 2026-11-01T08:00:00Z".to_owned())
}
