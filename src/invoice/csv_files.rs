//! The exports that come as tables. Only the columns that are named here are looked at.

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Value, json};

use super::numbers::{count, day, moment, money};
use super::{BillRow, DAY, ExportKind, Invoice, NoInvoice, Unread, json_files, short};
use crate::money::Money;
use crate::simulate::Tokens;

/// What may stand between columns; a spreadsheet writes semicolons where a comma is the decimal point.
const SEPARATORS: &[u8] = b",;\t";

/// A line of a table by the names of its columns.
struct CsvLine<'a> {
    head: &'a [String],
    line: &'a StringRecord,
    /// Amounts may be written with a decimal comma.
    comma: bool,
}

impl<'a> CsvLine<'a> {
    fn get(&self, names: &[&str]) -> Option<&'a str> {
        let at = names.iter().find_map(|name| self.head.iter().position(|column| column == name))?;
        self.line.get(at).filter(|value| !value.is_empty())
    }

    fn need(&self, names: &[&'static str]) -> Result<&'a str, &'static str> {
        self.get(names).ok_or(names[0])
    }

    fn count(&self, name: &'static str) -> Result<u64, &'static str> {
        self.get(&[name]).map_or(Ok(0), |value| count(value).ok_or(name))
    }

    fn money(&self, names: &[&'static str]) -> Result<Money, &'static str> {
        money(self.need(names)?, self.comma).ok_or(names[0])
    }

    /// Money that may be left out.
    fn more(&self, names: &[&'static str]) -> Result<Money, &'static str> {
        self.get(names).map_or(Ok(Money::ZERO), |value| money(value, self.comma).ok_or(names[0]))
    }

    fn day(&self, name: &'static str) -> Result<i64, &'static str> {
        day(self.need(&[name])?).ok_or(name)
    }

    /// What tells a row from others: the id of its request, or all that is said of its sum.
    fn identity(&self, kind: ExportKind, row: &BillRow) -> Option<u64> {
        match row.length {
            0 => Some(short(&(kind.name(), self.get(&["generation_id", "request_id"])?, row.at))),
            _ => Some(short(&(self.head, self.line.iter().collect::<Vec<_>>()))),
        }
    }

    fn moment(&self, names: &[&'static str]) -> Result<i64, &'static str> {
        moment(self.need(names)?).ok_or(names[0])
    }
}

/// Reads a table by the separator with which its header is one that is known.
pub(super) fn read(text: &str) -> Result<Invoice, NoInvoice> {
    let first = text.lines().next().unwrap_or_default();
    // `Prompt Tokens` is `prompt_tokens`.
    let name = |column: &str| column.trim_start_matches('\u{feff}').to_lowercase().replace(' ', "_");
    let known = SEPARATORS.iter().find_map(|separator| {
        let mut head = ReaderBuilder::new().delimiter(*separator).trim(Trim::All).from_reader(first.as_bytes());
        let head: Vec<String> = head.headers().ok()?.iter().map(name).collect();
        Some((*separator, kind_of(&head)?, head))
    });
    let (separator, kind, head) = known.ok_or(NoInvoice::Unknown)?;
    let has = |name: &&str| head.iter().any(|column| column == name);
    let needed: &[&[&'static str]] = match kind {
        ExportKind::ClaudeUsage => &[&["usage_date_utc"], &["model_version", "model"]],
        ExportKind::ClaudeCost => &[&["usage_date_utc"], &["model"]],
        ExportKind::OpenrouterActivity => &[&["created_at", "date"], &["model_permaslug", "slug", "model"]],
        ExportKind::LitellmSpend => &[&["model"]],
        _ => &[&["start_time", "start_time_iso"]],
    };
    if let Some(names) = needed.iter().find(|names| !names.iter().any(has)) {
        return Err(NoInvoice::Lacks { kind, what: names[0] });
    }
    let mut invoice = Invoice { kind, ..Invoice::default() };
    let mut reader = ReaderBuilder::new();
    let mut reader = reader.delimiter(separator).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    for line in reader.records() {
        let place = line.as_ref().ok().and_then(StringRecord::position).map(csv::Position::line);
        let comma = separator == b';';
        // Tables that were joined in one file.
        let is_head = |line: &StringRecord| line.iter().map(name).eq(head.iter().cloned());
        if line.as_ref().is_ok_and(|line| line.get(0).map(name).as_ref() == head.first() && is_head(line)) {
            continue;
        }
        let row = line.map_err(|_| "text").and_then(|line| {
            let line = CsvLine { head: &head, line: &line, comma };
            Ok(row(kind, &line)?.map(|row| BillRow { id: line.identity(kind, &row), ..row }))
        });
        match row {
            Ok(row) => invoice.rows.extend(row),
            Err(what) => invoice.leave_out(Unread { line: place, what }),
        }
    }
    Ok(invoice)
}

fn kind_of(head: &[String]) -> Option<ExportKind> {
    let has = |name: &str| head.iter().any(|column| column == name);
    if has("usage_input_tokens_no_cache") {
        Some(ExportKind::ClaudeUsage)
    } else if has("cost_usd") && has("token_type") {
        Some(ExportKind::ClaudeCost)
    } else if has("generation_id") && has("tokens_prompt") || has("usage") && has("requests") && has("prompt_tokens") {
        Some(ExportKind::OpenrouterActivity)
    } else if has("amount_value") && has("line_item") {
        Some(ExportKind::OpenaiCost)
    } else if has("input_tokens") && has("num_model_requests")
        || head == ["start_time", "end_time", "start_time_iso", "end_time_iso"]
    {
        // Where nothing was used, OpenAI leaves out the other columns as well.
        Some(ExportKind::OpenaiUsage)
    } else if has("spend") && has("starttime") {
        Some(ExportKind::LitellmSpend)
    } else {
        None
    }
}

/// A line as a row; an empty one of a time without spending is none. Else the column that cannot be read.
fn row(kind: ExportKind, line: &CsvLine<'_>) -> Result<Option<BillRow>, &'static str> {
    let claude = |name: &str, cost| -> Result<BillRow, &'static str> {
        Ok(BillRow { at: line.day("usage_date_utc")?, length: DAY, model: name.to_owned(), cost, ..BillRow::default() })
    };
    Ok(Some(match kind {
        ExportKind::ClaudeUsage => BillRow {
            tokens: Tokens {
                input: line.count("usage_input_tokens_no_cache")?,
                cache_read: line.count("usage_input_tokens_cache_read")?,
                // Until 2025 there was one column for both.
                cache_write_5m: line.count("usage_input_tokens_cache_write_5m")?
                    + line.count("usage_input_tokens_cache_write")?,
                cache_write_1h: line.count("usage_input_tokens_cache_write_1h")?,
                output: line.count("usage_output_tokens")?,
            },
            ..claude(line.need(&["model_version", "model"])?, None)?
        },
        ExportKind::ClaudeCost => claude(line.get(&["model"]).unwrap_or_default(), Some(line.money(&["cost_usd"])?))?,
        ExportKind::OpenrouterActivity => return activity(line).map(Some),
        ExportKind::OpenaiUsage if line.get(&["num_model_requests"]).is_none() => return Ok(None),
        // Days without spending are rows without an amount.
        ExportKind::OpenaiCost if line.get(&["amount_value"]).is_none() => return Ok(None),
        ExportKind::OpenaiUsage | ExportKind::OpenaiCost => {
            let at = line.moment(&["start_time_iso", "start_time"])?;
            let length = line.get(&["end_time_iso", "end_time"]).and_then(moment).map_or(DAY, |end| (end - at).max(0));
            let row = if kind == ExportKind::OpenaiUsage {
                let cells = |names: &[&str]| -> Value {
                    names.iter().filter_map(|name| Some(((*name).to_owned(), json!(line.get(&[name])?)))).collect()
                };
                json_files::openai_usage(&cells(&json_files::OPENAI_USAGE))?
            } else {
                json_files::dollars(line.get(&["amount_currency"]))?;
                BillRow {
                    model: json_files::of_line(line.get(&["line_item"])),
                    cost: Some(line.money(&["amount_value"])?),
                    ..BillRow::default()
                }
            };
            BillRow { at, length, ..row }
        }
        _ => {
            let metadata = line.get(&["metadata"]).unwrap_or_default();
            let request = json!({
                "startTime": line.need(&["starttime"])?,
                "model": line.get(&["model"]),
                "spend": line.need(&["spend"])?,
                "prompt_tokens": line.get(&["prompt_tokens"]),
                "completion_tokens": line.get(&["completion_tokens"]),
                "metadata": metadata,
            });
            json_files::spent(&request)?
        }
    }))
}

/// A row of OpenRouter's: of a request, or of a day and a model. What a key of one's own pays to the provider is money too.
fn activity(line: &CsvLine<'_>) -> Result<BillRow, &'static str> {
    let model = line.need(&["model_permaslug", "slug", "model"])?.to_owned();
    if line.get(&["created_at"]).is_none() {
        return Ok(BillRow {
            at: line.day("date")?,
            length: DAY,
            model,
            tokens: Tokens {
                input: line.count("prompt_tokens")?,
                output: line.count("completion_tokens")?,
                ..Tokens::default()
            },
            cost: Some(line.money(&["usage"])? + line.more(&["byok_usage_inference", "byok_usage"])?),
            requests: Some(line.count("requests")?),
            ..BillRow::default()
        });
    }
    let (prompt, cached) = (line.count("tokens_prompt")?, line.count("tokens_cached")?);
    Ok(BillRow {
        at: line.moment(&["created_at"])?,
        model,
        tokens: Tokens {
            input: prompt.saturating_sub(cached),
            cache_read: cached.min(prompt),
            output: line.count("tokens_completion")?,
            ..Tokens::default()
        },
        cost: Some(line.money(&["cost_total"])? + line.more(&["byok_usage_inference"])?),
        requests: Some(1),
        ..BillRow::default()
    })
}
