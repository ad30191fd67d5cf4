//! Puts a report together from an analysis and its plan.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::assumptions::assumptions;
use super::doubts;
use super::{
    AgentReport, Asked, ChangeInfo, ConfigInfo, LeverInfo, ModelInfo, OtherGeneration, PeriodInfo, Report,
    RequestParts, Saving, SettingInfo, Totals,
};
use crate::analysis::Analysis;
use crate::gateway::active_hours::Window;
use crate::gateway::anthropic::AnthropicAuth;
use crate::gateway::model_ref::ModelRef;
use crate::gateway::release::Generation;
use crate::gateway::route::Route;
use crate::gateway::setting::Setting;
use crate::gateway::{Agent, Gateway};
use crate::money::Unit;
use crate::plan::{AgentPlan, Lever, Plan, confidence};
use crate::rules::Verdict;
use crate::simulate::costing::{Choice, Costing, Level, PricedModel, Subject};
use crate::simulate::estimate::{Estimate, Range};
use crate::simulate::{RequestKind, SkipReason, simulate};

/// What the caller knows of the file and the core does not.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The path as given.
    pub path: String,
    /// The hash of its bytes.
    pub sha256: String,
    /// The verdict on its heartbeat part.
    pub verdict: Verdict,
    /// Why it is not valid.
    pub problems: Vec<String>,
    /// Further warnings.
    pub warnings: Vec<String>,
    /// The flags that were given.
    pub asked: Asked,
}

/// Builds the report. `billing` chooses the unit; without it, it is that of the first enrolled agent. `only` keeps one
/// agent.
pub fn build(analysis: &Analysis, plan: &Plan, origin: Origin, billing: Option<Unit>, only: Option<&str>) -> Report {
    let costing = analysis.costing();
    let gateway = &analysis.gateway;
    let unit = billing.unwrap_or_else(|| costing.unit());
    let wanted = |agent: &&Agent| only.is_none_or(|id| agent.id == id);
    let pairs = gateway.agents.iter().zip(&plan.agents).filter(|(agent, _)| wanted(agent));
    let agents: Vec<AgentReport> =
        pairs.map(|(agent, planned)| agent_report(&costing, agent, planned.as_ref(), plan, unit)).collect();
    let mut warnings = origin.warnings.clone();
    warnings.extend(analysis.release.warning.clone());
    warnings.extend(warnings_of(analysis, plan, &agents, unit, wanted));
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
            generation: gateway.behaviour.generation,
            verdict: origin.verdict,
            problems: origin.problems,
        },
        period: PeriodInfo {
            start: at(start),
            end: at(end),
            days: analysis.period.days(),
            timezone: zone_name(&analysis.period.zone),
        },
        unit,
        totals: Totals { budget: plan.budget, ..totals(analysis, &agents, unit, only) },
        asked: origin.asked,
        assumptions: assumptions(analysis, &agents),
        model_names: model_names(&costing, plan),
        agents,
        warnings,
        comparison: None,
    }
}

