//! Formats of single texts that the recorded shapes leave open, because the packages check them in code: addresses,
//! domains, a least duration, the ids of secret references. Read from the packages, and asked of them.

use std::net::{IpAddr, Ipv4Addr};

use crate::releases::duration;

/// A least time, in milliseconds.
const MINUTE_MS: u64 = 60_000;

/// A place with keys separated by dots, `*` for any; what fits there, and how it is asked for.
type KeyFormat = (&'static str, fn(&str) -> bool, &'static str);

pub(super) const FORMATS: [KeyFormat; 53] = [
    ("gateway.controlUi.chatMessageMaxWidth", is_css_width, "a width such as 960px, 82% or calc(100% - 2rem)"),
    ("gateway.publicOrigin", is_public_origin, "an https address without a path, or an http one on localhost"),
    ("mcp.apps.sandboxOrigin", |text| origin(text).is_some(), "an http or https address without a path"),
    ("cloudWorkers.profiles.*.suspendAfter", is_a_minute, "a duration with its unit, at least 1m"),
    ("gateway.portals.ingress.domain", is_domain, "a domain such as portal.example.org"),
    ("proxy.proxyUrl", is_web, WEB),
    ("mcp.servers.*.url", is_web, WEB),
    ("mcp.servers.*.oauth.redirectUrl", is_web, WEB),
    ("mcp.servers.*.oauth.clientMetadataUrl", is_page, "an https address with a path"),
    ("cron.webhook", is_web, WEB),
    ("marketplaces.feeds.*.url", is_plain_page, "an https address without a user, query or fragment"),
    ("secrets.egressProxy.allowedHosts.[]", is_exact_host, HOST),
    ("secrets.egressProxy.bypassHosts.[]", is_exact_host, HOST),
    ("nodeHost.mcp.servers.*.url", is_web, WEB),
    ("nodeHost.mcp.servers.*.oauth.redirectUrl", is_web, WEB),
    ("nodeHost.mcp.servers.*.oauth.clientMetadataUrl", is_page, "an https address with a path"),
    ("secrets.providers.*.trustedDirs.[]", is_absolute, "an absolute path"),
    ("agents.defaults.compaction.maxActiveTranscriptBytes", is_size, SIZE),
    ("agents.defaults.compaction.memoryFlush.forceFlushTranscriptBytes", is_size, SIZE),
    ("agents.defaults.decisionModel", is_model_or_none, "\"provider/model\", or nothing between the quotes"),
    ("agents.entries.*.decisionModel", is_model_or_none, "\"provider/model\", or nothing between the quotes"),
    ("agents.defaults.models.*.pickerRuntimes.[]", is_own_runtime, "a runtime other than auto and default"),
    ("agents.entries.*.models.*.pickerRuntimes.[]", is_own_runtime, "a runtime other than auto and default"),
    ("hooks.internal.handlers.[].module", is_module, "a relative path inside of the folder"),
    ("cloudWorkers.projectProfiles.*", is_trimmed, "a name without blanks around it"),
    ("gateway.tls.certPath", is_filled, FILLED),
    ("gateway.tls.keyPath", is_filled, FILLED),
    ("nodeHost.workerRuns.containerImage", is_filled, FILLED),
    ("nodeHost.mcp.servers.*.oauth.authProfileId", is_filled, FILLED),
    ("nodeHost.mcp.servers.*.oauth.scope", is_filled, FILLED),
    ("nodeHost.mcp.servers.*.toolFilter.include.[]", is_filled, FILLED),
    ("nodeHost.mcp.servers.*.toolFilter.exclude.[]", is_filled, FILLED),
    ("mcp.servers.*.oauth.authProfileId", is_filled, FILLED),
    ("mcp.servers.*.oauth.scope", is_filled, FILLED),
    ("mcp.servers.*.toolFilter.include.[]", is_filled, FILLED),
    ("mcp.servers.*.toolFilter.exclude.[]", is_filled, FILLED),
    ("agents.defaults.systemAgent.agentId", is_filled, FILLED),
    ("agents.defaults.authInheritance.agentId", is_filled, FILLED),
    ("agents.defaults.sessionStore.agentId", is_filled, FILLED),
    ("agents.entries.*.tools.github.gitAuthor.name", is_filled, FILLED),
    ("agents.entries.*.tools.github.gitAuthor.email", is_filled, FILLED),
    ("tools.github.gitAuthor.name", is_filled, FILLED),
    ("tools.github.gitAuthor.email", is_filled, FILLED),
    ("tools.media.image.preferredModel", is_filled, FILLED),
    ("tools.media.audio.preferredModel", is_filled, FILLED),
    ("tools.media.video.preferredModel", is_filled, FILLED),
    ("hooks.mappings.[].channel", is_filled, FILLED),
    ("memory.qmd.searchTool", is_filled, FILLED),
    ("talk.agentId", is_filled, FILLED),
    ("gateway.controlUi.environment.label", is_filled, FILLED),
    ("gateway.roles.definitions.*.accessPolicyPlugin", is_filled, FILLED),
    ("gateway.auth.trustedProxy.cloudflareAccessOidc.providerId", is_filled, FILLED),
    ("cloudWorkers.profiles.*.provider", is_filled, FILLED),
];

