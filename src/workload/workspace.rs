//! The files of a real workspace: which of them a heartbeat is sent, cut by which caps (R21 to R24, M7), and whether
//! HEARTBEAT.md has anything to do (R19b, L5). Reading them is the shell's business.

use std::collections::{BTreeMap, BTreeSet};

use super::digest;
use super::tasks::{self, Task};
use crate::gateway::limits::PromptLimits;
use crate::releases::{Behaviour, Instructions};

/// A file of which not all is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its name.
    pub name: &'static str,
    /// Its characters.
    pub size: u64,
    /// Those that are sent; none where the files before it have used up the sum.
    pub sent: u64,
}

/// The texts of a workspace by file name, in characters as OpenClaw counts them, and HEARTBEAT.md itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Workspace {
    sizes: BTreeMap<String, u64>,
    /// Of AGENTS.md.
    rules: u64,
    heartbeat: Option<String>,
    /// Of HEARTBEAT.md, with and without its comments.
    tasks: [Tasks; 2],
    /// Those behind a link inside the folder, which current releases do not follow.
    linked: BTreeSet<String>,
    /// Those that no release reads, and why.
    skipped: BTreeMap<String, &'static str>,
}

/// The periodic tasks of HEARTBEAT.md and the characters of what stands around them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Tasks {
    list: Vec<Task>,
    directives: u64,
}

const HEARTBEAT: &str = "HEARTBEAT.md";
const AGENTS: &str = "AGENTS.md";
const BOOTSTRAP: &str = "BOOTSTRAP.md";
/// The files that can be sent, in the order of injection (R21). BOOTSTRAP.md never is on current releases.
const CURRENT: [&str; 5] = [AGENTS, "SOUL.md", "IDENTITY.md", "USER.md", "MEMORY.md"];
const LEGACY: [&str; 8] = [AGENTS, "SOUL.md", "TOOLS.md", "IDENTITY.md", "USER.md", HEARTBEAT, BOOTSTRAP, "MEMORY.md"];

/// The section's head on legacy and current releases (`requests-legacy.json`: 354 characters beside seven files, 123
/// beside one; `workspaces.json`: 233).
const SECTION_HEAD: [u64; 2] = [85, 233];
/// The head of one file, with a path of usual length.
const FILE_HEAD: u64 = 38;
/// Says on current releases that files were cut (`workspaces.json`).
const NOTICE: u64 = 116;
/// Nothing more is sent when less than this is left of the total (R23).
const LEAST: u64 = 64;
/// USER.md on current releases (R23).
const USER_CAP: u64 = 4_000;
/// A file over its cap on older releases: nine tenths of the cap and a marker (R23).
const MARKER: u64 = 110;

impl Workspace {
    /// The names of the files to read.
    pub fn names() -> [&'static str; 8] {
        LEGACY
    }

    /// Takes a file in.
    pub fn add(&mut self, name: &str, text: &str) {
        let chars = text.trim_end().encode_utf16().count();
        self.sizes.insert(name.to_owned(), u64::try_from(chars).unwrap_or(u64::MAX));
        match name {
            HEARTBEAT => {
                self.heartbeat = Some(text.to_owned());
                self.tasks = [false, true].map(|later| Tasks {
                    list: tasks::parse(&tasks::lines(text, later)),
                    directives: tasks::beside(text, later),
                });
            }
            AGENTS => self.rules = digest::rules(text),
            _ => {}
        }
    }

    /// Takes a file in that is reached by a link inside the folder.
    pub fn add_linked(&mut self, name: &str, text: &str) {
        self.linked.insert(name.to_owned());
        self.add(name, text);
    }

    /// Leaves a file out that OpenClaw would not read.
    pub fn skip(&mut self, name: &str, why: &'static str) {
        self.skipped.insert(name.to_owned(), why);
    }

