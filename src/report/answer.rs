//! Puts a report together from an analysis, its plan and what else is asked. It is complete when it is returned: whoever
//! prints it adds nothing.

mod agent;
mod months;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::against::{Older, against};
use super::assumptions::assumptions;
use super::balance::balance;
use super::comparison::compare;
use super::foremost::foremost;
use super::gates::{Limits, gates};
use super::html_extras::{ExtrasWanted, html_extras};
use super::idle::idle;
use super::own_server::{OwnServer, Speed};
use super::settings::{as_written, zone_name};
use super::warnings::{Warnings, Weight, warn};
use super::{AgentReport, ConfigInfo, Figures, GivenFlags, PeriodInfo, Report, Totals, other_generation, windows};
use crate::analysis::Analysis;
use crate::bill::Bill;
use crate::gateway::Agent;
use crate::gateway::model_ref::ModelRef;
use crate::money::{Money, Unit};
use crate::plan::{AgentPlan, Lever, Plan};
use crate::releases::Version;
use crate::repair::Repair;
use crate::simulate::costing::{Choice, Costing};
use crate::simulate::estimate::{Estimate, Range};
use crate::simulate::observed::Observed;
use crate::simulate::spending::Spending;
use crate::simulate::usage::Timeline;
use agent::{agent_report, written};

/// What the caller knows of the file and the core does not.
#[derive(Clone, Debug)]
pub struct ReportedFile {
    /// The path as given.
    pub path: String,
    /// The hash of its bytes.
    pub sha256: String,
    /// What is wrong with it, and what of it is put right in the config that is costed.
    pub repair: Repair,
    /// Further warnings.
    pub warnings: Vec<String>,
    /// The flags that were given.
    pub asked: GivenFlags,
}

impl ReportedFile {
    /// A text that is analysed as it is, under a name.
    pub fn new(path: impl Into<String>, text: &str, repair: Repair) -> Self {
        let sha256 = HEXLOWER.encode(&Sha256::digest(text));
        ReportedFile { path: path.into(), sha256, repair, warnings: Vec::new(), asked: GivenFlags::default() }
    }
}

/// What a report is asked beside its config and plan. The amounts are in its unit.
#[derive(Clone, Default)]
pub struct Question<'a> {
    /// What to count in; by default the unit of the first enrolled agent.
    pub unit: Option<Unit>,
    /// The one agent that is asked about.
    pub only: Option<&'a str>,
    /// Heartbeats alone are asked about, and nothing that runs beside them.
    pub only_heartbeats: bool,
    /// Another release to compare with.
    pub other_release: Option<Version>,
    /// The file before this revision.
    pub older: Option<Older<'a>>,
    /// What the gateway's records say, where the load was measured from them.
    pub measured: Option<Observed>,
    /// An amount that is there: how long does it last?
    pub balance: Option<Money>,
    /// The limits to hold the bill against.
    pub limits: Limits,
    /// How fast model servers of one's own are.
    pub speed: Option<Speed>,
    /// The share of runs that the chain behind a model answers, in percent: priced into the range.
    pub outage: Option<u8>,
    /// The bounds of the plan, where a page is to show what lies within them.
    pub html_extras: Option<ExtrasWanted<'a>>,
}

impl Report {
    /// The report on a config and its plan, in the unit of its first enrolled agent.
    pub fn new(analysis: &Analysis, plan: &Plan, file: ReportedFile) -> Self {
        answer(analysis, plan, file, &Question::default())
    }
}

/// The whole answer.
pub fn answer(analysis: &Analysis, plan: &Plan, file: ReportedFile, question: &Question<'_>) -> Report {
    let mut report = bill(analysis, plan, file, question);
    report.comparison = question.other_release.map(|version| compare(analysis, version, report.unit, question.only));
    report.against =
        question.older.as_ref().map(|older| against(&report, analysis, older, question.only, question.only_heartbeats));
    report.measured = question.measured.clone();
    report.balance = question.balance.map(|held| balance(&report, held, &analysis.period));
    // These hold the fields above against the limits.
    report.gates = gates(&report, question.limits);
    report.html_extras = question.html_extras.as_ref().map(|wanted| html_extras(analysis, plan, wanted, &report));
    report
}

