//! Which jobs the scheduler spreads over the minutes after their moment, so that not all of them start at once.

/// Over how long jobs of each full hour are spread, in milliseconds, unless they say otherwise.
pub(super) const FULL_HOUR_STAGGER: u64 = 300_000;

/// Whether an expression means full hours, of which the hours are not all named: OpenClaw spreads such jobs.
pub(super) fn is_each_full_hour(expression: &str) -> bool {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let hours = match fields[..] {
        ["0", hours, _, _, _] | ["0", "0", hours, _, _, _] => hours,
        _ => return false,
    };
    hours.split(',').any(|part| part.starts_with(['*', '?']))
}
