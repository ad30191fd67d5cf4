//! Exports in every form in which they were met: other columns, pages, separators and spellings of the same figures.

use super::*;

const HEAD: &str = "usage_date_utc,model_version,api_key,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,\
usage_input_tokens_cache_read,usage_output_tokens\n";
const DAY_AT: i64 = 1_793_577_600_000;

fn tokens(input: u64, cache_read: u64, cache_write_5m: u64, output: u64) -> Tokens {
    Tokens { input, cache_read, cache_write_5m, output, ..Tokens::default() }
}

fn refused(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn usd(text: &str) -> Option<Money> {
    Money::parse(text)
}

/// All that the rows say, for comparing two forms of an export.
fn said(text: &str) -> Vec<(i64, String, Tokens, Option<Money>)> {
    read(text).unwrap().rows.into_iter().map(|row| (row.at, row.model, row.tokens, row.cost)).collect()
}

/// 1,234 + 56,789 + 1,000,000 of input, however a spreadsheet saved it; a count that is none is not a zero.
#[test]
fn counts_are_read_as_spreadsheets_write_them() {
    let plain = format!("{HEAD}2026-11-02,claude-opus-4-6,jane-key,1234,56789,1000000,70\n");
    let want = vec![(DAY_AT, "claude-opus-4-6".to_owned(), tokens(1_234, 1_000_000, 56_789, 70), None)];
    assert_eq!(said(&plain), want);
    for form in [
        plain.replace(',', ";"),
        plain.replace(',', "\t").replace('\n', "\r\n"),
        format!("\u{feff}{HEAD}2026-11-02,claude-opus-4-6,jane-key,\"1,234\",\"56,789\",\"1,000,000\",70\n"),
        format!("{}2026-11-02;claude-opus-4-6;k;1.234;56 789;1.000.000;70\n", HEAD.replace(',', ";")),
        format!("{HEAD}2026-11-02,claude-opus-4-6,jane-key,1234.0,56789.0,1000000.0,70.0\n"),
    ] {
        assert_eq!(said(&form), want, "{form}");
    }
    let torn = read(&format!("{plain}2026-11-03,claude-opus-4-6,jane-key,1.5e3,0,0,1\n")).unwrap();
    let unread = torn.unread.map(|unread| unread.to_string());
    assert_eq!((torn.rows.len(), torn.left_out), (1, 1));
    assert_eq!(unread.as_deref(), Some("line 3: cannot read usage_input_tokens_no_cache"));
    let dates = refused(&plain.replace("2026-11-02", "11/2/2026"));
    assert_eq!(dates, "Claude Console usage, but no row of it could be read: line 2: cannot read usage_date_utc");
    // In 2025 both kinds of writes were in one column.
    assert_eq!(said(&plain.replace("cache_write_5m", "cache_write")), want);
}

/// With a decimal comma $1.25 is 1,25 and never $125; what is given back is negative.
#[test]
fn amounts_keep_their_point_and_their_sign() {
    let cost = |separator: &str, amount: &str| {
        let row = ["2026-11-02", "Claude Haiku 4.5", "output", amount].join(separator);
        let head = ["usage_date_utc", "model", "token_type", "cost_usd"].join(separator);
        read(&format!("{head}\n{row}\n")).ok().and_then(|invoice| invoice.rows[0].cost)
    };
    for (separator, amount, want) in [
        (",", "1.25", "1.25"),
        (",", "\"$1,234.50\"", "1234.5"),
        (",", "\"1,234\"", "1234"),
        (",", "-0.50", "-0.5"),
        (",", "-$0.50", "-0.5"),
        (",", "($0.25)", "-0.25"),
        (",", "1.3e-05", "0.000013"),
        (";", "1,25", "1.25"),
        (";", "1.234,50", "1234.5"),
        (";", "1.25", "1.25"),
        (";", "-0,50", "-0.5"),
    ] {
        assert_eq!(cost(separator, amount), usd(want), "{separator} {amount}");
    }
    // Two of the last would be more than money can hold.
    for amount in ["\"1,25\"", "\"12,34.5\"", "1.25 EUR", "", "100000000000000000000000000"] {
        assert_eq!(cost(",", amount), None, "{amount}");
    }
}

/// Euros are no dollars: of a bill in both, only the dollars are taken, and the rest is said.
#[test]
fn only_dollars_are_taken() {
    let bucket = r#"{"starting_at":"2026-11-02T00:00:00Z","ending_at":"2026-11-03T00:00:00Z",
"results":[{"amount":"100","currency":"EUR","model":"m"}]}"#;
    let page = |buckets: &str| format!("{{\"data\":[{buckets}],\"has_more\":false}}");
    assert!(refused(&page(bucket)).ends_with("cannot read amounts that are not in USD"), "{}", refused(&page(bucket)));
    let both = read(&page(&[bucket, &bucket.replace("EUR", "USD")].join(","))).unwrap();
    assert_eq!((both.rows.len(), both.left_out, both.rows[0].cost), (1, 1, usd("1")));
    let openai = "start_time,amount_value,amount_currency,line_item\n1793577600,3.5,eur,\"gpt-5.5, input\"\n";
    assert!(refused(openai).ends_with("line 2: cannot read amounts that are not in USD"), "{}", refused(openai));
}

