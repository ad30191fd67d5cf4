//! `calibrate --requests`: where it looks, what it prints, and that it leaves everything as it was.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::common::{Answer, Desk};

fn recorded(store: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records").join(store)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::write(target, fs::read(&path).unwrap()).unwrap() }
    }
}

fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.code, 0, "{answer:?}");
    answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_is_what_the_schema_says() {
    let schema =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/recorded-request.v1.schema.json"));
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema.unwrap()).unwrap()).unwrap();
    let desk = Desk::new();
    for (store, stored) in [("legacy-2026.7.35/state", 27), ("current-2026.9.6/state", 27)] {
        copy(&recorded(store), &desk.path(store));
        let answer = desk.ask(&["calibrate", "--requests", "--state-dir", store]);
        let lines = lines(&answer);
        assert_eq!(lines.len(), stored, "{store}");
        for line in &lines {
            assert!(schema.is_valid(line), "{line}");
        }
        assert!(answer.stderr.contains("failed before a token was counted"), "{answer:?}");
    }
    // No log and no lock file of SQLite's stays behind.
    assert_eq!(fs::read_dir(desk.path("current-2026.9.6/state/agents/main/agent")).unwrap().count(), 1);
}

/// The ids of Anthropic, OpenAI and OpenRouter look as random as keys, and are what joins a line with a bill.
#[test]
fn an_id_is_printed_as_the_provider_gave_it() {
    let desk = Desk::new();
    let ids = [
        "msg_01XFDUDYJgAACzvnptvVoYEL",
        "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz123",
        "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b",
        "gen-1751082417-AbCdEfGhIjKlMnOpQrSt",
    ];
    let row = |(at, id): (usize, &&str)| {
        let usage = serde_json::json!({ "input": 1, "output": 1, "totalTokens": 2 });
        let message = serde_json::json!({ "role": "assistant", "content": [], "provider": "ghp_16C7e42F292c6912E7",
            "model": "m", "usage": usage, "stopReason": "stop", "responseId": id });
        let at = format!("2026-11-01T00:00:0{at}.000Z");
        format!("{}\n", serde_json::json!({ "type": "message", "id": id, "timestamp": at, "message": message }))
    };
    let rows: String = ids.iter().enumerate().map(row).collect();
    fs::create_dir_all(desk.path("state/agents/main/sessions")).unwrap();
    fs::write(desk.path("state/agents/main/sessions/s.jsonl"), rows).unwrap();
    let lines = lines(&desk.ask(&["calibrate", "--requests", "--state-dir", "state"]));
    assert_eq!(lines.iter().map(|line| line["id"].as_str().unwrap()).collect::<Vec<_>>(), ids);
    assert!(lines.iter().all(|line| line["model"] == "***"), "a key in a name stays masked");
}

#[test]
fn it_looks_where_openclaw_keeps_its_records() {
    let desk = Desk::new();
    let store = recorded("legacy-2026.7.35/state");
    for (dir, variable) in [
        ("home/.openclaw", None),
        ("home/.moltbot", None),
        ("home/.openclaw-work", Some(("OPENCLAW_PROFILE", "work"))),
        ("elsewhere", Some(("OPENCLAW_STATE_DIR", "elsewhere"))),
    ] {
        copy(&store, &desk.path(dir));
        let mut command = desk.command(&["calibrate", "--requests"]);
        if let Some((name, value)) = variable {
            let value = if value == dir { desk.path(dir).display().to_string() } else { value.to_owned() };
            command.env(name, value);
        }
        assert_eq!(lines(&desk.ask_with(command)).len(), 27, "{dir}");
        fs::remove_dir_all(desk.path(dir)).unwrap();
    }
    let nowhere = desk.ask(&["calibrate", "--requests"]);
    assert_eq!((nowhere.code, nowhere.stdout.as_str()), (2, ""));
    assert!(
        nowhere.stderr.contains("no records of a gateway in @DIR@/home/.openclaw (which does not exist): expected"),
        "{nowhere:?}"
    );
}

#[test]
fn a_span_of_time_can_be_asked_for() {
    let desk = Desk::new();
    copy(&recorded("legacy-2026.7.35/state"), &desk.path("state"));
    let ask =
        |arguments: &[&str]| desk.ask(&[&["calibrate", "--requests", "--state-dir", "state"], arguments].concat());
    let count = |arguments: &[&str]| lines(&ask(arguments)).len();
    assert_eq!(count(&["--since", "2026-11-22"]), 27);
    assert_eq!(count(&["--until", "2026-11-22"]), 0);
    let (before, after) = (count(&["--until", "2026-11-22T17:06:00Z"]), count(&["--since", "2026-11-22T17:06:00Z"]));
    assert!(before > 0 && after > 0 && before + after == 27);
    assert!(ask(&["--until", "2026-11-22"]).stderr.contains("no request is recorded there for this period"));
    let wrong = ask(&["--since", "yesterday"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("expected a time such as 2026-11-01"), "{wrong:?}");
}

#[test]
fn one_agent_can_be_asked_for_and_another_is_refused() {
    let desk = Desk::new();
    copy(&recorded("legacy-2026.7.35/state"), &desk.path("state"));
    let ask =
        |arguments: &[&str]| desk.ask(&[&["calibrate", "--state-dir", "state", "--requests"], arguments].concat());
    assert_eq!(lines(&ask(&["--agent", "Main"])).len(), 27);
    let none = ask(&["--agent", "nosuch"]);
    assert_eq!((none.code, none.stdout.as_str()), (2, ""), "{none:?}");
    assert!(none.stderr.contains("no agent 'nosuch' in the records; they are of 'main'"), "{none:?}");
    let backwards = ask(&["--since", "2026-11-04", "--until", "2026-11-02"]);
    assert_eq!(backwards.code, 2, "{backwards:?}");
    assert!(backwards.stderr.contains("nothing lies between them"), "{backwards:?}");
}
