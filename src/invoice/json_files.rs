//! The exports that come as JSON: reports of Anthropic and OpenAI, and LiteLLM's log.

use serde::Deserialize;
use serde_json::Value;

use super::csv_files::{moment, money};
use super::{BillRow, ExportKind, Invoice, NoInvoice};
use crate::money::Money;
use crate::simulate::Tokens;

pub(super) fn read(text: &str) -> Result<Invoice, NoInvoice> {
    // Several pages may stand behind each other in one file.
    let pages: Vec<Value> = serde_json::Deserializer::from_str(text)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|_| NoInvoice::Unknown)?;
    let (mut rows, mut left_out, mut kind) = (Vec::new(), 0, None);
    let open = pages.last().is_some_and(|page| page["has_more"] == true);
    for page in &pages {
        let list = page.as_array().or_else(|| page["data"].as_array());
        for entry in list.into_iter().flatten() {
            let results = entry["results"].as_array();
            // A bucket in which nothing was used has no results.
            let all: Vec<&Value> = results.map_or_else(|| vec![entry], |results| results.iter().collect());
            for result in all {
                let Some(found) = kind_of(entry, result) else {
                    left_out += 1;
                    continue;
                };
                kind = kind.or(Some(found));
                match row(found, entry, result) {
                    Some(row) => rows.push(row),
                    None => left_out += 1,
                }
            }
        }
    }
    match kind {
        None => Err(NoInvoice::Unknown),
        Some(kind) if open => Err(NoInvoice::Page(kind)),
        Some(kind) => Ok(Invoice { kind, rows, left_out }),
    }
}

fn kind_of(entry: &Value, result: &Value) -> Option<ExportKind> {
    let has = |value: &Value, name: &str| value.get(name).is_some();
    if has(result, "uncached_input_tokens") {
        Some(ExportKind::AnthropicUsage)
    } else if has(entry, "starting_at") && has(result, "amount") {
        Some(ExportKind::AnthropicCost)
    } else if has(result, "num_model_requests") {
        Some(ExportKind::OpenaiUsage)
    } else if has(entry, "start_time") && has(result, "amount") {
        Some(ExportKind::OpenaiCost)
    } else if has(result, "spend") && has(result, "startTime") {
        Some(ExportKind::LitellmSpend)
    } else {
        None
    }
}

/// Counts as any of these may write them.
fn tokens(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(0).min(1 << 48)
}

fn time(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => moment(text),
        Value::Number(seconds) => moment(&seconds.to_string()),
        _ => None,
    }
}

fn amount(value: &Value) -> Option<Money> {
    match value {
        Value::String(text) => money(text),
        Value::Number(number) => money(&number.to_string()),
        _ => None,
    }
}

fn row(kind: ExportKind, entry: &Value, result: &Value) -> Option<BillRow> {
    let name = |value: &Value| String::deserialize(value).unwrap_or_default();
    let bucket = |from: &str, to: &str| {
        let at = time(&entry[from])?;
        Some((at, time(&entry[to]).map_or(86_400_000, |end| (end - at).max(0))))
    };
    Some(match kind {
        ExportKind::AnthropicUsage => {
            let (at, length) = bucket("starting_at", "ending_at")?;
            let written = &result["cache_creation"];
            BillRow {
                at,
                length,
                model: name(&result["model"]),
                tokens: Tokens {
                    input: tokens(&result["uncached_input_tokens"]),
                    cache_read: tokens(&result["cache_read_input_tokens"]),
                    cache_write_5m: tokens(&written["ephemeral_5m_input_tokens"]),
                    cache_write_1h: tokens(&written["ephemeral_1h_input_tokens"]),
                    output: tokens(&result["output_tokens"]),
                },
                ..BillRow::default()
            }
        }
        ExportKind::AnthropicCost => {
            let (at, length) = bucket("starting_at", "ending_at")?;
            // Cents, as a decimal string: "123.45" is $1.23.
            let cents = amount(&result["amount"])?;
            BillRow {
                at,
                length,
                model: name(&result["model"]),
                cost: Some(Money::from_pico(cents.pico() / 100)),
                ..BillRow::default()
            }
        }
        ExportKind::OpenaiUsage => {
            let (at, length) = bucket("start_time", "end_time")?;
            let (input, cached) = (tokens(&result["input_tokens"]), tokens(&result["input_cached_tokens"]));
            BillRow {
                at,
                length,
                model: name(&result["model"]),
                // The input holds the cached tokens.
                tokens: Tokens {
                    input: input.saturating_sub(cached),
                    cache_read: cached.min(input),
                    output: tokens(&result["output_tokens"]),
                    ..Tokens::default()
                },
                requests: Some(tokens(&result["num_model_requests"])),
                ..BillRow::default()
            }
        }
        ExportKind::OpenaiCost => {
            let (at, length) = bucket("start_time", "end_time")?;
            let line = name(&result["line_item"]);
            let model = line.split(',').next().unwrap_or_default().trim().to_owned();
            BillRow { at, length, model, cost: amount(&result["amount"]["value"]), ..BillRow::default() }
        }
        _ => {
            // The provider's own cache is told in the metadata, where it is told at all.
            let usage = &result["metadata"]["usage_object"];
            let read = tokens(&usage["cache_read_input_tokens"]);
            let written = tokens(&usage["cache_creation_input_tokens"]);
            let prompt = tokens(&result["prompt_tokens"]);
            BillRow {
                at: time(&result["startTime"])?,
                length: 0,
                model: name(&result["model"]),
                tokens: Tokens {
                    input: prompt.saturating_sub(read + written),
                    cache_read: read,
                    cache_write_5m: written,
                    output: tokens(&result["completion_tokens"]),
                    ..Tokens::default()
                },
                cost: amount(&result["spend"]),
                requests: Some(1),
            }
        }
    })
}
