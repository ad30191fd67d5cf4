//! How text stands on a terminal: titles, paragraphs of at most 80 columns, lists and tables. Widths are columns on the
//! screen, so that wide characters line up.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::money::Unit;
use crate::report::amount::plain;

const WIDTH: usize = 80;

pub(in crate::report) fn title(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

pub(in crate::report) fn paragraph(out: &mut String, text: &str) {
    wrapped(out, text, 0);
}

/// Writes a text in lines of at most 80 columns, broken at spaces; further lines are indented.
pub(in crate::report) fn wrapped(out: &mut String, text: &str, indent: usize) {
    let lead = text.len() - text.trim_start().len();
    let mut line = text[..lead].to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.width() + 1 + word.width() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(out, "{line}");
}

pub(in crate::report) fn list(out: &mut String, name: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    title(out, name);
    items.iter().for_each(|item| wrapped(out, &format!("- {}", plain(item)), 2));
}

/// A column's name, with the unit where its figures do not carry it.
pub(in crate::report) fn in_unit(name: &str, unit: Unit) -> String {
    match unit {
        Unit::Usd => name.to_owned(),
        Unit::Credits => format!("{name}, credits"),
    }
}

/// Columns padded to their widest cell; `right` ones are aligned to the right.
pub(in crate::report) fn table<const N: usize>(out: &mut String, rows: &[[String; N]], right: &[usize]) {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    for row in rows {
        let mut line = String::from(" ");
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - cell.width());
            match right.contains(&column) {
                true => line.extend([" ", &padding, cell, " "]),
                false => line.extend([" ", cell, &padding, " "]),
            }
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
