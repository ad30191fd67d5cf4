//! The exports that come as tables. Only the columns that are named here are looked at.

use csv::{ReaderBuilder, StringRecord, Trim};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::{BillRow, ExportKind, Invoice, NoInvoice};
use crate::money::Money;
use crate::simulate::Tokens;

const DAY: i64 = 86_400_000;

/// A line of a table by the names of its columns.
struct CsvLine<'a> {
    head: &'a StringRecord,
    line: &'a StringRecord,
}

impl<'a> CsvLine<'a> {
    fn get(&self, names: &[&str]) -> Option<&'a str> {
        let at = names.iter().find_map(|name| self.head.iter().position(|column| column.eq_ignore_ascii_case(name)))?;
        self.line.get(at).filter(|value| !value.is_empty())
    }

    fn count(&self, name: &str) -> u64 {
        // No bill has that many tokens in a row, and sums must not overflow.
        self.get(&[name]).and_then(|value| value.replace([',', '_'], "").parse::<u64>().ok()).unwrap_or(0).min(1 << 48)
    }

    fn money(&self, name: &str) -> Option<Money> {
        money(self.get(&[name])?)
    }
}

/// An amount such as `1.25`, `$1.25` or `1.3e-05`.
pub(super) fn money(text: &str) -> Option<Money> {
    let text = text.trim().trim_start_matches('$').replace(',', "");
    if let Some(exact) = Money::parse(&text) {
        return Some(exact);
    }
    // Written by a program as a floating-point number, with more digits than money has.
    let number = text.parse::<f64>().ok().filter(|number| number.abs() < 1e12)?;
    #[expect(clippy::cast_possible_truncation)]
    Some(Money::from_pico((number * 1e12).round() as i128))
}

pub(super) fn read(text: &str) -> Result<Invoice, NoInvoice> {
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|_| NoInvoice::Unknown)?.clone();
    let has = |name: &str| head.iter().any(|column| column.eq_ignore_ascii_case(name));
    let kind = if has("usage_input_tokens_no_cache") {
        ExportKind::ClaudeUsage
    } else if has("cost_usd") && has("token_type") {
        ExportKind::ClaudeCost
    } else if has("generation_id") && has("tokens_prompt") {
        ExportKind::OpenrouterActivity
    } else if has("amount_value") && has("line_item") {
        ExportKind::OpenaiCost
    } else {
        return Err(NoInvoice::Unknown);
    };
    let needed: &[(&[&str], &str)] = match kind {
        ExportKind::ClaudeUsage => {
            &[(&["usage_date_utc"], "usage_date_utc"), (&["model_version", "model"], "model_version")]
        }
        ExportKind::ClaudeCost => &[(&["usage_date_utc"], "usage_date_utc"), (&["model"], "model")],
        ExportKind::OpenrouterActivity => &[(&["created_at"], "created_at"), (&["model_permaslug"], "model_permaslug")],
        _ => &[(&["start_time", "start_time_iso"], "start_time")],
    };
    if let Some((_, what)) = needed.iter().find(|(names, _)| !names.iter().any(|name| has(name))) {
        return Err(NoInvoice::Lacks { kind, what });
    }
    let (mut rows, mut left_out) = (Vec::new(), 0);
    for line in reader.records() {
        let row = line.ok().and_then(|line| row(kind, &CsvLine { head: &head, line: &line }));
        match row {
            Some(row) => rows.extend(row),
            None => left_out += 1,
        }
    }
    Ok(Invoice { kind, rows, left_out })
}

/// A line as a row; an empty one of a day without spending is none, and `None` is one that cannot be read.
fn row(kind: ExportKind, line: &CsvLine<'_>) -> Option<Option<BillRow>> {
    Some(match kind {
        ExportKind::ClaudeUsage => Some(BillRow {
            at: day(line.get(&["usage_date_utc"])?)?,
            length: DAY,
            model: line.get(&["model_version", "model"])?.to_owned(),
            tokens: Tokens {
                input: line.count("usage_input_tokens_no_cache"),
                cache_read: line.count("usage_input_tokens_cache_read"),
                cache_write_5m: line.count("usage_input_tokens_cache_write_5m"),
                cache_write_1h: line.count("usage_input_tokens_cache_write_1h"),
                output: line.count("usage_output_tokens"),
            },
            ..BillRow::default()
        }),
        ExportKind::ClaudeCost => Some(BillRow {
            at: day(line.get(&["usage_date_utc"])?)?,
            length: DAY,
            model: line.get(&["model"]).unwrap_or_default().to_owned(),
            cost: Some(line.money("cost_usd")?),
            ..BillRow::default()
        }),
        ExportKind::OpenrouterActivity => {
            let (prompt, cached) = (line.count("tokens_prompt"), line.count("tokens_cached"));
            Some(BillRow {
                at: moment(line.get(&["created_at"])?)?,
                model: line.get(&["model_permaslug"])?.to_owned(),
                tokens: Tokens {
                    input: prompt.saturating_sub(cached),
                    cache_read: cached.min(prompt),
                    output: line.count("tokens_completion"),
                    ..Tokens::default()
                },
                cost: Some(line.money("cost_total")?),
                requests: Some(1),
                ..BillRow::default()
            })
        }
        _ => {
            let at = line.get(&["start_time_iso", "start_time"])?;
            // Days without spending are rows without an amount.
            match line.money("amount_value") {
                None => None,
                Some(cost) => Some(BillRow {
                    at: moment(at)?,
                    length: DAY,
                    // The line is the model and the direction, as in `gpt-5.5, input`.
                    model: line
                        .get(&["line_item"])
                        .unwrap_or_default()
                        .split(',')
                        .next()
                        .unwrap_or_default()
                        .trim()
                        .to_owned(),
                    cost: Some(cost),
                    ..BillRow::default()
                }),
            }
        }
    })
}

fn day(text: &str) -> Option<i64> {
    let date: Date = text.get(..10).unwrap_or(text).parse().ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// A time as a bill writes it: RFC 3339, the same with a blank and in UTC, or seconds since 1970.
pub(super) fn moment(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<f64>() {
        #[expect(clippy::cast_possible_truncation)]
        let ms = (seconds * 1000.0) as i64;
        return Timestamp::from_millisecond(ms).is_ok().then_some(ms);
    }
    let stamp = || text.parse::<Timestamp>().ok();
    let plain = || Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    Some(stamp().or_else(plain)?.as_millisecond())
}
