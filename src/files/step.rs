//! The steps of a write, each one call into the operating system on one file or folder. In tests a hook is asked before
//! and after each, and may stop the process there or let the call fail.

use std::io;
use std::path::Path;

/// Makes one step.
pub(crate) fn step<T>(name: &'static str, path: &Path, call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    #[cfg(test)]
    hook::reached(&format!("before {name}"), path)?;
    #[cfg(not(test))]
    let _ = (name, path);
    let result = call()?;
    #[cfg(test)]
    hook::reached(&format!("after {name}"), path)?;
    Ok(result)
}

#[cfg(test)]
pub(crate) mod hook {
    use std::cell::RefCell;
    use std::io;
    use std::path::{Path, PathBuf};
    use std::process::{Command, exit};
    use std::rc::Rc;

    /// The exit code of a process that was killed.
    const KILLED: i32 = 77;

    type Hook = Box<dyn FnMut(&str, &Path) -> io::Result<()>>;

    thread_local! {
        static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
    }

    /// Runs with a hook; an error of its own is what the call then gives.
    pub(crate) fn with<T>(hook: impl FnMut(&str, &Path) -> io::Result<()> + 'static, run: impl FnOnce() -> T) -> T {
        HOOK.with(|slot| *slot.borrow_mut() = Some(Box::new(hook)));
        let result = run();
        HOOK.with(|slot| *slot.borrow_mut() = None);
        result
    }

    /// The moments of a run, in order, and what it gave.
    pub(crate) fn moments<T>(run: impl FnOnce() -> T) -> (Vec<String>, T) {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let record = Rc::clone(&seen);
        let note = move |moment: &str, _: &Path| {
            record.borrow_mut().push(moment.to_owned());
            Ok(())
        };
        let given = with(note, run);
        (seen.take(), given)
    }

    /// Runs `what` on a path in a process of its own, which ends at a moment as if it were killed: no destructor runs. The
    /// process is the ignored test of that name, and calls [`be_killed`].
    pub(crate) fn kill(test: &str, what: &str, path: &Path, at: usize) {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", test, "--ignored", "--test-threads=1"]);
        child.env("STOP_IN", what).env("STOP_PATH", path).env("STOP_AT", at.to_string());
        let output = child.output().unwrap();
        assert_eq!(output.status.code(), Some(KILLED), "{}", String::from_utf8_lossy(&output.stdout));
    }

    /// What such a process does: the run that was asked for, up to its moment.
    #[allow(clippy::exit)]
    pub(crate) fn be_killed(run: impl FnOnce(&str, &Path)) {
        let of = |name| std::env::var(name).unwrap();
        let (path, at): (PathBuf, usize) = (of("STOP_PATH").into(), of("STOP_AT").parse().unwrap());
        let mut moment = 0;
        let stop = move |_: &str, _: &Path| {
            if moment == at {
                exit(KILLED);
            }
            moment += 1;
            Ok(())
        };
        with(stop, || run(&of("STOP_IN"), &path));
    }

    pub(super) fn reached(moment: &str, path: &Path) -> io::Result<()> {
        HOOK.with(|slot| slot.borrow_mut().as_mut().map_or(Ok(()), |hook| hook(moment, path)))
    }
}