/// What a config costs now and after its plan, and nothing that explains it.
pub fn figures(analysis: &Analysis, plan: &Plan, question: &Question<'_>) -> Figures {
    let costing = analysis.costing();
    let unit = question.unit.unwrap_or_else(|| costing.unit());
    months::figures(&costing, unit, &months::months(analysis, &costing, plan, (unit, question)))
}

/// The report on a config by itself.
fn bill(analysis: &Analysis, plan: &Plan, file: ReportedFile, question: &Question<'_>) -> Report {
    let costing = analysis.costing();
    let gateway = &analysis.gateway;
    let unit = question.unit.unwrap_or_else(|| costing.unit());
    let only = question.only;
    let wanted = |agent: &&Agent| only.is_none_or(|id| agent.id == id);
    let months = months::months(analysis, &costing, plan, (unit, question));
    let figures = months::figures(&costing, unit, &months);
    let running: Vec<windows::Planned<'_>> = months.iter().map(|month| (month.subject.agent, month.changed)).collect();
    let agents = months.into_iter().map(|month| {
        let settings = as_written(month.subject.agent, &analysis.expanded.value);
        let (report, timelines) = agent_report(&costing, month, plan, (unit, question));
        (written(report, settings), timelines)
    });
    let (agents, timelines): (Vec<AgentReport>, Vec<[Arc<Timeline>; 2]>) = agents.unzip();
    let mut warnings = Warnings::default();
    foremost(analysis, &agents, (unit, only, question.outage), &mut warnings);
    warn(&mut warnings, analysis, plan, &agents, unit, wanted);
    if !question.only_heartbeats {
        analysis.jobs.notes.iter().for_each(|note| warnings.say(Weight::Note, format!("scheduled jobs: {note}")));
    }
    file.warnings.into_iter().for_each(|text| warnings.say(Weight::Note, text));
    let (warnings, first) = warnings.sentences();
    let idle = idle(analysis, &agents, unit);
    let known: HashMap<&str, &Estimate> = agents.iter().map(|known| (known.id.as_str(), &known.current)).collect();
    let month = |agent: &Agent| known.get(agent.id.as_str()).map_or_else(Estimate::default, |month| (*month).clone());
    let bill = Bill::new(&costing, unit);
    let everything = bill.everything_beside(&analysis.jobs, only, question.only_heartbeats, &month);
    let unscheduled = match question.only_heartbeats {
        true => Vec::new(),
        false => bill.unscheduled(analysis.recorded.as_deref(), only),
    };
    let shared = windows::beside(&costing, &running, &everything.automations);
    let (start, end) = (&analysis.period.start, &analysis.period.end);
    let at = |moment: &jiff::Timestamp| {
        let zoned = moment.to_zoned(analysis.period.zone.clone());
        zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    };
    Report {
        schema_version: 1,
        config: ConfigInfo {
            path: file.path,
            format: analysis.document.format().to_string(),
            sha256: file.sha256,
            release: analysis.release.version,
            release_source: analysis.release.source,
            release_named: analysis.release.named,
            release_origin: analysis.release.origin(),
            generation: gateway.behaviour.generation,
            verdict: file.repair.verdict,
            problems: file.repair.problems,
            verdict_after: file.repair.verdict_after,
            problems_after: file.repair.problems_after,
            unread: unread(analysis),
        },
        period: PeriodInfo {
            start: at(start),
            end: at(end),
            days: analysis.period.days(),
            timezone: zone_name(&analysis.period.zone),
        },
        unit,
        totals: Totals {
            budget: plan.budget,
            everything: everything.month,
            fit: plan.fit,
            windows: shared,
            ..totals(analysis, &agents, &timelines, figures, question)
        },
        asked: file.asked,
        mends: file.repair.mends,
        assumptions: assumptions(analysis, &agents),
        model_names: model_names(&costing, plan),
        agents,
        automations: everything.automations,
        unscheduled,
        foremost: warnings.iter().take(first).cloned().collect(),
        idle,
        warnings,
        measured: None,
        comparison: None,
        against: None,
        balance: None,
        gates: Vec::new(),
        html_extras: None,
    }
}

