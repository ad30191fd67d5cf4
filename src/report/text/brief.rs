//! The answer in one screen: what it costs, who and what for, what to change and what that gives up, the warning that
//! matters most, and what to type next. Whatever the config, it fits a terminal of 80 columns and 24 lines with the prompt
//! below it.

use unicode_width::UnicodeWidthStr;

use super::layout::{Page, Screen, clipped};
use super::section::words;
use super::{changes, file, roster};
use crate::bill::notable_options;
use crate::report::commands::first;
use crate::report::page::headline::{beside, headline, not_running, sentence};
use crate::report::page::limits;
use crate::report::page::spending::{WHERE_IT_GOES, where_it_goes};
use crate::report::page::takes;
use crate::report::page::windows;
use crate::report::{Report, idle, mends};
use crate::words::{amount, plain, rough_percent};

/// Lines of a screen, without that of the prompt.
const LINES: usize = 23;

/// What stands above the commands for jobs.
const BY_COMMAND: &str = "Beside the heartbeats, by command (a month; each by itself):";

/// Parts of the prompt that are named.
const PARTS: usize = 4;

/// Warnings that the answer turns on and that are named.
const FOREMOST: usize = 3;

/// Paragraphs of the answer: with more of them, what the heartbeats take would be off the screen.
const ANSWERS: usize = 16;

/// Lines of what the heartbeats take, which is said whole on every screen.
const TAKES: usize = 2;

/// How much room each part takes.
#[derive(Clone, Copy)]
struct Room {
    /// Lines of a paragraph of the answer.
    answer: usize,
    /// Lines of the question whether there is anything to do.
    question: usize,
    /// Whether paragraphs stand apart.
    airy: bool,
    agents: usize,
    changes: usize,
    /// Jobs of which the command is given that saves most.
    jobs: usize,
    /// Lines of the warning.
    warning: usize,
    /// Whether there is room for what is nice to know: where the money goes, who does not run, what is fixed first.
    beside: bool,
}

/// From what reads best to what always fits.
const ROOMS: [Room; 8] = [
    Room { answer: 4, question: 2, airy: true, agents: 6, changes: 5, jobs: 3, warning: 4, beside: true },
    Room { answer: 4, question: 2, airy: true, agents: 3, changes: 5, jobs: 3, warning: 3, beside: true },
    Room { answer: 4, question: 2, airy: true, agents: 3, changes: 5, jobs: 2, warning: 2, beside: false },
    Room { answer: 3, question: 2, airy: false, agents: 3, changes: 5, jobs: 2, warning: 2, beside: false },
    Room { answer: 3, question: 1, airy: false, agents: 2, changes: 5, jobs: 1, warning: 1, beside: false },
    Room { answer: 3, question: 1, airy: false, agents: 1, changes: 3, jobs: 1, warning: 1, beside: false },
    Room { answer: 2, question: 1, airy: false, agents: 0, changes: 2, jobs: 1, warning: 1, beside: false },
    Room { answer: 1, question: 1, airy: false, agents: 0, changes: 1, jobs: 1, warning: 1, beside: false },
];

/// Renders the answer in the largest room that the screen has.
pub(super) fn render(report: &Report, screen: Screen) -> String {
    let mut answers = headline(report);
    answers.extend(limits(report).iter().map(|limit| sentence(&words(limit))));
    answers.extend(beside(report));
    answers.truncate(ANSWERS);
    let mut answers: Vec<(String, usize)> = answers.into_iter().map(|text| (text, 0)).collect();
    let lines = |text: &str| text.lines().count();
    let mut text = String::new();
    for mut room in ROOMS {
        text = within(report, screen, room, &answers);
        if lines(&text) > LINES {
            continue;
        }
        // Lines that are left over go to what was cut: first to the figure itself, then one to the warning, the others to the
        // answers in turn.
        while let Some(first) = answers.first_mut() {
            first.1 += 1;
            let whole = within(report, screen, room, &answers);
            if whole == text || lines(&whole) > LINES {
                answers[0].1 -= 1;
                break;
            }
            text = whole;
        }
        room.warning += 1;
        let whole = within(report, screen, room, &answers);
        match lines(&whole) <= LINES {
            true => text = whole,
            false => room.warning -= 1,
        }
        let all = answers.len();
        let uncut: Vec<(String, usize)> = answers.iter().map(|(text, _)| (text.clone(), LINES)).collect();
        let uncut = within(report, screen, room, &uncut);
        for at in (0..LINES).flat_map(|_| 0..all) {
            if lines(&text) == LINES || text == uncut {
                break;
            }
            answers[at].1 += 1;
            let whole = within(report, screen, room, &answers);
            match lines(&whole) <= LINES {
                true => text = whole,
                false => answers[at].1 -= 1,
            }
        }
        break;
    }
    text.lines().take(LINES).map(|line| clipped(line, screen.width) + "\n").collect()
}

