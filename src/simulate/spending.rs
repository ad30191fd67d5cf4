//! Where a month's money goes, seen twice: by how its tokens are billed, and by what they are. Either view adds up to
//! the typical figure to the last digit.

use jiff::Timestamp;
use serde::Serialize;

use super::estimate::AgentPrices;
use super::pieces::{Bucket, Part, pieces};
use super::{Request, RequestKind, Scenario, simulate};
use crate::money::Money;

/// What the tokens of a month are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Tool schemas.
    Tools,
    /// The system text that OpenClaw writes.
    SystemText,
    /// Persona, notes and memory.
    WorkspaceFiles,
    /// The skills list.
    Skills,
    /// What was said before, and what tools answered.
    Conversation,
    /// The heartbeat message with its instructions.
    Message,
    /// What the model writes, thinking included.
    Output,
    /// The hidden summary on the provider's small model (M5).
    Recap,
}

impl Purpose {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Tools => "tools",
            Purpose::SystemText => "system text",
            Purpose::WorkspaceFiles => "workspace files",
            Purpose::Skills => "skills",
            Purpose::Conversation => "conversation",
            Purpose::Message => "heartbeat message",
            Purpose::Output => "output",
            Purpose::Recap => "hidden recap",
        }
    }
}

impl From<Part> for Purpose {
    fn from(part: Part) -> Self {
        match part {
            Part::Tools => Purpose::Tools,
            Part::System | Part::ChangingSystem => Purpose::SystemText,
            Part::WorkspaceFiles => Purpose::WorkspaceFiles,
            Part::Skills => Purpose::Skills,
            Part::Conversation => Purpose::Conversation,
            Part::Message | Part::RunContext => Purpose::Message,
        }
    }
}

/// Tokens of a kind and what they cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spent<K> {
    /// Which.
    pub name: K,
    /// How many.
    pub tokens: u64,
    /// What they cost; null where a price is unknown.
    pub cost: Option<Money>,
}

/// A month in both views.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spending {
    /// By how tokens are billed.
    pub buckets: Vec<Spent<Bucket>>,
    /// By what they are, in the order in which they are sent.
    pub parts: Vec<Spent<Purpose>>,
}

impl Spending {
    /// The month of a scenario. Without prices every cost is unknown.
    pub fn of(scenario: &Scenario<'_>, prices: Option<AgentPrices<'_>>) -> Self {
        let mut ledger = Ledger { prices, known: true, buckets: Vec::new(), parts: Vec::new() };
        simulate(scenario, &mut |tick| {
            tick.requests.iter().for_each(|request| ledger.add(scenario, tick.at, request));
        });
        let known = ledger.known;
        Spending { buckets: listed(ledger.buckets, known), parts: listed(ledger.parts, known) }
    }

    /// The sum of several months.
    pub fn sum<'a>(months: impl Iterator<Item = &'a Spending>) -> Self {
        let (mut buckets, mut parts, mut known) = (Vec::new(), Vec::new(), true);
        for month in months {
            for Spent { name, tokens, cost } in &month.buckets {
                known &= cost.is_some();
                enter(&mut buckets, *name, *tokens, cost.unwrap_or_default());
            }
            for Spent { name, tokens, cost } in &month.parts {
                enter(&mut parts, *name, *tokens, cost.unwrap_or_default());
            }
        }
        Spending { buckets: listed(buckets, known), parts: listed(parts, known) }
    }
}

/// Names with their tokens and costs, in any order: a handful, each met thousands of times.
type Entries<K> = Vec<(K, u64, Money)>;

fn enter<K: PartialEq>(entries: &mut Entries<K>, name: K, tokens: u64, cost: Money) {
    match entries.iter_mut().find(|entry| entry.0 == name) {
        Some(entry) => {
            entry.1 += tokens;
            entry.2 += cost;
        }
        None => entries.push((name, tokens, cost)),
    }
}

fn listed<K: Ord + Copy>(mut entries: Entries<K>, known: bool) -> Vec<Spent<K>> {
    entries.sort_unstable_by_key(|entry| entry.0);
    entries.into_iter().map(|(name, tokens, cost)| Spent { name, tokens, cost: known.then_some(cost) }).collect()
}

struct Ledger<'a> {
    prices: Option<AgentPrices<'a>>,
    /// Whether every request so far has a price.
    known: bool,
    buckets: Entries<Bucket>,
    parts: Entries<Purpose>,
}

