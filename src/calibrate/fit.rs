//! What stays the same from day to day: the prompt beside the conversation, the tokens a model makes of a character, what a
//! run leaves behind, and what the cache did (R51). Fitted on the last stretch of records with one model and one kind of
//! session.

use std::collections::HashMap;
use std::sync::Arc;

use super::robust::{mean, median, scatter, slope};
use super::turn::{Turn, count, whole};
use crate::gateway::retention::Retention;
use crate::records::{Prompt, TurnKind};
use crate::workload::measured::CacheRate;

/// Figures of an agent that do not depend on the day. Sizes are in tokens of its heartbeat model.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// The model that answered.
    pub(super) model: Arc<str>,
    /// Each run started without the conversation.
    pub(super) isolated: bool,
    /// The prompt beside the conversation.
    pub(super) fixed: f64,
    /// How far that scatters.
    pub(super) fixed_scatter: f64,
    /// Observations of it; 0 where it is not measured, but what the release is known to send.
    pub(super) fixed_n: u64,
    /// Tokens of a character.
    pub(super) per_char: f64,
    /// Observations of that; 0 where it is assumed.
    pub(super) per_char_n: u64,
    /// What of it no cache keeps; `None` where nothing was kept at all.
    pub(super) uncached: Option<f64>,
    /// What of it a run finds in the cache that has none of its own there, on average; `None` where none did.
    pub(super) found: Option<f64>,
    /// What a run leaves: quiet; after tools, the turn before being a quiet heartbeat, or another; one that says something;
    /// with observations of each.
    pub(super) growth: Growths,
    /// The same beside what a run's own tools left, where that tells more.
    pub(super) traces: Traces,
    /// What the cache did.
    pub(super) cache: Vec<CacheRate>,
    /// How long prompts were kept, where the tokens show it.
    pub(super) retention: Option<Retention>,
}

/// What each outcome leaves, with its observations.
pub(super) type Growths = [(f64, u64); 4];

/// What a run leaves in its conversation: of each outcome, and whether what its tools said stays there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traces([(f64, bool); 4]);

impl Traces {
    fn of(left: &[Vec<(f64, f64)>; 4], growth: &Growths) -> Self {
        let mut traces = growth.map(|(left, _)| (left, false));
        for (trace, left) in traces.iter_mut().zip(left) {
            let [all, beside]: [Vec<f64>; 2] =
                [left.iter().map(|(all, _)| *all).collect(), left.iter().map(|(all, tools)| all - tools).collect()];
            let spread = |values: &[f64]| {
                let middle = mean(values)?;
                mean(&values.iter().map(|value| (value - middle).abs()).collect::<Vec<_>>())
            };
            if spread(&beside) < spread(&all) {
                *trace = (mean(&beside).unwrap_or(0.0), true);
            }
        }
        Traces(traces)
    }

    /// What this one left, in tokens.
    pub(super) fn left(&self, turns: &[Turn], turn: &Turn) -> f64 {
        let (left, beside_tools) = self.0[outcome(turns, turn)];
        if beside_tools { left + turn.grown() } else { left }
    }
}

/// What is taken where the records do not tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct FitDefaults {
    /// The prompt beside the conversation, in characters.
    pub(super) fixed_chars: f64,
    /// Tokens of a character.
    pub(super) per_char: f64,
}

/// How much prompts of isolated runs may differ under the same settings.
const SAME_PROMPT: f64 = 0.05;
/// Tokens that a character can make; what lies outside is no fit.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 0.1..=0.8;