/// The screen in a room, with so many lines more for each paragraph of the answer.
fn within(report: &Report, screen: Screen, room: Room, answers: &[(String, usize)]) -> String {
    let mut page = Page::new(screen);
    file(&mut page, report);
    let questions = idle::sentences(report);
    let shares = windows::sentences(report);
    for (at, (text, more)) in answers.iter().enumerate() {
        let room = Room { answer: room.answer + more, question: room.question + more, ..room };
        if room.airy || at == 0 {
            page.blank();
        }
        if questions.first() == Some(text) {
            let fits = |question: &&String| page.lines_of(question, 0) <= room.question;
            let question = questions.iter().find(fits).or(questions.last()).unwrap_or(text);
            page.within(question, 0, room.question);
        } else {
            let short = shares.iter().find(|(whole, _)| whole == text).map(|(_, short)| short);
            let short = short.filter(|_| page.lines_of(text, 0) > room.answer);
            page.within(short.unwrap_or(text), 0, room.answer);
        }
    }
    roster::render_few(&mut page, report, room.agents);
    let takes = takes::sentences(report);
    let fits = |text: &&String| page.lines_of(text, 0) <= TAKES;
    takes.iter().find(fits).or(takes.last()).into_iter().for_each(|text| page.paragraph(text));
    if room.beside {
        takes::when_it_fails(report, true).iter().take(1).for_each(|text| page.within(text, 0, 3));
    }
    if room.beside {
        [not_running(report).map(|silent| words(&silent)), goes_to(report)]
            .into_iter()
            .flatten()
            .for_each(|text| page.within(&text, 0, 2));
        let mends = mends::sentences(&report.mends);
        if let Some((first, rest)) = mends.split_first() {
            let more = if rest.is_empty() { String::new() } else { format!("; and {} more", rest.len()) };
            page.blank();
            page.within(&format!("{}: {first}{more}", mends::TITLE), 0, 2);
        }
    }
    changes::few(&mut page, report, room.changes);
    // Less than a hundredth of the bill takes no room from what saves more; the whole report has it.
    let jobs = notable_options(&report.automations, &report.totals.everything);
    if !jobs.is_empty() {
        page.blank();
        let heading = match jobs.as_slice() {
            // The command may be too long for a note behind it.
            [(job, option)] => format!(
                "Beside the heartbeats, {} less a month for {}:",
                amount(option.saving, report.unit),
                plain(&job.name)
            ),
            _ => BY_COMMAND.to_owned(),
        };
        page.within(&heading, 0, 1);
        for (job, option) in jobs.iter().take(room.jobs) {
            let note = format!("{}: {} less", plain(&job.name), amount(option.saving, report.unit));
            command(&mut page, &parts(&option.command), (jobs.len() > 1).then_some(note.as_str()));
        }
    }
    // What the answer turns on is all said, each in a line but the first; of the rest the first.
    let told: Vec<&String> = match report.foremost.as_slice() {
        [] => report.warnings.iter().take(1).collect(),
        foremost => foremost.iter().take(FOREMOST).collect(),
    };
    let all = report.warnings.len();
    for (at, warning) in told.into_iter().enumerate() {
        let which = if all > 1 { format!(" ({} of {all})", at + 1) } else { String::new() };
        let lines = if at == 0 { room.warning } else { 1 };
        if at == 0 {
            page.blank();
        }
        page.within(&format!("Warning{which}: {}", plain(warning)), 0, lines);
    }
    let next = first(report);
    if room.airy && !next.is_empty() {
        page.blank();
    }
    next.iter().for_each(|(words, note)| command(&mut page, words, Some(note)));
    page.into_text()
}

/// A command as a shell takes it, on as many lines as it needs; what it is for where there is room.
fn command(page: &mut Page, words: &[String], note: Option<&str>) {
    let width = page.screen.width;
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && line.width() + word.width() + 3 > width {
            page.line(&format!("{line} \\"));
            line = " ".to_owned();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let noted = note.map(|note| format!("{line}  # {note}")).filter(|noted| noted.width() <= width);
    page.line(noted.as_ref().unwrap_or(&line));
}

/// The parts of a command between which a line may break: before its flags, unless something in it is quoted.
fn parts(command: &str) -> Vec<String> {
    match command.split_once(" --").filter(|_| !command.contains(['\'', '\\'])) {
        Some((start, flags)) => vec![start.to_owned(), format!("--{flags}")],
        None => vec![command.to_owned()],
    }
}

/// Where the money goes, in a sentence.
fn goes_to(report: &Report) -> Option<String> {
    let goes = where_it_goes(report).filter(|goes| goes.is_priced && !goes.is_later)?;
    let parts = goes.by_part.iter().take(PARTS);
    let parts: Vec<String> = parts.map(|part| format!("{} {}", part.name, rough_percent(part.percent))).collect();
    Some(format!("{WHERE_IT_GOES}: {}.", parts.join(", ")))
}
