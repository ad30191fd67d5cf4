//! Configs in several files: a change goes to the file that holds the key, or is refused with the place named.

use insta::assert_snapshot;

use crate::common::Desk;

const MAIN: &str = "// the main file\n{\n  meta: { lastTouchedVersion: '2026.9.6' },\n  agents: { $include: './parts/agents.json5' },\n  channels: { telegram: { botToken: '${T}', allowFrom: ['1'] } },\n}\n";
const AGENTS: &str = "{\n  // who is here\n  defaults: {\n    model: 'anthropic/claude-opus-4-6',\n    heartbeat: { every: '30m', target: 'owner' }, // mail\n  },\n}\n";

fn desk(main: &str) -> Desk {
    let desk = Desk::with(main);
    std::fs::create_dir(desk.path("parts")).unwrap();
    desk.write("parts/agents.json5", AGENTS);
    desk
}

#[test]
fn the_included_file_is_changed_and_put_back() {
    let desk = desk(MAIN);
    assert_snapshot!(desk.ask(&["diff", "openclaw.json"]), @r"
    exit 0
    --- stdout
    --- a/parts/agents.json5
    +++ b/parts/agents.json5
    @@ -2,6 +2,13 @@
       // who is here
       defaults: {
         model: 'anthropic/claude-opus-4-6',
    -    heartbeat: { every: '30m', target: 'owner' }, // mail
    +    heartbeat: { every: '55m', target: 'owner', isolatedSession: true, model: 'anthropic/claude-haiku-4-5' }, // mail
    +    models: {
    +      'anthropic/claude-haiku-4-5': {
    +        params: {
    +          cacheRetention: 'long',
    +        },
    +      },
    +    },
       },
     }
    ");
    let applied = desk.ask(&["apply", "openclaw.json", "--yes"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    assert!(applied.mentions("clawbeat undo parts/agents.json5 puts the old file back"), "{applied:?}");
    let nothing = desk.ask(&["undo", "openclaw.json"]);
    assert!(
        nothing.code == 1 && nothing.mentions("Included files have their own undo: clawbeat undo FILE"),
        "{nothing}"
    );
    assert_eq!(desk.read("openclaw.json"), MAIN);
    assert!(desk.read("parts/agents.json5").contains("// who is here") && desk.read("parts/agents.json5") != AGENTS);
    assert!(desk.ask(&["diff", "openclaw.json"]).mentions("nothing to change"));
    assert_eq!(desk.ask(&["undo", "parts/agents.json5"]).code, 0);
    assert_eq!(desk.read("parts/agents.json5"), AGENTS);
}

/// A roster in the included file: its agents have blocks of their own to change.
#[test]
fn an_agent_in_an_included_roster_is_changed_there() {
    let desk = desk(MAIN);
    let roster =
        "{ entries: { main: { model: 'anthropic/claude-opus-4-6', heartbeat: { every: '30m', target: 'owner' } } } }\n";
    desk.write("parts/agents.json5", roster);
    let applied = desk.ask(&["apply", "openclaw.json", "--yes", "--keep", "model", "--keep", "cacheRetention"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    assert!(desk.read("parts/agents.json5").contains("heartbeat: { every: '2h', target: 'owner' }"), "{applied:?}");
    assert_eq!(desk.read("openclaw.json"), MAIN);
}

#[test]
fn what_no_single_file_holds_is_refused_with_the_place() {
    let mut shown = String::new();
    for agents in [
        "{ $include: ['./parts/agents.json5', './parts/more.json5'] }",
        "{ $include: './parts/agents.json5', defaults: { userTimezone: 'UTC' } }",
    ] {
        let desk = desk(&MAIN.replace("{ $include: './parts/agents.json5' }", agents));
        desk.write("parts/more.json5", "{}");
        for command in [vec!["diff", "openclaw.json"], vec!["apply", "openclaw.json", "--yes"]] {
            let answer = desk.ask(&command);
            assert_eq!(answer.code, 2, "{answer:?}");
            shown += &answer.stderr;
        }
        assert_eq!(desk.read("parts/agents.json5"), AGENTS);
    }
    // One file for two agents: a change for one would reach the other.
    let twice = MAIN.replace(
        "{ $include: './parts/agents.json5' }",
        "{ entries: { a: { $include: './parts/one.json5' }, b: { $include: './parts/one.json5' } } }",
    );
    let desk = desk(&twice);
    desk.write(
        "parts/one.json5",
        "{ heartbeat: { every: '5m', target: 'owner', model: 'anthropic/claude-opus-4-6' } }",
    );
    let answer = desk.ask(&["apply", "openclaw.json", "--agent", "a", "--yes"]);
    assert_eq!(answer.code, 2, "{answer:?}");
    shown += &answer.stderr;
    assert_snapshot!(shown, @r##"
    error: openclaw.json: use --format commands, or make the change by hand: agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention is put together from './parts/agents.json5', './parts/more.json5' and what stands beside the $include, so no single file holds it
    error: openclaw.json: use --format commands, or make the change by hand: agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention is put together from './parts/agents.json5', './parts/more.json5' and what stands beside the $include, so no single file holds it
    error: openclaw.json: use --format commands, or make the change by hand: agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention is put together from './parts/agents.json5' and what stands beside the $include, so no single file holds it
    error: openclaw.json: use --format commands, or make the change by hand: agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention is put together from './parts/agents.json5' and what stands beside the $include, so no single file holds it
    fixed first: agents.ownership: "explicit" (2 agents, and nobody owns the gateway; add agents.ownership: "explicit")
    error: openclaw.json: use --format commands, or make the change by hand: parts/one.json5 is included in more than one place, so a change would reach others
    "##);
}

#[test]
fn yaml_includes_yaml() {
    let desk = Desk::new();
    let agents =
        "defaults:\n  model: anthropic/claude-opus-4-6\n  heartbeat: # all\n    every: 30m\n    target: owner\n";
    desk.write(
        "openclaw.yaml",
        "agents:\n  $include: agents.yaml\nchannels: {telegram: {allowFrom: ['1'], botToken: x}}\n",
    );
    desk.write("agents.yaml", agents);
    let applied = desk.ask(&["apply", "openclaw.yaml", "--yes", "--keep", "model", "--keep", "cacheRetention"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    let expected = agents.replace("30m", "2h") + "    lightContext: true\n    isolatedSession: true\n";
    assert_eq!(desk.read("agents.yaml"), expected);
}

#[test]
fn fixes_go_to_the_file_that_holds_the_key() {
    let desk = desk(MAIN);
    desk.write("parts/agents.json5", AGENTS.replace("every: '30m'", "evry: '30m'"));
    let lint = ["lint", "openclaw.json", "--select", "unknown-heartbeat-key", "--unsafe-fixes", "--fix"];
    let fixed = desk.ask(&lint);
    assert!(desk.read("parts/agents.json5").contains("every: '30m'"), "{fixed:?}");
    assert_eq!(desk.read("openclaw.json"), MAIN);
}

/// A plan for keys of an included file names that file too, and holds both to their bytes.
#[test]
fn a_saved_plan_goes_to_the_file_that_holds_the_keys() {
    let desk = desk(MAIN);
    let saved = desk.ask(&["diff", "openclaw.json", "--format", "plan"]);
    assert_eq!(saved.code, 0, "{saved}");
    desk.write("plan.json", &saved.stdout);
    let config: serde_json::Value = serde_json::from_str(&saved.stdout).unwrap();
    assert_eq!(config["config"]["holder"]["path"], "parts/agents.json5");
    // A byte more in the included file, and it is another file.
    desk.write("parts/agents.json5", format!("{AGENTS}\n"));
    let refused = desk.ask(&["apply", "--plan", "plan.json", "--yes"]);
    assert!(refused.code == 1 && refused.mentions("changed since the plan was made"), "{refused}");
    desk.write("parts/agents.json5", AGENTS);
    let applied = desk.ask(&["apply", "--plan", "plan.json", "--yes"]);
    assert_eq!(applied.code, 0, "{applied}");
    assert_eq!(desk.read("openclaw.json"), MAIN);
    assert!(desk.read("parts/agents.json5").contains("every: '55m'"), "{applied}");
    let again = desk.ask(&["apply", "--plan", "plan.json", "--yes"]);
    assert!(again.code == 0 && again.mentions("holds this change already"), "{again}");
}
