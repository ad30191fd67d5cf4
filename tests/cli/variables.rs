//! Variables of a config keep their names: they are shown by them, and no edit writes what they hold.

use super::common::Desk;

const NAMED: &str =
    r#"{ agents: { defaults: { model: "openai/${PGPASSWORD}", heartbeat: { every: "${EVERY}", target: "none" } } } }"#;

/// The variable is named, its value is used for what it means, and the file keeps it as it is written.
#[test]
fn a_variable_is_shown_by_its_name() {
    let desk = Desk::with(NAMED);
    for format in ["text", "markdown", "json", "html"] {
        let mut command = desk.command(&["report", "openclaw.json", "--format", format]);
        command.env("PGPASSWORD", "hunter2").env("EVERY", "2h");
        let answer = desk.ask_with(command);
        assert!(!answer.mentions("hunter2") && answer.stdout.contains("PGPASSWORD"), "{answer}");
    }
    let mut command = desk.command(&["report", "openclaw.json", "--format", "json"]);
    command.env("PGPASSWORD", "claude-x").env("EVERY", "2h");
    let report: serde_json::Value = serde_json::from_str(&desk.ask_with(command).stdout).unwrap();
    let settings = &report["agents"][0]["settings"];
    assert_eq!((&settings["every"]["value"], &settings["every"]["ms"]), (&"${EVERY}".into(), &7_200_000.into()));
}

