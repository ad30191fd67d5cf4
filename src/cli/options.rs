//! The flags that several commands share.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::bail;
use clap::{Args, Parser, ValueEnum};
use clawbeat::document::KeyPath;
use clawbeat::gateway::anthropic::AnthropicAuth;
use clawbeat::money::Unit;
use clawbeat::releases::{NotAVersion, Version};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The config and what it is costed under.
#[derive(Clone, Debug, Args)]
pub(super) struct ConfigOptions {
    /// The gateway config (JSON5, JSON or YAML), or - for standard input [default: openclaw.json,
    /// .json5 or .yaml here, else where OpenClaw looks]
    pub(super) config: Option<PathBuf>,
    #[command(flatten)]
    pub(super) question: QuestionOptions,
}

/// Over the flags of a question. Each has it by itself: the heading of a group would go on over what follows the group.
const HEADING: &str = "What the cost is based on";

/// What a config is costed under.
#[derive(Clone, Debug, Args)]
pub(super) struct QuestionOptions {
    /// Read the config as this OpenClaw release does; with lint, all for every release [default:
    /// meta.lastTouchedVersion, else the newest known]
    #[arg(help_heading = HEADING, long, value_name = "VERSION")]
    pub(super) openclaw_version: Option<Releases>,
    /// How the gateway signs in to Anthropic, if the config does not say
    #[arg(help_heading = HEADING, long, value_name = "MODE", default_value = "none")]
    pub(super) anthropic_auth: Auth,
    /// Prices to use before the catalogue's (JSON or JSON5, see schemas/prices.v1.schema.json)
    #[arg(help_heading = HEADING, long, value_name = "FILE")]
    pub(super) prices: Option<PathBuf>,
    /// Flat plans and free quotas that come before the catalogue's (JSON or JSON5, see schemas/plans.v1.schema.json)
    #[arg(help_heading = HEADING, long, value_name = "FILE")]
    pub(super) plans: Option<PathBuf>,
    /// The load: idle, light, typical, heavy or a workload file (schemas/workload.v1.schema.json)
    #[arg(help_heading = HEADING, long, value_name = "NAME|FILE", default_value = "typical")]
    pub(super) workload: String,
    /// The flat plan that pays (see clawbeat models --plans), such as codex-plus
    #[arg(help_heading = HEADING, long, value_name = "ID")]
    pub(super) plan: Option<String>,
    /// Read the workspace files from here, for all agents [default: the folders that the config names, if they are here]
    #[arg(help_heading = HEADING, long, value_name = "DIR", overrides_with = "no_workspace")]
    pub(super) workspace: Option<PathBuf>,
    /// Do not read the workspaces that the config names
    #[arg(help_heading = HEADING, long, overrides_with = "workspace")]
    pub(super) no_workspace: bool,
    /// Measure the load from the gateway's records in this state directory, and read its config if none is named;
    /// several are read as one [default: where OpenClaw keeps it, if the config is that gateway's]
    #[cfg(feature = "records")]
    #[arg(help_heading = HEADING, hide_short_help = true, long, value_name = "DIR", overrides_with = "no_records")]
    pub(super) state_dir: Vec<PathBuf>,
    /// Ignore the gateway's records and take the load from --workload
    #[cfg(feature = "records")]
    #[arg(help_heading = HEADING, hide_short_help = true, long, overrides_with = "state_dir")]
    pub(super) no_records: bool,
    /// The release that wrote the gateway's records, for a config that names none.
    #[arg(skip)]
    pub(super) recorded: Option<Version>,
    /// Cover this calendar month [default: 30 days from the first of the current month]
    #[arg(help_heading = HEADING, long, value_name = "YYYY-MM", value_parser = month)]
    pub(super) month: Option<Date>,
    /// A moment at which a tick falls, such as 2026-11-01T03:21:00Z
    #[arg(help_heading = HEADING, long, value_name = "RFC3339")]
    pub(super) anchor: Option<Timestamp>,
    /// The gateway machine's time zone [default: agents.defaults.userTimezone, else UTC]
    #[arg(help_heading = HEADING, long, value_name = "IANA", value_parser = zone)]
    pub(super) timezone: Option<TimeZone>,
    /// Look only at this agent
    #[arg(help_heading = HEADING, long, value_name = "ID")]
    pub(super) agent: Option<String>,
    /// Count in this unit [default: that of the first agent that runs]
    #[arg(help_heading = HEADING, long, value_name = "UNIT")]
    pub(super) billing: Option<BillingUnit>,
    /// Where in the file the config is, such as agents.values.config or 'data["openclaw.json"]'
    #[arg(help_heading = HEADING, long, value_name = "PATH", default_value = "", hide_default_value = true)]
    pub(super) at: KeyPath,
    /// Read nothing from the environment: only the config itself can set its variables
    #[arg(help_heading = HEADING, long)]
    pub(super) no_env: bool,
    /// Read the settings from this file [default: the nearest clawbeat.toml in or above the folder of the config]
    #[arg(help_heading = HEADING, hide_short_help = true, long = "config", id = "settings", value_name = "FILE")]
    pub(super) settings: Option<PathBuf>,
    /// Read no clawbeat.toml
    #[arg(help_heading = HEADING, hide_short_help = true, long, conflicts_with = "settings")]
    pub(super) no_config: bool,
    /// Colour the output
    #[arg(help_heading = HEADING, long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

/// The release that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Releases {
    One(Version),
    All,
}

