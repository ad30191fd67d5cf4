//! What comes without a schedule: what is on record of it, a line each, and otherwise its name and the most that may come.

use super::super::Report;
use super::{Block, Column, Line, Section, Table};
use crate::bill::{Recorded, Unscheduled};
use crate::simulate::observed::UnscheduledKind;
use crate::words::{amount, count, counted, figure, in_unit, tokens};

fn name(kind: UnscheduledKind) -> &'static str {
    match kind {
        UnscheduledKind::Chat => "chat",
        UnscheduledKind::Subagents => "sub-agents",
        UnscheduledKind::Hooks => "calls from outside",
        UnscheduledKind::Wakes => "heartbeats that an event woke",
    }
}

/// Those on record.
fn recorded(report: &Report) -> impl Iterator<Item = (&Unscheduled, &Recorded)> {
    let all = report.unscheduled.iter().filter_map(|one| Some((one, one.recorded.as_ref()?)));
    all.filter(|(_, recorded)| recorded.turns > 0)
}

/// A line for each that is on record.
pub(super) fn section(report: &Report) -> Section {
    const TITLE: &str = "What comes without a schedule";
    let unit = report.unit;
    let price = |cost: Option<_>| cost.map_or_else(|| "unknown".to_owned(), |cost| figure(cost, unit));
    let row = |(one, recorded): (&Unscheduled, &Recorded)| -> Vec<Line> {
        let month = recorded.month.as_ref();
        vec![
            name(one.kind).into(),
            count(recorded.turns).into(),
            count(recorded.requests).into(),
            tokens(recorded.tokens.all()).into(),
            price(recorded.cost).into(),
            month.map_or_else(|| "–".to_owned(), |month| price(month.cost)).into(),
        ]
    };
    let Some((_, first)) = recorded(report).next() else { return Section::new("unscheduled", TITLE, Vec::new()) };
    let columns = vec![
        Column::words("what"),
        Column::figures("turns"),
        Column::figures("requests").spare(),
        Column::figures("tokens").spare(),
        Column::figures(in_unit("on record", unit)),
        Column::figures(in_unit("a month at that pace", unit)),
    ];
    let table = Table::of(columns, recorded(report).map(row));
    let span = match first.hours {
        0 => "less than an hour".to_owned(),
        hours @ 1..48 => counted(hours, "hour"),
        hours => counted(hours / 24, "day"),
    };
    let woken = recorded(report).any(|(one, _)| one.kind == UnscheduledKind::Wakes);
    let but = if woken { ", but for the heartbeats" } else { "" };
    let text = format!("On record in {span}. None of it is in the figures above{but}.");
    Section::new("unscheduled", TITLE, vec![table, Block::Text(text.into())])
}

/// What is in no figure, where no record tells of it.
pub(super) fn not_in_it(report: &Report) -> Option<Block> {
    let of = |kind| report.unscheduled.iter().find(|one| one.kind == kind);
    if recorded(report).next().is_some() || report.unscheduled.is_empty() {
        return None;
    }
    let first = of(UnscheduledKind::Subagents).and_then(|one| one.request_tokens);
    let first = first
        .map_or_else(String::new, |sent| format!(" (the first request of one sends about {} tokens)", tokens(sent)));
    let most = of(UnscheduledKind::Wakes).and_then(|one| one.at_most.as_ref());
    let most = most.map_or_else(String::new, |most| {
        let cost = most.cost.map_or_else(String::new, |cost| format!(", {} a month", amount(cost, report.unit)));
        format!(" Such wakes come {} times a minute at most{cost}.", most.per_minute)
    });
    let named = report.asked.question.iter().any(|flag| flag == "--state-dir");
    let counted = match named {
        true => ", and the state directory holds no records of them",
        false => "; with --state-dir, they are counted from the gateway's records",
    };
    let text = format!(
        "Chats, sub-agents{first}, calls from outside and wakes by events are not in these figures: no file says how \
         often they come{counted}.{most}"
    );
    Some(Block::Text(text.into()))
}
