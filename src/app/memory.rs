//! Memory that was freed goes back to the system when the window rests.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Nothing is drawn for so long, twice as long at most, before memory goes back: in the midst of work it would be asked for
/// again.
const REST: Duration = Duration::from_secs(3);

/// Gives back what was freed, once after each time that the window was drawn and came to rest.
///
/// The C library of Linux keeps for itself all that lies below the highest block in use: after a look at a million sites, as
/// much as they took.
#[derive(Default)]
pub struct MemoryKeeper {
    thread: Option<SyncSender<()>>,
}

impl MemoryKeeper {
    /// To be told of every frame; the first one starts the thread that waits.
    pub fn drawn(&mut self) {
        let thread = self.thread.get_or_insert_with(|| after_each_rest(REST, give_back));
        // Where one frame waits to be seen, another one adds nothing.
        thread.try_send(()).ok();
    }
}

/// Does something each time that no word came for `rest`, after one that did; ends when nobody can send any more.
fn after_each_rest(rest: Duration, then: impl Fn() + Send + 'static) -> SyncSender<()> {
    let (sender, words) = sync_channel(1);
    let wait = move || {
        while words.recv().is_ok() {
            thread::sleep(rest);
            while words.try_recv().is_ok() {
                thread::sleep(rest);
            }
            then();
        }
    };
    // Where no thread can be had there is more to do than this.
    drop(thread::Builder::new().name("memory".into()).spawn(wait));
    sender
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library has no other way to be asked for it")]
fn give_back() {
    // SAFETY: it takes a number, locks what it works on, and touches no block in use.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Other allocators give back by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back() {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn memory_is_given_back_once_after_each_rest() {
        let (done, seen) = channel();
        let words = after_each_rest(Duration::from_millis(40), move || {
            done.send(()).ok();
        });
        let patience = Duration::from_secs(60);
        for _ in 0..2 {
            for _ in 0..100 {
                words.try_send(()).ok();
            }
            seen.recv_timeout(patience).expect("once it rests");
            assert!(seen.recv_timeout(Duration::from_millis(200)).is_err(), "and not again");
        }
        drop(words);
        assert!(seen.recv_timeout(patience).is_err(), "the thread ended");
    }
}
