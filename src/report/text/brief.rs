//! The answer in one screen: what it costs, who and what for, what to change and what that gives up, the warning that
//! matters most, and what to type next. Whatever the config, it fits a terminal of 80 columns and 24 lines with the prompt
//! below it.

use super::layout::{Page, Screen, clipped, columns};
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
    let answers = Paragraphs::of(report, screen);
    let mut shown = BriefScreen::of(report, &answers, ROOMS[0]);
    for room in &ROOMS[1..] {
        if shown.lines() <= LINES {
            break;
        }
        shown = BriefScreen::of(report, &answers, *room);
    }
    while shown.lines() > LINES && shown.squeeze(&mut 0) {}
    if shown.lines() <= LINES {
        shown.grow(&answers);
    }
    shown.text().lines().take(LINES).map(|line| clipped(line, screen.width) + "\n").collect()
}

/// The paragraphs of the answer, which are cut first.
struct Paragraphs {
    screen: Screen,
    texts: Vec<String>,
    /// So many of them, the first ones, say what it costs.
    figures: usize,
    /// The question whether there is anything to do, from the longest words for it to the shortest.
    questions: Vec<String>,
    /// What is used of plans: in all words, and in few.
    shares: Vec<(String, String)>,
}

impl Paragraphs {
    fn of(report: &Report, screen: Screen) -> Self {
        let mut texts = headline(report);
        let figures = texts.len().min(ANSWERS);
        texts.extend(limits(report).iter().map(|limit| sentence(&words(limit))));
        texts.extend(beside(report));
        texts.truncate(ANSWERS);
        Paragraphs { screen, texts, figures, questions: idle::sentences(report), shares: windows::sentences(report) }
    }

    /// One of them in a room, with so many lines more.
    fn one(&self, at: usize, room: Room, more: usize) -> String {
        let mut page = Page::new(self.screen);
        if room.airy || at == 0 {
            page.blank();
        }
        let text = &self.texts[at];
        let (most, most_of_question) = (room.answer + more, room.question + more);
        if self.questions.first() == Some(text) {
            let fits = |question: &&String| page.lines_of(question, 0) <= most_of_question;
            let question = self.questions.iter().find(fits).or(self.questions.last()).unwrap_or(text);
            page.within(question, 0, most_of_question);
        } else {
            let short = self.shares.iter().find(|(whole, _)| whole == text).map(|(_, short)| short);
            let short = short.filter(|_| page.lines_of(text, 0) > most);
            page.within(short.unwrap_or(text), 0, most);
        }
        page.into_text()
    }
}

/// The answer in a room, its parts from top to bottom.
struct BriefScreen {
    room: Room,
    screen: Screen,
    file: String,
    /// Each with the lines that it was given beyond those of the room.
    answers: Vec<(String, usize)>,
    /// Who takes what, what to change, and jobs.
    middle: String,
    warnings: Vec<String>,
    /// As many of their lines as there is room for.
    warned: String,
    next: String,
}

impl BriefScreen {
    fn of(report: &Report, answers: &Paragraphs, room: Room) -> Self {
        let part = |write: &dyn Fn(&mut Page)| {
            let mut page = Page::new(answers.screen);
            write(&mut page);
            page.into_text()
        };
        let warnings = told(report);
        BriefScreen {
            room,
            screen: answers.screen,
            file: part(&|page| file(page, report)),
            answers: (0..answers.texts.len()).map(|at| (answers.one(at, room, 0), 0)).collect(),
            middle: part(&|page| middle(page, report, room)),
            warned: warned(answers.screen, &warnings, room.warning),
            warnings,
            next: part(&|page| next(page, report, room)),
        }
    }

    fn text(&self) -> String {
        let answers: String = self.answers.iter().map(|(text, _)| text.as_str()).collect();
        [self.file.as_str(), &answers, &self.middle, &self.warned, &self.next].concat()
    }

    fn lines(&self) -> usize {
        self.text().lines().count()
    }

