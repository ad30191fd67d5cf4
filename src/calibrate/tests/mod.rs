//! Records of one agent, built turn by turn from known figures, which the fit has to find again.

mod verified;

use std::sync::Arc;

use serde_json::json;

use super::fit::fit;
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

/// One heartbeat that a fallback answered is no change of settings; from two of them on it is one.
#[test]
fn a_lone_heartbeat_of_another_model_ends_no_stretch() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 2, every: 60, isolated: true, chat: 0 };
    let stretch = |others: &[usize]| {
        let mut made = turns(&truth.records().requests, "main");
        made.retain(|turn| turn.kind == TurnKind::Heartbeat);
        others.iter().for_each(|at| made[*at].model = Arc::from("anthropic/claude-haiku-4-5"));
        (made.len(), fit::epoch(&made).len())
    };
    let (all, whole) = stretch(&[]);
    assert_eq!(whole, all);
    assert_eq!(stretch(&[10]).1, all - 1);
    assert_eq!(stretch(&[10, 20]).1, all - 2);
    assert_eq!(stretch(&[10, 11]).1, all - 12);
    // So it is of the last ones.
    assert_eq!(stretch(&[all - 1]).1, all - 1);
    assert_eq!(stretch(&[all - 2, all - 1]).1, 2);
}

/// A job's run beside the heartbeats, in a session of its own or in theirs, is none of them.
#[test]
fn what_a_job_has_to_say_is_no_heartbeat() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 2, every: 60, isolated: false, chat: 0 };
    let mut records = truth.records();
    let heartbeats = turns(&records.requests, "main").iter().filter(|turn| turn.kind == TurnKind::Heartbeat).count();
    let mut of_job = records.requests.last().unwrap().clone();
    of_job.at += MINUTE;
    of_job.place = ConversationPlace { session: 77, of_job: true, ..of_job.place };
    records.requests.push(of_job);
    let found = turns(&records.requests, "main");
    assert_eq!(found.last().unwrap().kind, TurnKind::Cron);
    assert_eq!(fit::epoch(&found).len(), heartbeats);
}

/// A fallback that goes on in the middle of a turn, or a sub-agent's report, is a turn of its own model.
#[test]
fn a_request_of_another_model_is_a_turn_of_its_own() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 1, every: 60, isolated: true, chat: 0 };
    let mut requests = truth.records().requests;
    let made = turns(&requests, "main").len();
    let round = requests.iter_mut().find(|request| request.place.round > 0).unwrap();
    round.model = Arc::from("anthropic/claude-haiku-4-5");
    assert_eq!(turns(&requests, "main").len(), made + 1);
}

/// What it reports is sent once: the next prompts do not have it.
#[test]
fn a_report_of_a_sub_agent_does_not_stay() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 1, every: 60, isolated: false, chat: 4_000 };
    let mut requests = truth.records().requests;
    let before = turns(&requests, "main");
    let at = requests.iter().position(|request| request.kind == TurnKind::Chat).unwrap();
    let mut report = requests[at].clone();
    report.place = ConversationPlace { round: 1, said: 400, ..report.place };
    report.tokens.cache_write_5m += 5_000;
    report.at += 1;
    requests.insert(at + 1, report);
    let after = turns(&requests, "main");
    assert_eq!(after.len(), before.len() + 1);
    let all = |turns: &[Turn]| {
        let chats = turns.iter().filter(|turn| turn.kind == TurnKind::Chat);
        chats.fold((0, 0.0), |sum, turn| (sum.0 + turn.added, sum.1 + turn.grown()))
    };
    assert_eq!(all(&after), (all(&before).0 + 400, all(&before).1));
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

/// Releases to 2026.7 keep the key of the last isolated session only.
#[test]
fn a_heartbeat_alone_in_its_session_is_isolated() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 2, every: 30, isolated: true, chat: 4_000 };
    let mut records = truth.records();
    for request in &mut records.requests {
        request.place.isolated = false;
        request.place.before = if request.kind == TurnKind::Heartbeat { 0 } else { request.place.before };
    }
    let found =
        fit(&turns(&records.requests, "main"), &[], fit::FitDefaults { fixed_chars: 1.0, per_char: 0.25 }).unwrap();
    assert!(found.isolated && found.fixed == 10_000.0, "{found:?}");
}

#[test]
fn held_out_days_of_a_regular_gateway_are_told_within_two_percent() {
    for isolated in [false, true] {
        let truth = Truth { fixed: 12_000.0, per_char: 0.28, days: 6, every: 30, isolated, chat: 6_000 };
        let costing = analysis("30m", isolated);
        let held = &holdout::holdout(&truth.records(), &costing.costing(), 86_400_000).unwrap()[0];
        assert!(held.median_error.unwrap() < 0.02 && held.worst_error.unwrap() < 0.05, "{held:?}");
        let error = held.said.cost.unwrap().pico() as f64 / held.cost.unwrap().pico() as f64 - 1.0;
        assert!(error.abs() < 0.05 && held.inside == Some(true), "{error} {held:?}");
    }
    assert!(holdout::holdout(&Records::default(), &analysis("30m", true).costing(), 86_400_000).is_err());
}

