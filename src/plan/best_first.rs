//! The search without the months that cannot matter. Runs without a conversation tell what each combination costs at least;
//! those that cost too much by that are never simulated. What is found is what the whole search would find.

use std::sync::Arc;

use super::Explanation;
use super::candidates::Space;
use super::search::{self, At, Class, Priced, Rank, Scales, Search};
use crate::levers::Lever;
use crate::money::Money;
use crate::simulate::estimate::{Tally, least};

/// The combinations of a space, in the order of the candidates.
pub(super) struct BestFirst<'s> {
    scales: Scales<'s>,
    /// Each as if it cost the least it can.
    options: Vec<Priced>,
}

impl<'s> BestFirst<'s> {
    pub(super) fn new(search: &mut Search<'_>, space: &'s Space) -> Self {
        let scales = search.scales(space);
        let mut tallies: Vec<(Class, Vec<Option<Arc<Tally>>>)> = Vec::new();
        let mut options = Vec::new();
        for (position, model) in space.models.iter().enumerate() {
            let Some(price) = &model.known.found.price else { continue };
            let class = search::class(model);
            if !tallies.iter().any(|(of, _)| *of == class) {
                let tally = |at| search.costing.least(&search.scenario(&space.choice(at), &model.known));
                tallies.push((class, space.schedules(position).map(tally).collect()));
            }
            let Some((_, tallies)) = tallies.iter().find(|(of, _)| *of == class) else { continue };
            let prices = search.subject.prices(price);
            let cost = |tally: &Option<Arc<Tally>>| least::cost(tally.as_ref()?, search.costing.period, prices);
            let schedules = space.schedules(position).zip(tallies);
            options.extend(schedules.map(|(at, tally)| scales.weigh(at, cost(tally).unwrap_or(Money::ZERO))));
        }
        BestFirst { scales, options }
    }

    /// The best of the combinations within the bounds.
    pub(super) fn best(&self, search: &mut Search<'_>) -> Option<Priced> {
        self.first(search, |at| self.scales.space.allows(at), search::by_all_in)
    }

    /// The best and what it is explained by, in the order of the candidates: what differs from it or from the settings as they
    /// are in one thing, and the best with another value of each lever that it moves; for a whole explanation the cheapest of
    /// each interval, too.
    pub(super) fn explaining(&self, search: &mut Search<'_>, best: &Priced, explanation: Explanation) -> Vec<Priced> {
        if explanation == Explanation::None {
            return vec![*best];
        }
        let space = self.scales.space;
        let is_near = |at: At| {
            at.has_present_schedule_and_context() || at.differs_once(best.at) || [best.at, At::default()].contains(&at)
        };
        let mut wanted: Vec<At> = self.options.iter().map(|option| option.at).filter(|at| is_near(*at)).collect();
        if explanation == Explanation::Whole {
            let cheapest =
                (0..space.every.len()).map(|every| self.first(search, |at| at.every == every, search::by_cost));
            wanted.extend(cheapest.flatten().map(|priced| priced.at));
        }
        for lever in Lever::differing(&space.present, &space.choice(best.at)) {
            let chosen = space.position(best.at, lever);
            let other = |at| space.allows(at) && space.position(at, lever) != chosen;
            wanted.extend(self.first(search, other, search::by_all_in).map(|priced| priced.at));
        }
        let wanted = self.options.iter().filter(|option| wanted.contains(&option.at));
        wanted.filter_map(|option| self.priced(search, option.at)).collect()
    }

    /// The first of some combinations by a key of which money comes first; of those alike, the first in the order of the candidates.
    fn first(
        &self,
        search: &mut Search<'_>,
        wanted: impl Fn(At) -> bool,
        key: impl Fn(&Priced) -> (Money, Rank),
    ) -> Option<Priced> {
        let options = self.options.iter().enumerate().filter(|(_, option)| wanted(option.at));
        let mut options: Vec<(Money, usize)> = options.map(|(order, option)| (key(option).0, order)).collect();
        options.sort_unstable();
        let mut first: Option<((Money, Rank), usize, Priced)> = None;
        for (least, order) in options {
            if first.is_some_and(|((money, _), ..)| money < least) {
                break;
            }
            let Some(priced) = self.priced(search, self.options[order].at) else { continue };
            if first.is_none_or(|(known, at, _)| (key(&priced), order) < (known, at)) {
                first = Some((key(&priced), order, priced));
            }
        }
        first.map(|(.., priced)| priced)
    }

    fn priced(&self, search: &mut Search<'_>, at: At) -> Option<Priced> {
        let cost = search.cost(&self.scales.space.choice(at))?;
        Some(self.scales.weigh(at, cost))
    }
}
