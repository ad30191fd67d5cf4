//! `report --format prometheus`, read by a parser of the text format: names, labels and figures are those of the JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::common::Desk;

/// A sample: labels and value.
type Sample = (BTreeMap<String, String>, String);

/// The samples by metric. Each metric stands together under one help and one type, as the format demands.
fn parsed(text: &str) -> BTreeMap<String, Vec<Sample>> {
    assert!(text.ends_with('\n') && !text.contains('\r'));
    let mut metrics: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    let (mut current, mut is_typed) = (String::new(), false);
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').unwrap();
            assert!(!words.is_empty() && metrics.insert(name.to_owned(), Vec::new()).is_none(), "{name} twice");
            (current, is_typed) = (name.to_owned(), false);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert_eq!(kind, format!("{current} gauge"));
            is_typed = true;
        } else {
            let (name, rest) = line.split_once('{').unwrap();
            assert!(is_typed && name == current, "{line}");
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{name}"
            );
            let (labels, value) = labels(rest);
            value.parse::<f64>().unwrap();
            metrics.get_mut(name).unwrap().push((labels, value));
        }
    }
    metrics
}

/// What stands after the opening brace.
fn labels(mut rest: &str) -> (BTreeMap<String, String>, String) {
    let mut found = BTreeMap::new();
    while !rest.starts_with('}') {
        let (name, after) = rest.split_once("=\"").unwrap();
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next().unwrap() {
                (_, '\\') => value.push(match chars.next().unwrap().1 {
                    'n' => '\n',
                    c @ ('\\' | '"') => c,
                    other => panic!("\\{other} is no escape"),
                }),
                (at, '"') => break at + 1,
                (_, c) => value.push(c),
            }
        };
        assert!(found.insert(name.to_owned(), value).is_none(), "{name} twice");
        rest = after[end..].trim_start_matches(',');
    }
    (found, rest.strip_prefix("} ").unwrap().to_owned())
}

fn metrics(desk: &Desk, name: &str) -> BTreeMap<String, Vec<Sample>> {
    let answer = desk.ask(&["report", name, "--format", "prometheus"]);
    assert_eq!(answer.code, 0, "{answer}");
    parsed(&answer.stdout)
}

#[test]
fn the_samples_are_the_figures_of_the_report() {
    for name in ["personal.json5", "team.json5", "nexos.json5"] {
        let desk = Desk::with_fixture(name);
        let (metrics, report) = (metrics(&desk, name), desk.report(&[name]));
        let unit = if report["unit"] == "credits" { "credits" } else { "usd" };
        for (metric, key) in [("monthly_cost", "current"), ("recommended_monthly_cost", "recommended")] {
            let samples = &metrics[&format!("clawbeat_{metric}_{unit}")];
            let mut seen = 0;
            for agent in report["agents"].as_array().unwrap().iter().filter(|agent| agent["enrolled"] == true) {
                for bound in ["low", "typical", "high"] {
                    let is_it = |(labels, _): &&Sample| agent["id"] == *labels["agent"] && labels["bound"] == bound;
                    let (labels, value) = samples.iter().find(is_it).unwrap();
                    assert_eq!(Value::from(value.as_str()), agent[key]["cost"][bound], "{name} {metric}");
                    assert_eq!(Value::from(&*labels["model"]), agent["settings"]["model"]["value"]);
                    assert_eq!(labels["config"], name);
                    seen += 1;
                }
            }
            assert!(seen > 0 && seen == samples.len(), "{name} {metric}");
        }
        let agents = report["agents"].as_array().unwrap();
        let check = |metric: &str, figure: &dyn Fn(&Value) -> f64| {
            let samples = &metrics[&format!("clawbeat_{metric}")];
            assert_eq!(samples.len(), agents.iter().filter(|agent| agent["enrolled"] == true).count());
            for (labels, value) in samples {
                let agent = agents.iter().find(|agent| agent["id"] == *labels["agent"]).unwrap();
                let (value, expected) = (value.parse::<f64>().unwrap(), figure(agent));
                assert!((value - expected).abs() < 0.001, "{name} {metric}: {value}, {expected} in the report");
            }
        };
        for (metric, key) in [("runs", "runsPerDay"), ("requests", "requestsPerDay"), ("tokens", "tokensPerDay")] {
            check(&format!("{metric}_per_day"), &|agent| agent["usage"][key].as_f64().unwrap());
            check(&format!("{metric}_per_week"), &|agent| agent["usage"][key].as_f64().unwrap() * 7.0);
        }
        for key in ["runs", "requests"] {
            check(&format!("{key}_per_month"), &|agent| agent["current"][key].as_f64().unwrap());
        }
        check("tokens_per_month", &|agent| {
            agent["current"]["tokens"].as_object().unwrap().values().map(|kind| kind.as_f64().unwrap()).sum()
        });
        for key in ["requests", "tokens"] {
            check(&format!("busiest_5h_{key}"), &|agent| agent["usage"]["busiest5h"][key].as_f64().unwrap());
        }
        assert_eq!(metrics["clawbeat_config_accepted"][0].1, "1");
        assert_eq!(metrics["clawbeat_build_info"][0].0["version"], env!("CARGO_PKG_VERSION"));
        // Dashboards are built on the names: one more is added here, none is renamed.
        let names: Vec<&str> = metrics.keys().map(String::as_str).collect();
        let documented = std::fs::read_to_string(super::common::repository("docs/formats.md")).unwrap();
        for name in names {
            let shown = name.replace("_credits", "_usd");
            assert!(documented.contains(&format!("`{shown}`")), "{shown} is not documented");
        }
    }
}

