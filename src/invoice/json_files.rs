//! The exports that come as JSON: reports of Anthropic and OpenAI, OpenRouter's activity, and what LiteLLM has spent.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::numbers::{count, day, moment, money};
use super::{BillRow, DAY, ExportKind, Invoice, NoInvoice, Unread, short};
use crate::money::Money;
use crate::simulate::Tokens;

/// What is looked at in OpenAI's usage, in its table too.
pub(super) const OPENAI_USAGE: [&str; 6] =
    ["model", "num_model_requests", "input_tokens", "input_cached_tokens", "input_cache_write_tokens", "output_tokens"];

/// Lists of pages, of lists of what stands on them, and no deeper.
const DEEPEST: u8 = 8;

/// Reads texts, each with its place. Entry by entry, since a log of requests holds what was said in them.
pub(super) fn read(texts: &[(usize, &str)]) -> Result<Invoice, (usize, NoInvoice)> {
    let (mut invoice, mut kind, mut pages) = (Invoice::default(), None, Vec::new());
    for (at, text) in texts {
        let broken = |error: serde_json::Error| NoInvoice::Broken { line: error.line(), column: error.column() };
        let (mut own, mut some) = (None, Vec::new());
        // Several pages, buckets or requests may stand behind each other in one file.
        for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
            collect(value.map_err(|error| (*at, broken(error)))?, DEEPEST, &mut some);
        }
        let is_empty = some.iter().all(|page: &BillPage<'_>| page.entries.is_empty());
        for page in &mut some {
            for entry in &page.entries {
                let Ok(entry) = serde_json::from_str::<Value>(entry.get()) else {
                    invoice.leave_out(Unread { line: None, what: "text" });
                    continue;
                };
                page.until = page.until.max(time(&entry["starting_at"]).or_else(|| time(&entry["start_time"])));
                let found = take(&entry, &mut invoice, &mut kind);
                own = own.or(found);
            }
        }
        match (own, kind) {
            (Some(own), Some(kind)) if own != kind => return Err((*at, NoInvoice::Second(own, kind))),
            (None, _) if !is_empty => return Err((*at, NoInvoice::Unknown)),
            _ => pages.append(&mut some),
        }
    }
    let first = texts.first().map_or(0, |(at, _)| *at);
    let kind = kind.ok_or((first, NoInvoice::Unknown))?;
    if is_open(&pages) {
        return Err((first, NoInvoice::Page(kind)));
    }
    Ok(Invoice { kind, ..invoice })
}

/// Takes in what an entry tells; of which kind the first of it is.
fn take(entry: &Value, invoice: &mut Invoice, kind: &mut Option<ExportKind>) -> Option<ExportKind> {
    let results = entry["results"].as_array();
    // A bucket in which nothing was used has no results.
    let all: Vec<&Value> = results.map_or_else(|| vec![entry], |results| results.iter().collect());
    let mut first = None;
    for result in all {
        let Some(found) = kind_of(entry, result) else {
            invoice.leave_out(Unread { line: None, what: "an entry of no known kind" });
            continue;
        };
        first = first.or(Some(found));
        // Usage and cost of the same days would count twice.
        let same = *kind.get_or_insert(found) == found;
        match rows(found, entry, result).and_then(|rows| same.then_some(rows).ok_or("a second kind of report")) {
            Ok(rows) => invoice.rows.extend(with_ids(rows, found, entry, result)),
            Err(what) => invoice.leave_out(Unread { line: None, what }),
        }
    }
    first
}

/// Rows with what tells them from others: the id of a request, or all that is said of a sum.
fn with_ids<'a>(
    rows: Vec<BillRow>,
    kind: ExportKind,
    entry: &'a Value,
    result: &'a Value,
) -> impl Iterator<Item = BillRow> + 'a {
    let named = if kind == ExportKind::LitellmSpend { &result["request_id"] } else { &result["id"] };
    let is_sum = rows.first().is_some_and(|row| row.length > 0);
    let all = is_sum.then(|| {
        let bucket = ["starting_at", "start_time", "ending_at", "end_time"].map(|name| entry[name].to_string());
        short(&(bucket, result.to_string()))
    });
    rows.into_iter().map(move |row| {
        let id = match all {
            Some(all) => Some(short(&(all, &row.model))),
            None => named.as_str().map(|named| short(&(kind.name(), named, row.at))),
        };
        BillRow { id, ..row }
    })
}

