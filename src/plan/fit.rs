//! The least change with which heartbeats fit into what a flat plan or a free quota allows: over all agents that share it,
//! each gives up the same part of what it takes. Settings move in the order of how much they take away, as under a budget,
//! and an interval no further than it has to.

use std::sync::Arc;

use super::Searched;
use super::search::Priced;
use crate::bill::windows::{Asks, PlanWindow, Runner, asks, windows_of};
use crate::catalogue::plans::QuotaSpan;
use crate::money::Money;
use crate::simulate::costing::{Choice, Costing, PricedModel, Subject};

/// What became of a share that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FitOutcome {
    /// The most of each window that may be taken, in percent of its lowest limit.
    pub percent: Money,
    /// Whether the plan keeps it; `None` where no plan pays, or what it allows is not known.
    pub reached: Option<bool>,
    /// The fullest window after the plan, in percent of its lowest limit, with the jobs beside heartbeats.
    pub share: Option<Money>,
    /// The most that these jobs take by themselves of a window that heartbeats share; `None` where none does.
    pub jobs_share: Option<Money>,
}

/// Why nothing can be fitted, and what would help, where no limit is known.
pub const UNKNOWN: &str = "no plan with known limits pays for the heartbeats. --plan ID names a tier of a vendor the config \
                           uses (clawbeat models --plans lists them), and --plans FILE says what another pays for";

/// The last digit of a share, which has six.
const DIGIT: i128 = 1_000_000;

/// An agent under some settings.
struct Placed<'a> {
    subject: Subject<'a>,
    choice: Choice,
    model: Arc<PricedModel>,
}

impl<'a> Placed<'a> {
    fn new(costing: &Costing<'_>, subject: Subject<'a>, choice: Choice) -> Self {
        let model = costing.answering(subject.agent, &choice);
        Placed { subject, choice, model }
    }

    fn runner<'s>(&'s self, costing: &Costing<'_>) -> Runner<'s> {
        let skipped = costing.always_skipped(self.subject.agent);
        Runner { subject: &self.subject, choice: &self.choice, model: &self.model, skipped }
    }
}

/// What some agents and jobs use up over time; what may pass in a minute is a matter of pace.
fn counted(costing: &Costing<'_>, placed: &[&Placed<'_>], jobs: &[Asks]) -> Vec<PlanWindow> {
    let own = placed.iter().filter_map(|placed| asks(costing, &placed.runner(costing)));
    let all = windows_of(costing, own.chain(jobs.iter().cloned()).collect());
    all.into_iter().filter(|window| window.span != QuotaSpan::Minute).collect()
}

fn fullest(windows: &[PlanWindow]) -> Option<Money> {
    windows.iter().filter_map(|window| Some(window.share()?.high)).max()
}

