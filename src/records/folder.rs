//! Where a state directory keeps its stores: a folder an agent, of the layouts of all releases (R47).

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::database::Database;
use super::era::Marks;
use super::jsonl::{self, Name};
use super::ledger::RequestLedger;
use super::notes::{Notes, What};
use super::session::{KnownSessions, Sink};

/// The database of an agent. The names beside it, such as `*.generation-lock.sqlite`, are of no stores.
const DATABASE: &str = "openclaw-agent.sqlite";

/// The stores of one agent.
#[derive(Debug, Default)]
pub(super) struct AgentStores {
    agent: String,
    databases: Vec<PathBuf>,
    transcripts: Vec<PathBuf>,
    trajectories: Vec<PathBuf>,
    indexes: Vec<PathBuf>,
}

impl AgentStores {
    /// The agents of a state directory, or of a folder that is itself an agent's.
    pub(super) fn agents(dir: &Path, notes: &mut Notes) -> Vec<Self> {
        let mut agents: Vec<AgentStores> = entries(&dir.join("agents"), notes)
            .into_iter()
            .filter(|path| path.is_dir())
            .map(|path| AgentStores::of(&path, name(&path), notes))
            .collect();
        let above = dir.parent().and_then(Path::file_name);
        let agent = if above == Some(OsStr::new("agents")) { name(dir) } else { "main".to_owned() };
        let mut own = AgentStores::of(dir, agent, notes);
        // A state directory has logs of its own, which are no transcripts.
        if agents.is_empty() {
            own.take(dir, notes);
        }
        agents.push(own);
        agents.retain(|agent| agent.stores() > 0);
        agents
    }

    fn of(path: &Path, agent: String, notes: &mut Notes) -> Self {
        let mut folder = AgentStores { agent, ..AgentStores::default() };
        for part in ["sessions", "sessions/cold", "agent", "agent/cold", "session-sqlite-import-archive"] {
            folder.take(&path.join(part), notes);
        }
        folder
    }

    fn take(&mut self, dir: &Path, notes: &mut Notes) {
        for path in entries(dir, notes) {
            let name = name(&path);
            let list = match Name::of(&name) {
                _ if name == DATABASE => &mut self.databases,
                Name::Transcript => &mut self.transcripts,
                Name::Trajectory => &mut self.trajectories,
                Name::Index => &mut self.indexes,
                Name::Other => continue,
            };
            if path.is_file() {
                list.push(path);
            }
        }
    }

    /// How many stores there are.
    pub(super) fn stores(&self) -> usize {
        self.databases.len() + self.transcripts.len()
    }

    /// Whether none of them is a database.
    pub(super) fn is_in_files(&self) -> bool {
        self.databases.is_empty()
    }

    /// Reads them all. Says how many could be read.
    pub(super) fn read(&self, prompts: &[String], ledger: &mut RequestLedger, notes: &mut Notes) -> usize {
        let mut known = KnownSessions {
            agent: self.agent.as_str().into(),
            prompts,
            keys: std::collections::HashMap::new(),
            hooks: std::collections::HashSet::new(),
            runs: super::trajectory::Runs::default(),
            prompts_noted: Vec::new(),
            release: None,
            marks: Marks::default(),
        };
        let databases: Vec<Database> = self.databases.iter().filter_map(|path| Database::open(path, notes)).collect();
        let readable: Vec<bool> = databases.iter().map(|database| database.check(&mut known, notes)).collect();
        databases.iter().for_each(|database| database.learn(&mut known, notes));
        for path in &self.indexes {
            jsonl::index(path, &mut known, notes);
        }
        for path in &self.trajectories {
            jsonl::trajectory(path, &mut known, notes);
        }
        known.runs.sort();
        ledger.release = ledger.release.max(known.release).max(known.runs.release);
        ledger.marks = ledger.marks.and(known.marks);
        ledger.prompts.append(&mut known.prompts_noted);
        let mut sink = Sink { ledger, notes };
        let read =
            databases.iter().zip(readable).filter(|(database, readable)| database.read(&known, &mut sink) && *readable);
        let read = read.count();
        let files = self.transcripts.iter().filter(|path| jsonl::transcript(path, &known, &mut sink)).count();
        read + files
    }
}

/// The entries of a folder in order of name; none where there is no folder.
fn entries(dir: &Path, notes: &mut Notes) -> Vec<PathBuf> {
    let listed = fs::read_dir(dir).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = match listed {
        Ok(paths) => paths,
        Err(error) => {
            if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
                notes.add(dir, What::Unreadable(error.to_string()));
            }
            Vec::new()
        }
    };
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
