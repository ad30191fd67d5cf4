//! Findings as rustc prints them: what is wrong, the place in the user's own file, what would be right. Those that cost
//! money come last in each file, for their amounts overlap; then what was checked, what it adds up to and what can be done.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::{DEFAULT_LINE_NUM_STYLE, DecorStyle};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::Style;

use super::FileLint;
use super::quote::{Quote, secrets};
use crate::money::{Money, Unit};
use crate::releases::shape::Shape;
use crate::report::text::Screen;
use crate::rules::{Amount, Finding, Safety, Severity, Verdict};
use crate::words::{counted, plain};

/// Renders all files for a screen.
pub fn render(files: &[FileLint<'_>], screen: Screen) -> String {
    let Screen { width, colour } = screen;
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(width);
    let mut out = String::new();
    for file in files {
        let mut hidden: HashMap<&str, Vec<Range<usize>>> = HashMap::new();
        let (costly, others): (Vec<_>, Vec<_>) =
            file.findings().partition(|(_, finding, _)| finding.waste.is_some() && !file.lint.together.is_empty());
        let first_costly = (costly.len() > 1).then_some(others.len());
        for (at, (file, finding, range)) in others.into_iter().chain(costly).enumerate() {
            if first_costly == Some(at) {
                let in_tokens = file.lint.together.iter().all(|bill| bill.unit == Unit::Tokens);
                let what = if in_tokens { "What takes tokens" } else { "What costs money" };
                let _ = writeln!(out, "{what} (the amounts overlap: changing one lowers the others):\n");
            }
            let secrets = hidden.entry(file.path).or_insert_with(|| secrets(file.text, file.document));
            let quote = Quote::new(file.text, &range, secrets, width.saturating_sub(12));
            let position = file.position(range.start);
            // Title, place and snippet by themselves: the renderer would count columns in the line it is given, which may
            // be cut or masked.
            let title = level(finding).primary_title(plain(&finding.message)).id(finding.rule);
            out += &renderer.render(&[Group::with_title(title)]);
            let style = if colour { DEFAULT_LINE_NUM_STYLE } else { Style::new() };
            let gutter = " ".repeat(position.line.to_string().len());
            let place = format!("{}:{}:{}", plain(file.path), position.line, position.column);
            let _ = writeln!(out, "\n{gutter}{style}--> {style:#}{place}");
            out += &renderer.render(&[snippet(position.line, finding, quote)]);
            out += "\n\n";
        }
    }
    out += &summary(files);
    out
}

fn level(finding: &Finding) -> Level<'static> {
    match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

fn snippet(line: usize, finding: &Finding, quote: Quote) -> Group<'_> {
    let annotation = AnnotationKind::Primary.span(quote.span);
    let snippet = Snippet::source(quote.line).line_start(line).annotation(annotation);
    let mut group = Group::with_level(level(finding)).element(snippet);
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(plain(help)));
    }
    group.element(Level::NOTE.with_name("more").message(format!("clawbeat explain {}", finding.rule)))
}

/// What to know of the release a file is read for, a line.
fn note(file: &FileLint<'_>) -> Option<String> {
    Some(format!("{}: {}\n", plain(file.path), plain(file.release_note?)))
}

/// What one file's amounts come to together, and how far they may be off.
fn bill(file: &FileLint<'_>) -> String {
    let costly = file.lint.findings.iter().filter(|finding| finding.waste.is_some()).count();
    let lines = file.lint.together.iter().filter(|_| costly > 0).map(|bill| {
        let amount = |money| Amount(money, bill.unit);
        let total = match bill.saving > Money::ZERO {
            true => format!(
                "Together: clawbeat diff shows changes that save about {} of {} a month.",
                bill.saved(),
                bill.now()
            ),
            false => format!("Together: no more than about {} a month, the whole cost.", bill.now()),
        };
        let total = if costly > 1 { format!("{total}\n") } else { String::new() };
        let (low, high) = (amount(bill.cost.low), amount(bill.cost.high));
        match low == high {
            true => total,
            false => {
                let how = match bill.unit {
                    Unit::Tokens => " Output and cache are counted as input (clawbeat report --full says how).",
                    Unit::Usd | Unit::Credits => "",
                };
                format!(
                    "{total}Amounts are typical. Depending on what the file does not show, such as how long chats are, heartbeats cost \
                     {low} to {high} a month.{how}\n"
                )
            }
        }
    });
    lines.collect()
}

/// What was looked at.
fn checked(file: &FileLint<'_>) -> Option<String> {
    let release = file.release?;
    let part = if Shape::of(release).is_some() { "the whole file" } else { "what decides a heartbeat" };
    Some(format!("checked {part} against OpenClaw {release}, and the costs of {}", counted(file.agents, "agent")))
}

/// Counts of what was found, then what was checked, what it costs and what can be done about it, a line each.
fn summary(files: &[FileLint<'_>]) -> String {
    let findings: Vec<&Finding> = files.iter().flat_map(|file| &file.lint.findings).collect();
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let counts =
        [Severity::Error, Severity::Warning, Severity::Info].map(|severity| (count(severity), severity.name()));
    let counts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, name)| counted(count, name));
    let counts = if findings.is_empty() { "no findings".to_owned() } else { counts.collect::<Vec<_>>().join(", ") };
    let what = match files {
        [file] => plain(file.path),
        files => counted(files.len(), "file"),
    };
    let mut text = format!("{counts} ({what})\n");
    for file in files {
        let name = if files.len() > 1 { format!("{}: ", plain(file.path)) } else { String::new() };
        if let Some(checked) = checked(file) {
            let _ = writeln!(text, "{name}{checked}");
        }
        text.extend(bill(file).lines().map(|line| format!("{name}{line}\n")));
        text += &note(file).unwrap_or_default();
        match file.lint.verdict {
            Verdict::Valid => {}
            Verdict::Repaired => {
                let _ = writeln!(
                    text,
                    "{}: refused by `openclaw config validate`, repaired when the gateway starts",
                    plain(file.path)
                );
            }
            Verdict::Refused if file.lint.is_without_costs => {
                let _ = writeln!(
                    text,
                    "{}: OpenClaw refuses this file; clawbeat report tells what it costs once it is put right",
                    plain(file.path)
                );
            }
            Verdict::Refused => {
                let _ = writeln!(text, "{}: OpenClaw refuses this file", plain(file.path));
            }
        }
    }
    let fixes = |safety| findings.iter().filter(|f| f.fix.as_ref().is_some_and(|fix| fix.safety == safety)).count();
    let fixable = match (fixes(Safety::Safe), fixes(Safety::Unsafe)) {
        (0, 0) => String::new(),
        (safe, 0) => format!("{} with --fix\n", safe_fixes(safe)),
        (0, risky) => format!("No safe fixes. {risky} more with --fix --unsafe-fixes ({UNSAFE})\n"),
        (safe, risky) => {
            format!("{} with --fix. {risky} more with --unsafe-fixes ({UNSAFE})\n", safe_fixes(safe))
        }
    };
    text + &fixable
}

/// What unsafe fixes may do.
const UNSAFE: &str = "they change who runs, what the agent knows or which model answers";

fn safe_fixes(number: usize) -> String {
    if number == 1 { "1 safe fix".to_owned() } else { format!("{number} safe fixes") }
}