fn model_names(costing: &Costing<'_>, plan: &Plan) -> BTreeMap<String, String> {
    let gateway = costing.gateway;
    let present = gateway.agents.iter().map(Choice::present);
    let planned = plan.agents.iter().flatten();
    let offered =
        planned.flat_map(|agent| agent.levers.iter().map(|alone| alone.choice.clone()).chain([agent.chosen.clone()]));
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

/// A zone by name, or by offset where it has none.
pub(super) fn zone_name(zone: &jiff::tz::TimeZone) -> String {
    match zone.iana_name() {
        Some(name) => name.to_owned(),
        None => zone.to_fixed_offset().map_or_else(|_| "unknown".to_owned(), |offset| offset.to_string()),
    }
}

/// The month of an agent as it is, in a unit.
pub(super) fn current(costing: &Costing<'_>, subject: &Subject<'_>, unit: Unit) -> Estimate {
    let agent = subject.agent;
    if !agent.enrolment.is_enrolled() {
        return Estimate { cost: Some(Range::default()), ..Estimate::default() };
    }
    let mut estimate = costing.estimate(subject, &Choice::present(agent), costing.always_skipped(agent));
    estimate = counted_in(unit, costing.unit_of(agent), estimate);
    settle(&mut estimate);
    estimate
}

/// The month in the report's unit: an amount of another unit is unknown in it.
fn counted_in(unit: Unit, billed: Unit, month: Estimate) -> Estimate {
    match billed == unit {
        true => month,
        false => Estimate { cost: None, per_run: None, ..month },
    }
}

/// A month without a run costs nothing, whatever a run would cost.
fn settle(estimate: &mut Estimate) {
    if estimate.runs == 0 && estimate.cost.is_none() {
        estimate.cost = Some(Range::default());
    }
}

fn agent_report(
    costing: &Costing<'_>,
    agent: &Agent,
    planned: Option<&AgentPlan>,
    plan: &Plan,
    unit: Unit,
) -> AgentReport {
    let subject = costing.subject(agent);
    let present = Choice::present(agent);
    let model = costing.model(&present.model, present.retention);
    let now = current(costing, &subject, unit);
    // A plan that cannot be written is not recommended.
    let planned = planned.filter(|_| costing.unit_of(agent) == unit);
    let writable = planned.filter(|_| plan.placement.is_ok());
    let recommended = match writable {
        Some(planned) if !planned.steps.is_empty() => costing.estimate(&subject, &planned.chosen, None),
        _ => now.clone(),
    };
    let skipped = costing.always_skipped(agent);
    let waits = agent.enrolment.is_enrolled() && present.every.ms().is_some() && skipped == Some(SkipReason::NoRoute);
    let once_routed = waits
        .then(|| costing.estimate(&subject, &present, None))
        .map(|month| counted_in(unit, costing.unit_of(agent), month));
    AgentReport {
        id: agent.id.clone(),
        enrolled: agent.enrolment.is_enrolled(),
        reason: agent.enrolment.to_string(),
        settings: settings(agent),
        model: model_info(&model),
        request: agent.enrolment.is_enrolled().then(|| request_parts(costing, &subject, &present, &model)).flatten(),
        current: now,
        recommended,
        once_routed,
        changes: writable.map(|planned| changes(agent, planned, plan)).unwrap_or_default(),
        levers: planned.map(levers).unwrap_or_default(),
        frontier: planned.map(|planned| planned.frontier.clone()).unwrap_or_default(),
        not_here: planned.map(|planned| planned.not_here.clone()).unwrap_or_default(),
        advice: planned.map(|planned| planned.advice.clone()).unwrap_or_default(),
        loops: planned.and_then(|planned| planned.loops.clone()),
    }
}

fn settings(agent: &Agent) -> BTreeMap<&'static str, SettingInfo> {
    let settings = &agent.settings;
    let unresolved = |text: &Option<String>, value: Value| if text.is_some() { Value::Null } else { value };
    fn info<T>(setting: &Setting<T>, value: Value) -> SettingInfo {
        SettingInfo { value, ms: None, origin: setting.origin.to_string() }
    }
    let every = unresolved(&settings.every.unresolved, Lever::Every.value(&Choice::present(agent)));
    let ms = unresolved(&settings.every.unresolved, json!(settings.every.value.ms()));
    let model = unresolved(&settings.model.unresolved, json!(settings.model.value.to_string()));
    let window = unresolved(&settings.active_hours.unresolved, window(&settings.active_hours.value));
    let target = unresolved(&settings.target.unresolved, json!(settings.target.value));
    BTreeMap::from([
        ("every", SettingInfo { ms: Some(ms), ..info(&settings.every, every) }),
        ("model", info(&settings.model, model)),
        ("isolatedSession", info(&settings.isolated_session, json!(settings.isolated_session.value))),
        ("lightContext", info(&settings.light_context, json!(settings.light_context.value))),
        ("activeHours", info(&settings.active_hours, window)),
        ("target", info(&settings.target, target)),
        ("cacheRetention", info(&settings.cache_retention, json!(settings.cache_retention.value.to_string()))),
    ])
}

