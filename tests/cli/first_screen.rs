//! What a reader sees first is true and is what matters.

use serde_json::{Value, json};

use super::common::Desk;

/// A plan has no price a request: no dollars, whatever the list price or the file's own, but what of it is used.
#[test]
fn what_a_plan_pays_for_has_no_price_in_dollars() {
    let zai = |url: &str| {
        let model = json!({ "id": "glm-4.7", "cost": { "input": 0.6, "output": 2.2 } });
        json!({ "zai": { "baseUrl": url, "models": [model] } })
    };
    let config = |model: &str, providers: Value, profiles: Value| {
        json!({ "meta": { "lastTouchedVersion": "2026.5.18" }, "auth": { "profiles": profiles },
            "models": { "providers": providers },
            "agents": { "defaults": { "model": model, "heartbeat": { "every": "30m", "target": "none" } } } })
    };
    let signed_in = |provider: &str, mode: &str| json!({ "a": { "provider": provider, "mode": mode } });
    for (model, providers, profiles, plan) in [
        ("zai/glm-4.7", zai("https://api.z.ai/api/coding/paas/v4"), json!({}), "a GLM Coding Plan"),
        ("github-copilot/claude-opus-4.8", json!({}), json!({}), "GitHub Copilot"),
        ("openai-codex/gpt-5.4", json!({}), json!({}), "a ChatGPT plan"),
        ("openai/gpt-5.4", json!({}), signed_in("openai", "oauth"), "a ChatGPT plan"),
        ("anthropic/claude-opus-4-8", json!({}), signed_in("anthropic", "oauth"), "a Claude subscription"),
        ("anthropic/claude-opus-4-8", json!({}), signed_in("anthropic", "token"), "a Claude subscription"),
        ("volcengine-plan/deepseek-v4-flash", json!({}), json!({}), "a Volcengine Coding Plan"),
    ] {
        let desk = Desk::with(config(model, providers, profiles).to_string());
        let told = desk.ask(&["report", "--full", "openclaw.json", "--month", "2026-11"]);
        let text = told.flat();
        // One every half hour: 48 a day.
        let how = match plan {
            "GitHub Copilot" => "which counts their tokens in dollars against what the plan includes",
            _ => "so they have no price of their own",
        };
        let says = format!("These heartbeats are paid for by {plan}, {how}.");
        assert!(text.contains(&says) && text.contains("heartbeats 48 336 1,440"), "{told}");
        assert!(!text.contains("no price is known") && !text.contains("--prices"), "{told}");
        let json = desk.report(&["openclaw.json"]);
        assert_eq!(
            (&json["agents"][0]["model"]["plan"], &json["totals"]["current"]["cost"]),
            (&json!(plan), &Value::Null)
        );
        let billing = &json["agents"][0]["billing"];
        assert_eq!((&billing["kind"], &billing["plan"]), (&json!("plan"), &json!(plan)));
    }
    // The same vendor by the token.
    let desk = Desk::with(config("zai/glm-4.7", zai("https://api.z.ai/api/paas/v4"), json!({})).to_string());
    let json = desk.report(&["openclaw.json"]);
    assert!(json["totals"]["current"]["cost"].is_object() && json["agents"][0]["model"]["plan"].is_null());
    let kind = |model: &str, flags: &[&str], profiles: Value| {
        let desk = Desk::with(config(model, json!({}), profiles).to_string());
        desk.report(&[&["openclaw.json"], flags].concat())["agents"][0]["billing"]["kind"].clone()
    };
    let opus = "anthropic/claude-opus-4-8";
    assert_eq!(kind(opus, &[], signed_in("anthropic", "api_key")), "tokens");
    assert_eq!(kind(opus, &["--anthropic-auth", "oauth"], json!({})), "plan");
    assert_eq!(kind(opus, &["--anthropic-auth", "api-key"], json!({})), "tokens");
    assert_eq!(kind("ollama/qwen3:8b", &[], json!({})), "free");
    assert_eq!(kind("nobody/knows", &[], json!({})), "unknown");
}

