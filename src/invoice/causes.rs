//! What may be behind the part of a bill that nothing explains. Only what the bill can show is said to be likely.

use std::collections::BTreeSet;

use super::BillRow;
use super::pricing::Pricing;
use super::side::{Discrepancy, REST, ReconciledLine, Side, is_more, share};
use super::surplus::surplus;
use crate::money::{Money, Unit};
use crate::words::{amount, counted, plain};

/// A cent, in pico-dollars.
const CENT: i128 = 10_000_000_000;

const NOT_STORED: &str = "requests that are not stored: failing compactions, refused requests that were billed, \
     deleted sessions, or another program with the same key";
const OTHER_PRICE: &str = "the same tokens at another price: writes that are kept for an hour, a tier for long \
     prompts, or a surcharge of the route";

/// Causes of a rest that is too large to leave, and why there is none to look for where prices are not known.
pub(super) fn causes(all: &Discrepancy<'_>, prices: &Pricing<'_, '_>) -> Vec<String> {
    let Some((rest, bill)) = all.rest.zip(all.bill) else { return without_price(all.lines) };
    // Estimates that come to more than the difference leave nothing to look for.
    let is_over = rest <= Money::ZERO && !all.known.is_empty();
    let is_small = |money: Money| share(money, bill).abs() <= REST;
    if is_over || is_small(rest) {
        return Vec::new();
    }
    if let Some(cause) = rounding(rest, all.rows) {
        return vec![cause];
    }
    if rest < Money::ZERO {
        return surplus(all, Money::ZERO - rest, prices);
    }
    let mut causes = Vec::new();
    let recaps: Vec<_> = prices.recaps().collect();
    let is_recap = |line: &ReconciledLine| recaps.iter().any(|(recap, _)| prices.is_same(&line.model, recap));
    let is_foreign = |line: &&ReconciledLine| line.store == Side::default() && is_named(line) && !is_recap(line);
    let billed: Vec<&ReconciledLine> = all.lines.iter().filter(|line| line.bill != Side::default()).collect();
    let foreign: BTreeSet<&str> = billed.iter().copied().filter(is_foreign).map(|line| &*line.model).collect();
    let elsewhere = sum(billed.iter().copied().filter(is_foreign));
    let mut left = rest;
    if share(elsewhere, rest) > REST {
        let names: Vec<String> = foreign.iter().map(|name| plain(name)).collect();
        causes.push(format!(
            "models that the gateway never used: {}: another program pays with the same account",
            names.join(", ")
        ));
        left = left - elsewhere;
    }
    let fees = sum(billed.iter().copied().filter(|line| !is_named(line)));
    if billed.iter().any(|line| is_named(line)) && share(fees, rest) > REST {
        causes.push("what the bill puts on no model, such as web searches".to_owned());
        left = left - fees;
    }
    if !causes.is_empty() && (left <= Money::ZERO || is_small(left)) {
        return causes;
    }
    causes.push(match all.rows.iter().any(|row| row.tokens.prompt() > 0) {
        true if by_tokens(all, &billed, &is_foreign) => NOT_STORED.to_owned(),
        true => OTHER_PRICE.to_owned(),
        false => format!("the bill tells no tokens, so it may be either: {NOT_STORED}; or {OTHER_PRICE}"),
    });
    causes
}

/// Whether more of the rest is on models with more tokens in the bill than in the store.
fn by_tokens(all: &Discrepancy<'_>, billed: &[&ReconciledLine], is_foreign: &dyn Fn(&&ReconciledLine) -> bool) -> bool {
    if !billed.iter().any(|line| is_named(line)) {
        let of = |side: fn(&ReconciledLine) -> u64| all.lines.iter().map(side).sum::<u64>();
        return is_more(of(|line| line.bill.prompt), of(|line| line.store.prompt));
    }
    let lines = billed.iter().filter(|line| is_named(line) && !is_foreign(line));
    let (more, same): (Vec<_>, Vec<_>) = lines.partition(|line| is_more(line.bill.prompt, line.store.prompt));
    let difference = |lines: &[&&ReconciledLine]| -> Money {
        let of = |line: &&&ReconciledLine| Some(line.bill.cost? - line.store.cost.unwrap_or(Money::ZERO));
        lines.iter().filter_map(of).sum()
    };
    let known: Money = all.known.iter().map(|known| known.cost).sum();
    difference(&more) - known > difference(&same)
}

fn is_named(line: &ReconciledLine) -> bool {
    !line.model.is_empty()
}

fn sum<'a>(lines: impl Iterator<Item = &'a ReconciledLine>) -> Money {
    lines.filter_map(|line| line.bill.cost).sum()
}

/// Where every amount is of whole cents, each of them may be half a cent off.
fn rounding(rest: Money, rows: &[BillRow]) -> Option<String> {
    let amounts: Vec<i128> = rows.iter().filter_map(|row| Some(row.cost?.pico())).collect();
    let most = Money::from_pico(CENT / 2 * i128::try_from(amounts.len()).ok()?);
    let is_within = rest.pico().abs() <= most.pico();
    (is_within && amounts.iter().all(|pico| pico % CENT == 0)).then(|| {
        let rows = counted(amounts.len(), "amount");
        format!("the bill rounds to cents: its {rows} may be {} off together", amount(most, Unit::Usd))
    })
}

/// What has tokens and no price.
fn without_price(lines: &[ReconciledLine]) -> Vec<String> {
    let unpriced = lines
        .iter()
        .filter(|line| [line.bill, line.store].iter().any(|side| side.cost.is_none() && *side != Side::default()));
    let names: BTreeSet<&str> = unpriced.map(|line| &*line.model).collect();
    let named: Vec<String> = names.iter().filter(|name| !name.is_empty()).map(|name| plain(name)).collect();
    let mut causes = Vec::new();
    if names.contains("") {
        causes.push("the bill names no models: ask for it by model (group_by[]=model)".to_owned());
    }
    if !named.is_empty() {
        causes.push(format!("no price is known for {}", named.join(", ")));
    }
    causes
}
