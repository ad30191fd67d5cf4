//! What the start of a current gateway makes of an old file, shown and made, with the comments that stand in it; and what
//! a release takes, as a JSON Schema.

use jsonschema::Validator;
use serde_json::{Value, json};

use super::common::{Desk, json_file};

const FILE: &str = "openclaw.json";
const OLD: &str = r#"{
  // Ours since spring.
  "meta": { "lastTouchedVersion": "2026.9.6", "lastTouchedAt": "2026-04-15T00:00:00Z" },
  "channels": {
    "slack": {
      "channels": {
        "C1": { "allow": true } // the team
      }
    },
    "telegram": { "streaming": "partial" }
  },
  "agents": { "defaults": { "model": "anthropic/claude-sonnet-4-6" } }
}
"#;

#[test]
fn the_repair_is_shown_and_made_and_undone() {
    let desk = Desk::with(OLD);
    let shown = desk.ask(&["lint", "--migrate", "--diff", FILE]);
    assert_eq!(shown.code, 0, "{shown}");
    for line in [
        r#"-        "C1": { "allow": true } // the team"#,
        r#"+          "enabled": true"#,
        r#"+        } // the team"#,
        r#"+    "telegram": { "streaming": { "mode": "partial" } }"#,
    ] {
        assert!(shown.stdout.contains(line), "{line}\n{shown}");
    }
    assert_eq!(desk.read(FILE), OLD);

    let made = desk.ask(&["lint", "--migrate", FILE]);
    assert_eq!(made.code, 0, "{made}");
    let text = desk.read(FILE);
    assert!(text.contains("// Ours since spring.") && text.contains("// the team"), "{text}");
    let again = desk.ask(&["lint", "--migrate", FILE]);
    assert!(again.code == 0 && again.stderr.contains("takes the file as it is"), "{again}");
    let lint: Value = serde_json::from_str(&desk.ask(&["lint", FILE, "--format", "json"]).stdout).unwrap();
    assert_eq!((&lint["files"][0]["verdict"], &lint["files"][0]["repairs"]), (&json!("valid"), &json!([])));
    assert_eq!(desk.ask(&["undo", FILE]).code, 0);
    assert_eq!(desk.read(FILE), OLD);
}

#[test]
fn what_is_refused_or_not_known_is_left_as_it_is() {
    let refused = OLD.replace("\"telegram\"", "\"zzz\": {}, \"telegram\"");
    // Of several agents without an owner the first keeps a workspace that depends on the machine.
    let unknown = OLD.replace("\"agents\": {", "\"agents\": { \"list\": [{ \"id\": \"a\" }, { \"id\": \"b\" }],");
    for (text, why) in [(refused, "refuses the file"), (unknown, "'agents.entries.a.workspace' is not known")] {
        let desk = Desk::with(&text);
        let answer = desk.ask(&["lint", "--migrate", FILE]);
        assert!(answer.code == 1 && answer.stderr.contains(why), "{answer}");
        assert_eq!(desk.read(FILE), text);
    }
}

#[test]
fn repairs_are_listed_and_secrets_are_not() {
    let token = "\"streaming\": \"partial\", \"botToken\": \"12345:secret-secret-secret\"";
    let desk = Desk::with(OLD.replace("\"streaming\": \"partial\"", token));
    let answer = desk.ask(&["lint", FILE, "--format", "json"]);
    let lint: Value = serde_json::from_str(&answer.stdout).unwrap();
    let repairs = lint["files"][0]["repairs"].as_array().unwrap();
    let of = |path: &str| repairs.iter().find(|repair| repair["path"] == path);
    let streaming = of("channels.telegram.streaming").unwrap_or_else(|| panic!("{answer}"));
    assert_eq!((&streaming["from"], &streaming["to"]), (&json!("partial"), &json!({ "mode": "partial" })));
    assert!(!answer.mentions("secret-secret"));
}

/// As an editor would use it.
#[test]
fn the_schema_is_one_and_takes_what_the_release_takes() {
    let desk = Desk::new();
    for (version, roster) in [("2026.9.6", "entries"), ("2026.7.35", "list"), ("2026.4.15", "list")] {
        let answer = desk.ask(&["schema", "--openclaw-version", version]);
        assert_eq!(answer.code, 0, "{answer}");
        let schema: Value = serde_json::from_str(&answer.stdout).unwrap();
        let validator: Validator =
            jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{version}: {error}"));
        let agents = if roster == "list" { json!([{ "id": "a" }]) } else { json!({ "a": {} }) };
        let mut config = json!({ "agents": { roster: agents }, "channels": { "telegram": { "botToken": "x" } } });
        assert!(validator.is_valid(&config), "{version}: {:?}", validator.iter_errors(&config).collect::<Vec<_>>());
        config["channels"]["telegrm"] = json!({});
        assert!(!validator.is_valid(&config), "{version}");
    }
    let answer = desk.ask(&["schema", "--openclaw-version", "2026.5.2"]);
    assert!(answer.code == 2 && answer.stderr.contains("expected one of 2026.4.15, 2026.7.35, 2026.9.6"), "{answer}");
}

#[test]
fn each_release_says_what_it_would_make_of_a_file() {
    let desk = Desk::with(OLD);
    let told = desk.ask(&["lint", "--openclaw-version", "all", FILE]);
    assert_eq!(told.code, 1, "{told}");
    let row = |start: &str| told.stdout.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_default();
    assert!(row("2026.9.6").ends_with("repaired"), "{told}");
    assert!(row("2026.4.15").ends_with("refused") || row("2026.4.15").ends_with("valid"), "{told}");
    assert!(told.stdout.contains("meta.lastTouchedAt: ") && told.stdout.contains("--migrate --diff"), "{told}");

    let answer = desk.ask(&["lint", "--openclaw-version", "all", FILE, "--format", "json"]);
    let all: Value = serde_json::from_str(&answer.stdout).unwrap();
    let schema = jsonschema::validator_for(&json_file("schemas/releases.v1.schema.json")).unwrap();
    assert!(schema.is_valid(&all), "{answer}");
    let releases = all["files"][0]["releases"].as_array().unwrap();
    assert!(releases.len() > 70 && releases.last().unwrap()["release"] == "2026.9.6", "{answer}");
    assert_eq!(all["files"][0]["changes"], 5);

    let refused = desk.ask(&["report", "--openclaw-version", "all", FILE]);
    assert!(refused.code == 2 && refused.stderr.contains("name one release"), "{refused}");
}
