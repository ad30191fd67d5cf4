//! What a report says of one agent: its settings, its month now and after the plan, and what each change does.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::own_server::OwnServer;
use super::windows::WindowInfo;
use crate::analysis::Analysis;
use crate::bill::{Beyond, Fallback};
use crate::catalogue::plans::QuotaUnit;
use crate::catalogue::{Free, Match, PriceNote};
use crate::gateway::Agent;
use crate::levers::Risk;
use crate::money::Unit;
use crate::money::figure::{self, Figure};
use crate::plan::confidence::Confidence;
use crate::plan::{Advice, Lever, Loops, NotHere, Point};
use crate::simulate::estimate::{Estimate, Range};
use crate::simulate::prompt::Parts;
use crate::simulate::spending::{Purpose, Spending};
use crate::simulate::usage::Usage;

/// One agent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgentReport {
    /// Its id.
    pub id: String,
    /// Whether somebody chats in the conversation that its heartbeats are sent.
    #[serde(skip)]
    pub(super) holds_chat: bool,
    /// Whether OpenClaw runs heartbeats for it.
    pub enrolled: bool,
    /// Why, or why not.
    pub reason: String,
    /// Effective settings by key, with origins.
    pub settings: BTreeMap<&'static str, SettingInfo>,
    /// How the model was recognised and what it costs.
    pub model: ModelInfo,
    /// How its heartbeats are paid.
    pub billing: Billing,
    /// What it takes of the windows of the plan that pays, by itself.
    pub windows: Vec<WindowInfo>,
    /// What its heartbeats take now, whoever pays: runs, requests and tokens.
    pub usage: Usage,
    /// The same after the plan.
    pub recommended_usage: Usage,
    /// The work for a model server of one's own, where it is on one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_server: Option<OwnServer>,
    /// Who answers when the model fails, in turn, and what that costs.
    pub fallbacks: Vec<Fallback>,
    /// What is paid by the token because the heartbeats use up the plan that pays for them: the high end of the month's cost
    /// holds it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond_plan: Option<Beyond>,
    /// The month as it is.
    pub current: Estimate,
    /// Where the money of a typical month goes; once heartbeats can be delivered, where they cannot now. Null for an agent that
    /// is not enrolled.
    pub spending: Option<Spending>,
    /// The month after the plan.
    pub recommended: Estimate,
    /// The month if heartbeats could be delivered, where they cannot now.
    #[serde(rename = "onceRouted")]
    pub once_delivered: Option<Estimate>,
    /// The parts of a typical request now, in characters, with the mean conversation.
    pub request: Option<RequestParts>,
    /// The plan's changes; savings are sequential and add up.
    pub changes: Vec<ChangeInfo>,
    /// What could be changed beside the plan, and saves less than what it takes away is worth.
    pub also_possible: Vec<PossibleInfo>,
    /// Each lever alone, from today's settings.
    pub levers: Vec<LeverInfo>,
    /// The cheapest choice for each reaction delay.
    pub frontier: Arc<[Point]>,
    /// Popular advice that would cost more here.
    pub not_here: Arc<[NotHere]>,
    /// What else would save, but holds for more than the heartbeats: never applied by itself.
    pub advice: Vec<Advice>,
    /// The worst day after the plan, if heartbeats loop until their time is up.
    pub loops: Option<Loops>,
}

/// Each agent of a report beside what is said of it, where these are of the config's agents and in their order.
pub(super) fn reported<'a>(
    analysis: &'a Analysis,
    agents: &'a [AgentReport],
) -> impl Iterator<Item = (&'a Agent, &'a AgentReport)> {
    let mut rest = analysis.gateway.agents.iter();
    agents.iter().filter_map(move |shown| Some((rest.find(|agent| agent.id == shown.id)?, shown)))
}

impl AgentReport {
    /// Whether what pays counts in dollars at prices by the token.
    pub fn is_counted_in_dollars(&self) -> bool {
        self.windows.iter().any(|window| window.unit == QuotaUnit::Usd)
    }
}

/// A value and what decided it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SettingInfo {
    /// The value; null where nothing here says.
    pub value: Value,
    /// Milliseconds, for `every`; null when off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<Value>,
    /// The key, default or environment.
    pub origin: String,
}

/// How an agent's model is paid.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Billing {
    /// In which way.
    pub kind: BillingKind,
    /// The plan that pays, in words.
    pub plan: Option<String>,
    /// Where that is known from: the source of a price, else how the model was recognised.
    pub source: String,
    /// What a month would cost by the token, where a plan pays; nobody is billed that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_api_prices: Option<IfVendors>,
}

