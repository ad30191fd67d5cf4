//! A bill of a provider: its own export, whichever it is told to be by its header, as rows of day, model, tokens and money.
//! Account data in it (keys, names, addresses) is never taken in, so that it cannot be told on.

mod billed;
mod causes;
mod csv_files;
mod grid;
mod json_files;
mod numbers;
mod packed;
mod pricing;
pub mod reconcile;
pub mod side;
mod surplus;

#[cfg(test)]
mod formats_tests;
#[cfg(test)]
mod joined_tests;
#[cfg(test)]
mod reconcile_tests;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

pub use grid::{FoundGrid, SoughtGrid, grid};
pub use packed::{MAX_BILL_BYTES, text};

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
    /// What tells it from any other row, in short; `None` where two that are alike may be two requests.
    pub id: Option<u64>,
}

/// A bill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invoice {
    /// Whose export it is.
    pub kind: ExportKind,
    /// Its rows in order of time.
    pub rows: Vec<BillRow>,
    /// Rows that stand in it again, which count once.
    pub repeated: Vec<BillRow>,
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
    #[error("{}, but not all pages of it; name them all", .0.name())]
    Page(ExportKind),
    /// It is an export of another kind than the one before it.
    #[error("{}, and the bill before it is {}: what is in both would count twice; name exports of one kind", .0.name(), .1.name())]
    Second(ExportKind, ExportKind),
    /// It is packed, or no text.
    #[error("this is {what}: {instead}")]
    NoText {
        /// What it is.
        what: &'static str,
        /// What would help.
        instead: &'static str,
    },
    /// It is text in some other encoding.
    #[error("line {line}: this is not UTF-8; save the file as UTF-8")]
    NotUtf8 {
        /// From 1.
        line: usize,
    },
}

/// Reads an export.
///
/// # Errors
///
/// It is none that is known, or lacks what it must have.
pub fn read(text: &str) -> Result<Invoice, NoInvoice> {
    read_all(&[text]).map_err(|(_, error)| error)
}

/// Reads exports of one kind as one bill: pages of a report, or spans of time, which may overlap.
///
/// # Errors
///
/// The first that is none that is known, or of another kind, or lacks what it must have.
pub fn read_all(texts: &[&str]) -> Result<Invoice, (usize, NoInvoice)> {
    let texts = texts.iter().map(|text| text.trim_start_matches('\u{feff}').trim_start()).enumerate();
    let (json, tables): (Vec<_>, Vec<_>) = texts.partition(|(_, text)| text.starts_with(['{', '[']));
    let mut parts = Vec::new();
    if let Some((first, _)) = json.first() {
        parts.push((*first, json_files::read(&json)?));
    }
    for (at, text) in tables {
        parts.push((at, csv_files::read(text).map_err(|error| (at, error))?));
    }
    parts.sort_by_key(|(at, _)| *at);
    let mut parts = parts.into_iter();
    let Some((_, mut invoice)) = parts.next() else { return Err((0, NoInvoice::Unknown)) };
    for (at, part) in parts {
        if part.kind != invoice.kind {
            return Err((at, NoInvoice::Second(part.kind, invoice.kind)));
        }
        invoice.rows.extend(part.rows);
        invoice.left_out += part.left_out;
        invoice.unread = invoice.unread.or(part.unread);
    }
    invoice.finished().map_err(|error| (0, error))
}

/// A row's parts in short, for telling it from others.
fn short(parts: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

impl Invoice {
    /// Leaves out sums of more than a day and what stands there again, and puts the rest in order.
    fn finished(mut self) -> Result<Self, NoInvoice> {
        // Of a longer time nothing says which day it belongs to.
        let all = self.rows.len();
        self.rows.retain(|row| row.length <= DAY);
        for _ in self.rows.len()..all {
            self.leave_out(Unread { line: None, what: "sums of more than a day" });
        }
        if self.rows.is_empty() {
            let kind = self.kind;
            return Err(self.unread.map_or(NoInvoice::Empty(kind), |unread| NoInvoice::Unreadable(kind, unread)));
        }
        let mut seen = HashSet::new();
        let is_new = |row: &BillRow| row.id.is_none_or(|id| seen.insert(id));
        (self.rows, self.repeated) = self.rows.into_iter().partition(is_new);
        for row in self.rows.iter_mut().chain(&mut self.repeated) {
            row.model = without_account(&row.model).to_owned();
        }
        self.rows.sort_by(|a, b| (a.at, &a.model).cmp(&(b.at, &b.model)));
        Ok(self)
    }

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
