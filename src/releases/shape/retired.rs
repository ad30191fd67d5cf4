//! Keys and values that current releases no longer have and take away at their start, by moving, mapping or dropping
//! them: recorded by `scripts/record-retired.mjs`, which asks 2026.9.6 about each that older releases or its own repairs
//! name. Such a start writes the roster anew too, and so decides anew who runs.

use std::sync::OnceLock;

use serde_json::Value;

use super::formats::FORMATS;
use super::{Shape, type_letter};
use crate::certain;
use crate::document::{KeyPath, Named, Segment, SegmentRef};
use crate::releases::{Behaviour, Generation, RootHeartbeat, Version};

/// A place, keys separated by dots with `*` for any key and `[]` for any item, and what of it is taken away: `*`
/// anything, `s n b o a z` by type, `!` what does not fit there, `~` what an older release accepts there, `+` the same unless nothing is in it, `=[…]`
/// these values; empty for nothing that no other line takes. `@` is a channel itself and each of its accounts.
const TABLE: &str = include_str!("retired.tsv");

/// More of them, which the script cannot tell by itself: `env`, `memorySearch`, the keys of MCP servers that the validator
/// refuses by hand, and what `record-repairs.mjs` found of channels.
const ASKED: &str = include_str!("asked.tsv");

/// What 2026.9.6 moves to the plugins of web searches, beside what the table says: three of them take only what they know.
/// The plugins of Ollama and Tavily take nothing, and none an empty block (asked of it).
const SEARCHES: &str = "\
tools.web.search.brave\t+
tools.web.search.duckduckgo\t+
tools.web.search.exa\t+
tools.web.search.firecrawl\t+
tools.web.search.gemini\t+
tools.web.search.gemini.*\t
tools.web.search.gemini.apiKey\tso
tools.web.search.gemini.baseUrl\ts
tools.web.search.gemini.model\ts
tools.web.search.grok\t+
tools.web.search.grok.*\t
tools.web.search.grok.apiKey\tso
tools.web.search.grok.baseUrl\ts
tools.web.search.kimi\t+
tools.web.search.minimax\t+
tools.web.search.minimax.*\t
tools.web.search.minimax.apiKey\tso
tools.web.search.perplexity\t+
tools.web.search.searxng\t+
";

/// What 2026.9.6 moves to the one provider of `talk`, what it makes of `diagnostics.cacheTrace`, of which it leaves nothing
/// but a switch, hosts that it drops, and what it takes of channels and their accounts whatever it is (read from its
/// repairs, and asked of it).
const PARTS: &str = "\
talk.apiKey\tso
talk.modelId\t*
talk.outputFormat\t*
talk.voiceAliases\t*
talk.voiceId\t*
diagnostics.cacheTrace.*\t!
media.preserveFilenames\t*
channels.discord.@.ui.components.accentColor\t*
channels.discord.@.guilds.*.channels.*.agentId\tbnz
channels.discord.@.streaming\tbs
channels.slack.@.streaming\tbs
channels.telegram.@.streaming\tbs
channels.telegram.@.streaming.preview.nativeToolProgress\t*
channels.telegram.@.streaming.preview.nativeToolProgressAllowFrom\t*
channels.slack.@.nativeStreaming\t*
channels.slack.@.enterpriseOrgInstall\t*
channels.slack.@.capabilities\t=[{}]
channels.googlechat.@.heartbeat\t=[{}]
channels.imessage.@.catchup\t*
channels.imessage.@.catchup.*\t*
channels.reef.allowFrom\t*
channels.reef.dmPolicy\t*
channels.whatsapp.@.exposeErrorText\t*
messages.tts.edge\to
messages.tts.elevenlabs\to
messages.tts.microsoft\to
messages.tts.openai\to
messages.tts.personas.*.prompt\t*
tts.edge\to
tts.elevenlabs\to
tts.microsoft\to
tts.openai\to
tts.personas.*.prompt\t*
secrets.egressProxy.allowedHosts.[]\t!
secrets.egressProxy.bypassHosts.[]\t!
channels.signal.apiMode\t*
channels.signal.@.autoStart\t*
channels.signal.@.httpHost\t*
channels.signal.@.httpPort\t*
channels.signal.@.httpUrl\t*
channels.telegram.@.dm\to
channels.telegram.@.dm.*\t*
channels.discord.@.streamMode\t*
channels.feishu.@.streamMode\t*
channels.googlechat.@.streamMode\t*
channels.mattermost.@.streamMode\t*
channels.matrix.streamMode\t*
channels.msteams.streamMode\t*
channels.slack.@.streamMode\t*
channels.telegram.@.streamMode\t*
channels.discord.@.voice.tts.edge\to
channels.discord.@.voice.tts.elevenlabs\to
channels.discord.@.voice.tts.microsoft\to
channels.discord.@.voice.tts.openai\to
";

