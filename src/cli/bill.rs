//! A bill beside the records, in words.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clawbeat::analysis::Analysis;
use clawbeat::files::read::{ReadError, read_bytes};
use clawbeat::invoice::reconcile::{Reconciled, reconcile, spent};
use clawbeat::invoice::side::Side;
use clawbeat::invoice::{self, MAX_BILL_BYTES};
use clawbeat::money::{Money, Unit};
use clawbeat::records::Records;
use clawbeat::words::{amount, amount_if_known, counted, plain, tokens};

use super::options::BillingUnit;
use super::output::complain;

/// Days and models that are listed.
const LINES: usize = 40;

/// A bill read and put beside the records. Money of an export is in dollars; one of tokens is priced as the report is.
pub(super) fn compared(
    paths: &[PathBuf],
    records: &Records,
    analysis: &Analysis,
    billing: Option<BillingUnit>,
) -> anyhow::Result<Reconciled> {
    let names = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let texts = paths.iter().map(|path| text_of(path)).collect::<anyhow::Result<Vec<String>>>()?;
    let invoice = invoice::read_all(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let invoice = invoice.map_err(|(at, error)| anyhow!(error).context(paths[at].display().to_string()))?;
    if let Some(unread) = invoice.unread {
        let left_out = counted(invoice.left_out, "row");
        complain(&format!("note: {}: {unread}; left out: {left_out} of the bill", plain(&names)));
    }
    let asked = billing.map(BillingUnit::unit);
    if invoice.has_cost() && asked == Some(Unit::Credits) {
        bail!("{names}: the bill is in USD, and --billing asks for credits; leave it out");
    }
    let costing = analysis.costing();
    let unit = if invoice.has_cost() { Unit::Usd } else { asked.unwrap_or_else(|| costing.unit()) };
    let found = reconcile(&invoice, records, &costing, unit);
    if found.lines.is_empty() {
        bail!(
            "{names}: nothing can be compared: the bill is {}, the records are {} (UTC)",
            span(invoice.rows.iter().map(|row| row.at)),
            span(records.requests.iter().map(|request| request.at))
        );
    }
    Ok(found)
}

/// The text of an export.
fn text_of(path: &Path) -> anyhow::Result<String> {
    let bytes = read_bytes(path, &mut std::io::stdin().lock(), MAX_BILL_BYTES).map_err(|error| match error {
        ReadError::TooLarge { .. } => anyhow!("{error}; export fewer days at a time"),
        error => error.into(),
    })?;
    invoice::text(bytes).with_context(|| path.display().to_string())
}

/// From when to when something is, by its moments in order.
fn span(mut moments: impl DoubleEndedIterator<Item = i64>) -> String {
    let first = moments.next().and_then(invoice::day);
    let last = moments.next_back().and_then(invoice::day).or(first);
    first.zip(last).map_or_else(|| "of no day".to_owned(), |(first, last)| format!("of {first} to {last}"))
}

/// The same in words.
pub(super) fn beside(
    paths: &[PathBuf],
    records: &Records,
    analysis: &Analysis,
    billing: Option<BillingUnit>,
) -> anyhow::Result<String> {
    Ok(text(&compared(paths, records, analysis, billing)?))
}

/// The comparison as a table and what follows from it.
pub(super) fn text(found: &Reconciled) -> String {
    let unit = found.unit;
    let side = |side: &Side| match (side.prompt, side.cost) {
        (0, None | Some(Money::ZERO)) => "-".to_owned(),
        (0, cost) => amount_if_known(cost, unit),
        (prompt, cost) => format!("{} in, {}", tokens(prompt), amount_if_known(cost, unit)),
    };
    let listed = found.lines.iter().take(LINES);
    let wide = listed.map(|line| plain(&line.model).chars().count()).max().unwrap_or(0).max(26) + 2;
    let row = |day: &str, model: &str, sides: [&Side; 3]| {
        let [bill, store, simulated] = sides.map(side);
        let model = if model.is_empty() && !day.starts_with("all") { "(no model named)" } else { &plain(model) };
        format!("{day:<12}{model:<wide$}{bill:<23} {store:<23} {simulated}\n")
    };
    let mut out = format!("{}, beside the records and the simulated heartbeats:\n\n", found.kind.name());
    out += &format!("{:<12}{:<wide$}{:<24}{:<24}{}\n", "day (UTC)", "model", "bill", "store", "heartbeats simulated");
    for line in found.lines.iter().take(LINES) {
        out += &row(&line.day, &line.model, [&line.bill, &line.store, &line.simulated]);
    }
    if found.lines.len() > LINES {
        out += &format!("and {} more lines, see --format json\n", found.lines.len() - LINES);
    }
    out += &row("all", "", [&found.bill, &found.store, &found.simulated]);
    out.push('\n');
    let unexplained = found.unexplained.map(rounded);
    if let Some(more) = unexplained.filter(|more| *more < Money::ZERO) {
        out += &format!("The store has {} more than the bill.\n", amount(Money::ZERO - more, unit));
    } else if let Some(unexplained) = unexplained {
        out += &format!("Billed but not in the store: {}.\n", amount(unexplained, unit));
        for known in &found.known {
            out += &format!("  never stored, by estimate: {}, about {}\n", known.what, amount(known.cost, unit));
        }
        out += &match found.rest.map(rounded) {
            Some(rest) if rest < Money::ZERO => format!(
                "Nothing is left unexplained: what is never stored is estimated at {} more.\n",
                amount(Money::ZERO - rest, unit)
            ),
            rest => format!("Left unexplained: {}.\n", amount_if_known(rest, unit)),
        };
    } else {
        out += &format!("We cannot say what the difference costs: not all prices are known in {unit}.\n");
    }
    for cause in &found.causes {
        out += &format!("  likely cause: {cause}\n");
    }
    out += &match &found.heartbeats {
        Some(heartbeats) => {
            let (more, rows) = match heartbeats.at_least {
                true => ("at least ", " (a row of this bill may hold several requests)"),
                false => ("", ""),
            };
            let number = counted(heartbeats.count, "heartbeat");
            let whose =
                heartbeats.agent.as_ref().map_or_else(String::new, |agent| format!(" of agent '{}'", plain(agent)));
            let every = if heartbeats.every_minutes == 1.0 {
                "minute".to_owned()
            } else {
                format!("{} minutes", heartbeats.every_minutes)
            };
            let takes = side(&heartbeats.side);
            format!("Found in the bill by their times: {more}{number}{whose}, one every {every}, {takes}{rows}.\n")
        }
        None => "Heartbeats cannot be told apart in this bill: only the total is compared.\n".to_owned(),
    };
    if found.days_without_records > 0 {
        let days = counted(found.days_without_records, "day");
        out += &format!("Without records, and left out: {days} of the bill.\n");
    }
    if let Some(repeated) = &found.repeated {
        let rows = counted(repeated.rows, "row");
        out += &format!("Counted once: {rows} that the bill has again, {}.\n", side(&repeated.side));
    }
    if found.left_out > 0 {
        out += &format!("Not read: {} of the bill.\n", counted(found.left_out, "row"));
    }
    out
}

/// Without what is left of rounding row by row.
fn rounded(money: Money) -> Money {
    const LEAST: i128 = 1_000_000_000;
    if (-LEAST..LEAST).contains(&money.pico()) { Money::ZERO } else { money }
}

/// Two readings of a balance in a unit as a bill: all that was spent between them, beside what the records explain.
pub(super) fn balances([before, after]: [Money; 2], unit: Unit, records: &Records, analysis: &Analysis) -> String {
    let billed = before - after;
    if billed < Money::ZERO {
        return "The balance rose between the readings: it was topped up, so it says nothing about what was spent.\n"
            .to_owned();
    }
    let (stored, elsewhere) = spent(records, &analysis.costing(), unit);
    let rest = stored.map(|stored| billed - stored);
    let mut text = format!(
        "Spent by the balance: {}. In the store: {}. Not in the store: {}.\nA balance is spent by everything that uses \
         the account, so heartbeats cannot be told apart in it.\n",
        amount(billed, unit),
        amount_if_known(stored, unit),
        amount_if_known(rest, unit)
    );
    if elsewhere > 0 {
        text += &format!("Left out: {} in the store, not billed in {unit}.\n", counted(elsewhere, "request"));
    }
    text
}
