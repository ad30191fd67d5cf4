//! The answer as one value: what the heartbeats cost now and after the plan, for whom, why, and under which assumptions.
//! Every output format is a rendering of this value; nothing is computed while rendering.

pub mod against;
pub mod agent;
pub mod answer;
pub use crate::words as amount;
pub mod assumptions;
pub mod balance;
mod commands;
pub mod comparison;
mod figure_warnings;
mod figures;
pub mod findings;
mod foremost;
pub mod gates;
pub mod html;
pub mod html_extras;
mod idle;
pub mod markdown;
mod measured;
pub mod mends;
pub mod models;
pub mod own_server;
pub(crate) mod page;
pub mod plans;
pub mod prometheus;
pub mod releases;
pub mod request;
mod settings;
pub mod text;
pub mod trace;
mod values;
mod warnings;
pub mod windows;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::analysis::Analysis;
use crate::automations::JobKind;
use crate::bill::{Automation, Bill, Unscheduled};
use crate::certain;
pub use crate::money::Figure;
use crate::money::{Money, Unit};
use crate::plan::budget;
use crate::plan::fit;
use crate::releases::{Generation, ReleaseSource, Version};
use crate::repair::Mend;
use crate::rules::Verdict;
use crate::simulate::estimate::{Estimate, Range};
use crate::simulate::observed::Observed;
use crate::simulate::spending::Spending;
use crate::simulate::usage::Usage;
use crate::words::json_escaped;

pub use against::{Against, Older};
pub use agent::{
    AgentReport, Billing, BillingKind, ChangeInfo, IfVendors, LeverInfo, ModelInfo, PartTokens, PossibleInfo,
    RequestParts, RunnerUpInfo, SettingInfo,
};
pub use answer::{Question, answer};
pub use assumptions::Assumption;
pub use balance::Balance;
pub use comparison::Comparison;
pub use figures::Figures;
pub use gates::Gate;
pub use html_extras::{ExtrasWanted, HtmlExtras};
pub use idle::Idle;
pub use own_server::{OwnServer, Speed};
pub use windows::WindowInfo;

/// What `report --format json` prints (`schemas/report.v1.schema.json`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Always 1.
    pub schema_version: u32,
    /// The file.
    pub config: ConfigInfo,
    /// The time covered.
    pub period: PeriodInfo,
    /// The flags that were given.
    pub asked: GivenFlags,
    /// What amounts are in.
    pub unit: Unit,
    /// The roster.
    pub agents: Vec<AgentReport>,
    /// Everything that the gateway runs by itself, heartbeats first (`--only heartbeat`: no more than these).
    pub automations: Vec<Automation>,
    /// What no schedule decides, which is in no total (`--only heartbeat`: none of it).
    pub unscheduled: Vec<Unscheduled>,
    /// Sums over the enrolled agents.
    pub totals: Totals,
    /// The catalogue's names of the models that occur, by reference.
    pub model_names: BTreeMap<String, String>,
    /// What the figures rest on.
    pub assumptions: Vec<Assumption>,
    /// The warnings that change what the answer means: the first of all of them, told directly under the answer.
    pub foremost: Vec<String>,
    /// Whether there is anything for them to do, and what they cost if a model is called only then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<Idle>,
    /// What a reader should know before trusting them, the weightiest first.
    pub warnings: Vec<String>,
    /// What is put right before anything is saved, so that OpenClaw takes the file; the figures are those of the file
    /// with it.
    pub mends: Vec<Mend>,
    /// What the gateway's records say, beside what is simulated for the same hours; null where the load is assumed.
    pub measured: Option<Observed>,
    /// The same file under another release (`--compare-release`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// What this revision does to the bill of an older file (`--against`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
    /// How long a balance lasts (`--balance`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<Balance>,
    /// The limits that were given, and whether they are kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Gate>,
    /// What a page shows beside the figures; no part of the JSON, which is asked for each config by itself.
    #[serde(skip)]
    pub html_extras: Option<HtmlExtras>,
}

/// The flags that were given, as further commands repeat them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GivenFlags {
    /// What the config is costed under.
    pub question: Vec<String>,
    /// How far the plan may go.
    pub plan: Vec<String>,
    /// What only a report is asked.
    pub report: Vec<String>,
}