impl FromStr for Releases {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        if text == "all" { Ok(Releases::All) } else { text.parse().map(Releases::One) }
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Releases::One(version) => version.fmt(f),
            Releases::All => f.write_str("all"),
        }
    }
}

impl QuestionOptions {
    /// The one release that is asked about.
    pub(super) fn version(&self) -> anyhow::Result<Option<Version>> {
        match self.openclaw_version {
            Some(Releases::All) => bail!("--openclaw-version all is only for clawbeat lint; name one release here"),
            Some(Releases::One(version)) => Ok(Some(version)),
            None => Ok(None),
        }
    }

    /// The flags that were given, as arguments of a further command.
    pub(super) fn arguments(&self) -> Vec<String> {
        let name = |value: Option<clap::builder::PossibleValue>| Some(value?.get_name().to_owned());
        let auth = Some(self.anthropic_auth).filter(|auth| *auth != Auth::None);
        let zone = self.timezone.as_ref().and_then(|zone| zone.iana_name().map(str::to_owned));
        let given = [
            ("--openclaw-version", self.openclaw_version.map(|version| version.to_string())),
            ("--anthropic-auth", auth.and_then(|auth| name(auth.to_possible_value()))),
            ("--prices", self.prices.as_ref().map(|path| path.display().to_string())),
            ("--plans", self.plans.as_ref().map(|path| path.display().to_string())),
            ("--workload", Some(self.workload.clone()).filter(|name| name != "typical")),
            ("--plan", self.plan.clone()),
            ("--workspace", self.workspace.as_ref().map(|path| path.display().to_string())),
            ("--month", self.month.map(|month| month.strftime("%Y-%m").to_string())),
            ("--anchor", self.anchor.map(|anchor| anchor.to_string())),
            ("--timezone", zone),
            ("--agent", self.agent.clone()),
            ("--at", Some(self.at.to_string()).filter(|at| !at.is_empty())),
            ("--billing", self.billing.and_then(|billing| name(billing.to_possible_value()))),
            ("--config", self.settings.as_ref().map(|path| path.display().to_string())),
        ];
        let given = given.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value?])).flatten();
        #[cfg(feature = "records")]
        let (dirs, records) = (&self.state_dir[..], ("--no-records", self.no_records));
        #[cfg(not(feature = "records"))]
        let (dirs, records): (&[PathBuf], _) = (&[], ("", false));
        let dirs = dirs.iter().flat_map(|dir| ["--state-dir".to_owned(), dir.display().to_string()]);
        let switches = [
            ("--no-workspace", self.no_workspace),
            records,
            ("--no-env", self.no_env),
            ("--no-config", self.no_config),
        ];
        given.chain(dirs).chain(switches.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag.to_owned())).collect()
    }

    /// The flags of an earlier command, with those given now before them.
    pub(super) fn after(&self, earlier: &[String]) -> Result<Self, clap::Error> {
        Self::of(earlier.iter().cloned().chain(self.arguments()))
    }

    /// The flags of a list of words.
    pub(super) fn of(words: impl IntoIterator<Item = String>) -> Result<Self, clap::Error> {
        #[derive(Parser)]
        #[command(no_binary_name = true, args_override_self = true)]
        struct Flags {
            #[command(flatten)]
            question: QuestionOptions,
        }
        Flags::try_parse_from(words).map(|flags| flags.question)
    }
}

/// How to print an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextOrJson {
    /// For a terminal
    Text,
    /// For programs
    Json,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether to colour what goes to a terminal, or does not.
    pub(super) fn is_on(self, terminal: bool) -> bool {
        let unwanted = || {
            std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
                || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb")
        };
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !unwanted(),
        }
    }
}

/// How the gateway signs in to Anthropic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Auth {
    /// With ANTHROPIC_API_KEY in its environment
    ApiKey,
    /// With OAuth or a token in its environment
    Oauth,
    /// Not through its environment
    None,
}

impl Auth {
    /// As the core names it.
    pub(super) fn mode(self) -> Option<AnthropicAuth> {
        match self {
            Auth::ApiKey => Some(AnthropicAuth::ApiKey),
            Auth::Oauth => Some(AnthropicAuth::OAuth),
            Auth::None => None,
        }
    }
}

/// The unit of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum BillingUnit {
    /// US dollars
    Usd,
    /// nexos.ai credits
    Nexos,
}

impl BillingUnit {
    /// As the core names it.
    pub(super) fn unit(self) -> Unit {
        match self {
            BillingUnit::Usd => Unit::Usd,
            BillingUnit::Nexos => Unit::Credits,
        }
    }
}

fn month(text: &str) -> Result<Date, String> {
    let parse = || {
        let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
        Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
    };
    parse().ok_or_else(|| "expected a month such as 2027-03".to_owned())
}

fn zone(text: &str) -> Result<TimeZone, String> {
    clawbeat::gateway::active_hours::known_zone(text)
        .ok_or_else(|| "no such time zone; expected an IANA name such as Europe/Berlin".to_owned())
}
