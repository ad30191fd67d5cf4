//! One builder for every test: a folder of its own, a bare environment and a pinned month, so that an answer depends on
//! nothing but what the test says.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use super::bare;

/// The commands that read a config and so take `--month`.
const COSTING: [&str; 5] = ["report", "diff", "apply", "simulate", "fleet"];

/// A folder with configs and the binary beside them.
pub(crate) struct Desk {
    dir: TempDir,
}

/// What the binary answered. Shown as exit code, standard output and standard error.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Desk { dir: TempDir::new().unwrap() }
    }

    /// A folder with one config, `openclaw.json`.
    pub(crate) fn with(config: impl AsRef<[u8]>) -> Self {
        let desk = Desk::new();
        desk.write("openclaw.json", config);
        desk
    }

    /// A folder with a copy of a fixture under its own name.
    pub(crate) fn with_fixture(name: &str) -> Self {
        let desk = Desk::new();
        desk.write(name, fixture(name));
        desk
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "home")
            .collect();
        names.sort();
        names
    }

    /// The binary in this folder, in an environment that holds nothing else.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::from_std(bare::clawbeat());
        command.env("HOME", self.path("home")).env("NO_COLOR", "1").current_dir(self.dir.path());
        command.args(arguments);
        let costs = arguments.first().is_some_and(|name| COSTING.contains(name));
        if costs && !arguments.contains(&"--month") {
            command.args(["--month", "2026-11"]);
        }
        command
    }

    /// Asks with these arguments and no more.
    pub(crate) fn ask_as_is(&self, arguments: &[&str]) -> Answer {
        let mut command = self.command(&[]);
        command.args(arguments);
        self.ask_with(command)
    }

    /// Asks with an empty standard input.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Answer {
        self.ask_with(self.command(arguments))
    }

    /// Asks a command that was prepared further.
    pub(crate) fn ask_with(&self, mut command: Command) -> Answer {
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| {
            let real = fs::canonicalize(self.dir.path()).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            [real.as_path(), self.dir.path()].iter().fold(text, |text, dir| text.replace(&shown(dir), "@DIR@"))
        };
        let code = output.status.code().expect("ended by a signal");
        Answer { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// `report --format json` on a config.
    pub(crate) fn report(&self, arguments: &[&str]) -> Value {
        let answer = self.ask(&[&["report", "--format", "json"], arguments].concat());
        assert_eq!(answer.code, 0, "{answer:?}");
        serde_json::from_str(&answer.stdout).unwrap()
    }
}

impl Answer {
    /// Whether both outputs are free of something.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }

    /// Standard output as one line, however it was wrapped.
    pub(crate) fn flat(&self) -> String {
        self.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}", self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "\n--- {name}\n{}", text.trim_end_matches('\n'))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a fixture config.
pub(crate) fn fixture(name: &str) -> String {
    fs::read_to_string(repository("fixtures/configs").join(name)).unwrap()
}

/// A JSON file of the repository.
pub(crate) fn json_file(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(repository(path)).unwrap()).unwrap()
}