/// What 2026.9.6 takes away whenever it reads a file, and so accepts.
const READ_WITHOUT: &str = "\
agents.defaults.contextTokens\t*
agents.entries.*.contextTokens\t*
models.providers.*.contextTokens\t*
models.providers.*.contextWindow\t*
plugins.entries.github-copilot.config.discovery\t*
";

/// What 2026.4.15 moves whenever it reads a file, and so accepts (asked of it). `heartbeat` at the root is another.
const MOVED: &str = "\
memorySearch\t~
audio.transcription\t*
channels.discord.@.chunkMode\t=[\"length\",\"newline\"]
channels.slack.@.chunkMode\t=[\"length\",\"newline\"]
channels.telegram.@.chunkMode\t=[\"length\",\"newline\"]
messages.tts.edge\to
messages.tts.elevenlabs\to
messages.tts.microsoft\to
messages.tts.openai\to
tools.web.search.apiKey\tso
agents.defaults.sandbox.perSession\tb
agents.entries.*.sandbox.perSession\tb
browser.profiles.*.driver\t=[\"extension\"]
channels.discord.@.streamMode\t*
channels.googlechat.@.streamMode\t*
channels.slack.@.streamMode\t*
channels.telegram.@.streamMode\t*
channels.discord.@.voice.tts.edge\to
channels.discord.@.voice.tts.elevenlabs\to
channels.discord.@.voice.tts.microsoft\to
channels.discord.@.voice.tts.openai\to
channels.discord.@.streaming\tbs
channels.discord.@.blockStreaming\tb
channels.discord.@.blockStreamingCoalesce\to
channels.discord.@.draftChunk\to
channels.slack.@.streaming\tbs
channels.slack.@.blockStreaming\tb
channels.slack.@.blockStreamingCoalesce\to
channels.slack.@.draftChunk\to
channels.telegram.@.streaming\tbs
channels.telegram.@.blockStreaming\tb
channels.telegram.@.blockStreamingCoalesce\to
channels.telegram.@.draftChunk\to
channels.slack.@.nativeStreaming\t*
channels.discord.@.guilds.*.channels.*.allow\tb
channels.slack.@.channels.*.allow\tb
channels.googlechat.@.groups.*.allow\tb
channels.matrix.@.groups.*.allow\tb
channels.matrix.@.rooms.*.allow\tb
channels.zalouser.@.groups.*.allow\tb
channels.bluebubbles.@.allowPrivateNetwork\tb
channels.matrix.@.allowPrivateNetwork\tb
channels.mattermost.@.allowPrivateNetwork\tb
channels.nextcloud-talk.@.allowPrivateNetwork\tb
channels.tlon.@.allowPrivateNetwork\tb
channels.discord.@.threadBindings.ttlHours\tn
channels.line.@.threadBindings.ttlHours\tn
channels.matrix.@.threadBindings.ttlHours\tn
channels.telegram.@.threadBindings.ttlHours\tn
channels.telegram.groupMentionsOnly\tb
session.threadBindings.ttlHours\tn
tools.web.x_search.apiKey\tso
";

/// What 2026.7.35 leaves out whenever it reads a file, and so accepts (asked of it).
const LEFT_OUT: &str = "plugins.installs\t*\ncommands.modelsWrite\t*\n";

struct Retired<'t> {
    place: Vec<&'t str>,
    what: &'t str,
}

/// Whether the start of a current release takes away what stands at a place and does not fit there.
pub fn is_mended(path: &KeyPath, value: &Value) -> bool {
    let path = as_entry(path);
    if is_taken(&path, value) == Some(true) && parts_are_taken(&path, value) {
        return true;
    }
    // A holder goes with the last of what it holds.
    let fields = value.as_object().filter(|fields| !fields.is_empty());
    let holds_retired = || table().iter().any(|retired| retired.is_below(path.segments()));
    fields.is_some_and(|fields| holds_retired() && fields.iter().all(|(key, field)| is_mended(&path.key(key), field)))
}

/// Whether one of the lines about a place takes the value; none where there are none.
fn is_taken(path: &KeyPath, value: &Value) -> Option<bool> {
    let mut lines = table().iter().filter(|retired| retired.is_at(path.segments())).peekable();
    lines.peek().is_some().then(|| lines.any(|retired| retired.takes(path, value)))
}

/// Whether nothing in a holder that goes stands against it: what has a line of its own must be taken by that one.
fn parts_are_taken(path: &KeyPath, value: &Value) -> bool {
    let parts = value.as_object().into_iter().flatten();
    parts.map(|(key, part)| is_taken(&path.key(key), part)).all(|taken| taken != Some(false))
}

/// Whether a release takes away what stands at a place before it looks.
pub fn is_moved(behaviour: &Behaviour, path: &KeyPath, value: &Value) -> bool {
    let path = as_entry(path);
    let table = match (behaviour.generation, behaviour.root_heartbeat) {
        (Generation::Current, _) => READ_WITHOUT,
        (Generation::Legacy, RootHeartbeat::Moved) => MOVED,
        (Generation::Legacy, _) => LEFT_OUT,
    };
    table.lines().flat_map(read).any(|moved| moved.is_at(path.segments()) && moved.takes(&path, value))
}

/// What stands at places that a current release reads without.
pub(super) fn read_without(config: &Value) -> Vec<KeyPath> {
    let places = READ_WITHOUT.lines().flat_map(read).map(|moved| moved.place.join("."));
    places.flat_map(|place| all_at(config, &place).into_iter().map(|(path, _)| path).collect::<Vec<_>>()).collect()
}

/// Whether anything of the kind stands in a config.
pub fn stands_in(config: &Value) -> bool {
    let mut stands = false;
    gather(config, table(), &mut Vec::new(), 0, &mut |retired, path, value| {
        stands = stands || retired.takes(&as_entry(&path), value);
    });
    stands
}

impl Retired<'_> {
    fn is_at(&self, steps: &[Segment]) -> bool {
        steps.len() == self.place.len() && self.starts_at(steps)
    }

    /// Whether the place lies inside of another.
    fn is_below(&self, steps: &[Segment]) -> bool {
        steps.len() < self.place.len() && self.starts_at(steps)
    }

    fn starts_at(&self, steps: &[Segment]) -> bool {
        let fits = |(step, name): (&Segment, &&str)| match step {
            Segment::Key(key) => *name == "*" || *name == key,
            Segment::Index(_) => *name == "[]",
        };
        steps.iter().zip(&self.place).all(fits)
    }

    fn takes(&self, path: &KeyPath, value: &Value) -> bool {
        let (letters, values) = self.what.split_once('=').unwrap_or((self.what, "[]"));
        letters == "*"
            || letters.contains(type_letter(value))
            || (letters.contains('~') && was_accepted(path, value))
            || (letters.contains('+') && holds_anything(value) && was_accepted(path, value))
            || (letters.contains('!') && !is_accepted(path, value))
            || serde_json::from_str::<Vec<Value>>(values).is_ok_and(|values| values.contains(value))
    }
}

fn holds_anything(value: &Value) -> bool {
    value.as_object().is_none_or(|fields| fields.values().any(holds_anything))
}

/// Whether the release that takes things away at its start has a place for a value.
fn is_accepted(path: &KeyPath, value: &Value) -> bool {
    let is_here = |place: &'static str| Retired { place: place.split('.').collect(), what: "" }.is_at(path.segments());
    let is_read = |text: &str| FORMATS.iter().filter(|(place, ..)| is_here(place)).all(|(_, fits, _)| fits(text));
    let fits = Shape::of(Version::new(2026, 9, 6)).and_then(|shape| shape.fits(path, value));
    fits == Some(true) && value.as_str().is_none_or(is_read)
}

/// Whether one of the older releases that were read accepts a value at a place, what of it is retired for itself left out.
fn was_accepted(path: &KeyPath, value: &Value) -> bool {
    let place = as_item(path);
    let older = [Version::new(2026, 7, 35), Version::new(2026, 4, 15)];
    let fits = |value: &Value| {
        older.iter().any(|release| Shape::of(*release).and_then(|shape| shape.fits(&place, value)) == Some(true))
    };
    fits(value) || (value.is_object() && fits(&without_retired(path, value)))
}

fn without_retired(path: &KeyPath, value: &Value) -> Value {
    let Value::Object(fields) = value else { return value.clone() };
    let kept = fields.iter().filter(|(key, field)| is_taken(&path.key(*key), field) != Some(true));
    kept.map(|(key, field)| (key.clone(), without_retired(&path.key(key), field))).collect()
}

/// A place in an item of `agents.list`, as that of the entry it becomes.
fn as_entry(path: &KeyPath) -> KeyPath {
    match path.segments() {
        [agents, Segment::Key(list), Segment::Index(_), rest @ ..] if list == "list" => {
            let entry = [agents.clone(), Segment::Key("entries".to_owned()), Segment::Key("main".to_owned())];
            entry.into_iter().chain(rest.iter().cloned()).collect()
        }
        _ => path.clone(),
    }
}

/// A place in an entry, as that of the item of `agents.list` that it was.
fn as_item(path: &KeyPath) -> KeyPath {
    match path.segments() {
        // Once at the root, and of all agents since.
        [Segment::Key(search), rest @ ..] if search == "memorySearch" => {
            KeyPath::root().key("agents").key("defaults").key(search).join_all(&rest.iter().cloned().collect())
        }
        [agents, Segment::Key(entries), Segment::Key(_), rest @ ..] if entries == "entries" => {
            let item = [agents.clone(), Segment::Key("list".to_owned()), Segment::Index(0)];
            item.into_iter().chain(rest.iter().cloned()).collect()
        }
        _ => path.clone(),
    }
}

/// Everything that stands at a place, written as in the table.
pub(crate) fn all_at<'v>(config: &'v Value, place: &str) -> Vec<(KeyPath, &'v Value)> {
    let (asked, mut found) = ([Retired { place: place.split('.').collect(), what: "*" }], Vec::new());
    gather(config, &asked, &mut Vec::new(), 0, &mut |_, path, value| found.push((path, value)));
    found
}

/// Tells `found` what stands at places in the order of their names, which begin alike up to a `depth`.
fn gather<'p, 'v: 'p>(
    value: &'v Value,
    places: &'p [Retired<'p>],
    path: &mut Vec<SegmentRef<'p>>,
    depth: usize,
    found: &mut impl FnMut(&Retired<'p>, KeyPath, &'v Value),
) {
    for places in places.chunk_by(|one, other| one.place.get(depth) == other.place.get(depth)) {
        let Some(&name) = places.first().and_then(|retired| retired.place.get(depth)) else {
            places.iter().for_each(|retired| found(retired, path.iter().collect(), value));
            continue;
        };
        // A list of agents becomes entries.
        let items = match (name, path.as_slice()) {
            ("entries", [SegmentRef::Key("agents")]) => value.at("list").and_then(Value::as_array),
            _ => None,
        };
        let mut inside = |steps: &[SegmentRef<'p>], value, depth| {
            path.extend(steps);
            gather(value, places, path, depth, found);
            path.truncate(path.len() - steps.len());
        };
        match (name, value) {
            ("[]", Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    inside(&[SegmentRef::Index(index)], item, depth + 1);
                }
            }
            ("*", Value::Object(fields)) => {
                for (key, field) in fields {
                    inside(&[SegmentRef::Key(key)], field, depth + 1);
                }
            }
            (name, Value::Object(fields)) => {
                if let Some(field) = fields.at(name) {
                    inside(&[SegmentRef::Key(name)], field, depth + 1);
                }
                for (index, item) in items.into_iter().flatten().enumerate() {
                    inside(&[SegmentRef::Key("list"), SegmentRef::Index(index)], item, depth + 2);
                }
            }
            _ => {}
        }
    }
}

fn table() -> &'static [Retired<'static>] {
    static TABLE_READ: OnceLock<Vec<Retired<'static>>> = OnceLock::new();
    TABLE_READ.get_or_init(|| {
        let lines = TABLE.lines().chain(ASKED.lines()).chain(SEARCHES.lines()).chain(PARTS.lines());
        let mut table: Vec<Retired<'_>> = lines.flat_map(read).collect();
        table.sort_by(|one, other| one.place.cmp(&other.place));
        table
    })
}

/// A line, or both of those that it stands for.
fn read(line: &'static str) -> impl Iterator<Item = Retired<'static>> {
    let (place, what) = certain::made("retired.tsv", line.split_once('\t').ok_or(line));
    let own = place.split('.').filter(|step| *step != "@").collect();
    let of_accounts = place.contains(".@.").then(|| {
        let steps = place.split('.').flat_map(|step| if step == "@" { vec!["accounts", "*"] } else { vec![step] });
        Retired { place: steps.collect(), what }
    });
    std::iter::once(Retired { place: own, what }).chain(of_accounts)
}