/// Pages in a list, in any order or bucket by bucket are the same report, and one that is missing is missed.
#[test]
fn pages_may_stand_in_any_order() {
    let bucket = |day: u32| {
        format!(
            r#"{{"starting_at":"2026-11-0{day}T00:00:00Z","ending_at":"2026-11-0{}T00:00:00Z",
"results":[{{"uncached_input_tokens":{day},"model":"m"}}]}}"#,
            day + 1
        )
    };
    let page = |buckets: &str, more: bool| format!("{{\"data\":[{buckets}],\"has_more\":{more}}}");
    let (first, last) = (page(&bucket(2), true), page(&bucket(3), false));
    let whole = said(&page(&[bucket(2), bucket(3)].join(","), false));
    assert_eq!(whole.len(), 2);
    for form in [
        format!("{first}\n{last}"),
        format!("{last}\n{first}"),
        format!("[{last},{first}]"),
        format!("{}\n{}\n", bucket(2), bucket(3)),
        format!("[{},{}]", bucket(2), bucket(3)),
        format!("{}{}", page(&[bucket(2), bucket(3)].join(","), true), page("", false)),
    ] {
        assert_eq!(said(&form), whole, "{form}");
    }
    for part in [first.clone(), format!("{}{}", page(&bucket(3), true), page(&bucket(2), false))] {
        assert!(refused(&part).contains("not all pages of it"), "{}", refused(&part));
    }
    assert_eq!(refused(&first[..40]), "line 1, column 40: this is no JSON from here on, or it ends too early");
    // Usage and cost of a day are the same money.
    let cost = r#"{"data":[{"starting_at":"2026-11-02T00:00:00Z","ending_at":"2026-11-03T00:00:00Z",
"results":[{"amount":"100","currency":"USD"}]}]}"#;
    let mixed = read(&format!("{last}{cost}")).unwrap();
    assert_eq!((mixed.kind, mixed.rows.len(), mixed.left_out), (ExportKind::AnthropicUsage, 1, 1));
    // A month says nothing of its days.
    let month = last.replace("2026-11-04", "2026-12-03");
    assert!(refused(&month).contains("sums of more than a day"), "{}", refused(&month));
}

