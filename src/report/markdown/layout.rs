//! The blocks of a Markdown report: tables, lists and parts that are folded away.

use std::fmt::Write as _;

use crate::report::page::{Column, ColumnKind};

/// A table; cells are escaped already.
pub(super) fn table(columns: &[Column], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = |column: &Column| if column.kind == ColumnKind::Words { "---" } else { "---:" }.to_owned();
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let rules: Vec<String> = columns.iter().map(rule).collect();
    let mut out = line(&names) + &line(&rules);
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
