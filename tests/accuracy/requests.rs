//! Every measured cell against the simulator: each part and the whole of a request, the requests of a run, and what the
//! cache made of them, within 2 % of the whole request. The mock counts the JSON around each block of text as tokens; that
//! stands with the conversation, whose many short blocks it weighs on, and is taken out before buckets are compared.

use clawbeat::simulate::{RequestKind, SkipReason};
use serde_json::json;

use super::case::Case;
use super::cells::{self, Cell};

/// What may be off, as a share of the whole request in percent.
const TOLERANCE: f64 = 2.0;

/// How far off a cell is, in percent of its whole request.
#[derive(Clone, Debug)]
pub(crate) struct Errors {
    /// The whole request; the worst one of a tool run.
    pub(crate) whole: f64,
    /// The worst part.
    pub(crate) part: f64,
    /// The worst bucket; `None` where the cell's cache figures say nothing.
    pub(crate) bucket: Option<f64>,
    /// The simulator's whole first request, in characters.
    pub(crate) ours: u64,
    /// Everything over the tolerance, in words.
    pub(crate) complaints: Vec<String>,
}

/// Compares a cell.
pub(crate) fn compare(cell: &Cell) -> Errors {
    let answer = cell.case.ask(cell.run + 1);
    let parts = &answer.parts;
    let ours = &answer.ticks[cell.run].requests;
    let mut errors = Errors { whole: 0.0, part: 0.0, bucket: None, ours: 0, complaints: Vec::new() };
    if ours.len() != cell.requests.len() {
        errors.complaints.push(format!("{} requests for {}", ours.len(), cell.requests.len()));
        return errors;
    }
    let first = cell.requests[0].chars.unwrap() as f64;
    let mut note = |worst: &mut f64, what: String, ours: u64, measured: u64, whole: f64| {
        let error = (ours as f64 - measured as f64) / whole * 100.0;
        if error.abs() > worst.abs() {
            *worst = error;
        }
        if error.abs() > TOLERANCE {
            errors.complaints.push(format!("{what}: {ours} for {measured}"));
        }
    };
    for (name, measured) in &cell.parts {
        let ours = match *name {
            "tools" => parts.tools,
            "files" => parts.workspace_files,
            "skills" => parts.skills,
            "system" => parts.stable_system + parts.volatile_system,
            "whole system" => parts.stable_system + parts.volatile_system + parts.workspace_files + parts.skills,
            "message" => parts.message,
            "carrier" => parts.carrier,
            other => panic!("no part '{other}'"),
        };
        note(&mut errors.part, (*name).to_owned(), ours, *measured, first);
    }
    let mut json_before = 0;
    for (ours, measured) in ours.iter().zip(&cell.requests) {
        assert_ne!(ours.kind, RequestKind::Recap);
        let tokens = ours.tokens;
        if let Some(chars) = measured.chars {
            note(&mut errors.whole, "whole".to_owned(), tokens.prompt() * 4, chars, chars as f64);
        }
        let (Some(usage), Some(chars)) = (measured.usage, measured.chars) else { continue };
        let whole = usage.iter().sum::<u64>();
        let json = whole.saturating_sub(chars / 4);
        let [plain, read, written] = usage;
        // The second request of a run reads what the first one wrote, with the JSON in it.
        let json_read = if read > 0 { std::mem::replace(&mut json_before, json) } else { 0 };
        let json = json.saturating_sub(json_read);
        let measured = match written > 0 {
            true => [plain, read - json_read, written - json.min(written)],
            false => [plain - json.min(plain), read - json_read, written],
        };
        let ours = [tokens.input, tokens.cache_read, tokens.cache_write_5m + tokens.cache_write_1h];
        let worst = errors.bucket.get_or_insert(0.0);
        for ((name, ours), measured) in ["plain", "read", "written"].into_iter().zip(ours).zip(measured) {
            note(worst, name.to_owned(), ours, measured, whole as f64);
        }
    }
    errors.ours = ours[0].tokens.prompt() * 4;
    errors
}