fn window(window: &Window) -> Value {
    let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    match window {
        Window::Always => json!("always"),
        Window::Never => json!("never"),
        Window::Daily { start, end, zone } => json!(format!("{}–{} {}", time(*start), time(*end), zone_name(zone))),
    }
}

fn model_info(model: &PricedModel) -> ModelInfo {
    let found = &model.found;
    ModelInfo {
        name: found.catalogue_name.clone(),
        matched: found.how.clone(),
        price_source: found.price.as_ref().map(|price| price.source.to_string()),
        near: found.near.clone(),
        notes: found.notes.iter().map(ToString::to_string).collect(),
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
    let mean_chars = (prompts * 4 * 1000).checked_div(runs * model.tokens_per_mille)?;
    Some(RequestParts { parts, conversation: mean_chars.saturating_sub(parts.total()) })
}

fn changes(agent: &Agent, planned: &AgentPlan, plan: &Plan) -> Vec<ChangeInfo> {
    let keys = plan.placement.as_ref().map_or(&[][..], |placement| &placement.keys[..]);
    let path = |lever: Lever| {
        let key = keys.iter().find(|(id, of, _)| *id == agent.id && *of == lever);
        key.map_or_else(String::new, |(_, _, path)| path.to_string())
    };
    let info = |step: &crate::plan::Step| ChangeInfo {
        lever: step.lever,
        path: path(step.lever),
        from: step.from.clone(),
        to: step.to.clone(),
        saving: step.saving,
        risk: step.lever.risk(&planned.chosen),
        reason: step.reason,
        gives_up: step.lever.gives_up(&planned.chosen),
        saving_alone: step.alone,
        runner_up: step.runner_up.clone(),
        confidence: step.confidence,
        doubt: step.doubt.clone(),
        watch: confidence::watch(step.lever),
    };
    planned.steps.iter().map(info).collect()
}

fn levers(planned: &AgentPlan) -> Vec<LeverInfo> {
    let info = |alone: &crate::plan::Alone| {
        let names: Vec<&str> = alone.levers.iter().map(|lever| lever.key()).collect();
        let values: Vec<Value> = alone.levers.iter().map(|lever| lever.value(&alone.choice)).collect();
        LeverInfo {
            lever: names.join("+"),
            to: if values.len() == 1 { values[0].clone() } else { Value::Array(values) },
            cost: alone.cost,
            saving: alone.saving,
        }
    };
    planned.levers.iter().map(info).collect()
}

fn totals(analysis: &Analysis, agents: &[AgentReport], unit: Unit, only: Option<&str>) -> Totals {
    let enrolled = || agents.iter().filter(|agent| agent.enrolled);
    let current = Estimate::sum(enrolled().map(|agent| &agent.current));
    let recommended = Estimate::sum(enrolled().map(|agent| &agent.recommended));
    let saving = current.cost.zip(recommended.cost).map(|(now, then)| {
        let amount = now.typical - then.typical;
        Saving { amount, percent: amount.percent_of(now.typical) }
    });
    let known = || enrolled().map(|agent| &agent.current).filter(|estimate| estimate.cost.is_some());
    let known_part = current.cost.is_none().then(|| Estimate::sum(known()));
    let other_generation = analysis.other_generation().map(|gateway| {
        let costing = analysis.costing_of(&gateway);
        let enrolled = gateway.enrolled().filter(|agent| only.is_none_or(|id| agent.id == id));
        let months: Vec<Estimate> =
            enrolled.map(|agent| self::current(&costing, &costing.subject(agent), unit)).collect();
        OtherGeneration { release: gateway.behaviour.version, current: Estimate::sum(months.iter()) }
    });
    let other_generation = other_generation.filter(|other| other.current.cost != current.cost);
    Totals { current, recommended, saving, known_part, other_generation, budget: None }
}

fn warnings_of<'a>(
    analysis: &'a Analysis,
    plan: &Plan,
    agents: &[AgentReport],
    unit: Unit,
    wanted: impl Fn(&&'a Agent) -> bool,
) -> Vec<String> {
    let costing = analysis.costing();
    let mut warnings = Vec::new();
    for include in &analysis.expanded.includes {
        if let Some(problem) = &include.problem {
            warnings.push(format!("$include '{}' was not read ({problem}): its keys are unknown here", include.file));
        }
    }
    warnings.extend(doubts::unread_files(analysis));
    let enrolled = |gateway: &'a Gateway| gateway.enrolled().filter(&wanted);
    for agent in enrolled(&analysis.gateway) {
        if costing.unit_of(agent) != unit {
            let other = costing.unit_of(agent);
            warnings.push(format!("agent '{}' is billed in {other}: not counted in {unit}", agent.id));
        }
        let settings = &agent.settings;
        // Where an agent is switched off, nothing waits for a route.
        let needs_route =
            analysis.gateway.behaviour.generation == Generation::Current && settings.every.value.ms().is_some();
        match &settings.route {
            Route::No(reason) if needs_route => warnings.push(format!("agent '{}' has no route: {reason}", agent.id)),
            Route::Unknown(reason) if needs_route => {
                warnings.push(format!("agent '{}' may have no route and then costs nothing: {reason}", agent.id));
            }
            _ => {}
        }
        for (key, text) in [
            ("every", &settings.every.unresolved),
            ("model", &settings.model.unresolved),
            ("activeHours", &settings.active_hours.unresolved),
            ("target", &settings.target.unresolved),
        ] {
            if let Some(text) = text {
                let meanwhile = match key {
                    "every" => "; costed as every 30m, and as nothing at the low end",
                    "activeHours" => "; costed without a window, and as nothing at the low end",
                    "target" => "; costed as delivered, and as nothing at the low end",
                    _ => "",
                };
                warnings.push(format!("agent '{}': {key} is {text}, which nothing here sets{meanwhile}", agent.id));
            }
        }
    }
    if analysis.gateway.anthropic_auth == Some(AnthropicAuth::OAuth)
        && enrolled(&analysis.gateway).any(|agent| agent.settings.model.value.provider == "anthropic")
    {
        let text = "the gateway signs in to Anthropic with OAuth or a token: a subscription may not bill by the token, and \
                    these are the prices of the API";
        warnings.push(text.to_owned());
    }
    for agent in enrolled(&analysis.gateway) {
        warnings.extend(doubts::unpriced_recap(&costing, agent, unit));
        warnings.extend(doubts::read_as_off(agent));
        warnings.extend(doubts::overflow(&costing, agent));
    }
    for agent in agents.iter().filter(|agent| agent.enrolled) {
        if agent.current.cost.is_none() && agent.model.price_source.is_none() {
            warnings.push(unknown_price(agent));
        }
        warnings.extend(agent.model.notes.iter().map(|note| format!("agent '{}': {note}", agent.id)));
    }
    warnings.extend(plan.notes.iter().cloned());
    let kept = plan.placement.iter().flat_map(|placement| &placement.kept_running);
    warnings.extend(
        kept.map(|id| format!("agent '{id}' gets an empty heartbeat block: without it, it would stop running")),
    );
    for change in plan.changes().iter().filter(|change| change.to == Some(json!({}))) {
        let text =
            format!("{} gets an empty block, so that its agent keeps running beside those with one", change.path);
        warnings.push(text);
    }
    match &plan.placement {
        Err(reason) => warnings.push(format!("the plan cannot be written: {reason}")),
        Ok(placement) if placement.changes_other_generation => {
            let other = analysis.gateway.behaviour.generation.other();
            warnings.push(format!("on a {other} release the patch also changes which agents run"));
        }
        Ok(_) => {}
    }
    warnings.dedup();
    warnings
}

fn unknown_price(agent: &AgentReport) -> String {
    let model = agent.settings.get("model").and_then(|model| model.value.as_str()).unwrap_or("the model");
    let near = match agent.model.near.as_slice() {
        [] => String::new(),
        near => format!("; known names like it: {}", near.join(", ")),
    };
    format!(
        "agent '{}': no price is known for '{model}'{near}. Give one with --prices FILE or \
         models.providers.<provider>.models[].cost",
        agent.id
    )
}