#[test]
fn an_edit_keeps_the_names_of_variables() {
    let desk = Desk::with(
        r#"{ agents: { defaults: { model: "${MODEL}", heartbeat: { every: "5m", target: "${TARGET}" } } } }"#,
    );
    let mut command = desk.command(&["apply", "openclaw.json", "--yes"]);
    command.env("MODEL", "anthropic/claude-opus-4-6").env("TARGET", "none");
    let answer = desk.ask_with(command);
    assert_eq!(answer.code, 0, "{answer}");
    let written = desk.read("openclaw.json");
    assert!(written.contains(r#"model: "${MODEL}""#) && written.contains(r#"target: "${TARGET}""#), "{written}");
    assert!(!written.contains("opus"), "{written}");
}

/// A config in which `${V}` stands where a fix moves it, renames it, or reads what it means; whether the value itself is
/// moved, and what the variable holds.
const FIXED: &[(&str, &str, bool)] = &[
    (r#"{ gateway: { heartbeat: { prompt: "${V}" } } }"#, "hunter2", true),
    (
        r#"{ session: { heartbeat: { prompt: "${V}" } }, agents: { defaults: { heartbeat: { every: "1h" } } } }"#,
        "hunter2",
        true,
    ),
    (r#"{ agents: { heartbeat: { prompt: "${V}" } } }"#, "hunter2", true),
    (r#"{ heartbeat: { prompt: "${V}", every: "1h" } }"#, "hunter2", true),
    (r#"{ agent: { model: "${V}", workspace: "${V}", heartbeat: { prompt: "${V}" } } }"#, "hunter2", true),
    (r#"{ agents: { bob: { model: "x/${V}", heartbeat: { every: "1h" } } } }"#, "hunter2", true),
    (r#"{ heartbeatPrompt: "${V}" }"#, "hunter2", true),
    (r#"{ agents: { defaults: { heartbeatPrompt: "${V}" } } }"#, "hunter2", true),
    (r#"{ agents: { defaults: { heartbeat: { message: "${V}" } } } }"#, "hunter2", true),
    (r#"{ agents: { defaults: { heartbeat: { promt: "${V}" } } } }"#, "hunter2", true),
    (r#"{ agents: { defaults: { heartbeat: { provider: "${V}", model: "x" } } } }"#, "hunter2", true),
    (r#"{ agents: { defaults: { heartbeat: { provider: "openai", model: "${V}" } } } }"#, "hunter2", false),
    (r#"{ agents: { defaults: { heartbeat: { activeHours: { from: "${V}", end: "22:00" } } } } }"#, "08:00", true),
    (r#"{ channels: { telegram: { heartbeat: { showOk: "${V}" } } } }"#, "hunter2", true),
    (r#"{ agents: { defaults: { heartbeat: { model: { primary: "${V}" } } } } }"#, "openai/hunter2", false),
    (r#"{ agents: { defaults: { heartbeat: { isolatedSession: "${V}" } } } }"#, "false", false),
    (r#"{ agents: { defaults: { heartbeat: { every: "${V}" } } } }"#, "30 minutes", false),
    (r#"{ agents: { defaults: { heartbeat: { target: "${V}" } } } }"#, "telegram:4711", false),
    (r#"{ agents: { defaults: { heartbeat: "${V}" } } }"#, "45m", false),
    (r#"{ agents: { defaults: { heartbeat: { interval: "${V}" } } } }"#, "45m", false),
    (r#"{ agents: { defaults: { model: "${V}" } } }"#, "anthropic/claude-2.1", false),
    (r#"{ agents: { defaults: { heartbeat: { activeHours: "${V}" } } } }"#, "08:00-22:00", false),
];

/// No fix writes down what the environment says, be it moved or read for what it means.
#[test]
fn a_fix_keeps_the_names_of_variables() {
    for release in ["2026.9.6", "2026.4.15"] {
        for (config, value, moves) in FIXED {
            let desk = Desk::with(config);
            let flags = ["lint", "openclaw.json", "--fix", "--unsafe-fixes", "--openclaw-version", release];
            let mut command = desk.command(&flags);
            command.env("V", value);
            let answer = desk.ask_with(command);
            let written = desk.read("openclaw.json");
            assert!(written.contains("${V}") && !written.contains(value), "{release} {config}\n{written}\n{answer}");
            assert!(!moves || release == "2026.4.15" || written != *config, "{config} was left\n{answer}");
        }
    }
}

/// The same where the value stands in an included file, and its place is in the including one.
#[test]
fn a_fix_across_files_keeps_the_names_of_variables() {
    let desk = Desk::with(r#"{ gateway: { $include: "./gateway.json5" } }"#);
    desk.write("gateway.json5", r#"{ port: 18789, heartbeat: { every: "1h", prompt: "${V}" } }"#);
    let mut command = desk.command(&["lint", "openclaw.json", "--fix", "--unsafe-fixes"]);
    command.env("V", "hunter2");
    let answer = desk.ask_with(command);
    for name in ["openclaw.json", "gateway.json5"] {
        assert!(!desk.read(name).contains("hunter2"), "{name}\n{answer}");
    }
}

/// A plan that is kept holds neither what the environment says nor a secret, and still does what it says.
#[test]
fn a_saved_plan_holds_no_value_of_a_variable() {
    for (config, value, moves) in FIXED.iter().filter(|(_, _, moves)| *moves) {
        let desk = Desk::with(config);
        for arguments in [&["diff", "openclaw.json", "--format", "plan"][..], &["diff", "openclaw.json"]] {
            let mut command = desk.command(arguments);
            command.env("V", value);
            let answer = desk.ask_with(command);
            assert!(*moves && !answer.mentions(value), "{config}\n{answer}");
        }
    }
    let desk = Desk::with(
        r#"{ agents: { bob: { model: "anthropic/claude-opus-4-6", heartbeat: { every: "5m", target: "none", prompt: "${V}" } } } }"#,
    );
    let ask = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.env("V", "correct-horse");
        desk.ask_with(command)
    };
    let plan = ask(&["diff", "openclaw.json", "--format", "plan"]);
    assert!(plan.code == 0 && !plan.mentions("correct-horse"), "{plan}");
    desk.write("plan.json", &plan.stdout);
    let applied = ask(&["apply", "openclaw.json", "--plan", "plan.json", "--yes"]);
    assert_eq!(applied.code, 0, "{applied}");
    assert!(desk.read("openclaw.json").contains("${V}"), "{}", desk.read("openclaw.json"));
    assert_eq!(ask(&["diff", "openclaw.json", "--exit-code"]).code, 0, "{}", desk.read("openclaw.json"));
}

/// What a fix moves may hold a secret, which no printed change may: neither the old place nor the new one.
#[test]
fn a_moved_secret_is_not_printed() {
    let desk = Desk::with(
        r#"{ agents: { bob: { model: "anthropic/claude-opus-4-6", heartbeat: { every: "5m", target: "none", apiKey: "sk-ant-api03-hunter2hunter2hunter2" } } } }"#,
    );
    for format in ["plan", "merge-patch", "commands", "unified"] {
        let answer = desk.ask(&["diff", "openclaw.json", "--format", format]);
        assert!(answer.code == 2 && !answer.mentions("hunter2"), "{answer}");
    }
}

/// `--no-env` reads no variable; those of the config itself still count.
#[test]
fn without_the_environment_only_the_config_sets_variables() {
    let desk = Desk::with(
        r#"{ env: { vars: { OWN: "2h" } }, agents: { list: [
            { id: "own", model: "anthropic/claude-opus-4-6", heartbeat: { every: "${OWN}", target: "none" } },
            { id: "other", model: "anthropic/claude-opus-4-6", heartbeat: { every: "${EVERY}", target: "none" } } ] } }"#,
    );
    let ms = |arguments: &[&str]| {
        let mut command = desk.command(&[&["report", "openclaw.json", "--format", "json"], arguments].concat());
        command.env("EVERY", "4h");
        let report: serde_json::Value = serde_json::from_str(&desk.ask_with(command).stdout).unwrap();
        ["own", "other"].map(|id| {
            let agents = report["agents"].as_array().unwrap();
            agents.iter().find(|agent| agent["id"] == id).unwrap()["settings"]["every"]["ms"].as_u64()
        })
    };
    assert_eq!(ms(&[]), [Some(7_200_000), Some(14_400_000)]);
    assert_eq!(ms(&["--no-env"]), [Some(7_200_000), None]);
    assert_eq!(desk.ask(&["report", "--no-env"]).code, 0, "the file in this folder needs no environment");
    let answer = Desk::new().ask(&["report", "--no-env"]);
    assert_eq!(answer.code, 2, "{answer}");
    assert!(answer.stderr.contains("name the file"), "{answer}");
}
