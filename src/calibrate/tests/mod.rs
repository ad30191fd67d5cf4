//! Records of one agent, built turn by turn from known figures, which the fit has to find again.

mod held;
mod turns;
mod verified;

use std::sync::Arc;

use serde_json::json;

use super::fit::fit;
use super::turn::turns;
use super::*;
use crate::analysis::Analysis;
use crate::money::{Money, Unit};
use crate::records::{ConversationPlace, Reckoned, StoredRequest, TurnKind};
use crate::simulate::Tokens;

const START: i64 = 1_793_491_200_000;
const MINUTE: i64 = 60_000;
const MODEL: &str = "anthropic/claude-opus-4-6";

/// What a made-up gateway does.
struct Truth {
    fixed: f64,
    per_char: f64,
    days: i64,
    every: i64,
    isolated: bool,
    /// Half, all and one and a half of so many characters a turn of chat, from 09:00 on every hour until 17:00.
    chat: u64,
}

impl Truth {
    /// Its records: every tenth heartbeat reads a file and leaves nothing, every twentieth says something.
    fn records(&self) -> Records {
        let (mut requests, mut history, mut before) = (Vec::new(), 0.0, 0);
        let mut push = |at: i64, kind, place: ConversationPlace, read: f64, input: f64, output| {
            requests.push(StoredRequest {
                id: Some(format!("r{at}{output}").into()),
                at: START + at * MINUTE,
                agent: Arc::from("main"),
                kind,
                model: Arc::from(MODEL),
                tokens: Tokens {
                    input: 50,
                    cache_read: turn::count(read),
                    cache_write_5m: turn::count(input - read) - 50,
                    output,
                    ..Tokens::default()
                },
                place,
            });
        };
        for minute in 0..self.days * 1440 {
            let hour = minute / 60 % 24;
            if minute % 60 == 7 && (9..17).contains(&hour) {
                if hour == 9 {
                    (history, before) = (0.0, 0);
                }
                let chat = self.chat * (1 + hour.unsigned_abs() % 3);
                let session = 1 + minute.unsigned_abs() / 1440;
                let place = ConversationPlace {
                    session,
                    before,
                    asked: chat / 4,
                    said: chat / 4,
                    ..ConversationPlace::default()
                };
                let asked = turn::whole(place.asked) * self.per_char;
                push(minute, TurnKind::Chat, place, 0.0, self.fixed + 900.0 + history + asked, 40);
                history += turn::whole(chat / 2) * self.per_char;
                before += chat / 2;
            }
            if minute % self.every == 0 && minute >= 9 * 60 + 30 {
                let tick = minute / self.every;
                let session = if self.isolated {
                    minute.unsigned_abs() + 1_000_000
                } else {
                    1 + (minute - 9 * 60 - 7).unsigned_abs() / 1440
                };
                let conversation = if self.isolated { 0.0 } else { history };
                let (tools, alerts) = (tick % 10 == 3, tick % 20 == 7);
                let place = ConversationPlace {
                    session,
                    isolated: self.isolated,
                    before,
                    quiet: !alerts && !tools,
                    calls: tools,
                    asked: 25,
                    said: 8,
                    ..ConversationPlace::default()
                };
                push(minute, TurnKind::Heartbeat, place, 0.0, self.fixed + conversation, if alerts { 115 } else { 40 });
                if tools {
                    let again = ConversationPlace { round: 1, quiet: true, calls: false, ..place };
                    let whole = self.fixed + conversation;
                    push(minute, TurnKind::Heartbeat, again, whole - 50.0, whole + 600.0, 40);
                }
            }
        }
        Records { requests, ..Records::default() }
    }
}

fn analysis(every: &str, isolated: bool) -> Analysis {
    Analysis::of(
        &json!({ "agents": { "defaults": { "model": MODEL, "heartbeat": { "every": every, "target": "none", "isolatedSession": isolated } } } }),
        Some("2026.9.6"),
    )
}

