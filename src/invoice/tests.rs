//! Exports as providers write them, with account data in them that must not come out again.

use jiff::tz::TimeZone;
use serde_json::json;

use super::reconcile::{reconcile, spent};
use super::*;
use crate::catalogue::Catalogue;
use crate::gateway::{Gateway, Surroundings};
use crate::money::Unit;
use crate::records::{ConversationPlace, Records, StoredRequest, TurnKind};
use crate::simulate::costing::Costing;
use crate::simulate::schedule::Period;
use crate::workload::Workload;

fn tokens(input: u64, cache_read: u64, cache_write_5m: u64, cache_write_1h: u64, output: u64) -> Tokens {
    Tokens { input, cache_read, cache_write_5m, cache_write_1h, output }
}

const CLAUDE_USAGE: &str = "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed
2026-11-02,claude-opus-4-6-20260205,jane-key,Default,message,0-200k,73,16265,5,100,70,0,,standard
";
const CLAUDE_COST: &str = "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type,inference_geo,speed
2026-11-02,Claude Haiku 4.5,Default,jane-key,message,0-200k,input_no_cache,1.25,1.25,token,,
2026-11-02,Claude Haiku 4.5,Default,jane-key,message,0-200k,output,0.05,0.05,token,,
";
const OPENROUTER: &str = "generation_id,created_at,cost_total,cost_web_search,cost_cache,cost_file_processing,byok_usage_inference,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,model_permaslug,provider_name,variant,cancelled,streamed,user,finish_reason_raw,finish_reason_normalized,generation_time_ms,time_to_first_token_ms,api_key_disabled,api_key_name,app_name
gen-1,2026-11-02 03:46:57.713,0.0123,0,0,0,0,1000,20,0,600,anthropic/claude-4.6-opus,Anthropic,standard,false,true,jane@example.com,stop,stop,900,300,false,jane-key,OpenClaw
";
const OPENAI_COST: &str = "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,quantity_unit,line_item,user_id,api_key_id,project_id,organization_id,project_name,organization_name,user_email,api_source
1793577600,1793664000,2026-11-02T00:00:00+00:00,2026-11-03T00:00:00+00:00,,,,,,,,,,,,,
1793577600,1793664000,2026-11-02T00:00:00+00:00,2026-11-03T00:00:00+00:00,1.3e-05,usd,10,tokens,\"gpt-5.5, input\",u,k,p,o,pn,on,jane@example.com,x
";
const ANTHROPIC_USAGE: &str = r#"{"data":[{"starting_at":"2026-11-02T00:00:00Z","ending_at":"2026-11-02T00:01:00Z","results":[{"uncached_input_tokens":73,"cache_creation":{"ephemeral_1h_input_tokens":5,"ephemeral_5m_input_tokens":16265},"cache_read_input_tokens":100,"output_tokens":70,"server_tool_use":{"web_search_requests":0},"model":"claude-opus-4-6","api_key_id":"jane-key"}]},{"starting_at":"2026-11-02T00:01:00Z","ending_at":"2026-11-02T00:02:00Z","results":[]}],"has_more":false,"next_page":null}"#;
const ANTHROPIC_COST: &str = r#"{"data":[{"starting_at":"2026-11-02T00:00:00Z","ending_at":"2026-11-03T00:00:00Z","results":[{"amount":"123.45","currency":"USD","cost_type":"tokens","token_type":"output_tokens","model":"claude-opus-4-6","description":"jane-key"}]}],"has_more":false}"#;
const OPENAI_USAGE: &str = r#"{"object":"page","data":[{"object":"bucket","start_time":1793577600,"end_time":1793577660,"results":[{"input_tokens":1000,"input_cached_tokens":600,"output_tokens":20,"num_model_requests":2,"model":"gpt-5.5","user_id":"jane"}]}],"has_more":false}"#;
const LITELLM: &str = r#"[{"request_id":"chatcmpl-1","call_type":"acompletion","api_key":"jane-key","spend":0.0123,"total_tokens":1020,"prompt_tokens":1000,"completion_tokens":20,"startTime":"2026-11-02T03:46:57.713000Z","endTime":"2026-11-02T03:47:00Z","model":"claude-opus-4-6","user":"jane@example.com","metadata":{"usage_object":{"cache_read_input_tokens":600,"cache_creation_input_tokens":300}},"cache_hit":"False"}]"#;

