//! A day in words, and how tall its bars are.

use super::super::html_extras::{AgentDay, DayMark};
use super::chart::parts_of;
use crate::money::{Money, Unit};
use crate::words::{amount, count, tokens};

/// An agent's day in a sentence without its end.
pub(in crate::report) fn words(course: &AgentDay, unit: Unit) -> String {
    let skipped: u64 = course.skips.values().sum();
    let mut text = format!("{} ticks, {} run", count(course.ticks), count(course.ticks - skipped));
    for (reason, number) in &course.skips {
        text += &format!(", {} skipped ({})", count(*number), reason.name());
    }
    let highest = course.marks.iter().max_by_key(|mark| size(course, mark)).filter(|mark| mark.runs > 0);
    text + &match (course.cost, highest) {
        (Some(cost), Some(mark)) => {
            let bar = if mark.runs > 1 { "the tallest bar" } else { "the most expensive heartbeat" };
            format!("; {} that day, {bar} {}", amount(cost, unit), amount(mark.cost, unit))
        }
        (None, Some(mark)) => format!("; the tallest bar sends {} tokens", tokens(mark.prompt)),
        (_, None) => "; it costs nothing".to_owned(),
    }
}

/// How tall the bar of each mark is, the tallest as tall as there is room.
pub(in crate::report) fn heights(course: &AgentDay, room: i128) -> Vec<i128> {
    let sizes: Vec<Money> = course.marks.iter().map(|mark| size(course, mark)).collect();
    let most = sizes.iter().max().copied().unwrap_or_default();
    sizes.into_iter().map(|size| parts_of(size, most, room)).collect()
}

/// What a bar's height stands for: cost, or tokens where it is unknown or nothing.
fn size(course: &AgentDay, mark: &DayMark) -> Money {
    match course.cost {
        Some(cost) if cost > Money::ZERO => mark.cost,
        _ => Money::from_pico(i128::from(mark.prompt)),
    }
}