/// The heartbeats of the last stretch with one model and one kind of session, and under one prompt as far as that shows.
pub(super) fn epoch(turns: &[Turn]) -> Vec<&Turn> {
    let all = || turns.iter().filter(|turn| turn.kind == TurnKind::Heartbeat).rev();
    let same_as = |last: &Turn, turn: &Turn| {
        let alike = !last.isolated || (turn.prompt() / last.prompt() - 1.0).abs() <= SAME_PROMPT;
        turn.model == last.model && turn.isolated == last.isolated && alike
    };
    // The last one may be odd as well.
    let is_odd = match all().take(3).collect::<Vec<_>>()[..] {
        [last, before, earlier] => !same_as(before, last) && same_as(before, earlier),
        _ => false,
    };
    let heartbeats = || all().skip(usize::from(is_odd));
    let Some(last) = heartbeats().next() else { return Vec::new() };
    let same = |turn: &&Turn| same_as(last, turn);
    // One among others is no change of settings: a fallback answered it, or it was a job's.
    let mut epoch: Vec<&Turn> = Vec::new();
    for (turn, before) in heartbeats().zip(heartbeats().skip(1).map(Some).chain([None])) {
        match (same(&turn), before) {
            (true, _) => epoch.push(turn),
            (false, Some(before)) if same(&before) => {}
            _ => break,
        }
    }
    epoch.reverse();
    epoch
}

/// Fits an agent. `None` where no heartbeat is recorded.
pub(super) fn fit(turns: &[Turn], noted: &[Prompt], fallback: FitDefaults) -> Option<Fit> {
    let epoch = epoch(turns);
    let last = *epoch.last()?;
    let (growth, traces) = growth(turns, &epoch);
    let by_note = noted_per_char(turns, &epoch, noted);
    let by_line = chat_per_char(turns, &epoch, &traces);
    let plausible = |(value, _): &(f64, u64)| PLAUSIBLE.contains(value);
    let told = by_note.filter(plausible).or(by_line.filter(plausible));
    let (per_char, per_char_n) = told.unwrap_or((fallback.per_char, 0));
    let mut prompts: Vec<f64> = match last.isolated {
        true => epoch.iter().filter(|turn| !turn.alerts).map(|turn| turn.prompt()).collect(),
        false => intercepts(turns, &epoch, &traces, per_char),
    };
    if last.isolated && prompts.is_empty() {
        prompts = epoch.iter().map(|turn| turn.prompt()).collect();
    }
    let fixed_n = prompts.len() as u64;
    let fixed_scatter = scatter(&prompts).unwrap_or(0.0);
    let smallest = epoch.iter().map(|turn| turn.prompt()).fold(f64::INFINITY, f64::min);
    let fixed = median(&mut prompts).unwrap_or(fallback.fixed_chars * per_char).min(smallest);
    let cache = cache(&epoch, fixed);
    let found = found(&epoch, fixed);
    let kept = |turn: &&&Turn| turn.first.prompt() > turn.first.input;
    let mut plain: Vec<f64> = epoch.iter().filter(kept).map(|turn| whole(turn.first.input)).collect();
    let uncached = median(&mut plain);
    let retention = retention(&epoch);
    let (model, isolated) = (Arc::clone(&last.model), last.isolated);
    Some(Fit {
        model,
        isolated,
        fixed,
        uncached,
        found,
        fixed_scatter,
        fixed_n,
        per_char,
        per_char_n,
        growth,
        traces,
        cache,
        retention,
    })
}

/// Heartbeats that follow each other with nothing between them in their session: what the first left is the difference.
fn growth(turns: &[Turn], epoch: &[&Turn]) -> (Growths, Traces) {
    let mut left: [Vec<(f64, f64)>; 4] = Default::default();
    each_step(turns, epoch, &mut |from, to, between| {
        if between.is_empty() {
            left[outcome(turns, from)].push((to.prompt() - from.prompt(), from.grown()));
        }
    });
    let all = |left: &Vec<(f64, f64)>| mean(&left.iter().map(|(left, _)| *left).collect::<Vec<_>>());
    let mut found = left.each_ref().map(|left| (all(left).unwrap_or(0.0), left.len() as u64));
    let mut traces = Traces::of(&left, &found);
    // One kind of the two stands for the other until that was seen.
    for (one, other) in [(1, 2), (2, 1)] {
        if found[one].1 == 0 {
            found[one].0 = found[other].0;
            traces.0[one] = traces.0[other];
        }
    }
    (found, traces)
}

