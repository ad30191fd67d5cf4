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
    use std::path::Path;

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

    pub(super) fn reached(moment: &str, path: &Path) -> io::Result<()> {
        HOOK.with(|slot| slot.borrow_mut().as_mut().map_or(Ok(()), |hook| hook(moment, path)))
    }
}
