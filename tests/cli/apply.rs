//! The change itself: what `diff` shows is what `apply` writes and what `git apply` and `patch` would make of it; nothing
//! else in the file moves, and `undo` brings it back byte for byte.

use std::path::Path;

use insta::assert_snapshot;

use super::arithmetic::pico;
use super::common::{Desk, fixture};

const PERSONAL: &str = "personal.json5";

#[test]
fn apply_changes_what_it_must_and_undo_brings_it_back() {
    let desk = Desk::with_fixture(PERSONAL);
    let promised = desk.report(&[PERSONAL])["totals"]["recommended"]["cost"].clone();
    let answer = desk.ask(&["apply", PERSONAL, "--yes"]);
    assert_snapshot!(answer, @r#"
    exit 0
    --- stdout
    --- a/personal.json5
    +++ b/personal.json5
    @@ -6,8 +6,17 @@
           userTimezone: "Europe/Berlin",
           model: { primary: "anthropic/claude-opus-4-6" },
           heartbeat: {
    -        every: "30m", // mail and calendar
    +        every: "55m", // mail and calendar
             target: "owner",
    +        isolatedSession: true,
    +        model: "anthropic/claude-haiku-4-5",
    +      },
    +      models: {
    +        "anthropic/claude-haiku-4-5": {
    +          params: {
    +            cacheRetention: "long",
    +          },
    +        },
           },
         },
       },
    --- stderr
    personal.json5 changed; the old file is kept as @DIR@/.clawbeat/backups/personal.json5.0001
    heartbeats: about $588.53 a month before, about $5.13 now
    OpenClaw picks this up without a restart; clawbeat undo puts the old file back
    "#);
    let expected = fixture(PERSONAL).replace(
        "every: \"30m\", // mail and calendar\n        target: \"owner\",\n      },\n",
        "every: \"55m\", // mail and calendar\n        target: \"owner\",\n        isolatedSession: true,\n        model: \"anthropic/claude-haiku-4-5\",\n      },\n      models: {\n        \
         \"anthropic/claude-haiku-4-5\": {\n          params: {\n            cacheRetention: \"long\",\n          \
         },\n        },\n      },\n",
    );
    assert_eq!(desk.read(PERSONAL), expected);
    let after = desk.report(&[PERSONAL]);
    assert_eq!(after["totals"]["current"]["cost"], promised, "what was promised is what it costs now");
    assert_eq!(pico(&after["totals"]["saving"]["amount"]), 0);
    assert_eq!(desk.ask(&["apply", PERSONAL, "--yes"]).stderr, "personal.json5: nothing to change\n");
    assert_eq!(desk.ask(&["diff", PERSONAL, "--exit-code"]).code, 0);
    assert_eq!(desk.read(PERSONAL), expected);

    assert_snapshot!(desk.ask(&["undo", PERSONAL]), @"
    exit 0
    --- stderr
    personal.json5 is as it was before the last apply
    ");
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
    assert_eq!(desk.ask(&["undo", PERSONAL]).code, 1, "there is nothing more to undo");
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
}

#[test]
fn every_fixture_comes_back_byte_for_byte() {
    for name in [PERSONAL, "team.json5", "nexos.json5"] {
        let desk = Desk::with_fixture(name);
        assert_eq!(desk.ask(&["apply", name, "--yes"]).code, 0);
        let changed = desk.read(name);
        assert_ne!(changed, fixture(name));
        let comments = |text: &str| text.matches("//").count() + text.matches("/*").count();
        assert_eq!(comments(&changed), comments(&fixture(name)), "{name}");
        assert_eq!(desk.ask(&["undo", name]).code, 0);
        assert_eq!(desk.read(name), fixture(name));
    }
}

