//! What changes from day to day: the conversation by the hour, how often a run says something or calls tools, what it writes,
//! when the user talks. A day is one block, because its hours hang together; ranges come from drawing days again and again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::fit::{Fit, epoch};
use super::robust::Dice;
use super::turn::{Turn, count, whole};
use crate::records::TurnKind;
use crate::releases::measured::ALERT_OUTPUT_TOKENS;
use crate::simulate::conversation::CHARS_PER_TOKEN;

/// Observations that weigh as much as what stands in for them.
pub(super) const PRIOR: f64 = 20.0;

/// Runs that tell what others of their kind write.
const ENOUGH_TO_TELL: u64 = 5;

const HOURS: usize = 24;
/// An hour, of a day.
const HOUR: f64 = 1.0 / 24.0;

/// A calendar day of an agent in its zone.
#[derive(Clone, Debug, Default)]
pub(super) struct CalendarDay {
    /// Conversation that its heartbeats were sent, in tokens, and how many of them, by the hour.
    sizes: [(f64, u64); HOURS],
    pub(super) runs: u64,
    alerts: u64,
    rounds: Vec<u64>,
    /// What all rounds of tools added, in tokens.
    grown: f64,
    requests: u64,
    output: u64,
    /// Turns of chat by the hour, and the characters that they added.
    chats: [u64; HOURS],
    chars: f64,
    /// How much of it is on record, 0 to 1.
    share: f64,
}

/// The days on which heartbeats of the last stretch ran, by date.
pub(super) fn days(turns: &[Turn], fit: &Fit, zone: &TimeZone) -> BTreeMap<Date, CalendarDay> {
    let heartbeats = epoch(turns);
    let local = |at: i64| zone.to_datetime(Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH));
    let mut days: BTreeMap<Date, CalendarDay> = BTreeMap::new();
    for turn in &heartbeats {
        let at = local(turn.at);
        let day = days.entry(at.date()).or_default();
        let hour = &mut day.sizes[usize::from(at.hour().unsigned_abs()) % HOURS];
        hour.0 += (turn.prompt() - fit.fixed).max(0.0);
        hour.1 += 1;
        day.runs += 1;
        day.alerts += u64::from(turn.alerts);
        let rounds = usize::try_from(turn.rounds).unwrap_or(usize::MAX).min(99);
        day.rounds.resize(day.rounds.len().max(rounds + 1), 0);
        day.rounds[rounds] += 1;
        day.grown += turn.grown();
        day.requests += turn.rounds + 1;
        day.output += turn.tokens.output;
    }
    let first = heartbeats.first().map_or(i64::MAX, |turn| turn.at);
    let last = turns.iter().map(|turn| turn.at).max().unwrap_or(first);
    for (date, day) in &mut days {
        day.share = share(*date, zone, (first, last));
    }
    for turn in turns.iter().filter(|turn| turn.kind == TurnKind::Chat && turn.at >= first) {
        let at = local(turn.at);
        if let Some(day) = days.get_mut(&at.date()) {
            day.chats[usize::from(at.hour().unsigned_abs()) % HOURS] += 1;
            day.chars += whole(turn.added) + turn.grown() / fit.per_char;
        }
    }
    days
}

impl CalendarDay {
    /// Puts back what the release took out of its records: so many ran in all, and those that are missing said nothing. How
    /// often such a run calls tools, only the others tell: few of them tell little.
    fn with_erased(&mut self, ran: u64, output: u64, others: &DaysLoad, grown: f64) {
        let erased = ran.saturating_sub(self.runs);
        let share = whole(erased) / (whole(others.runs) + PRIOR);
        self.rounds.resize(self.rounds.len().max(others.rounds.len()).max(1), 0);
        let mut left = erased;
        for (at, like) in others.rounds.iter().enumerate().skip(1).rev() {
            let so_many = count(whole(*like) * share).min(left);
            left -= so_many;
            self.rounds[at] += so_many;
            self.requests += so_many * (at as u64 + 1);
            self.output += so_many * (at as u64 + 1) * output;
        }
        self.rounds[0] += left;
        self.runs += erased;
        self.requests += left;
        self.output += left * output;
        self.grown += grown * share;
    }
}

/// The same with the heartbeats that the release erased: as many as `due` says of a stretch, of so many tokens of output.
pub(super) fn with_erased(
    mut days: BTreeMap<Date, CalendarDay>,
    turns: &[Turn],
    fit: &Fit,
    zone: &TimeZone,
    output: u64,
    due: &dyn Fn((i64, i64)) -> u64,
) -> BTreeMap<Date, CalendarDay> {
    let Some((first, last)) = epoch(turns).first().zip(turns.last()).map(|(first, last)| (first.at, last.at)) else {
        return days;
    };
    let on_record: Vec<&CalendarDay> = days.values().collect();
    let others = DaysLoad::of(&on_record, fit);
    let grown = on_record.iter().map(|day| day.grown).sum();
    // What they think before they say nothing is what the others think before they say something.
    let output = if others.runs >= ENOUGH_TO_TELL { count(others.output) } else { output };
    for (date, day) in &mut days {
        if let Some((from, to)) = bounds(*date, zone) {
            day.with_erased(due((from.max(first), to.min(last + 1))), output, &others, grown);
        }
    }
    days
}

/// When a day begins and ends, in milliseconds.
fn bounds(date: Date, zone: &TimeZone) -> Option<(i64, i64)> {
    let midnight = |date: Date| Some(date.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond());
    Some((midnight(date)?, midnight(date.tomorrow().ok()?)?))
}

