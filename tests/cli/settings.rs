//! `clawbeat.toml`: what stands in it counts as if it had been typed, and what is typed comes before it.

use std::fs;

use serde_json::{Value, json};

use super::common::{Desk, json_file};

const CONFIG: &str = "{ meta: { lastTouchedVersion: '2026.9.6' }, agents: { defaults: {
    model: 'anthropic/claude-opus-4-6', heartbeat: { every: '30m', target: 'none', colour: 'red' } } } }";

/// The question under which a config is costed, as JSON has it.
fn asked(desk: &Desk, arguments: &[&str]) -> Value {
    desk.report(arguments)["asked"].clone()
}

#[test]
fn settings_count_as_if_they_were_typed_and_what_is_typed_comes_first() {
    let desk = Desk::with(CONFIG);
    fs::create_dir_all(desk.path("deep/er")).unwrap();
    desk.write("deep/er/openclaw.json", CONFIG);
    desk.write("load.json", r#"{ "schemaVersion": 1, "alertPercent": 50 }"#);
    desk.write(
        "clawbeat.toml",
        "openclaw-version = \"2026.7.35\"\nworkload = \"load.json\"\nrisk = \"conservative\"\nkeep = [\"every\"]\n",
    );
    let typed = ["--openclaw-version", "2026.7.35", "--workload", "load.json"];
    for config in ["openclaw.json", "deep/er/openclaw.json"] {
        let settings = asked(&desk, &[config]);
        assert_eq!(settings["question"], json!([typed.as_slice(), &["--month", "2026-11"]].concat()), "{settings}");
        assert_eq!(settings["plan"], json!(["--risk", "conservative", "--keep", "every"]));
    }
    let given = asked(&desk, &["openclaw.json", "--openclaw-version", "2026.9.6", "--keep", "model"]);
    assert_eq!(given["question"][1], "2026.9.6");
    assert_eq!(given["plan"], json!(["--risk", "conservative", "--keep", "model"]));
    assert_eq!(asked(&desk, &["openclaw.json", "--no-config"])["plan"], json!([]));
    desk.write("other.toml", "risk = \"aggressive\"\n");
    assert_eq!(asked(&desk, &["openclaw.json", "--config", "other.toml"])["plan"], json!(["--risk", "aggressive"]));
    // The same for a config that is found, for standard input and for the commands that change a file.
    assert_eq!(asked(&desk, &[])["plan"], json!(["--risk", "conservative", "--keep", "every"]));
    let plan = desk.ask(&["diff", "openclaw.json", "--month", "2026-11"]);
    assert!(plan.code == 0 && !plan.stdout.contains("lightContext"), "a conservative plan: {plan}");
}

#[test]
fn a_limit_in_the_settings_is_a_gate_and_may_differ_by_file() {
    let desk = Desk::with(CONFIG);
    fs::create_dir_all(desk.path("prod/eu")).unwrap();
    desk.write("prod/eu/openclaw.json", CONFIG);
    desk.write("clawbeat.toml", "max-monthly = 5\n[[files]]\nmatch = \"prod/**\"\nmax-monthly = \"$100000\"\n");
    let ask = |config: &str| desk.ask(&["report", config, "--month", "2026-11"]);
    assert_eq!(ask("openclaw.json").code, 1, "{}", ask("openclaw.json"));
    assert_eq!(ask("prod/eu/openclaw.json").code, 0, "{}", ask("prod/eu/openclaw.json"));
    assert_eq!(desk.ask(&["report", "openclaw.json", "--max-monthly", "100000"]).code, 0);
    // So a hook that lints fails on money, and says which file and by how much.
    let both =
        desk.ask(&["lint", "openclaw.json", "prod/eu/openclaw.json", "--select", "syntax-error", "--month", "2026-11"]);
    assert_eq!(both.code, 1, "{both}");
    assert!(both.stderr.starts_with("openclaw.json: --max-monthly: a month costs about $"), "{both}");
    assert!(
        both.stderr.contains("more than the limit of $5.00") && !both.mentions("prod/eu/openclaw.json: --max"),
        "{both}"
    );
}

#[test]
fn rules_have_levels_for_all_files_or_some() {
    let desk = Desk::with(CONFIG);
    fs::create_dir_all(desk.path("prod")).unwrap();
    desk.write("prod/openclaw.json", CONFIG);
    desk.write(
        "clawbeat.toml",
        "select = [\"unknown-heartbeat-key\", \"premium-model\"]\n[rules]\npremium-model = \"info\"\n\
         [[files]]\nmatch = [\"prod/*\"]\n[files.rules]\nunknown-heartbeat-key = \"off\"\npremium-model = \"error\"\n",
    );
    let answer = desk.ask(&["lint", ".", "--format", "json"]);
    let output: Value = serde_json::from_str(&answer.stdout).unwrap();
    let said: Vec<_> = output["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            (text("file"), text("rule"), text("severity"))
        })
        .collect();
    let row = |file: &str, rule: &str, severity: &str| (file.to_owned(), rule.to_owned(), severity.to_owned());
    assert!(said.contains(&row("./openclaw.json", "unknown-heartbeat-key", "error")), "{said:?}");
    assert!(said.contains(&row("./openclaw.json", "premium-model", "info")), "{said:?}");
    assert!(said.contains(&row("./prod/openclaw.json", "premium-model", "error")), "{said:?}");
    assert!(!said.contains(&row("./prod/openclaw.json", "unknown-heartbeat-key", "error")), "{said:?}");
    let level = |given: &str| desk.ask(&["lint", "openclaw.json", "--level", given]);
    assert_eq!(level("unknown-heartbeat-key=info,premium-model=off").code, 0);
    assert!(level("premium=nothing").mentions("expected off, info, warning or error"));
}