#[test]
fn without_a_terminal_or_a_yes_nothing_is_written() {
    let desk = Desk::with_fixture(PERSONAL);
    let mut asked = desk.command(&["apply", PERSONAL]);
    asked.write_stdin("y\n");
    let answer = desk.ask_with(asked);
    assert_eq!(answer.code, 1);
    assert!(answer.stderr.ends_with("not a terminal: use --yes to write, --dry-run to preview\n"), "{answer}");
    let dry = desk.ask(&["apply", PERSONAL, "--dry-run"]);
    assert_snapshot!(dry.stderr, @r#"
    main: every: 30m → 55m. Gives up reaction time: what happens between two heartbeats waits longer
    main: isolatedSession: false → true. Gives up the conversation: a heartbeat no longer knows what was said before
    main: model: anthropic/claude-opus-4-6 → anthropic/claude-haiku-4-5. Gives up the stronger model's judgement during a heartbeat
    also: agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention = "long"
    This saves about $583 a month ($589 now).
    dry run: nothing was written
    "#);
    assert_eq!(dry.code, 0);
    assert_eq!(dry.stdout, answer.stdout);
    assert_eq!(desk.ask(&["apply", PERSONAL, "--dry-run", "--yes"]), dry, "a dry run stays dry");
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
    assert_eq!(desk.names(), [PERSONAL], "no lock, no backup");
    let mut piped = desk.command(&["apply", "-", "--yes"]);
    piped.write_stdin(fixture(PERSONAL));
    let piped = desk.ask_with(piped);
    assert_eq!(piped.code, 1, "{piped}");
}

/// Only the agent asked for is changed.
#[test]
fn one_agent_alone_can_be_changed() {
    let text = "{ meta: { lastTouchedVersion: '2026.9.6' }, agents: { defaults: { model: 'anthropic/claude-opus-4-6' }, entries: {
        a: { heartbeat: { every: '30m', target: 'none' } },
        b: { heartbeat: { every: '30m', target: 'none' } } } } }";
    let desk = Desk::with(text);
    let before = desk.report(&["openclaw.json"]);
    assert_eq!(desk.ask(&["apply", "openclaw.json", "--agent", "a", "--yes"]).code, 0);
    let after = desk.report(&["openclaw.json"]);
    assert_eq!(after["agents"][0]["settings"]["every"]["value"], "55m");
    assert_eq!(after["agents"][0]["changes"].as_array().unwrap().len(), 0);
    assert_eq!(after["agents"][1]["settings"], before["agents"][1]["settings"]);
    assert_eq!(after["agents"][1]["current"], before["agents"][1]["current"]);
}

/// What is not in the report is not written: an agent that is billed in the other unit.
#[test]
fn an_agent_of_the_other_unit_is_left_alone() {
    let own = "\"defaults\": {\n";
    let block = "\"defaults\": {\n \"heartbeat\": { \"every\": \"30m\" },\n";
    let text = fixture("nexos.json5")
        .replace(own, block)
        .replace("\"name\": \"Shop assistant\"", "\"model\": \"anthropic/claude-opus-4-6\"");
    let desk = Desk::with(text);
    let commands =
        |more: &[&str]| desk.ask(&[&["diff", "openclaw.json", "--format", "commands"], more].concat()).stdout;
    // An empty block keeps the other agent running as before, now that this one has a block of its own.
    let is_empty = |line: &str| line.ends_with(".heartbeat' '{}'");
    assert!(
        commands(&[]).lines().all(|line| line.contains("agents.list[0].heartbeat.") || is_empty(line)),
        "{}",
        commands(&[])
    );
    assert!(commands(&["--billing", "usd"]).lines().all(|line| line.contains("agents.list[1].") || is_empty(line)));
    let report = desk.report(&["openclaw.json"]);
    assert!(report["agents"][1]["current"]["cost"].is_null());
    assert!(report["agents"][1]["changes"].as_array().unwrap().is_empty());
    assert!(report["warnings"].to_string().contains("billed in USD"), "{}", report["warnings"]);
}

#[cfg(unix)]
#[test]
fn the_mode_is_kept_and_the_backup_is_private() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    for mode in [0o600, 0o644, 0o640] {
        let desk = Desk::with_fixture(PERSONAL);
        fs::set_permissions(desk.path(PERSONAL), fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(desk.ask(&["apply", PERSONAL, "--yes"]).code, 0);
        let mode_of = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode_of(&desk.path(PERSONAL)), mode);
        let backup = desk.path(".clawbeat/backups/personal.json5.0001");
        assert_eq!((mode_of(&backup), fs::read_to_string(&backup).unwrap()), (0o600, fixture(PERSONAL)));
        assert_eq!(mode_of(&desk.path(".clawbeat")), 0o700);
        assert_eq!(desk.ask(&["undo", PERSONAL]).code, 0);
        assert_eq!(mode_of(&desk.path(PERSONAL)), mode);
        let bak = desk.names().into_iter().filter(|name| name.contains(".bak")).count();
        assert_eq!(bak, 0, "OpenClaw's own ring is not touched");
    }
}

/// Later edits stay; only what the apply wrote is put back.
#[test]
fn undo_takes_back_what_apply_wrote_and_leaves_later_work() {
    let later = |text: &str| {
        let text = text.replace("target: \"owner\"", "target: \"last\", ackMaxChars: 30");
        text + "// mine\n"
    };
    let desk = Desk::with_fixture(PERSONAL);
    assert_eq!(desk.ask(&["apply", PERSONAL, "--yes"]).code, 0);
    desk.write(PERSONAL, later(&desk.read(PERSONAL)));
    let answer = desk.ask(&["undo", PERSONAL]);
    assert_eq!(answer.stderr, "personal.json5: the last apply is taken back; what was edited since stays\n");
    assert_eq!((answer.code, desk.read(PERSONAL)), (0, later(&fixture(PERSONAL))));
    assert_eq!(desk.ask(&["undo", PERSONAL]).code, 1, "there is nothing more to undo");
}

