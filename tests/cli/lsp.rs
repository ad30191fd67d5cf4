//! An editor's session with `clawbeat lsp`: what it is told is what the other commands say of the same text.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::bare;
use super::common::{Desk, fixture};

/// An editor with one server.
struct Editor {
    server: Child,
    answers: BufReader<ChildStdout>,
    asked: i64,
}

impl Editor {
    fn start(desk: &Desk, arguments: &[&str]) -> Self {
        let mut command = bare::clawbeat();
        command.args(["lsp", "--stdio", "--month", "2026-11"]).args(arguments).current_dir(desk.path(""));
        let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let answers = BufReader::new(server.stdout.take().unwrap());
        let mut editor = Editor { server, answers, asked: 0 };
        let able = editor.ask("initialize", &json!({ "capabilities": {} }));
        assert_eq!(able["capabilities"]["textDocumentSync"], 1);
        editor.tell("initialized", &json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.server.stdin.as_mut().unwrap(), "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn next(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.answers.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => length = line.strip_prefix("Content-Length: ").unwrap().parse().unwrap(),
            }
        }
        let mut body = vec![0; length];
        self.answers.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params }));
        let answer = self.next();
        assert_eq!(answer["id"], self.asked, "{answer}");
        assert_eq!(answer.get("error"), None, "{answer}");
        answer["result"].clone()
    }

    /// Opens a text, or changes it, and hears what is found.
    fn show(&mut self, uri: &str, text: &str, is_new: bool) -> Vec<Value> {
        if is_new {
            let document = json!({ "uri": uri, "languageId": "json5", "version": 1, "text": text });
            self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        } else {
            let changes = json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": text }] });
            self.tell("textDocument/didChange", &changes);
        }
        self.heard(uri)
    }

    fn heard(&mut self, uri: &str) -> Vec<Value> {
        let told = self.next();
        assert_eq!((&told["method"], &told["params"]["uri"]), (&"textDocument/publishDiagnostics".into(), &uri.into()));
        told["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn actions(&mut self, uri: &str, range: &Value) -> Vec<Value> {
        let asked = json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } });
        self.ask("textDocument/codeAction", &asked).as_array().unwrap().clone()
    }

    fn stop(mut self) {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        assert_eq!(self.server.wait().unwrap().code(), Some(0));
    }
}

/// A place by UTF-16 units, found by counting them.
fn place(text: &str, byte: usize) -> Value {
    let before = &text[..byte];
    let line = before.rsplit('\n').next().unwrap();
    json!({ "line": before.matches('\n').count(), "character": line.encode_utf16().count() })
}

fn byte(text: &str, place: &Value) -> usize {
    let (line, character) = (place["line"].as_u64().unwrap(), place["character"].as_u64().unwrap());
    let start: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
    let units: Vec<u16> = text[start..].encode_utf16().take(character as usize).collect();
    start + String::from_utf16(&units).unwrap().len()
}

/// The text with an action's edits made.
fn edited(text: &str, action: &Value, uri: &str) -> String {
    let mut edits: Vec<_> = action["edit"]["changes"][uri].as_array().unwrap().iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(byte(text, &edit["range"]["start"])));
    edits.into_iter().fold(text.to_owned(), |done, edit| {
        let (start, end) = (byte(text, &edit["range"]["start"]), byte(text, &edit["range"]["end"]));
        format!("{}{}{}", &done[..start], edit["newText"].as_str().unwrap(), &done[end..])
    })
}

const ALL: [u64; 2] = [0, 9999];

fn all() -> Value {
    json!({ "start": { "line": ALL[0], "character": 0 }, "end": { "line": ALL[1], "character": 0 } })
}

/// Astral and combining characters before the keys of a line, so that bytes, characters and UTF-16 units all differ.
const FOREIGN: &str =
    "{ meta: { lastTouchedVersion: '2026.9.6' }, agents: { defaults: { model: 'anthropic/claude-opus-4-6',\r
    /* é😀😀 */ heartbeat: { every: 30, /* 日本 */ isolatedSesion: true, target: 'none' } } } }\r\n";

