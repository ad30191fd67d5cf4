//! The catalogue of flat plans and free quotas as `clawbeat models --plans` and `docs/plans.md` show it: by which marks in a
//! config each is known, how much each tier allows, and where that stands.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;

use crate::catalogue::plans::{Credits, FlatPlan, Plans, Quota, TEXT, embedded};
use crate::catalogue::{Offer, Rates};
use crate::certain;
use crate::words::{count, json_escaped, plain};

/// The offers of which the vendor, the words or a tier hold all words of a query; without one, all.
fn wanted<'q>(plans: &'q Plans, query: Option<&'q str>) -> impl Iterator<Item = &'q Arc<Offer>> {
    let words: Vec<String> = query.unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    plans.offers().filter(move |offer| {
        let tiers = offer.plans().iter().map(|plan| format!("{} {}", plan.id, plan.name));
        let text = format!("{} {} {} ", offer.id, offer.vendor, offer.words) + &tiers.collect::<Vec<_>>().join(" ");
        words.iter().all(|word| text.to_lowercase().contains(word))
    })
}

/// The catalogue as data, in the form of `schemas/plans.v1.schema.json`; `own` is the user's file, where there is one.
pub fn render_json(plans: &Plans, own: Option<&Value>, query: Option<&str>) -> String {
    let mut file: Value = certain::read("plans.json", TEXT);
    let written = own.into_iter().chain([&file]).filter_map(|file| file["offers"].as_array()).flatten();
    let all: Vec<&Value> = written.collect();
    let of =
        |offer: &Arc<Offer>| all.iter().find(|written| written["id"] == offer.id).map(|written| (*written).clone());
    let offers: Vec<Value> = wanted(plans, query).filter_map(of).collect();
    file["offers"] = offers.into();
    json_escaped(&certain::pretty(&file))
}

/// A list of them for a terminal.
pub fn render_text(plans: &Plans, query: Option<&str>) -> String {
    let mut out = String::new();
    for offer in wanted(plans, query) {
        let _ = writeln!(out, "{} ({})", offer.words, offer.vendor);
        for mark in offer.known_by() {
            let _ = writeln!(out, "  known by: {mark}");
        }
        if let Some(forbids) = &offer.forbids {
            let _ = writeln!(out, "  forbids {} ({}, {})", forbids.what, forbids.source, forbids.date);
        }
        if offer.plans().is_empty() {
            let _ = writeln!(out, "  no limits known");
        }
        for plan in offer.plans() {
            let _ = writeln!(out, "  --plan {:<24} {}", plan.id, plan.name);
            for quota in &plan.windows {
                let _ = writeln!(out, "      {} ({})", allows(quota), standing(quota));
            }
        }
        out.push('\n');
    }
    match query {
        Some(query) if out.is_empty() => format!("no plan matches '{}'\n", plain(query)),
        _ => out + "No config says which tier you have: pass --plan ID.\n",
    }
}

/// How much in which time: `15 to 80 messages in 5 hours for gpt-5.5`.
fn allows(quota: &Quota) -> String {
    let amount = match quota.limit {
        None => format!("{}, how much is not published", quota.unit.words()),
        Some(limit) if limit.low == limit.high => format!("{} {}", count(limit.low), quota.unit.words()),
        Some(limit) => format!("{} to {} {}", count(limit.low), count(limit.high), quota.unit.words()),
    };
    let mut text = format!("{amount} {}", quota.window.words());
    if let Some(zone) = &quota.zone {
        let _ = write!(text, " of {zone}");
    }
    if !quota.models.is_empty() {
        let _ = write!(text, " for {}", quota.models.join(" or "));
    }
    quota.since.iter().for_each(|day| text.push_str(&format!(" since {day}")));
    quota.until.iter().for_each(|day| text.push_str(&format!(" until {day}")));
    text
}

/// Who says so, where, and when it was read.
fn standing(quota: &Quota) -> String {
    let date = quota.date.as_deref().unwrap_or("undated");
    let note = quota.note.as_ref().map_or(String::new(), |note| format!("; {note}"));
    format!("{}: {}, {date}{note}", quota.disclosure.name(), quota.source)
}

/// The page `docs/plans.md`.
pub fn render_markdown() -> String {
    let mut out = String::from(
        "<!-- Written from src/catalogue/plans.json by tests/docs.rs; run it with CLAWBEAT_BLESS=1 after a change. -->\n\
         # Flat plans and free quotas\n\n\
         A plan has no price a request; what counts is how much of its windows heartbeats take. `clawbeat report` says it, \
         `clawbeat models --plans` lists what is known. No config says which tier somebody has: `--plan ID`, or `plan` in a \
         workload file, says it; without it the range goes over the vendor's tiers.\n",
    );
    for offer in embedded() {
        let _ = write!(out, "\n## {}\n\n", capital(&offer.words));
        let marks: Vec<String> = offer.known_by().iter().map(|mark| format!("`{mark}`")).collect();
        let _ = writeln!(out, "{}. Known by {}.", offer.vendor, marks.join("; "));
        if let Some(forbids) = &offer.forbids {
            let _ = writeln!(out, "\nIts terms forbid {} ({}, {}).", forbids.what, forbids.source, forbids.date);
        }
        if let Some(credits) = &offer.credits {
            out.push_str(&counted_in_credits(credits));
        }
        if let Some(multipliers) = &offer.multipliers {
            let all: Vec<String> = multipliers.all().iter().map(|(name, times)| format!("{name} {times}")).collect();
            let _ = writeln!(
                out,
                "\nA request counts as this many premium requests: {} ({}, {}).",
                all.join(", "),
                multipliers.source,
                multipliers.date
            );
        }
        if offer.plans().is_empty() {
            out.push_str("\nNo limits are known.\n");
            continue;
        }
        out.push_str(
            "\n| `--plan` | plan | allows | who says so | source | read |\n| --- | --- | --- | --- | --- | --- |\n",
        );
        for (plan, quota) in offer.plans().iter().flat_map(|plan| plan.windows.iter().map(move |quota| (plan, quota))) {
            out.push_str(&row(plan, quota));
        }
    }
    out
}

/// How requests are counted in credits.
fn counted_in_credits(credits: &Credits) -> String {
    let mut out = format!("\nCredits for {} tokens ({}, {}):\n\n", count(credits.per), credits.source, credits.date);
    for (counts, rates) in credits.all() {
        let Rates { input, output, cache_read, .. } = rates;
        let [input, read, output] = [input, cache_read.unwrap_or(input), output].map(|rate| rate.times(credits.per));
        let models: Vec<String> = counts.models.iter().map(|model| format!("`{model}`")).collect();
        let _ =
            writeln!(out, "- {}: {input} of input, {read} read from a cache, {output} of output", models.join(", "));
    }
    if let Some(peak) = &credits.peak {
        let days = if peak.weekdays { ", Monday to Friday" } else { "" };
        let _ = writeln!(
            out,
            "\nThey count in full from {} to {} in {}{days}, and {} times at all other hours.",
            peak.start, peak.end, peak.zone, peak.off_peak
        );
    }
    out
}

fn row(plan: &FlatPlan, quota: &Quota) -> String {
    let note = quota.note.as_ref().map_or(String::new(), |note| format!("; {note}"));
    format!(
        "| `{}` | {} | {}{note} | {} | {} | {} |\n",
        plan.id,
        plan.name,
        allows(quota).replace('*', "\\*"),
        quota.disclosure.name(),
        quota.source,
        quota.date.as_deref().unwrap_or("undated")
    )
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