const WEB: &str = "an http or https address";
const SIZE: &str = "a size such as 2mb";
const FILLED: &str = "some text other than blanks";
const HOST: &str = "one host such as api.example.org, without a wildcard, scheme, port or path";

/// What the id of a secret reference must be, if this one is not.
pub(super) fn asked_of_id(source: &str, id: &str) -> Option<&'static str> {
    match source {
        "file" if !is_pointer(id) => Some("a JSON pointer such as /providers/openai/apiKey, or value"),
        "exec" if !is_name(id) => Some("a name such as vault/openai/api-key"),
        _ => None,
    }
}

fn is_pointer(id: &str) -> bool {
    let is_escape = |rest: &str| rest.starts_with(['0', '1']);
    id == "value" || (id.starts_with('/') && id.split('~').skip(1).all(is_escape))
}

fn is_name(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._:/#-".contains(c);
    id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id.len() <= 256
        && id.chars().all(fits)
        && !id.split('/').any(|part| matches!(part, "." | ".."))
}

/// Scheme and host of a web address that has nothing else but a port, about as JavaScript's `URL` reads one.
fn origin(text: &str) -> Option<(String, String)> {
    let (scheme, rest) = text.trim().split_once(':')?;
    let scheme = scheme.to_lowercase();
    let rest = rest.trim_start_matches(['/', '\\']);
    let (authority, rest) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    };
    let is_bare = matches!(rest, "" | "/" | "/." | "?" | "#" | "/?" | "/#") && !authority.contains('@');
    (matches!(scheme.as_str(), "http" | "https") && is_bare && !host.is_empty()).then(|| (scheme, host.to_lowercase()))
}

/// The host of a web address, path or not.
pub(super) fn host(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    origin(&format!("{scheme}://{}", &rest[..end])).map(|(_, host)| host)
}

/// The scheme of an address in small letters, and what follows it.
fn scheme(text: &str) -> Option<(String, &str)> {
    text.trim().split_once(':').map(|(scheme, rest)| (scheme.to_lowercase(), rest))
}

fn is_web(text: &str) -> bool {
    scheme(text).is_some_and(|(scheme, _)| matches!(scheme.as_str(), "http" | "https"))
}

fn is_page(text: &str) -> bool {
    scheme(text).is_some_and(|(scheme, rest)| {
        let rest = rest.trim_start_matches(['/', '\\']);
        let path = rest.find(['/', '\\', '?', '#']).map_or("", |at| &rest[at..]);
        scheme == "https" && path.starts_with(['/', '\\']) && !matches!(path.chars().nth(1), None | Some('?' | '#'))
    })
}