/// A release that refuses the file is no answer to what it costs.
#[test]
fn a_release_that_refuses_the_file_is_not_priced() {
    let entries = json!({ "agents": { "defaults": { "model": "anthropic/claude-sonnet-4-6", "heartbeat": { "every": "1h", "target": "none" } },
        "entries": { "a": {}, "b": {} } } });
    let desk = Desk::with(entries.to_string());
    let json = desk.report(&["openclaw.json"]);
    assert_eq!(json["totals"]["otherGeneration"], Value::Null);
    // Without them both releases take it, and they do not agree about the cost.
    let desk = Desk::with(r#"{ "agents": { "defaults": { "model": "anthropic/claude-sonnet-4-6" } } }"#);
    let json = desk.report(&["openclaw.json"]);
    assert!(json["totals"]["otherGeneration"].is_object(), "{json}");
}

/// What changes the meaning of the answer comes first, in each format.
#[test]
fn what_matters_stands_first() {
    let config = json!({ "meta": { "lastTouchedVersion": "2026.4.15" }, "agents": {
        "defaults": { "model": "mystery/model", "heartbeat": { "every": "30m" } },
        "list": [{ "id": "main", "default": true }, { "id": "second" }] } });
    let desk = Desk::with(config.to_string());
    std::fs::create_dir(desk.path("ws")).unwrap();
    desk.write("ws/SOUL.md", "calm");
    let ask = ["report", "--full", "openclaw.json", "--workspace", "ws"];
    let json = desk.report(&ask[1..]);
    let foremost: Vec<&str> = json["foremost"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(foremost.len(), 3, "{json}");
    for (said, part) in foremost.iter().zip(["nobody sees", "has no HEARTBEAT.md", "run for 2 agents instead of 1"]) {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(json["warnings"].as_array().unwrap()[..3], json["foremost"].as_array().unwrap()[..]);
    for format in ["text", "markdown", "html"] {
        let told = desk.ask(&[&ask[..], &["--format", format]].concat()).flat();
        let at = |part: &str| told.find(part).unwrap_or_else(|| panic!("{format}: no {part:?}"));
        let settings = at(match format {
            "html" => "<dl",
            "markdown" => "| ",
            _ => "agent every model",
        });
        assert!(at("obody sees the heartbeats") < settings && at("instead of 1") < settings, "{format}");
    }
}

/// What is wrong in an included file is shown there, in every format.
#[test]
fn a_finding_stands_in_the_file_that_says_it() {
    let desk = Desk::with(
        r#"{ meta: { lastTouchedVersion: "2026.9.6" }, $include: "./parts/base.json5",
             agents: { defaults: { model: "anthropic/claude-sonnet-4-6" } } }"#,
    );
    std::fs::create_dir(desk.path("parts")).unwrap();
    desk.write(
        "parts/base.json5",
        "{\n  // ours\n  agents: { defaults: {\n    heartbeat: { every: '30 m' },\n  } },\n}\n",
    );
    let select = ["lint", "openclaw.json", "--select", "invalid-duration"];
    let ask = |format: &str| desk.ask(&[&select[..], &["--format", format]].concat()).stdout;
    let json: Value = serde_json::from_str(&ask("json")).unwrap();
    let finding = &json["findings"][0];
    assert_eq!(
        (&finding["file"], &finding["range"]["start"]["line"]),
        (&json!("parts/base.json5"), &json!(4)),
        "{json}"
    );
    assert_eq!(finding["path"], json!("agents.defaults.heartbeat.every"));
    assert_eq!(json["files"].as_array().unwrap().len(), 1);
    let sarif: Value = serde_json::from_str(&ask("sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], json!("parts/base.json5"));
    assert_eq!(place["region"]["startLine"], json!(4));
    assert!(ask("github").contains("file=parts/base.json5,line=4,"), "{}", ask("github"));
    assert!(ask("text").contains("--> parts/base.json5:4:"), "{}", ask("text"));
    // It is known by that name, and by the name of the config, which is what it was called before.
    for file in ["parts/base.json5", "openclaw.json"] {
        let known = json!({ "schemaVersion": 1, "findings": [
            { "file": file, "rule": "invalid-duration", "path": "agents.defaults.heartbeat.every" }] });
        desk.write("known.json", known.to_string());
        let left = desk.ask(&[&select[..], &["--baseline", "known.json"]].concat());
        assert_eq!(left.code, 0, "{left}");
    }
}

/// OpenClaw has no verdict on what a config is made from.
#[test]
fn what_a_config_is_made_from_gets_no_verdict() {
    let desk = Desk::new();
    desk.write("openclaw.json.j2", "{ \"agents\": { \"defaults\": { \"timeoutSeconds\": {{ seconds }} } } }");
    desk.write("strings.json.j2", r#"{ "agents": { "defaults": { "heartbeat": { "every": "{{ every }}" } } } }"#);
    desk.write("helm.yaml", "agents:\n{{- range .Values.agents }}\n  - {{ . }}\n{{- end }}\n");
    desk.write("home.nix", "{ agents.defaults.heartbeat.every = \"1h\"; }");
    for (file, what) in [
        ("openclaw.json.j2", "is a template"),
        ("strings.json.j2", "is a template"),
        ("helm.yaml", "is a template"),
        ("home.nix", "is a Nix expression"),
    ] {
        for command in ["lint", "report"] {
            let told = desk.ask(&[command, file]);
            assert!(told.code == 2 && told.stderr.contains(what), "{command} {file}: {told}");
            assert!(!told.mentions("refuses"), "{command} {file}: {told}");
        }
    }
}

/// Nothing to do should cost nothing: asked with its price. 1,440 runs; 5 of 100 say something in the preset, so the rest
/// of the bill is a twentieth of it.
#[test]
fn whether_there_is_anything_to_do_is_asked_with_its_price() {
    let config = |release: &str, heartbeat: Value| {
        json!({ "meta": { "lastTouchedVersion": release },
            "agents": { "defaults": { "model": "anthropic/claude-opus-4-6", "heartbeat": heartbeat } } })
    };
    let plain = json!({ "every": "30m", "target": "none" });
    let desk = Desk::with(config("2026.9.6", plain.clone()).to_string());
    let idle = desk.report(&["openclaw.json"])["idle"].clone();
    let amount = |key: &str| idle[key].as_str().unwrap().parse::<f64>().unwrap();
    assert_eq!((&idle["percent"], &idle["instructionsKnown"]), (&json!(95), &json!(false)));
    assert!((amount("costIfTriggered") * 20.0 - amount("cost")).abs() < 0.001, "{idle}");
    let told = desk.ask(&["report", "openclaw.json", "--month", "2026-11"]);
    let text = told.flat();
    assert!(
        text.contains("Nothing to check? An empty checklist makes that free; if a script can decide, about $"),
        "{told}"
    );
    assert!(text.contains("clawbeat explain paid-empty-instructions"), "{told}");

    // What a prompt tells is known, and the workload says how often it finds something.
    let prompt = json!({ "every": "30m", "target": "none", "prompt": "Look for new mail." });
    let desk = Desk::with(config("2026.9.6", prompt).to_string());
    desk.write("load.json", r#"{ "schemaVersion": 1, "idlePercent": 50 }"#);
    let idle = desk.report(&["openclaw.json", "--workload", "load.json"])["idle"].clone();
    assert_eq!((&idle["percent"], &idle["instructionsKnown"]), (&json!(50), &json!(true)));

    // Older releases run no script, and who spends nothing is not asked.
    let desk = Desk::with(config("2026.6.11", plain).to_string());
    assert_eq!(desk.report(&["openclaw.json"])["idle"]["triggersSince"], "2026.7.1");
    let desk = Desk::with(config("2026.9.6", json!({ "every": "0m", "target": "none" })).to_string());
    assert!(desk.report(&["openclaw.json"])["idle"].is_null());
}

/// However much is asked, what it costs and what the changes make of that stand there, as long as lines are left.
#[test]
fn left_over_lines_go_to_the_answer() {
    let heartbeat = json!({ "every": "20m", "target": "none" });
    let config = json!({ "meta": { "lastTouchedVersion": "2026.9.6" },
        "agents": { "defaults": { "model": "anthropic/claude-sonnet-4-6", "heartbeat": heartbeat } },
        "channels": { "signal": { "httpUrl": "http://127.0.0.1:8080", "autoStart": false } } });
    let desk = Desk::with(config.to_string());
    let asked = ["report", "openclaw.json", "--month", "2026-11", "--budget", "15", "--max-monthly", "40"];
    let told = desk.ask(&asked);
    let lines = told.stdout.lines().count();
    assert!(told.flat().contains("With the changes below: about"), "{told}");
    assert!((22..=23).contains(&lines), "{lines}: {told}");
}

/// What the start cannot move without asking a server is not said to be moved by it (`docs/channels/signal.md` of 2026.9.6).
#[test]
fn an_old_transport_that_only_its_server_explains_is_not_promised_to_go() {
    for (channel, promised) in [
        (json!({ "httpUrl": "http://127.0.0.1:8080", "autoStart": false }), false),
        (json!({ "httpUrl": "http://127.0.0.1:8080", "apiMode": "native", "autoStart": false }), true),
    ] {
        let config = json!({ "channels": { "signal": channel } });
        let told = Desk::with(config.to_string()).ask(&["lint", "openclaw.json", "--openclaw-version", "2026.9.6"]);
        let flat = told.flat();
        assert_eq!(flat.contains("the gateway moves or drops it when it starts"), promised, "{told}");
        assert_eq!(flat.contains("asks the server"), !promised, "{told}");
    }
}

/// Which model answers is what the figure turns on: it is told first, with what makes the chosen one answer.
#[test]
fn a_heartbeat_model_that_is_not_heeded_is_told_first() {
    let defaults = r#"{ agents: { defaults: { model: "anthropic/claude-sonnet-4-5",
        heartbeat: { every: "30m", model: "google/gemini-2.5-flash-lite" } } } }"#;
    let own = r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-5" },
        list: [{ id: "kev", heartbeat: { every: "5m", model: "google/gemini-3-pro-preview" } }] } }"#;
    for (config, release, says) in [
        (
            defaults,
            "2026.4.2",
            "heartbeat.model 'google/gemini-2.5-flash-lite' does not answer on OpenClaw 2026.4.2: \
             anthropic/claude-sonnet-4-5 does, the agent's own. To use it, update to 2026.4.5 or later",
        ),
        (own, "2026.2.3", "To use it, set it in agents.defaults.heartbeat, or update to 2026.2.12 or later"),
    ] {
        let desk = Desk::with(config);
        let told = desk.ask(&["report", "--full", "--openclaw-version", release]);
        assert!(told.flat().contains(says), "{told}");
        let brief = desk.ask(&["report", "--openclaw-version", release]);
        let first = brief.stdout.lines().find(|line| line.starts_with("Warning")).unwrap();
        assert!(first.contains("heartbeat.model"), "{brief}");
        let heeded = desk.ask(&["report", "--full", "--openclaw-version", "2026.4.15"]);
        assert!(!heeded.mentions("does not answer on"), "{heeded}");
    }
}

/// A command that is cut short is none.
#[test]
fn no_command_is_cut_short() {
    let config = r#"{ agents: { defaults: { model: "ollama/nemotron-3-ultra:cloud", heartbeat: { every: "30m" } } } }"#;
    let told = Desk::with(config).ask(&["report", "--openclaw-version", "2026.6.1"]);
    assert!(!told.mentions("clawbeat explain …"), "{told}");
}

/// Whoever wrote last by the channel that is the target is told, also without `to`: openclaw/openclaw#47936 got its heartbeats.
#[test]
fn a_channel_without_a_recipient_is_not_said_to_reach_nobody() {
    for (release, target) in [("2026.3.13", "whatsapp"), ("2026.4.15", "telegram"), ("2026.9.6", "telegram")] {
        let block = json!({ "every": "30m", "target": target });
        let config =
            json!({ "agents": { "defaults": { "model": "anthropic/claude-sonnet-4-6", "heartbeat": block } } });
        let desk = Desk::with(config.to_string());
        let told = desk.ask(&["report", "--full", "openclaw.json", "--openclaw-version", release]);
        assert!(!told.mentions("nobody sees") && told.stdout.contains("1,440"), "{told}");
        let told = desk.ask(&["lint", "openclaw.json", "--openclaw-version", release]);
        assert!(!told.mentions("unread-heartbeat"), "{told}");
    }
}