#[test]
fn every_measured_cell_is_predicted() {
    let cells = cells::all();
    assert_eq!(cells.len(), 166);
    let mut wrong = Vec::new();
    for cell in &cells {
        let errors = compare(cell);
        if !errors.complaints.is_empty() {
            wrong.push(format!("{} {}: {}", cell.file, cell.name, errors.complaints.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
}

/// What one run leaves for the next one, in characters (M6, L4, L10). The second and third run are compared, so that
/// each follows one of its kind.
#[test]
fn runs_leave_what_they_were_seen_to_leave() {
    let config = |isolated: bool| {
        json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6",
        "heartbeat": { "every": "2m", "target": "none", "isolatedSession": isolated } } } })
    };
    let growth = |release: &str, isolated: bool, tool_round: u64, alerts: bool| {
        let mut case = Case::idle(release, config(isolated)).with_history(80_000);
        case.workload["alertPercent"] = json!(if alerts { 100 } else { 0 });
        if tool_round > 0 {
            case.workload["requestsPerRun"] = json!(2);
            case.workload["toolRoundChars"] = json!(tool_round);
        }
        let ticks = case.ask(3).ticks;
        let prompt = |run: usize| ticks[run].requests[0].tokens.prompt() * 4;
        prompt(2) - prompt(1)
    };
    for (release, tool_round, alerts, measured) in [
        ("2026.9.6", 0, false, 25),
        ("2026.9.6", 2_019, false, 0),
        ("2026.9.6", 0, true, 325),
        ("2026.9.6", 2_019, true, 2_344),
        ("2026.7.35", 0, false, 0),
        ("2026.7.35", 71, false, 0),
        ("2026.7.35", 0, true, 352),
        ("2026.4.15", 0, false, 0),
        ("2026.4.15", 71, false, 486),
        ("2026.4.15", 0, true, 703),
    ] {
        let ours = growth(release, false, tool_round, alerts);
        // Tokens are whole, so three of four characters may be lost in rounding.
        assert!(ours.abs_diff(measured) <= 4, "{release} {tool_round} {alerts}: {ours} for {measured}");
        assert_eq!(growth(release, true, tool_round, alerts), 0, "{release} isolated");
    }
}

/// The rows of `skips.json` in which no model was called, as far as a config decides that.
#[test]
fn ticks_are_skipped_as_they_were_seen_to_be() {
    for (heartbeat, expected) in [
        (json!({ "every": "6h", "target": "none" }), vec![None]),
        (
            json!({ "every": "6h", "target": "none", "activeHours": { "start": "19:00", "end": "21:00" } }),
            vec![Some(SkipReason::QuietHours)],
        ),
        (
            json!({ "every": "6h", "target": "none", "activeHours": { "start": "08:00", "end": "08:00" } }),
            vec![Some(SkipReason::QuietHours)],
        ),
        (json!({ "every": "6h" }), vec![Some(SkipReason::NoDelivery)]),
        (json!({ "every": "0m", "target": "none" }), vec![]),
    ] {
        let config =
            json!({ "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat } } });
        let skips: Vec<_> = Case::idle("2026.9.6", config).ask(1).ticks.iter().map(|tick| tick.skip).collect();
        assert_eq!(skips, expected, "{heartbeat}");
    }
}

/// Anthropic looks for an earlier entry at most 20 blocks before a breakpoint, which is not modelled (R41). Where a message
/// stays, the next warm run comes at most 59 minutes later; meanwhile each turn of chat adds two blocks, each round of
/// tools two, and the answer and the next message one each.
#[test]
fn no_preset_puts_twenty_blocks_between_two_warm_runs() {
    let blocks = clawbeat::workload::PRESETS.map(|name| {
        let load = clawbeat::workload::Workload::preset(name).unwrap().of("main").typical;
        let turns = match load.history.chat_turns_per_day {
            0 => 0,
            a_day => 59 * a_day / 720 + 1,
        };
        2 * turns + 2 * (load.requests_per_run - 1) + 2
    });
    assert_eq!(blocks, [2, 4, 4, 12]);
}