/// The share of each window, alone and with a job of the gateway's own: 1 is all of it.
#[test]
fn the_shares_of_a_plan_are_those_of_the_report() {
    let heartbeat = json!({ "every": "30m", "target": "none" });
    let list = json!([{ "id": "main", "model": "openrouter/deepseek/deepseek-v4-flash:free", "heartbeat": heartbeat },
        { "id": "coder", "model": "openai-codex/gpt-5.5", "heartbeat": heartbeat }]);
    let config = json!({ "meta": { "lastTouchedVersion": "2026.7.1" },
        "agents": { "defaults": { "heartbeat": heartbeat }, "list": list } });
    let desk = Desk::with(config.to_string());
    std::fs::create_dir(desk.path("state")).unwrap();
    std::fs::create_dir(desk.path("state/cron")).unwrap();
    let job = json!({ "id": "a1", "name": "mail", "enabled": true, "agentId": "main", "sessionTarget": "isolated",
        "schedule": { "kind": "every", "everyMs": 3_600_000 }, "payload": { "kind": "agentTurn", "message": "Mail?" } });
    desk.write("state/cron/jobs.json", json!({ "version": 1, "jobs": [job] }).to_string());
    let ask = ["report", "openclaw.json", "--state-dir", "state"];
    let answer = desk.ask(&[&ask[..], &["--format", "prometheus"]].concat());
    let (metrics, report) = (parsed(&answer.stdout), desk.report(&ask[1..]));
    let windows = report["totals"]["windows"].as_array().unwrap();
    let mut seen = 0;
    for window in windows {
        for (metric, share) in [
            ("clawbeat_plan_window_share_ratio", &window["share"]),
            (
                "clawbeat_plan_window_share_with_jobs_ratio",
                match &window["withJobs"] {
                    Value::Null => &window["share"],
                    with => &with["share"],
                },
            ),
        ] {
            for (bound, percent) in share.as_object().into_iter().flatten() {
                let same = |(labels, _): &&Sample| {
                    labels["bound"] == *bound
                        && window["unit"] == *labels["unit"]
                        && window["window"] == *labels["window"]
                };
                let (_, ratio) = metrics[metric].iter().find(same).unwrap();
                let (ratio, percent) =
                    (ratio.parse::<f64>().unwrap(), percent.as_str().unwrap().parse::<f64>().unwrap());
                assert!((ratio * 100.0 - percent).abs() < 0.001, "{metric} {window}: {ratio}");
                seen += 1;
            }
        }
    }
    assert_eq!(
        seen,
        metrics.iter().filter(|(name, _)| name.contains("share")).map(|(_, all)| all.len()).sum::<usize>()
    );
    // 48 heartbeats and 24 jobs of 50 requests a day.
    let day = |metric: &str| {
        let is_it = |(labels, _): &&Sample| labels["window"] == "day" && labels["bound"] == "high";
        metrics[metric].iter().find(is_it).unwrap().1.parse::<f64>().unwrap()
    };
    let [alone, with] = ["clawbeat_plan_window_share_ratio", "clawbeat_plan_window_share_with_jobs_ratio"].map(day);
    assert!(alone >= 0.96 && with > alone + 0.4, "{alone} {with} {metrics:?}");
}

#[test]
fn an_unknown_price_has_no_sample_and_foreign_text_stays_a_label() {
    let config =
        r#"{ agents: { defaults: { model: "foo/b\"a\\r\n{}", heartbeat: { every: "1h", target: "none" } } } }"#;
    let desk = Desk::with(config);
    let metrics = metrics(&desk, "openclaw.json");
    assert!(metrics["clawbeat_monthly_cost_usd"].is_empty(), "{metrics:?}");
    let (labels, runs) = &metrics["clawbeat_runs_per_day"][0];
    assert_eq!((labels["agent"].as_str(), runs.as_str()), ("main", "24"));
    assert!(labels["model"].contains("b\"a\\r"), "{labels:?}");
}
