//! What a difference is put down to, and which of a bill's rows are the heartbeats that a store knows.

use jiff::tz::TimeZone;
use serde_json::json;

use super::reconcile::{Reconciled, reconcile};
use super::*;
use crate::catalogue::Catalogue;
use crate::gateway::{Gateway, Surroundings};
use crate::money::Unit;
use crate::records::{ConversationPlace, Records, StoredRequest, TurnKind};
use crate::simulate::costing::Costing;
use crate::simulate::schedule::Period;
use crate::workload::Workload;

const DAY_AT: i64 = 1_793_577_600_000;
const MINUTE: i64 = 60_000;
const OPUS: &str = "anthropic/claude-opus-4-6";

fn request(at: i64, kind: TurnKind, input: u64, output: u64) -> StoredRequest {
    StoredRequest {
        id: None,
        at: DAY_AT + at,
        agent: "main".into(),
        kind,
        model: OPUS.into(),
        tokens: Tokens { input, output, ..Tokens::default() },
        place: ConversationPlace { isolated: true, ..ConversationPlace::default() },
    }
}

fn row(at: i64, model: &str, input: u64, cost: &str) -> BillRow {
    let tokens = Tokens { input, ..Tokens::default() };
    let cost = Some(Money::parse(cost).unwrap());
    BillRow { at: DAY_AT + at, model: model.to_owned(), tokens, cost, requests: Some(1), ..BillRow::default() }
}

fn compare(rows: Vec<BillRow>, requests: Vec<StoredRequest>) -> Reconciled {
    compare_under(&json!({ "defaults": { "model": OPUS, "heartbeat": { "every": "30m" } } }), rows, requests)
}

fn compare_under(agents: &serde_json::Value, rows: Vec<BillRow>, requests: Vec<StoredRequest>) -> Reconciled {
    let (catalogue, workload) = (Catalogue::builtin(), Workload::preset("typical").unwrap());
    let config = json!({ "agents": agents });
    let gateway = Gateway::read(&config, "2026.9.4".parse().unwrap(), &Surroundings::default());
    let period = Period::month(jiff::civil::date(2026, 11, 1), TimeZone::UTC).unwrap();
    let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
    let records = Records { requests, ..Records::default() };
    reconcile(&Invoice { rows, ..Invoice::default() }, &records, &costing, Unit::Usd)
}

/// The store holds two million tokens of Opus 4.6: $10 at $5 a million.
#[test]
fn a_cause_is_what_the_bill_can_show() {
    let stored = || vec![request(0, TurnKind::Chat, 1_000_000, 0), request(1, TurnKind::Chat, 1_000_000, 0)];
    let all = |rows: Vec<BillRow>| compare(rows, stored()).causes;
    let only = |rows: Vec<BillRow>, part: &str| {
        let causes = all(rows);
        assert!(causes.len() == 1 && causes[0].contains(part), "{part}: {causes:?}");
    };
    let opus = |cost| row(0, OPUS, 2_000_000, cost);
    assert_eq!(all(vec![opus("10.4")]), Vec::<String>::new(), "$0.40 is less than a twentieth of $10.40");
    // A third more for as many tokens.
    only(vec![opus("13.001")], "at another price");
    // As much more for a third more tokens.
    only(vec![row(0, OPUS, 2_600_000, "13.001")], "not stored");
    // All of the rest is one foreign model's: nothing else is to look for.
    only(vec![opus("10"), row(0, "openai/gpt-5.5", 900_000, "3.001")], "never used: openai/gpt-5.5");
    // Web searches have no model, and an empty name is no model that the gateway never used.
    only(vec![opus("10"), row(0, "", 0, "3.001")], "on no model");
    // A bill of amounts does not show whether there were more tokens.
    only(vec![row(0, OPUS, 0, "13.001")], "tells no tokens");
    // A hundred amounts, each half a cent off at most: $0.50 at most.
    let cents = |each: &str| (0..100).map(|_| row(0, OPUS, 0, each)).collect::<Vec<_>>();
    let small = |rows| compare(rows, vec![request(0, TurnKind::Chat, 80_000, 0)]).causes;
    assert!(small(cents("0"))[0].contains("its 100 amounts may be $0.50 off together"), "{:?}", small(cents("0")));
    assert!(
        small(cents("0.001")).iter().all(|cause| !cause.contains("rounds to cents")),
        "they are not of whole cents"
    );
    let unpriced = |model: &str| vec![BillRow { cost: None, ..row(0, model, 1_000, "0") }];
    only(unpriced("claude-future-9"), "no price is known for claude-future-9");
    only(unpriced(""), "names no models");
}

