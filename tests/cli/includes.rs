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
    let block = "heartbeat: { every: '2h', target: 'owner', lightContext: true, isolatedSession: true }";
    assert!(desk.read("parts/agents.json5").contains(block), "{applied:?}");
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
    fixed first: agents.ownership: "explicit" (2 agents, but none owns the gateway; add agents.ownership: "explicit")
    error: openclaw.json: use --format commands, or make the change by hand: './parts/one.json5' is included in more than one place, so a change would reach others
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

/// The guides' wrong place of a block, in a file that others include.
const MISPLACED: &str = "{\n  gateway: { port: 18789, heartbeat: { every: '5m', target: 'owner' } }, // as the guide said\n  agents: { defaults: { model: 'anthropic/claude-opus-4-6' } },\n  channels: { telegram: { botToken: '${T}', allowFrom: ['1'] } },\n}\n";

#[test]
fn a_block_in_the_wrong_place_of_an_included_file_moves_within_it() {
    let main = "{ $include: './base.json5', meta: { lastTouchedVersion: '2026.9.6' } }\n";
    let moves = |command: &[&str]| {
        let desk = Desk::with(main);
        desk.write("base.json5", MISPLACED);
        let answer = desk.ask(command);
        assert_eq!(answer.code, 0, "{answer}");
        assert_eq!(desk.read("openclaw.json"), main);
        let base = desk.read("base.json5");
        assert!(base.contains("gateway: { port: 18789 }, // as the guide said"), "{base}");
        assert!(base.contains("heartbeat: {"), "{base}");
        assert_eq!(desk.ask(&["lint", "openclaw.json"]).code, 0, "{base}");
        base
    };
    moves(&["lint", "openclaw.json", "--fix", "--unsafe-fixes"]);
    moves(&["apply", "openclaw.json", "--yes"]);
}

#[test]
fn a_block_moves_from_one_file_to_the_next() {
    let main = "{\n  meta: { lastTouchedVersion: '2026.9.6' },\n  gateway: { $include: './gateway.json5' },\n  agents: { $include: './agents.json5' },\n  channels: { telegram: { botToken: '${T}', allowFrom: ['1'] } },\n}\n";
    let desk = || {
        let desk = Desk::with(main);
        desk.write("gateway.json5", "{ port: 18789, heartbeat: { every: '5m', target: 'owner' } }\n");
        desk.write("agents.json5", "{ defaults: { model: 'anthropic/claude-opus-4-6' } }\n");
        desk
    };
    for command in [
        &["lint", "openclaw.json", "--fix", "--unsafe-fixes"][..],
        &["apply", "openclaw.json", "--yes", "--keep", "model"],
    ] {
        let desk = desk();
        let answer = desk.ask(command);
        assert_eq!(answer.code, 0, "{answer}");
        assert_eq!(desk.read("gateway.json5"), "{ port: 18789 }\n");
        assert!(desk.read("agents.json5").contains("target: 'owner'"), "{}", desk.read("agents.json5"));
        assert_eq!(desk.read("openclaw.json"), main);
        assert_eq!(desk.ask(&["lint", "openclaw.json"]).code, 0);
    }
    // What takes the block is written before what loses it.
    let desk = desk();
    let applied = desk.ask(&["apply", "openclaw.json", "--yes"]);
    let place = |text: &str| applied.stderr.find(text).unwrap_or_else(|| panic!("{text}: {applied}"));
    assert!(place("agents.json5 changed") < place("gateway.json5 changed"), "{applied}");
    assert!(
        applied.mentions("clawbeat undo agents.json5 and clawbeat undo gateway.json5 put the old files back"),
        "{applied}"
    );
}