/// The fields of the usage API in August 2026, and its table by the minute in which most minutes are empty (public notes on
/// `completions_usage_2025-10-27.csv`): 27,444 with 8,448 read and 2,000 written leave 16,996.
#[test]
fn openai_input_holds_what_is_read_and_written() {
    let want = tokens(16_996, 8_448, 2_000, 70);
    let usage = r#"{"object":"page","data":[{"start_time":1793577600,"end_time":1793577660,
"results":[{"object":"organization.usage.completions.result","input_tokens":27444,"input_cached_tokens":8448,
"input_cache_write_tokens":2000,"output_tokens":70,"num_model_requests":3,"model":"gpt-5.6-terra","user_id":"jane"},
{"object":"organization.usage.images.result","images":2,"num_model_requests":2,"model":"gpt-image-1"}]}],
"has_more":false}"#;
    let table = "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,model,\
input_tokens,output_tokens,input_cached_tokens,input_cache_write_tokens
1793577600,1793577660,2026-11-02T00:00:00+00:00,2026-11-02T00:01:00+00:00,proj,3.0,jane,gpt-5.6-terra,27444,70,8448,2000
1793577660,1793577720,2026-11-02T00:01:00+00:00,2026-11-02T00:02:00+00:00,,,,,,,,
";
    for (text, left_out) in [(usage, 1), (table, 0)] {
        let read = read(text).unwrap();
        let row = &read.rows[0];
        assert_eq!((read.kind, read.rows.len(), read.left_out), (ExportKind::OpenaiUsage, 1, left_out));
        assert_eq!((row.at, row.length, row.tokens, row.requests), (DAY_AT, 60_000, want, Some(3)));
    }
    let none = "start_time,end_time,start_time_iso,end_time_iso\n1735689600,1735776000,2025-01-01T00:00:00+00:00,\
2025-01-02T00:00:00+00:00\n";
    assert_eq!(refused(none), "OpenAI usage, but there is nothing in it");
}

/// OpenRouter by day, as its table and its interface give it, and a request of a key of one's own: $0.015 in credits and
/// $0.012 to the provider are $0.027 (the example of its reference).
#[test]
fn openrouter_tells_what_a_key_of_ones_own_pays() {
    let table = "Date,Slug,Usage,BYOK Usage,Requests,Prompt Tokens,Completion Tokens,\
Reasoning Tokens\n\"2026-11-02 00:00:00\",\"openai/gpt-4.1\",\"0.015\",\"0.012\",\"5\",\"50\",\"125\",\"25\"\n";
    let day = r#"{"data":[{"date":"2026-11-02","model":"openai/gpt-4.1","endpoint_id":"e","provider_name":"OpenAI",
"usage":0.015,"byok_usage_inference":0.012,"requests":5,"prompt_tokens":50,"completion_tokens":125,
"reasoning_tokens":25}]}"#;
    for text in [table, day] {
        let read = read(text).unwrap();
        assert_eq!(
            (read.kind, read.rows[0].length, read.rows[0].requests),
            (ExportKind::OpenrouterActivity, DAY, Some(5))
        );
        assert_eq!(said(text), [(DAY_AT, "openai/gpt-4.1".to_owned(), tokens(50, 0, 0, 125), usd("0.027"))], "{text}");
    }
    let request = "generation_id,created_at,cost_total,byok_usage_inference,tokens_prompt,tokens_completion,\
model_permaslug\ngen-1,2026-11-02 00:00:00.000,0,0.012,50,125,openai/gpt-4.1\n";
    assert_eq!(said(request)[0].3, usd("0.012"));
    let one = r#"{"data":{"id":"gen-1","created_at":"2026-11-02T00:00:00Z","model":"openai/gpt-4.1","usage":0.015,
"native_tokens_prompt":50,"native_tokens_cached":20,"native_tokens_completion":125,"tokens_prompt":48}}"#;
    let two = format!("{one}\n{}", one.replace("gen-1", "gen-2"));
    assert_eq!(said(&two)[1], (DAY_AT, "openai/gpt-4.1".to_owned(), tokens(30, 20, 0, 125), usd("0.015")));
}

