//! Model names as people and gateways spell them, brought to one form. Spelling differs in case, separators, vendor
//! prefixes and snapshot dates; anything else makes a different model, so `Claude Opus 4` never equals `Claude Opus 4.6`.

/// Words that only say who makes or hosts the model.
const VENDORS: [&str; 7] = ["ai", "anthropic", "claude", "google", "openai", "x", "xai"];

/// Words that say which build of the same model is meant.
const BUILDS: [&str; 2] = ["default", "preview"];

/// Words that make another model of the same family.
const VARIANTS: [&str; 24] = [
    "audio",
    "batch",
    "codex",
    "coder",
    "exp",
    "fast",
    "flash",
    "free",
    "highspeed",
    "image",
    "instant",
    "lite",
    "live",
    "max",
    "mini",
    "nano",
    "pro",
    "realtime",
    "search",
    "thinking",
    "tts",
    "turbo",
    "ultra",
    "vision",
];

/// Lower-case words of a name; a space, dot, dash, slash, `@` or any other sign separates.
fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Whether two spellings are of one model, the version before or behind the family: OpenRouter writes `claude-4.6-opus`.
pub fn same_model(one: &str, other: &str) -> bool {
    let family_first = |name: &str| {
        let words = canonical(name);
        let family = words.find(|c: char| c.is_alphabetic()).unwrap_or_default();
        let (version, family) = words.split_at(family);
        format!("{family} {version}").trim_end().to_owned()
    };
    family_first(one) == family_first(other)
}

/// The form in which two spellings of one model are equal: without vendor, hosting and build words, and without a
/// snapshot date at the end.
pub(super) fn canonical(name: &str) -> String {
    let mut words = words(name);
    words.retain(|word| word != "nexos");
    let vendors = words.iter().take_while(|word| VENDORS.contains(&word.as_str())).count();
    words.drain(..vendors);
    while words.last().is_some_and(|word| BUILDS.contains(&word.as_str()) || is_compact_date(word)) {
        words.pop();
    }
    if let [.., year, month, day] = words.as_slice()
        && is_compact_date(&format!("{year}{month}{day}"))
    {
        words.truncate(words.len() - 3);
    }
    words.join(" ")
}

fn is_compact_date(word: &str) -> bool {
    word.len() == 8 && word.starts_with("20") && word.bytes().all(|b| b.is_ascii_digit())
}

/// `id` has a word that makes it another variant than `known`, such as `lite` or `fast`, or goes on with the digits of
/// its version: a rule for `claude-opus-4-1` must not price `claude-opus-4-10`.
pub(super) fn is_other_variant(id: &str, known: &str) -> bool {
    let (id, known) = (words(id), words(known));
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let longer =
        |(word, of): (&String, &String)| is_number(of) && is_number(word) && word != of && word.starts_with(of);
    id.iter().any(|word| VARIANTS.contains(&word.as_str()) && !known.contains(word))
        || id.iter().zip(&known).any(longer)
}

/// `claude-opus-4-6` as `claude-opus-4.6`, the way OpenRouter writes versions.
pub(super) fn with_version_dots(id: &str) -> String {
    let bytes = id.as_bytes();
    let is_digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
    let single = |index: usize| is_digit(index) && !is_digit(index + 1);
    id.char_indices()
        .map(|(at, c)| if c == '-' && at > 0 && is_digit(at - 1) && single(at + 1) { '.' } else { c })
        .collect()
}

/// Up to three of `known` that are spelled most like `name`, best first.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = canonical(name);
    let mut scored: Vec<(f64, &str)> = known
        .map(|other| (strsim::normalized_damerau_levenshtein(&wanted, &canonical(other)), other))
        .filter(|(score, _)| *score >= 0.5)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_model_are_equal() {
        for (name, form) in [
            ("Nexos Anthropic Claude Opus 4 6 @ Default", "opus 4 6"),
            ("claude-opus-4-6", "opus 4 6"),
            ("nexos.ai Claude Opus 4.6", "opus 4 6"),
            ("Nexos Claude Opus 4 20250514", "opus 4"),
            ("anthropic/claude-sonnet-4-5@20250929", "sonnet 4 5"),
            ("Nexos Gemini 3 Flash Preview", "gemini 3 flash"),
            ("x-ai/grok-4-0709", "grok 4 0709"),
            ("gpt-4.1-2025-04-14", "gpt 4 1"),
            ("gpt-4.1-mini", "gpt 4 1 mini"),
        ] {
            assert_eq!(canonical(name), form, "{name}");
        }
    }

    #[test]
    fn a_longer_version_number_is_another_model() {
        assert!(is_other_variant("claude-opus-4-66", "claude-opus-4-6"));
        assert!(is_other_variant("claude-opus-4.10", "claude-opus-4-1"));
        assert!(!is_other_variant("claude-opus-4-6-20260101", "claude-opus-4-6"));
    }

    #[test]
    fn versions_get_dots_and_dates_do_not() {
        assert_eq!(with_version_dots("anthropic/claude-opus-4-6"), "anthropic/claude-opus-4.6");
        assert_eq!(with_version_dots("claude-opus-4-20250514"), "claude-opus-4-20250514");
    }
}
