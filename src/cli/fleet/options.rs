//! The flags of a question to a fleet, and which of them contradict each other.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::bail;
use clap::ValueEnum;
use clawbeat::fleet::{Field, FleetTotals, OtherDefaults, selected};
use clawbeat::money::Unit;

use super::super::amount::{GivenAmount, GivenCount};
use super::super::lint::LintLevel;
use super::super::options::QuestionOptions;
use super::super::plan_options::PlanOptions;
use super::inputs::Inputs;
use super::target;

/// Which configs are asked, what, and how the answer is given.
#[derive(Debug, clap::Args)]
pub(super) struct FleetOptions {
    /// Configs, folders, patterns, or - for standard input
    ///
    /// A folder stands for the gateway configs in it; a pattern looks like 'tenants/*/openclaw.json'. Standard input is a tar,
    /// or one line {"id":…,"config":{…}} per config.
    #[arg(required_unless_present = "null", conflicts_with = "null")]
    pub(super) paths: Vec<PathBuf>,
    /// Read a list of paths from standard input, each ended by a NUL, as find -print0 writes it
    #[arg(short = '0', long)]
    pub(super) null: bool,
    /// How to print it
    ///
    /// By default text on a terminal, else ndjson.
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<FleetFormat>,
    /// Findings only, without monthly figures
    #[arg(long)]
    pub(super) lint: bool,
    /// Print only these fields of each line; top-level fields of report --format json work too
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    pub(super) fields: Vec<Field>,
    /// What another default would save, such as every=1h (repeatable)
    ///
    /// Several settings are one default: isolatedSession=true,lightContext=true.
    #[arg(long = "if", id = "instead", value_name = "SETTING=VALUE", conflicts_with = "lint")]
    pub(super) instead: Vec<OtherDefaults>,
    /// Write it to this file instead
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Continue after the last line of the --output file
    #[arg(long, requires = "output")]
    pub(super) resume: bool,
    /// Number of threads [default: as many as there are cores]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// Exit with 1 if a typical month of a config costs more, such as 20 or '250 credits', or an unknown amount
    #[arg(long, value_name = "AMOUNT")]
    pub(super) max_monthly: Option<GivenAmount>,
    /// Exit with 1 if a typical month of all configs together costs more, or an unknown amount
    #[arg(long, value_name = "AMOUNT", conflicts_with = "lint")]
    pub(super) max_total: Option<GivenAmount>,
    /// Exit with 1 if a config makes more requests than this on an average day
    #[arg(long, value_name = "COUNT")]
    pub(super) max_requests_per_day: Option<GivenCount>,
    /// Exit with 1 if a config reads and writes more tokens than this on an average day, such as 500k or 2M
    #[arg(long, value_name = "COUNT")]
    pub(super) max_tokens_per_day: Option<GivenCount>,
    /// Exit with 1 for findings of this severity or above, and for a config that cannot be read
    #[arg(long, value_name = "SEVERITY")]
    pub(super) fail_on: Option<LintLevel>,
    #[command(flatten)]
    pub(super) question: QuestionOptions,
    #[command(flatten)]
    pub(super) plan: PlanOptions,
}

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FleetFormat {
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

impl FleetOptions {
    /// The format that is named, else text for people and lines for programs.
    pub(super) fn format(&self) -> FleetFormat {
        self.format.unwrap_or_else(|| match self.output.is_none() && io::stdout().is_terminal() {
            true => FleetFormat::Text,
            false => FleetFormat::Ndjson,
        })
    }

    /// The file to write to, where that is one.
    pub(super) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// How many threads ask.
    pub(super) fn threads(&self) -> usize {
        let cores = || thread::available_parallelism().ok().map(Into::into);
        self.jobs.map(usize::from).or_else(cores).unwrap_or(1)
    }

    /// Refuses flags that contradict each other.
    pub(super) fn check(&self, format: FleetFormat) -> anyhow::Result<()> {
        if self.resume && format != FleetFormat::Ndjson {
            bail!("--resume continues a file of lines; it works only with --format ndjson");
        }
        if self.lint && format == FleetFormat::Plan {
            bail!("--lint makes no plans; leave it out with --format plan");
        }
        // Bounds that are none of any config.
        let bounds = |unit| self.plan.bounds_in(unit, &self.question);
        if let (Err(error), Err(_)) = (bounds(Unit::Usd), bounds(Unit::Credits)) {
            return Err(error);
        }
        let lacking = self.lacking();
        if self.resume && !lacking.is_empty() {
            bail!(
                "--resume takes the totals and the limits from the lines, which lack what they need: add {} to --fields",
                lacking.join(",")
            );
        }
        Ok(())
    }

    /// Finds the configs; the answer is written over none of them.
    pub(super) fn inputs(&self, format: FleetFormat) -> anyhow::Result<Inputs> {
        let inputs = Inputs::find(&self.paths, self.null)?;
        if let Some(path) = &self.output {
            target::refuse_config(path, &inputs)?;
            target::refuse_other(path, format)?;
        }
        if format == FleetFormat::Plan && matches!(inputs, Inputs::Stream) {
            bail!("--format plan needs files; a plan cannot change a config from standard input");
        }
        Ok(inputs)
    }

    /// Whether a later run can go on from the lines of this one.
    pub(super) fn can_resume(&self, format: FleetFormat) -> bool {
        format == FleetFormat::Ndjson && self.file().is_some() && self.lacking().is_empty()
    }

    /// The fields that the lines lack, of those that the totals and limits are taken from.
    fn lacking(&self) -> Vec<&'static str> {
        let fields = selected(self.lint, &self.fields);
        let needed = FleetTotals::fields(self.needs(&fields), self.limits_each(), !self.instead.is_empty());
        needed.filter(|name| !fields.is_empty() && !fields.contains(&Field::Own(name))).collect()
    }
}
