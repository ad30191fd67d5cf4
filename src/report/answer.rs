//! Puts a report together from an analysis, its plan and what else is asked. It is complete when it is returned: whoever
//! prints it adds nothing.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::against::{Older, against};
use super::assumptions::assumptions;
use super::balance::balance;
use super::comparison::compare;
use super::figure::Figure;
use super::foremost::foremost;
use super::gates::{Limits, gates};
use super::html_extras::html_extras;
use super::idle::idle;
use super::own_server::{OwnServer, Speed};
use super::settings::{as_written, settings, zone_name};
use super::warnings::{Warnings, Weight, warn};
use super::{
    AgentReport, Asked, Billing, ChangeInfo, ConfigInfo, IfVendors, LeverInfo, ModelInfo, PartTokens, PeriodInfo,
    PossibleInfo, Report, RequestParts, RunnerUpInfo, Saving, Totals, other_generation, windows,
};
use crate::analysis::Analysis;
use crate::bill::{Bill, Fallback, with_outage};
use crate::catalogue::{ListPrice, Note};
use crate::gateway::Agent;
use crate::gateway::model_ref::ModelRef;
use crate::money::{Money, Unit};
use crate::plan::{AgentPlan, Bounds, Lever, Plan};
use crate::releases::Version;
use crate::repair::Repair;
use crate::simulate::conversation::CHARS_PER_TOKEN;
use crate::simulate::costing::{Choice, Costing, Level, PricedModel, Subject};
use crate::simulate::estimate::Estimate;
use crate::simulate::observed::Observed;
use crate::simulate::spending::{Purpose, Spending};
use crate::simulate::usage::Timeline;
use crate::simulate::{RequestKind, SkipReason, simulate};

/// What the caller knows of the file and the core does not.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The path as given.
    pub path: String,
    /// The hash of its bytes.
    pub sha256: String,
    /// What is wrong with it, and what of it is put right in the config that is costed.
    pub repair: Repair,
    /// Further warnings.
    pub warnings: Vec<String>,
    /// The flags that were given.
    pub asked: Asked,
}

