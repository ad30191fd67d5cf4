//! The catalogue of flat plans and free quotas as `clawbeat models --plans` and `docs/plans.md` show it: by which marks in a
//! config each is known, how much each tier allows, and where that stands.

use std::fmt::Write as _;

use serde_json::Value;

use crate::catalogue::Offer;
use crate::catalogue::plans::{FlatPlan, Quota, TEXT, offers};
use crate::certain;
use crate::words::{count, json_escaped, plain};

/// The offers of which the vendor, the words or a tier hold all words of a query; without one, all.
fn wanted<'q>(query: Option<&'q str>) -> impl Iterator<Item = &'static Offer> + use<'q> {
    let words: Vec<String> = query.unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    offers().iter().filter(move |offer| {
        let tiers = offer.plans.iter().map(|plan| format!("{} {}", plan.id, plan.name));
        let text = format!("{} {} {} ", offer.id, offer.vendor, offer.words) + &tiers.collect::<Vec<_>>().join(" ");
        words.iter().all(|word| text.to_lowercase().contains(word))
    })
}

/// The catalogue as data, in the form of `schemas/plans.v1.schema.json`.
pub fn render_json(query: Option<&str>) -> String {
    let mut file: Value = certain::read("plans.json", TEXT);
    let ids: Vec<&str> = wanted(query).map(|offer| offer.id).collect();
    if let Some(all) = file["offers"].as_array_mut() {
        all.retain(|offer| offer["id"].as_str().is_some_and(|id| ids.contains(&id)));
    }
    json_escaped(&certain::pretty(&file))
}

/// A list of them for a terminal.
pub fn render_text(query: Option<&str>) -> String {
    let mut out = String::new();
    for offer in wanted(query) {
        let _ = writeln!(out, "{} ({})", offer.words, offer.vendor);
        for mark in offer.known_by() {
            let _ = writeln!(out, "  known by: {mark}");
        }
        if let Some(forbids) = &offer.forbids {
            let _ = writeln!(out, "  forbids {} ({}, {})", forbids.what, forbids.source, forbids.date);
        }
        if offer.plans.is_empty() {
            let _ = writeln!(out, "  no limits known");
        }
        for plan in &offer.plans {
            let _ = writeln!(out, "  --plan {:<24} {}", plan.id, plan.name);
            for quota in &plan.windows {
                let _ = writeln!(out, "      {} ({})", allows(quota), standing(quota));
            }
        }
        out.push('\n');
    }
    match query {
        Some(query) if out.is_empty() => format!("no plan matches '{}'\n", plain(query)),
        _ => out + "Which tier you have stands in no config: say --plan ID.\n",
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
    if let Some(zone) = quota.zone {
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
    let date = quota.date.unwrap_or("undated");
    let note = quota.note.map_or(String::new(), |note| format!("; {note}"));
    format!("{}: {}, {date}{note}", quota.disclosure.name(), quota.source)
}

/// The page `docs/plans.md`.
pub fn render_markdown() -> String {
    let mut out = String::from(
        "<!-- Written from src/catalogue/plans.json by tests/docs.rs; run it with CLAWBEAT_BLESS=1 after a change. -->\n\
         # Flat plans and free quotas\n\n\
         A plan has no price a request; what counts is how much of its windows heartbeats take. `clawbeat report` says it, \
         `clawbeat models --plans` lists what is known. Which tier somebody has stands in no config: `--plan ID`, or `plan` in a \
         workload file, says it; without it the range goes over the vendor's tiers.\n",
    );
    for offer in offers() {
        let _ = write!(out, "\n## {}\n\n", capital(offer.words));
        let marks: Vec<String> = offer.known_by().iter().map(|mark| format!("`{mark}`")).collect();
        let _ = writeln!(out, "{}. Known by {}.", offer.vendor, marks.join("; "));
        if let Some(forbids) = &offer.forbids {
            let _ = writeln!(out, "\nIts terms forbid {} ({}, {}).", forbids.what, forbids.source, forbids.date);
        }
        if let Some(credits) = &offer.credits {
            let rates = credits.rates().billed();
            let per = |rate: crate::money::Rate| rate.times(credits.per).to_string();
            let _ = writeln!(
                out,
                "\nCredits for {} tokens: {} of input, {} read from a cache, {} of output ({}, {}).",
                count(credits.per),
                per(rates.input),
                per(rates.cache_read),
                per(rates.output),
                credits.source,
                credits.date
            );
            if let Some(peak) = &credits.peak {
                let _ = writeln!(
                    out,
                    "From {} to {} in {} they count {} to {} times.",
                    peak.start, peak.end, peak.zone, peak.times.low, peak.times.high
                );
            }
        }
        if let Some(multipliers) = &offer.multipliers {
            let all: Vec<String> = multipliers.all().iter().map(|(name, times)| format!("{name} {times}")).collect();
            let _ = writeln!(
                out,
                "\nA request counts as so many premium requests: {} ({}, {}).",
                all.join(", "),
                multipliers.source,
                multipliers.date
            );
        }
        if offer.plans.is_empty() {
            out.push_str("\nNo limits are known.\n");
            continue;
        }
        out.push_str(
            "\n| `--plan` | plan | allows | who says so | source | read |\n| --- | --- | --- | --- | --- | --- |\n",
        );
        for (plan, quota) in offer.plans.iter().flat_map(|plan| plan.windows.iter().map(move |quota| (plan, quota))) {
            out.push_str(&row(plan, quota));
        }
    }
    out
}

fn row(plan: &FlatPlan, quota: &Quota) -> String {
    let note = quota.note.map_or(String::new(), |note| format!("; {note}"));
    format!(
        "| `{}` | {} | {}{note} | {} | {} | {} |\n",
        plan.id,
        plan.name,
        allows(quota).replace('*', "\\*"),
        quota.disclosure.name(),
        quota.source,
        quota.date.unwrap_or("undated")
    )
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