/// The conversation is begun anew in the night, and nobody says anything in it until the morning.
#[test]
fn a_conversation_that_only_heartbeats_go_on_with_is_a_new_one() {
    let truth = Truth { fixed: 12_000.0, per_char: 0.25, days: 6, every: 30, isolated: false, chat: 6_000 };
    let mut records = truth.records();
    let night = START + (5 * 1440 + 120) * MINUTE..START + (5 * 1440 + 541) * MINUTE;
    for request in records.requests.iter_mut().filter(|request| night.contains(&request.at)) {
        let conversation = turn::count(turn::whole(request.place.before) * truth.per_char);
        let Tokens { cache_read, cache_write_5m, .. } = &mut request.tokens;
        *if *cache_read > 0 { cache_read } else { cache_write_5m } -= conversation;
        request.place = ConversationPlace { session: 999, before: 0, ..request.place };
    }
    let held = holdout::holdout(&records, &analysis("30m", false).costing(), 86_400_000).unwrap().remove(0);
    assert!(held.quiet == 40 && held.worst_error.unwrap() < 0.05, "{held:?}");
}

/// What a job is told in the conversation, and what it answers, is sent with every heartbeat after it.
#[test]
fn jobs_in_the_conversation_make_it_grow() {
    let truth = Truth { fixed: 12_000.0, per_char: 0.25, days: 6, every: 30, isolated: false, chat: 6_000 };
    let mut records = truth.records();
    let job = |nth: i64| START + (5 * 1440 + 18 * 60 + 10 + 30 * nth) * MINUTE;
    for request in records.requests.iter_mut().filter(|request| request.at > job(0)) {
        let jobs = (0..10).filter(|nth| job(*nth) < request.at).count() as u64;
        request.tokens.cache_write_5m += jobs * 1_000;
        request.place.before += jobs * 4_000;
    }
    let of_evening = records.requests.last().unwrap().clone();
    for nth in 0..10 {
        let place = ConversationPlace { asked: 2_000, said: 2_000, quiet: false, ..of_evening.place };
        let made = StoredRequest { id: None, at: job(nth), kind: TurnKind::Cron, place, ..of_evening.clone() };
        records.requests.push(made);
    }
    records.requests.sort_by_key(|request| request.at);
    let held = holdout::holdout(&records, &analysis("30m", false).costing(), 86_400_000).unwrap().remove(0);
    assert!(held.quiet == 40 && held.worst_error.unwrap() < 0.05, "{held:?}");
}

/// Other agents of the same model leave the tools in the cache, which is no hit but is read at times.
#[test]
fn what_other_agents_left_in_the_cache_is_no_hit() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 6, every: 60, isolated: true, chat: 0 };
    let mut records = truth.records();
    for (nth, request) in records.requests.iter_mut().filter(|request| request.place.round == 0).enumerate() {
        if nth % 3 == 0 {
            request.tokens.cache_read += 3_000;
            request.tokens.cache_write_5m -= 3_000;
        }
    }
    let fallback = fit::FitDefaults { fixed_chars: 1.0, per_char: 0.25 };
    let found = fit(&turns(&records.requests, "main"), &[], fallback).unwrap();
    assert!(found.cache.iter().all(|rate| rate.hits == 0), "{found:?}");
    assert!((found.found.unwrap() - 1_000.0).abs() < 30.0, "{found:?}");
    let held = holdout::holdout(&records, &analysis("1h", true).costing(), 86_400_000).unwrap().remove(0);
    let [read, said] = [held.tokens.cache_read, held.said.tokens.cache_read];
    // A round of tools more or less, which reads all of the prompt.
    assert!(read.abs_diff(said) <= 10_000, "{held:?}");
    let [written, said] = [held.tokens, held.said.tokens].map(|tokens| turn::whole(tokens.cache_write_5m));
    assert!((said / written - 1.0).abs() < 0.02, "{held:?}");
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

/// Ticks come a little early or late; the last one of the records is told all the same.
#[test]
fn a_heartbeat_that_runs_before_it_is_due_is_told() {
    let truth = Truth { fixed: 9_000.0, per_char: 0.25, days: 6, every: 30, isolated: true, chat: 0 };
    for drift in [-40, 0, 40] {
        let mut records = truth.records();
        for (nth, request) in (0..).zip(&mut records.requests) {
            request.at += nth * drift;
        }
        let costing = analysis("30m", true);
        let held = holdout::holdout(&records, &costing.costing(), 24 * 60 * MINUTE).unwrap().remove(0);
        assert_eq!(held.said.heartbeats, held.heartbeats, "{drift}: {held:?}");
        let observed = calibrate(&records, &costing.costing()).observed.unwrap();
        assert_eq!(observed.against.heartbeats, observed.heartbeats, "{drift}");
    }
}
