//! Flat plans and free quotas: a config with the marks of each row of the recorded table gives that plan and its windows,
//! and the heartbeats that the table counts in them. What is told of it, in sentences.

use std::collections::BTreeMap;
use std::sync::Arc;

use clawbeat::catalogue::plans::{FlatPlan, Plans, QuotaSpan, QuotaUnit};
use clawbeat::money::Money;
use clawbeat::workload::Workload;
use clawbeat::{Analysis, Bounds, Format, Report, ReportedFile, Setup};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::common::{Desk, json_file};

/// The table as it was gathered: a row a window.
const TABLE: &str = include_str!("../../fixtures/plans.tsv");

fn rows() -> Vec<BTreeMap<&'static str, &'static str>> {
    let mut lines = TABLE.lines().map(|line| line.split('\t'));
    let heads: Vec<&str> = lines.next().unwrap().collect();
    lines.map(|cells| heads.iter().copied().zip(cells).collect()).collect()
}

/// A config of one agent every 30 minutes that bears the marks of a row.
fn config(row: &str) -> Value {
    let signed = |provider: &str, mode: &str| json!({ "p": { "provider": provider, "mode": mode } });
    let at = |provider: &str, url: &str| json!({ "providers": { provider: { "baseUrl": url, "models": [] } } });
    let none = Value::Null;
    let codex = row.split_once("gpt-").map(|(_, model)| format!("openai/gpt-{model}"));
    let (model, profiles, models) = match row {
        _ if row.starts_with("openrouter") => {
            ("openrouter/deepseek/deepseek-v4-flash:free".to_owned(), none.clone(), none)
        }
        "gemini-api-free" => ("google/gemini-3-flash-preview".to_owned(), signed("google", "api_key"), none),
        "gemini-cli-key-free" => {
            ("google-gemini-cli/gemini-3-flash-preview".to_owned(), signed("google-gemini-cli", "api_key"), none)
        }
        _ if row.starts_with("gemini-cli") => {
            ("google-gemini-cli/gemini-3-flash-preview".to_owned(), signed("google-gemini-cli", "oauth"), none)
        }
        _ if row.starts_with("codex") => {
            (codex.unwrap_or_else(|| "openai/gpt-5.4-mini".to_owned()), signed("openai", "oauth"), none)
        }
        _ if row.starts_with("claude-api") => ("anthropic/claude-opus-4-8".to_owned(), none.clone(), none),
        _ if row.starts_with("claude") => ("anthropic/claude-opus-4-8".to_owned(), signed("anthropic", "oauth"), none),
        _ if row.starts_with("copilot") => ("github-copilot/claude-opus-4.6".to_owned(), none.clone(), none),
        _ if row.starts_with("glm") => {
            ("zai/glm-4.7".to_owned(), none, at("zai", "https://api.z.ai/api/coding/paas/v4"))
        }
        _ if row.starts_with("kimi") => ("kimi-coding/kimi-k2.5".to_owned(), none.clone(), none),
        _ if row.starts_with("minimax") => ("minimax-portal/MiniMax-M2.7".to_owned(), none.clone(), none),
        _ if row.starts_with("alibaba") => {
            ("bailian/qwen3.5-plus".to_owned(), none, at("bailian", "https://coding.dashscope.aliyuncs.com/v1"))
        }
        "qwen-token-plan" => ("qwen-token-plan/qwen3.7-plus".to_owned(), none.clone(), none),
        _ if row.starts_with("ark") => ("volcengine-plan/deepseek-v4-flash".to_owned(), none.clone(), none),
        _ if row.starts_with("opencode") => ("opencode-go/glm-5".to_owned(), none.clone(), none),
        _ if row.starts_with("xiaomi") => ("xiaomi-token-plan/mimo-v2.6-pro".to_owned(), none.clone(), none),
        "ollama-cloud" => ("ollama/kimi-k2.5:cloud".to_owned(), none.clone(), none),
        "nvidia-nim" => ("nvidia/nemotron-3-super".to_owned(), none.clone(), none),
        "groq-free" => ("groq/llama-3.3-70b-versatile".to_owned(), none.clone(), none),
        other => panic!("{other}: no config bears its marks"),
    };
    let mut config = json!({ "agents": { "defaults": {
        "model": model, "heartbeat": { "every": "30m", "target": "none", "isolatedSession": true } } } });
    if !profiles.is_null() {
        config["auth"] = json!({ "profiles": profiles });
    }
    if !models.is_null() {
        config["models"] = models;
    }
    config
}

fn named(id: &str) -> Option<Arc<FlatPlan>> {
    Plans::default().named(id).cloned()
}

fn report(config: &Value, plan: Option<&str>, month: Date) -> Report {
    under(Workload::default(), config, plan, month)
}

fn under(mut workload: Workload, config: &Value, plan: Option<&str>, month: Date) -> Report {
    workload.plan = plan.map(|id| named(id).unwrap());
    let text = config.to_string();
    let mut analysis = Analysis::read(&text, Format::Json5, month, Setup { workload, ..Setup::default() }).unwrap();
    let repair = analysis.repair();
    let plan = analysis.plan(&Bounds::default());
    Report::new(&analysis, &plan, ReportedFile::new("openclaw.json", analysis.document.text(), repair))
}

const NOVEMBER: Date = date(2026, 11, 1);