/// Takes the least change that keeps every window under a share in place of what is cheapest; what no plan pays for is left
/// as it is, and so are the jobs.
pub(super) fn keep_to(
    costing: &Costing<'_>,
    percent: Money,
    jobs: &[Asks],
    searched: &mut [Option<Searched<'_>>],
) -> FitOutcome {
    let agents = costing.gateway.agents.iter();
    let mut placed: Vec<Option<Placed<'_>>> = agents
        .map(|agent| {
            let enrolled = agent.enrolment.is_enrolled();
            enrolled.then(|| Placed::new(costing, costing.subject(agent), Choice::present(agent)))
        })
        .collect();
    let of = |placed: &[Option<Placed<'_>>], jobs: &[Asks]| {
        counted(costing, &placed.iter().flatten().collect::<Vec<_>>(), jobs)
    };
    let beats = of(&placed, &[]);
    let is_shared = |window: &PlanWindow| beats.iter().any(|own| same(own, window));
    let shared = |windows: Vec<PlanWindow>| windows.into_iter().filter(is_shared).collect::<Vec<PlanWindow>>();
    let present = Shares { all: of(&placed, jobs), jobs: shared(counted(costing, &[], jobs)), beats: beats.clone() };
    let mut kept = true;
    for (at, found) in searched.iter_mut().enumerate() {
        let (Some(found), Some(own)) = (found, placed.get_mut(at).and_then(Option::as_mut)) else { continue };
        let mine = counted(costing, &[own], &[]);
        let allowed = present.allowed(&mine, percent);
        let mut offers: Vec<Priced> =
            found.all.iter().copied().filter(|priced| found.space.allows(priced.at)).collect();
        let interval = |priced: &Priced| found.space.choice(priced.at).every.ms().unwrap_or(u64::MAX);
        offers.sort_by_key(|priced| (priced.rank.weight, interval(priced)));
        let fits = |priced: &Priced| {
            let choice = found.space.choice(priced.at);
            let then = Placed::new(costing, own.subject.clone(), choice);
            then.choice.model == own.choice.model
                && counted(costing, &[&then], &[]).iter().all(|window| keeps(window, &allowed))
        };
        let best = offers.iter().copied().find(fits);
        kept &= best.is_some();
        // Where nothing fits, what comes nearest is offered.
        let share = |priced: &Priced| {
            let then = Placed::new(costing, own.subject.clone(), found.space.choice(priced.at));
            (then.choice.model == own.choice.model).then(|| fullest(&counted(costing, &[&then], &[])))?
        };
        let nearest =
            || offers.iter().filter_map(|priced| Some((share(priced)?, *priced))).min_by_key(|(share, _)| *share);
        found.best = best.or_else(|| nearest().map(|(_, priced)| priced)).unwrap_or(found.all[0]);
        found.all_in = found.best.all_in();
        let choice = found.space.choice(found.best.at);
        *own = Placed::new(costing, own.subject.clone(), choice);
    }
    let share = fullest(&shared(of(&placed, jobs)));
    let jobs_share = fullest(&present.jobs);
    FitOutcome { percent, reached: share.map(|share| kept && share <= percent), share, jobs_share }
}

/// What is taken of each window as things are: of all together, of the jobs, and of the heartbeats.
struct Shares {
    all: Vec<PlanWindow>,
    jobs: Vec<PlanWindow>,
    beats: Vec<PlanWindow>,
}

impl Shares {
    /// The share of each window that an agent may take: what it takes now, and where all together take too much, its part of
    /// what the jobs leave of `percent`.
    fn allowed<'w>(&self, own: &'w [PlanWindow], percent: Money) -> Vec<(&'w PlanWindow, Money)> {
        let of = |windows: &[PlanWindow], own: &PlanWindow| windows.iter().find(|window| same(own, window))?.share();
        let share = |own: &PlanWindow| {
            let now = own.share()?.high;
            let (all, beats) = (of(&self.all, own)?.high, of(&self.beats, own)?.high);
            let jobs = of(&self.jobs, own).map_or(Money::ZERO, |share| share.high);
            let digits = |share: Money| share.pico() / DIGIT;
            let left = (percent - jobs).max(Money::ZERO);
            let part = || Some(Money::from_pico((digits(now) * digits(left)).checked_div(digits(beats))? * DIGIT));
            if all <= percent { Some(now) } else { part() }
        };
        own.iter().filter_map(|window| Some((window, share(window)?))).collect()
    }
}

fn keeps(window: &PlanWindow, allowed: &[(&PlanWindow, Money)]) -> bool {
    let most = allowed.iter().find(|(own, _)| same(own, window)).map(|(_, most)| *most);
    // What was rounded on the way is no more than a thousandth.
    most.zip(window.share()).is_none_or(|(most, share)| share.high <= most + Money::from_pico(1_000 * DIGIT))
}

fn same(one: &PlanWindow, other: &PlanWindow) -> bool {
    (&one.offer.id, one.unit, one.span) == (&other.offer.id, other.unit, other.span)
}
