//! The outline of the page, without its wording and drawings, so that a change of structure is seen and a change of
//! price is not; and what keeps a large roster small.

use insta::assert_snapshot;
use scraper::ElementRef;

use super::grid::data;
use super::untrusted::{Page, open};
use crate::common::Desk;

/// Sections with their titles, tables with caption and size, drawings with what they are made of, controls.
fn outline(page: &Page) -> String {
    let mut lines = Vec::new();
    for element in page.find("main h1, main h2, main .tile dt, main table, main ol > li h3, main svg[role=img], main summary, main label, main pre") {
        let text = |element: ElementRef<'_>| element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        let count = |selector: &str| element.select(&scraper::Selector::parse(selector).unwrap()).count();
        lines.push(match element.value().name() {
            "h1" | "h2" => text(element),
            "dt" => format!("  figure: {}", text(element)),
            "h3" => format!("  step: {}", text(element)),
            "summary" => format!("  folded: {}", text(element)),
            "label" => format!("  control: {}", text(element)),
            // Filled in by the script.
            "pre" if text(element).is_empty() => continue,
            "pre" => match element.text().collect::<String>().lines().count() {
                1 => format!("  command: {}", text(element)),
                several => format!("  patch: {several} lines"),
            },
            "table" => {
                let caption = element.select(&scraper::Selector::parse("caption").unwrap()).next();
                format!("  table: {}, {} rows", caption.map_or("folded".to_owned(), text), count("tbody tr"))
            }
            _ => format!(
                "  drawing: {} lines, {} runs, {} skips",
                count("polyline"),
                count("rect.run"),
                count("circle.skip")
            ),
        });
    }
    lines.join("\n")
}

fn of_fixture(name: &str) -> String {
    outline(&open(&Desk::with_fixture(name), name))
}

#[test]
fn a_personal_config() {
    assert_snapshot!(of_fixture("personal.json5"), @r#"
    What the heartbeats cost
      figure: A month now
      figure: After the change
      figure: Saved
    Where the money goes
      table: The month by part, 8 rows
      table: The same by how it is billed, 3 rows
    What it takes
      table: folded, 3 rows
    What to change
      step: agents.defaults.heartbeat.model
      step: with agents.defaults.models["anthropic/claude-haiku-4-5"].params.cacheRetention
      step: agents.defaults.heartbeat.isolatedSession
      step: agents.defaults.heartbeat.every
    What if
      control: Agent
      control: Interval (every)
      control: Model
      control: Cache retention
      control: isolatedSession
      control: lightContext
    How often is enough
      drawing: 4 lines, 0 runs, 0 skips
      table: A typical month, 6 rows
      table: The cheapest choice for each reaction time, 3 rows
    One day
      drawing: 0 lines, 48 runs, 0 skips
    What this rests on
      folded: Settings and what decides them
      table: folded, 7 rows
      folded: What a heartbeat sends
      table: folded, 6 rows
      folded: The month
      table: folded, 7 rows
      folded: Each change on its own
      table: folded, 7 rows
      folded: How much a faster reaction costs
      table: folded, 3 rows
      folded: Why not the usual advice
      folded: What only you can do
      folded: At worst
      folded: Assumptions
    Next
      command: clawbeat diff personal.json5 --month 2026-11
      command: clawbeat apply personal.json5 --month 2026-11
      command: clawbeat lint personal.json5 --month 2026-11
      folded: The change as a patch
      patch: 21 lines
    "#);
}

#[test]
fn a_team() {
    assert_snapshot!(of_fixture("team.json5"), @r#"
    What the heartbeats cost
      figure: A month now
      figure: After the change
      figure: Saved
    Where the money goes
      table: The month by part, 7 rows
      table: The same by how it is billed, 2 rows
      table: The month by agent, 2 rows
    What it takes
      table: folded, 3 rows
    What to change
      step: agents.entries.ops.heartbeat.model
      step: with agents.defaults.models["openai/gpt-6-luna"].params.cacheRetention
      step: agents.entries.ops.heartbeat.isolatedSession
    What if
      control: Agent
      control: Interval (every)
      control: Model
      control: Cache retention
      control: isolatedSession
      control: lightContext
    How often is enough
      drawing: 4 lines, 0 runs, 0 skips
      table: A typical month, 7 rows
      table: The cheapest choice for each reaction time, ops, 4 rows
    One day
      drawing: 0 lines, 168 runs, 120 skips
    What this rests on
      folded: Settings and what decides them
      table: folded, 7 rows
      folded: What a heartbeat sends
      table: folded, 6 rows
      folded: The month
      table: folded, 7 rows
      folded: Each change on its own
      table: folded, 7 rows
      folded: How much a faster reaction costs
      table: folded, 4 rows
      folded: What only you can do
      folded: At worst
      folded: Assumptions
    Next
      command: clawbeat diff team.json5 --month 2026-11
      command: clawbeat apply team.json5 --month 2026-11
      command: clawbeat lint team.json5 --month 2026-11
      folded: The change as a patch
      patch: 17 lines
    "#);
}

/// Nothing runs: every tick of the day is drawn as skipped, and the parts are those of a month once there is a route.
#[test]
fn no_route() {
    let desk = Desk::with(
        r#"{ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": { "defaults": { "heartbeat": {} } } }"#,
    );
    assert_snapshot!(outline(&open(&desk, "openclaw.json")), @r"
    What the heartbeats cost
      figure: A month now
      figure: Once delivered
    Where the money goes
      table: The month by part, once delivered, 7 rows
      table: The same by how it is billed, once delivered, 2 rows
    What to change
    One day
      drawing: 0 lines, 0 runs, 48 skips
    What this rests on
      folded: Settings and what decides them
      table: folded, 7 rows
      folded: What a heartbeat sends
      table: folded, 6 rows
      folded: The month
      table: folded, 6 rows
      folded: Assumptions
    Next
      command: clawbeat lint openclaw.json --month 2026-11
    ");
}

#[test]
fn an_unknown_price_is_said_and_bars_count_tokens() {
    let desk = Desk::with(
        r#"{ "meta": { "lastTouchedVersion": "2026.9.6" }, "agents": { "defaults": {
            "model": "acme/model-9", "heartbeat": { "every": "1h", "target": "none" } } } }"#,
    );
    let page = open(&desk, "openclaw.json");
    assert_eq!(page.text("#now strong"), "unknown");
    assert!(page.text("#parts caption").ends_with("in tokens"));
    // The plan counts in tokens.
    assert!(page.text("#steps").contains("isolatedSession") && page.text("#steps").contains("M tokens a month more"));
    // So do the panel and the frontier, and say so.
    let panel = data(&page);
    assert!(panel["sheets"][0]["months"][0][1].as_str().unwrap().ends_with("M tokens a month"), "{panel}");
    assert!(page.text("#frontier").contains("It is counted in tokens of input"));
    assert!(page.text("#day").contains("or, where it has no price, sends"));
    assert_eq!(page.find("#day rect.run").len(), 24);
}