#[test]
fn a_config_with_a_rows_marks_gives_its_plan_and_its_window() {
    let mut seen = 0;
    for row in rows() {
        let id = row["id"];
        let report = report(&config(id), Some(id), NOVEMBER);
        let [agent] = report.agents.as_slice() else { panic!("{id}") };
        assert_eq!(json!(agent.billing)["kind"], "plan", "{id}: {:?}", agent.billing);
        let plan = named(id).unwrap();
        let unit = match row["unit"] {
            "request" => QuotaUnit::Request,
            "local message" | "short message" => QuotaUnit::Message,
            "credit" => QuotaUnit::Credit,
            "US$" => QuotaUnit::Usd,
            "GPU time" => QuotaUnit::GpuTime,
            other => panic!("{other}"),
        };
        let span = match row["window"] {
            "minute" => QuotaSpan::Minute,
            "5h" | "5h + week" => QuotaSpan::FiveHours,
            "week" => QuotaSpan::Week,
            "month" => QuotaSpan::Month,
            day => {
                assert!(day.starts_with("day"), "{day}");
                QuotaSpan::Day
            }
        };
        let window = agent.windows.iter().find(|window| (window.unit, window.window) == (unit, span));
        let Some(window) = window else { panic!("{id}: {:#?}", agent.windows) };
        assert_eq!((&window.plan, window.plans.as_slice()), (&plan.name, &[plan.id.clone()][..]));
        let limit = window.limit.map(|limit| [limit.low, limit.high].map(|end| end.to_string()));
        let stated = [row["limit_low"], row["limit_high"]].map(str::to_owned);
        assert_eq!(limit.unwrap_or_default(), stated, "{id}");
        // What of it 48 heartbeats a day take, where a heartbeat is one of it.
        let counted = matches!(unit, QuotaUnit::Request | QuotaUnit::Message);
        if counted {
            assert_eq!(window.used.unwrap().to_string(), row["heartbeats_30m_24h_in_window"], "{id}");
            let share = window.share.unwrap();
            let percent = |share: Money| format!("{}%", share.round_to(1));
            assert_eq!([share.high, share.low].map(percent), [row["share_at_low"], row["share_at_high"]], "{id}");
        }
        assert_eq!(
            window.used.is_some(),
            counted || (unit == QuotaUnit::Credit && id.starts_with("glm")) || unit == QuotaUnit::Usd,
            "{id}"
        );
        assert_eq!(report.totals.windows, agent.windows, "{id}: one agent is all");
        seen += 1;
    }
    assert_eq!(seen, 50);
}

/// GLM-5.3-Flash, which answers for GLM-4.7, counts 2.3, 0.56 and 8 credits for 10,000 tokens read, cached and written, on
/// workdays from 14 to 18 in Singapore, and half of that at all other times: of ten heartbeats in five hours eight count in
/// full, of the 336 of a week forty.
#[test]
fn credits_are_the_tokens_by_the_formula_and_half_off_peak() {
    // Where none says anything, each heartbeat is the same.
    let quiet = Workload::read(&json!({ "schemaVersion": 1, "alertPercent": 0 }), "quiet.json").unwrap();
    let report = under(quiet, &config("glm-lite-5h"), Some("glm-lite"), NOVEMBER);
    let agent = &report.agents[0];
    let tokens = agent.current.tokens;
    let input = tokens.input + tokens.cache_write_5m + tokens.cache_write_1h;
    let all = input * 230 + tokens.cache_read * 56 + tokens.output * 800;
    let runs = agent.current.runs;
    assert_eq!((runs, all % runs), (1440, 0), "each is the same");
    let half = Money::from_pico(i128::from(all / runs) * 500_000);
    let window = agent.windows.iter().find(|window| window.window == QuotaSpan::FiveHours).unwrap();
    let times = |count: i128| Money::from_pico(half.pico() * count);
    assert_eq!(window.used, Some(times(2 + 8 * 2)));
    assert_eq!(window.share.unwrap().low, times(2 + 8 * 2).percent_of(Money::parse("2000").unwrap()).unwrap());
    let week = agent.windows.iter().find(|window| window.window == QuotaSpan::Week).unwrap();
    assert_eq!(week.used, Some(times(7 * 48 + 5 * 8)));
    // A model that the vendor's table does not name counts from the least to the most of it.
    let mut other = config("glm-lite-5h");
    other["agents"]["defaults"]["model"] = "zai/glm-9".into();
    let quiet = Workload::read(&json!({ "schemaVersion": 1, "alertPercent": 0 }), "quiet.json").unwrap();
    let report = under(quiet, &other, Some("glm-lite"), NOVEMBER);
    let share = report.totals.windows[0].share.unwrap();
    assert!(share.low < share.high, "{share:?}");
}

/// Until June 2026 GitHub counted requests by a multiplier of the model, and dollars by the token since.
#[test]
fn copilot_counts_by_multipliers_and_then_by_the_token() {
    let month = |month| report(&config("copilot-pro"), None, month);
    let april = month(date(2026, 4, 1));
    let [window] = april.totals.windows.as_slice() else { panic!("{:#?}", april.totals.windows) };
    // Opus 4.6 counts three times; Pro allows 300, Pro+ 1,500.
    assert_eq!((window.unit, window.used.unwrap().to_string()), (QuotaUnit::PremiumRequest, "4320".to_owned()));
    let limit = window.limit.unwrap();
    assert_eq!([limit.low, limit.high].map(|end| end.to_string()), ["300", "1500"]);
    // A round of tools is no request of the user's (docs.github.com: "only the prompts you send count as premium requests;
    // actions Copilot takes autonomously to complete your task, such as tool calls, do not"); OpenClaw marks it as the agent's.
    let rounds = Workload::read(&json!({ "schemaVersion": 1, "requestsPerRun": 3 }), "rounds.json").unwrap();
    let april = under(rounds, &config("copilot-pro"), None, date(2026, 4, 1));
    assert_eq!(april.totals.current.requests, 3 * 1440);
    assert_eq!(april.totals.windows[0].used.unwrap().to_string(), "4320");
    let november = month(NOVEMBER);
    let [window] = november.totals.windows.as_slice() else { panic!("{:#?}", november.totals.windows) };
    let priced = november.agents[0].billing.at_api_prices.as_ref().unwrap();
    assert_eq!((window.unit, window.used), (QuotaUnit::Usd, Some(priced.cost.typical)));
    assert_eq!(november.totals.current.cost, None, "and that is no bill");
}

/// Seven agents on one plan take from one quota.
#[test]
fn agents_on_one_plan_share_its_windows() {
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let agents: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "heartbeat": { "every": "10m" } })).collect();
    let config = json!({ "meta": { "lastTouchedVersion": "2026.3.13" },
        "auth": { "profiles": { "openai-codex:default": { "provider": "openai-codex", "mode": "oauth" } } },
        "agents": { "defaults": { "model": "openai-codex/gpt-5.4" }, "list": agents } });
    let report = report(&config, Some("codex-plus"), NOVEMBER);
    let [window] = report.totals.windows.as_slice() else { panic!("{:#?}", report.totals.windows) };
    assert_eq!(window.used.unwrap().to_string(), "210");
    assert!(report.agents.iter().all(|agent| agent.windows[0].used.unwrap().to_string() == "30"));
    assert_eq!(window.share.unwrap().high.to_string(), "1050");
    // The limit of 20 is passed by the third round of seven.
    assert_eq!(window.runs_out_after_ms, Some(20 * 60_000));
}