/// A page of a report; what has no pages is one.
#[derive(Default)]
struct BillPage<'a> {
    entries: Vec<&'a RawValue>,
    /// When its last bucket begins.
    until: Option<i64>,
    /// Whether another one follows, where it says.
    more: Option<bool>,
    /// Which it is, and of how many, where it says.
    number: Option<(u64, u64)>,
}

/// What a page says of itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PageNumber {
    has_more: Value,
    page: Value,
    total_pages: Value,
}

type Members<'a> = HashMap<String, &'a RawValue>;

fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    value.get().starts_with('[').then(|| serde_json::from_str(value.get()).ok())?
}

fn members(value: &RawValue) -> Option<Members<'_>> {
    value.get().starts_with('{').then(|| serde_json::from_str(value.get()).ok())?
}

/// The pages in a value: a list may be of pages or of what stands on one.
fn collect<'a>(value: &'a RawValue, deepest: u8, pages: &mut Vec<BillPage<'a>>) {
    if let Some(list) = list(value).filter(|_| deepest > 0) {
        return list.into_iter().for_each(|value| collect(value, deepest - 1, pages));
    }
    let members = members(value).unwrap_or_default();
    let listed = |name: &str| members.get(name).and_then(|value| list(value));
    let has_days = |days: &Vec<&'a RawValue>| {
        days.iter().any(|day| self::members(day).is_some_and(|day| day.contains_key("breakdown")))
    };
    let entries = match members.get("data") {
        Some(one) if one.get().starts_with('{') => vec![*one],
        _ => listed("data").or_else(|| listed("results").filter(has_days)).unwrap_or_else(|| vec![value]),
    };
    let about = members.get("metadata").filter(|about| about.get().starts_with('{')).map_or(value, |about| *about);
    let about: PageNumber = serde_json::from_str(about.get()).unwrap_or_default();
    let number = about.page.as_u64().zip(about.total_pages.as_u64());
    pages.push(BillPage { entries, more: about.has_more.as_bool(), number, until: None });
}

