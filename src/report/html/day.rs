//! One day tick by tick: a bar for each run, as tall as it costs, and a ring for each tick that is skipped.

use maud::{Markup, html};

use super::chart::WIDTH;
use super::titled;
use crate::money::{Money, Unit};
use crate::report::Report;
use crate::report::html_extras::{AgentDay, DAY_MS};
use crate::report::page::day::{heights, words};
use crate::words::{amount, counted, plain};

const BASE: i128 = 620;
const TALLEST: i128 = 560;

pub(super) fn section(report: &Report) -> Markup {
    let Some(day) = report.html_extras.as_ref().and_then(|html_extras| html_extras.day.as_ref()) else {
        return html! {};
    };
    titled(
        "day",
        "One day",
        &html! {
            p { (day.date) " (" (day.zone) ")"
                @if day.agents.iter().any(|course| course.cost != Some(Money::ZERO)) { ", a typical day" }
                ". Each bar is a heartbeat, as tall as it costs"
                @if day.agents.iter().any(|course| course.cost.is_none()) { " or, where it has no price, sends" }
                "; a ring is a skipped one." }
            @for course in &day.agents { (figure(course, report.unit)) }
            @if day.left_out > 0 { p.small { "Not drawn: " (counted(day.left_out, "more agent")) "; see one with --agent." } }
        },
    )
}

fn figure(course: &AgentDay, unit: Unit) -> Markup {
    let text = words(course, unit);
    html! {
        figure.day {
            figcaption { strong { (plain(&course.agent)) } ": " (text) }
            (drawing(course, unit, &format!("{}: {text}", plain(&course.agent))))
        }
    }
}

fn drawing(course: &AgentDay, unit: Unit, label: &str) -> Markup {
    let marks = i128::try_from(course.marks.len().max(24)).unwrap_or(24);
    // Many bars stand side by side; thin gaps would only shimmer.
    let width = if marks > 144 { WIDTH / marks + 1 } else { WIDTH * 6 / 10 / marks };
    let across = |at: i64| 40 + (WIDTH - 80) * i128::from(at) / i128::from(DAY_MS);
    html! {
        svg viewBox={ "0 0 " (WIDTH) " 900" } role="img" aria-label=(label) {
            @for hour in [0, 6, 12, 18, 24] {
                @let x = across(hour * 3_600_000);
                line.rule x1=(x) x2=(x) y1="40" y2=(BASE) {}
                text x=(x) y="860" text-anchor=(anchor(hour)) { (format!("{hour:02}:00")) }
            }
            line.axis x1="40" x2=(WIDTH - 40) y1=(BASE) y2=(BASE) {}
            @for (mark, tall) in course.marks.iter().zip(heights(course, TALLEST)) {
                @if mark.runs > 0 {
                    @let tall = tall.max(12);
                    rect.run x=(across(mark.at)) y=(BASE - tall) width=(width) height=(tall) {
                        @if marks <= 96 { title { (clock(mark.at)) @if course.cost.is_some() { ", " (amount(mark.cost, unit)) } } }
                    }
                }
                @if let Some(reason) = mark.skip {
                    circle.skip cx=(across(mark.at) + width / 2) cy=(BASE + 70) r=(width.clamp(16, 30)) {
                        @if marks <= 96 { title { (clock(mark.at)) ", skipped: " (reason.name()) } }
                    }
                }
            }
        }
    }
}

/// The first and the last hour stay within the drawing.
fn anchor(hour: i64) -> &'static str {
    match hour {
        0 => "start",
        24 => "end",
        _ => "middle",
    }
}

fn clock(at: i64) -> String {
    let minutes = at / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
