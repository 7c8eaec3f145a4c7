#!/usr/bin/env python3
"""Kills the program while it saves, hundreds of times: the file must be the old one or the new one, never neither.

One session is saved over another, again and again, under strace, which holds the program for a while at the entry or
the exit of one of the system calls that make up a save; somewhere in there comes SIGKILL. The program is the ordinary
one: nothing in it knows of this. The log of strace tells which call the kill hit:

    before   the temporary file is not open yet     write    its bytes are being written
    rights   between open and write                 fsync    the bytes are on their way to the disk
    rename   the old file gives way to the new      folder   the rename is on its way to the disk
    after    the save was over

What SIGKILL cannot show is a power cut: there the order of fsync before rename is what helps, which the log is held to.

Usage: kill.py BINARY [--kills N] [--seconds S] [--least N] [--seed N]
    --kills    how many (default 500)
    --seconds  stop after so long, whatever was done (for CI: 60)
    --least    how many must hit write, fsync or rename (default: a fifth)
Exit: 0 the file was whole every time; 1 it was not, or too few kills hit; 2 this machine lacks strace or may not trace.
"""

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PHASES = ["before", "rights", "write", "fsync", "rename", "folder", "after"]
INSIDE = {"write", "fsync", "rename"}
TRACED = "openat,fchmod,write,fsync,rename,renameat,renameat2"
# What is held, and by which words of the log it is known that it is.
HELD = {
    "fchmod": ("fchmod", r"\bfchmod\("),
    "write": ("write", r"\bwrite\(\d+, \"\{"),
    "fsync": ("fsync:when=1", r"\bfsync\("),
    "rename": ("rename,renameat,renameat2", r"\brename"),
    "folder": ("fsync:when=2", r"\bfsync\(.*\bfsync\("),
}
# Longer than any kill is late.
HOLD_US = 400_000


def tool(arguments, folder):
    return subprocess.run(arguments, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)


def sessions(binary, folder):
    """Two sessions of some hundred kilobytes, so that a write takes its time: every block has its own weights."""
    made = []
    for name, seed in (("old", 1), ("new", 2)):
        sites = 1024
        settings = [f"network.sites={sites}", f"learning.sites={sites}", "learning.shared_weights=false",
                    "theory.kind=chain", "learning.samples=100", "learning.epochs=1", f"learning.seed={seed}"]
        command = [binary, "train", "--quiet", "-o", f"{name}.holo"]
        done = tool(command + [w for s in settings for w in ("--set", s)], folder)
        if done.returncode:
            sys.exit(f"no session to save: {done.stderr.decode()}")
        made.append((folder / f"{name}.holo").read_bytes())
    return made


def phase_of(log):
    """The call that was under way, from the log: what was entered and not left, or what was left last."""
    phase, synced = "before", False
    for line in log.splitlines():
        if re.search(r"openat?\(.*/?\.holoscope-", line):
            phase = "rights"
        elif re.search(r"\bwrite\(", line) and phase in ("rights", "write"):
            phase = "write"
        elif re.search(r"\bfsync\(", line):
            phase = "fsync" if phase in ("write", "fsync") else "folder"
            synced = True
        elif re.search(r"\brename(at2?)?\(", line):
            if not synced:
                sys.exit(f"renamed before the bytes were on the disk:\n{log}")
            phase = "rename"
    if "exited with" in log:
        phase = "after"
    return phase


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--least", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    binary = str(Path(options.binary).resolve())
    if not shutil.which("strace"):
        print("strace is missing (Debian: apt-get install strace)")
        return 2
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="holoscope-kill-") as name:
        folder = Path(name)
        probe = tool(["strace", "-o", "/dev/null", "true"], folder)
        if probe.returncode:
            print(f"strace may not trace here: {probe.stderr.decode().strip()}")
            return 2
        old, new = sessions(binary, folder)
        place = folder / "place"
        place.mkdir()
        target = place / "session.holo"
        counts = {phase: [0, 0, 0] for phase in PHASES}
        leftovers, began, kills = 0, time.monotonic(), 0
        print(f"saving {len(new)} bytes over {len(old)}")
        while kills < options.kills and time.monotonic() - began < options.seconds:
            target.write_bytes(old)
            log = folder / "log"
            log.write_text("")
            # Held inside one call, at its entry or at its exit, or not at all: then the kill comes as it comes.
            call = chance.choice(["fchmod", "write", "write", "fsync", "fsync", "rename", "rename", "folder", None, None])
            rule, mark = HELD.get(call, (None, None))
            command = ["strace", "-f", "-o", str(log), "-e", f"trace={TRACED}"]
            if rule:
                calls, _, which = rule.partition(":")
                held = f"inject={calls}:delay_{chance.choice(['enter', 'exit'])}={HOLD_US}"
                command += ["-e", f"{held}:{which}" if which else held]
            saving = subprocess.Popen([*command, binary, "new", str(folder / "new.holo"), "-o", str(target), "--quiet"],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                      start_new_session=True)
            if rule:
                wait_for(lambda: re.search(mark, log.read_text(errors="replace"), re.DOTALL), saving)
                time.sleep(chance.uniform(0, 0.05))
            else:
                time.sleep(chance.uniform(0, 0.2))
            kill_program(saving)
            saving.wait()
            phase = phase_of(log.read_text(errors="replace"))
            found = target.read_bytes()
            if found not in (old, new):
                kept = Path(tempfile.mkdtemp()) / "neither.holo"
                kept.write_bytes(found)
                print(f"kill {kills}, in {phase}: the file has {len(found)} bytes and is neither; see {kept}")
                return 1
            counts[phase][0] += 1
            counts[phase][1 if found == old else 2] += 1
            for rest in place.glob(".holoscope-*"):
                leftovers += 1
                rest.unlink()
            kills += 1
        seconds = time.monotonic() - began
        print(f"{'phase':8} {'kills':>6} {'old':>6} {'new':>6}")
        for phase, (total, olds, news) in counts.items():
            print(f"{phase:8} {total:6} {olds:6} {news:6}")
        inside = sum(counts[phase][0] for phase in INSIDE)
        print(f"{kills} kills in {seconds:.0f} s, {inside} of them inside write, fsync or rename; "
              f"{leftovers} temporary files were left beside a whole file")
        least = kills // 5 if options.least is None else options.least
        if inside < least:
            print(f"fewer than {least} kills hit the save")
            return 1
    return 0


def wait_for(look, process, patience=60.0):
    """Until `look` sees it, or the process has ended."""
    deadline = time.monotonic() + patience
    while not look() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)


def kill_program(strace):
    """SIGKILL to the program itself, not to strace, which then writes down where it was."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{strace.pid}/task/{strace.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        strace.wait(timeout=20)
        return
    os.killpg(strace.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
