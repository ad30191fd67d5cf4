//! OpenClaw's own model catalogue, of 2026.9.6: which ids its built-in providers offer, how long their context is, and which
//! short names stand for them. Names and windows only; its prices are partly stale (PRICES.md §5) and not used.

use std::sync::LazyLock;

use crate::certain;

/// A provider, a short name, the model.
const ALIASES: &str = include_str!("openclaw-aliases.tsv");
/// A provider, a model, its name, its window or `-`, `current` or `old`.
const MODELS: &str = include_str!("openclaw.tsv");

/// One model that a built-in provider of OpenClaw offers.
#[derive(Debug)]
pub struct OfferedModel {
    /// The provider's id.
    pub provider: &'static str,
    /// The model's id.
    pub id: &'static str,
    /// The display name.
    pub name: &'static str,
    /// Tokens.
    pub context_window: Option<u64>,
    /// Offered for new choices: neither historic, deprecated nor suppressed.
    pub current: bool,
}

static ROWS: LazyLock<Vec<OfferedModel>> =
    LazyLock::new(|| MODELS.lines().map(|line| certain::made("openclaw.tsv", read(line).ok_or(line))).collect());

static SHORT: LazyLock<Vec<[&str; 3]>> = LazyLock::new(|| {
    let columns = |line: &'static str| line.split('\t').collect::<Vec<_>>().try_into().map_err(|_| line);
    ALIASES.lines().map(|line| certain::made("openclaw-aliases.tsv", columns(line))).collect()
});

fn read(line: &'static str) -> Option<OfferedModel> {
    let mut columns = line.split('\t');
    let (provider, id, name) = (columns.next()?, columns.next()?, columns.next()?);
    let context_window = match columns.next()? {
        "-" => None,
        tokens => Some(tokens.parse().ok()?),
    };
    let current = match columns.next()? {
        "current" => true,
        "old" => false,
        _ => return None,
    };
    columns.next().is_none().then_some(OfferedModel { provider, id, name, context_window, current })
}

/// The model that an id means at a provider: `opus` at `anthropic` is `claude-opus-5`; other ids mean themselves.
pub fn resolve_alias<'a>(provider: &str, id: &'a str) -> &'a str {
    SHORT.iter().find(|[of, short, _]| (*of, *short) == (provider, id)).map_or(id, |[_, _, model]| model)
}

/// The row of a model.
pub(super) fn row(provider: &str, id: &str) -> Option<&'static OfferedModel> {
    ROWS.iter().find(|row| row.provider == provider && row.id.eq_ignore_ascii_case(id))
}

/// What a built-in provider offers today, in OpenClaw's order; empty for a provider that is not built in.
pub(super) fn current(provider: &str) -> impl Iterator<Item = &'static OfferedModel> {
    ROWS.iter().filter(move |row| row.current && row.provider == provider)
}

/// What every built-in provider offers today.
pub(super) fn all_current() -> impl Iterator<Item = &'static OfferedModel> {
    ROWS.iter().filter(|row| row.current)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        assert_eq!(ROWS.len(), MODELS.lines().count());
        assert_eq!(row("anthropic", "CLAUDE-OPUS-5").and_then(|row| row.context_window), Some(1_000_000));
        for line in ALIASES.lines() {
            let [provider, short, id]: [&str; 3] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            assert_eq!(resolve_alias(provider, short), id);
        }
        assert_eq!(resolve_alias("anthropic", "op"), "op");
    }
}
