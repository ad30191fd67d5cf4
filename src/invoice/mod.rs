//! A bill of a provider: its own export, whichever it is told to be by its header, as rows of day, model, tokens and money.
//! Account data in it (keys, names, addresses) is never taken in, so that it cannot be told on.

mod csv_files;
mod grid;
mod json_files;
pub mod reconcile;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

pub use grid::{FoundGrid, SoughtGrid, grid};

use crate::catalogue::same_model;
use crate::money::Money;
use crate::simulate::Tokens;

/// Whose export it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportKind {
    /// Claude Console, usage.
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
    /// OpenRouter's activity, a row a request.
    OpenrouterActivity,
    /// LiteLLM's log of spending, a row a request.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    /// Whose export it is.
    pub kind: ExportKind,
    /// Its rows in order of time.
    pub rows: Vec<BillRow>,
    /// Rows that could not be read.
    pub left_out: u64,
}

/// Why a file is no bill.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoInvoice {
    /// Nothing in it says whose export it is.
    #[error(
        "not an export that is known: expected Claude Console usage or cost (CSV), OpenRouter activity (CSV), OpenAI cost (CSV), or the JSON of the usage and cost reports of Anthropic, of OpenAI's usage or of LiteLLM's /spend/logs"
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
    #[error("{}, but no row of it could be read", .0.name())]
    Empty(ExportKind),
    /// More is to come, on a further page of the report.
    #[error("{}, but only a page of it: has_more is true; put all pages into one file", .0.name())]
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
    if invoice.rows.is_empty() {
        return Err(NoInvoice::Empty(invoice.kind));
    }
    invoice.rows.sort_by(|a, b| (a.at, &a.model).cmp(&(b.at, &b.model)));
    Ok(invoice)
}

impl Invoice {
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

/// Whether two names are of one model: a bill may call it by its display name, or with the date of its snapshot.
pub fn is_same_model(bill: &str, stored: &str) -> bool {
    same_model(bill, stored.split_once('/').map_or(stored, |(_, id)| id))
}
