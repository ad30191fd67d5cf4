//! The rendered text, verbatim, and the JSON contract.

use clawbeat::document::Format;
use clawbeat::rules::{Baseline, Lint, Selection, Verdict};

use super::linted::Linted;

const SCHEMA: &str = include_str!("../../schemas/findings.v1.schema.json");

#[test]
fn a_refused_file() {
    let text = r#"{
  agents: {
    defaults: {
      model: "anthropic/claude-opus-4-6",
      heartbeat: {
        every: "30 min",
        isolatedSesion: true,
        includeReasoning: false,
      },
    },
  },
}
"#;
    insta::assert_snapshot!(Linted::new(text, None).render(), @r##"
    warning[no-owner-route]: no heartbeat of agent 'main' ever runs: no channel of this file reaches an owner: commands.ownerAllowFrom or a channel's allowFrom must name one
     --> openclaw.json:5:7
      |
    5 |       heartbeat: {
      |       ^^^^^^^^^
      |
      = help: name yourself in commands.ownerAllowFrom (approving a pairing does), set target to a configured channel, or to "none" to run without delivering; every: "0m" turns them off; "0m" stops the schedule only: exec, cron and hook wakes still run turns
      = more: clawbeat explain no-owner-route

    error[invalid-duration]: invalid duration '30 min'
     --> openclaw.json:6:9
      |
    6 |         every: "30 min",
      |         ^^^^^
      |
      = help: did you mean "30m"? a duration is a number and ms, s, m, h or d, without spaces
      = more: clawbeat explain invalid-duration

    error[unknown-heartbeat-key]: unknown key 'isolatedSesion' in agents.defaults.heartbeat
     --> openclaw.json:7:9
      |
    7 |         isolatedSesion: true,
      |         ^^^^^^^^^^^^^^
      |
      = help: did you mean 'isolatedSession'?
      = more: clawbeat explain unknown-heartbeat-key

    error[retired-heartbeat-key]: 'includeReasoning' was retired in 2026.8.1
     --> openclaw.json:8:9
      |
    8 |         includeReasoning: false,
      |         ^^^^^^^^^^^^^^^^
      |
      = help: remove it: reasoning is no longer delivered with a heartbeat
      = more: clawbeat explain retired-heartbeat-key

    3 errors, 1 warning (openclaw.json)
    checked the whole file against OpenClaw 2026.9.6, and the costs of 1 agent
    openclaw.json: OpenClaw refuses this file
    1 safe fix with --fix. 2 more with --unsafe-fixes (they change who runs, what the agent knows or which model answers)
    "##);
}

#[test]
fn a_wasteful_file() {
    let text = r#"{
  agents: {
    defaults: {
      model: "anthropic/claude-opus-4-6",
      heartbeat: { every: "30m", target: "none" },
    },
  },
}
"#;
    insta::assert_snapshot!(Linted::new(text, None).render(), @r##"
    What costs money (the amounts overlap: changing one lowers the others):

    warning[premium-model]: Claude Opus 4.6, a premium model, answers the 1,440 heartbeats a month of agent 'main'. With anthropic/claude-haiku-4-5 they would cost about $114 instead of $565
     --> openclaw.json:5:7
      |
    5 |       heartbeat: { every: "30m", target: "none" },
      |       ^^^^^^^^^
      |
      = help: model: "anthropic/claude-haiku-4-5" in the heartbeat block leaves the agent's other turns as they are
      = more: clawbeat explain premium-model

    warning[shared-history]: each heartbeat of agent 'main' re-sends the whole conversation (1,440 times a month). With isolatedSession it would cost about $158 instead of $565
     --> openclaw.json:5:7
      |
    5 |       heartbeat: { every: "30m", target: "none" },
      |       ^^^^^^^^^
      |
      = help: set isolatedSession: true unless heartbeats need to know what was said in the chat
      = more: clawbeat explain shared-history

    info[idle-hours]: about $238 a month of agent 'main' is spent between 22:00 and 08:00 UTC
     --> openclaw.json:5:7
      |
    5 |       heartbeat: { every: "30m", target: "none" },
      |       ^^^^^^^^^
      |
      = help: set activeHours: { start: "08:00", end: "22:00" } if nothing is due at night
      = more: clawbeat explain idle-hours

    info[full-bootstrap]: each heartbeat of agent 'main' also sends the persona and memory files: about $54 a month
     --> openclaw.json:5:7
      |
    5 |       heartbeat: { every: "30m", target: "none" },
      |       ^^^^^^^^^
      |
      = help: set lightContext: true unless heartbeats need the persona or memory files
      = more: clawbeat explain full-bootstrap

    info[hidden-recap]: each heartbeat of agent 'main' also triggers a hidden summary request to claude-haiku-4-5 (about $1.22 a month)
     --> openclaw.json:5:7
      |
    5 |       heartbeat: { every: "30m", target: "none" },
      |       ^^^^^^^^^
      |
      = help: isolated heartbeats have none; agents.defaults.utilityModel: "" switches it off
      = more: clawbeat explain hidden-recap

    warning[cold-cache-writes]: the prompt cache lives 5 minutes but agent 'main' wakes every 30m: $111 a month pays for cache writes nobody reads
     --> openclaw.json:5:20
      |
    5 |       heartbeat: { every: "30m", target: "none" },
      |                    ^^^^^
      |
      = help: agents.defaults.models["anthropic/claude-opus-4-6"].params.cacheRetention: "none", unless chats on that model are frequent
      = more: clawbeat explain cold-cache-writes

    warning[unread-heartbeat]: nobody sees the 1,440 heartbeats a month of agent 'main' (target is 'none'): about $565
     --> openclaw.json:5:34
      |
    5 |       heartbeat: { every: "30m", target: "none" },
      |                                  ^^^^^^
      |
      = help: fine for agents that only act; to be told, set target to a channel; to save the cost, set every to "0m"; "0m" stops the schedule only: exec, cron and hook wakes still run turns
      = more: clawbeat explain unread-heartbeat

    4 warnings, 3 infos (openclaw.json)
    checked the whole file against OpenClaw 2026.9.6, and the costs of 1 agent
    Together: clawbeat diff shows changes that save about $561 of $565 a month.
    Amounts are typical. Depending on what the file does not show, such as how long chats are, heartbeats cost $152 to $1,520 a month.
    No safe fixes. 2 more with --fix --unsafe-fixes (they change who runs, what the agent knows or which model answers)
    "##);
}

#[test]
fn nothing_to_say() {
    let text = "{ agents: { defaults: { heartbeat: { every: '0m' } } } }";
    insta::assert_snapshot!(Linted::new(text, Some("2026.4.15")).render(), @r##"
    no findings (openclaw.json)
    checked the whole file against OpenClaw 2026.4.15, and the costs of 1 agent
    "##);
}

#[test]
fn a_truncated_file() {
    insta::assert_snapshot!(Linted::new("{\n  agents: {\n    defaults: {", None).render(), @r##"
    error[syntax-error]: unexpected end of file, expected ',' or '}', the '{' on line 3 is not closed
     --> openclaw.json:3:16
      |
    3 |     defaults: {
      |                ^
      |
      = more: clawbeat explain syntax-error

    1 error (openclaw.json)
    openclaw.json: OpenClaw refuses this file
    "##);
}

#[test]
fn secrets_and_escapes_stay_inside() {
    let text = "{ cron: { enabled: false }, gateway: { auth: { token: 'hunter2hunter2' } }, agents: { defaults: { heartbeat: { every: 'sk-ant-api03-abcdefghijklmnop1234', target: '\\u001b[2Jx\u{1b}' } } } }";
    let linted = Linted::new(text, None);
    let (shown, json) = (linted.render(), linted.json().to_string());
    for secret in ["hunter2", "sk-ant", "abcdefghijkl"] {
        assert!(!shown.contains(secret) && !json.contains(secret), "{secret}:\n{shown}\n{json}");
    }
    assert!(!shown.contains('\u{1b}'), "{shown}");
    insta::assert_snapshot!(shown, @r##"
    warning[scheduler-off]: no heartbeat of agent 'main' ever runs: from 2026.8.1 on, the scheduler runs heartbeats
     --> openclaw.json:1:11
      |
    1 | { cron: { enabled: false }, gateway: { auth: { token: *** } }, agents: { defaults: { heartbeat: { every: ***…
      |           ^^^^^^^
      |
      = help: if you want no heartbeats, set every: "0m"; if you do, remove this
      = more: clawbeat explain scheduler-off

    error[invalid-duration]: invalid duration '***'
     --> openclaw.json:1:112
      |
    1 | … { auth: { token: *** } }, agents: { defaults: { heartbeat: { every: ***, target: '\u001b[2Jx\u{1b}' } } } }
      |                                                                ^^^^^
      |
      = help: expected a number and ms, s, m, h or d, as in "30m", "1h30m" or "0m" for off
      = more: clawbeat explain invalid-duration

    error[unknown-target]: unknown target '\u{1b}[2Jx\u{1b}'
     --> openclaw.json:1:156
      |
    1 | … { auth: { token: *** } }, agents: { defaults: { heartbeat: { every: ***, target: '\u001b[2Jx\u{1b}' } } } }
      |                                                                            ^^^^^^
      |
      = help: expected a channel such as 'telegram', 'last' or 'none', and from 2026.8.1 on 'owner'
      = more: clawbeat explain unknown-target

    2 errors, 1 warning (openclaw.json)
    checked the whole file against OpenClaw 2026.9.6, and the costs of 1 agent
    openclaw.json: OpenClaw refuses this file
    "##);
}

fn misfits(json: &serde_json::Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    validator.iter_errors(json).map(|error| error.to_string()).collect()
}

#[test]
fn json_keeps_its_contract() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/findings");
    for rule in clawbeat::rules::RULES {
        let text = std::fs::read_to_string(format!("{folder}/{}/bad.json5", rule.id)).unwrap();
        let linted = Linted::new(&text, None);
        assert_eq!(misfits(&linted.json()), [""; 0], "{}", rule.id);
    }
    for broken in ["{", "", "{ a: 1 } }"] {
        assert_eq!(misfits(&Linted::new(broken, None).json()), [""; 0], "{broken}");
    }
    let yaml = "agents:\n  defaults:\n    heartbeat:\n      every: 30\n";
    let linted = Linted::of(yaml, Format::Yaml, None);
    assert_eq!(misfits(&linted.json()), [""; 0]);
    assert!(linted.has("wrong-type"));
}

#[test]
fn known_and_unwanted_findings_are_left_out() {
    let text = "{ agents: { defaults: { heartbeat: { every: '30 min', isolatedSesion: true } } } }";
    let names = |strings: &[&str]| strings.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let rules = |lint: &Lint| lint.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>();
    let lint = || Linted::new(text, None).lint;
    let (everything, nothing_known) = (Selection::default(), Baseline::default());
    let only = Selection::new(&names(&["invalid-duration"]), &[]).unwrap();
    assert_eq!(rules(&lint().narrowed("openclaw.json", &only, &nothing_known)), ["invalid-duration"]);
    let without = Selection::new(&[], &names(&["invalid-duration"])).unwrap();
    assert!(!rules(&lint().narrowed("openclaw.json", &without, &nothing_known)).contains(&"invalid-duration"));
    let error = Selection::new(&names(&["invalid-duratoin"]), &[]).unwrap_err();
    assert_eq!(error.to_string(), "there is no rule 'invalid-duratoin', did you mean 'invalid-duration'?");

    let baseline = Baseline::read(&Linted::new(text, None).json()).unwrap();
    let left = lint().narrowed("openclaw.json", &everything, &baseline);
    assert_eq!((rules(&left), left.verdict), (vec![], Verdict::Refused));
    assert!(!lint().narrowed("other.json", &everything, &baseline).findings.is_empty());
    assert!(Baseline::read(&serde_json::json!({})).is_none());
}

#[test]
fn a_key_that_hides_a_character_shows_it() {
    let linted = Linted::new("{ agents: { defaults: { heartbeat: { 'ev\u{200b}ery': '30m' } } } }", None);
    let shown = linted.render();
    assert!(shown.contains(r"unknown key 'ev\u{200b}ery' in agents.defaults.heartbeat"), "{shown}");
    assert!(!shown.contains('\u{200b}'), "{shown}");
}

#[test]
fn a_key_that_looks_like_a_place_moves_no_arrow() {
    let text = "{ agents: { defaults: { heartbeat: { 'openclaw.json:1:38': 1, every: '30m', target: 'none' } } } }";
    let long = format!("{{ ui: {{ a: '{}' }},{}", "x".repeat(300), &text[1..]);
    for text in [text, &long] {
        let shown = Linted::new(text, None).render();
        let column = text.find("'openclaw.json:1:38'").unwrap() + 1;
        let title = "error[unknown-heartbeat-key]: unknown key 'openclaw.json:1:38' in agents.defaults.heartbeat";
        assert!(shown.contains(&format!("{title}\n --> openclaw.json:1:{column}\n")), "{shown}");
    }
}
