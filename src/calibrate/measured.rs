//! What the records tell of an agent's last stretch under one model, as a load. Where there are few records a figure leans on
//! the preset: with n observations by n / (n + 20) on the records and by the rest on the preset.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::days::{CalendarDay, DaysLoad, PRIOR, days, with_erased};
use super::fit::{Fit, fit};
use super::replay::Replay;
use super::turn::{Turn, count, whole};
use crate::records::{Prompt, TurnKind};
use crate::simulate::conversation::CHARS_PER_TOKEN;
use crate::workload::measured::{Event, Fixed, Growth};
use crate::workload::{Profile, Spread};

/// Observations from which a figure of single runs stands by itself.
pub(super) const ENOUGH_RUNS: u64 = 20;
/// Days from which a figure of days does.
const ENOUGH_DAYS: usize = 3;
/// Prompts that agree are as good as many: the fixed part hardly scatters.
pub(super) const ENOUGH_PROMPTS: u64 = 3;

/// An agent as it was measured.
pub(super) struct MeasuredAgent {
    pub(super) fit: Fit,
    pub(super) days: BTreeMap<Date, CalendarDay>,
    /// Of all days.
    pub(super) load: DaysLoad,
    /// What stands in for what is not measured.
    pub(super) base: Spread,
    /// Runs go without the workspace files.
    light: bool,
    noted: Option<Prompt>,
    /// When the gateway was off, in milliseconds.
    off: Vec<(i64, i64)>,
    /// Of a thousand heartbeats that were due while it was on, those that did not run.
    missed: u64,
    /// The same of all that were due.
    missed_in_all: u64,
}

impl MeasuredAgent {
    /// Of turns, by what the gateway noted of its prompts: what of it may be fitted, and what may be taken as it is.
    pub(super) fn of(replay: &Replay<'_, '_>, turns: &[Turn], [fitted, taken]: [&[Prompt]; 2]) -> Option<Self> {
        let fit = fit(turns, fitted, replay.fallback(turns))?;
        let zone = &replay.costing().gateway.user_zone;
        let mut days = days(turns, &fit, zone);
        if replay.erases() {
            let output = replay.spread().typical.output_tokens;
            days = with_erased(days, turns, &fit, zone, output, &|span| replay.asked_for(span));
        }
        let load = DaysLoad::of(&days.values().collect::<Vec<_>>(), &fit);
        let (base, noted) = (replay.spread().clone(), noted(taken, turns));
        let off = replay.off(&fit, turns);
        let (light, missed, missed_in_all) = (replay.light(), 0, 0);
        let all = MeasuredAgent { fit, days, load, base, light, noted, off, missed, missed_in_all };
        let recorded = all.recorded();
        let missed = replay.missed(&all.fit, turns, &recorded);
        let missed_in_all = match all.off.is_empty() {
            true => missed,
            false => replay.missed(&all.fit, turns, &Profile { off: Vec::new(), ..recorded }),
        };
        Some(MeasuredAgent { missed, missed_in_all, ..all })
    }

    /// Those days again, by the records alone as far as they tell.
    pub(super) fn recorded(&self) -> Profile {
        let profile = self.profile(&self.load, &self.base.typical, [1.0, 1.0], self.missed);
        Profile { off: self.off.clone(), ..profile }
    }

    /// Other days on which this happened to the conversation, and the gateway was off so long.
    pub(super) fn told(&self, load: &DaysLoad, events: &[(i64, Event)], off: &[(i64, i64)]) -> Profile {
        let mut profile = self.profile(load, &self.base.typical, [1.0, 1.0], self.elsewhere(self.missed));
        profile.off = off.to_vec();
        if !self.fit.isolated {
            profile.history.chars_by_hour.clear();
            profile.history.events = events.to_vec();
        }
        profile
    }

    /// Any days, leaning on a preset.
    pub(super) fn blended(&self, load: &DaysLoad, base: &Profile) -> Profile {
        self.profile(load, base, weights(load.runs, self.days.len()), self.missed_elsewhere())
    }