    /// Lines that are left over go to what was cut: first to the figures, then one to the warning, the others to the answers in
    /// turn, and what those leave to the warning again.
    fn grow(&mut self, answers: &Paragraphs) {
        let whole: Vec<String> = (0..self.answers.len()).map(|at| answers.one(at, self.room, LINES)).collect();
        let mut left = LINES - self.lines();
        for (at, whole) in whole.iter().enumerate().take(answers.figures) {
            // They come before blank lines.
            while self.answers[at].0 != *whole && (self.give(answers, at, &mut left) || self.squeeze(&mut left)) {}
        }
        let more = warned(self.screen, &self.warnings, self.room.warning + 1);
        if let Some(rest) = (left + self.warned.lines().count()).checked_sub(more.lines().count()) {
            (self.warned, left) = (more, rest);
        }
        for at in (0..LINES).flat_map(|_| 0..whole.len()) {
            if left == 0 || self.answers.iter().map(|(text, _)| text).eq(&whole) {
                break;
            }
            self.give(answers, at, &mut left);
        }
        let most = self.room.warning + 1 + left;
        let warned = warned(self.screen, &self.warnings, most);
        if warned.lines().count() <= self.warned.lines().count() + left {
            self.warned = warned;
        }
    }

    /// Leaves out a blank line, the lowest first, if there is one.
    fn squeeze(&mut self, left: &mut usize) -> bool {
        let parts = [&mut self.next, &mut self.warned, &mut self.middle];
        let is_out = parts.into_iter().any(|part| {
            let blank = if part.starts_with('\n') { Some(0) } else { part.rfind("\n\n") };
            blank.map(|at| part.remove(at)).is_some()
        });
        *left += usize::from(is_out);
        is_out
    }

    /// Gives a line more to an answer, if it fits; it may need another before it shows more.
    fn give(&mut self, answers: &Paragraphs, at: usize, left: &mut usize) -> bool {
        let (now, more) = &self.answers[at];
        let text = answers.one(at, self.room, more + 1);
        let rest = (*left + now.lines().count()).checked_sub(text.lines().count());
        if let Some(rest) = rest {
            *left = rest;
            self.answers[at] = (text, more + 1);
        }
        rest.is_some()
    }
}

/// Who takes what, where it goes, what to change, and what jobs would save.
fn middle(page: &mut Page, report: &Report, room: Room) {
    roster::render_few(page, report, room.agents);
    let takes = takes::sentences(report);
    let fits = |text: &&String| page.lines_of(text, 0) <= TAKES;
    takes.iter().find(fits).or(takes.last()).into_iter().for_each(|text| page.paragraph(text));
    if room.beside {
        takes::when_it_fails(report, true).iter().take(1).for_each(|text| page.within(text, 0, 3));
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
    changes::few(page, report, room.changes);
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
            command(page, &parts(&option.command), (jobs.len() > 1).then_some(note.as_str()));
        }
    }
}

/// The warnings that are told, each with its number: all that the answer turns on, else the first.
fn told(report: &Report) -> Vec<String> {
    let told = match report.foremost.as_slice() {
        [] => report.warnings.iter().take(1),
        foremost => foremost.iter().take(FOREMOST),
    };
    let all = report.warnings.len();
    let which = |at: usize| if all > 1 { format!(" ({} of {all})", at + 1) } else { String::new() };
    told.enumerate().map(|(at, warning)| format!("Warning{}: {}", which(at), plain(warning))).collect()
}

/// The warnings on a screen: the first on so many lines, each other in one.
fn warned(screen: Screen, warnings: &[String], most: usize) -> String {
    let mut page = Page::new(screen);
    for (at, warning) in warnings.iter().enumerate() {
        if at == 0 {
            page.blank();
        }
        page.within(warning, 0, if at == 0 { most } else { 1 });
    }
    page.into_text()
}

/// What to type next.
fn next(page: &mut Page, report: &Report, room: Room) {
    let next = first(report);
    if room.airy && !next.is_empty() {
        page.blank();
    }
    next.iter().for_each(|(words, note)| command(page, words, Some(note)));
}

/// A command as a shell takes it, on as many lines as it needs; what it is for where there is room.
fn command(page: &mut Page, words: &[String], note: Option<&str>) {
    let width = page.screen.width;
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && columns(&line) + columns(word) + 3 > width {
            page.line(&format!("{line} \\"));
            line = " ".to_owned();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let noted = note.map(|note| format!("{line}  # {note}")).filter(|noted| columns(noted) <= width);
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