/// Where the same key was edited since, nothing is put back unless all of it is.
#[test]
fn undo_names_what_it_cannot_take_back() {
    let desk = Desk::with_fixture(PERSONAL);
    assert_eq!(desk.ask(&["apply", PERSONAL, "--yes"]).code, 0);
    let edited = desk.read(PERSONAL).replace("\"55m\"", "\"3h\"");
    desk.write(PERSONAL, &edited);
    let answer = desk.ask(&["undo", PERSONAL]);
    assert_eq!((answer.code, desk.read(PERSONAL)), (1, edited.clone()), "{answer}");
    assert_snapshot!(answer.stderr, @"error: personal.json5 changed after apply, and so did what apply wrote: 'agents.defaults.heartbeat.every'. To restore the backup anyway: cp @DIR@/.clawbeat/backups/personal.json5.0001 personal.json5 (or clawbeat undo --force)");
    assert_eq!(desk.ask(&["undo", PERSONAL, "--force"]).code, 0);
    assert_eq!(desk.read(PERSONAL), fixture(PERSONAL));
    assert_eq!(desk.ask(&["undo", PERSONAL]).code, 0);
    assert_eq!(desk.read(PERSONAL), edited, "what was forced away is kept");
}

#[test]
fn the_patch_is_what_git_and_patch_understand() {
    let minus = fixture(PERSONAL).trim_end().to_owned();
    let crlf = fixture("team.json5").replace('\n', "\r\n");
    let cases = [
        (PERSONAL, fixture(PERSONAL)),
        ("team.json5", fixture("team.json5")),
        ("nexos.json5", fixture("nexos.json5")),
        ("no newline at the end.json5", minus),
        ("crlf.json5", crlf),
        (
            "openclaw.json",
            "{\"agents\":{\"defaults\":{\"heartbeat\":{\"every\":\"30m\",\"target\":\"none\"}}}}".to_owned(),
        ),
    ];
    for (name, text) in cases {
        let desk = Desk::new();
        desk.write(name, &text);
        let shown = desk.ask(&["diff", name, "--exit-code"]);
        assert_eq!(shown.code, 1, "{shown}");
        assert_eq!(desk.ask(&["diff", name]).code, 0);
        assert_eq!(desk.read(name), text, "diff writes nothing");
        let applied = Desk::new();
        applied.write(name, &text);
        assert_eq!(applied.ask(&["apply", name, "--yes"]).code, 0);
        let tools: [&[&str]; 2] = [&["git", "apply"], &["patch", "-p1", "--binary", "-s"]];
        for tool in tools {
            let copy = Desk::new();
            copy.write(name, &text);
            copy.write("change.patch", &shown.stdout);
            let mut command = super::bare::program(tool[0]);
            command.args(&tool[1..]).current_dir(copy.path("")).env("GIT_CEILING_DIRECTORIES", copy.path(".."));
            match tool[0] {
                "git" => command.arg("change.patch"),
                _ => command.args(["-i", "change.patch"]),
            };
            let Ok(output) = command.output() else { continue };
            assert!(output.status.success(), "{tool:?} {name}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(copy.read(name), applied.read(name), "{tool:?} {name}");
        }
    }
}

#[test]
fn commands_name_each_key_for_a_shell() {
    let desk = Desk::with_fixture(PERSONAL);
    assert_snapshot!(desk.ask(&["diff", PERSONAL, "--format", "commands"]), @r#"
    exit 0
    --- stdout
    openclaw config set 'agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention' '"long"'
    openclaw config set agents.defaults.heartbeat.every '"55m"'
    openclaw config set agents.defaults.heartbeat.isolatedSession true
    openclaw config set agents.defaults.heartbeat.model '"anthropic/claude-haiku-4-5"'
    --- stderr
    note: openclaw config rewrites the file without its comments; clawbeat apply keeps them
    "#);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_stays_a_link() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("dotfiles")).unwrap();
    desk.write("dotfiles/openclaw.json", fixture(PERSONAL));
    std::os::unix::fs::symlink("dotfiles/openclaw.json", desk.path("openclaw.json")).unwrap();
    let warnings = desk.report(&["openclaw.json"])["warnings"].to_string();
    assert!(warnings.contains("symbolic link"), "{warnings}");
    let applied = desk.ask(&["apply", "openclaw.json", "--yes"]);
    assert_eq!(applied.code, 0);
    let note = "note: openclaw.json is a symbolic link to @DIR@/dotfiles/openclaw.json, which was changed";
    assert!(applied.stderr.contains(note), "{applied}");
    assert!(std::fs::symlink_metadata(desk.path("openclaw.json")).unwrap().is_symlink());
    assert!(desk.read("dotfiles/openclaw.json").contains("\"55m\", // mail and calendar"));
}
