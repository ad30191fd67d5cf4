//! What heartbeats take, whoever pays: runs, requests and tokens by the day, the week, the month and the busiest five hours,
//! once for every format; and what the plan makes of it where no price says that.

use super::super::{AgentReport, Report, own_server};
use super::{Block, Column, Line, Section, Table};
use crate::bill::Fallback;
use crate::money::{Money, Unit};
use crate::simulate::estimate::Estimate;
use crate::simulate::usage::{PerDay, Usage};
use crate::words::{about, amount, count, percent_of, plain, rough_percent, tokens};

/// The name of the section.
const TITLE: &str = "What it takes";

/// Agents that stand by themselves.
const SHOWN: usize = 6;

/// The lines of all agents together and, where there are several, of those that take most.
pub(super) fn section(report: &Report) -> Section {
    let mut agents: Vec<&AgentReport> = report.enrolled().filter(|agent| agent.current.runs > 0).collect();
    agents.sort_by_key(|agent| std::cmp::Reverse(agent.usage.tokens_per_day));
    let totals = &report.totals;
    let own = agents.iter().take(SHOWN).map(|agent| (Line::code(&*agent.id), &agent.current, &agent.usage));
    let all = (agents.len() > 1).then(|| (Line::new("all"), &totals.current, &totals.usage));
    let rows: Vec<_> = all.into_iter().chain(own).flat_map(rows).collect();
    let figures = ["a day", "a week", "a month", "busiest 5 hours"].map(Column::figures);
    let columns = [vec![Column::words("agent"), Column::words("of")], figures.to_vec()].concat();
    let mut blocks = if rows.is_empty() { Vec::new() } else { vec![Table::of(columns, rows)] };
    if !blocks.is_empty() {
        blocks.extend(asides(report).into_iter().map(|text| Block::Text(text.into())));
    }
    Section::new("takes", TITLE, blocks).folded()
}

/// The heartbeats, requests and tokens of an agent, a line each.
fn rows((whose, month, usage): (Line, &Estimate, &Usage)) -> [Vec<Line>; 3] {
    let busiest = usage.busiest_5h;
    let row = |whose: Line, what: &str, figures: [String; 4]| {
        [whose, what.into()].into_iter().chain(figures.map(Line::from)).collect()
    };
    let times = |day: PerDay, month: u64, busiest: String| [often(day), often(day.times(7)), count(month), busiest];
    let sent = [usage.tokens_per_day, usage.tokens_per_day.saturating_mul(7), month.tokens.all(), busiest.tokens];
    [
        row(whose, "heartbeats", times(usage.runs_per_day, month.runs, String::new())),
        row(Line::default(), "requests", times(usage.requests_per_day, month.requests, count(busiest.requests))),
        row(Line::default(), "tokens", sent.map(tokens)),
    ]
}

/// How often, as people read it: a part of one counts where there are few.
fn often(times: PerDay) -> String {
    match (times.whole(), times.hundredths() % 100) {
        (0..100, 1..) => times.to_string(),
        (whole, _) => count(whole),
    }
}

