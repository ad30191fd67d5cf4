//! Work on all cores whose results come in the order of what was asked, without holding more than a few at a time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How many may be asked and not yet given out, for each thread.
const AHEAD: usize = 8;
/// How long a call waits before it looks whether it is to stop.
const PATIENCE: Duration = Duration::from_millis(50);

/// What a thread has to say.
enum Said<R> {
    /// The result of the task with this number.
    Done(u64, R),
    /// The source gives no more.
    Failed(anyhow::Error),
}

/// Gives `each` result of `work` on what `source` gives, in that order, until there is no more, `each` fails, or `stop` is
/// set; whether it was that. What is asked then is still given.
///
/// # Errors
///
/// Those of `source` and of `each`.
pub(super) fn in_order<T, R>(
    jobs: usize,
    stop: &Arc<dyn Fn() -> bool + Send + Sync>,
    source: impl FnOnce(&mut dyn FnMut(T) -> bool) -> anyhow::Result<()> + Send + 'static,
    work: impl Fn(T) -> R + Send + Sync + 'static,
    mut each: impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<bool>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let ahead = jobs * AHEAD;
    let (tasks, waiting) = sync_channel::<(u64, T)>(ahead);
    let (said, heard) = sync_channel::<Said<R>>(ahead);
    let (ask, asked) = sync_channel::<()>(ahead);
    let given = Arc::new(AtomicU64::new(0));
    let work = Arc::new(work);
    let waiting = Arc::new(Mutex::new(waiting));
    for _ in 0..jobs {
        let (work, waiting, said) = (Arc::clone(&work), Arc::clone(&waiting), said.clone());
        thread::spawn(move || labour(&waiting, &said, &*work));
    }
    // Not waited for: it may stand in the reading of a pipe that nobody writes to.
    let feeder = Feeder { tasks, ask, given: Arc::clone(&given), stop: Arc::clone(stop) };
    thread::spawn(move || {
        if let Err(error) = feeder.feed(source) {
            let _ = said.send(Said::Failed(error));
        }
    });
    let (mut next, mut early) = (0, BTreeMap::new());
    let mut ended = Ok(());
    loop {
        match heard.recv_timeout(PATIENCE) {
            Ok(Said::Done(number, result)) => {
                early.insert(number, result);
                while let Some(result) = early.remove(&next) {
                    next += 1;
                    let _ = asked.try_recv();
                    each(result)?;
                }
            }
            // What was asked before is still given.
            Ok(Said::Failed(error)) => ended = Err(error),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return ended.map(|()| stop()),
        }
        if stop() && next == given.load(Ordering::SeqCst) {
            return ended.map(|()| true);
        }
    }
}

/// Gives out what is to be asked.
struct Feeder<T> {
    tasks: SyncSender<(u64, T)>,
    ask: SyncSender<()>,
    given: Arc<AtomicU64>,
    stop: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl<T> Feeder<T> {
    fn feed(self, source: impl FnOnce(&mut dyn FnMut(T) -> bool) -> anyhow::Result<()>) -> anyhow::Result<()> {
        source(&mut |task| {
            // Waits while as many as may be are under way.
            if self.ask.send(()).is_err() || (self.stop)() {
                return false;
            }
            let number = self.given.fetch_add(1, Ordering::SeqCst);
            self.tasks.send((number, task)).is_ok()
        })
    }
}

fn labour<T, R>(waiting: &Mutex<Receiver<(u64, T)>>, said: &SyncSender<Said<R>>, work: &dyn Fn(T) -> R) {
    loop {
        let task = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, task)) = task else { break };
        if said.send(Said::Done(number, work(task))).is_err() {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    /// A stop that is never asked for.
    fn never() -> Arc<dyn Fn() -> bool + Send + Sync> {
        Arc::new(|| false)
    }

    /// A stop that a flag asks for.
    fn by(flag: Arc<AtomicBool>) -> Arc<dyn Fn() -> bool + Send + Sync> {
        Arc::new(move || flag.load(Ordering::SeqCst))
    }

    fn counting(to: u64) -> impl FnOnce(&mut dyn FnMut(u64) -> bool) -> anyhow::Result<()> + Send {
        move |take| {
            let _ = (0..to).all(&mut *take);
            Ok(())
        }
    }

    #[test]
    fn results_come_in_order_and_few_are_ahead() {
        let under_way = Arc::new(AtomicU64::new(0));
        let most = Arc::new(AtomicU64::new(0));
        let (begun, seen) = (Arc::clone(&under_way), Arc::clone(&most));
        let work = move |number: u64| {
            seen.fetch_max(begun.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // The first of each dozen takes longest.
            thread::sleep(Duration::from_micros(if number.is_multiple_of(12) { 800 } else { 20 }));
            number
        };
        let mut got = Vec::new();
        let stopped = in_order(4, &never(), counting(2_000), work, |number| {
            under_way.fetch_sub(1, Ordering::SeqCst);
            got.push(number);
            Ok(())
        });
        assert!(!stopped.unwrap());
        assert_eq!(got, (0..2_000).collect::<Vec<_>>());
        let most = most.load(Ordering::SeqCst);
        assert!((2..=33).contains(&most), "{most} at a time");
    }

    #[test]
    fn a_stop_leaves_a_whole_beginning_though_the_source_stands_still() {
        let flag = Arc::new(AtomicBool::new(false));
        let endless = |take: &mut dyn FnMut(u64) -> bool| {
            let _ = (0..100).all(&mut *take);
            thread::sleep(Duration::from_secs(3600));
            Ok(())
        };
        let mut got = 0;
        let stopped = in_order(
            2,
            &by(Arc::clone(&flag)),
            endless,
            |number| number,
            |number| {
                assert_eq!(number, got);
                got += 1;
                if got == 100 {
                    flag.store(true, Ordering::SeqCst);
                }
                Ok(())
            },
        );
        assert!(stopped.unwrap() && got == 100);
    }

    #[test]
    fn what_breaks_ends_it() {
        let broken = |take: &mut dyn FnMut(u64) -> bool| {
            take(1);
            anyhow::bail!("the pipe burst")
        };
        let mut got = Vec::new();
        let slow = |number: u64| {
            thread::sleep(Duration::from_millis(20));
            number
        };
        let each = |number| {
            got.push(number);
            Ok(())
        };
        let error = in_order(2, &never(), broken, slow, each).unwrap_err();
        assert_eq!((error.to_string().as_str(), got), ("the pipe burst", vec![1]));
        let full = in_order(2, &never(), counting(1_000), |number| number, |_| anyhow::bail!("the disk is full"));
        assert_eq!(full.unwrap_err().to_string(), "the disk is full");
    }
}
