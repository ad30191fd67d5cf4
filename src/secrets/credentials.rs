//! What credentials look like, for people paste them anywhere: known prefixes, JSON web tokens, URLs with a password,
//! long random runs. Names of models, paths and UUIDs do not count; a diff of a `model` line would be refused else.

use super::keys::is_secret_key;

/// How credentials of well-known services begin.
#[rustfmt::skip]
const PREFIXES: [&str; 36] = [
    "sk-", "sk_live_", "sk_test_", "rk_live_", "xoxb-", "xoxp-", "xoxa-", "xoxs-", "xoxe-", "xapp-", "ghp_", "gho_",
    "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "AIza", "ya29.", "AKIA", "ASIA", "hf_", "gsk_", "xai-", "pplx-",
    "tvly-", "npm_", "pypi-", "nvapi-", "r8_", "SG.", "whsec_", "dop_v1_", "nsec1", "syt_", "AGE-SECRET-KEY-",
];

/// Whether a text holds something that looks like a credential, whatever its key: a known prefix, a JSON web token,
/// a URL with a password, or 32 and more random characters. A UUID does not: models are named by them.
pub fn looks_like_secret(text: &str) -> bool {
    text.contains("-----BEGIN ") || credential_words(text).next().is_some()
}

/// The words of a text that look like credentials.
pub(crate) fn credential_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "\"'`,;|<>()[]{}\\".contains(c)).filter(|word| is_credential(word))
}

/// The shortest prefix, and the least that stands behind one.
const SHORTEST: usize = 3 + 8;

fn is_credential(word: &str) -> bool {
    // Most words of a config are short, and of those only a web token or an URL can be one.
    if word.len() < SHORTEST && !word.contains("eyJ") && !word.contains("://") {
        return false;
    }
    is_private_url(word)
        || is_telegram_token(word)
        || word.split([':', '/', '@', '=', '&', '?']).any(|part| {
            has_prefix(part) || (part.starts_with("eyJ") && part.matches('.').count() >= 2) || is_random(part)
        })
}

fn has_prefix(part: &str) -> bool {
    let begins_alike = |prefix: &&&str| prefix.bytes().next() == part.bytes().next();
    PREFIXES.iter().filter(begins_alike).any(|prefix| part.strip_prefix(prefix).is_some_and(is_long_enough))
}

fn is_long_enough(rest: &str) -> bool {
    rest.len() >= 20 || (rest.len() >= 8 && rest.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase()))
}

fn is_private_url(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let has_password = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    let is_webhook = rest.starts_with("hooks.slack.com/") || rest.contains("/api/webhooks/");
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let has_secret_parameter = query
        .split('&')
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| !value.is_empty() && is_secret_key(name));
    has_password || is_webhook || has_secret_parameter
}

fn is_telegram_token(word: &str) -> bool {
    let word = word.rsplit('/').find(|part| part.contains(':')).unwrap_or(word);
    let Some((id, rest)) = word.trim_start_matches("bot").split_once(':') else { return false };
    let is_id = id.len() >= 6 && id.bytes().all(|b| b.is_ascii_digit());
    is_id && rest.len() >= 30 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

// Judged by stretches without a separator: those of names and paths are short or plain words.
fn is_random(part: &str) -> bool {
    let longest = if part.len() >= 32 && !is_uuid(part) { 16 } else { 24 };
    part.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let has = |class: fn(&u8) -> bool| run.bytes().any(|b| class(&b));
        let is_hex = run.bytes().all(|b| b.is_ascii_hexdigit());
        (run.len() >= 32 && is_hex && digits > 0 && digits < run.len())
            || (run.len() >= longest && digits >= 2 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
    })
}

fn is_uuid(part: &str) -> bool {
    part.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && part.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn values_are_judged_by_their_look() {
        for text in [
            "sk-ant-REDACTED", "sk-proj1234567", "xoxb-1234-5678-abcdefgh", "ghp_16C7e42F292c6912E7",
            "Bearer sk-12345678", "AIzaSyD-abcdefghijk1234567890", "AKIAIOSFODNN7EXAMPLE",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc",
            "https://user:hunter2@example.com/x", "https://hooks.slack.com/services/T0/B0/x",
            "https://x.test/?token=abc", "postgres://u:p@db/x", "9f86d081884c7d659a2feaa0c55ad015",
            "https://api.telegram.org/bot123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/x",
            "dGhpcyBpcyBhIHNlY3JldA4k5L2mQ9Zx", "hf_abcdefg1", "eyJ.a.b", "x://a:b@c", "-----BEGIN OPENSSH PRIVATE KEY-----\n",
        ] {
            assert!(looks_like_secret(text), "{text}");
        }
        for text in [
            "", "30m", "anthropic/claude-opus-4-6", "claude-sonnet-4-5-20250929",
            "nexos/d2cd8d34-db82-4481-a1b0-248dae113ca8", "Nexos Anthropic Claude Opus 4 6 @ Default",
            "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8-Turbo-Latest",
            "~/.openclaw/workspace/agents/shop-2026-assistant", "https://api.nexos.ai/v1", "${OPENROUTER_API_KEY}",
            "Read HEARTBEAT.md if it exists. Follow it strictly.", "sk-learn", "-1001234567890", "+15555550123",
            "America/Argentina/Buenos_Aires", "http://localhost:11434", "user@example.com",
            "2026-01-01T00:00:00.000Z",
        ] {
            assert!(!looks_like_secret(text), "{text}");
        }
    }
}
