//! What was published of heartbeats' bills and prompts (`fixtures/published.yaml`) against the range of a report: the
//! share of the figures that lie between low and high, on those that had a part in choosing the range and on the others.

use clawbeat::catalogue::Catalogue;
use clawbeat::gateway::{Gateway, Surroundings};
use clawbeat::simulate::costing::{Choice, Costing, Level};
use clawbeat::simulate::estimate::tally;
use clawbeat::simulate::schedule::Period;
use clawbeat::workload::Workload;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

/// One published figure.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Published {
    pub(crate) source: String,
    pub(crate) what: String,
    /// The range was chosen in sight of it.
    #[serde(default)]
    pub(crate) seen: bool,
    /// From a guessed prompt size: shown and not counted.
    #[serde(default)]
    pub(crate) reckoned: bool,
    release: String,
    config: Value,
    usd: Option<Figure>,
    prompt_tokens: Option<Figure>,
}

/// A figure, or the ends of a span.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Figure {
    /// Over so many days; of one run without.
    days: Option<f64>,
    from: f64,
    to: f64,
}

/// A figure beside the range.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) unit: String,
    pub(crate) published: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Compared {
    pub(crate) fn is_inside(&self) -> bool {
        (self.low..=self.high).contains(&self.published)
    }
}

/// Every figure.
pub(crate) fn all() -> Vec<Published> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/published.yaml");
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// How many of the figures that count are inside, and how many there are.
pub(crate) fn share(seen: bool) -> (usize, usize) {
    let counted: Vec<bool> = all()
        .iter()
        .filter(|published| published.seen == seen && !published.reckoned)
        .map(|published| published.compare().is_inside())
        .collect();
    (counted.iter().filter(|inside| **inside).count(), counted.len())
}

impl Published {
    /// The middle of what was published, and what the default report says of the same.
    pub(crate) fn compare(&self) -> Compared {
        let gateway = Gateway::read(&self.config, self.release.parse().unwrap(), &Surroundings::default());
        let workload = Workload::preset("typical").unwrap();
        let period = Period::thirty_days(date(2026, 11, 1), TimeZone::UTC).unwrap();
        let catalogue = Catalogue::builtin();
        let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
        let agent = &gateway.agents[0];
        let (subject, choice) = (costing.subject(agent), Choice::present(agent));
        if let Some(figure) = &self.usd {
            let estimate = costing.estimate(&subject, &choice, None);
            let (cost, runs) = (estimate.cost.unwrap(), estimate.runs as f64);
            let share = figure.days.map_or(1.0 / runs, |days| days / 30.0);
            let dollars = |money: clawbeat::money::Money| money.pico() as f64 / 1e12 * share;
            let unit = figure.days.map_or("$ a run".to_owned(), |days| format!("$ in {days} days"));
            return Compared { unit, published: figure.middle(), low: dollars(cost.low), high: dollars(cost.high) };
        }
        let model = costing.answering(agent, &choice);
        let mean = |level| {
            let month = tally(&costing.scenario(&subject, &choice, &model, level, None));
            let requests = (month.runs * subject.profile(level).requests_per_run) as f64;
            month.tokens.prompt() as f64 / requests
        };
        Compared {
            unit: "prompt tokens a run".to_owned(),
            published: self.prompt_tokens.as_ref().unwrap().middle(),
            low: mean(Level::Idle).min(mean(Level::Low)),
            high: mean(Level::High),
        }
    }
}

impl Figure {
    fn middle(&self) -> f64 {
        f64::midpoint(self.from, self.to)
    }
}

/// Four of five published figures that had no part in choosing the range lie inside it.
#[test]
fn most_published_figures_lie_inside_the_range() {
    let (inside, of) = share(false);
    assert!(of >= 8 && inside * 5 >= of * 4, "{inside} of {of}");
}

/// Low is the least: nothing in the preset `idle` is more than in another one.
#[test]
fn low_is_the_least_of_the_presets() {
    let [low, others @ ..] = ["idle", "light", "typical", "heavy"].map(|name| Workload::preset(name).unwrap());
    assert_eq!(Workload::preset("typical").unwrap().of("main").idle, low.of("main").typical);
    let low = low.of("main").typical;
    for other in others.map(|other| other.of("main").typical) {
        assert!(low.history.start_tokens <= other.history.start_tokens, "{other:?}");
        assert!(low.output_tokens <= other.output_tokens, "{other:?}");
        assert!(low.recap_output_tokens <= other.recap_output_tokens, "{other:?}");
    }
}
