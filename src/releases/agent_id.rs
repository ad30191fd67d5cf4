//! Agent ids: how OpenClaw keeps and compares what people write.

/// The form in which OpenClaw keeps and compares an id (`normalizeAgentId`, the same in all releases read): lower case,
/// a dash for each run of other characters, none at the ends; `main` where nothing is left.
pub fn normal_id(id: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let id = id.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if id.len() <= 64 && id.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.chars().all(is_plain) {
        return id.to_ascii_lowercase();
    }
    let mut dashed = String::new();
    let mut after_plain = true;
    for c in id.to_lowercase().chars() {
        if is_plain(c) {
            dashed.push(c);
        } else if after_plain {
            dashed.push('-');
        }
        after_plain = is_plain(c);
    }
    let kept: String = dashed.trim_matches('-').chars().take(64).collect();
    if kept.is_empty() { "main".to_owned() } else { kept }
}

/// The id, or with the first number from 2 on that makes it one of its own.
pub fn distinct(id: String, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_u64..).map(|number| format!("{id}-{number}"));
    let mut all = std::iter::once(id.clone()).chain(numbered);
    all.find(|id| !is_taken(id)).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers of `normalizeAgentId` of 2026.9.6.
    #[test]
    fn ids_are_kept_as_openclaw_keeps_them() {
        for (written, kept) in [
            ("Big Boss", "big-boss"),
            ("ünï", "n"),
            ("助手", "main"),
            ("Помощник-7", "7"),
            ("a—b  c", "a-b-c"),
            ("ops-", "ops-"),
            ("ops é-", "ops"),
            ("_x-", "_x"),
            ("__proto__", "__proto__"),
            ("  ", "main"),
            ("\u{feff}A", "a"),
            ("é_", "_"),
            ("\u{212a}elvin", "kelvin"),
        ] {
            assert_eq!(normal_id(written), kept, "{written}");
        }
        assert_eq!(normal_id(&"x".repeat(70)).len(), 64);
    }
}
