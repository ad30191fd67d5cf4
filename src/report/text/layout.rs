//! How text stands on a terminal: titles, paragraphs, lists and bars in the columns there are. Widths are columns on the
//! screen, so that wide characters line up, and colour only repeats what the words say.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::words::plain;

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
pub(super) enum Tone {
    Plain,
    Title,
    Gain,
    Loss,
    Bar,
}

/// Longer lines are hard to read, however wide the screen is.
const WIDEST_PARAGRAPH: usize = 100;

/// The text so far.
pub(super) struct Page {
    text: String,
    pub(super) screen: Screen,
}

impl Page {
    pub(super) fn new(screen: Screen) -> Self {
        Page { text: String::new(), screen }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The text in the colour of a tone, where there is colour.
    pub(super) fn painted(&self, text: &str, tone: Tone) -> String {
        let style = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Title => Style::new().bold(),
            Tone::Gain => AnsiColor::Green.on_default(),
            Tone::Loss => AnsiColor::Yellow.on_default(),
            Tone::Bar => AnsiColor::Cyan.on_default(),
        };
        if self.screen.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{}", text.trim_end());
    }

    pub(super) fn title(&mut self, text: &str) {
        let text = self.painted(text, Tone::Title);
        let _ = writeln!(self.text, "\n{text}");
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.wrapped(text, 0);
    }

    /// A text broken at spaces; further lines are indented.
    pub(super) fn wrapped(&mut self, text: &str, indent: usize) {
        let width = self.screen.width.min(WIDEST_PARAGRAPH);
        let lead = text.len() - text.trim_start().len();
        let mut line = text[..lead].to_owned();
        let mut empty = true;
        for word in text.split_whitespace() {
            // A word that fits nowhere stays where it is.
            let fits_below = indent + word.width() <= width;
            if !empty && fits_below && line.width() + 1 + word.width() > width {
                self.line(&line);
                line = " ".repeat(indent);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.line(&line);
    }

    /// Texts under a title, at most so many of them.
    pub(super) fn list(&mut self, name: &str, items: &[String], most: usize) {
        if items.is_empty() {
            return;
        }
        self.title(name);
        items.iter().take(most).for_each(|item| self.wrapped(&format!("- {}", plain(item)), 2));
        if items.len() > most {
            self.line(&format!("- and {} more: --format json has all", items.len() - most));
        }
    }

    /// A bar for a share in thousandths: two columns for five hundredths on 80 columns, and what is there is seen.
    pub(super) fn bar(&self, thousandths: u64) -> String {
        const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
        let columns = (self.screen.width.clamp(40, 160) - 30) * 3 / 5;
        let eighths = (thousandths as usize * columns * 8 / 1000).max(usize::from(thousandths > 0));
        let bar = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
        if bar.is_empty() { bar } else { self.painted(&bar, Tone::Bar) }
    }
}

/// At most so many columns of a text, the last one an ellipsis where something is left out.
pub(super) fn clipped(text: &str, most: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        if format!("{kept}{character}").width() >= most {
            break;
        }
        kept.push(character);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_shares_and_never_nothing_for_something() {
        let page = Page::new(Screen::PLAIN);
        let columns = |thousandths| page.bar(thousandths).chars().filter(|c| *c == '█').count();
        // Thirty columns are the whole on a screen of eighty.
        assert_eq!([columns(1000), columns(500), columns(100)], [30, 15, 3]);
        assert_eq!([page.bar(1), page.bar(0)], ["▏", ""]);
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
            [clipped("short", 5), clipped("a longer name", 5), clipped("見張り役", 5)],
            ["short", "a lo…", "見張…"]
        );
    }
}
