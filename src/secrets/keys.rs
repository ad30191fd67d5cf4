//! Which names of keys say that their value is a secret.

/// Parts that make any key secret, wherever they stand in it, letters and digits only.
const SECRET_PARTS: [&str; 8] =
    ["password", "passwd", "passphrase", "passcode", "secret", "credential", "apikey", "privatekey"];
/// Whole last words that make a key secret.
const SECRET_WORDS: [&str; 7] = ["pass", "pwd", "authorization", "cookie", "cookies", "jwt", "bearer"];
/// Words that make `…token…` a quantity: `maxToken`, `tokenBudget`.
const QUANTITIES: [&str; 12] =
    ["max", "min", "budget", "limit", "count", "ratio", "threshold", "usage", "cost", "price", "window", "cap"];
/// Words before `tokens` that make it a list of credentials; alone among plurals, as most `…Tokens` are counts.
const TOKEN_USES: [&str; 12] =
    ["auth", "access", "api", "app", "bearer", "bot", "device", "gateway", "hook", "refresh", "user", "webhook"];
/// Words before `key` that make it a name for something rather than a credential.
#[rustfmt::skip]
const NAMING: [&str; 21] = [
    "agent", "cache", "channel", "config", "dedupe", "foreign", "group", "hot", "idempotency", "index", "lane", "main",
    "partition", "primary", "public", "routing", "schema", "session", "sort", "state", "thread",
];
/// Whether values under this key are secret, by its name: `botToken` and `OPENAI_API_KEY` are, `maxTokens` and
/// `sessionKey` are not.
pub fn is_secret_key(key: &str) -> bool {
    if !may_be_secret(key) {
        return false;
    }
    let words = words(key);
    let Some((last, before)) = words.split_last() else { return false };
    let flat = words.concat();
    let any = |list: &[&str], words: &[String]| words.iter().any(|word| list.contains(&word.as_str()));
    if SECRET_PARTS.iter().any(|part| flat.contains(part)) || SECRET_WORDS.contains(&last.as_str()) {
        return true;
    }
    if words.iter().any(|word| word.ends_with("token")) && !any(&QUANTITIES, &words) {
        return true;
    }
    match last.as_str() {
        "tokens" => before.is_empty() || (any(&TOKEN_USES, before) && !any(&QUANTITIES, before)),
        "key" | "keys" => !any(&NAMING, before),
        _ => false,
    }
}

/// What every secret key holds one of, its separators left out.
const STEMS: [&str; 10] =
    ["pass", "pwd", "secret", "credential", "key", "token", "authorization", "cookie", "jwt", "bearer"];

/// Whether a key has the letters of one of the [`STEMS`]: most have not, and need no closer look.
fn may_be_secret(key: &str) -> bool {
    const fn letters(text: &str) -> u32 {
        let (bytes, mut at, mut found) = (text.as_bytes(), 0, 0);
        while at < bytes.len() {
            if bytes[at].is_ascii_alphabetic() {
                found |= 1 << (bytes[at].to_ascii_lowercase() - b'a');
            }
            at += 1;
        }
        found
    }
    let there = letters(key);
    // Other alphabets have letters whose lower case is one of these.
    !key.is_ascii() || STEMS.iter().any(|stem| letters(stem) & !there == 0)
}

/// The words of a key in lower case: `botToken`, `bot_token` and `BOT-TOKEN` are `bot`, `token`.
fn words(key: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = key.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        let after_lower = index > 0 && (chars[index - 1].is_lowercase() || chars[index - 1].is_ascii_digit());
        let ends_acronym = index > 0
            && chars[index - 1].is_uppercase()
            && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if !c.is_alphanumeric() || (c.is_uppercase() && (after_lower || ends_acronym)) {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_judged_by_their_words() {
        for key in "token botToken bot_token BOT_TOKEN bottoken appToken accessTokens tokens authToken key apiKey \
            api_key apikey APIKey apiKeys authKey encryptionKey privateKey private_key_pem OPENAI_API_KEY \
            secret appSecret webhookSecret clientSecretValue password dbPasswd passphrase pass credential \
            credentials authorization Authorization cookie"
            .split_whitespace()
        {
            assert!(is_secret_key(key), "{key}");
        }
        for key in "maxTokens contextTokens keepRecentTokens reserveTokensFloor max_tokens tokenBudget maxTokenCount \
            tokenizer totalTokens sessionKey lane laneKey publicKey cacheKey promptCacheKey keyword \
            keys_to_keep_open monkey hotkey every model auth author session passthrough compass - accountId \
            perAgentKeys"
            .split_whitespace()
        {
            assert!(!is_secret_key(key), "{key}");
        }
    }
}
