//! Pieces of a large store, parsed a batch at a time on other threads while the next are read, and handed over in the order
//! in which they came. Memory stays flat: no more batches are under way than there are cores.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, Scope, ScopedJoinHandle};

/// Bytes of a batch: much for a thread, little for the memory.
const BATCH: usize = 512 << 10;
/// Threads that a disk and the thread that reads can keep busy.
const MOST: usize = 4;

/// What turns a piece into what is known of it. The tag says what the bytes do not.
type Parse<Tag, Parsed> = fn(&[u8], Tag) -> Parsed;

/// Takes pieces, and hands over what they are.
pub(super) struct InOrder<'scope, 'env, 'sink, Tag, Parsed> {
    scope: &'scope Scope<'scope, 'env>,
    threads: usize,
    parse: Parse<Tag, Parsed>,
    batch: Batch<Tag>,
    under_way: VecDeque<ScopedJoinHandle<'scope, (Batch<Tag>, Vec<Parsed>)>>,
    /// Batches that are done with, for their memory.
    spare: Vec<Batch<Tag>>,
    sink: &'sink mut dyn FnMut(Parsed),
}

/// Pieces one after the other, each with its end.
struct Batch<Tag> {
    bytes: Vec<u8>,
    pieces: Vec<(usize, Tag)>,
}

/// Lets `read` push pieces; what they are goes to `sink`, all of it before this returns.
pub(super) fn in_order<Tag: Copy + Send + 'static, Parsed: Send + 'static, R>(
    parse: Parse<Tag, Parsed>,
    sink: &mut dyn FnMut(Parsed),
    read: impl FnOnce(&mut InOrder<'_, '_, '_, Tag, Parsed>) -> R,
) -> R {
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST);
        let (batch, under_way, spare) = (Batch::default(), VecDeque::new(), Vec::new());
        let mut pieces = InOrder { scope, threads, parse, batch, under_way, spare, sink };
        let result = read(&mut pieces);
        while let Some(batch) = pieces.under_way.pop_front() {
            pieces.hand_over(batch);
        }
        // What is left is too little for a thread.
        pieces.batch.parsed(parse).into_iter().for_each(pieces.sink);
        result
    })
}

impl<'scope, Tag: Copy + Send + 'static, Parsed: Send + 'static> InOrder<'scope, '_, '_, Tag, Parsed> {
    /// The next piece.
    pub(super) fn push(&mut self, bytes: &[u8], tag: Tag) {
        self.batch.bytes.extend_from_slice(bytes);
        self.batch.pieces.push((self.batch.bytes.len(), tag));
        if self.batch.bytes.len() < BATCH {
            return;
        }
        let parse = self.parse;
        if self.threads == 1 {
            self.batch.parsed(parse).into_iter().for_each(&mut *self.sink);
            return self.batch.clear();
        }
        if self.under_way.len() == self.threads
            && let Some(oldest) = self.under_way.pop_front()
        {
            self.hand_over(oldest);
        }
        let batch = std::mem::replace(&mut self.batch, self.spare.pop().unwrap_or_default());
        self.under_way.push_back(self.scope.spawn(move || {
            let parsed = batch.parsed(parse);
            (batch, parsed)
        }));
    }

    fn hand_over(&mut self, batch: ScopedJoinHandle<'scope, (Batch<Tag>, Vec<Parsed>)>) {
        let (mut batch, parsed) = batch.join().unwrap_or_else(|panic| resume_unwind(panic));
        parsed.into_iter().for_each(&mut *self.sink);
        batch.clear();
        self.spare.push(batch);
    }
}

impl<Tag: Copy> Batch<Tag> {
    fn parsed<Parsed>(&self, parse: Parse<Tag, Parsed>) -> Vec<Parsed> {
        let mut start = 0;
        let piece = |(end, tag): &(usize, Tag)| {
            let bytes = &self.bytes[start..*end];
            start = *end;
            parse(bytes, *tag)
        };
        self.pieces.iter().map(piece).collect()
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.pieces.clear();
    }
}

impl<Tag> Default for Batch<Tag> {
    fn default() -> Self {
        Batch { bytes: Vec::new(), pieces: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_first_is_handed_over_first() {
        let parse = |bytes: &[u8], tag: usize| (tag, bytes.len());
        for (pieces, size) in [(0, 1), (5, 0), (3_000, 1_000), (9, BATCH), (7, 3 * BATCH)] {
            let mut all = Vec::new();
            let piece = vec![b'x'; size];
            in_order(parse, &mut |parsed| all.push(parsed), |order| {
                (0..pieces).for_each(|tag| order.push(&piece, tag))
            });
            assert_eq!(all, (0..pieces).map(|tag| (tag, size)).collect::<Vec<_>>());
        }
    }
}