/// LiteLLM's log as a table, line by line, as pages of its interface, and by day.
#[test]
fn litellm_tells_requests_or_days() {
    let usage = r#"{"usage_object":{"prompt_tokens_details":{"cached_tokens":600,"cache_creation_tokens":300}}}"#;
    let row = |metadata: &str| {
        format!(
            r#"{{"request_id":"r","api_key":"jane-key","spend":0.0123,"prompt_tokens":1000,"completion_tokens":20,
"startTime":"2026-11-02T00:00:00","model":"m","metadata":{metadata}}}"#
        )
    };
    let want = (DAY_AT, "m".to_owned(), tokens(100, 600, 300, 20), usd("0.0123"));
    let quoted = usage.replace('"', "\"\"");
    for text in [
        format!("[{}]", row(usage)),
        row(&format!("{usage:?}")),
        format!(r#"{{"data":[{}],"total":1,"page":1,"page_size":50,"total_pages":1}}"#, row(usage)),
        format!(
            "request_id,spend,prompt_tokens,completion_tokens,startTime,model,user,metadata\nr,0.0123,1000,20,\
2026-11-02 00:00:00,m,jane,\"{quoted}\"\n"
        ),
    ] {
        assert_eq!(said(&text), std::slice::from_ref(&want), "{text}");
    }
    let other = row(usage).replace("\"r\"", "\"s\"");
    assert_eq!(said(&format!("{}\n{other}\n", row(usage))).len(), 2);
    let page = format!(r#"{{"data":[{}],"total":81,"page":1,"page_size":50,"total_pages":2}}"#, row(usage));
    assert!(refused(&page).contains("not all pages of it"), "{}", refused(&page));
    let summary = r#"[{"startTime":"2026-11-02","spend":3.5,"users":{"jane":3.5},"models":{"a":2.25,"b":1.25}}]"#;
    let day = |model: &str, cost| (DAY_AT, model.to_owned(), tokens(0, 0, 0, 0), usd(cost));
    assert_eq!(said(summary), [day("a", "2.25"), day("b", "1.25")]);
    let daily = r#"{"results":[{"date":"2026-11-02","metrics":{"spend":9},
"breakdown":{"models":{"m":{"metrics":{"spend":0.0123,"prompt_tokens":1000,"completion_tokens":20,
"cache_read_input_tokens":600,"cache_creation_input_tokens":300,"api_requests":1}}},"api_keys":{"jane":{}}}}],
"metadata":{"page":1,"total_pages":1,"has_more":false}}"#;
    assert_eq!(said(daily), [want]);
}

#[test]
fn a_route_is_no_other_model() {
    for (billed, stored) in [
        ("anthropic/claude-4.6-opus-20260205:beta", "anthropic/claude-opus-4-6"),
        ("vertex_ai/claude-opus-4-6@20260205", "anthropic/claude-opus-4-6"),
        ("bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic/claude-haiku-4-5"),
        ("kimi-k2.6", "openrouter/moonshotai/kimi-k2.6"),
    ] {
        assert!(is_same_model(billed, stored), "{billed}");
    }
    for (billed, stored) in [
        ("anthropic/claude-4.6-opus:free", "anthropic/claude-opus-4-6"),
        ("qwen3:8b", "ollama/qwen3:30b"),
        ("bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0", "anthropic/claude-haiku-4-5"),
    ] {
        assert!(!is_same_model(billed, stored), "{billed}");
    }
}

#[test]
fn the_name_of_a_model_tells_no_account() {
    let row = |model: &str| format!(r#"{{"spend":1,"startTime":"2026-11-02","model":{model:?}}}"#);
    for (billed, told) in [
        ("ft:gpt-4.1-2025-04-14:jane-org::AbC123", "ft:gpt-4.1-2025-04-14"),
        ("openai/ft:gpt-4.1:jane-org:suffix:AbC123", "openai/ft:gpt-4.1"),
        (
            "bedrock/arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        ),
        ("arn:aws:bedrock:us-east-1:123456789012:x", ""),
        ("qwen3:8b", "qwen3:8b"),
    ] {
        assert_eq!(said(&row(billed))[0].1, told);
    }
}