impl Origin {
    /// A text that is analysed as it is, under a name.
    pub fn new(path: impl Into<String>, text: &str, repair: Repair) -> Self {
        let sha256 = HEXLOWER.encode(&Sha256::digest(text));
        Origin { path: path.into(), sha256, repair, warnings: Vec::new(), asked: Asked::default() }
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
    pub html_extras: Option<&'a Bounds>,
}

impl Report {
    /// The report on a config and its plan, in the unit of its first enrolled agent.
    pub fn new(analysis: &Analysis, plan: &Plan, origin: Origin) -> Self {
        answer(analysis, plan, origin, &Question::default())
    }
}

/// The whole answer.
pub fn answer(analysis: &Analysis, plan: &Plan, origin: Origin, question: &Question<'_>) -> Report {
    let mut report = bill(analysis, plan, origin, question);
    report.comparison = question.other_release.map(|version| compare(analysis, version, report.unit, question.only));
    report.against =
        question.older.as_ref().map(|older| against(&report, analysis, older, question.only, question.only_heartbeats));
    report.measured = question.measured.clone();
    report.balance = question.balance.map(|held| balance(&report, held, &analysis.period));
    // These hold the fields above against the limits.
    report.gates = gates(&report, question.limits);
    report.html_extras = question.html_extras.map(|bounds| html_extras(analysis, plan, bounds, &report));
    report
}

/// The report on a config by itself.
fn bill(analysis: &Analysis, plan: &Plan, origin: Origin, question: &Question<'_>) -> Report {
    let costing = analysis.costing();
    let gateway = &analysis.gateway;
    let unit = question.unit.unwrap_or_else(|| costing.unit());
    let only = question.only;
    let wanted = |agent: &&Agent| only.is_none_or(|id| agent.id == id);
    let pairs = gateway.agents.iter().zip(&plan.agents).filter(|(agent, _)| wanted(agent));
    let agents = pairs.map(|(agent, planned)| {
        let (report, timelines) = agent_report(&costing, agent, planned.as_ref(), plan, (unit, question));
        (written(report, as_written(agent, &analysis.expanded.value)), timelines)
    });
    let running: Vec<&Agent> = gateway.agents.iter().filter(wanted).collect();
    let shared = windows::of(&costing, &running);
    let (agents, timelines): (Vec<AgentReport>, Vec<[Timeline; 2]>) = agents.unzip();
    let mut warnings = Warnings::default();
    foremost(analysis, &agents, unit, &mut warnings);
    warn(&mut warnings, analysis, plan, &agents, unit, wanted);
    origin.warnings.into_iter().for_each(|text| warnings.say(Weight::Note, text));
    let (warnings, first) = warnings.sentences();
    let idle = idle(analysis, &agents, unit);
    let month = |agent: &Agent| {
        let known = agents.iter().find(|known| known.id == agent.id);
        known.map(|known| known.current.clone()).unwrap_or_default()
    };
    let bill = Bill::new(&costing, unit);
    let everything = bill.everything_beside(&analysis.jobs, only, question.only_heartbeats, &month);
    let (start, end) = (&analysis.period.start, &analysis.period.end);
    let at = |moment: &jiff::Timestamp| {
        let zoned = moment.to_zoned(analysis.period.zone.clone());
        zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    };
    Report {
        schema_version: 1,
        config: ConfigInfo {
            path: origin.path,
            format: analysis.document.format().to_string(),
            sha256: origin.sha256,
            release: analysis.release.version,
            release_source: analysis.release.source,
            release_named: analysis.release.named,
            release_origin: analysis.release.origin(),
            generation: gateway.behaviour.generation,
            verdict: origin.repair.verdict,
            problems: origin.repair.problems,
            verdict_after: origin.repair.verdict_after,
            problems_after: origin.repair.problems_after,
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
            ..totals(analysis, &agents, &timelines, unit, question)
        },
        asked: origin.asked,
        mends: origin.repair.mends,
        assumptions: assumptions(analysis, &agents),
        model_names: model_names(&costing, plan),
        agents,
        automations: everything.automations,
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
    let name = |model: ModelRef| {
        let found = costing.catalogue.find(&model.provider, &model.id, gateway.provider(&model.provider));
        Some((model.to_string(), found.catalogue_name?))
    };
    present.chain(offered).map(|choice| choice.model).chain(runners_up).filter_map(name).collect()
}

/// An agent, and what it asks of its models now and after the plan, moment by moment.
fn agent_report(
    costing: &Costing<'_>,
    agent: &Agent,
    planned: Option<&AgentPlan>,
    plan: &Plan,
    (unit, question): (Unit, &Question<'_>),
) -> (AgentReport, [Timeline; 2]) {
    let subject = costing.subject(agent);
    let present = Choice::present(agent);
    let model = costing.model(&present.model, present.retention);
    let bill = Bill::new(costing, unit);
    let now = bill.of(&subject);
    // A plan that cannot be written is not recommended.
    let planned = planned.filter(|planned| planned.unit == unit || planned.unit == Unit::Tokens);
    let writable = planned.filter(|_| plan.placement.is_ok());
    let timeline = bill.timeline(&subject);
    let (recommended, timeline_then) = match writable {
        Some(planned) if !planned.steps.is_empty() => {
            (costing.estimate(&subject, &planned.chosen, None), costing.timeline(&subject, &planned.chosen, None))
        }
        _ => (now.clone(), timeline.clone()),
    };
    let fallbacks = bill.fallbacks(&subject, &present);
    let chosen = writable.map_or(&present, |planned| &planned.chosen);
    let priced_in = |mut month: Estimate, chain: &[Fallback]| {
        let answered = month.cost.zip(question.outage).filter(|_| month.runs > 0);
        month.cost = answered.map_or(month.cost, |(cost, percent)| Some(with_outage(cost, chain, percent)));
        month
    };
    let recommended = match question.outage {
        Some(_) => priced_in(recommended, &bill.fallbacks(&subject, chosen)),
        None => recommended,
    };
    let now = priced_in(now, &fallbacks);
    let is_on_own_server = model.found.local && agent.enrolment.is_enrolled();
    let own_server = is_on_own_server.then(|| OwnServer::of(&timeline, costing.period, question.speed));
    let skipped = costing.always_skipped(agent);
    let waits =
        agent.enrolment.is_enrolled() && present.every.ms().is_some() && skipped == Some(SkipReason::NoDelivery);
    let once_delivered =
        waits.then(|| costing.estimate(&subject, &present, None)).map(|month| bill.counted(agent, month));
    let month_skip = skipped.filter(|_| once_delivered.is_none());
    let report = AgentReport {
        id: agent.id.clone(),
        enrolled: agent.enrolment.is_enrolled(),
        reason: agent.enrolment.to_string(),
        settings: settings(agent),
        model: ModelInfo {
            if_vendors: if_vendors(costing, &subject, &present, &model, month_skip),
            ..model_info(&model)
        },
        billing: Billing {
            at_api_prices: at_list_price(
                costing,
                &subject,
                &present,
                &model,
                month_skip,
                model.found.by_the_token.clone(),
            ),
            ..Billing::of(&model.found)
        },
        windows: windows::of(costing, &[agent]),
        usage: timeline.usage(costing.period),
        recommended_usage: timeline_then.usage(costing.period),
        request: agent.enrolment.is_enrolled().then(|| request_parts(costing, &subject, &present, &model)).flatten(),
        own_server,
        fallbacks,
        current: now,
        spending: agent.enrolment.is_enrolled().then(|| {
            let scenario = costing.scenario(&subject, &present, &model, Level::Typical, month_skip);
            let price = model.found.price.as_ref().filter(|price| price.unit == unit);
            Spending::of(&scenario, price.map(|price| subject.prices(price)))
        }),
        recommended,
        once_delivered,
        changes: writable.map(|planned| changes(agent, planned, plan)).unwrap_or_default(),
        also_possible: writable.map(|planned| also_possible(planned, plan)).unwrap_or_default(),
        levers: planned.map(levers).unwrap_or_default(),
        frontier: planned.map(|planned| planned.frontier.clone()).unwrap_or_default(),
        not_here: planned.map(|planned| planned.not_here.clone()).unwrap_or_default(),
        advice: planned.map(|planned| planned.advice.clone()).unwrap_or_default(),
        loops: planned.and_then(|planned| planned.loops.clone()),
    };
    (report, [timeline, timeline_then])
}

/// The report of an agent with settings as they are written.
fn written(mut agent: AgentReport, settings: Vec<(&'static str, Value)>) -> AgentReport {
    for (key, text) in settings {
        for change in agent.changes.iter_mut().filter(|change| change.lever.key() == key) {
            change.from = text.clone();
        }
        if let Some(setting) = agent.settings.get_mut(key).filter(|setting| !setting.value.is_null()) {
            setting.value = text;
        }
    }
    agent
}

fn unread(analysis: &Analysis) -> Vec<String> {
    let unread = analysis.expanded.includes.iter().filter(|include| include.problem.is_some());
    unread.map(|include| include.file.clone()).collect()
}

/// What the month costs if the vendor of the model that its name means answers and bills its list price.
fn if_vendors(
    costing: &Costing<'_>,
    subject: &Subject<'_>,
    choice: &Choice,
    model: &PricedModel,
    skip: Option<SkipReason>,
) -> Option<IfVendors> {
    at_list_price(costing, subject, choice, model, skip, model.found.if_vendors.clone())
}

/// What the month costs at a list price.
fn at_list_price(
    costing: &Costing<'_>,
    subject: &Subject<'_>,
    choice: &Choice,
    model: &PricedModel,
    skip: Option<SkipReason>,
    list: Option<ListPrice>,
) -> Option<IfVendors> {
    let list = list.filter(|_| subject.agent.enrolment.is_enrolled())?;
    let mut priced = model.clone();
    priced.found.price = Some(list.price);
    let month = costing.estimate_on(subject, choice, &priced, skip);
    Some(IfVendors { model: list.model, cost: month.cost? })
}

fn model_info(model: &PricedModel) -> ModelInfo {
    let found = &model.found;
    // The month at that price says more.
    let told = |note: &Note| found.if_vendors.is_some() && matches!(note, Note::ListPriceOnly(_));
    ModelInfo {
        name: found.catalogue_name.clone(),
        plan: found.plan.map(|offer| offer.words).filter(|_| found.price.is_none()),
        matched: found.how.clone(),
        price_source: found.price.as_ref().map(|price| price.source.to_string()),
        price_unit: found.price.as_ref().map(|price| price.unit),
        free: found.free,
        if_vendors: None,
        near: found.near.clone(),
        notes: found.notes.iter().filter(|note| !told(note)).map(ToString::to_string).collect(),
    }
}

fn request_parts(
    costing: &Costing<'_>,
    subject: &Subject<'_>,
    choice: &Choice,
    model: &PricedModel,
) -> Option<RequestParts> {
    let (_, parts) = costing.parts(subject, choice, model, Level::Typical);
    let scenario = costing.scenario(subject, choice, model, Level::Typical, None);
    let (mut runs, mut prompts) = (0_u64, 0_u64);
    simulate(&scenario, &mut |tick| {
        let first = tick.requests.iter().find(|request| request.kind == RequestKind::Turn);
        runs += u64::from(first.is_some());
        prompts += first.map_or(0, |request| request.tokens.prompt());
    });
    let mean_chars = (prompts * CHARS_PER_TOKEN * 1000).checked_div(runs * model.tokens_per_mille)?;
    let conversation = mean_chars.saturating_sub(parts.total());
    let tokens = [
        (Purpose::Tools, parts.tools),
        (Purpose::SystemText, parts.stable_system + parts.volatile_system),
        (Purpose::WorkspaceFiles, parts.workspace_files),
        (Purpose::Skills, parts.skills),
        (Purpose::Conversation, conversation),
        (Purpose::Message, parts.message + parts.carrier),
    ];
    let tokens = tokens.map(|(name, chars)| PartTokens { name, tokens: scenario.tokens(chars) }).to_vec();
    Some(RequestParts { parts, conversation, tokens })
}

fn changes(agent: &Agent, planned: &AgentPlan, plan: &Plan) -> Vec<ChangeInfo> {
    let keys = plan.placement.as_ref().map_or(&[][..], |placement| &placement.keys[..]);
    let path = |lever: Lever| {
        let key = keys.iter().find(|(id, of, _)| *id == agent.id && *of == lever);
        key.map_or_else(String::new, |(_, _, path)| path.to_string())
    };
    let gives_up = |step: &crate::plan::Step| {
        let own = plan.gives_up(step.lever, &planned.chosen);
        match &step.vendors {
            Some([now, then]) => format!("{own}; the vendor changes from {now} to {then}"),
            None => own,
        }
    };
    let figure = |amount: Money| Figure { amount, unit: planned.unit };
    let info = |step: &crate::plan::Step| ChangeInfo {
        lever: step.lever,
        path: path(step.lever),
        from: step.from.clone(),
        to: step.to.clone(),
        saving: figure(step.saving),
        worth: figure(step.worth),
        together: step.together.clone(),
        risk: step.lever.risk(&planned.chosen),
        reason: step.reason,
        gives_up: gives_up(step),
        saving_alone: step.alone.map(figure),
        runner_up: step.runner_up.as_ref().map(|second| RunnerUpInfo {
            to: second.to.clone(),
            cost: figure(second.cost),
            more: figure(second.more),
        }),
        confidence: step.confidence,
        doubt: step.doubt.clone(),
        watch: step.lever.watch(),
    };
    planned.steps.iter().map(info).collect()
}

fn also_possible(planned: &AgentPlan, plan: &Plan) -> Vec<PossibleInfo> {
    let info = |possible: &crate::plan::Possible| PossibleInfo {
        lever: possible.lever,
        to: possible.lever.value(&possible.choice),
        saving: Figure { amount: possible.saving, unit: planned.unit },
        gives_up: plan.gives_up(possible.lever, &possible.choice),
    };
    planned.also_possible.iter().map(info).collect()
}

fn levers(planned: &AgentPlan) -> Vec<LeverInfo> {
    let info = |alone: &crate::plan::Alone| {
        let names: Vec<&str> = alone.levers.iter().map(|lever| lever.key()).collect();
        let values: Vec<Value> = alone.levers.iter().map(|lever| lever.value(&alone.choice)).collect();
        LeverInfo {
            lever: names.join("+"),
            to: if values.len() == 1 { values[0].clone() } else { Value::Array(values) },
            cost: Figure { amount: alone.cost, unit: planned.unit },
            saving: Figure { amount: alone.saving, unit: planned.unit },
        }
    };
    planned.levers.iter().map(info).collect()
}

fn totals(
    analysis: &Analysis,
    agents: &[AgentReport],
    timelines: &[[Timeline; 2]],
    unit: Unit,
    question: &Question<'_>,
) -> Totals {
    let enrolled = || agents.iter().filter(|agent| agent.enrolled);
    let current = Estimate::sum(enrolled().map(|agent| &agent.current));
    let recommended = Estimate::sum(enrolled().map(|agent| &agent.recommended));
    let saving = current.cost.zip(recommended.cost).map(|(now, then)| {
        let amount = now.typical - then.typical;
        Saving { amount, percent: amount.percent_of(now.typical) }
    });
    let known = || enrolled().map(|agent| &agent.current).filter(|estimate| estimate.cost.is_some());
    let known_part = current.cost.is_none().then(|| Estimate::sum(known()));
    let other_generation = other_generation(analysis, unit, question.only, &current);
    let spending =
        Spending::sum(agents.iter().filter(|agent| agent.current.runs > 0).filter_map(|agent| agent.spending.as_ref()));
    let usage = |of: usize| Timeline::sum(timelines.iter().map(|both| &both[of])).usage(&analysis.period);
    let (usage, recommended_usage) = (usage(0), usage(1));
    let on_own = agents.iter().zip(timelines).filter(|(agent, _)| agent.own_server.is_some());
    let on_own: Vec<&Timeline> = on_own.map(|(_, [now, _])| now).collect();
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