#[test]
fn what_is_no_setting_is_refused_with_its_place() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("in")).unwrap();
    desk.write("in/openclaw.json", CONFIG);
    desk.write("secret.json", "{}");
    for (text, says) in [
        (
            "risk = \"bold\"\n",
            "error: in/clawbeat.toml: risk: \"bold\" is not one of \"conservative\", \"balanced\", \"aggressive\"",
        ),
        ("\n\nrisk = bold\n", "error: in/clawbeat.toml:3: "),
        ("max-monthy = 5\n", "error: in/clawbeat.toml: unknown field 'max-monthy', did you mean 'max-monthly'?"),
        ("max-interval = \"soon\"\n", "error: in/clawbeat.toml: invalid value 'soon' for '--max-interval"),
        ("prices = \"../secret.json\"\n", "error: in/clawbeat.toml: prices: '../secret.json' lies outside"),
        ("prices = \"/etc/passwd\"\n", "error: in/clawbeat.toml: prices: '/etc/passwd' lies outside"),
        ("[rules]\npremium-mode = \"off\"\n", "there is no rule 'premium-mode', did you mean 'premium-model'?"),
    ] {
        desk.write("in/clawbeat.toml", text);
        let answer = desk.ask(&["lint", "in/openclaw.json"]);
        let answer = if text.contains("max-interval") { desk.ask(&["report", "in/openclaw.json"]) } else { answer };
        assert!(answer.code == 2 && answer.mentions(says), "{text}: {answer}");
    }
}

/// Each key is a flag of a command that takes settings, and each such flag is a key or says for whom it is not.
#[test]
fn the_keys_of_the_settings_are_the_flags() {
    let schema = json_file("schemas/settings.v1.schema.json");
    let keys = |of: &str| -> Vec<String> {
        let keys = schema["$defs"][of]["properties"].as_object().unwrap().keys();
        keys.filter(|key| !["files", "match", "rules"].contains(&key.as_str())).cloned().collect()
    };
    assert_eq!(keys("settings"), keys("group"));
    let desk = Desk::new();
    let mut flags: Vec<String> = ["report", "lint"].iter().flat_map(|command| flags_of(&desk, command)).collect();
    flags.sort();
    flags.dedup();
    let mut expected = [keys("settings"), OF_ONE_CALL.map(str::to_owned).to_vec()].concat();
    expected.sort();
    assert_eq!(flags, expected);
}

/// Flags that belong to one call and not to a folder.
const OF_ONE_CALL: [&str; 25] = [
    "migrate",
    "only",
    "against",
    "agent",
    "anchor",
    "at",
    "balance",
    "bill",
    "color",
    "compare-release",
    "config",
    "diff",
    "fix",
    "format",
    "full",
    "help",
    "keep-backups",
    "level",
    "month",
    "no-config",
    "output",
    "schema",
    "state-dir",
    "statistics",
    "unsafe-fixes",
];

/// The flags that the help of a command names.
fn flags_of(desk: &Desk, command: &str) -> Vec<String> {
    let help = desk.ask(&[command, "--help"]).stdout;
    let names = help.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.split_once(", ").filter(|(short, _)| short.len() == 2).map_or(line, |(_, long)| long);
        line.strip_prefix("--")?.split([' ', '=']).next()
    });
    names.map(str::to_owned).collect()
}

/// Prices and load are files as the config is, and are read while it is looked at.
#[test]
fn a_lint_reads_its_prices() {
    let desk = Desk::with(CONFIG);
    desk.write("prices.json", r#"{ "unit": "USD", "models": {} }"#);
    let answer = desk.ask(&["lint", "openclaw.json", "--prices", "prices.json"]);
    assert!(answer.code < 2 && answer.mentions("colour"), "{answer}");
    assert_eq!(desk.ask(&["lint", "openclaw.json", "--prices", "gone.json"]).code, 2);
}