/// A day's quota runs out at a time of the vendor's day.
#[test]
fn a_day_runs_out_at_a_time() {
    let report = report(&config("gemini-api-free"), Some("gemini-api-free"), NOVEMBER);
    let [window] = report.totals.windows.as_slice() else { panic!("{:#?}", report.totals.windows) };
    // The twenty-first of 48 starts ten hours after midnight in Los Angeles.
    assert_eq!(window.runs_out_after_ms, Some(10 * 3_600_000));
    assert_eq!(window.left.unwrap().high.to_string(), "0");
}

#[test]
fn the_recap_doubles_what_it_takes_where_the_same_plan_writes_it() {
    let mut shared = config("openrouter-free");
    shared["agents"]["defaults"]["heartbeat"]["isolatedSession"] = json!(false);
    let used =
        |config: &Value| report(config, Some("openrouter-free"), NOVEMBER).totals.windows[0].used.unwrap().to_string();
    assert_eq!(used(&shared), "48");
    shared["agents"]["defaults"]["utilityModel"] = json!("openrouter/deepseek/deepseek-v4-flash:free");
    assert_eq!(used(&shared), "96");
    shared["agents"]["defaults"]["utilityModel"] = json!("google/gemini-3-flash-preview");
    assert_eq!(used(&shared), "48");
}

#[test]
fn the_answer_is_told_on_the_first_screen_and_in_every_format() {
    let desk = Desk::with(config("openrouter-free").to_string());
    let ask = |flags: &[&str]| desk.ask(&[&["report", "openclaw.json", "--month", "2026-11"], flags].concat());
    let says = "Heartbeats alone take 48 of 50 requests a day on OpenRouter free (fewer than 10 credits bought): 96%, \
                with the changes 24%; 2 left for you.";
    for format in [&[][..], &["--full"], &["--format", "markdown"], &["--format", "html"]] {
        let told = ask(&[&["--plan", "openrouter-free"], format].concat());
        assert!(told.flat().contains(says), "{told}");
    }
    let range = ask(&[]).flat();
    assert!(
        range.contains("48 of 50 to 1,000 requests a day on OpenRouter's free models (which? --plan openrouter-free)"),
        "{range}"
    );
    let wrong = ask(&["--plan", "openrouter-fre"]);
    assert_eq!((wrong.code, wrong.stderr.contains("did you mean 'openrouter-free'?")), (2, true), "{wrong}");
    desk.write("load.json", json!({ "schemaVersion": 1, "plan": "openrouter-free" }).to_string());
    assert!(ask(&["--workload", "load.json"]).flat().contains(says));
    desk.write("load.json", json!({ "schemaVersion": 1, "plan": "none" }).to_string());
    assert_eq!(ask(&["--workload", "load.json"]).code, 2);
}

#[test]
fn the_catalogue_of_plans_is_printed_as_text_and_as_data() {
    let desk = Desk::with("{}");
    let text = desk.ask(&["models", "--plans", "glm"]);
    assert!(text.stdout.contains("--plan glm-lite") && text.stdout.contains("2,000 credits in 5 hours"), "{text}");
    assert!(!text.stdout.contains("Copilot"), "{text}");
    let json: Value = serde_json::from_str(&desk.ask(&["models", "--plans", "--format", "json"]).stdout).unwrap();
    assert_eq!(json, json_file("src/catalogue/plans.json"));
    let schema = jsonschema::validator_for(&json_file("schemas/plans.v1.schema.json")).unwrap();
    assert!(schema.is_valid(&json));
    assert_eq!(desk.ask(&["models", "--plans", "--billing", "usd"]).code, 2);
}

/// The file that docs/formats.md shows: it says what pays for a model that nobody else knows, in every command.
#[test]
fn plans_come_from_a_file_as_prices_do() {
    let own = json_file("fixtures/plans/own.json");
    let desk = Desk::with(
        json!({ "agents": { "defaults": { "model": "acme/large", "heartbeat": { "every": "30m", "target": "none" } } } })
            .to_string(),
    );
    desk.write("plans.json", own.to_string());
    let told = desk.ask(&["report", "openclaw.json", "--plans", "plans.json", "--month", "2026-11"]).stdout;
    assert!(told.contains("on Acme Team") && told.contains("of 200 requests in 5 hours"), "{told}");
    // A whole number counts however it is written.
    let text = std::fs::read_to_string(super::common::repository("fixtures/plans/own.json")).unwrap();
    for written in ["200.0", "2e2"] {
        assert!(text.contains("200"), "{text}");
        desk.write("floats.json", text.replace("200", written));
        let ask = ["report", "--full", "openclaw.json", "--plans", "floats.json", "--month", "2026-11"];
        assert!(desk.ask(&ask).flat().contains("of 200 requests in 5 hours"), "{written}");
    }
    // A setting of the folder, as prices are.
    desk.write("clawbeat.toml", "plans = \"plans.json\"\n");
    let json = desk.report(&["openclaw.json", "--month", "2026-11", "--fit", "2%"]);
    assert_eq!(json["totals"]["windows"][0]["plans"], json!(["acme-team"]));
    assert_eq!(json["totals"]["fit"]["reached"], true, "{}", json["totals"]["fit"]);
    // One of the same id takes the place of what is built in.
    let built_in = json_file("src/catalogue/plans.json");
    let mut glm = built_in.clone();
    glm["offers"].as_array_mut().unwrap().retain(|offer| offer["id"] == "glm");
    glm["offers"][0]["plans"][0]["windows"][0]["limit"] = json!({ "low": 7, "high": 7 });
    glm["$schema"] = "schemas/plans.v1.schema.json".into();
    desk.write("glm.json", glm.to_string());
    let listed = desk.ask(&["models", "--plans=glm.json", "glm-lite"]).stdout;
    assert!(listed.contains("7 credits in 5 hours") && !listed.contains(" 2,000 credits"), "{listed}");
    let listed = desk.ask(&["models", "--plans=glm.json", "--format", "json"]).stdout;
    let data: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(data["offers"][0], glm["offers"][0]);
    assert_eq!(data["offers"].as_array().unwrap().len(), built_in["offers"].as_array().unwrap().len());
}

