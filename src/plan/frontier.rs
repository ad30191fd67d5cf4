//! Cost against reaction delay: the cheapest choice for each interval, without those that are slower and no cheaper.

use serde::Serialize;

use super::candidates::Space;
use super::search::{Priced, Search, cheapest};
use crate::levers::Lever;
use crate::money::figure::{self, Figure};

/// The cheapest choice for one interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// The interval.
    pub every: String,
    /// The model.
    pub model: String,
    /// `isolatedSession`.
    pub isolated_session: bool,
    /// `lightContext`.
    pub light_context: bool,
    /// `activeHours`.
    pub active_hours: serde_json::Value,
    /// `cacheRetention`.
    pub cache_retention: String,
    /// What the month costs.
    #[serde(flatten, serialize_with = "figure::cost")]
    pub cost: Figure,
    /// Mean time from an event to the next run.
    pub mean_delay_ms: u64,
    /// Longest such time.
    pub worst_delay_ms: u64,
}

/// The frontier of a space whose combinations are priced.
pub fn frontier(search: &mut Search<'_>, space: &Space, all: &[Priced]) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for every in 0..space.every.len() {
        let Some(best) = cheapest(all.iter().filter(|priced| priced.at.every == every)) else { continue };
        let choice = space.choice(best.at);
        let Some((mean, worst)) = search.delay(&choice) else { continue };
        points.push(Point {
            every: choice.every.to_string(),
            active_hours: Lever::ActiveHours.value(&choice),
            cache_retention: choice.retention.to_string(),
            model: choice.model.to_string(),
            isolated_session: choice.isolated,
            light_context: choice.light,
            cost: search.figure(best.cost),
            mean_delay_ms: mean,
            worst_delay_ms: worst,
        });
    }
    points.sort_by_key(|point| (point.mean_delay_ms, point.cost));
    let mut cheapest = None;
    points.retain(|point| {
        let better = cheapest.is_none_or(|cheapest| point.cost < cheapest);
        if better {
            cheapest = Some(point.cost);
        }
        better
    });
    points
}