#[test]
fn each_export_is_told_by_its_header_and_read() {
    let day = 1_793_577_600_000;
    let cost = |text: &str| Money::parse(text);
    for (text, kind, at, model, found, paid) in [
        (CLAUDE_USAGE, ExportKind::ClaudeUsage, day, "claude-opus-4-6-20260205", tokens(73, 100, 16265, 5, 70), None),
        (CLAUDE_COST, ExportKind::ClaudeCost, day, "Claude Haiku 4.5", tokens(0, 0, 0, 0, 0), cost("1.25")),
        (
            OPENROUTER,
            ExportKind::OpenrouterActivity,
            day + 13_617_713,
            "anthropic/claude-4.6-opus",
            tokens(400, 600, 0, 0, 20),
            cost("0.0123"),
        ),
        (OPENAI_COST, ExportKind::OpenaiCost, day, "gpt-5.5", tokens(0, 0, 0, 0, 0), cost("0.000013")),
        (ANTHROPIC_USAGE, ExportKind::AnthropicUsage, day, "claude-opus-4-6", tokens(73, 100, 16265, 5, 70), None),
        // Cents: "123.45" is $1.2345.
        (ANTHROPIC_COST, ExportKind::AnthropicCost, day, "claude-opus-4-6", tokens(0, 0, 0, 0, 0), cost("1.2345")),
        (OPENAI_USAGE, ExportKind::OpenaiUsage, day, "gpt-5.5", tokens(400, 600, 0, 0, 20), None),
        (
            LITELLM,
            ExportKind::LitellmSpend,
            day + 13_617_713,
            "claude-opus-4-6",
            tokens(100, 600, 300, 0, 20),
            cost("0.0123"),
        ),
    ] {
        let invoice = read(text).unwrap();
        let row = &invoice.rows[0];
        assert_eq!((invoice.kind, row.at, row.model.as_str(), row.tokens, row.cost), (kind, at, model, found, paid));
        assert!(!format!("{invoice:?}").contains("jane"), "{invoice:?}");
        assert_eq!(invoice.left_out, 0, "{kind:?}");
    }
}

#[test]
fn what_is_no_bill_says_what_would_be_one() {
    let refused = |text: &str| read(text).unwrap_err().to_string();
    for text in ["", "a,b\n1,2\n", "{}", "[]", "[{\"a\":1}]", "usage_date_utc,cost_usd\n"] {
        assert!(refused(text).starts_with("not an export that is known"), "{text}: {}", refused(text));
    }
    let page = ANTHROPIC_USAGE.replace("\"has_more\":false", "\"has_more\":true");
    assert!(refused(&page).contains("not all pages of it"), "{}", refused(&page));
    let both = read(&format!("{page}\n{}", ANTHROPIC_USAGE.replace("T00:0", "T01:0"))).unwrap();
    assert_eq!((both.rows.len(), both.repeated.len()), (2, 0));
    let empty = CLAUDE_USAGE.lines().next().unwrap();
    assert_eq!(refused(empty), "Claude Console usage, but there is nothing in it");
    assert!(refused(&OPENROUTER.replace("created_at", "made_at")).contains("but without created_at"));
    let torn = format!("{CLAUDE_USAGE}2026-13-99,m\n");
    assert_eq!(read(&torn).unwrap().left_out, 1);
}

#[test]
fn a_display_name_and_a_dated_one_are_the_model_of_the_store() {
    for name in [
        "Claude Haiku 4.5",
        "claude-haiku-4-5-20251001",
        "anthropic/claude-haiku-4.5",
        "anthropic/claude-4.5-haiku-20251001",
    ] {
        assert!(is_same_model(name, "anthropic/claude-haiku-4-5"), "{name}");
        assert!(!is_same_model(name, "anthropic/claude-opus-4-5"), "{name}");
    }
}

