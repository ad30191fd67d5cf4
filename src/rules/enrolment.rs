//! Who runs, where that is not what a reader would think.

use serde_json::{Map, Value};

use super::context::{Context, agents};
use super::finding::{Finding, Severity};
use super::off;
use super::rule::{Needs, Rule};
use super::safe::made;
use super::spending::{names, sum};
use crate::document::{Change, KeyPath};
use crate::gateway::Gateway;
use crate::gateway::roster::Enrolment;
use crate::money::Money;
use crate::releases::{Behaviour, NEWEST};

pub(super) static SHADOWED: Rule = Rule {
    id: "shadowed-defaults",
    severity: Severity::Warning,
    summary: "a shared heartbeat block that starts nobody, because an agent has its own",
    page: include_str!("pages/shadowed-defaults.md"),
    needs: Needs::Config,
    check: check_shadowed,
};

pub(super) static FAN_OUT: Rule = Rule {
    id: "upgrade-fan-out",
    severity: Severity::Warning,
    summary: "an upgrade changes who runs",
    page: include_str!("pages/upgrade-fan-out.md"),
    needs: Needs::Config,
    check: check_upgrade,
};

pub(super) static IMPLICIT: Rule = Rule {
    id: "implicit-heartbeat",
    severity: Severity::Info,
    summary: "heartbeats run although the file does not mention them",
    page: include_str!("pages/implicit-heartbeat.md"),
    needs: Needs::Config,
    check: check_implicit,
};

fn shared() -> KeyPath {
    agents().key("defaults").key("heartbeat")
}

fn check_shadowed(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.get(&shared()).is_none_or(|block| !block.is_object()) {
        return;
    }
    let of = |wanted: fn(&Enrolment) -> bool| -> Vec<&str> {
        let agents = context.gateway().agents.iter().filter(|agent| wanted(&agent.enrolment));
        agents.map(|agent| agent.id.as_str()).collect()
    };
    let (silent, own) = (of(|why| *why == Enrolment::WithoutBlock), of(|why| *why == Enrolment::OwnBlock));
    if silent.is_empty() {
        return;
    }
    let verb = if silent.len() == 1 { "runs" } else { "run" };
    let has = if own.len() == 1 { "has a block of its" } else { "have blocks of their" };
    let message = format!("{} never {verb}, whatever is set here: {} {has} own", names(&silent), names(&own));
    let finding = SHADOWED.at(context, shared(), message);
    let blocks = empty_blocks(context, context.gateway(), &silent);
    findings.push(
        finding
            .help(
                "once an agent has a heartbeat block, only agents with one run: give each that should run an empty one",
            )
            .advise(blocks),
    );
}

/// An empty block for each of some agents.
fn empty_blocks(context: &Context<'_>, gateway: &Gateway, ids: &[&str]) -> Vec<Change> {
    let named = gateway.agents.iter().filter(|agent| ids.contains(&agent.id.as_str()));
    let blocks = named.filter(|agent| agent.own_block.is_none()).filter_map(|agent| agent.path.as_ref());
    blocks.map(|path| context.set(&path.key("heartbeat"), Value::Object(Map::new()))).collect()
}

/// The agents that run and are not switched off.
fn running_on(gateway: &Gateway) -> Vec<String> {
    let on = gateway.enrolled().filter(|agent| agent.settings.every.value.ms().is_some());
    on.map(|agent| agent.id.clone()).collect()
}

fn check_upgrade(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let version = context.behaviour().version;
    if version >= NEWEST {
        return;
    }
    let later = context.reread_for(context.config, NEWEST);
    let (now, then) = (running_on(context.gateway()), running_on(&later));
    if now == then {
        return;
    }
    let named = |ids: &[String]| names(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    let verb = |ids: &[String]| if ids.len() == 1 { "runs" } else { "run" };
    let message = format!("on {version} {} {}, on {NEWEST} {} would {}", named(&now), verb(&now), named(&then), "run");
    let path = [shared(), agents().key("list"), agents()].into_iter().find(|path| context.get(path).is_some());
    let finding = FAN_OUT.at(context, path.unwrap_or_default(), message);
    let running: Vec<&str> = now.iter().map(String::as_str).collect();
    let blocks = empty_blocks(context, context.gateway(), &running);
    let kept = made(context.config, &blocks).is_some_and(|changed| {
        running_on(&context.reread(&changed)) == running_on(&context.reread_for(&changed, NEWEST))
    });
    let finding = finding.advise(if kept { blocks } else { Vec::new() });
    findings.push(match then.len() > now.len() {
        true => finding.help(format!(
            "from {} on a shared block runs every agent; to run only some, give each of those a block of its own, even an empty one",
            Behaviour::since(|behaviour| behaviour.defaults_block_enrols_all)
        )),
        false => finding.help("give the agents that should run a heartbeat block of their own, even an empty one"),
    });
}

fn check_implicit(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !context.blocks().is_empty() {
        return;
    }
    let spendings = context.spendings();
    let Some(first) = spendings.first() else { return };
    let ids: Vec<&str> = spendings.iter().map(|spending| spending.agent.id.as_str()).collect();
    let verb = if ids.len() == 1 { "runs" } else { "run" };
    let every = first.agent.settings.every.value;
    let mut message = format!("no heartbeat block, yet {} {verb} every {every}", names(&ids));
    let waste = sum(spendings.iter().map(|spending| {
        let cost = spending.estimate.cost?;
        Some(super::money::Waste { unit: spending.unit, cost, saving: cost.typical })
    }));
    if let Some(waste) = waste.filter(|waste| waste.saving != Money::ZERO) {
        message += &format!(": about {} a month", waste.now());
    }
    let finding = IMPLICIT
        .at(context, shared(), message)
        .waste(waste)
        .advise(context.add_to(&shared(), "every", off::OFF))
        .advise(context.add_to(&shared(), "every", every.to_string()));
    findings
        .push(finding.help("say what you want in agents.defaults.heartbeat: an interval, or every: \"0m\" for none"));
}
