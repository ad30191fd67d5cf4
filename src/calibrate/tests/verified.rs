//! What `verify` says of a change, by records that are made from a truth.

use super::*;

#[test]
fn a_change_to_a_dearer_setting_is_worse_and_half_a_day_says_nothing() {
    let ([before, after], mut records, applied) = quickened();
    let (old, new) = (analysis("1h", true), analysis("30m", true));
    let at = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap();
    let worse = verify::verify(&records, &old.costing(), &new.costing(), at(applied));
    assert_eq!(worse.verdict, verify::Judgement::Worse, "{worse:?}");
    let [_, middle, _] = worse.saved_a_day.unwrap();
    // 24 runs of 10,000 tokens written at $6.25 a million more each day, a tenth of them twice, and what they write.
    let a_run = 10_000.0 * 6.25e-6;
    assert!((middle.pico() as f64 / 1e12 / (-24.0 * a_run) - 1.0).abs() < 0.25, "{middle}");
    let better = verify::verify(&after_then(&before, &after, applied), &new.costing(), &old.costing(), at(applied));
    assert_eq!(better.verdict, verify::Judgement::Saved, "{better:?}");
    // Switched off for two of the three days, it costs less by having stood still.
    let mut stood_still = after_then(&before, &after, applied);
    let day = 86_400_000;
    stood_still.requests.retain(|request| !(applied..applied + 2 * day).contains(&request.at));
    let still = verify::verify(&stood_still, &new.costing(), &old.costing(), at(applied));
    assert_eq!(still.verdict, verify::Judgement::NotYetKnown, "{still:?}");
    assert!(still.agents[0].because.contains("may have stood still"), "{still:?}");
    // A change after which requests fail is worse, however few heartbeats are left.
    let mut failing = after_then(&before, &after, applied);
    for request in failing.requests.iter_mut().filter(|request| (applied..applied + 2 * day).contains(&request.at)) {
        request.kind = TurnKind::Error;
    }
    let fails = verify::verify(&failing, &new.costing(), &old.costing(), at(applied));
    assert_eq!(fails.verdict, verify::Judgement::Worse, "{fails:?}");
    records.requests.retain(|request| request.at < applied + 12 * 3_600_000);
    let early = verify::verify(&records, &old.costing(), &new.costing(), at(applied));
    assert_eq!((early.verdict, early.saved_a_day), (verify::Judgement::NotYetKnown, None));
    assert!(early.agents[0].because.contains("less than 24 hours"));
    assert!(Money::ZERO < better.saved_a_day.unwrap()[0]);
}

/// Half as many heartbeats of the same gateway say half as much a day, and so do few by chance; a tenth is another thing.
#[test]
fn fewer_heartbeats_may_say_less_and_more_may_fail() {
    let turns = |heartbeats: u64, alerts: u64| -> Vec<turn::Turn> {
        let records = Truth { fixed: 10_000.0, per_char: 0.25, days: 1, every: 30, isolated: true, chat: 0 }.records();
        let one = turn::turns(&records.requests, "main").remove(0);
        (0..heartbeats).map(|at| turn::Turn { alerts: at < alerts, ..one.clone() }).collect()
    };
    let broken = |heartbeats: [u64; 2], alerts: [u64; 2], failed: [f64; 2]| {
        let (before, after) = (turns(heartbeats[0], alerts[0]), turns(heartbeats[1], alerts[1]));
        let sides = [&before.iter().collect::<Vec<_>>()[..], &after.iter().collect::<Vec<_>>()[..]];
        let rails = verify::rails(sides, heartbeats, [2, 2], failed);
        rails.into_iter().filter(|rail| !rail.kept).map(|rail| rail.name).collect::<Vec<_>>()
    };
    assert_eq!(broken([80, 28], [7, 2], [0.0; 2]), [""; 0]);
    assert_eq!(broken([80, 28], [7, 0], [0.0; 2]), [""; 0]);
    assert_eq!(broken([80, 28], [40, 1], [0.0; 2]), ["alerts in 100 heartbeats"]);
    assert_eq!(broken([96, 0], [40, 0], [0.0; 2]), [""; 0]);
    assert_eq!(broken([24, 96], [1, 4], [4.0, 14.0]), [""; 0]);
    assert_eq!(broken([24, 24], [1, 1], [4.0, 14.0]), ["failed requests a day"]);
}