/// How much of a day lies between two moments: records begin and end within one. An hour at least, which a lone heartbeat stands
/// for.
fn share(date: Date, zone: &TimeZone, (first, last): (i64, i64)) -> f64 {
    let Some((from, to)) = bounds(date, zone) else { return 1.0 };
    let there = whole(to.min(last).saturating_sub(from.max(first)).max(0).unsigned_abs());
    (there / whole(to.abs_diff(from).max(1))).max(HOUR)
}

/// The load of some days together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DaysLoad {
    /// The conversation, in characters; empty where runs start without it.
    pub(super) chars_by_hour: Vec<f64>,
    pub(super) runs: u64,
    pub(super) alerts: u64,
    pub(super) rounds: Vec<u64>,
    /// Characters that a round of tools adds, where there was one.
    pub(super) round_chars: Option<f64>,
    pub(super) requests: u64,
    /// Of a request, in tokens.
    pub(super) output: f64,
    /// Turns a day.
    pub(super) chats: f64,
    /// Characters a turn.
    pub(super) chars_per_chat: f64,
    pub(super) chat_turns: u64,
    /// Those by the hour.
    pub(super) chat_by_hour: Vec<u64>,
}

impl DaysLoad {
    /// Of days, which may be there several times.
    pub(super) fn of(days: &[&CalendarDay], fit: &Fit) -> Self {
        let sum = |of: &dyn Fn(&CalendarDay) -> u64| days.iter().map(|day| of(day)).sum::<u64>();
        let (runs, alerts, requests) = (sum(&|day| day.runs), sum(&|day| day.alerts), sum(&|day| day.requests));
        let longest = days.iter().map(|day| day.rounds.len()).max().unwrap_or(0);
        let rounds = (0..longest).map(|at| sum(&|day| day.rounds.get(at).copied().unwrap_or(0))).collect();
        let chat_by_hour: Vec<u64> = (0..HOURS).map(|hour| sum(&|day| day.chats[hour])).collect();
        let chats: u64 = chat_by_hour.iter().sum();
        let chars: f64 = days.iter().map(|day| day.chars).sum();
        let grown: f64 = days.iter().map(|day| day.grown).sum();
        let of_alerts = whole(alerts * ALERT_OUTPUT_TOKENS);
        let hour = |hour: usize| {
            let of = days.iter().map(|day| day.sizes[hour]).fold((0.0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
            (of.1 > 0).then(|| of.0 / whole(of.1) / fit.per_char)
        };
        let hours: Vec<Option<f64>> = (0..HOURS).map(hour).collect();
        DaysLoad {
            chars_by_hour: if fit.isolated { Vec::new() } else { filled(&hours) },
            runs,
            alerts,
            rounds,
            round_chars: (requests > runs).then(|| grown / whole(requests - runs) / fit.per_char),
            requests,
            output: ((whole(sum(&|day| day.output)) - of_alerts) / whole(requests.max(1))).max(0.0),
            chats: whole(chats) / days.iter().map(|day| day.share).sum::<f64>().max(HOUR),
            chars_per_chat: if chats == 0 { 0.0 } else { chars / whole(chats) },
            chat_turns: chats,
            chat_by_hour,
        }
    }

    /// The share of runs that say something, in percent: the middle of what so many observations leave open.
    pub(super) fn alert_percent(&self) -> f64 {
        100.0 * (whole(self.alerts) + 0.5) / (whole(self.runs) + 1.0)
    }

    /// Tokens that a turn of chat adds.
    pub(super) fn tokens_per_chat(&self) -> u64 {
        count(self.chars_per_chat / whole(CHARS_PER_TOKEN))
    }
}

/// Hours without a heartbeat have the size of the last one before that has one.
fn filled(hours: &[Option<f64>]) -> Vec<f64> {
    let before = |at: usize| (0..HOURS).find_map(|back| hours[(at + HOURS - back) % HOURS]);
    (0..HOURS).filter_map(before).collect()
}

/// Loads of as many days as there are, drawn with replacement.
pub(super) fn drawn(days: &BTreeMap<Date, CalendarDay>, fit: &Fit, seed: u64, draws: usize) -> Vec<DaysLoad> {
    let days: Vec<&CalendarDay> = days.values().collect();
    let mut dice = Dice(seed);
    let mut draw = || {
        let some: Vec<&CalendarDay> = days.iter().filter_map(|_| days.get(dice.below(days.len())).copied()).collect();
        DaysLoad::of(&some, fit)
    };
    if days.is_empty() { Vec::new() } else { (0..draws).map(|_| draw()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_counts_as_far_as_it_is_on_record() {
        let first = jiff::civil::date(2026, 11, 2);
        let at = |hours: i64| 1_793_577_600_000 + hours * 3_600_000;
        assert_eq!(first.to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond(), at(0));
        let on = |date: Date, span| share(date, &TimeZone::UTC, span);
        // From 10:00 of one day to 12:00 of the one after the next: 50 hours.
        let span = (at(10), at(60));
        let shares = [first, first.tomorrow().unwrap(), jiff::civil::date(2026, 11, 4)].map(|date| on(date, span));
        assert_eq!(shares, [14.0 / 24.0, 1.0, 0.5]);
        assert_eq!(on(first, (at(10), at(10))), HOUR);
    }
}
