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
    let (catalogue, workload) = (Catalogue::builtin(), Workload::preset("typical").unwrap());
    let config = json!({ "agents": { "defaults": { "model": OPUS, "heartbeat": { "every": "30m" } } } });
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
    // Without heartbeats the job alone is none.
    let jobs = |of: &dyn Fn(u64) -> bool| rows.iter().filter(|row| of(row.tokens.output)).cloned().collect::<Vec<_>>();
    assert_eq!(compare(jobs(&|output| output == 30), requests.clone()).heartbeats, None);
    // What the store does not know is told by the grid alone.
    assert_eq!(compare(jobs(&|output| output == 20), requests[..1].to_vec()).heartbeats.unwrap().count, 48);
}