impl Ledger<'_> {
    fn add(&mut self, scenario: &Scenario<'_>, at: i64, request: &Request) {
        let tokens = &request.tokens;
        let price = self.prices.and_then(|prices| match request.kind {
            RequestKind::Recap => prices.recap,
            _ => Some(prices.model),
        });
        self.known &= price.is_some();
        let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
        let rates = price.map(|price| price.at(at).rates(tokens.prompt()).billed());
        let pieces = pieces(scenario, &request.split, request.message);
        for (bucket, tokens, rate) in [
            (Bucket::Read, tokens.cache_read, rates.map(|rates| rates.cache_read)),
            (Bucket::Write5m, tokens.cache_write_5m, rates.map(|rates| rates.cache_write_5m)),
            (Bucket::Write1h, tokens.cache_write_1h, rates.map(|rates| rates.cache_write_1h)),
            (Bucket::Plain, tokens.input, rates.map(|rates| rates.input)),
            (Bucket::Output, tokens.output, rates.map(|rates| rates.output)),
        ] {
            if tokens == 0 {
                continue;
            }
            let cost = rate.map_or(Money::ZERO, |rate| rate.times(tokens));
            enter(&mut self.buckets, bucket, tokens, cost);
            match (request.kind, bucket) {
                (RequestKind::Recap, _) => enter(&mut self.parts, Purpose::Recap, tokens, cost),
                (_, Bucket::Output) => enter(&mut self.parts, Purpose::Output, tokens, cost),
                _ => {
                    let pieces = pieces.iter().filter(|piece| piece.bucket == bucket);
                    self.share(pieces.map(|piece| (piece.part.into(), piece.characters)), tokens, cost);
                }
            }
        }
    }

    /// Shares tokens and cost out by characters; what rounding leaves goes to the pieces behind, so nothing is lost.
    fn share(&mut self, pieces: impl Iterator<Item = (Purpose, u64)> + Clone, tokens: u64, cost: Money) {
        let all: u64 = pieces.clone().map(|(_, characters)| characters).sum();
        let (mut upto, mut given) = (0, (0, 0));
        for (purpose, characters) in pieces {
            upto += characters;
            let (until, paid) = (part_of(i128::from(tokens), upto, all), part_of(cost.pico(), upto, all));
            let tokens = u64::try_from(until - given.0).unwrap_or(0);
            enter(&mut self.parts, purpose, tokens, Money::from_pico(paid - given.1));
            given = (until, paid);
        }
    }
}

/// As much of a whole as so many characters are of all, rounded down.
fn part_of(whole: i128, characters: u64, all: u64) -> i128 {
    // A division of 128 bits takes ten times as long as one of 64.
    match u64::try_from(whole).ok().and_then(|whole| whole.checked_mul(characters)) {
        Some(product) => i128::from(product / all),
        None => whole * i128::from(characters) / i128::from(all),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::Analysis;
    use crate::simulate::costing::{Choice, Level};

    /// A typical month of one agent and what it costs.
    fn month(model: &str, every: &str, retention: &str, isolated: bool) -> (Spending, Money) {
        let heartbeat = json!({ "every": every, "target": "none", "isolatedSession": isolated });
        let config = json!({ "agents": { "defaults": {
            "model": model, "heartbeat": heartbeat, "params": { "cacheRetention": retention } } } });
        let analysis = Analysis::of(&config, None);
        let costing = analysis.costing();
        let agent = &analysis.gateway.agents[0];
        let (subject, choice) = (costing.subject(agent), Choice::present(agent));
        let model = costing.answering(agent, &choice);
        let scenario = costing.scenario(&subject, &choice, &model, Level::Typical, None);
        let prices = subject.prices(model.found.price.as_ref().unwrap());
        let cost = costing.estimate(&subject, &choice, None).cost.unwrap().typical;
        (Spending::of(&scenario, Some(prices)), cost)
    }

    #[test]
    fn either_view_adds_up_to_the_typical_figure() {
        for model in ["anthropic/claude-opus-4-6", "openai/gpt-5.5", "google/gemini-3-flash-preview"] {
            for (every, retention) in [("4m", "short"), ("30m", "long"), ("30m", "none"), ("1h", "short")] {
                for isolated in [false, true] {
                    let (spending, cost) = month(model, every, retention, isolated);
                    let buckets: Money = spending.buckets.iter().filter_map(|spent| spent.cost).sum();
                    let parts: Money = spending.parts.iter().filter_map(|spent| spent.cost).sum();
                    assert_eq!((buckets, parts), (cost, cost), "{model} {every} {retention} {isolated}");
                    let tokens = [
                        spending.buckets.iter().map(|spent| spent.tokens).sum::<u64>(),
                        spending.parts.iter().map(|spent| spent.tokens).sum(),
                    ];
                    assert_eq!(tokens[0], tokens[1], "{model} {every} {retention} {isolated}");
                }
            }
        }
    }

    /// A cold run writes all of its prompt at one price, so parts cost as their sizes are: the tools of a run are as
    /// dear a character as its system text.
    #[test]
    fn parts_billed_alike_cost_alike() {
        let (spending, _) = month("anthropic/claude-opus-4-6", "30m", "short", true);
        let per_token = |purpose| {
            let spent = spending.parts.iter().find(|spent| spent.name == purpose).unwrap();
            spent.cost.unwrap().pico() / i128::from(spent.tokens)
        };
        // $6.25 for a million tokens written for five minutes; a run's tokens are whole ones, of some thousands.
        for purpose in [Purpose::Tools, Purpose::SystemText, Purpose::Skills] {
            assert!(per_token(purpose).abs_diff(6_250_000) < 6_250, "{purpose:?}");
        }
    }
}
