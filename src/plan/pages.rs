//! What `clawbeat explain` says of each lever: what it does, what it saves, what it gives up, and since when it works.

use super::lever::Lever;

/// The page of a lever.
pub fn page(lever: Lever) -> &'static str {
    match lever {
        Lever::CacheRetention => include_str!("pages/cache-retention.md"),
        Lever::ActiveHours => include_str!("pages/active-hours.md"),
        Lever::Every => include_str!("pages/every.md"),
        Lever::Model => include_str!("pages/model.md"),
        Lever::IsolatedSession => include_str!("pages/isolated-session.md"),
        Lever::LightContext => include_str!("pages/light-context.md"),
    }
}

/// The list of pages.
pub fn index() -> String {
    let line = |lever: Lever| format!("  {:<17}{}\n", lever.key(), page(lever).lines().nth(2).unwrap_or_default());
    let lines: String = Lever::ALL.into_iter().map(line).collect();
    format!("Levers:\n{lines}")
}