/// The file and the release it is read for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigInfo {
    /// Its path as given; `-` for standard input.
    pub path: String,
    /// `json5`, `json` or `yaml`.
    pub format: String,
    /// The hash of its bytes.
    pub sha256: String,
    /// The release.
    pub release: Version,
    /// Who named it.
    pub release_source: ReleaseSource,
    /// The release that was named, where that is another one, which is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_named: Option<Version>,
    /// Where the release comes from, in a clause for people.
    #[serde(skip)]
    pub release_origin: String,
    /// Its generation.
    pub generation: Generation,
    /// `valid`, `repaired` or `refused`: what the release says of the file, of its heartbeat part alone where its shape was
    /// not recorded.
    pub verdict: Verdict,
    /// Why it is not valid: the messages of the findings.
    pub problems: Vec<String>,
    /// The same of the file with `mends` and the plan's changes made.
    pub verdict_after: Verdict,
    /// Why it is then still not valid.
    pub problems_after: Vec<String>,
    /// The files it includes that could not be read: what they set is in no figure.
    pub unread: Vec<String>,
}

/// The time covered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PeriodInfo {
    /// First moment, RFC 3339 with the zone's offset.
    pub start: String,
    /// The moment after the last.
    pub end: String,
    /// Days, rounded.
    pub days: u64,
    /// The zone.
    pub timezone: String,
}

/// Sums over the enrolled agents.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Now.
    pub current: Estimate,
    /// The same with everything else that the gateway runs by itself: the sum of `automations`.
    pub everything: Estimate,
    /// What that takes, whoever pays: runs, requests and tokens; the busiest five hours are those of all agents together.
    pub usage: Usage,
    /// The same after the plan.
    pub recommended_usage: Usage,
    /// The work for model servers of one's own; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_server: Option<OwnServer>,
    /// Where that goes.
    pub spending: Spending,
    /// After the plan.
    pub recommended: Estimate,
    /// The difference; null when a price is unknown.
    pub saving: Option<Saving>,
    /// The sum of the agents whose price is known, where not all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_part: Option<Estimate>,
    /// The same file under the other generation of releases, where it costs something else and nothing says which
    /// release runs.
    pub other_generation: Option<OtherGeneration>,
    /// What they take of the windows of the plans that pay for them.
    pub windows: Vec<WindowInfo>,
    /// What became of `--fit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<fit::FitOutcome>,
    /// What became of `--budget`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<budget::BudgetOutcome>,
}

/// A difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Saving {
    /// At the typical level.
    pub amount: Money,
    /// Of the typical cost now, to six digits; null when that is zero.
    pub percent: Option<Money>,
}

/// The same file under another release.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OtherGeneration {
    /// That release.
    pub release: Version,
    /// The month there.
    pub current: Estimate,
}

/// The month under the other generation of releases, where it is not `here` and nothing says which release runs.
fn other_generation(
    analysis: &Analysis,
    unit: Unit,
    only: Option<&str>,
    here: Option<Range>,
) -> Option<OtherGeneration> {
    let gateway = analysis.other_generation()?;
    let current = Bill::new(&analysis.costing_of(&gateway), unit).month(only);
    (current.cost != here).then_some(OtherGeneration { release: gateway.behaviour.version, current })
}

impl Report {
    /// The JSON of the contract.
    pub fn to_json(&self) -> String {
        json_escaped(&certain::pretty(self))
    }

    /// The same on a line, with its end, for one of several.
    pub fn to_json_line(&self) -> String {
        json_escaped(&certain::line(self)) + "\n"
    }

    /// For a pull request or an issue.
    pub fn to_markdown(&self) -> String {
        markdown::render(self)
    }

    /// One page for a browser, which loads nothing.
    pub fn to_html(&self) -> String {
        html::render(self)
    }

    /// Metrics in Prometheus' text format (`docs/formats.md` names them).
    pub fn to_prometheus(&self) -> String {
        prometheus::render(std::slice::from_ref(self))
    }