/// Heartbeats every 30 minutes among chat of the same model: found by the grid, and not claimed where there is none.
#[test]
fn heartbeats_are_found_by_their_grid_or_not_at_all() {
    let minute = 60_000;
    let row = |at: i64, prompt: u64| BillRow {
        at: at * minute,
        model: "m".to_owned(),
        tokens: tokens(prompt, 0, 0, 0, 20),
        requests: Some(1),
        ..BillRow::default()
    };
    let small = |at: i64| BillRow { model: "small".to_owned(), ..row(at, 480) };
    let mut rows: Vec<BillRow> =
        (0..48).flat_map(|tick| [row(tick * 30, 16_000 + u64::try_from(tick).unwrap() * 100)]).collect();
    rows.extend((0..20).map(|chat| row(chat * 70 + 13, 40_000)));
    rows.extend((0..48).map(|tick| BillRow { at: tick * 30 * minute + 9_000, ..small(tick * 30) }));
    rows.extend((0..10).map(|tick| BillRow { at: tick * 150 * minute + 5_000, ..row(0, 16_600) }));
    rows.sort_by_key(|row| row.at);
    let ask = |rows: &[BillRow]| grid(rows, &SoughtGrid { every: 30 * minute, is_model: &|name| name == "m" });
    let told = ask(&rows).unwrap();
    assert_eq!(told.heartbeats.len(), 48);
    assert!(told.heartbeats.iter().all(|at| rows[*at].at % (30 * minute) == 0 && rows[*at].model == "m"));
    assert_eq!((told.rounds.len(), told.recaps.len()), (10, 48));
    let chat: Vec<BillRow> = rows.iter().filter(|row| row.tokens.input == 40_000).cloned().collect();
    assert_eq!(ask(&chat), None);
    let days: Vec<BillRow> = rows.iter().map(|row| BillRow { length: 86_400_000, ..row.clone() }).collect();
    assert_eq!(ask(&days), None, "days have no grid");
    assert_eq!(ask(&[]), None);
    // Sixteen a day between eight and four, on five days; a chat right behind one is no further request of it.
    let ticks = (0..5).flat_map(|day| (16..32).map(move |tick| day * 1_440 + tick * 30));
    let mut by_day: Vec<BillRow> = ticks.map(|at| row(at, 16_000)).collect();
    by_day.insert(1, BillRow { at: by_day[0].at + 20_000, ..row(0, 60_000) });
    let told = ask(&by_day).unwrap();
    assert_eq!((told.heartbeats.len(), told.rounds.len()), (80, 0));
}

/// So many requests of one size that any grid would be filled by chance are no heartbeats.
#[test]
fn a_grid_stands_out_or_is_none() {
    let minute = 60_000;
    let row = |at: i64, prompt: u64| BillRow {
        at,
        model: "m".to_owned(),
        tokens: tokens(prompt, 0, 0, 0, 20),
        requests: Some(1),
        ..BillRow::default()
    };
    let ask = |rows: &[BillRow]| grid(rows, &SoughtGrid { every: 30 * minute, is_model: &|name| name == "m" });
    // 1,500 in three days: with 90 seconds on both sides, a place has one by chance in 1 - exp(-1500 * 180 / 259200) = 65%.
    let mut seed = 1_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut chat: Vec<BillRow> =
        (0..1_500).map(|_| row(i64::try_from(random(259_200_000)).unwrap(), 15_000 + random(2_000))).collect();
    chat.sort_by_key(|row| row.at);
    assert_eq!(ask(&chat), None);
}