/// What is wrong with a file of plans is said with its place, and nothing is worked out from the rest.
#[test]
fn a_file_of_plans_that_is_wrong_is_refused_with_its_place() {
    let own = json_file("fixtures/plans/own.json");
    let window = "/offers/0/plans/0/windows/0";
    let cases: [(&str, &str, Value, &str); 14] = [
        (window, "unit", json!("prompts"), "\"prompts\" is not one of"),
        (window, "limit", json!({ "low": 9, "high": 3 }), "low (9) is more than high (3)"),
        (window, "limit", json!({ "low": 200.5, "high": 300 }), "expected an integer"),
        (window, "limit", json!({ "low": 1, "high": 1e17 }), "greater than the maximum"),
        (window, "limit", json!({ "low": -2.0, "high": 300 }), "less than the minimum"),
        (window, "limits", json!(1), "unknown field 'limits'"),
        (window, "zone", json!("Mars/Olympus"), "'Mars/Olympus' is not a time zone"),
        (window, "until", json!("2026-02-30"), "'2026-02-30' is not a date"),
        (window, "source", json!("a \"page\""), "without quotes"),
        (window, "id", json!("glm-lite-5h"), "'glm-lite-5h' is the id of another one, too"),
        ("/offers/0/plans/0", "id", json!("codex-plus"), "'codex-plus' is the id of another one, too"),
        ("/offers/0", "marks", json!([{}]), "a mark names nothing"),
        ("/offers/0", "vendor", json!(7), "expected a string, found a number"),
        (
            "/offers/0",
            "credits",
            json!({ "per": 1, "rates": [{ "models": ["x"], "input": "99999999", "cached": "1", "output": "1" }],
                "source": "somewhere", "date": "2026" }),
            "is too much",
        ),
    ];
    for (at, key, value, says) in cases {
        let mut file = own.clone();
        file.pointer_mut(at).unwrap()[key] = value;
        let desk = Desk::with("{}");
        desk.write("plans.json", serde_json::to_string_pretty(&file).unwrap());
        for call in [&["report", "openclaw.json", "--plans", "plans.json"][..], &["models", "--plans=plans.json"]] {
            let answer = desk.ask(call);
            let place = answer.stderr.strip_prefix("error: plans file plans.json:").unwrap_or_default();
            let mut numbers = place.split(':').map(|part| part.parse::<usize>());
            let line = numbers.next().unwrap().unwrap_or_default();
            assert!(line > 1 && numbers.next().unwrap().is_ok(), "{key}: {answer}");
            assert!(answer.stderr.contains(says) && answer.code == 2 && answer.stdout.is_empty(), "{key}: {answer}");
        }
    }
    let desk = Desk::with("{}");
    desk.write("plans.json", "{ offers: [");
    assert_eq!(desk.ask(&["report", "openclaw.json", "--plans", "plans.json"]).code, 2);
    assert_eq!(desk.ask(&["report", "openclaw.json", "--plans", "gone.json"]).code, 2);
}

/// The least change that fits: applied, it keeps the share and leaves nothing to change.
#[test]
fn the_least_change_that_fits_is_made_and_holds() {
    let desk = Desk::with(config("openrouter-free").to_string());
    let fit = ["openclaw.json", "--month", "2026-11", "--plan", "openrouter-free", "--fit", "20%"];
    let told = desk.ask(&[&["report"], &fit[..]].concat()).flat();
    assert!(told.contains("keep it under 20% of what the plan allows"), "{told}");
    let before = desk.report(&fit);
    // 50 requests a day, 20% of which are ten: every 2h is twelve, every 4h six.
    let changes = before["agents"][0]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!((&changes[0]["lever"], &changes[0]["to"]), (&json!("every"), &json!("4h")));
    assert_eq!(before["totals"]["fit"], json!({ "percent": "20", "reached": true, "share": "12", "jobsShare": null }));
    let applied = desk.ask(&[&["apply"], &fit[..], &["--yes"]].concat());
    assert_eq!(applied.code, 0, "{applied}");
    let after = desk.report(&fit);
    assert_eq!((&after["agents"][0]["changes"], &after["totals"]["fit"]["share"]), (&json!([]), &json!("12")));
    assert_eq!(after["totals"]["windows"][0]["share"]["high"], "12");
    // Half of it is little enough as it is now.
    let enough = desk.report(&["openclaw.json", "--month", "2026-11", "--plan", "openrouter-free", "--fit", "50"]);
    assert_eq!((&enough["agents"][0]["changes"], &enough["totals"]["fit"]["reached"]), (&json!([]), &json!(true)));
    for wrong in ["0", "101%", "x"] {
        assert_eq!(desk.ask(&["report", "openclaw.json", "--fit", wrong]).code, 2, "{wrong}");
    }
    // By the token there is nothing to fit into.
    let desk = Desk::with(
        r#"{ agents: { defaults: { model: "anthropic/claude-opus-4-8", heartbeat: { every: "30m", target: "none" } } } }"#,
    );
    let json = desk.report(&["openclaw.json", "--fit", "20%"]);
    assert_eq!((&json["totals"]["fit"]["reached"], &json["agents"][0]["changes"]), (&Value::Null, &json!([])));
}