/// The settings that a plan gives an agent, where it changes some of them: one that cannot be written changes none, and
/// neither does one in another unit.
fn changed_by<'p>(plan: &Plan, planned: Option<&'p AgentPlan>, unit: Unit) -> Option<&'p Choice> {
    let counts = |planned: &&AgentPlan| planned.unit == unit || planned.unit == Unit::Tokens;
    let planned = planned.filter(|planned| counts(planned) && plan.placement.is_ok() && planned.moves());
    planned.map(|planned| &planned.chosen)
}

fn model_names(costing: &Costing<'_>, plan: &Plan) -> BTreeMap<String, String> {
    let gateway = costing.gateway;
    let present = gateway.agents.iter().map(Choice::present);
    let planned = plan.agents.iter().flatten();
    let offered = planned.flat_map(|agent| {
        let beside = agent.also_possible.iter().map(|possible| possible.choice.clone());
        agent.levers.iter().map(|alone| alone.choice.clone()).chain(beside).chain([agent.chosen.clone()])
    });
    let runners_up = plan.agents.iter().flatten().flat_map(|agent| &agent.steps).filter_map(|step| {
        let second = step.runner_up.as_ref().filter(|_| step.lever == Lever::Model)?;
        ModelRef::parse(second.to.as_str()?)
    });
    // Agents are offered the same models over and over.
    let models: BTreeSet<ModelRef> = present.chain(offered).map(|choice| choice.model).chain(runners_up).collect();
    let name = |model: ModelRef| {
        let found = costing.catalogue.find(&model.provider, &model.id, gateway.provider(&model.provider));
        Some((model.to_string(), found.catalogue_name?))
    };
    models.into_iter().filter_map(name).collect()
}

fn unread(analysis: &Analysis) -> Vec<String> {
    let unread = analysis.expanded.includes.iter().filter(|include| include.problem.is_some());
    unread.map(|include| include.file.clone()).collect()
}

fn totals(
    analysis: &Analysis,
    agents: &[AgentReport],
    timelines: &[[Arc<Timeline>; 2]],
    figures: Figures,
    question: &Question<'_>,
) -> Totals {
    let enrolled = || agents.iter().filter(|agent| agent.enrolled);
    let Figures { unit, current, recommended, saving, usage, .. } = figures;
    let known = || enrolled().map(|agent| &agent.current).filter(|estimate| estimate.cost.is_some());
    let known_part = current.cost.is_none().then(|| Estimate::sum(known()));
    let beyond: Money = enrolled().filter_map(|agent| Some(agent.beyond_plan.as_ref()?.cost)).sum();
    let without = current.cost.map(|cost| Range { high: cost.high - beyond, ..cost });
    let other_generation = other_generation(analysis, unit, question.only, without);
    let spending =
        Spending::sum(agents.iter().filter(|agent| agent.current.runs > 0).filter_map(|agent| agent.spending.as_ref()));
    let recommended_usage = Timeline::sum(timelines.iter().map(|[_, then]| then)).usage(&analysis.period);
    let on_own = agents.iter().zip(timelines).filter(|(agent, _)| agent.own_server.is_some());
    let on_own: Vec<&Arc<Timeline>> = on_own.map(|(_, [now, _])| now).collect();
    let own_server =
        (!on_own.is_empty()).then(|| OwnServer::of(&Timeline::sum(on_own), &analysis.period, question.speed));
    Totals {
        everything: current.clone(),
        current,
        usage,
        recommended_usage,
        own_server,
        spending,
        recommended,
        saving,
        known_part,
        other_generation,
        windows: Vec::new(),
        fit: None,
        budget: None,
    }
}
