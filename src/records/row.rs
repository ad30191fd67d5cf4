//! One row of a transcript: which rows matter, and what is taken from them (R48, L13). Everything else in a row is skipped
//! without being looked at, and a field of a type that no release writes counts as missing.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use jiff::Timestamp;
use memchr::memmem::Finder;
use serde::de::{self, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::ids::{RowId, RunId};
use super::usage::{StoredUsage, TokenCount};
use crate::simulate::Tokens;

/// A row as far as it matters.
#[derive(Debug)]
pub(super) enum TranscriptRow {
    /// The beginning of a session: its id and when it began.
    Header { session: Option<Box<str>>, at: Option<i64> },
    /// What somebody or something asked for.
    User(Box<User>),
    /// The answer to one model request.
    Reply(Box<Reply>),
    /// The history was made shorter; before, it had so many tokens. A summary of so many characters stands in its place, and
    /// the rows from the first that is kept on follow it.
    Compaction { row: Option<RowId>, written: Option<i64>, before: u64, summary: u64, kept: Option<RowId> },
    /// The conversation begins anew, under the id that it had.
    Reset { row: Option<RowId> },
    /// It goes on from this row: what came after it is no longer sent.
    Back { to: Option<RowId> },
    /// All files were sent, as some releases note.
    Bootstrapped,
    /// Anything else.
    Other,
}

/// The beginning of a turn.
#[derive(Debug)]
pub(super) struct User {
    /// When it was written, in milliseconds.
    pub(super) written: Option<i64>,
    /// Which part of OpenClaw asked, if none of the user's channels did.
    pub(super) source: Option<Box<str>>,
    /// The text, only to tell what it begins or ends with.
    pub(super) text: Vec<u8>,
    pub(super) row: Option<RowId>,
    /// The characters of all of it.
    pub(super) chars: u64,
}

/// What a model answered.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) row: Option<RowId>,
    pub(super) written: Option<i64>,
    /// When the request was made, in milliseconds.
    pub(super) asked: Option<i64>,
    pub(super) id: Option<Box<str>>,
    pub(super) run: Option<RunId>,
    /// As `provider/model`.
    pub(super) model: Box<str>,
    /// It was refused or broken off.
    pub(super) failed: bool,
    /// It calls tools, so that another request follows.
    pub(super) calls: bool,
    pub(super) usage: Option<Tokens>,
    /// What OpenClaw reckoned that it costs, in dollars.
    pub(super) cost: Option<f64>,
    /// The characters of its text and of the calls it makes; what it thought is not sent again.
    pub(super) chars: u64,
    /// Whether it has nothing to say, in the words that OpenClaw asks for.
    pub(super) quiet: bool,
    /// Those words stand in others.
    pub(super) muddled: bool,
    /// Whether its input held the cached tokens once more, which [`Self::usage`] does not.
    pub(super) doubled: bool,
    /// Whether the Codex harness made it, which stores the last response of a turn only.
    pub(super) codex: bool,
}

type Raw<'a> = Option<&'a RawValue>;

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow, rename = "type")]
    kind: Raw<'a>,
    id: Raw<'a>,
    #[serde(rename = "customType")]
    custom: Raw<'a>,
    timestamp: Raw<'a>,
    // Not raw: the content would be gone through twice.
    message: Option<Message<'a>>,
    #[serde(rename = "tokensBefore")]
    tokens_before: Raw<'a>,
    summary: Raw<'a>,
    #[serde(rename = "firstKeptEntryId")]
    first_kept: Raw<'a>,
    #[serde(rename = "targetId")]
    target: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(borrow)]
    role: Raw<'a>,
    content: Raw<'a>,
    timestamp: Raw<'a>,
    provenance: Raw<'a>,
    provider: Raw<'a>,
    api: Raw<'a>,
    model: Raw<'a>,
    usage: Raw<'a>,
    stop_reason: Raw<'a>,
    response_id: Raw<'a>,
    idempotency_key: Raw<'a>,
    #[serde(rename = "__openclaw")]
    own: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageProvenance<'a> {
    #[serde(borrow)]
    kind: Raw<'a>,
    source_tool: Raw<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own<'a> {
    #[serde(borrow)]
    run_id: Raw<'a>,
}

