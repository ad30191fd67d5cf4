//! `clawbeat fleet`.

mod apply;
mod asking;
mod gates;
mod inputs;
mod lines;
mod ordered;
mod progress;
mod signals;
#[cfg(feature = "parquet")]
mod table;
mod tally;
mod target;
mod undo;

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use anyhow::bail;
use clap::{Subcommand, ValueEnum};
use clawbeat::files::save::save;
use clawbeat::fleet::{
    Asked, Field, FleetTotals, KnownLines, OtherDefaults, render_html, render_text, selected, summary,
};
use clawbeat::money::Unit;
use clawbeat::words::counted;

use super::amount::{GivenAmount, GivenCount};
use super::lint::LintLevel;
use super::load::Common;
use super::options::QuestionOptions;
use super::output::{complain, print, screen};
use super::plan_options::PlanOptions;
use asking::{Asking, LineAndPlan};
use inputs::{Inputs, Item};
use lines::LineSink;
use progress::Progress;
use signals::Signals;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    change: Option<FleetChange>,
    #[command(flatten)]
    ask: Ask,
}

/// What is done with the plans of a fleet.
#[derive(Debug, Subcommand)]
enum FleetChange {
    /// Make the plans that clawbeat fleet --format plan saved
    Apply(apply::Args),
    /// Put back all files that clawbeat fleet apply changed
    Undo(undo::Args),
}

#[derive(Debug, clap::Args)]
struct Ask {
    /// Configs, folders, patterns, or - for standard input
    ///
    /// A folder stands for the gateway configs in it; a pattern looks like 'tenants/*/openclaw.json'. Standard input is a tar,
    /// or one line {"id":…,"config":{…}} per config.
    #[arg(required_unless_present = "null", conflicts_with = "null")]
    paths: Vec<PathBuf>,
    /// Read a list of paths from standard input, each ended by a NUL, as find -print0 writes it
    #[arg(short = '0', long)]
    null: bool,
    /// How to print it
    ///
    /// By default text on a terminal, else ndjson.
    #[arg(long, value_name = "FORMAT")]
    format: Option<FleetFormat>,
    /// Findings only, without monthly figures
    #[arg(long)]
    lint: bool,
    /// Print only these fields of each line; top-level fields of report --format json work too
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    fields: Vec<Field>,
    /// What another default would save, such as every=1h (repeatable)
    ///
    /// Several settings are one default: isolatedSession=true,lightContext=true.
    #[arg(long = "if", id = "instead", value_name = "SETTING=VALUE", conflicts_with = "lint")]
    instead: Vec<OtherDefaults>,
    /// Write it to this file instead
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Continue after the last line of the --output file
    #[arg(long, requires = "output")]
    resume: bool,
    /// Number of threads [default: as many as there are cores]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Exit with 1 if a typical month of a config costs more, such as 20 or '250 credits', or an unknown amount
    #[arg(long, value_name = "AMOUNT")]
    max_monthly: Option<GivenAmount>,
    /// Exit with 1 if a typical month of all configs together costs more, or an unknown amount
    #[arg(long, value_name = "AMOUNT", conflicts_with = "lint")]
    max_total: Option<GivenAmount>,
    /// Exit with 1 if a config makes more requests than this on an average day
    #[arg(long, value_name = "COUNT")]
    max_requests_per_day: Option<GivenCount>,
    /// Exit with 1 if a config reads and writes more tokens than this on an average day, such as 500k or 2M
    #[arg(long, value_name = "COUNT")]
    max_tokens_per_day: Option<GivenCount>,
    /// Exit with 1 for findings of this severity or above, and for a config that cannot be read
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<LintLevel>,
    #[command(flatten)]
    question: QuestionOptions,
    #[command(flatten)]
    plan: PlanOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FleetFormat {
    /// Totals, most expensive configs first
    Text,
    /// One line of JSON per config (schemas/fleet-line.v1.schema.json)
    Ndjson,
    /// Totals for programs (schemas/fleet.v1.schema.json)
    Json,
    /// Totals as a page for a browser, with the distribution of each --if
    Html,
    /// One row per config, for a warehouse; needs --output
    #[cfg(feature = "parquet")]
    Parquet,
    /// One line per plan, for clawbeat fleet apply (schemas/plan.v1.schema.json)
    Plan,
}

/// A limit is not kept, or findings fail.
const EXCEEDED: u8 = 1;

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.change {
        None => ask(args.ask),
        Some(FleetChange::Apply(args)) => apply::run(&args),
        Some(FleetChange::Undo(args)) => undo::run(&args),
    }
}

