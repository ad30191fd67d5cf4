//! A loss of power at any step: of what was not flushed, any part may be on the disk and any other not, in whatever
//! order it was written. The file is then the old one or the new one, whole, and there is a way back.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::faults::{NEW, OLD, change, check_ways};
use super::tests::{NO, config, free};
use super::*;
use crate::files::backup::{self, Backup};
use crate::files::step::hook;
use crate::files::undo::undo;

/// What a name leads to: a folder, or the contents of that number.
#[derive(Clone, Copy, PartialEq)]
enum DiskNode {
    Folder,
    File(usize),
}

type Names = BTreeMap<PathBuf, DiskNode>;

/// Names that change together: the folder they are in, and what each leads to then.
#[derive(Clone)]
struct Renaming {
    folder: PathBuf,
    names: Vec<(PathBuf, Option<DiskNode>)>,
}

/// A disk and what is not on it yet.
#[derive(Clone, Default)]
struct Disk {
    /// What a running process sees.
    seen: Names,
    /// What would be there after a loss of power.
    safe: Names,
    waiting: Vec<Renaming>,
    /// Contents as seen, and as flushed.
    contents: Vec<(Vec<u8>, Vec<u8>)>,
    /// The file that was last staged.
    staged: PathBuf,
}

/// One step as it was made: its name, its path, and what the path and the staged file held after it.
struct MadeStep {
    step: String,
    path: PathBuf,
    holds: Vec<u8>,
    staged_is_left: bool,
}

impl Disk {
    /// Everything in a folder, flushed.
    fn of(folder: &Path) -> Self {
        let mut disk = Disk::default();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let node = if path.is_dir() {
                    folders.push(path.clone());
                    DiskNode::Folder
                } else {
                    let bytes = fs::read(&path).unwrap();
                    disk.contents.push((bytes.clone(), bytes));
                    DiskNode::File(disk.contents.len() - 1)
                };
                disk.safe.insert(path, node);
            }
        }
        disk.seen = disk.safe.clone();
        disk
    }

    fn rename(&mut self, names: Vec<(PathBuf, Option<DiskNode>)>) {
        names.iter().for_each(|(path, node)| set(&mut self.seen, path, *node));
        self.waiting.push(Renaming { folder: private::parent(&names[0].0).to_owned(), names });
    }

    fn make(&mut self, made: &MadeStep) {
        let MadeStep { step, path, .. } = made;
        let file = |disk: &Disk| match disk.seen.get(path) {
            Some(DiskNode::File(number)) => *number,
            _ => panic!("{step} {}", path.display()),
        };
        match step.as_str() {
            "make a folder" => self.rename(vec![(path.clone(), Some(DiskNode::Folder))]),
            "create a backup file" | "create the new file" | "open the lock" => {
                if !self.seen.contains_key(path) {
                    self.contents.push(Default::default());
                    self.rename(vec![(path.clone(), Some(DiskNode::File(self.contents.len() - 1)))]);
                }
                if step == "create the new file" {
                    self.staged.clone_from(path);
                }
            }
            "write a backup file" | "write the new file" => {
                let file = file(self);
                self.contents[file].0.clone_from(&made.holds);
            }
            "flush a backup file" | "flush the new file" => {
                let file = file(self);
                self.contents[file].1 = self.contents[file].0.clone();
            }
            "rename the new file" => {
                let old = self.seen.get(path).copied().filter(|_| made.staged_is_left);
                let new = self.seen.get(&self.staged).copied();
                self.rename(vec![(path.clone(), new), (self.staged.clone(), old)]);
            }
            "remove the old file" => self.rename(vec![(path.clone(), None)]),
            "flush a folder" => {
                let (now, later) = self.waiting.drain(..).partition(|renaming| renaming.folder == *path);
                self.waiting = later;
                let now: Vec<Renaming> = now;
                now.iter().flat_map(|one| &one.names).for_each(|(path, node)| set(&mut self.safe, path, *node));
            }
            "take the lock" => {}
            step if step.starts_with("give the new file") => {}
            other => panic!("what does '{other}' do to the disk?"),
        }
    }

    /// The files that a loss of power may leave: any of the waiting renamings, and of each file that is not flushed
    /// nothing, the first half, or all.
    fn left(&self) -> BTreeSet<BTreeMap<PathBuf, Option<Vec<u8>>>> {
        let mut left = BTreeSet::new();
        for some in 0..1_u32 << self.waiting.len() {
            let mut names = self.safe.clone();
            let kept = self.waiting.iter().enumerate().filter(|(at, _)| some & (1 << at) != 0);
            kept.flat_map(|(_, one)| &one.names).for_each(|(path, node)| set(&mut names, path, *node));
            for share in [0, 1, 2] {
                let bytes = |number: usize| match &self.contents[number] {
                    (seen, flushed) if seen == flushed => flushed.clone(),
                    (seen, flushed) => [flushed.clone(), seen[..seen.len() / 2].to_vec(), seen.clone()][share].clone(),
                };
                let file = |(path, node): (&PathBuf, &DiskNode)| match node {
                    DiskNode::Folder => (path.clone(), None),
                    DiskNode::File(number) => (path.clone(), Some(bytes(*number))),
                };
                left.insert(names.iter().map(file).collect());
            }
        }
        left
    }
}