/// Where nothing fits, what comes nearest is the plan, and its share is named: 50 requests a day are used by a tenth of a
/// request nowhere, and by one of a day at the least.
#[test]
fn where_nothing_fits_what_comes_nearest_is_offered() {
    let desk = Desk::with(config("openrouter-free").to_string());
    let fit = ["openclaw.json", "--month", "2026-11", "--plan", "openrouter-free", "--fit", "1%"];
    let told = desk.ask(&[&["report"], &fit[..]].concat()).flat();
    let report = desk.report(&fit);
    let (outcome, changes) = (&report["totals"]["fit"], report["agents"][0]["changes"].as_array().unwrap());
    assert_eq!((&outcome["reached"], changes.is_empty()), (&json!(false), false), "{report}");
    let share = outcome["share"].as_str().unwrap();
    assert!(told.contains(&format!("cannot keep it under 1% of what the plan allows: it is then {share}%")), "{told}");
    assert!(
        desk.report(&[
            "openclaw.json",
            "--month",
            "2026-11",
            "--plan",
            "openrouter-free",
            "--fit",
            &format!("{share}%")
        ])["totals"]["fit"]["reached"]
            == json!(true)
    );
}

/// A tier that the user names pays for the vendor's models wherever the config cannot say; by another vendor it pays for
/// nothing.
#[test]
fn the_tier_that_is_named_is_believed_where_the_config_is_silent() {
    for (name, tier) in [
        ("openai/gpt-5.5", "codex-plus"),
        ("anthropic/claude-sonnet-4-6", "claude-pro"),
        ("zai/glm-4.7", "glm-pro"),
        ("minimax/MiniMax-M2.5", "minimax-plus"),
    ] {
        let config =
            json!({ "agents": { "defaults": { "model": name, "heartbeat": { "every": "1h", "target": "last" } } } });
        let paid = |tier: Option<&str>| report(&config, tier, NOVEMBER).agents[0].model.plan.is_some();
        assert_eq!([paid(None), paid(Some(tier)), paid(Some("copilot-pro"))], [false, true, false], "{name}");
    }
}

/// Two agents on one model: the one that pins a harness is paid for by a plan, the other by the token.
#[test]
fn a_harness_pinned_on_one_agent_marks_that_agent_alone() {
    let pin = |id: &str| json!({ "models": { "openai/gpt-5.5": { "agentRuntime": { "id": id } } } });
    for shape in ["list", "entries"] {
        let mut agents = json!({ "ownership": "explicit", "defaults": { "model": "openai/gpt-5.5",
            "heartbeat": { "every": "1h", "target": "last" } } });
        let entries = [("main", json!({})), ("coder", pin("codex")), ("own", pin("openclaw"))];
        agents[shape] = match shape {
            "list" => entries
                .iter()
                .map(|(id, entry)| json!({ "id": id, "heartbeat": {}, "models": entry["models"] }))
                .collect(),
            _ => {
                entries.into_iter().map(|(id, entry)| (id.to_owned(), entry)).collect::<serde_json::Map<_, _>>().into()
            }
        };
        let report = report(&json!({ "agents": agents }), None, NOVEMBER);
        let paid: Vec<_> = report.agents.iter().map(|agent| (&*agent.id, agent.model.plan.is_some())).collect();
        assert_eq!(paid, [("main", false), ("coder", true), ("own", false)], "{shape}");
        let priced: Vec<_> = report.agents.iter().map(|agent| agent.current.cost.is_some()).collect();
        assert_eq!(priced, [true, false, true], "{shape}");
    }
}

/// Jobs on a plan take of its windows as heartbeats do: 48 turns a day of three requests each, beside 48 heartbeats of one.
#[test]
fn jobs_take_their_share_of_a_plan() {
    let desk = Desk::with(config("openrouter-free").to_string());
    let job = json!({ "id": "mail", "name": "mail", "enabled": true, "schedule": { "kind": "cron", "expr": "5,35 * * * *" },
        "sessionTarget": "isolated", "payload": { "kind": "agentTurn", "message": "check" } });
    let mut off = job.clone();
    (off["id"], off["name"], off["enabled"]) = ("off".into(), "off".into(), false.into());
    std::fs::create_dir(desk.path("cron")).unwrap();
    desk.write("cron/jobs.json", json!({ "version": 1, "jobs": [job, off] }).to_string());
    let asked = ["openclaw.json", "--month", "2026-11", "--plan", "openrouter-free", "--state-dir", "."];
    let report = desk.report(&asked);
    let day = |windows: &Value| {
        let mut all = windows.as_array().unwrap().iter();
        all.find(|window| window["window"] == "day").cloned().unwrap()
    };
    let lines = report["automations"].as_array().unwrap();
    let named = |name: &str| lines.iter().find(|line| line["name"] == name).unwrap();
    let requests = named("mail")["requests"].as_u64().unwrap() / 30;
    assert_eq!(named("mail")["plan"], "openrouter-free");
    let own = day(&named("mail")["windows"]);
    assert_eq!(own["used"], json!(requests.to_string()), "48 turns a day, {requests} requests");
    assert_eq!(named("off")["windows"], json!([]));
    let all = day(&report["totals"]["windows"]);
    assert_eq!((&all["used"], &all["withJobs"]["used"]), (&json!("48"), &json!((48 + requests).to_string())));
    assert!(all["withJobs"]["runsOutAfterMs"].as_u64() < all["runsOutAfterMs"].as_u64().or(Some(u64::MAX)), "{all}");
    // Heartbeats alone are those of their agent, which is told as before.
    assert_eq!(day(&report["agents"][0]["windows"])["used"], "48");
    assert!(day(&report["agents"][0]["windows"])["withJobs"].is_null());
    let told = desk.ask(&[&["report"][..], &asked, &["--full"]].concat()).stdout;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("With the jobs that run beside them 384%, used up by 06:05 UTC.") && told.contains("with jobs"),
        "{told}"
    );
    assert!(!told.to_lowercase().contains("not all prices") && told.contains("'mail' 288% of the plan"), "{told}");
    let alone = desk.report(&[&asked[..], &["--only", "heartbeat"]].concat());
    assert!(day(&alone["totals"]["windows"])["withJobs"].is_null());
}