/// The same of all agents in a sentence, in as many words as there is room for: the fullest first. None where nothing runs.
pub(in crate::report) fn sentences(report: &Report) -> Vec<String> {
    let (month, usage) = (&report.totals.current, &report.totals.usage);
    if month.runs == 0 {
        return Vec::new();
    }
    let most = usage.busiest_5h;
    let week = [usage.runs_per_day, usage.requests_per_day].map(|day| day.times(7));
    let sent = [usage.tokens_per_day, usage.tokens_per_day.saturating_mul(7), month.tokens.all(), most.tokens];
    let [day_sent, week_sent, month_sent, most_sent] = sent.map(tokens);
    let said = |often: fn(PerDay) -> String, count: fn(u64) -> String, [what, at_most]: [&str; 2], last: [&str; 2]| {
        let [runs, requests] = [usage.runs_per_day, usage.requests_per_day].map(often);
        let [runs_a_week, requests_a_week] = week.map(often);
        format!(
            "{what} {runs} heartbeats, {requests} requests, {day_sent} tokens a day; {runs_a_week}, {requests_a_week}, \
             {week_sent} a week; {}, {}, {month_sent} a month; {at_most} {}{} {most_sent}{}.",
            count(month.runs),
            count(month.requests),
            count(most.requests),
            last[0],
            last[1]
        )
    };
    let about = |day: PerDay| if day.whole() < LARGE { often(day) } else { tokens(day.whole()) };
    let brief = |number: u64| if number < LARGE { count(number) } else { tokens(number) };
    vec![
        said(often, count, [&format!("{TITLE}:"), "up to"], [" requests and", " tokens in 5 hours"]),
        said(often, count, ["It takes", "at most"], [" requests,", " tokens in 5 hours"]),
        said(about, brief, ["It takes", "5 hours: up to"], [",", ""]),
    ]
}

/// From here on a count is told in thousands where there is little room.
const LARGE: u64 = 100_000;

/// How many times as much a month of a fallback costs that is told on the first screen.
const TIMES: i128 = 4;

/// Who answers when a model fails, an agent a sentence; only where that costs many times as much, if it is `urgent`.
pub(in crate::report) fn when_it_fails(report: &Report, urgent: bool) -> Vec<String> {
    let several = report.enrolled().nth(1).is_some();
    let is_said = |agent: &&AgentReport| {
        let now = agent.current.typical().unwrap_or_default().pico();
        let most = agent.fallbacks.iter().filter_map(|link| link.cost_if_always).max();
        agent.current.runs > 0
            && !agent.fallbacks.is_empty()
            && (!urgent || most.is_some_and(|most| most.pico() > now.saturating_mul(TIMES)))
    };
    let mut sentences: Vec<String> = Vec::new();
    for agent in report.enrolled().filter(is_said) {
        let link = |link: &Fallback| {
            let model = report.model_names.get(&link.model).unwrap_or(&link.model);
            let figures = match (link.cost_per_run, link.cost_per_day, link.cost_if_always) {
                (Some(run), Some(day), Some(always)) => {
                    let [run, day, always] = [run, day, always].map(|cost| about(cost, report.unit));
                    format!("{run} a run, {day} a day, {always} a month")
                }
                _ => "price unknown".to_owned(),
            };
            format!("{} ({figures})", plain(model))
        };
        let chain: Vec<String> = agent.fallbacks.iter().map(link).collect();
        let whose = if several { format!(" of {}", plain(&agent.id)) } else { String::new() };
        sentences.push(format!("If the model{whose} fails, this answers: {}.", chain.join(", then ")));
    }
    sentences
}

/// What else is to be said of it: who answers when a model fails, and what a server of one's own does.
fn asides(report: &Report) -> Vec<String> {
    // How busy it is was asked, and stands under the answer.
    let server = own_server::sentence(report).filter(|_| !own_server::is_asked(report));
    when_it_fails(report, false).into_iter().chain(server).collect()
}

/// What the plan makes of all tokens where it counts some in them; `None` where it changes none of those.
pub(in crate::report) fn with_changes(report: &Report) -> Option<String> {
    let in_tokens =
        report.enrolled().flat_map(|agent| &agent.changes).filter(|change| change.worth.unit == Unit::Tokens);
    let saved: Money = in_tokens.map(|change| change.saving.amount).sum();
    let [now, then] = [&report.totals.current, &report.totals.recommended].map(|month| month.tokens.all());
    let less = percent_of(now.saturating_sub(then), now)?;
    (now > 0 && saved > Money::ZERO).then(|| match less {
        // Only what is read from a cache is more.
        Money::ZERO => format!("With the changes below they count as {} a month less.", amount(saved, Unit::Tokens)),
        less => {
            format!("With the changes below: {} tokens a month ({} less).", tokens(then), rough_percent(less))
        }
    })
}
