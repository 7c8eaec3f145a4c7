#!/usr/bin/env python3
"""Kills the window while it keeps its changes against a crash: what was kept before or what is kept now, never neither.

Several windows run side by side, each on a screen and with a state folder of its own. In each a region is changed and
changed again; the second copy, half a minute after the first, is written over it under strace, which holds every fsync
and rename for a while. Somewhere in there comes SIGKILL. The copy must be the first or the second one, whole, and the
program must open it. The phases are those of kill.py beside this file.

Usage: kill_window.py BINARY [--kills N] [--windows N] [--seed N]
    --kills    how many (default 100)
    --windows  how many windows at a time (default 4)
Exit: 0 the copy was whole every time; 1 it was not, or too few kills hit; 2 this machine lacks a tool.
"""

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from kill import HOLD_US, INSIDE, PHASES, kill_program, phase_of
from window import TOOLS, Mismatch, display, process, run, wait_for

# Opening, first copy, half a minute, second copy.
PATIENCE = 120.0
COPY = r"openat\([^\n]*/recovery/[^\n]*\.holoscope-"
# What is waited for after the second copy was begun.
MARKS = {"fsync": r"\bfsync\(", "rename": r"\brename", "folder": r"\brename.*\bfsync\("}


def region(path):
    """Region A of a session; a file that is no JSON is an error."""
    return json.loads(path.read_text())["regions"]["a"]


def keep_and_kill(binary, display_name, env, folder, chance):
    """One window, from its opening to its end by force; the phase and whether the copy is the second one."""
    state = folder / "state"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    env = {**env, "DISPLAY": display_name, "XDG_STATE_HOME": str(state)}
    log = folder / "log"
    log.write_text("")
    copies = lambda: list((state / "holoscope" / "recovery").glob("*.holo"))
    command = ["strace", "-f", "-o", str(log), "-e", "trace=openat,write,fsync,rename,renameat,renameat2"]
    command += ["-e", f"inject=fsync,rename,renameat,renameat2:delay_{chance.choice(['enter', 'exit'])}={HOLD_US}"]
    target = chance.choice(list(MARKS))

    def second():
        begun = list(re.finditer(COPY, log.read_text(errors="replace")))
        return log.read_text(errors="replace")[begun[1].start():] if len(begun) > 1 else ""

    with open(folder / "window.log", "ab") as said:
        with process([*command, binary, folder / "mine.holo"], env, stdout=said, stderr=said) as window:
            search = ["xdotool", "search", "--onlyvisible", "--class", "holoscope"]
            found = lambda: subprocess.run(search, env=env, capture_output=True, check=False).stdout.decode().split()
            name = wait_for(found, "a window", PATIENCE)[0]
            run(["xdotool", "windowfocus", name], env)

            def first():
                run(["xdotool", "key", "Right"], env)
                return copies()

            # A key that comes before the window listens is lost.
            wait_for(first, "the first copy", PATIENCE, pause=2.0)
            time.sleep(1.0)
            before = copies()[0].read_bytes()
            run(["xdotool", "key", "Right"], env)
            wait_for(lambda: re.search(MARKS[target], second(), re.DOTALL), "the second copy", PATIENCE, pause=0.01)
            time.sleep(chance.uniform(0, 0.8e-6 * HOLD_US))
            kill_program(window)
    phase = phase_of(second())
    copy = copies()[0]
    is_second = copy.read_bytes() != before
    try:
        region(copy)
    except (ValueError, KeyError) as fault:
        raise Mismatch(f"killed in {phase}: {copy} is neither the first copy nor the second: {fault}") from fault
    run([binary, "new", copy, "-o", folder / "opened.holo", "--quiet"], env)
    if region(folder / "opened.holo") != region(copy):
        raise Mismatch(f"killed in {phase}: the program does not open {copy} as it is")
    return phase, is_second


def main():
    """Kills windows side by side and prints where."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    missing = sorted(t for t in ("strace", "Xvfb", "xdotool") if not shutil.which(t))
    if missing:
        print(f"kill_window: this machine lacks {', '.join(TOOLS.get(t, t) for t in missing)}", file=sys.stderr)
        return 2
    binary = options.binary.resolve()
    counts = {phase: [0, 0, 0] for phase in PHASES}
    faults, lock, began = [], threading.Lock(), time.monotonic()
    env = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
    env |= {"LIBGL_ALWAYS_SOFTWARE": "1", "WINIT_X11_SCALE_FACTOR": "1"}

    def worker(number):
        chance = random.Random(1000 * options.seed + number)
        with tempfile.TemporaryDirectory(prefix="holoscope-kill-") as name, contextlib.ExitStack() as stack:
            folder = Path(name)
            screen = stack.enter_context(display(env))
            sets = ["network.capacity=unit", "network.sites=64", "regions.a=10..22", "theory.kind=chain"]
            run([binary, "new", "-o", folder / "mine.holo", *(w for s in sets for w in ("--set", s))], env)
            while not faults and sum(total for total, *_ in counts.values()) < options.kills:
                try:
                    phase, is_second = keep_and_kill(binary, screen, env, folder, chance)
                except Mismatch as mismatch:
                    faults.append(str(mismatch))
                    return
                with lock:
                    counts[phase][0] += 1
                    counts[phase][2 if is_second else 1] += 1

    workers = [threading.Thread(target=worker, args=(i,)) for i in range(options.windows)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    print(f"{'phase':8} {'kills':>6} {'first':>6} {'second':>6}")
    for phase, (total, first, second) in counts.items():
        print(f"{phase:8} {total:6} {first:6} {second:6}")
    kills = sum(total for total, *_ in counts.values())
    inside = sum(counts[phase][0] for phase in INSIDE)
    print(f"{kills} kills in {time.monotonic() - began:.0f} s, {inside} of them inside write, fsync or rename")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults or inside < kills // 5 else 0


if __name__ == "__main__":
    sys.exit(main())
