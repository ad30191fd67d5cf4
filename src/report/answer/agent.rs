//! An agent's part of a report: its settings, what its heartbeats cost now and after the plan, and why.

use std::sync::Arc;

use serde_json::Value;

use super::super::own_server::OwnServer;
use super::super::settings::settings;
use super::super::{
    AgentReport, Billing, ChangeInfo, IfVendors, LeverInfo, ModelInfo, PartTokens, PossibleInfo, RequestParts,
    RunnerUpInfo,
};
use super::Question;
use super::months::AgentMonths;
use crate::bill::Bill;
use crate::catalogue::{ListPrice, PriceNote};
use crate::document::KeyPath;
use crate::gateway::Agent;
use crate::money::{Figure, Money, Unit};
use crate::plan::{self, AgentPlan, Lever, Plan};
use crate::simulate::SkipReason;
use crate::simulate::conversation::CHARS_PER_TOKEN;
use crate::simulate::costing::{Choice, Costing, Level, PricedModel, Subject};
use crate::simulate::spending::Purpose;
use crate::simulate::usage::Timeline;

/// An agent, and what it asks of its models now and after the plan, moment by moment.
pub(super) fn agent_report(
    costing: &Costing<'_>,
    months: AgentMonths<'_>,
    plan: &Plan,
    (unit, question): (Unit, &Question<'_>),
) -> (AgentReport, [Arc<Timeline>; 2]) {
    let AgentMonths { subject, planned, changed, .. } = months;
    let agent = subject.agent;
    let present = Choice::present(agent);
    let model = costing.answering(agent, &present);
    let bill = Bill::new(costing, unit);
    let timeline = bill.timeline(&subject);
    let writable = planned.filter(|_| plan.placement.is_ok());
    let timeline_then = match changed {
        Some(chosen) => costing.timeline(&subject, chosen, None),
        None => Arc::clone(&timeline),
    };
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
        holds_chat: agent.settings.holds_chat,
        reason: agent.enrolment.to_string(),
        settings: settings(agent),
        model: ModelInfo {
            if_vendors: if_vendors(costing, &subject, &present, &model, month_skip),
            ..model_info(costing, &present, &model)
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
        windows: months.windows,
        usage: timeline.usage(costing.period),
        recommended_usage: timeline_then.usage(costing.period),
        request: agent.enrolment.is_enrolled().then(|| request_parts(costing, &subject, &present, &model)).flatten(),
        own_server,
        fallbacks: months.fallbacks,
        beyond_plan: months.beyond,
        current: months.now,
        spending: agent.enrolment.is_enrolled().then(|| {
            let scenario = costing.scenario(&subject, &present, &model, Level::Typical, month_skip);
            let is_counted = model.found.price.as_ref().is_some_and(|price| price.unit == unit);
            costing.spending(&subject, &scenario, &model, is_counted)
        }),
        recommended: months.recommended,
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
pub(super) fn written(mut agent: AgentReport, settings: Vec<(&'static str, Value)>) -> AgentReport {
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

fn model_info(costing: &Costing<'_>, choice: &Choice, model: &PricedModel) -> ModelInfo {
    let found = &model.found;
    // The month at that price says more.
    let told = |note: &PriceNote| found.if_vendors.is_some() && matches!(note, PriceNote::ListPriceOnly(_));
    ModelInfo {
        name: found.catalogue_name.clone(),
        plan: found.plan.as_ref().map(|offer| offer.words.clone()).filter(|_| found.price.is_none()),
        matched: found.how.clone(),
        price_source: found.price.as_ref().map(|price| price.source.to_string()),
        price_unit: found.price.as_ref().map(|price| price.unit),
        free: found.free,
        if_vendors: None,
        near: costing.names_like(&choice.model, model),
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
    let month = &costing.counted(&scenario).tally;
    let mean_chars = (month.first_prompts * CHARS_PER_TOKEN * 1000).checked_div(month.runs * model.tokens_per_mille)?;
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
    let path = |lever: Lever| {
        let key = plan.placement.as_ref().ok().and_then(|placement| placement.key(&agent.id, lever));
        key.map_or_else(String::new, KeyPath::to_string)
    };
    let gives_up = |step: &plan::Step| {
        let own = plan.gives_up(step.lever, &planned.chosen);
        match &step.vendors {
            Some([now, then]) => format!("{own}; the vendor changes from {now} to {then}"),
            None => own,
        }
    };
    let figure = |amount: Money| Figure { amount, unit: planned.unit };
    let info = |step: &plan::Step| ChangeInfo {
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
    let info = |possible: &plan::Possible| PossibleInfo {
        lever: possible.lever,
        to: possible.lever.value(&possible.choice),
        saving: Figure { amount: possible.saving, unit: planned.unit },
        gives_up: plan.gives_up(possible.lever, &possible.choice),
    };
    planned.also_possible.iter().map(info).collect()
}

fn levers(planned: &AgentPlan) -> Vec<LeverInfo> {
    let info = |alone: &plan::Alone| {
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
