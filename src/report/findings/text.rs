//! Findings as rustc prints them: what is wrong, the place in the user's own file, what would be right; then one line
//! that sums up.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::{DEFAULT_LINE_NUM_STYLE, DecorStyle};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::Style;

use super::FileLint;
use super::quote::{Quote, secrets};
use crate::report::text::Screen;
use crate::rules::{Amount, Finding, Safety, Severity, Verdict, Waste};
use crate::words::{counted, plain};

/// Renders all files for a screen.
pub fn render(files: &[FileLint<'_>], screen: Screen) -> String {
    let Screen { width, colour } = screen;
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(width);
    let mut out = String::new();
    for file in files {
        let mut hidden: HashMap<&str, Vec<Range<usize>>> = HashMap::new();
        for (file, finding, range) in file.findings() {
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
    if let Some(waste) = finding.waste.as_ref().filter(|waste| waste.cost.low != waste.cost.high) {
        group = group.element(Level::NOTE.message(spread(waste)));
    }
    group
}

fn spread(waste: &Waste) -> String {
    let amount = |money| Amount(money, waste.unit);
    format!("between {} and {} a month, by what the config cannot say", amount(waste.cost.low), amount(waste.cost.high))
}

/// What to know of the release a file is read for, a line.
fn note(file: &FileLint<'_>) -> Option<String> {
    Some(format!("{}: {}\n", plain(file.path), plain(file.release_note?)))
}

/// One line on what was found, and one on what can be done about it.
fn summary(files: &[FileLint<'_>]) -> String {
    let findings: Vec<&Finding> = files.iter().flat_map(|file| &file.lint.findings).collect();
    let agents: usize = files.iter().map(|file| file.agents).sum();
    let checked = match files {
        [file] => format!("{}{}", plain(file.path), file.release.map_or(String::new(), |v| format!(", OpenClaw {v}"))),
        files => counted(files.len(), "file"),
    };
    if findings.is_empty() {
        let notes: String = files.iter().filter_map(note).collect();
        return format!("no findings ({checked}, {})\n{notes}", counted(agents, "agent"));
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")];
    let counts = counts.into_iter().map(|(severity, name)| (count(severity), name)).filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, name)| counted(count, name)).collect();
    let mut text = format!("{} ({checked})\n", counts.join(", "));
    for file in files {
        text += &note(file).unwrap_or_default();
        match file.lint.verdict {
            Verdict::Valid => {}
            Verdict::Repaired => {
                let _ = writeln!(
                    text,
                    "{}: refused by `openclaw config validate`, mended when the gateway starts",
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
        (safe, 0) => format!("{safe} fixable with --fix\n"),
        (0, risky) => format!("{risky} fixable with --fix --unsafe-fixes\n"),
        (safe, risky) => format!("{safe} fixable with --fix, {risky} more with --fix --unsafe-fixes\n"),
    };
    text + &fixable
}
