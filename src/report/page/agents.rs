//! The agents in detail: their settings with their origins, what a heartbeat sends, the month, what else could be chosen,
//! and what only the user can do.

use super::super::settings::SETTINGS;
use super::super::values::{advised, bucket, levers, meaning, value, value_of};
use super::super::{AgentReport, Report};
use super::{Block, Column, Line, List, Section, Table};
use crate::money::Figure;
use crate::plan::{Advice, Loops, NotHere};
use crate::simulate::pieces::Bucket;
use crate::simulate::spending::Purpose;
use crate::words::{amount, count, duration, in_unit, percent, percent_of, tokens};

/// Advice that stands open.
const OPEN: usize = 4;

/// What is told of an agent under one title; nothing where there is nothing to tell.
type Told = fn(&Report, &AgentReport) -> Vec<Block>;

/// The sections, each over all the agents.
pub(super) fn sections(report: &Report, agents: &[&AgentReport]) -> Vec<Section> {
    let told: [(&str, &str, Told); 8] = [
        ("settings", "Settings and what decides them", settings),
        ("request", "What a heartbeat sends", sent),
        ("month", "The month", month),
        ("alone", "Each change on its own", alone),
        ("reaction", "How much a faster reaction costs", reaction),
        ("not-here", "Why not the usual advice", not_here),
        ("by-hand", "What only you can do", by_hand),
        ("worst", "At worst", worst),
    ];
    let several = agents.len() > 1;
    let section = |(id, title, told): (_, _, Told)| {
        let blocks = agents.iter().flat_map(|agent| {
            let blocks = told(report, agent);
            let head = (several && !blocks.is_empty()).then(|| Block::Agent(agent.id.clone()));
            head.into_iter().chain(blocks)
        });
        Section::new(id, title, blocks.collect()).folded()
    };
    told.into_iter().map(section).collect()
}

fn settings(_: &Report, agent: &AgentReport) -> Vec<Block> {
    let rows = SETTINGS.into_iter().filter_map(|key| {
        let info = agent.settings.get(key)?;
        Some(vec![key.into(), Line::code(value(&info.value)), Line::new(&*info.origin)])
    });
    let matched = &agent.model.matched;
    let price = match (&agent.model.price_source, &agent.model.plan) {
        (Some(source), _) => format!("Price: {source} ({matched})."),
        (None, Some(_)) => format!("Price: {matched}."),
        (None, None) => format!("Price: no price known ({matched})."),
    };
    vec![
        Block::Text(format!("Why it runs: {}.", agent.reason).into()),
        Table::of(["setting", "value", "decided by"].map(Column::words), rows),
        Block::Text(price.into()),
    ]
}

fn sent(_: &Report, agent: &AgentReport) -> Vec<Block> {
    let Some(request) = &agent.request else { return Vec::new() };
    let all: u64 = request.tokens.iter().map(|part| part.tokens).sum();
    let rows = request.tokens.iter().map(|part| {
        let name = match part.name {
            Purpose::Conversation => "conversation, on average",
            other => other.name(),
        };
        let share = percent_of(part.tokens, all).unwrap_or_default();
        vec![name.into(), tokens(part.tokens).into(), percent(share).into()]
    });
    let columns = [Column::words("part"), Column::figures("tokens"), Column::figures("share")];
    vec![Table::of(columns, rows)]
}

fn month(report: &Report, agent: &AgentReport) -> Vec<Block> {
    let month = agent.once_delivered.as_ref().unwrap_or(&agent.current);
    if month.runs == 0 {
        return Vec::new();
    }
    let figure = |name: &str, figure: String| vec![Line::new(name), figure.into()];
    let counts = [("ticks", month.ticks), ("heartbeats that run", month.runs), ("requests", month.requests)];
    let skips =
        month.skips.iter().map(|(reason, skipped)| figure(&format!("skipped: {}", reason.name()), count(*skipped)));
    let spent = month.tokens;
    let buckets = [
        (Bucket::Plain, spent.input),
        (Bucket::Read, spent.cache_read),
        (Bucket::Write5m, spent.cache_write_5m),
        (Bucket::Write1h, spent.cache_write_1h),
        (Bucket::Output, spent.output),
    ];
    let buckets = buckets.into_iter().filter(|(_, number)| *number > 0);
    let buckets =
        buckets.map(|(name, number)| figure(&format!("tokens: {}", bucket(name, report.unit)), tokens(number)));
    let each = month.per_run.map(|each| figure("a heartbeat on average", amount(each, report.unit)));
    let rows =
        counts.into_iter().map(|(name, number)| figure(name, count(number))).chain(skips).chain(buckets).chain(each);
    let later = agent.once_delivered.as_ref().map(|_| Block::Text("Once delivered:".into()));
    let columns = [Column::words("what"), Column::figures("a month")];
    later.into_iter().chain([Table::of(columns, rows)]).collect()
}

