#!/usr/bin/env python3
"""Kills the real window with changes in it, and holds the next one to its promise: nothing is lost.

A window is opened, a region is changed, the process is killed with signal 9; the next window must ask, and must have
the region back after one click. A third, opened after that one was closed in peace, must ask nothing. All of it in a
state folder of this test's own.

Usage: crash.py BINARY
Exit: 0 nothing was lost; 1 something was, with a sentence; 2 this machine lacks a tool.
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from window import HEIGHT, PATIENCE, TOOLS, WIDTH, Mismatch, Reader, display, process, run, session_bus, wait_for

# The middle of the button Restore: the bar is 36 high over a status bar of 28, its buttons at the right.
RESTORE = (WIDTH - 112, HEIGHT - 28 - 18)


class Crash:
    """The windows, one after the other."""

    def __init__(self, binary, env, folder):
        self.binary, self.env, self.folder = binary, env, folder
        self.reader = Reader(env)

    def xdotool(self, *words):
        """Moves the hand."""
        run(["xdotool", *map(str, words)], self.env)

    def region(self):
        """What the window says region A is."""
        words = self.reader.text("Bulk of ")
        return words.split("; A = ")[1].split(",")[0] if "; A = " in words else None

    def kept(self):
        """The sessions that are kept against a crash."""
        return list((self.folder / "state" / "holoscope" / "recovery").glob("*.holo"))

    @contextlib.contextmanager
    def window(self):
        """A window with the keys, for the length of a `with` block."""
        self.reader.known.clear()
        with open(self.folder / "window.log", "ab") as log:
            with process([self.binary, self.folder / "mine.holo"], self.env, stdout=log, stderr=log) as window:
                search = ["xdotool", "search", "--onlyvisible", "--class", "holoscope"]

                def there():
                    if window.poll() is not None:
                        raise Mismatch("the window ended by itself")
                    found = subprocess.run(search, env=self.env, capture_output=True, timeout=PATIENCE, check=False)
                    return found.stdout.decode().split()

                name = wait_for(there, "a window of class holoscope")[0]
                self.xdotool("windowmove", name, 0, 0)
                self.xdotool("windowsize", name, WIDTH, HEIGHT)
                self.xdotool("windowfocus", name)
                yield window

    def run(self):
        """The whole check."""
        settings = ["network.capacity=unit", "network.sites=64", "regions.a=10..22", "view.theme=dark"]
        sets = [word for setting in settings for word in ("--set", setting)]
        run([self.binary, "new", "-o", self.folder / "mine.holo", *sets], self.env)
        with self.window() as window:
            wait_for(lambda: self.region() == "10..22", lambda: f"A = 10..22; the window says {self.region()}")
            self.xdotool("key", "Right")
            wait_for(lambda: self.region() == "10..23", lambda: f"A = 10..23; the window says {self.region()}")
            wait_for(self.kept, "a copy of the changes")
            os.kill(window.pid, signal.SIGKILL)
            window.wait(PATIENCE)
        with self.window() as window:
            question = wait_for(
                lambda: self.reader.text("holoscope ended with unsaved changes of mine"), "the question after the crash"
            )
            print(question)
            if self.region() != "10..22":
                raise Mismatch(f"nothing is restored unasked; the window has A = {self.region()}")
            self.xdotool("mousemove", *RESTORE, "click", 1)
            wait_for(lambda: self.region() == "10..23", lambda: f"A = 10..23 restored; it says {self.region()}")
            self.xdotool("key", "ctrl+s")
            wait_for(lambda: '"10..23"' in (self.folder / "mine.holo").read_text(), "the changes saved")
            wait_for(lambda: not self.kept(), "no copy left of what is saved")
            self.xdotool("key", "ctrl+q")
            wait_for(lambda: window.poll() is not None, "the end of the window")
        with self.window():
            wait_for(lambda: self.region() == "10..23", "the saved session")
            if self.reader.text("holoscope ended with"):
                raise Mismatch("a window that was closed in peace is taken for a crash")


def main():
    """Runs the check on a screen and a bus of its own."""
    parser = argparse.ArgumentParser(description="Kills the real window and holds the next one to its promise.")
    parser.add_argument("binary", type=Path, help="the program")
    options = parser.parse_args()
    missing = sorted({f"{tool} (package {package})" for tool, package in TOOLS.items() if not shutil.which(tool)})
    if missing:
        print(f"crash: this machine lacks {', '.join(missing)}", file=sys.stderr)
        return 2
    env = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "AT_SPI_BUS_ADDRESS", "XAUTHORITY")}
    with tempfile.TemporaryDirectory(prefix="holoscope-crash-") as folder, contextlib.ExitStack() as stack:
        folder = Path(folder)
        for name in ("runtime_dir", "cache_home", "config_home", "data_home", "state_home"):
            path = folder / ("state" if name == "state_home" else name)
            env[f"XDG_{name.upper()}"] = str(path)
            path.mkdir(mode=0o700)
        env["LIBGL_ALWAYS_SOFTWARE"] = "1"
        env["WINIT_X11_SCALE_FACTOR"] = "1"
        try:
            env["DISPLAY"] = stack.enter_context(display(env))
            env["DBUS_SESSION_BUS_ADDRESS"] = stack.enter_context(session_bus(env))
            Crash(options.binary.resolve(), env, folder).run()
        except Mismatch as mismatch:
            log = folder / "window.log"
            print(f"crash: {mismatch}", file=sys.stderr)
            print(log.read_text(errors="replace") if log.exists() else "", file=sys.stderr)
            return 1
    print("crash: nothing was lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())
