//! Why a store may hold more than was billed: by the lines of the bill that lack it.

use std::collections::BTreeSet;

use super::pricing::Pricing;
use super::side::{Discrepancy, REST, ReconciledLine, Side, is_more, share};
use crate::money::Money;
use crate::words::plain;

const OTHER_KEY: &str = "the bill is of another key, account or workspace, or does not hold all of its days";
const CHEAPER: &str = "lower prices than ours, by a discount, a batch or a contract (--prices says which are yours)";

/// Likely causes of what the store has `more` than the bill.
pub(super) fn surplus(all: &Discrepancy<'_>, more: Money, prices: &Pricing<'_, '_>) -> Vec<String> {
    let mut causes = Vec::new();
    let mut left = more;
    let mut put_down_to = |of: Money, cause: String| {
        if share(of, more) > REST {
            causes.push(cause);
            left = left - of;
        }
    };
    let billed: BTreeSet<String> =
        all.lines.iter().filter(|line| is_billed(line)).map(|line| prices.key(&line.model)).collect();
    let is_absent =
        |line: &&ReconciledLine| !is_billed(line) && !billed.contains("") && !billed.contains(&prices.key(&line.model));
    let (absent, others): (Vec<_>, Vec<_>) = all.lines.iter().partition(is_absent);
    let names: BTreeSet<&str> = absent.iter().map(|line| &*line.model).collect();
    let names: Vec<String> = names.into_iter().map(plain).collect();
    let cause = format!("the bill has nothing of {}: it is paid with another key or account", names.join(", "));
    put_down_to(lacking(&absent), cause);
    // As many tokens for less.
    let is_cheaper = |line: &&ReconciledLine| line.bill.prompt > 0 && !is_more(line.store.prompt, line.bill.prompt);
    let (cheaper, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_cheaper);
    put_down_to(lacking(&cheaper), format!("the bill has the same tokens at {CHEAPER}"));
    let days: BTreeSet<&str> = others.iter().chain(&cheaper).map(|line| &*line.day).collect();
    let ends: Vec<&str> = [days.first(), days.last()].into_iter().flatten().copied().collect();
    let at_ends = others.iter().filter(|line| days.len() > 2 && ends.contains(&&*line.day));
    let cut: BTreeSet<&str> =
        at_ends.clone().filter(|line| lacking(&[line]) > Money::ZERO).map(|line| &*line.day).collect();
    let cut: Vec<&str> = cut.into_iter().collect();
    let cause = format!("the export does not hold all of {}: it begins or ends within the day", cut.join(" and "));
    put_down_to(lacking(&at_ends.copied().collect::<Vec<_>>()), cause);
    if share(left, more) > REST {
        causes.push(match all.rows.iter().any(|row| row.tokens.prompt() > 0) {
            true => format!("the bill has fewer tokens than the store: {OTHER_KEY}"),
            false => format!("the bill tells no tokens, so it may be either: {OTHER_KEY}; or {CHEAPER}"),
        });
    }
    causes
}

fn is_billed(line: &ReconciledLine) -> bool {
    line.bill != Side::default()
}

/// What the bill lacks on some lines, and has elsewhere on them.
fn lacking(lines: &[&ReconciledLine]) -> Money {
    let of = |side: &Side| side.cost.unwrap_or(Money::ZERO);
    lines.iter().map(|line| of(&line.store) - of(&line.bill)).sum()
}
