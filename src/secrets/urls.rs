//! What is private of URLs: whoever has it may enter, post or read. Name and password, what a webhook has behind its host,
//! parameters that sign or are named as secrets.

use std::ops::Range;

use super::keys::is_secret_key;

/// How the URLs of webhooks begin that are known as such without their scheme, too.
const WEBHOOK_HOSTS: [(&str, &str); 5] = [
    ("hooks.slack.com", "/"),
    ("discord.com", "/api/webhooks/"),
    ("discordapp.com", "/api/webhooks/"),
    ("chat.googleapis.com", "/v1/spaces/"),
    ("maker.ifttt.com", "/trigger/"),
];
/// Parameters of URLs that are secret, beside those whose names say so.
const SIGNATURES: [&str; 5] = ["sig", "signature", "x-amz-signature", "code", "auth"];

/// What is private of the URLs of a text: name and password, what a webhook has behind its host, secret parameters.
pub(super) fn urls(text: &str, found: &mut Vec<Range<usize>>) {
    // Whatever begins one has a slash, and most texts have few.
    let begins = |slash: usize| {
        let (before, behind) = text.split_at(slash);
        let scheme = before.ends_with(':') && behind.starts_with("//");
        let is_webhook = |(host, path): &&(&str, &str)| before.ends_with(host) && behind.starts_with(path);
        let host = WEBHOOK_HOSTS.iter().find(is_webhook).map(|(host, _)| slash - host.len());
        scheme.then_some(slash + 2).into_iter().chain(host)
    };
    let mut starts: Vec<usize> = text.match_indices('/').flat_map(|(slash, _)| begins(slash)).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut read_to = 0;
    for start in starts {
        let rest = &text[start..];
        // One URL may hold another; a long chain of them is looked at piece by piece.
        let most = if start < read_to { rest.floor_char_boundary(NESTED.min(rest.len())) } else { rest.len() };
        let len = rest[..most].find(|c: char| c.is_whitespace() || "\"'`<>".contains(c)).unwrap_or(most);
        read_to = read_to.max(start + len);
        found.extend(private_parts(&rest[..len]).map(|range| range.start + start..range.end + start));
    }
}

/// How far an URL inside another is read, in bytes.
const NESTED: usize = 256;

/// The same of one URL without its scheme.
fn private_parts(url: &str) -> impl Iterator<Item = Range<usize>> {
    let host_end = url.find(['/', '?', '#']).unwrap_or(url.len());
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit());
    let user = match url[..host_end].rfind('@') {
        // The password has a slash that should have been escaped.
        None if url[..host_end].split_once(':').is_some_and(|(_, port)| !is_port(port)) => url.rfind('@'),
        at => at.filter(|at| url[..*at].contains(':') || *at >= 16),
    };
    let parameters = url.split_once('?').map_or("", |(_, query)| query).split(['&', '#']);
    let secret = parameters.filter_map(move |parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_signature = SIGNATURES.iter().any(|known| name.eq_ignore_ascii_case(known));
        let from = value.as_ptr() as usize - url.as_ptr() as usize;
        (!value.is_empty() && (is_signature || is_secret_key(name))).then_some(from..from + value.len())
    });
    user.map(|user| 0..user).into_iter().chain(hook(url, host_end)).chain(secret)
}

/// What a webhook has behind its host, or behind the word itself: whoever knows it may post.
fn hook(url: &str, host_end: usize) -> Option<Range<usize>> {
    let host = &url[..host_end];
    let begins = |(host, path): &(&str, &str)| url.strip_prefix(host).is_some_and(|rest| rest.starts_with(path));
    let known = host.starts_with("hooks.") || WEBHOOK_HOSTS.iter().any(begins);
    let from = match known {
        true => host_end + 1,
        false => {
            let word = url.find("/webhook").or_else(|| url.find("/hooks/"))? + 1;
            word + url[word..].find('/')? + 1
        }
    };
    let behind = url.get(from..).filter(|behind| !behind.is_empty())?;
    let is_name = |behind: &str| behind.len() < 8 || !behind.bytes().any(|b| b.is_ascii_digit());
    (known || !is_name(behind)).then_some(from..url.len())
}
