//! A config with secrets and escapes in every place: none of them comes out.

use super::common::Desk;

const SECRETS: [&str; 9] = [
    "tg-1234567890:AAH-very-secret",
    "sk-ant-api03-secretsecret",
    "hunter2hunter2",
    "gw-token-0123456789",
    "xoxb-111-222-slack",
    "ref-secret-id",
    "AKIASECRETKEY",
    "wss-password-9",
    "bearer-xyz-secret",
];

/// Everything a config may hide or hurl at a terminal, close to the lines that change.
const HOSTILE: &str = r#"{
  meta: { lastTouchedVersion: "2026.9.6" },
  gateway: { auth: { token: "gw-token-0123456789", password: "hunter2hunter2" }, remote: { password: "wss-password-9" } },
  channels: {
    telegram: { botToken: "tg-1234567890:AAH-very-secret", allowFrom: ["123456789"] },
    slack: { botToken: "xoxb-111-222-slack" },
  },
  models: { providers: { own: {
    baseUrl: "https://api.example.com/v1", api: "openai-completions", apiKey: "sk-ant-api03-secretsecret",
    headers: { Authorization: "bearer-xyz-secret" },
    models: [{ id: "evil\u001b[31m\u202e\u009b2Jmodel", name: "x\u0007y\n::error::pwned", contextWindow: 200000, cost: { input: 3, output: 15, cacheRead: 0, cacheWrite: 0 } },
             { id: "small", name: "small", contextWindow: 200000, cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 } }],
  } } },
  agents: {
    defaults: { model: "own/evil\u001b[31m\u202e\u009b2Jmodel", userTimezone: "Mars/\u001b[2JOlympus",
      memorySearch: { remote: { apiKey: "AKIASECRETKEY" } },
      heartbeat: { every: "30m", target: "telegram\u001b[5m", to: "\u001b]0;title\u0007", prompt: "go\u001b[31m" } },
    list: [
      { id: "main\u001b[31m", default: true },
      { id: "\u202eevil", heartbeat: {
        apiKey: { source: "exec", provider: "vault", id: "ref-secret-id" },
        every: "15m\u001b[2J" } },
    ],
  },
}"#;

#[test]
fn secrets_and_escapes_never_come_out() {
    let desk = Desk::with(HOSTILE);
    desk.write("min.json", json5_to_json(HOSTILE));
    for file in ["openclaw.json", "min.json"] {
        for arguments in [
            vec!["report", "--full", file],
            vec!["report", file, "--format", "json"],
            vec!["report", "--full", file, "--agent", "nobody\u{1b}[31m"],
            vec!["report", "--full", file, "--openclaw-version", "2026.7.1"],
            vec!["report", "--full", file, "--billing", "nexos"],
            vec!["diff", file],
            vec!["diff", file, "--format", "unified"],
            vec!["diff", file, "--format", "commands"],
            vec!["apply", file, "--dry-run"],
            vec!["apply", file],
            vec!["simulate", file],
            vec!["simulate", file, "--trace"],
        ] {
            let answer = desk.ask(&arguments);
            for secret in SECRETS {
                assert!(!answer.mentions(secret), "{arguments:?} shows {secret}:\n{answer}");
            }
            let bad =
                |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{feff}';
            let from = |text: &str| text.find(bad).map(|at| text[at..].chars().take(60).collect::<String>());
            assert_eq!(from(&answer.stdout).or_else(|| from(&answer.stderr)), None, "{arguments:?}");
            assert!(!answer.stdout.lines().any(|line| line.starts_with("::")), "{arguments:?}:\n{answer}");
        }
    }
    assert_eq!(desk.read("openclaw.json"), HOSTILE);
}

/// The same tree as one line of JSON, secrets and changes side by side.
fn json5_to_json(text: &str) -> String {
    let document = clawbeat::document::Document::parse(text, clawbeat::document::Format::Json5).unwrap();
    serde_json::to_string(document.value()).unwrap()
}

/// A secret that a syntax error points at stays out of the message.
#[test]
fn a_broken_line_with_a_secret_is_not_quoted() {
    let desk = Desk::with("{ channels: { telegram: { botToken: \"tg-1234567890:AAH-very-secret\" allowFrom: [1] } } }");
    for command in ["report", "diff", "apply", "simulate"] {
        let answer = desk.ask(&[command, "openclaw.json"]);
        assert_eq!(answer.code, 2);
        assert!(!answer.mentions("very-secret"), "{answer}");
    }
}
