//! The program `holoscope`: its command line, or its window.
//!
//! `holoscope [SESSION]` opens the window; `holoscope COMMAND` computes without one. Both stand on the library of the
//! same name, where every number comes from.

use holoscope::cli::{self, WindowRequest};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    // First of all: the time to the first frame is counted from here.
    let started = Instant::now();
    cli::run(std::env::args_os(), |request| open_window(request, started))
}

#[cfg(feature = "gui")]
fn open_window(request: WindowRequest, started: Instant) -> anyhow::Result<()> {
    let WindowRequest { opened, dropped, measure_startup } = request;
    let launch = holoscope::app::Launch {
        document: opened.document,
        path: opened.path,
        dropped,
        measure_startup,
        started,
    };
    holoscope::app::run(launch)
}

#[cfg(not(feature = "gui"))]
fn open_window(_request: WindowRequest, _started: Instant) -> anyhow::Result<()> {
    anyhow::bail!("this build has no window (it was made without the feature `gui`)")
}
