//! A signal stops a fleet between two configs; a second one ends it at once.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// What a shell adds to the number of the signal that ended a program.
const BY_SIGNAL: u8 = 128;

/// Whether to stop, and why.
#[derive(Clone)]
pub(super) struct Signals {
    signal: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Signals {
    /// Listens for signals from now on.
    pub(super) fn listen() -> anyhow::Result<Self> {
        let (signal, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        for number in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(number, number + i32::from(BY_SIGNAL), Arc::clone(&stop))?;
            flag::register(number, Arc::clone(&stop))?;
            flag::register_usize(number, Arc::clone(&signal), usize::try_from(number).unwrap_or_default())?;
        }
        Ok(Signals { signal, stop })
    }

    /// Whether to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Stops as a signal would, without one.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// The exit code that tells of the signal.
    pub(super) fn code(&self) -> ExitCode {
        let number = u8::try_from(self.signal.load(Ordering::SeqCst)).unwrap_or_default();
        ExitCode::from(BY_SIGNAL.saturating_add(number))
    }
}