/// Where a plan pays, the same records tell the same in tokens: 24 runs more a day of 10,000 tokens that are written to the
/// cache, a tenth of them twice, at 1.25 tokens of input each.
#[test]
fn what_a_plan_pays_for_is_verified_in_tokens() {
    let ([before, after], records, applied) = quickened();
    let by_plan = |every: &str| {
        let config = json!({
            "auth": { "profiles": { "anthropic:me": { "provider": "anthropic", "mode": "oauth" } } },
            "agents": { "defaults": { "model": MODEL, "heartbeat": { "every": every, "target": "none",
                "isolatedSession": true } } },
        });
        Analysis::of(&config, Some("2026.9.6"))
    };
    let (old, new) = (by_plan("1h"), by_plan("30m"));
    let at = jiff::Timestamp::from_millisecond(applied).unwrap();
    let worse = verify::verify(&records, &old.costing(), &new.costing(), at);
    assert_eq!((worse.verdict, worse.unit), (verify::Judgement::Worse, Unit::Tokens), "{worse:?}");
    let [_, middle, _] = worse.saved_a_day.unwrap();
    // In millions.
    assert!((middle.pico() as f64 / 1e12 / (-24.0 * 0.0125) - 1.0).abs() < 0.25, "{middle}");
    let better = verify::verify(&after_then(&before, &after, applied), &new.costing(), &old.costing(), at);
    assert_eq!((better.verdict, better.unit), (verify::Judgement::Saved, Unit::Tokens), "{better:?}");
    // By the token it is money.
    let (old, new) = (analysis("1h", true), analysis("30m", true));
    assert_eq!(verify::verify(&records, &old.costing(), &new.costing(), at).unit, Unit::Usd);
}

/// Files do not name their release, so that the config does.
#[test]
fn what_a_release_erased_is_not_saved() {
    let ([before, after], _, applied) = quickened();
    let mut records = after_then(&before, &after, applied);
    records.requests.retain(|request| request.kind != TurnKind::Heartbeat || !request.place.quiet);
    let under = |every: &str| {
        let heartbeat = json!({ "every": every, "target": "none", "isolatedSession": true });
        let config = json!({ "agents": { "defaults": { "model": MODEL, "heartbeat": heartbeat } } });
        Analysis::of(&config, Some("2026.3.28"))
    };
    let at = jiff::Timestamp::from_millisecond(applied).unwrap();
    let found = verify::verify(&records, &under("30m").costing(), &under("1h").costing(), at);
    assert_eq!((found.verdict, found.saved_a_day), (verify::Judgement::NotYetKnown, None));
    let main = &found.agents[0];
    assert!(main.because.contains("2026.3.28 erases"), "{main:?}");
    assert!(main.rails.iter().all(|rail| !rail.name.starts_with("minutes")), "{main:?}");
}

/// Hours in which the gateway was off are none that the change has saved.
#[test]
fn hours_without_the_gateway_count_on_neither_side() {
    let ([before, after], _, applied) = quickened();
    let records = after_then(&before, &after, applied);
    let (old, new) = (analysis("30m", true), analysis("1h", true));
    let at = jiff::Timestamp::from_millisecond(applied).unwrap();
    let old_settings = |records: &Records| {
        let found = verify::verify(records, &old.costing(), &new.costing(), at);
        (found.agents[0].old_settings.unwrap()[1].pico() as f64, found.agents[0].because.clone())
    };
    let (whole, because) = old_settings(&records);
    assert!(!because.contains("hours without"), "{because}");
    let mut stopped = records;
    let night = applied + 86_400_000..applied + 86_400_000 + 6 * 3_600_000;
    stopped.requests.retain(|request| !night.contains(&request.at));
    let (rest, because) = old_settings(&stopped);
    // Thirteen of the 95 that the old settings ask for in two days.
    assert!((rest / whole - (1.0 - 13.0 / 95.0)).abs() < 0.02, "{rest} of {whole}");
    assert!(because.contains("hours without a sign of the gateway"), "{because}");
}

