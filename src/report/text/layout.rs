//! How text stands on a terminal: titles, paragraphs, lists and bars in the columns there are. Widths are columns on the
//! screen, so that wide characters line up, and colour only repeats what the words say.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::money::Money;
use crate::report::page::chart::parts;

/// What the reader's screen is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Its columns.
    pub width: usize,
    /// Whether colours are wanted.
    pub colour: bool,
}

impl Screen {
    /// Where nobody says how wide it is, as in a pipe.
    pub const PLAIN: Screen = Screen { width: 80, colour: false };
}

/// What a colour repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Title,
    Gain,
    Loss,
    Bar,
}

/// Longer lines are hard to read, however wide the screen is.
const WIDEST_PARAGRAPH: usize = 100;

/// The text so far.
pub(crate) struct Page {
    text: String,
    pub(crate) screen: Screen,
}

impl Page {
    pub(crate) fn new(screen: Screen) -> Self {
        Page { text: String::new(), screen }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// The text in the colour of a tone, where there is colour.
    pub(crate) fn painted(&self, text: &str, tone: Tone) -> String {
        let style = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Title => Style::new().bold(),
            Tone::Gain => AnsiColor::Green.on_default(),
            Tone::Loss => AnsiColor::Yellow.on_default(),
            Tone::Bar => AnsiColor::Cyan.on_default(),
        };
        if self.screen.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(crate) fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{}", text.trim_end());
    }

    pub(crate) fn title(&mut self, text: &str) {
        let text = self.painted(text, Tone::Title);
        let _ = writeln!(self.text, "\n{text}");
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        self.wrapped(text, 0);
    }

    /// A text broken at spaces; further lines are indented.
    pub(crate) fn wrapped(&mut self, text: &str, indent: usize) {
        let mut line = lead(text).to_owned();
        for (at, (word, begins_line)) in self.laid(text, indent).enumerate() {
            if begins_line {
                self.line(&line);
                line = " ".repeat(indent);
            } else if at > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
    }

    /// The words of a text, and whether each begins a further line.
    fn laid<'t>(&self, text: &'t str, indent: usize) -> impl Iterator<Item = (&'t str, bool)> + use<'t> {
        let width = self.screen.width.min(WIDEST_PARAGRAPH);
        let (mut taken, mut space) = (columns(lead(text)), 0);
        text.split_whitespace().map(move |word| {
            let own = columns(word);
            // A word that fits nowhere stays where it is.
            let begins_line = space > 0 && indent + own <= width && taken + space + own > width;
            taken = if begins_line { indent + own } else { taken + space + own };
            space = 1;
            (word, begins_line)
        })
    }

    /// The lines that a text takes.
    pub(crate) fn lines_of(&self, text: &str, indent: usize) -> usize {
        1 + self.laid(text, indent).filter(|(_, begins_line)| *begins_line).count()
    }

    /// A text of at most so many lines. One that would be longer ends after a sentence, else after a word, with an ellipsis.
    pub(crate) fn within(&mut self, text: &str, indent: usize, most: usize) {
        let fits = |text: &str| self.lines_of(text, indent) <= most;
        let until = |separator: &str, with: &str| {
            let ends: Vec<usize> = text.match_indices(separator).map(|(at, _)| at).collect();
            let cut = |end: usize| format!("{}{with} …", &text[..end]);
            let fitting = ends.partition_point(|end| fits(&cut(*end)));
            fitting.checked_sub(1).map(|last| cut(ends[last]))
        };
        let short = if fits(text) { None } else { until(". ", ".").or_else(|| until(" ", "")) };
        let mut whole = Page::new(self.screen);
        whole.wrapped(short.as_deref().unwrap_or(text), indent);
        whole.text.lines().take(most).for_each(|line| self.line(&clipped(line, self.screen.width)));
    }

    /// A bar for a share in percent: two columns for five hundredths on 80 columns, and what is there is seen.
    pub(crate) fn bar(&self, percent: Money) -> String {
        const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
        let columns = (self.screen.width.clamp(40, 160) - 30) * 3 / 5;
        let eighths = usize::try_from(parts(percent, columns as i128 * 8)).unwrap_or(0);
        let eighths = eighths.max(usize::from(percent > Money::ZERO));
        let bar = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
        if bar.is_empty() { bar } else { self.painted(&bar, Tone::Bar) }
    }
}

/// The columns that a text takes on a screen.
pub(super) fn columns(text: &str) -> usize {
    // Most words, and quick to tell.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain { text.len() } else { text.width() }
}

/// The spaces that a text begins with.
fn lead(text: &str) -> &str {
    &text[..text.len() - text.trim_start().len()]
}

/// At most so many columns of a text, the last one an ellipsis where something is left out. Colours take no column, and
/// all of them stay.
pub(crate) fn clipped(text: &str, most: usize) -> String {
    let (mut kept, mut shown) = (String::new(), String::new());
    let (mut colours, mut is_colour) = (String::new(), false);
    let bare = |text: &str| {
        text.split('\u{1b}')
            .enumerate()
            .map(
                |(at, part)| {
                    if at == 0 { columns(part) } else { part.split_once('m').map_or(0, |(_, rest)| columns(rest)) }
                },
            )
            .sum::<usize>()
    };
    if bare(text) <= most {
        return text.to_owned();
    }
    let mut is_full = false;
    for character in text.chars() {
        is_colour |= character == '\u{1b}';
        if is_colour {
            if is_full {
                colours.push(character)
            } else {
                kept.push(character)
            }
            is_colour = character != 'm';
        } else if !is_full {
            is_full = columns(&format!("{shown}{character}")) >= most;
            if !is_full {
                kept.push(character);
                shown.push(character);
            }
        }
    }
    format!("{kept}…{colours}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_shares_and_never_nothing_for_something() {
        let page = Page::new(Screen::PLAIN);
        let bar = |share: &str| page.bar(Money::parse(share).unwrap());
        let columns = |share| bar(share).chars().filter(|c| *c == '█').count();
        // Thirty columns are the whole on a screen of eighty.
        assert_eq!([columns("100"), columns("50"), columns("10")], [30, 15, 3]);
        assert_eq!([bar("0.1"), bar("0")], ["▏", ""]);
    }

    #[test]
    fn paragraphs_keep_to_the_screen_and_long_words_stay_whole() {
        let mut page = Page::new(Screen { width: 12, colour: false });
        page.wrapped("1. agents.defaults.heartbeat: one two", 3);
        assert_eq!(page.into_text(), "1. agents.defaults.heartbeat:\n   one two\n");
    }

    #[test]
    fn clipped_names_say_so() {
        assert_eq!(
            [
                clipped("short", 5),
                clipped("a longer name", 5),
                clipped("見張り役", 5),
                clipped("a \u{1b}[1mlonger\u{1b}[0m name", 5)
            ],
            ["short", "a lo…", "見張…", "a \u{1b}[1mlo…\u{1b}[0m"]
        );
    }
}
