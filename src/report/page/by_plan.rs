//! What plans pay for has no price of its own: who pays, how that is counted, and how much of it is taken.

use super::super::{AgentReport, Report};
use crate::simulate::estimate::{Estimate, Range};
use crate::words::{counted, rough, tokens};

/// Why there is no price where plans pay for all these agents; `known` is what the others cost.
pub(super) fn sentence(report: &Report, agents: &[&AgentReport], known: Option<Range>) -> String {
    let plans = names(agents);
    let others = known.map_or(String::new(), |known| {
        format!(" Those of the other agents cost about {} a month.", rough(known.typical, report.unit))
    });
    let is_unknown = |agent: &&&AgentReport| agent.windows.is_empty() && agent.current.runs > 0;
    let limits = match agents.iter().filter(is_unknown).find_map(|agent| agent.model.plan.as_deref()) {
        Some(plan) => format!(" How much {plan} allows is not known: --plans FILE can say it."),
        None => String::new(),
    };
    let in_dollars = agents.iter().all(|agent| agent.is_counted_in_dollars());
    let how = match (in_dollars, plans.len()) {
        (false, _) => "so they have no price of their own",
        (true, 1) => "which counts their tokens in dollars against what the plan includes",
        (true, _) => "which count their tokens in dollars against what the plans include",
    };
    format!("These heartbeats are paid for by {}, {how}.{limits}{others}", plans.join(" and "))
}

/// The plans that pay for some of the agents, in a clause; `None` where no plan does.
pub(super) fn pay_for(agents: &[&AgentReport]) -> Option<String> {
    let plans = names(agents);
    let verb = if plans.len() == 1 { "pays" } else { "pay" };
    (!plans.is_empty()).then(|| format!("{} {verb} for {}", plans.join(" and "), counted(agents.len(), "agent")))
}

/// What a month without a price takes, and of whose.
pub(super) fn taken(report: &Report, month: &Estimate) -> String {
    let sent = tokens(month.tokens.all());
    let by_plan = report.enrolled().all(|agent| agent.model.plan.is_some());
    match report.enrolled().find_map(|agent| agent.model.plan.as_deref()).filter(|_| by_plan) {
        Some(plan) => format!("take {sent} tokens a month of {plan}"),
        None => format!("take {sent} tokens a month, at a price we don't know"),
    }
}

/// The plans of the agents, each once.
fn names<'a>(agents: &[&'a AgentReport]) -> Vec<&'a str> {
    let mut plans: Vec<&str> = agents.iter().filter_map(|agent| agent.model.plan.as_deref()).collect();
    plans.sort_unstable();
    plans.dedup();
    plans
}