/// The share after the plan's changes is that of the changed file now.
#[test]
fn the_share_after_the_changes_is_what_they_lead_to() {
    for (row, plan) in [("codex-plus-gpt-5.4-mini", None), ("glm-lite-5h", Some("glm-lite")), ("openrouter-free", None)]
    {
        let desk = Desk::with(config(row).to_string());
        let plan: Vec<&str> = plan.iter().flat_map(|id| ["--plan", id]).collect();
        let asked = [&["openclaw.json", "--month", "2026-11"][..], &plan].concat();
        let before = desk.report(&asked);
        assert_eq!(desk.ask(&[&["apply", "--yes"][..], &asked].concat()).code, 0, "{row}");
        let after = desk.report(&asked);
        let windows = |report: &Value| report["totals"]["windows"].as_array().unwrap().clone();
        for window in windows(&before) {
            let same = |other: &Value| other["unit"] == window["unit"] && other["window"] == window["window"];
            let after = windows(&after).into_iter().find(same).unwrap();
            let then = match &window["recommended"] {
                Value::Null => window.clone(),
                then => then.clone(),
            };
            for key in ["used", "share", "left", "runsOutAfterMs"] {
                assert_eq!(then[key], after[key], "{row}: {key} of {window}");
            }
            assert!(after["recommended"].is_null(), "{row}: {after}");
        }
    }
}

/// What a plan pays for is not unknown: whatever is asked of the bill is answered for what is billed, and in tokens.
#[test]
fn a_plan_leaves_nothing_of_the_bill_unknown() {
    let mixed = |every: &str| {
        json!({ "meta": { "lastTouchedVersion": "2026.9.6" },
            "auth": { "profiles": { "p": { "provider": "openai", "mode": "oauth" } } },
            "agents": { "ownership": "explicit", "defaults": {}, "entries": {
                "a": { "model": "openai/gpt-5.4", "heartbeat": { "every": every, "target": "none" } },
                "b": { "model": "anthropic/claude-sonnet-4-6", "heartbeat": { "every": "1h", "target": "none" } } } } })
    };
    let desk = Desk::with(mixed("30m").to_string());
    desk.write("old.json", mixed("10m").to_string());
    let asks: [&[&str]; 5] = [
        &[],
        &["--balance", "100"],
        &["--budget", "5"],
        &["--against", "old.json"],
        &["--compare-release", "2026.7.35"],
    ];
    for more in asks {
        let told = desk.ask(&[&["report", "openclaw.json", "--month", "2026-11", "--full"], more].concat()).stdout;
        assert!(told.contains("paid by a ChatGPT plan"), "{more:?}: {told}");
        assert!(!told.to_lowercase().contains("not all prices") && !told.contains("about unknown"), "{more:?}: {told}");
    }
    let json = desk.report(&["openclaw.json", "--month", "2026-11", "--balance", "100", "--budget", "5"]);
    assert_eq!(
        (&json["balance"]["now"]["lasts"], &json["totals"]["budget"]["reached"]),
        (&json!("days"), &json!(true))
    );
    let told = desk.ask(&["report", "openclaw.json", "--month", "2026-11", "--against", "old.json"]).stdout;
    assert!(told.contains("This change takes heartbeats from") && told.contains("tokens a month (-"), "{told}");
    // Of the releases that may run a file one has them skipped: the other has them on the plan.
    let mut either = config("codex-plus-gpt-5.4-mini");
    either["agents"]["defaults"]["heartbeat"].as_object_mut().unwrap().remove("target");
    let told = Desk::with(either.to_string()).ask(&["report", "openclaw.json", "--month", "2026-11", "--full"]).stdout;
    assert!(told.contains("tokens a month of a ChatGPT plan") && !told.contains("an unknown amount"), "{told}");
}

/// A plan that pays for no agent is told of at once, by every command and in every format.
#[test]
fn a_plan_that_pays_for_nobody_is_told_everywhere() {
    let config = json!({ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": { "defaults": {
        "model": "github-copilot/claude-opus-4.8", "heartbeat": { "every": "30m", "target": "last" } } } });
    let desk = Desk::with(config.to_string());
    let stray = "--plan codex-plus pays for no agent that runs";
    let asked = |arguments: &[&str], plan: &str| desk.ask(&[arguments, &["openclaw.json", "--plan", plan]].concat());
    for arguments in [
        &["report"][..],
        &["report", "--full"],
        &["report", "--format", "json"],
        &["report", "--format", "html"],
        &["report", "--format", "markdown"],
        &["report", "--format", "prometheus"],
        &["lint"],
        &["diff"],
        &["apply", "--dry-run"],
        &["simulate"],
    ] {
        let told = asked(arguments, "codex-plus");
        let flat = (told.stdout.clone() + &told.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        let flat = flat.replace("\\-", "-").replace("\\(", "(").replace("\\)", ")");
        assert!(flat.contains(stray), "{arguments:?}: {told}");
        assert!(!(asked(arguments, "copilot-pro").mentions("pays for no agent")), "{arguments:?}");
    }
    assert_eq!(
        asked(&["report", "--format", "json"], "codex-plus").stdout.matches(stray).count(),
        2,
        "foremost, warnings"
    );
    // Copilot counts tokens in dollars: that is said one way.
    let told = asked(&["report", "--full"], "copilot-pro").flat();
    assert!(told.contains("counts their tokens in dollars") && told.contains("Copilot Pro allows $15"), "{told}");
    assert!(!told.contains("does not bill it") && !told.contains("no price known"), "{told}");
}