/// Quiet; quiet after tools, following a quiet heartbeat or something else; or not quiet.
pub(super) fn outcome(turns: &[Turn], turn: &Turn) -> usize {
    if turn.alerts {
        return 3;
    }
    if turn.rounds == 0 {
        return 0;
    }
    let at = turns.partition_point(|other| other.at < turn.at);
    let before = turns[..at].iter().rev().find(|other| other.session == turn.session);
    let is_quiet =
        before.is_some_and(|before| before.kind == TurnKind::Heartbeat && !before.alerts && before.rounds == 0);
    if is_quiet { 1 } else { 2 }
}

/// Each heartbeat with the one before it in the same uncut session, and the turns between them.
fn each_step(turns: &[Turn], epoch: &[&Turn], take: &mut dyn FnMut(&Turn, &Turn, &[&Turn])) {
    let Some(start) = epoch.first().map(|turn| turn.at).filter(|_| epoch.iter().all(|turn| !turn.isolated)) else {
        return;
    };
    let mut open: HashMap<u64, (&Turn, Vec<&Turn>)> = HashMap::new();
    for turn in turns.iter().filter(|turn| turn.at >= start) {
        if turn.kind != TurnKind::Heartbeat {
            if let Some((_, between)) = open.get_mut(&turn.session) {
                between.push(turn);
            }
        } else if let Some((from, between)) = open.insert(turn.session, (turn, Vec::new()))
            && from.cuts == turn.cuts
        {
            take(from, turn, &between);
        }
    }
}

/// Tokens of a character by what the gateway noted of a prompt whose tokens are recorded.
fn noted_per_char(turns: &[Turn], epoch: &[&Turn], noted: &[Prompt]) -> Option<(f64, u64)> {
    let last = epoch.last()?;
    let of = |note: &Prompt| {
        let turn = turns.iter().rev().find(|turn| turn.session == note.session && turn.model == last.model)?;
        // A conversation that is partly summed up, or holds what tools said, has characters that are not known.
        if turn.before > 0 && !turn.isolated {
            return None;
        }
        let chars = whole(note.system + note.tools + note.message);
        (chars > 0.0).then(|| turn.prompt() / chars)
    };
    let mut found: Vec<f64> = noted.iter().filter_map(of).collect();
    let n = found.len() as u64;
    Some((median(&mut found)?, n))
}

/// Tokens of a character by what turns of chat added between two heartbeats, and where these are few, between two of them.
fn chat_per_char(turns: &[Turn], epoch: &[&Turn], traces: &Traces) -> Option<(f64, u64)> {
    const FEWEST: usize = 8;
    const APART: f64 = 300.0;
    let mut points = Vec::new();
    each_step(turns, epoch, &mut |from, to, between| {
        if !between.is_empty() {
            let chars: u64 = between.iter().map(|turn| turn.added).sum();
            let tools: f64 = between.iter().map(|turn| turn.grown()).sum();
            points.push((whole(chars), to.prompt() - from.prompt() - tools - traces.left(turns, from)));
        }
    });
    if points.len() < FEWEST {
        points.extend(said(turns, &epoch.last()?.model));
    }
    let slope = slope(&points, APART).filter(|_| points.len() >= FEWEST)?;
    Some((slope, points.len() as u64))
}

/// Turns of chat that follow each other: the characters that were said between their prompts, and the tokens of these.
fn said(turns: &[Turn], model: &str) -> Vec<(f64, f64)> {
    let mut before: HashMap<u64, &Turn> = HashMap::new();
    let mut points = Vec::new();
    for turn in turns {
        if let Some(from) = before.insert(turn.session, turn)
            && [from, turn].iter().all(|turn| turn.kind == TurnKind::Chat && *turn.model == *model && !turn.reports)
            && from.cuts == turn.cuts
        {
            let chars = whole((turn.before + turn.asked).saturating_sub(from.before + from.asked));
            points.push((chars, turn.prompt() - from.prompt() - from.grown()));
        }
    }
    points
}