/// The ways in which a model is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BillingKind {
    /// Each token has a price.
    Tokens,
    /// A plan or a quota pays, so that a request has no price.
    Plan,
    /// It is known to cost nothing.
    Free,
    /// Nobody can say.
    Unknown,
}

impl Billing {
    /// How a model that was looked up is paid.
    pub fn of(found: &Match) -> Self {
        let Match { price, plan, free, how, .. } = found;
        let by_plan = plan.is_some() || found.notes.contains(&PriceNote::Subscription);
        let (kind, source) = match price {
            Some(_) if by_plan => (BillingKind::Plan, how.clone()),
            Some(_) if free.is_some() => (BillingKind::Free, how.clone()),
            Some(price) => (BillingKind::Tokens, price.source.to_string()),
            None if by_plan => (BillingKind::Plan, how.clone()),
            None => (BillingKind::Unknown, how.clone()),
        };
        Billing { kind, plan: plan.as_ref().map(|offer| offer.words.clone()), source, at_api_prices: None }
    }
}

/// The model of an agent's heartbeats.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo {
    /// The catalogue's name.
    pub name: Option<String>,
    /// The plan that pays for it, where its requests have no price of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// How it was recognised.
    pub matched: String,
    /// Where its price comes from; null when unknown.
    pub price_source: Option<String>,
    /// The unit of its price; null when unknown. Another unit than the report's leaves the agent uncounted.
    pub price_unit: Option<Unit>,
    /// Why it costs nothing, where that is known.
    pub free: Option<Free>,
    /// What the month costs if the vendor of the model that its name means answers; only where the price is unknown.
    pub if_vendors: Option<IfVendors>,
    /// Known names like it, when it is unknown.
    pub near: Vec<String>,
    /// What to know about the price.
    pub notes: Vec<String>,
}

/// A month at a vendor's list price.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IfVendors {
    /// The model there, as `provider/id`.
    pub model: String,
    /// In US dollars.
    pub cost: Range,
}

/// A typical request by its parts, in characters.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestParts {
    /// The parts without the conversation.
    #[serde(flatten)]
    pub parts: Parts,
    /// The conversation, on average over the month.
    pub conversation: u64,
    /// The same in the model's tokens, by what they are for.
    pub tokens: Vec<PartTokens>,
}

/// Tokens of a part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PartTokens {
    /// Which.
    pub name: Purpose,
    /// How many, rounded.
    pub tokens: u64,
}

/// One change of the plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeInfo {
    /// The lever.
    pub lever: Lever,
    /// The key that is written.
    pub path: String,
    /// The value now.
    pub from: Value,
    /// The value then.
    pub to: Value,
    /// What it saves after the changes before it.
    #[serde(flatten, serialize_with = "figure::saving")]
    pub saving: Figure,
    /// How much more a month costs without it, with all the others; without those of `together`, too, where there are.
    #[serde(flatten, serialize_with = "figure::worth")]
    pub worth: Figure,
    /// The changes that only work together with it.
    pub together: Vec<Lever>,
    /// How likely it is to be felt.
    pub risk: Risk,
    /// Why it saves.
    pub reason: &'static str,
    /// What the agent loses.
    pub gives_up: String,
    /// What the change saves by itself; null where the model cannot hold what it would then be sent.
    #[serde(flatten, serialize_with = "figure::saving_alone")]
    pub saving_alone: Option<Figure>,
    /// The next best value, with the best of everything else.
    pub runner_up: Option<RunnerUpInfo>,
    /// How sure it is to go unnoticed.
    pub confidence: Confidence,
    /// What lowered that.
    pub doubt: Option<String>,
    /// What to look at in the first days.
    pub watch: &'static str,
}

/// The second-best value of a change.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunnerUpInfo {
    /// The value.
    pub to: Value,
    /// What the month costs with it and the best of everything else.
    #[serde(flatten, serialize_with = "figure::cost")]
    pub cost: Figure,
    /// How much more that is.
    #[serde(flatten, serialize_with = "figure::more")]
    pub more: Figure,
}

/// A change beside the plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PossibleInfo {
    /// The lever.
    pub lever: Lever,
    /// The value then.
    pub to: Value,
    /// What it saves beside the plan.
    #[serde(flatten, serialize_with = "figure::saving")]
    pub saving: Figure,
    /// What the agent loses.
    pub gives_up: String,
}

/// One change on its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeverInfo {
    /// The lever, or levers joined with `+`.
    pub lever: String,
    /// The value, or values.
    pub to: Value,
    /// The month's typical cost then.
    #[serde(flatten, serialize_with = "figure::cost")]
    pub cost: Figure,
    /// What that saves; negative when it costs more.
    #[serde(flatten, serialize_with = "figure::saving")]
    pub saving: Figure,
}