/// A plan bills nothing: the figures that a reader takes away are tokens and the share of its fullest window.
#[test]
fn a_plan_has_its_share_where_others_have_a_price() {
    let desk = Desk::with(
        r#"{ "meta": { "lastTouchedVersion": "2026.9.6" }, "auth": { "profiles": { "p": { "provider": "openai", "mode": "oauth" } } },
            "agents": { "defaults": { "model": "openai/gpt-5.4", "heartbeat": { "every": "30m", "target": "none" } } } }"#,
    );
    let page = open(&desk, "openclaw.json");
    assert!(page.text("#now strong").ends_with("M tokens"), "{}", page.text("#now strong"));
    assert!(page.text("#of-plan strong").contains('%'), "{}", page.text("#of-plan"));
    assert!(page.text("#of-plan").contains("messages in 5 hours"), "{}", page.text("#of-plan"));
    assert!(!page.text("#summary").contains('$') && !page.text("#summary").contains("unknown"));
}

/// Fifty agents, each with an interval of its own: ten sheets, the dearest agents', and well under a megabyte.
#[test]
fn a_large_roster_keeps_the_page_small() {
    let entries: Vec<String> =
        (0..50).map(|at| format!(r#""agent-{at}": {{ "heartbeat": {{ "every": "{}m" }} }}"#, 5 + at)).collect();
    let roster = |entries: &str| {
        format!(
            r#"{{ "meta": {{ "lastTouchedVersion": "2026.9.6" }}, "agents": {{ "defaults": {{
                "model": "anthropic/claude-opus-4-6", "heartbeat": {{ "target": "none" }} }}, "entries": {{ {entries} }} }} }}"#
        )
    };
    let page = open(&Desk::with(roster(&entries.join(","))), "openclaw.json");
    assert!(page.source.len() < 1_000_000, "{}", page.source.len());
    let panel = data(&page);
    assert_eq!(panel["sheets"].as_array().unwrap().len(), 10);
    assert_eq!(panel["agents"][0]["name"], "agent-0");
    assert!(page.text("#what-if").contains("40 agents, such as agent-10. See one with --agent."));
    // Fifty that are alike share one sheet, so that each can be tried.
    let alike: Vec<String> = (0..50).map(|at| format!(r#""agent-{at}": {{ "heartbeat": {{}} }}"#)).collect();
    let page = open(&Desk::with(roster(&alike.join(","))), "openclaw.json");
    let panel = data(&page);
    assert_eq!([panel["sheets"].as_array().unwrap().len(), panel["agents"].as_array().unwrap().len()], [1, 50]);
}