/// What is left of each prompt without its conversation, in sessions that are recorded from their beginning.
fn intercepts(turns: &[Turn], epoch: &[&Turn], traces: &Traces, per_char: f64) -> Vec<f64> {
    let mut found = Vec::new();
    let sessions: Vec<u64> = epoch.iter().map(|turn| turn.session).collect();
    let mut conversations: HashMap<u64, f64> = HashMap::new();
    let first = epoch.first().map_or(0, |turn| turn.at);
    let mut last: Option<(&Turn, f64)> = None;
    for turn in turns.iter().filter(|turn| turn.cuts == 0 && sessions.contains(&turn.session)) {
        if !conversations.contains_key(&turn.session) && turn.before > 0 {
            continue;
        }
        let so_far = conversations.entry(turn.session).or_insert(0.0);
        if turn.kind == TurnKind::Heartbeat {
            // Where nothing came in between, the step is what the prompts say it is.
            if let Some((from, at_that_time)) = last.filter(|(from, at)| from.session == turn.session && *at == *so_far)
            {
                *so_far = at_that_time - traces.left(turns, from) + turn.prompt() - from.prompt();
            }
            if turn.at >= first {
                found.push(turn.prompt() - *so_far);
            }
            *so_far += traces.left(turns, turn);
            last = Some((turn, *so_far));
        } else {
            *so_far += whole(turn.added) * per_char + turn.grown();
        }
    }
    found
}

/// Writes for an hour, and runs that neither read nor write, tell how long prompts were kept; writes for five minutes do
/// not, for old releases store all of them as such.
fn retention(epoch: &[&Turn]) -> Option<Retention> {
    const FEWEST: usize = 5;
    if epoch.iter().any(|turn| turn.tokens.cache_write_1h > 0) {
        return Some(Retention::Long);
    }
    let is_plain = epoch.iter().all(|turn| turn.tokens.prompt() == turn.tokens.input);
    (is_plain && epoch.len() >= FEWEST).then_some(Retention::None)
}

/// Whether a run found its agent's own prompt in the cache: of what stands beside the conversation, all but the message and
/// what changes. Other agents leave no more than the tools there.
fn is_hit(turn: &Turn, fixed: f64) -> bool {
    whole(turn.first.cache_read) * 3.0 >= fixed * 2.0
}

/// What the others read there.
fn found(epoch: &[&Turn], fixed: f64) -> Option<f64> {
    let read = epoch.iter().filter(|turn| !is_hit(turn, fixed)).map(|turn| whole(turn.first.cache_read));
    mean(&read.collect::<Vec<_>>()).filter(|read| *read > 0.0)
}

/// How often a run found the prompt in the cache, by the minutes since the one before.
fn cache(epoch: &[&Turn], fixed: f64) -> Vec<CacheRate> {
    const EDGES: [u64; 12] = [1, 3, 4, 5, 10, 20, 31, 45, 59, 61, 121, 1_000_000_000];
    // The class is what the runs write; where none writes, none is known.
    let one_hour = epoch.iter().any(|turn| turn.first.cache_write_1h > 0);
    let mut rates: Vec<CacheRate> =
        EDGES.iter().map(|minutes| CacheRate { minutes: *minutes, hits: 0, of: 0, one_hour }).collect();
    for pair in epoch.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let minutes = (whole((to.at - from.at).unsigned_abs()) / 60_000.0).ceil();
        if let Some(rate) = rates.iter_mut().find(|rate| count(minutes) <= rate.minutes) {
            rate.of += 1;
            rate.hits += u64::from(is_hit(to, fixed));
        }
    }
    rates.retain(|rate| rate.of > 0);
    rates
}
