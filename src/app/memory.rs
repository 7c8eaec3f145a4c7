//! Memory that was freed goes back to the system.

use std::time::Duration;

/// How long after another session was opened: what is shown of it has been learned by then.
const REST: Duration = Duration::from_secs(8);

/// Gives back what was freed, once the session that was opened stands. The C library of Linux keeps for itself all that lies
/// below the highest block in use: after a look at a million sites, as much as they took.
pub fn give_back_soon() {
    let rested = || {
        std::thread::sleep(REST);
        give_back();
    };
    // Where no thread can be had there is more to do than this.
    drop(std::thread::Builder::new().name("memory".into()).spawn(rested));
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