#[test]
fn findings_are_those_of_lint_at_utf_16_columns() {
    let desk = Desk::with(FOREIGN);
    let uri = format!("file://{}", desk.path("openclaw.json").display());
    let mut editor = Editor::start(&desk, &[]);
    let shown = editor.show(&uri, FOREIGN, true);
    let lint: Value =
        serde_json::from_str(&desk.ask(&["lint", "--format", "json", "--month", "2026-11"]).stdout).unwrap();
    let findings = lint["findings"].as_array().unwrap();
    assert!(findings.len() >= 2 && shown.len() == findings.len(), "{shown:?}");
    for (diagnostic, finding) in shown.iter().zip(findings) {
        assert_eq!(diagnostic["code"], finding["rule"]);
        for end in ["start", "end"] {
            let at = finding["range"][end]["byte"].as_u64().unwrap() as usize;
            assert_eq!(diagnostic["range"][end], place(FOREIGN, at), "{finding}");
        }
        let severity = ["", "error", "warning", "info"][diagnostic["severity"].as_u64().unwrap() as usize];
        assert_eq!(severity, finding["severity"]);
        assert!(diagnostic["message"].as_str().unwrap().starts_with(finding["message"].as_str().unwrap()));
    }

    // Each fix mends its finding, and all safe ones are what `lint --fix` writes.
    let actions = editor.actions(&uri, &all());
    let (fixes, whole): (Vec<_>, Vec<_>) = actions.iter().partition(|action| action["kind"] == "quickfix");
    let fixable = findings.iter().filter(|finding| !finding["fix"].is_null()).count();
    assert!(fixes.len() == fixable && fixable >= 2, "{actions:?}");
    for fix in fixes {
        let rule = &fix["diagnostics"][0]["code"];
        let left = editor.show(&uri, &edited(FOREIGN, fix, &uri), false);
        assert!(left.iter().all(|left| left["code"] != *rule), "{rule} is still there: {left:?}");
        editor.show(&uri, FOREIGN, false);
    }
    let all_safe = edited(FOREIGN, whole[0], &uri);
    desk.ask(&["lint", "openclaw.json", "--fix", "--month", "2026-11"]);
    assert_eq!(all_safe, desk.read("openclaw.json"));
    assert_ne!(all_safe, FOREIGN);

    // Nothing of it is found in another text, nothing in one that is closed.
    let off = editor.show(&uri, "{ agents: { defaults: { heartbeat: { every: '0m' } } } }", false);
    assert!(off.iter().all(|found| found["code"] == "off-but-woken"), "{off:?}");
    editor.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    assert_eq!(editor.heard(&uri), Vec::<Value>::new());
    let broken = editor.show(&uri, "{ agents: ", true);
    assert_eq!((broken.len(), &broken[0]["code"]), (1, &"syntax-error".into()));
    editor.stop();
}

#[test]
fn each_heartbeat_block_has_its_month_and_each_finding_its_page() {
    for name in ["personal.json5", "team.json5"] {
        let text = fixture(name);
        let desk = Desk::with(&text);
        let uri = format!("file://{}", desk.path("openclaw.json").display());
        let mut editor = Editor::start(&desk, &[]);
        let found = editor.show(&uri, &text, true);
        let lenses = editor.ask("textDocument/codeLens", &json!({ "textDocument": { "uri": uri } }));
        let lenses = lenses.as_array().unwrap();
        assert_eq!(lenses.len(), text.matches("heartbeat: {").count(), "{lenses:?}");
        let report = desk.report(&["openclaw.json"]);
        let mut figures = 0;
        for lens in lenses {
            let at = byte(&text, &lens["range"]["start"]);
            assert!(text[at..].starts_with("heartbeat"), "{lens}");
            let title = lens["command"]["title"].as_str().unwrap();
            let agents = report["agents"].as_array().unwrap();
            let whose = agents.iter().find(|agent| title.ends_with(&format!("({})", agent["id"].as_str().unwrap())));
            let Some(month) = whose.map(|agent| &agent["current"]).filter(|month| month["runs"] != 0) else {
                assert!(title.starts_with("no "), "{title}");
                continue;
            };
            let cost: f64 = month["cost"]["typical"].as_str().unwrap().parse().unwrap();
            let said: f64 = title[1..].split(' ').next().unwrap().replace(',', "").parse().unwrap();
            assert!((said - cost).abs() <= if cost < 1000.0 { 0.006 } else { 0.5 }, "{title}: {cost}");
            figures += 1;
        }
        assert!(figures > 0, "{lenses:?}");
        let rule = found[0]["code"].as_str().unwrap();
        let hover = |editor: &mut Editor, place: &Value| {
            editor.ask("textDocument/hover", &json!({ "textDocument": { "uri": uri }, "position": place }))
        };
        let page = desk.ask(&["explain", rule]).stdout;
        let there = hover(&mut editor, &found[0]["range"]["start"]);
        assert!(there["contents"]["value"].as_str().unwrap().contains(page.trim_end()), "{there}");
        let every = place(&text, text.find("every:").unwrap());
        let setting = desk.ask(&["explain", "every"]).stdout;
        assert!(hover(&mut editor, &every)["contents"]["value"].as_str().unwrap().contains(setting.trim_end()));
        assert_eq!(hover(&mut editor, &json!({ "line": 0, "character": 0 })), Value::Null);
        editor.stop();
    }
}

#[test]
fn other_files_are_left_alone_and_the_settings_of_the_folder_count() {
    let desk = Desk::with(FOREIGN);
    desk.write("clawbeat.toml", "[rules]\nunknown-heartbeat-key = \"off\"\n");
    let mut editor = Editor::start(&desk, &["--select", "unknown,wrong-type"]);
    let uri = |name: &str| format!("file://{}", desk.path(name).display());
    let package = editor.show(&uri("package.json"), "{ agents: 1 }", true);
    assert!(package.is_empty(), "{package:?}");
    let codes = |found: &[Value]| found.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let here = codes(&editor.show(&uri("openclaw.prod.json5"), FOREIGN, true));
    assert!(!here.is_empty() && here.iter().all(|rule| rule == "wrong-type"), "{here:?}");
    editor.stop();
}