fn set(names: &mut Names, path: &Path, node: Option<DiskNode>) {
    match node {
        Some(node) => drop(names.insert(path.to_owned(), node)),
        None => drop(names.remove(path)),
    }
}

/// The steps that a run makes.
fn steps(run: impl FnOnce()) -> Vec<MadeStep> {
    let made = Rc::new(RefCell::new((Vec::new(), PathBuf::new())));
    let notes = Rc::clone(&made);
    let note = move |moment: &str, path: &Path| {
        if let Some(step) = moment.strip_prefix("after ") {
            let (made, staged) = &mut *notes.borrow_mut();
            if step == "create the new file" {
                path.clone_into(staged);
            }
            let (step, path) = (step.to_owned(), path.to_owned());
            let holds = fs::read(&path).unwrap_or_default();
            made.push(MadeStep { step, path, holds, staged_is_left: staged.exists() });
        }
        Ok(())
    };
    hook::with(note, run);
    made.take().0
}

/// Loses the power before and after each step of a run, and tries every disk that this may leave.
fn lose_power(config: &Path, run: impl FnOnce()) -> usize {
    let folder = private::parent(config);
    let mut disk = Disk::of(folder);
    let mut tried = BTreeSet::new();
    for made in steps(run) {
        disk.make(&made);
        for files in disk.left() {
            if !tried.insert(files.clone()) {
                continue;
            }
            let after = tempfile::tempdir().unwrap();
            for (path, bytes) in &files {
                let path = after.path().join(path.strip_prefix(folder).unwrap());
                match bytes {
                    None => drop(fs::create_dir(path)),
                    // Where its folder was lost, so is the file.
                    Some(bytes) => drop(fs::write(path, bytes)),
                }
            }
            let path = after.path().join("openclaw.json");
            backup::list(&path).unwrap_or_default().iter_mut().for_each(Backup::claim);
            let names: Vec<_> = files.iter().map(|(path, bytes)| (path, bytes.as_ref().map(Vec::len))).collect();
            check_ways(&path, &format!("power lost after '{}': {names:?}", made.step));
        }
    }
    tried.len()
}

#[test]
fn a_loss_of_power_anywhere_leaves_a_whole_file() {
    let (_dir, path) = config(OLD);
    let tried = lose_power(&path, || drop(change(&path).unwrap()));
    assert!(tried > 50, "{tried}");
    assert_eq!(fs::read_to_string(&path).unwrap(), NEW);
    let tried = lose_power(&path, || drop(undo(&path, &free, NO).unwrap()));
    assert!(tried > 8, "{tried}");
    assert_eq!(fs::read_to_string(&path).unwrap(), OLD);
}
