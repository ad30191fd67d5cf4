//! The least change with which heartbeats fit into what a flat plan or a free quota allows: over all agents that share it,
//! each gives up the same part of what it takes. Settings move in the order of how much they take away, as under a budget,
//! and an interval no further than it has to.

use std::rc::Rc;

use super::Searched;
use super::search::Priced;
use crate::bill::windows::{Runner, Window, windows};
use crate::catalogue::plans::Span;
use crate::money::Money;
use crate::simulate::costing::{Choice, Costing, PricedModel, Subject};

/// What became of a share that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The most of each window that heartbeats may take, in percent of its lowest limit.
    pub percent: Money,
    /// Whether the plan keeps it; `None` where no plan pays, or what it allows is not known.
    pub reached: Option<bool>,
    /// The fullest window after the plan, in percent of its lowest limit.
    pub share: Option<Money>,
}

/// The last digit of a share, which has six.
const DIGIT: i128 = 1_000_000;

/// An agent under some settings.
struct Placed<'a> {
    subject: Subject<'a>,
    choice: Choice,
    model: Rc<PricedModel>,
}

impl<'a> Placed<'a> {
    fn new(costing: &Costing<'_>, subject: Subject<'a>, choice: Choice) -> Self {
        let model = costing.model(&choice.model, choice.retention);
        Placed { subject, choice, model }
    }

    fn runner<'s>(&'s self, costing: &Costing<'_>) -> Runner<'s> {
        let skipped = costing.always_skipped(self.subject.agent);
        Runner { subject: &self.subject, choice: &self.choice, model: &self.model, skipped }
    }
}

/// What is used up over time; what may pass in a minute is a matter of pace.
fn counted(costing: &Costing<'_>, placed: &[Placed<'_>]) -> Vec<Window> {
    let runners: Vec<Runner<'_>> = placed.iter().map(|placed| placed.runner(costing)).collect();
    windows(costing, &runners).into_iter().filter(|window| window.span != Span::Minute).collect()
}

fn fullest(windows: &[Window]) -> Option<Money> {
    windows.iter().filter_map(|window| Some(window.share()?.1)).max()
}

/// Takes the least change that keeps every window under a share in place of what is cheapest; what no plan pays for is left
/// as it is.
pub(super) fn keep_to(costing: &Costing<'_>, percent: Money, searched: &mut [Option<Searched<'_>>]) -> Outcome {
    let agents = costing.gateway.agents.iter();
    let mut placed: Vec<Option<Placed<'_>>> = agents
        .map(|agent| {
            let enrolled = agent.enrolment.is_enrolled();
            enrolled.then(|| Placed::new(costing, costing.subject(agent), Choice::present(agent)))
        })
        .collect();
    let all = |placed: &[Option<Placed<'_>>]| {
        let runners: Vec<Runner<'_>> = placed.iter().flatten().map(|placed| placed.runner(costing)).collect();
        let windows = windows(costing, &runners).into_iter().filter(|window| window.span != Span::Minute);
        windows.collect::<Vec<Window>>()
    };
    let now = all(&placed);
    let mut kept = true;
    for (at, found) in searched.iter_mut().enumerate() {
        let (Some(found), Some(own)) = (found, placed.get_mut(at).and_then(Option::as_mut)) else { continue };
        let mine = counted(costing, std::slice::from_ref(own));
        let allowed = allowed(&mine, &now, percent);
        let mut offers: Vec<Priced> =
            found.all.iter().copied().filter(|priced| found.space.allows(priced.at)).collect();
        let interval = |priced: &Priced| found.space.choice(priced.at).every.ms().unwrap_or(u64::MAX);
        offers.sort_by_key(|priced| (priced.rank.weight, interval(priced)));
        let fits = |priced: &Priced| {
            let choice = found.space.choice(priced.at);
            let then = Placed::new(costing, own.subject.clone(), choice);
            then.choice.model == own.choice.model
                && counted(costing, std::slice::from_ref(&then)).iter().all(|window| keeps(window, &allowed))
        };
        let best = offers.into_iter().find(fits);
        kept &= best.is_some();
        found.best = best.unwrap_or(found.all[0]);
        found.all_in = found.best.all_in();
        let choice = found.space.choice(found.best.at);
        *own = Placed::new(costing, own.subject.clone(), choice);
    }
    let share = fullest(&all(&placed));
    Outcome { percent, reached: share.map(|share| kept && share <= percent), share }
}

/// The share of each window that an agent may take: what it takes now, less by as much as all together take too much.
fn allowed<'w>(own: &'w [Window], all: &[Window], percent: Money) -> Vec<(&'w Window, Money)> {
    let share = |own: &Window| {
        let now = own.share()?.1;
        let sum = all.iter().find(|window| same(own, window))?.share()?.1;
        let digits = |share: Money| share.pico() / DIGIT;
        let part = || Money::from_pico(digits(now) * digits(percent) / digits(sum) * DIGIT);
        Some(if sum <= percent { now } else { part() })
    };
    own.iter().filter_map(|window| Some((window, share(window)?))).collect()
}

fn keeps(window: &Window, allowed: &[(&Window, Money)]) -> bool {
    let most = allowed.iter().find(|(own, _)| same(own, window)).map(|(_, most)| *most);
    // What was rounded on the way is no more than a thousandth.
    most.zip(window.share()).is_none_or(|(most, (_, share))| share <= most + Money::from_pico(1_000 * DIGIT))
}

fn same(one: &Window, other: &Window) -> bool {
    (one.offer.id, one.unit, one.span) == (other.offer.id, other.unit, other.span)
}
