//! A daily number of free requests that heartbeats eat up by themselves.

use std::sync::Arc;

use super::context::Context;
use super::finding::{Finding, Severity};
use super::rule::{Needs, Rule};
use super::spending::{Spender, names};
use crate::bill::windows::{PlanWindow, Runner, windows};
use crate::catalogue::Offer;
use crate::catalogue::plans::{QuotaSpan, QuotaUnit};
use crate::money::Money;
use crate::simulate::costing::PricedModel;

pub(super) static RULE: Rule = Rule {
    id: "free-quota",
    severity: Severity::Warning,
    summary: "heartbeats that use up most of a day's free requests",
    page: include_str!("pages/free-quota.md"),
    needs: Needs::Config,
    check,
};

/// The share of a day that is worth a word, in percent.
const MOST: i128 = 50;
/// The same where the config cannot say whether the free requests are what pays.
const ALL: i128 = 100;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spendings = context.spendings();
    let config = context.gateway().config();
    let sure = |spending: &Spender<'_>| spending.model.found.plan.clone();
    let perhaps = |spending: &Spender<'_>| match &spending.model.found.plan {
        None => {
            let mut possible = context.costing.catalogue.plans().possible(&spending.choice.model, config);
            possible.find(|offer| daily(offer)).cloned()
        }
        Some(_) => None,
    };
    say(context, findings, spendings, &sure, MOST);
    say(context, findings, spendings, &perhaps, ALL);
}

fn daily(offer: &Offer) -> bool {
    let mut quotas = offer.plans().iter().flat_map(|plan| &plan.windows);
    quotas.any(|quota| (quota.unit, quota.window) == (QuotaUnit::Request, QuotaSpan::Day))
}

/// The agents that one offer pays for together, where they use more of a day than a share.
fn say(
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
    spendings: &[Spender<'_>],
    offer: &dyn Fn(&Spender<'_>) -> Option<Arc<Offer>>,
    share: i128,
) {
    let mut offers: Vec<Arc<Offer>> = spendings.iter().filter_map(offer).filter(|offer| daily(offer)).collect();
    offers.sort_by(|one, other| one.id.cmp(&other.id));
    offers.dedup_by(|one, other| one.id == other.id);
    for paying in offers {
        let paid = |spending: &&Spender<'_>| offer(spending).is_some_and(|offer| offer.id == paying.id);
        let paid: Vec<&Spender<'_>> = spendings.iter().filter(paid).collect();
        let models: Vec<PricedModel> = paid
            .iter()
            .map(|spending| {
                let mut model = PricedModel::clone(&spending.model);
                model.found.plan = Some(Arc::clone(&paying));
                model
            })
            .collect();
        let runners = paid.iter().zip(&models).map(|(spending, model)| Runner {
            subject: &spending.subject,
            choice: &spending.choice,
            model,
            skipped: None,
        });
        let runners: Vec<Runner<'_>> = runners.collect();
        let windows = windows(context.costing, &runners);
        let day = windows.iter().find(|window| (window.unit, window.span) == (QuotaUnit::Request, QuotaSpan::Day));
        let least = Money::from_pico(share * 1_000_000_000_000);
        let Some(day) = day.filter(|day| day.share().is_some_and(|share| share.high >= least)) else { continue };
        let Some(first) = paid.first() else { continue };
        let place = context.place_of(first.agent, &first.agent.settings.model.origin, "model");
        let ids: Vec<&str> = paid.iter().map(|spending| spending.agent.id.as_str()).collect();
        let severity = if share == ALL { Severity::Info } else { Severity::Warning };
        let finding = RULE.case(context, severity, place, message(&paying, day, &names(&ids), share == ALL));
        findings.push(finding.help(help(paid.iter().any(|spending| spending.subject.recap.is_some()))));
    }
}

fn message(offer: &Offer, day: &PlanWindow, who: &str, unsure: bool) -> String {
    let (_, used) = day.used.unwrap_or_default();
    let limit = day.limit.map_or(0, |limit| limit.low);
    let when = day
        .runs_out_after
        .map_or(String::new(), |ms| format!(", which are used up {} into the day", crate::words::duration(ms)));
    let taken = format!("the heartbeats of {who} take {} of {limit} requests a day", used.round_to(0));
    match unsure {
        true => format!("if this key is on {}, {taken}{when}", offer.words),
        false => format!("{taken} on {}{when}", offer.words),
    }
}

fn help(recap: bool) -> &'static str {
    match recap {
        true => {
            "a longer interval; isolatedSession: true also leaves out the hidden recap, which is a request of its own"
        }
        false => "a longer interval, or active hours; what is left of the day is all that chats and jobs get",
    }
}