/// 48 heartbeats of 16,000 tokens at the half hour, with a job of that size on the same grid 40 seconds later and a chat half
/// a minute behind every eighth: together 48 x 16,000 are the heartbeats' and nothing else.
#[test]
fn what_the_store_knows_to_be_something_else_is_no_heartbeat() {
    let (mut requests, mut rows) = (Vec::new(), Vec::new());
    let mut add = |at: i64, kind: TurnKind, input: u64, output: u64| {
        requests.push(request(at + 2_000, kind, input, output));
        let tokens = Tokens { input, output, ..Tokens::default() };
        rows.push(BillRow { tokens, ..row(at, "claude-opus-4-6", input, "0.08") });
    };
    for tick in 0..48 {
        add(tick * 30 * MINUTE, TurnKind::Heartbeat, 16_000, 20);
        add(tick * 30 * MINUTE + 40_000, TurnKind::Cron, 16_000, 30);
        if tick % 8 == 0 {
            add(tick * 30 * MINUTE + 30_000, TurnKind::Chat, 17_000, 300);
        }
    }
    rows.sort_by_key(|row| row.at);
    let found = compare(rows.clone(), requests.clone()).heartbeats.unwrap();
    assert_eq!((found.count, found.side.prompt), (48, 48 * 16_000));
    // The half hour of the config, and of one agent nobody asks whose they are.
    assert_eq!((found.every_minutes, found.agent), (30.0, None));
    let heartbeat = json!({ "every": "30m" });
    let two = json!({ "defaults": { "model": OPUS },
        "list": [{ "id": "main", "heartbeat": heartbeat }, { "id": "ops", "heartbeat": heartbeat }] });
    let found = compare_under(&two, rows.clone(), requests.clone()).heartbeats.unwrap();
    assert_eq!((found.count, found.agent.as_deref()), (48, Some("main")));
    // Each half a minute later than it should be, and five at the next place: what was found is said, not what is set.
    let late = |row: &BillRow| BillRow { at: row.at + (row.at - DAY_AT) / 120, ..row.clone() };
    let slow: Vec<BillRow> = rows.iter().filter(|row| row.tokens.output == 20).map(late).collect();
    let found = compare(slow, requests[..1].to_vec()).heartbeats.unwrap();
    // 30 minutes and a 120th of that.
    assert_eq!(found.every_minutes, 30.3);
    // Without heartbeats the job alone is none.
    let jobs = |of: &dyn Fn(u64) -> bool| rows.iter().filter(|row| of(row.tokens.output)).cloned().collect::<Vec<_>>();
    assert_eq!(compare(jobs(&|output| output == 30), requests.clone()).heartbeats, None);
    // What the store does not know is told by the grid alone.
    assert_eq!(compare(jobs(&|output| output == 20), requests[..1].to_vec()).heartbeats.unwrap().count, 48);
}

/// Opus 4.6 is $5 a million of input, Haiku 4.5 $1: what the store has more is put down to what the bill shows.
#[test]
fn a_store_with_more_than_the_bill_has_its_causes() {
    const DAY_LONG: i64 = 86_400_000;
    const HAIKU: &str = "anthropic/claude-haiku-4-5";
    // Two million a day on four days: $10 each, $40 together.
    let stored = || (0..4).map(|day| request(day * DAY_LONG, TurnKind::Chat, 2_000_000, 0)).collect::<Vec<_>>();
    let bill = |each: [(u64, &str); 4]| {
        let days = (0..4).zip(each);
        days.map(|(day, (input, cost))| row(day * DAY_LONG, OPUS, input, cost)).collect::<Vec<_>>()
    };
    let whole = (2_000_000, "10");
    let only = |found: &Reconciled, more: &str, part: &str| {
        assert_eq!(found.rest, Money::parse(more).map(|more| Money::ZERO - more), "{part}");
        let causes = &found.causes;
        assert!(causes.len() == 1 && causes[0].contains(part), "{part}: {causes:?}");
    };
    let half = (1_000_000, "5");
    let found = |each| compare(bill(each), stored());
    only(&found([whole, whole, whole, half]), "5", "does not hold all of 2026-11-05: it begins or ends");
    only(&found([half, whole, whole, half]), "10", "does not hold all of 2026-11-02 and 2026-11-05");
    // Half of each day, the ends too: $10 of $20 at the ends, $10 within.
    let causes = found([half; 4]).causes;
    assert!(
        causes.iter().any(|cause| cause.contains("fewer tokens than the store: the bill is of another key")),
        "{causes:?}"
    );
    only(&found([whole, half, whole, whole]), "5", "fewer tokens than the store");
    // As many tokens at half the price.
    only(&found([(2_000_000, "5"); 4]), "20", "the same tokens at lower prices than ours");
    // Nothing of a model that the store has: 8 million at $1.
    let haiku = StoredRequest { model: HAIKU.into(), ..request(0, TurnKind::Chat, 8_000_000, 0) };
    let both = compare(bill([whole; 4]), [vec![haiku], stored()].concat());
    only(&both, "8", "the bill has nothing of anthropic/claude-haiku-4-5");
    // Amounts alone do not tell tokens from prices.
    only(&found([(0, "10"), (0, "4.999"), (0, "10"), (0, "10")]), "5.001", "tells no tokens, so it may be either");
    // Two hundredths are let pass.
    assert_eq!(found([whole, whole, whole, (1_840_000, "9.2")]).causes, Vec::<String>::new());
    // What stands there again is said in money where the bill has none: 2 million are $10.
    let mut again = Invoice { rows: bill([whole; 4]), ..Invoice::default() };
    again.repeated = vec![BillRow { cost: None, ..row(0, OPUS, 2_000_000, "0") }];
    let (catalogue, workload) = (Catalogue::builtin(), Workload::preset("typical").unwrap());
    let config = json!({ "agents": { "defaults": { "model": OPUS } } });
    let gateway = Gateway::read(&config, "2026.9.4".parse().unwrap(), &Surroundings::default());
    let period = Period::month(jiff::civil::date(2026, 11, 1), TimeZone::UTC).unwrap();
    let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
    let records = Records { requests: stored(), ..Records::default() };
    let repeated = reconcile(&again, &records, &costing, Unit::Usd).repeated.unwrap();
    assert_eq!((repeated.rows, repeated.side.cost), (1, Money::parse("10")));
}
