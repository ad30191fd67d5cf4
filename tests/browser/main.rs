//! The HTML report as people meet it: in a browser, moved by mouse and keyboard, compared with the binary's own figures.
//! Run by `tests/browser/run`, which installs the browser.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../bare/mod.rs"]
mod bare;
// Each of its users needs a part of it.
#[allow(dead_code)]
#[path = "../cli/common.rs"]
mod common;
mod driver;
mod looks;
mod panel;
#[path = "../html/written.rs"]
mod written;

use std::path::PathBuf;

use common::Desk;

/// Writes the page of a config into the desk.
fn page(desk: &Desk, config: &str) -> PathBuf {
    let html = format!("{config}.html");
    let answer = desk.ask(&["report", config, "--format", "html"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    desk.write(&html, &answer.stdout);
    desk.path(&html)
}