/// The same in rows of a minute: what shares a row with its own rounds is a heartbeat, and that there may be more is said.
#[test]
fn heartbeats_share_the_rows_of_a_minute_with_their_rounds() {
    let minute = 60_000;
    let row = |at: i64, model: &str, prompt: u64, requests: Option<u64>| BillRow {
        at: at * minute,
        length: minute,
        model: model.to_owned(),
        tokens: tokens(prompt, 0, 0, 0, 20),
        requests,
        ..BillRow::default()
    };
    let ask = |rows: &[BillRow]| grid(rows, &SoughtGrid { every: 30 * minute, is_model: &|name| name == "m" });
    // Of 48 heartbeats 20 make a second and a third request in their minute; a recap is named before them.
    let rounds = |tick: i64| if tick % 12 > 6 { 3 } else { 1 };
    for counted in [false, true] {
        let count = |requests: u64| counted.then_some(requests);
        let mut rows: Vec<BillRow> = (0..48)
            .flat_map(|tick| {
                let (one, requests) = (16_000 + u64::try_from(tick).unwrap() * 100, rounds(tick));
                [row(tick * 30, "m", one * requests, count(requests)), row(tick * 30, "a", 480, count(1))]
            })
            .collect();
        rows.extend((0..20).map(|chat| row(chat * 70 + 13, "m", 40_000, count(1))));
        // Beside a heartbeat in a minute of its own, a chat of any size is no heartbeat.
        rows.push(row(6 * 30 - 1, "m", 33_000, count(1)));
        rows.sort_by(|a, b| (a.at, &a.model).cmp(&(b.at, &b.model)));
        let told = ask(&rows).unwrap();
        assert_eq!((told.heartbeats.len(), told.recaps.len(), told.at_least), (48, 48, true), "{counted}");
        assert!(told.heartbeats.iter().all(|at| rows[*at].at % (30 * minute) == 0), "{counted}");
        // One to a row, as far as the bill counts them.
        rows.retain(|row| row.requests == Some(1));
        if counted {
            assert!(!ask(&rows).unwrap().at_least);
        }
    }
    // Where every minute holds something of any size, nothing shows which is a heartbeat.
    let busy = (0..1_440).map(|at| row(at, "m", 10_000 + u64::try_from(at * 7_919 % 190_000).unwrap(), None));
    assert_eq!(ask(&busy.collect::<Vec<_>>()), None);
}

/// Each is billed in its own unit, whichever comes first on record, and a bill's name without a provider is of the one that is
/// billed as the bill is.
#[test]
fn one_model_under_two_providers_is_two_models() {
    let (catalogue, workload) = (Catalogue::builtin(), Workload::preset("typical").unwrap());
    let gateway = Gateway::read(&json!({}), "2026.9.6".parse().unwrap(), &Surroundings::default());
    let period = Period::month(jiff::civil::date(2026, 11, 1), TimeZone::UTC).unwrap();
    let costing = Costing::new(&gateway, &catalogue, &workload, &period, None);
    let request = |at: i64, model: &str, input: u64| StoredRequest {
        id: None,
        at: 1_793_577_600_000 + at,
        agent: "main".into(),
        kind: TurnKind::Chat,
        model: model.into(),
        tokens: tokens(input, 0, 0, 0, 0),
        place: ConversationPlace::default(),
    };
    // Capitals stand first in the alphabet.
    for other in ["nexos/Claude Opus 4.6", "NEXOS/Claude Opus 4.6"] {
        let requests = vec![request(0, other, 3_000_000), request(1, "anthropic/claude-opus-4-6", 1_000_000)];
        let records = Records { requests, ..Records::default() };
        let dollars = Money::parse("5");
        assert_eq!(spent(&records, &costing, Unit::Usd), (dollars, 1));
        let (credits, elsewhere) = spent(&records, &costing, Unit::Credits);
        assert!(credits > Some(Money::ZERO) && elsewhere == 1, "{credits:?}");
        for billed in ["claude-opus-4-6-20260205", "anthropic/claude-4.6-opus", "Claude Opus 4.6"] {
            let row = BillRow {
                at: 1_793_577_600_000,
                model: billed.to_owned(),
                tokens: tokens(1_000_000, 0, 0, 0, 0),
                ..BillRow::default()
            };
            let invoice = Invoice { kind: ExportKind::ClaudeUsage, rows: vec![row], ..Invoice::default() };
            let told = reconcile(&invoice, &records, &costing, Unit::Usd);
            let lines: Vec<_> = told.lines.iter().map(|line| (line.bill.cost, line.store.cost)).collect();
            assert!(lines.len() == 2 && lines.contains(&(dollars, dollars)), "{billed}: {told:?}");
        }
    }
}
