//! What is one turn, and which turns the fit rests on.

use super::*;

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

/// From 2026.3.22 to 2026.4.11 they have a session of their own in which all that they say stays.
#[test]
fn before_a_release_isolates_a_session_of_their_own_grows() {
    let truth = Truth { fixed: 10_000.0, per_char: 0.25, days: 6, every: 30, isolated: false, chat: 4_000 };
    let mut records = truth.records();
    for request in records.requests.iter_mut().filter(|request| request.kind == TurnKind::Heartbeat) {
        request.place.isolated = true;
    }
    let seen = |release: &str| {
        let heartbeat = json!({ "every": "30m", "target": "none", "isolatedSession": true });
        let config = json!({ "agents": { "defaults": { "model": MODEL, "heartbeat": heartbeat } } });
        let found = calibrate(&records, &Analysis::of(&config, Some(release)).costing());
        let load = Workload::read(&found.file, "w").unwrap().of("main").typical.clone();
        (load.fixed.unwrap().isolated, found.observed.unwrap())
    };
    let ran = turns(&records.requests, "main").iter().filter(|turn| turn.kind == TurnKind::Heartbeat).count() as u64;
    let (isolated, observed) = seen("2026.4.9");
    assert!(!isolated && observed.heartbeats == ran, "{observed:?}");
    let error = observed.against.cost.unwrap().pico() as f64 / observed.cost.unwrap().pico() as f64 - 1.0;
    assert!(error.abs() < 0.02, "{error} {observed:?}");
    assert!(seen("2026.4.15").0);
}
