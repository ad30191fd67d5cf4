//! Configs in YAML, and configs that are a part of a larger file: read, linted, costed and edited where they stand.

use insta::assert_snapshot;

use crate::common::{Desk, fixture, repository};

const CONFIG_MAP: &str = "data[\"openclaw.json\"]";

/// A larger file with a config inside.
fn carrier(name: &str) -> String {
    std::fs::read_to_string(repository("fixtures/carriers").join(name)).unwrap()
}

/// The lines that differ, as a person reads them.
fn changed(before: &str, after: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(before, after);
    let changes = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
    changes.map(|change| format!("{}{}", change.tag(), change.value().trim_end())).collect()
}

#[test]
fn yaml_is_changed_and_put_back() {
    let desk = Desk::with_fixture("values.yaml");
    let before = fixture("values.yaml");
    let diff = desk.ask(&["diff", "values.yaml"]);
    assert_snapshot!(diff, @r"
    exit 0
    --- stdout
    --- a/values.yaml
    +++ b/values.yaml
    @@ -6,5 +6,11 @@
         model:
           primary: anthropic/claude-sonnet-4-6
         heartbeat:
    -      every: 15m # alerts
    +      every: 55m # alerts
           target: none
    +      isolatedSession: true
    +      model: anthropic/claude-haiku-4-5
    +    models:
    +      anthropic/claude-haiku-4-5:
    +        params:
    +          cacheRetention: long
    ");
    let applied = desk.ask(&["apply", "values.yaml", "--yes"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    assert!(desk.ask(&["diff", "values.yaml"]).mentions("nothing to change"));
    assert_eq!(desk.ask(&["undo", "values.yaml"]).code, 0);
    assert_eq!(desk.read("values.yaml"), before);
}

#[test]
fn each_carrier_is_changed_in_its_lines_only() {
    let mut shown = String::new();
    for (name, at) in [
        ("helm-values.yaml", "openclaw.config"),
        ("ansible-vars.yml", "openclaw_config"),
        ("configmap.yaml", CONFIG_MAP),
    ] {
        let desk = Desk::new();
        desk.write(name, carrier(name));
        let applied = desk.ask(&["apply", name, "--at", at, "--yes"]);
        assert_eq!(applied.code, 0, "{applied:?}");
        let after = desk.read(name);
        shown += &format!("{name}\n{}\n", changed(&carrier(name), &after).join("\n"));
        assert!(desk.ask(&["diff", name, "--at", at]).mentions("nothing to change"));
        assert_eq!(desk.ask(&["undo", name]).code, 0);
        assert_eq!(desk.read(name), carrier(name));
    }
    assert_snapshot!(shown, @r"
    helm-values.yaml
    -          every: 15m   # the on-call rota asked for this
    +          every: 55m   # the on-call rota asked for this
    +          isolatedSession: true
    +          model: anthropic/claude-haiku-4-5
    +        models:
    +          anthropic/claude-haiku-4-5:
    +            params:
    +              cacheRetention: long
    ansible-vars.yml
    +        every: 55m
    +        isolatedSession: true
    +        model: anthropic/claude-haiku-4-5
    +      models:
    +        anthropic/claude-haiku-4-5:
    +          params:
    +            cacheRetention: long
    configmap.yaml
    -            every: '30m', // mail and calendar
    +            every: '55m', // mail and calendar
    +            isolatedSession: true,
    +            model: 'anthropic/claude-haiku-4-5',
    +          },
    +          models: {
    +            'anthropic/claude-haiku-4-5': {
    +              params: {
    +                cacheRetention: 'long',
    +              },
    +            },
    ");
}

#[test]
fn a_part_costs_what_it_would_cost_alone() {
    let desk = Desk::new();
    desk.write("helm-values.yaml", carrier("helm-values.yaml"));
    desk.write("configmap.yaml", carrier("configmap.yaml"));
    let alone = "{ meta: { lastTouchedVersion: '2026.9.6' }, agents: { defaults: { model: { primary: \
        'anthropic/claude-sonnet-4-6' }, heartbeat: { every: '15m', target: 'owner' } } }, \
        channels: { telegram: { botToken: '${TELEGRAM_BOT_TOKEN}', allowFrom: ['123456789'] } } }";
    desk.write("openclaw.json", alone);
    let part = desk.report(&["helm-values.yaml", "--at", "openclaw.config"]);
    let whole = desk.report(&["openclaw.json"]);
    assert!(part["totals"]["current"]["cost"]["typical"].is_string(), "{part}");
    assert_eq!(part["totals"], whole["totals"]);
    let trace = desk.ask(&["simulate", "configmap.yaml", "--at", CONFIG_MAP, "--trace"]);
    assert_eq!(trace.stdout.lines().count(), 1440, "a half-hour tick in a month of 30 days");
}

#[test]
fn findings_and_fixes_stand_in_the_outer_file() {
    let desk = Desk::new();
    let text = carrier("configmap.yaml").replace("every: '30m',", "evry: '30m',");
    desk.write("configmap.yaml", &text);
    let answer = desk.ask(&["lint", "configmap.yaml", "--at", CONFIG_MAP, "--select", "unknown-heartbeat-key"]);
    assert_snapshot!(answer, @r##"
    exit 1
    --- stdout
    error[unknown-heartbeat-key]: unknown key 'evry' in agents.defaults.heartbeat
      --> configmap.yaml:21:13
       |
    21 |             evry: '30m', // mail and calendar
       |             ^^^^
       |
       = help: did you mean 'every'?
       = more: clawbeat explain unknown-heartbeat-key

    1 error (configmap.yaml)
    checked the whole file against OpenClaw 2026.9.6, and the costs of 1 agent
    configmap.yaml: OpenClaw refuses this file
    No safe fixes. 1 more with --fix --unsafe-fixes (they change who runs, what the agent knows or which model answers)
    "##);
    let fixed = desk.ask(&["lint", "configmap.yaml", "--at", CONFIG_MAP, "--fix", "--unsafe-fixes"]);
    let after = desk.read("configmap.yaml");
    assert!(after.contains("\n            every: '30m',\n") && !after.contains("evry"), "{fixed:?}");
    let broken = text.replace("agents: {", "agents {");
    desk.write("configmap.yaml", broken);
    assert_snapshot!(desk.ask(&["lint", "configmap.yaml", "--at", CONFIG_MAP]), @r##"
    exit 1
    --- stdout
    error[syntax-error]: unexpected '{', expected ':' after the property name
      --> configmap.yaml:17:14
       |
    17 |       agents {
       |              ^
       |
       = more: clawbeat explain syntax-error

    1 error (configmap.yaml)
    configmap.yaml: OpenClaw refuses this file
    "##);
    assert_snapshot!(desk.ask(&["report", "--full", "configmap.yaml", "--at", CONFIG_MAP]), @r##"
    exit 2
    --- stderr
    error: configmap.yaml:17:14: unexpected '{', expected ':' after the property name
    "##);
}

#[test]
fn a_wrong_place_is_answered_with_what_is_there() {
    let desk = Desk::new();
    desk.write("configmap.yaml", carrier("configmap.yaml"));
    desk.write("helm-values.yaml", carrier("helm-values.yaml"));
    let mut shown = String::new();
    for (name, at) in [
        ("configmap.yaml", ""),
        ("configmap.yaml", "data.openclaw.json"),
        ("configmap.yaml", "data[\"openclaw.json\"].agents.list"),
        ("configmap.yaml", "metadata"),
        ("configmap.yaml", "data.LOG_LEVEL"),
        ("helm-values.yaml", "openclaw.values"),
        ("helm-values.yaml", "replicas"),
        ("helm-values.yaml", "openclaw..config"),
    ] {
        for command in ["report", "lint", "apply"] {
            let answer = desk.ask(&[command, name, "--at", at]);
            if command == "report" {
                assert_eq!(answer.code, 2, "{answer:?}");
                shown += &answer.stderr;
            }
            assert!(answer.code != 0 && answer.code < 3, "{command} {name} {at}: {answer:?}");
        }
    }
    assert_snapshot!(shown, @r##"
    error: configmap.yaml:1:1: more than one YAML document in the file, expected one, or --at PATH to pick the one that has it
    error: configmap.yaml: there is no 'data.openclaw.json' in the file: 'data' has '["openclaw.json"]', 'LOG_LEVEL'
    error: configmap.yaml: there is no 'data["openclaw.json"].agents.list' in the file: 'agents' has 'defaults'
    error: configmap.yaml: 'metadata' is in 2 of the file's YAML documents (1, 2), expected one
    error: configmap.yaml:31:14: a gateway config is an object, this is a string
    error: helm-values.yaml: there is no 'openclaw.values' in the file: 'openclaw' has 'persistence', 'config'
    error: helm-values.yaml:5:11: a gateway config is an object, this is a number
    error: invalid value 'openclaw..config' for '--at <PATH>': 'openclaw..config' is not a key path at character 9, expected one like 'agents.list[0].heartbeat'

    For more information, try '--help'.
    "##);
}

/// A carrier that is read as a config would be costed as if nothing were set.
#[test]
fn a_carrier_without_a_place_is_pointed_out() {
    let desk = Desk::new();
    desk.write("helm-values.yaml", carrier("helm-values.yaml"));
    let config_map = carrier("configmap.yaml");
    desk.write("configmap.yaml", config_map.split("---\n").nth(1).unwrap());
    for (name, at) in [("helm-values.yaml", "openclaw.config"), ("configmap.yaml", "'data[\"openclaw.json\"]'")] {
        let hint = format!("warning: {name} has no agents at its root; is the config a part of it? say --at {at}\n");
        for command in ["report", "lint", "diff"] {
            assert!(desk.ask(&[command, name]).stderr.contains(&hint), "{command} {name}");
        }
        let answered = desk.ask(&["report", "--full", name, "--at", at.trim_matches('\'')]);
        assert_eq!((answered.code, answered.stderr.as_str()), (0, ""));
    }
}

#[test]
fn secrets_around_a_part_are_not_printed() {
    let desk = Desk::new();
    let values = "openclaw:\n  gatewayPassword: hunter2\n  config:\n    agents: {defaults: {heartbeat: {every: 5m}}}\n  clientSecret: hunter3\n";
    desk.write("values.yaml", values);
    let answer = desk.ask(&["diff", "values.yaml", "--at", "openclaw.config", "--openclaw-version", "2026.7.35"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(answer.mentions("+    agents:") && !answer.mentions("hunter"), "{answer:?}");
}
