//! `--measure startup`: how long the first picture and the first learned link took.

use std::io::Write;
use std::time::Instant;

/// What `--measure startup` waits for.
pub struct Stopwatch {
    started: Instant,
    shown: u32,
    first_frame: Option<f64>,
}

impl Stopwatch {
    /// Counts from the start of the process.
    #[must_use]
    pub const fn new(started: Instant) -> Self {
        Self { started, shown: 0, first_frame: None }
    }

    /// Asked once a frame, with whether the frame before painted region and curve, and whether a link is learned;
    /// prints what it waited for, and tells whether there is nothing more to wait for.
    pub fn is_done(&mut self, shown: bool, linked: bool) -> bool {
        let millis = self.started.elapsed().as_secs_f64() * 1e3;
        self.shown += u32::from(shown);
        if self.shown >= 2 && self.first_frame.is_none() {
            self.first_frame = Some(millis);
            report("first_frame_ms", millis);
        }
        let done = self.first_frame.is_some() && linked;
        if done {
            report("first_link_ms", millis);
        }
        done
    }
}

fn report(name: &str, millis: f64) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's choice.
    let _written = writeln!(out, "RESULT {name} {millis:.1} ms").and_then(|()| out.flush());
}