#[test]
fn known_figures_are_found_again() {
    for (per_char, isolated) in [(0.25, false), (0.3, false), (0.3, true)] {
        let truth = Truth { fixed: 12_345.0, per_char, days: 6, every: 30, isolated, chat: 4_000 };
        let records = truth.records();
        let turns = turns(&records.requests, "main");
        let fallback = fit::FitDefaults { fixed_chars: 1.0, per_char: 0.25 };
        let found = fit(&turns, &[], fallback).unwrap();
        assert!((found.fixed / truth.fixed - 1.0).abs() < 0.005, "{found:?}");
        assert_eq!(found.uncached, Some(50.0));
        if !isolated {
            assert!((found.per_char / per_char - 1.0).abs() < 0.01, "{found:?}");
        }
        let calibration = calibrate(&records, &analysis("30m", isolated).costing());
        let observed = calibration.observed.unwrap();
        let error = observed.against.cost.unwrap().pico() as f64 / observed.cost.unwrap().pico() as f64 - 1.0;
        assert!(error.abs() < 0.02, "{per_char} {isolated}: {error} {observed:?}");
        let load = Workload::read(&calibration.file, "w").unwrap().of("main").typical;
        assert!((4..=6).contains(&load.alert_percent) && load.output_tokens == 40, "{load:?}");
        let tools = load.rounds[1] as f64 / load.rounds.iter().sum::<u64>() as f64;
        assert!((tools - 0.1).abs() < 0.02, "{:?}", load.rounds);
    }
}

/// Half of the days cost twice as much: the range shows that, and the order and the number of draws do not.
#[test]
fn the_range_is_that_of_days_drawn_and_the_same_records_give_the_same_bytes() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 8, every: 36, isolated: false, chat: 20_000 };
    let mut records = truth.records();
    let costing = analysis("36m", false);
    let cost = |records: &Records| {
        let workload = calibrate(records, &costing.costing()).workload("w").unwrap();
        let costing = Costing::new(&costing.gateway, &costing.catalogue, &workload, &costing.period, costing.anchor);
        let agent = &costing.gateway.agents[0];
        costing.estimate(&costing.subject(agent), &crate::levers::Choice::present(agent), None).cost.unwrap()
    };
    let range = cost(&records);
    assert!(range.low < range.typical && range.typical < range.high, "{range:?}");
    assert_eq!(calibrate(&records, &costing.costing()).file, calibrate(&records, &costing.costing()).file);
    // Days that are all alike leave nothing open.
    for request in records.requests.iter_mut().filter(|request| request.place.round == 0) {
        request.tokens.cache_write_5m = 15_000;
    }
    let alike = cost(&records);
    let spread = (alike.high - alike.low).pico() as f64 / alike.typical.pico() as f64;
    assert!(spread < 0.03, "{alike:?}");
}

#[test]
fn wrong_counters_are_named_with_what_counts_instead() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 3, every: 60, isolated: true, chat: 0 };
    let costing = analysis("1h", true);
    let said = |dollars: f64| {
        let mut records = truth.records();
        // A million written tokens of Opus 4.6 are $6.25.
        let tokens = Tokens { cache_write_5m: 1_000_000, ..Tokens::default() };
        records.reckoned.insert(MODEL.into(), Reckoned { requests: 60, tokens, dollars });
        calibrate(&records, &costing.costing()).remarks.join("\n")
    };
    assert_eq!(said(6.25), "");
    assert!(said(0.0).contains("a cost of 0 for 60 requests"), "{}", said(0.0));
    assert!(said(625_000.0).contains("100000.000 times"), "{}", said(625_000.0));
    // Sixty prompts of 16,000 tokens at $5 a million, none of which reaches the step at 272,000 (published prices of GPT-5.5).
    let mut records = truth.records();
    let tokens = Tokens { input: 960_000, ..Tokens::default() };
    records.reckoned.insert("openai/gpt-5.5".into(), Reckoned { requests: 60, tokens, dollars: 4.8 });
    assert!(calibrate(&records, &costing.costing()).remarks.is_empty());
    records.reckoned.insert("openai/gpt-5.5".into(), Reckoned { requests: 1, tokens, dollars: 4.8 * 3.0 });
    assert!(calibrate(&records, &costing.costing()).remarks.is_empty(), "as one prompt it costs twice as much");
    let mut records = truth.records();
    let last = records.requests.last().unwrap().clone();
    records.prompts.push(crate::records::Prompt { session: last.place.session, counted: 100, ..Default::default() });
    let remarks = calibrate(&records, &costing.costing()).remarks.join("\n");
    assert!(remarks.contains("those of the last run"), "{remarks}");
}

