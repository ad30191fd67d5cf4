//! What a config says stays text in a comment, and any config gives a comment.

use clawbeat::report::markdown::render;
use serde_json::{Value, json};

use super::common::Desk;
use super::library::{RELEASES, Read, real_configs};
use super::markdown::{check_comment, comment, first_screen, skeleton};

/// Every name and value that a config can hold, made of one text.
fn config_of(text: &str) -> Value {
    json!({
        "meta": { "lastTouchedVersion": "2026.9.6" },
        "models": { "providers": { "own": { "baseUrl": "https://models.example/v1", "api": "openai-completions", "models": [
            { "id": text, "name": text, "contextWindow": 200_000,
              "cost": { "input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75 } },
        ] } } },
        "agents": {
            "defaults": { "model": format!("own/{text}"), "userTimezone": text, "heartbeat": { "target": "none" },
                "models": { format!("own/{text}"): { "alias": text } } },
            "entries": {
                "main": { "name": text, "heartbeat": { "every": "30m", "target": text, "activeHours": { "start": "08:00", "end": "22:00", "timezone": text } } },
                format!("a {text}"): { "heartbeat": { "every": format!("${{{text}}}"), "model": format!("nobody/{text}"), "prompt": text } },
            },
        },
        "channels": { "telegram": { "allowFrom": [text] } },
    })
}

/// A comment over a hostile config is made of the same parts as one over a harmless config of the same shape.
#[test]
fn hostile_names_and_values_are_inert() {
    let render = |text: &str| {
        let desk = Desk::new();
        let name = format!("{}.json", text.replace('/', "-"));
        desk.write(&name, config_of(text).to_string());
        let mut old = config_of(text);
        old["agents"]["entries"]["main"]["heartbeat"]["every"] = json!("1h");
        old["agents"]["entries"][format!("gone {text}")] = json!({ "heartbeat": { "every": "1h" } });
        old["agents"]["entries"]["main"]["heartbeat"]["model"] = json!(format!("own/other {text}"));
        desk.write("old.json", old.to_string());
        let answer = desk.ask(&["report", "--format", "markdown", "--against", "old.json", &format!("./{name}")]);
        assert!(answer.code == 0 && !answer.stdout.is_empty(), "{text}: {answer}");
        answer.stdout
    };
    let harmless = skeleton(&render("harmless")).0;
    assert!(harmless.len() > 200, "{}", harmless.len());
    for hostile in [
        "[click](https://evil.example)",
        "![x](https://evil.example/p.png)",
        "<img src=x onerror=alert(1)>",
        "<!-- --><script>1</script>",
        "</summary></details><b>",
        "a | b | c",
        r"a \| b",
        r"ends with \",
        "a ` b `` c | d",
        "`",
        "**bold** _it_ ~~gone~~",
        "@everyone and @org/team",
        "see #1 and GH-2 and org/repo#3",
        "https://evil.example www.evil.example a@evil.example",
        "::error file=x::y",
        "##[error]x",
        "$x$ $$y$$ $`z`$",
        "line\n\n# heading\n- [ ] item\n> quote\n::warning::x",
        "1. one",
        "- [x] done",
        "[^1]: note",
        "&lt;b&gt; &amp; &#60;i&#62;",
        "\u{202e}\u{1b}[31mred",
        ":tada: [!WARNING]",
    ] {
        let markdown = render(hostile);
        check_comment(&markdown, hostile);
        let kinds = skeleton(&markdown).0;
        let differs = kinds.iter().zip(&harmless).position(|(one, other)| one != other);
        assert_eq!((differs, kinds.len()), (None, harmless.len()), "{hostile}:\n{markdown}");
    }
}

#[test]
fn every_real_config_gives_a_comment() {
    for (name, config) in real_configs() {
        for version in RELEASES.map(Some).into_iter().chain([None]) {
            let report = Read::new(&config, version).report();
            let markdown = render(&report);
            check_comment(&markdown, &format!("{name} {version:?}"));
            assert!(first_screen(&markdown).lines().count() <= 45, "{name} {version:?}: {markdown}");
        }
    }
}

/// However long the roster, the open part is a screen and the whole fits in a comment.
#[test]
fn a_long_roster_stays_a_comment() {
    let roster = |agents: usize, name: &str| {
        let entries = (0..agents).map(|at| {
            let heartbeat = json!({ "every": format!("{}m", 30 + at), "target": "none" });
            (format!("{name}{at}"), json!({ "heartbeat": heartbeat }))
        });
        let entries: serde_json::Map<String, Value> = entries.collect();
        json!({ "meta": { "lastTouchedVersion": "2026.9.6" },
            "agents": { "defaults": { "model": "anthropic/claude-sonnet-4-6" }, "entries": entries } })
    };
    for (agents, name) in [(50, "agent-"), (300, "an-agent-with-rather-a-long-name-that-fills-its-sixty-characters-")] {
        let desk = Desk::with(roster(agents, name).to_string());
        desk.write("old.json", roster(agents, "former-").to_string());
        let markdown = comment(&desk, &["openclaw.json", "--against", "old.json"]);
        check_comment(&markdown, name);
        let open = first_screen(&markdown);
        assert!(open.lines().count() <= 48, "{} lines: {open}", open.lines().count());
        assert_eq!(markdown, comment(&desk, &["openclaw.json", "--against", "old.json"]), "the same bytes again");
    }
}