    /// What to expect on other days, of a thousand heartbeats: those that fail or find the machine asleep come in rows, so that
    /// few days tell little of it.
    fn elsewhere(&self, missed: u64) -> u64 {
        let [_, of_days] = weights(self.load.runs, self.days.len());
        count(whole(missed) * of_days)
    }

    /// The same of all that are due.
    pub(super) fn missed_elsewhere(&self) -> u64 {
        self.elsewhere(self.missed_in_all)
    }

    /// The load on two presets: the typical one for what no record says, and one to lean on.
    fn profile(&self, load: &DaysLoad, base: &Profile, [of_runs, of_days]: [f64; 2], missed: u64) -> Profile {
        let unsaid = &self.base.typical;
        let mut profile = Profile::clone(unsaid);
        let chars = |tokens: f64| count(tokens / self.fit.per_char);
        if self.fit.fixed_n >= ENOUGH_PROMPTS {
            profile.fixed = Some(Fixed {
                chars: chars(self.fit.fixed),
                isolated: self.fit.isolated,
                light: self.light,
                uncached: self.fit.uncached.map(chars),
                found: self.fit.found.map(chars),
            });
            profile.workspace_chars = None;
        }
        if let Some(noted) = self.noted {
            profile.workspace_chars = Some(noted.files).filter(|_| !self.light).or(profile.workspace_chars);
            profile.skills_chars = Some(noted.skills).filter(|chars| *chars > 0).or(profile.skills_chars);
        }
        let sizes = load.chars_by_hour.iter();
        profile.history.chars_by_hour =
            sizes.map(|size| count(blend(*size, base.history.start_tokens * CHARS_PER_TOKEN, of_days))).collect();
        profile.history.chat_turns_per_day = count(blend(load.chats, base.history.chat_turns_per_day, of_days));
        if load.chat_turns > 0 {
            profile.history.tokens_per_turn = load.tokens_per_chat();
            profile.history.chat_by_hour.clone_from(&load.chat_by_hour);
        }
        profile.tool_round_chars = load.round_chars.map_or(unsaid.tool_round_chars, count);
        profile.output_tokens = count(blend(load.output, base.output_tokens, of_runs));
        profile.alert_percent = count(blend(load.alert_percent(), base.alert_percent, of_runs)).min(100);
        profile.rounds = load.rounds.clone();
        if of_runs < 1.0 {
            let usual = usize::try_from(base.requests_per_run.max(1) - 1).unwrap_or(0).min(99);
            profile.rounds.resize(profile.rounds.len().max(usual + 1), 0);
            profile.rounds[usual] += count(PRIOR);
        }
        if !self.fit.isolated && self.fit.growth[0].1 >= ENOUGH_PROMPTS {
            let [quiet, tools, tools_after_turn, alert] = self.fit.growth.map(|(tokens, _)| chars(tokens.max(0.0)));
            profile.growth = Some(Growth { quiet, tools, tools_after_turn, alert: alert.max(quiet) });
        }
        profile.cache = self.fit.cache.clone();
        profile.missed_per_mille = missed.min(1_000);
        profile
    }
}

/// The gateway's note of a heartbeat's prompt, the latest.
fn noted(prompts: &[Prompt], turns: &[Turn]) -> Option<Prompt> {
    let of_heartbeat = |prompt: &&Prompt| {
        let last = turns.iter().rev().find(|turn| turn.session == prompt.session);
        last.is_some_and(|turn| turn.kind == TurnKind::Heartbeat)
    };
    prompts.iter().filter(of_heartbeat).max_by_key(|prompt| prompt.at).copied()
}

/// How far figures lean on the records, 0 to 1: those of single runs, and those of whole days.
pub(super) fn weights(runs: u64, days: usize) -> [f64; 2] {
    let few = whole(runs) / (whole(runs) + PRIOR);
    let enough = runs >= ENOUGH_RUNS;
    [if enough { 1.0 } else { few }, if enough && days >= ENOUGH_DAYS { 1.0 } else { few }]
}

fn blend(measured: f64, preset: u64, weight: f64) -> f64 {
    weight * measured + (1.0 - weight) * whole(preset)
}
