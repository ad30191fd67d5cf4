//! Hours that are held out, or simulated again beside their records.

use super::*;

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

/// Six hours of the last day without a request: nothing is predicted for them, and those before it are no sign of more.
#[test]
fn hours_in_which_the_gateway_was_off_are_told_as_such() {
    for isolated in [false, true] {
        let truth = Truth { fixed: 12_000.0, per_char: 0.28, days: 6, every: 30, isolated, chat: 6_000 };
        let mut records = truth.records();
        let whole = holdout::holdout(&records, &analysis("30m", isolated).costing(), 86_400_000).unwrap().remove(0);
        for day in [3, 5] {
            let off = START + (day * 1440 + 60) * MINUTE..START + (day * 1440 + 420) * MINUTE;
            records.requests.retain(|request| !off.contains(&request.at));
        }
        let held = holdout::holdout(&records, &analysis("30m", isolated).costing(), 86_400_000).unwrap().remove(0);
        assert_eq!((whole.heartbeats, held.heartbeats), (48, 36), "{held:?}");
        assert!(held.said.heartbeats.abs_diff(held.heartbeats) <= 1, "{held:?}");
        let error = held.said.cost.unwrap().pico() as f64 / held.cost.unwrap().pico() as f64 - 1.0;
        assert!(error.abs() < 0.06 && held.worst_error.unwrap() < 0.05, "{error} {held:?}");
        // The same hours again are off as well, and a month is not known to have none.
        let calibration = calibrate(&records, &analysis("30m", isolated).costing());
        let observed = calibration.observed.as_ref().unwrap();
        assert!(observed.against.heartbeats.abs_diff(observed.heartbeats) <= 1, "{observed:?}");
        let load = Workload::read(&calibration.file, "w").unwrap().of("main").typical;
        assert!((60..=110).contains(&load.missed_per_mille), "{}", load.missed_per_mille);
    }
}

/// Others that run meanwhile show that the gateway was on.
#[test]
fn a_gateway_is_on_while_any_agent_makes_requests() {
    let due: Vec<i64> = (0..10).map(|at| at * 30 * MINUTE).collect();
    let mut requests =
        Truth { fixed: 9_000.0, per_char: 0.25, days: 1, every: 600, isolated: true, chat: 0 }.records().requests;
    let mut one = requests.pop().unwrap();
    one.at = 150 * MINUTE;
    let span = (0, 300 * MINUTE);
    assert_eq!(off::off(&[], &due, span), [(1, span.1)]);
    assert_eq!(off::off(&[one.clone()], &due, span), [(1, one.at), (one.at + 1, span.1)]);
    let hourly: Vec<StoredRequest> = (0..5).map(|at| StoredRequest { at: at * 60 * MINUTE, ..one.clone() }).collect();
    assert_eq!(off::off(&hourly, &due, span), []);
}
