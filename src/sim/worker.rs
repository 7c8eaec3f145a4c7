//! An engine in a thread of its own. The engine does not know it.
//!
//! Commands are obeyed in order between pieces of work; snapshots are overwritten, never queued; a panic in
//! the engine becomes a sentence and the engine is made anew.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Work that comes in pieces.
pub trait Engine: Send {
    /// What it is told.
    type Command: Send;
    /// What it shows: immutable.
    type Snapshot: Send + Sync;
    /// Obeys a command; quick.
    fn apply(&mut self, command: Self::Command);
    /// Does one piece of work of at most about 20 ms; `false` when there is nothing left to do.
    fn advance(&mut self) -> bool;
    /// What there is to see, if it changed since the last call.
    fn snapshot(&mut self) -> Option<Self::Snapshot>;
    /// What a person needs in order to make a failure happen again: seed and parameters.
    fn circumstances(&self) -> String;
}

struct Slot<S> {
    latest: Mutex<Latest<S>>,
    changed: Condvar,
}

struct Latest<S> {
    snapshot: Option<Arc<S>>,
    failure: Option<String>,
}

impl<S> Slot<S> {
    /// A panic while the lock is held can only have come between two plain assignments: the value is whole.
    fn lock(&self) -> MutexGuard<'_, Latest<S>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a thread is told.
enum Message<C> {
    Obey(C),
    /// To panic, so that tests see what follows.
    Fail,
}

/// The handle on an engine's thread. Dropping it ends the thread after its present piece of work.
pub struct Worker<E: Engine> {
    commands: Option<Sender<Message<E::Command>>>,
    slot: Arc<Slot<E::Snapshot>>,
    thread: Option<JoinHandle<()>>,
}

impl<E: Engine + 'static> Worker<E>
where
    E::Command: 'static,
    E::Snapshot: 'static,
{
    /// Starts a named thread with an engine made by `make`; `wake` is called after each new snapshot.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn start(
        name: &str,
        make: impl Fn() -> E + Send + 'static,
        wake: impl Fn() + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let slot = Arc::new(Slot {
            latest: Mutex::new(Latest { snapshot: None, failure: None }),
            changed: Condvar::new(),
        });
        let shared = Arc::clone(&slot);
        let thread = std::thread::Builder::new().name(name.into()).spawn(move || {
            run(&make, &receiver, &shared, &wake);
        })?;
        Ok(Self { commands: Some(sender), slot, thread: Some(thread) })
    }

    /// Tells the engine something.
    pub fn send(&self, command: E::Command) {
        if let Some(commands) = &self.commands {
            // The thread outlives the sender: it ends only when this handle is dropped.
            let _delivered = commands.send(Message::Obey(command));
        }
    }

    /// Makes the engine panic before its next piece of work, so that tests see that the window lives on.
    pub fn fail_on_purpose(&self) {
        if let Some(commands) = &self.commands {
            let _delivered = commands.send(Message::Fail);
        }
    }

    /// The newest snapshot not taken yet.
    #[must_use]
    pub fn take_latest(&self) -> Option<Arc<E::Snapshot>> {
        self.slot.lock().snapshot.take()
    }

    /// The newest snapshot that `fits`, waiting for it up to `patience`; one that does not fit is returned
    /// when patience is over, and it is for the caller to see that it is stale.
    #[must_use]
    pub fn take_within(
        &self,
        patience: Duration,
        fits: impl Fn(&E::Snapshot) -> bool,
    ) -> Option<Arc<E::Snapshot>> {
        let end = Instant::now() + patience;
        let mut latest = self.slot.lock();
        loop {
            if latest.snapshot.as_deref().is_some_and(&fits) {
                return latest.snapshot.take();
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return latest.snapshot.take();
            }
            latest = self.slot.changed.wait_timeout(latest, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What went wrong in the engine since the last call.
    #[must_use]
    pub fn take_failure(&self) -> Option<String> {
        self.slot.lock().failure.take()
    }
}

impl<E: Engine> Drop for Worker<E> {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // Its panics are caught inside; there is nothing to learn from joining.
            let _ended = thread.join();
        }
    }
}

/// What a caught panic says of itself.
#[must_use]
pub fn cause_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown cause".into())
}

fn run<E: Engine>(
    make: &impl Fn() -> E,
    commands: &Receiver<Message<E::Command>>,
    slot: &Slot<E::Snapshot>,
    wake: &impl Fn(),
) {
    let mut engine = make();
    let mut busy = true;
    loop {
        let mut next = if busy {
            match commands.try_recv() {
                Ok(command) => Some(command),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => return,
            }
        } else {
            match commands.recv() {
                Ok(command) => Some(command),
                Err(_) => return,
            }
        };
        let piece = catch_unwind(AssertUnwindSafe(|| {
            while let Some(message) = next.take() {
                match message {
                    Message::Obey(command) => engine.apply(command),
                    Message::Fail => panic!("on purpose"),
                }
                next = commands.try_recv().ok();
            }
            let more = engine.advance();
            (more, engine.snapshot())
        }));
        match piece {
            Ok((more, snapshot)) => {
                busy = more;
                if let Some(snapshot) = snapshot {
                    slot.lock().snapshot = Some(Arc::new(snapshot));
                    slot.changed.notify_all();
                    wake();
                }
            }
            Err(panic) => {
                let what = cause_of(&*panic);
                let circumstances = catch_unwind(AssertUnwindSafe(|| engine.circumstances()))
                    .unwrap_or_else(|_| "circumstances unknown".into());
                let thread = std::thread::current();
                let name = thread.name().unwrap_or_default();
                let sentence = format!(
                    "a computation failed ({what}; {name}: {circumstances}): the window lives on; change a parameter or start anew"
                );
                slot.lock().failure = Some(sentence);
                slot.changed.notify_all();
                engine = make();
                busy = false;
                wake();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter {
        left: u32,
        done: u32,
        changed: bool,
    }

    impl Engine for Counter {
        type Command = u32;
        type Snapshot = u32;
        fn apply(&mut self, command: u32) {
            assert!(command != 13, "thirteen");
            self.left = command;
            self.done = 0;
        }
        fn advance(&mut self) -> bool {
            if self.left > 0 {
                self.left -= 1;
                self.done += 1;
                self.changed = true;
            }
            self.left > 0
        }
        fn snapshot(&mut self) -> Option<u32> {
            std::mem::take(&mut self.changed).then_some(self.done)
        }
        fn circumstances(&self) -> String {
            format!("left = {}", self.left)
        }
    }

    fn counter() -> Worker<Counter> {
        Worker::start("counter", || Counter { left: 0, done: 0, changed: false }, || {}).unwrap()
    }

    #[test]
    fn newest_snapshot_wins() {
        let worker = counter();
        worker.send(100);
        let last = worker.take_within(Duration::from_secs(20), |n| *n == 100).unwrap();
        assert_eq!(*last, 100);
        assert!(worker.take_latest().is_none());
    }

    #[test]
    fn a_panic_becomes_a_sentence_and_work_goes_on() {
        let worker = counter();
        worker.send(13);
        let end = Instant::now() + Duration::from_secs(20);
        let failure = loop {
            if let Some(failure) = worker.take_failure() {
                break failure;
            }
            assert!(Instant::now() < end, "no failure was reported");
            std::thread::sleep(Duration::from_millis(1));
        };
        assert!(failure.contains("thirteen") && failure.contains("left = 0"), "{failure}");
        worker.send(3);
        assert_eq!(*worker.take_within(Duration::from_secs(20), |n| *n == 3).unwrap(), 3);
    }
}