/// The retention was another one than the config has now: what is compared is what was recorded.
#[test]
fn how_long_prompts_were_kept_is_what_the_tokens_show() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 4, every: 60, isolated: true, chat: 0 };
    let moves: [fn(&mut Tokens); 3] = [
        |_| {},
        |tokens| tokens.cache_write_1h = std::mem::take(&mut tokens.cache_write_5m),
        |tokens| tokens.input += std::mem::take(&mut tokens.cache_write_5m) + std::mem::take(&mut tokens.cache_read),
    ];
    for change in moves {
        let mut records = truth.records();
        records.requests.iter_mut().for_each(|request| change(&mut request.tokens));
        let seen = calibrate(&records, &analysis("1h", true).costing()).observed.unwrap();
        let error = seen.against.cost.unwrap().pico() as f64 / seen.cost.unwrap().pico() as f64 - 1.0;
        assert!(error.abs() < 0.03, "{error} {seen:?}");
    }
}

/// Of a release that erases quiet heartbeats only those with something to say are on record.
#[test]
fn heartbeats_that_were_erased_are_counted_as_quiet() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 12, every: 30, isolated: false, chat: 4_000 };
    let mut records = truth.records();
    let ran = turns(&records.requests, "main").iter().filter(|turn| turn.kind == TurnKind::Heartbeat).count();
    records
        .requests
        .retain(|request| request.kind != TurnKind::Heartbeat || !(request.place.quiet || request.place.calls));
    let heartbeat = json!({ "every": "30m", "target": "none" });
    let config = json!({ "agents": { "defaults": { "model": MODEL, "heartbeat": heartbeat } } });
    let found = calibrate(&records, &Analysis::of(&config, Some("2026.3.28")).costing());
    let load = Workload::read(&found.file, "w").unwrap().of("main").typical;
    assert!((4..=6).contains(&load.alert_percent) && load.missed_per_mille == 0, "{load:?}");
    let counted = found.file["agents"]["main"]["measured"]["heartbeats"].as_u64().unwrap();
    assert!(turn::whole(counted) / (ran as f64) > 0.97 && counted <= ran as u64, "{counted} of {ran}");
    let observed = found.observed.unwrap();
    assert!(observed.heartbeats.abs_diff(observed.against.heartbeats) <= 2, "{observed:?}");
    assert!(found.remarks.iter().any(|remark| remark.contains("are not on record")), "{:?}", found.remarks);
}

/// Two heartbeats a day are too few to see what chat adds between them; turns of chat tell it as well.
#[test]
fn chat_tells_the_tokens_of_a_character_where_heartbeats_are_few() {
    let truth = Truth { fixed: 12_000.0, per_char: 0.3, days: 2, every: 600, isolated: false, chat: 4_000 };
    let turns = turns(&truth.records().requests, "main");
    let found = fit(&turns, &[], fit::FitDefaults { fixed_chars: 1.0, per_char: 0.25 }).unwrap();
    assert!(found.per_char_n >= 8 && (found.per_char / 0.3 - 1.0).abs() < 0.01, "{found:?}");
}

/// One round of tools or two: each run leaves what its own tools said, and a little more.
#[test]
fn a_run_leaves_what_its_own_tools_said() {
    let truth = Truth { fixed: 9_000.0, per_char: 0.25, days: 1, every: 30, isolated: false, chat: 0 };
    let one = truth.records().requests.pop().unwrap();
    let (mut requests, mut prompt) = (Vec::new(), 9_000);
    for tick in 0..40_i64 {
        let rounds: u64 = [0, 1, 0, 2][tick.unsigned_abs() as usize % 4];
        for round in 0..=rounds {
            let tokens = Tokens { input: prompt + 300 * round * round, output: 9, ..Tokens::default() };
            let (round, calls) = (u32::try_from(round).unwrap(), round < rounds);
            let place = ConversationPlace { round, calls, quiet: !calls, before: 9, ..one.place };
            requests.push(StoredRequest { at: START + tick * 30 * MINUTE, tokens, place, ..one.clone() });
        }
        prompt += if rounds > 0 { 300 * rounds * rounds + 100 } else { 5 };
    }
    let turns = turns(&requests, "main");
    let found = fit(&turns, &[], fit::FitDefaults { fixed_chars: 1.0, per_char: 0.25 }).unwrap();
    for turn in &turns {
        let left = if turn.rounds > 0 { turn.grown() + 100.0 } else { 5.0 };
        assert!((found.traces.left(&turns, turn) - left).abs() < 1.0, "{turn:?} {found:?}");
    }
}