/// Jobs of the gateway's own count towards what is to fit; where no limit is known, nothing can be fitted, and that is no
/// "nothing to change".
#[test]
fn what_fits_holds_the_jobs_too_and_no_plan_is_an_error() {
    let heartbeat = json!({ "every": "30m", "target": "none", "isolatedSession": true });
    let of = |model: &str| {
        json!({ "meta": { "lastTouchedVersion": "2026.7.1" },
        "agents": { "defaults": { "model": model, "heartbeat": heartbeat } } })
    };
    let desk = Desk::with(of("openrouter/deepseek/deepseek-v4-flash:free").to_string());
    std::fs::create_dir_all(desk.path("state/cron")).unwrap();
    let jobs = |every_hours: u64| {
        let job = json!({ "id": "a1", "name": "mail", "enabled": true, "agentId": "main", "sessionTarget": "isolated",
            "schedule": { "kind": "every", "everyMs": every_hours * 3_600_000 },
            "payload": { "kind": "agentTurn", "message": "Mail?" } });
        desk.write("state/cron/jobs.json", json!({ "version": 1, "jobs": [job] }).to_string());
    };
    let ask = ["openclaw.json", "--plan", "openrouter-free", "--state-dir", "state", "--fit", "50%", "--keep", "model"];
    let figure = |value: &Value| value.as_str().map(|text| text.parse::<f64>().unwrap());
    let share = |report: &Value| {
        let fit = &report["totals"]["fit"];
        let [jobs, share] = [&fit["jobsShare"], &fit["share"]].map(figure);
        (fit["reached"].as_bool().unwrap(), jobs, share.unwrap())
    };
    // Six jobs a day take 18 of 50 requests, which leaves 7 to the heartbeats.
    jobs(4);
    let report = desk.report(&ask);
    let (reached, taken, sum) = share(&report);
    let kept = 50.0 - taken.unwrap();
    assert!(reached && taken == Some(36.0) && sum <= 50.0 && sum > taken.unwrap(), "{}", report["totals"]["fit"]);
    let alone = figure(&report["agents"][0]["windows"][0]["recommended"]["share"]["high"]).unwrap();
    assert!(alone <= kept, "{alone} of {kept}");
    // Heartbeats by themselves may take all of it.
    let by_themselves = desk.report(&[&ask[..], &["--only", "heartbeat"]].concat());
    let (reached, none, more) = share(&by_themselves);
    assert!(reached && none.is_none() && more > alone && more <= 50.0, "{more} {alone}");
    // Jobs that take too much by themselves are named as the reason.
    jobs(2);
    let told =
        desk.ask(&["report", "openclaw.json", "--plan", "openrouter-free", "--state-dir", "state", "--fit", "40%"]);
    assert!(told.mentions("The jobs alone take 72%"), "{told}");
    desk.write("api.json", of("openai/gpt-5.5").to_string());
    for arguments in [&["diff"][..], &["diff", "--exit-code"], &["apply", "--yes"], &["apply", "--dry-run"]] {
        let told = desk.ask(&[arguments, &["api.json", "--fit", "20%"]].concat());
        assert!(told.code == 2 && told.mentions("no plan with known limits pays"), "{arguments:?} {told}");
        assert!(told.mentions("--plan ID") && !told.mentions("nothing to change"), "{arguments:?} {told}");
    }
    let told = desk.ask(&["report", "api.json", "--fit", "20%"]);
    let flat = told.flat();
    assert!(told.code == 0 && flat.contains("Nothing can be fitted") && flat.contains("--plan ID"), "{told}");
}