/// What a row is called that says that all files were sent.
const BOOTSTRAPPED: &str = "openclaw:bootstrap-context:full";

/// Whether a row can be one that matters, without parsing it: tool results are most of a store's bytes.
pub(super) fn may_matter(line: &[u8]) -> bool {
    static RESULT: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"message\":{\"role\":\"toolResult\""));
    static WORDS: LazyLock<[Finder<'_>; 7]> = LazyLock::new(|| {
        ["assistant", "user", "session", "compaction", "reset", "leaf", BOOTSTRAPPED]
            .map(|word| Finder::new(&format!("\"{word}\"")).into_owned())
    });
    // The role stands before the content.
    const NEAR: usize = 400;
    let is_result = RESULT.find(&line[..line.len().min(NEAR)]).is_some();
    !is_result && WORDS.iter().any(|word| word.find(line).is_some())
}

/// Reads a row.
pub(super) fn parse(line: &str) -> Result<TranscriptRow, serde_json::Error> {
    let fields: Fields<'_> = serde_json::from_str(line)?;
    let written = fields.timestamp.and_then(moment);
    Ok(match word(fields.kind).as_deref() {
        Some("session") => TranscriptRow::Header { session: owned(fields.id), at: written },
        Some("compaction") => {
            let before = loose::<TokenCount>(fields.tokens_before).unwrap_or_default().0;
            let summary = fields.summary.map_or(0, |raw| units(raw.get().as_bytes()).saturating_sub(2));
            TranscriptRow::Compaction {
                row: row_id(fields.id),
                written,
                before,
                summary,
                kept: row_id(fields.first_kept),
            }
        }
        Some("reset") => TranscriptRow::Reset { row: row_id(fields.id) },
        Some("leaf") => TranscriptRow::Back { to: row_id(fields.target) },
        Some("message") => {
            fields.message.map_or(TranscriptRow::Other, |message| of_message(message, row_id(fields.id), written))
        }
        Some("custom") if word(fields.custom).as_deref() == Some(BOOTSTRAPPED) => TranscriptRow::Bootstrapped,
        _ => TranscriptRow::Other,
    })
}

fn of_message(message: Message<'_>, row: Option<RowId>, written: Option<i64>) -> TranscriptRow {
    match word(message.role).as_deref() {
        Some("user") => {
            let content = loose::<Content>(message.content).unwrap_or_default();
            if content.results_only {
                return TranscriptRow::Other;
            }
            let source = loose::<MessageProvenance<'_>>(message.provenance)
                .filter(|provenance| word(provenance.kind).is_none_or(|kind| kind == "internal_system"))
                .and_then(|provenance| owned(provenance.source_tool));
            let written = written.or_else(|| moment(message.timestamp?));
            TranscriptRow::User(Box::new(User { written, source, text: content.text, row, chars: content.chars }))
        }
        Some("assistant") => {
            let provider = word(message.provider).unwrap_or_default();
            // OpenClaw's own notes, which no model wrote.
            if provider == "openclaw" || word(message.api).is_some_and(|api| api == "openclaw-transcript") {
                return TranscriptRow::Other;
            }
            let asked = message.timestamp.and_then(moment);
            let key = word(message.idempotency_key);
            let (model, stop) =
                (word(message.model).unwrap_or_default(), word(message.stop_reason).unwrap_or_default());
            let usage = loose::<StoredUsage>(message.usage);
            let doubled = usage.as_ref().is_some_and(StoredUsage::is_doubled);
            let content = loose::<Content>(message.content).unwrap_or_default();
            let named = names_nothing(&content.text);
            let quiet = named && says_nothing(&content.text);
            TranscriptRow::Reply(Box::new(Reply {
                row,
                written: written.or(asked),
                asked: asked.or(written),
                id: owned(message.response_id).filter(|id| !id.is_empty()),
                run: loose::<Own<'_>>(message.own).and_then(|own| run_id(own.run_id)),
                model: if provider.is_empty() { model.into() } else { [&*provider, "/", &*model].concat().into() },
                failed: matches!(&*stop, "error" | "aborted"),
                calls: stop == "toolUse",
                cost: usage.as_ref().and_then(|usage| usage.cost.as_ref()?.total),
                usage: usage.map(Tokens::from),
                chars: content.chars,
                quiet,
                muddled: named && !quiet,
                doubled,
                codex: key.is_some_and(|key| key.starts_with("codex-app-server:")),
            }))
        }
        _ => TranscriptRow::Other,
    }
}