    /// What a saved plan tells its reader: the unit, the period, the costs, and each agent's changes with their reasons.
    pub fn figures(&self) -> Value {
        let changes = |change: &ChangeInfo| {
            let mut figures = serde_json::json!({
                "lever": change.lever, "path": change.path, "from": change.from, "to": change.to,
                "saving": change.saving.money(), "worth": change.worth.money(), "together": change.together,
                "risk": change.risk, "reason": change.reason, "givesUp": change.gives_up,
            });
            if let (Some(saving), Some(worth)) = (change.saving.tokens(), change.worth.tokens()) {
                figures["savingTokens"] = saving.into();
                figures["worthTokens"] = worth.into();
            }
            figures
        };
        let planned = self.agents.iter().filter(|agent| !agent.changes.is_empty());
        let agents = planned.map(|agent| {
            let changes: Vec<Value> = agent.changes.iter().map(changes).collect();
            serde_json::json!({ "id": agent.id, "changes": changes })
        });
        serde_json::json!({
            "unit": self.unit,
            "period": self.period,
            "current": self.totals.current.cost,
            "recommended": self.totals.recommended.cost,
            "saving": self.totals.saving,
            "usage": self.totals.usage,
            "recommendedUsage": self.totals.recommended_usage,
            "agents": agents.collect::<Vec<_>>(),
        })
    }

    /// The month as it is; where nothing says which generation of releases runs the file, the higher of both. `None`
    /// where a price is unknown.
    pub fn higher_month(&self) -> Option<Range> {
        let here = self.totals.current.cost?;
        let Some(other) = &self.totals.other_generation else { return Some(here) };
        let there = other.current.cost?;
        Some(if there.typical > here.typical { there } else { here })
    }

    /// The same with everything that runs beside heartbeats.
    pub fn whole_month(&self) -> Option<Money> {
        let beside = self.totals.everything.typical()? - self.totals.current.typical()?;
        Some(self.higher_month()?.typical + beside)
    }

    /// What a typical month costs of all that runs, where plans pay for each part of it that has no price: `None` where one
    /// has neither.
    pub fn beside_plans(&self) -> Option<Money> {
        let counted = || self.automations.iter().filter(|one| one.counted);
        let mut unpriced = counted().filter(|one| one.month.cost.is_none()).peekable();
        let is_paid = unpriced.peek().is_some() && unpriced.all(|one| one.plan.is_some());
        is_paid.then(|| counted().filter_map(|one| one.month.typical()).sum())
    }

    /// What is paid by the token beyond what plans allow.
    pub fn beyond_plans(&self) -> Money {
        self.enrolled().filter_map(|agent| Some(agent.beyond_plan.as_ref()?.cost)).sum()
    }

    /// What runs beside heartbeats.
    pub fn beside_heartbeats(&self) -> impl Iterator<Item = &Automation> {
        self.automations.iter().filter(|automation| automation.kind != JobKind::Heartbeat)
    }

    /// The warnings that are not told under the answer.
    pub fn further_warnings(&self) -> &[String] {
        self.warnings.get(self.foremost.len()..).unwrap_or_default()
    }

    /// The workspaces that were read because the config names them, in a clause each.
    pub fn read_workspaces(&self) -> impl Iterator<Item = &str> {
        let named = self.assumptions.iter().filter(|assumption| assumption.name == "workspace");
        named.map(|assumption| assumption.value.as_str())
    }

    /// Whether plans pay for every heartbeat that has no price: then nothing of the bill is unknown.
    pub fn plans_pay_the_rest(&self) -> bool {
        let mut unpriced = self.enrolled().filter(|agent| agent.current.cost.is_none()).peekable();
        unpriced.peek().is_some() && unpriced.all(|agent| agent.model.plan.is_some())
    }

    /// The agents that run heartbeats.
    pub fn enrolled(&self) -> impl Iterator<Item = &AgentReport> {
        self.agents.iter().filter(|agent| agent.enrolled)
    }

    /// The same, the dearest first; an unknown cost may be any.
    pub fn dearest(&self) -> Vec<&AgentReport> {
        let mut agents: Vec<&AgentReport> = self.enrolled().collect();
        agents.sort_by_key(|agent| std::cmp::Reverse(agent.current.typical().map_or(i128::MAX, Money::pico)));
        agents
    }

    /// Whether every agent that runs was planned for and nothing is left to change.
    pub fn is_settled(&self) -> bool {
        let mut running = self.enrolled().filter(|agent| agent.current.runs > 0).peekable();
        running.peek().is_some() && running.all(|agent| !agent.levers.is_empty() && agent.changes.is_empty())
    }
}
