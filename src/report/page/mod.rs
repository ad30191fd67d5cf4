//! What stands on a page, once for every format. A section is described here in sentences, lists and tables, with its
//! figures, shares and words worked out; text, Markdown and HTML each have one way to print a section, and print it. What
//! a format draws in its own way, such as bars and charts, gets its figures from here, too.

pub(super) mod chart;
pub(super) mod day;
pub(super) mod files;
pub(super) mod headline;
pub(super) mod roster;
pub(super) mod spending;
pub(super) mod steps;
pub(super) mod summary;
pub(super) mod takes;
pub(super) mod what_if;
pub(super) mod windows;

mod agents;
mod by_plan;
mod everything;
mod notes;
mod revision;
mod unscheduled;

pub(super) use notes::limits;

use super::{AgentReport, Report};

/// A part of the page under a title of its own.
pub(super) struct Section {
    /// What links and tests find it by.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// Whether a page that can fold parts away keeps this one closed.
    pub(super) is_folded: bool,
    pub(super) blocks: Vec<Block>,
}

/// What a section consists of.
pub(super) enum Block {
    /// What follows is of this agent.
    Agent(String),
    Text(Line),
    List(List),
    Table(Table),
}

/// A list, of which so many items stand open.
pub(super) struct List {
    pub(super) items: Vec<Line>,
    pub(super) open: usize,
}

/// A table.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    /// As many cells as there are columns.
    pub(super) rows: Vec<Vec<Line>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: ColumnKind,
    /// Whether it is left out where there is little room.
    pub(crate) is_spare: bool,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Words,
    Figures,
    /// Figures of which a negative one is a loss.
    Savings,
}

impl Column {
    pub(crate) fn words(name: impl Into<String>) -> Self {
        Column { name: name.into(), kind: ColumnKind::Words, is_spare: false }
    }

    pub(crate) fn figures(name: impl Into<String>) -> Self {
        Column { kind: ColumnKind::Figures, ..Column::words(name) }
    }

    pub(crate) fn savings(name: impl Into<String>) -> Self {
        Column { kind: ColumnKind::Savings, ..Column::words(name) }
    }

    pub(crate) fn spare(self) -> Self {
        Column { is_spare: true, ..self }
    }
}

/// Words in a row. Any of them may be foreign; a format escapes each piece in its own way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line(Vec<Piece>);

/// Words of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Prose(String),
    /// An id, a key, a value, a flag: as a config or a shell has it.
    Code(String),
    /// Whether a limit is kept.
    Kept(bool),
}

impl Line {
    pub(super) fn new(prose: impl Into<String>) -> Self {
        Line::default().and(prose)
    }

    pub(super) fn code(code: impl Into<String>) -> Self {
        Line(vec![Piece::Code(code.into())])
    }

    pub(super) fn kept(kept: bool) -> Self {
        Line(vec![Piece::Kept(kept)])
    }

    pub(super) fn and(mut self, prose: impl Into<String>) -> Self {
        match self.0.last_mut() {
            Some(Piece::Prose(before)) => before.push_str(&prose.into()),
            _ => self.0.push(Piece::Prose(prose.into())),
        }
        self
    }

    pub(super) fn and_code(mut self, code: impl Into<String>) -> Self {
        self.0.push(Piece::Code(code.into()));
        self
    }

    /// This line and then another.
    pub(super) fn then(self, other: Line) -> Self {
        other.0.into_iter().fold(self, |mut line, piece| match piece {
            Piece::Prose(prose) => line.and(prose),
            piece => {
                line.0.push(piece);
                line
            }
        })
    }

    /// Lines with something between each two of them.
    pub(super) fn joined(lines: impl IntoIterator<Item = Line>, between: &str) -> Self {
        let joined = lines.into_iter().reduce(|line, next| line.and(between).then(next));
        joined.unwrap_or_default()
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Line {
    fn from(prose: T) -> Self {
        Line::new(prose)
    }
}

impl Section {
    fn new(id: &'static str, title: &'static str, blocks: Vec<Block>) -> Self {
        Section { id, title, is_folded: false, blocks }
    }

    fn folded(self) -> Self {
        Section { is_folded: true, ..self }
    }
}

impl List {
    fn of(items: impl IntoIterator<Item = Line>, open: usize) -> Block {
        Block::List(List { items: items.into_iter().collect(), open })
    }
}

impl Table {
    fn of(columns: impl Into<Vec<Column>>, rows: impl IntoIterator<Item = Vec<Line>>) -> Block {
        Block::Table(Table { columns: columns.into(), rows: rows.into_iter().collect() })
    }
}

/// What runs beside heartbeats, and what was asked for by a flag: it stands below who pays, before what to change. A section without blocks is not there.
pub(super) fn answers(report: &Report) -> Vec<Section> {
    let asked = [revision::revision(report), revision::compared(report), notes::mends(report)];
    let sections =
        [everything::section(report), unscheduled::section(report)].into_iter().chain(asked.into_iter().flatten());
    sections.filter(|section| !section.blocks.is_empty()).collect()
}

/// What the heartbeats take, and what of a plan that is: it stands below where the money goes.
pub(super) fn usage(report: &Report) -> Vec<Section> {
    let sections = [takes::section(report), windows::section(report)];
    sections.into_iter().filter(|section| !section.blocks.is_empty()).collect()
}

/// What stands behind the answer, after what to change; the details are those of `agents`.
pub(super) fn behind(report: &Report, agents: &[&AgentReport]) -> Vec<Section> {
    let details = agents::sections(report, agents);
    let rest = [notes::credits(report), notes::assumptions(report)];
    let sections = notes::warnings(report).into_iter().chain(details).chain(rest.into_iter().flatten());
    sections.filter(|section| !section.blocks.is_empty()).collect()
}

/// The agents that have a tick in the month, the most expensive first.
pub(super) fn beating(report: &Report) -> Vec<&AgentReport> {
    report.dearest().into_iter().filter(|agent| agent.current.ticks > 0).collect()
}