/// Whether a page is missing. They may stand in any order: the last one is that which reaches furthest, or is empty.
fn is_open(pages: &[BillPage<'_>]) -> bool {
    let last = pages.iter().map(|page| page.until).max().flatten();
    let is_last = |page: &&BillPage<'_>| page.until == last || page.entries.is_empty();
    let mut told = pages.iter().filter(is_last).filter_map(|page| page.more).peekable();
    let is_cut = told.peek().is_some() && told.all(|more| more);
    let numbers: std::collections::BTreeSet<u64> = pages.iter().filter_map(|page| Some(page.number?.0)).collect();
    let of = pages.iter().filter_map(|page| Some(page.number?.1)).max().unwrap_or(0);
    is_cut || of > numbers.len() as u64
}

fn kind_of(entry: &Value, result: &Value) -> Option<ExportKind> {
    let has = |value: &Value, name: &str| value.get(name).is_some();
    if has(result, "uncached_input_tokens") {
        Some(ExportKind::AnthropicUsage)
    } else if has(entry, "starting_at") && has(result, "amount") {
        Some(ExportKind::AnthropicCost)
    } else if has(result, "num_model_requests") && has(result, "input_tokens") {
        Some(ExportKind::OpenaiUsage)
    } else if has(entry, "start_time") && has(result, "amount") {
        Some(ExportKind::OpenaiCost)
    } else if has(result, "spend") && has(result, "startTime") || has(result, "breakdown") && has(result, "metrics") {
        Some(ExportKind::LitellmSpend)
    } else if has(result, "usage") && (has(result, "byok_usage_inference") || has(result, "native_tokens_prompt")) {
        Some(ExportKind::OpenrouterActivity)
    } else {
        None
    }
}

/// A count as any of these may write it; null is none.
fn tokens(of: &Value, name: &'static str) -> Result<u64, &'static str> {
    match &of[name] {
        Value::Null => Ok(0),
        Value::String(text) => count(text).ok_or(name),
        Value::Number(number) => count(&number.to_string()).ok_or(name),
        _ => Err(name),
    }
}

fn time(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => moment(text),
        Value::Number(seconds) => moment(&seconds.to_string()),
        _ => None,
    }
}

fn amount(of: &Value, name: &'static str) -> Result<Money, &'static str> {
    paid(&of[name]).ok_or(name)
}

fn paid(value: &Value) -> Option<Money> {
    match value {
        Value::String(text) => money(text, false),
        Value::Number(number) => money(&number.to_string(), false),
        _ => None,
    }
}

fn name(value: &Value) -> String {
    String::deserialize(value).unwrap_or_default()
}

/// That an amount is in dollars, which it is where nothing is said.
pub(super) fn dollars(currency: Option<&str>) -> Result<(), &'static str> {
    let is_dollars = currency.is_none_or(|currency| currency.eq_ignore_ascii_case("usd"));
    is_dollars.then_some(()).ok_or("amounts that are not in USD")
}

/// The model of a line such as `gpt-5.5, input`: the direction stands behind it.
pub(super) fn of_line(line: Option<&str>) -> String {
    line.unwrap_or_default().split(',').next().unwrap_or_default().trim().to_owned()
}

fn rows(kind: ExportKind, entry: &Value, result: &Value) -> Result<Vec<BillRow>, &'static str> {
    let bucket = |from: &'static str, to: &str, row: BillRow| {
        let at = time(&entry[from]).ok_or(from)?;
        let length = time(&entry[to]).map_or(DAY, |end| (end - at).max(0));
        Ok(vec![BillRow { at, length, ..row }])
    };
    match kind {
        ExportKind::AnthropicUsage => {
            let written = &result["cache_creation"];
            let tokens = Tokens {
                input: tokens(result, "uncached_input_tokens")?,
                cache_read: tokens(result, "cache_read_input_tokens")?,
                cache_write_5m: tokens(written, "ephemeral_5m_input_tokens")?,
                cache_write_1h: tokens(written, "ephemeral_1h_input_tokens")?,
                output: tokens(result, "output_tokens")?,
            };
            bucket("starting_at", "ending_at", BillRow { model: name(&result["model"]), tokens, ..BillRow::default() })
        }
        ExportKind::AnthropicCost => {
            dollars(result["currency"].as_str())?;
            // Cents, as a decimal string: "123.45" is $1.23.
            let cost = Some(Money::from_pico(amount(result, "amount")?.pico() / 100));
            bucket("starting_at", "ending_at", BillRow { model: name(&result["model"]), cost, ..BillRow::default() })
        }
        ExportKind::OpenaiUsage => bucket("start_time", "end_time", openai_usage(result)?),
        ExportKind::OpenaiCost => {
            dollars(result["amount"]["currency"].as_str())?;
            let cost = Some(amount(&result["amount"], "value")?);
            let model = of_line(result["line_item"].as_str());
            bucket("start_time", "end_time", BillRow { model, cost, ..BillRow::default() })
        }
        ExportKind::OpenrouterActivity => activity(result).map(|row| vec![row]),
        _ if result.get("breakdown").is_some() || result["models"].is_object() => spent_by_model(result),
        _ => spent(result).map(|row| vec![row]),
    }
}

/// A result of OpenAI's usage without its time. The input holds the cached tokens, those that are read and those written.
pub(super) fn openai_usage(result: &Value) -> Result<BillRow, &'static str> {
    let input = tokens(result, "input_tokens")?;
    let cached = tokens(result, "input_cached_tokens")?.min(input);
    let written = tokens(result, "input_cache_write_tokens")?.min(input - cached);
    Ok(BillRow {
        model: name(&result["model"]),
        tokens: Tokens {
            input: input - cached - written,
            cache_read: cached,
            cache_write_5m: written,
            output: tokens(result, "output_tokens")?,
            ..Tokens::default()
        },
        requests: Some(tokens(result, "num_model_requests")?),
        ..BillRow::default()
    })
}

