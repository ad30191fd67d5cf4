//! The blocks of a Markdown report: tables, lists and parts that are folded away.

use std::fmt::Write as _;

/// A column of a table.
#[derive(Clone, Copy)]
pub(super) enum Column<'a> {
    /// Of text.
    Left(&'a str),
    /// Of figures.
    Right(&'a str),
}

/// A table; cells are escaped already.
pub(super) fn table<const N: usize>(columns: [Column<'_>; N], rows: &[[String; N]]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let name = |column: Column<'_>| match column {
        Column::Left(name) | Column::Right(name) => name.to_owned(),
    };
    let rule = |column: Column<'_>| match column {
        Column::Left(_) => "---".to_owned(),
        Column::Right(_) => "---:".to_owned(),
    };
    let mut out = line(&columns.map(name)) + &line(&columns.map(rule));
    rows.iter().for_each(|row| out.push_str(&line(row)));
    out
}

/// A list; items are escaped already.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().fold(String::new(), |mut out, item| {
        let _ = writeln!(out, "- {item}");
        out
    })
}

/// A part that opens at a click. The title is ours.
pub(super) fn folded(title: &str, body: &str) -> String {
    format!("<details>\n<summary>{title}</summary>\n\n{}\n\n</details>\n", body.trim_end())
}