/// A fix that no file can take is not offered, and does not keep the others from being made.
#[test]
fn a_fix_that_no_file_can_take_is_not_offered() {
    let desk = Desk::with(
        "{\n  meta: { lastTouchedVersion: '2026.9.6' },\n  gateway: { $include: './gateway.json5', heartbeat: { every: '5m' } },\n  agents: { defaults: { heartbeat: { every: '30m', evry: '1h' } } },\n}\n",
    );
    desk.write("gateway.json5", "{ heartbeat: { target: 'owner' } }\n");
    let fixed = desk.ask(&["lint", "openclaw.json", "--fix", "--unsafe-fixes"]);
    assert!(fixed.code == 1 && fixed.mentions("gateway has no heartbeat settings"), "{fixed}");
    assert!(!desk.read("openclaw.json").contains("evry"), "{fixed}");
    assert_eq!(desk.read("gateway.json5"), "{ heartbeat: { target: 'owner' } }\n");
    let applied = desk.ask(&["apply", "openclaw.json", "--yes"]);
    assert!(applied.code == 1 && applied.mentions("gateway has no heartbeat settings"), "{applied}");
}

/// One file in two places, which both want the same of it.
#[test]
fn a_file_that_is_included_twice_is_fixed_once() {
    let main = "{\n  meta: { lastTouchedVersion: '2026.9.6' },\n  agents: { ownership: 'explicit', entries: { a: { $include: './one.json5' }, b: { $include: './one.json5' } } },\n}\n";
    let desk = Desk::with(main);
    desk.write("one.json5", "{ heartbeat: { evry: '5m', target: 'owner' } }\n");
    let fixed = desk.ask(&["lint", "openclaw.json", "--fix", "--unsafe-fixes", "--select", "unknown-heartbeat-key"]);
    assert_eq!(desk.read("one.json5"), "{ heartbeat: { target: 'owner', every: '5m' } }\n", "{fixed}");
    assert_eq!(desk.read("openclaw.json"), main);
}

#[test]
fn a_plan_that_falls_into_several_files_changes_them_all() {
    let main = "{\n  meta: { lastTouchedVersion: '2026.9.6' },\n  agents: { ownership: 'explicit', entries: { a: { $include: './a.json5' }, b: { $include: './b.json5' } } },\n  channels: { telegram: { botToken: '${T}', allowFrom: ['1'] } },\n}\n";
    let desk = Desk::with(main);
    let agent = |every: &str| {
        format!(
            "{{\n  model: 'anthropic/claude-opus-4-6',\n  heartbeat: {{ every: '{every}', target: 'owner' }}, // mail\n}}\n"
        )
    };
    desk.write("a.json5", agent("5m"));
    desk.write("b.json5", agent("10m"));
    let keep = ["model", "cacheRetention", "lightContext", "isolatedSession"];
    let flags = keep.map(|lever| ["--keep", lever]).concat();
    let ask = |command: &[&str]| desk.ask(&[command, &flags].concat());
    let diff = ask(&["diff", "openclaw.json"]);
    assert!(diff.code == 0 && diff.mentions("+++ b/a.json5") && diff.mentions("+++ b/b.json5"), "{diff}");
    let saved = ask(&["diff", "openclaw.json", "--format", "plan"]);
    assert_eq!(saved.code, 2, "{saved}");
    assert_snapshot!(saved.stderr, @r"
    error: a saved plan is for one file, and this change falls into 2; clawbeat apply makes it:
      a.json5: agents.entries.a.heartbeat.every
      b.json5: agents.entries.b.heartbeat.every
    ");
    let applied = ask(&["apply", "openclaw.json", "--yes"]);
    assert_eq!(applied.code, 0, "{applied}");
    for (file, every) in [("a.json5", "5m"), ("b.json5", "10m")] {
        assert!(desk.read(file).contains("every: '2h'") && desk.read(file).contains("// mail"), "{applied}");
        assert!(applied.mentions(&format!("clawbeat undo {file}")), "{applied}");
        assert!(ask(&["diff", "openclaw.json"]).mentions("nothing to change"));
        assert_eq!(desk.ask(&["undo", file]).code, 0);
        assert_eq!(desk.read(file), agent(every));
        ask(&["apply", "openclaw.json", "--yes"]);
    }
    assert_eq!(desk.read("openclaw.json"), main);
}