/// A harness with a prompt of its own, and a word that a subscription bills extra, stand under the answer.
#[test]
fn what_makes_the_figures_another_stands_under_the_answer() {
    let config = |release: &str, model: &str, prompt: &str, mode: &str| {
        let provider = model.split('/').next().unwrap();
        let pin =
            if provider == "openai" { json!({ model: { "agentRuntime": { "id": "codex" } } }) } else { json!({}) };
        let mut heartbeat = json!({ "every": "30m", "target": "last" });
        if !prompt.is_empty() {
            heartbeat["prompt"] = prompt.into();
        }
        let mut config = json!({ "meta": { "lastTouchedVersion": release },
            "agents": { "defaults": { "model": model, "models": pin, "heartbeat": heartbeat } } });
        if !mode.is_empty() {
            config["auth"] = json!({ "profiles": { "p": { "provider": provider, "mode": mode } } });
        }
        config
    };
    let foremost = |config: Value| -> Vec<String> {
        let report = serde_json::to_value(report(&config, None, date(2026, 11, 1))).unwrap();
        report["foremost"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let says = |config: Value, words: &str| foremost(config).iter().any(|text| text.contains(words));
    let asks = "Look for mail; if there is none say HEARTBEAT_OK.";
    let (extra, own) = ("paid extra usage", "codex answers, with a prompt, tools and a history of its own");
    let opus = "anthropic/claude-opus-4-8";
    assert!(says(config("2026.9.6", opus, asks, "oauth"), extra));
    for (release, prompt, mode) in
        [("2026.9.6", "", "oauth"), ("2026.9.6", asks, "api_key"), ("2026.4.15", asks, "oauth")]
    {
        assert!(!says(config(release, opus, prompt, mode), extra), "{release} {prompt} {mode}");
    }
    assert!(says(config("2026.9.6", "openai/gpt-5.5", "", ""), own));
    assert!(says(config("2026.7.1", "codex-cli/gpt-5.5", "", ""), own));
    assert!(!says(config("2026.9.6", "openai/gpt-5.5", "", ""), extra));
    assert!(foremost(config("2026.9.6", "anthropic/claude-opus-4-8", "", "api_key")).is_empty());
    // The harness signs in by an account: no dollars, unless the file says that a key does.
    let billed = |mode: &str| report(&config("2026.9.6", "openai/gpt-5.5", "", mode), None, date(2026, 11, 1));
    assert!(billed("").totals.current.cost.is_none() && billed("api_key").totals.current.cost.is_some());
}

/// Where a free quota or a plan is used up and a paid model answers, the range and the gate hold that: 96 heartbeats a day of
/// which 50 are free leave 46 to be paid, in the file as it is and as the plan makes it.
#[test]
fn what_is_paid_beyond_a_plan_is_in_the_range_and_in_the_gate() {
    let config = |model: &str, fallbacks: Value| {
        let heartbeat = json!({ "every": "15m", "target": "last", "isolatedSession": true });
        json!({ "meta": { "lastTouchedVersion": "2026.9.6" },
            "agents": { "defaults": { "model": { "primary": model, "fallbacks": fallbacks }, "heartbeat": heartbeat } } })
    };
    let paid = json!(["openai/gpt-5.5"]);
    let figure = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value}")).parse::<f64>().unwrap();
    let gate = |config: &Value, limit: &str| {
        let desk = Desk::with(config.to_string());
        let ask =
            ["report", "openclaw.json", "--plan", "openrouter-free", "--max-monthly", limit, "--only", "heartbeat"];
        let told = desk.ask(&ask);
        let json: Value = serde_json::from_str(&desk.ask(&[&ask[..], &["--format", "json"]].concat()).stdout).unwrap();
        (told, json)
    };
    let free = "openrouter/deepseek/deepseek-v4-flash:free";
    let (told, report) = gate(&config(free, paid.clone()), "1");
    let agent = &report["agents"][0];
    let (beyond, always) = (figure(&agent["beyondPlan"]["cost"]), figure(&agent["fallbacks"][0]["costIfAlways"]));
    assert!((beyond - always * 46.0 / 96.0).abs() < 0.01 && beyond > 10.0, "{beyond} {always}");
    let cost = &report["totals"]["current"]["cost"];
    assert_eq!([figure(&cost["typical"]), figure(&cost["high"])], [0.0, beyond], "{cost}");
    assert_eq!(figure(&report["gates"][0]["figure"]), beyond);
    assert!(told.code == 1 && told.mentions("once heartbeats have used up their plan"), "{told}");
    assert!(told.mentions("up to about $") && !told.mentions("depending on how long"), "{told}");
    // Every 2h fits, and then nothing is paid.
    assert_eq!(figure(&report["totals"]["recommended"]["cost"]["high"]), 0.0);
    // Two agents share the quota: each by itself would fit.
    let mut two = config(free, paid.clone());
    two["agents"]["defaults"]["heartbeat"]["every"] = json!("40m");
    two["agents"]["list"] = json!([{ "id": "main" }, { "id": "ops" }]);
    two["meta"]["lastTouchedVersion"] = json!("2026.7.1");
    let beat = two["agents"]["defaults"]["heartbeat"].clone();
    (0..2).for_each(|at| two["agents"]["list"][at]["heartbeat"] = beat.clone());
    let (_, report) = gate(&two, "1");
    assert!(report["agents"][1]["beyondPlan"].is_object(), "{}", report["agents"][1]["windows"]);
    let plan = Desk::with(config("openai-codex/gpt-5.5", paid.clone()).to_string());
    let told = plan.ask(&["report", "openclaw.json", "--full", "--balance", "50", "--budget", "60"]).flat();
    assert!(told.contains("$50.00 lasts forever (at worst") && told.contains(", while the plan lasts."), "{told}");
    // Where a plan pays, the figure is what is paid beside it; where all fits or nothing is paid, there is none.
    let (told, report) = gate(&config("openai-codex/gpt-5.5", paid), "1");
    let beyond = figure(&report["agents"][0]["beyondPlan"]["cost"]);
    assert_eq!((figure(&report["gates"][0]["figure"]), told.code), (beyond, 1));
    assert!(report["totals"]["current"]["cost"].is_null() && told.mentions("a month more"), "{told}");
    let (told, report) = gate(&config("kimi-coding/kimi-k2.5", json!([])), "1");
    assert_eq!((figure(&report["gates"][0]["figure"]), told.code), (0.0, 0));
    assert!(told.mentions("beside what plans pay for"), "{told}");
    let (told, report) = gate(&config("nobody/knows", json!([])), "1");
    assert!(report["gates"][0]["figure"].is_null() && told.code == 1, "{told}");
    let (told, report) = gate(&config(free, json!(["openrouter/a/b:free"])), "1");
    assert!(told.code == 0 && report["agents"][0]["beyondPlan"].is_null(), "{told}");
}

/// In a mixed roster only a model that nobody has a price for is one without a price; a plan pays for its own.
#[test]
fn a_plan_is_no_unknown_price() {
    let agent = |model: &str| json!({ "model": model, "heartbeat": { "every": "1h", "target": "last" } });
    let config = json!({ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": { "ownership": "explicit", "entries": {
        "main": agent("kimi-coding/kimi-k2.5"), "ops": agent("openai/gpt-5.5"), "odd": agent("nobody/knows") } } });
    let desk = Desk::with(config.to_string());
    let told = desk.ask(&["report", "openclaw.json", "--full"]).flat();
    assert!(told.contains("We don't know the price of nobody/knows, so there is no total."), "{told}");
    assert!(told.contains("A Kimi Code plan pays for 1 agent."), "{told}");
    let simulated = desk.ask(&["simulate", "openclaw.json"]);
    assert!(
        simulated.mentions("tokens, paid by a Kimi Code plan") && simulated.mentions("tokens, unknown"),
        "{simulated}"
    );
}

/// Where a plan pays no range can hold what an outage costs, so it is said: a twentieth of a month that the fallback answers.
#[test]
fn an_outage_beside_a_plan_is_told() {
    let config = json!({ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": { "defaults": {
        "model": { "primary": "kimi-coding/kimi-k2.5", "fallbacks": ["openai/gpt-5.5"] },
        "heartbeat": { "every": "30m", "target": "last" } } } });
    let desk = Desk::with(config.to_string());
    let report = desk.report(&["openclaw.json", "--outage", "5%"]);
    let always = Money::parse(report["agents"][0]["fallbacks"][0]["costIfAlways"].as_str().unwrap()).unwrap();
    let cost = clawbeat::words::about(Money::from_pico(always.pico() / 20), clawbeat::Unit::Usd);
    let says = format!("up to {cost} a month beside the plan in an outage of 5%");
    assert!(report["foremost"][0].as_str().unwrap().contains(&says), "{says}: {}", report["foremost"]);
    assert_eq!(desk.report(&["openclaw.json"])["foremost"], json!([]));
}

/// The whole report is asked what its first screen was asked.
#[test]
fn the_next_command_asks_the_same() {
    let desk = Desk::with(config("openrouter-free").to_string());
    let flags = ["--outage", "5%", "--tokens-per-second", "800/40", "--balance", "50", "--max-tokens-per-day", "2M"];
    let told = desk.ask(&[&["report", "openclaw.json"], &flags[..]].concat()).flat();
    let asked = "--only heartbeat --max-tokens-per-day 2000000 --outage 5% --tokens-per-second 800/40 --balance 50";
    let told = told + &desk.ask(&[&["report", "openclaw.json", "--only", "heartbeat"], &flags[..]].concat()).flat();
    assert!(told.replace("\\ ", "").contains(&format!("{asked} --full")), "{told}");
    let again: Vec<&str> = asked.split(' ').collect();
    assert_eq!(desk.ask(&[&["report", "openclaw.json", "--full"], &again[..]].concat()).code, 0);
}