fn alone(report: &Report, agent: &AgentReport) -> Vec<Block> {
    if agent.levers.is_empty() {
        return Vec::new();
    }
    let unit = report.unit;
    let rows = agent.levers.iter().map(|lever| {
        let what =
            Line::new(format!("{}: ", levers(lever))).and_code(value_of(report, lever)).and(meaning(report, &lever.to));
        vec![what, lever.cost.in_table().into(), lever.saving.in_table().into()]
    });
    let columns = [Column::words("change"), Column::figures(in_unit("month", unit)), Column::savings("saves")];
    vec![Table::of(columns, rows)]
}

fn reaction(report: &Report, agent: &AgentReport) -> Vec<Block> {
    if agent.frontier.len() < 2 {
        return Vec::new();
    }
    let rows = agent.frontier.iter().map(|point| {
        let [mean, worst] = [point.mean_delay_ms, point.worst_delay_ms].map(|ms| duration(ms).into());
        vec![Line::code(&*point.every), point.cost.in_table().into(), mean, worst]
    });
    let figures = [in_unit("month", report.unit), "mean delay".to_owned(), "worst".to_owned()].map(Column::figures);
    let columns = [vec![Column::words("every")], figures.to_vec()].concat();
    vec![
        Block::Text(
            "In each, all else is as cheap as it can be, also where that saves too little for the plan.".into(),
        ),
        Table::of(columns, rows),
    ]
}

/// What popular advice would cost here, and what is cheaper.
fn not_here(_: &Report, agent: &AgentReport) -> Vec<Block> {
    let line = |not: &NotHere| {
        let [cost, instead] = [not.cost, not.instead].map(Figure::in_words);
        Line::new(format!("\"{}\": {cost} a month here, {instead} {}: {}", not.advice, not.alternative, not.reason))
    };
    listed(agent.not_here.iter().map(line))
}

/// What a key would save that the plan leaves to the user.
fn by_hand(_: &Report, agent: &AgentReport) -> Vec<Block> {
    let line = |advice: &Advice| {
        let saves = advice.saving.in_words();
        Line::code(advice.path.as_deref().unwrap_or(advice.setting))
            .and(": ")
            .and_code(advised(&advice.to))
            .and(format!(" would save {saves} more; {}", advice.condition))
    };
    listed(agent.advice.iter().map(line))
}

/// The worst day before the changes and after them, and the key that limits it.
fn worst(_: &Report, agent: &AgentReport) -> Vec<Block> {
    let figure = Figure::in_words;
    let line = |loops: &Loops| {
        let (now, after) = (loops.now, loops.after);
        let day = match now == after {
            true => format!("{} a day", figure(now.cost_per_day)),
            false => format!("{} a day now, {} with the changes", figure(now.cost_per_day), figure(after.cost_per_day)),
        };
        let requests = match (now.requests_per_run, after.requests_per_run) {
            (now, after) if now == after => format!("{now} requests each"),
            (now, after) => format!("{now} requests each now, {after} then"),
        };
        let all = Line::new(format!("{day}, if every heartbeat loops until it times out ({requests})"));
        match loops.path.as_ref().filter(|_| loops.then_per_day < after.cost_per_day) {
            Some(path) => {
                let keeps = format!(": {} keeps it to {}", loops.to, figure(loops.then_per_day));
                all.and("; ").and_code(&**path).and(keeps)
            }
            None => all,
        }
    };
    listed(agent.loops.iter().map(line))
}

fn listed(items: impl Iterator<Item = Line>) -> Vec<Block> {
    let items: Vec<Line> = items.collect();
    if items.is_empty() { Vec::new() } else { vec![List::of(items, OPEN)] }
}