    /// Whether there is no file of those that OpenClaw looks for.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty() && self.skipped.is_empty()
    }

    /// The files that a release does not read though they are there, each with the reason.
    pub fn unread(&self, behaviour: &Behaviour) -> Vec<(&str, &'static str)> {
        let linked = self.linked.iter().filter(|_| !behaviour.follows_links);
        let linked = linked.map(|name| (name.as_str(), "it is a link, which this release does not follow"));
        self.skipped.iter().map(|(name, why)| (name.as_str(), *why)).chain(linked).collect()
    }

    /// The characters of the files in a request, heads included.
    pub fn injected(&self, behaviour: &Behaviour, limits: &PromptLimits, light: bool) -> u64 {
        let current = behaviour.instructions != Instructions::HeartbeatFile;
        let files = self.files(behaviour, limits, light);
        let sum: u64 = files.iter().filter_map(|file| Some(file.sent? + FILE_HEAD)).sum();
        let is_cut = files.iter().any(|file| file.sent.is_some_and(|sent| sent < file.size));
        let notice = if is_cut && current { NOTICE } else { 0 };
        if sum == 0 { 0 } else { sum + SECTION_HEAD[usize::from(current)] + notice }
    }

    /// The files that a request has not in full, in the order in which they are sent.
    pub fn cuts(&self, behaviour: &Behaviour, limits: &PromptLimits, light: bool) -> Vec<Cut> {
        let cut = |file: SentFile| (file.sent.unwrap_or(0) < file.size).then(|| file.cut());
        self.files(behaviour, limits, light).into_iter().filter_map(cut).collect()
    }

    /// The same workspace without a file.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.sizes.remove(name);
        other
    }

    /// HEARTBEAT.md, if there is one.
    pub fn heartbeat(&self) -> Option<&str> {
        self.heartbeat.as_deref()
    }

    /// What is sent of each file that may be.
    fn files(&self, behaviour: &Behaviour, limits: &PromptLimits, light: bool) -> Vec<SentFile> {
        let in_file = behaviour.instructions == Instructions::HeartbeatFile;
        let names: &'static [&'static str] = match (in_file, light) {
            (true, true) => &[HEARTBEAT],
            (true, false) => &LEGACY,
            (false, true) => &[],
            (false, false) => &CURRENT,
        };
        let mut left = limits.all_files.unwrap_or(u64::MAX);
        let (rules, older) = (self.rules, !behaviour.files_fill_their_cap);
        let is_read =
            |name: &&&str| (**name != BOOTSTRAP || older) && (behaviour.follows_links || !self.linked.contains(**name));
        let present = names.iter().filter(is_read).filter_map(|name| Some((*name, *self.sizes.get(*name)?)));
        let file = |(name, size)| {
            let sent = (left >= LEAST).then(|| {
                let cap = if !in_file && name == "USER.md" { limits.file.min(USER_CAP) } else { limits.file }.min(left);
                match name {
                    _ if size <= cap => size,
                    _ if older => (cap / 10 * 9 + MARKER).min(cap),
                    AGENTS => digest::kept(rules, cap),
                    _ => cap,
                }
            });
            left -= sent.unwrap_or(0);
            SentFile { name, size, sent }
        };
        present.map(file).collect()
    }

    /// The files with more than so many characters.
    pub fn larger_than(&self, chars: u64) -> impl Iterator<Item = &'static str> {
        LEGACY.into_iter().filter(move |name| self.sizes.get(*name).is_some_and(|size| *size > chars))
    }

    /// The same files with one of them cut to so many characters.
    pub fn with_at_most(&self, name: &str, chars: u64) -> Self {
        let mut cut = self.clone();
        cut.sizes.entry(name.to_owned()).and_modify(|size| *size = chars.min(*size));
        cut
    }

    /// What HEARTBEAT.md asks for, if it is there: its text without comments.
    pub fn instructions(&self) -> Option<String> {
        self.heartbeat.as_deref().map(strip_comments)
    }

    /// The periodic tasks of HEARTBEAT.md, where the release runs them at their own intervals (R19b).
    pub fn tasks(&self, behaviour: &Behaviour) -> &[Task] {
        if behaviour.runs_tasks { &self.tasks[usize::from(behaviour.comments_are_empty)].list } else { &[] }
    }

    /// Whether HEARTBEAT.md has periodic tasks, for a release that runs them.
    pub fn has_tasks(&self) -> bool {
        self.tasks.iter().any(|tasks| !tasks.list.is_empty())
    }

    /// Characters of the text around the tasks that goes along with those that are due.
    pub fn beside_tasks(&self, behaviour: &Behaviour) -> u64 {
        self.tasks[usize::from(behaviour.comments_are_empty)].directives
    }

    /// HEARTBEAT.md is there and says nothing, so that no model is called. A missing one has the model called.
    pub fn says_nothing(&self, behaviour: &Behaviour) -> bool {
        let in_file = behaviour.instructions == Instructions::HeartbeatFile;
        in_file && self.heartbeat.as_ref().is_some_and(|text| is_empty(text, behaviour))
    }
}

/// A file of a request; `sent` is none where it is left out with its head.
struct SentFile {
    name: &'static str,
    size: u64,
    sent: Option<u64>,
}

impl SentFile {
    fn cut(&self) -> Cut {
        Cut { name: self.name, size: self.size, sent: self.sent.unwrap_or(0) }
    }
}

