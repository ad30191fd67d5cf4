//! Tables on a terminal: columns as wide as their widest cell. Where the screen is narrower, spare columns go first, and
//! then the last column moves below its row.

use super::layout::{Page, Tone, columns};
use crate::report::page::{Column, ColumnKind};

/// Rows of cells; without names of columns there is no head.
pub(crate) struct TextTable {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

fn tone(column: &Column, cell: &str) -> Tone {
    match (column.kind, cell.starts_with('-')) {
        (ColumnKind::Words | ColumnKind::Figures, _) => Tone::Plain,
        (ColumnKind::Savings, false) => Tone::Gain,
        (ColumnKind::Savings, true) => Tone::Loss,
    }
}

impl TextTable {
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        TextTable { columns: columns.into(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl Into<Vec<String>>) {
        self.rows.push(cells.into());
    }

    pub(crate) fn print(self, page: &mut Page) {
        let widths: Vec<usize> = (0..self.columns.len()).map(|column| self.width(column)).collect();
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let wide = |shown: &[usize]| 1 + shown.iter().map(|column| widths[*column] + 2).sum::<usize>();
        while wide(&shown) > page.screen.width + 1 {
            let Some(at) = shown.iter().rposition(|column| self.columns[*column].is_spare) else { break };
            shown.remove(at);
        }
        let head = self.columns.iter().any(|column| !column.name.is_empty());
        let hangs = wide(&shown) > page.screen.width + 1 && shown.len() > 2;
        let below = if hangs { shown.pop() } else { None };
        if head {
            let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
            self.line(page, &names, &shown, &widths, false);
        }
        for row in &self.rows {
            self.line(page, row, &shown, &widths, true);
            if let Some(column) = below {
                let named = format!("{} {}", self.columns[column].name, row[column]);
                page.wrapped(&format!("      {}", named.trim()), 6);
            }
        }
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| columns(&row[column]));
        cells.chain([columns(&self.columns[column].name)]).max().unwrap_or(0)
    }

    fn line(&self, page: &mut Page, cells: &[String], shown: &[usize], widths: &[usize], tones: bool) {
        let mut line = String::from(" ");
        for (place, &column) in shown.iter().enumerate() {
            let (cell, padding) = (&cells[column], " ".repeat(widths[column] - columns(&cells[column])));
            let last = place + 1 == shown.len();
            let tone = if tones { tone(&self.columns[column], cell) } else { Tone::Plain };
            let painted = page.painted(cell, tone);
            match (self.columns[column].kind != ColumnKind::Words, last) {
                (true, _) => line.extend([" ", &padding, &painted, " "]),
                (false, true) => line.extend([" ", &painted]),
                (false, false) => line.extend([" ", &painted, &padding, " "]),
            }
        }
        page.line(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::Screen;
    use super::*;

    fn printed(width: usize, colour: bool) -> String {
        let mut table = TextTable::new([
            Column::words("agent"),
            Column::figures("runs").spare(),
            Column::savings("saves"),
            Column::words("gives up"),
        ]);
        table.row(["見張り", "1,440", "$12", "reaction time"].map(str::to_owned));
        table.row(["ops", "9", "-$3", "nothing"].map(str::to_owned));
        let mut page = Page::new(Screen { width, colour });
        table.print(&mut page);
        page.into_text()
    }

    /// A wide character takes two columns.
    #[test]
    fn columns_line_up_on_the_screen() {
        let head = "  agent    runs  saves  gives up\n";
        let rows = "  見張り  1,440    $12  reaction time\n  ops         9    -$3  nothing\n";
        assert_eq!(printed(80, false), format!("{head}{rows}"));
    }

    #[test]
    fn a_narrow_screen_loses_spare_columns_then_moves_the_last_one_below() {
        assert_eq!(
            printed(31, false),
            "  agent   saves  gives up\n  見張り    $12  reaction time\n  ops       -$3  nothing\n"
        );
        let below =
            "  agent   saves\n  見張り    $12\n      gives up reaction time\n  ops       -$3\n      gives up nothing\n";
        assert_eq!(printed(28, false), below);
    }

    /// Without its colours, a coloured table is the plain one.
    #[test]
    fn colour_only_repeats_the_words() {
        let coloured = printed(80, true);
        assert!(coloured.contains("\u{1b}[32m$12\u{1b}[0m") && coloured.contains("\u{1b}[33m-$3\u{1b}[0m"));
        let bare = coloured.replace("\u{1b}[32m", "").replace("\u{1b}[33m", "").replace("\u{1b}[0m", "");
        assert_eq!(bare, printed(80, false));
    }
}