/// Whether an answer is one of the words that stand for nothing, with no more beside it than OpenClaw drops with it.
fn says_nothing(text: &[u8]) -> bool {
    const BESIDE: usize = 300;
    let text = String::from_utf8_lossy(text);
    let text = text.trim().trim_matches(['*', '`', '"', '.', '!']);
    let rest = text.strip_prefix("HEARTBEAT_OK").or_else(|| text.strip_suffix("HEARTBEAT_OK"));
    text == "NO_REPLY" || rest.is_some_and(|rest| rest.trim().chars().count() <= BESIDE)
}

fn names_nothing(text: &[u8]) -> bool {
    static WORDS: LazyLock<[Finder<'_>; 2]> = LazyLock::new(|| ["NO_REPLY", "HEARTBEAT_OK"].map(Finder::new));
    WORDS.iter().any(|word| word.find(text).is_some())
}

/// The UTF-16 units of a text, the unit of OpenClaw's own sizes.
pub(super) fn units(text: &[u8]) -> u64 {
    let units = |byte: &u8| match *byte {
        0x80..=0xbf => 0,
        0xf0.. => 2,
        _ => 1,
    };
    text.iter().map(units).sum()
}

/// A part of a row, if it has the shape that is expected.
pub(super) fn loose<'a, T: Deserialize<'a>>(raw: Raw<'a>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

/// A part of a row, if it is a string.
pub(super) fn word(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let raw = raw?.get();
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inside)) }
}

fn owned(raw: Raw<'_>) -> Option<Box<str>> {
    word(raw).map(Into::into)
}

pub(super) fn run_id(raw: Raw<'_>) -> Option<RunId> {
    word(raw).map(|id| RunId::of(&id))
}

fn row_id(raw: Raw<'_>) -> Option<RowId> {
    word(raw).map(|id| RowId::of(&id))
}

/// A time in milliseconds, written as a number or in ISO 8601.
pub(super) fn moment(raw: &RawValue) -> Option<i64> {
    let at = match raw.get().parse::<f64>() {
        // Exact: milliseconds of any century are far below 2^53.
        #[expect(clippy::cast_possible_truncation)]
        Ok(number) => number as i64,
        Err(_) => word(Some(raw))?.parse::<Timestamp>().ok()?.as_millisecond(),
    };
    Timestamp::from_millisecond(at).is_ok().then_some(at)
}

/// The text of a message, which is a string or a list of blocks.
#[derive(Default)]
struct Content {
    text: Vec<u8>,
    /// Of the text, and of calls as they are sent.
    chars: u64,
    /// Nothing but results of tools, which some providers' formats give to the user's role.
    results_only: bool,
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of blocks")
    }

    // As bytes, because JavaScript cuts texts in the middle of a character, and what is left of it is no string.
    fn visit_bytes<E: de::Error>(self, text: &[u8]) -> Result<Content, E> {
        Ok(Content { text: text.to_vec(), chars: units(text), results_only: false })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut blocks: A) -> Result<Content, A::Error> {
        let mut content = Content::default();
        let mut others = false;
        while let Some(raw) = blocks.next_element::<&RawValue>()? {
            let Some(block) = loose::<ContentBlock<'_>>(Some(raw)) else {
                others = true;
                continue;
            };
            let result =
                matches!(word(block.kind).as_deref(), Some("toolResult" | "tool_result" | "tool_result_error"));
            others |= !result;
            content.results_only |= result;
            if let Some(Content { text, .. }) = loose(block.text.filter(|_| !result)) {
                content.chars += units(&text);
                content.text.extend_from_slice(&text);
            }
            let call = [block.name, block.arguments].into_iter().flatten();
            content.chars += call.map(|raw| units(raw.get().as_bytes())).sum::<u64>();
        }
        content.results_only &= !others;
        while blocks.next_element::<IgnoredAny>()?.is_some() {}
        Ok(content)
    }
}

#[derive(Deserialize)]
struct ContentBlock<'a> {
    #[serde(borrow, rename = "type")]
    kind: Raw<'a>,
    text: Raw<'a>,
    name: Raw<'a>,
    arguments: Raw<'a>,
}