/// Blank lines, headings and empty list items say nothing; on later releases neither do code fences and comments.
fn is_empty(text: &str, behaviour: &Behaviour) -> bool {
    tasks::lines(text, behaviour.comments_are_empty).iter().all(|line| {
        let line = tasks::trim(line);
        let heading = line.trim_start_matches('#');
        let is_heading = heading.len() < line.len() && (heading.is_empty() || heading.starts_with(char::is_whitespace));
        let is_fence = || line.strip_prefix("```").is_some_and(|rest| rest.chars().all(is_letter));
        line.is_empty() || is_heading || is_stub(line) || behaviour.fences_are_empty && is_fence()
    })
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// A list item with nothing or an empty box, ticked or not.
fn is_stub(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(['-', '*', '+']).map(str::trim_start) else { return false };
    let boxed = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    rest.is_empty()
        || boxed
            .is_some_and(|(mark, rest)| rest.is_empty() && (mark.is_empty() || [" ", "\t", "x", "X"].contains(&mark)))
}

fn strip_comments(text: &str) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn behaviour(version: &str) -> Behaviour {
        Behaviour::of(version.parse().unwrap())
    }

    fn injected(files: &[(&str, u64)], version: &str, light: bool) -> u64 {
        let mut workspace = Workspace::default();
        for (name, size) in files {
            workspace.add(name, &"x".repeat(usize::try_from(*size).unwrap()));
        }
        let behaviour = behaviour(version);
        workspace.injected(&behaviour, &PromptLimits::read(&json!({}), &Value::Null, &behaviour), light)
    }

    /// M7: five files of 25,000 characters; `facts/requests-legacy.json`: the templates of 2026.4.15 and one file alone.
    #[test]
    fn caps_agree_with_openclaw() {
        let large = CURRENT.map(|name| (name, 25_000));
        let measured = 12_200 + 20_000 + 20_000 + 4_000 + 3_900;
        assert!(injected(&large, "2026.9.6", false).abs_diff(measured) < 500);
        assert_eq!(injected(&large, "2026.9.6", true), 0);
        assert_eq!(injected(&[("BOOTSTRAP.md", 1_515)], "2026.9.6", false), 0);
        let shipped = [
            ("AGENTS.md", 7_789),
            ("SOUL.md", 1_798),
            ("IDENTITY.md", 697),
            ("USER.md", 534),
            ("TOOLS.md", 911),
            ("BOOTSTRAP.md", 1_515),
            (HEARTBEAT, 257),
        ];
        assert!(injected(&shipped, "2026.4.15", false).abs_diff(13_855) < 10);
        assert_eq!(injected(&shipped, "2026.4.15", true), 380);
    }

    /// The templates and files that `requests-legacy.json` tried, and what each release thought of its own (L5).
    #[test]
    fn an_empty_heartbeat_file_is_told_by_release() {
        let facts: Value = serde_json::from_str(include_str!("../../fixtures/oracle/requests-legacy.json")).unwrap();
        let says_nothing = |text: &str, version: &str| {
            let mut workspace = Workspace::default();
            workspace.add(HEARTBEAT, text);
            workspace.says_nothing(&behaviour(version))
        };
        for (version, measured) in facts["releases"].as_object().unwrap() {
            assert!(says_nothing(measured["heartbeatFile"]["stockTemplate"].as_str().unwrap(), version), "{version}");
            assert!(says_nothing("# Tasks\n\n- [ ]\n-\n", version) && !says_nothing("- look\n", version));
        }
        let fenced = "# A\n```markdown\n# B\n```\n";
        assert!(!says_nothing(fenced, "2026.4.8") && says_nothing(fenced, "2026.4.10"));
        let comment = "<!-- a\nb -->\n# C\n";
        assert!(!says_nothing(comment, "2026.6.1") && says_nothing(comment, "2026.6.5"));
        // The scratch lies in a database; the file is no longer read.
        assert!(!says_nothing("# A\n", "2026.9.6"));
        assert!(!Workspace::default().says_nothing(&behaviour("2026.7.35")));
        // `isHeartbeatContentEffectivelyEmpty` of both was asked.
        for (text, older, later) in [
            ("-[ ]\n* [x]\n+ []\n- [ ] \n```js\n#\n\u{feff}# a\n", true, true),
            ("``` js\n", false, false),
            ("#x\n", false, false),
            ("- <!-- c -->\n", false, false),
            ("<!-- a --> - \n", false, true),
        ] {
            assert_eq!(["2026.4.15", "2026.7.35"].map(|version| says_nothing(text, version)), [older, later], "{text}");
        }
    }
}