/// Of OpenRouter's, a day of a model or a request. What a key of one's own pays to the provider is money too.
fn activity(result: &Value) -> Result<BillRow, &'static str> {
    let (at, length, model, counts, own_key) = if result.get("native_tokens_prompt").is_some() {
        let at = time(&result["created_at"]).ok_or("created_at")?;
        let counts = ["native_tokens_prompt", "native_tokens_cached", "native_tokens_completion"];
        (at, 0, "model", counts, "upstream_inference_cost")
    } else {
        let at = result["date"].as_str().and_then(day).ok_or("date")?;
        let model = if result["model_permaslug"].is_string() { "model_permaslug" } else { "model" };
        (at, DAY, model, ["prompt_tokens", "cached_tokens", "completion_tokens"], "byok_usage_inference")
    };
    let [prompt, cached, output] = counts;
    let (prompt, cached) = (tokens(result, prompt)?, tokens(result, cached)?);
    let own_key = if result[own_key].is_null() { Money::ZERO } else { amount(result, own_key)? };
    Ok(BillRow {
        at,
        length,
        model: name(&result[model]),
        tokens: Tokens {
            input: prompt.saturating_sub(cached),
            cache_read: cached.min(prompt),
            output: tokens(result, output)?,
            ..Tokens::default()
        },
        cost: Some(amount(result, "usage")? + own_key),
        requests: Some(if length == 0 { 1 } else { tokens(result, "requests")? }),
        id: None,
    })
}

/// A request in LiteLLM's log. What the provider's own cache did is told in the metadata, where it is told at all; a table
/// and some versions write that as a text.
pub(super) fn spent(result: &Value) -> Result<BillRow, &'static str> {
    let parsed = result["metadata"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let usage = &parsed.as_ref().unwrap_or(&result["metadata"])["usage_object"];
    let details = &usage["prompt_tokens_details"];
    let prompt = tokens(result, "prompt_tokens")?;
    let read = tokens(usage, "cache_read_input_tokens")?.max(tokens(details, "cached_tokens")?);
    let written = tokens(usage, "cache_creation_input_tokens")?.max(tokens(details, "cache_creation_tokens")?);
    Ok(BillRow {
        at: time(&result["startTime"]).ok_or("startTime")?,
        length: 0,
        model: name(&result["model"]),
        tokens: Tokens {
            input: prompt.saturating_sub(read + written),
            cache_read: read,
            cache_write_5m: written,
            output: tokens(result, "completion_tokens")?,
            ..Tokens::default()
        },
        cost: Some(amount(result, "spend")?),
        requests: Some(1),
        id: None,
    })
}

/// A day in LiteLLM's summaries, model by model: of `/spend/logs` between two dates, which gives amounts alone, or of
/// `/user/daily/activity`.
fn spent_by_model(result: &Value) -> Result<Vec<BillRow>, &'static str> {
    let is_summary = result["models"].is_object();
    let (date, models) =
        if is_summary { ("startTime", &result["models"]) } else { ("date", &result["breakdown"]["models"]) };
    let at = result[date].as_str().and_then(day).ok_or(date)?;
    let row = |(model, of): (&String, &Value)| {
        let row = BillRow { at, length: DAY, model: model.clone(), ..BillRow::default() };
        if is_summary {
            return Ok(BillRow { cost: Some(paid(of).ok_or("models")?), ..row });
        }
        let metrics = &of["metrics"];
        let (read, written) =
            (tokens(metrics, "cache_read_input_tokens")?, tokens(metrics, "cache_creation_input_tokens")?);
        Ok(BillRow {
            tokens: Tokens {
                input: tokens(metrics, "prompt_tokens")?.saturating_sub(read + written),
                cache_read: read,
                cache_write_5m: written,
                output: tokens(metrics, "completion_tokens")?,
                ..Tokens::default()
            },
            cost: Some(amount(metrics, "spend")?),
            requests: Some(tokens(metrics, "api_requests")?),
            ..row
        })
    };
    models.as_object().ok_or("models")?.iter().map(row).collect()
}
