//! A bill of a provider: its own export, whichever it is told to be by its header, as rows of day, model, tokens and money.
//! Account data in it (keys, names, addresses) is never taken in, so that it cannot be told on.

mod billed;
mod causes;
mod csv_files;
mod grid;
mod json_files;
mod numbers;
mod pricing;
pub mod reconcile;
pub mod side;

#[cfg(test)]
mod formats_tests;
#[cfg(test)]
mod reconcile_tests;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

pub use grid::{FoundGrid, SoughtGrid, grid};

use crate::catalogue::same_model;
use crate::money::Money;
use crate::simulate::Tokens;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Whose export it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportKind {
    /// Claude Console, usage.
    #[default]
    ClaudeUsage,
    /// Claude Console, cost.
    ClaudeCost,
    /// Anthropic's usage report.
    AnthropicUsage,
    /// Anthropic's cost report.
    AnthropicCost,
    /// OpenAI's usage.
    OpenaiUsage,
    /// OpenAI's cost.
    OpenaiCost,
    /// OpenRouter's activity, by request or by day.
    OpenrouterActivity,
    /// LiteLLM's log of spending, by request or by day.
    LitellmSpend,
}

impl ExportKind {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            ExportKind::ClaudeUsage => "Claude Console usage",
            ExportKind::ClaudeCost => "Claude Console cost",
            ExportKind::AnthropicUsage => "Anthropic usage report",
            ExportKind::AnthropicCost => "Anthropic cost report",
            ExportKind::OpenaiUsage => "OpenAI usage",
            ExportKind::OpenaiCost => "OpenAI cost",
            ExportKind::OpenrouterActivity => "OpenRouter activity",
            ExportKind::LitellmSpend => "LiteLLM spend log",
        }
    }

    /// The provider of a model that it names without one.
    fn home(self) -> &'static str {
        match self {
            ExportKind::OpenaiUsage | ExportKind::OpenaiCost => "openai",
            _ => "anthropic",
        }
    }
}

/// A row of a bill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillRow {
    /// When, in milliseconds: of a request, or where its bucket begins.
    pub at: i64,
    /// How long the bucket is in milliseconds; 0 for a request.
    pub length: i64,
    /// The model as the bill names it; a bill of costs may name none.
    pub model: String,
    /// Tokens, as far as the bill tells them.
    pub tokens: Tokens,
    /// Money, if the bill tells it.
    pub cost: Option<Money>,
    /// Requests, if the bill counts them.
    pub requests: Option<u64>,
}

/// A bill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invoice {
    /// Whose export it is.
    pub kind: ExportKind,
    /// Its rows in order of time.
    pub rows: Vec<BillRow>,
    /// Rows that could not be read.
    pub left_out: u64,
    /// The first of those.
    pub unread: Option<Unread>,
}

/// Where a row is that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its line in a table.
    pub line: Option<u64>,
    /// The column or field, or what is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line.map_or(Ok(()), |line| write!(f, "line {line}: "))?;
        write!(f, "cannot read {}", self.what)
    }
}

/// Why a file is no bill.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoInvoice {
    /// Nothing in it says whose export it is.
    #[error(
        "not an export that is known: expected usage or cost of the Claude Console or OpenAI (CSV), \
         the JSON of their usage and cost reports, OpenRouter's activity or LiteLLM's /spend/logs (CSV or JSON)"
    )]
    Unknown,
    /// A column or field that it must have is not there.
    #[error("{}, but without {what}", kind.name())]
    Lacks {
        /// Whose export it seems to be.
        kind: ExportKind,
        /// What is not there.
        what: &'static str,
    },
    /// There is nothing in it.
    #[error("{}, but there is nothing in it", .0.name())]
    Empty(ExportKind),
    /// What is in it cannot be read.
    #[error("{}, but no row of it could be read: {}", .0.name(), .1)]
    Unreadable(ExportKind, Unread),
    /// It begins as JSON and is none.
    #[error("line {line}, column {column}: this is no JSON from here on, or it ends too early")]
    Broken {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// There are further pages of the report.
    #[error("{}, but not all pages of it; put them all into one file", .0.name())]
    Page(ExportKind),
}

/// Reads an export.
///
/// # Errors
///
/// It is none that is known, or lacks what it must have.
pub fn read(text: &str) -> Result<Invoice, NoInvoice> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut invoice = if text.starts_with(['{', '[']) { json_files::read(text)? } else { csv_files::read(text)? };
    // Of a longer time nothing says which day it belongs to.
    let all = invoice.rows.len();
    invoice.rows.retain(|row| row.length <= DAY);
    for _ in invoice.rows.len()..all {
        invoice.leave_out(Unread { line: None, what: "sums of more than a day" });
    }
    if invoice.rows.is_empty() {
        let kind = invoice.kind;
        return Err(invoice.unread.map_or(NoInvoice::Empty(kind), |unread| NoInvoice::Unreadable(kind, unread)));
    }
    for row in &mut invoice.rows {
        row.model = without_account(&row.model).to_owned();
    }
    invoice.rows.sort_by(|a, b| (a.at, &a.model).cmp(&(b.at, &b.model)));
    Ok(invoice)
}

impl Invoice {
    fn leave_out(&mut self, row: Unread) {
        self.left_out += 1;
        self.unread = self.unread.or(Some(row));
    }

    /// Whether it tells tokens.
    pub fn has_tokens(&self) -> bool {
        self.rows.iter().any(|row| row.tokens != Tokens::default())
    }

    /// Whether it tells money.
    pub fn has_cost(&self) -> bool {
        self.rows.iter().any(|row| row.cost.is_some())
    }
}

/// The UTC day of a moment.
pub fn day(at: i64) -> Option<Date> {
    Some(TimeZone::UTC.to_datetime(Timestamp::from_millisecond(at).ok()?).date())
}

/// Whether two names are of one model: a bill may call it by its display name, with the date of its snapshot, or with the
/// route on which it is reached.
pub fn is_same_model(bill: &str, stored: &str) -> bool {
    same_model(bill, stored.split_once('/').map_or(stored, |(_, id)| id)) || same_model(bare(bill), bare(stored))
}

/// A model's name without the account in it: a tuned model's holds the organisation (`ft:gpt-4.1:acme::id`), one of Amazon's
/// the number of the account (`arn:aws:bedrock:…:123456789012:inference-profile/…`).
fn without_account(name: &str) -> &str {
    let is_start = |at: &usize| *at == 0 || name[..*at].ends_with('/');
    if let Some(tuned) = name.find("ft:").filter(is_start) {
        return name[tuned + 3..].find(':').map_or(name, |end| &name[..tuned + 3 + end]);
    }
    let Some(arn) = name.find("arn:") else { return name };
    name[arn..].split_once('/').map_or(&name[..arn], |(_, id)| id)
}

/// A name without the providers before it (`vertex_ai/…`, `us.anthropic.…`) and without what only chooses among routes to
/// the same model: OpenRouter's variants, and the version of Amazon's interface.
fn bare(name: &str) -> &str {
    const ROUTES: [&str; 5] = ["beta", "exacto", "floor", "nitro", "online"];
    const REGIONS: [&str; 6] = ["apac", "au", "eu", "global", "jp", "us"];
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.rsplit_once(':').filter(|(_, route)| ROUTES.contains(route)).map_or(name, |(name, _)| name);
    let name = name.split_once('.').filter(|(region, _)| REGIONS.contains(region)).map_or(name, |(_, name)| name);
    let is_version = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    name.rsplit_once("-v")
        .filter(|(of, version)| of.starts_with("anthropic.") && is_version(version))
        .map_or(name, |(of, _)| of)
}