fn is_plain_page(text: &str) -> bool {
    scheme(text).is_some_and(|(scheme, rest)| scheme == "https" && !rest.contains(['@', '?', '#']))
}

fn is_exact_host(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let is_label = |label: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric());
        (1..=63).contains(&label.len()) && label.chars().all(fits) && !label.starts_with('-') && !label.ends_with('-')
    };
    bare.parse::<IpAddr>().is_ok() || (bare.len() <= 253 && bare.split('.').all(is_label))
}

pub(super) fn is_absolute(text: &str) -> bool {
    text.starts_with('/')
}

fn is_filled(text: &str) -> bool {
    !text.trim().is_empty()
}

fn is_trimmed(text: &str) -> bool {
    text == text.trim()
}

fn is_own_runtime(text: &str) -> bool {
    !matches!(text.trim(), "auto" | "default")
}

/// A model with its provider.
pub(super) fn is_model(text: &str) -> bool {
    text.trim().split_once('/').is_some_and(|(provider, model)| is_filled(provider) && is_filled(model))
}

fn is_model_or_none(text: &str) -> bool {
    !is_filled(text) || is_model(text)
}

/// A module of hooks.
pub(super) fn is_module(text: &str) -> bool {
    let module = text.trim();
    let leaves = module.split(['/', '\\']).any(|part| part == "..");
    !(module.is_empty() || module.starts_with(['/', '~']) || module.contains(':') || leaves)
}

/// A size such as `500mb`, as OpenClaw reads it: a number and a unit, bytes where there is none.
pub(super) fn is_size(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let parts: Vec<&str> = number.split('.').collect();
    let is_number = parts.len() <= 2 && parts.iter().all(|part| !part.is_empty());
    is_number && matches!(unit, "" | "b" | "kb" | "k" | "mb" | "m" | "gb" | "g" | "tb" | "t")
}

/// A width as a page knows it, of which OpenClaw takes lengths, a few words, and sums of both.
fn is_css_width(text: &str) -> bool {
    const UNITS: [&str; 8] = ["ch", "em", "rem", "vh", "vmax", "vmin", "vw", "px"];
    const FUNCTIONS: [&str; 5] = ["calc", "clamp", "fit-content", "max", "min"];
    const WORDS: [&str; 3] = ["none", "min-content", "max-content"];
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = &text[..text.len() - unit.len()];
    let is_number = number.parse::<f64>().is_ok() && !number.ends_with('.');
    if WORDS.contains(&text.as_str()) || (is_number && (unit == "%" || UNITS.contains(&unit))) {
        return text.len() <= 96;
    }
    let is_sum =
        FUNCTIONS.iter().any(|name| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('(') && rest != "()"));
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = text.split(|c| !is_word(c)).map(|word| word.trim_start_matches(|c: char| !c.is_ascii_alphabetic()));
    let known = |word: &str| [&UNITS[..], &FUNCTIONS, &WORDS].iter().any(|all| all.contains(&word));
    let depth = text.chars().try_fold(0_usize, |depth, c| match c {
        '(' => Some(depth + 1),
        ')' => depth.checked_sub(1),
        _ => Some(depth),
    });
    is_sum
        && text.len() <= 96
        && text.ends_with(')')
        && depth == Some(0)
        && text.chars().all(|c| is_word(c) || ".%+*/(), ".contains(c))
        && words.filter(|word| !word.is_empty()).all(known)
}

fn is_public_origin(text: &str) -> bool {
    let is_local = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    origin(text).is_some_and(|(scheme, host)| scheme == "https" || is_local(&host))
}

fn is_a_minute(text: &str) -> bool {
    let has_unit = text.ends_with(|c: char| c.is_ascii_alphabetic());
    has_unit && duration::parse(text, true).and_then(|interval| interval.ms()).is_some_and(|ms| ms >= MINUTE_MS)
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=63).contains(&label.len()) && label.chars().all(fits) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 220 && text.contains('.') && text.parse::<Ipv4Addr>().is_err() && text.split('.').all(is_label)
}