/// A quiet day of an agent that the change did not touch is none of its doing.
#[test]
fn an_agent_that_was_not_changed_has_saved_nothing() {
    let ([before, after], _, applied) = quickened();
    let mut records = after_then(&before, &after, applied);
    // The other one ran half as often of itself.
    let others: Vec<StoredRequest> = records.requests.to_vec();
    records.requests.extend(others.into_iter().map(|request| StoredRequest { agent: Arc::from("ops"), ..request }));
    records.requests.sort_by_key(|request| request.at);
    let of = |every: &str| {
        let heartbeat = |every: &str| json!({ "every": every, "target": "none", "isolatedSession": true });
        let list =
            json!([{ "id": "main", "heartbeat": heartbeat(every) }, { "id": "ops", "heartbeat": heartbeat("30m") }]);
        Analysis::of(&json!({ "agents": { "defaults": { "model": MODEL }, "list": list } }), Some("2026.9.6"))
    };
    let at = jiff::Timestamp::from_millisecond(applied).unwrap();
    let found = verify::verify(&records, &of("30m").costing(), &of("1h").costing(), at);
    let [main, ops] = &found.agents[..] else { panic!("{found:?}") };
    assert_eq!((main.verdict, ops.verdict), (verify::Judgement::Saved, verify::Judgement::NotYetKnown), "{found:?}");
    assert_eq!((found.verdict, ops.saved), (verify::Judgement::Saved, None));
    let (all, own) = (found.saved_a_day.unwrap()[1], main.saved.unwrap()[1].per(main.days[1]));
    assert_eq!(Some(all), own);
}

/// Three days of every hour, then three of every half hour, their records together, and when that changed.
fn quickened() -> ([Truth; 2], Records, i64) {
    let before = Truth { fixed: 10_000.0, per_char: 0.25, days: 3, every: 60, isolated: true, chat: 2_000 };
    let after = Truth { fixed: 10_000.0, per_char: 0.25, days: 6, every: 30, isolated: true, chat: 2_000 };
    let applied = START + 3 * 86_400_000;
    let mut records = before.records();
    records.requests.extend(after.records().requests.into_iter().filter(|request| request.at >= applied));
    ([before, after], records, applied)
}

/// The other way round: first every half hour, then every hour.
fn after_then(slow: &Truth, fast: &Truth, applied: i64) -> Records {
    let mut records = Records::default();
    records.requests = fast.records().requests.into_iter().filter(|request| request.at < applied).collect();
    let later = Truth { days: 6, ..*slow };
    records.requests.extend(later.records().requests.into_iter().filter(|request| request.at >= applied));
    records
}

/// What ran at the interval before was not due at the one that the config has now, and the other way round.
#[test]
fn an_interval_that_was_changed_is_no_missed_heartbeat() {
    let ([slow, fast], quicker, applied) = quickened();
    let slower = after_then(&slow, &fast, applied);
    for (records, every) in [(&quicker, "30m"), (&slower, "1h")] {
        let calibration = calibrate(records, &analysis(every, true).costing());
        let load = Workload::read(&calibration.file, "w").unwrap().of("main").typical;
        assert!(load.missed_per_mille < 40, "{every}: {}", load.missed_per_mille);
        let observed = calibration.observed.unwrap();
        let [on_record, simulated] = [observed.heartbeats, observed.against.heartbeats].map(turn::whole);
        assert!((simulated / on_record - 1.0).abs() < 0.03, "{every}: {simulated} for {on_record}");
    }
    // The end is told by the interval of now, not by that of most of the records.
    let held = holdout::holdout(&slower, &analysis("1h", true).costing(), 86_400_000).unwrap();
    assert!(held[0].said.heartbeats.abs_diff(held[0].heartbeats) <= 1, "{held:?}");
}