fn ask(mut args: Ask) -> anyhow::Result<ExitCode> {
    let format = args.format.unwrap_or_else(|| match args.output.is_none() && io::stdout().is_terminal() {
        true => FleetFormat::Text,
        false => FleetFormat::Ndjson,
    });
    if args.resume && format != FleetFormat::Ndjson {
        bail!("--resume continues a file of lines; it works only with --format ndjson");
    }
    let plans = format == FleetFormat::Plan;
    if plans && args.lint {
        bail!("--lint makes no plans; leave it out with --format plan");
    }
    // Bounds that are none of any config.
    if let (Err(error), Err(_)) = (bounds(&args, Unit::Usd), bounds(&args, Unit::Credits)) {
        return Err(error);
    }
    let mut named = BTreeSet::new();
    args.instead.retain(|instead| named.insert(instead.to_string()));
    let mut fields = selected(args.lint, &args.fields);
    let needed = ["id", "verdict", "error", "unit", "current", "recommended", "findings", "gates", "whatIf"];
    let has = |name: &&str| fields.is_empty() || args.lint || fields.iter().any(|field| field.to_string() == **name);
    let tells_enough = needed.iter().all(has);
    if args.resume && !tells_enough {
        bail!("--resume needs the fields {} in the lines", needed.join(", "));
    }
    let inputs = Inputs::find(&args.paths, args.null)?;
    if let Some(path) = &args.output {
        target::refuse_config(path, &inputs)?;
        target::refuse_other(path, format)?;
    }
    if plans && matches!(inputs, Inputs::Stream) {
        bail!("--format plan needs files; a plan cannot change a config from standard input");
    }
    let mut totals = FleetTotals::of(&args.instead);
    let to_file = args.output.as_ref().is_some_and(|path| path.as_os_str() != "-");
    let can_resume = tells_enough && to_file && format == FleetFormat::Ndjson;
    let terms = if can_resume { Some(args.terms(&fields)?) } else { None };
    if can_resume && !fields.is_empty() {
        fields.push(Field::Own("terms"));
    }
    let (mut lines, answered) = match (&args.output, format) {
        (Some(path), FleetFormat::Ndjson | FleetFormat::Plan) if to_file => {
            let (lines, answered) = LineSink::open(path, args.resume, terms.as_deref(), &mut totals)?;
            (Some(lines), answered)
        }
        (_, FleetFormat::Ndjson | FleetFormat::Plan) => (Some(LineSink::Stdout), lines::Answered::default()),
        #[cfg(feature = "parquet")]
        (Some(path), FleetFormat::Parquet) if to_file => {
            (Some(LineSink::Table(Box::new(table::ParquetFile::create(path, &fields)?))), lines::Answered::default())
        }
        #[cfg(feature = "parquet")]
        (_, FleetFormat::Parquet) => bail!("--format parquet needs a file: --output FILE"),
        (_, FleetFormat::Text | FleetFormat::Json | FleetFormat::Html) => (None, lines::Answered::default()),
    };
    let mut progress = Progress::of(inputs.len());
    let jobs = args.jobs.map(usize::from).or_else(|| thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    let signals = Signals::listen()?;
    let asked = if plans { Asked { report: true, lint: args.fail_on.is_some() } } else { args.asked(&fields) };
    let asking = Arc::new(Asking {
        common: Common::read(&args.question)?,
        asked,
        fields,
        plans,
        terms,
        args,
        lines: KnownLines::default(),
    });
    let (mut is_read, mut saved) = (true, 0_u64);
    let source = move |take: &mut dyn FnMut(Item) -> bool| {
        let (mut place, mut refused) = (0, Ok(()));
        inputs.each(&mut |item| {
            let known = if place < answered.len() { answered.holds(place, &item.id()) } else { Ok(false) };
            place += 1;
            match known {
                Ok(true) => true,
                Ok(false) => take(item),
                Err(error) => {
                    refused = Err(error);
                    false
                }
            }
        })?;
        if refused.is_ok() && place < answered.len() {
            let more = counted(answered.len() - place, "line");
            bail!(
                "{more} of the file answer configs that are not named now; --resume can only continue with the same configs"
            );
        }
        refused
    };
    let worker = Arc::clone(&asking);
    let work = move |item: Item| {
        let (line, plan) = worker.about(item);
        let line = worker.terms.iter().fold(line, |line, terms| line.asked_under(terms));
        let text = if worker.plans { plan } else { Ok(line.to_text(&worker.fields)) };
        (line, text)
    };
    let closed = signals.clone();
    let each = |(line, text): LineAndPlan| {
        if is_read {
            let text = text.unwrap_or_else(|why| {
                progress.clear();
                complain(&format!("{}: no plan is saved: {why}", line.get("id").as_str().unwrap_or_default()));
                String::new()
            });
            saved += u64::from(plans && !text.is_empty());
            if let Some(lines) = lines.as_mut().filter(|_| !text.is_empty()) {
                is_read = lines.write(&line, &text)?;
            }
            totals.add(&line);
            progress.show(&totals);
        }
        if !is_read {
            // Whoever read the lines has seen enough.
            closed.stop();
        }
        Ok(())
    };
    let stopping = signals.clone();
    let stop: Arc<dyn Fn() -> bool + Send + Sync> = Arc::new(move || stopping.is_stopped());
    let stopped = ordered::in_order(jobs, &stop, source, work, each);
    progress.clear();
    let stopped = stopped? && is_read;
    // A table that is not whole keeps its unfinished name.
    if !stopped {
        lines.map_or(Ok(()), LineSink::finish)?;
    }
    if !stopped && totals.configs == 0 && asking.args.has_gate() {
        bail!("standard input holds no config, so the limits cannot be checked");
    }
    asking.tell(format, &totals)?;
    if plans {
        complain(&format!("{} saved, of {}", counted(saved, "plan"), counted(totals.configs, "config")));
    }
    if stopped {
        let resume = if can_resume { "; --resume continues from there" } else { "" };
        complain(&format!("stopped by a signal after {}{resume}", counted(totals.configs, "config")));
        return Ok(signals.code());
    }
    Ok(if asking.args.fails(&totals) { ExitCode::from(EXCEEDED) } else { ExitCode::SUCCESS })
}

/// The bounds of a config whose amounts are in a unit.
fn bounds(args: &Ask, unit: Unit) -> anyhow::Result<clawbeat::plan::Bounds> {
    args.plan.bounds_in(unit, &args.question)
}

impl Asking {
    /// Prints what they come to.
    fn tell(&self, format: FleetFormat, totals: &FleetTotals) -> anyhow::Result<()> {
        let output = self.args.output.as_ref().filter(|path| path.as_os_str() != "-");
        let screen = screen(self.args.question.color);
        let text = match format {
            #[cfg(feature = "parquet")]
            FleetFormat::Parquet => {
                summary(totals).iter().for_each(|line| complain(line));
                return Ok(());
            }
            FleetFormat::Ndjson | FleetFormat::Plan => {
                summary(totals).iter().for_each(|line| complain(line));
                return Ok(());
            }
            FleetFormat::Text => render_text(totals, screen),
            FleetFormat::Json => totals.to_json(),
            FleetFormat::Html => render_html(totals),
        };
        match output {
            None => print(&text)?,
            Some(path) => save(path, &text, [])?,
        }
        Ok(())
    }
}
